using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Calls webhooks in the form that each kind of robot wants. The address never appears in an error.</summary>
public sealed class ChannelClient(DeliveryOptions options, TimeProvider clock, IEnumerable<DelegatingHandler> around) : IDisposable
{
    /// <summary>As robots count bodies in bytes, nothing is escaped that need not be.</summary>
    private static readonly JsonSerializerOptions Lean = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly HttpClient _http = OutboundHttp.Create(options.AllowLoopback, TimeSpan.FromSeconds(15), around);
    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _calls = new(StringComparer.Ordinal);

    /// <summary>When the next call to a channel is within its rate: <paramref name="now"/> when it is, and then the call is counted.</summary>
    public DateTimeOffset Reserve(DeliveryChannel channel, DateTimeOffset now)
    {
        var calls = _calls.GetOrAdd(Keys.Hash(channel.Url ?? ""), _ => new Queue<DateTimeOffset>());
        lock (calls)
        {
            while (calls.TryPeek(out var first) && first + TimeSpan.FromMinutes(1) <= now) calls.Dequeue();
            var most = channel.Kind == ChannelKind.Webhook ? options.WebhookPerMinute : options.PerMinute;
            if (calls.Count >= most) return calls.Peek() + TimeSpan.FromMinutes(1);
            calls.Enqueue(now);
            return now;
        }
    }

    /// <summary>Why an address may not be called, in Chinese; null when it may.</summary>
    public string? Refusal(string? address) => OutboundHttp.Refusal(address, options.AllHosts, options.Ports, options.AllowLoopback);

    /// <summary>Sends once: the entry's text must fit into one message (<see cref="RobotText.Parts"/>).</summary>
    public async Task<ChannelAnswer> SendAsync(DeliveryChannel channel, DeliveryEntry entry, CancellationToken ct)
    {
        if (Refusal(channel.Url) is { } refusal) return new ChannelAnswer(ChannelFate.ForGood, refusal);
        try
        {
            using var request = Request(channel, entry, clock.GetUtcNow());
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var (status, after) = ((int)response.StatusCode, Wait(response, clock.GetUtcNow()));
            var said = channel.Kind == ChannelKind.Webhook ? null : RobotCodes.Read(channel, await BodyAsync(response, ct));

            // A code that says no counts whatever the status; one that says yes beside a status that says no is somebody else's page.
            if (said is not null && (said.Fate != ChannelFate.Taken || status is >= 200 and <= 299)) return said with { After = said.After ?? after };
            if (status is < 200 or > 299)
            {
                return new ChannelAnswer(IsForNow(response.StatusCode) ? ChannelFate.ForNow : ChannelFate.ForGood, $"对方应答 {status}。", after);
            }

            return channel.Kind == ChannelKind.Webhook ? ChannelAnswer.Taken : new ChannelAnswer(ChannelFate.Unknown, "应答不是机器人的格式，请核对网址。");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new ChannelAnswer(ChannelFate.ForNow, e is OperationCanceledException ? "对方没有在 15 秒内应答。" : "无法连接对方。");
        }
    }

    /// <summary>The request as the robot wants it; visible for its tests.</summary>
    internal static HttpRequestMessage Request(DeliveryChannel channel, DeliveryEntry entry, DateTimeOffset now)
    {
        var (address, headers, body) = (channel.Url!, new List<(string, string)>(), (object)new { });
        var robot = channel.Kind != ChannelKind.Webhook;
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
                    var sign = Sign(dingTalk, $"{stamp}\n{dingTalk}");
                    address += $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timestamp={stamp}&sign={Uri.EscapeDataString(sign)}";
                }

                break;
            case ChannelKind.Feishu:
                var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                body = channel.Secret is { Length: > 0 } feishu
                    ? new { timestamp = seconds, sign = Sign($"{seconds}\n{feishu}", ""), msg_type = "text", content = new { text = entry.Text } }
                    : new { msg_type = "text", content = new { text = entry.Text } };
                break;
            default:
                var id = $"{entry.Item}|{entry.Channel}";
                body = new
                {
                    id,
                    unit = entry.Unit,
                    revision = entry.Revision,
                    intensity = entry.Intensity,
                    to = channel.To,
                    text = entry.Text,
                    forward = entry.Forward,
                    createdAt = entry.CreatedAt,
                };
                headers.Add(("Idempotency-Key", Keys.Hash(id)));
                if (channel.Secret is { Length: > 0 } secret)
                {
                    var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                    headers.Add(("X-Relief-Timestamp", stamp));
                    var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{StoredJson.Write(body)}"));
                    headers.Add(("X-Relief-Signature", "sha256=" + Convert.ToHexStringLower(signature)));
                }

                break;
        }

        var json = robot ? JsonSerializer.Serialize(body, Lean) : StoredJson.Write(body);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return request;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Sign(string key, string text) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    /// <summary>Statuses that say nothing against the message or the address.</summary>
    private static bool IsForNow(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests;

    /// <summary>What <c>Retry-After</c> asks for, at most <see cref="LongestWait"/>.</summary>
    private static TimeSpan? Wait(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - now : null;
        return asked > LongestWait ? LongestWait : asked > TimeSpan.Zero ? asked : null;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[4096];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
