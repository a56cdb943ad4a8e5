using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>The sheet of a part that another feature adds.</summary>
internal static class PartSheet
{
    public static void Write(SheetWriter sheet, Summary summary, SummaryPart part)
    {
        var columns = Math.Max(3, part.Columns.Count);
        sheet.Widths(1, [.. part.Columns.Select(column => column.Width)]);
        sheet.Title(1, columns, $"{summary.Heading.Name}{part.Name}", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        sheet.Heads(3, [.. part.Columns.Select(column => column.Head)]);
        var row = 4;
        foreach (var cells in part.Rows)
        {
            for (var i = 0; i < cells.Count; i++) sheet.Text(row, i + 1, cells[i]);
            sheet.Fit(row, 11, [.. cells.Zip(part.Columns, (cell, column) => ((string?)cell, column.Width))]);
            row++;
        }

        if (part.Rows.Count == 0) sheet.Text(row++, 1, "无");
        sheet.Body(4, row - 1, part.Columns.Count);
        sheet.Repeat(3);
    }
}
