using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Weather;

/// <summary>
/// The bounds of everything that weather brings in. What lies beyond them is cut at the door and said so, because what is stored is decided on
/// again every minute: no date, number or text of a feed may be able to stop that.
/// </summary>
public static class WeatherBounds
{
    /// <summary>An alert lasts at most this long after it was issued.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Years that a date may lie in, both included.</summary>
    public const int FirstYear = 2000, LastYear = 2100;

    /// <summary>Temperatures, °C; wind, m/s; precipitation and snow of a day, mm.</summary>
    public const double Coldest = -60, Warmest = 60, StrongestWind = 100, MostPrecipitation = 500;

    private const int ShortText = 60, LongText = 300, WholeText = 2000, Codes = 128, MostAreas = 500, MostReferences = 100;

    /// <summary>Whether an instant lies in the years that weather is about.</summary>
    public static bool IsTime(DateTimeOffset at) => at.UtcDateTime.Year is >= FirstYear and <= LastYear;

    /// <summary>A sum of times that cannot overflow.</summary>
    public static DateTimeOffset Plus(DateTimeOffset at, TimeSpan span) =>
        span > DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue : span < DateTimeOffset.MinValue - at ? DateTimeOffset.MinValue : at + span;

    /// <summary>
    /// A message within the bounds; what was cut is added to <see cref="WeatherAlert.Cut"/>. Throws <see cref="AlertPayloadException"/> when it has no
    /// usable time of issue, because without one nothing can be told about it.
    /// </summary>
    public static WeatherAlert Apply(WeatherAlert alert, TimeZoneInfo zone)
    {
        if (!IsTime(alert.Sent))
        {
            throw new AlertPayloadException("incomplete", $"发布时间在 {alert.Sent.UtcDateTime.Year} 年，不在 {FirstYear} 至 {LastYear} 年之间。请核对后重发。");
        }

        List<string> cut = [.. alert.Cut];
        var latest = alert.Sent + Longest;

        DateTimeOffset? Begin(DateTimeOffset? at, string name)
        {
            if (at is not { } given || (given >= alert.Sent - Longest && given <= latest)) return at;
            cut.Add($"{name} {Local(given)} 离发布时间超过 {Longest.TotalDays:0} 天，未采用。");
            return null;
        }

        DateTimeOffset? End(DateTimeOffset? at, string name)
        {
            if (at is not { } given) return null;
            if (given <= alert.Sent && alert.MessageType != AlertMessageType.Cancel)
            {
                cut.Add($"{name} {Local(given)} 不晚于发布时间，按未写明结束时间处理。");
                return null;
            }

            if (given <= latest) return at;
            cut.Add($"{name} {Local(given)} 超过发布后 {Longest.TotalDays:0} 天，按 {Local(latest)} 处理。");
            return latest;
        }

        string Text(string text, int most, string name)
        {
            var clean = Clean(text);
            if (clean.Length <= most) return clean;
            if (name.Length > 0) cut.Add($"{name}超过 {most} 字，其余未保存（原文仍在）。");
            return Cut(clean, most);
        }

        string? Optional(string? text, int most, string name) => text is null ? null : Text(text, most, name);

        var (effective, onset) = (Begin(alert.Effective, "生效时间"), Begin(alert.Onset, "起始时间"));
        var (expires, ends) = (End(alert.Expires, "失效时间"), End(alert.Ends, "结束时间"));
        if (onset > (ends ?? expires))
        {
            cut.Add($"起始时间 {Local(onset.Value)} 晚于结束时间，未采用。");
            onset = null;
        }

        if (alert.Areas.Count > MostAreas) cut.Add($"区域超过 {MostAreas} 个，其余未采用。");
        if (alert.References.Count > MostReferences) cut.Add($"引用的预警超过 {MostReferences} 条，其余未采用。");
        return alert with
        {
            Identifier = Text(alert.Identifier, Codes, "编号"),
            Sender = Optional(alert.Sender, Codes, "发送方编号"),
            Issuer = Text(alert.Issuer, ShortText, "发布单位"),
            TypeCode = Optional(alert.TypeCode, ShortText, ""),
            TypeName = Text(alert.TypeName, ShortText, "类型"),
            LevelText = Optional(alert.LevelText, ShortText, ""),
            AreaText = Optional(alert.AreaText, LongText, "区域文字"),
            Headline = Optional(alert.Headline, LongText, "标题"),
            Description = Optional(alert.Description, WholeText, "正文"),
            References = [.. alert.References.Take(MostReferences)
                .Select(each => each with { Identifier = Text(each.Identifier, Codes, ""), Sender = Optional(each.Sender, Codes, "") })],
            Areas = [.. alert.Areas.Distinct(StringComparer.Ordinal).Take(MostAreas)],
            Effective = effective,
            Onset = onset,
            Expires = expires,
            Ends = ends,
            Cut = cut,
        };

        string Local(DateTimeOffset at) =>
            IsTime(at) ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : $"{at.Year} 年";
    }

    /// <summary>A forecast within the bounds; nights with impossible figures are left out, with the reason of each in <paramref name="skipped"/>.</summary>
    public static ColdForecast Apply(ColdForecast forecast, List<SkippedEntry> skipped)
    {
        static string? Wrong(ForecastNight night) =>
            night.Date.Year is < FirstYear or > LastYear ? $"日期在 {night.Date.Year} 年"
            : !(night.Minimum is >= Coldest and <= Warmest) ? string.Create(CultureInfo.InvariantCulture, $"最低气温 {night.Minimum:0.#}℃ 超出 {Coldest}～{Warmest}℃")
            : night.Wind is { } wind && !(wind is >= 0 and <= StrongestWind * 3.6)
                ? string.Create(CultureInfo.InvariantCulture, $"风速 {wind:0.#} km/h 超出 0～{StrongestWind} 米/秒")
            : night.Snow is { } snow && !(snow is >= 0 and <= MostPrecipitation)
                ? string.Create(CultureInfo.InvariantCulture, $"降雪 {snow:0.#} 超出 0～{MostPrecipitation}")
            : null;

        foreach (var night in forecast.Nights)
        {
            if (Wrong(night) is { } reason) skipped.Add(new SkippedEntry($"night[{night.Date:yyyy-MM-dd}]", reason + "，这一天未采用。"));
        }

        return forecast with { Nights = [.. forecast.Nights.Where(night => Wrong(night) is null)] };
    }

    /// <summary>
    /// Text without lone surrogates and control characters (line breaks stay): nothing that a store, a page or another feed may stumble over.
    /// </summary>
    public static string Clean(string text)
    {
        static bool IsBad(string text, int at) =>
            char.IsSurrogate(text[at])
                ? !(char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                    && !(char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]))
                : (char.IsControl(text[at]) && text[at] is not ('\n' or '\t')) || text[at] is '\uFFFE' or '\uFFFF';

        StringBuilder? clean = null;
        for (var at = 0; at < text.Length; at++)
        {
            var bad = IsBad(text, at);
            if (bad && clean is null) clean = new StringBuilder(text, 0, at, text.Length);
            if (clean is not null && !bad) clean.Append(text[at]);
            else if (clean is not null && char.IsSurrogate(text[at])) clean.Append('\uFFFD');
        }

        return clean?.ToString() ?? text;
    }

    /// <summary>The beginning of a text, never half a character.</summary>
    public static string Cut(string text, int most) => text.First(most);
}
