using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Weather.Feeds;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Triggers;

/// <summary>One line per scheduled job. Timers are UTC; what is due when is computed in Core in the campaign's zone.</summary>
public sealed class ClockFunctions(IServiceProvider services, StoragePreparation storage)
{
    [Function(FeedClock.Job)]
    public Task Feeds([TimerTrigger(FeedClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(FeedClock.Job, ct);

    [Function(PatrolClock.Job)]
    public Task Patrols([TimerTrigger(PatrolClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(PatrolClock.Job, ct);

    [Function(ReportClock.Job)]
    public Task Reports([TimerTrigger(ReportClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(ReportClock.Job, ct);

    [Function(SummaryClock.Job)]
    public Task Summaries([TimerTrigger(SummaryClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(SummaryClock.Job, ct);

    [Function(SweeperClock.Job)]
    public Task Sweeper([TimerTrigger(SweeperClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(SweeperClock.Job, ct);

    [Function(MeasureClock.Job)]
    public Task Measures([TimerTrigger(MeasureClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(MeasureClock.Job, ct);

    [Function(DeadLetterClock.Job)]
    public Task DeadLetters([TimerTrigger(DeadLetterClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(DeadLetterClock.Job, ct);

    private async Task RunAsync(string name, CancellationToken ct)
    {
        await storage.ReadyAsync(MessageReceiver.StartPatience, ct);
        await services.GetServices<IScheduledJob>().Single(job => job.Name == name).RunAsync(ct);
    }
}
