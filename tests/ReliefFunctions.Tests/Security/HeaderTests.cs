using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.Tests.Security;

/// <summary>What every answer tells a browser, and clients that mean harm: over a real line against the host.</summary>
public class HeaderTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    public static TheoryData<string, string, int> Answers => new()
    {
        { "GET", "/api/v1/health", 200 }, { "HEAD", "/api/v1/health", 200 }, { "OPTIONS", "/api/v1/health", 204 }, { "GET", "/api/v1/openapi.json", 200 },
        { "GET", "/nowhere", 404 }, { "GET", "/n/520111.2026.1.520111101.AAAAAAAAAAAAAAAA", 404 }, { "POST", "/api/v1/health", 405 }, { "PATCH", "/n/x", 405 },
        { "GET", "/api/v1/access-keys", 401 }, { "GET", "/api/v1/campaigns/a|b/c", 400 }, { "GET", "/../../etc/passwd", 404 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Every_answer_has_the_headers_whatever_became_of_the_request(string method, string path, int status)
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch);
        var answer = await world.SendAsync(method, path, headers: new Dictionary<string, string> { ["X-Forwarded-Proto"] = "https" });
        Assert.Equal(status, answer.Status);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Opener-Policy"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Resource-Policy"]);
        Assert.Contains("camera=()", answer.Headers["Permissions-Policy"], StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.StartsWith("max-age=31536000", answer.Headers["Strict-Transport-Security"], StringComparison.Ordinal);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x=1")]
    [InlineData("a\nb")]
    [InlineData("<script>")]
    [InlineData("字")]
    public async Task A_correlation_id_that_is_none_is_not_given_back(string given)
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch);
        var answer = await world.SendAsync("GET", "/nowhere", headers: new Dictionary<string, string> { [Api.CorrelationHeader] = given });
        Assert.Matches("^[0-9a-f]{32}$", answer.Headers[Api.CorrelationHeader]);
        Assert.False(answer.Headers.ContainsKey("Set-Cookie"));
    }

    [Theory]
    [InlineData("form-data; name=file; filename=\"a\r\nX-Evil: 1.xlsx\"")]
    [InlineData("form-data; name=file; filename*=UTF-8''a%0d%0aX-Evil%3A%201.xlsx")]
    [InlineData("form-data; name=file; filename*=UTF-8''%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("form-data; name=file; filename=\"=?utf-8?B?YQ0KWC1FdmlsOiAx?=\"")]
    public void A_file_name_that_was_made_to_break_out_is_one_line_without_a_path(string disposition)
    {
        var name = RequestBody.NameOf(disposition);
        Assert.DoesNotContain(name, c => char.IsControl(c) || c is '/' or '\\');
    }

    [Fact]
    public async Task Lines_that_never_finish_their_headers_hold_up_nobody_and_are_ended()
    {
        await using var app = await HostAsync();
        List<TcpClient> slow = [];
        try
        {
            for (var i = 0; i < 100; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, app.Address.Port);
                await client.GetStream().WriteAsync("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray());
                slow.Add(client);
            }

            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(app.Address, "/api/v1/health"))).StatusCode);
            foreach (var client in slow.Take(5)) Assert.Contains(" 408 ", await ReadAsync(client), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var client in slow) client.Dispose();
        }
    }

    [Theory]
    [InlineData("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", 400)]
    [InlineData("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400)]
    [InlineData("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200)]
    [InlineData("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400)]
    [InlineData("GET /%0d%0aSet-Cookie:x=1 HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    public async Task A_request_that_was_made_to_be_misread_is_answered_once_and_gives_no_header_of_its_own(string request, int status)
    {
        await using var app = await HostAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)));
        var answer = await ReadAsync(client);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nSet-Cookie", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\nServer:", answer, StringComparison.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<(string Name, string Request, int Status)> Refused =>
    [
        ("a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", 400),
        ("NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400),
        ("two lengths", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        ("no request line", "花溪区\r\n\r\n", 400),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("a version of HTTP that is none", "GET / HTTP/3.7\r\nHost: x\r\n\r\n", 505),
        ("an address of 10 KB", $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        ("a header of 40 KB", $"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', 40_000)}\r\n\r\n", 431),
        ("150 headers", $"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 150).Select(i => $"X{i}: 1\r\n"))}\r\n", 431),
        ("headers that never end", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", 408),
    ];

    [Fact]
    public async Task What_the_server_itself_refuses_is_a_problem_in_words_with_the_headers_of_every_answer()
    {
        await using var app = await HostAsync();
        foreach (var (name, request, status) in Refused)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, app.Address.Port);

            // After a good one on the same line too: then the server knows of an answer that was given before.
            if (name != "two lengths") await client.GetStream().WriteAsync("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request));
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var said = await reader.ReadToEndAsync(patience.Token);
            var (head, body) = said[said.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal)..].Split("\r\n\r\n") is [var h, var b] ? (h, b) : (said, "");
            Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
            Assert.All(new[] { "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer", "frame-ancestors 'none'", "Connection: close", "Content-Type: application/problem+json", "X-Correlation-Id: " }, header => Assert.True(head.Contains(header, StringComparison.Ordinal), $"{name}: no {header} in {said}"));
            Assert.DoesNotContain("\nServer:", head, StringComparison.OrdinalIgnoreCase);
            using var problem = System.Text.Json.JsonDocument.Parse(body);
            Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
            Assert.Matches("[\u4e00-\u9fff]", problem.RootElement.GetProperty("title").GetString());
            Assert.Matches("没有执行。请", problem.RootElement.GetProperty("detail").GetString());
        }
    }

    private static async Task<LocalApp> HostAsync()
    {
        var options = new LocalOptions { Port = 0, Data = null, StorageConnectionString = await AzuriteFixture.ConnectionStringAsync(), StoragePrefix = "t" + Guid.NewGuid().ToString("N")[..12] };
        return await LocalApp.StartAsync(options, _ => { }, services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(2)));
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(patience.Token);
    }
}
