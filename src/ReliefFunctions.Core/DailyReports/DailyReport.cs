using System.Globalization;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>A report of a day as a unit sends it.</summary>
public sealed record DailyRequest
{
    /// <summary>Numbers by field code; null for what nobody knows.</summary>
    public IReadOnlyDictionary<string, int?> Values { get; init; } = new Dictionary<string, int?>();

    /// <summary>Words by field code.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>零报告: nothing happened; levels stay as they were unless given.</summary>
    public bool ZeroReport { get; init; }

    /// <summary>Who filled it in; null for the name of the key.</summary>
    public string? FilledBy { get; init; }

    /// <summary>The version that it corrects; null for the first. May stand in <c>If-Match</c> instead.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>Names what is said, whatever it corrects: the same said again has the same.</summary>
    internal string Hash() => Keys.Hash(string.Join('\n', Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
        .Concat(Texts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")).Append($"{ZeroReport} {FilledBy}")));
}

/// <summary>What a unit says of a day.</summary>
public sealed record DailyContent
{
    /// <summary>Numbers by field code; a level that nobody knows is left out.</summary>
    public required IReadOnlyDictionary<string, int> Values { get; init; }

    /// <summary>Words by field code.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is a zero report.</summary>
    public bool ZeroReport { get; init; }

    /// <summary>Who filled it in.</summary>
    public required string FilledBy { get; init; }
}

/// <summary>A version of a report in its row.</summary>
/// <param name="Number">1, 2, ….</param>
/// <param name="At">When it came, UTC.</param>
/// <param name="By">Who sent it.</param>
/// <param name="MinutesLate">Minutes after it was due; 0 when in time or not owed.</param>
/// <param name="Said">Hash of what was sent: by it a repetition is known, though levels may have been taken from another day.</param>
/// <param name="Content">What it said; nothing is overwritten.</param>
public sealed record DailyVersion(int Number, DateTimeOffset At, string By, int MinutesLate, string Said, DailyContent Content);

/// <summary>A unit's report of a day; <c>D|{day}|{unit}</c>.</summary>
[Audited("latest")]
public sealed record DailyRow
{
    /// <summary>Versions of one report at most: more are somebody's loop.</summary>
    internal const int MostVersions = 50;

    /// <summary>The local day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Unit code.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name then.</summary>
    public required string UnitName { get; init; }

    /// <summary>Every version, the last one counts.</summary>
    public required IReadOnlyList<DailyVersion> Versions { get; init; }

    /// <summary>The version that counts.</summary>
    public DailyVersion Latest => Versions[^1];

    internal static string Key(DateOnly day, string unit) => $"{Prefix(day)}{Keys.Part(unit)}";

    internal static string Prefix(DateOnly day) => $"D|{Name(day)}|";

    internal static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
