using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>寒潮响应: the orders of the period, and the exceptions to them; every notice and every unit stand in the annex.</summary>
internal static class ResponseSheet
{
    private const int Columns = 10;
    private const double Name = 18, Reason = 24, Slowest = 14, TitlesAndHeads = 200, HeadsOfPage = 100;
    private static readonly string[] OrderHeads = ["指令", "最高强度", "原因", "下发", "止", "通知（份）", "已签收", "按时", "签收用时中位数（分钟）", "最慢单位（分钟）"],
        NoticeHeads = ["单位", "指令", "结果", "签收时限", "签收时间", "强度"],
        DutyHeads = ["单位", "结果", "强度（按每日20时）", "实巡/应巡", "夜巡/应夜巡", "村（社区）", "点位", "签收未巡"];

    /// <summary>Of a print set no more rows than fit two pages, or one where the trend takes two.</summary>
    public static void Write(SheetWriter sheet, Summary summary, bool print = false)
    {
        sheet.Widths(1, Name, 8, Reason, 15, 15, 7, 7, 7, 10, Slowest);
        Title(sheet, summary, Columns, "寒潮响应情况");
        sheet.Scaled();
        if (summary.Heading.IsArea)
        {
            Districts(sheet, summary, 3);
        }
        else
        {
            // A long trend takes a page more.
            var pages = TrendSheet.FitsOnePage(summary.Trend.Count) ? 2 : 1;
            var room = print ? pages * SheetWriter.PageHeight / SheetWriter.SmallestScale - TitlesAndHeads - (pages - 1) * HeadsOfPage : double.MaxValue;
            Exceptions(sheet, summary, Orders(sheet, summary, 3, room / 2), room);
        }

        sheet.Repeat(summary.Heading.IsArea ? 3 : 2);
    }

    private static int Orders(SheetWriter sheet, Summary summary, int row, double room)
    {
        static double HeightOf(OrderFigures order)
        {
            var answers = order.Answers;
            return SheetWriter.HeightOf(11, (order.Reason, Reason), (SlowestOf(answers), Slowest), (order.CarriedOver ? "第00号（上期结转）" : "", Name));
        }

        var shown = Enumerable.Reverse(Fitting([.. summary.Orders.Reverse()], HeightOf, room)).ToList();
        sheet.Heads(row++, OrderHeads);
        var first = row;
        foreach (var order in shown)
        {
            var (answers, height) = (order.Answers, HeightOf(order));
            row = sheet.Next(row, height, at => sheet.Heads(at, OrderHeads));
            sheet.Text(row, 1, $"第{order.Revision}号{(order.CarriedOver ? "（上期结转）" : "")}");
            sheet.Text(row, 2, order.Intensity);
            sheet.Text(row, 3, order.Reason);
            sheet.Moment(row, 4, order.IssuedAt);
            if (order.ReplacedAt is { } replaced) sheet.Moment(row, 5, replaced);
            else sheet.Text(row, 5, "执行中");
            sheet.Number(row, 6, answers.Notices, "#,##0");
            sheet.Number(row, 7, answers.Acknowledged, "#,##0");
            sheet.Number(row, 8, answers.InTime, "#,##0");
            if (answers.MedianMinutes is { } median) sheet.Number(row, 9, median, MinutesFormat(median));
            else sheet.Text(row, 9, "—");
            sheet.Text(row, 10, SlowestOf(answers));
            sheet.Sheet.Row(row++).Height = height;
        }

        if (row == first) sheet.Text(row++, 1, $"{Wording.Span(summary)}无指令");
        sheet.Body(first, row - 1, Columns);
        sheet.Left(first, row - 1, 3);
        if (shown.Count < summary.Orders.Count) sheet.Paragraph(row++, Columns, $"此前{summary.Orders.Count - shown.Count}号指令见全册。");
        Figures(sheet, summary, row);
        return row + 2;
    }

