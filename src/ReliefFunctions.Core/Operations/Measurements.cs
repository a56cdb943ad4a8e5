using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather.Feeds;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Operations;

/// <summary>How a campaign stands, in the numbers that an operator watches.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Name">The district's name.</param>
/// <param name="Week">The week that is due or was last, or null before the first.</param>
/// <param name="Reports">Its reports by state.</param>
/// <param name="Unacknowledged">Notices in force that are past their time and not acknowledged, by intensity.</param>
/// <param name="Waiting">Messages that wait to be sent or handled.</param>
/// <param name="OldestWaiting">When the oldest of them was committed, UTC; null when none waits.</param>
/// <param name="Quarantined">Inputs set apart because no decision could be made with them.</param>
/// <param name="FormVersion">The version of the weekly form in that week.</param>
/// <param name="PolicyVersion">The version of the patrol policy in force.</param>
public sealed record CampaignMeasures(
    string District, string Season, string Name, string? Week, IReadOnlyDictionary<ReportState, int> Reports,
    IReadOnlyDictionary<PatrolIntensity, int> Unacknowledged, int Waiting, DateTimeOffset? OldestWaiting, int Quarantined,
    int FormVersion, int PolicyVersion)
{
    /// <summary>Why its numbers could not be read: then they are all empty; null when they could be.</summary>
    [ForPeople]
    public string? Failure { get; init; }

    /// <summary>A campaign whose records cannot all be read: whoever has to mend it must see the rest.</summary>
    internal static CampaignMeasures Unreadable(Campaign campaign, Exception e) => new(campaign.District, campaign.Season, campaign.DistrictName, null,
        new Dictionary<ReportState, int>(), new Dictionary<PatrolIntensity, int>(), 0, null, 0, campaign.FormVersionOn(campaign.Start), campaign.PolicyVersion)
    {
        Failure = $"读不出它的记录（{e.GetType().Name}），请到日志里按区县代码查。",
    };
}

/// <summary>How a feed stands.</summary>
/// <param name="Name">As it is configured.</param>
/// <param name="LastSuccess">Its last valid answer, UTC; null before the first.</param>
/// <param name="Failures">Attempts without success in a row.</param>
/// <param name="LastError">Why the last attempt failed.</param>
public sealed record FeedMeasures(string Name, DateTimeOffset? LastSuccess, int Failures, [ForPeople] string? LastError);

/// <summary>Reads how things stand, for metrics and for the operator's page. It decides nothing.</summary>
public sealed class Measurements(FeatureTables tables, ReportStore reports, PatrolStore patrols, FeedOptions feeds)
{
    /// <summary>A campaign's numbers.</summary>
    public async Task<CampaignMeasures> OfAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var week = CampaignWeeks.Of(campaign).LastOrDefault(week => week.Last.AddDays(1) <= LocalTime.DateOf(now, campaign.Zone()))
            ?? CampaignWeeks.Of(campaign).FirstOrDefault(week => week.Opens <= now);
        var states = week is null ? [] : (await reports.WeekAsync(campaign, week.Key, ct)).CountBy(row => row.State).ToDictionary();
        var state = await patrols.StateAsync(campaign, ct);
        var unacknowledged = new Dictionary<PatrolIntensity, int>();
        foreach (var revision in state.NoticeOf.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            foreach (var notice in await patrols.NoticesAsync(campaign, revision.Key, ct))
            {
                var late = notice.Acknowledgement is null && notice.AcknowledgeBy <= now && revision.Contains(notice.Unit);
                if (late) unacknowledged[notice.Intensity] = unacknowledged.GetValueOrDefault(notice.Intensity) + 1;
            }
        }

        var waiting = new List<DateTimeOffset>();
        foreach (var table in tables.Names.Where(table => table.OfCampaigns is not null))
        {
            await foreach (var row in tables[table].PrefixAsync<OutboxRow>(campaign.Partition, OutboxRow.KeyPrefix, ct)) waiting.Add(row.Value.CreatedAt);
        }

        return new CampaignMeasures(campaign.District, campaign.Season, campaign.DistrictName, week?.Key.ToString(), states, unacknowledged,
            waiting.Count, waiting.Count == 0 ? null : waiting.Min(), (await patrols.QuarantineAsync(campaign, ct)).Count,
            campaign.FormVersionOn(week?.First ?? campaign.Start), campaign.PolicyVersion);
    }

    /// <summary>The configured feeds.</summary>
    public async Task<IReadOnlyList<FeedMeasures>> FeedsAsync(CancellationToken ct)
    {
        var measures = new List<FeedMeasures>();
        foreach (var feed in feeds.Items)
        {
            var cursor = (await tables[ClockFeature.Intake].GetAsync<FeedCursor>(FeedPuller.CursorPartition, Keys.Part(feed.Name), ct))?.Value;
            measures.Add(new FeedMeasures(feed.Name, cursor?.LastSuccess, cursor?.Failures ?? 0, cursor?.LastError));
        }

        return measures;
    }
}
