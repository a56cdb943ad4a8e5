using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>A report as JSON: the body of PUT.</summary>
/// <param name="Values">By field code: a whole number, words, or null for a blank.</param>
/// <param name="BaseVersion">The version it corrects; If-Match says the same.</param>
/// <param name="ZeroReport">Declares that nothing happened: flows left out are 0.</param>
/// <param name="FilledBy">填报人.</param>
/// <param name="ReviewedBy">审核人.</param>
/// <param name="Note">Explains warnings.</param>
public sealed record ReportBody(ReportValues? Values, int? BaseVersion, bool ZeroReport, string? FilledBy, string? ReviewedBy, string? Note);

/// <summary>The office's word on a version.</summary>
/// <param name="Version">The version looked at; If-Match says the same.</param>
/// <param name="Comment">Required when it is returned.</param>
/// <param name="Revision">The revision read, when it takes back what the office said of this version before.</param>
public sealed record ReviewBody(int? Version, string? Comment, int? Revision = null);

/// <summary>The version whose warnings are confirmed; If-Match says the same.</summary>
public sealed record ConfirmBody(int? Version);

/// <summary>A draft as it stands, and what submitting it would run into.</summary>
/// <param name="Revision">The ETag is <c>"draft-N"</c>.</param>
/// <param name="BaseVersion">The submitted version it starts from; null for a first report.</param>
/// <param name="LatestVersion">The version that stands now: another than the base means that somebody submitted meanwhile.</param>
/// <param name="Content">What could be understood.</param>
/// <param name="Entered">What was typed where it could not be understood, by field code.</param>
/// <param name="SavedAt">UTC.</param>
/// <param name="SavedBy">The actor's id.</param>
/// <param name="Errors">What must be mended before it can be submitted.</param>
/// <param name="Warnings">What wants a look.</param>
public sealed record DraftView(
    int Revision, int? BaseVersion, int LatestVersion, ReportContent Content, IReadOnlyDictionary<string, string> Entered, DateTimeOffset SavedAt,
        string SavedBy,
    IReadOnlyList<ProblemError> Errors, IReadOnlyList<ProblemError> Warnings);

/// <summary>Leave to submit after the lock.</summary>
/// <param name="Until">When it ends.</param>
/// <param name="Reason">Why.</param>
/// <param name="Revision">The revision read, when it changes a leave given before.</param>
public sealed record WaiverBody(DateTimeOffset Until, string Reason, int? Revision = null);

/// <summary>The receipt (回执) of a submission: the same for the same content, however often it is sent.</summary>
/// <param name="Number">Printed on it.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Season key.</param>
/// <param name="Week">Week.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="Version">Which submission of the week it was.</param>
/// <param name="State">Where the report stands now.</param>
/// <param name="ReceivedAt">In the campaign's zone.</param>
/// <param name="MinutesLate">0 when in time.</param>
/// <param name="Hash">Of the content, lower-case hex.</param>
/// <param name="OriginalSha256">Of the bytes received.</param>
/// <param name="ZeroReport">Whether it is a zero report.</param>
/// <param name="SupersededBy">The version that holds now, when another one does.</param>
/// <param name="Changes">Against the version it corrected.</param>
/// <param name="Warnings">What wants a look; never blocks.</param>
/// <param name="Notes">How entries were understood.</param>
/// <param name="NeedsExplanation">There are warnings and no note: explain them in a correction, or confirm that the figures stand.</param>
public sealed record ReportReceipt(
    string Number, string District, string Season, WeekKey Week, string Unit, string UnitName, int Version, ReportState State, DateTimeOffset ReceivedAt,
        int MinutesLate,
    string Hash, string? OriginalSha256, bool ZeroReport, int? SupersededBy, IReadOnlyList<FieldChange> Changes, IReadOnlyList<ProblemError> Warnings,
        IReadOnlyList<ProblemError> Notes, bool NeedsExplanation)
{
    /// <summary>Why this version is returned, while it is: sending it again unchanged changes nothing.</summary>
    [ForPeople]
    public string? Returned { get; init; }

    /// <summary>The original's name as the sender calls it.</summary>
    public string? FileName { get; init; }
}

/// <summary>What a dry run found; nothing was stored.</summary>
/// <param name="Valid">Whether the submission would be accepted.</param>
/// <param name="Version">The version it would be or already is.</param>
/// <param name="Errors">What must be mended.</param>
/// <param name="Warnings">What wants a look.</param>
/// <param name="Notes">How entries were understood.</param>
public sealed record ValidationAnswer(bool Valid, int? Version, IReadOnlyList<ProblemError> Errors, IReadOnlyList<ProblemError> Warnings,
    IReadOnlyList<ProblemError> Notes);

/// <summary>A report as it stands.</summary>
/// <param name="Week">Week.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">Latest version; 0 before the first.</param>
/// <param name="CountedVersion">The version that counts, or null.</param>
/// <param name="FormVersion">Of the latest version.</param>
/// <param name="MinutesLate">Of the first submission.</param>
/// <param name="Content">The latest version's content.</param>
/// <param name="Receipt">The latest version's receipt number.</param>
/// <param name="ReceivedAt">When the latest version came, UTC.</param>
/// <param name="Review">The office's last word.</param>
/// <param name="Warnings">Of the latest version.</param>
/// <param name="UnlockedUntil">End of the leave to submit after the lock, in the campaign's zone.</param>
/// <param name="StampedVersion">The version that the stamped scan was received for (0 before the first); null when there is no scan.</param>
/// <param name="Revision">Counts every change; named by a command that takes back an earlier one.</param>
/// <param name="UnexplainedWarnings">How many of the warnings wait for a note or a confirmation.</param>
/// <param name="DraftSavedAt">When a draft was saved last that is not submitted yet, UTC.</param>
public sealed record ReportView(
    WeekKey Week, string Unit, string UnitName, ReportState State, int Version, int? CountedVersion, int? FormVersion, int? MinutesLate, ReportContent? Content,
        string? Receipt,
    DateTimeOffset? ReceivedAt, ReviewComment? Review, IReadOnlyList<ReportProblem> Warnings, DateTimeOffset? UnlockedUntil, int? StampedVersion, int Revision,
        int UnexplainedWarnings, DateTimeOffset? DraftSavedAt)
{
    /// <summary>Whether a stamped scan was received (已收/未收).</summary>
    public bool HasStampedScan => StampedVersion is not null;

    internal static ReportView Of(ReportRow row, Campaign campaign) => new(
        row.Week, row.Unit, row.UnitName, row.State, row.Version, row.Counted?.Number, row.Latest?.FormVersion, row.MinutesLate, row.Latest?.Content,
            row.Latest?.Receipt,
        row.Latest?.At, row.Review, row.Latest?.Warnings ?? [], row.Unlocked is { } leave ? LocalTime.In(leave.Until, campaign.Zone())
            : null, row.Scan?.Version, row.Revision, row.UnexplainedWarnings, row.Draft?.At);
}
