using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Sentences;

/// <summary>How a summary says things: the same words in the workbook, on the phone and in the list of changes.</summary>
internal static class Wording
{
    private static readonly string[] Digits = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

    public static string Of(ReportState standing) => standing switch
    {
        ReportState.NotReported => "未报",
        ReportState.Submitted => "待审核",
        ReportState.Returned => "已退回",
        _ => "已审核",
    };

    /// <summary>本周, 本阶段, 全季.</summary>
    public static string Span(Summary summary) => summary.Heading.Kind switch { PeriodKind.Week => "本周", PeriodKind.Season => "全季", _ => "本阶段" };

    /// <summary>第三周, 推进情况阶段, 工作总结阶段, 全季.</summary>
    public static string Name(Summary summary) => summary.Heading.Kind switch
    {
        PeriodKind.Week => $"第{Chinese(summary.WeekNumber)}周",
        PeriodKind.Progress => "推进情况阶段",
        PeriodKind.Final => "工作总结阶段",
        _ => "全季",
    };

    /// <summary>第三周，12月14日—12月20日.</summary>
    public static string Period(Summary summary) => $"{Name(summary)}，{Day(summary.First)}—{Day(summary.Last)}";

    /// <summary>家 of units in a week; 份 where one unit owes several reports.</summary>
    public static string Measure(Summary summary) => summary.Heading.Kind == PeriodKind.Week ? "家" : "份";

    public static string Of(UnitKind kind) => kind switch
    {
        UnitKind.Township => "乡镇（街道）",
        UnitKind.Police => "公安",
        UnitKind.UrbanManagement => "综合行政执法",
        UnitKind.Department => "其他部门",
        _ => "救助管理站",
    };

    /// <summary>1,234.</summary>
    public static string Number(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>What stands where there is nothing to compare with: the first week, or a week before of which nobody has the figure.</summary>
    public static string NoWeekBefore(Summary summary) => summary.Trend.Count > 1 ? "—" : "首周";

    public static string Percent(decimal? share) => share is { } value ? value.ToString("0.0%", CultureInfo.InvariantCulture) : "—";

    public static string Day(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day.Month}月{day.Day}日");

    public static string Moment(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = LocalTime.In(at, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{local.Month}月{local.Day}日{local:HH:mm}");
    }

    public static string Duration(int minutes) => minutes switch
    {
        < 60 => $"{minutes}分钟",
        < 24 * 60 => minutes % 60 == 0 ? $"{minutes / 60}小时" : $"{minutes / 60}小时{minutes % 60}分钟",
        _ => minutes / 60 % 24 == 0 ? $"{minutes / 1440}天" : $"{minutes / 1440}天{minutes / 60 % 24}小时",
    };

    /// <summary>1 to 99 in Chinese: 三, 十, 二十二.</summary>
    public static string Chinese(int number) => number switch
    {
        < 10 => Digits[number],
        < 20 => "十" + (number % 10 == 0 ? "" : Digits[number % 10]),
        < 100 => Digits[number / 10] + "十" + (number % 10 == 0 ? "" : Digits[number % 10]),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Names in one line, the first <paramref name="most"/> of them and no more than two printed lines; 无 when there are none.</summary>
    public static string List(IReadOnlyList<string> names, int most = 12, string measure = "个", int room = 100)
    {
        if (names.Count == 0) return "无";
        var (shown, length) = (0, 0);
        while (shown < Math.Min(most, names.Count) && (shown == 0 || length + names[shown].Length <= room)) length += names[shown++].Length + 1;
        return string.Join("、", names.Take(shown)) + (shown < names.Count ? $"等{names.Count}{measure}" : "");
    }

    /// <summary>In one line and no longer than so many characters.</summary>
    public static string Cut(string text, int length) => text.ReplaceLineEndings(" ").Cut(length);

    /// <summary>Whole clauses of a sentence, no more than so many characters of them; what was left out is said to stand elsewhere.</summary>
    public static string Clauses(string text, int length)
    {
        if (text.Length <= length) return text;
        const string rest = "；其余见汇总表。";
        var at = text.LastIndexOf('；', Math.Max(0, length - rest.Length));
        if (at > 0) return text[..at] + rest;

        // One clause alone ends between two of its parts.
        at = text.LastIndexOfAny(['，', '、', '→'], length - 1);
        return at > 0 ? text[..at] + "……" : Cut(text, length);
    }

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Met => "达标",
        Verdict.NotMet => "未达标",
        Verdict.Running => "进行中",
        _ => "无法核定",
    };
}
