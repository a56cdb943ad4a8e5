using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// One report of the season's export: its latest version. What is told about its life is for readers; an import looks at the content and the version alone.
/// </summary>
/// <param name="Week">Week.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Counted">Whether this version counts.</param>
/// <param name="Version">Latest version; an import that changes something is a correction of it.</param>
/// <param name="FormVersion">Version of the form.</param>
/// <param name="MinutesLate">Of the first submission.</param>
/// <param name="ZeroReport">Whether it is a zero report.</param>
/// <param name="FilledBy">填报人.</param>
/// <param name="ReviewedBy">审核人.</param>
/// <param name="Note">情况说明.</param>
/// <param name="Values">By field code.</param>
public sealed record SeasonLine(
    WeekKey Week, string Unit, string UnitName, ReportState State, bool Counted, int Version, int? FormVersion, int? MinutesLate,
    bool ZeroReport, string? FilledBy, string? ReviewedBy, string? Note, ReportValues Values)
{
    internal static SeasonLine Of(ReportRow row) => new(
        row.Week, row.Unit, row.UnitName, row.State, row.Counted is not null
            && row.Counted.Number == row.Version, row.Version, row.Latest?.FormVersion, row.MinutesLate,
        row.Latest?.Content.ZeroReport
            ?? false, row.Latest?.Content.FilledBy, row.Latest?.Content.ReviewedBy, row.Latest?.Content.Note, row.Latest?.Content.Values ?? ReportValues.Empty);
}

/// <summary>The season as CSV and back.</summary>
internal static class SeasonTable
{
    public static readonly IReadOnlyList<string> Heads = ["week", "unit", "unitName", "state", "counted", "version", "formVersion", "minutesLate", "zeroReport",
        "filledBy", "reviewedBy", "note"];

    /// <summary>Rows of a file at most: 100 units over a season are 2,200.</summary>
    public const int LongestTable = 20_000;

    public static byte[] Write(IReadOnlyList<SeasonLine> lines)
    {
        var codes = lines.SelectMany(line => line.Values.Codes).Distinct().Order(StringComparer.Ordinal).ToList();
        return Csv.Write(lines.Select(line => Cells(line).Concat(codes.Select(code => line.Values[code].ToString()))).Prepend(Heads.Concat(codes)));
    }

    /// <summary>The records of a CSV file, unescaped; null when it is not one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>>? Read(string text) => Csv.Read(text, LongestTable);

    private static IEnumerable<string?> Cells(SeasonLine line) =>
    [
        line.Week.ToString(), line.Unit, line.UnitName, line.State.ToString(), line.Counted ? "是" : "否", line.Version.ToString(CultureInfo.InvariantCulture),
        line.FormVersion?.ToString(CultureInfo.InvariantCulture), line.MinutesLate?.ToString(CultureInfo.InvariantCulture),
        line.ZeroReport ? "是" : "否", line.FilledBy, line.ReviewedBy, line.Note,
    ];
}
