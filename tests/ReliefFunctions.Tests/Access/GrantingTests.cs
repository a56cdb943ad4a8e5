using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries;

namespace ReliefFunctions.Tests.Access;

/// <summary>What somebody makes that lets others in is never more than they are, whoever makes it and by whatever route.</summary>
public class GrantingTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Qingyan = "520111101", Shiban = "520111102", Keys = "/api/v1/access-keys";
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero), End = Now.AddDays(3);

    public static TheoryData<Role, string, string?, Role, string, string?, bool> Gifts => new()
    {
        { Role.Operator, "", null, Role.Operator, "", null, true },
        { Role.Operator, "", null, Role.Feed, "52", null, true },
        { Role.Operator, "5201", null, Role.Operator, "520111", null, true },
        { Role.Operator, "5201", null, Role.Feed, "52", null, false },
        { Role.Operator, "5201", null, Role.Operator, "", null, false },
        { Role.CampaignOffice, "5201", null, Role.CampaignOffice, "520112", null, true },
        { Role.CampaignOffice, "520111", null, Role.CampaignOffice, "520111", null, true },
        { Role.CampaignOffice, "520111", null, Role.Leader, "520111", null, true },
        { Role.CampaignOffice, "520111", null, Role.UnitReporter, "520111", Qingyan, true },
        { Role.CampaignOffice, "520111", null, Role.UnitReporter, "520112", Qingyan, false },
        { Role.CampaignOffice, "520111", null, Role.Leader, "5201", null, false },
        { Role.CampaignOffice, "520111", null, Role.Feed, "520111", null, false },
        { Role.CampaignOffice, "520111", null, Role.Operator, "520111", null, false },
        { Role.CampaignOffice, "520111", Qingyan, Role.UnitReporter, "520111", Qingyan, true },
        { Role.CampaignOffice, "520111", Qingyan, Role.UnitReporter, "520111", Shiban, false },
        { Role.CampaignOffice, "520111", Qingyan, Role.CampaignOffice, "520111", null, false },
        { Role.Leader, "520111", null, Role.Leader, "520111", null, false },
        { Role.UnitReporter, "520111", Qingyan, Role.UnitReporter, "520111", Qingyan, false },
        { Role.Feed, "", null, Role.Feed, "", null, false },
    };

    [Theory]
    [MemberData(nameof(Gifts))]
    public void No_maker_gives_a_wider_role_place_or_unit_than_its_own(Role maker, string scope, string? unit, Role role, string given, string? to, bool may) =>
        Assert.Equal(may, Granting.Covers(new Actor("k", "n", maker, scope, unit), role, given, to));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, 5, true)]
    [InlineData(3, 2, true)]
    [InlineData(3, 3, true)]
    [InlineData(3, 4, false)]
    [InlineData(3, null, false)]
    public void Nothing_goes_on_for_longer_than_its_maker(int? maker, int? given, bool may)
    {
        DateTimeOffset? At(int? days) => days is { } many ? Now.AddDays(many) : null;
        var actor = new Actor("k", "n", Role.CampaignOffice, "520111") { Until = At(maker) };
        Assert.Equal(may, Granting.Lasts(actor, At(given)));
        Assert.Equal(may ? At(given) : At(maker), Granting.Bounded(actor, At(given)));
    }

    /// <summary>An office key that ends in three days, at every route that makes what lets somebody in.</summary>
    [Fact]
    public async Task A_key_that_ends_makes_no_key_rotation_invitation_session_or_link_that_goes_on_after_it()
    {
        var places = await Security.TwoDistricts.StartAsync(azurite);
        var (world, end) = (places.World, places.World.Clock.GetUtcNow().AddDays(3));
        var keys = world.Get<AccessKeys>();
        var (secret, mine) = await keys.CreateAsync("临时值班", Role.CampaignOffice, "520111", null, "test", end);
        Task<Answer> Call(string method, string path, object? body = null) => places.CallAsync(method, path, secret, body is null ? null : Json(body));

        // Keys.
        Assert.Equal(403, (await Call("POST", Keys, new { name = "长期", role = "leader", scope = "520111" })).Status);
        Assert.Equal(403, (await Call("POST", Keys, new { name = "长期", role = "leader", scope = "520111", expiresAt = end.AddSeconds(1) })).Status);
        Assert.Equal(201, (await Call("POST", Keys, new { name = "一样长", role = "leader", scope = "520111", expiresAt = end })).Status);

        // Keys in the place of others: one without an end, one that ends later, its own.
        var (_, never) = await keys.CreateAsync("长期", Role.CampaignOffice, "520111", null, "test");
        var (_, later) = await keys.CreateAsync("更久", Role.Leader, "520111", null, "test", end.AddDays(1));
        foreach (var key in new[] { never, later })
        {
            var refused = await Call("POST", $"{Keys}/{key.Id}/rotation");
            Assert.Equal((403, true), (refused.Status, refused.Text.Contains("不能比它更晚到期", StringComparison.Ordinal)));
            Assert.Null((await keys.FindAsync(key.Id))!.Successor);
        }

        Assert.Equal(200, (await Call("DELETE", $"{Keys}/{later.Id}")).Status);
        var rotated = (await Call("POST", $"{Keys}/{mine.Id}/rotation", new { overlapHours = 72 })).Json<AccessEndpoints.KeyAnswer>();
        Assert.Equal(end, rotated.ExpiresAt);
        secret = rotated.Secret!;

        // Invitations: the slip, and whoever comes in by it.
        var invited = await Call("POST", "/api/v1/districts/520111/invitations", new { role = "campaignOffice", days = 60 });
        var slip = invited.Json<IReadOnlyList<PeopleEndpoints.InvitationAnswer>>().Single();
        Assert.Equal((end, end), (slip.ExpiresAt, slip.LetsInUntil));
        var visitor = new Visitor(world);
        var me = (await visitor.PostAsync("/api/v1/invitations/redemption", new { code = slip.Link.Split('#')[1], name = "王芳" })).Json<SessionEndpoints.Me>();
        Assert.Equal((Role.CampaignOffice, end), (me.Role, me.Until));
        Assert.Equal(403, (await visitor.PostAsync(Keys, new { name = "长期", role = "leader", scope = "520111" })).Status);
        var further = (await visitor.PostAsync("/api/v1/districts/520111/invitations", new { role = "leader", days = 60 })).Json<IReadOnlyList<PeopleEndpoints.InvitationAnswer>>().Single();
        Assert.Equal((end, end), (further.ExpiresAt, further.LetsInUntil));

        // Sessions by the key itself, and links.
        var byKey = new Visitor(world);
        world.Clock.SetUtcNow(end.AddHours(-1));
        var session = (await byKey.PostAsync("/api/v1/sessions", new { key = secret })).Json<SessionEndpoints.Me>();
        Assert.Equal(end, session.Until);
        var link = await byKey.PostAsync($"{Security.TwoDistricts.Campaign}/summaries/2026W50/1/json/links", new { @for = "区政府办", hours = 168 });
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()), link.Json<SummaryEndpoints.LinkAnswer>().Link.Until);

        // And when the end has come, all of it has.
        world.Clock.SetUtcNow(end.AddSeconds(1));
        var file = await places.CallAsync("GET", new Uri(link.Json<SummaryEndpoints.LinkAnswer>().Url).AbsolutePath, null);
        List<int> after = [(await Call("GET", Keys)).Status, (await visitor.GetAsync("/api/v1/me")).Status, (await byKey.GetAsync("/api/v1/me")).Status, file.Status];
        Assert.Equal([401, 401, 401, 404], after);
        Assert.Empty((await world.Get<PeopleStore>().PeopleAsync("520111")).SelectMany(each => each.Person.CurrentAt(end.AddSeconds(1))));
    }

    private static byte[] Json(object body) => JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options);
}
