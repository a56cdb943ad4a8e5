using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Bus;

/// <summary>Sends to Azure Service Bus, batched as far as a batch holds.</summary>
internal sealed class ServiceBusMessageSender(ServiceBusClient client) : IMessageSender
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new();

    public async Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        var sender = _senders.GetOrAdd(entity, client.CreateSender);
        var waiting = new Queue<ServiceBusMessage>(messages.Select(Encode));
        while (waiting.Count > 0)
        {
            using var batch = await sender.CreateMessageBatchAsync(ct);
            while (waiting.TryPeek(out var next) && batch.TryAddMessage(next)) waiting.Dequeue();
            if (batch.Count == 0) throw new InvalidOperationException($"The message {waiting.Peek().MessageId} is larger than {entity} accepts.");
            await sender.SendMessagesAsync(batch, ct);
        }
    }

    private static ServiceBusMessage Encode(BusMessage message)
    {
        var encoded = new ServiceBusMessage(BinaryData.FromString(message.Body)) { MessageId = message.MessageId, Subject = message.Schema, ContentType = "application/json" };
        foreach (var (name, value) in message.Properties) encoded.ApplicationProperties[name] = value;
        return encoded;
    }
}
