using LocalServiceBus.Wire;

namespace LocalServiceBus.Entities;

/// <summary>What takes messages from senders: a queue or a topic.</summary>
internal interface ISendTarget
{
    string Address { get; }

    /// <summary>Takes all messages or none. A message with a future <c>x-opt-scheduled-enqueue-time</c> waits for it.</summary>
    AmqpFault? Send(IReadOnlyList<MessageContent> messages, out long[] sequenceNumbers);

    /// <summary>Removes scheduled messages: all of them, or none and the fault names the first that is not there.</summary>
    AmqpFault? CancelScheduled(IReadOnlyList<long> sequenceNumbers);
}

/// <summary>How a receiver ends its hold on a message.</summary>
internal enum Settlement
{
    Complete,
    Abandon,
    Defer,
    DeadLetter,

    /// <summary>AMQP's "released": back as if it had not been delivered.</summary>
    Release,
}

/// <summary>
/// A queue, a subscription, or the dead-letter subqueue of either. One lock guards all of it: whoever adds a message,
/// credit or time hands out deliveries before leaving the lock, so a message and a credit never wait for each other.
/// Locks are taken downwards only: topic, subscription, dead-letter subqueue, connection outbox.
/// </summary>
internal sealed class QueueEntity : ISendTarget, IDisposable
{
    private readonly Lock _gate = new();
    private readonly QueueSettings _settings;
    private readonly TimeProvider _time;
    private readonly FaultSwitches _faults;
    private readonly long _maxSize;
    private readonly AlarmClock _alarm;
    private readonly DuplicateWindow? _duplicates;

    private readonly SortedSet<StoredMessage> _all = new(StoredMessage.BySequence);
    private readonly SortedSet<StoredMessage> _available = new(StoredMessage.BySequence);
    private readonly SortedSet<StoredMessage> _locked = new(StoredMessage.ByLock);
    private readonly SortedSet<StoredMessage> _scheduled = new(StoredMessage.BySchedule);

    // Only active messages expire; a locked one waits for its lock, a deferred one stays until it is fetched.
    private readonly SortedSet<StoredMessage> _expiring = new(StoredMessage.ByExpiry);
    private readonly Dictionary<Guid, StoredMessage> _byToken = [];

    private readonly LinkedList<Consumer> _waiting = new();
    private readonly HashSet<Consumer> _draining = [];
    private long _lastSequenceNumber;
    private bool _disposed;

    internal QueueEntity(string address, QueueSettings settings, TimeProvider time, FaultSwitches faults, long maxSize, bool isDeadLetter = false)
    {
        Address = address;
        _settings = settings;
        _time = time;
        _faults = faults;
        _maxSize = maxSize;
        _alarm = new AlarmClock(time, OnTimer);
        _duplicates = settings.DuplicateWindow is { } window ? new DuplicateWindow(window) : null;
        if (!isDeadLetter)
        {
            DeadLetters = new QueueEntity(
                address + "/$deadletterqueue",
                new QueueSettings { LockDuration = settings.LockDuration, MaxDeliveryCount = null },
                time,
                faults,
                long.MaxValue,
                isDeadLetter: true);
        }
    }

    public string Address { get; }

    /// <summary>Null for a dead-letter subqueue itself.</summary>
    internal QueueEntity? DeadLetters { get; }

    /// <summary>Bytes held, dead letters included.</summary>
    internal long Size => Volatile.Read(ref _size) + (DeadLetters?.Size ?? 0);

    private long _size;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public AmqpFault? Send(IReadOnlyList<MessageContent> messages, out long[] sequenceNumbers)
    {
        sequenceNumbers = new long[messages.Count];
        lock (_gate)
        {
            if (Size + messages.Sum(m => (long)m.Size) > _maxSize) return AmqpFault.QuotaExceeded(Address, _maxSize);

            var now = Now;
            for (var i = 0; i < messages.Count; i++)
            {
                sequenceNumbers[i] = ++_lastSequenceNumber;
                if (_duplicates?.TryAdd(messages[i].MessageId, now) != false)
                {
                    Add(sequenceNumbers[i], sequenceNumbers[i], messages[i], now);
                }
            }

            Dispatch(now);
            return null;
        }
    }

    /// <summary>Takes a topic's copy of a message.</summary>
    internal void Accept(MessageContent content, long topicSequenceNumber, TimeSpan? topicTimeToLive)
    {
        lock (_gate)
        {
            var now = Now;
            Add(++_lastSequenceNumber, topicSequenceNumber, content, now, topicTimeToLive);
            Dispatch(now);
        }
    }

