using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>api.weather.gov: CAP as GeoJSON. Every update has a new id and names the old ones.</summary>
internal static class NwsFeed
{
    public static bool Recognises(JsonElement root) =>
        root.Text("type") is "FeatureCollection" or "Feature"
        && (root.Field("features").ValueKind == JsonValueKind.Array || root.Field("properties").Field("messageType").ValueKind == JsonValueKind.String);

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var index = -1;
        IEnumerable<JsonElement> features = root.Text("type") == "Feature" ? [root] : root.Field("features").Items();
        foreach (var entry in features.Take(AlertNormaliser.MaxAlerts).Select(feature => feature.Field("properties")))
        {
            index++;
            if (entry.Text("id") is not { } identifier || entry.Time(context.Zone, "sent") is not { } sent)
            {
                skipped.Add(new SkippedEntry($"features[{index}]", "缺少 id 或 sent。"));
                continue;
            }

            alerts.Add(new WeatherAlert
            {
                Source = "nws",
                Identifier = identifier,
                Sender = entry.Text("sender"),
                Issuer = entry.Text("senderName", "sender") ?? "",
                Sent = sent,
                Status = CapWords.Status(entry.Text("status")),
                MessageType = CapWords.MessageType(entry.Text("messageType")),
                References = [.. entry.Field("references").Items()
                    .Where(reference => reference.Text("identifier") is not null)
                    .Select(reference => new AlertReference(reference.Text("identifier")!, reference.Text("sender"), reference.Time(context.Zone, "sent")))],
                TypeCode = entry.Field("eventCode").Field("SAME").Items().Select(code => code.ToString()).FirstOrDefault(),
                TypeName = entry.Text("event") ?? "未说明",
                Level = AlertLevel.Unknown,
                LevelText = entry.Text("severity"),
                Effective = entry.Time(context.Zone, "effective"),
                Onset = entry.Time(context.Zone, "onset"),
                Expires = entry.Time(context.Zone, "expires"),
                Areas = context.Areas,
                AreaText = entry.Text("areaDesc"),
                Headline = entry.Text("headline"),
                Description = SignalText.Clip(entry.Text("description")),
            });
        }

        return new NormalisedPayload { Format = "nws", Alerts = alerts, Skipped = skipped };
    }
}
