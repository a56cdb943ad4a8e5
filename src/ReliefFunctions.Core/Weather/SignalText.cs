using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather;

/// <summary>What the opening sentence of a Chinese warning signal says.</summary>
/// <param name="Issuer">花溪区气象台; empty when not named.</param>
/// <param name="At">Issue time; null when the text gives no day.</param>
/// <param name="Action">发布 → Alert; 继续发布, 更新, 升级, 降级 → Update; 解除 → Cancel.</param>
/// <param name="Type">寒潮.</param>
/// <param name="Level">Of two colours (升级为, 降级为, 更新为) the last.</param>
/// <param name="Body">What follows the opening.</param>
public sealed record SignalSentence(string Issuer, DateTimeOffset? At, AlertMessageType Action, string Type, AlertLevel Level, string Body);

/// <summary>
/// Reads plain Chinese signal text: <c>机构 [[yyyy年][M月]d日[H时[m分]]] 动作 类型 颜色 预警[信号][级别][:,] 正文</c>,
/// with the variations that are met in the wild: no year, no month, no time, half and full width, 升级为 with two colours.
/// </summary>
public static partial class SignalText
{
    private const int Opening = 160;

    /// <summary>Reads the opening sentence; null when the text is not a signal. <paramref name="received"/> supplies the year and month left out.</summary>
    public static SignalSentence? Read(string? text, DateTimeOffset received, TimeZoneInfo zone)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;

        // Form KC makes one of full and half width, and IV of Ⅳ.
        var plain = text.Trim().Normalize(NormalizationForm.FormKC);
        var head = plain[..Math.Min(plain.Length, Opening)];
        var match = Head().Match(head);
        if (!match.Success) return null;

