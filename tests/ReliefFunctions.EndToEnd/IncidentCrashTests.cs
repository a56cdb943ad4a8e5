using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>
/// One death, from the phone to the last inbox and the last webhook, dying at calls on the way to storage, bus and webhook: the calls are counted in a run that
/// lives, then every fifth of them (each with <c>CRASH_STEP=1</c>) is the last of a process. The phone sends again, and the next process must come to the same.
/// </summary>
public sealed class IncidentCrashTests
{
    private const string Armed = "CRASH_ARMED_BY=CRASH-PLACE", NoBus = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=none;SharedAccessKey=none;UseDevelopmentEmulator=true";
    private static readonly string[] Channels = ["city", "duty", "leader", "office"];

    /// <summary>A death before a call leaves what one after the call before it left; so the first call alone is died before.</summary>
    [Fact]
    public async Task No_death_at_any_call_loses_an_incident_or_tells_an_inbox_twice_or_a_webhook_outside_of_the_one_gap()
    {
        await using var receiver = await PostCounter.StartAsync();
        var lives = await RunAsync(await Storage.OptionsAsync(), 0, receiver.Address + "/calm", [Armed]);
        Assert.True(lives.ExitCode == 0 && IsWhole(lives.Output), lives.Output + lives.Errors);
        Assert.Equal(Channels, receiver.Under("/calm").Where(channel => channel.Value == 1).Select(channel => channel.Key).Order(StringComparer.Ordinal));
        var calls = JsonNode.Parse(lives.Output)!["calls"]!.GetValue<int>();
        Assert.InRange(calls, 20, 200);
        var step = int.TryParse(Environment.GetEnvironmentVariable("CRASH_STEP"), CultureInfo.InvariantCulture, out var said) ? said : 5;
        var countdowns = Enumerable.Range(0, calls + 1).Where(countdown => countdown % step == 0).ToList();
        var faults = new ConcurrentBag<string>();
        var died = 0;
        await Parallel.ForEachAsync(countdowns, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (countdown, _) =>
        {
            var (options, path, where) = (await Storage.OptionsAsync(), $"/{countdown}", countdown == 0 ? "Before" : "After");
            var last = await RunAsync(options, 0, receiver.Address + path, [Armed, $"CRASH_COUNTDOWN={Math.Max(1, countdown)}", "CRASH_WHERE=" + where]);
            HashSet<string> inGap = [];
            if (last.ExitCode == ChildProcess.Killed)
            {
                Interlocked.Increment(ref died);
                var recorded = await RecordedAsync(options);
                inGap = receiver.Under(path).Keys.Where(channel => !recorded.Contains(channel)).ToHashSet();
                last = await RunAsync(options, minutes: 5, receiver.Address + path, []);
            }

            var heard = receiver.Under(path);
            var told = heard.Count == Channels.Length && heard.All(channel => channel.Value == (inGap.Contains(channel.Key) ? 2 : 1));
            if (last.ExitCode != 0 || !IsWhole(last.Output) || !told) faults.Add($"{where} call {countdown}: exit {last.ExitCode}, {string.Join(' ', heard)}, in the gap {string.Join(',', inGap)}, {last.Output}{last.Errors}");
        });
        Assert.Empty(faults);

        // The last few calls may come or not, by chance of timing; all others must have killed.
        Assert.InRange(died, countdowns.Count - (12 / step), countdowns.Count);
    }

    private static bool IsWhole(string output)
    {
        var said = JsonNode.Parse(output)!;
        return said["incidents"]!.GetValue<int>() == 1 && said["versions"]!.GetValue<int>() == 1 && said["city"]!.GetValue<int>() == 1
            && said["inboxes"]!.AsArray().Select(each => (string)each!).SequenceEqual(["above", "duty", "leader", "office"]);
    }

    /// <summary>The channels whose delivery stands as delivered in storage.</summary>
    private static async Task<HashSet<string>> RecordedAsync(LocalOptions options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = options.StorageConnectionString, ["Storage:Prefix"] = options.StoragePrefix }).Build();
        await using var services = new ServiceCollection().AddLogging().AddReliefFunctions(configuration).AddServiceBus(NoBus).BuildServiceProvider();
        var table = services.GetRequiredService<FeatureTables>()[PatrolFeature.Table];
        var found = new HashSet<string>();
        foreach (var partition in new[] { "520111|2026-2027", "5201|2026-2027" })
        {
            await foreach (var row in table.PrefixAsync<DeliveryEntry>(partition, "D|")) if (row.Value.State == DeliveryState.Delivered) found.Add(row.Value.Channel);
        }

        return found;
    }

    private static Task<ChildProcess.Result> RunAsync(LocalOptions options, int minutes, string webhook, string[] crash) =>
        ChildProcess.RunAsync(options, ["incident", "--samples", options.Samples, "--clock", $"{minutes}", "--webhook", webhook, "--Delivery:AllowLoopback", "true"], crash);
}
