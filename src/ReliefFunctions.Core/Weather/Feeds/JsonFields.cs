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
            var value = element.Field(name);
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
            if (!string.IsNullOrWhiteSpace(text)) return text;
        }

        return null;
    }

    /// <summary>The items of an array field; none when it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A time with its own offset, or in <paramref name="zone"/> when it has none; null when it is not a time.</summary>
    public static DateTimeOffset? Time(string? text, TimeZoneInfo zone)
    {
        if (string.IsNullOrWhiteSpace(text)
            || !DateTime.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
        {
            return null;
        }

        if (time.Kind == DateTimeKind.Unspecified) return new DateTimeOffset(time, zone.GetUtcOffset(time));
        return DateTimeOffset.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var withOffset) ? withOffset : null;
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
}
