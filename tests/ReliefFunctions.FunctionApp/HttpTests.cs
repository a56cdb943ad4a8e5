using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ReliefFunctions.FunctionApp;

/// <summary>HTTP through the worker's own server, forwarded as the host forwards it.</summary>
public class HttpTests(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData("GET", "/nothing/of/this/name.txt", 404)]
    [InlineData("DELETE", "/api/v1/health", 405)]
    [InlineData("OPTIONS", "/api/v1/health", 204)]
    [InlineData("HEAD", "/api/v1/health", 200)]
    [InlineData("GET", "/api/v1/access-keys", 401)]
    [InlineData("GET", "/api/v1/campaigns/520111/2026-2027/summary-requests/2026W50/request", 401)]
    [InlineData("GET", "/api/v1/campaigns/%E5%AD%97/2026-2027", 400)]
    public async Task Every_address_and_method_is_the_products_to_answer(string method, string path, int expected)
    {
        using var caller = new Caller(world.Host, key: null);
        var (status, body, answer) = await caller.SendAsync(method, path);
        Assert.Equal(expected, status);
        Assert.True(answer.Headers.Contains("X-Correlation-Id"));
        Assert.Equal(method is "HEAD" or "OPTIONS", body.Length == 0);
        if (status is 405 or 204) Assert.Equal(["GET", "HEAD", "OPTIONS"], answer.Content.Headers.Allow);
        if (status >= 400) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_portal_is_served_with_the_app_packed_and_validated()
    {
        using var caller = new Caller(world.Host, key: null);
        var (status, page, answer) = await caller.SendAsync("GET", "/app/unit/weeks/2026W50");
        Assert.Equal((200, "text/html"), (status, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var script = System.Text.RegularExpressions.Regex.Match(Encoding.UTF8.GetString(page), "/app/assets/[^\"]+\\.js").Value;
        var (found, _, file) = await caller.SendAsync("GET", script, headers: new Dictionary<string, string> { ["Accept-Encoding"] = "br" });
        Assert.Equal((200, "br", true), (found, file.Content.Headers.ContentEncoding.Single(), file.Headers.CacheControl!.Extensions.Any(part => part.Name == "immutable")));
        var (again, _, _) = await caller.SendAsync("GET", script, headers: new Dictionary<string, string> { ["Accept-Encoding"] = "br", ["If-None-Match"] = file.Headers.ETag!.ToString() });
        Assert.Equal(304, again);
        Assert.Equal(404, (await caller.SendAsync("GET", "/app/assets/none.js")).Status);
        Assert.Equal(405, (await caller.SendAsync("POST", "/app/")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_forty_megabytes_is_refused_in_words(bool lengthKnown)
    {
        using var campaign = new Caller(world.Host);
        using var body = new MemoryStream(new byte[40 * 1024 * 1024]);
        using HttpContent content = lengthKnown ? new StreamContent(body) : new UnknownLength(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var (status, text, _) = await campaign.SendAsync("PUT", "/api/v1/districts/520111/units", content);
        Assert.Equal(413, status);
        Assert.Contains("上限", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixteen_requests_at_once_each_get_their_own_answer()
    {
        using var caller = new Caller(world.Host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            caller.SendAsync("GET", $"/api/v1/campaigns/520111/2026-2027/weeks?i={i}", headers: new Dictionary<string, string> { ["X-Correlation-Id"] = $"caller-{i}" })));
        Assert.All(answers.Select((answer, i) => (answer, i)), pair =>
        {
            Assert.Equal(404, pair.answer.Status);
            Assert.Equal($"caller-{pair.i}", pair.answer.Answer.Headers.GetValues("X-Correlation-Id").Single());
        });
    }

    [Fact]
    public async Task Wrong_keys_are_counted_by_the_address_that_the_front_end_adds_and_not_by_one_that_the_caller_invents()
    {
        using var caller = new Caller(world.Host, key: null);
        async Task<int> TryAsync(int i, string from) => (await caller.SendAsync("GET", "/api/v1/access-keys", headers: new Dictionary<string, string>
        {
            ["Authorization"] = $"Bearer rf_{i:x12}_{new string('b', 43)}",
            ["X-Forwarded-For"] = from,
        })).Status;

        for (var i = 0; i < 20; i++) Assert.Equal(401, await TryAsync(i, $"10.0.0.{i}, 203.0.113.7:4{i:D4}"));
        Assert.Equal(429, await TryAsync(100, "10.0.0.99, 203.0.113.7:40099"));
        Assert.Equal(401, await TryAsync(101, "203.0.113.7, 203.0.113.8:40001"));
    }

    /// <summary>What a browser does: the worker's own server hands out the cookie and takes it back.</summary>
    [Fact]
    public async Task A_session_begins_by_key_writes_from_our_own_pages_alone_and_is_worth_nothing_after_signing_out()
    {
        using var caller = new Caller(world.Host, key: null);
        var page = new Dictionary<string, string> { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin" };
        var (begun, _, answer) = await caller.SendAsync("POST", "/api/v1/sessions", Json(new { key = Surroundings.OperatorKey }), page);
        Assert.Equal(201, begun);
        var set = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.All(new[] { "__Host-relief=", "path=/", "secure", "httponly", "samesite=lax" }, part => Assert.Contains(part, set, StringComparison.OrdinalIgnoreCase));
        var cookie = new Dictionary<string, string> { ["Cookie"] = set.Split(';')[0] };
        var writing = new Dictionary<string, string>(page) { ["Cookie"] = set.Split(';')[0] };
        var (status, body, _) = await caller.SendAsync("GET", "/api/v1/me", headers: cookie);
        Assert.Equal((200, "key"), (status, JsonSerializer.Deserialize<JsonElement>(body).GetProperty("signedInBy").GetString()));
        var key = new { name = "会话发放", role = "leader", scope = "520199" };
        Assert.Equal(403, (await caller.SendAsync("POST", "/api/v1/access-keys", Json(key), cookie)).Status);
        Assert.Equal(201, (await caller.SendAsync("POST", "/api/v1/access-keys", Json(key), writing)).Status);
        var (ended, _, bye) = await caller.SendAsync("DELETE", "/api/v1/sessions/current", headers: writing);
        Assert.Equal((204, "__Host-relief="), (ended, bye.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
        Assert.Equal(401, (await caller.SendAsync("GET", "/api/v1/me", headers: cookie)).Status);
    }

    private static ByteArrayContent Json(object body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private sealed class UnknownLength(Stream body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => body.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
