using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>Knows in which zone people mean the times of an address when they name none.</summary>
public interface ITimeZones
{
    /// <summary>The zone of the district's campaign; of a district without one the product's default.</summary>
    ValueTask<TimeZoneInfo> OfAsync(string? district, string? season, CancellationToken ct);
}

/// <summary>Reads instants as people write them: with an offset, as local time, or as a bare day, which lasts until its end.</summary>
public static class LocalTimes
{
    private const int MostZones = 200;
    private static readonly string[] Local = [.. new[] { "T", " " }.SelectMany(
        joint => new[] { "HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF", "H:mm" }.Select(time => $"yyyy-MM-dd'{joint}'{time}"))];
    private static readonly ConcurrentDictionary<string, JsonSerializerOptions> ByZone = new();

    /// <summary>The strict dialect of requests, with local times meant in <paramref name="zone"/>.</summary>
    public static JsonSerializerOptions In(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (ByZone.TryGetValue(zone.Id, out var known)) return known;
        if (ByZone.Count >= MostZones) ByZone.Clear();
        return ByZone.GetOrAdd(zone.Id, _ => new JsonSerializerOptions(StoredJson.Strict) { Converters = { new InstantJson(zone) } });
    }

    /// <summary>Reads an instant; null for what is none.</summary>
    public static DateTimeOffset? Parse(string? text, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        text = text?.Trim() ?? "";
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return In(day.ToDateTime(new TimeOnly(23, 59, 59)), zone);
        }

        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return In(local, zone);
        var isZoned = text.EndsWith('Z') || text.EndsWith('z') || (text.Length > 10 && text.AsSpan(10).IndexOfAny('+', '-') >= 0);
        return isZoned && text.Length >= 16 && char.IsAsciiDigit(text[0]) && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var zoned) ? zoned : null;
    }

    /// <summary>A time skipped by a clock change counts as the one after it.</summary>
    private static DateTimeOffset? In(DateTime local, TimeZoneInfo zone)
    {
        if (local.Year is < 2 or > 9998) return null;
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private sealed class InstantJson(TimeZoneInfo zone) : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (reader.TokenType == JsonTokenType.String ? Parse(reader.GetString(), zone) : null) ?? throw new JsonException("This is no instant.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
