using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>
/// From the order's commit to the last webhook, dying at each call to storage, bus and webhook on the way. The receiver is a web server that lives on.
/// Every message arrives; repeated are only those that had arrived and were not yet recorded when the process died.
/// </summary>
public sealed class WebhookCrashTests
{
    private const string NoBus = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=none;SharedAccessKey=none;UseDevelopmentEmulator=true";
    private const string Order = "CRASH_ARMED_BY=P|000001";

    /// <summary>A death before a call leaves what one after the call before it left; so the first call alone is died before.</summary>
    [Fact]
    public async Task No_death_at_any_call_loses_a_webhook_or_repeats_one_outside_of_the_one_gap()
    {
        await using var receiver = await PostCounter.StartAsync();
        var calm = receiver.Address + "/calm";
        var lives = await ColdWaveAsync(await Storage.OptionsAsync(), 0, calm, [Order]);
        Assert.True(lives.ExitCode == 0, lives.Output + lives.Errors);
        Assert.Equal([1, 1], receiver.Under("/calm").Values);

        // How often the sweeper looks before all is done is chance, and so is the number of calls: the countdown grows until several runs in a row live.
        var faults = new ConcurrentBag<string>();
        var (died, repeated, countdowns, livesInARow) = (0, 0, -1, 0);
        async Task DieAsync(int countdown)
        {
            var options = await Storage.OptionsAsync();
            var where = countdown == 0 ? "Before" : "After";
            var (path, told) = ($"/{where}-{countdown}", "");
            var last = await ColdWaveAsync(options, 0, receiver.Address + path, [Order, $"CRASH_COUNTDOWN={Math.Max(1, countdown)}", "CRASH_WHERE=" + where]);
            HashSet<string> inGap = [];
            if (last.ExitCode == ChildProcess.Killed)
            {
                Interlocked.Increment(ref died);
                Interlocked.Exchange(ref livesInARow, 0);
                var recorded = await RecordedAsync(options);
                inGap = receiver.Under(path).Keys.Where(unit => !recorded.Contains(unit)).ToHashSet();
                told = $"in the gap: {string.Join(',', inGap)}";
                last = await ColdWaveAsync(options, minutes: 5, receiver.Address + path, []);
            }
            else
            {
                Interlocked.Increment(ref livesInARow);
            }

            var counts = receiver.Under(path);
            Interlocked.Add(ref repeated, counts.Values.Sum() - counts.Count);
            if (last.ExitCode != 0 || counts.Count != 2 || counts.Any(pair => pair.Value != (inGap.Contains(pair.Key) ? 2 : 1)))
            {
                faults.Add($"{where} call {countdown}: exit {last.ExitCode}, {string.Join(' ', counts)}, {told}, {last.Output}{last.Errors}");
            }
        }

        async Task WorkAsync()
        {
            while (Volatile.Read(ref livesInARow) < 4 && Interlocked.Increment(ref countdowns) is <= 200 and var countdown) await DieAsync(countdown);
        }

        await Task.WhenAll(WorkAsync(), WorkAsync());
        Assert.True(faults.IsEmpty, string.Join("\n", faults));
        Assert.InRange(died, 20, 199);
        Assert.InRange(repeated, 1, died);
    }

    /// <summary>The units whose delivery stands as delivered in storage.</summary>
    private static async Task<HashSet<string>> RecordedAsync(LocalOptions options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = options.StorageConnectionString, ["Storage:Prefix"] = options.StoragePrefix }).Build();
        await using var services = new ServiceCollection().AddLogging().AddReliefFunctions(configuration).AddServiceBus(NoBus).BuildServiceProvider();
        var campaign = await services.GetRequiredService<CampaignStore>().RequireAsync("520111", "2026-2027");
        return (await services.GetRequiredService<DeliveryService>().OfOrderAsync(campaign, 1, default)).Where(entry => entry.State == DeliveryState.Delivered).Select(entry => entry.Unit).ToHashSet();
    }

    private static Task<ChildProcess.Result> ColdWaveAsync(LocalOptions options, int minutes, string webhook, string[] crash) =>
        ChildProcess.RunAsync(options, ["cold-wave", "--samples", options.Samples, "--clock", $"{minutes}", "--webhook", webhook, "--Delivery:AllowLoopback", "true"], crash);
}
