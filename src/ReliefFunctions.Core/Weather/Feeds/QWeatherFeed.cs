using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>QWeather <c>/weatheralert/v1/current</c>. Values are not enumerated: new ones appear without notice.</summary>
internal static class QWeatherFeed
{
    public static bool Recognises(JsonElement root) =>
        root.Field("alerts").ValueKind == JsonValueKind.Array && root.Field("metadata").ValueKind == JsonValueKind.Object;

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var index = -1;
        foreach (var entry in root.Field("alerts").Items().Take(AlertNormaliser.MaxAlerts))
        {
            index++;
            var headline = entry.Text("headline");
            var description = entry.Text("description");
            var sentence = SignalText.Read(headline, context.Received, context.Zone) ?? SignalText.Read(description, context.Received, context.Zone);
            if (entry.Time(context.Zone, "issuedTime") is not { } sent || entry.Text("id") is not { } identifier)
            {
                skipped.Add(new SkippedEntry($"alerts[{index}]", "缺少 id 或 issuedTime。"));
                continue;
            }

            var colour = entry.Field("color").Text("code");
            var level = colour is null ? sentence?.Level ?? AlertLevel.Unknown : SignalText.Colour(colour);
            var code = entry.Field("eventType").Text("code");
            var messageType = entry.Field("messageType");
            alerts.Add(new WeatherAlert
            {
                Source = "qweather",
                Identifier = identifier,
                Issuer = entry.Text("senderName") ?? sentence?.Issuer ?? "",
                Sent = sent,
                Status = AlertStatus.Actual,
                // A code that is new is no reason to lose a warning whose text says what it does.
                MessageType = CapWords.MessageType(messageType.Text("code") ?? "alert") is not AlertMessageType.Other and var known ? known : sentence?.Action ?? AlertMessageType.Other,
                References = [.. messageType.Field("supersedes").Items().Where(id => id.ValueKind == JsonValueKind.String).Select(id => new AlertReference(id.GetString()!))],
                TypeCode = code,
                TypeName = entry.Field("eventType").Text("name") is { } name ? SignalText.TypeOnly(name) : AlertTypes.OfQWeather(code) ?? sentence?.Type ?? code ?? "未说明",
                Level = level,
                LevelText = level == AlertLevel.Unknown ? colour ?? entry.Text("severity") : null,
                Effective = entry.Time(context.Zone, "effectiveTime"),
                Onset = entry.Time(context.Zone, "onsetTime"),
                Expires = entry.Time(context.Zone, "expireTime", "expiredTime"),
                Areas = context.Areas,
                Headline = headline,
                Description = SignalText.Clip(description),
            });
        }

        return new NormalisedPayload { Format = "qweather", Alerts = alerts, Skipped = skipped };
    }
}
