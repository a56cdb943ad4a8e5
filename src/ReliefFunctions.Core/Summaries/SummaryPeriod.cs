using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Summaries;

/// <summary>How much of a season a summary sums up.</summary>
public enum PeriodKind
{
    /// <summary>One week (周汇总).</summary>
    Week,

    /// <summary>From the first week to the last that ends by the due day of 推进情况, January 10 (plan item 1.38).</summary>
    Progress,

    /// <summary>From the first week to the last that ends by the due day of 工作总结, April 1 (plan item 1.38); weekly reports go on.</summary>
    Final,

    /// <summary>The whole campaign, with its extension (plan item 3.16).</summary>
    Season,
}

/// <summary>What a summary sums up: one week, or all weeks up to a stage's last. It is compiled first and finally with its last week.</summary>
/// <param name="Kind">How much of the season.</param>
/// <param name="Weeks">The weeks, in their order; never empty.</param>
public sealed record SummaryPeriod(PeriodKind Kind, IReadOnlyList<ReportingWeek> Weeks)
{
    /// <summary>As it stands in addresses and keys: <c>2026W50</c>, <c>progress</c>, <c>final</c>, <c>season</c>.</summary>
    public string Key => Kind == PeriodKind.Week ? Last.Key.ToString() : Kind.ToString().ToLowerInvariant();

    /// <summary>The last week.</summary>
    public ReportingWeek Last => Weeks[^1];

    /// <summary>When there is something to sum up, UTC.</summary>
    public DateTimeOffset Opens => Weeks[0].Opens;

    /// <summary>Every period of a campaign, weeks first.</summary>
    public static IReadOnlyList<SummaryPeriod> Of(Campaign campaign)
    {
        var (weeks, year) = (CampaignWeeks.Of(campaign), int.Parse(campaign.Season.AsSpan(5), CultureInfo.InvariantCulture));
        IEnumerable<SummaryPeriod> Until(PeriodKind kind, DateOnly day) =>
            weeks.Where(week => week.Last <= day).ToList() is { Count: > 0 } some ? [new SummaryPeriod(kind, some)] : [];
        return
        [
            .. weeks.Select(week => new SummaryPeriod(PeriodKind.Week, [week])),
            .. Until(PeriodKind.Progress, campaign.Calendar.ProgressReportDue ?? new DateOnly(year, 1, 10)),
            .. Until(PeriodKind.Final, campaign.Calendar.FinalReportDue ?? new DateOnly(year, 4, 1)),
            new SummaryPeriod(PeriodKind.Season, weeks),
        ];
    }
}
