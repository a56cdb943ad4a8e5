using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Campaigns;

public class CampaignExtensionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Address = "/api/v1/campaigns/520111/2026-2027";

    [Fact]
    public async Task An_extension_moves_the_weeks_and_the_patrol_clock_and_is_kept_with_who_and_why()
    {
        var world = await WorldAsync("04-20 09:00");
        Assert.Equal(new DateOnly(2027, 4, 30), (await WeeksAsync(world))[^1].Last);
        var answer = await ExtendAsync(world, await ETagAsync(world));
        Assert.Equal(200, answer.Status);
        Assert.Equal((new DateOnly(2027, 5, 16), "王区长"), (answer.Json<Campaign>().LastDay, answer.Json<Campaign>().Extension!.ApprovedBy));
        var weeks = await WeeksAsync(world);
        Assert.Equal((new DateOnly(2027, 5, 10), new DateOnly(2027, 5, 16)), (weeks[^1].First, weeks[^1].Last));
        Assert.Equal("2027W19", weeks[^1].Key.ToString());

        var patrols = new PatrolWorld(world);
        patrols.At("05-10 10:00");
        await patrols.Patrols.DecideAsync((await world.Get<CampaignStore>().GetAsync("520111", "2026-2027"))!.Value, new PatrolCommand.ApplyAlert(Huaxi.Alert("05-10 10:00", AlertLevel.Yellow)), null, default);
        Assert.Equal(PatrolIntensity.Intensive, (await patrols.Patrols.OrderAsync(Huaxi.Campaign, 1, default))!.Highest);
        Assert.Contains(await AuditAsync(world), entry => entry.What == "campaign.extended" && entry.Detail == "2027-04-30 → 2027-05-16，王区长：持续低温");
    }

    [Fact]
    public async Task A_repetition_changes_nothing_and_a_decision_upon_an_old_version_is_refused()
    {
        var world = await WorldAsync("04-20 09:00");
        var etag = await ETagAsync(world);
        Assert.Equal(412, (await ExtendAsync(world, null)).Status);
        var first = await ExtendAsync(world, etag);
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        var again = await ExtendAsync(world, etag);
        Assert.Equal((first.Text, first.Headers["ETag"]), (again.Text, again.Headers["ETag"]));
        Assert.Equal(412, (await ExtendAsync(world, etag, "2027-05-23")).Status);
        Assert.Equal(200, (await ExtendAsync(world, first.Headers["ETag"], "2027-05-23")).Status);
        Assert.Single(await AuditAsync(world), entry => entry.What == "campaign.extended" && entry.Detail!.Contains("05-16，", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_extension_is_not_taken_back_below_a_week_that_has_opened_nor_below_the_plan()
    {
        var world = await WorldAsync("04-20 09:00");
        var extended = await ExtendAsync(world, await ETagAsync(world), "2027-05-23");
        world.Clock.SetUtcNow(Huaxi.At("05-11 09:00"));
        var refused = await ExtendAsync(world, extended.Headers["ETag"], "2027-05-09");
        Assert.Equal(422, refused.Status);
        Assert.Contains("2027W19", refused.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await ExtendAsync(world, extended.Headers["ETag"], "2027-04-20")).Status);
        Assert.Equal(422, (await ExtendAsync(world, extended.Headers["ETag"], "2029-04-20")).Status);
        Assert.Equal(200, (await ExtendAsync(world, extended.Headers["ETag"], "2027-05-16")).Status);
        var empty = await world.CallAsync("POST", Address + "/extension", PatrolWorld.Office, """{"newEnd":"2027-05-20","reason":" ","approvedBy":""}"""u8.ToArray());
        Assert.Equal(422, empty.Status);
        Assert.Contains("/approvedBy", empty.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await ExtendAsync(world, extended.Headers["ETag"], "2027-05-30", PatrolWorld.Qingyan)).Status);
    }

    [Fact]
    public async Task A_change_of_settings_neither_makes_an_extension_nor_loses_one()
    {
        var world = await WorldAsync("04-20 09:00");
        var forged = Huaxi.Campaign with { Extension = new CampaignExtension(new DateOnly(2027, 6, 1), "x", "y", Huaxi.At("04-20 09:00")) };
        Assert.Equal(422, (await PutAsync(world, forged, await ETagAsync(world))).Status);
        var extended = await ExtendAsync(world, await ETagAsync(world));
        var put = await PutAsync(world, Huaxi.Campaign with { DutyPhone = "0851-1" }, extended.Headers["ETag"]);
        Assert.Equal((200, new DateOnly(2027, 5, 16), "0851-1"), (put.Status, put.Json<Campaign>().LastDay, put.Json<Campaign>().DutyPhone));
    }

    private static Task<Answer> PutAsync(World world, Campaign campaign, string etag) =>
        world.CallAsync("PUT", Address, PatrolWorld.Office, Encoding.UTF8.GetBytes(StoredJson.Write(campaign)), headers: new Dictionary<string, string> { ["If-Match"] = etag });

    private static Task<Answer> ExtendAsync(World world, string? etag, string end = "2027-05-16", Actor? actor = null) =>
        world.CallAsync("POST", Address + "/extension", actor ?? PatrolWorld.Office, Encoding.UTF8.GetBytes($$"""{"newEnd":"{{end}}","reason":"持续低温","approvedBy":"王区长"}"""),
            headers: etag is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["If-Match"] = etag });

    private static async Task<string> ETagAsync(World world) => (await world.CallAsync("GET", Address, PatrolWorld.Office)).Headers["ETag"];

    private static async Task<List<ReportingWeek>> WeeksAsync(World world) => (await world.CallAsync("GET", Address + "/weeks", PatrolWorld.Office)).Json<List<ReportingWeek>>();

    private static async Task<List<AuditEntry>> AuditAsync(World world)
    {
        List<AuditEntry> entries = [];
        await foreach (var row in world.Get<FeatureTables>()[CampaignFeature.Campaigns].PrefixAsync<AuditEntry>("2026-2027", "A|")) entries.Add(row.Value);
        return entries;
    }

    private async Task<World> WorldAsync(string now)
    {
        var world = await azurite.WorldAsync(Huaxi.At(now));
        var (store, audit) = (world.Get<CampaignStore>(), new AuditEntry(Huaxi.At(now), "t", "t", "t"));
        await store.PutAsync(Huaxi.Campaign, null, audit);
        await store.PutUnitsAsync("520111", Huaxi.Units, audit);
        await store.PutConfigurationAsync("520111", PatrolStore.PolicyKind, 1, Huaxi.Policy, audit);
        return world;
    }
}
