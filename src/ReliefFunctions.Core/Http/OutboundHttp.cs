using System.Net;
using System.Net.Sockets;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// Calls to addresses that people configured: HTTPS only, no redirects, and never to private, loopback, link-local or metadata addresses,
/// checked after the name was resolved and on the very address connected to.
/// </summary>
public static class OutboundHttp
{
    /// <summary>
    /// A client that keeps the rules. <paramref name="allowLoopback"/> is for LocalHost and tests: it also allows plain HTTP to loopback.
    /// <paramref name="around"/> come from a host that wants to count, trace or break calls.
    /// </summary>
    public static HttpClient Create(bool allowLoopback, TimeSpan timeout, params IEnumerable<DelegatingHandler> around)
    {
        HttpMessageHandler handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, allowLoopback, ct),
        };
        foreach (var outer in around)
        {
            outer.InnerHandler = handler;
            handler = outer;
        }

        // The one client that is made by hand: this is what others are sent to.
#pragma warning disable RS0030
        var client = new HttpClient(handler) { Timeout = timeout };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.UserAgent.ParseAdd("ReliefFunctions/0.1");
        return client;
    }

    /// <summary>Why an address may not be called, in Chinese; null when it may.</summary>
    public static string? Refusal(string? address, IReadOnlyCollection<string> hosts, bool allowLoopback)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return "不是完整的网址。";
        var loopback = allowLoopback && uri.IsLoopback;
        if (uri.Scheme != Uri.UriSchemeHttps && !(loopback && uri.Scheme == Uri.UriSchemeHttp)) return "只允许 https 网址。";
        if (uri.UserInfo.Length > 0) return "网址中不能带用户名和密码。";
        if (!loopback && !hosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase)) return $"主机 {uri.Host} 不在允许的名单中。";
        if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && !IsPublic(ip, allowLoopback)) return $"地址 {uri.Host} 不是公网地址。";
        return null;
    }

    /// <summary>Whether an address lies in the public network.</summary>
    public static bool IsPublic(IPAddress address, bool allowLoopback)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return allowLoopback;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var v6 = address.GetAddressBytes();

            // 64:ff9b::/96 and 2002::/16 carry an IPv4 address inside.
            if (v6[0] == 0x20 && v6[1] == 0x02) return IsPublic(new IPAddress(v6.AsSpan(2, 4)), allowLoopback: false);
            if (v6.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
            {
                return IsPublic(new IPAddress(v6.AsSpan(12, 4)), allowLoopback: false);
            }

            return !(address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast
                || address.Equals(IPAddress.IPv6Any)) && (v6[0] & 0xE0) == 0x20;
        }

        var v4 = address.GetAddressBytes();
        return v4 switch
        {
            [0 or 10 or 127, ..] => false,
            [100, >= 64 and <= 127, ..] => false,
            [169, 254, ..] => false,
            [172, >= 16 and <= 31, ..] => false,
            [192, 168, ..] or [192, 0, 0 or 2, _] or [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
            [>= 224, ..] => false,

            // The metadata service of Alibaba Cloud (100.100.100.200) lies in 100.64/10 above; Azure's wire server does not.
            [168, 63, 129, 16] => false,
            _ => true,
        };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, bool allowLoopback, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, ct);
        if (addresses.Length == 0 || Array.Exists(addresses, address => !IsPublic(address, allowLoopback)))
        {
            throw new HttpRequestException($"The host {endpoint.Host} resolves to an address that must not be called.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
