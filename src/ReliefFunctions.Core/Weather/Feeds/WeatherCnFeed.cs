using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// 中国天气网 (list of file names with details behind, and the details) and 中央气象台 (list with titles). Their RELIEVETIME is the end of
/// validity and not a cancellation.
/// </summary>
internal static partial class WeatherCnFeed
{
    /// <summary>The JSON of <c>var alarminfo={…};</c>, or null.</summary>
    public static string? Unwrap(string text) => Script().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    public static bool Recognises(JsonElement root) =>
        root.Text("ISSUETIME") is not null
        || (root.Field("data").ValueKind == JsonValueKind.Array && root.Field("count").ValueKind != JsonValueKind.Undefined)
        || root.Field("data").Field("page").Field("list").ValueKind == JsonValueKind.Array;

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        if (root.Text("ISSUETIME") is not null) return Detail(root, context);
        return root.Field("data").ValueKind == JsonValueKind.Array ? List(root.Field("data"), context) : Titles(root.Field("data").Field("page").Field("list"), context);
    }

    private static NormalisedPayload Detail(JsonElement root, PayloadContext context)
    {
        var headline = root.Text("head");
        var content = root.Text("ISSUECONTENT");
        var sentence = SignalText.Read(headline, context.Received, context.Zone) ?? SignalText.Read(content, context.Received, context.Zone);
        if (root.Time(context.Zone, "ISSUETIME") is not { } sent)
            throw new AlertPayloadException("incomplete", "缺少可读的 ISSUETIME（发布时间）。");
        var level = SignalText.Colour(root.Text("SIGNALLEVEL"));
        if (level == AlertLevel.Unknown) level = AlertTypes.LevelOfTwoDigits(root.Text("LEVELCODE"));
        var type = root.Text("SIGNALTYPE") is { } name ? SignalText.TypeOnly(name) : AlertTypes.OfTwoDigits(root.Text("TYPECODE")) ?? sentence?.Type ?? root.Text("TYPECODE") ?? "未说明";
        var issuer = sentence?.Issuer is { Length: > 0 } named ? named : root.Text("STATIONNAME") ?? root.Text("CITY") ?? root.Text("PROVINCE") ?? "";
        var action = sentence?.Action ?? AlertMessageType.Alert;
        var identifier = root.Text("ALERTID") ?? SignalText.MadeIdentifier(issuer, type, level, action, sent);
        return new NormalisedPayload
        {
            Format = "weathercn",
            Alerts =
            [
                new WeatherAlert
                {
                    Source = "weathercn",
                    Identifier = identifier,
                    Issuer = issuer,
                    Sent = sent,
                    Status = AlertStatus.Actual,
                    MessageType = action,
                    TypeCode = root.Text("TYPECODE"),
                    TypeName = type,
                    Level = level,
                    LevelText = level == AlertLevel.Unknown ? root.Text("SIGNALLEVEL") : null,
                    Expires = root.Time(context.Zone, "RELIEVETIME"),
                    Areas = WeatherAlert.DivisionOf(identifier) is { } division ? [division] : context.Areas,
                    AreaText = string.Concat(root.Text("PROVINCE"), root.Text("CITY"), root.Text("STATIONNAME")),
                    Headline = headline,
                    Description = SignalText.Clip(content),
                },
            ],
        };
    }

    /// <summary>Each row is <c>[place, file, …]</c>; only the file's detail has the text, so it is followed.</summary>
    private static NormalisedPayload List(JsonElement data, PayloadContext context)
    {
        List<string> links = [];
        List<SkippedEntry> skipped = [];
        var index = -1;
        foreach (var row in data.Items().Take(AlertNormaliser.MaxAlerts))
        {
            index++;
            var file = row.Items().Skip(1).FirstOrDefault();
            if (file.ValueKind == JsonValueKind.String && FileName().IsMatch(file.GetString()!)) links.Add(file.GetString()!);
            else skipped.Add(new SkippedEntry($"data[{index}]", "文件名不是“站号-时间-TTLL.html”。"));
        }

        return new NormalisedPayload { Format = "weathercn", Links = links, Skipped = skipped };
    }

    private static NormalisedPayload Titles(JsonElement list, PayloadContext context)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var index = -1;
        foreach (var entry in list.Items().Take(AlertNormaliser.MaxAlerts))
        {
            index++;
            var title = entry.Text("title");
            var sent = entry.Text("issuetime") is { } time && DateTime.TryParseExact(time, ["yyyy/MM/dd HH:mm", "yyyy-MM-dd HH:mm", "yyyy/MM/dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
                ? new DateTimeOffset(local, context.Zone.GetUtcOffset(local)) : (DateTimeOffset?)null;
            var sentence = SignalText.Read(title, context.Received, context.Zone);
            if (sentence is null || sent is null)
            {
                skipped.Add(new SkippedEntry($"list[{index}]", $"标题或时间认不出：{title}"));
                continue;
            }

            var identifier = entry.Text("alertid") ?? SignalText.MadeIdentifier(sentence.Issuer, sentence.Type, sentence.Level, sentence.Action, sent.Value);
            alerts.Add(new WeatherAlert
            {
                Source = "nmc",
                Identifier = identifier,
                Issuer = sentence.Issuer,
                Sent = sent.Value,
                Status = AlertStatus.Actual,
                MessageType = sentence.Action,
                TypeName = sentence.Type,
                Level = sentence.Level,
                Areas = WeatherAlert.DivisionOf(identifier) is { } division ? [division] : context.Areas,
                Headline = title,
            });
        }

        return new NormalisedPayload { Format = "nmc", Alerts = alerts, Skipped = skipped };
    }

    [GeneratedRegex(@"^\s*var\s+\w+\s*=\s*(\{.*\})\s*;?\s*\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Script();

    [GeneratedRegex(@"^\d{5,12}-\d{14}-\d{4}\.html\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
