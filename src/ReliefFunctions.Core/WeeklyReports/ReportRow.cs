using System.Globalization;
using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Where a unit's report of a week stands.</summary>
public enum ReportState
{
    /// <summary>Nothing was submitted (未报). Not the same as a zero report.</summary>
    NotReported,

    /// <summary>Submitted, not yet looked at by the office (待审核).</summary>
    Submitted,

    /// <summary>Returned by the office with a comment (退回).</summary>
    Returned,

    /// <summary>Accepted by the office (已审核).</summary>
    Accepted,
}

/// <summary>
/// One unit's report of one week as it stands. The row is there as soon as the week opens, which freezes who is expected to report.
/// </summary>
[Audited("state", "revision", "review", "unlocked", "confirmed")]
public sealed record ReportRow
{
    /// <summary>The week.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>The unit's code.</summary>
    public required string Unit { get; init; }

    /// <summary>The unit's name when the week opened.</summary>
    public required string UnitName { get; init; }

    /// <summary>What the unit was when the week opened.</summary>
    public required UnitKind Kind { get; init; }

    /// <summary>Whether the unit stands in the reporting rate of the week.</summary>
    public required bool InRate { get; init; }

    /// <summary>Where the report stands.</summary>
    public ReportState State { get; init; }

    /// <summary>Counts every change of the row: names its messages, and what a command acts on that takes back an earlier one.</summary>
    public int Revision { get; init; }

    /// <summary>The version submitted last; null before the first.</summary>
    public ReportVersion? Latest { get; init; }

    /// <summary>The version accepted last and not returned since.</summary>
    public ReportVersion? Accepted { get; init; }

    /// <summary>The one accepted before that: counts again if the latest accepted one is returned.</summary>
    public ReportVersion? EarlierAccepted { get; init; }

    /// <summary>Every version so far, oldest first: by these a repeated submission is known.</summary>
    public IReadOnlyList<VersionMark> Versions { get; init; } = [];

    /// <summary>What the office said last of the latest version; null before it has said anything.</summary>
    public ReviewComment? Review { get; init; }

    /// <summary>The office's leave to submit after the lock.</summary>
    public LockWaiver? Unlocked { get; init; }

    /// <summary>The signed and stamped scan (盖章件), if it was handed in.</summary>
    public StampedScan? Scan { get; init; }

    /// <summary>Hashes of the scans that it replaced: by these a delayed one is known.</summary>
    public IReadOnlyList<string> EarlierScans { get; init; } = [];

    /// <summary>What the unit has typed and not submitted; counts nowhere.</summary>
    public ReportDraft? Draft { get; init; }

    /// <summary>The unit's word that the warnings of a version were looked at and the figures stand.</summary>
    public WarningsConfirmed? Confirmed { get; init; }

    /// <summary>The number of the latest version; 0 before the first.</summary>
    [JsonIgnore]
    public int Version => Latest?.Number ?? 0;

    /// <summary>
    /// What counts in every summary: the latest version when submitted or accepted; when returned, the last accepted one; else nothing.
    /// </summary>
    [JsonIgnore]
    public ReportVersion? Counted => State switch
    {
        ReportState.Submitted or ReportState.Accepted => Latest,
        ReportState.Returned => Accepted,
        _ => null,
    };

    /// <summary>
    /// Whether the unit still has something to hand in: nothing came, or what came was returned, even if an earlier accepted version counts meanwhile.
    /// </summary>
    [JsonIgnore]
    public bool IsOwed => State is ReportState.NotReported or ReportState.Returned;

    /// <summary>Minutes by which the first submission was late, 0 when in time; null before it. A return does not make a punctual unit late.</summary>
    [JsonIgnore]
    public int? MinutesLate => Versions.Count > 0 ? Versions[0].MinutesLate : null;

    /// <summary>Warnings of the latest version that nobody has explained in a note or confirmed.</summary>
    [JsonIgnore]
    public int UnexplainedWarnings =>
        Latest is { Content.Note: null } && Confirmed?.Version != Version ? Latest.Warnings.Count(warning => warning.Severity == ProblemSeverity.Warning) : 0;

