using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using Amqp.Types;

namespace LocalServiceBus.Tests.Clients;

/// <summary>A bare AMQP 1.0 client: what Service Bus adds to AMQP is spelled out here.</summary>
public sealed class AmqpNetLiteClient : IBusClient, IHandler
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly MethodInfo DisposeDelivery = typeof(Session).GetMethod("DisposeDelivery", BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly PropertyInfo DeliveryOf = typeof(Message).GetProperty("Delivery", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private readonly Dictionary<string, SenderLink> _senders = [];
    private readonly Dictionary<(string, bool), ReceiverLink> _receivers = [];
    private readonly Dictionary<string, RequestPair> _management = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DeliveryState?>> _settlements = new();
    private Connection _connection = null!;
    private Session _session = null!;

    private AmqpNetLiteClient()
    {
    }

    public Connection Connection => _connection;

    public Session Session => _session;

    public static async Task<AmqpNetLiteClient> Connect(Broker broker)
    {
        var client = new AmqpNetLiteClient();
        client._connection = await new ConnectionFactory().CreateAsync(
            new Address("127.0.0.1", broker.Port, Broker.KeyName, broker.AccessKey, "/", "amqp"), client);
        client._session = new Session(client._connection);
        return client;
    }

    public async Task Send(string entity, params Outgoing[] messages)
    {
        foreach (var message in messages)
        {
            await Send(entity, Encode(message));
        }
    }

    public async Task SendBatch(string entity, params Outgoing[] messages)
    {
        var list = new DataList();
        foreach (var message in messages)
        {
            list.Add(new Data { Binary = Bytes(Encode(message)) });
        }

        await Send(entity, new Message { BodySection = list, Format = 0x80013700 });
    }

    public Task SendLarge(string entity, int bytes) => Send(entity, new Message { BodySection = new Data { Binary = new byte[bytes] } });

    public async Task Send(string entity, Message message)
    {
        if (!_senders.TryGetValue(entity, out var link) || link.IsClosed)
        {
            link = _senders[entity] = await Attached(entity, (name, onAttached) => new SenderLink(_session, name, new Target { Address = entity }, onAttached));
        }

        try
        {
            await link.SendAsync(message, Limit);
        }
        catch (AmqpException e)
        {
            throw Translate(e.Error);
        }
    }

    public async Task<IReadOnlyList<long>> Schedule(string entity, DateTimeOffset time, params Outgoing[] messages)
    {
        var list = new List();
        foreach (var message in messages)
        {
            list.Add(new Map { ["message"] = Bytes(Encode(message with { ScheduledEnqueueTime = time })), ["message-id"] = message.MessageId ?? "" });
        }

        var reply = await Request(entity, "com.microsoft:schedule-message", new Map { ["messages"] = list });
        return (long[])reply["sequence-numbers"];
    }

    public Task CancelScheduled(string entity, params long[] sequenceNumbers) =>
        Request(entity, "com.microsoft:cancel-scheduled-message", new Map { ["sequence-numbers"] = sequenceNumbers });

    public async Task<IReadOnlyList<Received>> Receive(string entity, int max = 1, TimeSpan? wait = null, bool receiveAndDelete = false)
    {
        var link = await Receiver(entity, receiveAndDelete);
        link.SetCredit(max, CreditMode.Manual);
        var got = new List<Received>();
        var patience = wait ?? Limit;
        while (got.Count < max && await link.ReceiveAsync(patience) is { } message)
        {
            got.Add(Decode(entity, message, link));
            patience = TimeSpan.FromMilliseconds(100);
        }

        if (got.Count < max)
        {
            // No credit may be left behind: a later message would go to nobody.
            link.SetCredit(max - got.Count, CreditMode.Drain);
            while (await link.ReceiveAsync(TimeSpan.FromMilliseconds(50)) is { } late)
            {
                got.Add(Decode(entity, late, link));
            }
        }

        return got;
    }

    public async Task<ReceiverLink> Receiver(string entity, bool receiveAndDelete = false)
    {
        if (!_receivers.TryGetValue((entity, receiveAndDelete), out var link) || link.IsClosed)
        {
            link = _receivers[(entity, receiveAndDelete)] = await Attached(entity, (name, onAttached) => new ReceiverLink(_session, name, ReceiverAttach(entity, receiveAndDelete), onAttached));
        }

        return link;
    }

    public static Attach ReceiverAttach(string entity, bool receiveAndDelete = false, Map? filter = null) => new()
    {
        Source = new Source { Address = entity, FilterSet = filter },
        Target = new Target(),
        SndSettleMode = receiveAndDelete ? SenderSettleMode.Settled : SenderSettleMode.Unsettled,
        RcvSettleMode = receiveAndDelete ? ReceiverSettleMode.First : ReceiverSettleMode.Second,
    };

    public Task Complete(Received message) => Settle(message, new Accepted());

    public Task Abandon(Received message, Dictionary<string, object>? changes = null) =>
        Settle(message, new Modified { DeliveryFailed = true, UndeliverableHere = false, MessageAnnotations = Fields(changes) });

    public Task Defer(Received message) => Settle(message, new Modified { DeliveryFailed = true, UndeliverableHere = true });

    public Task DeadLetter(Received message, string reason, string description) => Settle(message, new Rejected
    {
        Error = new Error(new Symbol("com.microsoft:dead-letter"))
        {
            Info = Fields(new() { ["DeadLetterReason"] = reason, ["DeadLetterErrorDescription"] = description }),
        },
    });

    public async Task<DateTimeOffset> RenewLock(Received message)
    {
        var handle = (Held)message.Handle;
        var reply = await Request(handle.Entity, "com.microsoft:renew-lock", new Map { ["lock-tokens"] = new[] { handle.Token } });
        return ((DateTime[])reply["expirations"])[0];
    }

    public async Task<IReadOnlyList<Received>> Peek(string entity, int count, long from = 1)
    {
        var reply = await Request(entity, "com.microsoft:peek-message", new Map { ["from-sequence-number"] = from, ["message-count"] = count });
        return Messages(entity, reply);
    }

    public async Task<IReadOnlyList<Received>> ReceiveDeferred(string entity, params long[] sequenceNumbers)
    {
        var reply = await Request(entity, "com.microsoft:receive-by-sequence-number", new Map { ["sequence-numbers"] = sequenceNumbers, ["receiver-settle-mode"] = 1u });
        return Messages(entity, reply);
    }

    public async Task CloseReceivers(string entity)
    {
        foreach (var key in _receivers.Keys.Where(k => k.Item1 == entity).ToList())
        {
            await _receivers[key].CloseAsync();
            _receivers.Remove(key);
        }
    }

    public Task AcceptSession(string entity, string session)
    {
        var filter = new Map { [new Symbol("com.microsoft:session-filter")] = new DescribedValue(0x00000137000000CUL, session) };
        return Attached(entity, (name, onAttached) => new ReceiverLink(_session, name, ReceiverAttach(entity, filter: filter), onAttached));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.CloseAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (e is AmqpException or TimeoutException or ObjectDisposedException)
        {
        }
    }

    /// <summary>One request to an entity's management node, with the reply's body.</summary>
    public async Task<Map> Request(string entity, string operation, Map body)
    {
        if (!_management.TryGetValue(entity, out var pair))
        {
            pair = _management[entity] = await RequestPair.Open(_session, entity + "/$management");
        }

        return await pair.Request(operation, body, []);
    }

    bool IHandler.CanHandle(EventId id) => id == EventId.DeliveryStateChanged;

    void IHandler.Handle(Event protocolEvent)
    {
        var delivery = (IDelivery)protocolEvent.Context;
        if (_settlements.TryRemove(Convert.ToHexString(delivery.Tag), out var waiting)) waiting.TrySetResult(delivery.State);
    }

    internal static BusException Translate(Error? error)
    {
        string condition = error?.Condition ?? "";
        return new BusException(condition switch
        {
            "amqp:not-found" => "MessagingEntityNotFound",
            "com.microsoft:message-lock-lost" => "MessageLockLost",
            "com.microsoft:message-not-found" => "MessageNotFound",
            "amqp:link:message-size-exceeded" => "MessageSizeExceeded",
            "amqp:resource-limit-exceeded" => "QuotaExceeded",
            "com.microsoft:server-busy" => "ServiceBusy",
            "amqp:unauthorized-access" => "UnauthorizedAccess",
            "amqp:not-allowed" => "InvalidOperationError",
            _ => condition,
        }, error?.Description ?? "");
    }

    /// <summary>Opens a link; a refusal comes as a detach right behind the attach.</summary>
    internal static async Task<TLink> Attached<TLink>(string entity, Func<string, OnAttached, TLink> make)
        where TLink : Link
    {
        var attached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = make($"{entity}-{Guid.NewGuid():N}", (_, attach) =>
        {
            if (attach.Role ? attach.Target is not null : attach.Source is not null) attached.TrySetResult(true);
        });
        link.AddClosedCallback((_, error) => attached.TrySetException(Translate(error)));
        await attached.Task.WaitAsync(Limit);
        return link;
    }

    private async Task Settle(Received message, DeliveryState state)
    {
        var handle = (Held)message.Handle;
        if (handle.Link is null)
        {
            var body = new Map
            {
                ["lock-tokens"] = new[] { handle.Token },
                ["disposition-status"] = state switch
                {
                    Accepted => "completed",
                    Rejected => "suspended",
                    Modified { UndeliverableHere: true } => "defered",
                    _ => "abandoned",
                },
            };
            await Request(handle.Entity, "com.microsoft:update-disposition", body);
            return;
        }

        // The library settles as it sends and would not hear a refusal. Service Bus clients settle in two steps, and so
        // does this one, through the library's own method for it.
        var key = Convert.ToHexString(handle.Message.DeliveryTag);
        var reply = _settlements[key] = new TaskCompletionSource<DeliveryState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        DisposeDelivery.Invoke(_session, [true, DeliveryOf.GetValue(handle.Message), state, false]);
        if (await reply.Task.WaitAsync(Limit) is Rejected { Error: { } error }) throw Translate(error);
    }

    private static Fields? Fields(Dictionary<string, object>? values)
    {
        if (values is null) return null;

        var fields = new Fields();
        foreach (var (key, value) in values)
        {
            fields[new Symbol(key)] = value;
        }

        return fields;
    }

    private static List<Received> Messages(string entity, Map reply) => (reply["messages"] as List ?? []).Cast<Map>().Select(entry =>
    {
        var bytes = (byte[])entry["message"];
        var message = Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
        return Decode(entity, message, null, entry["lock-token"] is Guid token ? token : default);
    }).ToList();

    private static Received Decode(string entity, Message message, ReceiverLink? link, Guid token = default)
    {
        object? Annotation(string key) => message.MessageAnnotations?.Map[new Symbol(key)];
        if (link is not null && message.DeliveryTag is { Length: 16 } tag) token = new Guid(tag);

        return new Received
        {
            Body = message.Body is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(message.Body, CultureInfo.InvariantCulture)!,
            MessageId = message.Properties?.GetMessageId()?.ToString(),
            Subject = message.Properties?.Subject,
            CorrelationId = message.Properties?.GetCorrelationId()?.ToString(),
            ContentType = message.Properties?.ContentType,
            DeliveryCount = (int)message.Header.DeliveryCount,
            SequenceNumber = (long)Annotation("x-opt-sequence-number")!,
            EnqueuedSequenceNumber = (long?)Annotation("x-opt-enqueue-sequence-number"),
            EnqueuedTime = (DateTime?)Annotation("x-opt-enqueued-time"),
            TimeToLive = message.Header.HasField(2) ? TimeSpan.FromMilliseconds(message.Header.Ttl) : null,
            LockedUntil = Annotation("x-opt-locked-until") is DateTime until ? until : null,
            State = Annotation("x-opt-message-state") switch { 1 => "deferred", 2 => "scheduled", _ => "active" },
            Properties = message.ApplicationProperties?.Map.ToDictionary(p => (string)p.Key, object? (p) => p.Value) ?? [],
            Handle = new Held(entity, message, link, token),
        };
    }

    private static byte[] Bytes(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    private static Message Encode(Outgoing message)
    {
        var encoded = new Message
        {
            Properties = new Properties(),
            BodySection = new Data { Binary = Encoding.UTF8.GetBytes(message.Body) },
        };
        if (message.TimeToLive is { } ttl) encoded.Header = new Header { Ttl = (uint)ttl.TotalMilliseconds };

        if (message.ScheduledEnqueueTime is { } time)
        {
            encoded.MessageAnnotations = new MessageAnnotations();
            encoded.MessageAnnotations[new Symbol("x-opt-scheduled-enqueue-time")] = time.UtcDateTime;
        }

        void Set(string? value, Action<string> set)
        {
            if (value is not null) set(value);
        }

        Set(message.MessageId, v => encoded.Properties.MessageId = v);
        Set(message.Subject, v => encoded.Properties.Subject = v);
        Set(message.CorrelationId, v => encoded.Properties.CorrelationId = v);
        Set(message.ContentType, v => encoded.Properties.ContentType = v);
        Set(message.To, v => encoded.Properties.To = v);
        Set(message.ReplyTo, v => encoded.Properties.ReplyTo = v);
        Set(message.SessionId, v => encoded.Properties.GroupId = v);
        if (message.Properties.Count > 0)
        {
            encoded.ApplicationProperties = new ApplicationProperties();
            foreach (var (key, value) in message.Properties)
            {
                encoded.ApplicationProperties[key] = value;
            }
        }

        return encoded;
    }

    private sealed record Held(string Entity, Message Message, ReceiverLink? Link, Guid Token);
}

/// <summary>A sender and a receiver on a request node, one request at a time.</summary>
public sealed class RequestPair
{
    private readonly SenderLink _sender;
    private readonly ReceiverLink _receiver;
    private readonly string _replyTo;
    private readonly SemaphoreSlim _turn = new(1);

    private RequestPair(SenderLink sender, ReceiverLink receiver, string replyTo)
    {
        _sender = sender;
        _receiver = receiver;
        _replyTo = replyTo;
    }

    public static async Task<RequestPair> Open(Session session, string address)
    {
        var replyTo = "reply-" + Guid.NewGuid().ToString("N");
        var sender = await AmqpNetLiteClient.Attached(address, (name, onAttached) => new SenderLink(session, name, new Target { Address = address }, onAttached));
        var receiver = await AmqpNetLiteClient.Attached(address, (name, onAttached) => new ReceiverLink(session, name, new Attach
        {
            Source = new Source { Address = address },
            Target = new Target { Address = replyTo },
        }, onAttached));
        receiver.SetCredit(10);
        return new RequestPair(sender, receiver, replyTo);
    }

    public async Task<Map> Request(string operation, object body, Dictionary<string, object> properties)
    {
        await _turn.WaitAsync();
        try
        {
            var request = new Message
            {
                Properties = new Properties { MessageId = Guid.NewGuid().ToString(), ReplyTo = _replyTo },
                ApplicationProperties = new ApplicationProperties(),
                BodySection = new AmqpValue { Value = body },
            };
            request.ApplicationProperties["operation"] = operation;
            foreach (var (key, value) in properties)
            {
                request.ApplicationProperties[key] = value;
            }

            await _sender.SendAsync(request);
            var reply = await _receiver.ReceiveAsync(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"No reply to {operation}.");
            _receiver.Accept(reply);
            Assert.Equal(request.Properties.MessageId, reply.Properties.CorrelationId);
            if ((int)reply.ApplicationProperties["statusCode"] is >= 200 and < 300) return reply.Body as Map ?? [];

            throw AmqpNetLiteClient.Translate(new Error(reply.ApplicationProperties["errorCondition"] as Symbol ?? new Symbol("none"))
            {
                Description = (string)reply.ApplicationProperties["statusDescription"],
            });
        }
        finally
        {
            _turn.Release();
        }
    }
}
