using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>变更: what moved since the version replaced.</summary>
internal static class ChangesSheet
{
    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp)
    {
        sheet.Widths(1, 6, 24, 46, 28, 28);
        sheet.Title(1, 5, $"{summary.Heading.Name}工作调度汇总变更说明（第{stamp.Version - 1}版→第{stamp.Version}版）", $"填报单位：{summary.Heading.Office}",
            Wording.Period(summary), 16);
        sheet.Heads(3, "序号", "单位", "项目", "原为", "现为");
        var row = 4;
        foreach (var change in summary.Changes)
        {
            sheet.Number(row, 1, row - 3);
            sheet.Text(row, 2, change.Unit);
            sheet.Text(row, 3, change.What);
            sheet.Text(row, 4, change.Before);
            sheet.Text(row, 5, change.After);
            sheet.Fit(row, 11, (change.What, 46), (change.Before, 28), (change.After, 28));
            row++;
        }

        if (summary.Changes.Count == 0) sheet.Text(row++, 3, "数据未变，仅依据材料（催报、签收记录等）有更新。");
        sheet.Body(4, row - 1, 5);
        sheet.Left(4, row - 1, 3);
        sheet.Repeat(3);
    }
}
