namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// CAP 1.2 documents (OASIS), those of 12379 and of the weather offices included: one message for each event that a document has info blocks for.
/// </summary>
internal static class CapFeed
{
    public static bool Recognises(Payload payload) => payload.Xml is { } root && Is(root.Name, "alert");

    public static NormalisedPayload Read(Payload payload, PayloadContext context)
    {
        if (payload.Xml!.Broken is { } broken) throw broken;
        return new NormalisedPayload { Format = "cap", Alerts = Messages(payload.Xml, context) };
    }

    /// <summary>The messages of one document.</summary>
    public static List<WeatherAlert> Messages(XmlTree alert, PayloadContext context)
    {
        string Required(string name) => alert.Value(name) ?? throw new AlertPayloadException("incomplete", $"CAP 缺少 <{name}>。请补上后重发。");
        var identifier = Required("identifier");
        var sender = Required("sender");
        var sent = JsonFields.Time(Required("sent"), context.Zone)
            ?? throw new AlertPayloadException("incomplete", "CAP 的 <sent> 不是时间。应形如 2026-12-15T10:00:00+08:00。");
        var status = CapWords.Status(Required("status"));
        var messageType = CapWords.MessageType(Required("msgType"));
        var references = CapWords.References(alert.Value("references"), context.Zone);
        var infos = InOneLanguage([.. alert.All("info")]);
        List<WeatherAlert> alerts = [];

        // A cancellation may come without any info: what it names says the rest.
        foreach (var group in infos.DefaultIfEmpty(null).GroupBy(info => TypeOf(info, context), StringComparer.Ordinal))
        {
            // Blocks of one event differ by area; the highest colour speaks for all, because one message is one condition.
            var blocks = group.OfType<XmlTree>().ToList();
            var (info, colour, level) = blocks.Select(each => Level(each, context)).OrderByDescending(each => each.Level).FirstOrDefault();
            var places = blocks.SelectMany(each => each.All("area")).ToList();
            List<string> areas = [.. places.SelectMany(area => area.All("geocode")).Select(code => code.Value("value") ?? "").Where(CapWords.IsDivision)
                .Distinct(StringComparer.Ordinal)];
            if (areas.Count == 0)
            {
                areas = [.. CapWords.Division([identifier, sender, .. references.Select(reference => reference.Identifier)]) is { } division
                    ? [division]
                    : context.Areas];
            }

            alerts.AddRange(Headings.Complete(
                new WeatherAlert
                {
                    Source = "cap",
                    Identifier = identifier,
                    Sender = sender,
                    Issuer = info?.Value("senderName") ?? "",
                    Sent = sent,
                    Status = status,
                    MessageType = messageType,
                    References = references,
                    TypeCode = info?.All("eventCode").Select(code => code.Value("value")).FirstOrDefault(),
                    TypeName = group.Key,
                    Level = level,
                    LevelText = level == AlertLevel.Unknown ? colour ?? info?.Value("severity") : null,
                    Effective = JsonFields.Time(info?.Value("effective"), context.Zone),
                    Onset = blocks.Select(each => JsonFields.Time(each.Value("onset"), context.Zone)).Min(),
                    Expires = blocks.Select(each => JsonFields.Time(each.Value("expires"), context.Zone)).Max(),
                    Ends = blocks.Select(each => JsonFields.Time(Parameter(each, "eventEndingTime", "ends"), context.Zone)).Max(),
                    Areas = areas,
                    AreaText = string.Join("、", places.Select(area => area.Value("areaDesc")).OfType<string>()
                        .Distinct(StringComparer.Ordinal)) is { Length: > 0 } words ? words : null,
                    Headline = info?.Value("headline"),
                    Description = info?.Value("description") ?? alert.Value("note"),
                },
                context,
                allClear: blocks.Count > 0 && blocks.TrueForAll(each => each.All("responseType").Any(response => Is(response.Text, "AllClear")))));
        }

        return alerts;
    }

    private static List<XmlTree> InOneLanguage(List<XmlTree> infos)
    {
        var chinese = infos.FindAll(info => info.Value("language")?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true);
        return chinese.Count > 0 ? chinese : infos.Count > 1 ? infos.FindAll(info => info.Value("language") == infos[0].Value("language")) : infos;
    }

    private static string TypeOf(XmlTree? info, PayloadContext context)
    {
        if (info is null) return Headings.Unnamed;
        var name = AlertTypes.OfEventCode(info.Value("event")) ?? AlertTypes.OfEventCode(info.Value("eventType"))
            ?? SignalText.TypeOnly(info.Value("event") ?? "");

        // An event in Latin letters is a code or a foreign word; the heading says it in Chinese.
        if (name.Length > 0 && !name.Any(char.IsAsciiLetterOrDigit)) return name;
        var said = SignalText.Read(info.Value("headline"), context.Received, context.Zone)
            ?? SignalText.Read(info.Value("description"), context.Received, context.Zone);
        return said?.Type ?? (name.Length > 0 ? name : Headings.Unnamed);
    }

    private static (XmlTree Info, string? Colour, AlertLevel Level) Level(XmlTree info, PayloadContext context)
    {
        var colour = Parameter(info, "color", "colour", "颜色", "signalLevel", "eventLevel", "severityColor");
        if (SignalText.Colour(colour) is not AlertLevel.Unknown and var given) return (info, colour, given);
        var said = SignalText.Read(info.Value("headline"), context.Received, context.Zone)
            ?? SignalText.Read(info.Value("description"), context.Received, context.Zone);
        return (info, colour, said is { Level: not AlertLevel.Unknown } ? said.Level : CapWords.LevelOfSeverity(info.Value("severity")));
    }

    private static string? Parameter(XmlTree info, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var parameter in info.All("parameter"))
            {
                if (Is(parameter.Value("valueName"), name)) return parameter.Value("value");
            }
        }

        return null;
    }

    private static bool Is(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
