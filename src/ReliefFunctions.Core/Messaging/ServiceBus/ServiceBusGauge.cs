using Azure.Messaging.ServiceBus;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>Counts by looking: the bus's own counters are asked of another service, with rights that receiving does not need.</summary>
internal sealed class ServiceBusGauge(ServiceBusClient client, BusPatience patience) : IQueueGauge
{
    public Task<(int Messages, long Bytes)> WaitingAsync(string source, int most, CancellationToken ct) => patience.AskAsync(async token =>
    {
        await using var receiver = source.Split('/', 2) is [var topic, var subscription]
            ? client.CreateReceiver(topic, subscription)
            : client.CreateReceiver(source);
        var (messages, bytes, next) = (0, 0L, 0L);
        while (messages < most)
        {
            var page = await receiver.PeekMessagesAsync(most - messages, next, token);
            if (page.Count == 0) break;
            messages += page.Count;
            bytes += page.Sum(message => message.Body.ToMemory().Length);
            next = page[^1].SequenceNumber + 1;
        }

        return (messages, bytes);
    }, ct);
}
