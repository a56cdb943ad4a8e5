using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Text;

/// <summary>
/// When the weather begins and ends, as a text names it: 1月1日夜间至4日, 今晚到明天白天, 15日20时到17日08时, 自16日夜间起, 有效期至12月17日10时. A span such as
/// 未来24小时 is a forecast's and no end.
/// </summary>
internal static partial class SignalValidity
{
    /// <summary>Onset and end; null what the text does not say. <paramref name="sent"/> supplies month and year.</summary>
    public static (DateTimeOffset? Onset, DateTimeOffset? Ends) Of(string text, DateTimeOffset sent, TimeZoneInfo zone)
    {
        var day = TimeZoneInfo.ConvertTime(sent, zone).Date;
        foreach (Match match in Range().Matches(text))
        {
            if (Moment(match, "1", day, false) is not { } from || Moment(match, "2", from.Date, true, from.Month) is not { } to || to <= from) continue;
            if (Local(to) <= sent || to - from > WeatherBounds.Longest) continue;
            return (Local(from) is var onset && onset > sent ? onset : null, Local(to));
        }

        if (Until().Match(text) is { Success: true } until && Moment(until, "2", day, true) is { } end && Local(end) > sent) return (null, Local(end));
        if (Since().Match(text) is { Success: true } since && Moment(since, "1", day, false) is { } begin && Local(begin) > sent) return (Local(begin), null);
        return (null, null);

        DateTimeOffset Local(DateTime at) => new(at, zone.GetUtcOffset(at));
    }

    /// <summary>A day with a part of it; at the end of a range its end (至4日: 24 o'clock), at the beginning its beginning.</summary>
    private static DateTime? Moment(Match match, string which, DateTime day, bool isEnd, int? month = null)
    {
        string? Group(string name) => match.Groups[name + which] is { Success: true } found ? found.Value : null;
        DateTime date;
        if (Group("rel") is { } relative)
        {
            date = day.AddDays(relative[0] switch { '明' => 1, '后' => 2, _ => 0 });
        }
        else if (Group("d") is { } number)
        {
            var (d, m) = (SignalTimes.Number(number), Group("m") is { } given ? SignalTimes.Number(given) : month ?? day.Month);
            if (m is < 1 or > 12 || d is < 1 or > 31) return null;

            // The nearest such day: 31日夜间至2日 of a text of January 1 began in December; the end of a range follows its beginning.
            var candidate = new DateTime(day.Year, m, 1);
            var dated = Group("m") is not null;
            if (dated && candidate.AddMonths(6) < day) candidate = candidate.AddYears(1);
            else if (dated && candidate > day.AddMonths(6)) candidate = candidate.AddYears(-1);
            else if (!dated && candidate.AddDays(d - 1) < (isEnd ? day : day.AddDays(-10))) candidate = candidate.AddMonths(1);
            else if (!dated && !isEnd && candidate.AddDays(d - 1) > day.AddDays(20)) candidate = candidate.AddMonths(-1);
            if (d > DateTime.DaysInMonth(candidate.Year, candidate.Month)) return null;
            date = candidate.AddDays(d - 1);
        }
        else
        {
            date = day;
        }

        if (Group("h") is { } hour && SignalTimes.Number(hour) is <= 24 and var h) return date.AddHours(h);
        var part = Group("part") ?? (Group("rel") is ['今' or '明', '晚' or '夜'] ? "夜间" : Group("rel") is [_, '晨'] ? "凌晨" : null);
        return date.AddHours((part, isEnd) switch
        {
            ("凌晨", false) => 0,
            ("凌晨", true) => 6,
            ("早晨" or "早上" or "清晨", false) => 6,
            ("早晨" or "早上" or "清晨", true) => 9,
            ("上午" or "白天", false) => 8,
            ("上午" or "中午", true) => 12,
            ("中午" or "下午", false) => 12,
            ("下午", true) => 18,
            ("白天", true) => 20,
            ("傍晚", false) => 17,
            ("傍晚", true) => 20,
            ("夜间" or "晚上" or "夜里" or "晚" or "夜", false) => 20,
            ("夜间" or "晚上" or "夜里" or "晚" or "夜", true) => 32,
            (_, true) => 24,
            _ => 0,
        });
    }

    private const string Part = "凌晨|早晨|早上|清晨|上午|白天|中午|下午|傍晚|夜间|晚上|夜里|晚|夜";
    private const string Number1 = @"\d{1,2}";

    [GeneratedRegex("(?:(?:" + Number1 + @"年)?(?:(?<m1>\d{1,2})月)?(?<d1>\d{1,2})[日号]|(?<rel1>今[天日晚夜晨]|明[天日晚晨]|后天))(?:(?<part1>" + Part + @")|(?<h1>\d{1,2})[时点](?:\d{1,2}分)?)?(?:至|到|~|-|—|–)+(?:(?:\d{4}年)?(?:(?<m2>\d{1,2})月)?(?<d2>\d{1,2})[日号]|(?<rel2>今[天日晚夜晨]|明[天日晚晨]|后天))(?:(?<part2>" + Part + @")|(?<h2>\d{1,2})[时点](?:\d{1,2}分)?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?:有效期|有效时间|有效时段|持续|预计持续|将持续|维持|影响|延长)[^\d。;明今后]{0,16}?(?:至|到)(?:(?:\d{4}年)?(?:(?<m2>\d{1,2})月)?(?<d2>\d{1,2})[日号]|(?<rel2>今[天日晚夜]|明[天日晚]|后天))(?:(?<part2>" + Part + @")|(?<h2>\d{1,2})[时点](?:\d{1,2}分)?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Until();

    [GeneratedRegex(@"(?:自|从|预计|将于|将在)(?:(?:\d{4}年)?(?:(?<m1>\d{1,2})月)?(?<d1>\d{1,2})[日号]|(?<rel1>今[晚夜]|明[天日晚晨]|后天))(?:(?<part1>" + Part + @")|(?<h1>\d{1,2})[时点](?:\d{1,2}分)?)?(?:起|开始|左右开始)", RegexOptions.CultureInvariant)]
    private static partial Regex Since();
}
