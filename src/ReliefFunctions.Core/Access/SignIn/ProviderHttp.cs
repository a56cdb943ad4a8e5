using System.Text.Json;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>Calls to providers: bounded in time and size, and what goes wrong is told as one thing.</summary>
internal static class ProviderHttp
{
    private const long LargestAnswer = 1024 * 1024;

    /// <summary>A client for one provider.</summary>
    public static HttpClient Client(bool allowLoopback)
    {
        var client = OutboundHttp.Create(allowLoopback, TimeSpan.FromSeconds(10));
        client.MaxResponseContentBufferSize = LargestAnswer;
        return client;
    }

    /// <summary>An address with a query; what is null is left out.</summary>
    public static string Address(string address, IEnumerable<KeyValuePair<string, string?>> query) => address + "?"
        + string.Join('&', query.Where(each => each.Value is not null).Select(each => $"{each.Key}={Uri.EscapeDataString(each.Value!)}"));

    /// <summary>Makes a call; one that is not answered throws <see cref="ProviderUnavailableException"/>.</summary>
    public static async Task<HttpResponseMessage> CallAsync(Func<Task<HttpResponseMessage>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            // Without the address: some carry a secret.
            throw new ProviderUnavailableException("The provider cannot be reached.", new HttpRequestException(e.GetType().Name));
        }
    }

    /// <summary>The JSON object that answers a request. Refusals with 400 to 403 throw <see cref="SignInRefusedException"/>.</summary>
    public static async Task<JsonElement> JsonAsync(HttpClient http, HttpRequestMessage request, CancellationToken ct)
    {
        using var answer = await CallAsync(() => http.SendAsync(request, ct), ct);
        if ((int)answer.StatusCode is >= 400 and <= 403) throw new SignInRefusedException($"The provider refused with {(int)answer.StatusCode}.");
        if (!answer.IsSuccessStatusCode) throw new ProviderUnavailableException($"The provider answered {(int)answer.StatusCode}.");
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone()
                : throw new ProviderUnavailableException("The provider answered no object.");
        }
        catch (JsonException e)
        {
            throw new ProviderUnavailableException("The provider answered no JSON.", e);
        }
    }

    /// <summary>A member that is text; null when it is missing, empty or something else.</summary>
    public static string? Text(this JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
