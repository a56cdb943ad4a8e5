using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.Portal;

/// <summary>A unit's home over HTTP.</summary>
public static class UnitOverviewEndpoints
{
    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetUnitOverview", "GET", CampaignEndpoints.CampaignTemplate + "/units/{unit}/overview", AccessRule.Readers, Get)
        {
            Summary = "单位首页：要报的周报、待签收的通知、阶段材料，和各周报送情况",
            Response = typeof(UnitOverview),
        },
    ];

    private static async Task<IResult> Get(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var unit = await c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);
        var (reports, stages) = (c.Service<ReportStore>(), c.Service<StageStore>());
        var notices = c.Service<PatrolStore>().InboxAsync(campaign, unit.Code, c.Aborted);
        var written = Task.WhenAll(Enum.GetValues<Stage>().Select(async stage =>
            await stages.SubmittedAsync(campaign, stage, unit, c.Aborted) ?? StageRow.Expected(stage, unit)));
        var weeks = await Task.WhenAll(CampaignWeeks.Of(campaign).Where(week => week.Opens <= c.Now && unit.IsOpen(week.First, week.Last)).Reverse()
            .Select(async week => (week, await reports.GetAsync(campaign, week.Key, unit.Code, c.Aborted))));
        return c.Json(UnitOverview.Of(campaign, unit, weeks, await notices, await written, c.Now));
    }
}
