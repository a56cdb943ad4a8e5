using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>趋势: the season by week as a table, and the charts over it.</summary>
internal static class TrendSheet
{
    private const int FirstRow = 4;

    private const string Aided = "救助人次";

    public static IReadOnlyList<WorkbookChart> Write(SheetWriter sheet, Summary summary)
    {
        // 救助人次 has its column in any case, for the chart; a headline of that name would only say it again.
        var headlines = summary.Headlines.Select((headline, i) => (headline.Label, headline.Unit, Index: i)).Where(headline => headline.Label != Aided).ToList();
        var (aided, columns) = (8, 10 + headlines.Count);
        var rest = Math.Max(9, (SheetWriter.PageWidth - 9 - 20 - 8 * 8) / Math.Max(1, headlines.Count));
        sheet.Widths(1, [9, 20, 8, 8, 8, 8, 8, 8, 8, 8, .. headlines.Select(_ => rest)]);
        sheet.Title(1, columns, $"{summary.Heading.Name}“寒冬送温暖”逐周趋势", $"填报单位：{summary.Heading.Office}", $"截至第{Wording.Chinese(summary.WeekNumber)}周", 16);
        sheet.Heads(3, ["周次", "起止", "应报", "已报", "报送率", "按时", "按时率", Aided, "巡查次数", "最低气温（℃）", .. headlines.Select(headline => $"{headline.Label}（{headline.Unit}）")]);
        var row = FirstRow;
        foreach (var week in summary.Trend)
        {
            sheet.Text(row, 1, $"第{week.Number}周");
            sheet.Text(row, 2, $"{Wording.Day(week.First)}—{Wording.Day(week.Last)}");
            sheet.Number(row, 3, week.Expected);
            sheet.Number(row, 4, week.Reported);
            if (week.Rate is { } rate) sheet.Number(row, 5, rate, "0.0%");
            sheet.Number(row, 6, week.OnTime);
            if (week.OnTimeRate is { } onTime) sheet.Number(row, 7, onTime, "0.0%");
            if (week.Minimum is { } minimum) sheet.Number(row, aided + 2, minimum, "0.0");
            foreach (var (column, figure) in headlines.Select((headline, i) => (11 + i, week.Headlines[headline.Index])).Prepend((aided + 1, week.Patrols)).Prepend((aided, week.Aided)))
            {
                // Not reported is not 0: the cell stays empty, and the chart has a gap (it would draw words as 0).
                if (figure is { } number) sheet.Number(row, column, number);
            }

            row++;
        }

        sheet.Body(FirstRow, row - 1, columns);
        sheet.Sheet.Rows(FirstRow, row - 1).Height = 17;
        sheet.Repeat(3);
        var last = row - 1;
        string[] weeks = [.. summary.Trend.Select(week => $"第{week.Number}周")];
        ChartSeries Series(string name, string column, Func<WeekLine, decimal?> value, bool line = false, bool second = false) =>
            new(name, $"'{SummaryWorkbook.Trend}'!$A${FirstRow}:$A${last}", weeks, $"'{SummaryWorkbook.Trend}'!${column}${FirstRow}:${column}${last}", [.. summary.Trend.Select(value)], line, second);

        // A page of its own below the table when the season is long, else under it.
        const int chartRows = 18;
        return
        [
            new WorkbookChart("救助人次、巡查次数与最低气温", row + 1, row + 1 + chartRows, 0, 7, "次（人次）", "0", "最低气温（℃）", "0.0",
                [Series(Aided, "H", week => week.Aided), Series("巡查次数", "I", week => week.Patrols), Series("最低气温（℃）", "J", week => week.Minimum, line: true, second: true)]),
            new WorkbookChart("报送率与按时率", row + 1, row + 1 + chartRows, 7, columns, "比率", "0%", null, "0%",
                [Series("报送率", "E", week => week.Rate, line: true), Series("按时率", "G", week => week.OnTimeRate, line: true)]) { Maximum = 1 },
        ];
    }
}
