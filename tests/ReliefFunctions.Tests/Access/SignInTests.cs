using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Access;

/// <summary>Signing in by an issuer: what is let in, and every forgery that is not.</summary>
public class SignInTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly GrantRule Office = new() { Claim = "groups", Value = "office", Role = "campaignOffice", Scope = "520111" };

    private async Task<(World World, TestIssuer Issuer, FakeTimeProvider Clock)> WorldAsync(params IReadOnlyList<GrantRule> rules)
    {
        var issuer = await TestIssuer.StartAsync();
        var clock = new FakeTimeProvider(Now);
        var options = new ProviderOptions { Id = "test", Name = "单位账号", Issuer = issuer.Address, ClientId = "relief", ClientSecret = "s", Audience = "api://relief", Rules = rules.Count > 0 ? rules : [Office] };
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<ISignInProvider>(new OidcProvider(options, allowLoopback: true, clock)));
        return (world, issuer, clock);
    }

    /// <summary>Sets out, and answers the state and nonce that the issuer was sent.</summary>
    private static async Task<(string State, string Nonce, string Challenge)> BeginAsync(Visitor visitor, string returnTo = "/app/")
    {
        var answer = await visitor.GetAsync("/api/v1/sign-in/test?returnTo=" + Uri.EscapeDataString(returnTo));
        Assert.True(answer.Status == 302, answer.Text);
        var asked = QueryHelpers.ParseQuery(new Uri(answer.Headers["Location"]).Query);
        Assert.Equal(("code", "S256", "relief", "http://127.0.0.1:7071/api/v1/sign-in/test/callback"), ((string?)asked["response_type"], (string?)asked["code_challenge_method"], (string?)asked["client_id"], (string?)asked["redirect_uri"]));
        return (asked["state"]!, asked["nonce"]!, asked["code_challenge"]!);
    }

    private static Task<Answer> ReturnAsync(Visitor visitor, string state, string code = "c0de") => visitor.GetAsync($"/api/v1/sign-in/test/callback?code={code}&state={state}");

    [Fact]
    public async Task A_person_of_the_issuer_comes_in_as_the_first_rule_that_fits_says_and_returns_to_the_page_they_wanted()
    {
        var (world, issuer, _) = await WorldAsync(new GrantRule { Claim = "groups", Value = "leaders", Role = "leader", Scope = "5201" }, Office);
        var visitor = new Visitor(world) { Cookie = "520111.planted." + new string('A', 43) };
        var (state, nonce, challenge) = await BeginAsync(visitor, "/app/board?week=2026W50#top");
        issuer.IdToken = issuer.Token(nonce);
        var back = await ReturnAsync(visitor, state);
        Assert.Equal((302, "/app/board?week=2026W50#top"), (back.Status, back.Headers.GetValueOrDefault("Location")));
        Assert.Equal(challenge, Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(issuer.Redeemed["code_verifier"]))));
        Assert.Equal(("authorization_code", "relief", "s"), (issuer.Redeemed["grant_type"], issuer.Redeemed["client_id"], issuer.Redeemed["client_secret"]));
        Assert.DoesNotContain("planted", visitor.Cookie!, StringComparison.Ordinal);
        Assert.Single(visitor.Cookies);
        var me = (await visitor.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>();
        Assert.Equal(("王芳", Role.CampaignOffice, "520111", "test"), (me.Name, me.Role, me.District, me.SignedInBy));
    }

    [Fact]
    public async Task Whoever_no_rule_knows_is_told_whom_to_ask_and_gets_no_session()
    {
        var (world, issuer, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, nonce, _) = await BeginAsync(visitor);
        issuer.IdToken = issuer.Token(nonce, claims: new() { ["groups"] = new[] { "others" } });
        var answer = await ReturnAsync(visitor, state);
        Assert.Equal(403, answer.Status);
        Assert.Contains("p-", answer.Text, StringComparison.Ordinal);
        Assert.Empty(visitor.Cookies);
    }

    public static TheoryData<string> Forgeries => [.. Forged.Keys];

    private static Dictionary<string, Func<TestIssuer, string?, string, string>> Forged { get; } = new()
    {
        ["no signature, alg none"] = (issuer, nonce, audience) => issuer.Resigned(issuer.Token(nonce, audience), """{"alg":"none","typ":"JWT"}""", _ => []),
        ["alg None in capitals"] = (issuer, nonce, audience) => issuer.Resigned(issuer.Token(nonce, audience), """{"alg":"NONE","typ":"JWT","kid":"{kid}"}""", _ => []),
        ["a MAC under the public key"] = (issuer, nonce, audience) => issuer.Resigned(issuer.Token(nonce, audience), """{"alg":"HS256","typ":"JWT","kid":"{kid}"}""", text => HMACSHA256.HashData(issuer.PublicKey, text)),
        ["a signature of nothing"] = (issuer, nonce, audience) => issuer.Resigned(issuer.Token(nonce, audience), """{"alg":"RS256","typ":"JWT","kid":"{kid}"}""", _ => new byte[256]),
        ["another audience"] = (issuer, nonce, audience) => issuer.Token(nonce, audience + "x"),
        ["another issuer"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, issuer: "https://evil.example"),
        ["our issuer with a slash"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, issuer: issuer.Address + "/"),
        ["expired"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, lasts: TimeSpan.FromMinutes(-10)),
        ["not yet valid"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, notBefore: DateTimeOffset.UtcNow.AddMinutes(5)),
        ["an unknown key"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, signedBy: RSA.Create(2048), kid: "unknown"),
        ["another key under the known name"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, signedBy: RSA.Create(2048)),
        ["altered claims"] = (issuer, nonce, audience) => { var parts = issuer.Token(nonce, audience).Split('.'); return $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("wang-fang", "li-ming", StringComparison.Ordinal))}.{parts[2]}"; },
        ["nobody's"] = (issuer, nonce, audience) => issuer.Token(nonce, audience, claims: new() { ["sub"] = "" }),
        ["no token at all"] = (_, _, _) => "eyJub3RoaW5nIjoxfQ",
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_identity_lets_nobody_in(string what)
    {
        var (world, issuer, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, nonce, _) = await BeginAsync(visitor);
        issuer.IdToken = Forged[what](issuer, nonce, "relief");
        var answer = await ReturnAsync(visitor, state);
        Assert.True(answer.Status == 401, $"{what}: {answer.Status} {answer.Text}");
        Assert.Empty(visitor.Cookies);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_bearer_token_lets_no_program_in(string what)
    {
        var (world, issuer, _) = await WorldAsync();
        var answer = await world.SendAsync("GET", "/api/v1/me", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + Forged[what](issuer, null, "api://relief") });
        Assert.True(answer.Status == 401, $"{what}: {answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task A_program_comes_in_by_a_token_for_this_audience_and_by_no_identity_of_a_person()
    {
        var (world, issuer, _) = await WorldAsync();
        Task<Answer> Call(string token) => world.SendAsync("GET", "/api/v1/me", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + token });
        var me = (await Call(issuer.Token(null, "api://relief"))).Json<SessionEndpoints.Me>();
        Assert.Equal((Role.CampaignOffice, "520111", null), (me.Role, me.District, me.SignedInBy));
        Assert.Equal(401, (await Call(issuer.Token("n"))).Status);
        Assert.Equal(403, (await Call(issuer.Token(null, "api://relief", claims: new() { ["groups"] = new[] { "others" } }))).Status);
    }

    [Theory]
    [InlineData("another")]
    [InlineData(null)]
    public async Task A_token_of_another_attempt_lets_nobody_in(string? nonce)
    {
        var (world, issuer, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, _, _) = await BeginAsync(visitor);
        issuer.IdToken = issuer.Token(nonce);
        Assert.Equal(401, (await ReturnAsync(visitor, state)).Status);
    }

    [Fact]
    public async Task A_return_is_good_once_in_its_browser_with_its_state_and_in_its_time()
    {
        var (world, issuer, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, nonce, _) = await BeginAsync(visitor);
        issuer.IdToken = issuer.Token(nonce);
        Assert.Equal(401, (await ReturnAsync(new Visitor(world), state)).Status);
        var attempt = visitor.Cookies.Single();
        Assert.Equal(401, (await ReturnAsync(visitor, state + "x")).Status);

        // The state that was wrong used the attempt up; a browser that kept its cookie goes on.
        visitor.Cookies[attempt.Key] = attempt.Value;
        Assert.Equal(302, (await ReturnAsync(visitor, state)).Status);
        Assert.Equal(401, (await ReturnAsync(visitor, state)).Status);

        visitor.Cookies[attempt.Key] = attempt.Value[..^1] + (attempt.Value[^1] == 'A' ? 'B' : 'A');
        Assert.Equal(401, (await ReturnAsync(visitor, state)).Status);
        visitor.Cookies[attempt.Key] = attempt.Value;
        world.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(401, (await ReturnAsync(visitor, state)).Status);
    }

    [Theory]
    [InlineData("error=access_denied", "access_denied")]
    [InlineData("error=%3Cscript%3E", "未说明原因")]
    [InlineData("", "未说明原因")]
    public async Task A_person_who_changed_their_mind_is_told_so(string query, string words)
    {
        var (world, _, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, _, _) = await BeginAsync(visitor);
        var answer = await visitor.GetAsync($"/api/v1/sign-in/test/callback?state={state}&{query}");
        Assert.Equal(401, answer.Status);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<IResult>, int> Answers => new()
    {
        { "refused", () => Results.Json(new { error = "invalid_grant" }, statusCode: 400), 401 },
        { "not our secret", () => Results.Json(new { error = "invalid_client" }, statusCode: 401), 401 },
        { "no token", () => Results.Json(new { token_type = "Bearer" }), 401 },
        { "failing", () => Results.StatusCode(500), 503 },
        { "busy", () => Results.StatusCode(429), 503 },
        { "a page", () => Results.Text("<html>"), 503 },
        { "a list", () => Results.Json(Array.Empty<int>()), 503 },
        { "without end", () => Results.Text(new string('x', 3_000_000)), 503 },
        { "elsewhere", () => Results.Redirect("https://evil.example/"), 503 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_issuer_that_answers_badly_is_named_in_words(string how, Func<IResult> tokenAnswer, int status)
    {
        var (world, issuer, _) = await WorldAsync();
        var visitor = new Visitor(world);
        var (state, _, _) = await BeginAsync(visitor);
        issuer.TokenAnswer = tokenAnswer;
        var answer = await ReturnAsync(visitor, state);
        Assert.True(status == answer.Status, $"{how}: {answer.Status} {answer.Text}");
        Assert.Contains("单位账号", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-relief", visitor.Cookies.Keys);
    }

    [Fact]
    public async Task An_issuer_that_is_down_is_named_in_words_and_the_other_ways_stay_open()
    {
        var (world, issuer, _) = await WorldAsync();
        var token = issuer.Token(null, "api://relief");
        await issuer.DisposeAsync();
        var answer = await new Visitor(world).GetAsync("/api/v1/sign-in/test");
        Assert.Equal(503, answer.Status);
        Assert.Contains("“单位账号”暂时没有回应", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["test", "key"], (await new Visitor(world).GetAsync("/api/v1/sign-in")).Json<IReadOnlyList<SignInEndpoints.WayIn>>().Select(way => way.Id));
        Assert.Equal(503, (await world.SendAsync("GET", "/api/v1/me", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + token })).Status);
    }

    [Fact]
    public async Task Keys_that_the_issuer_changed_are_read_again_and_never_more_than_once_a_minute()
    {
        var (world, issuer, clock) = await WorldAsync();
        Task<Answer> Call() => world.SendAsync("GET", "/api/v1/me", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + issuer.Token(null, "api://relief") });
        Assert.Equal(200, (await Call()).Status);
        issuer.Rotate();
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(200, (await Call()).Status);
        Assert.Equal(2, issuer.KeyReads);
        for (var i = 0; i < 5; i++) await world.SendAsync("GET", "/api/v1/me", headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + Forged["an unknown key"](issuer, null, "api://relief") });
        Assert.Equal(2, issuer.KeyReads);
    }

    [Fact]
    public async Task Who_comes_back_with_another_scope_leaves_no_session_in_the_one_before()
    {
        var (world, issuer, _) = await WorldAsync(new GrantRule { Claim = "district", Value = "*", Role = "leader", Scope = "{district}" });
        async Task<Visitor> SignInAsync(string district)
        {
            var visitor = new Visitor(world);
            var (state, nonce, _) = await BeginAsync(visitor);
            issuer.IdToken = issuer.Token(nonce, claims: new() { ["district"] = district });
            Assert.Equal(302, (await ReturnAsync(visitor, state)).Status);
            return visitor;
        }

        var (before, after) = (await SignInAsync("520111"), await SignInAsync("5201"));
        Assert.Equal(401, (await before.GetAsync("/api/v1/me")).Status);
        Assert.Equal("5201", (await after.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>().Scope);
    }

    [Theory]
    [InlineData("/app/board?week=2026W50#top", "/app/board?week=2026W50#top")]
    [InlineData("/", "/")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/%2F%2Fevil.example", "/%2F%2Fevil.example")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("app", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("///evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("\t//evil.example", "/")]
    [InlineData("/\n/evil.example", "/")]
    [InlineData("/app\r\nSet-Cookie: x=1", "/")]
    [InlineData(" /app", "/")]
    [InlineData("/ /evil", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("https:evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/app\\..\\evil", "/")]
    [InlineData("/字", "/")]
    [InlineData("/\u00a0/evil.example", "/")]
    [InlineData("/<script>", "/")]
    [InlineData("/api/v1/sign-in/test", "/")]
    public void After_signing_in_a_person_comes_to_a_page_of_ours_whatever_the_link_says(string? asked, string page) => Assert.Equal(page, ReturnPath.Of(asked));

    [Fact]
    public void No_page_that_is_allowed_leads_to_another_host()
    {
        foreach (var asked in new[] { "/a//b", "/%2F%2Fevil.example", "/%5Cevil.example", "/.//evil.example", "/@evil.example", "/:80", "/?//evil.example", "/#//evil.example" })
        {
            Assert.Equal("relief.example", new Uri(new Uri("https://relief.example/api/v1/sign-in/test/callback"), ReturnPath.Of(asked)).Host);
        }
    }

    public static TheoryData<string, GrantRule, string?> Rules => new()
    {
        { "a value", Office, "CampaignOffice 520111 " },
        { "another value", Office with { Value = "others" }, null },
        { "a claim that is not there", Office with { Claim = "roles" }, null },
        { "any value", Office with { Value = "*" }, "CampaignOffice 520111 " },
        { "a scope from a claim", Office with { Scope = "{district}" }, "CampaignOffice 520112 " },
        { "a scope from a claim that is none", Office with { Scope = "{name}" }, null },
        { "a scope from a claim that is empty", Office with { Scope = "{nothing}" }, null },
        { "a scope from a claim that is not there", Office with { Scope = "{missing}" }, null },
        { "a role from a claim", Office with { Role = "{role}" }, "Leader 520111 " },
        { "a role from a claim that is none", Office with { Role = "{name}" }, null },
        { "a role by its number", Office with { Role = "{number}" }, null },
        { "a unit from a claim", Office with { Role = "unitReporter", Unit = "{unit}" }, "UnitReporter 520111 520111101" },
        { "a unit from a claim that is not there", Office with { Role = "unitReporter", Unit = "{missing}" }, null },
        { "a unit from a claim that could leave its key", Office with { Role = "unitReporter", Unit = "{path}" }, null },
        { "a unit in a city", Office with { Role = "unitReporter", Unit = "{unit}", Scope = "5201" }, null },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_grants_what_it_says_and_nothing_where_its_claims_are_none(string what, GrantRule rule, string? granted)
    {
        var claims = new Dictionary<string, IReadOnlyList<string>>
        {
            ["groups"] = ["x", "office"],
            ["district"] = ["520112"],
            ["nothing"] = [""],
            ["role"] = ["leader"],
            ["unit"] = ["520111101"],
            ["path"] = ["a|b"],
            ["name"] = ["王芳"],
            ["number"] = ["99"],
        };
        var actor = GrantRules.Of(new Identity("https://issuer", "s", "王芳", claims), [rule]);
        Assert.True(granted == (actor is null ? null : $"{actor.Role} {actor.Scope} {actor.Unit}"), what);
    }

    [Fact]
    public void Settings_that_cannot_be_stop_the_start_with_their_names_and_without_a_secret()
    {
        var wrong = new ProviderOptions { Id = "development", Name = "", Issuer = "http://issuer.example", ClientSecret = "secret-value", Rules = [new GrantRule { Role = "king", Scope = "5201119" }] };
        var refused = Assert.Throws<InvalidOperationException>(() => new SignInOptions { Providers = [wrong] }.Checked());
        Assert.All(["__0__Id", "__0__Name", "__0__ClientId", "__0__Issuer", "Rules__0__Claim", "Rules__0__Value", "Rules__0__Role", "Rules__0__Scope"], name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-value", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The issuer of one machine is no setting: the name is refused, and no type of the core or the function app knows it.</summary>
    [Fact]
    public void No_setting_switches_the_development_issuer_on()
    {
        Assert.DoesNotContain(typeof(ISignInProvider).Assembly.GetTypes(), type => type.Name.Contains("Development", StringComparison.Ordinal));
        Assert.DoesNotContain("Development", Enum.GetNames<ProviderKind>());
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(Repository.Root, "src", "ReliefFunctions"), "*.cs", SearchOption.AllDirectories), file => !file.Contains("obj", StringComparison.Ordinal) && File.ReadAllText(file).Contains("DevelopmentIssuer", StringComparison.Ordinal));
    }
}
