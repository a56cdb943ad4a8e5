using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>Sends, batched as far as a batch holds.</summary>
internal sealed class ServiceBusSending(ServiceBusClient client, BusPatience patience) : IMessageSender
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new();

    public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => patience.AskAsync(async token =>
    {
        var sender = _senders.GetOrAdd(entity, client.CreateSender);
        var waiting = new Queue<ServiceBusMessage>(messages.Select(ServiceBusAdapter.Encode));
        while (waiting.Count > 0)
        {
            using var batch = await sender.CreateMessageBatchAsync(token);
            while (waiting.TryPeek(out var next) && batch.TryAddMessage(next)) waiting.Dequeue();
            if (batch.Count == 0) throw new InvalidOperationException($"The message {waiting.Peek().MessageId} is larger than {entity} accepts.");
            await sender.SendMessagesAsync(batch, token);
        }

        return messages.Count;
    }, ct);
}
