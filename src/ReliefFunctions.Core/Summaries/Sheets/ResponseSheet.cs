using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// 寒潮响应: the orders of the week and how fast they were acknowledged; 应巡实巡: whether the patrols they asked for were reported; 签收明细: notice by notice.
/// Sheets of their own, because only one table of a sheet can have its heads repeated on every page.
/// </summary>
internal static class ResponseSheet
{
    private const int Columns = 10;

    public static void Write(SheetWriter sheet, Summary summary)
    {
        sheet.Widths(1, 22, 10, 36, 15, 15, 9, 9, 15, 12, 16);
        Title(sheet, summary, Columns, "寒潮响应情况");
        if (summary.Heading.IsArea) Districts(sheet, summary, 3);
        else Orders(sheet, summary, 3);
        sheet.Repeat(3);
    }

    /// <summary>The sheet of the notices.</summary>
    public static void Notices(SheetWriter sheet, Summary summary)
    {
        const int columns = 7;
        sheet.Widths(1, 24, 12, 36, 16, 16, 14, 12);
        Title(sheet, summary, columns, "巡查强度通知签收明细");
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
        sheet.Repeat(3);
    }

    private static void Orders(SheetWriter sheet, Summary summary, int row)
    {
        sheet.Heads(row++, "指令", "最高强度", "原因", "下发", "止", "通知（份）", "已签收", "按时", "签收用时中位数（分钟）", "最慢单位（分钟）");
        var first = row;
        foreach (var order in summary.Orders)
        {
            sheet.Text(row, 1, $"第{order.Revision}号{(order.CarriedOver ? "（上期结转）" : "")}");
            sheet.Text(row, 2, order.Intensity);
            sheet.Text(row, 3, order.Reason);
            sheet.Moment(row, 4, order.IssuedAt);
            if (order.ReplacedAt is { } replaced) sheet.Moment(row, 5, replaced);
            else sheet.Text(row, 5, "执行中");
            var minutes = order.Notices.Where(notice => notice.Minutes is not null).OrderBy(notice => notice.Minutes).ToList();
            sheet.Number(row, 6, order.Notices.Count);
            sheet.Number(row, 7, minutes.Count);
            sheet.Number(row, 8, minutes.Count(notice => notice.InTime != false));
            var slowest = "—";
            if (minutes.Count > 0)
            {
                sheet.Number(row, 9, (minutes[(minutes.Count - 1) / 2].Minutes!.Value + minutes[minutes.Count / 2].Minutes!.Value) / 2m, "0.#");
                slowest = $"{minutes[^1].Unit}（{minutes[^1].Minutes}）";
            }
            else
            {
                sheet.Text(row, 9, "—");
            }

            sheet.Text(row, 10, slowest);
            sheet.Fit(row, 11, (order.Reason, 36), (slowest, 16), (order.CarriedOver ? "第00号（上期结转）" : "", 22));
            row++;
        }

        if (row == first) sheet.Text(row++, 1, $"{Wording.Span(summary)}无指令");
        sheet.Body(first, row - 1, Columns);
        sheet.Left(first, row - 1, 3);
        Figures(sheet, summary, row);
    }

    /// <summary>Of an area: a line for each district.</summary>
    private static void Districts(SheetWriter sheet, Summary summary, int row)
    {
        sheet.Heads(row++, "区县", "最高强度", "未签收单位", "指令（份）", "达标／未达标单位", "通知（份）", "已签收", "按时", "签收用时中位数（分钟）", "最慢单位（分钟）");
        var first = row;
        foreach (var district in summary.Districts)
        {
            sheet.Text(row, 1, district.Name);
            sheet.Text(row, 2, district.Version is null ? "缺" : district.Intensity.Length > 0 ? district.Intensity : "常态");
            if (district.Acknowledgements is { } figures)
            {
                var (outstanding, slowest) = (Wording.List(figures.Outstanding, 6), figures.SlowestUnit is { } unit ? $"{unit}（{figures.SlowestMinutes}）" : "—");
                sheet.Text(row, 3, outstanding);
                sheet.Number(row, 4, district.Orders);
                sheet.Text(row, 5, $"{district.Met}／{district.NotMet}");
                sheet.Number(row, 6, figures.Notices);
                sheet.Number(row, 7, figures.Acknowledged);
                sheet.Number(row, 8, figures.InTime);
                if (figures.MedianMinutes is { } median) sheet.Number(row, 9, median, "0.#");
                else sheet.Text(row, 9, "—");
                sheet.Text(row, 10, slowest);
                sheet.Fit(row, 11, (outstanding, 36), (slowest, 16), (district.Name, 22));
            }

            row++;
        }

        sheet.Body(first, row - 1, Columns);
        Figures(sheet, summary, row);
    }

