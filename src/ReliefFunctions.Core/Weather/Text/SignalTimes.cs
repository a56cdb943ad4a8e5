using System.Globalization;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Text;

/// <summary>
/// Dates and times in signal texts, in the many ways in which stations and people write them; what they leave out is supplied by when the text came.
/// </summary>
internal sealed partial class SignalTimes(DateTimeOffset received, TimeZoneInfo zone)
{
    private readonly DateTime _now = TimeZoneInfo.ConvertTime(received, zone).DateTime;

    /// <summary>When the text came.</summary>
    public DateTimeOffset Received => received;

    /// <summary>The time that begins at a place of a text; null when none does. Its <see cref="Token.At"/> is null when there is no such time.</summary>
    public Token? At(string text, int at)
    {
        var c = text[at];
        if (at > 0 && (char.IsAsciiDigit(text[at - 1]) || text[at - 1] == '第')) return null;
        if (!char.IsAsciiDigit(c) && !"今昨〇零一二三四五六七八九十".Contains(c, StringComparison.Ordinal)) return null;
        var window = Math.Min(48, text.Length - at);
        foreach (var pattern in (ReadOnlySpan<Regex>)[Written(), Iso(), Compact(), Clock()])
        {
            if (pattern.Match(text, at, window) is not { Success: true, Length: > 0 } match) continue;
            return new Token(TokenKind.Time, at, at + match.Length, match.Value) { At = Read(match) };
        }

        return null;
    }

    /// <summary>An instant of the zone; null when there is none.</summary>
    public DateTimeOffset? Local(DateTime at) =>
        at.Year is < WeatherBounds.FirstYear or > WeatherBounds.LastYear ? null : new DateTimeOffset(at, zone.GetUtcOffset(at));

    private DateTimeOffset? Read(Match match)
    {
        int? Value(string group) => match.Groups[group] is { Success: true } found ? Number(found.Value) : null;
        var (year, month, day, hour, minute) = (Value("y"), Value("m"), Value("d"), Value("h"), match.Groups["half"].Success ? 30 : Value("min") ?? 0);
        if (match.Groups["part"] is { Success: true } part && hour is < 12 && part.Value is "下午" or "晚上" or "傍晚" or "晚" or "夜间") hour += 12;
        if (hour is > 24 || minute > 59 || (hour == 24 && minute > 0)) return null;
        if (year is < 100) year += 2000;
        if (match.Groups["zone"] is { Success: true } offset && year is { } y && month is { } m && day is { } d)
        {
            var text = $"{y:D4}-{m:D2}-{d:D2}T{hour ?? 0:D2}:{minute:D2}:00{(offset.Value is "Z" or "z" ? "+00:00" : offset.Value)}";
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact : null;
        }

        if (day is null)
        {
            // A time of day alone is the last such time.
            var today = _now.Date.AddDays(match.Groups["rel"].Value.StartsWith('昨') ? -1 : 0).AddHours(hour ?? 0).AddMinutes(minute);
            return Local(today <= _now.AddHours(1) || match.Groups["rel"].Success ? today : today.AddDays(-1));
        }

        return Day(year, month, day.Value) is { } date ? Local(date.AddHours(hour ?? 0).AddMinutes(minute)) : null;
    }

    /// <summary>The latest such day that is not in the future, with a day's grace for clocks that differ; null when the calendar has none.</summary>
    private DateTime? Day(int? year, int? month, int day)
    {
        if (month is < 1 or > 12 || day is < 1 or > 31) return null;
        if (year is { } given)
        {
            if (given is < WeatherBounds.FirstYear or > WeatherBounds.LastYear) return null;
            return day <= DateTime.DaysInMonth(given, month ?? _now.Month) ? new DateTime(given, month ?? _now.Month, day) : null;
        }

        for (var back = 0; back <= 24; back++)
        {
            var candidate = new DateTime(_now.Year, _now.Month, 1).AddMonths(1 - back);
            if (month is { } only && candidate.Month != only) continue;
            if (day > DateTime.DaysInMonth(candidate.Year, candidate.Month)) continue;
            var at = candidate.AddDays(day - 1);
            if (at <= _now.AddDays(1)) return at;
        }

        return null;
    }

    /// <summary>A number in figures or in Chinese: 15, 十五, 二十, 二〇二六.</summary>
    internal static int Number(string text)
    {
        if (char.IsAsciiDigit(text[0])) return int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        static int Digit(char c) => c == '〇' ? 0 : Math.Max(0, "零一二三四五六七八九".IndexOf(c, StringComparison.Ordinal));
        if (!text.Contains('十', StringComparison.Ordinal)) return text.Aggregate(0, (sum, c) => (sum * 10) + Digit(c));
        var ten = text.IndexOf('十', StringComparison.Ordinal);
        return ((ten == 0 ? 1 : Digit(text[0])) * 10) + (ten == text.Length - 1 ? 0 : Digit(text[^1]));
    }

    [GeneratedRegex(@"\G(?:(?<rel>今[天日晨晚]|昨[天日晚])\(?)?(?:(?:(?<y>\d{4}|\d{2}(?=年\d)|[〇零一二三四五六七八九]{4})年)?(?<m>\d{1,2}|[一二三四五六七八九]|十[一二]?)月)?(?<d>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]\)?(?:\((?:星期|周)[一二三四五六日天]\)|(?:星期|周)[一二三四五六日天])?,?(?:(?<part>上午|下午|晚上|夜间|凌晨|早上|早晨|中午|傍晚|晚)?(?<h>\d{1,2}|[二]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:[时点:](?:(?<half>半)|(?<min>\d{1,2}|[二三四五]?十[一二三四五六七八九]?|零?[一二三四五六七八九])(?:分|(?=[^\d℃度毫米\.]|$)))?(?:\d{1,2}秒|:\d{2})?|(?=分)))?", RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    [GeneratedRegex(@"\G(?:(?<y>20\d{2})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?:[ T]?(?<h>\d{1,2}):(?<min>\d{2})(?::\d{2}(?:\.\d{1,7})?)?(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?|(?<m>\d{1,2})[-/](?<d>\d{1,2})[ T](?<h>\d{1,2}):(?<min>\d{2})(?::\d{2})?)(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex(@"\G(?<y>20\d{2})(?<m>\d{2})(?<d>\d{2})(?: ?(?<h>\d{2}):?(?<min>\d{2})(?::?\d{2})?)?(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Compact();

    [GeneratedRegex(@"\G(?:(?<rel>今[天日晨晚]|昨[天日晚])(?<part>上午|下午|晚上|夜间|凌晨|早上|早晨|中午|傍晚|晚)?)?(?<h>\d{1,2}|[二]?十[一二三四五六七八九]?)(?:[时点](?!间|候|内)(?:(?<half>半)|(?<min>\d{1,2})分?)?|:(?<min>\d{2})(?!\d))", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();
}
