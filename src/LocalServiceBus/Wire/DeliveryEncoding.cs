using Amqp;
using Amqp.Framing;
using Amqp.Types;
using LocalServiceBus.Entities;

namespace LocalServiceBus.Wire;

/// <summary>A message as a receiver gets it: what the sender sent, with the broker's header and annotations.</summary>
internal static class DeliveryEncoding
{
    private static readonly Symbol SequenceNumber = "x-opt-sequence-number";
    private static readonly Symbol EnqueuedSequenceNumber = "x-opt-enqueue-sequence-number";
    private static readonly Symbol EnqueuedTime = "x-opt-enqueued-time";
    private static readonly Symbol LockedUntil = "x-opt-locked-until";
    private static readonly Symbol State = "x-opt-message-state";

    internal static ReadOnlyMemory<byte> Encode(Delivery delivery)
    {
        var content = delivery.Content;
        var buffer = new ByteBuffer(content.Size + 256, true);
        // The delivery count is always there: official clients take its absence for an unknown one.
        var header = new Header
        {
            Durable = content.Durable,
            Priority = content.Priority,
            FirstAcquirer = delivery.DeliveryCount == 0,
            DeliveryCount = (uint)delivery.DeliveryCount,
        };
        if (content.TimeToLive is { } ttl) header.Ttl = (uint)Math.Min(ttl.TotalMilliseconds, uint.MaxValue);

        header.Encode(buffer);
        var annotations = new MessageAnnotations();
        foreach (var (key, value) in content.Annotations ?? [])
        {
            annotations.Map[key] = value;
        }

        annotations.Map[SequenceNumber] = delivery.SequenceNumber;
        annotations.Map[EnqueuedSequenceNumber] = delivery.EnqueuedSequenceNumber;
        annotations.Map[EnqueuedTime] = delivery.EnqueuedUtc;
        annotations.Map[State] = (int)delivery.State;
        if (delivery.LockedUntilUtc is { } until)
        {
            annotations.Map[LockedUntil] = until;
        }
        else
        {
            annotations.Map.Remove(LockedUntil);
        }

        annotations.Encode(buffer);
        AmqpEncoding.Append(buffer, content.PropertiesSection.Span);
        AmqpEncoding.Append(buffer, content.ApplicationPropertiesSection.Span);
        AmqpEncoding.Append(buffer, content.BodySections.Span);
        return buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);
    }
}
