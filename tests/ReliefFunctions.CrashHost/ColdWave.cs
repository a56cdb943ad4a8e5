using System.Text.Json;
using LocalServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.CrashHost;

/// <summary>
/// One alert from its arrival to the last inbox and the last webhook, without the web: for tests that let this process die at each of its calls.
/// Every run does the same, finds what an earlier one left, and ends when nothing waits. Prints the number of calls and the revisions in each inbox as JSON.
/// </summary>
internal static class ColdWave
{
    /// <summary>
    /// Settings: Storage:*, <c>samples</c>, <c>districts</c> (how many, 1 by default), <c>clock</c> (minutes after the alert that this run begins),
    /// <c>webhook</c> (address under which each of two units then has a channel, none by default).
    /// </summary>
    public static async Task<int> RunAsync(IConfiguration settings, Crash crash, Action<IServiceCollection> mortal, TextWriter output)
    {
        var samples = settings["samples"]!;
        var clock = AdjustableClock.StartingAt(new DateTimeOffset(2026, 12, 15, 10, 2, 0, TimeSpan.FromHours(8)).AddMinutes(settings.GetValue("clock", 0)));
        await using var broker = await Broker.StartAsync(LocalApp.Entities(), new BrokerOptions { Port = 0 });
        var services = new ServiceCollection().AddSingleton(settings).AddSingleton<TimeProvider>(clock).AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error));
        services.AddReliefFunctions(settings).AddServiceBus(broker.ConnectionString);
        await using var looker = services.BuildServiceProvider();
        await looker.PrepareStorageAsync();
        var webhook = settings["webhook"];
        var campaigns = await SetUpAsync(looker, samples, settings.GetValue("districts", 1), webhook);

        // Only what the product does counts towards its death, not what the test sets up and looks at.
        mortal(services);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<ServiceBusReceiving>().StartAsync(default);

        var payload = await File.ReadAllBytesAsync(Path.Combine(samples, "alerts", "01-blue.qweather.json"));
        await provider.GetRequiredService<AlertIntake>().ReceiveAsync(payload, new PayloadContext(clock.GetUtcNow(), campaigns[0].Zone(), ["520000"]), "52", "crash-test", default);

        var sweeper = provider.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job);
        var patrols = looker.GetRequiredService<PatrolStore>();
        Dictionary<string, IReadOnlyList<int>> inboxes = [];
        var (delivered, failed) = (webhook is null, (string?)null);
        for (var look = 0; look < 150; look++)
        {
            inboxes = [];
            foreach (var campaign in campaigns)
            {
                foreach (var unit in await looker.GetRequiredService<CampaignStore>().UnitsAsync(campaign.District))
                {
                    inboxes[$"{campaign.District}/{unit.Code}"] = [.. (await patrols.InboxAsync(campaign, unit.Code, default)).Select(notice => notice.Revision)];
                }
            }

            if (webhook is not null)
            {
                var log = await looker.GetRequiredService<DeliveryService>().OfOrderAsync(campaigns[0], 1, default);
                delivered = log.Count(entry => entry.State == DeliveryState.Delivered) == inboxes.Count;
                failed = log.FirstOrDefault(entry => entry.LastError is not null)?.LastError;
            }

            if (delivered && inboxes.Values.All(inbox => inbox.Count > 0) && !await AnyOutboxRowAsync(looker, campaigns)) break;
            if (look % (webhook is null ? 3 : 20) == 2)
            {
                // A webhook is held for two minutes by whoever calls it: they must not pass while it does.
                if (webhook is null || look % 60 == 42) clock.MoveTo(clock.GetUtcNow().AddMinutes(1));
                await sweeper.RunAsync(default);
                if (webhook is not null) await provider.GetRequiredService<DeliveryService>().RunAsync(campaigns[0], default);
            }

            await Task.Delay(50);
        }

        await output.WriteLineAsync(JsonSerializer.Serialize(new { calls = crash.Calls, inboxes, failed }));
        return delivered && inboxes.Values.All(inbox => inbox.Count > 0) ? 0 : 3;
    }

    private static async Task<IReadOnlyList<Campaign>> SetUpAsync(IServiceProvider services, string samples, int districts, string? webhook)
    {
        var store = services.GetRequiredService<CampaignStore>();
        var campaign = JsonSerializer.Deserialize<Campaign>(await File.ReadAllBytesAsync(Path.Combine(samples, "campaign.json")), StoredJson.Options)!;
        var units = JsonSerializer.Deserialize<IReadOnlyList<Unit>>(await File.ReadAllBytesAsync(Path.Combine(samples, "units.json")), StoredJson.Options)!;
        var policy = JsonSerializer.Deserialize<PatrolPolicy>(await File.ReadAllBytesAsync(Path.Combine(samples, "policy-v1.json")), StoredJson.Options)!;
        var audit = new AuditEntry(campaign.Start.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), "test", "set-up", "crash-test");
        var campaigns = Enumerable.Range(0, districts).Select(i => districts == 1 ? campaign : campaign with { District = $"{520100 + i}" }).ToList();
        foreach (var each in campaigns)
        {
            await store.PutAsync(each, null, audit);
            await store.PutUnitsAsync(each.District, districts == 1 && webhook is null ? units : [.. units.Take(2)], audit);
            await store.PutConfigurationAsync(each.District, PatrolStore.PolicyKind, 1, policy, audit);
        }

        foreach (var unit in webhook is null ? [] : units.Take(2))
        {
            await services.GetRequiredService<ChannelStore>().PutAsync(campaign.District, unit.Code, [new DeliveryChannel { Id = "duty", Kind = ChannelKind.Webhook, Url = $"{webhook}/{unit.Code}" }], audit, default);
        }

        return campaigns;
    }

    private static async Task<bool> AnyOutboxRowAsync(IServiceProvider services, IReadOnlyList<Campaign> campaigns)
    {
        var tables = services.GetRequiredService<FeatureTables>();
        var partitions = campaigns.Select(campaign => (PatrolFeature.Table, campaign.Partition)).Append((ClockFeature.Intake, "2026-12-15"));
        foreach (var (table, partition) in partitions)
        {
            await foreach (var _ in tables[table].PrefixAsync<OutboxRow>(partition, OutboxRow.KeyPrefix, default)) return true;
        }

        return false;
    }
}
