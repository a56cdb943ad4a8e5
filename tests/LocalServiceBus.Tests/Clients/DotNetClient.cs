using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests.Clients;

/// <summary><c>Azure.Messaging.ServiceBus</c>, the client that the product uses. It tries nothing twice, so that a test sees each refusal.</summary>
public sealed class DotNetClient : IBusClient
{
    private const string DeadLetterQueue = "/$deadletterqueue";

    private readonly Dictionary<string, ServiceBusSender> _senders = [];
    private readonly Dictionary<(string, ServiceBusReceiveMode), ServiceBusReceiver> _receivers = [];

    private DotNetClient(string connectionString) => Client = new ServiceBusClient(connectionString, new ServiceBusClientOptions
    {
        RetryOptions = new ServiceBusRetryOptions { MaxRetries = 0, TryTimeout = TimeSpan.FromSeconds(20) },
    });

    public ServiceBusClient Client { get; }

    public static DotNetClient Connect(Broker broker) => new(broker.ConnectionString);

    public Task Send(string entity, params Outgoing[] messages) => Translated(async () =>
    {
        foreach (var message in messages)
        {
            await Sender(entity).SendMessageAsync(Encode(message));
        }
    });

    public Task SendBatch(string entity, params Outgoing[] messages) => Translated(async () =>
    {
        using var batch = await Sender(entity).CreateMessageBatchAsync();
        Assert.All(messages, message => Assert.True(batch.TryAddMessage(Encode(message))));
        await Sender(entity).SendMessagesAsync(batch);
    });

    public Task SendLarge(string entity, int bytes) => Translated(() => Sender(entity).SendMessageAsync(new ServiceBusMessage(new byte[bytes])));

    public Task<IReadOnlyList<long>> Schedule(string entity, DateTimeOffset time, params Outgoing[] messages) =>
        Translated(() => Sender(entity).ScheduleMessagesAsync(messages.Select(Encode), time));

    public Task CancelScheduled(string entity, params long[] sequenceNumbers) =>
        Translated(() => Sender(entity).CancelScheduledMessagesAsync(sequenceNumbers));

    public Task<IReadOnlyList<Received>> Receive(string entity, int max = 1, TimeSpan? wait = null, bool receiveAndDelete = false) =>
        Translated<IReadOnlyList<Received>>(async () =>
        {
            var receiver = Receiver(entity, receiveAndDelete ? ServiceBusReceiveMode.ReceiveAndDelete : ServiceBusReceiveMode.PeekLock);
            var got = new List<Received>();
            var patience = wait ?? TimeSpan.FromSeconds(20);
            while (got.Count < max && await receiver.ReceiveMessagesAsync(max - got.Count, patience) is { Count: > 0 } page)
            {
                got.AddRange(page.Select(message => Decode(message, receiver, peeked: false)));
                patience = TimeSpan.FromMilliseconds(100);
            }

            return got;
        });

    public Task Complete(Received message) => Translated(() => Holder(message).CompleteMessageAsync(Held(message)));

    public Task Abandon(Received message, Dictionary<string, object>? changes = null) =>
        Translated(() => Holder(message).AbandonMessageAsync(Held(message), changes));

    public Task Defer(Received message) => Translated(() => Holder(message).DeferMessageAsync(Held(message)));

    public Task DeadLetter(Received message, string reason, string description) =>
        Translated(() => Holder(message).DeadLetterMessageAsync(Held(message), reason, description));

    public Task<DateTimeOffset> RenewLock(Received message) => Translated(async () =>
    {
        await Holder(message).RenewMessageLockAsync(Held(message));
        return Held(message).LockedUntil;
    });

    public Task<IReadOnlyList<Received>> Peek(string entity, int count, long from = 1) => Translated<IReadOnlyList<Received>>(async () =>
    {
        var receiver = Receiver(entity);
        return [.. (await receiver.PeekMessagesAsync(count, from)).Select(message => Decode(message, receiver, peeked: true))];
    });

    public Task<IReadOnlyList<Received>> ReceiveDeferred(string entity, params long[] sequenceNumbers) => Translated<IReadOnlyList<Received>>(async () =>
    {
        var receiver = Receiver(entity);
        return [.. (await receiver.ReceiveDeferredMessagesAsync(sequenceNumbers)).Select(message => Decode(message, receiver, peeked: false))];
    });

