using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>报送情况: who reported, in time or late.</summary>
internal static class ReportingSheet
{
    public static void Write(SheetWriter sheet, Summary summary)
    {
        const int columns = 11;
        sheet.Widths(1, 5, 22, 15, 10, 16, 12, 10, 10, 10, 10, 26);
        sheet.Title(1, columns, $"{summary.Heading.Name}工作进展情况调度表报送情况", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);

        var reporting = summary.Reporting;
        sheet.Heading(3, columns, $"一、报送率（截止 {Wording.Moment(summary.Due, summary.Heading.Zone())}）");
        string[] heads = ["", "类别", $"应报（{Wording.Measure(summary)}）", "已报", "报送率", "按时", "按时率", "待审核", "待审占比"];
        sheet.Heads(4, heads);
        var row = 5;
        foreach (var kind in summary.Units.Where(unit => unit.CountsInRate && unit.Kind is not null).GroupBy(unit => unit.Kind!.Value))
        {
            Rates(sheet, row, 2, Wording.Of(kind.Key), kind.Sum(unit => unit.Expected), kind.Sum(unit => unit.Reported), kind.Sum(unit => unit.OnTime),
                kind.Sum(unit => unit.AcceptedReports));
            row++;
        }

        Rates(sheet, row, 2, "合　计", reporting.Expected, reporting.Reported, reporting.OnTime, reporting.Accepted);
        sheet.Body(5, row, heads.Length);
        sheet.Style(row, 1, row, heads.Length, look => look with { Font = Look.Heiti });
        row += 2;

        sheet.Heading(row++, columns, summary.Heading.IsArea ? "二、各区县报送情况" : "二、各单位报送情况（救助管理站不计入报送率）");

        // The rates stand over the heads of the long table, and so on every page of it: the few rows of them cost less than a table without heads.
        sheet.Repeat(row);
        if (summary.Heading.Kind == PeriodKind.Week && !summary.Heading.IsArea) Week(sheet, summary, row, columns);
        else Counts(sheet, summary, row, columns);
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
            Rates(sheet, row, 2, unit.Name, unit.Expected, unit.Reported, unit.OnTime, unit.AcceptedReports);
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
        sheet.Fit(row, 11, (remark, 26), (unit.Name, 22));

        // Bold also reads in black and white.
        if (bold) sheet.Style(row, 2, row, 6, look => look with { Bold = true });
    }

    private static void End(SheetWriter sheet, int first, int last, int columns)
    {
        sheet.Body(first, last, columns);
        sheet.Left(first, last, columns);
        sheet.OnePageWhereReadable(last);
    }

    private static void Rates(SheetWriter sheet, int row, int column, string name, int expected, int reported, int onTime, int accepted)
    {
        sheet.Text(row, column, name);
        sheet.Number(row, column + 1, expected);
        sheet.Number(row, column + 2, reported);
        Share(sheet, row, column + 3, reported, expected);
        sheet.Number(row, column + 4, onTime);
        Share(sheet, row, column + 5, onTime, expected);
        sheet.Number(row, column + 6, reported - accepted);
        Share(sheet, row, column + 7, reported - accepted, reported);
    }

    private static void Share(SheetWriter sheet, int row, int column, int part, int whole)
    {
        if (ReportingFigures.Share(part, whole) is { } share) sheet.Number(row, column, share, "0.0%");
        else sheet.Text(row, column, "—");
    }
}
