using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ReliefFunctions.Core.Portal;

/// <summary>A built file of the portal.</summary>
/// <param name="Plain">Its bytes.</param>
/// <param name="Packed">The same bytes as <c>br</c> and <c>gzip</c>, where packing them was worth it.</param>
/// <param name="MediaType">For <c>Content-Type</c>.</param>
/// <param name="Hash">Of the plain bytes.</param>
public sealed record PortalFile(byte[] Plain, IReadOnlyDictionary<string, byte[]> Packed, string MediaType, string Hash);

/// <summary>The built files of the portal by their address, which is compared by case: no address leads to any other file.</summary>
public sealed class PortalFiles(IReadOnlyDictionary<string, PortalFile> files)
{
    /// <summary>What the build of <c>src/Portal</c> leaves beside a host's program.</summary>
    public const string FileName = "portal.zip";

    private static readonly FrozenDictionary<string, string> Encodings = new Dictionary<string, string> { [".br"] = "br", [".gz"] = "gzip" }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
        [".webmanifest"] = "application/manifest+json",
        [".json"] = "application/json",
    }.ToFrozenDictionary();

    /// <summary>The files of the program that runs; none when it was built without them.</summary>
    public static PortalFiles BesideProgram()
    {
        var file = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(file)) return new PortalFiles(FrozenDictionary<string, PortalFile>.Empty);
        using var stream = File.OpenRead(file);
        return Read(stream);
    }

    /// <summary>Reads the build's zip; <c>x.br</c> and <c>x.gz</c> in it are <c>x</c> packed.</summary>
    public static PortalFiles Read(Stream zip)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read);
        var entries = archive.Entries.Where(entry => entry.Name.Length > 0).ToDictionary(entry => entry.FullName.Replace('\\', '/'), Bytes);
        return new PortalFiles(entries.Where(entry => !Encodings.ContainsKey(Path.GetExtension(entry.Key))).ToFrozenDictionary(entry => entry.Key, entry =>
            new PortalFile(
                entry.Value,
                Encodings.Where(encoding => entries.ContainsKey(entry.Key + encoding.Key))
                    .ToFrozenDictionary(encoding => encoding.Value, encoding => entries[entry.Key + encoding.Key]),
                MediaTypes.GetValueOrDefault(Path.GetExtension(entry.Key), "application/octet-stream"),
                Convert.ToHexStringLower(SHA256.HashData(entry.Value))[..16])));
    }

    /// <summary>The file of a name, such as <c>assets/index-1a2b.js</c>; null when there is none.</summary>
    public PortalFile? Find(string name) => files.GetValueOrDefault(name);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return bytes;
    }
}
