using System.Globalization;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>The receipt (回执) as a page to show on a phone or to print and file.</summary>
internal static class ReceiptPage
{
    public static HtmlPage Of(ReportPlace place, ReportReceipt receipt)
    {
        (string Head, string Text)[] lines =
        [
            ("回执编号", receipt.Number),
            ("填报单位", receipt.UnitName),
            ("周次", $"第{place.Week.Number}周（{receipt.Week}），{place.Week.First:M月d日}—{place.Week.Last:M月d日}"),
            ("收到时间",
                receipt.ReceivedAt.ToString("yyyy年M月d日 HH:mm:ss", CultureInfo.InvariantCulture) + (receipt.MinutesLate > 0
                    ? $"，迟报 {receipt.MinutesLate} 分钟"
                    : "，按时")),
            ("报送", $"第 {receipt.Version} 次{(receipt.ZeroReport ? "，零报告" : "")}{(receipt.SupersededBy is { } later ? $"；已由第 {later} 次报送取代" : "")}"),
            ("现状", receipt.State switch { ReportState.Submitted => "待审核", ReportState.Returned => "已退回", ReportState.Accepted => "已审核", _ => "未报" }),
            .. receipt.Returned is { } returned ? [("退回原因", returned)] : Array.Empty<(string, string)>(),
            ("内容校验码", receipt.Hash),
            ("原件 SHA-256", receipt.OriginalSha256 ?? ""),
        ];
        var title = $"{place.Campaign.DistrictName}工作进展情况调度表回执";
        return new HtmlPage(title, 200,
            $"<h1>{HtmlPage.Text(title)}</h1>{string.Concat(lines.Select(line => $"<h2>{line.Head}</h2><p>{HtmlPage.Text(line.Text)}</p>"))}<p class=\"meta\">{HtmlPage.Text($"{place.Campaign.Office}　电话 {place.Campaign.DutyPhone}")}</p>");
    }
}
