using System.Collections.Concurrent;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>What a person reads who starts LocalHost beside a storage or a bus that is not there.</summary>
public sealed class MissingServiceTests
{
    private const string NoStorage = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;";
    private const string NoBus = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=none;SharedAccessKey=none;UseDevelopmentEmulator=true";

    [Fact]
    public async Task Storage_that_is_down_is_named_in_one_line_and_waited_for()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var said = new ConcurrentQueue<string>();
        var starting = LocalApp.StartAsync(new LocalOptions { Port = 0, Data = null, StorageConnectionString = NoStorage }, said.Enqueue, ct: stop.Token);
        while (said.IsEmpty && !starting.IsCompleted) await Task.Delay(50);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        var line = Assert.Single(said);
        Assert.Contains("Storage:ConnectionString", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task A_bus_that_is_down_is_named_in_one_line_and_the_host_serves()
    {
        var said = new ConcurrentQueue<string>();
        await using var app = await LocalApp.StartAsync((await Storage.OptionsAsync()) with { ServiceBusConnectionString = NoBus }, said.Enqueue);
        var line = Assert.Single(said);
        Assert.Contains("ServiceBus:ConnectionString", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        using var http = new HttpClient();
        Assert.True((await http.GetAsync(new Uri(app.Address, "api/v1/health"))).IsSuccessStatusCode);
    }
}