    public AmqpFault? CancelScheduled(IReadOnlyList<long> sequenceNumbers)
    {
        lock (_gate)
        {
            var found = new List<StoredMessage>(sequenceNumbers.Count);
            foreach (var number in sequenceNumbers)
            {
                if (Find(number) is not { State: MessageState.Scheduled } message) return AmqpFault.MessageNotFound(number);

                found.Add(message);
            }

            found.ForEach(Remove);
            return null;
        }
    }

    /// <summary>Up to <paramref name="count"/> messages of any state from a sequence number on, not locked.</summary>
    internal List<Delivery> Peek(long fromSequenceNumber, int count)
    {
        lock (_gate)
        {
            ProcessDue(Now);
            if (_all.Max is not { } last || fromSequenceNumber > last.SequenceNumber) return [];

            return _all.GetViewBetween(Probe(fromSequenceNumber), last).Take(count).Select(m => Snapshot(m, null, default)).ToList();
        }
    }

    /// <summary>Takes deferred messages: all that are asked for, or none and the fault names the first that is not there.</summary>
    internal AmqpFault? ReceiveBySequenceNumber(IReadOnlyList<long> sequenceNumbers, bool receiveAndDelete, out List<Delivery> deliveries)
    {
        deliveries = [];
        lock (_gate)
        {
            var now = Now;
            ProcessDue(now);
            var found = new List<StoredMessage>(sequenceNumbers.Count);
            foreach (var number in sequenceNumbers.Distinct())
            {
                if (Find(number) is not { State: MessageState.Deferred, Lock: null } message)
                {
                    return AmqpFault.MessageNotFound(number);
                }

                found.Add(message);
            }

            foreach (var message in found)
            {
                deliveries.Add(receiveAndDelete ? Snapshot(message, null, default) : Hold(message, null, now));
                if (receiveAndDelete) Remove(message);
            }

            Arm();
            return null;
        }
    }

    /// <summary>Ends the hold that <paramref name="token"/> stands for. Null, or why not: the lock is lost.</summary>
    internal AmqpFault? Settle(Guid token, Settlement settlement, IReadOnlyDictionary<string, object?>? changes = null)
    {
        lock (_gate)
        {
            var now = Now;
            ProcessDue(now);
            if (!_byToken.TryGetValue(token, out var message)) return AmqpFault.LockLost();

            if (settlement == Settlement.DeadLetter && DeadLetters is null)
            {
                return new AmqpFault("amqp:not-allowed", "A message in a dead-letter queue cannot be dead-lettered again.");
            }

            Unlock(message);
            if (changes is { Count: > 0 })
            {
                Interlocked.Add(ref _size, -message.Content.Size);
                message.Content = message.Content.With(changes);
                Interlocked.Add(ref _size, message.Content.Size);
            }

            switch (settlement)
            {
                case Settlement.Complete when _faults.TakeSecondDelivery():
                    message.DeliveryCount++;
                    MakeAvailable(message);
                    break;
                case Settlement.Complete:
                    Remove(message);
                    break;
                case Settlement.Abandon:
                    Failed(message);
                    break;
                case Settlement.Defer:
                    message.State = MessageState.Deferred;
                    break;
                case Settlement.DeadLetter:
                    MoveToDeadLetters(message);
                    break;
                case Settlement.Release:
                    MakeAvailable(message);
                    break;
            }

            Dispatch(now);
            return null;
        }
    }

    /// <summary>Starts the lock's duration anew; the new end, or null if the lock is lost.</summary>
    internal DateTime? RenewLock(Guid token)
    {
        lock (_gate)
        {
            var now = Now;
            ProcessDue(now);
            if (!_byToken.TryGetValue(token, out var message)) return null;

            _locked.Remove(message);
            message.LockedUntilUtc = now + _settings.LockDuration;
            _locked.Add(message);
            Arm();
            return message.LockedUntilUtc;
        }
    }

    /// <summary>Sets a link's credit from the receiver's view of it (AMQP 1.0 §2.6.7) and hands out what it pays for.</summary>
    internal void Flow(Consumer consumer, uint receiverDeliveryCount, uint receiverCredit, bool drain, bool echo)
    {
        lock (_gate)
        {
            if (consumer.Removed) return;

            consumer.Credit = SerialNumber.Left(receiverDeliveryCount, receiverCredit, consumer.DeliveryCount);
            consumer.Draining = drain;
            if (drain)
            {
                _draining.Add(consumer);
            }
            else
            {
                _draining.Remove(consumer);
            }

            Enlist(consumer);
            Dispatch(Now);
            if (echo && !drain) consumer.Sink.SendFlow(consumer.DeliveryCount, consumer.Credit, drain: false);
        }
    }

