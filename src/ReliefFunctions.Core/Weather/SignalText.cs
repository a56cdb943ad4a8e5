using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Weather.Text;

namespace ReliefFunctions.Core.Weather;

/// <summary>What the opening sentence of a Chinese warning signal says.</summary>
/// <param name="Issuer">花溪区气象台; empty when not named.</param>
/// <param name="At">Issue time; null when the text gives no day.</param>
/// <param name="Action">发布 → Alert; 继续发布, 更新, 升级, 降级 → Update; 解除 → Cancel.</param>
/// <param name="Type">寒潮.</param>
/// <param name="Level">Of two colours (升级为, 降级为, 更新为) the last.</param>
/// <param name="Body">What follows the opening.</param>
/// <param name="Kind">A signal, or an emergency response.</param>
public sealed record SignalSentence(
    string Issuer, DateTimeOffset? At, AlertMessageType Action, string Type, AlertLevel Level, string Body, AlertKind Kind = AlertKind.Signal);

/// <summary>
/// Reads plain Chinese signal text, as stations, sites and people write it. What a text says is found by <see cref="SignalGrammar"/>; here it becomes messages,
/// or a refusal that names what is missing and shows how to write it.
/// </summary>
public static partial class SignalText
{
    /// <summary>How a text that can be read looks.</summary>
    public const string Example = "花溪区气象台2026年12月15日10时00分发布寒潮黄色预警信号：预计未来24小时……";

    private const int MostRead = 20_000, MostHeading = 2_000;

    /// <summary>
    /// Reads the first signal of a heading or text; null when there is none. <paramref name="received"/> supplies the year and month left out.
    /// </summary>
    public static SignalSentence? Read(string? text, DateTimeOffset received, TimeZoneInfo zone) =>
        ReadAll(text, received, zone) is [var first, ..] ? first : null;

