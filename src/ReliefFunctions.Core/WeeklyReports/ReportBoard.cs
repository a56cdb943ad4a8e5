using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One unit on the week's board.</summary>
/// <param name="Unit">Code.</param>
/// <param name="Name">Name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="InRate">Whether it stands in the reporting rate.</param>
/// <param name="State">Where its report stands.</param>
/// <param name="Version">Latest version; 0 before the first.</param>
/// <param name="CountedVersion">The version that counts, or null.</param>
/// <param name="ZeroReport">Whether what counts is a zero report.</param>
/// <param name="FirstSubmittedAt">When the first version came.</param>
/// <param name="MinutesLate">By how much that was late; 0 when in time.</param>
/// <param name="Overdue">Nothing counts and the due time has passed.</param>
/// <param name="UnexplainedWarnings">Warnings of the latest version that the unit has neither explained nor confirmed.</param>
/// <param name="ReturnComment">Why it was returned.</param>
/// <param name="UnlockedUntil">End of the leave to submit after the lock.</param>
/// <param name="StampedVersion">The version that the stamped scan was received for (0 before the first); null when there is no scan.</param>
/// <param name="Revision">Counts every change of the report; named by a command that takes back an earlier one.</param>
/// <param name="DraftSavedAt">When a draft was saved last that is not submitted yet, UTC.</param>
public sealed record BoardLine(
    string Unit, string Name, UnitKind Kind, bool InRate, ReportState State, int Version, int? CountedVersion, bool ZeroReport,
    DateTimeOffset? FirstSubmittedAt, int? MinutesLate, bool Overdue, int UnexplainedWarnings, string? ReturnComment, DateTimeOffset? UnlockedUntil,
        int? StampedVersion, int Revision, DateTimeOffset? DraftSavedAt)
{
    /// <summary>Whether a stamped scan was received (已收/未收).</summary>
    public bool HasStampedScan => StampedVersion is not null;
}

/// <summary>One unit to call.</summary>
/// <param name="Unit">Code.</param>
/// <param name="Name">Name.</param>
/// <param name="State">Not reported, or returned and not corrected.</param>
/// <param name="ReturnComment">Why it was returned.</param>
/// <param name="DraftSavedAt">When it last saved a draft: somebody is at it.</param>
/// <param name="Contacts">Whom to reach, the first one first.</param>
public sealed record CallListLine(string Unit, string Name, ReportState State, string? ReturnComment, DateTimeOffset? DraftSavedAt,
    IReadOnlyList<Contact> Contacts);

/// <summary>The season at a glance: every unit by every week that has opened, in one answer.</summary>
/// <param name="Weeks">The weeks that have opened, the first one first.</param>
/// <param name="Units">The units that were ever expected, in the district's order.</param>
/// <param name="Due">The week that is reported now, as <c>due</c> in an address; null outside of the season.</param>
public sealed record SeasonBoard(IReadOnlyList<SeasonWeek> Weeks, IReadOnlyList<SeasonUnit> Units, WeekKey? Due)
{
    /// <summary>The board as it stands at an instant. <paramref name="order"/> is the codes of the district's units in their order.</summary>
    public static SeasonBoard Of(Campaign campaign, IReadOnlyList<ReportRow> rows, IReadOnlyList<string> order, DateTimeOffset now)
    {
        var weeks = CampaignWeeks.Of(campaign);
        var open = weeks.Where(week => week.Opens <= now).ToList();
        var (byWeek, places) = (rows.ToLookup(row => row.Week), order.Index().ToDictionary(unit => unit.Item, unit => unit.Index));
        var units = rows.GroupBy(row => row.Unit)
            .OrderBy(unit => places.GetValueOrDefault(unit.Key, int.MaxValue)).ThenBy(unit => unit.Key, StringComparer.Ordinal)
            .Select(unit =>
            {
                var (last, cells) = (unit.MaxBy(row => row.Week)!, unit.ToDictionary(row => row.Week));
                return new SeasonUnit(unit.Key, last.UnitName, last.InRate,
                    [.. open.Select(week => cells.GetValueOrDefault(week.Key) is { } row ? SeasonCell.Of(row, week, now) : null)]);
            });
        return new SeasonBoard([.. open.Select(week => new SeasonWeek(week, now > week.Lock, ReportingRate.Of(byWeek[week.Key])))], [.. units],
            CampaignWeeks.DueAt(campaign, now)?.Key);
    }
}

