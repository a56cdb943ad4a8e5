using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>文字情况: matters put to the district, and the words of each unit.</summary>
internal static class WordsSheet
{
    public static void Write(SheetWriter sheet, Summary summary)
    {
        var texts = summary.Columns.Where(field => field.Aggregation == Aggregation.Text).ToList();
        const double index = 5, name = 20, matterWidth = 52;
        var columns = Math.Max(7, 2 + texts.Count);

        // The list of matters above has seven columns; the texts below share what they leave.
        sheet.Widths(1, index, name, 12, matterWidth, 18, 12, 10);
        sheet.Scaled();
        sheet.Title(1, columns, $"{summary.Heading.Name}提请研究事项与文字情况", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        sheet.Heading(3, columns, "一、提请研究事项（未办结的逐周结转）");
        string[] heads = ["序号", "提出单位", "提出周次", "事项", "责任单位", "时限", "状态"];
        sheet.Heads(4, heads);
        var row = 5;
        foreach (var (i, matter) in summary.Matters.Index())
        {
            var text = matter.Note is { Length: > 0 } note ? $"{matter.Text}\n办理情况：{note}" : matter.Text;
            row = sheet.Next(row, SheetWriter.HeightOf(11, (text, matterWidth), (matter.Owner, 18), (matter.Unit, name)), at => sheet.Heads(at, heads));
            sheet.Number(row, 1, i + 1);
            sheet.Text(row, 2, matter.Unit);
            sheet.Text(row, 3, $"第{matter.WeekNumber}周");
            sheet.Text(row, 4, text);
            sheet.Text(row, 5, matter.Owner ?? "待定");
            if (matter.Due is { } due) sheet.Day(row, 6, due);
            else sheet.Text(row, 6, "待定");
            sheet.Text(row, 7, matter.Closed ? $"{Wording.Span(summary)}办结" : "未办结");
            sheet.Fit(row, 11, (text, matterWidth), (matter.Owner, 18), (matter.Unit, name));
            row++;
        }

        if (summary.Matters.Count == 0) sheet.Text(row++, 2, "无");
        sheet.Body(5, row - 1, 7);
        sheet.Left(5, row - 1, 4);

        row += 1;

        // Words stay in the summary of their week.
        if (summary.Heading.IsArea || summary.Heading.Kind != PeriodKind.Week) texts.Clear();
        else sheet.Heading(row++, columns, "二、各单位文字情况");
        foreach (var field in texts)
        {
            // Who says 无, or nothing, needs no line; a field that nobody fills is one.
            var said = summary.Units.Where(unit => unit.Values?.Text(field.Code) is { } text && !SummaryRules.IsNothing(text)).ToList();
            var rest = summary.Units.Count(unit => unit.IsCounted) - said.Count;
            var silent = rest == 0 ? "" : said.Count == 0 ? "：均填“无”或未填" : $"（其余{rest}家填“无”或未填）";
            sheet.Text(row, 1, $"{field.Code} {field.Label}{silent}");
            sheet.HeadStyle(row, 1, row, columns);
            sheet.Left(row, row, 1);
            sheet.Merge(row, 1, row, columns);
            var from = ++row;
            foreach (var unit in said)
            {
                var text = unit.Values!.Text(field.Code)!;
                sheet.Number(row, 1, row - from + 1);
                sheet.Text(row, 2, unit.Name);
                sheet.Text(row, 3, text);
                sheet.Merge(row, 3, row, columns);
                sheet.Fit(row, 11, (text, 12 + matterWidth + 18 + 12 + 10), (unit.Name, name));
                row++;
            }

            if (row == from) continue;
            sheet.Body(from, row - 1, columns);
            sheet.Left(from, row - 1, 3);
        }

        sheet.Repeat(2);
    }
}
