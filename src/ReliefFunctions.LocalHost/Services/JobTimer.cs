using NCrontab;
using ReliefFunctions.Core.Clocks;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>Runs the scheduled jobs by the schedules that the function app's timers have. A job never runs beside itself.</summary>
public sealed partial class JobTimer(IEnumerable<IScheduledJob> jobs, JobRuns runs, ILogger<JobTimer> log) : BackgroundService
{
    private readonly IReadOnlyList<(IScheduledJob Job, SemaphoreSlim Turn)> _jobs = [.. jobs.Select(job => (job, new SemaphoreSlim(1, 1)))];

    /// <summary>Runs every job once, now: after the clock was moved.</summary>
    public async Task RunAllAsync(CancellationToken ct)
    {
        foreach (var (job, turn) in _jobs) await RunAsync(job, turn, ct);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_jobs.Select(entry => LoopAsync(entry.Job, entry.Turn, stoppingToken)));

    private async Task LoopAsync(IScheduledJob job, SemaphoreSlim turn, CancellationToken ct)
    {
        var schedule = CrontabSchedule.Parse(job.Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        while (!ct.IsCancellationRequested)
        {
            var now = DateTime.UtcNow;
            await Task.Delay(schedule.GetNextOccurrence(now) - now, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested) await RunAsync(job, turn, ct);
        }
    }

    private async Task RunAsync(IScheduledJob job, SemaphoreSlim turn, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await runs.RunAsync(job, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Failed(log, job.Name, e);
        }
        finally
        {
            turn.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed; its next run catches up.")]
    private static partial void Failed(ILogger log, string job, Exception e);
}
