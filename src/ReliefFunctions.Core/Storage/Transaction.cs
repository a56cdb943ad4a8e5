using Azure;
using Azure.Data.Tables;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Storage;

/// <summary>
/// One decision: what it changes in one partition, together or not at all (an entity-group transaction).
/// At most 100 rows, each once; both are checked here, because the local storage service does not refuse them cleanly.
/// </summary>
public sealed class Transaction(string partition)
{
    /// <summary>Rows that one transaction may touch.</summary>
    public const int MaxRows = 100;

    private readonly List<TableTransactionAction> _actions = [];
    private readonly HashSet<string> _rowKeys = new(StringComparer.Ordinal);
    private readonly List<(OutboxRow Row, bool Soon)> _outbox = [];
    private readonly List<(int At, string Key, AuditEntry Entry)> _trails = [];
    private readonly List<(System.Text.Json.Nodes.JsonObject Before, System.Text.Json.Nodes.JsonObject After)> _changes = [];

    /// <summary>The partition.</summary>
    public string Partition { get; } = partition;

    /// <summary>Rows touched so far.</summary>
    public int Count => _actions.Count;

    /// <summary>
    /// The key of the first entry in the trail, which no other decision can write: by it a commit whose reply was lost is known again. Null without one.
    /// </summary>
    internal string? Trail { get; private set; }

    /// <summary>What is to be done; asked for once everything was added, because the trail tells what the whole decision changed.</summary>
    internal IReadOnlyList<TableTransactionAction> Actions
    {
        get
        {
            foreach (var (at, key, entry) in _trails)
            {
                var told = entry with
                {
                    Before = entry.Before ?? AuditedChange.Text([.. _changes.Select(change => change.Before)]),
                    After = entry.After ?? AuditedChange.Text([.. _changes.Select(change => change.After)]),
                };
                _actions[at] = new TableTransactionAction(TableTransactionActionType.Add, RowEntity.From(Partition, key, told), default);
            }

            return _actions;
        }
    }

    internal IReadOnlyList<(OutboxRow Row, bool Soon)> Outbox => _outbox;

    /// <summary>Adds a row that must not be there yet; <paramref name="before"/> is what it takes the place of, for the trail alone.</summary>
    public Transaction Insert<T>(string rowKey, T value, T? before = default) =>
        Note(before, value).Add(TableTransactionActionType.Add, RowEntity.From(Partition, rowKey, value), default);

    /// <summary>Replaces a row as it was read: refused when somebody changed it since.</summary>
    public Transaction Replace<T>(Row<T> read, T value) =>
        Note(read.Value, value).Add(TableTransactionActionType.UpdateReplace, RowEntity.From(Partition, read.RowKey, value), read.ETag);

    /// <summary>Inserts when <paramref name="read"/> is null, else replaces it.</summary>
    public Transaction Put<T>(Row<T>? read, string rowKey, T value) => read is null ? Insert(rowKey, value) : Replace(read, value);

    /// <summary>
    /// Writes a row whatever stands there; only for what is the same whoever writes it. <paramref name="before"/> is for the trail alone.
    /// </summary>
    public Transaction Upsert<T>(string rowKey, T value, T? before = default) =>
        Note(before, value).Add(TableTransactionActionType.UpsertReplace, RowEntity.From(Partition, rowKey, value), default);

    /// <summary>Deletes a row as it was read.</summary>
    public Transaction Delete<T>(Row<T> read) =>
        Note(read.Value, default).Add(TableTransactionActionType.Delete, new TableEntity(Partition, read.RowKey), read.ETag);

    /// <summary>Adds a message (or several to one entity) that is sent after the commit, and again until it was handled.</summary>
    /// <param name="row">What to send.</param>
    /// <param name="soon">Whether the commit answers before the broker has: for what is told about a decision, not for the work that follows from it.</param>
    public Transaction Send(OutboxRow row, bool soon = false)
    {
        row = row with { Trace = row.Trace ?? ReliefTelemetry.Here };
        _outbox.Add((row, soon));
        return Add(TableTransactionActionType.Add, row.ToEntity(Partition), default);
    }

    /// <summary>
    /// Marks a received message handled: its outbox row goes with the decision. Another consumer's earlier deletion refuses the whole transaction.
    /// </summary>
    public Transaction Handled(OutboxReference reference)
    {
        if (reference.Partition != Partition)
        {
            throw new ArgumentException($"The outbox row is in partition {reference.Partition}, the decision in {Partition}: do the effect first, then delete the row.", nameof(reference));
        }

        return Add(TableTransactionActionType.Delete, new TableEntity(Partition, reference.RowKey), ETag.All);
    }

    /// <summary>Records who did what, newest first in the partition.</summary>
    public Transaction Audit(AuditEntry entry)
    {
        var key = $"{AuditEntry.KeyPrefix}{Keys.Inverted(entry.At)}|{Guid.NewGuid():N}";
        Trail ??= key;
        _trails.Add((_actions.Count, key, entry));
        return Add(TableTransactionActionType.Add, new TableEntity(Partition, key), default);
    }

    private Transaction Note<T>(T? before, T? after)
    {
        if (AuditedChange.Of(before, after) is { } change) _changes.Add(change);
        return this;
    }

    private Transaction Add(TableTransactionActionType type, TableEntity entity, ETag etag)
    {
        if (!_rowKeys.Add(entity.RowKey)) throw new InvalidOperationException($"Row {entity.RowKey} stands twice in one transaction.");
        if (_actions.Count == MaxRows) throw new InvalidOperationException($"A transaction holds at most {MaxRows} rows.");
        _actions.Add(new TableTransactionAction(type, entity, etag));
        return this;
    }
}

/// <summary>Who did what and when.</summary>
/// <param name="At">UTC.</param>
/// <param name="Actor">The actor's id, or the name of a clock.</param>
/// <param name="What">The command, such as <c>report.submitted</c>.</param>
/// <param name="Subject">What it was done to, such as <c>2026W50/520111101</c>.</param>
/// <param name="Detail">Anything a reader of the trail needs, such as a reason.</param>
/// <param name="CorrelationId">Joins it to the request's log lines.</param>
public sealed record AuditEntry(DateTimeOffset At, string Actor, string What, string Subject, string? Detail = null, string? CorrelationId = null)
{
    /// <summary>What the keys of a partition's audit rows begin with.</summary>
    public const string KeyPrefix = "A|";

    /// <summary>
    /// How long the trail is kept at the least: 《网络安全法》 asks for six months (第二十一条); a year and more lets one winter be compared with the last.
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    /// <summary>What people call the actor.</summary>
    public string? Name { get; init; }

    /// <summary>The unit it is about, where it is about one.</summary>
    public string? Unit { get; init; }

    /// <summary>The division whose office may read it (GB/T 2260), where its partition does not say so.</summary>
    public string? Scope { get; init; }

    /// <summary>What stood there before: the members that changed, in JSON; filled in by the transaction for documents that are told.</summary>
    public string? Before { get; init; }

    /// <summary>What stands there now.</summary>
    public string? After { get; init; }
}
