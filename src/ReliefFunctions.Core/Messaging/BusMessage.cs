using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Messaging;

/// <summary>A message on the wire, the same for every broker client.</summary>
/// <param name="MessageId">At most 128 characters; duplicate detection goes by it.</param>
/// <param name="Schema">Name and version of the body's shape.</param>
/// <param name="Body">JSON in UTF-8.</param>
/// <param name="Properties">Application properties, <c>schema</c> and the outbox reference among them.</param>
public sealed record BusMessage(string MessageId, string Schema, string Body, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>The application property that holds <see cref="Schema"/>.</summary>
    public const string SchemaProperty = "schema";

    private const string TableProperty = "outboxTable";
    private const string PartitionProperty = "outboxPartition";
    private const string RowProperty = "outboxRow";

    /// <summary>The outbox row behind the message; null when the row ended with the broker's acceptance.</summary>
    public OutboxReference? Outbox =>
        Properties.TryGetValue(TableProperty, out var table) && Properties.TryGetValue(PartitionProperty, out var partition)
        && Properties.TryGetValue(RowProperty, out var row)
            ? new OutboxReference(table, partition, row)
            : null;

    /// <summary>The outbox row behind the message; throws for a message that must have one and does not.</summary>
    public OutboxReference RequiredOutbox => Outbox ?? throw new UnreadableMessageException("The message names no outbox row.");

    /// <summary>The trace that the message belongs to (W3C Trace Context), or null.</summary>
    public string? Trace => Properties.GetValueOrDefault(ReliefTelemetry.TraceProperty);

    /// <summary>Reads the body as what its type says it is; throws <see cref="UnreadableMessageException"/> when it is none.</summary>
    public T Read<T>() where T : IMessageBody => Read<T>(T.Schema);

    /// <summary>Reads the body; throws <see cref="UnreadableMessageException"/> when it is not of the shape or schema asked for.</summary>
    public T Read<T>(string schema)
    {
        if (Schema != schema) throw new UnreadableMessageException($"The message is of schema “{Schema}”; this version reads “{schema}”.");
        try
        {
            return StoredJson.Read<T>(Body);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new UnreadableMessageException($"The body is not a {schema}: {e.Message}", e);
        }
    }

    internal static BusMessage Of(OutboxMessage message, TableName table, string partition, OutboxRow row)
    {
        var properties = new Dictionary<string, string>(message.Properties ?? new Dictionary<string, string>()) { [SchemaProperty] = message.Schema };
        if (row.Trace is { } trace) properties[ReliefTelemetry.TraceProperty] = trace;
        if (!row.EndsWhenAccepted)
        {
            properties[TableProperty] = table.Name;
            properties[PartitionProperty] = partition;
            properties[RowProperty] = row.RowKey;
        }

        return new BusMessage($"{message.MessageId}/{row.Attempt}", message.Schema, message.Body, properties);
    }
}

/// <summary>A message that no later attempt could read: it belongs into the dead-letter queue, with this explanation.</summary>
public sealed class UnreadableMessageException : Exception
{
    /// <summary>With what a person can act on.</summary>
    public UnreadableMessageException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>For serializers.</summary>
    public UnreadableMessageException()
    {
    }

    /// <summary>With what a person can act on.</summary>
    public UnreadableMessageException(string message) : base(message)
    {
    }
}

/// <summary>Sends to a queue or topic; a normal return means that the broker has accepted every message.</summary>
public interface IMessageSender
{
    /// <summary>Sends messages to one entity, batched where the broker can.</summary>
    Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct);
}

/// <summary>What to do with a received message.</summary>
public abstract record Disposition
{
    /// <summary>What the bus holds of a dead letter's reason and of its description, in UTF-16 characters; its client refuses more.</summary>
    public const int LongestWords = 4096;

    private Disposition()
    {
    }

    /// <summary>Handled, or to be sent again by its outbox row.</summary>
    public static Disposition Complete { get; } = new CompleteDisposition();

    /// <summary>Put back on the queue: for when not even the outbox row could be reached.</summary>
    public static Disposition Abandon { get; } = new AbandonDisposition();

    /// <summary>Refused for good; what is longer than <see cref="LongestWords"/> is cut.</summary>
    public static Disposition DeadLetter(string reason, string description) =>
        new DeadLetterDisposition(TextFit.Cut(reason, LongestWords), TextFit.Cut(description, LongestWords));

    /// <inheritdoc cref="Complete"/>
    public sealed record CompleteDisposition : Disposition;

    /// <inheritdoc cref="Abandon"/>
    public sealed record AbandonDisposition : Disposition;

    /// <inheritdoc cref="DeadLetter"/>
    public sealed record DeadLetterDisposition(string Reason, string Description) : Disposition;
}

/// <summary>The consumer of one queue or subscription.</summary>
public interface IMessageHandler
{
    /// <summary>A queue, or <c>topic/subscription</c>: one of <see cref="Entities"/>.</summary>
    string Source { get; }

    /// <summary>
    /// Handles a message that may have come before, and ends its outbox row with its own effect.
    /// Throws for what a later attempt may cure; <see cref="UnreadableMessageException"/> for what none will.
    /// </summary>
    Task HandleAsync(BusMessage message, CancellationToken ct);
}
