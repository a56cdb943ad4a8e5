using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ReliefFunctions.Tests.Access;

/// <summary>An issuer that answers whatever a test wants: the honest one is <c>oidc-provider</c>, in the end-to-end tests.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private (RSA Rsa, string Kid) _key = NewKey();

    private TestIssuer(WebApplication web) => _web = web;

    public string Address => _web.Urls.First();

    /// <summary>What the token endpoint answers; by default the token of <see cref="IdToken"/>.</summary>
    public Func<IResult>? TokenAnswer { get; set; }

    public string IdToken { get; set; } = "";

    public int KeyReads { get; private set; }

    /// <summary>The form that came to the token endpoint last.</summary>
    public IReadOnlyDictionary<string, string> Redeemed { get; private set; } = new Dictionary<string, string>();

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var issuer = new TestIssuer(web);
        web.Run(issuer.AnswerAsync);
        await web.StartAsync();
        return issuer;
    }

    public void Rotate() => _key = NewKey();

    /// <summary>A token as an honest issuer would make it, with what a test changes.</summary>
    public string Token(string? nonce, string audience = "relief", string? issuer = null, TimeSpan? lasts = null, DateTimeOffset? notBefore = null,
        RSA? signedBy = null, string? kid = null, Dictionary<string, object>? claims = null)
    {
        var now = DateTimeOffset.UtcNow;
        var all = new Dictionary<string, object> { ["sub"] = "wang-fang", ["name"] = "王芳", ["groups"] = new[] { "office" } };
        if (nonce is not null) all["nonce"] = nonce;
        foreach (var (name, value) in claims ?? []) all[name] = value;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Claims = all,
            NotBefore = (notBefore ?? now.AddHours(-1)).UtcDateTime,
            IssuedAt = now.AddHours(-1).UtcDateTime,
            Expires = (now + (lasts ?? TimeSpan.FromMinutes(10))).UtcDateTime,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(signedBy ?? _key.Rsa) { KeyId = kid ?? _key.Kid }, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>The same claims under another header and signature.</summary>
    public string Resigned(string token, string header, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64UrlEncoder.Encode(header.Replace("{kid}", _key.Kid, StringComparison.Ordinal))}.{token.Split('.')[1]}";
        return $"{signed}.{Base64UrlEncoder.Encode(sign(System.Text.Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>What everybody can read of the key, as a secret for a MAC.</summary>
    public byte[] PublicKey => System.Text.Encoding.ASCII.GetBytes(_key.Rsa.ExportSubjectPublicKeyInfoPem());

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var result = http.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => Results.Json(new
            {
                issuer = Address,
                authorization_endpoint = Address + "/authorize",
                token_endpoint = Address + "/token",
                jwks_uri = Address + "/keys",
            }),
            "/keys" => Keys(),
            "/token" => await RedeemAsync(http),
            _ => Results.NotFound(),
        };
        await result.ExecuteAsync(http);
    }

    private IResult Keys()
    {
        KeyReads++;
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.Rsa.ExportParameters(false)));
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = _key.Kid, n = key.N, e = key.E } } });
    }

    private async Task<IResult> RedeemAsync(HttpContext http)
    {
        Redeemed = (await http.Request.ReadFormAsync()).ToDictionary(each => each.Key, each => each.Value.ToString());
        return TokenAnswer?.Invoke() ?? Results.Json(new { id_token = IdToken, access_token = "opaque", token_type = "Bearer" });
    }

    private static (RSA, string) NewKey() => (RSA.Create(2048), Guid.NewGuid().ToString("N"));
}
