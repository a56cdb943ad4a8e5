using System.Xml;
using System.Xml.Linq;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// CAP 1.2 documents (OASIS), and Atom and RSS indexes of them. Document type declarations are refused and nothing outside of the
/// document is ever read.
/// </summary>
internal static class XmlFeeds
{
    public static NormalisedPayload Read(ReadOnlyMemory<byte> payload, PayloadContext context)
    {
        XElement root;
        try
        {
            using var stream = new MemoryStream(payload.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = AlertNormaliser.MaxBytes,
                MaxCharactersFromEntities = 1024,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
            root = XElement.Load(reader);
        }
        catch (XmlException error) when (error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new AlertPayloadException("dtd-refused", "XML 含有文档类型声明（DTD），不予接收。请去掉 <!DOCTYPE …> 后重发。", error);
        }
        catch (XmlException error)
        {
            throw new AlertPayloadException("malformed-xml", $"XML 不完整或有语法错误（第 {error.LineNumber} 行第 {error.LinePosition} 个字符）。请检查是否被截断。", error);
        }

        return root.Name.LocalName switch
        {
            "alert" => new NormalisedPayload { Format = "cap", Alerts = Cap(root, context) },
            "feed" or "rss" or "RDF" => Index(root, context),
            _ => throw new AlertPayloadException("unknown-format", $"认不出根元素 <{root.Name.LocalName}>。可收 CAP 1.2 的 <alert>，或 Atom、RSS 目录。"),
        };
    }

    /// <summary>One document; one message for each event that it has an info block for.</summary>
    private static List<WeatherAlert> Cap(XElement alert, PayloadContext context)
    {
        string Required(string name) => Text(alert, name)
            ?? throw new AlertPayloadException("incomplete", $"CAP 缺少 <{name}>。请补上后重发。");
        var identifier = Required("identifier");
        var sender = Required("sender");
        var sent = JsonFields.Time(Required("sent"), context.Zone)
            ?? throw new AlertPayloadException("incomplete", "CAP 的 <sent> 不是时间。应形如 2026-12-15T10:00:00+08:00。");
        var status = CapWords.Status(Required("status"));
        var messageType = CapWords.MessageType(Required("msgType"));
        List<AlertReference> references = [.. (Text(alert, "references") ?? "").Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Reference)];

        AlertReference Reference(string text)
        {
            var parts = text.Split(',');
            return parts.Length >= 3 ? new AlertReference(parts[1], parts[0], JsonFields.Time(parts[2], context.Zone)) : new AlertReference(parts.Length == 2 ? parts[1] : text);
        }

        var infos = Children(alert, "info").ToList();
        var chinese = infos.Where(info => Text(info, "language")?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true).ToList();
        if (chinese.Count > 0) infos = chinese;
        else if (infos.Count > 1) infos = [.. infos.Where(info => Text(info, "language") == Text(infos[0], "language"))];
        if (infos.Count == 0) infos = [new XElement(alert.Name.Namespace + "info")];

        List<WeatherAlert> alerts = [];
        foreach (var group in infos.GroupBy(info => SignalText.TypeOnly(Text(info, "event") ?? "未说明"), StringComparer.Ordinal))
        {
            // Blocks of one event differ by area; the highest colour speaks for all, because one message is one condition.
            var (info, sentence, colour, level) = group.Select(Level).MaxBy(each => each.Level);
            var headline = Text(info, "headline");
            List<string> areas = [.. group.SelectMany(each => Children(each, "area")).SelectMany(area => Children(area, "geocode"))
                .Select(code => Text(code, "value")?.Trim() ?? "").Where(IsDivision).Distinct(StringComparer.Ordinal)];
            if (areas.Count == 0) areas = Division(identifier) ?? Division(sender) ?? [.. context.Areas];
            var name = group.Key;
            alerts.Add(new WeatherAlert
            {
                Source = "cap",
                Identifier = identifier,
                Sender = sender,
                Issuer = Text(info, "senderName") ?? (sentence is { Issuer.Length: > 0 } ? sentence.Issuer : sender),
                Sent = sent,
                Status = status,
                MessageType = messageType,
                References = references,
                TypeCode = Children(info, "eventCode").Select(code => Text(code, "value")).FirstOrDefault(),
                TypeName = name.Any(char.IsAsciiLetterOrDigit) && sentence is not null ? sentence.Type : name,
                Level = level,
                LevelText = level == AlertLevel.Unknown ? colour ?? Text(info, "severity") : null,
                Effective = JsonFields.Time(Text(info, "effective"), context.Zone),
                Onset = JsonFields.Time(Text(info, "onset"), context.Zone),
                Expires = group.Max(each => JsonFields.Time(Text(each, "expires"), context.Zone)),
                Areas = areas,
                AreaText = string.Join("、", group.SelectMany(each => Children(each, "area")).Select(area => Text(area, "areaDesc")).OfType<string>().Distinct(StringComparer.Ordinal)) is { Length: > 0 } words ? words : null,
                Headline = headline,
                Description = SignalText.Clip(Text(info, "description")),
            });
        }

        return alerts;

        (XElement Info, SignalSentence? Sentence, string? Colour, AlertLevel Level) Level(XElement info)
        {
            var sentence = SignalText.Read(Text(info, "headline"), sent, context.Zone) ?? SignalText.Read(Text(info, "description"), sent, context.Zone);
            var colour = Parameter(info, "color", "colour", "颜色", "signalLevel", "eventLevel");
            return (info, sentence, colour, SignalText.Colour(colour) is not AlertLevel.Unknown and var given ? given : sentence?.Level ?? OfSeverity(Text(info, "severity")));
        }
    }