/// <summary>A week of the season's board.</summary>
/// <param name="Week">The week.</param>
/// <param name="Locked">Whether it takes no more reports.</param>
/// <param name="Rate">Its reporting rate.</param>
public sealed record SeasonWeek(ReportingWeek Week, bool Locked, ReportingRate Rate);

/// <summary>A unit of the season's board.</summary>
/// <param name="Unit">Code.</param>
/// <param name="Name">Name, as of its latest week.</param>
/// <param name="InRate">Whether it stands in the reporting rate.</param>
/// <param name="Cells">One for each week; null where it was not expected.</param>
public sealed record SeasonUnit(string Unit, string Name, bool InRate, IReadOnlyList<SeasonCell?> Cells);

/// <summary>One unit's report of one week, as small as a board needs.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Version">Latest version; 0 before the first.</param>
/// <param name="Counted">Whether a version counts.</param>
/// <param name="MinutesLate">By how much the first came late; null before it.</param>
/// <param name="Overdue">Nothing counts and the due time has passed.</param>
/// <param name="Questions">Warnings that the unit has neither explained nor confirmed.</param>
/// <param name="Zero">Whether what counts is a zero report.</param>
public sealed record SeasonCell(ReportState State, int Version, bool Counted, int? MinutesLate, bool Overdue, int Questions, bool Zero)
{
    internal static SeasonCell Of(ReportRow row, ReportingWeek week, DateTimeOffset now) => new(row.State, row.Version, row.Counted is not null,
        row.MinutesLate, row.Counted is null && now > week.Due, row.UnexplainedWarnings, row.Counted?.Content.ZeroReport ?? false);
}

/// <summary>The reporting rate of a week, of those expected: never over 100 %.</summary>
/// <param name="Expected">Units that had to report (应报), frozen when the week opened.</param>
/// <param name="Reported">Of these, units of which a report counts (已报).</param>
/// <param name="OnTime">Of these, units whose first report came in time.</param>
/// <param name="Accepted">Of the expected, units whose counted report is accepted.</param>
/// <param name="Returned">Of the expected, units whose latest report is returned.</param>
public sealed record ReportingRate(int Expected, int Reported, int OnTime, int Accepted, int Returned)
{
    /// <summary>Reported of expected, 0 to 1; null when nobody was expected.</summary>
    public double? Rate => Expected == 0 ? null : (double)Reported / Expected;

    /// <summary>On time of expected, 0 to 1; null when nobody was expected.</summary>
    public double? RateOnTime => Expected == 0 ? null : (double)OnTime / Expected;

    /// <summary>The rate of rows of one week.</summary>
    public static ReportingRate Of(IEnumerable<ReportRow> rows)
    {
        var expected = rows.Where(row => row.InRate).ToList();
        var reported = expected.Where(row => row.Counted is not null).ToList();
        return new ReportingRate(
            expected.Count,
            reported.Count,
            reported.Count(row => row.MinutesLate == 0),
            reported.Count(row => row.State == ReportState.Accepted),
            expected.Count(row => row.State == ReportState.Returned));
    }
}

/// <summary>Who reported, who is late, who is missing.</summary>
public sealed record ReportBoard(ReportingWeek Week, bool Locked, ReportingRate Rate, IReadOnlyList<BoardLine> Units)
{
    /// <summary>The board of a week as it stands at an instant.</summary>
    public static ReportBoard Of(ReportingWeek week, IReadOnlyList<ReportRow> rows, DateTimeOffset now) =>
        new(week, now > week.Lock, ReportingRate.Of(rows), [.. rows.Select(row => new BoardLine(
        row.Unit, row.UnitName, row.Kind, row.InRate, row.State, row.Version, row.Counted?.Number, row.Counted?.Content.ZeroReport ?? false,
        row.Versions.Count > 0 ? row.Versions[0].At : null, row.MinutesLate, row.Counted is null && now > week.Due,
        row.UnexplainedWarnings,
        row.State == ReportState.Returned ? row.Review?.Comment : null, row.Unlocked?.Until, row.Scan?.Version, row.Revision, row.Draft?.At))]);
}
