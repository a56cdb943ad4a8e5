using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>Knows the programs that come with a bearer token of an OIDC issuer of the settings (RFC 6750, RFC 9068).</summary>
internal sealed class TokenAuthenticator(IEnumerable<ISignInProvider> providers, KeyAuthenticator keys)
{
    private const int LongestToken = 16 * 1024;

    /// <summary>The token in the header when it looks like one: an access key never does.</summary>
    public static string? Of(HttpContext http) =>
        http.Request.Headers.Authorization.ToString() is { Length: <= LongestToken } header
            && header.StartsWith("Bearer ey", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;

    /// <summary>The actor behind a token; throws 401, 403, 429 or 503.</summary>
    public async Task<Actor> AuthenticateAsync(HttpContext http, string token)
    {
        try
        {
            if (Read(token) is { } read && providers.OfType<OidcProvider>().FirstOrDefault(provider => provider.Issued(read)) is { } issuer)
            {
                var identity = await issuer.BearerAsync(token, http.RequestAborted);
                return issuer.Grant(identity) ?? throw new ProblemException(ProblemType.Forbidden, "令牌有效，但没有为它设定权限。请由管理员在设置 SignIn 的 Rules 中加入。");
            }
        }
        catch (SignInRefusedException)
        {
            // Told below, without saying what was wrong with it.
        }
        catch (ProviderUnavailableException)
        {
            throw new ProblemException(ProblemType.Unavailable, "暂时无法向身份提供方核对令牌，请稍后再试。");
        }

        throw await keys.RefusedAsync(http, token, "令牌无效或已过期，或签发方、受众不是本系统设定的。请重新获取令牌。");
    }

    private static JsonWebToken? Read(string token)
    {
        try
        {
            return new JsonWebToken(token);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
