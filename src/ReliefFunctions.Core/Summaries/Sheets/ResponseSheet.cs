using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>寒潮响应: the orders of the period, and the exceptions to them; every notice and every unit stand in the annex.</summary>
internal static class ResponseSheet
{
    private const int Columns = 10;

    public static void Write(SheetWriter sheet, Summary summary)
    {
        sheet.Widths(1, 22, 10, 36, 15, 15, 9, 9, 15, 12, 16);
        Title(sheet, summary, Columns, "寒潮响应情况");
        if (summary.Heading.IsArea) Districts(sheet, summary, 3);
        else sheet.OnePageWhereReadable(Exceptions(sheet, summary, Orders(sheet, summary, 3)) - 1);
        sheet.Repeat(3);
    }

    private static int Orders(SheetWriter sheet, Summary summary, int row)
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
            var (slowest, medianMinutes) = ("—", ResponseRules.Median(minutes));
            if (medianMinutes is { } median) sheet.Number(row, 9, median, "0.#");
            else sheet.Text(row, 9, "—");
            if (ResponseRules.Acknowledgements([order with { CarriedOver = false }]) is { SlowestUnit: { } unit } figures)
            {
                slowest = $"{unit}（{figures.SlowestMinutes}）";
            }

            sheet.Text(row, 10, slowest);
            sheet.Fit(row, 11, (order.Reason, 36), (slowest, 16), (order.CarriedOver ? "第00号（上期结转）" : "", 22));
            row++;
        }

        if (row == first) sheet.Text(row++, 1, $"{Wording.Span(summary)}无指令");
        sheet.Body(first, row - 1, Columns);
        sheet.Left(first, row - 1, 3);
        Figures(sheet, summary, row);
        return row + 2;
    }

    /// <summary>Who did not acknowledge in time, and who did not do what was asked or does not say so.</summary>
    private static int Exceptions(SheetWriter sheet, Summary summary, int row)
    {
        sheet.Heading(row++, Columns, "一、未签收、超时签收");
        var late = summary.Orders.SelectMany(order => order.Notices.Where(notice => notice.InTime == false).Select(notice => (Order: order, Notice: notice)))
            .ToList();
        if (late.Count == 0)
        {
            sheet.Paragraph(row++, Columns, summary.Acknowledgements.Notices == 0 ? "无通知。" : "无。");
        }
        else
        {
            sheet.Heads(row++, "单位", "指令", "结果", "签收时限", "签收时间", "强度");
            var first = row;
            foreach (var (order, notice) in late)
            {
                sheet.Text(row, 1, notice.Unit);
                sheet.Text(row, 2, $"第{order.Revision}号");
                sheet.Text(row, 3, NoticesSheet.ResultOf(notice));
                sheet.Moment(row, 4, notice.AcknowledgeBy);
                if (notice.AcknowledgedAt is null) sheet.Text(row, 5, "—");
                else sheet.Moment(row, 5, notice.AcknowledgedAt);
                sheet.Text(row, 6, notice.Intensity);
                sheet.Fit(row, 11, (notice.Unit, 22), (NoticesSheet.ResultOf(notice), 36));
                row++;
            }

            sheet.Body(first, row - 1, 6);
        }

        row++;
        sheet.Heading(row++, Columns, "二、未达标、无法核定");
        var failed = summary.Duties.Where(duty => duty.Verdict is Verdict.NotMet or Verdict.Unknown || duty.NotFollowed.Count > 0).ToList();
        if (failed.Count == 0)
        {
            sheet.Paragraph(row++, Columns, summary.IsRunning ? "本周未截止，尚不核定。" : summary.Duties.Count == 0 ? "无巡查政策或无应巡单位。" : "无。");
            return row;
        }

        sheet.Heads(row++, "单位", "结果", "强度（按每日20时）", "实巡/应巡", "夜巡/应夜巡", "村（社区）", "点位", "签收未巡");
        var start = row;
        foreach (var duty in failed)
        {
            sheet.Text(row, 1, duty.Unit);
            sheet.Text(row, 2, Wording.Of(duty.Verdict));
            sheet.Text(row, 3, duty.Days);
            sheet.Text(row, 4, $"{DutiesSheet.Shown(duty, duty.Reported)}/{duty.Required}");
            sheet.Text(row, 5, $"{DutiesSheet.Shown(duty, duty.ReportedNight)}/{duty.RequiredNight}");
            sheet.Text(row, 6, DutiesSheet.Shown(duty, duty.Villages));
            sheet.Text(row, 7, DutiesSheet.Shown(duty, duty.Points));
            sheet.Text(row, 8, duty.NotFollowed.Count == 0 ? "—" : $"第{Ranges.Of(duty.NotFollowed)}号");
            sheet.Fit(row, 11, (duty.Unit, 22), (duty.Days, 36));
            row++;
        }

        sheet.Body(start, row - 1, 8);
        return row;
    }

    /// <summary>Of an area: a line for each district.</summary>
    private static void Districts(SheetWriter sheet, Summary summary, int row)
    {
        sheet.Heads(row++, "区县", "最高强度", "未签收单位", "指令（份）", "达标／未达标／无法核定", "通知（份）", "已签收", "按时", "签收用时中位数（分钟）", "最慢单位（分钟）");
        var first = row;
        foreach (var district in summary.Districts)
        {
            sheet.Text(row, 1, district.Name);
            sheet.Text(row, 2, district.Version is null ? "缺" : district.Intensity.Length > 0 ? district.Intensity : "常态");
            if (district.Acknowledgements is { } figures)
            {
                var (outstanding, slowest) = (Wording.List(figures.Outstanding, 6), figures.SlowestUnit is { } unit
                    ? $"{unit}（{figures.SlowestMinutes}）"
                    : "—");
                sheet.Text(row, 3, outstanding);
                sheet.Number(row, 4, district.Orders);
                sheet.Text(row, 5, $"{district.Met}／{district.NotMet}／{district.Unknown}");
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
            : $"{Wording.Span(summary)}合计：通知{figures.Notices}份，签收{figures.Acknowledged}份，按时{figures.InTime}份；用时中位数{(figures.MedianMinutes is { } median ? $"{median:0.#}分钟" : "—")}{(figures.SlowestUnit is { } slowest ? $"；最慢{slowest}（{figures.SlowestMinutes}分钟）" : "")}。");
    }

    private static void Title(SheetWriter sheet, Summary summary, int columns, string title) =>
        sheet.Title(1, columns, summary.Heading.Name + title, $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
}
