using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.Sessions;

/// <summary>
/// Knows who acts: by the <c>Authorization</c> header where there is one, an access key or a token, else by the session whose cookie the browser sent.
/// </summary>
internal sealed class SessionAuthenticator(KeyAuthenticator keys, TokenAuthenticator tokens, SessionStore sessions, LinkOptions links) : IAuthenticator
{
    /// <inheritdoc/>
    public async Task<Actor> AuthenticateAsync(HttpContext http)
    {
        if (TokenAuthenticator.Of(http) is { } token) return await tokens.AuthenticateAsync(http, token);
        if (http.Request.Headers.Authorization.Count > 0 || SessionCookie.Of(http) is not { } cookie) return await keys.AuthenticateAsync(http);
        SameOrigin.Require(http.Request, links.BaseUrl);
        if (await sessions.FindAsync(cookie, http.RequestAborted) is { } found)
        {
            http.Features.Set(new SignedIn(found.Session, found.Id, cookie));
            return found.Session.AsActor() with { Session = found.Id };
        }

        // The cookie stays: an answer that comes late would take away that of the session which has begun meanwhile.
        throw new ProblemException(ProblemType.Unauthenticated, "登录已失效（已退出、太久没有使用，或密钥已作废）。请重新登录。");
    }
}

/// <summary>The session behind a request, for those who tell or end it.</summary>
/// <param name="Session">As it stands.</param>
/// <param name="Id">Names it without its secret.</param>
/// <param name="Cookie">What the browser sent.</param>
internal sealed record SignedIn(Session Session, string Id, string Cookie);

/// <summary>
/// The cookie of a session. <c>__Host-</c> binds it to this host and to https (RFC 6265bis, 4.1.3.2); browsers take it on a loopback address over http too.
/// </summary>
internal static class SessionCookie
{
    /// <summary>Its name.</summary>
    public const string Name = "__Host-relief";

    /// <summary>What the browser sent, or null.</summary>
    public static string? Of(HttpContext http) => http.Request.Cookies.TryGetValue(Name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Gives the browser its session.</summary>
    public static void Set(HttpContext http, string value, TimeSpan lasts) => http.Response.Cookies.Append(Name, value, Options(lasts));

    /// <summary>Takes it away.</summary>
    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(null));

    private static CookieOptions Options(TimeSpan? lasts) =>
        new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = lasts, IsEssential = true };
}