    /// <summary>Where the row lies in the campaign's partition.</summary>
    public static string Key(WeekKey week, string unit) => Keys.Join("R", week.ToString(), unit);

    /// <summary>The row of a unit from which nothing came yet.</summary>
    public static ReportRow Expected(Unit unit, WeekKey week) =>
        new() { Week = week, Unit = unit.Code, UnitName = unit.Name, Kind = unit.Kind, InRate = unit.CountsInReportingRate };
}

/// <summary>One immutable version of a report.</summary>
public sealed record ReportVersion
{
    /// <summary>1, 2, …</summary>
    public required int Number { get; init; }

    /// <summary>What the unit said.</summary>
    public required ReportContent Content { get; init; }

    /// <summary>See <see cref="ReportContent.Hash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>The version of the form.</summary>
    public required int FormVersion { get; init; }

    /// <summary>When it was received, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who submitted it: the actor's id.</summary>
    public required string By { get; init; }

    /// <summary>Minutes after the due time; 0 when in time.</summary>
    public required int MinutesLate { get; init; }

    /// <summary>The number on the receipt (回执).</summary>
    public required string Receipt { get; init; }

    /// <summary>The bytes as received.</summary>
    public required OriginalFile Original { get; init; }

    /// <summary>The trace in which it came (W3C Trace Context); null when nobody recorded it.</summary>
    public string? Trace { get; init; }

    /// <summary>What it changed in the version it was based on.</summary>
    public IReadOnlyList<FieldChange> Changes { get; init; } = [];

    /// <summary>What was asked about it and how entries were understood; never errors.</summary>
    public IReadOnlyList<ReportProblem> Warnings { get; init; } = [];

    /// <summary>Where the version lies in the campaign's partition.</summary>
    public static string Key(WeekKey week, string unit, int number) =>
        Keys.Join("V", week.ToString(), unit, number.ToString("D5", CultureInfo.InvariantCulture));
}

/// <summary>What was typed so far (草稿): seen by the unit and the office, counted nowhere, and gone when the unit submits.</summary>
/// <param name="Revision">1, 2, …: each saving names the one it changes.</param>
/// <param name="BaseVersion">The submitted version it starts from; null for a first report.</param>
/// <param name="FormVersion">The version of the form.</param>
/// <param name="Content">What could be understood.</param>
/// <param name="Entered">What was typed where it could not be understood, by field code.</param>
/// <param name="At">When it was saved last, UTC.</param>
/// <param name="By">Who saved it: the actor's id.</param>
public sealed record ReportDraft(int Revision, int? BaseVersion, int FormVersion, ReportContent Content, IReadOnlyDictionary<string, string> Entered,
    DateTimeOffset At, string By);

/// <summary>Who confirmed the warnings of which version, and when (UTC).</summary>
public sealed record WarningsConfirmed(int Version, string By, DateTimeOffset At);

/// <summary>What a repeated submission is known by.</summary>
public sealed record VersionMark(int Number, string Hash, DateTimeOffset At, int MinutesLate, string Receipt)
{
    internal static VersionMark Of(ReportVersion version) => new(version.Number, version.Hash, version.At, version.MinutesLate, version.Receipt);
}

/// <summary>An original in the blob container <see cref="BlobStore.Originals"/>.</summary>
/// <param name="Sha256">Lower-case hex; last part of the blob's name.</param>
/// <param name="ContentType">As understood, not as claimed.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Name">As the sender calls it; null when they did not say.</param>
public sealed record OriginalFile(string Sha256, string ContentType, int Length, string? Name = null);

/// <summary>The office's word on a version.</summary>
public sealed record ReviewComment(int Version, string? Comment, string By, DateTimeOffset At);

/// <summary>Leave to submit after the lock, with reason and end.</summary>
public sealed record LockWaiver(DateTimeOffset Until, string Reason, string By);

/// <summary>A stamped scan, and the version of the report that stood when it came (0 before the first): a later correction is not under its stamp.</summary>
public sealed record StampedScan(OriginalFile File, DateTimeOffset At, string By, int Version = 0);
