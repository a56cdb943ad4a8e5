using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// api.weather.gov: CAP as GeoJSON. Every update has a new id and names the old ones; <c>ends</c> is when the weather ends, <c>expires</c> when the message
/// does.
/// </summary>
internal static class NwsFeed
{
    public static bool Recognises(Payload payload) =>
        payload.Json.Text("type") is "FeatureCollection" or "Feature"
        && (payload.Json.Field("features").IsArray() || payload.Json.Field("properties").Field("messageType").IsText());

    public static NormalisedPayload Read(Payload payload, PayloadContext context)
    {
        IEnumerable<JsonElement> features = payload.Json.Text("type") == "Feature" ? [payload.Json] : payload.Json.Field("features").Items();
        return Entries.Read("nws", "features", features.Select(feature => feature.Field("properties")), entry =>
        {
            if (entry.Text("id") is not { } identifier || entry.Time(context.Zone, "sent") is not { } sent) throw Entries.Lacks("id 或 sent");
            return Headings.Complete(
                new WeatherAlert
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
                        .Select(reference => new AlertReference(reference.Text("identifier")!, reference.Text("sender"),
                            reference.Time(context.Zone, "sent")))],
                    TypeCode = entry.Field("eventCode").Field("SAME").Items().Select(code => code.Words()).FirstOrDefault(),
                    TypeName = entry.Text("event") ?? Headings.Unnamed,
                    Level = AlertLevel.Unknown,
                    LevelText = entry.Text("severity") ?? "Unknown",
                    Effective = entry.Time(context.Zone, "effective"),
                    Onset = entry.Time(context.Zone, "onset"),
                    Expires = entry.Time(context.Zone, "expires"),
                    Ends = entry.Time(context.Zone, "ends"),
                    Areas = context.Areas,
                    AreaText = entry.Text("areaDesc"),
                    Headline = entry.Text("headline"),
                    Description = entry.Text("description"),
                },
                context,
                allClear: entry.Text("response") == "AllClear");
        });
    }
}
