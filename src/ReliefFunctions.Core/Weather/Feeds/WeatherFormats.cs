namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>A format that payloads come in.</summary>
/// <param name="Name">As in <see cref="NormalisedPayload.Format"/>.</param>
/// <param name="Title">As people know it; stands in refusals.</param>
/// <param name="Recognises">Whether a payload is of it.</param>
/// <param name="Reads">Reads one; null for a format that is known and not read.</param>
internal sealed record WeatherFormat(string Name, string Title, Func<Payload, bool> Recognises, Func<Payload, PayloadContext, NormalisedPayload>? Reads);

/// <summary>Every format: a new one is one file and one line here. The first that recognises a payload reads it.</summary>
internal static class WeatherFormats
{
    public static IReadOnlyList<WeatherFormat> All { get; } =
    [
        new("cap", "CAP 1.2（含 12379）", CapFeed.Recognises, CapFeed.Read),
        new("index", "Atom、RSS 目录", IndexFeed.Recognises, IndexFeed.Read),
        new("caiyun-v3", "彩云 v3", CaiyunV3Feed.Recognises, CaiyunV3Feed.Read),
        new("qweather", "和风天气 v1", QWeatherFeed.Recognises, QWeatherFeed.Read),
        new("open-meteo", "Open-Meteo", payload => OpenMeteoFeed.Recognises(payload.Json), (payload, context) => OpenMeteoFeed.Read(payload.Json, context)),
        new("nws", "NWS", NwsFeed.Recognises, NwsFeed.Read),
        new("caiyun", "彩云 v2.6", CaiyunFeed.Recognises, CaiyunFeed.Read),
        new("weathercn", "中国天气网", WeatherCnFeed.Recognises, WeatherCnFeed.Read),
        new("nmc", "中央气象台", NmcFeed.Recognises, NmcFeed.Read),
        new("12379", "12379 预警列表、CAP 的 JSON", CapJsonFeed.Recognises, CapJsonFeed.Read),
        new("text", "预警信号原文", payload => payload.Kind == PayloadKind.Text,
            (payload, context) => SignalText.ReadText(payload.Text, context.Received, context.Zone, context.Areas)),

        // Known, and not read: the refusal says so and what to use instead.
        new("qweather-v7", "和风天气 v7（/warning/now，2026-09-01 已停止服务；请改用 v1 的 /weatheralert/v1/current）", payload => payload.Json.Field("warning")
            .IsArray(), null),
        new("caiyun-cap", "彩云 v3 的 cap_alert（请改用 v3 的 alert 接口）", payload => payload.Json.Field("alerts").Items().Take(1)
            .Any(each => each.Text("sent_time") is not null), null),
        new("openweather", "OpenWeather One Call", payload => payload.Json.Field("lat").IsNumber()
            && (payload.Json.Field("alerts").IsArray() || payload.Json.Field("current").IsObject()), null),
        new("seniverse", "心知天气", payload => payload.Json.Field("results").Items().Take(1)
            .Any(each => each.Field("alarms").IsArray() || each.Field("location").IsObject()), null),
        new("amap", "高德天气（不含预警）", payload => payload.Json.Field("infocode").IsText()
            && (payload.Json.Field("lives").IsArray() || payload.Json.Field("forecasts").IsArray()), null),
        new("html", "网页（请复制网页里的预警文字，或用接口地址）", payload => payload.Kind == PayloadKind.Xml && IsPage(payload.Text), null),
    ];

    /// <summary>What can be sent, for refusals.</summary>
    public static string Readable { get; } = string.Join("、", All.Where(format => format.Reads is not null).Select(format => format.Title));

    private static bool IsPage(string text) => text.AsSpan(0, Math.Min(text.Length, 512)).Contains("<html", StringComparison.OrdinalIgnoreCase);
}
