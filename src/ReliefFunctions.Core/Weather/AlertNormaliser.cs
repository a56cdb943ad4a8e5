using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Core.Weather;

/// <summary>What is known of a payload beside its bytes.</summary>
/// <param name="Received">When it arrived; supplies what texts leave out of their dates.</param>
/// <param name="Zone">The zone of times written without an offset.</param>
/// <param name="Areas">GB/T 2260 codes for payloads that name none, such as QWeather's, which are asked for by coordinates.</param>
/// <param name="Format">The format to try first, when it is configured (see <c>docs/feeds.md</c>); null to recognise it.</param>
public sealed record PayloadContext(DateTimeOffset Received, TimeZoneInfo Zone, IReadOnlyList<string> Areas, string? Format = null);

/// <summary>An entry of a payload that could not be used.</summary>
/// <param name="Where">Its place in the payload, such as <c>alerts[2]</c>.</param>
/// <param name="Reason">In Chinese: what is wrong and how to mend it.</param>
public sealed record SkippedEntry(string Where, [ForPeople] string Reason);

/// <summary>A document that an index or list points to.</summary>
/// <param name="Address">As given; it may be relative.</param>
/// <param name="At">When it was issued, where the index says so.</param>
/// <param name="Division">The GB/T 2260 code it is from, where its identifier says so.</param>
/// <param name="Place">What the index calls it, such as 贵州省贵阳市花溪区.</param>
public sealed record FeedLink(string Address, DateTimeOffset? At = null, string? Division = null, string? Place = null);

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
    public IReadOnlyList<FeedLink> Links { get; init; } = [];

    /// <summary>Entries that could not be used; the others stand.</summary>
    public IReadOnlyList<SkippedEntry> Skipped { get; init; } = [];
}

/// <summary>A payload that cannot be used at all; <see cref="Exception.Message"/> is Chinese and says how to mend it.</summary>
public sealed class AlertPayloadException : Exception
{
    /// <summary>Makes one.</summary>
    public AlertPayloadException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>
    /// A stable name of the reason: <c>malformed-xml</c>, <c>dtd-refused</c>, <c>malformed-json</c>, <c>unknown-format</c>, <c>not-a-signal</c>,
    /// <c>incomplete</c>.
    /// </summary>
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
        foreach (var alert in normal.Alerts.Take(MaxAlerts))
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

        // Whatever a format makes of one entry: each of these is decided on, stored and told.
        foreach (var (name, count) in new[] { ("预警", normal.Alerts.Count), ("预报", normal.Forecasts.Count), ("目录", normal.Links.Count) })
        {
            if (count > MaxAlerts) skipped.Insert(0, new SkippedEntry(name, $"超过每次 {MaxAlerts} 条的上限，另有 {count - MaxAlerts} 条没有读。"));
        }

        List<ColdForecast> forecasts = [.. normal.Forecasts.Take(MaxAlerts).Select(forecast => WeatherBounds.Apply(forecast, skipped))
            .Where(forecast => forecast.Nights.Count > 0)];
        if (skipped.Count > MaxSkipped + 2) skipped = [.. skipped.Take(MaxSkipped), new SkippedEntry("其余", $"另有 {skipped.Count - MaxSkipped} 条读不出，未逐条列出。")];
        return normal with { Alerts = alerts, Forecasts = forecasts, Links = [.. normal.Links.Take(MaxAlerts)], Skipped = skipped };
    }

    private static NormalisedPayload Read(ReadOnlyMemory<byte> bytes, PayloadContext context)
    {
        using var payload = Payload.Of(bytes);
        var known = WeatherFormats.All.OrderByDescending(format => format.Name == context.Format).FirstOrDefault(format => format.Recognises(payload));
        if (known?.Reads is { } reads) return reads(payload, context);
        if (known is not null) throw new AlertPayloadException("unknown-format", $"这是{known.Title}，不读取。可收：{WeatherFormats.Readable}。");
        if (payload.Xml is { } root)
        {
            if (root.Broken is { } broken) throw broken;
            throw new AlertPayloadException("unknown-format", $"认不出根元素 <{WeatherBounds.Cut(root.Name, 40)}>。可收：{WeatherFormats.Readable}。");
        }

        throw new AlertPayloadException("unknown-format", $"认不出这份 JSON。可收：{WeatherFormats.Readable}。");
    }
}
