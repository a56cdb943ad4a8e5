using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Triggers;

/// <summary>Hands a Service Bus message to its consumer in Core and settles it as that says.</summary>
public sealed class MessageReceiver(IServiceProvider services, StoragePreparation storage)
{
    /// <summary>How long a trigger waits for storage to become ready: less than host.json's functionTimeout and lock renewal.</summary>
    internal static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(4);

    public async Task ReceiveAsync(string source, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(actions);
        await storage.ReadyAsync(StartPatience, ct);
        switch (await services.GetRequiredService<MessageDispatcher>().DispatchAsync(source, ServiceBusAdapter.Decode(message), ct))
        {
            case Disposition.CompleteDisposition:
                await actions.CompleteMessageAsync(message, CancellationToken.None);
                break;
            case Disposition.DeadLetterDisposition dead:
                await actions.DeadLetterMessageAsync(message, deadLetterReason: dead.Reason, deadLetterErrorDescription: dead.Description,
                    cancellationToken: CancellationToken.None);
                break;
            default:
                await actions.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
                break;
        }
    }
}
