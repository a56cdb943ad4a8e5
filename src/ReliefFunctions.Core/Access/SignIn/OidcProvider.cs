using System.IdentityModel.Tokens.Jwt;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>
/// Any OpenID Connect issuer, by discovery: authorization code with PKCE for people, bearer tokens for programs. Microsoft.IdentityModel reads the
/// documents and judges the tokens.
/// </summary>
public sealed class OidcProvider(ProviderOptions options, bool allowLoopback, TimeProvider clock, string kind = "oidc") : ISignInProvider, IDisposable
{
    /// <summary>Documents and keys are read again after this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(12);

    /// <summary>A key that is not known has them read again, no more often than this, whoever sends what.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Signatures with a pair of keys; never <c>none</c>, and never a shared secret.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly OpenIdConnectProtocolValidator Protocol = new()
    {
        RequireNonce = true,
        RequireTimeStampInNonce = false,
        RequireStateValidation = false,
    };

    /// <summary>Claims that may hold a person's name, the best first.</summary>
    private static readonly string[] Names = ["name", "preferred_username"];

    private readonly HttpClient _http = ProviderHttp.Client(allowLoopback);
    private readonly JsonWebTokenHandler _tokens = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private (OpenIdConnectConfiguration Document, DateTimeOffset At)? _known;

    /// <inheritdoc/>
    public string Id => options.Id;

    /// <inheritdoc/>
    public string Kind => kind;

    /// <inheritdoc/>
    public string Name => options.Name;

    private string Issuer => options.Issuer!;

    /// <inheritdoc/>
    public Actor? Grant(Identity identity) => GrantRules.Of(identity, options.Rules);

    /// <summary>Whether a bearer token names this issuer, and programs may come in by it.</summary>
    internal bool Issued(JsonWebToken token) => options.Audience is { Length: > 0 } && token.Issuer == Issuer;

    /// <inheritdoc/>
    public async Task<Uri> BeginAsync(SignInAttempt attempt, string userAgent, CancellationToken ct)
    {
        var request = new OpenIdConnectMessage
        {
            IssuerAddress = (await DocumentAsync(ct)).AuthorizationEndpoint,
            ClientId = options.ClientId,
            RedirectUri = attempt.Callback,
            ResponseType = OpenIdConnectResponseType.Code,
            Scope = $"openid profile {options.Scopes}".Trim(),
            State = attempt.State,
            Nonce = attempt.Nonce,
        };
        request.Parameters["code_challenge"] = Challenge(attempt.Verifier);
        request.Parameters["code_challenge_method"] = "S256";
        return new Uri(request.CreateAuthenticationRequestUrl());
    }

    /// <inheritdoc/>
    public async Task<Identity> CompleteAsync(SignInAttempt attempt, SignInReturn came, CancellationToken ct)
    {
        var answer = await RedeemAsync(attempt, came.Code!, ct);
        if (answer.IdToken is not { Length: > 0 } || answer.AccessToken is not { Length: > 0 }) throw new SignInRefusedException("The issuer sent no token.");
        var claims = await ValidateAsync(answer.IdToken, options.ClientId, ct);
        var token = new JwtSecurityToken(answer.IdToken);
        try
        {
            Protocol.ValidateTokenResponse(new OpenIdConnectProtocolValidationContext
            {
                ClientId = options.ClientId,
                Nonce = attempt.Nonce,
                ProtocolMessage = answer,
                ValidatedIdToken = token,
            });
            if (options.UserInfo) claims = [.. claims, .. await UserInfoAsync(answer.AccessToken, token, ct)];
        }
        catch (Exception e) when (e is OpenIdConnectProtocolException or System.Text.Json.JsonException)
        {
            throw new SignInRefusedException(e.GetType().Name, e);
        }

        return Person(claims);
    }

