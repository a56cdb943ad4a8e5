using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Portal;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Stages;
using ReliefFunctions.Tests.WeeklyReports;

namespace ReliefFunctions.Tests.Portal;

/// <summary>What a unit's home is told.</summary>
public class UnitOverviewTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Campaign = "/api/v1/campaigns/520111/2026-2027", Report = Campaign + "/weeks/2026W50/reports/520111101", Overview = Campaign + "/units/520111101/overview";
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101"), Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    [Fact]
    public async Task A_units_home_knows_its_weeks_what_is_due_and_what_was_returned()
    {
        var world = await azurite.WorldAsync(Monday);
        var audit = new AuditEntry(Monday, "test", "seed", "seed");
        var campaigns = world.Get<CampaignStore>();
        var calendar = Huaxi.Campaign.Calendar with { ProgressReportDue = new DateOnly(2027, 1, 10), FinalReportDue = new DateOnly(2027, 4, 1) };
        await campaigns.PutAsync(Huaxi.Campaign with { Calendar = calendar }, null, audit);
        await campaigns.PutUnitsAsync("520111", [Huaxi.Qingyan, Huaxi.Police], audit);
        await campaigns.PutConfigurationAsync("520111", FormEndpoints.Kind, 1, Huaxi.Form, audit);
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);

        var first = (await world.CallAsync("GET", Overview, Reporter)).Json<UnitOverview>();
        Assert.Equal(("2026W50", Monday), (first.Due.ToString(), first.Now));
        Assert.Equal(["2026W51", "2026W50", "2026W49"], first.Weeks.Select(week => week.Week.Key.ToString()));
        Assert.All(first.Weeks, week => Assert.Equal((ReportState.NotReported, 0), (week.State, week.Version)));
        Assert.Equal([Stage.Progress, Stage.Final], first.Stages.Select(stage => stage.Stage));
        Assert.Empty(first.Notices);

        await world.CallAsync("PUT", Report, Reporter, System.Text.Encoding.UTF8.GetBytes(StoredJson.Write(Huaxi.Good)));
        await world.CallAsync("POST", Report + "/return", Office, """{"version":1,"comment":"B02 请核对"}"""u8.ToArray());
        var returned = (await world.CallAsync("GET", Overview, Reporter)).Json<UnitOverview>().Weeks.Single(week => week.Week.Key.ToString() == "2026W50");
        Assert.Equal((ReportState.Returned, 1, "B02 请核对"), (returned.State, returned.Version, returned.ReturnReason));

        // The portal opens with the same in one answer that needs to know nothing; who is of no unit gets no unit's part of it.
        var start = (await world.CallAsync("GET", "/api/v1/start", Reporter)).Json<PortalStart>();
        Assert.Equal((Reporter.Unit, Monday, "2026-2027"), (start.Me.Unit, start.Now, start.Campaign!.Season));
        Assert.Equal(StoredJson.Write((await world.CallAsync("GET", Overview, Reporter)).Json<UnitOverview>()), StoredJson.Write(start.Overview));
        Assert.Empty(start.Inbox!.Notices);
        var desk = (await world.CallAsync("GET", "/api/v1/start", Office)).Json<PortalStart>();
        Assert.Equal(("2026-2027", null, null), (desk.Campaign!.Season, desk.Overview, desk.Inbox));
        var stranger = (await world.CallAsync("GET", "/api/v1/start", Reporter with { Unit = "520111999" })).Json<PortalStart>();
        Assert.Equal(("2026-2027", null), (stranger.Campaign!.Season, stranger.Overview));
        Assert.Null((await world.CallAsync("GET", "/api/v1/start", Reporter with { Scope = "110101" })).Json<PortalStart>().Campaign);

        // Another unit's home does not exist for this one.
        Assert.Equal(404, (await world.CallAsync("GET", Overview.Replace("520111101", Huaxi.Police.Code, StringComparison.Ordinal), Reporter)).Status);
    }
}
