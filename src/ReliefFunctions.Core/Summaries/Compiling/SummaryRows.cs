using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Summaries.Compiling;

/// <summary>Row keys in a scope's partition of the Summaries table.</summary>
internal static class SummaryKeys
{
    /// <summary>Rows by day, by week and unit.</summary>
    public const string MinimumPrefix = "T|", MatterPrefix = "X|", CursorKey = "C|compile", LastSeason = "Y|last";

    public static string Latest(string period) => Keys.Join(period, "latest");

    public static string Version(string period, int number) => Keys.Join(period, $"v{number.ToString("D5", CultureInfo.InvariantCulture)}");

    public static string Request(string id) => Keys.Join("J", id);

    public static string Matter(WeekKey week, string unit) => Keys.Join("X", week.ToString(), unit);

    public static string Outlook(string period) => Keys.Join("K", period);

    /// <summary>Name of a version's files in <see cref="BlobStore.Summaries"/>, without the extension.</summary>
    public static string Blob(SummaryScope scope, string period, string inputHash) =>
        $"{Keys.Part(scope.Code)}/{Keys.Part(scope.Season)}/{Keys.Part(period)}/{Keys.Part(inputHash)}";
}

/// <summary>A compiled version; <c>{period}|v{n:D5}</c>, and the newest one also as <c>{period}|latest</c>.</summary>
public sealed record SummaryVersion
{
    /// <summary>The period's key: <c>2026W50</c>, <c>progress</c>, <c>final</c> or <c>season</c>.</summary>
    public required string Period { get; init; }

    /// <summary>第三周，12月14日—12月20日.</summary>
    [ForPeople]
    public required string Title { get; init; }

    /// <summary>第×版: 1, 2, ….</summary>
    public required int Number { get; init; }

    /// <summary>Names the files.</summary>
    public required string InputHash { get; init; }

    /// <summary>Equal to that of the inputs as they stand: nothing to do.</summary>
    public required string SourceHash { get; init; }

    /// <summary>Why it was compiled.</summary>
    public required CompileReason Reason { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset CompiledAt { get; init; }

    /// <summary>By which build.</summary>
    public required string Build { get; init; }

    /// <summary>应报.</summary>
    public required int Expected { get; init; }

    /// <summary>已报.</summary>
    public required int Reported { get; init; }

    /// <summary>Figures that moved since the version before.</summary>
    public required int Changes { get; init; }
}

/// <summary>Why a summary is compiled.</summary>
public enum CompileReason
{
    /// <summary>The first, as the calendar says.</summary>
    First,

    /// <summary>The final, after the lock.</summary>
    Final,

    /// <summary>A report of a compiled period changed, or a district's summary in a compiled area.</summary>
    Changed,

    /// <summary>Somebody asked for it.</summary>
    Requested,
}

/// <summary>How far a request has come.</summary>
public enum RequestState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Is being compiled.</summary>
    Running,

    /// <summary>The version named stands for the inputs as they were read.</summary>
    Ready,
}

/// <summary>A request to compile; <c>J|{id}</c>.</summary>
public sealed record SummaryRequest
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The period to compile.</summary>
    public required string Period { get; init; }

    /// <summary>Why.</summary>
    public required CompileReason Reason { get; init; }

    /// <summary>How far it has come.</summary>
    public required RequestState State { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>By whom: an actor's id or a clock.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The version that stands after it.</summary>
    public int? Version { get; init; }

    /// <summary>Whether that version stood before: the inputs had not changed.</summary>
    public bool NothingNew { get; init; }

    /// <summary>Why the last attempt came to nothing; it is repeated by itself.</summary>
    [ForPeople]
    public string? LastError { get; init; }
}

/// <summary>The body of a message on <c>summary-requests</c>.</summary>
/// <param name="Scope">GB/T 2260 code of a district, or the prefix of an area.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Period">The period's key.</param>
/// <param name="Reason">Why.</param>
/// <param name="Id">The request's row.</param>
public sealed record CompileSummary(string Scope, string Season, string Period, CompileReason Reason, string Id) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "compile-summary/2";
}

/// <summary>A summary stands: message on <c>campaign-events</c>.</summary>
/// <param name="District">GB/T 2260 code of a district, or the prefix of an area.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Period">The period's key.</param>
/// <param name="Version">第×版.</param>
/// <param name="Reason">Why it was compiled.</param>
/// <param name="Expected">应报.</param>
/// <param name="Reported">已报.</param>
/// <param name="Text">In Chinese, for people.</param>
/// <param name="Audience">Whose channels are told.</param>
public sealed record SummaryReady(string District, string Season, string Period, int Version, CompileReason Reason, int Expected, int Reported,
    string Text, IReadOnlyList<Audience> Audience) : IMessageBody
{
    /// <summary>
    /// The office hears of every version; the leader of those that the calendar makes, once each, because a morning of reviewing makes several others, and of
    /// no week that was history when it was compiled.
    /// </summary>
    internal static IReadOnlyList<Audience> AudienceOf(CompileReason reason, ReportingWeek last, DateTimeOffset at) => ForLeaders(reason, last, at)
        ? [Campaigns.Audience.Office, Campaigns.Audience.Leader]
        : [Campaigns.Audience.Office];

    /// <summary>Whether leaders are told of what was compiled for that reason then.</summary>
    internal static bool ForLeaders(CompileReason reason, ReportingWeek last, DateTimeOffset at) =>
        reason is CompileReason.First or CompileReason.Final && at < last.Lock.AddDays(7);

    /// <inheritdoc/>
    public static string Schema => "summary-ready/2";
}

/// <summary>The office's words on what comes next; <c>K|{period}</c>.</summary>
[Audited("text")]
public sealed record WeekOutlook(string Text, string By, DateTimeOffset At);

/// <summary>What the clock has asked for; <c>C|compile</c>.</summary>
internal sealed record CompileCursor
{
    /// <summary>By the period's key.</summary>
    public IReadOnlyDictionary<string, CompileMark> Periods { get; init; } = new Dictionary<string, CompileMark>();

    /// <summary>Changes of reports were looked at up to here, UTC.</summary>
    public DateTimeOffset Through { get; init; }
}

/// <summary>What was asked for of a period, its last week (an extension moves it), and what its inputs came to at that time.</summary>
internal sealed record CompileMark(bool Final, WeekKey Through, string Marker, DateTimeOffset RequestedAt);
