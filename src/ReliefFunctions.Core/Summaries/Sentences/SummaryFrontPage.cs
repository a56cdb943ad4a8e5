using System.Globalization;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Figures;

namespace ReliefFunctions.Core.Summaries.Sentences;

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
    private const string Numerals = "一二三四五六七八九";

    /// <summary>花溪区“寒冬送温暖”专项救助行动工作调度汇总（第三周，12月14日—12月20日）; a stage names its range the same way.</summary>
    public static string Title(Summary summary) =>
        $"{summary.Heading.Name}“寒冬送温暖”专项救助行动工作调度汇总（{Wording.Period(summary)}）";

    /// <summary>The nine headings in their order, and those of parts that other features add.</summary>
    public static IReadOnlyList<FrontSection> Sections(Summary summary) =>
    [
        new("一、重大情况", [Incidents(summary)]),
        new($"二、{Wording.Span(summary)}要情", [Told(summary)]),
        new("三、核心数据", [Reported(summary)], HasHeadlines: true),
        new("四、天气与巡查指令", [.. Orders(summary), Response(summary)]),
        new("五、未报、迟报、退回单位", [.. Without(summary), Lists(summary)]),
        new("六、未结事项", [$"未处置线索{summary.Open.Leads}件，未整改隐患{summary.Open.Hazards}处，未签收通知{summary.Open.Notices}份（{Wording.List(summary.Acknowledgements.Outstanding, 8)}）。"]),
        new("七、提请研究事项", [.. Matters(summary)]),
        new(summary.Heading.Kind == PeriodKind.Week ? "八、下周天气与工作安排" : "八、下步工作安排", [Outlook(summary)]),
        new("九、口径说明", [(summary.Heading.IsArea ? "各区县汇总相加，不取原始报表，比率由合计数求得；" : "") + "首接单位计人数；联合巡查由牵头单位计1次；期末数（存量）不跨周相加；空白不等于零，未报不等于零；退回且无已审核版本的不计入。"]),
        .. (summary.Parts ?? []).Select((part, i) => new FrontSection($"十{(i == 0 ? "" : Numerals[i - 1])}、{part.Name}", part.Lines)),
    ];

    private static string Incidents(Summary summary)
    {
        var figures = summary.Incidents;
        var where = figures.Units.Count == 0 ? "" : "：" + string.Join("、", figures.Units.Select(unit => $"{unit.Name}{unit.Count}起"));
        return $"{Wording.Span(summary)}{figures.Total}起{where}，累计{figures.Season}起；确认零发生{figures.ConfirmedNone}家，未确认{figures.Unconfirmed}家。";
    }

    /// <summary>Three sentences: who reported, what was done, how the orders were carried out.</summary>
    private static string Told(Summary summary)
    {
        var (reporting, span, measure) = (summary.Reporting, Wording.Span(summary), Wording.Measure(summary));
        var first = $"应报{reporting.Expected}{measure}，已报{reporting.Reported}{measure}，报送率{Wording.Percent(reporting.Rate)}。";
        var headlines = summary.Headlines.Take(3).Select(headline =>
            $"{headline.Label}{headline.Total}{headline.Unit}{(headline.Change is { } change ? change == 0 ? "（与上周持平）" : $"（较上周{(change > 0 ? "增" : "减")}{Math.Abs(change)}）" : "")}");
        var second = summary.IsReported ? $"{span}{string.Join("，", headlines)}。" : "尚无计入的报表，没有核心数据。";
        var coldest = summary.Trend.Where(week => week.Last >= summary.First).Min(week => week.Minimum) is { } minimum ? $"{span}最低气温{minimum.ToString("0.#;零下0.#;0", CultureInfo.InvariantCulture)}℃，" : "";
        var (highest, intensity) = Highest(summary);
        var (met, failed) = summary.Heading.IsArea
            ? (summary.Districts.Sum(district => district.Met), summary.Districts.Sum(district => district.NotMet))
            : (summary.Duties.Count(duty => duty.Met == true), summary.Duties.Count(duty => duty.Met != true));
        var third = highest == PatrolIntensity.Routine ? $"{coldest}全{(summary.Heading.IsArea ? "域" : "区")}执行常态巡查。" : $"{coldest}最高执行{intensity}巡查，{met}家达到应巡次数，{failed}家未达到、空白或未报。";
        return first + second + third;
    }

    private static (PatrolIntensity Highest, string Name) Highest(Summary summary) => summary.Orders.Select(order => (order.Highest, order.Intensity))
        .Concat(summary.Districts.Select(district => (district.Highest, district.Intensity))).OrderByDescending(each => each.Highest).FirstOrDefault((PatrolIntensity.Routine, ""));

    private static string Reported(Summary summary)
    {
        var (reporting, measure) = (summary.Reporting, Wording.Measure(summary));
        return $"已报{reporting.Reported}{measure}／应报{reporting.Expected}{measure}；按时{reporting.OnTime}{measure}（{Wording.Percent(reporting.OnTimeRate)}）；未审核占比{Wording.Percent(reporting.UnacceptedShare)}。";
    }

    private static IEnumerable<string> Orders(Summary summary)
    {
        var zone = summary.Heading.Zone();
        if (Highest(summary).Highest == PatrolIntensity.Routine && summary.Orders.Count == 0)
        {
            yield return $"{Wording.Span(summary)}无巡查指令，执行常态巡查。";
            yield break;
        }

        if (summary.Heading.IsArea)
        {
            var levels = summary.Districts.Where(district => district.Highest > PatrolIntensity.Routine).GroupBy(district => (district.Highest, district.Intensity)).OrderByDescending(group => group.Key.Highest);
            yield return string.Join("；", levels.Select(group => $"最高执行{group.Key.Intensity}的区县{group.Count()}个（{Wording.List([.. group.Select(district => district.Name)], 8)}）")) + "。";
        }

        if (summary.Orders.Count > MostOrders) yield return $"{Wording.Span(summary)}执行指令{summary.Orders.Count}份，最近{MostOrders}份如下。";

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
            ? $"{Wording.Span(summary)}未下发通知。"
            : $"通知{figures.Notices}份，签收{figures.Acknowledged}份"
              + (figures.MedianMinutes is { } median ? $"，用时中位数{Wording.Duration((int)Math.Ceiling(median))}，最慢{figures.SlowestUnit}（{Wording.Duration(figures.SlowestMinutes!.Value)}）。" : "。");
        var failed = summary.Duties.Where(duty => duty.Met == false).Select(duty => $"{duty.Unit}（{(duty.Reported < duty.Required ? $"{duty.Reported}/{duty.Required}" : $"夜巡{duty.ReportedNight?.ToString(CultureInfo.InvariantCulture) ?? duty.Absent}/{duty.RequiredNight}")}）").ToList();
        var idle = summary.Duties.Where(duty => duty.NotFollowed.Count > 0).Select(duty => duty.Unit).ToList();
        return $"{acknowledged}应巡{summary.Duties.Sum(duty => duty.Required)}次，实巡{(summary.Duties.Any(duty => duty.Reported is not null) ? $"{summary.Duties.Sum(duty => duty.Reported ?? 0)}次" : "无填报")}；未达标：{Wording.List(failed, 8)}{(idle.Count > 0 ? $"；签收后未见巡查：{Wording.List(idle, 8)}" : "")}。";
    }

    private static IEnumerable<string> Without(Summary summary)
    {
        var without = summary.Districts.Where(district => district.Version is null).Select(district => district.Name).ToList();
        if (summary.Heading.IsArea) yield return $"应汇总区县{summary.Districts.Count}个，已汇总{summary.Districts.Count - without.Count}个；未编制汇总的区县：{Wording.List(without)}。";
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
        if (summary.Heading.IsArea) return "按各区县安排执行，天气以气象部门发布为准。";
        var now = summary.Orders.LastOrDefault(order => order.ReplacedAt is null);
        return now is null ? "执行常态巡查，天气以气象部门发布为准。" : $"第{now.Revision}号指令（{now.Intensity}）继续执行至调整通知；天气以气象部门发布为准。";
    }

    private static string Cut(string text, int length)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= length ? text : text[..(length - 1)] + "…";
    }
}
