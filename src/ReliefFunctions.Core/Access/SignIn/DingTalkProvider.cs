using System.Net.Http.Json;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>
/// DingTalk (钉钉) by its published interface: a code by scanning or inside its own browser, the person's token, and who the person is. Only people of the
/// organisation of the settings come in. Claims are <c>unionId</c> and <c>corpId</c>.
/// </summary>
public sealed class DingTalkProvider(ProviderOptions options, bool allowLoopback) : ISignInProvider, IDisposable
{
    private readonly HttpClient _http = ProviderHttp.Client(allowLoopback);

    /// <inheritdoc/>
    public string Id => options.Id;

    /// <inheritdoc/>
    public string Kind => "dingTalk";

    /// <inheritdoc/>
    public string Name => options.Name;

    private string Api => options.Issuer?.TrimEnd('/') ?? "https://api.dingtalk.com";

    /// <inheritdoc/>
    public Actor? Grant(Identity identity) => GrantRules.Of(identity, options.Rules);

    /// <inheritdoc/>
    public Task<Uri> BeginAsync(SignInAttempt attempt, string userAgent, CancellationToken ct)
    {
        var asked = new Dictionary<string, string?>
        {
            ["client_id"] = options.ClientId,
            ["redirect_uri"] = attempt.Callback,
            ["response_type"] = "code",
            ["scope"] = "openid corpid",
            ["state"] = attempt.State,
            ["prompt"] = "consent",
        };
        if (options.Organisation is { Length: > 0 } organisation) asked["corpId"] = organisation;
        return Task.FromResult(new Uri(ProviderHttp.Address((options.Issuer?.TrimEnd('/') ?? "https://login.dingtalk.com") + "/oauth2/auth", asked)));
    }

    /// <inheritdoc/>
    public async Task<Identity> CompleteAsync(SignInAttempt attempt, SignInReturn came, CancellationToken ct)
    {
        using var redeem = new HttpRequestMessage(HttpMethod.Post, Api + "/v1.0/oauth2/userAccessToken")
        {
            Content = JsonContent.Create(new { clientId = options.ClientId, clientSecret = options.ClientSecret, code = came.Code, grantType = "authorization_code" }),
        };
        var token = await ProviderHttp.JsonAsync(_http, redeem, ct);
        var value = token.Text("accessToken") ?? throw new SignInRefusedException("DingTalk gave no token.");
        var organisation = token.Text("corpId");
        if (options.Organisation is { Length: > 0 } own && organisation != own) throw new SignInRefusedException("Of another organisation.");
        using var ask = new HttpRequestMessage(HttpMethod.Get, Api + "/v1.0/contact/users/me");
        ask.Headers.Add("x-acs-dingtalk-access-token", value);
        var me = await ProviderHttp.JsonAsync(_http, ask, ct);
        var subject = me.Text("unionId") ?? throw new SignInRefusedException("DingTalk names nobody.");
        var claims = new Dictionary<string, IReadOnlyList<string>> { ["unionId"] = [subject] };
        if (organisation is not null) claims["corpId"] = [organisation];
        return new Identity("dingtalk", subject, me.Text("nick") ?? subject, claims);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
