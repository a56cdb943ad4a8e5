namespace LocalServiceBus.Tests.Clients;

/// <summary>What a test sends, in the words that every client has.</summary>
public sealed record Outgoing(string Body)
{
    public string? MessageId { get; init; }

    public string? Subject { get; init; }

    public string? CorrelationId { get; init; }

    public string? ContentType { get; init; }

    public string? To { get; init; }

    public string? ReplyTo { get; init; }

    public string? SessionId { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    public DateTimeOffset? ScheduledEnqueueTime { get; init; }

    public Dictionary<string, object> Properties { get; init; } = [];
}

/// <summary>What a test received.</summary>
public sealed record Received
{
    public required string Body { get; init; }

    public string? MessageId { get; init; }

    public string? Subject { get; init; }

    public string? CorrelationId { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Deliveries before this one.</summary>
    public required int DeliveryCount { get; init; }

    public required long SequenceNumber { get; init; }

    public long? EnqueuedSequenceNumber { get; init; }

    public DateTimeOffset? EnqueuedTime { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>As the broker says; null when the message lives without end.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>"active", "deferred" or "scheduled".</summary>
    public string State { get; init; } = "active";

    public Dictionary<string, object?> Properties { get; init; } = [];

    /// <summary>The client's own object or number for it.</summary>
    public required object Handle { get; init; }
}

/// <summary>The bus refused; the reason in the official client's words.</summary>
public sealed class BusException(string reason, string message) : Exception($"{reason}: {message}")
{
    public string Reason { get; } = reason;
}

/// <summary>One connection of one of the clients. The conformance suite asks the same of each.</summary>
public interface IBusClient : IAsyncDisposable
{
    Task Send(string entity, params Outgoing[] messages);

    /// <summary>In one transfer.</summary>
    Task SendBatch(string entity, params Outgoing[] messages);

    /// <summary>One message with a body of so many bytes.</summary>
    Task SendLarge(string entity, int bytes);

    Task<IReadOnlyList<long>> Schedule(string entity, DateTimeOffset time, params Outgoing[] messages);

    Task CancelScheduled(string entity, params long[] sequenceNumbers);

    /// <summary>Up to <paramref name="max"/> messages; returns at the first lull, empty-handed after <paramref name="wait"/>.</summary>
    Task<IReadOnlyList<Received>> Receive(string entity, int max = 1, TimeSpan? wait = null, bool receiveAndDelete = false);

    Task Complete(Received message);

    Task Abandon(Received message, Dictionary<string, object>? changes = null);

    Task Defer(Received message);

    Task DeadLetter(Received message, string reason, string description);

    Task<DateTimeOffset> RenewLock(Received message);

    Task<IReadOnlyList<Received>> Peek(string entity, int count, long from = 1);

    Task<IReadOnlyList<Received>> ReceiveDeferred(string entity, params long[] sequenceNumbers);

    /// <summary>Closes the receiving links of an entity; locks it holds stay.</summary>
    Task CloseReceivers(string entity);

    /// <summary>Asks for a session; must be refused.</summary>
    Task AcceptSession(string entity, string session);
}
