using LocalServiceBus.Entities;
using LocalServiceBus.Nodes;

namespace LocalServiceBus.Wire;

/// <summary>A link's credit as the peer shall see it.</summary>
internal sealed record LinkFlow(uint DeliveryCount, uint Credit, bool Drain);

/// <summary>One thing a link wants written, in order: a delivery, a reply, or a flow behind them. Guarded by the outbox's lock.</summary>
internal sealed class PendingWrite(OutgoingLink link)
{
    internal OutgoingLink Link { get; } = link;

    internal Delivery? Delivery { get; init; }

    internal ReadOnlyMemory<byte> Payload { get; init; }

    internal LinkFlow? Flow { get; init; }

    internal byte[] Tag { get; init; } = [];

    internal uint DeliveryId { get; set; }

    /// <summary>Null until the first frame is written.</summary>
    internal ReadOnlyMemory<byte>? Encoded { get; set; }

    internal int Written { get; set; }
}

/// <summary>A link on which the client receives.</summary>
internal abstract class OutgoingLink(Session session, uint handle)
{
    internal Session Session { get; } = session;

    internal uint Handle { get; } = handle;

    /// <summary>Guarded by the outbox's lock.</summary>
    internal bool ClosedLocked { get; set; }

    /// <summary>The peer sets its credit.</summary>
    internal abstract void Flow(uint deliveryCount, uint credit, bool drain, bool echo);

    /// <summary>So many deliveries have been written. Called outside of every lock.</summary>
    internal abstract void Written(int count);

    /// <summary>The link is gone. Called once or more.</summary>
    internal abstract void Close();
}

/// <summary>A link on which the client receives an entity's messages.</summary>
internal sealed class DeliveryLink : OutgoingLink, IDeliverySink
{
    private readonly QueueEntity _queue;
    private readonly Consumer _consumer;

    internal DeliveryLink(Session session, uint handle, QueueEntity queue, bool receiveAndDelete)
        : base(session, handle)
    {
        _queue = queue;
        _consumer = new Consumer(this, receiveAndDelete);
    }

    internal override void Flow(uint deliveryCount, uint credit, bool drain, bool echo) =>
        _queue.Flow(_consumer, deliveryCount, credit, drain, echo);

    internal override void Written(int count) => _queue.Sent(_consumer, count);

    internal override void Close()
    {
        // First no further deliveries, then back with those that wait: none can slip in between.
        _queue.Remove(_consumer);
        _queue.TakeBack(Session.Close(this).Where(o => o is { Delivery: not null, Written: 0 }).Select(o => o.Delivery!));
    }

    public void Deliver(Delivery delivery) =>
        Session.Enqueue(new PendingWrite(this) { Delivery = delivery, Tag = delivery.LockToken.ToByteArray() });

    public void SendFlow(uint deliveryCount, uint credit, bool drain) =>
        Session.Enqueue(new PendingWrite(this) { Flow = new LinkFlow(deliveryCount, credit, drain) });

    public void Forget(Delivery delivery) => Session.Forget(delivery);
}

/// <summary>A link on which the client receives the answers of a request node.</summary>
internal sealed class ReplyLink(Session session, uint handle, IRequestNode node, string name, string? address) : OutgoingLink(session, handle)
{
    private const int MaxWaiting = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _replies = new();
    private uint _deliveryCount;
    private uint _credit;

    internal IRequestNode Node { get; } = node;

    internal bool IsFor(string? replyTo) => replyTo is not null && (replyTo == address || replyTo == name);

    internal override void Flow(uint receiverDeliveryCount, uint receiverCredit, bool drain, bool echo)
    {
        lock (_gate)
        {
            _credit = SerialNumber.Left(receiverDeliveryCount, receiverCredit, _deliveryCount);
            SendWaiting();
            if (drain)
            {
                _deliveryCount += _credit;
                _credit = 0;
            }

            if (drain || echo) Session.Enqueue(new PendingWrite(this) { Flow = new LinkFlow(_deliveryCount, _credit, drain) });
        }
    }

    /// <summary>Sends a reply as soon as there is credit; false when too many wait already.</summary>
    internal bool Send(Amqp.Message reply)
    {
        var encoded = reply.Encode();
        lock (_gate)
        {
            if (_replies.Count >= MaxWaiting) return false;

            _replies.Enqueue(encoded.Buffer.AsMemory(encoded.Offset, encoded.Length));
            SendWaiting();
            return true;
        }
    }

    internal override void Written(int count)
    {
    }

    internal override void Close() => Session.Close(this);

    private void SendWaiting()
    {
        while (_credit > 0 && _replies.TryDequeue(out var reply))
        {
            _credit--;
            _deliveryCount++;
            Session.Enqueue(new PendingWrite(this) { Payload = reply, Tag = BitConverter.GetBytes(_deliveryCount) });
        }
    }
}
