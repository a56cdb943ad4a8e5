using LocalServiceBus.Wire;

namespace LocalServiceBus.Entities;

/// <summary>
/// Copies each message to the subscriptions with a matching rule. Its lock orders the copies: every subscription sees the
/// topic's order.
/// </summary>
internal sealed class TopicEntity : ISendTarget, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan? _defaultTimeToLive;
    private readonly long _maxSize;
    private readonly AlarmClock _alarm;
    private readonly DuplicateWindow? _duplicates;
    private readonly SortedSet<StoredMessage> _scheduled = new(StoredMessage.BySchedule);
    private long _scheduledSize;
    private long _lastSequenceNumber;
    private bool _disposed;

    internal TopicEntity(string address, QueueSettings settings, IReadOnlyList<Subscription> subscriptions, TimeProvider time, long maxSize)
    {
        Address = address;
        Subscriptions = subscriptions;
        _time = time;
        _maxSize = maxSize;
        _defaultTimeToLive = settings.DefaultTimeToLive;
        _alarm = new AlarmClock(time, OnTimer);
        _duplicates = settings.DuplicateWindow is { } window ? new DuplicateWindow(window) : null;
    }

    public string Address { get; }

    internal IReadOnlyList<Subscription> Subscriptions { get; }

    public AmqpFault? Send(IReadOnlyList<MessageContent> messages, out long[] sequenceNumbers)
    {
        sequenceNumbers = new long[messages.Count];
        lock (_gate)
        {
            var held = _scheduledSize + Subscriptions.Sum(s => s.Queue.Size);
            if (held + messages.Sum(m => (long)m.Size) > _maxSize) return AmqpFault.QuotaExceeded(Address, _maxSize);

            var now = _time.GetUtcNow().UtcDateTime;
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i];
                var number = sequenceNumbers[i] = ++_lastSequenceNumber;
                if (_duplicates?.TryAdd(message.MessageId, now) == false) continue;

                if (message.ScheduledEnqueueTimeUtc > now)
                {
                    _scheduled.Add(new StoredMessage(number, message) { ScheduledUtc = message.ScheduledEnqueueTimeUtc.Value });
                    _scheduledSize += message.Size;
                }
                else
                {
                    Publish(message, number);
                }
            }

            Arm();
            return null;
        }
    }

    public AmqpFault? CancelScheduled(IReadOnlyList<long> sequenceNumbers)
    {
        lock (_gate)
        {
            foreach (var number in sequenceNumbers)
            {
                if (!_scheduled.Any(m => m.SequenceNumber == number)) return AmqpFault.MessageNotFound(number);
            }

            foreach (var message in _scheduled.Where(m => sequenceNumbers.Contains(m.SequenceNumber)).ToList())
            {
                Unschedule(message);
            }

            return null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _alarm.Dispose();
        }

        foreach (var subscription in Subscriptions)
        {
            subscription.Queue.Dispose();
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed) return;

            _alarm.Rang();
            var now = _time.GetUtcNow().UtcDateTime;
            while (_scheduled.Min is { } message && message.ScheduledUtc <= now)
            {
                Unschedule(message);
                Publish(message.Content, ++_lastSequenceNumber);
            }

            Arm();
        }
    }

    private void Arm() => _alarm.Arm(_scheduled.Min?.ScheduledUtc ?? DateTime.MaxValue);

    private void Unschedule(StoredMessage message)
    {
        _scheduled.Remove(message);
        _scheduledSize -= message.Content.Size;
    }

    private void Publish(MessageContent message, long number)
    {
        var properties = message.ReadProperties();
        var applicationProperties = message.ReadApplicationProperties();
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Rules.Any(r => r.Filter.Matches(properties, applicationProperties)))
            {
                subscription.Queue.Accept(message, number, _defaultTimeToLive);
            }
        }
    }
}

/// <summary>A topic's subscription: a queue and the rules that let messages in.</summary>
internal sealed record Subscription(string Name, QueueEntity Queue, IReadOnlyList<Rule> Rules);

/// <summary>A named filter.</summary>
internal sealed record Rule(string Name, CorrelationFilter Filter);
