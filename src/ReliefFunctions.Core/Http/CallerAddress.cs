using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReliefFunctions.Core.Http;

/// <summary>Where a caller calls from: what wrong keys are counted by.</summary>
internal static class CallerAddress
{
    /// <summary>The address of a call by the header that the front end is set to name it in.</summary>
    public static string Of(HttpContext http) => Of(http, http.RequestServices.GetRequiredService<CallerHeader>().Name);

    /// <summary>
    /// The address in the front end's header, without a port; the connection's where no header is set or it holds no address. Of several
    /// the last counts: a front end appends, and what stands before it may be the caller's own invention.
    /// </summary>
    public static string Of(HttpContext http, string? header)
    {
        var named = header is { Length: > 0 } ? http.Request.Headers[header].ToString().Split(',')[^1].Trim() : "";
        var address = IPEndPoint.TryParse(named, out var told) ? told.Address : http.Connection.RemoteIpAddress;
        return (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString() ?? "unknown";
    }
}

/// <summary>The header in which the front end names the caller's address; null where there is none.</summary>
public sealed record CallerHeader(string? Name);
