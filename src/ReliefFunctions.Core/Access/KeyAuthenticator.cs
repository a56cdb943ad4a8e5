using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access;

/// <summary>Knows who acts by the access key in the <c>Authorization</c> header; failures are counted by key id and address.</summary>
internal sealed class KeyAuthenticator(AccessKeys keys, AccessOptions options) : IAuthenticator
{
    /// <inheritdoc/>
    public async Task<Actor> AuthenticateAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemType.Unauthenticated, "请在 Authorization 请求头中提供访问密钥：Bearer rf_…。密钥由专项行动办公室发放。");
        }

        return await OfAsync(http, header["Bearer ".Length..].Trim());
    }

    /// <summary>The actor behind a key; a wrong one is counted and refused.</summary>
    internal async Task<Actor> OfAsync(HttpContext http, string secret)
    {
        if (await keys.AuthenticateAsync(secret, http.RequestAborted) is { } actor) return actor;
        throw await RefusedAsync(http, secret, "访问密钥不正确或已作废。请核对后重试，或向专项行动办公室申请新密钥。");
    }

    /// <summary>The refusal of a key or token, which is counted: in its own words, or that it was wrong too often.</summary>
    internal async Task<ProblemException> RefusedAsync(HttpContext http, string secret, string words) =>
        await keys.CountFailureAsync(secret, CallerAddress.Of(http, options.CallerAddressHeader), http.RequestAborted)
            ? new ProblemException(ProblemType.TooManyFailures, "密钥错误次数过多，请十分钟后再试，或向专项行动办公室申请新密钥。")
            : new ProblemException(ProblemType.Unauthenticated, words);
}
