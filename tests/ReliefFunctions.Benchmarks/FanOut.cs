using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using LocalServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// From the first order's commit to the last notice visible in an inbox, on a real Azurite and LocalServiceBus in this machine, against the floor: the same
/// rows written and the same messages sent in the same batches, with nothing read, received or decided.
/// </summary>
internal static class FanOut
{
    /// <summary>Orders decided and floors written side by side: what the bus client handles of one entity.</summary>
    private const int Concurrency = 8;

    private static readonly DateTimeOffset Start = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    /// <summary>Arguments: numbers of units; <c>big</c> puts those after it into one district instead of districts of 17.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var azurite = await AzuriteProcess.StartAsync(location: null, Console.Error.WriteLine);
        Console.WriteLine($"{Environment.ProcessorCount} cores; units, districts: order → last inbox; floor; ratio; per notice");
        await MeasureAsync(azurite.ConnectionString, 340, 17, say: false);
        var size = 17;
        foreach (var argument in arguments)
        {
            if (argument == "big") size = int.MaxValue;
            else await MeasureAsync(azurite.ConnectionString, int.Parse(argument, CultureInfo.InvariantCulture), size, say: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string storage, int units, int size, bool say)
    {
        await using var broker = await Broker.StartAsync(LocalApp.Entities(), new BrokerOptions { Port = 0 });
        var prefix = "b" + Guid.NewGuid().ToString("N")[..12];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = storage, ["Storage:Prefix"] = prefix }).Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(AdjustableClock.StartingAt(Start)).AddReliefFunctions(configuration).AddServiceBus(broker.ConnectionString).BuildServiceProvider();
        await services.PrepareStorageAsync();
        var campaigns = await SetUpAsync(services, units, size);

        var (receiving, patrols) = (services.GetRequiredService<ServiceBusReceiving>(), services.GetRequiredService<PatrolStore>());
        var (watch, left, last) = (new Stopwatch(), campaigns.Count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var dispatch = receiving.Handle;
        receiving.Handle = async (source, message, ct) =>
        {
            var done = await dispatch(source, message, ct);
            if (source == Entities.PatrolOrders && Interlocked.Decrement(ref left) == 0) last.TrySetResult();
            return done;
        };
        await receiving.StartAsync(default);

        await Task.Delay(500);
        watch.Start();
        await Parallel.ForEachAsync(campaigns, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (campaign, ct) => await patrols.DecideAsync(campaign, new PatrolCommand.Tick(), null, ct));
        await last.Task.WaitAsync(TimeSpan.FromMinutes(20));
        var product = watch.Elapsed;

        var orders = await FindAsync(patrols, new TableClient(storage, prefix + PatrolFeature.Table), campaigns, units);
        await receiving.StopAsync(default);
        var floor = await FloorAsync(services.GetRequiredService<FeatureTables>()[ReportFeature.Table], services.GetRequiredService<IMessageSender>(), orders);
        if (say)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{units}, {campaigns.Count}: {product.TotalSeconds:0.00} s; {floor.TotalSeconds:0.00} s; {product / floor:0.00}×; {product.TotalMilliseconds / units:0.00} ms"));
        }
    }

    /// <summary>
    /// The rows and messages that the orders came to; throws unless every unit has its one notice. Read in one walk over the table: Azurite searches the
    /// whole table for each range, and thousands of small ones would take hours.
    /// </summary>
    private static async Task<IReadOnlyList<(PatrolOrder Order, PatrolState State, IReadOnlyList<PatrolNotice> Notices)>> FindAsync(PatrolStore patrols, TableClient table, IReadOnlyList<Campaign> campaigns, int units)
    {
        var inboxes = new List<PatrolNotice>();
        await foreach (var row in table.QueryAsync<TableEntity>("RowKey ge 'U|' and RowKey lt 'U}'")) inboxes.Add(StoredJson.Read<PatrolNotice>(row.GetString("Json0")));
        if (inboxes.Count != units || inboxes.DistinctBy(notice => (notice.District, notice.Unit)).Count() != units) throw new InvalidOperationException($"{inboxes.Count} notices of {units} units.");
        var notices = inboxes.ToLookup(notice => notice.District);
        var found = new ConcurrentBag<(PatrolOrder, PatrolState, IReadOnlyList<PatrolNotice>)>();
        await Parallel.ForEachAsync(campaigns, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (campaign, ct) =>
            found.Add(((await patrols.OrderAsync(campaign, 1, ct))!, await patrols.StateAsync(campaign, ct), [.. notices[campaign.District]])));
        return [.. found];
    }

    /// <summary>The same rows under other keys and the same messages to the same topic, in the product's batches.</summary>
    private static async Task<TimeSpan> FloorAsync(FeatureTable table, IMessageSender sender, IReadOnlyList<(PatrolOrder Order, PatrolState State, IReadOnlyList<PatrolNotice> Notices)> orders)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (each, ct) =>
        {
            var (order, state, notices) = each;
            var partition = order.District;
            await table.CommitAsync(new Transaction(partition).Insert("S", state).Insert("P", order).Insert("O", order.Reason).Insert("A", order.Reason), ct);
            await sender.SendAsync(Entities.SummaryRequests, [Message($"{partition}-order", "{}")], ct);
            foreach (var chunk in notices.Chunk(PatrolOrderHandler.UnitsPerChunk))
            {
                var transaction = new Transaction(partition).Insert($"O{chunk[0].Unit}", chunk);
                foreach (var notice in chunk) transaction.Insert($"N|{notice.Unit}", notice).Insert($"U|{notice.Unit}", notice);
                await table.CommitAsync(transaction, ct);
                await sender.SendAsync(Entities.PatrolNotices, [.. chunk.Select(notice => Message($"{partition}-{notice.Unit}", StoredJson.Write(notice)))], ct);
            }
        });
        return watch.Elapsed;
    }

    /// <summary>Nobody receives any more when these are sent.</summary>
    private static BusMessage Message(string id, string body) => new(id, "floor/1", body, new Dictionary<string, string> { ["schema"] = "floor/1" });

    private static async Task<IReadOnlyList<Campaign>> SetUpAsync(IServiceProvider services, int units, int size)
    {
        var store = services.GetRequiredService<CampaignStore>();
        var policy = Samples.Read<PatrolPolicy>("policy-v1.json");
        var audit = new AuditEntry(Start, "benchmark", "set-up", "fan-out");
        var campaigns = new ConcurrentBag<Campaign>();
        var districts = (units + size - 1L) / size;
        await Parallel.ForEachAsync(Enumerable.Range(0, (int)Math.Max(1, districts)), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (index, ct) =>
        {
            var campaign = Samples.Campaign with { District = (520_000 + index).ToString(CultureInfo.InvariantCulture) };
            await store.PutAsync(campaign, null, audit, ct);
            await store.PutConfigurationAsync(campaign.District, PatrolStore.PolicyKind, 1, policy, audit, ct);
            var own = Enumerable.Range(0, (int)Math.Min(size, units - ((long)index * size))).Select(i => new Unit { Code = $"u{i:D5}", Name = $"第{i}乡", Kind = UnitKind.Township, KeyPoints = ["客运站", "南街桥洞"] });
            foreach (var chunk in own.Chunk(90)) await store.PutUnitsAsync(campaign.District, chunk, audit, ct: ct);
            campaigns.Add(campaign);
        });
        return [.. campaigns];
    }
}
