using System.IO.Compression;
using System.Xml;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>One relationship of a part.</summary>
/// <param name="Id">By which the part names it.</param>
/// <param name="Type">Its last word, such as <c>worksheet</c>: the strict and the transitional variant differ in what stands before.</param>
/// <param name="Target">The part's name when it lies inside, else as written, which may be malformed.</param>
/// <param name="External">Whether it points out of the package.</param>
internal sealed record PartRelationship(string Id, string Type, string Target, bool External);

/// <summary>
/// An Office Open XML package (ECMA-376 part 2): parts by name without case, by relationship and by content type. It never follows a link out of itself,
/// and so never minds how one is written. Throws <see cref="InvalidDataException"/> and <see cref="XmlException"/> for what is no package.
/// </summary>
internal sealed class OfficePackage : IDisposable
{
    /// <summary>Characters of a part of relationships or of the content types.</summary>
    private const int LongestDirectory = 512 * 1024;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<(Dictionary<string, string> Parts, Dictionary<string, string> Extensions)> _types;

    private OfficePackage(ZipArchive archive)
    {
        _archive = archive;
        foreach (var entry in archive.Entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            if (!_parts.TryAdd(Normal(entry.FullName), entry)) throw new InvalidDataException($"The part {entry.FullName} stands twice.");
        }

        _types = new(ReadTypes);
    }

    /// <summary>The parts' names: slashes forward, without one at the beginning.</summary>
    public IReadOnlyCollection<string> Names => _parts.Keys;

    /// <summary>Every content type that the package names.</summary>
    public IEnumerable<string> ContentTypes => _types.Value.Parts.Values.Concat(_types.Value.Extensions.Values);

    /// <summary>The part that everything else hangs on; null when no relationship leads to it.</summary>
    public string? MainPart =>
        Relationships("").FirstOrDefault(relationship => relationship is { Type: "officeDocument", External: false })?.Target is { } target && Has(target)
            ? target : null;

    public static OfficePackage Open(ReadOnlyMemory<byte> file)
    {
        var archive = new ZipArchive(Streams.Over(file), ZipArchiveMode.Read);
        try
        {
            return new OfficePackage(archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public bool Has(string part) => _parts.ContainsKey(part);

    /// <summary>A part's content type, empty when none is named.</summary>
    public string ContentTypeOf(string part) =>
        _types.Value.Parts.GetValueOrDefault(part) ?? _types.Value.Extensions.GetValueOrDefault(Path.GetExtension(part).TrimStart('.')) ?? "";

    /// <summary>The part to which a relationship of that type leads, else the one that says so by its content type; null when there is none.</summary>
    public string? Related(string part, string type) =>
        Relationships(part).FirstOrDefault(relationship => relationship.Type == type && !relationship.External && Has(relationship.Target))?.Target
        ?? _types.Value.Parts.FirstOrDefault(pair => pair.Value.EndsWith($".{type}+xml", StringComparison.OrdinalIgnoreCase) && Has(pair.Key)).Key;

    /// <summary>What a part points to; the package itself has the empty name.</summary>
    public IReadOnlyList<PartRelationship> Relationships(string part)
    {
        var at = part.LastIndexOf('/') + 1;
        var name = $"{part[..at]}_rels/{part[at..]}.rels";
        if (!Has(name)) return [];
        var found = new List<PartRelationship>();
        using var reader = Open(name, LongestDirectory);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "Relationship") continue;
            var external = string.Equals(reader.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase);
            var (type, target) = (reader.GetAttribute("Type") ?? "", reader.GetAttribute("Target") ?? "");
            found.Add(new PartRelationship(reader.GetAttribute("Id") ?? "", type[(type.LastIndexOf('/') + 1)..], external ? target
                : Resolve(part[..at], target), external));
        }

        return found;
    }

    /// <summary>Opens a part as XML; throws when there is no such part.</summary>
    public XmlReader Open(string part, long longest = long.MaxValue) =>
        BoundedXml.Open((_parts.GetValueOrDefault(part) ?? throw new InvalidDataException($"The part {part} is missing.")).Open(), longest);

    /// <summary>Opens a part's bytes.</summary>
    public Stream OpenBytes(string part) => _parts[part].Open();

    public void Dispose() => _archive.Dispose();

    private (Dictionary<string, string>, Dictionary<string, string>) ReadTypes()
    {
        var (parts, extensions) = (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), new Dictionary<string,
            string>(StringComparer.OrdinalIgnoreCase));
        using var reader = Open("[Content_Types].xml", LongestDirectory);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.GetAttribute("ContentType") is not { } type) continue;
            if (reader.LocalName == "Override" && reader.GetAttribute("PartName") is { } name) parts[Normal(name)] = type;
            else if (reader.LocalName == "Default" && reader.GetAttribute("Extension") is { } extension) extensions[extension] = type;
        }

        return (parts, extensions);
    }

    private static string Normal(string name) => name.Replace('\\', '/').TrimStart('/');

    /// <summary>The part that a target names, seen from a folder; a path that climbs out of the package stays at its root.</summary>
    private string Resolve(string folder, string target)
    {
        var path = target.Replace('\\', '/').Split('#', '?')[0];
        var steps = new List<string>();
        foreach (var step in (path.StartsWith('/') ? path : folder + path).Split('/'))
        {
            if (step == "..") steps.RemoveRange(Math.Max(0, steps.Count - 1), Math.Min(1, steps.Count));
            else if (step is not ("" or ".")) steps.Add(step);
        }

        var name = string.Join('/', steps);
        return Has(name) ? name : Uri.UnescapeDataString(name);
    }
}
