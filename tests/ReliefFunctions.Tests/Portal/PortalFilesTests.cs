using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Portal;

namespace ReliefFunctions.Tests.Portal;

/// <summary>How the portal's files are given to browsers.</summary>
public class PortalFilesTests
{
    private const string Script = "assets/index-1a2b.js";

    private static readonly PortalEndpoints Pages = new(Built());

    [Theory]
    [InlineData("/", "/app/")]
    [InlineData("", "/app/")]
    [InlineData("/app", "/app/")]
    [InlineData("/app?to=%2Funit", "/app/?to=%2Funit")]
    public async Task The_hosts_address_leads_to_the_portal(string address, string location)
    {
        var answer = await AskAsync(address);
        Assert.Equal((302, location), (answer.Status, answer.Headers["Location"]));
    }

    [Theory]
    [InlineData("/app/")]
    [InlineData("/app/unit/2026W50")]
    [InlineData("/app/unit/weeks/2026W50/report")]
    public async Task Every_page_is_the_page_itself_which_is_asked_for_each_time(string address)
    {
        var answer = await AskAsync(address);
        Assert.Equal((200, "<html>"), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
        Assert.Equal(("text/html; charset=utf-8", "no-cache"), (answer.Headers["Content-Type"], answer.Headers["Cache-Control"]));
        Assert.Equal(PortalEndpoints.ContentSecurityPolicy, answer.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("unsafe", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/assets/gone-1a2b.js")]
    [InlineData("/app/assets/")]
    [InlineData("/app/assets/../index.html")]
    [InlineData("/app/../appsettings.json")]
    [InlineData("/app/..%2f..%2fetc%2fpasswd.txt")]
    [InlineData("/app/ASSETS/INDEX-1A2B.JS")]
    [InlineData("/app/assets/index-1a2b.js.br")]
    [InlineData("/app/assets\\index-1a2b.js")]
    [InlineData("/App/")]
    [InlineData("/favicon.ico")]
    [InlineData("/assets/index-1a2b.js")]
    public void An_address_that_is_no_file_leads_to_none(string address) => Assert.Null(Pages.Find(Request(address).Request));

    [Theory]
    [InlineData("br, gzip", "br", "brotli")]
    [InlineData("gzip, deflate", "gzip", "gzipped")]
    [InlineData("BR;q=0.5", "br", "brotli")]
    [InlineData("br;q=0, gzip;q=1", "gzip", "gzipped")]
    [InlineData("identity", null, "script")]
    [InlineData("", null, "script")]
    public async Task A_file_comes_in_the_smallest_form_that_the_browser_reads_and_is_kept_for_good(string accept, string? encoding, string body)
    {
        var answer = await AskAsync("/app/" + Script, ("Accept-Encoding", accept));
        Assert.Equal((200, body), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
        Assert.Equal(encoding, answer.Headers.GetValueOrDefault("Content-Encoding"));
        Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
        Assert.Equal(("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"), (answer.Headers["Content-Type"], answer.Headers["Cache-Control"]));
    }

    [Fact]
    public async Task What_the_browser_has_already_is_not_sent_again()
    {
        foreach (var (address, accept) in new[] { ("/app/", ""), ("/app/" + Script, "br") })
        {
            var first = await AskAsync(address, ("Accept-Encoding", accept));
            var again = await AskAsync(address, ("Accept-Encoding", accept), ("If-None-Match", first.Headers["ETag"]));
            Assert.Equal((304, 0, first.Headers["ETag"]), (again.Status, again.Body.Length, again.Headers["ETag"]));
            Assert.Equal(first.Headers["Cache-Control"], again.Headers["Cache-Control"]);
        }
    }

    [Fact]
    public async Task HEAD_tells_the_same_without_the_bytes()
    {
        var answer = await AskAsync("HEAD", "/app/" + Script);
        Assert.Equal((200, 0, "6"), (answer.Status, answer.Body.Length, answer.Headers["Content-Length"]));
    }

    [Fact]
    public void A_program_that_was_built_without_pages_has_none() =>
        Assert.Null(new PortalEndpoints(new PortalFiles(new Dictionary<string, PortalFile>())).Find(Request("/").Request));

    private static PortalFiles Built()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[] { ("index.html", "<html>"), (Script, "script"), (Script + ".br", "brotli"), (Script + ".gz", "gzipped") })
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        zip.Position = 0;
        return PortalFiles.Read(zip);
    }

    private static DefaultHttpContext Request(string address, string method = "GET", params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        var (path, query) = address.Split('?') is [var before, var after] ? (before, "?" + after) : (address, "");
        (http.Request.Method, http.Request.Path, http.Request.QueryString) = (method, path, new QueryString(query));
        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        http.Response.Body = new MemoryStream();
        return http;
    }

    private static Task<Answer> AskAsync(string address, params (string Name, string Value)[] headers) => AskAsync("GET", address, headers);

    private static async Task<Answer> AskAsync(string method, string address, params (string Name, string Value)[] headers)
    {
        var http = Request(address, method, headers);
        await Pages.Find(http.Request)!.ExecuteAsync(http);
        return new Answer(http.Response.StatusCode, ((MemoryStream)http.Response.Body).ToArray(),
            http.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }
}
