using Azure.Data.Tables;

namespace ReliefFunctions.Core.Storage;

/// <summary>
/// Messages that were committed with the decision they follow from. The row is the truth, the bus the accelerator:
/// it is sent at once, again whenever <see cref="NextAttemptAt"/> has passed, and its absence means "handled".
/// </summary>
public sealed record OutboxRow
{
    /// <summary>Row keys begin with this.</summary>
    public const string KeyPrefix = "O|";

    /// <summary>The time the first sending and its handling get before the sweeper sends again.</summary>
    public static readonly TimeSpan FirstGrace = TimeSpan.FromSeconds(30);

    /// <summary>How long a row waits whose message went to the dead letters.</summary>
    public static readonly TimeSpan ParkedFor = TimeSpan.FromDays(1);

    /// <summary>Names the row in its partition; the same decision made again names it alike.</summary>
    public required string Id { get; init; }

    /// <summary>The queue or topic; all messages of a row go there.</summary>
    public required string Entity { get; init; }

    /// <summary>Snapshots: sent again they are the same.</summary>
    public required IReadOnlyList<OutboxMessage> Messages { get; init; }

    /// <summary>Whether the broker's acceptance ends the row's life (topics); else the consumer's own transaction does (queues).</summary>
    public required bool EndsWhenAccepted { get; init; }

    /// <summary>When it was committed, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the sweeper sends it again, UTC.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Sendings by the sweeper so far; part of the message id, so that duplicate detection lets a needed repetition pass.</summary>
    public int Attempt { get; init; }

    /// <summary>Why the last attempt came to nothing, for the operator.</summary>
    public string? LastError { get; init; }

    /// <summary>Where the decision stands in its trace (W3C Trace Context); null when nobody recorded it.</summary>
    public string? Trace { get; init; }

    /// <summary>The key of the row.</summary>
    public string RowKey => KeyPrefix + Id;

    /// <summary>A row for one consumer's queue, deleted by that consumer.</summary>
    public static OutboxRow ForQueue(string queue, string id, DateTimeOffset now, OutboxMessage message) =>
        Make(queue, id, now, [message], endsWhenAccepted: false);

    /// <summary>A row for a topic, deleted when the broker has accepted all of its messages.</summary>
    public static OutboxRow ForTopic(string topic, string id, DateTimeOffset now, params IReadOnlyList<OutboxMessage> messages) =>
        Make(topic, id, now, messages, endsWhenAccepted: true);

    /// <summary>The row as it stands after an attempt that did not end it: doubling waits from a minute to ten.</summary>
    public OutboxRow Postponed(DateTimeOffset now, string? error) => this with
    {
        Attempt = Attempt + 1,
        NextAttemptAt = now + TimeSpan.FromMinutes(Math.Min(10, Math.Pow(2, Math.Min(Attempt, 5)))),
        LastError = error ?? LastError,
    };

    /// <summary>
    /// The row of a message that went to the dead letters: it waits for a person and is tried again once a day by itself, because what could
    /// not be read may have been mended meanwhile, and a broker that was restarted has forgotten its dead letters.
    /// </summary>
    public OutboxRow Parked(DateTimeOffset now, string error) => this with { Attempt = Attempt + 1, NextAttemptAt = now + ParkedFor, LastError = error };

    internal TableEntity ToEntity(string partition)
    {
        var entity = RowEntity.From(partition, RowKey, this);
        entity[nameof(NextAttemptAt)] = NextAttemptAt;
        return entity;
    }

    private static OutboxRow Make(string entity, string id, DateTimeOffset now, IReadOnlyList<OutboxMessage> messages, bool endsWhenAccepted) => new()
    {
        Id = Keys.Join(id.Split('|')),
        Entity = entity,
        Messages = messages,
        EndsWhenAccepted = endsWhenAccepted,
        CreatedAt = now,
        NextAttemptAt = now + FirstGrace,
    };
}

/// <summary>One message as it will be sent.</summary>
/// <param name="MessageId"><c>{district}/{season}/{what}</c>, at most 110 characters: the attempt is added when it is sent (Service Bus allows 128).</param>
/// <param name="Schema">Name and version of the body's shape, such as <c>patrol-order/1</c>.</param>
/// <param name="Body">JSON.</param>
/// <param name="Properties">For filters: district, unit, intensity.</param>
public sealed record OutboxMessage(string MessageId, string Schema, string Body, IReadOnlyDictionary<string, string>? Properties = null)
{
    /// <summary>A message of a body to serialize; its type says which schema it is.</summary>
    public static OutboxMessage Of<T>(string messageId, T body, IReadOnlyDictionary<string, string>? properties = null) where T : IMessageBody =>
        Of(messageId, T.Schema, body, properties);

    /// <summary>A message of a body to serialize, of a schema that no type here has.</summary>
    public static OutboxMessage Of<T>(string messageId, string schema, T body, IReadOnlyDictionary<string, string>? properties = null) =>
        new(messageId.Length <= 110
            ? messageId
            : throw new ArgumentException("A message id holds at most 110 characters.", nameof(messageId)), schema, StoredJson.Write(body), properties);
}

/// <summary>Where the outbox row of a received message lies.</summary>
/// <param name="Table">The table's name without the deployment's prefix.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="RowKey">Its key there.</param>
public sealed record OutboxReference(string Table, string Partition, string RowKey);

/// <summary>What a message says: its type knows the name and version of its shape.</summary>
public interface IMessageBody
{
    /// <summary>Name and version of the shape, such as <c>patrol-order/1</c>; a reader refuses what it does not know.</summary>
    static abstract string Schema { get; }
}

/// <summary>Sends what a commit put into the outbox. The rows lie in storage, the bus above it: this is what storage knows of the bus.</summary>
public interface IOutbox
{
    /// <summary>Sends a row just committed; never throws for what is sent again later. <paramref name="soon"/>: answers before the broker has.</summary>
    Task SendAsync(FeatureTable table, string partition, OutboxRow row, bool soon, CancellationToken ct);
}
