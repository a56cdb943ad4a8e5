using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DailyReports;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Weather.Feeds;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Triggers;

/// <summary>
/// The clocks and consumers of all features, because the Functions host wants each as a function known at build: one line per scheduled job, one per
/// queue or subscription that has a consumer. Timers are UTC; what is due when is computed in Core in the campaign's zone.
/// </summary>
public sealed class FeatureFunctions(IServiceProvider services, StoragePreparation storage, MessageReceiver receiver)
{
    [Function(FeedClock.Job)]
    public Task Feeds([TimerTrigger(FeedClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(FeedClock.Job, ct);

    [Function(PatrolClock.Job)]
    public Task Patrols([TimerTrigger(PatrolClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(PatrolClock.Job, ct);

    [Function(ReportClock.Job)]
    public Task Reports([TimerTrigger(ReportClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(ReportClock.Job, ct);

    [Function(IncidentClock.Job)]
    public Task Incidents([TimerTrigger(IncidentClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(IncidentClock.Job, ct);

    [Function(DailyReportClock.Job)]
    public Task DailyReports([TimerTrigger(DailyReportClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(DailyReportClock.Job, ct);

    [Function(SummaryClock.Job)]
    public Task Summaries([TimerTrigger(SummaryClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(SummaryClock.Job, ct);

    [Function(SweeperClock.Job)]
    public Task Sweeper([TimerTrigger(SweeperClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(SweeperClock.Job, ct);

    [Function(MeasureClock.Job)]
    public Task Measures([TimerTrigger(MeasureClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(MeasureClock.Job, ct);

    [Function(DeadLetterClock.Job)]
    public Task DeadLetters([TimerTrigger(DeadLetterClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(DeadLetterClock.Job, ct);

    [Function(RetentionClock.Job)]
    public Task Retention([TimerTrigger(RetentionClock.Timing)] TimerInfo timer, CancellationToken ct) => RunAsync(RetentionClock.Job, ct);

    [Function("ReceiveAlertApplication")]
    public Task AlertApplication([ServiceBusTrigger(Entities.AlertApplications, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.AlertApplications, message, actions, ct);

    [Function("ReceivePatrolOrder")]
    public Task PatrolOrder([ServiceBusTrigger(Entities.PatrolOrders, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.PatrolOrders, message, actions, ct);

    [Function("TellIncident")]
    public Task Incident([ServiceBusTrigger(IncidentFeature.Queue, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(IncidentFeature.Queue, message, actions, ct);

    [Function("ReceiveSummaryRequest")]
    public Task SummaryRequest([ServiceBusTrigger(Entities.SummaryRequests, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.SummaryRequests, message, actions, ct);

    [Function("DeliverPatrolNotice")]
    public Task PatrolNotice([ServiceBusTrigger(Entities.PatrolNotices, Entities.Delivery, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.NoticeDelivery, message, actions, ct);

    [Function("DeliverCampaignEvent")]
    public Task CampaignEvent([ServiceBusTrigger(Entities.CampaignEvents, Entities.Delivery, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.EventDelivery, message, actions, ct);

    private async Task RunAsync(string name, CancellationToken ct)
    {
        await storage.ReadyAsync(MessageReceiver.StartPatience, ct);
        await services.GetRequiredService<JobRuns>().RunAsync(services.GetServices<IScheduledJob>().Single(job => job.Name == name), ct);
    }
}