    /// <summary>The connection has written <paramref name="count"/> of the deliveries it was handed.</summary>
    internal void Sent(Consumer consumer, int count)
    {
        lock (_gate)
        {
            consumer.Unsent -= count;
            if (consumer.Removed) return;

            Enlist(consumer);
            Dispatch(Now);
        }
    }

    /// <summary>No further deliveries to this consumer. Locks it holds stay until they are settled or expire.</summary>
    internal void Remove(Consumer consumer)
    {
        lock (_gate)
        {
            consumer.Removed = true;
            _draining.Remove(consumer);
            Delist(consumer);
        }
    }

    /// <summary>Takes back what a closed link was handed but never wrote.</summary>
    internal void TakeBack(IEnumerable<Delivery> unsent)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var delivery in unsent)
            {
                if (delivery.LockedUntilUtc is null)
                {
                    var message = new StoredMessage(delivery.SequenceNumber, delivery.Content)
                    {
                        EnqueuedUtc = delivery.EnqueuedUtc,
                        EnqueuedSequenceNumber = delivery.EnqueuedSequenceNumber,
                        ExpiresUtc = delivery.ExpiresUtc,
                        DeliveryCount = delivery.DeliveryCount,
                    };
                    Interlocked.Add(ref _size, message.Content.Size);
                    _all.Add(message);
                    MakeAvailable(message);
                }
                else if (_byToken.TryGetValue(delivery.LockToken, out var message))
                {
                    Unlock(message);
                    MakeAvailable(message);
                }
            }

            Dispatch(now);
        }
    }

    /// <summary>Lets every lock expire now; how many there were.</summary>
    internal int ExpireLocks()
    {
        lock (_gate)
        {
            var count = _locked.Count;
            while (_locked.Min is { } message)
            {
                Expired(message);
            }

            Dispatch(Now);
            return count;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _alarm.Dispose();
        }

        DeadLetters?.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed) return;

            _alarm.Rang();
            Dispatch(Now);
        }
    }

    /// <summary>Carries out what time has brought, then pairs messages with credit until either runs out.</summary>
    private void Dispatch(DateTime now)
    {
        ProcessDue(now);
        while (_waiting.First is { Value: var consumer } && _available.Min is { } message)
        {
            _available.Remove(message);
            _expiring.Remove(message);
            consumer.Credit--;
            consumer.DeliveryCount++;
            consumer.Unsent++;
            Delist(consumer);
            Enlist(consumer);

            var delivery = consumer.ReceiveAndDelete ? Snapshot(message, consumer, default) : Hold(message, consumer, now);
            if (consumer.ReceiveAndDelete) Remove(message);

            consumer.Sink.Deliver(delivery);
        }

        if (_draining.Count > 0)
        {
            // A drained link with credit left over while messages remain only waits for its peer to read.
            foreach (var consumer in _draining.Where(c => c.Credit == 0 || _available.Count == 0).ToList())
            {
                consumer.DeliveryCount += consumer.Credit;
                consumer.Credit = 0;
                consumer.Draining = false;
                _draining.Remove(consumer);
                Delist(consumer);
                consumer.Sink.SendFlow(consumer.DeliveryCount, 0, drain: true);
            }
        }

        Arm();
    }

    private void ProcessDue(DateTime now)
    {
        while (_locked.Min is { } message && message.LockedUntilUtc <= now)
        {
            Expired(message);
        }

        while (_scheduled.Min is { } message && message.ScheduledUtc <= now)
        {
            Remove(message);
            Add(++_lastSequenceNumber, message.EnqueuedSequenceNumber, message.Content, now);
        }

        while (_expiring.Min is { } message && message.ExpiresUtc <= now)
        {
            if (_settings.DeadLetterOnExpiration)
            {
                message.Content = message.Content.With(DeadLetterReason.Expired);
                MoveToDeadLetters(message);
            }
            else
            {
                Remove(message);
            }
        }
    }

    private void Arm()
    {
        var due = DateTime.MaxValue;
        if (_locked.Min is { } first) due = first.LockedUntilUtc;

        if (_scheduled.Min is { } next && next.ScheduledUtc < due) due = next.ScheduledUtc;

        if (_expiring.Min is { } oldest && oldest.ExpiresUtc < due) due = oldest.ExpiresUtc;

        _alarm.Arm(due);
    }

    private void Add(long sequenceNumber, long enqueuedSequenceNumber, MessageContent content, DateTime now, TimeSpan? topicTimeToLive = null)
    {
        var due = content.ScheduledEnqueueTimeUtc;
        content = content.LivingAtMost(Shorter(_settings.DefaultTimeToLive, topicTimeToLive), now);
        var message = new StoredMessage(sequenceNumber, content)
        {
            EnqueuedUtc = now,
            EnqueuedSequenceNumber = enqueuedSequenceNumber,
            ExpiresUtc = content.TimeToLive < DateTime.MaxValue - now ? now + content.TimeToLive.Value : DateTime.MaxValue,
            ScheduledUtc = due ?? default,
            State = due > now ? MessageState.Scheduled : MessageState.Active,
        };
        _all.Add(message);
        Interlocked.Add(ref _size, content.Size);
        if (message.State == MessageState.Scheduled)
        {
            _scheduled.Add(message);
        }
        else
        {
            MakeAvailable(message);
        }
    }

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private void MakeAvailable(StoredMessage message)
    {
        // A deferred message that is abandoned stays deferred, as on the service.
        if (message.State != MessageState.Active) return;

        _available.Add(message);
        if (message.ExpiresUtc != DateTime.MaxValue) _expiring.Add(message);
    }

    private Delivery Hold(StoredMessage message, Consumer? consumer, DateTime now)
    {
        message.LockedUntilUtc = now + _settings.LockDuration;
        var delivery = Snapshot(message, consumer, Guid.NewGuid(), message.LockedUntilUtc);
        message.Lock = delivery;
        _locked.Add(message);
        _byToken.Add(delivery.LockToken, message);
        return delivery;
    }

    private void Unlock(StoredMessage message)
    {
        _locked.Remove(message);
        _byToken.Remove(message.Lock!.LockToken);
        message.Lock = null;
    }

    private void Expired(StoredMessage message)
    {
        var delivery = message.Lock!;
        Unlock(message);
        delivery.Holder?.Sink.Forget(delivery);
        Failed(message);
    }

    private void Failed(StoredMessage message)
    {
        message.DeliveryCount++;
        if (message.DeliveryCount >= _settings.MaxDeliveryCount)
        {
            message.Content = message.Content.With(DeadLetterReason.TooManyDeliveries(message.DeliveryCount));
            MoveToDeadLetters(message);
        }
        else
        {
            MakeAvailable(message);
        }
    }

    private void MoveToDeadLetters(StoredMessage message)
    {
        Remove(message);
        DeadLetters!.Bury(message);
    }

    private void Bury(StoredMessage message)
    {
        lock (_gate)
        {
            var buried = new StoredMessage(message.SequenceNumber, message.Content)
            {
                EnqueuedUtc = message.EnqueuedUtc,
                EnqueuedSequenceNumber = message.EnqueuedSequenceNumber,
                DeliveryCount = message.DeliveryCount,
            };
            _all.Add(buried);
            Interlocked.Add(ref _size, buried.Content.Size);
            MakeAvailable(buried);
            Dispatch(Now);
        }
    }

    private void Remove(StoredMessage message)
    {
        _all.Remove(message);
        _available.Remove(message);
        _expiring.Remove(message);
        _scheduled.Remove(message);
        Interlocked.Add(ref _size, -message.Content.Size);
    }

    private void Enlist(Consumer consumer)
    {
        if (consumer.Eligible)
        {
            consumer.Waiting ??= _waiting.AddLast(consumer);
        }
        else
        {
            Delist(consumer);
        }
    }

    private void Delist(Consumer consumer)
    {
        if (consumer.Waiting is { } node)
        {
            _waiting.Remove(node);
            consumer.Waiting = null;
        }
    }

    private StoredMessage? Find(long sequenceNumber) =>
        _all.TryGetValue(Probe(sequenceNumber), out var message) ? message : null;

    private static StoredMessage Probe(long sequenceNumber) => new(sequenceNumber, null!);

    private Delivery Snapshot(StoredMessage message, Consumer? holder, Guid token, DateTime? lockedUntil = null) => new()
    {
        Queue = this,
        Content = message.Content,
        SequenceNumber = message.SequenceNumber,
        EnqueuedSequenceNumber = message.EnqueuedSequenceNumber,
        EnqueuedUtc = message.EnqueuedUtc,
        ExpiresUtc = message.ExpiresUtc,
        DeliveryCount = message.DeliveryCount,
        State = message.State,
        LockedUntilUtc = lockedUntil,
        LockToken = token,
        Holder = holder,
    };
}
