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
