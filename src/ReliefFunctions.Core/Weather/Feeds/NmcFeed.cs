using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>中央气象台: lists of titles with an identifier and a time.</summary>
internal static class NmcFeed
{
    public static bool Recognises(Payload payload) => List(payload.Json).IsArray();

    public static NormalisedPayload Read(Payload payload, PayloadContext context) => Entries.Read("nmc", "list", List(payload.Json).Items(), entry =>
    {
        var title = entry.Text("title");
        if (SignalText.Read(title, context.Received, context.Zone) is not { } sentence || entry.Time(context.Zone, "issuetime") is not { } sent)
            throw new AlertPayloadException("incomplete", $"标题或时间认不出：{WeatherBounds.Cut(WeatherBounds.Clean(title ?? ""), 60)}");
        var identifier = entry.Text("alertid") ?? SignalText.MadeIdentifier(sentence.Issuer, sentence.Type, sentence.Level, sentence.Action, sent);
        return Headings.Complete(
            new WeatherAlert
            {
                Source = "nmc",
                Identifier = identifier,
                Kind = sentence.Kind,
                Issuer = sentence.Issuer,
                Sent = sent,
                Status = AlertStatus.Actual,
                MessageType = sentence.Action,
                TypeName = sentence.Type,
                Level = sentence.Level,
                Areas = CapWords.Division([identifier]) is { } division ? [division] : context.Areas,
                Headline = title,
            },
            context);
    });

    private static JsonElement List(JsonElement root) => root.Field("data").Field("page").Field("list");
}
