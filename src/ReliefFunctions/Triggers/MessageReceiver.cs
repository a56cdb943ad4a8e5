using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;

namespace ReliefFunctions.Triggers;

/// <summary>Hands a Service Bus message to its consumer in Core and settles it as that says.</summary>
public sealed class MessageReceiver(MessageDispatcher dispatcher)
{
    public async Task ReceiveAsync(string source, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(actions);
        switch (await dispatcher.DispatchAsync(source, ServiceBusAdapter.Decode(message), ct))
        {
            case Disposition.CompleteDisposition:
                await actions.CompleteMessageAsync(message, CancellationToken.None);
                break;
            case Disposition.DeadLetterDisposition dead:
                await actions.DeadLetterMessageAsync(message, deadLetterReason: dead.Reason, deadLetterErrorDescription: dead.Description, cancellationToken: CancellationToken.None);
                break;
            default:
                await actions.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
                break;
        }
    }
}
