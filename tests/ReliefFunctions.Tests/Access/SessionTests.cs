using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Access;

/// <summary>People come in by a session: what it costs, how it ends, and what others try with it.</summary>
public class SessionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");

    private static async Task<(Visitor Visitor, string Secret, string KeyId)> SignedInAsync(World world, Role role = Role.CampaignOffice, string scope = "520111", string? unit = null)
    {
        var (secret, key) = await world.Get<AccessKeys>().CreateAsync("办公室", role, scope, unit, "test");
        var visitor = new Visitor(world);
        var answer = await visitor.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.True(answer.Status == 201, answer.Text);
        return (visitor, secret, key.Id);
    }

    [Fact]
    public async Task A_key_becomes_a_session_whose_cookie_no_script_no_other_site_and_no_plain_line_gets_to_see()
    {
        var world = await azurite.WorldAsync(Now);
        var (secret, _) = await world.Get<AccessKeys>().CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        var visitor = new Visitor(world);
        var answer = await visitor.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.Equal(201, answer.Status);
        var attributes = answer.Headers["Set-Cookie"].Split("; ");
        Assert.StartsWith("__Host-relief=520111.", attributes[0], StringComparison.Ordinal);
        Assert.Equal(["httponly", "max-age=43200", "path=/", "samesite=lax", "secure"], attributes[1..].Order(StringComparer.Ordinal));
        Assert.DoesNotContain(secret[20..], answer.Text + answer.Headers["Set-Cookie"], StringComparison.Ordinal);

        var me = (await visitor.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>();
        Assert.Equal((Role.UnitReporter, "520111", "520111101", "key"), (me.Role, me.District, me.Unit, me.SignedInBy));
        Assert.Equal((Now + TimeSpan.FromHours(2), Now + TimeSpan.FromHours(12)), (me.EndsAt, me.Until));
    }

    [Fact]
    public async Task Me_tells_the_units_name_and_the_campaigns_of_the_scope()
    {
        var world = await azurite.WorldAsync(Now);
        var samples = Path.Combine(Repository.Root, "samples", "huaxi-2026-2027");
        Assert.Equal(200, (await world.CallAsync("PUT", "/api/v1/districts/520111/units", Operator, await File.ReadAllBytesAsync(Path.Combine(samples, "units.json")))).Status);
        Assert.Equal(200, (await world.CallAsync("PUT", "/api/v1/campaigns/520111/2026-2027", Operator, await File.ReadAllBytesAsync(Path.Combine(samples, "campaign.json")))).Status);
        var (unit, _, _) = await SignedInAsync(world, Role.UnitReporter, unit: "520111101");
        var me = (await unit.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>();
        Assert.Equal(("青岩镇", "2026-2027"), (me.UnitName, me.Campaigns.Single().Season));
        var (city, _, _) = await SignedInAsync(world, Role.Leader, "5201");
        Assert.Equal("520111", (await city.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>().Campaigns.Single().District);
        var (other, _, _) = await SignedInAsync(world, Role.Leader, "520112");
        Assert.Empty((await other.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>().Campaigns);
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_told_so_and_a_call_by_key_is_nobodys_session()
    {
        var world = await azurite.WorldAsync(Now);
        Assert.Equal(401, (await new Visitor(world).GetAsync("/api/v1/me")).Status);
        var me = (await world.CallAsync("GET", "/api/v1/me", Operator)).Json<SessionEndpoints.Me>();
        Assert.Equal((Role.Operator, null, null), (me.Role, me.SignedInBy, me.Until));
        Assert.Equal(404, (await world.CallAsync("DELETE", "/api/v1/sessions/current", Operator)).Status);
    }

    [Fact]
    public async Task A_key_of_a_feed_is_for_a_program_and_signs_nobody_in()
    {
        var world = await azurite.WorldAsync(Now);
        var (secret, _) = await world.Get<AccessKeys>().CreateAsync("预警", Role.Feed, "520111", null, "test");
        Assert.Equal(403, (await new Visitor(world).PostAsync("/api/v1/sessions", new { key = secret })).Status);
    }

    [Fact]
    public async Task Each_sign_in_draws_a_new_session_and_never_takes_one_that_was_planted()
    {
        var world = await azurite.WorldAsync(Now);
        var (secret, _) = await world.Get<AccessKeys>().CreateAsync("办公室", Role.CampaignOffice, "520111", null, "test");
        var planted = "520111.000000000000." + new string('A', 43);
        var victim = new Visitor(world) { Cookie = planted };
        await victim.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.NotEqual(planted, victim.Cookie);
        Assert.Equal(401, (await new Visitor(world) { Cookie = planted }.GetAsync("/api/v1/me")).Status);

        // Signing in once more ends what was there before.
        var first = victim.Cookie;
        await victim.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.NotEqual(first, victim.Cookie);
        Assert.Equal(401, (await new Visitor(world) { Cookie = first }.GetAsync("/api/v1/me")).Status);
        Assert.Equal(200, (await victim.GetAsync("/api/v1/me")).Status);
    }

    [Fact]
    public async Task A_cookie_is_worth_nothing_after_signing_out_here_and_everywhere()
    {
        var world = await azurite.WorldAsync(Now);
        var (one, secret, _) = await SignedInAsync(world);
        var (two, three) = (new Visitor(world), new Visitor(world));
        await two.PostAsync("/api/v1/sessions", new { key = secret });
        await three.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.Equal(3, (await one.GetAsync("/api/v1/sessions")).Json<JsonElement>().GetArrayLength());

        var stolen = one.Cookie;
        Assert.Equal(204, (await one.DeleteAsync("/api/v1/sessions/current")).Status);
        Assert.Null(one.Cookie);
        Assert.Equal(401, (await new Visitor(world) { Cookie = stolen }.GetAsync("/api/v1/me")).Status);

        var id = (await two.GetAsync("/api/v1/sessions")).Json<IReadOnlyList<SessionEndpoints.MySession>>().Single(session => !session.Current).Id;
        Assert.Equal(204, (await two.DeleteAsync("/api/v1/sessions/" + id)).Status);
        Assert.Equal(401, (await three.GetAsync("/api/v1/me")).Status);
        await three.PostAsync("/api/v1/sessions", new { key = secret });
        Assert.Equal(204, (await two.DeleteAsync("/api/v1/sessions")).Status);
        Assert.Equal(401, (await three.GetAsync("/api/v1/me")).Status);
        Assert.Equal(401, (await two.GetAsync("/api/v1/me")).Status);
    }

    [Fact]
    public async Task A_session_ends_without_use_and_whatever_happens_at_its_last_hour()
    {
        var world = await azurite.WorldAsync(Now);
        var (idle, _, _) = await SignedInAsync(world);
        world.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await idle.GetAsync("/api/v1/me")).Status);
        world.Clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        var late = await idle.GetAsync("/api/v1/me");
        Assert.Equal((401, false), (late.Status, late.Headers.ContainsKey("Set-Cookie")));

        var (busy, _, _) = await SignedInAsync(world);
        for (var i = 0; i < 11; i++)
        {
            world.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(200, (await busy.GetAsync("/api/v1/me")).Status);
        }

        world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, (await busy.GetAsync("/api/v1/me")).Status);
    }

    [Fact]
    public async Task A_session_can_no_more_than_its_key_and_ends_with_it()
    {
        var world = await azurite.WorldAsync(Now);
        var (visitor, _, key) = await SignedInAsync(world);
        Assert.Equal(200, (await visitor.GetAsync("/api/v1/access-keys")).Status);
        await world.Get<AccessKeys>().RevokeAsync(key, new Actor("op", "管理员", Role.Operator, ""));
        Assert.Equal(401, (await visitor.GetAsync("/api/v1/access-keys")).Status);
    }

    [Fact]
    public async Task A_session_of_another_is_neither_seen_nor_ended()
    {
        var world = await azurite.WorldAsync(Now);
        var (mine, _, _) = await SignedInAsync(world);
        var (theirs, _, _) = await SignedInAsync(world, Role.UnitReporter, unit: "520111101");
        var id = (await theirs.GetAsync("/api/v1/sessions")).Json<IReadOnlyList<SessionEndpoints.MySession>>().Single().Id;
        Assert.Equal(404, (await mine.DeleteAsync("/api/v1/sessions/" + id)).Status);
        await mine.DeleteAsync("/api/v1/sessions");
        Assert.Equal(200, (await theirs.GetAsync("/api/v1/me")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("520111.{actor}.")]
    [InlineData("520112.{actor}.{secret}")]
    [InlineData("all.{actor}.{secret}")]
    [InlineData("520111.000000000000.{secret}")]
    [InlineData("520111.{actor}.{secret}x")]
    [InlineData("520111|x.{actor}.{secret}")]
    [InlineData("520111.{actor}|.{secret}")]
    [InlineData("字.{actor}.{secret}")]
    [InlineData("520111.{actor}.{secret}.{secret}")]
    public async Task A_cookie_that_was_altered_opens_nothing(string pattern)
    {
        var world = await azurite.WorldAsync(Now);
        var (visitor, _, _) = await SignedInAsync(world);
        var parts = visitor.Cookie!.Split('.');
        visitor.Cookie = pattern.Replace("{actor}", parts[1], StringComparison.Ordinal).Replace("{secret}", parts[2], StringComparison.Ordinal);
        Assert.Equal(401, (await visitor.GetAsync("/api/v1/me")).Status);
    }

    public static TheoryData<string, Dictionary<string, string>, int> Origins => new()
    {
        { "own page", new() { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin" }, 204 },
        { "own page of an older browser", new() { ["X-Relief-Client"] = "portal", ["Origin"] = "http://127.0.0.1:7071" }, 204 },
        { "behind the Functions host", new() { ["X-Relief-Client"] = "portal", ["Origin"] = "https://relief.example", ["X-Forwarded-Host"] = "relief.example" }, 204 },
        { "plain form of another site", new() { ["Origin"] = "https://evil.example", ["Sec-Fetch-Site"] = "cross-site" }, 403 },
        { "plain form of an older browser", new() { ["Origin"] = "https://evil.example" }, 403 },
        { "no word of where", [], 403 },
        { "the header alone", new() { ["X-Relief-Client"] = "portal" }, 403 },
        { "the header, from another site", new() { ["X-Relief-Client"] = "portal", ["Origin"] = "https://evil.example" }, 403 },
        { "the header, from a sibling host", new() { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-site", ["Origin"] = "http://127.0.0.1:7071" }, 403 },
        { "the header, from a frame without origin", new() { ["X-Relief-Client"] = "portal", ["Origin"] = "null" }, 403 },
        { "our host's name as a user", new() { ["X-Relief-Client"] = "portal", ["Origin"] = "http://127.0.0.1:7071@evil.example" }, 403 },
        { "same origin without the header", new() { ["Sec-Fetch-Site"] = "same-origin", ["Origin"] = "http://127.0.0.1:7071" }, 403 },
        { "another client's name", new() { ["X-Relief-Client"] = "curl", ["Sec-Fetch-Site"] = "same-origin" }, 403 },
    };

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task A_write_by_cookie_comes_from_our_own_pages_or_is_refused(string from, Dictionary<string, string> headers, int status)
    {
        var world = await azurite.WorldAsync(Now);
        var (visitor, secret, _) = await SignedInAsync(world);
        Assert.True(status == (await visitor.SendAsync("DELETE", "/api/v1/sessions/current", null, headers)).Status, from);
        Assert.Equal(status == 204 ? 401 : 200, (await visitor.GetAsync("/api/v1/me")).Status);

        // Nor does another site sign a person in under its own key.
        var signIn = await new Visitor(world).SendAsync("POST", "/api/v1/sessions", new { key = secret }, headers);
        Assert.Equal(status == 204 ? 201 : 403, signIn.Status);
        Assert.Equal(status == 204, signIn.Headers.ContainsKey("Set-Cookie"));
    }

    [Fact]
    public async Task A_key_in_the_header_needs_no_page_and_goes_before_a_cookie()
    {
        var world = await azurite.WorldAsync(Now);
        var (visitor, _, _) = await SignedInAsync(world);
        var (secret, key) = await world.Get<AccessKeys>().CreateAsync("程序", Role.Leader, "520111", null, "test");
        var answer = await visitor.SendAsync("GET", "/api/v1/me", null, new Dictionary<string, string> { ["Authorization"] = "Bearer " + secret });
        Assert.Equal(key.Id, answer.Json<SessionEndpoints.Me>().Actor);
    }

    [Fact]
    public async Task Guessing_keys_at_the_sign_in_is_counted_as_anywhere()
    {
        var world = await azurite.WorldAsync(Now);
        var visitor = new Visitor(world);
        for (var i = 0; i < AccessKeys.FailuresAllowed; i++) Assert.Equal(401, (await visitor.PostAsync("/api/v1/sessions", new { key = "rf_0123456789ab_guess" + i })).Status);
        var last = await visitor.PostAsync("/api/v1/sessions", new { key = "rf_0123456789ab_guess" });
        Assert.Equal((429, "60"), (last.Status, last.Headers["Retry-After"]));
        Assert.DoesNotContain("Set-Cookie", last.Headers.Keys);
    }

    [Fact]
    public async Task A_warm_request_by_session_costs_no_storage_call_more_than_one_by_key()
    {
        var calls = new Counter();
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<HttpPipelinePolicy>(calls));
        var (visitor, secret, _) = await SignedInAsync(world);
        async Task<int> CostAsync(Func<Task<Answer>> call)
        {
            Assert.Equal(200, (await call()).Status);
            var before = calls.Count;
            Assert.Equal(200, (await call()).Status);
            return calls.Count - before;
        }

        var byKey = await CostAsync(() => world.SendAsync("GET", "/api/v1/access-keys", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + secret }));
        Assert.Equal(byKey, await CostAsync(() => visitor.GetAsync("/api/v1/access-keys")));
    }

    [Fact]
    public async Task The_one_used_least_makes_room_and_what_has_ended_leaves_no_row()
    {
        var world = await azurite.WorldAsync(Now);
        var (first, secret, key) = await SignedInAsync(world);
        for (var i = 0; i < SessionStore.MostOfOneActor; i++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await new Visitor(world).PostAsync("/api/v1/sessions", new { key = secret });
        }

        Assert.Equal(SessionStore.MostOfOneActor, (await world.Get<SessionStore>().OfAsync("520111", key)).Count);
        Assert.Equal(401, (await first.GetAsync("/api/v1/me")).Status);
        world.Clock.Advance(TimeSpan.FromHours(13));
        await new Visitor(world).PostAsync("/api/v1/sessions", new { key = secret });
        Assert.Single(await world.Get<SessionStore>().OfAsync("520111", key));
    }

    [Fact]
    public async Task Signing_in_and_out_stand_in_the_trail_and_no_secret_does()
    {
        var world = await azurite.WorldAsync(Now);
        var (visitor, secret, key) = await SignedInAsync(world);
        var cookie = visitor.Cookie!;
        await visitor.DeleteAsync("/api/v1/sessions/current");
        var table = world.Get<Core.Storage.FeatureTables>()[AccessFeature.Table];
        var entries = await table.AuditAsync(SessionStore.Partition("520111"), Now.AddHours(-1), Now.AddHours(1)).ToListAsync();
        Assert.Equal([(key, "session.began"), (key, "session.ended")], entries.Select(entry => (entry.Actor, entry.What)).Order());
        Assert.DoesNotContain(entries, entry => entry.ToString().Contains(cookie.Split('.')[2], StringComparison.Ordinal) || entry.ToString().Contains(secret, StringComparison.Ordinal));
    }

    private sealed class Counter : HttpPipelinePolicy
    {
        private int _count;

        public int Count => _count;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Interlocked.Increment(ref _count);
            ProcessNext(message, pipeline);
        }

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Interlocked.Increment(ref _count);
            return ProcessNextAsync(message, pipeline);
        }
    }
}
