using System.Text;
using System.Text.Json;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Access;

/// <summary>People come and go every winter: an office prints slips, a person comes in once by one, and leaves.</summary>
public class PeopleTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Qingyan = "520111101", Shiban = "520111102", Invitations = "/api/v1/districts/520111/invitations", People = "/api/v1/districts/520111/people";
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");
    private static readonly Actor Office = new("office", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync()
    {
        var world = await azurite.WorldAsync(Now);
        var units = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", "huaxi-2026-2027", "units.json"));
        Assert.Equal(200, (await world.CallAsync("PUT", "/api/v1/districts/520111/units", Operator, units)).Status);
        return world;
    }

    private static byte[] Json(object body) => JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options);

    private static async Task<PeopleEndpoints.InvitationAnswer> InviteAsync(World world, string unit = Qingyan, object? more = null)
    {
        var answer = await world.CallAsync("POST", Invitations, Office, Json(more ?? new { units = new[] { unit } }));
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Json<IReadOnlyList<PeopleEndpoints.InvitationAnswer>>().Single();
    }

    private static async Task<(Visitor Visitor, SessionEndpoints.Me Me)> ComeInAsync(World world, PeopleEndpoints.InvitationAnswer invitation, string? name = "王芳", Visitor? visitor = null)
    {
        visitor ??= new Visitor(world);
        var answer = await visitor.PostAsync("/api/v1/invitations/redemption", new { code = invitation.Link.Split('#')[1], name });
        Assert.True(answer.Status == 201, answer.Text);
        return (visitor, answer.Json<SessionEndpoints.Me>());
    }

    [Fact]
    public async Task A_person_comes_in_by_a_slip_with_a_name_that_stands_in_the_trail()
    {
        var world = await WorldAsync();
        var invitation = await InviteAsync(world);
        Assert.Matches("^http://127.0.0.1:7071/i#520111\\.[A-HJ-NP-Z2-9]{24}$", invitation.Link);
        Assert.StartsWith("<svg", invitation.Picture, StringComparison.Ordinal);
        var (visitor, me) = await ComeInAsync(world, invitation);
        Assert.Equal(("王芳", Role.UnitReporter, Qingyan, "青岩镇", "invitation"), (me.Name, me.Role, me.Unit, me.UnitName, me.SignedInBy));
        Assert.Equal(Now.AddDays(240), me.Until);
        Assert.Equal(me.Actor, (await visitor.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>().Actor);
        var entries = await world.Get<FeatureTables>()[AccessFeature.Table].AuditAsync(SessionStore.Partition("520111"), Now.AddHours(-1), Now.AddHours(1)).ToListAsync();
        Assert.Contains(entries, entry => entry.What == "invitation.redeemed" && entry.Actor == me.Actor);
        Assert.Contains(entries, entry => entry.What == "invitation.made");
    }

    [Fact]
    public async Task What_is_stored_holds_no_code()
    {
        var world = await WorldAsync();
        var invitation = await InviteAsync(world);
        var stored = StoredJson.Write(await world.Get<PeopleStore>().InvitationsAsync("520111"));
        Assert.DoesNotContain(invitation.Link.Split('.')[^1], stored, StringComparison.Ordinal);
        var listed = await world.CallAsync("GET", Invitations, Office);
        Assert.DoesNotContain(invitation.Link.Split('.')[^1], listed.Text, StringComparison.Ordinal);
        Assert.Contains("\"open\"", listed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slip_lets_in_once_also_when_two_are_quick()
    {
        var world = await WorldAsync();
        var code = (await InviteAsync(world)).Link.Split('#')[1];
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => new Visitor(world).PostAsync("/api/v1/invitations/redemption", new { code, name = $"某人{"甲乙丙丁"[i]}" })));
        Assert.Equal([201, 409, 409, 409], answers.Select(answer => answer.Status).Order());
        Assert.Single((await world.CallAsync("GET", People, Office)).Json<IReadOnlyList<PeopleEndpoints.PersonView>>());
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_given_again_to_the_same_attempt_and_to_no_other()
    {
        var world = await WorldAsync();
        var code = (await InviteAsync(world)).Link.Split('#')[1];
        async Task<Answer> SendAsync(string attempt) => await world.SendAsync("POST", "/api/v1/invitations/redemption", Json(new { code, name = "王芳" }),
            headers: new Dictionary<string, string> { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin", ["Idempotency-Key"] = attempt });
        var first = await SendAsync("attempt-1");
        var again = await SendAsync("attempt-1");
        Assert.Equal((201, 201), (first.Status, again.Status));
        Assert.Equal(first.Json<SessionEndpoints.Me>().Actor, again.Json<SessionEndpoints.Me>().Actor);
        Assert.Equal(409, (await SendAsync("attempt-2")).Status);
        world.Clock.Advance(PeopleStore.AgainWithin + TimeSpan.FromSeconds(1));
        Assert.Equal(409, (await SendAsync("attempt-1")).Status);
    }

    [Fact]
    public async Task A_slip_that_is_too_old_or_was_taken_back_says_so()
    {
        var world = await WorldAsync();
        var (old, revoked) = (await InviteAsync(world), await InviteAsync(world, more: new { units = new[] { Shiban }, days = 30 }));
        Assert.Equal(InvitationState.Revoked, (await world.CallAsync("DELETE", $"{Invitations}/{revoked.Id}", Office)).Json<PeopleEndpoints.InvitationView>().State);
        world.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromSeconds(1));
        foreach (var (invitation, words) in new[] { (old, "已经过期"), (revoked, "已被收回") })
        {
            var answer = await new Visitor(world).PostAsync("/api/v1/invitations/redemption", new { code = invitation.Code, name = "王芳" });
            Assert.Equal(409, answer.Status);
            Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{code}", 201)]
    [InlineData(" {lower} ", 201)]
    [InlineData("{grouped}", 201)]
    [InlineData("{code}A", 404)]
    [InlineData("520112.{secret}", 404)]
    [InlineData("{secret}", 404)]
    [InlineData("520111.", 404)]
    [InlineData("", 404)]
    [InlineData("520111|x.{secret}", 404)]
    public async Task A_code_is_read_as_people_type_it_and_another_is_none(string typed, int status)
    {
        var world = await WorldAsync();
        var invitation = await InviteAsync(world);
        var code = invitation.Link.Split('#')[1];
        typed = typed.Replace("{code}", code, StringComparison.Ordinal).Replace("{lower}", code.ToLowerInvariant(), StringComparison.Ordinal)
            .Replace("{grouped}", invitation.Code, StringComparison.Ordinal).Replace("{secret}", code[7..], StringComparison.Ordinal);
        var answer = await new Visitor(world).PostAsync("/api/v1/invitations/redemption", new { code = typed, name = "王芳" });
        Assert.True(status == answer.Status, answer.Text);
    }

    [Fact]
    public async Task Guessing_codes_is_counted_and_ends_in_waiting()
    {
        var world = await WorldAsync();
        var visitor = new Visitor(world);
        for (var i = 0; i < AccessKeys.FailuresAllowed; i++) Assert.Equal(404, (await visitor.PostAsync("/api/v1/invitations/redemption", new { code = "520111." + new string("ABCDEFGHJKLMNPQRSTUVWXYZ"[i], 24), name = "王芳" })).Status);
        Assert.Equal(429, (await visitor.PostAsync("/api/v1/invitations/redemption", new { code = "520111." + new string('Z', 24), name = "王芳" })).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200b\u3164")]
    [InlineData("13800138000")]
    [InlineData("一个长得不能再长的名字一个长得不能再长的名字一个长得不能再长的名字")]
    public async Task A_name_that_is_none_is_refused_in_words_and_the_slip_stays_good(string name)
    {
        var world = await WorldAsync();
        var invitation = await InviteAsync(world);
        var answer = await new Visitor(world).PostAsync("/api/v1/invitations/redemption", new { code = invitation.Code, name });
        Assert.True(answer.Status is 400 or 422, answer.Text);
        await ComeInAsync(world, invitation);
    }

    [Fact]
    public async Task Several_people_of_one_unit_each_have_a_name_and_one_of_two_units_switches()
    {
        var world = await WorldAsync();
        var (wang, me) = await ComeInAsync(world, await InviteAsync(world));
        var (_, li) = await ComeInAsync(world, await InviteAsync(world), "李明");
        Assert.NotEqual(me.Actor, li.Actor);
        var (_, both) = await ComeInAsync(world, await InviteAsync(world, Shiban), name: null, wang);
        Assert.Equal((me.Actor, Shiban), (both.Actor, both.Unit));
        Assert.Equal([Qingyan, Shiban], both.Places.Select(place => place.Unit));

        async Task<Answer> SwitchAsync(string? unit) => await wang.SendAsync("PUT", "/api/v1/me/unit", new { unit }, new Dictionary<string, string> { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin" });
        var before = wang.Cookie;
        Assert.Equal(Qingyan, (await SwitchAsync(Qingyan)).Json<SessionEndpoints.Me>().Unit);
        Assert.Equal(401, (await new Visitor(world) { Cookie = before }.GetAsync("/api/v1/me")).Status);
        Assert.Equal(404, (await wang.GetAsync($"/api/v1/campaigns/520111/2026-2027/units/{Shiban}/inbox")).Status);
        Assert.Equal(422, (await SwitchAsync("520111103")).Status);
        Assert.Equal(422, (await SwitchAsync(null)).Status);
        Assert.Equal(2, (await world.CallAsync("GET", People, Office)).Json<IReadOnlyList<PeopleEndpoints.PersonView>>().Count);
    }

    [Fact]
    public async Task Whoever_leaves_is_out_at_once_and_whoever_replaces_them_is_in()
    {
        var world = await WorldAsync();
        var (wang, me) = await ComeInAsync(world, await InviteAsync(world));
        var replacing = await InviteAsync(world, more: new { units = new[] { Qingyan }, replaces = me.Actor });
        Assert.Equal(200, (await wang.GetAsync("/api/v1/me")).Status);
        var (zhao, taken) = await ComeInAsync(world, replacing, "赵六");
        Assert.Equal(401, (await wang.GetAsync("/api/v1/me")).Status);
        Assert.Equal(Qingyan, taken.Unit);

        var left = await world.CallAsync("DELETE", $"{People}/{taken.Actor}", Office);
        Assert.Equal(Now, left.Json<PeopleEndpoints.PersonView>().Memberships.Single().Left);
        Assert.Equal(401, (await zhao.GetAsync("/api/v1/me")).Status);
        Assert.Equal(200, (await world.CallAsync("DELETE", $"{People}/{taken.Actor}", Office)).Status);
        Assert.Equal(404, (await world.CallAsync("DELETE", $"{People}/n-nobody", Office)).Status);
        var people = (await world.CallAsync("GET", People, Office)).Json<IReadOnlyList<PeopleEndpoints.PersonView>>();
        Assert.All(people, person => Assert.NotNull(person.Memberships.Single().Left));
        Assert.All(people, person => Assert.Equal(Now, person.LastSeen));
    }

    [Fact]
    public async Task Of_two_units_one_may_be_left_and_a_person_leaves_by_themselves()
    {
        var world = await WorldAsync();
        var (wang, me) = await ComeInAsync(world, await InviteAsync(world));
        await ComeInAsync(world, await InviteAsync(world, Shiban), name: null, wang);
        Assert.Equal(200, (await wang.DeleteAsync($"{People}/{me.Actor}?unit={Qingyan}")).Status);
        Assert.Equal([Shiban], (await wang.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>().Places.Select(place => place.Unit));
        var (li, _) = await ComeInAsync(world, await InviteAsync(world), "李明");
        Assert.Equal(404, (await li.DeleteAsync($"{People}/{me.Actor}")).Status);
        Assert.Equal(200, (await wang.DeleteAsync($"{People}/{me.Actor}")).Status);
        Assert.Equal(401, (await wang.GetAsync("/api/v1/me")).Status);
    }

    [Fact]
    public async Task A_unit_sees_its_own_people_and_makes_no_slips()
    {
        var world = await WorldAsync();
        var (wang, _) = await ComeInAsync(world, await InviteAsync(world));
        await ComeInAsync(world, await InviteAsync(world, Shiban), "李明");
        Assert.Equal(["王芳"], (await wang.GetAsync(People)).Json<IReadOnlyList<PeopleEndpoints.PersonView>>().Select(person => person.Name));
        Assert.Equal(403, (await wang.PostAsync(Invitations, new { })).Status);
        Assert.Equal(404, (await wang.GetAsync("/api/v1/districts/520112/people")).Status);
        Assert.Equal(404, (await world.CallAsync("GET", Invitations.Replace("520111", "520112", StringComparison.Ordinal), Office)).Status);
    }

    [Theory]
    [InlineData("""{"units":["520111999"]}""", "/units/0")]
    [InlineData("""{"role":"operator"}""", "/role")]
    [InlineData("""{"role":"feed"}""", "/role")]
    [InlineData("""{"role":"leader","units":["520111101"]}""", "/units")]
    [InlineData("""{"each":0}""", "/each")]
    [InlineData("""{"each":21}""", "/each")]
    [InlineData("""{"each":20}""", "/units")]
    [InlineData("""{"days":0}""", "/days")]
    [InlineData("""{"days":61}""", "/days")]
    [InlineData("""{"replaces":"n-1"}""", "/replaces")]
    [InlineData("""{"units":["520111101"],"replaces":"n-1"}""", "/replaces")]
    [InlineData("""{"units":["520111101"],"replaces":"a|b"}""", "/replaces")]
    public async Task A_request_for_slips_that_cannot_be_says_what_and_makes_none(string body, string pointer)
    {
        var world = await WorldAsync();
        var answer = await world.CallAsync("POST", Invitations, Office, Encoding.UTF8.GetBytes(body));
        Assert.Equal(422, answer.Status);
        Assert.Contains($"\"{pointer}\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal("[]", (await world.CallAsync("GET", Invitations, Office)).Text);
    }

    [Fact]
    public async Task An_office_bound_to_a_unit_invites_nobody()
    {
        var world = await WorldAsync();
        var bound = Office with { Unit = Qingyan };
        Assert.Equal(403, (await world.CallAsync("POST", Invitations, bound, Json(new { units = new[] { Qingyan } }))).Status);
        Assert.Equal(403, (await world.CallAsync("POST", Invitations, bound, Json(new { units = new[] { Shiban } }))).Status);
        Assert.Equal(403, (await world.CallAsync("POST", Invitations, bound, Json(new { role = "campaignOffice" }))).Status);
        Assert.Equal(400, (await world.CallAsync("POST", "/api/v1/districts/5201/invitations", Operator, Json(new { }))).Status);
    }

    [Fact]
    public async Task The_sheet_has_a_slip_for_every_unit_and_no_script()
    {
        var world = await WorldAsync();
        var answer = await world.CallAsync("POST", Invitations + "?format=print", Office, Json(new { }));
        Assert.Equal((201, "text/html; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        Assert.Equal(22, answer.Text.Split("<section>").Length - 1);
        Assert.Equal(22, answer.Text.Split("<svg").Length - 1);
        Assert.DoesNotContain("<script", answer.Text, StringComparison.Ordinal);
        Assert.Contains("script-src", (await new Visitor(world).GetAsync("/i")).Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_changed_with_an_overlap_expires_and_tells_its_last_use()
    {
        var world = await WorldAsync();
        var keys = world.Get<AccessKeys>();
        var made = (await world.CallAsync("POST", "/api/v1/access-keys", Office, Json(new { name = "程序", role = "leader", scope = "520111", expiresAt = Now.AddDays(30) }))).Json<AccessEndpoints.KeyAnswer>();
        Assert.NotNull(await keys.AuthenticateAsync(made.Secret!, default));
        var rotated = await world.CallAsync("POST", $"/api/v1/access-keys/{made.Id}/rotation", Office, Json(new { overlapHours = 24 }));
        var next = rotated.Json<AccessEndpoints.KeyAnswer>();
        Assert.Equal((201, Now.AddDays(30), "程序"), (rotated.Status, next.ExpiresAt, next.Name));
        Assert.Equal(409, (await world.CallAsync("POST", $"/api/v1/access-keys/{made.Id}/rotation", Office, [])).Status);

        world.Clock.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(await keys.AuthenticateAsync(made.Secret!, default));
        Assert.NotNull(await keys.AuthenticateAsync(next.Secret!, default));
        world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await keys.AuthenticateAsync(made.Secret!, default));
        var listed = (await world.CallAsync("GET", "/api/v1/access-keys", Office)).Json<IReadOnlyList<AccessEndpoints.KeyAnswer>>().ToDictionary(key => key.Id);
        Assert.Equal((next.Id, Now.AddHours(24), Now.AddHours(23)), (listed[made.Id].Successor, listed[made.Id].ExpiresAt, listed[made.Id].LastUsedAt));
        Assert.Equal(Now.AddHours(23), listed[next.Id].LastUsedAt);
        world.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Null(await keys.AuthenticateAsync(next.Secret!, default));
        Assert.Equal(404, (await world.CallAsync("POST", $"/api/v1/access-keys/{made.Id}/rotation", Office with { Scope = "520112" }, [])).Status);
    }

    [Fact]
    public async Task A_key_that_ends_makes_none_that_goes_on_after_it()
    {
        var world = await WorldAsync();
        var (secret, _) = await world.Get<AccessKeys>().CreateAsync("临时", Role.CampaignOffice, "520111", null, "test", Now.AddDays(1));
        async Task<int> MakeAsync(DateTimeOffset? until) => (await world.SendAsync("POST", "/api/v1/access-keys", Json(new { name = "x", role = "leader", scope = "520111", expiresAt = until }), headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + secret })).Status;
        Assert.Equal(403, await MakeAsync(null));
        Assert.Equal(403, await MakeAsync(Now.AddDays(2)));
        Assert.Equal(201, await MakeAsync(Now.AddHours(12)));
        Assert.Equal(422, await MakeAsync(Now.AddHours(-12)));
    }
}
