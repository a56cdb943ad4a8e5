using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// QWeather <c>/weatheralert/v1/current</c>, in its present shape (<c>messageType.code</c>, <c>supersedes</c>, <c>eventType</c>) and its earlier one
/// (<c>msgType</c>,
/// <c>relatedAlertIds</c>, <c>event</c>). Values are not enumerated: new ones appear without notice.
/// </summary>
internal static class QWeatherFeed
{
    public static bool Recognises(Payload payload) =>
        payload.Json.Field("alerts") is { ValueKind: JsonValueKind.Array } alerts
        && (payload.Json.Field("metadata").IsObject() || (alerts.GetArrayLength() == 0 && !payload.Json.Field("lat").IsNumber())
            || alerts.Items().Take(1).Any(each => each.Text("issuedTime") is not null));

    public static NormalisedPayload Read(Payload payload, PayloadContext context) =>
        Entries.Read("qweather", "alerts", payload.Json.Field("alerts").Items(), entry =>
    {
        if (entry.Time(context.Zone, "issuedTime") is not { } sent || entry.Text("id") is not { } identifier) throw Entries.Lacks("id 或 issuedTime");
        var (headline, description) = (entry.Text("headline"), entry.Text("description"));
        var sentence = SignalText.Read(headline, context.Received, context.Zone) ?? SignalText.Read(description, context.Received, context.Zone);
        var (messageType, eventType) = (entry.Field("messageType"), entry.Field("eventType"));

        // A field that is missing, or a code that is new, is never taken for an alert; the text may say what it does.
        var action = CapWords.MessageType(messageType.Text("code") ?? messageType.Words() ?? entry.Text("msgType")) is not AlertMessageType.Other and var known
            ? known
            : sentence?.Action ?? throw Entries.Lacks("messageType（发布、更新还是解除）");
        var colour = entry.Field("color").Text("code") ?? entry.Field("color").Words();
        var level = colour is null ? sentence?.Level ?? CapWords.LevelOfSeverity(entry.Text("severity")) : SignalText.Colour(colour);
        var code = eventType.Text("code") ?? entry.Text("eventCode");
        var name = eventType.Text("name") ?? eventType.Words() ?? entry.Text("event") ?? entry.Field("event").Text("name");
        return Headings.Complete(
            new WeatherAlert
            {
                Source = "qweather",
                Identifier = identifier,
                Issuer = entry.Text("senderName") ?? "",
                Sent = sent,
                Status = entry.Text("status") is { } status ? CapWords.Status(status) : AlertStatus.Actual,
                MessageType = action,
                References = [.. messageType.Field("supersedes").Items().Concat(entry.Field("relatedAlertIds").Items())
                    .Concat(entry.Field("supersedes").Items())
                    .Select(id => id.Words()).OfType<string>().Distinct(StringComparer.Ordinal).Select(id => new AlertReference(id))],
                TypeCode = code,
                TypeName = name is not null ? SignalText.TypeOnly(name) : AlertTypes.OfQWeather(code) ?? sentence?.Type ?? code ?? Headings.Unnamed,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? colour ?? entry.Text("severity") : null,
                Effective = entry.Time(context.Zone, "effectiveTime"),
                Onset = entry.Time(context.Zone, "onsetTime"),
                Expires = entry.Time(context.Zone, "expireTime", "expiredTime"),
                Areas = context.Areas,
                Headline = headline,
                Description = description,
            },
            context);
    });
}
