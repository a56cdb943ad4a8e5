using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LocalServiceBus;
using ReliefFunctions.FunctionApp.StandIn;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.FunctionApp;

/// <summary>Storage, bus, stand-in host and one worker, shared by the tests that break nothing.</summary>
public sealed class World : IAsyncLifetime
{
    /// <summary>The operator's key, whose hash is a setting of the app.</summary>
    public const string OperatorKey = "rf_0123456789ab_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private AzuriteProcess? _azurite;

    public StandInHost Host { get; private set; } = null!;

    public Broker Broker { get; private set; } = null!;

    /// <summary>The settings of an app with tables and containers of its own.</summary>
    public static Dictionary<string, string?> Settings(string storage, string bus) => new()
    {
        ["Storage__ConnectionString"] = storage,
        ["Storage__Prefix"] = "f" + Guid.NewGuid().ToString("N")[..12],
        ["ServiceBus"] = bus,
        ["Access__OperatorKeySha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OperatorKey))),
        ["Links__BaseUrl"] = "https://relief.example",
    };

    public async Task InitializeAsync()
    {
        _azurite = await AzuriteProcess.StartAsync(location: null, Console.Error.WriteLine);
        Broker = await Broker.StartAsync(BrokerConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "servicebus.json")), new BrokerOptions());
        Host = await StandInHost.StartAsync(Settings(_azurite.ConnectionString, Broker.ConnectionString), new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(8)));
        await Host.StartWorkerAsync();
    }

    public HttpClient Client(string? key = OperatorKey)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Host.Address };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        if (Broker is not null) await Broker.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
    }
}
