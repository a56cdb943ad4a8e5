using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ReliefFunctions.Core.Weather;

/// <summary>CAP 1.2 <c>status</c>: whether the message is meant to be acted on.</summary>
public enum AlertStatus
{
    /// <summary>To be acted on. Every other status pages nobody.</summary>
    Actual,

    /// <summary>演练.</summary>
    Exercise,

    /// <summary>For the network's own use.</summary>
    System,

    /// <summary>测试.</summary>
    Test,

    /// <summary>Not for action in its current form.</summary>
    Draft,

    /// <summary>A status this version does not know; acts on nothing.</summary>
    Unknown,
}

/// <summary>CAP 1.2 <c>msgType</c>.</summary>
public enum AlertMessageType
{
    /// <summary>发布.</summary>
    Alert,

    /// <summary>更新、继续发布、升级、降级.</summary>
    Update,

    /// <summary>解除.</summary>
    Cancel,

    /// <summary>Ack, Error and whatever else; acts on nothing.</summary>
    Other,
}

/// <summary>The colour of a Chinese warning signal, from low to high.</summary>
public enum AlertLevel
{
    /// <summary>Not given, or not a colour this version knows; the text is kept beside it.</summary>
    Unknown,

    /// <summary>蓝, Ⅳ级, 一般.</summary>
    Blue,

    /// <summary>黄, Ⅲ级, 较重.</summary>
    Yellow,

    /// <summary>橙, Ⅱ级, 严重.</summary>
    Orange,

    /// <summary>红, Ⅰ级, 特别严重.</summary>
    Red,
}

/// <summary>What a message is.</summary>
public enum AlertKind
{
    /// <summary>预警信号 of a weather office.</summary>
    Signal,

    /// <summary>应急响应 of another office: Ⅰ级 is kept as red, Ⅳ级 as blue, and the type's name ends in 应急响应.</summary>
    Response,
}

/// <summary>An earlier message that a message updates or cancels.</summary>
/// <param name="Identifier">As the feed gives it.</param>
/// <param name="Sender">From CAP's <c>sender,identifier,sent</c>; null where a feed gives identifiers alone.</param>
/// <param name="Sent">From CAP's <c>sender,identifier,sent</c>; null where a feed gives identifiers alone.</param>
public sealed record AlertReference(string Identifier, string? Sender = null, DateTimeOffset? Sent = null);

/// <summary>
/// One issued warning message (预警信号) in the one form that every feed is brought to.
/// What a feed says and this version does not know (types, colours) is kept as text, never dropped.
/// </summary>
public sealed record WeatherAlert
{
    /// <summary>The form it came in: <c>cap</c>, <c>qweather</c>, <c>text</c>, <c>weathercn</c>, <c>caiyun</c>, <c>nws</c>.</summary>
    public required string Source { get; init; }

    /// <summary>A warning signal, or the emergency response of another office.</summary>
    public AlertKind Kind { get; init; }

    /// <summary>As the feed gives it; of feeds that give none, made from issuer, type, colour, action and time.</summary>
    public required string Identifier { get; init; }

    /// <summary>The sender's code, where the feed has one.</summary>
    public string? Sender { get; init; }

    /// <summary>The issuing office as written, such as 花溪区气象台.</summary>
    public required string Issuer { get; init; }

    /// <summary>When it was issued; when it was received, if it is <see cref="Undated"/>.</summary>
    public required DateTimeOffset Sent { get; init; }

    /// <summary>Whether the message says no time of issue.</summary>
    public bool Undated { get; init; }

    /// <summary>Only <see cref="AlertStatus.Actual"/> acts.</summary>
    public required AlertStatus Status { get; init; }

    /// <summary>Alert, update or cancellation.</summary>
    public required AlertMessageType MessageType { get; init; }

    /// <summary>The messages it updates or cancels.</summary>
    public IReadOnlyList<AlertReference> References { get; init; } = [];

    /// <summary>The feed's code of the type, such as QWeather's <c>1005</c>.</summary>
    public string? TypeCode { get; init; }

    /// <summary>The type's name without colour, such as 寒潮; an unknown one as given.</summary>
    public required string TypeName { get; init; }

    /// <summary>The colour as issued; it is never recomputed from the weather.</summary>
    public required AlertLevel Level { get; init; }

    /// <summary>The colour as the feed wrote it, when it is not one of the four.</summary>
    public string? LevelText { get; init; }

    /// <summary>When the message takes effect.</summary>
    public DateTimeOffset? Effective { get; init; }

