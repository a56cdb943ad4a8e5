using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Caiyun's weather API v3: <c>alerts[]</c> with <c>area_code</c>, <c>publish_time</c> in seconds, and title, text and level by language.</summary>
internal static class CaiyunV3Feed
{
    private const string Prefix = "ALERT_CN_";

    public static bool Recognises(Payload payload) =>
        payload.Json.Field("alerts").Items().Take(1).Any(each => each.Text("publish_time") is not null || each.Text("area_code") is not null);

    public static NormalisedPayload Read(Payload payload, PayloadContext context) =>
        Entries.Read("caiyun-v3", "alerts", payload.Json.Field("alerts").Items(), entry =>
    {
        if (entry.Text("id") is not { } id || entry.Time(context.Zone, "publish_time") is not { } sent) throw Entries.Lacks("id 或 publish_time");
        var words = entry.Field("data").Items()
            .OrderByDescending(each => each.Text("language_code")?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true).FirstOrDefault();
        if (words.ValueKind != JsonValueKind.Object) words = entry.Field("data");
        var (title, text, name) = (words.Text("title"), words.Text("text", "description"), words.Text("name"));
        var sentence = SignalText.Read(title, context.Received, context.Zone) ?? SignalText.Read(text, context.Received, context.Zone);
        var level = SignalText.Colour(words.Text("level")) is not AlertLevel.Unknown and var given ? given : sentence?.Level ?? SignalText.Colour(name);
        var identifier = id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : id;
        var lifted = entry.Text("status")?.Contains("解除", StringComparison.Ordinal) == true;
        return Headings.Complete(
            new WeatherAlert
            {
                Source = "caiyun",
                Identifier = identifier,
                Issuer = sentence?.Issuer ?? "",
                Sent = sent,
                Status = AlertStatus.Actual,
                MessageType = lifted ? AlertMessageType.Cancel : entry.Text("msg_type") is { } said
                    && CapWords.MessageType(said) is not AlertMessageType.Other and var known ? known : sentence?.Action ?? AlertMessageType.Alert,
                TypeCode = entry.Text("alert_type"),
                TypeName = name is not null ? SignalText.TypeOnly(name) : sentence?.Type ?? entry.Text("alert_type") ?? Headings.Unnamed,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? words.Text("level") : null,
                Onset = entry.Time(context.Zone, "onset_time"),
                Expires = entry.Time(context.Zone, "expire_time", "expires_time", "end_time"),
                Areas = entry.Text("area_code") is { } area && CapWords.IsDivision(area) ? [area] : CapWords.Division([identifier]) is { } division ? [division]
                    : context.Areas,
                Headline = title,
                Description = text,
            },
            context);
    });
}
