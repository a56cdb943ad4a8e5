using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One report of the season's export: its latest version. What is told about its life is for readers; an import looks at the content and the version alone.</summary>
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
        row.Week, row.Unit, row.UnitName, row.State, row.Counted is not null && row.Counted.Number == row.Version, row.Version, row.Latest?.FormVersion, row.MinutesLate,
        row.Latest?.Content.ZeroReport ?? false, row.Latest?.Content.FilledBy, row.Latest?.Content.ReviewedBy, row.Latest?.Content.Note, row.Latest?.Content.Values ?? ReportValues.Empty);
}

/// <summary>The season as CSV (RFC 4180, UTF-8 with BOM so that Excel reads the Chinese) and back.</summary>
internal static class SeasonTable
{
    public static readonly IReadOnlyList<string> Heads = ["week", "unit", "unitName", "state", "counted", "version", "formVersion", "minutesLate", "zeroReport", "filledBy", "reviewedBy", "note"];

    /// <summary>Rows of a file at most: 100 units over a season are 2,200.</summary>
    public const int LongestTable = 20_000;

    public static byte[] Write(IReadOnlyList<SeasonLine> lines)
    {
        var codes = lines.SelectMany(line => line.Values.Codes).Distinct().Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder();
        text.AppendJoin(',', Heads.Concat(codes)).Append("\r\n");
        foreach (var line in lines)
        {
            var cells = new[]
            {
                line.Week.ToString(), line.Unit, line.UnitName, line.State.ToString(), line.Counted ? "是" : "否", line.Version.ToString(CultureInfo.InvariantCulture),
                line.FormVersion?.ToString(CultureInfo.InvariantCulture), line.MinutesLate?.ToString(CultureInfo.InvariantCulture), line.ZeroReport ? "是" : "否", line.FilledBy, line.ReviewedBy, line.Note,
            }.Concat(codes.Select(code => line.Values[code].ToString()));
            text.AppendJoin(',', cells.Select(cell => Quote(Escape(cell ?? "")))).Append("\r\n");
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>The records of a CSV file, unescaped; null when it is not one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>>? Read(string text)
    {
        var records = new List<IReadOnlyList<string>>();
        var record = new List<string>();
        var cell = new StringBuilder();
        var (quoted, wasQuoted) = (false, false);
        void EndCell()
        {
            record.Add(Unescape(cell.ToString()));
            cell.Clear();
            wasQuoted = false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted)
            {
                quoted = wasQuoted = true;
            }
            else if (c == ',')
            {
                EndCell();
            }
            else if (c == '\n')
            {
                EndCell();
                records.Add(record);
                if (records.Count > LongestTable) return null;
                record = [];
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (quoted) return null;
        if (cell.Length > 0 || record.Count > 0)
        {
            EndCell();
            records.Add(record);
        }

        return records;
    }

    /// <summary>Text that a spreadsheet would run as a formula gets an apostrophe, and so does text that begins with one: that makes the way back exact.</summary>
    public static string Escape(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\'' ? "'" + text : text;

    public static string Unescape(string text) => text.Length > 1 && text[0] == '\'' && text[1] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\'' ? text[1..] : text;

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") >= 0 || text.StartsWith(' ') || text.EndsWith(' ') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
