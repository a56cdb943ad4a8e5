using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>
/// An OpenID Connect issuer for trying and developing: whoever opens it clicks who they want to be. It lives in this host alone, listens where the host
/// does, on loopback, and is used through the same client as any other issuer: discovery, code, PKCE, signed tokens.
/// </summary>
internal sealed class DevelopmentIssuer : IDisposable
{
    /// <summary>The way in's name in addresses, and where the issuer answers.</summary>
    public const string Id = "development", Path = "/development-issuer";

    private const string Client = "relief-local";
    private static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(2), TokenLasts = TimeSpan.FromMinutes(10);

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RsaSecurityKey _key;
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly CampaignStore _campaigns;
    private readonly TimeProvider _clock;
    private readonly string _issuer;

    /// <summary>An issuer with a key of its own, drawn at each start.</summary>
    public DevelopmentIssuer(IServer server, CampaignStore campaigns, SignInOptions options, TimeProvider clock)
    {
        (_campaigns, _clock) = (campaigns, clock);
        _key = new RsaSecurityKey(_rsa) { KeyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) };
        _issuer = new Uri(new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()), Path).AbsoluteUri;
        Provider = new OidcProvider(new ProviderOptions
        {
            Id = Id,
            Name = "本机试用（点选身份）",
            Issuer = _issuer,
            ClientId = Client,
            Rules =
            [
                new GrantRule { Claim = "role", Value = nameof(Role.UnitReporter), Role = "{role}", Scope = "{scope}", Unit = "{unit}" },
                new GrantRule { Claim = "role", Value = nameof(Role.Operator), Role = "{role}" },
                new GrantRule { Claim = "role", Value = "*", Role = "{role}", Scope = "{scope}" },
            ],
        }, options.AllowLoopback, clock, Id);
    }

    /// <summary>The way in.</summary>
    public OidcProvider Provider { get; }

    /// <summary>Answers the issuer's addresses.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var result = (http.Request.Method, http.Request.Path.Value) switch
        {
            ("GET", "/.well-known/openid-configuration") => Discovery(),
            ("GET", "/jwks") => Keys(),
            ("GET", "/authorize") => await AuthorizeAsync(http),
            ("POST", "/token") => await TokenAsync(http),
            _ => Results.NotFound(),
        };
        await result.ExecuteAsync(http);
    }

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();

    private IResult Discovery() => Results.Text($$"""
        {
          "issuer": "{{_issuer}}",
          "authorization_endpoint": "{{_issuer}}/authorize",
          "token_endpoint": "{{_issuer}}/token",
          "jwks_uri": "{{_issuer}}/jwks",
          "response_types_supported": ["code"],
          "subject_types_supported": ["public"],
          "id_token_signing_alg_values_supported": ["RS256"],
          "code_challenge_methods_supported": ["S256"]
        }
        """, "application/json");

    private IResult Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)) { KeyId = _key.KeyId });
        var told = new { kty = key.Kty, use = "sig", alg = SecurityAlgorithms.RsaSha256, kid = key.Kid, n = key.N, e = key.E };
        return Results.Json(new { keys = new[] { told } });
    }

    /// <summary>The page to click on; with a choice made, the way back.</summary>
    private async Task<IResult> AuthorizeAsync(HttpContext http)
    {
        var asked = http.Request.Query;
        if (asked["client_id"] != Client || asked["code_challenge_method"] != "S256" || !Uri.TryCreate(asked["redirect_uri"], UriKind.Absolute, out var back)
            || !back.IsLoopback || back.AbsolutePath != $"/api/v1/sign-in/{Id}/callback")
        {
            return Page(400, "<h1>不能这样登录</h1><p>请从本机的登录页进入。</p>");
        }

        var people = await PeopleAsync(http.RequestAborted);
        if (people.FirstOrDefault(person => person.Subject == asked["as"]) is { } chosen)
        {
            foreach (var (old, _) in _codes.Where(each => each.Value.Until < _clock.GetUtcNow())) _codes.TryRemove(old, out _);
            var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
            _codes[code] = new Grant(chosen, back.AbsoluteUri, asked["nonce"].ToString(), asked["code_challenge"].ToString(), _clock.GetUtcNow() + CodeLasts);
            var answer = new Dictionary<string, string?> { ["code"] = code, ["state"] = asked["state"] };
            return Results.Redirect(QueryHelpers.AddQueryString(back.AbsoluteUri, answer));
        }

        var text = new StringBuilder("<h1>以谁的身份试用？</h1><p class=\"meta\">只在本机有效，正式部署没有这个页面。</p>");
        foreach (var group in people.GroupBy(person => person.Group))
        {
            text.Append("<h2>").Append(HtmlPage.Text(group.Key)).Append("</h2><ul>");
            foreach (var person in group)
            {
                var choice = asked.ToDictionary(each => each.Key, each => (string?)each.Value.ToString());
                choice["as"] = person.Subject;
                var address = QueryHelpers.AddQueryString(Path + "/authorize", choice);
                text.Append("<li><a href=\"").Append(HtmlPage.Text(address)).Append("\">").Append(HtmlPage.Text(person.Name)).Append("</a></li>");
            }

            text.Append("</ul>");
        }

        return Page(200, text.ToString());
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!_codes.TryRemove(form["code"].ToString(), out var grant) || grant.Until < _clock.GetUtcNow() || form["client_id"] != Client
            || form["redirect_uri"] != grant.Callback
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        var person = grant.Person;
        List<Claim> claims = [new("sub", person.Subject), new("name", person.Name), new("nonce", grant.Nonce), new("role", person.Role.ToString())];
        if (person.Scope.Length > 0) claims.Add(new("scope", person.Scope));
        if (person.Unit is { } unit) claims.Add(new("unit", unit));

        // The life of a token is real time, whatever this host's clock was moved to: libraries judge it so.
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _issuer,
            Audience = Client,
            Subject = new ClaimsIdentity(claims),
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime + TokenLasts,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });
        var access = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return Results.Json(new { id_token = token, access_token = access, token_type = "Bearer", expires_in = TokenLasts.TotalSeconds });
    }

    /// <summary>Who one can be: those of the campaigns that there are.</summary>
    private async Task<IReadOnlyList<Person>> PeopleAsync(CancellationToken ct)
    {
        List<Person> people = [new("operator", "管理员", "全部", Role.Operator, "", null)];
        foreach (var district in (await _campaigns.CurrentAsync(_clock.GetUtcNow(), TimeSpan.FromDays(365), ct)).DistinctBy(campaign => campaign.District))
        {
            var (code, name) = (district.District, district.DistrictName);
            people.Add(new($"office-{code}", $"{name}专项行动办公室", name, Role.CampaignOffice, code, null));
            people.Add(new($"leader-{code}", $"{name}分管领导", name, Role.Leader, code, null));
            foreach (var unit in await _campaigns.UnitsAsync(code, ct))
            {
                people.Add(new($"unit-{code}-{unit.Code}", $"{unit.Name}信息员", $"{name}报送单位", Role.UnitReporter, code, unit.Code));
            }
        }

        people.AddRange(people.Where(person => person.Scope.Length == 6).Select(person => person.Scope[..4]).Distinct().ToList()
            .Select(city => new Person($"leader-{city}", $"市级领导（{city}）", "上级", Role.Leader, city, null)));
        return people;
    }

    private static HtmlPage Page(int status, string body) => new("本机试用登录", status, body);

    private sealed record Person(string Subject, string Name, string Group, Role Role, string Scope, string? Unit);

    private sealed record Grant(Person Person, string Callback, string Nonce, string Challenge, DateTimeOffset Until);
}