    public async Task CloseReceivers(string entity)
    {
        foreach (var key in _receivers.Keys.Where(key => key.Item1 == entity).ToList())
        {
            await _receivers[key].CloseAsync();
            _receivers.Remove(key);
        }
    }

    public Task AcceptSession(string entity, string session) => Translated(() => Client.AcceptSessionAsync(entity, session));

    public ServiceBusSender Sender(string entity) => _senders.TryGetValue(entity, out var known) ? known : _senders[entity] = Client.CreateSender(entity);

    public ServiceBusReceiver Receiver(string entity, ServiceBusReceiveMode mode = ServiceBusReceiveMode.PeekLock)
    {
        if (_receivers.TryGetValue((entity, mode), out var known)) return known;

        var options = new ServiceBusReceiverOptions { ReceiveMode = mode };
        var path = entity;
        if (entity.EndsWith(DeadLetterQueue, StringComparison.Ordinal))
        {
            path = entity[..^DeadLetterQueue.Length];
            options.SubQueue = SubQueue.DeadLetter;
        }

        return _receivers[(entity, mode)] = path.Split("/Subscriptions/") is [var topic, var subscription]
            ? Client.CreateReceiver(topic, subscription, options)
            : Client.CreateReceiver(path, options);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private static ServiceBusReceivedMessage Held(Received message) => ((Hold)message.Handle).Message;

    private static ServiceBusReceiver Holder(Received message) => ((Hold)message.Handle).Receiver;

    private static Task<bool> Translated(Func<Task> action) => Translated(async () =>
    {
        await action();
        return true;
    });

    private static async Task<T> Translated<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (ServiceBusException e)
        {
            throw new BusException(e.Reason == ServiceBusFailureReason.ServiceBusy ? "ServiceBusy" : e.Reason.ToString(), e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new BusException("UnauthorizedAccess", e.Message);
        }
        catch (InvalidOperationException e)
        {
            throw new BusException("InvalidOperationError", e.Message);
        }
    }

    private static ServiceBusMessage Encode(Outgoing message)
    {
        var encoded = new ServiceBusMessage(message.Body);
        void Set(string? value, Action<string> set)
        {
            if (value is not null) set(value);
        }

        Set(message.MessageId, v => encoded.MessageId = v);
        Set(message.Subject, v => encoded.Subject = v);
        Set(message.CorrelationId, v => encoded.CorrelationId = v);
        Set(message.ContentType, v => encoded.ContentType = v);
        Set(message.To, v => encoded.To = v);
        Set(message.ReplyTo, v => encoded.ReplyTo = v);
        Set(message.SessionId, v => encoded.SessionId = v);
        if (message.TimeToLive is { } ttl) encoded.TimeToLive = ttl;

        if (message.ScheduledEnqueueTime is { } time) encoded.ScheduledEnqueueTime = time;

        foreach (var (key, value) in message.Properties)
        {
            encoded.ApplicationProperties[key] = value;
        }

        return encoded;
    }

    private static Received Decode(ServiceBusReceivedMessage message, ServiceBusReceiver receiver, bool peeked) => new()
    {
        Body = message.Body.ToString(),
        MessageId = message.MessageId,
        Subject = message.Subject,
        CorrelationId = message.CorrelationId,
        ContentType = message.ContentType,
        // This client counts the delivery that it has in its hands.
        DeliveryCount = message.DeliveryCount - (peeked ? 0 : 1),
        SequenceNumber = message.SequenceNumber,
        EnqueuedSequenceNumber = message.EnqueuedSequenceNumber,
        EnqueuedTime = message.EnqueuedTime,
        LockedUntil = message.LockedUntil == default ? null : message.LockedUntil,
        TimeToLive = message.TimeToLive == TimeSpan.MaxValue ? null : message.TimeToLive,
        State = message.State.ToString().ToLowerInvariant(),
        Properties = message.ApplicationProperties.ToDictionary(p => p.Key, object? (p) => p.Value),
        Handle = new Hold(message, receiver),
    };

    private sealed record Hold(ServiceBusReceivedMessage Message, ServiceBusReceiver Receiver);
}
