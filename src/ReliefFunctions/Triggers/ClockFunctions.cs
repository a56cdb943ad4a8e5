using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Triggers;

/// <summary>One line per scheduled job. Timers are UTC; what is due when is computed in Core in the campaign's zone.</summary>
public sealed class ClockFunctions(IServiceProvider services, StoragePreparation storage)
{
    [Function(Schedules.FeedClock)]
    public Task Feeds([TimerTrigger(Schedules.FeedClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.FeedClock, ct);

    [Function(Schedules.PatrolClock)]
    public Task Patrols([TimerTrigger(Schedules.PatrolClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.PatrolClock, ct);

    [Function(Schedules.ReportClock)]
    public Task Reports([TimerTrigger(Schedules.ReportClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.ReportClock, ct);

    [Function(Schedules.SummaryClock)]
    public Task Summaries([TimerTrigger(Schedules.SummaryClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.SummaryClock, ct);

    [Function(Schedules.SweeperClock)]
    public Task Sweeper([TimerTrigger(Schedules.SweeperClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.SweeperClock, ct);

    [Function(Schedules.DeadLetterClock)]
    public Task DeadLetters([TimerTrigger(Schedules.DeadLetterClockSchedule)] TimerInfo timer, CancellationToken ct) => RunAsync(Schedules.DeadLetterClock, ct);

    private async Task RunAsync(string name, CancellationToken ct)
    {
        await storage.ReadyAsync(MessageReceiver.StartPatience, ct);
        await services.GetServices<IScheduledJob>().Single(job => job.Name == name).RunAsync(ct);
    }
}
