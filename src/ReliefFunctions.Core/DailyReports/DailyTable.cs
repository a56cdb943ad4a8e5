using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>The table of a day: who owes a report and what came (每日一报).</summary>
/// <param name="Day">The local day.</param>
/// <param name="Due">Until when, UTC.</param>
/// <param name="Fields">The columns.</param>
/// <param name="Owed">How many units owe one.</param>
/// <param name="Reported">How many of them reported.</param>
/// <param name="OnTime">How many of these in time.</param>
/// <param name="Missing">Names of those that did not.</param>
/// <param name="Totals">Sums by field code; over every report that came.</param>
/// <param name="Lines">A line for each unit that owes one or sent one.</param>
public sealed record DailyTable(DateOnly Day, DateTimeOffset Due, IReadOnlyList<DailyField> Fields, int Owed, int Reported, int OnTime,
    IReadOnlyList<string> Missing, IReadOnlyDictionary<string, long> Totals, IReadOnlyList<DailyLine> Lines)
{
    /// <summary>The table of a day; units in the order of the register.</summary>
    public static DailyTable Of(DateOnly day, DailyPolicy policy, IReadOnlyList<Unit> units, IReadOnlySet<string> owing, IReadOnlyList<DailyRow> rows,
        Campaign campaign)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var of = rows.Where(row => row.Day == day).ToDictionary(row => row.Unit, StringComparer.Ordinal);
        var lines = units.Where(unit => owing.Contains(unit.Code) || of.ContainsKey(unit.Code))
            .Select(unit => DailyLine.Of(unit.Code, unit.Name, day, owing.Contains(unit.Code), of.GetValueOrDefault(unit.Code))).ToList();
        lines.AddRange(of.Values.Where(row => units.All(unit => unit.Code != row.Unit)).Select(row => DailyLine.Of(row.Unit, row.UnitName, day, false, row)));
        return new DailyTable(day, DailyRules.Due(day, policy, campaign), policy.Fields, lines.Count(line => line.Owed),
            lines.Count(line => line is { Owed: true, Version: > 0 }), lines.Count(line => line is { Owed: true, Version: > 0, MinutesLate: 0 }),
            [.. lines.Where(line => line is { Owed: true, Version: 0 }).Select(line => line.UnitName)],
            policy.Fields.Where(field => !field.IsText).ToDictionary(field => field.Code, field =>
                lines.Sum(line => (long)line.Values.GetValueOrDefault(field.Code))),
            lines);
    }

    /// <summary>The day in one sentence: 巡查30次，救助4人次，….</summary>
    internal string Figures() => string.Join("，", Fields.Where(field => !field.IsText)
        .Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Label}{Totals[field.Code]}{field.Unit}")));

    /// <summary>What the office reads at the time of the table.</summary>
    internal string Digest(Func<string, string> phones)
    {
        var needs = Fields.Where(field => field.IsText).SelectMany(field => Lines.Where(line => line.Texts.ContainsKey(field.Code))
            .Select(line => $"{line.UnitName}：{TextFit.Cut(line.Texts[field.Code], 60)}")).ToList();
        var missing = Lines.Where(line => line is { Owed: true, Version: 0 }).ToList();
        return $"【每日一报】{Day:M月d日}：应报{Owed}家，已报{Reported}家（按时{OnTime}家）。{(Reported > 0 ? Figures() + "。" : "")}"
            + (needs.Count > 0 ? $"\n需要支持：{string.Join("；", needs)}。" : "")
            + (missing.Count > 0 ? $"\n未报{missing.Count}家，请逐家打电话催：\n{string.Join("\n", missing.Select((line, i) => $"{i + 1}．{phones(line.Unit)}"))}" : "");
    }
}

/// <summary>One unit in the table of a day, or in the list of the season.</summary>
/// <param name="Day">The local day.</param>
/// <param name="Unit">Unit code.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Owed">Whether it owes a report.</param>
/// <param name="Version">The version that counts; 0 when none came.</param>
/// <param name="At">When the first one came, UTC.</param>
/// <param name="MinutesLate">Minutes by which the first one was late.</param>
/// <param name="ZeroReport">Whether it is a zero report.</param>
/// <param name="Values">Numbers by field code.</param>
/// <param name="Texts">Words by field code.</param>
/// <param name="FilledBy">Who filled it in.</param>
public sealed record DailyLine(DateOnly Day, string Unit, string UnitName, bool Owed, int Version, DateTimeOffset? At, int MinutesLate, bool ZeroReport,
    IReadOnlyDictionary<string, int> Values, IReadOnlyDictionary<string, string> Texts, string? FilledBy)
{
    private static readonly Dictionary<string, int> NoValues = [];
    private static readonly Dictionary<string, string> NoTexts = [];

    internal static DailyLine Of(string unit, string name, DateOnly day, bool owed, DailyRow? row) => row is null
        ? new DailyLine(day, unit, name, owed, 0, null, 0, false, NoValues, NoTexts, null)
        : new DailyLine(day, unit, name, owed, row.Latest.Number, row.Versions[0].At, row.Versions[0].MinutesLate, row.Latest.Content.ZeroReport,
            row.Latest.Content.Values, row.Latest.Content.Texts, row.Latest.Content.FilledBy);
}
