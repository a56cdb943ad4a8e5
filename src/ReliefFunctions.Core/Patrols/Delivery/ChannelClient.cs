using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>What became of a call to a channel.</summary>
/// <param name="Error">Null when the other side took the message.</param>
/// <param name="Permanent">Whether trying again is of no use.</param>
public sealed record ChannelAnswer(string? Error, bool Permanent = false);

/// <summary>Calls webhooks in the form that each kind of robot wants. The address never appears in an error.</summary>
public sealed class ChannelClient(DeliveryOptions options, TimeProvider clock, IEnumerable<DelegatingHandler> around) : IDisposable
{
    private readonly HttpClient _http = OutboundHttp.Create(options.AllowLoopback, TimeSpan.FromSeconds(15), around);
    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _calls = new(StringComparer.Ordinal);

    /// <summary>When the next call to a channel is within its rate: <paramref name="now"/> when it is, and then the call is counted.</summary>
    public DateTimeOffset Reserve(DeliveryChannel channel, DateTimeOffset now)
    {
        var calls = _calls.GetOrAdd(Keys.Hash(channel.Url ?? ""), _ => new Queue<DateTimeOffset>());
        lock (calls)
        {
            while (calls.TryPeek(out var first) && first + TimeSpan.FromMinutes(1) <= now) calls.Dequeue();
            if (calls.Count >= (channel.Kind == ChannelKind.Webhook ? options.WebhookPerMinute : options.PerMinute)) return calls.Peek() + TimeSpan.FromMinutes(1);
            calls.Enqueue(now);
            return now;
        }
    }

    /// <summary>Why an address may not be called, in Chinese; null when it may.</summary>
    public string? Refusal(string? address) => OutboundHttp.Refusal(address, options.AllHosts, options.AllowLoopback);

    /// <summary>Sends once.</summary>
    public async Task<ChannelAnswer> SendAsync(DeliveryChannel channel, DeliveryEntry entry, CancellationToken ct)
    {
        if (Refusal(channel.Url) is { } refusal) return new ChannelAnswer(refusal, Permanent: true);
        try
        {
            using var request = Request(channel, entry, clock.GetUtcNow());
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var status = (int)response.StatusCode;
            if (status is < 200 or > 299)
            {
                return new ChannelAnswer($"对方应答 {status}。", Permanent: status is >= 300 and < 500 && response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests));
            }

            return channel.Kind == ChannelKind.Webhook ? new ChannelAnswer(null) : Robot(await BodyAsync(response, ct));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new ChannelAnswer(e is OperationCanceledException ? "对方没有在 15 秒内应答。" : "无法连接对方。");
        }
    }

    /// <summary>The request as the robot wants it; visible for its tests.</summary>
    internal static HttpRequestMessage Request(DeliveryChannel channel, DeliveryEntry entry, DateTimeOffset now)
    {
        var (address, headers, body) = (channel.Url!, new List<(string, string)>(), (object)new { });
        switch (channel.Kind)
        {
            case ChannelKind.WeCom:
                body = new { msgtype = "text", text = new { content = entry.Text } };
                break;
            case ChannelKind.DingTalk:
                body = new { msgtype = "text", text = new { content = entry.Text } };
                if (channel.Secret is { Length: > 0 } dingTalk)
                {
                    var stamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                    var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(dingTalk), Encoding.UTF8.GetBytes($"{stamp}\n{dingTalk}")));
                    address += $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timestamp={stamp}&sign={Uri.EscapeDataString(sign)}";
                }

                break;
            case ChannelKind.Feishu:
                var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                body = channel.Secret is { Length: > 0 } feishu
                    ? new { timestamp = seconds, sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{seconds}\n{feishu}"), Array.Empty<byte>())), msg_type = "text", content = new { text = entry.Text } }
                    : new { msg_type = "text", content = new { text = entry.Text } };
                break;
            default:
                body = new { id = $"{entry.Item}|{entry.Channel}", unit = entry.Unit, revision = entry.Revision, intensity = entry.Intensity, to = channel.To, text = entry.Text, createdAt = entry.CreatedAt };
                headers.Add(("Idempotency-Key", Keys.Hash($"{entry.Item}|{entry.Channel}")));
                if (channel.Secret is { Length: > 0 } secret)
                {
                    var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                    headers.Add(("X-Relief-Timestamp", stamp));
                    headers.Add(("X-Relief-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{StoredJson.Write(body)}")))));
                }

                break;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(StoredJson.Write(body), Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return request;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Robots answer 200 and say inside whether they took it: WeCom and DingTalk in <c>errcode</c>, Feishu in <c>code</c> or <c>StatusCode</c>.</summary>
    private static ChannelAnswer Robot(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var name in new[] { "errcode", "code", "StatusCode" })
            {
                if (document.RootElement.TryGetProperty(name, out var code) && code.TryGetInt32(out var number))
                {
                    return number == 0 ? new ChannelAnswer(null) : new ChannelAnswer($"机器人拒收（{number}）。");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not the robot's JSON: told below.
        }

        return new ChannelAnswer("应答不是机器人的格式，请核对网址。");
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[4096];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
