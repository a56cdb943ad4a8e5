using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// 中国天气网: lists of file names with details behind, bare or under <c>result</c>, and the details, as JSON or as a script (<c>var alarminfo=…</c>).
/// RELIEVETIME is the end
/// of validity and not a cancellation; ALERTID is a number of the site's own and says nothing of the area.
/// </summary>
internal static partial class WeatherCnFeed
{
    public static bool Recognises(Payload payload) =>
        Detail(payload.Json).ValueKind == JsonValueKind.Object || (payload.Json.Field("result").Field("data").IsArray())
        || (payload.Json.Field("data").IsArray()
            && (payload.Json.Field("count").ValueKind != JsonValueKind.Undefined || payload.Json.Field("data").Items().Take(1).Any(row => row.IsArray())));

    public static NormalisedPayload Read(Payload payload, PayloadContext context)
    {
        if (Detail(payload.Json) is { ValueKind: JsonValueKind.Object } detail)
        {
            var one = Entries.Read("weathercn", "detail", [detail], entry => Read(entry, context));
            return one.Alerts.Count > 0 ? one : throw new AlertPayloadException("incomplete", one.Skipped.Count > 0 ? one.Skipped[0].Reason : "读不出。");
        }

        var rows = payload.Json.Field("data").IsArray() ? payload.Json.Field("data") : payload.Json.Field("result").Field("data");
        List<FeedLink> links = [];
        var normal = Entries.Read("weathercn", "data", rows.Items(), row =>
        {
            if (Detail(row) is { ValueKind: JsonValueKind.Object } embedded) return Read(embedded, context);
            var file = row.IsArray() ? row.Items().Skip(1).FirstOrDefault().Words() : row.Text("file", "fileName", "filename", "url", "id");
            if (file is null || FileName().Match(file) is not { Success: true } match) throw new AlertPayloadException("incomplete", "文件名不是“站号-时间-TTLL.html”。");
            var place = row.IsArray() ? row.Items().FirstOrDefault().Words() : row.Text("name", "place", "title");
            links.Add(new FeedLink(file, JsonFields.Time(match.Groups["at"].Value, context.Zone), null, place));
            return [];
        });
        return normal with { Links = [.. links.OrderByDescending(link => link.At ?? DateTimeOffset.MinValue)] };
    }

    private static JsonElement Detail(JsonElement root) =>
        root.Text("ISSUETIME") is not null ? root
        : root.Field("result") is { ValueKind: JsonValueKind.Object } result && result.Text("ISSUETIME") is not null ? result
        : root.Field("data") is { ValueKind: JsonValueKind.Object } data && data.Text("ISSUETIME") is not null ? data : default;

    private static IEnumerable<WeatherAlert> Read(JsonElement root, PayloadContext context)
    {
        var (headline, content) = (root.Text("head"), root.Text("ISSUECONTENT"));
        var sentence = SignalText.Read(content, context.Received, context.Zone) ?? SignalText.Read(headline, context.Received, context.Zone);
        if (root.Time(context.Zone, "ISSUETIME") is not { } sent) throw new AlertPayloadException("incomplete", "缺少可读的 ISSUETIME（发布时间）。");
        var level = SignalText.Colour(root.Text("SIGNALLEVEL"));
        if (level == AlertLevel.Unknown) level = AlertTypes.LevelOfTwoDigits(root.Text("LEVELCODE"));
        var type = root.Text("SIGNALTYPE") is { } name ? SignalText.TypeOnly(name) : AlertTypes.OfTwoDigits(root.Text("TYPECODE")) ?? sentence?.Type
            ?? root.Text("TYPECODE") ?? Headings.Unnamed;
        var issuer = sentence?.Issuer is { Length: > 0 } named ? named : string.Concat(root.Text("PROVINCE"), root.Text("CITY"), root.Text("STATIONNAME"));
        var action = CapWords.MessageType(root.Text("msgType")) is not AlertMessageType.Other and var known ? known : sentence?.Action
            ?? AlertMessageType.Alert;
        var identifier = root.Text("identifier") ?? root.Text("ALERTID") ?? SignalText.MadeIdentifier(issuer, type, level, action, sent);
        return Headings.Complete(
            new WeatherAlert
            {
                Source = "weathercn",
                Identifier = identifier,
                Issuer = issuer,
                Sent = sent,
                Status = AlertStatus.Actual,
                MessageType = action,

                // The site writes a message's own identifier where nothing is referred to.
                References = [.. CapWords.References(root.Text("references"), context.Zone)
                    .Where(reference => action != AlertMessageType.Alert && (reference.Identifier != identifier || action == AlertMessageType.Cancel))],
                TypeCode = root.Text("TYPECODE"),
                TypeName = type,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? root.Text("SIGNALLEVEL") : null,
                Expires = root.Time(context.Zone, "RELIEVETIME"),
                Areas = CapWords.Division([root.Text("identifier"), root.Text("ALERTID")]) is { } division ? [division] : context.Areas,
                AreaText = string.Concat(root.Text("PROVINCE"), root.Text("CITY"), root.Text("STATIONNAME")),
                Headline = headline,
                Description = content,
            },
            context);
    }

    [GeneratedRegex(@"^\d{5,12}-(?<at>\d{14})-\d{4}\.html?$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
