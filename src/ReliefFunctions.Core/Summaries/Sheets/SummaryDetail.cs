using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// 明细: every report of every week with every field, a line each. Up to <see cref="RowBudget"/> lines it is a sheet of the summary's workbook;
/// past it a workbook of its own, whose lines are written as they are read, so that memory does not grow with their number; it looks plain for that reason.
/// </summary>
public static class SummaryDetail
{
    /// <summary>Name of the sheet.</summary>
    public const string Sheet = "明细";

    private const string Received = "首次报送时间", MomentFormat = "yyyy-mm-dd hh:mm";

    /// <summary>Lines that a summary's workbook holds at most: eight weeks of a district of 25 units.</summary>
    public const int RowBudget = 200;

    /// <summary>Writes the workbook to a stream that must be seekable. A field that is not on a unit's form shows ／, a report that does not count leaves its fields empty.</summary>
    public static void Write(Stream output, IReadOnlyList<SummaryField> fields, IEnumerable<ReportRow> rows, TimeZoneInfo zone)
    {
        var heads = Heads(fields);

        // The “fast” mode holds the whole sheet in memory.
        var received = new DynamicExcelColumn(Received) { Format = MomentFormat, Width = 17 };
        output.SaveAs(rows.Select(row => Line(heads, row.Week, row.Unit, row.UnitName, row.Kind, row.State, row.Versions.Count > 0 ? row.Versions[0].At : null, row.MinutesLate, row.Counted?.Number, row.Counted?.Content.Values, zone)),
            sheetName: Sheet, configuration: new OpenXmlConfiguration { FastMode = false, AutoFilter = false, TableStyles = TableStyles.None, DynamicColumns = [received] });
    }

    /// <summary>The lines of a summary's input, or null when they are past the budget.</summary>
    internal static IReadOnlyList<Dictionary<string, object?>>? Lines(SummaryInput input)
    {
        var reports = input.Reports.Where(report => report.Week <= input.Week).OrderBy(report => report.Week).ThenBy(report => report.Unit, StringComparer.Ordinal).ToList();
        if (reports.Count > RowBudget) return null;
        var (heads, zone, units) = (Heads(SummaryRules.Fields(input.Form, input.EarlierForms)), input.Heading.Zone(), input.Units.ToDictionary(unit => unit.Code));
        return [.. reports.Select(report => Line(heads, report.Week, report.Unit, units[report.Unit].Name, units[report.Unit].Kind, report.Standing, report.ReceivedAt,
            report.ReceivedAt is null ? null : report.MinutesLate, report.Counted?.Version, report.Counted?.Values, zone))];
    }

    /// <summary>The lines as a sheet of the summary's workbook.</summary>
    internal static void Write(SheetWriter sheet, Summary summary, IReadOnlyList<Dictionary<string, object?>> lines)
    {
        string[] heads = [.. lines[0].Keys];
        sheet.Widths(1, [9, 12, 18, 11, 9, 16, 7, 7, .. heads.Skip(8).Select(head => summary.Fields.Any(field => field.Aggregation == Aggregation.Text && head.StartsWith(field.Code, StringComparison.Ordinal)) ? 40.0 : 8)]);
        sheet.Text(1, 1, $"{summary.Heading.Name}工作进展情况明细（截至第{Wording.Chinese(summary.WeekNumber)}周）");
        sheet.Style(1, 1, 1, 1, look => look with { Font = Look.Heiti, Size = 14 });
        sheet.Heads(2, heads);
        for (var i = 0; i < lines.Count; i++)
        {
            for (var column = 0; column < heads.Length; column++)
            {
                switch (lines[i][heads[column]])
                {
                    case int number:
                        sheet.Number(3 + i, column + 1, number);
                        break;
                    case DateTime at:
                        sheet.Moment(3 + i, column + 1, at, MomentFormat);
                        break;
                    case string text:
                        sheet.Text(3 + i, column + 1, text);
                        break;
                }
            }
        }

        sheet.Style(3, 1, 2 + lines.Count, heads.Length, look => look with { Size = 9, Lines = true });
        sheet.Sheet.PageSetup.Scale = 60;
        sheet.Repeat(2, 3);
    }

    private static List<(SummaryField Field, string Head)> Heads(IReadOnlyList<SummaryField> fields) => [.. fields.Select(field => (field, $"{field.Code} {field.Name}"))];

    private static Dictionary<string, object?> Line(
        List<(SummaryField Field, string Head)> heads, WeekKey week, string unit, string name, UnitKind kind, ReportState state, DateTimeOffset? receivedAt, int? minutesLate, int? version, ReportValues? values, TimeZoneInfo zone)
    {
        var line = new Dictionary<string, object?>(heads.Count + 8)
        {
            ["周次"] = week.ToString(),
            ["单位代码"] = unit,
            ["单位"] = SheetWriter.Clean(name),
            ["类别"] = Wording.Of(kind),
            ["状态"] = Wording.Of(state),
            [Received] = receivedAt is { } at ? LocalTime.In(at, zone).DateTime : null,
            ["迟报（分钟）"] = minutesLate,
            ["计入版本"] = version,
        };
        foreach (var (field, head) in heads)
        {
            var value = values?[field.Code] ?? default;
            line[head] = !field.IsOnFormOf(kind, values) ? TotalsSheet.NotOnForm
                : value.Number is { } number ? number
                : value.Text is { } text ? SheetWriter.Clean(text)
                : null;
        }

        return line;
    }
}
