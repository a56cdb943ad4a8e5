using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>
/// One alert from its arrival to the last inbox, dying at each storage call on the way: the calls are counted in a run that lives,
/// and then every one of them is the last of a process. What the next process finds and does must come to the same inboxes.
/// </summary>
public sealed class ColdWaveCrashTests
{
    /// <summary>Stands in the payload, whose storing is the intake's first writing call.</summary>
    private const string Payload = "CRASH_ARMED_BY=202612151000000000000001";

    /// <summary>A death before a call leaves what one after the call before it left; so the first call alone is died before.</summary>
    [Fact]
    public async Task No_death_at_any_storage_call_loses_a_notice_or_doubles_one()
    {
        var lives = await ColdWaveAsync(await Storage.OptionsAsync(), 0, [Payload]);
        Assert.Equal(0, lives.ExitCode);
        var calls = JsonNode.Parse(lives.Output)!["calls"]!.GetValue<int>();
        Assert.InRange(calls, 10, 200);

        var faults = new ConcurrentBag<string>();
        var died = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, calls + 1), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (countdown, _) =>
        {
            var options = await Storage.OptionsAsync();
            var where = countdown == 0 ? "Before" : "After";
            var last = await ColdWaveAsync(options, 0, [Payload, $"CRASH_COUNTDOWN={Math.Max(1, countdown)}", "CRASH_WHERE=" + where]);
            if (last.ExitCode == ChildProcess.Killed)
            {
                Interlocked.Increment(ref died);
                last = await ColdWaveAsync(options, minutes: 5, []);
            }

            if (last.ExitCode != 0 || !OneNoticeEach(last.Output)) faults.Add($"{where} call {countdown}: exit {last.ExitCode}, {last.Output}{last.Errors}");
        });
        Assert.Empty(faults);

        // The last few calls may come or not, by chance of timing; all others must have killed.
        Assert.InRange(died, calls - 10, calls + 1);
    }

    [Fact]
    public async Task An_alert_for_a_province_whose_process_dies_half_way_reaches_all_hundred_districts_once()
    {
        var options = await Storage.OptionsAsync();
        var killed = await ColdWaveAsync(options, 0, [Payload, "CRASH_COUNTDOWN=150", "CRASH_WHERE=After"], districts: 100);
        Assert.Equal(ChildProcess.Killed, killed.ExitCode);
        var completed = await ColdWaveAsync(options, minutes: 5, [], districts: 100);
        Assert.True(completed.ExitCode == 0 && OneNoticeEach(completed.Output), completed.Output + completed.Errors);
        Assert.Equal(200, JsonNode.Parse(completed.Output)!["inboxes"]!.AsObject().Count);
    }

    private static bool OneNoticeEach(string output) =>
        JsonNode.Parse(output)!["inboxes"]!.AsObject().All(inbox => inbox.Value!.AsArray().Select(revision => revision!.GetValue<int>()).SequenceEqual([1]));

    private static Task<ChildProcess.Result> ColdWaveAsync(LocalOptions options, int minutes, string[] crash, int districts = 1) =>
        ChildProcess.RunAsync(options, ["cold-wave", "--samples", options.Samples, "--clock", $"{minutes}", "--districts", $"{districts}"], crash);
}