    /// <summary>Every signal of a heading or text, the first one first.</summary>
    public static IReadOnlyList<SignalSentence> ReadAll(string? text, DateTimeOffset received, TimeZoneInfo zone)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        var characters = SignalCharacters.Of(text, MostHeading);
        return [.. SignalGrammar.Parse(characters, new SignalTimes(received, zone)).Acts
            .Select(act => new SignalSentence(act.Issuer, act.At, act.Action, act.Type, act.Level, characters.Text[act.To..]
                .TrimStart(':', ',', ' ', '。'), act.Kind))];
    }

    /// <summary>
    /// Every message of a text, and what of it was not read. Throws <see cref="AlertPayloadException"/> when there is none, with what is missing.
    /// </summary>
    public static NormalisedPayload ReadText(string text, DateTimeOffset received, TimeZoneInfo zone, IReadOnlyList<string> areas)
    {
        var written = Fields(text);
        var characters = SignalCharacters.Of(written, MostRead);
        var parse = SignalGrammar.Parse(characters, new SignalTimes(received, zone));
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        List<string> missing = [];
        foreach (var (act, index) in parse.Acts.Select((act, index) => (act, index)))
        {
            // A message reaches to where the next begins; two of one sentence share it.
            var next = parse.Acts.Skip(index + 1).FirstOrDefault(other => other.From > act.From)?.From ?? int.MaxValue;
            var (own, before) = (characters.Written(act.From, next), index == 0 ? characters.Written(0, act.From) : "");
            if (Missing(act) is { } part)
            {
                missing.Add(part);
                skipped.Add(new SkippedEntry($"“{Shorten(characters.Written(act.From, act.To))}”", $"没有读入：{part}。请写成：{Example}"));
                continue;
            }

            alerts.Add(ToAlert(act, own, before, parse, received, zone, areas));
        }

        // A heading says what its text says again; that is not left over.
        foreach (var (from, to, why, _) in parse.Left)
        {
            var words = characters.Text[from..to];
            if (!alerts.Exists(alert => words.Contains(alert.TypeName, StringComparison.Ordinal)
                && words.Contains(Name(alert.Level), StringComparison.Ordinal)))
            {
                skipped.Add(new SkippedEntry($"“{Shorten(characters.Written(from, to))}”", $"没有读作预警：{why}。确是预警的，请写成：{Example}"));
            }
        }

        if (text.Length > MostRead) skipped.Add(new SkippedEntry("正文", $"超过 {MostRead} 字，其余没有读。"));
        if (alerts.Count > 0)
        {
            return new NormalisedPayload
            {
                Format = "text",
                Alerts = [.. alerts.Take(AlertNormaliser.MaxAlerts)],
                Skipped = [.. skipped.Take(AlertNormaliser.MaxSkipped)],
            };
        }

        throw Refusal(parse, missing, characters);
    }

    /// <summary>A message in the normal form from signal text alone; null when the text is not a signal.</summary>
    public static WeatherAlert? ToAlert(string text, DateTimeOffset received, TimeZoneInfo zone, IReadOnlyList<string> areas) =>
        ToAlerts(text, received, zone, areas) is [var first, ..] ? first : null;

    /// <summary>Every message of a text; empty when it holds none.</summary>
    public static IReadOnlyList<WeatherAlert> ToAlerts(string text, DateTimeOffset received, TimeZoneInfo zone, IReadOnlyList<string> areas)
    {
        try
        {
            return ReadText(text, received, zone, areas).Alerts;
        }
        catch (AlertPayloadException)
        {
            return [];
        }
    }

    /// <summary>An identifier for feeds that give none; the same message always gets the same.</summary>
    public static string MadeIdentifier(string issuer, string type, AlertLevel level, AlertMessageType action, DateTimeOffset sent)
    {
        var parts = string.Create(CultureInfo.InvariantCulture, $"{issuer}|{type}|{level}|{action}|{sent.ToUniversalTime():yyyyMMddHHmm}");
        return "made:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 12));
    }

    /// <summary>The colour in Chinese, in words of any feed (Blue, 蓝色, Ⅳ级, 一般, 01 excepted).</summary>
    public static AlertLevel Colour(string? text) => text is null || text.Length > 40 ? AlertLevel.Unknown : Form(text).ToLowerInvariant() switch
    {
        "blue" or "蓝" or "蓝色" or "iv级" or "iv" or "一般" or "四级" => AlertLevel.Blue,
        "yellow" or "黄" or "黄色" or "iii级" or "iii" or "较重" or "三级" => AlertLevel.Yellow,
        "orange" or "橙" or "橙色" or "ii级" or "ii" or "严重" or "二级" => AlertLevel.Orange,
        "red" or "红" or "红色" or "i级" or "i" or "特别严重" or "一级" => AlertLevel.Red,
        var other => Array.Find(["蓝色", "黄色", "橙色", "红色"], colour => other.Contains(colour, StringComparison.Ordinal)) is { } found
            ? Colour(found)
            : AlertLevel.Unknown,
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

    /// <summary>寒潮黄色预警, or 低温雨雪冰冻Ⅲ级应急响应: what a message is about, as people say it.</summary>
    public static string Name(WeatherAlert alert)
    {
        if (alert.Kind == AlertKind.Signal) return $"{alert.TypeName}{Name(alert.Level)}预警";
        var grade = alert.Level switch { AlertLevel.Blue => "Ⅳ级", AlertLevel.Yellow => "Ⅲ级", AlertLevel.Orange => "Ⅱ级", AlertLevel.Red => "Ⅰ级", _ => "" };
        return alert.TypeName.Replace(SignalGrammar.Nameless, grade + SignalGrammar.Nameless, StringComparison.Ordinal);
    }

    /// <summary>The type's name without colour, 预警 and 信号: 寒潮 of 寒潮黄色预警信号.</summary>
    public static string TypeOnly(string text)
    {
        var plain = Form(WeatherBounds.Cut(text, 200));
        return Tail().Replace(plain, "") is { Length: > 0 } name ? name : plain;
    }

    /// <summary>The lowest air temperature (°C) that the text names, or null.</summary>
    public static double? Minimum(string? text) => text is null ? null : SignalTemperatures.Minimum(SignalCharacters.Of(text, MostHeading * 2).Text);

    /// <summary>When the weather begins and ends as a text names it; null what it does not say.</summary>
    public static (DateTimeOffset? Onset, DateTimeOffset? Ends) Validity(string? text, DateTimeOffset sent, TimeZoneInfo zone) =>
        text is null ? (null, null) : SignalValidity.Of(SignalCharacters.Of(text, MostHeading * 2).Text, sent, zone);

    /// <summary>Exercise for 【演练】 and what says it is one, Test for （测试）, else null. 取消演练 in a real warning's advice makes none of it.</summary>
    public static AlertStatus? Drill(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var plain = SignalCharacters.Of(text, MostHeading).Text;
        return Marked().Match(plain) is { Success: true } match
            ? match.Value.Contains("测试", StringComparison.Ordinal) || match.Value.Contains("test", StringComparison.OrdinalIgnoreCase) ? AlertStatus.Test
                : AlertStatus.Exercise : null;
    }

    /// <summary>Whether a text corrects an earlier one: 【更正】, 更正：.</summary>
    public static bool Corrects(string? text) => !string.IsNullOrEmpty(text) && Correction().IsMatch(SignalCharacters.Of(text, MostHeading).Text);

    internal static string? Clip(string? text) => text is { Length: > 2000 } ? WeatherBounds.Cut(text, 2000) : text;

    private static string? Missing(SignalAct act)
    {
        List<string> parts = [];
        if (act.Issuer.Length == 0) parts.Add("没有写明发布单位（哪个气象台）");
        if (act.BadTime is not null) parts.Add($"时间“{act.BadTime}”不存在（哪一天、几时）");
        if (act.Level == AlertLevel.Unknown && act.LevelText is null && act.Action != AlertMessageType.Cancel)
            parts.Add(act.Kind == AlertKind.Response ? "没有写明级别（Ⅰ、Ⅱ、Ⅲ、Ⅳ级）" : "没有写明颜色（蓝、黄、橙、红）");
        return parts.Count == 0 ? null : string.Join("，", parts);
    }

    private static WeatherAlert ToAlert(SignalAct act, string own, string before, SignalParse parse, DateTimeOffset received, TimeZoneInfo zone,
        IReadOnlyList<string> areas)
    {
        var corrects = Corrects(before) || Corrects(own);
        var (undated, sent) = (act.At is null || corrects, corrects ? received : act.At ?? received);
        var action = corrects && act.Action == AlertMessageType.Alert ? AlertMessageType.Update : act.Action;
        var (onset, ends) = Validity(own, sent, zone);
        List<string> notes = [];
        if (act.At is null) notes.Add("原文没有写发布时间，按收到的时间处理。");
        if (corrects) notes.Add("按更正处理：代替同一单位此前的同类预警。");
        var status = Drill(before) ?? Drill(own) ?? AlertStatus.Actual;
        return new WeatherAlert
        {
            Source = "text",

            // A text without a time is the same one all day long.
            Identifier = MadeIdentifier(act.Issuer, act.Type, act.Level, action, act.At ?? TimeZoneInfo.ConvertTime(received, zone).Date),
            Kind = act.Kind,
            Issuer = act.Issuer,
            Sent = sent,
            Undated = undated,
            Status = status,
            MessageType = action,
            TypeName = act.Type,
            Level = act.Level,
            LevelText = act.LevelText,
            Onset = action == AlertMessageType.Cancel ? null : act.Starts ?? onset,
            Ends = action == AlertMessageType.Cancel ? null : ends,
            Areas = areas,
            Headline = $"{act.Issuer}{Verb(action)}{act.Type}{Name(act.Level)}{(act.Kind == AlertKind.Signal ? "预警信号" : "")}",
            Description = Clip(own),
            Cut = notes,
        };
    }

    private static AlertPayloadException Refusal(SignalParse parse, List<string> missing, SignalCharacters characters)
    {
        if (missing.Count > 0) return new AlertPayloadException("incomplete", $"像是一条预警，但{string.Join("；", missing.Distinct())}。请补上后重贴，例如：{Example}");
        if (parse.Left.Count > 0)
        {
            var (from, to, why, incomplete) = parse.Left[0];
            return new AlertPayloadException(incomplete ? "incomplete" : "not-a-signal", $"“{Shorten(characters.Written(from, to))}”{why}，没有作为预警处理。确是预警的，请写成：{Example}");
        }

        bool Has(TokenKind kind) => parse.Tokens.Any(token => token.Kind == kind);
        if (Has(TokenKind.Warning) || Has(TokenKind.Response) || (Has(TokenKind.Office) && Has(TokenKind.Verb)))
        {
            List<string> parts = [];
            if (!Has(TokenKind.Office)) parts.Add("发布单位（哪个气象台）");
            if (!Has(TokenKind.Type)) parts.Add("类型（寒潮、道路结冰……）");
            if (!Has(TokenKind.Colour) && !Has(TokenKind.Grade)) parts.Add("颜色（蓝、黄、橙、红）");
            if (!Has(TokenKind.Verb)) parts.Add("动作（发布、更新还是解除）");
            if (!Has(TokenKind.Time)) parts.Add("时间（几日几时）");
            if (parts.Count > 0)
            {
                return new AlertPayloadException(Has(TokenKind.Warning)
                    ? "incomplete"
                    : "not-a-signal", $"认不出一条完整的预警，缺少：{string.Join("、", parts)}。请写成：{Example}");
            }
        }

        return new AlertPayloadException("not-a-signal", $"认不出预警信号。原文应形如“{Example}”。");
    }

    /// <summary>A text in fields (预警类型：寒潮 / 预警等级：黄色 / 发布单位：…) as the sentence that says the same, before what else it says.</summary>
    private static string Fields(string text)
    {
        if (!text.Contains("发布", StringComparison.Ordinal) && !text.Contains('發', StringComparison.Ordinal)) return text;
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (Match match in Field().Matches(WeatherBounds.Cut(text, MostHeading)))
        {
            fields.TryAdd(match.Groups["key"].Value[^2..], match.Groups["value"].Value.Trim());
        }

        string? Value(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (fields.TryGetValue(key, out var value)) return value;
            }

            return null;
        }

        if (Value("类型", "种类", "名称") is not { } type || Value("单位", "机构", "部门") is not { } office) return text;
        var level = Value("等级", "级别", "颜色") ?? "";
        var action = Value("状态", "操作", "动作") is { } state && state.Contains("解除", StringComparison.Ordinal) ? "解除" : "发布";
        var colour = Colour(type) == AlertLevel.Unknown ? Name(Colour(level.Split('/', '(', '（')[0].Trim())) : "";
        return $"{office}{Value("时间") ?? ""}{action}{(colour.Length > 0 ? TypeOnly(type) + colour : type.Replace("预警", "", StringComparison.Ordinal).Replace("信号", "", StringComparison.Ordinal))}预警信号：\n{text}";
    }

    private static string Form(string text) => WeatherBounds.Clean(text).Trim().Normalize(NormalizationForm.FormKC);

    private static string Shorten(string text) => text.Length <= 40 ? text : WeatherBounds.Cut(text, 38) + "……";

    private static string Verb(AlertMessageType action) => action switch
    {
        AlertMessageType.Cancel => "解除",
        AlertMessageType.Update => "更新",
        _ => "发布",
    };

    [GeneratedRegex(@"(?:(?:蓝|黄|橙|红)色?)?(?:预警)?(?:信号|事件)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Tail();

    [GeneratedRegex(@"[\[【(〔“""《](?:[^\]】)〕”""》]{0,12})(?:演练|演习|测试|模拟)[^\]】)〕”""》]{0,12}[\]】)〕”""》]|^(?:演练|演习|测试|模拟)|(?:这是|此为|本次为|属于|系|仅为|仅供|为)[^。,;:]{0,8}(?:演练|演习|测试)|(?:演练|测试)(?:信息|短信|消息|预警|发布|用)|模拟发布|(?:仅供|用于)(?:演练|测试)|\b(?:test|exercise|drill)\b(?!ing)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Marked();

    [GeneratedRegex(@"[\[【(]更正[^\]】)]{0,6}[\]】)]|^[^。]{0,12}(?:更正|勘误)[:,]|更正为|应为", RegexOptions.CultureInvariant)]
    private static partial Regex Correction();

    [GeneratedRegex(@"(?<key>(?:预警|发布|信号|响应)?(?:类型|种类|名称|等级|级别|颜色|单位|机构|部门|时间|状态|操作))[ \t]*[:：][ \t]*(?<value>[^\n\r，,；;。]{1,40})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
