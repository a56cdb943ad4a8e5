using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>The dead-letter subqueues of the bus.</summary>
internal sealed class ServiceBusDeadLetters(ServiceBusClient client, BusPatience patience) : IDeadLetterBox
{
    /// <summary>How long the bus gets to hand out more letters; a receive may answer with fewer than asked for.</summary>
    private static readonly TimeSpan NoMore = TimeSpan.FromSeconds(2);

    /// <summary>Only for looking, which a clock does every minute. A receiver that takes is closed, so that nothing is handed to it later.</summary>
    private readonly ConcurrentDictionary<string, ServiceBusReceiver> _lookers = new();

    public Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct) =>
        patience.AskAsync<IReadOnlyList<DeadLetter>>(async token =>
    {
        var receiver = _lookers.GetOrAdd(source, Receiver);
        List<DeadLetter> letters = [];

        // A peek answers with what fits one reply.
        while (letters.Count < most)
        {
            var page = await receiver.PeekMessagesAsync(most - letters.Count, letters.Count == 0 ? 0 : letters[^1].SequenceNumber + 1, token);
            if (page.Count == 0) break;
            letters.AddRange(page.Select(message => Letter(source, message)));
        }

        return letters;
    }, ct);

    public Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct) => patience.AskAsync(async token =>
    {
        await using var receiver = Receiver(source);
        var (found, others) = (false, new List<ServiceBusReceivedMessage>());
        while (!found && others.Count < IDeadLetterBox.Reach)
        {
            var page = await receiver.ReceiveMessagesAsync(IDeadLetterBox.Reach - others.Count, NoMore, token);
            if (page.Count == 0) break;
            foreach (var message in page)
            {
                if (message.SequenceNumber != sequenceNumber)
                {
                    others.Add(message);
                    continue;
                }

                await receiver.CompleteMessageAsync(message, CancellationToken.None);
                found = true;
            }
        }

        await Task.WhenAll(others.Select(other => receiver.AbandonMessageAsync(other, cancellationToken: CancellationToken.None)));
        return found;
    }, ct);

    private ServiceBusReceiver Receiver(string source)
    {
        var options = new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter };
        return source.Split('/', 2) is [var topic, var subscription]
            ? client.CreateReceiver(topic, subscription, options)
            : client.CreateReceiver(source, options);
    }

    private static DeadLetter Letter(string source, ServiceBusReceivedMessage message) => new(
        source,
        message.SequenceNumber,
        ServiceBusAdapter.Decode(message),
        message.Subject,
        message.DeadLetterReason,
        message.DeadLetterErrorDescription,
        message.EnqueuedTime,
        message.DeliveryCount);
}
