using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd.SignIn;

/// <summary>Signing in against a certified issuer over HTTP: there, through its own pages, and back.</summary>
public sealed partial class IssuerTests : IAsyncLifetime
{
    private readonly Issuer _issuer = Issuer.OnFreePort();
    private LocalApp _app = null!;

    private Uri Callback => new(_app.Address, "/api/v1/sign-in/town/callback");

    public async Task InitializeAsync()
    {
        var options = new ProviderOptions
        {
            Id = "town",
            Name = "区政务账号",
            Issuer = _issuer.Address,
            ClientId = "relief",
            ClientSecret = "relief-secret",
            UserInfo = true,
            Audience = "urn:relief:api",
            Rules =
            [
                new GrantRule { Claim = "groups", Value = "office", Role = "campaignOffice", Scope = "520111" },
                new GrantRule { Claim = "groups", Value = "unit", Role = "unitReporter", Scope = "520111", Unit = "{unit}" },
                new GrantRule { Claim = "roles", Value = "board.read", Role = "leader", Scope = "520111" },
            ],
        };
        _app = await LocalApp.StartAsync((await Storage.OptionsAsync()) with { Port = 0 }, Console.Error.WriteLine, services =>
            services.AddSingleton<ISignInProvider>(all => new OidcProvider(options, allowLoopback: true, all.GetRequiredService<TimeProvider>())));
        await _issuer.StartAsync(Callback.AbsoluteUri);
    }

