using System.Globalization;

namespace ReliefFunctions.Core.Summaries;

/// <summary>A heading of the first page and what stands under it.</summary>
/// <param name="Heading">Such as 一、重大情况.</param>
/// <param name="Lines">Paragraphs, plain text.</param>
/// <param name="HasHeadlines">Whether the table of headline figures stands above the lines.</param>
public sealed record FrontSection(string Heading, IReadOnlyList<string> Lines, bool HasHeadlines = false);

/// <summary>The first page (要情): what a leader reads in five minutes, in the words of the workbook and of the phone page alike.</summary>
public static class SummaryFrontPage
{
    private const int MostMatters = 4;
    private const int MostOrders = 4;

    /// <summary>花溪区“寒冬送温暖”专项救助行动工作调度汇总（第三周，12月14日—12月20日）.</summary>
    public static string Title(Summary summary) =>
        $"{summary.DistrictName}“寒冬送温暖”专项救助行动工作调度汇总（第{Wording.Chinese(summary.WeekNumber)}周，{Wording.Day(summary.First)}—{Wording.Day(summary.Last)}）";

    /// <summary>The nine headings in their order.</summary>
    public static IReadOnlyList<FrontSection> Sections(Summary summary) =>
    [
        new("一、重大情况", [Incidents(summary)]),
        new("二、本周要情", [Told(summary)]),
        new("三、核心数据", [Reported(summary)], HasHeadlines: true),
        new("四、天气与巡查指令", [.. Orders(summary), Response(summary)]),
        new("五、未报、迟报、退回单位", [Lists(summary)]),
        new("六、未结事项", [$"未处置线索{summary.Open.Leads}件，未整改隐患{summary.Open.Hazards}处，未签收通知{summary.Open.Notices}份（{Wording.List(summary.Acknowledgements.Outstanding, 8)}）。"]),
        new("七、提请研究事项", [.. Matters(summary)]),
        new("八、下周天气与工作安排", [Outlook(summary)]),
        new("九、口径说明", ["首接单位计人数；联合巡查由牵头单位计1次；期末数（存量）不跨周相加；空白不等于零，未报不等于零；退回且无已审核版本的不计入。"]),
    ];

    private static string Incidents(Summary summary)
    {
        var figures = summary.Incidents;
        var where = figures.Units.Count == 0 ? "" : "：" + string.Join("、", figures.Units.Select(unit => $"{unit.Name}{unit.Count}起"));
        return $"本周{figures.Week}起{where}，累计{figures.Season}起；确认零发生{figures.ConfirmedNone}家，未确认{figures.Unconfirmed}家。";
    }

    /// <summary>Three sentences: who reported, what was done, how the orders were carried out.</summary>
    private static string Told(Summary summary)
    {
        var reporting = summary.Reporting;
        var first = $"应报{reporting.Expected}家，已报{reporting.Reported}家，报送率{Wording.Percent(reporting.Rate)}。";
        var headlines = summary.Headlines.Take(3).Select(headline =>
            $"{headline.Label}{headline.Week}{headline.Unit}{(headline.Change is { } change ? change == 0 ? "（与上周持平）" : $"（较上周{(change > 0 ? "增" : "减")}{Math.Abs(change)}）" : "")}");
        var second = $"本周{string.Join("，", headlines)}。";
        var coldest = summary.Trend[^1].Minimum is { } minimum ? $"本周最低气温{minimum.ToString("0.#;零下0.#;0", CultureInfo.InvariantCulture)}℃，" : "";
        var highest = summary.Orders.MaxBy(order => order.Level);
        var third = highest is null || highest.Level == 0
            ? $"{coldest}全区执行常态巡查。"
            : $"{coldest}最高执行{highest.Intensity}巡查，{summary.Duties.Count(duty => duty.Met == true)}家达到应巡次数，{summary.Duties.Count(duty => duty.Met != true)}家未达到或未报。";
        return first + second + third;
    }

    private static string Reported(Summary summary)
    {
        var reporting = summary.Reporting;
        return $"已报{reporting.Reported}家／应报{reporting.Expected}家；按时{reporting.OnTime}家（{Wording.Percent(reporting.OnTimeRate)}）；未审核占比{Wording.Percent(reporting.UnacceptedShare)}。";
    }

    private static IEnumerable<string> Orders(Summary summary)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(summary.TimeZone);
        if (summary.Orders.Count == 0)
        {
            yield return "本周无巡查指令，执行常态巡查。";
            yield break;
        }

        foreach (var order in summary.Orders.TakeLast(MostOrders))
        {
            var until = order.ReplacedAt is { } at ? $"至{Wording.Moment(at, zone)}" : "，执行中";
            yield return $"第{order.Revision}号 {order.Intensity}（{Wording.Moment(order.IssuedAt, zone)}起{until}）：{Cut(order.Reason, 60)}";
        }
    }

    private static string Response(Summary summary)
    {
        var figures = summary.Acknowledgements;
        var acknowledged = figures.Notices == 0
            ? "本周未下发通知。"
            : $"通知{figures.Notices}份，签收{figures.Acknowledged}份"
              + (figures.MedianMinutes is { } median ? $"，用时中位数{Wording.Duration((int)Math.Ceiling(median))}，最慢{figures.SlowestUnit}（{Wording.Duration(figures.SlowestMinutes!.Value)}）。" : "。");
        var failed = summary.Duties.Where(duty => duty.Met == false).Select(duty => $"{duty.Unit}（{duty.Reported}/{duty.Required}）").ToList();
        return $"{acknowledged}应巡{summary.Duties.Sum(duty => duty.Required)}次，实巡{summary.Duties.Sum(duty => duty.Reported ?? 0)}次；未达标：{Wording.List(failed, 8)}。";
    }

    private static string Lists(Summary summary)
    {
        var reporting = summary.Reporting;
        return $"未报：{Wording.List(reporting.Missing)}。迟报：{Wording.List([.. reporting.Late.Select(late => $"{late.Name}（{Wording.Duration(late.Minutes)}）")])}。退回：{Wording.List(reporting.Returned)}。";
    }

    private static IEnumerable<string> Matters(Summary summary)
    {
        var open = summary.Matters.Where(matter => !matter.Closed).ToList();
        if (open.Count == 0) yield return "无。";

        // The newest first: what carries over is known already.
        foreach (var (matter, number) in open.OrderByDescending(matter => matter.Week).Take(MostMatters).Select((matter, index) => (matter, index + 1)))
        {
            var due = matter.Due is { } day ? $"{Wording.Day(day)}前" : "待定";
            yield return $"{number}．{matter.Unit}{(matter.Week == summary.Week ? "" : $"（第{matter.WeekNumber}周提出）")}：{Cut(matter.Text, 70)}（责任单位：{matter.Owner ?? "待定"}；时限：{due}）";
        }

        if (open.Count > MostMatters) yield return $"另有{open.Count - MostMatters}项，见“文字情况”。";
    }

    private static string Outlook(Summary summary)
    {
        if (summary.Outlook is { Length: > 0 } words) return Cut(words, 200);
        var now = summary.Orders.LastOrDefault(order => order.ReplacedAt is null);
        return now is null ? "执行常态巡查，天气以气象部门发布为准。" : $"第{now.Revision}号指令（{now.Intensity}）继续执行至调整通知；天气以气象部门发布为准。";
    }

    private static string Cut(string text, int length)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= length ? text : text[..(length - 1)] + "…";
    }
}
