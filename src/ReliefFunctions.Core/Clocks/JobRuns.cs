using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NCrontab;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Clocks;

/// <summary>How a job's last run went; row <c>J|{name}</c> of the intake's operator partition.</summary>
/// <param name="At">When it began, UTC; runs that went as the one before are kept once in <see cref="JobRuns.UntoldFor"/>.</param>
/// <param name="Ended">When it ended, UTC.</param>
/// <param name="Failed">Whether it failed, for one campaign at least.</param>
/// <param name="FailedAt">When a run failed last, UTC; null when none ever did.</param>
/// <param name="Failure">Why, without what anybody wrote.</param>
public sealed record JobRun(DateTimeOffset At, DateTimeOffset Ended, bool Failed, DateTimeOffset? FailedAt, string? Failure);

/// <summary>
/// Runs jobs for both hosts and keeps how it went, so that a clock that stands still or fails is seen by whoever looks. What changed is kept at once: the
/// first run of a process, a failure, another failure, the recovery. What goes on is kept once in <see cref="UntoldFor"/>, because most clocks run each
/// minute and almost every run is like the one before.
/// </summary>
public sealed partial class JobRuns(FeatureTables tables, TimeProvider clock, ILogger<JobRuns> log)
{
    /// <summary>For how long a run that went as the one before may stay untold.</summary>
    public static readonly TimeSpan UntoldFor = TimeSpan.FromMinutes(3);

    private const string Partition = ClockFeature.OperatorPartition;
    private const int LongestFailure = 300, MostFailures = 3;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _failures = new();

    /// <summary>What this process kept last; another host's runs are seen when it keeps again.</summary>
    private readonly ConcurrentDictionary<string, JobRun> _kept = new();

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>Runs a job; its failure is the caller's, as without.</summary>
    public async Task RunAsync(IScheduledJob job, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(job);
        var began = clock.GetUtcNow();
        try
        {
            await job.RunAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Failed(job.Name, "", e);
            throw;
        }
        finally
        {
            if (!ct.IsCancellationRequested) await KeepAsync(job.Name, began, ct);
        }
    }

    /// <summary>Tells that a job failed for a campaign and went on with the others.</summary>
    public void Failed(string job, string campaign, Exception e)
    {
        var failures = _failures.GetOrAdd(job, _ => new ConcurrentQueue<string>());
        if (failures.Count < MostFailures) failures.Enqueue($"{campaign} {Unquoted.Of(e).Message}".Trim());
    }

    /// <summary>How each job stands.</summary>
    public async Task<IReadOnlyList<JobMeasures>> OfAsync(IEnumerable<IScheduledJob> jobs, DateTimeOffset now, CancellationToken ct)
    {
        var runs = new Dictionary<string, JobRun>(StringComparer.Ordinal);
        await foreach (var row in Table.PrefixAsync<JobRun>(Partition, "J|", ct)) runs[row.RowKey[2..]] = row.Value;
        return [.. jobs.OrderBy(job => job.Name, StringComparer.Ordinal).Select(job => JobMeasures.Of(job, runs.GetValueOrDefault(job.Name), now))];
    }

    private async Task KeepAsync(string job, DateTimeOffset began, CancellationToken ct)
    {
        _failures.TryRemove(job, out var failures);
        var said = failures is null ? null : string.Join("；", failures.Order(StringComparer.Ordinal));
        if (said?.Length > LongestFailure) said = said[..LongestFailure];
        if (_kept.TryGetValue(job, out var kept) && (kept.Failed ? kept.Failure : null) == said && (began - kept.At).Duration() < UntoldFor) return;
        try
        {
            var before = (await Table.GetAsync<JobRun>(Partition, $"J|{job}", ct))?.Value;
            var ended = clock.GetUtcNow();
            var run = said is null ? new JobRun(began, ended, false, before?.FailedAt, before?.Failure)
                : new JobRun(began, ended, true, ended, said);
            await Table.CommitAsync(new Transaction(Partition).Upsert($"J|{job}", run), ct);
            _kept[job] = run;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotKept(log, job, Unquoted.Of(e));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How {Job} went could not be kept.")]
    private static partial void NotKept(ILogger log, string job, Exception e);
}

/// <summary>How a clock stands.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Schedule">NCrontab with six fields, UTC.</param>
/// <param name="LastRun">
/// The last run that was told, UTC; null when there was none. A run that went as the one before is told after <see cref="JobRuns.UntoldFor"/> at the
/// latest: a clock that runs rarer tells each of its runs, one that runs each minute was last at work up to so much, and a minute, later than this.
/// </param>
/// <param name="TookMs">How long that took, in milliseconds.</param>
/// <param name="NextDue">When the next run that must be told was or is due, UTC.</param>
/// <param name="LagSeconds">By how much that has passed; 0 when it has not.</param>
/// <param name="Late">
/// Whether that run, and by its schedule the one after it, has not been told, a minute allowed for it to end: of a clock that runs each minute within six
/// minutes of its last run.
/// </param>
/// <param name="Failed">Whether the last run failed, for one campaign at least.</param>
/// <param name="FailedAt">When one failed last, UTC; null when none ever did.</param>
/// <param name="Failure">Why.</param>
public sealed record JobMeasures(string Name, string Schedule, DateTimeOffset? LastRun, long? TookMs, DateTimeOffset NextDue, int LagSeconds, bool Late,
    bool Failed, DateTimeOffset? FailedAt, string? Failure)
{
    /// <summary>A run takes its time, and timers are not to the second.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    internal static JobMeasures Of(IScheduledJob job, JobRun? run, DateTimeOffset now)
    {
        var schedule = CrontabSchedule.Parse(job.Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        DateTimeOffset After(DateTimeOffset at) => new(schedule.GetNextOccurrence(at.UtcDateTime), TimeSpan.Zero);
        var due = After(run is null ? now : run.At + JobRuns.UntoldFor);
        return new JobMeasures(job.Name, job.Schedule, run?.At, run is null ? null : (long)(run.Ended - run.At).TotalMilliseconds, due,
            (int)Math.Max(0, Math.Min(int.MaxValue, (now - due).TotalSeconds)), now > After(due) + Slack, run?.Failed ?? false, run?.FailedAt, run?.Failure);
    }
}
