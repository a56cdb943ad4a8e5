using System.Globalization;
using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Caiyun's weather API with alerts: <c>code</c> is type and level (<c>0501</c>), <c>status</c> 预警中 or 预警解除.</summary>
internal static class CaiyunFeed
{
    public static bool Recognises(JsonElement root) => Content(root).ValueKind == JsonValueKind.Array;

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var index = -1;
        foreach (var entry in Content(root).Items().Take(AlertNormaliser.MaxAlerts))
        {
            index++;
            var title = entry.Text("title");
            var description = entry.Text("description");
            var sentence = SignalText.Read(title, context.Received, context.Zone) ?? SignalText.Read(description, context.Received, context.Zone);
            if (entry.Text("pubtimestamp") is not { } stamp || !double.TryParse(stamp, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > 32_503_680_000)
            {
                skipped.Add(new SkippedEntry($"content[{index}]", "缺少 pubtimestamp（发布时间）。"));
                continue;
            }

            var sent = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
            var code = entry.Text("code");
            var level = AlertTypes.LevelOfTwoDigits(code is { Length: 4 } ? code[2..] : null);
            if (level == AlertLevel.Unknown && sentence is not null) level = sentence.Level;
            var lifted = entry.Text("status")?.Contains("解除", StringComparison.Ordinal) == true;
            var action = lifted ? AlertMessageType.Cancel : sentence?.Action ?? AlertMessageType.Alert;
            var type = sentence?.Type ?? AlertTypes.OfTwoDigits(code) ?? code ?? "未说明";
            var issuer = sentence?.Issuer is { Length: > 0 } named ? named : entry.Text("source") ?? "";
            var identifier = entry.Text("alertId");

            // One entry changes its status in place and keeps its time; the cancellation is a message of its own, later than what it lifts.
            var cancels = lifted && identifier is not null;
            alerts.Add(new WeatherAlert
            {
                Source = "caiyun",
                Identifier = cancels ? identifier + ":解除" : identifier ?? SignalText.MadeIdentifier(issuer, type, level, action, sent),
                Issuer = issuer,
                Sent = lifted && sentence?.Action != AlertMessageType.Cancel ? context.Received : sent,
                Status = AlertStatus.Actual,
                MessageType = action,
                References = cancels ? [new AlertReference(identifier!)] : [],
                TypeCode = code,
                TypeName = type,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? code : null,
                Areas = entry.Text("adcode") is { Length: 6 } adcode ? [adcode] : context.Areas,
                AreaText = entry.Text("location"),
                Headline = title,
                Description = SignalText.Clip(description),
            });
        }

        return new NormalisedPayload { Format = "caiyun", Alerts = alerts, Skipped = skipped };
    }

    private static JsonElement Content(JsonElement root) => root.Field("result").Field("alert").Field("content");
}
