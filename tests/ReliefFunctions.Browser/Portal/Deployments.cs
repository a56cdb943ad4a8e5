using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Portal;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The built portal and, once it is deployed, a later build of it: every script has another name, and those of before are gone.</summary>
public sealed partial class Deployments : IPages
{
    /// <summary>Stands in the page of the later build.</summary>
    public const string Later = "<meta name=\"build\" content=\"later\">";

    private readonly PortalEndpoints _built = new(PortalFiles.BesideProgram());
    private volatile PortalEndpoints? _later;

    public IResult? Find(HttpRequest request) => (_later ?? _built).Find(request);

    public void DeployLater() => _later = new PortalEndpoints(ReadLater());

    public void Return() => _later = null;

    private static PortalFiles ReadLater()
    {
        using var built = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, PortalFiles.FileName));
        var made = new MemoryStream();
        using (var later = new ZipArchive(made, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in built.Entries.Where(entry => Path.GetExtension(entry.Name) is not ("" or ".br" or ".gz")))
            {
                using var to = later.CreateEntry(Renamed(entry.FullName)).Open();
                using var from = entry.Open();
                if (Path.GetExtension(entry.Name) is not (".js" or ".html"))
                {
                    from.CopyTo(to);
                    continue;
                }

                using var text = new StreamReader(from);
                to.Write(Encoding.UTF8.GetBytes(Version().Replace(Renamed(text.ReadToEnd()), "const version = \"later\"").Replace("</head>", Later + "</head>", StringComparison.Ordinal)));
            }
        }

        made.Position = 0;
        return PortalFiles.Read(made);
    }

    private static string Renamed(string text) => Script().Replace(text, "$1-later.js");

    [GeneratedRegex(@"([\w-]+-[\w-]{8})\.js\b")]
    private static partial Regex Script();

    [GeneratedRegex("const version = \"[^\"]+\"")]
    private static partial Regex Version();
}
