using System.Globalization;
using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Reads fields of foreign JSON, where any field may be missing, null or of another kind.</summary>
internal static class JsonFields
{
    /// <summary>A field of an object; an undefined element when there is none.</summary>
    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The first of the named fields that holds words or a number, as text; null when none does.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Field(name).Words() is { } text) return text;
        }

        return null;
    }

    /// <summary>The words or the number that an element is; null when it is neither, or blank.</summary>
    public static string? Words(this JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>The items of an array field; none when it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>Whether it is an array.</summary>
    public static bool IsArray(this JsonElement element) => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is an object.</summary>
    public static bool IsObject(this JsonElement element) => element.ValueKind == JsonValueKind.Object;

    /// <summary>Whether it is a number.</summary>
    public static bool IsNumber(this JsonElement element) => element.ValueKind == JsonValueKind.Number;

    /// <summary>Whether it is a string.</summary>
    public static bool IsText(this JsonElement element) => element.ValueKind == JsonValueKind.String;

    /// <summary>
    /// A time with its own offset, or in <paramref name="zone"/> when it has none, or in seconds or milliseconds since 1970; null when it is not a time.
    /// </summary>
    public static DateTimeOffset? Time(string? text, TimeZoneInfo zone)
    {
        if (text is null || text.Length > 64 || text.Trim() is not { Length: > 0 } plain) return null;
        if (plain.Length is >= 9 and <= 17 && double.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var since))
        {
            if (plain.Length == 14 && plain.StartsWith("20", StringComparison.Ordinal)
                && DateTime.TryParseExact(plain, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var compact))
            {
                return Local(compact, zone);
            }

            var milliseconds = since >= 100_000_000_000 ? since : since * 1000;
            return milliseconds is > 0 and < 4_200_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;
        }

        if (!DateTime.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)) return null;
        if (time.Kind == DateTimeKind.Unspecified) return Local(time, zone);
        return DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.None, out var withOffset) ? withOffset : null;
    }

    /// <summary>The first of the named fields that is a time.</summary>
    public static DateTimeOffset? Time(this JsonElement element, TimeZoneInfo zone, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Time(element.Text(name), zone) is { } time) return time;
        }

        return null;
    }

    private static DateTimeOffset? Local(DateTime time, TimeZoneInfo zone) =>
        time.Year is < 2 or > 9998 && time.Year != 9999 ? null : new DateTimeOffset(time, zone.GetUtcOffset(time));
}
