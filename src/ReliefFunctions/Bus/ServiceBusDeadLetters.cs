using Azure.Messaging.ServiceBus;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Bus;

/// <summary>The dead-letter subqueues of Azure Service Bus.</summary>
internal sealed class ServiceBusDeadLetters(ServiceBusClient client) : IDeadLetterBox
{
    /// <summary>How long the service gets to hand out more letters; a receive may answer with fewer than asked for.</summary>
    private static readonly TimeSpan NoMore = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct)
    {
        await using var receiver = Receiver(source);
        List<DeadLetter> letters = [];

        // A peek answers with what fits one reply; the receiver itself remembers where it stopped.
        while (letters.Count < most)
        {
            var page = await receiver.PeekMessagesAsync(most - letters.Count, cancellationToken: ct);
            if (page.Count == 0) break;
            letters.AddRange(page.Select(message => Letter(source, message)));
        }

        return letters;
    }

    public async Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct)
    {
        await using var receiver = Receiver(source);
        var (found, others) = (false, new List<ServiceBusReceivedMessage>());
        while (!found && others.Count < IDeadLetterBox.Reach)
        {
            var page = await receiver.ReceiveMessagesAsync(IDeadLetterBox.Reach - others.Count, NoMore, ct);
            if (page.Count == 0) break;
            foreach (var message in page)
            {
                if (message.SequenceNumber == sequenceNumber)
                {
                    await receiver.CompleteMessageAsync(message, CancellationToken.None);
                    found = true;
                }
                else
                {
                    others.Add(message);
                }
            }
        }

        foreach (var other in others) await receiver.AbandonMessageAsync(other, cancellationToken: CancellationToken.None);
        return found;
    }

    private ServiceBusReceiver Receiver(string source)
    {
        var options = new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter };
        return source.Split('/', 2) is [var topic, var subscription] ? client.CreateReceiver(topic, subscription, options) : client.CreateReceiver(source, options);
    }

    private static DeadLetter Letter(string source, ServiceBusReceivedMessage message) => new(
        source, message.SequenceNumber, MessageReceiver.Decode(message), message.Subject, message.DeadLetterReason, message.DeadLetterErrorDescription, message.EnqueuedTime, message.DeliveryCount);
}