    /// <summary>The addresses of the CAP documents; documents embedded in the index (Atom <c>content</c>) are read at once.</summary>
    private static NormalisedPayload Index(XElement root, PayloadContext context)
    {
        List<string> links = [];
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var entries = root.Descendants().Where(element => element.Name.LocalName is "entry" or "item").Take(AlertNormaliser.MaxAlerts).ToList();
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Descendants().FirstOrDefault(element => element.Name.LocalName == "alert") is { } embedded)
            {
                try
                {
                    alerts.AddRange(Cap(embedded, context));
                }
                catch (AlertPayloadException error)
                {
                    skipped.Add(new SkippedEntry($"entry[{i}]", error.Message));
                }

                continue;
            }

            var candidates = Children(entries[i], "link").Concat(Children(entries[i], "enclosure")).ToList();
            var link = candidates.FirstOrDefault(each => each.Attribute("type")?.Value.Contains("cap", StringComparison.OrdinalIgnoreCase) == true)
                ?? candidates.FirstOrDefault(each => each.Attribute("rel")?.Value is null or "alternate")
                ?? candidates.FirstOrDefault();
            var address = link?.Attribute("href")?.Value ?? link?.Attribute("url")?.Value ?? link?.Value;
            if (string.IsNullOrWhiteSpace(address)) skipped.Add(new SkippedEntry($"entry[{i}]", "目录条目没有链接。"));
            else links.Add(address.Trim());
        }

        return new NormalisedPayload { Format = "index", Alerts = alerts, Links = links, Skipped = skipped };
    }

    private static IEnumerable<XElement> Children(XElement parent, string name) => parent.Elements().Where(element => element.Name.LocalName == name);

    private static string? Text(XElement parent, string name) => Children(parent, name).FirstOrDefault()?.Value.Trim() is { Length: > 0 } text ? text : null;

    private static string? Parameter(XElement info, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var parameter in Children(info, "parameter"))
            {
                if (string.Equals(Text(parameter, "valueName"), name, StringComparison.OrdinalIgnoreCase)) return Text(parameter, "value");
            }
        }

        return null;
    }

    private static List<string>? Division(string code) => WeatherAlert.DivisionOf(code) is { } division ? [division] : null;

    // Other geocodes (SAME, UGC, FIPS) are of other lengths or carry letters.
    private static bool IsDivision(string code) => code.Length is 6 or 9 or 12 && code.All(char.IsAsciiDigit) && code[0] is >= '1' and <= '8';

    private static AlertLevel OfSeverity(string? severity) => severity?.ToUpperInvariant() switch
    {
        "EXTREME" => AlertLevel.Red,
        "SEVERE" => AlertLevel.Orange,
        "MODERATE" => AlertLevel.Yellow,
        "MINOR" => AlertLevel.Blue,
        _ => AlertLevel.Unknown,
    };
}
