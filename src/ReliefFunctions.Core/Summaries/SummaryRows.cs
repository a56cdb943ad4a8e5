using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Row keys in a campaign's partition of the Summaries table.</summary>
internal static class SummaryKeys
{
    /// <summary>Rows by day, by week and unit.</summary>
    public const string MinimumPrefix = "T|", MatterPrefix = "X|", CursorKey = "C|compile";

    public static string Latest(WeekKey week) => $"{week}|latest";

    public static string Version(WeekKey week, int number) => $"{week}|v{number.ToString("D5", CultureInfo.InvariantCulture)}";

    public static string Request(string id) => Keys.Join("J", id);

    public static string Matter(WeekKey week, string unit) => Keys.Join("X", week.ToString(), unit);

    public static string Outlook(WeekKey week) => $"K|{week}";

    /// <summary>Name of a version's files in <see cref="BlobStore.Summaries"/>, without the extension.</summary>
    public static string Blob(string district, string season, WeekKey week, string inputHash) => $"{Keys.Part(district)}/{Keys.Part(season)}/{week}/{Keys.Part(inputHash)}";
}

/// <summary>A compiled version; <c>{week}|v{n:D5}</c>, and the newest one also as <c>{week}|latest</c>.</summary>
public sealed record SummaryVersion
{
    /// <summary>The week.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>第×周.</summary>
    public required int WeekNumber { get; init; }

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

    /// <summary>A report of a compiled week changed.</summary>
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

    /// <summary>The week to compile.</summary>
    public required WeekKey Week { get; init; }

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
    public string? LastError { get; init; }
}

/// <summary>The body of a message on <c>summary-requests</c>.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Week">The week.</param>
/// <param name="Reason">Why.</param>
/// <param name="Id">The request's row.</param>
public sealed record CompileSummary(string District, string Season, WeekKey Week, CompileReason Reason, string Id)
{
    /// <summary>Name and version of this shape.</summary>
    public const string Schema = "compile-summary/1";
}

/// <summary>A summary stands: message on <c>campaign-events</c>.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Week">The week.</param>
/// <param name="WeekNumber">第×周.</param>
/// <param name="Version">第×版.</param>
/// <param name="Reason">Why it was compiled.</param>
/// <param name="Expected">应报.</param>
/// <param name="Reported">已报.</param>
/// <param name="Text">In Chinese, for people.</param>
public sealed record SummaryReady(string District, string Season, WeekKey Week, int WeekNumber, int Version, CompileReason Reason, int Expected, int Reported, string Text)
{
    /// <summary>Name and version of this shape.</summary>
    public const string Schema = "summary-ready/1";
}

/// <summary>The office's words on the week after; <c>K|{week}</c>.</summary>
public sealed record WeekOutlook(string Text, string By, DateTimeOffset At);

/// <summary>What the clock has asked for; <c>C|compile</c>.</summary>
internal sealed record CompileCursor
{
    /// <summary>By week.</summary>
    public IReadOnlyDictionary<WeekKey, CompileMark> Weeks { get; init; } = new Dictionary<WeekKey, CompileMark>();

    /// <summary>Changes of reports were looked at up to here, UTC.</summary>
    public DateTimeOffset Through { get; init; }
}

/// <summary>What was asked for in a week, and what its reports came to at that time.</summary>
internal sealed record CompileMark(bool Final, string Marker, DateTimeOffset RequestedAt);
