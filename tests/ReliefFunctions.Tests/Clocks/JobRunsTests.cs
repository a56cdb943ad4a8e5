using Microsoft.Extensions.Logging.Abstractions;
using NCrontab;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Clocks;

/// <summary>A clock that stands still is seen, one that runs is never called late, and runs like the one before cost no storage.</summary>
public class JobRunsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    /// <summary>A schedule, how many of thirty runs in a row are written at the most, and after how many minutes of standing still it is late.</summary>
    [Theory]
    [InlineData("*/10 * * * * *", 4, 6)]
    [InlineData("30 * * * * *", 11, 6)]
    [InlineData("0 */2 * * * *", 16, 9)]
    [InlineData("50 */5 * * * *", 30, 12)]
    [InlineData("0 */10 * * * *", 30, 22)]
    [InlineData("40 17 * * * *", 30, 122)]
    [InlineData("0 0,1 * * * *", 30, 122)]
    public async Task It_is_in_time_while_it_runs_and_late_when_it_stands_still(string timing, int mostWritten, int lateAfter)
    {
        var world = await azurite.WorldAsync(Start);
        var (runs, job, random) = (world.Get<JobRuns>(), new Job(timing), new Random(7));
        var schedule = CrontabSchedule.Parse(timing, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        var written = new HashSet<DateTimeOffset?>();
        for (var i = 0; i < 30; i++)
        {
            var next = schedule.GetNextOccurrence(world.Clock.GetUtcNow().UtcDateTime) + TimeSpan.FromMilliseconds(random.Next(2000));
            Assert.False((await OfAsync(runs, job, next)).Late);
            world.Clock.SetUtcNow(next);
            await runs.RunAsync(job, CancellationToken.None);
            written.Add((await OfAsync(runs, job, next)).LastRun);
        }

        Assert.InRange(written.Count, 1, mostWritten);
        var late = await OfAsync(runs, job, world.Clock.GetUtcNow().AddMinutes(lateAfter));
        Assert.True(late is { Late: true, LagSeconds: > 0 }, $"{late}");
    }

    [Fact]
    public async Task A_failure_another_one_and_the_recovery_are_told_at_once()
    {
        var world = await azurite.WorldAsync(Start);
        var (runs, job) = (world.Get<JobRuns>(), new Job("0 * * * * *"));
        foreach (var (failing, told) in new (string?, bool)[]
        {
            (null, true), (null, false), ("520111|2026-2027", true), ("520111|2026-2027", false), ("520112|2026-2027", true), (null, true), (null, false),
        })
        {
            world.Clock.Advance(TimeSpan.FromSeconds(20));
            job.Fails = () =>
            {
                if (failing is not null) runs.Failed(job.Name, failing, new TimeoutException());
            };
            await runs.RunAsync(job, CancellationToken.None);
            var measured = await OfAsync(runs, job, world.Clock.GetUtcNow());
            Assert.Equal(told, measured.LastRun == world.Clock.GetUtcNow());
            Assert.Equal(failing is not null, measured.Failed);
            if (failing is not null) Assert.StartsWith(failing, measured.Failure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_failure_that_goes_on_is_told_again_and_again()
    {
        var world = await azurite.WorldAsync(Start);
        var (runs, job) = (world.Get<JobRuns>(), new Job("0 * * * * *") { Fails = () => throw new TimeoutException() });
        for (var minute = 0; minute < 12; minute++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await Assert.ThrowsAsync<TimeoutException>(() => runs.RunAsync(job, CancellationToken.None));
            var measured = await OfAsync(runs, job, world.Clock.GetUtcNow());
            Assert.True(measured is { Failed: true, Late: false } && world.Clock.GetUtcNow() - measured.FailedAt < JobRuns.UntoldFor, $"{measured}");
        }
    }

    [Fact]
    public async Task A_host_that_starts_tells_its_first_run_and_two_hosts_are_one_clock()
    {
        var world = await azurite.WorldAsync(Start);
        var job = new Job("0 * * * * *");
        JobRuns Host() => new(world.Get<FeatureTables>(), world.Clock, NullLogger<JobRuns>.Instance);
        var hosts = new[] { Host(), Host() };
        for (var i = 0; i < 20; i++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));

            // The first one works alone, then the second one does.
            await hosts[i < 10 ? 0 : 1].RunAsync(job, CancellationToken.None);
            Assert.False((await OfAsync(hosts[0], job, world.Clock.GetUtcNow())).Late);
        }

        await Host().RunAsync(job, CancellationToken.None);
        Assert.Equal(world.Clock.GetUtcNow(), (await OfAsync(hosts[0], job, world.Clock.GetUtcNow())).LastRun);

        // A clock that was moved, either way, does not hide a run.
        foreach (var moved in new[] { TimeSpan.FromDays(3), TimeSpan.FromMinutes(-10) })
        {
            var host = Host();
            await host.RunAsync(job, CancellationToken.None);
            world.Clock.AdjustTime(world.Clock.GetUtcNow() + moved);
            await host.RunAsync(job, CancellationToken.None);
            Assert.Equal(world.Clock.GetUtcNow(), (await OfAsync(hosts[0], job, world.Clock.GetUtcNow())).LastRun);
        }
    }

    private static async Task<JobMeasures> OfAsync(JobRuns runs, Job job, DateTimeOffset now) =>
        Assert.Single(await runs.OfAsync([job], now, CancellationToken.None));

    private sealed class Job(string timing) : IScheduledJob
    {
        public Action Fails { get; set; } = () => { };

        public string Name => "TestClock";

        public string Schedule => timing;

        public Task RunAsync(CancellationToken ct)
        {
            Fails();
            return Task.CompletedTask;
        }
    }
}
