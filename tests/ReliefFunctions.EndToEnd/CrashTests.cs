using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>LocalHost in a process of its own, killed by SIGKILL in the middle of the fan-out; Azurite runs outside of it.</summary>
public sealed class CrashTests
{
    /// <summary>The countdown begins with the call that commits the cold wave's first order; what follows is sending, expanding and publishing it.</summary>
    private const string FirstOrder = "P|000002";

    [Theory]
    [InlineData(1, "Before")]
    [InlineData(1, "After")]
    [InlineData(4, "Before")]
    [InlineData(7, "After")]
    public async Task A_host_killed_in_the_middle_of_the_fan_out_completes_it_when_started_again(int countdown, string where)
    {
        var options = await Storage.OptionsAsync();
        var folder = Directory.CreateTempSubdirectory("crash-").FullName;
        var killed = await DemoInItsOwnProcessAsync(options, folder, ["CRASH_ARMED_BY=" + FirstOrder, $"CRASH_COUNTDOWN={countdown}", "CRASH_WHERE=" + where]);
        Assert.Equal(ChildProcess.Killed, killed.ExitCode);

        var completed = await DemoInItsOwnProcessAsync(options, folder, []);
        Assert.True(completed.ExitCode == 0, completed.Output + completed.Errors);

        await using var app = await LocalApp.StartAsync(options with { Clock = new DateTimeOffset(2027, 1, 20, 0, 0, 0, TimeSpan.Zero) }, _ => { });
        var season = await LocalHost.Demo.SampleSeason.LoadAsync(app, options with { Data = Path.Combine(folder, "data") }, default);
        foreach (var unit in season.Units)
        {
            using var client = season.Client(app, Role.UnitReporter, unit.Code);
            var inbox = (await client.GetAsync($"{season.CampaignAddress}/units/{unit.Code}/inbox", default))["notices"]!.AsArray();
            Assert.Equal([1, 2, 3, 4, 5, 6], inbox.Select(line => line!["notice"]!["revision"]!.GetValue<int>()).Order());
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Task<ChildProcess.Result> DemoInItsOwnProcessAsync(LocalOptions options, string folder, string[] crash) =>
        ChildProcess.RunAsync(options, ["demo", "--data", Path.Combine(folder, "data"), "--out", Path.Combine(folder, "out")], crash);
}
