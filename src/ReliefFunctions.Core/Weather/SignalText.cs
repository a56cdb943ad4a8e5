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
        var plain = Tag().Replace(text.Trim().Normalize(NormalizationForm.FormKC), tag => tag.Groups["office"].Value, 1);
        var head = plain[..Math.Min(plain.Length, Opening)];
        var match = Head().Match(head);
        if (!match.Success) return null;

        var rest = head[match.Length..];
        var opening = Stop().Match(rest) is { Success: true } stop ? rest[..stop.Index] : rest;
        var verb = match.Groups["verb"].Value;
        var signals = Signal().Matches(opening).ToList();

        // What changes from one signal to another names the new one last; what issues or lifts one may name others after it.
        var signal = Recoloured().Match(opening) is { Success: true } recoloured ? recoloured
            : signals.Count == 0 ? null : verb is "发布" or "继续发布" or "解除" ? signals[0] : signals[^1];
        var type = signal is null ? "" : signal.Groups["type"] is { Length: > 0 } named ? named.Value : signals[0].Groups["type"].Value;
        if (signal is null || type.Length == 0) return null;
        var action = verb switch
        {
            "解除" => AlertMessageType.Cancel,
            "发布" => AlertMessageType.Alert,
            _ => AlertMessageType.Update,
        };
        if (verb == "将" && opening.Contains("解除", StringComparison.Ordinal)) action = AlertMessageType.Cancel;
        var end = match.Length + signal.Index + signal.Length;
        return new SignalSentence(
            match.Groups["issuer"].Value.Trim(), Time(match, received, zone), action,
            type, Colour(signal.Groups["colour"].Value), plain[end..].TrimStart(':', ',', ' ', '。'));
    }

    /// <summary>Every message of a text, which may hold several signals one below the other and a greeting above them; empty when it holds none.</summary>
    public static IReadOnlyList<WeatherAlert> ToAlerts(string text, DateTimeOffset received, TimeZoneInfo zone, IReadOnlyList<string> areas)
    {
        bool IsSignal(string part) => Read(part, received, zone) is not null;
        List<string> parts = [];
        foreach (var line in text.Trim().Split('\n'))
        {
            if (parts.Count > 0 && !IsSignal(line)) parts[^1] += "\n" + line;
            else if (parts.Count == 1 && !IsSignal(parts[0])) parts[0] = IsSignal(parts[0] + "\n" + line) ? parts[0] + "\n" + line : line;
            else parts.Add(line);
        }

        var alerts = parts.Select(part => ToAlert(part, received, zone, areas)).ToList();
        return alerts.Contains(null) ? [] : [.. alerts.OfType<WeatherAlert>()];
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

    /// <summary>What a message does, as the texts of signals say it; empty for what acts on nothing.</summary>
    public static string Name(AlertMessageType type) => type switch
    {
        AlertMessageType.Alert => "发布",
        AlertMessageType.Update => "更新",
        AlertMessageType.Cancel => "解除",
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
            // 下降8℃ and 降幅达8℃ are falls; 降至3℃ is a temperature. Of a range either end may be the lower one.
            if (match.Groups["words"].Value is var words && words.Contains('降', StringComparison.Ordinal) && !words.EndsWith('至') && !words.EndsWith('到') && !words.EndsWith('为')) continue;
            foreach (var end in match.Groups["value"].Captures.Select(value => double.Parse(value.Value.Replace("零下", "-", StringComparison.Ordinal).Replace('−', '-'), CultureInfo.InvariantCulture)))
            {
                if (lowest is null || end < lowest) lowest = end;
            }
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

    /// <summary>What chat groups put before a text: 【花溪区气象台】 is its issuer, 【预警信息】 is decoration.</summary>
    [GeneratedRegex(@"^[\[【](?:(?<office>[^\]】]{1,30}(?:气象台|气象局))|[^\]】]{1,30})[\]】]\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?<issuer>[^\d:,。]{0,30}?(?:气象台|气象局|气象中心|预警中心)|[^\d:,。]{0,30}?(?=于?\d))?于?\s*(?:(?:(?<y>\d{4})年)?(?:(?<m>\d{1,2})月)?(?<d>\d{1,2})日\s*(?:(?<h>\d{1,2})[时点:](?:(?<min>\d{1,2})分?)?)?)?[\s,]*(?<verb>继续发布|变更发布|变更|更新发布|更新|升级发布|发布|解除|将)", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    /// <summary>Where the opening ends; a comma before 升级为 and the like does not end it.</summary>
    [GeneratedRegex(@"[:。;\n]|,(?!\s*(?:现|并)?(?:升级|降级|变更|调整|更新)?为)", RegexOptions.CultureInvariant)]
    private static partial Regex Stop();

    /// <summary>One signal; after 为 the type may be left out, because it is still the same.</summary>
    [GeneratedRegex(@"(?:(?<=^|为|解除|的|[\s“""「])(?<type>(?:(?!预警|[蓝黄橙红]色)\p{L}){2,12}?)|(?<=为))(?<colour>[蓝黄橙红])色?预警(?:信号)?(?:\s*[\[(【][^\])】]{1,12}[\])】])?", RegexOptions.CultureInvariant)]
    private static partial Regex Signal();

    /// <summary>将寒潮预警信号由蓝色升级为黄色.</summary>
    [GeneratedRegex(@"^(?<type>\p{L}{2,12}?)预警(?:信号)?[由从][蓝黄橙红]色?(?:预警)?(?:信号)?(?:升级|降级|变更|调整|更新)为(?<colour>[蓝黄橙红])色?(?:预警)?(?:信号)?", RegexOptions.CultureInvariant)]
    private static partial Regex Recoloured();

    [GeneratedRegex(@"(?:(?:蓝|黄|橙|红)色?)?(?:预警)?(?:信号|事件)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Tail();

    [GeneratedRegex(@"最低气温(?<words>[^\d。;,]{0,12}?)(?<value>(?:-|−|零下)?\d{1,2}(?:\.\d)?)(?:\s*(?:°C|℃|度)?\s*(?:~|至|到|—|–|-)\s*(?<value>(?:-|−|零下)?\d{1,2}(?:\.\d)?))?\s*(?:℃|°C|度)", RegexOptions.CultureInvariant)]
    private static partial Regex MinimumTemperature();
}