    public async Task DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("wang-fang", "王芳 campaignOffice ")]
    [InlineData("li-ming", "李明 unitReporter 520111101")]
    public async Task A_person_signs_in_at_the_issuers_own_page_and_out_again(string login, string who)
    {
        using var browser = new Browser(_app.Address);
        var back = await browser.SignInAsync(login);
        Assert.Equal((HttpStatusCode.Found, "/app/"), (back.StatusCode, back.Headers.Location?.OriginalString));
        var me = await browser.MeAsync();
        Assert.Equal(who, $"{me!["name"]} {me["role"]} {me["unit"]}");
        Assert.Equal("town", (string?)me["signedInBy"]);
        Assert.Equal(HttpStatusCode.NoContent, await browser.SignOutAsync());
        Assert.Null(await browser.MeAsync());
    }

    [Fact]
    public async Task Whoever_no_rule_knows_stays_outside()
    {
        using var browser = new Browser(_app.Address);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SignInAsync("stranger")).StatusCode);
        Assert.Null(await browser.MeAsync());
    }

    [Fact]
    public async Task A_code_is_worth_nothing_a_second_time_or_in_another_browser()
    {
        using var victim = new Browser(_app.Address);
        var address = await victim.ToCallbackAsync("wang-fang");
        using var thief = new Browser(_app.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync(address)).StatusCode);
        var attempt = victim.Cookies;
        Assert.Equal(HttpStatusCode.Found, (await victim.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await victim.GetAsync(address)).StatusCode);

        // Whoever stole the attempt's cookie too finds the code used up at the issuer.
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync(address, attempt)).StatusCode);
        Assert.Null(await thief.MeAsync());
    }

    [Fact]
    public async Task A_program_comes_in_by_a_token_for_this_audience_alone()
    {
        Assert.Equal("leader", (string?)(await CallAsync(await TokenAsync("urn:relief:api")))!["role"]);
        Assert.Null(await CallAsync(await TokenAsync("urn:other:api")));
    }

    [Fact]
    public async Task An_issuer_that_is_down_is_told_and_one_that_comes_back_with_new_keys_is_believed()
    {
        using var browser = new Browser(_app.Address);
        Assert.Equal(HttpStatusCode.Found, (await browser.SignInAsync("wang-fang")).StatusCode);
        var pending = await new Browser(_app.Address).ToCallbackAsync("li-ming");
        await _issuer.StopAsync();
        using var late = new Browser(_app.Address);
        await late.GetAsync(new Uri(_app.Address, "/api/v1/sign-in/town"));
        var answer = await late.GetAsync(new Uri(Callback, "?code=c0de&state=" + late.State));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("区政务账号", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(await browser.MeAsync());
        Assert.NotNull(pending);

        await _issuer.StartAsync(Callback.AbsoluteUri);
        _app.Clock.MoveTo(_app.Clock.GetUtcNow().AddMinutes(2));
        Assert.Equal(HttpStatusCode.Found, (await browser.SignInAsync("wang-fang")).StatusCode);
    }

    [Fact]
    public async Task The_hosts_own_issuer_lets_in_by_the_same_client()
    {
        using var browser = new Browser(_app.Address);
        var there = (await browser.GetAsync(new Uri(_app.Address, "/api/v1/sign-in/development?returnTo=/app/"))).Headers.Location!;
        var page = await (await browser.GetAsync(there)).Content.ReadAsStringAsync();
        var link = WebUtility.HtmlDecode(DevelopmentLink().Match(page).Groups[1].Value);
        var callback = (await browser.GetAsync(new Uri(_app.Address, link))).Headers.Location!;
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync(callback)).StatusCode);
        Assert.Equal("operator", (string?)(await browser.MeAsync())!["role"]);
    }

    private async Task<string> TokenAsync(string audience)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "program", ["client_secret"] = "program-secret", ["resource"] = audience, ["scope"] = "api" });
        var answer = await http.PostAsync(_issuer.Address + "/token", form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
    }

    private async Task<JsonNode?> CallAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = _app.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await http.GetAsync("/api/v1/me");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonNode>() : null;
    }

    [GeneratedRegex("href=\"([^\"]*as=operator)\"")]
    private static partial Regex DevelopmentLink();

    /// <summary>A browser that keeps cookies by host and port and follows nothing by itself.</summary>
    private sealed partial class Browser(Uri app) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        private readonly Dictionary<string, Dictionary<string, string>> _cookies = [];

        /// <summary>The cookies of the app.</summary>
        public string Cookies => Of(app);

        /// <summary>The state of the attempt begun last.</summary>
        public string State { get; private set; } = "";

        public async Task<HttpResponseMessage> SignInAsync(string login) => await GetAsync(await ToCallbackAsync(login));

        /// <summary>Through the issuer's pages, up to the address that leads back.</summary>
        public async Task<Uri> ToCallbackAsync(string login)
        {
            var answer = await GetAsync(new Uri(app, "/api/v1/sign-in/town?returnTo=/app/"));
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            var at = answer.Headers.Location!;
            for (var steps = 0; steps < 12; steps++)
            {
                if (at.Authority == app.Authority) return at;
                answer = await GetAsync(at);
                if (answer.Headers.Location is { } next)
                {
                    at = new Uri(at, next);
                    continue;
                }

                var page = await answer.Content.ReadAsStringAsync();
                var form = Action().Match(page);
                Assert.True(form.Success, page);
                var prompt = page.Contains("name=\"login\"", StringComparison.Ordinal) ? "login" : "consent";
                using var body = new FormUrlEncodedContent(new Dictionary<string, string> { ["prompt"] = prompt, ["login"] = login, ["password"] = "x" });
                answer = await SendAsync(HttpMethod.Post, new Uri(at, form.Groups[1].Value), body);
                at = new Uri(at, answer.Headers.Location!);
            }

            throw new InvalidOperationException("The issuer never led back.");
        }

        public Task<HttpResponseMessage> GetAsync(Uri address, string? cookies = null) => SendAsync(HttpMethod.Get, address, null, cookies);

        public async Task<JsonNode?> MeAsync()
        {
            var answer = await GetAsync(new Uri(app, "/api/v1/me"));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonNode>() : null;
        }

        public async Task<HttpStatusCode> SignOutAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(app, "/api/v1/sessions/current"));
            request.Headers.Add("X-Relief-Client", "portal");
            request.Headers.Add("Origin", app.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Cookie", Of(app));
            return (await _http.SendAsync(request)).StatusCode;
        }

        public void Dispose() => _http.Dispose();

        private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, HttpContent? body, string? cookies = null)
        {
            using var request = new HttpRequestMessage(method, address) { Content = body };
            if ((cookies ?? Of(address)) is { Length: > 0 } sent) request.Headers.Add("Cookie", sent);
            var answer = await _http.SendAsync(request);
            foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : ("", "");
                var jar = _cookies.TryGetValue(address.Authority, out var known) ? known : _cookies[address.Authority] = [];
                if (value.Length == 0) jar.Remove(name);
                else jar[name] = value;
            }

            if (answer.Headers.Location is { IsAbsoluteUri: true } there && StateOf().Match(there.Query) is { Success: true } match) State = match.Groups[1].Value;
            return answer;
        }

        private string Of(Uri address) => string.Join("; ", _cookies.GetValueOrDefault(address.Authority, []).Select(cookie => $"{cookie.Key}={cookie.Value}"));

        [GeneratedRegex("<form[^>]*action=\"([^\"]+)\"")]
        private static partial Regex Action();

        [GeneratedRegex("[?&]state=([^&]+)")]
        private static partial Regex StateOf();
    }
}
