using System.Text;
using System.Text.Json;
using LocalServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.CrashHost;

/// <summary>
/// A death reported from a phone until it lies in the inboxes of office, leader on duty, leading group and city and their webhooks have heard of it, for tests
/// that let this process die at each of its calls. The phone sends the same again in every run, as a phone without an answer does. Prints calls, incidents, versions and inboxes as JSON.
/// </summary>
internal static class IncidentRun
{
    /// <summary>Stands in what the phone sends, and so in the first writing call.</summary>
    private const string Report = """{"what":"桥下发现一人已无生命体征","where":"CRASH-PLACE","howMany":1,"foundAt":"2026-12-16T21:05:00+08:00","details":{"dead":1}}""";

    /// <summary>
    /// Settings: Storage:*, <c>samples</c>, <c>clock</c> (minutes after the report that this run begins), <c>webhook</c> (address under which each of the four
    /// has a channel).
    /// </summary>
    public static async Task<int> RunAsync(IConfiguration settings, Crash crash, Action<IServiceCollection> mortal, TextWriter output)
    {
        var samples = settings["samples"]!;
        var clock = AdjustableClock.StartingAt(new DateTimeOffset(2026, 12, 16, 21, 20, 0, TimeSpan.FromHours(8)).AddMinutes(settings.GetValue("clock", 0)));
        await using var broker = await Broker.StartAsync(BrokerConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "entities.json")), new BrokerOptions { Port = 0 });
        var services = new ServiceCollection().AddSingleton(settings).AddSingleton<TimeProvider>(clock).AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error));
        services.AddReliefFunctions(settings).AddServiceBus(broker.ConnectionString);
        await using var looker = services.BuildServiceProvider();
        await looker.PrepareStorageAsync();
        var store = looker.GetRequiredService<CampaignStore>();
        var campaign = JsonSerializer.Deserialize<Campaign>(await File.ReadAllBytesAsync(Path.Combine(samples, "campaign.json")), StoredJson.Options)!;
        var units = JsonSerializer.Deserialize<IReadOnlyList<Unit>>(await File.ReadAllBytesAsync(Path.Combine(samples, "units.json")), StoredJson.Options)!;
        var audit = new AuditEntry(clock.GetUtcNow(), "test", "set-up", "crash-test");
        await store.PutAsync(campaign, null, audit);
        await store.PutUnitsAsync(campaign.District, units, audit);
        foreach (var (district, to, name, role) in new[] { ("520111", "office", "office", null), ("520111", "office", "duty", "带班领导"), ("520111", "leader", "leader", null), ("5201", "office", "city", (string?)null) })
        {
            var (channels, known) = (looker.GetRequiredService<ChannelStore>(), await looker.GetRequiredService<ChannelStore>().OfUnitAsync(district, to, default));
            if (known.All(channel => channel.Id != name)) await channels.PutAsync(district, to, [.. known, new DeliveryChannel { Id = name, Kind = ChannelKind.Webhook, Url = $"{settings["webhook"]}/{name}", Role = role }], audit, default);
        }

        var (key, _) = await looker.GetRequiredService<AccessKeys>().CreateAsync("青岩镇", Role.UnitReporter, campaign.District, "520111101", "test");

        // Only what the product does counts towards its death, not what the test sets up and looks at.
        mortal(services);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<ServiceBusReceiving>().StartAsync(default);
        var status = await PostAsync(provider, $"/api/v1/campaigns/{campaign.District}/{campaign.Season}/units/520111101/incidents", key);
        var sweeper = provider.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job);
        var (incidents, tables) = (looker.GetRequiredService<IncidentStore>(), looker.GetRequiredService<FeatureTables>());
        var delivery = provider.GetRequiredService<DeliveryService>();
        IReadOnlyList<IncidentNotice> notices = [];
        var (waits, delivered) = (true, 0);
        for (var look = 0; look < 150 && (notices.Count < 4 || delivered < 4 || waits); look++)
        {
            await Task.Delay(30);
            notices = await incidents.NoticesAsync(campaign, null, default);
            waits = await tables[IncidentFeature.Table].PrefixAsync<OutboxRow>(campaign.Partition, OutboxRow.KeyPrefix).AnyAsync();
            delivered = 0;
            foreach (var place in new[] { campaign, campaign.Areas().First() })
            {
                delivered += await tables[PatrolFeature.Table].PrefixAsync<DeliveryEntry>(place.Partition, "D|").CountAsync(row => row.Value.State == DeliveryState.Delivered);
            }

            if (look % 20 != 4) continue;

            // A webhook is held for two minutes by whoever calls it: they must not pass while it does.
            if (look % 60 == 44) clock.MoveTo(clock.GetUtcNow().AddMinutes(1));
            await sweeper.RunAsync(default);
            foreach (var place in new[] { campaign, campaign.Areas().First() }) await delivery.RunAsync(place, default);
        }

        var rows = await incidents.AllAsync(campaign, default);
        var city = await tables[IncidentFeature.Table].PrefixAsync<JsonElement>("5201|" + campaign.Season, "I|").CountAsync();
        await output.WriteLineAsync(JsonSerializer.Serialize(new
        {
            calls = crash.Calls,
            status,
            incidents = rows.Count,
            versions = rows.Sum(row => row.Version),
            inboxes = notices.Select(notice => notice.Receiver).Order(),
            city,
        }));
        return !waits && notices.Count == 4 && delivered == 4 ? 0 : 3;
    }

    private static async Task<int> PostAsync(IServiceProvider services, string path, string key)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        http.Request.Method = "POST";
        http.Request.Path = path;
        http.Request.Headers.Authorization = "Bearer " + key;
        http.Request.ContentType = "application/json";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(Report));
        http.Response.Body = new MemoryStream();
        await (await services.GetRequiredService<Api>().RunAsync(http)).ExecuteAsync(http);
        return http.Response.StatusCode;
    }
}
