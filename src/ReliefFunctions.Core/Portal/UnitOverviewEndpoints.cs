using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.DailyReports;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
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
            Summary = "单位首页：要报的周报、待签收的通知、要续报的突发情况、今天的每日一报、阶段材料，和各周报送情况",
            Response = typeof(UnitOverview),
        },
    ];

    private static async Task<IResult> Get(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var unit = await c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);
        return c.Json(await OfAsync(c, campaign, unit, await c.Service<PatrolStore>().InboxAsync(campaign, unit.Code, c.Aborted)));
    }

    /// <summary>A unit's home, whose notices were read already.</summary>
    internal static async Task<UnitOverview> OfAsync(ApiContext c, Campaign campaign, Unit unit, IReadOnlyList<PatrolNotice> notices)
    {
        var (reports, stages) = (c.Service<ReportStore>(), c.Service<StageStore>());
        var written = Task.WhenAll(Enum.GetValues<Stage>().Select(async stage =>
            await stages.SubmittedAsync(campaign, stage, unit, c.Aborted) ?? StageRow.Expected(stage, unit)));
        var weeks = await Task.WhenAll(CampaignWeeks.Of(campaign).Where(week => week.Opens <= c.Now && unit.IsOpen(week.First, week.Last)).Reverse()
            .Select(async week => (week, await reports.GetAsync(campaign, week.Key, unit.Code, c.Aborted))));
        var (daily, incidents) = (OwedAsync(c, campaign, unit), c.Service<IncidentStore>().AllAsync(campaign, c.Aborted));
        return UnitOverview.Of(campaign, unit, weeks, notices, await written, await daily, await incidents, c.Now);
    }

    /// <summary>Today's report a day, when it is owed and not there.</summary>
    private static async Task<UnitDay?> OwedAsync(ApiContext c, Campaign campaign, Unit unit)
    {
        var (store, day) = (c.Service<DailyStore>(), LocalTime.DateOf(c.Now, campaign.Zone()));
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        if (!(await store.OwingAsync(campaign, day, policy, c.Aborted)).Contains(unit.Code)) return null;
        return await store.GetAsync(campaign, day, unit.Code, c.Aborted) is null ? new UnitDay(day, DailyRules.Due(day, policy, campaign)) : null;
    }
}
