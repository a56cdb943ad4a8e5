using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// What every answer tells a browser that it may not do with it (OWASP ASVS 5.0, 3.4). It is set before anything else happens to a request, so that no
/// refusal and no failure goes without; an answer that is a page loosens what it needs, and nothing of the rest.
/// </summary>
public static class SafeHeaders
{
    /// <summary>For an answer that is not a page: it loads nothing, sends nothing and stands in no frame.</summary>
    public const string Closed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>For a small page of ours: its own style, a form that leads here, and no script.</summary>
    public const string OwnPage = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For everything: nothing is guessed, framed, cached, read from elsewhere or given away.</summary>
    public static void Apply(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Closed;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        if (IsSecure(http)) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
    }

    /// <summary>
    /// Whether the caller came over HTTPS. Before the worker stands the Functions host, which names the caller's scheme; who lies about it over plain HTTP
    /// gets headers that a browser does not believe there.
    /// </summary>
    public static bool IsSecure(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"] == "https";
    }

    /// <summary>For a small page, without scripts or with this one alone.</summary>
    public static void Page(HttpContext http, string? script = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.Headers.ContentSecurityPolicy = script is null ? OwnPage
            : $"{OwnPage}; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
    }
}
