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
