using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>督办清单: every concern of the first page, a line for each unit.</summary>
internal static class ConcernsSheet
{
    public static void Write(SheetWriter sheet, Summary summary)
    {
        const int columns = 7;
        sheet.Widths(1, 6, 10, 24, 26, 44, 12, 14);
        sheet.Title(1, columns, $"{summary.Heading.Name}存在问题与督办清单", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        sheet.Heads(3, "序号", "类别", "单位", "问题", "情况", "起始", "责任人");
        var row = 4;
        foreach (var group in summary.Concerns.GroupBy(concern => concern.Kind))
        {
            var (kind, grave) = (Phrases.Heading(group.Key, [.. group]), ConcernRules.StandingOf([group.Key]) == UnitStanding.Chase);
            foreach (var concern in group)
            {
                sheet.Number(row, 1, row - 3);
                sheet.Text(row, 2, grave ? "督办" : "关注");
                sheet.Text(row, 3, concern.Unit);
                sheet.Text(row, 4, kind);
                sheet.Text(row, 5, Phrases.Of(concern) + (Phrases.Request(concern.Kind) is { Length: > 0 } request ? $"；请{request}" : ""));
                if (concern.Since is { } since) sheet.Day(row, 6, since);
                else sheet.Text(row, 6, Wording.Span(summary));
                sheet.Text(row, 7, concern.Who ?? "分管领导");
                if (grave) sheet.Style(row, 2, row, 4, look => look with { Bold = true });
                sheet.Fit(row, 11, (Phrases.Of(concern) + "；请" + Phrases.Request(concern.Kind), 44), (kind, 26), (concern.Unit, 24));
                row++;
            }
        }

        if (row == 4) sheet.Text(row++, 3, "无");
        sheet.Body(4, row - 1, columns);
        sheet.Left(4, row - 1, 5);
        sheet.Filter(3, row - 1, columns);
        sheet.Repeat(3);
    }
}
