using LocalServiceBus.Wire;

namespace LocalServiceBus.Entities;

/// <summary>
/// Copies each message to the subscriptions with a matching rule. Its lock orders the copies: every subscription sees the
/// topic's order.
/// </summary>
internal sealed class TopicEntity : ISendTarget, IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly TimeSpan? defaultTimeToLive;
    private readonly long maxSize;
    private readonly AlarmClock alarm;
    private readonly DuplicateWindow? duplicates;
    private readonly SortedSet<StoredMessage> scheduled = new(StoredMessage.BySchedule);
    private long scheduledSize;
    private long lastSequenceNumber;
    private bool disposed;

    internal TopicEntity(string address, QueueSettings settings, IReadOnlyList<Subscription> subscriptions, TimeProvider time, long maxSize)
    {
        Address = address;
        Subscriptions = subscriptions;
        this.time = time;
        this.maxSize = maxSize;
        defaultTimeToLive = settings.DefaultTimeToLive;
        alarm = new AlarmClock(time, OnTimer);
        duplicates = settings.DuplicateWindow is { } window ? new DuplicateWindow(window) : null;
    }

    public string Address { get; }

    internal IReadOnlyList<Subscription> Subscriptions { get; }

    public AmqpFault? Send(IReadOnlyList<MessageContent> messages, out long[] sequenceNumbers)
    {
        sequenceNumbers = new long[messages.Count];
        lock (gate)
        {
            var held = scheduledSize + Subscriptions.Sum(s => s.Queue.Size);
            if (held + messages.Sum(m => (long)m.Size) > maxSize)
            {
                return AmqpFault.QuotaExceeded(Address, maxSize);
            }

            var now = time.GetUtcNow().UtcDateTime;
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i];
                var number = sequenceNumbers[i] = ++lastSequenceNumber;
                if (duplicates?.TryAdd(message.MessageId, now) == false)
                {
                    continue;
                }

                if (message.ScheduledEnqueueTimeUtc > now)
                {
                    scheduled.Add(new StoredMessage(number, message) { ScheduledUtc = message.ScheduledEnqueueTimeUtc.Value });
                    scheduledSize += message.Size;
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
        lock (gate)
        {
            foreach (var number in sequenceNumbers)
            {
                if (!scheduled.Any(m => m.SequenceNumber == number))
                {
                    return AmqpFault.MessageNotFound(number);
                }
            }

            foreach (var message in scheduled.Where(m => sequenceNumbers.Contains(m.SequenceNumber)).ToList())
            {
                Unschedule(message);
            }

            return null;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            alarm.Dispose();
        }

        foreach (var subscription in Subscriptions)
        {
            subscription.Queue.Dispose();
        }
    }

    private void OnTimer()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            alarm.Rang();
            var now = time.GetUtcNow().UtcDateTime;
            while (scheduled.Min is { } message && message.ScheduledUtc <= now)
            {
                Unschedule(message);
                Publish(message.Content, ++lastSequenceNumber);
            }

            Arm();
        }
    }

    private void Arm() => alarm.Arm(scheduled.Min?.ScheduledUtc ?? DateTime.MaxValue);

    private void Unschedule(StoredMessage message)
    {
        scheduled.Remove(message);
        scheduledSize -= message.Content.Size;
    }

    private void Publish(MessageContent message, long number)
    {
        var properties = message.ReadProperties();
        var applicationProperties = message.ReadApplicationProperties();
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Rules.Any(r => r.Filter.Matches(properties, applicationProperties)))
            {
                subscription.Queue.Accept(message, number, defaultTimeToLive);
            }
        }
    }
}

/// <summary>A topic's subscription: a queue and the rules that let messages in.</summary>
internal sealed record Subscription(string Name, QueueEntity Queue, IReadOnlyList<Rule> Rules);

/// <summary>A named filter.</summary>
internal sealed record Rule(string Name, CorrelationFilter Filter);
