using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>
/// One death, from the phone to the last inbox, dying at each call on the way: the calls are counted in a run that lives, then each of them is the last of
/// a process. The phone sends again, and the next process must come to the same.
/// </summary>
public sealed class IncidentCrashTests
{
    private const string Armed = "CRASH_ARMED_BY=CRASH-PLACE";

    /// <summary>A death before a call leaves what one after the call before it left; so the first call alone is died before.</summary>
    [Fact]
    public async Task No_death_at_any_call_loses_an_incident_or_tells_an_inbox_twice()
    {
        var lives = await RunAsync(await Storage.OptionsAsync(), 0, [Armed]);
        Assert.True(lives.ExitCode == 0 && IsWhole(lives.Output), lives.Output + lives.Errors);
        var calls = JsonNode.Parse(lives.Output)!["calls"]!.GetValue<int>();
        Assert.InRange(calls, 6, 100);
        var faults = new ConcurrentBag<string>();
        var died = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, calls + 1), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (countdown, _) =>
        {
            var options = await Storage.OptionsAsync();
            var where = countdown == 0 ? "Before" : "After";
            var last = await RunAsync(options, 0, [Armed, $"CRASH_COUNTDOWN={Math.Max(1, countdown)}", "CRASH_WHERE=" + where]);
            if (last.ExitCode == ChildProcess.Killed)
            {
                Interlocked.Increment(ref died);
                last = await RunAsync(options, minutes: 5, []);
            }

            if (last.ExitCode != 0 || !IsWhole(last.Output)) faults.Add($"{where} call {countdown}: exit {last.ExitCode}, {last.Output}{last.Errors}");
        });
        Assert.Empty(faults);

        // The last few calls may come or not, by chance of timing; all others must have killed.
        Assert.InRange(died, calls - 6, calls + 1);
    }

    private static bool IsWhole(string output)
    {
        var said = JsonNode.Parse(output)!;
        return said["incidents"]!.GetValue<int>() == 1 && said["versions"]!.GetValue<int>() == 1 && said["city"]!.GetValue<int>() == 1
            && said["inboxes"]!.AsArray().Select(each => (string)each!).SequenceEqual(["above", "duty", "leader", "office"]);
    }

    private static Task<ChildProcess.Result> RunAsync(LocalOptions options, int minutes, string[] crash) =>
        ChildProcess.RunAsync(options, ["incident", "--samples", options.Samples, "--clock", $"{minutes}"], crash);
}
