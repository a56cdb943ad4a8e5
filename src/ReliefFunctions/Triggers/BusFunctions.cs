using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;

namespace ReliefFunctions.Triggers;

/// <summary>One line per queue and subscription that has a consumer in Core.</summary>
public sealed class BusFunctions(MessageReceiver receiver)
{
    [Function("ReceiveAlertApplication")]
    public Task AlertApplication([ServiceBusTrigger(Entities.AlertApplications, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.AlertApplications, message, actions, ct);

    [Function("ReceivePatrolOrder")]
    public Task PatrolOrder([ServiceBusTrigger(Entities.PatrolOrders, Connection = ServiceBusAdapter.Setting,
        AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct) =>
        receiver.ReceiveAsync(Entities.PatrolOrders, message, actions, ct);

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
}
