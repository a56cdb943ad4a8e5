using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>报送情况: who reported, in time or late.</summary>
internal static class ReportingSheet
{
    private const double Name = 19, RemarkWidth = 22;

    /// <summary>Of a print set, units that are in order and have no room are hidden: <paramref name="printed"/> are not.</summary>
    public static void Write(SheetWriter sheet, Summary summary, IReadOnlySet<string>? printed = null)
    {
        const int columns = 11;
        sheet.Widths(1, 5, Name, 13, 9, 15, 9, 8, 8, 9, 9, RemarkWidth);
        sheet.Title(1, columns, $"{summary.Heading.Name}工作进展情况调度表报送情况", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);

        sheet.Heading(3, columns, $"一、报送率（截止 {Wording.Moment(summary.Due, summary.Heading.Zone())}）");
        string[] heads = ["", "类别", $"应报（{Wording.Measure(summary)}）", "已报", "报送率", "按时", "按时率", "待审核", "待审占比"];
        sheet.Heads(4, heads);
        var row = 5;
        foreach (var line in summary.Rates) Rates(sheet, row++, 2, line.Kind is { } kind ? Wording.Of(kind) : "合　计", line);
        sheet.Body(5, row - 1, heads.Length);
        sheet.Style(row - 1, 1, row - 1, heads.Length, look => look with { Font = Look.Heiti });
        row++;

        sheet.Heading(row++, columns, summary.Heading.IsArea ? "二、各区县报送情况" : "二、各单位报送情况（救助管理站不计入报送率）");

        // The rates stand over the heads of the long table, and so on every page of it: the few rows of them cost less than a table without heads.
        sheet.Repeat(row);
        if (summary.Heading.Kind == PeriodKind.Week && !summary.Heading.IsArea) Week(sheet, summary, row, columns);
        else Counts(sheet, summary, row, columns);
        if (printed is null) return;
        foreach (var (i, unit) in summary.Units.Index()) if (!printed.Contains(unit.Code)) sheet.Sheet.Row(row + 1 + i).Hide();
        sheet.Paragraph(row + 1 + summary.Units.Count, columns, SheetWriter.OnlyPrinted(summary, printed));
    }

    private static void Week(SheetWriter sheet, Summary summary, int row, int columns)
    {
        sheet.Heads(row++, "序号", "单位", "类别", "状态", "首次报送时间", "迟报（分钟）", "退回（次）", "催报（次）", "计入版本", "审核", "备注");
        var first = row;
        foreach (var unit in summary.Units)
        {
            sheet.Number(row, 1, row - first + 1);
            sheet.Text(row, 2, unit.Name);
            sheet.Text(row, 3, Wording.Of(unit.Kind!.Value));
            sheet.Text(row, 4, TotalsSheet.StandingOf(summary, unit));
            sheet.Moment(row, 5, unit.ReceivedAt);
            if (unit.Standing != ReportState.NotReported) sheet.Number(row, 6, unit.MinutesLate);
            sheet.Number(row, 7, unit.Returns);
            sheet.Number(row, 8, unit.Reminders);
            sheet.Text(row, 9, unit.Version is { } version ? $"第{version}版" : "无");
            sheet.Text(row, 10, unit.IsCounted ? unit.Accepted ? "已审核" : "待审核" : "—");
            var remark = unit.ReturnReason is { Length: > 0 } reason ? $"退回原因：{reason}" : unit.CountsInRate ? "" : "不计入报送率";
            Remark(sheet, row++, columns, unit, remark, bold: !summary.IsRunning
                && (unit.Standing is ReportState.NotReported or ReportState.Returned || unit.MinutesLate > 0));
        }

        End(sheet, first, row - 1, columns);
    }

    /// <summary>Lines that stand for several reports: a unit over a stage's weeks, a district.</summary>
    private static void Counts(SheetWriter sheet, Summary summary, int row, int columns)
    {
        sheet.Heads(row++, "序号", summary.Heading.IsArea ? "区县" : "单位", "应报（份）", "已报", "报送率", "按时", "按时率", "待审核", "待审占比", "退回／催报（次）", "备注");
        var first = row;
        foreach (var unit in summary.Units)
        {
            sheet.Number(row, 1, row - first + 1);
            Rates(sheet, row, 2, unit.Name, unit.Rates);
            sheet.Text(row, 10, $"{unit.Returns}／{unit.Reminders}");
            var remark = summary.Heading.IsArea
                ? unit.Version is null
                ? "尚无本期汇总"
                : ""
                : unit.MissingWeeks.Count > 0
                ? $"缺第{Ranges.Of(unit.MissingWeeks)}周"
                : unit.CountsInRate
                ? ""
                : "不计入报送率";
            Remark(sheet, row++, columns, unit, remark, bold: unit.Reported < unit.Expected || !unit.IsCounted);
        }

        End(sheet, first, row - 1, columns);
    }

    private static void Remark(SheetWriter sheet, int row, int column, UnitLine unit, string remark, bool bold)
    {
        sheet.Text(row, column, remark);
        sheet.Fit(row, 11, (remark, RemarkWidth), (unit.Name, Name));

        // Bold also reads in black and white.
        if (bold) sheet.Style(row, 2, row, 6, look => look with { Bold = true });
    }

    private static void End(SheetWriter sheet, int first, int last, int columns)
    {
        sheet.Body(first, last, columns);
        sheet.Left(first, last, columns);
        sheet.Filter(first - 1, last, columns);
        sheet.OnePageWhereReadable(last);
    }

    private static void Rates(SheetWriter sheet, int row, int column, string name, RateLine rates)
    {
        sheet.Text(row, column, name);
        sheet.Number(row, column + 1, rates.Expected, "#,##0");
        sheet.Number(row, column + 2, rates.Reported, "#,##0");
        Share(sheet, row, column + 3, rates.Rate);
        sheet.Number(row, column + 4, rates.OnTime, "#,##0");
        Share(sheet, row, column + 5, rates.OnTimeRate);
        sheet.Number(row, column + 6, rates.Unaccepted, "#,##0");
        Share(sheet, row, column + 7, rates.UnacceptedShare);
    }

    private static void Share(SheetWriter sheet, int row, int column, decimal? share)
    {
        if (share is { } known) sheet.Number(row, column, known, "0.0%");
        else sheet.Text(row, column, "—");
    }
}
