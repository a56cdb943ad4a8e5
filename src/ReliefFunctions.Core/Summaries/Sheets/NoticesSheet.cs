using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>签收明细: every notice of the period.</summary>
internal static class NoticesSheet
{
    public static void Write(SheetWriter sheet, Summary summary)
    {
        const int columns = 7;
        sheet.Widths(1, 24, 12, 36, 16, 16, 14, 12);
        sheet.Title(1, columns, summary.Heading.Name + "巡查强度通知签收明细", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        sheet.Heads(3, "单位", "指令", "结果", "签收时限", "签收时间", "用时（分钟）", "强度");
        var row = 4;
        foreach (var (order, notice) in summary.Orders.SelectMany(order => order.Notices.Select(notice => (order, notice))))
        {
            sheet.Text(row, 1, notice.Unit);
            sheet.Text(row, 2, $"第{order.Revision}号");
            sheet.Text(row, 3, ResultOf(notice));
            if (notice.AcknowledgeBy is not null) sheet.Moment(row, 4, notice.AcknowledgeBy);
            else sheet.Text(row, 4, "不限");
            sheet.Moment(row, 5, notice.AcknowledgedAt);
            if (notice.Minutes is { } minutes) sheet.Number(row, 6, minutes);
            sheet.Text(row, 7, notice.Intensity);
            sheet.Fit(row, 11, (notice.Unit, 24));
            row++;
        }

        if (row == 4) sheet.Text(row++, 1, $"{Wording.Span(summary)}无通知");
        sheet.Body(4, row - 1, columns);
        sheet.Filter(3, row - 1, columns);
        sheet.Repeat(3);
    }

    public static string ResultOf(NoticeLine notice) => notice switch
    {
        { AcknowledgedAt: null, ReplacedBy: { } by } => $"始终未签收，现已由第{by}号调整",
        { AcknowledgedAt: null, InTime: false } => "未签收",
        { AcknowledgedAt: null, AcknowledgeBy: not null } => "未签收（时限未到或已调整）",
        { AcknowledgedAt: null } => "未签收（不催办）",
        { InTime: false, OnBehalf: true } => "超时签收（电话代签）",
        { InTime: false } => "超时签收",
        { OnBehalf: true } => "按时签收（电话代签）",
        _ => "按时签收",
    };
}
