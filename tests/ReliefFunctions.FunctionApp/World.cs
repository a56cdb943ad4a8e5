using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LocalServiceBus;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.FunctionApp.StandIn;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.FunctionApp;

/// <summary>Storage and bus of the test run.</summary>
internal static class Surroundings
{
    /// <summary>The operator's key, whose hash is a setting of the app.</summary>
    public const string OperatorKey = "rf_0123456789ab_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /// <summary>A bus with the product's entities.</summary>
    public static Task<Broker> BusAsync() => Broker.StartAsync(LocalApp.Entities(), new BrokerOptions());

    /// <summary>The settings of an app with tables and containers of its own.</summary>
    public static Dictionary<string, string?> Settings(string storage, string bus) => new()
    {
        ["Storage__ConnectionString"] = storage,
        ["Storage__Prefix"] = "f" + Guid.NewGuid().ToString("N")[..12],
        ["ServiceBus"] = bus,
        ["Access__OperatorKeySha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OperatorKey))),
        ["Links__BaseUrl"] = "https://relief.example",
    };
}

/// <summary>Storage, bus, stand-in host and one worker for a class of tests.</summary>
public sealed class World : IAsyncLifetime
{
    /// <summary>When the worker's clock starts.</summary>
    public static readonly DateTimeOffset Start = new(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(8));

    public StandInHost Host { get; private set; } = null!;

    public Broker Broker { get; private set; } = null!;

    /// <summary>Between the worker and the bus.</summary>
    internal Gate Bus { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Broker = await Surroundings.BusAsync();
        Bus = new Gate(Broker.Port);
        Bus.Open();
        Host = await StandInHost.StartAsync(Surroundings.Settings(await AzuriteFixture.ConnectionStringAsync(), Bus.InsteadOf(Broker.Port, Broker.ConnectionString)), Start);
        await Host.StartWorkerAsync();
    }

    public async Task DisposeAsync()
    {
        // The bus first: a message that is handed over while no worker is left would wait for one.
        await Bus.DisposeAsync();
        await Host.DisposeAsync();
        await Broker.DisposeAsync();
    }
}

/// <summary>A caller of the function app, through the stand-in.</summary>
internal sealed class Caller : IDisposable
{
    private readonly HttpClient _http;

    public Caller(StandInHost host, string? key = Surroundings.OperatorKey)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Sends anything and answers with whatever comes back.</summary>
    public async Task<(int Status, byte[] Body, HttpResponseMessage Answer)> SendAsync(
        string method, string path, HttpContent? content = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>()) request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), answer);
    }

    /// <summary>What must succeed: the answer's JSON.</summary>
    public async Task<JsonElement> AskAsync(string method, string path, byte[]? body = null, string contentType = "application/json")
    {
        var (status, text, _) = await SendAsync(method, path, body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } });
        Assert.True(status is >= 200 and < 300, $"{method} {path}: {status} {Encoding.UTF8.GetString(text)}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Posts JSON that must be accepted.</summary>
    public Task<JsonElement> PostAsync(string path, object body) => AskAsync("POST", path, JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options));

    public void Dispose() => _http.Dispose();
}
