using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// CAP in JSON, as national and provincial platforms hand it on: the lists of 12379 (<c>alertData[]</c>), one document (<c>{"alert":{…,"info":…}}</c>), or
/// an array of them.
/// Names are those of CAP; <c>eventType</c> is a code such as <c>11B05</c>, <c>severity</c> a colour or a word of CAP.
/// </summary>
internal static class CapJsonFeed
{
    public static bool Recognises(Payload payload) => Documents(payload.Json).Take(1).Any(IsDocument);

    public static NormalisedPayload Read(Payload payload, PayloadContext context) => Entries.Read("12379", "alertData", Documents(payload.Json), entry =>
    {
        var info = entry.Field("info") is { ValueKind: JsonValueKind.Array } infos
            ? infos.Items().OrderByDescending(each => each.Text("language")?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true).FirstOrDefault()
            : entry.Field("info").IsObject() ? entry.Field("info") : entry;
        if (entry.Text("identifier", "alertid", "alertId") is not { } identifier
            || entry.Time(context.Zone, "sent", "sendTime", "sendtime", "publishTime", "effective") is not { } sent)
        {
            throw Entries.Lacks("identifier 或 sent");
        }

        var (headline, description) = (info.Text("headline", "title"), info.Text("description", "content"));
        var sentence = SignalText.Read(headline, context.Received, context.Zone) ?? SignalText.Read(description, context.Received, context.Zone);
        var action = entry.Text("msgType", "messageType") is { } word ? CapWords.MessageType(word) : sentence?.Action
            ?? throw Entries.Lacks("msgType（发布、更新还是解除）");
        var level = SignalText.Colour(info.Text("color", "signalLevel")) is not AlertLevel.Unknown and var given ? given
            : sentence is { Level: not AlertLevel.Unknown } ? sentence.Level : CapWords.LevelOfSeverity(info.Text("severity"));
        var code = info.Text("eventType", "eventCode");
        var name = AlertTypes.OfEventCode(code) ?? (info.Text("event", "eventTypeCN") is { } said ? SignalText.TypeOnly(said) : null);
        List<string> areas = [.. info.Field("area").Items().Append(info.Field("area"))
            .SelectMany(area => area.Field("geocode").Items().Append(area.Field("geocode")))
            .Select(geocode => geocode.Text("value") ?? geocode.Words() ?? "").Where(CapWords.IsDivision).Distinct(StringComparer.Ordinal)];
        var references = CapWords.References(entry.Text("references"), context.Zone);
        if (areas.Count == 0)
        {
            areas = [.. CapWords.Division([identifier, entry.Text("sender"), .. references.Select(reference => reference.Identifier)]) is { } division
                ? [division]
                : context.Areas];
        }

        return Headings.Complete(
            new WeatherAlert
            {
                Source = "cap",
                Identifier = identifier,
                Sender = entry.Text("sender"),
                Issuer = info.Text("senderName", "sendername") ?? entry.Text("senderName") ?? "",
                Sent = sent,
                Status = entry.Text("status") is { } status ? CapWords.Status(status) : AlertStatus.Actual,
                MessageType = action,
                References = references,
                TypeCode = code,
                TypeName = name is { Length: > 0 } && !name.Any(char.IsAsciiLetterOrDigit) ? name : sentence?.Type ?? name ?? Headings.Unnamed,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? info.Text("severity") : null,
                Effective = info.Time(context.Zone, "effective"),
                Onset = info.Time(context.Zone, "onset"),
                Expires = info.Time(context.Zone, "expires"),
                Areas = areas,
                Headline = headline,
                Description = description,
            },
            context,
            allClear: info.Text("responseType") == "AllClear");
    });

    private static bool IsDocument(JsonElement entry) =>
        entry.Text("identifier", "alertid", "alertId") is not null
            && (entry.Text("headline", "msgType", "title") is not null || entry.Field("info").ValueKind is JsonValueKind.Object or JsonValueKind.Array);

    private static IEnumerable<JsonElement> Documents(JsonElement root)
    {
        foreach (var name in (ReadOnlySpan<string>)["alertData", "alerts", "data", "list"])
        {
            if (root.Field(name) is { ValueKind: JsonValueKind.Array } list) return list.Items();
        }

        return root.IsArray()
            ? root.Items().Select(each => each.Field("alert").IsObject() ? each.Field("alert") : each)
            : [root.Field("alert").IsObject() ? root.Field("alert") : root];
    }
}
