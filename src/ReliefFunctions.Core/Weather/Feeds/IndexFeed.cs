namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Atom and RSS: documents embedded in entries are read at once, of the others the addresses are given, the newest first.</summary>
internal static class IndexFeed
{
    public static bool Recognises(Payload payload) => payload.Xml is { Name: "feed" or "rss" or "RDF" };

    public static NormalisedPayload Read(Payload payload, PayloadContext context)
    {
        var root = payload.Xml!;
        List<FeedLink> links = [];
        var normal = Entries.Read("index", "entry", root.Entries("entry", "item"), entry =>
        {
            // The last entry of an index that broke off may be half a warning.
            if (!entry.IsWhole) throw new AlertPayloadException("malformed-xml", "目录在这一条中断。");
            if (entry.Find("alert") is { } embedded) return CapFeed.Messages(embedded, context);
            links.Add(Link(entry, context) ?? throw new AlertPayloadException("incomplete", "目录条目没有链接。"));
            return [];
        });
        List<SkippedEntry> skipped = [.. normal.Skipped];
        if (root.Broken is { } broken)
        {
            if (normal.Alerts.Count + links.Count == 0) throw broken;
            skipped.Add(new SkippedEntry("目录", broken.Message));
        }

        return normal with { Links = [.. links.OrderByDescending(link => link.At ?? DateTimeOffset.MinValue)], Skipped = skipped };
    }

    private static FeedLink? Link(XmlTree entry, PayloadContext context)
    {
        var candidates = entry.All("link").Concat(entry.All("enclosure")).ToList();
        var link = candidates.Find(each => each.Attributes.TryGetValue("type", out var type) && type.Contains("cap", StringComparison.OrdinalIgnoreCase))
            ?? candidates.Find(each => !each.Attributes.TryGetValue("rel", out var rel) || rel == "alternate")
            ?? (candidates.Count > 0 ? candidates[0] : null);
        var address = link is null
            ? null
            : link.Attributes.TryGetValue("href", out var href)
            ? href
            : link.Attributes.TryGetValue("url", out var url)
            ? url
            : link.Text;
        if (string.IsNullOrWhiteSpace(address)) return null;
        var at = JsonFields.Time(entry.Value("updated") ?? entry.Value("published") ?? entry.Value("pubDate") ?? entry.Value("sent")
            ?? entry.Value("date"), context.Zone);
        List<string?> codes = [entry.Value("identifier"), entry.Value("id"), entry.Value("guid"), address[(address.LastIndexOf('/') + 1)..]];
        return new FeedLink(address.Trim(), at, CapWords.Division(codes), entry.Value("title"));
    }
}
