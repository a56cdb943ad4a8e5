using System.Globalization;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>趋势: the weeks elapsed as a table, and the charts over it on one page that no break cuts.</summary>
internal static class TrendSheet
{
    private const int FirstRow = 4, ChartRows = 26;

    private const double RowHeight = 17, ChartRowHeight = 15;

    public static IReadOnlyList<WorkbookChart> Write(SheetWriter sheet, Summary summary)
    {
        // Aid has its column in any case, for the chart; a headline of the same meaning would only say it again.
        var headlines = summary.Headlines.Index().Where(headline => headline.Item.Meaning != FieldMeaning.Aided).ToList();
        var weeks = summary.Trend.Where(week => week.Expected > 0).ToList();
        var (aided, columns) = (8, 10 + headlines.Count);
        double[] widths = [9, 19, 6, 6, 8, 6, 8, 8, 8, 8];
        var rest = (SheetWriter.PageWidth - widths.Sum() - columns * SheetWriter.Padding) / Math.Max(1, headlines.Count);
        sheet.Widths(1, [.. widths, .. headlines.Select(_ => Math.Max(8, rest))]);
        sheet.Title(1, columns, $"{summary.Heading.Name}“寒冬送温暖”逐周趋势", $"填报单位：{summary.Heading.Office}", $"截至第{Wording.Chinese(summary.WeekNumber)}周", 16);
        sheet.Heads(3, [
            "周次", "起止", "应报", "已报", "报送率", "按时", "按时率", "救助人次", "巡查次数", "最低气温（℃）",
            .. headlines.Select(headline => $"{headline.Item.Label}（{headline.Item.Unit}）")]);
        var row = FirstRow;
        foreach (var week in weeks)
        {
            sheet.Text(row, 1, $"第{week.Number}周{(summary.OpenWeeks.Contains(week.Week) ? "（进行中）" : "")}");
            sheet.Text(row, 2, $"{Wording.Day(week.First)}—{Wording.Day(week.Last)}");
            sheet.Number(row, 3, week.Expected);
            sheet.Number(row, 4, week.Reported);
            if (week.Rate is { } rate) sheet.Number(row, 5, rate, "0.0%");
            sheet.Number(row, 6, week.OnTime);
            if (week.OnTimeRate is { } onTime) sheet.Number(row, 7, onTime, "0.0%");
            if (week.Minimum is { } minimum) sheet.Number(row, aided + 2, minimum, "0.0");
            foreach (var (column, figure) in headlines.Select((headline, i) => (11 + i, week.Headlines[headline.Index])).Prepend((aided + 1, week.Patrols))
                .Prepend((aided, week.Aided)))
            {
                // Not reported is not 0: the cell stays empty, and the chart has a gap (it would draw words as 0).
                if (figure is { } number) sheet.Number(row, column, number, "#,##0");
            }

            row++;
        }

        if (row == FirstRow) sheet.Text(row++, 1, "尚无报送周");
        sheet.Body(FirstRow, row - 1, columns);
        sheet.Sheet.Rows(FirstRow, row - 1).Height = RowHeight;
        sheet.Repeat(3, printed: 2);
        return Charts(sheet, weeks, row - 1, columns);
    }

    /// <summary>Whether the charts have room under the table.</summary>
    public static bool FitsOnePage(int weeks) => 70 + weeks * RowHeight + ChartRows * ChartRowHeight <= SheetWriter.PageHeight / SheetWriter.SmallestScale;

    /// <summary>Both charts side by side: under the table when they fit on its page, else on a page of their own.</summary>
    private static List<WorkbookChart> Charts(SheetWriter sheet, List<WeekLine> weeks, int last, int columns)
    {
        if (weeks.Count == 0) return [];
        string[] names = [.. weeks.Select(week => week.Number.ToString("第0周", CultureInfo.InvariantCulture))];
        ChartSeries Series(string name, string column, Func<WeekLine, decimal?> value, string format, bool line = false, bool second = false) => new(
            name, $"'{SummaryWorkbook.Trend}'!$A${FirstRow}:$A${last}", names, $"'{SummaryWorkbook.Trend}'!${column}${FirstRow}:${column}${last}",
            [.. weeks.Select(value)], format, line, second);
        List<WorkbookChart> charts = [];
        void Add(string title, string axis, string axisFormat, string? second, int from, int to, params ChartSeries[] series)
        {
            // A series without a point would only leave its name and an empty axis.
            var some = series.Where(each => each.Values.Any(value => value is not null)).ToList();
            if (some.Count == 0) return;
            charts.Add(new WorkbookChart(title, last + 2, last + 2 + ChartRows, from, to, axis, axisFormat, some.Any(each => each.SecondAxis)
                ? second
                : null, "0.0", some));
        }

        Add("救助人次、巡查次数与最低气温", "次（人次）", "#,##0", "最低气温（℃）", 0, 7,
            Series("救助人次", "H", week => week.Aided, "#,##0"), Series("巡查次数", "I", week => week.Patrols, "#,##0"),
            Series("最低气温（℃）", "J", week => week.Minimum, "0.0", line: true, second: true));
        Add("报送率与按时率", "比率", "0%", null, 7, columns,
            Series("报送率", "E", week => week.Rate, "0%", line: true), Series("按时率", "G", week => week.OnTimeRate, "0%", line: true));

        // Rates lie close below one: the axis begins a step under the lowest, so that a difference can be seen.
        var lowest = weeks.SelectMany(week => new[] { week.Rate, week.OnTimeRate }).OfType<decimal>().DefaultIfEmpty(0).Min();
        if (charts.Count > 0)
        {
            charts[^1] = charts[^1] with
            {
                Minimum = charts[^1].AxisFormat == "0%"
                ? Math.Max(0, Math.Floor(lowest * 10 - 0.5m) / 10)
                : null,
                Maximum = charts[^1].AxisFormat == "0%"
                ? 1
                : null
            };
        }

        sheet.Sheet.Rows(last + 1, last + 2 + ChartRows).Height = ChartRowHeight;
        if (FitsOnePage(weeks.Count))
        {
            sheet.OnePage();
        }
        else
        {
            sheet.Scaled();
            sheet.Sheet.PageSetup.AddHorizontalPageBreak(last);
        }

        sheet.PrintArea(last + 2 + ChartRows, columns);
        return charts;
    }
}
