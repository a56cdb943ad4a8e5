using System.Net;
using System.Net.Sockets;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// Calls to addresses that people configured: HTTPS only, no redirects, and never to private, loopback, link-local or metadata addresses,
/// checked after the name was resolved and on the very address connected to.
/// </summary>
public static class OutboundHttp
{
    /// <summary>IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast and reserved; the last is Azure's wire server.</summary>
    private static readonly IPNetwork[] NotPublicV4 =
    [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "168.63.129.16/32",
    }.Select(IPNetwork.Parse)];

    /// <summary>What IANA has given out as global unicast; nothing else of IPv6 is public, NAT64 (<c>64:ff9b::/96</c>) included.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Of that: protocol assignments (Teredo, ORCHID, benchmarking among them), documentation, 6to4, AS112.</summary>
    private static readonly IPNetwork[] NotPublicV6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

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

    /// <summary>Why an address may not be called, in Chinese; null when it may. Ports are 443 and those of <paramref name="ports"/>.</summary>
    public static string? Refusal(string? address, IReadOnlyCollection<string> hosts, IReadOnlyCollection<int> ports, bool allowLoopback)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return "不是完整的网址。";
        var loopback = allowLoopback && uri.IsLoopback;
        if (uri.Scheme != Uri.UriSchemeHttps && !(loopback && uri.Scheme == Uri.UriSchemeHttp)) return "只允许 https 网址。";
        if (uri.UserInfo.Length > 0) return "网址中不能带用户名和密码。";
        if (!loopback && uri.Port != 443 && !ports.Contains(uri.Port)) return $"端口 {uri.Port} 不在允许的名单中，只允许 443。";
        if (!loopback && !hosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase)) return $"主机 {uri.Host} 不在允许的名单中。";
        if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && !IsPublic(ip, allowLoopback)) return $"地址 {uri.Host} 不是公网地址。";
        return null;
    }

    /// <summary>
    /// Whether an address lies in the public network. Of IPv6 only global unicast does, without what is tunnelled or translated to an IPv4 address inside
    /// of it (6to4, Teredo, NAT64, mapped), because whoever translates may lead anywhere.
    /// </summary>
    public static bool IsPublic(IPAddress address, bool allowLoopback)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IPAddress.IsLoopback(address)) return allowLoopback;
        if (address.IsIPv4MappedToIPv6) return false;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? GlobalUnicast.Contains(address) && !Array.Exists(NotPublicV6, network => network.Contains(address))
            : !Array.Exists(NotPublicV4, network => network.Contains(address));
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
