using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Http;

/// <summary>English for whoever prefers it by <c>Accept-Language</c> (RFC 9110, 12.5.4); Chinese for everybody else.</summary>
public class LanguageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 14, 2, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("en", true)]
    [InlineData("EN", true)]
    [InlineData("en-GB", true)]
    [InlineData("en-US,en;q=0.9", true)]
    [InlineData("en_US", true)]
    [InlineData("enm", false)]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", false)]
    [InlineData("zh;q=0.5, en", true)]
    [InlineData("en;q=0.5, zh", false)]
    [InlineData("en;q=0.5, zh;q=0.4", true)]
    [InlineData("en, zh", true)]
    [InlineData("zh, en", false)]
    [InlineData("*", false)]
    [InlineData("fr", false)]
    [InlineData("fr, en;q=0.3", true)]
    [InlineData("fr, *;q=0.3", false)]
    [InlineData("en;q=0", false)]
    [InlineData("zh;q=0, *", true)]
    [InlineData("zh;q=0, en;q=0", false)]
    [InlineData("en;q=0.5, *;q=0.9", false)]
    [InlineData("en;q=2", false)]
    [InlineData(";;;,,,=", false)]
    [InlineData("en;q=abc, zh", false)]
    [InlineData("不是语言", false)]
    public void The_language_is_the_preferred_one_and_Chinese_when_none_is(string? header, bool english)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers.AcceptLanguage = header;
        Assert.Equal(english, Language.IsEnglish(http.Request));
    }

    [Fact]
    public void Two_headers_are_one_list()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.AcceptLanguage = new StringValues(["zh;q=0.2", "en;q=0.7"]);
        Assert.True(Language.IsEnglish(http.Request));
    }

    [Theory]
    [InlineData("GET", "/api/v1/nowhere", 404)]
    [InlineData("PATCH", "/api/v1/health", 405)]
    [InlineData("POST", "/api/v1/access-keys", 400)]
    [InlineData("GET", "/api/v1/districts/520111/campaigns/2026-2027", 404)]
    public async Task Problems_are_said_in_the_language_that_is_asked_for(string method, string path, int status)
    {
        var world = await azurite.WorldAsync(Now);
        var body = Encoding.UTF8.GetBytes("{");
        var chinese = await world.CallAsync(method, path, Operator, body);
        var english = await world.CallAsync(method, path, Operator, body, headers: InEnglish);
        Assert.Equal((status, status), (chinese.Status, english.Status));
        Assert.Equal(("zh-CN", "en"), (chinese.Headers["Content-Language"], english.Headers["Content-Language"]));
        Assert.All([chinese, english], answer => Assert.Contains("Accept-Language", answer.Headers["Vary"], StringComparison.Ordinal));
        Assert.True(English.HasHan(chinese.Text));
        Assert.False(English.HasHan(english.Text), english.Text);
        Assert.Equal((string)JsonNode.Parse(chinese.Text)!["type"]!, (string)JsonNode.Parse(english.Text)!["type"]!);
    }

    [Fact]
    public async Task A_body_that_is_too_large_and_a_missing_key_are_told_in_English()
    {
        var world = await azurite.WorldAsync(Now);
        var large = await world.CallAsync("POST", "/api/v1/access-keys", Operator, new byte[2 * 1024 * 1024], headers: InEnglish);
        Assert.Equal(413, large.Status);
        Assert.False(English.HasHan(large.Text), large.Text);
        var nobody = await world.CallAsync("GET", "/api/v1/access-keys", Operator, headers: new Dictionary<string, string>(InEnglish) { ["Authorization"] = "Bearer none" });
        Assert.Equal(401, nobody.Status);
        Assert.False(English.HasHan(nobody.Text), nobody.Text);
    }

    [Fact]
    public async Task Storage_that_fails_is_told_in_English()
    {
        var world = new World("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:9", Now, null);
        var http = new DefaultHttpContext { RequestServices = world.Services };
        (http.Request.Method, http.Request.Path, http.Response.Body) = ("GET", "/api/v1/health", new MemoryStream());
        http.Request.Headers.AcceptLanguage = "en";
        await (await world.Get<Api>().RunAsync(http)).ExecuteAsync(http);
        var text = Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
        Assert.Equal(503, http.Response.StatusCode);
        Assert.False(English.HasHan(text), text);
    }

    [Fact]
    public async Task HEAD_says_the_language_and_the_version_that_GET_says()
    {
        var world = await SeasonAsync();
        foreach (var path in new[] { Season + "/weeks/2026W50/reports/520111101", Season + "/weeks/2026W50/reports/nobody", "/api/v1/nowhere" })
        {
            var (get, head) = (await world.CallAsync("GET", path, Office, headers: InEnglish), await world.CallAsync("HEAD", path, Office, headers: InEnglish));
            Assert.Equal(get.Status, head.Status);
            Assert.Equal("en", head.Headers["Content-Language"]);
            Assert.All(new[] { "Content-Language", "Vary", "ETag", "Content-Type" }, name => Assert.Equal(get.Headers.GetValueOrDefault(name), head.Headers.GetValueOrDefault(name)));
        }
    }

    [Fact]
    public async Task A_body_that_never_comes_and_a_failure_of_ours_are_told_in_English()
    {
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton(new BodyOptions { Grace = TimeSpan.Zero, BytesPerSecond = 20 }));
        var slow = await SentAsync(world, "POST", "/api/v1/sessions", new Never());
        Assert.Equal((408, false), (slow.Status, English.HasHan(slow.Text)));
        var broken = await azurite.WorldAsync(Now, services => services.AddSingleton<IAuthenticator>(new Broken()));
        var failed = await SentAsync(broken, "GET", "/api/v1/access-keys", Stream.Null);
        Assert.Equal((500, false), (failed.Status, English.HasHan(failed.Text)));
        Assert.Contains("Internal error", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_again_is_answered_again_in_the_language_that_is_asked_for_then()
    {
        var world = await SeasonAsync();
        var body = """{"what":"一人冻伤","where":"北门桥","howMany":1}"""u8.ToArray();
        async Task<JsonNode> ReportAsync(IDictionary<string, string>? language)
        {
            var answer = await world.CallAsync("POST", Season + "/units/520111101/incidents", Reporter, body, headers: new Dictionary<string, string>(language ?? new Dictionary<string, string>()) { ["Idempotency-Key"] = "a-1" });
            Assert.True(answer.Status is 200 or 201, answer.Text);
            Assert.Equal(language is null ? "zh-CN" : "en", answer.Headers["Content-Language"]);
            return JsonNode.Parse(answer.Text)!;
        }

        var (first, again, english) = (await ReportAsync(null), await ReportAsync(null), await ReportAsync(InEnglish));
        Assert.Equal([false, true, true], new[] { first, again, english }.Select(each => (bool)each["repeated"]!));
        Assert.Contains("已经收到过", (string)again["message"]!, StringComparison.Ordinal);
        Assert.False(English.HasHan((string)english["message"]!), (string)english["message"]!);
    }

    [Fact]
    public async Task A_problem_that_a_browser_opens_is_a_page_in_its_language()
    {
        var world = await azurite.WorldAsync(Now);
        var page = await world.CallAsync("GET", "/nowhere", Operator, headers: new Dictionary<string, string>(InEnglish) { ["Accept"] = "text/html,*/*" });
        Assert.Contains("<html lang=\"en\">", page.Text, StringComparison.Ordinal);
        Assert.Contains("<h1>Not found</h1><p>There is nothing at this address. The list of addresses is /api/v1/openapi.json.</p>", page.Text, StringComparison.Ordinal);
        Assert.False(English.HasHan(page.Text), page.Text);
        Assert.Equal("en", page.Headers["Content-Language"]);
    }

    [Fact]
    public async Task The_API_document_is_read_in_English_and_says_the_same()
    {
        var world = await azurite.WorldAsync(Now);
        var english = JsonNode.Parse((await world.CallAsync("GET", "/api/v1/openapi.json", Operator, headers: InEnglish)).Text)!;
        var left = Described(english).Where(text => English.HasHan(text)).ToList();
        Assert.True(left.Count == 0, string.Join('\n', left));
        var chinese = JsonNode.Parse((await world.CallAsync("GET", "/api/v1/openapi.json", Operator)).Text)!;
        Assert.Equal(chinese["paths"]!.AsObject().Select(path => path.Key), english["paths"]!.AsObject().Select(path => path.Key));
        Assert.Contains(Described(chinese), text => English.HasHan(text));
    }

    [Theory]
    [InlineData("""<p>整数</p>""", """<p>A whole number</p>""")]
    [InlineData("""<p> 整数 </p>""", """<p> A whole number </p>""")]
    [InlineData("""<html lang="zh-CN"><title>整数</title>""", """<html lang="en"><title>A whole number</title>""")]
    [InlineData("""<p>青岩镇</p>""", """<p><span lang="zh-CN">青岩镇</span></p>""")]
    [InlineData("""<p>没有名为“&lt;b&gt;”的字段。</p>""", """<p>There is no member “&lt;b&gt;”.</p>""")]
    [InlineData("""<style>body{font:"仿宋"}</style><p>数字</p>""", """<style>body{font:"仿宋"}</style><p>A number</p>""")]
    [InlineData("""<input placeholder="数字" name="数字">""", """<input placeholder="A number" name="数字">""")]
    [InlineData("""<p>plain &amp; simple</p>""", """<p>plain &amp; simple</p>""")]
    public void A_page_keeps_its_tags_and_says_its_texts_in_English(string chinese, string english) => Assert.Equal(english, Language.Page(chinese));

    private const string Season = "/api/v1/campaigns/520111/2026-2027";
    private static readonly Actor Office = new("o", "办公室", Role.CampaignOffice, "520111"), Reporter = new("u", "青岩镇", Role.UnitReporter, "520111", "520111101");

    private async Task<World> SeasonAsync()
    {
        var world = await azurite.WorldAsync(Now);
        foreach (var (address, file) in Samples.SetUp) Assert.InRange((await world.CallAsync("PUT", "/api/v1/" + address, Operator, Samples.Bytes(file))).Status, 200, 201);
        return world;
    }

    private static async Task<Answer> SentAsync(World world, string method, string path, Stream body)
    {
        var http = new DefaultHttpContext { RequestServices = world.Services };
        (http.Request.Method, http.Request.Path, http.Request.Body, http.Response.Body) = (method, path, body, new MemoryStream());
        foreach (var (name, value) in InEnglish) http.Request.Headers[name] = value;
        http.Request.Headers["X-Relief-Client"] = "portal";
        http.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        await (await world.Get<Api>().RunAsync(http)).ExecuteAsync(http);
        return new Answer(http.Response.StatusCode, ((MemoryStream)http.Response.Body).ToArray(), new Dictionary<string, string>());
    }

    private sealed class Broken : IAuthenticator
    {
        public Task<Actor> AuthenticateAsync(HttpContext http) => throw new InvalidOperationException("Nobody should read this.");
    }

    /// <summary>A line on which nothing comes.</summary>
    private sealed class Never : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    private static Dictionary<string, string> InEnglish { get; } = new() { ["Accept-Language"] = "en-GB,en;q=0.9,zh;q=0.5" };

    private static IEnumerable<string> Described(JsonNode? node) => node switch
    {
        JsonObject members => members.Where(member => member.Key is not ("example" or "examples")).SelectMany(member => member.Key is "summary" or "description" or "title" && member.Value is JsonValue value && value.TryGetValue(out string? text) ? [text] : Described(member.Value)),
        JsonArray items => items.SelectMany(Described),
        _ => [],
    };
}
