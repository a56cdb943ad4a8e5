using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Clocks;

namespace ReliefFunctions.Triggers;

/// <summary>One line per scheduled job. Timers are UTC; what is due when is computed in Core in the campaign's zone.</summary>
public sealed class ClockFunctions(IEnumerable<IScheduledJob> jobs)
{
    private readonly Dictionary<string, IScheduledJob> _jobs = jobs.ToDictionary(job => job.Name);

    [Function(Schedules.FeedClock)]
    public Task Feeds([TimerTrigger(Schedules.FeedClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.FeedClock].RunAsync(ct);

    [Function(Schedules.PatrolClock)]
    public Task Patrols([TimerTrigger(Schedules.PatrolClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.PatrolClock].RunAsync(ct);

    [Function(Schedules.ReportClock)]
    public Task Reports([TimerTrigger(Schedules.ReportClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.ReportClock].RunAsync(ct);

    [Function(Schedules.SummaryClock)]
    public Task Summaries([TimerTrigger(Schedules.SummaryClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.SummaryClock].RunAsync(ct);

    [Function(Schedules.SweeperClock)]
    public Task Sweeper([TimerTrigger(Schedules.SweeperClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.SweeperClock].RunAsync(ct);

    [Function(Schedules.MeasureClock)]
    public Task Measures([TimerTrigger(Schedules.MeasureClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.MeasureClock].RunAsync(ct);

    [Function(Schedules.DeadLetterClock)]
    public Task DeadLetters([TimerTrigger(Schedules.DeadLetterClockSchedule)] TimerInfo timer, CancellationToken ct) => _jobs[Schedules.DeadLetterClock].RunAsync(ct);
}
