namespace LocalServiceBus.Entities;

internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}

/// <summary>A message in a queue. Every field is guarded by the queue's lock.</summary>
internal sealed class StoredMessage(long sequenceNumber, MessageContent content)
{
    internal long SequenceNumber { get; } = sequenceNumber;

    internal MessageContent Content { get; set; } = content;

    internal DateTime EnqueuedUtc { get; init; }

    /// <summary>The sequence number in the topic, for a copy in a subscription; else its own.</summary>
    internal long EnqueuedSequenceNumber { get; init; } = sequenceNumber;

    internal DateTime ExpiresUtc { get; init; } = DateTime.MaxValue;

    internal DateTime ScheduledUtc { get; init; }

    internal MessageState State { get; set; }

    /// <summary>Deliveries that ended without a settlement; what <c>header.delivery-count</c> says.</summary>
    internal int DeliveryCount { get; set; }

    /// <summary>The lock's holder; null while nobody holds it.</summary>
    internal Delivery? Lock { get; set; }

    internal DateTime LockedUntilUtc { get; set; }

    internal static readonly IComparer<StoredMessage> BySequence =
        Comparer<StoredMessage>.Create((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));

    internal static readonly IComparer<StoredMessage> ByExpiry = Ordered(m => m.ExpiresUtc);

    internal static readonly IComparer<StoredMessage> BySchedule = Ordered(m => m.ScheduledUtc);

    internal static readonly IComparer<StoredMessage> ByLock = Ordered(m => m.LockedUntilUtc);

    private static Comparer<StoredMessage> Ordered(Func<StoredMessage, DateTime> time) =>
        Comparer<StoredMessage>.Create((a, b) =>
        {
            var order = time(a).CompareTo(time(b));
            return order != 0 ? order : a.SequenceNumber.CompareTo(b.SequenceNumber);
        });
}

/// <summary>
/// One delivery as it goes on the wire: a snapshot, because it is encoded later and outside of the queue's lock.
/// </summary>
internal sealed class Delivery
{
    internal required QueueEntity Queue { get; init; }

    internal required MessageContent Content { get; init; }

    internal required long SequenceNumber { get; init; }

    internal required long EnqueuedSequenceNumber { get; init; }

    internal required DateTime EnqueuedUtc { get; init; }

    internal required DateTime ExpiresUtc { get; init; }

    internal required int DeliveryCount { get; init; }

    internal required MessageState State { get; init; }

    /// <summary>When the lock ends; null for receive-and-delete and for a peeked message.</summary>
    internal DateTime? LockedUntilUtc { get; init; }

    /// <summary>The lock token, which is the delivery tag on a link.</summary>
    internal Guid LockToken { get; init; }

    /// <summary>The link's end that holds the lock; null when it was taken through <c>$management</c>.</summary>
    internal Consumer? Holder { get; init; }

    /// <summary>The id within the session, set when the first frame is written.</summary>
    internal uint? DeliveryId { get; set; }
}

/// <summary>
/// A receiving link as its queue sees it: its credit, guarded by the queue's lock. What the queue hands over is written
/// later, so at most <see cref="MaxUnsent"/> deliveries wait for a slow peer.
/// </summary>
internal sealed class Consumer(IDeliverySink sink, bool receiveAndDelete)
{
    internal const int MaxUnsent = 256;

    internal IDeliverySink Sink { get; } = sink;

    internal bool ReceiveAndDelete { get; } = receiveAndDelete;

    internal uint DeliveryCount { get; set; }

    internal uint Credit { get; set; }

    internal bool Draining { get; set; }

    internal int Unsent { get; set; }

    internal bool Removed { get; set; }

    internal LinkedListNode<Consumer>? Waiting { get; set; }

    internal bool Eligible => !Removed && Credit > 0 && Unsent < MaxUnsent;
}

/// <summary>The connection's side of a consumer. Called under the queue's lock: it only queues and never calls back.</summary>
internal interface IDeliverySink
{
    /// <summary>Queues one delivery to be written.</summary>
    void Deliver(Delivery delivery);

    /// <summary>Queues the link's state to be written, behind what was delivered before.</summary>
    void SendFlow(uint deliveryCount, uint credit, bool drain);

    /// <summary>The lock is gone: a later settlement of this delivery is answered with "lock lost".</summary>
    void Forget(Delivery delivery);
}