    /// <summary>Who did not acknowledge in time, and who did not do what was asked or does not say so.</summary>
    private static void Exceptions(SheetWriter sheet, Summary summary, int row, double room)
    {
        double HeightOf(NoticeLine notice) => SheetWriter.HeightOf(11, (notice.Unit, Name), (NoticesSheet.ResultOf(notice), Reason));
        double HeightOfDuty(DutyLine duty) => SheetWriter.HeightOf(11, (duty.Unit, Name), (duty.Days, Reason));

        // The duties' share of the room is what orders and notices leave, and half of it at the least.
        room -= Enumerable.Range(3, row - 3).Sum(each => sheet.Sheet.Row(each).Height);
        var late = summary.Orders.SelectMany(order => order.Notices.Where(notice => notice.InTime == false).Select(notice => (Order: order, Notice: notice)))
            .ToList();
        var failed = summary.Duties.Where(duty => duty.Verdict is Verdict.NotMet or Verdict.Unknown || duty.NotFollowed.Count > 0).ToList();
        var forDuties = Math.Max(room / 2, room - late.Sum(each => HeightOf(each.Notice)));
        var duties = Fitting(failed, HeightOfDuty, forDuties);
        var notices = Fitting(late, each => HeightOf(each.Notice), room - duties.Sum(HeightOfDuty));
        sheet.Heading(row++, Columns, "一、未签收、超时签收");
        if (late.Count == 0)
        {
            sheet.Paragraph(row++, Columns, summary.Acknowledgements.Notices == 0 ? "无通知。" : "无。");
        }
        else
        {
            sheet.Heads(row++, NoticeHeads);
            var first = row;
            foreach (var (order, notice) in notices)
            {
                var height = HeightOf(notice);
                row = sheet.Next(row, height, at => sheet.Heads(at, NoticeHeads));
                sheet.Text(row, 1, notice.Unit);
                sheet.Text(row, 2, $"第{order.Revision}号");
                sheet.Text(row, 3, NoticesSheet.ResultOf(notice));
                sheet.Moment(row, 4, notice.AcknowledgeBy);
                if (notice.AcknowledgedAt is null) sheet.Text(row, 5, "—");
                else sheet.Moment(row, 5, notice.AcknowledgedAt);
                sheet.Text(row, 6, notice.Intensity);
                sheet.Sheet.Row(row++).Height = height;
            }

            sheet.Body(first, row - 1, 6);
            if (late.Count > notices.Count) sheet.Paragraph(row++, Columns, $"另有{late.Count - notices.Count}份，见全册“{SummaryWorkbook.Notices}”。");
        }

        row++;
        sheet.Heading(row++, Columns, "二、未达标、无法核定");
        if (failed.Count == 0)
        {
            sheet.Paragraph(row++, Columns, summary.IsRunning ? "本周未截止，尚不核定。" : summary.Duties.Count == 0 ? "无巡查政策或无应巡单位。" : "无。");
            return;
        }

        sheet.Heads(row++, DutyHeads);
        var start = row;
        foreach (var duty in duties)
        {
            var height = HeightOfDuty(duty);
            row = sheet.Next(row, height, at => sheet.Heads(at, DutyHeads));
            sheet.Text(row, 1, duty.Unit);
            sheet.Text(row, 2, Wording.Of(duty.Verdict));
            sheet.Text(row, 3, duty.Days);
            sheet.Text(row, 4, $"{DutiesSheet.Shown(duty, duty.Reported)}/{duty.Required}");
            sheet.Text(row, 5, $"{DutiesSheet.Shown(duty, duty.ReportedNight)}/{duty.RequiredNight}");
            sheet.Text(row, 6, DutiesSheet.Shown(duty, duty.Villages));
            sheet.Text(row, 7, DutiesSheet.Shown(duty, duty.Points));
            sheet.Text(row, 8, duty.NotFollowed.Count == 0 ? "—" : $"第{Ranges.Of(duty.NotFollowed)}号");
            sheet.Sheet.Row(row++).Height = height;
        }

        sheet.Body(start, row - 1, 8);
        if (failed.Count > duties.Count) sheet.Paragraph(row, Columns, $"另有{failed.Count - duties.Count}家，见全册“{SummaryWorkbook.Duties}”。");
    }

    private static string SlowestOf(AcknowledgementFigures figures) => figures.SlowestUnit is { } unit ? $"{unit}（{figures.SlowestMinutes}）" : "—";

    /// <summary>As many of the first as fit.</summary>
    private static List<T> Fitting<T>(List<T> rows, Func<T, double> height, double room)
    {
        var used = 0.0;
        return [.. rows.TakeWhile(row => (used += height(row)) <= room)];
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
                var (outstanding, slowest) = (Wording.List(figures.Outstanding, 6), SlowestOf(figures));
                sheet.Text(row, 3, outstanding);
                sheet.Number(row, 4, district.Orders);
                sheet.Text(row, 5, $"{district.Met}／{district.NotMet}／{district.Unknown}");
                sheet.Number(row, 6, figures.Notices);
                sheet.Number(row, 7, figures.Acknowledged);
                sheet.Number(row, 8, figures.InTime);
                if (figures.MedianMinutes is { } median) sheet.Number(row, 9, median, MinutesFormat(median));
                else sheet.Text(row, 9, "—");
                sheet.Text(row, 10, slowest);
                sheet.Fit(row, 11, (outstanding, Reason), (slowest, Slowest), (district.Name, Name));
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
            : $"{Wording.Span(summary)}合计：通知{Wording.Number(figures.Notices)}份，签收{Wording.Number(figures.Acknowledged)}份，按时{Wording.Number(figures.InTime)}份；用时中位数{(figures.MedianMinutes is { } median ? $"{median:0.#}分钟" : "—")}{(figures.SlowestUnit is { } slowest ? $"；最慢{slowest}（{figures.SlowestMinutes}分钟）" : "")}。");
    }

    /// <summary>A half is shown; a whole number has no point behind it.</summary>
    private static string MinutesFormat(decimal minutes) => minutes == decimal.Truncate(minutes) ? "#,##0" : "#,##0.0";

    private static void Title(SheetWriter sheet, Summary summary, int columns, string title) =>
        sheet.Title(1, columns, summary.Heading.Name + title, $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
}
