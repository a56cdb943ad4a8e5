using System.Globalization;
using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Caiyun's weather API v2.6 with alerts: <c>code</c> is type and level (<c>0501</c>), <c>status</c> 预警中 or 预警解除.</summary>
internal static class CaiyunFeed
{
    public static bool Recognises(Payload payload) => Content(payload.Json).IsArray();

    public static NormalisedPayload Read(Payload payload, PayloadContext context) => Entries.Read("caiyun", "content", Content(payload.Json).Items(), entry =>
    {
        var (title, description, code, identifier) = (entry.Text("title"), entry.Text("description"), entry.Text("code"), entry.Text("alertId"));
        if (entry.Text("pubtimestamp") is not { } stamp || !double.TryParse(stamp, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || seconds is not (>= 0 and < 4_200_000_000))
        {
            throw Entries.Lacks("pubtimestamp（发布时间）");
        }

        var sent = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        var sentence = SignalText.Read(title, context.Received, context.Zone) ?? SignalText.Read(description, context.Received, context.Zone);
        var level = AlertTypes.LevelOfTwoDigits(code is { Length: 4 } ? code[2..] : null);
        if (level == AlertLevel.Unknown && sentence is not null) level = sentence.Level;
        var lifted = entry.Text("status")?.Contains("解除", StringComparison.Ordinal) == true;
        var action = lifted ? AlertMessageType.Cancel : sentence?.Action ?? AlertMessageType.Alert;
        var type = sentence?.Type ?? AlertTypes.OfTwoDigits(code) ?? code ?? Headings.Unnamed;
        var issuer = sentence?.Issuer is { Length: > 0 } named ? named : entry.Text("source") ?? "";

        // One entry changes its status in place and keeps its time; the cancellation is a message of its own, later than what it lifts.
        var cancels = lifted && identifier is not null;
        var undated = lifted && sentence?.Action != AlertMessageType.Cancel;
        return Headings.Complete(
            new WeatherAlert
            {
                Source = "caiyun",
                Identifier = cancels ? identifier + ":解除" : identifier ?? SignalText.MadeIdentifier(issuer, type, level, action, sent),
                Issuer = issuer,
                Sent = undated ? context.Received : sent,
                Undated = undated,
                Status = AlertStatus.Actual,
                MessageType = action,
                References = cancels ? [new AlertReference(identifier!)] : [],
                TypeCode = code,
                TypeName = type,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? code : null,
                Areas = entry.Text("adcode") is { Length: 6 } adcode ? [adcode] : CapWords.Division([identifier]) is { } division ? [division] : context.Areas,
                AreaText = entry.Text("location"),
                Headline = title,
                Description = description,
            },
            context);
    });

    private static JsonElement Content(JsonElement root) =>
        root.Field("result").Field("alert").Field("content") is { ValueKind: JsonValueKind.Array } content ? content : root.Field("alert").Field("content");
}
