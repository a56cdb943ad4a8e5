using System.Text;
using System.Text.Json;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Core.Weather;

/// <summary>What is known of a payload beside its bytes.</summary>
/// <param name="Received">When it arrived; supplies what texts leave out of their dates.</param>
/// <param name="Zone">The zone of times written without an offset.</param>
/// <param name="Areas">GB/T 2260 codes for payloads that name none, such as QWeather's, which are asked for by coordinates.</param>
/// <param name="Format">The format, when configured: <c>cap</c>, <c>qweather</c>, <c>weathercn</c>, <c>nmc</c>, <c>caiyun</c>, <c>nws</c>, <c>open-meteo</c>, <c>index</c>, <c>text</c>; null to recognise it.</param>
public sealed record PayloadContext(DateTimeOffset Received, TimeZoneInfo Zone, IReadOnlyList<string> Areas, string? Format = null);

/// <summary>An entry of a payload that could not be used.</summary>
/// <param name="Where">Its place in the payload, such as <c>alerts[2]</c>.</param>
/// <param name="Reason">In Chinese: what is wrong and how to mend it.</param>
public sealed record SkippedEntry(string Where, string Reason);

/// <summary>A payload in the normal form.</summary>
public sealed record NormalisedPayload
{
    /// <summary>The format recognised.</summary>
    public required string Format { get; init; }

    /// <summary>The messages.</summary>
    public IReadOnlyList<WeatherAlert> Alerts { get; init; } = [];

    /// <summary>The forecasts.</summary>
    public IReadOnlyList<ColdForecast> Forecasts { get; init; } = [];

    /// <summary>Documents that an index or list points to, to be fetched by the puller under the rules of the feed.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Entries that could not be used; the others stand.</summary>
    public IReadOnlyList<SkippedEntry> Skipped { get; init; } = [];
}

/// <summary>A payload that cannot be used at all; <see cref="Exception.Message"/> is Chinese and says how to mend it.</summary>
public sealed class AlertPayloadException : Exception
{
    /// <summary>Makes one.</summary>
    public AlertPayloadException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable name of the reason: <c>malformed-xml</c>, <c>dtd-refused</c>, <c>malformed-json</c>, <c>unknown-format</c>, <c>not-a-signal</c>, <c>incomplete</c>.</summary>
    public string Code { get; }
}

/// <summary>Brings the payload of any feed to the normal form.</summary>
public static class AlertNormaliser
{
    /// <summary>Largest payload accepted, in bytes.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>Most messages taken from one payload.</summary>
    public const int MaxAlerts = 500;

    /// <summary>Most unreadable entries of one payload that are named; the rest is counted.</summary>
    public const int MaxSkipped = 50;

    /// <summary>Reads a payload; throws <see cref="AlertPayloadException"/> when it cannot be used at all.</summary>
    public static NormalisedPayload Normalise(ReadOnlyMemory<byte> payload, PayloadContext context) => Bounded(Read(payload, context), context);

    /// <summary>The one door: nothing passes it that lies beyond <see cref="WeatherBounds"/>.</summary>
    private static NormalisedPayload Bounded(NormalisedPayload normal, PayloadContext context)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [.. normal.Skipped];
        foreach (var alert in normal.Alerts)
        {
            try
            {
                alerts.Add(WeatherBounds.Apply(alert, context.Zone));
            }
            catch (AlertPayloadException error)
            {
                skipped.Add(new SkippedEntry(WeatherBounds.Cut(WeatherBounds.Clean(alert.Identifier), 60), error.Message));
            }
        }

        List<ColdForecast> forecasts = [.. normal.Forecasts.Select(forecast => WeatherBounds.Apply(forecast, skipped)).Where(forecast => forecast.Nights.Count > 0)];
        return normal with { Alerts = alerts, Forecasts = forecasts, Skipped = skipped };
    }

    private static NormalisedPayload Read(ReadOnlyMemory<byte> payload, PayloadContext context)
    {
        var bytes = payload.Span;
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var at = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        if (at < 0) throw new AlertPayloadException("unknown-format", "内容为空。请发送 CAP 1.2 XML、和风天气 v1 JSON 或预警信号原文。");
        bytes = bytes[at..];

        if (bytes[0] == (byte)'<') return XmlFeeds.Read(payload, context);
        if (bytes[0] is (byte)'{' or (byte)'[') return Json(payload, bytes, context);

        var text = Encoding.UTF8.GetString(bytes);
        if (WeatherCnFeed.Unwrap(text) is { } script) return Json(payload, Encoding.UTF8.GetBytes(script), context with { Format = "weathercn" });
        return SignalText.ReadText(text, context.Received, context.Zone, context.Areas);
    }

    private static NormalisedPayload Json(ReadOnlyMemory<byte> payload, ReadOnlySpan<byte> bytes, PayloadContext context)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 24, AllowTrailingCommas = true });
        }
        catch (JsonException error)
        {
            throw new AlertPayloadException("malformed-json", $"不是完整的 JSON（第 {error.LineNumber + 1} 行）。请检查是否被截断。", error);
        }

        using (document)
        {
            var root = document.RootElement;
            if (QWeatherFeed.Recognises(root)) return QWeatherFeed.Read(root, context);
            if (OpenMeteoFeed.Recognises(root)) return OpenMeteoFeed.Read(root, context);
            if (NwsFeed.Recognises(root)) return NwsFeed.Read(root, context);
            if (CaiyunFeed.Recognises(root)) return CaiyunFeed.Read(root, context);
            if (WeatherCnFeed.Recognises(root)) return WeatherCnFeed.Read(root, context);
            throw new AlertPayloadException("unknown-format", "认不出这份 JSON。可收：和风天气 v1、中国天气网、中央气象台、彩云、NWS、Open-Meteo。");
        }
    }
}