    /// <summary>Whoever a bearer token stands for; throws as <see cref="CompleteAsync"/> does.</summary>
    internal async Task<Identity> BearerAsync(string token, CancellationToken ct) => Person(await ValidateAsync(token, options.Audience!, ct));

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private static string Challenge(string verifier) => Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)));

    private async Task<OpenIdConnectMessage> RedeemAsync(SignInAttempt attempt, string code, CancellationToken ct)
    {
        var request = new OpenIdConnectMessage
        {
            GrantType = OpenIdConnectGrantTypes.AuthorizationCode,
            Code = code,
            RedirectUri = attempt.Callback,
            ClientId = options.ClientId,
            ClientSecret = options.ClientSecret,
        };
        request.Parameters["code_verifier"] = attempt.Verifier;
        var endpoint = (await DocumentAsync(ct)).TokenEndpoint;
        using var body = new FormUrlEncodedContent(request.Parameters.Where(each => each.Value is not null));
        using var answer = await ProviderHttp.CallAsync(() => _http.PostAsync(endpoint, body, ct), ct);
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new SignInRefusedException($"The issuer refused the code with {(int)answer.StatusCode}.");
        }

        if (!answer.IsSuccessStatusCode) throw new ProviderUnavailableException($"The token endpoint answered {(int)answer.StatusCode}.");
        try
        {
            return new OpenIdConnectMessage(await answer.Content.ReadAsStringAsync(ct));
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
        {
            throw new ProviderUnavailableException("The token endpoint answered no JSON.", e);
        }
    }

    /// <summary>
    /// A token's claims once it is shown to be the issuer's, for this audience and valid now. A key not yet known has the keys read again, once.
    /// </summary>
    private async Task<IReadOnlyList<Claim>> ValidateAsync(string token, string audience, CancellationToken ct)
    {
        var result = await JudgeAsync(token, audience, await DocumentAsync(ct));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException) result = await JudgeAsync(token, audience, await DocumentAsync(ct, AgainAfter));
        return result.IsValid ? [.. result.ClaimsIdentity.Claims] : throw new SignInRefusedException(result.Exception.GetType().Name, result.Exception);
    }

    private Task<TokenValidationResult> JudgeAsync(string token, string audience, OpenIdConnectConfiguration document) =>
        _tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = audience,
            IssuerSigningKeys = document.SigningKeys,
            ValidAlgorithms = Algorithms,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromMinutes(2),
        });

    private async Task<IEnumerable<Claim>> UserInfoAsync(string accessToken, JwtSecurityToken token, CancellationToken ct)
    {
        if ((await DocumentAsync(ct)).UserInfoEndpoint is not { Length: > 0 } endpoint) return [];
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new("Bearer", accessToken);
        using var answer = await ProviderHttp.CallAsync(() => _http.SendAsync(request, ct), ct);
        if (!answer.IsSuccessStatusCode) throw new ProviderUnavailableException($"The userinfo endpoint answered {(int)answer.StatusCode}.");
        var text = await answer.Content.ReadAsStringAsync(ct);
        Protocol.ValidateUserInfoResponse(new OpenIdConnectProtocolValidationContext { UserInfoEndpointResponse = text, ValidatedIdToken = token });
        return new JwtPayload(JwtPayload.Deserialize(text).Claims).Claims;
    }

    private Identity Person(IReadOnlyList<Claim> claims)
    {
        var byName = claims.GroupBy(claim => claim.Type, claim => claim.Value)
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group.Distinct()]);
        if (!byName.TryGetValue("sub", out var subject) || subject[0].Length == 0) throw new SignInRefusedException("The token names nobody.");
        var names = Names.Select(each => byName.GetValueOrDefault(each)?[0]);
        return new Identity(Issuer, subject[0], names.FirstOrDefault(each => !string.IsNullOrWhiteSpace(each)) ?? subject[0], byName);
    }

    /// <summary>
    /// The issuer's document and keys, read again when older than <paramref name="oldest"/>. While it cannot be reached, the one known goes on.
    /// </summary>
    private async Task<OpenIdConnectConfiguration> DocumentAsync(CancellationToken ct, TimeSpan? oldest = null)
    {
        bool IsFresh() => _known is { } known && clock.GetUtcNow() - known.At < (oldest ?? Fresh);
        if (IsFresh()) return _known!.Value.Document;
        await _reading.WaitAsync(ct);
        try
        {
            if (IsFresh()) return _known!.Value.Document;
            var address = Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
            var documents = new HttpDocumentRetriever(_http) { RequireHttps = !allowLoopback };
            var document = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, ct);
            if (document.Issuer != Issuer) throw new ProviderUnavailableException($"The document of {address} is another issuer's.");
            if (!ProviderOptions.IsAllowed(document.AuthorizationEndpoint, allowLoopback) || !ProviderOptions.IsAllowed(document.TokenEndpoint, allowLoopback)
                || (document.UserInfoEndpoint is { Length: > 0 } userInfo && !ProviderOptions.IsAllowed(userInfo, allowLoopback)))
            {
                throw new ProviderUnavailableException("The issuer names endpoints that are no https addresses.");
            }

            _known = (document, clock.GetUtcNow());
            return document;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ArgumentException or System.Text.Json.JsonException
            || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return _known?.Document ?? throw new ProviderUnavailableException("The issuer cannot be reached.", e);
        }
        finally
        {
            _reading.Release();
        }
    }
}
