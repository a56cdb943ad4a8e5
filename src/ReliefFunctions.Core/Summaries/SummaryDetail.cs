using System.Globalization;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries;

/// <summary>
/// 明细: every report of every week with every field, a line each, in a workbook of its own. Lines are written as they are read,
/// so that memory does not grow with their number; the look is plain for that reason.
/// </summary>
public static class SummaryDetail
{
    /// <summary>The one sheet.</summary>
    public const string Sheet = "明细";

    /// <summary>Writes the workbook to a stream that must be seekable. A field that is not on a unit's form shows ／, a report that does not count leaves its fields empty.</summary>
    public static void Write(Stream output, FormDefinition form, IEnumerable<ReportRow> rows, TimeZoneInfo zone)
    {
        var heads = form.Fields.Select(field => (field, $"{field.Code} {field.Label}")).ToList();

        // The “fast” mode holds the whole sheet in memory.
        output.SaveAs(rows.Select(row => Line(heads, row, zone)), sheetName: Sheet, configuration: new OpenXmlConfiguration { FastMode = false, AutoFilter = false, TableStyles = TableStyles.None });
    }

    internal static Dictionary<string, object?> Line(IReadOnlyList<(FormField Field, string Head)> heads, ReportRow row, TimeZoneInfo zone)
    {
        var counted = row.Counted;
        var line = new Dictionary<string, object?>(heads.Count + 8)
        {
            ["周次"] = row.Week.ToString(),
            ["单位代码"] = row.Unit,
            ["单位"] = SheetWriter.Clean(row.UnitName),
            ["类别"] = Wording.Of(row.Kind),
            ["状态"] = Wording.Of(row.State),
            ["首次报送时间"] = row.Versions.Count > 0 ? LocalTime.In(row.Versions[0].At, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : null,
            ["迟报（分钟）"] = row.MinutesLate,
            ["计入版本"] = counted?.Number,
        };
        foreach (var (field, head) in heads)
        {
            var value = counted?.Content.Values[field.Code] ?? default;
            line[head] = field.AppliesTo.Count > 0 && !field.AppliesTo.Contains(row.Kind) ? TotalsSheet.NotOnForm
                : value.Number is { } number ? number
                : value.Text is { } text ? SheetWriter.Clean(text)
                : null;
        }

        return line;
    }
}
