using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ReliefFunctions.FunctionApp.StandIn;

namespace ReliefFunctions.FunctionApp;

/// <summary>A worker that starts while storage and bus are down.</summary>
public class StartTests
{
    [Fact]
    public async Task A_worker_that_starts_without_storage_and_bus_says_so_lets_triggers_wait_and_goes_on_by_itself()
    {
        var azurite = await AzuriteFixture.ProcessAsync();
        await using var broker = await Surroundings.BusAsync();
        await using var blobs = new Gate(new Uri(azurite.BlobEndpoint).Port);
        await using var tables = new Gate(new Uri(azurite.TableEndpoint).Port);
        await using var bus = new Gate(broker.Port);
        var storage = tables.InsteadOf(new Uri(azurite.TableEndpoint).Port, blobs.InsteadOf(new Uri(azurite.BlobEndpoint).Port, azurite.ConnectionString));
        await using var host = await StandInHost.StartAsync(Surroundings.Settings(storage, bus.InsteadOf(broker.Port, broker.ConnectionString)), World.Start);
        await host.StartWorkerAsync();

        using var caller = new Caller(host);
        var timer = host.FireAsync("SweeperClock");
        await Patience.UntilAsync(async () => await HealthAsync(caller) is (503, var why) && why.Contains("refused", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(200, (await caller.SendAsync("GET", "/api/v1/openapi.json")).Status);
        Assert.Equal(503, (await caller.SendAsync("GET", "/api/v1/access-keys")).Status);
        Assert.False(timer.IsCompleted);

        tables.Open();
        blobs.Open();
        await Patience.UntilAsync(async () => await HealthAsync(caller) is (200, _));
        await timer;

        // The bus is still down: what is decided is kept, and told when it comes back.
        using var campaign = await SampleCampaign.LoadAsync(host);
        await campaign.ComeToAsync(SampleCampaign.Steps.First(step => step.Order is not null).At);
        bus.Open();
        await using var triggers = await BusTriggers.StartAsync(host, broker.ConnectionString);
        await campaign.ComeToAsync(SampleCampaign.Steps.First(step => step.Order is not null).At.AddMinutes(10));
        await campaign.EveryInboxHoldsAsync(1);
    }

    [Fact]
    public async Task A_setting_that_is_missing_is_named()
    {
        var settings = Surroundings.Settings("", "Endpoint=sb://localhost;SharedAccessKeyName=x;SharedAccessKey=eA==;UseDevelopmentEmulator=true;");
        await using var host = await StandInHost.StartAsync(settings, World.Start);
        await host.StartWorkerAsync();
        using var caller = new Caller(host);
        await Patience.UntilAsync(async () => await HealthAsync(caller) is (503, var why) && why.Contains("Storage:TableEndpoint", StringComparison.Ordinal));
    }

    private static async Task<(int Status, string Detail)> HealthAsync(Caller caller)
    {
        var watch = Stopwatch.StartNew();
        var (status, body, _) = await caller.SendAsync("GET", "/api/v1/health");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), "The health check is slow.");
        return (status, status == 200 ? "" : JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(body)).GetProperty("detail").GetString()!);
    }
}