        var rest = head[match.Length..];
        var signals = Signal().Matches(rest).Where(signal => signal.Index < FirstStop(rest)).ToList();
        if (signals.Count == 0) return null;
        var last = signals[^1];
        var verb = match.Groups["verb"].Value;
        var action = verb switch
        {
            "解除" => AlertMessageType.Cancel,
            "发布" => AlertMessageType.Alert,
            _ => AlertMessageType.Update,
        };
        if (verb == "将" && rest.Contains("解除", StringComparison.Ordinal)) action = AlertMessageType.Cancel;
        var end = match.Length + last.Index + last.Length;
        return new SignalSentence(
            match.Groups["issuer"].Value.Trim(), Time(match, received, zone), action,
            last.Groups["type"].Value, Colour(last.Groups["colour"].Value), plain[end..].TrimStart(':', ',', ' ', '。'));
    }

    /// <summary>A message in the normal form from signal text alone; null when the text is not a signal.</summary>
    public static WeatherAlert? ToAlert(string text, DateTimeOffset received, TimeZoneInfo zone, IReadOnlyList<string> areas)
    {
        if (Read(text, received, zone) is not { } sentence) return null;
        var sent = sentence.At ?? received;
        return new WeatherAlert
        {
            Source = "text",
            Identifier = MadeIdentifier(sentence.Issuer, sentence.Type, sentence.Level, sentence.Action, sent),
            Issuer = sentence.Issuer,
            Sent = sent,
            Status = AlertStatus.Actual,
            MessageType = sentence.Action,
            TypeName = sentence.Type,
            Level = sentence.Level,
            Areas = areas,
            Headline = $"{sentence.Issuer}{Verb(sentence.Action)}{sentence.Type}{Name(sentence.Level)}预警信号",
            Description = Clip(text),
        };
    }

    /// <summary>An identifier for feeds that give none; the same message always gets the same.</summary>
    public static string MadeIdentifier(string issuer, string type, AlertLevel level, AlertMessageType action, DateTimeOffset sent)
    {
        var parts = string.Create(CultureInfo.InvariantCulture, $"{issuer}|{type}|{level}|{action}|{sent.ToUniversalTime():yyyyMMddHHmm}");
        return "made:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 12));
    }

    /// <summary>The colour in Chinese, in words of any feed (Blue, 蓝色, Ⅳ级, 一般, 01 excepted).</summary>
    public static AlertLevel Colour(string? text) => text?.Trim().Normalize(NormalizationForm.FormKC).ToLowerInvariant() switch
    {
        null or "" => AlertLevel.Unknown,
        "blue" or "蓝" or "蓝色" or "iv级" or "iv" or "一般" => AlertLevel.Blue,
        "yellow" or "黄" or "黄色" or "iii级" or "iii" or "较重" => AlertLevel.Yellow,
        "orange" or "橙" or "橙色" or "ii级" or "ii" or "严重" => AlertLevel.Orange,
        "red" or "红" or "红色" or "i级" or "i" or "特别严重" => AlertLevel.Red,
        _ => AlertLevel.Unknown,
    };

    /// <summary>蓝色, 黄色, 橙色, 红色; empty for an unknown one.</summary>
    public static string Name(AlertLevel level) => level switch
    {
        AlertLevel.Blue => "蓝色",
        AlertLevel.Yellow => "黄色",
        AlertLevel.Orange => "橙色",
        AlertLevel.Red => "红色",
        _ => "",
    };

    /// <summary>The type's name without colour, 预警 and 信号: 寒潮 of 寒潮黄色预警信号.</summary>
    public static string TypeOnly(string text)
    {
        var plain = text.Trim().Normalize(NormalizationForm.FormKC);
        return Tail().Replace(plain, "") is { Length: > 0 } name ? name : plain;
    }

    /// <summary>The lowest temperature (°C) that the text names as 最低气温, or null.</summary>
    public static double? Minimum(string? text)
    {
        if (text is null) return null;
        double? lowest = null;
        foreach (Match match in MinimumTemperature().Matches(text.Normalize(NormalizationForm.FormKC)))
        {
            // 下降8℃ is a fall and not a temperature.
            if (match.Groups["words"].Value is var words && (words.EndsWith("下降", StringComparison.Ordinal) || words.EndsWith("降幅", StringComparison.Ordinal))) continue;
            var value = double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
            if (match.Groups["minus"].Success) value = -value;
            if (lowest is null || value < lowest) lowest = value;
        }

        return lowest;
    }

    internal static string? Clip(string? text) => text is { Length: > 2000 } ? text[..2000] : text;

    private static string Verb(AlertMessageType action) => action switch
    {
        AlertMessageType.Cancel => "解除",
        AlertMessageType.Update => "更新",
        _ => "发布",
    };

    private static int FirstStop(string text) => text.AsSpan().IndexOfAny(':', '。', '\n') is var at and >= 0 ? at : text.Length;

    private static DateTimeOffset? Time(Match match, DateTimeOffset received, TimeZoneInfo zone)
    {
        if (!match.Groups["d"].Success) return null;
        var local = TimeZoneInfo.ConvertTime(received, zone).DateTime;
        int Number(string group, int otherwise) => match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : otherwise;
        var (day, hour, minute) = (Number("d", 1), Number("h", 0), Number("min", 0));
        if (hour > 23 || minute > 59) return null;

        // The latest such day that is not in the future, with a day's grace for clocks that differ.
        for (var back = 0; back <= 24; back++)
        {
            var candidate = new DateTime(local.Year, local.Month, 1).AddMonths(1 - back);
            if (match.Groups["y"].Success) candidate = new DateTime(Math.Clamp(Number("y", 1), 1, 9998), Math.Clamp(Number("m", local.Month), 1, 12), 1);
            else if (match.Groups["m"].Success && candidate.Month != Number("m", 1)) continue;
            if (day < 1 || day > DateTime.DaysInMonth(candidate.Year, candidate.Month))
            {
                if (match.Groups["y"].Success) return null;
                continue;
            }

            var at = new DateTime(candidate.Year, candidate.Month, day, hour, minute, 0);
            if (match.Groups["y"].Success || at <= local.AddDays(1)) return new DateTimeOffset(at, zone.GetUtcOffset(at));
        }

        return null;
    }

    [GeneratedRegex(@"^(?<issuer>[^\d:,。]{0,30}?(?:气象台|气象局|气象中心|预警中心)|[^\d:,。]{0,30}?(?=\d))?\s*(?:(?:(?<y>\d{4})年)?(?:(?<m>\d{1,2})月)?(?<d>\d{1,2})日\s*(?:(?<h>\d{1,2})[时:](?:(?<min>\d{1,2})分?)?)?)?\s*(?<verb>继续发布|变更发布|变更|更新发布|更新|升级发布|发布|解除|将)", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"(?<=^|为|解除|\s)(?<type>[\p{L}]{2,12}?)(?<colour>蓝|黄|橙|红)色?预警(?:信号)?(?:\s*[\[(【][^\])】]{1,12}[\])】])?", RegexOptions.CultureInvariant)]
    private static partial Regex Signal();

    [GeneratedRegex(@"(?:(?:蓝|黄|橙|红)色?)?(?:预警)?(?:信号|事件)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Tail();

    [GeneratedRegex(@"最低气温(?<words>[^\d。;]{0,12}?)(?<minus>-|−|零下)?(?<value>\d{1,2}(?:\.\d)?)\s*(?:℃|°C|度)", RegexOptions.CultureInvariant)]
    private static partial Regex MinimumTemperature();
}
