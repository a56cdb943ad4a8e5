using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.LocalHost.Demo;

/// <summary>What the API answered, whether it agreed or not.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, byte[] Body, string? FileName)
{
    /// <summary>Whether the API agreed.</summary>
    public bool Ok => (int)Status is >= 200 and < 300;

    /// <summary>The answer's JSON, or null when it is none.</summary>
    public JsonNode? Json => Body.Length > 0 ? JsonNode.Parse(Body) : null;

    /// <summary>The refusal in one line: what, and every single error with its place.</summary>
    public string Refusal
    {
        get
        {
            try
            {
                var errors = Json?["errors"]?.AsArray().Select(e => $"{e?["sheet"]} {e?["cell"]} {e?["message"]}".Trim()).ToList() ?? [];
                return $"{Json?["detail"]}{(errors.Count > 0 ? "：" + string.Join("；", errors.Take(6)) + (errors.Count > 6 ? $"……共 {errors.Count} 处" : "") : "")}";
            }
            catch (JsonException)
            {
                return $"HTTP {(int)Status}";
            }
        }
    }
}

/// <summary>A caller of the public API with one key.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Calls a host with a key.</summary>
    public ApiClient(Uri address, string secret)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
    }

    /// <summary>Sends bytes and answers whatever the API says; asked to wait for a moment, it waits and sends again.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, byte[]? body = null, string? contentType = null, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? "application/json");
        }

        using var response = await _http.SendAsync(request, ct);
        if (response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter?.Delta is { TotalSeconds: < 30 } wait)
        {
            await Task.Delay(wait, ct);
            return await SendAsync(method, path, body, contentType, ct);
        }

        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct), response.Content.Headers.ContentDisposition?.FileNameStar
            ?? response.Content.Headers.ContentDisposition?.FileName);
    }

    /// <summary>Puts bytes; throws the refusal.</summary>
    public async Task PutAsync(string path, byte[] body, string contentType, CancellationToken ct)
    {
        var answer = await SendAsync(HttpMethod.Put, path, body, contentType, ct);
        if (!answer.Ok) throw new DemoFailedException($"PUT {path}：{answer.Refusal}");
    }

    /// <summary>Posts JSON; throws the refusal.</summary>
    public async Task<T> PostAsync<T>(string path, object body, CancellationToken ct)
    {
        var answer = await SendAsync(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options), null, ct);
        return answer.Ok ? JsonSerializer.Deserialize<T>(answer.Body, StoredJson.Options)! : throw new DemoFailedException($"POST {path}：{answer.Refusal}");
    }

    /// <summary>Gets JSON; throws the refusal.</summary>
    public async Task<JsonNode> GetAsync(string path, CancellationToken ct)
    {
        var answer = await SendAsync(HttpMethod.Get, path, ct: ct);
        return answer.Ok ? answer.Json! : throw new DemoFailedException($"GET {path}：{answer.Refusal}");
    }

    /// <summary>Gets JSON, or null when there is none at this address.</summary>
    public async Task<T?> TryGetAsync<T>(string path, CancellationToken ct) where T : class
    {
        var answer = await SendAsync(HttpMethod.Get, path, ct: ct);
        return answer.Status == HttpStatusCode.NotFound ? null
            : answer.Ok ? JsonSerializer.Deserialize<T>(answer.Body, StoredJson.Options) : throw new DemoFailedException($"GET {path}：{answer.Refusal}");
    }

    /// <summary>Whether the host knows a key.</summary>
    public async Task<bool> IsKeyAsync(string secret, CancellationToken ct)
    {
        using var client = new ApiClient(_http.BaseAddress!, secret);
        return (await client.SendAsync(HttpMethod.Get, "api/v1/access-keys", ct: ct)).Status is not HttpStatusCode.Unauthorized;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>A step of the demo fell short; the message says which and why.</summary>
public sealed class DemoFailedException(string message) : Exception(message);