    private static void Figures(SheetWriter sheet, Summary summary, int row)
    {
        var figures = summary.Acknowledgements;
        sheet.Paragraph(row, Columns, figures.Notices == 0 ? $"{Wording.Span(summary)}未下发通知。"
            : $"{Wording.Span(summary)}合计：通知{figures.Notices}份，签收{figures.Acknowledged}份，按时{figures.InTime}份；用时中位数{(figures.MedianMinutes is { } median ? $"{median:0.#}分钟" : "—")}；最慢{figures.SlowestUnit ?? "—"}{(figures.SlowestMinutes is { } slow ? $"（{slow}分钟）" : "")}。");
    }

    /// <summary>The sheet of patrols required and reported.</summary>
    public static void Duties(SheetWriter sheet, Summary summary)
    {
        const int columns = 8;
        sheet.Widths(1, 26, 12, 42, 10, 10, 10, 10, 18);
        Title(sheet, summary, columns, "应巡与实巡对照");
        sheet.Heads(3, summary.Heading.IsArea ? "区县" : "单位", "结果", summary.Heading.IsArea ? "单位达标" : "强度（按每日20时）", "应巡（次）", "实巡（次）", "应夜巡", "实夜巡", "签收未巡");
        var row = 4;
        foreach (var duty in summary.Duties)
        {
            sheet.Text(row, 1, duty.Unit);
            sheet.Text(row, 2, duty.Met switch { null => duty.Absent, true => "达标", false => "未达标" });
            sheet.Text(row, 3, duty.Days);
            sheet.Number(row, 4, duty.Required);
            if (duty.Reported is { } reported) sheet.Number(row, 5, reported);
            else sheet.Text(row, 5, duty.Absent);
            sheet.Number(row, 6, duty.RequiredNight);
            if (duty.ReportedNight is { } night) sheet.Number(row, 7, night);
            else sheet.Text(row, 7, duty.Absent);
            var idle = duty.NotFollowed.Count == 0 ? "—" : $"第{string.Join("、", duty.NotFollowed)}号";
            sheet.Text(row, 8, idle);
            if (duty.Met != true || duty.NotFollowed.Count > 0) sheet.Style(row, 1, row, 8, look => look with { Bold = true });
            sheet.Fit(row, 11, (duty.Days, 42), (idle, 18), (duty.Unit, 26));
            row++;
        }

        if (row == 4) sheet.Text(row++, 1, "无巡查政策或无应巡单位");
        sheet.Body(4, row - 1, columns);
        sheet.Repeat(3);
    }

    private static void Title(SheetWriter sheet, Summary summary, int columns, string title) =>
        sheet.Title(1, columns, summary.Heading.Name + title, $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);

    private static string ResultOf(NoticeLine notice) => notice switch
    {
        { AcknowledgedAt: null, ReplacedBy: { } by } => $"未签收，已由第{by}号替代",
        { AcknowledgedAt: null, InTime: false } => "未签收",
        { AcknowledgedAt: null } => "未签收（不催办）",
        { InTime: false, OnBehalf: true } => "超时签收（电话代签）",
        { InTime: false } => "超时签收",
        { OnBehalf: true } => "按时签收（电话代签）",
        _ => "按时签收",
    };
}
