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

    /// <summary>As the feed gives it; of feeds that give none, made from issuer, type, colour, action and time.</summary>
    public required string Identifier { get; init; }

    /// <summary>The sender's code, where the feed has one.</summary>
    public string? Sender { get; init; }

    /// <summary>The issuing office as written, such as 花溪区气象台.</summary>
    public required string Issuer { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset Sent { get; init; }

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

    /// <summary>GB/T 2260 codes of 6 digits, or 9 and 12 digits below the district; empty when the feed gives none.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>The area in the feed's words.</summary>
    public string? AreaText { get; init; }

    /// <summary>The heading.</summary>
    public string? Headline { get; init; }

    /// <summary>The signal's text, at most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Names the message across feeds that carry the same identifier: the identifier without the last part that 12379 feeds often
    /// drop, with the type, because two types issued in one second differ in that last part alone.
    /// </summary>
    [JsonIgnore]
    public string Key => $"{Comparable(Identifier)}|{TypeName}";

    /// <summary>The row key under which the message is stored: 32 hexadecimal digits of SHA-256 over <see cref="Key"/>.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)).AsSpan(0, 16));

    /// <summary>The identifier as it is compared: <c>ZZZZZZDDDUUUXX_YYYYMMDDhhmmss</c> without <c>_N</c> for 12379, else unchanged.</summary>
    public static string Comparable(string identifier) =>
        identifier.Length > 29 && identifier[14] == '_' && identifier[29] == '_'
        && IsDigits(identifier.AsSpan(0, 14)) && IsDigits(identifier.AsSpan(15, 14)) && IsDigits(identifier.AsSpan(30)) ? identifier[..29] : identifier;

    /// <summary>The GB/T 2260 division of a 12379 identifier or sender (its first six digits), or null.</summary>
    public static string? DivisionOf(string? code) =>
        code is { Length: >= 14 } && IsDigits(code.AsSpan(0, 14)) ? code[..6] : null;

    /// <summary>Whether an area code covers a district, or lies in it: <c>520000</c> and <c>520100</c> cover <c>520111</c>, <c>520111101</c> lies in it.</summary>
    public static bool Touches(string area, string district)
    {
        var prefix = Prefix(area);
        return district.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(district, StringComparison.Ordinal);
    }

    /// <summary>
    /// The digits of a GB/T 2260 code that say something: <c>52</c> of <c>520000</c>, <c>5201</c> of <c>520100</c>, the same of <c>520100000000</c>: feeds write
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
