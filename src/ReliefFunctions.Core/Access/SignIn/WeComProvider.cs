using System.Text.Json;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>
/// WeCom (企业微信) by its published interface for an application of one's own corporation: a code by scanning, or silently inside its own browser; the
/// application's token; the member by both. Claims are <c>userid</c> and <c>department</c>.
/// </summary>
public sealed class WeComProvider(ProviderOptions options, bool allowLoopback, TimeProvider clock) : ISignInProvider, IDisposable
{
    /// <summary>The application's token is drawn anew so long before it ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Answers that say that the application's token has ended: invalid, expired.</summary>
    private static readonly int[] TokenEnded = [40014, 42001];

    /// <summary>Answers that are about the code: invalid, used.</summary>
    private static readonly int[] CodeRefused = [40029, 40163];

    private readonly HttpClient _http = ProviderHttp.Client(allowLoopback);
    private volatile Token? _token;

    /// <inheritdoc/>
    public string Id => options.Id;

    /// <inheritdoc/>
    public string Kind => "weCom";

    /// <inheritdoc/>
    public string Name => options.Name;

    private string Api => options.Issuer?.TrimEnd('/') ?? "https://qyapi.weixin.qq.com";

    /// <inheritdoc/>
    public Actor? Grant(Identity identity) => GrantRules.Of(identity, options.Rules);

    /// <inheritdoc/>
    public Task<Uri> BeginAsync(SignInAttempt attempt, string userAgent, CancellationToken ct)
    {
        var asked = new Dictionary<string, string?>
        {
            ["appid"] = options.ClientId,
            ["agentid"] = options.AgentId,
            ["redirect_uri"] = attempt.Callback,
            ["state"] = attempt.State,
        };
        if (userAgent.Contains("wxwork", StringComparison.OrdinalIgnoreCase))
        {
            asked["response_type"] = "code";
            asked["scope"] = "snsapi_base";
            var page = (options.Issuer?.TrimEnd('/') ?? "https://open.weixin.qq.com") + "/connect/oauth2/authorize";
            return Task.FromResult(new Uri(ProviderHttp.Address(page, asked) + "#wechat_redirect"));
        }

        asked["login_type"] = "CorpApp";
        var scan = (options.Issuer?.TrimEnd('/') ?? "https://login.work.weixin.qq.com") + "/wwlogin/sso/login";
        return Task.FromResult(new Uri(ProviderHttp.Address(scan, asked)));
    }

    /// <inheritdoc/>
    public async Task<Identity> CompleteAsync(SignInAttempt attempt, SignInReturn came, CancellationToken ct)
    {
        var who = await AskAsync("/cgi-bin/auth/getuserinfo", "code", came.Code!, ct);
        if (who.Text("userid") is not { } user) throw new SignInRefusedException("Not a member of the corporation.");
        var member = await AskAsync("/cgi-bin/user/get", "userid", user, ct);
        IReadOnlyList<string> departments = member.TryGetProperty("department", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? [.. ids.EnumerateArray().Select(id => id.ToString())] : [];
        var claims = new Dictionary<string, IReadOnlyList<string>> { ["userid"] = [user] };
        if (departments.Count > 0) claims["department"] = departments;
        return new Identity("wecom:" + options.ClientId, user, member.Text("name") ?? user, claims);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Asks with the application's token; one that WeCom holds for ended is drawn anew, once.</summary>
    private async Task<JsonElement> AskAsync(string path, string name, string value, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            var asked = new Dictionary<string, string?> { ["access_token"] = await TokenAsync(ct), [name] = value };
            using var request = new HttpRequestMessage(HttpMethod.Get, ProviderHttp.Address(Api + path, asked));
            var answer = await ProviderHttp.JsonAsync(_http, request, ct);
            var code = CodeOf(answer);
            if (code == 0) return answer;
            if (CodeRefused.Contains(code)) throw new SignInRefusedException($"WeCom refused the code with {code}.");
            if (again || !TokenEnded.Contains(code)) throw new ProviderUnavailableException($"WeCom answered {code} to {path}.");
            _token = null;
        }
    }

    private async Task<string> TokenAsync(CancellationToken ct)
    {
        if (_token is { } known && known.Until > clock.GetUtcNow()) return known.Value;
        var asked = new Dictionary<string, string?> { ["corpid"] = options.ClientId, ["corpsecret"] = options.ClientSecret };
        using var request = new HttpRequestMessage(HttpMethod.Get, ProviderHttp.Address(Api + "/cgi-bin/gettoken", asked));
        var answer = await ProviderHttp.JsonAsync(_http, request, ct);
        if (CodeOf(answer) is not 0 and var code) throw new ProviderUnavailableException($"WeCom gave no token: {code}.");
        var value = answer.Text("access_token") ?? throw new ProviderUnavailableException("WeCom gave no token.");
        var lasts = answer.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var number) ? TimeSpan.FromSeconds(number) : Margin;
        _token = new Token(value, clock.GetUtcNow() + lasts - Margin);
        return value;
    }

    private static int CodeOf(JsonElement answer) => answer.TryGetProperty("errcode", out var code) && code.TryGetInt32(out var number) ? number : 0;

    private sealed record Token(string Value, DateTimeOffset Until);
}
