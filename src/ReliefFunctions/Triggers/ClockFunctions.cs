using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Weather.Feeds;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Triggers;

/// <summary>One line per scheduled job. Timers are UTC; what is due when is computed in Core in the campaign's zone.</summary>
public sealed class ClockFunctions(IEnumerable<IScheduledJob> jobs)
{
    private readonly Dictionary<string, IScheduledJob> _jobs = jobs.ToDictionary(job => job.Name);

    [Function(FeedClock.Job)]
    public Task Feeds([TimerTrigger(FeedClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[FeedClock.Job].RunAsync(ct);

    [Function(PatrolClock.Job)]
    public Task Patrols([TimerTrigger(PatrolClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[PatrolClock.Job].RunAsync(ct);

    [Function(ReportClock.Job)]
    public Task Reports([TimerTrigger(ReportClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[ReportClock.Job].RunAsync(ct);

    [Function(SummaryClock.Job)]
    public Task Summaries([TimerTrigger(SummaryClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[SummaryClock.Job].RunAsync(ct);

    [Function(SweeperClock.Job)]
    public Task Sweeper([TimerTrigger(SweeperClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[SweeperClock.Job].RunAsync(ct);

    [Function(MeasureClock.Job)]
    public Task Measures([TimerTrigger(MeasureClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[MeasureClock.Job].RunAsync(ct);

    [Function(DeadLetterClock.Job)]
    public Task DeadLetters([TimerTrigger(DeadLetterClock.Timing)] TimerInfo timer, CancellationToken ct) => _jobs[DeadLetterClock.Job].RunAsync(ct);
}