    /// <summary>When the weather is expected to begin.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>When the message ends. The weather may last longer.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When the weather is expected to end, of feeds that tell it apart from the message; it goes before <see cref="Expires"/>.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>GB/T 2260 codes of 6 digits, or 9 and 12 digits below the district; empty when the feed gives none.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>The area in the feed's words.</summary>
    public string? AreaText { get; init; }

    /// <summary>The heading.</summary>
    public string? Headline { get; init; }

    /// <summary>The signal's text, at most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>What lay beyond the bounds and was cut when it came in, in Chinese; it stands in the receipt.</summary>
    public IReadOnlyList<string> Cut { get; init; } = [];

    /// <summary>When the weather begins: as stated, and not before the message was issued.</summary>
    [JsonIgnore]
    public DateTimeOffset Begins => (Onset ?? Effective) is { } stated && stated > Sent ? stated : Sent;

    /// <summary>
    /// When it is over as the message states it, at most <see cref="WeatherBounds.Longest"/> after it was issued; null when it states no end.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? StatedEnd => (Ends ?? Expires) is not { } stated ? null
        : stated > WeatherBounds.Plus(Sent, WeatherBounds.Longest) ? WeatherBounds.Plus(Sent, WeatherBounds.Longest) : stated;

    /// <summary>
    /// Names the message. Offices reuse identifiers: a cancellation may carry the one of its alert, an update that of the last one, and <c>_0</c> and
    /// <c>_1</c> are two messages of one second. So serial, type, action, colour and time of issue all belong to the name.
    /// </summary>
    [JsonIgnore]
    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{Identifier}|{TypeName}|{MessageType}|{Level}|{(Undated ? "" : Sent.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture))}");

    /// <summary>The row key under which the message is stored: 32 hexadecimal digits of SHA-256 over <see cref="Key"/>.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)).AsSpan(0, 16));

    /// <summary>
    /// Whether two identifiers name one message. 12379 feeds often drop the last part of <c>ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N</c>: without it any
    /// serial will do, with it the serials must agree.
    /// </summary>
    public static bool SameIdentifier(string one, string other) =>
        one == other || (WithoutSerial(one) is var a && WithoutSerial(other) is var b && a == b && (a == one || b == other));

    /// <summary>A 12379 identifier without its <c>_N</c>; any other unchanged.</summary>
    public static string WithoutSerial(string identifier) =>
        identifier.Length > 29 && identifier[14] == '_' && identifier[29] == '_'
        && IsDigits(identifier.AsSpan(0, 14)) && IsDigits(identifier.AsSpan(15, 14)) && IsDigits(identifier.AsSpan(30)) ? identifier[..29] : identifier;

    /// <summary>
    /// The GB/T 2260 division of a 12379 identifier (<c>ZZZZZZDDDUUUXX_…</c>) or sender (its fourteen digits alone), or null: other numbers that begin with
    /// digits, such as a date, name no division.
    /// </summary>
    public static string? DivisionOf(string? code) =>
        code is { Length: >= 14 } && (code.Length == 14 || code[14] == '_') && IsDigits(code.AsSpan(0, 14)) && IsProvince(code) ? code[..6] : null;

    /// <summary>Whether a code begins with a province of GB/T 2260.</summary>
    public static bool IsProvince(string code) =>
        code.Length >= 2 && code[..2] is "11" or "12" or "13" or "14" or "15" or "21" or "22" or "23" or "31" or "32" or "33" or "34" or "35" or "36" or "37"
            or "41" or "42" or "43" or "44"
            or "45" or "46" or "50" or "51" or "52" or "53" or "54" or "61" or "62" or "63" or "64" or "65" or "71" or "81" or "82";

    /// <summary>
    /// Whether an area code covers a district, or lies in it: <c>520000</c> and <c>520100</c> cover <c>520111</c>, <c>520111101</c> lies in it.
    /// </summary>
    public static bool Touches(string area, string district)
    {
        var prefix = Prefix(area);
        return district.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(district, StringComparison.Ordinal);
    }

    /// <summary>
    /// The digits of a GB/T 2260 code that say something: <c>52</c> of <c>520000</c>, <c>5201</c> of <c>520100</c>, the same of <c>520100000000</c>: feeds
    /// write
    /// provinces, cities and districts with 12 digits as well.
    /// </summary>
    public static string Prefix(string area)
    {
        if (area.Length > 6 && area.AsSpan(6).ContainsAnyExcept('0')) return area[..Math.Min(area.Length, (area.TrimEnd('0').Length + 2) / 3 * 3)];
        var code = area.Length > 6 ? area[..6] : area;
        if (code.EndsWith("0000", StringComparison.Ordinal)) return code[..2];
        return code.EndsWith("00", StringComparison.Ordinal) ? code[..4] : code;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
