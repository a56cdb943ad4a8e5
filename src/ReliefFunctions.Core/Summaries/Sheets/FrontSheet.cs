using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>要情: one printed page.</summary>
internal static class FrontSheet
{
    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp, TimeZoneInfo zone)
    {
        var columns = Math.Max(2, summary.Headlines.Count + 1);
        const double label = 14;
        sheet.Widths(1, [label, .. Enumerable.Repeat((SheetWriter.PageWidth - label) / (columns - 1), columns - 1)]);

        sheet.Title(1, columns, SummaryFrontPage.Title(summary), $"填报单位（盖章）：{summary.Heading.Office}",
            $"制表时间：{Wording.Moment(stamp.GeneratedAt, zone)}　数据截止：{Wording.Moment(stamp.GeneratedAt, zone)}　第{stamp.Version}版");
        var row = 3;
        foreach (var section in SummaryFrontPage.Sections(summary))
        {
            sheet.Heading(row++, columns, section.Heading);
            if (section.HasHeadlines) row = Headlines(sheet, summary, row);
            foreach (var line in section.Lines) sheet.Paragraph(row++, columns, line, size: 12);
        }

        sheet.Paragraph(row + 1, columns, "制表人：　　　　　　　　　　　　审核（常务副主任）：　　　　　　　　　　　　签发（主任）：", size: 12);
        sheet.Sheet.Row(row + 1).Height = 30;
        sheet.Sheet.PageSetup.PagesTall = 1;
        sheet.Sheet.PageSetup.PrintAreas.Add(1, 1, row + 1, columns);
    }

    private static int Headlines(SheetWriter sheet, Summary summary, int row)
    {
        if (summary.Headlines.Count == 0) return row;
        sheet.Heads(row, ["项目", .. summary.Headlines.Select(headline => $"{headline.Label}（{headline.Unit}）")]);
        string[] names = summary.Heading.Kind == PeriodKind.Week ? ["本周", "较上周", "累计"] : [Wording.Span(summary)];
        for (var i = 0; i < names.Length; i++) sheet.Text(row + 1 + i, 1, names[i]);
        for (var i = 0; i < summary.Headlines.Count; i++)
        {
            var headline = summary.Headlines[i];
            if (summary.IsReported) sheet.Number(row + 1, i + 2, headline.Total);
            else sheet.Text(row + 1, i + 2, "—");
            if (names.Length == 1) continue;
            if (summary.IsReported && headline.Change is { } change) sheet.Number(row + 2, i + 2, change, "+0;-0;\"持平\"");
            else sheet.Text(row + 2, i + 2, Wording.Change(summary, null));
            sheet.Number(row + 3, i + 2, headline.Season);
        }

        sheet.Body(row + 1, row + names.Length, summary.Headlines.Count + 1);
        sheet.Style(row + 1, 1, row + 1, summary.Headlines.Count + 1, look => look with { Bold = true });
        return row + 1 + names.Length;
    }
}
