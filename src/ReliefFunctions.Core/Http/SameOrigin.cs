using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// Writes by cookie come from our own pages alone: they carry a header that no form can send and no other site's script may (it would need a
/// preflight, which is never granted), and the browser says that they come from here. GET never writes.
/// </summary>
internal static class SameOrigin
{
    /// <summary>The header, and its one value.</summary>
    public const string Header = "X-Relief-Client", Portal = "portal";

    /// <summary>Throws 403 when a write does not come from our own pages.</summary>
    public static void Require(HttpRequest request, string baseUrl)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return;
        if (IsOwn(request.Headers[Header], request.Headers["Sec-Fetch-Site"], request.Headers.Origin, Hosts(request, baseUrl))) return;
        throw new ProblemException(ProblemType.Forbidden, "这个请求不是从本系统的页面发出的，没有执行。请打开本系统的页面再操作；程序请改用访问密钥。");
    }

    /// <summary>The same for the form of a small page of ours, which can send no header of its own.</summary>
    public static void RequireForm(HttpRequest request, string baseUrl)
    {
        if (IsOwn(Portal, request.Headers["Sec-Fetch-Site"], request.Headers.Origin, Hosts(request, baseUrl))) return;
        throw new ProblemException(ProblemType.Forbidden, "这个请求不是从本系统的页面发出的，没有执行。请重新扫码或打开邀请链接。");
    }

    /// <summary>Whether these headers are those of our own pages. Browsers too old for <c>Sec-Fetch-Site</c> say where they are in <c>Origin</c>.</summary>
    public static bool IsOwn(string? client, string? site, string? origin, IEnumerable<string> hosts) =>
        client == Portal && (!string.IsNullOrEmpty(site)
            ? site == "same-origin"
            : Uri.TryCreate(origin, UriKind.Absolute, out var from) && hosts.Contains(from.Authority, StringComparer.OrdinalIgnoreCase));

    /// <summary>The names that this host goes by.</summary>
    private static string[] Hosts(HttpRequest request, string baseUrl) =>
    [
        request.Host.Value ?? "",
        request.Headers["X-Forwarded-Host"].ToString(),
        Uri.TryCreate(baseUrl, UriKind.Absolute, out var own) ? own.Authority : "",
    ];
}
