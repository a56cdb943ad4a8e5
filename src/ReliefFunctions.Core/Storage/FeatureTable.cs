using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace ReliefFunctions.Core.Storage;

/// <summary>The table of one feature: documents by key, ranges of keys, and decisions.</summary>
public sealed class FeatureTable
{
    /// <summary>After so many lost races a decision is given up.</summary>
    public const int Tries = 30;

    private readonly TableClient _client;
    private readonly IOutbox _outbox;

    internal FeatureTable(TableName name, TableClient client, IOutbox outbox)
    {
        (Name, _client, _outbox) = (name, client, outbox);
    }

    /// <summary>Which feature's.</summary>
    public TableName Name { get; }

    /// <summary>One row, or null.</summary>
    public async Task<Row<T>?> GetAsync<T>(string partition, string rowKey, CancellationToken ct = default)
    {
        var answer = await _client.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: ct);
        return answer.HasValue ? RowEntity.To<T>(answer.Value!) : null;
    }

    /// <summary>Rows of a partition from a key up to, and without, another, in key order.</summary>
    public async IAsyncEnumerable<Row<T>> RangeAsync<T>(string partition, string from, string toExclusive,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var entity in _client.QueryAsync<TableEntity>(Range(partition, from, toExclusive), cancellationToken: ct))
        {
            yield return RowEntity.To<T>(entity);
        }
    }

    /// <summary>
    /// The same without those that cannot be read, which <paramref name="unreadable"/> is told by key: one that somebody damaged must not hide the others.
    /// </summary>
    public async IAsyncEnumerable<Row<T>> ReadableAsync<T>(string partition, string from, string toExclusive, Action<string, Exception> unreadable,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var entity in _client.QueryAsync<TableEntity>(Range(partition, from, toExclusive), cancellationToken: ct))
        {
            Row<T> row;
            try
            {
                row = RowEntity.To<T>(entity);
            }
            catch (Exception e) when (e is JsonException or InvalidDataException or ArgumentException or FormatException or NotSupportedException)
            {
                unreadable(entity.RowKey, e);
                continue;
            }

            yield return row;
        }
    }

    /// <summary>The first rows of such a range, at most <paramref name="count"/>; no more of them is asked of storage.</summary>
    public async Task<IReadOnlyList<Row<T>>> FirstAsync<T>(string partition, string from, string toExclusive, int count, CancellationToken ct = default) =>
        await _client.QueryAsync<TableEntity>(Range(partition, from, toExclusive), count, cancellationToken: ct).Take(count).Select(RowEntity.To<T>)
            .ToListAsync(ct);

    /// <summary>Rows of a partition whose key begins with <paramref name="prefix"/>, in key order.</summary>
    public IAsyncEnumerable<Row<T>> PrefixAsync<T>(string partition, string prefix, CancellationToken ct = default) =>
        RangeAsync<T>(partition, prefix, After(prefix), ct);

    /// <summary>The audit trail between two instants, the newest entry first.</summary>
    public async IAsyncEnumerable<AuditEntry> AuditAsync(string partition, DateTimeOffset from, DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        // The later instant has the smaller key.
        await foreach (var row in RangeAsync<AuditEntry>(partition, AuditEntry.KeyPrefix + Keys.Inverted(to), AuditEntry.KeyPrefix + Keys.Inverted(from), ct))
        {
            yield return row.Value;
        }
    }

    /// <summary>
    /// Commits a decision and sends what it says. True when it was done; false when another was first (a row already there, changed or gone),
    /// and then nothing was changed: read again and decide again. A reply that was lost looks like another being first: what stands in the trail is
    /// known again here, and a decision that leaves no trail must know its own work when it reads it.
    /// </summary>
    public async Task<bool> CommitAsync(Transaction transaction, CancellationToken ct = default)
    {
        if (transaction.Count == 0) return true;
        try
        {
            await _client.SubmitTransactionAsync(transaction.Actions, ct);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404 && e.ErrorCode != "TableNotFound")
        {
            if (transaction.Trail is not { } trail || await GetAsync<AuditEntry>(transaction.Partition, trail, ct) is null) return false;
        }

        foreach (var (row, soon) in transaction.Outbox) await _outbox.SendAsync(this, transaction.Partition, row, soon, ct);
        return true;
    }

    /// <summary>
    /// Reads, decides and commits until it is done. <paramref name="decide"/> reads what it needs and answers what comes of it, with the transaction that
    /// makes it so, or with none when there is nothing to change; after a lost race it is asked again, and sees what the other left.
    /// Each try loses only to another's success, so <see cref="Tries"/> losses in a row are a storm: then, and only then, throws
    /// <see cref="ContendedException"/>.
    /// </summary>
    public async Task<T> DecideAsync<T>(Func<Task<(T Answer, Transaction? Commit)>> decide, CancellationToken ct = default)
    {
        for (var tries = 1; ; tries++)
        {
            var (answer, transaction) = await decide();
            if (transaction is null || await CommitAsync(transaction, ct)) return answer;
            if (tries == Tries) throw new ContendedException(Name.Name, transaction.Partition);

            // At random, so that those who met here do not meet again.
            await Task.Delay(Random.Shared.Next(5, 10 + (10 * tries)), ct);
        }
    }

    /// <summary>
    /// Writes what somebody said last, whatever stood there, or upon the version that they name; the trail tells that. Said again, nothing happens.
    /// </summary>
    public Task<Outcome<T>> PutAsync<T>(string partition, string rowKey, T value, AuditEntry audit, string? ifMatch = null, CancellationToken ct = default)
        where T : class => DecideAsync<Outcome<T>>(async () =>
        {
            var row = await GetAsync<T>(partition, rowKey, ct);
            if (row is not null && StoredJson.Write(row.Value) == StoredJson.Write(value)) return (new Outcome<T>.Repeated(row.Value), null);
            return NamedVersion.IsAnother(ifMatch, NamedVersion.Of(row))
                ? (new Outcome<T>.Stale(row?.Value ?? value), null)
                : (new Outcome<T>.Changed(value), new Transaction(partition).Put(row, rowKey, value).Audit(audit));
        }, ct);

    /// <summary>The rows whose key begins with <paramref name="prefix"/>, of every partition whose name begins with <paramref name="partitions"/>.</summary>
    public async IAsyncEnumerable<(string Partition, Row<T> Row)> EverywhereAsync<T>(string partitions, string prefix,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {partitions} and PartitionKey lt {After(partitions)} and RowKey ge {prefix} and RowKey lt {After(prefix)}");
        await foreach (var entity in _client.QueryAsync<TableEntity>(filter, cancellationToken: ct))
        {
            yield return (entity.PartitionKey, RowEntity.To<T>(entity));
        }
    }

    /// <summary>
    /// Removes the rows with keys from one up to, and without, another in every partition whose name begins with <paramref name="partitions"/>, at most
    /// <paramref name="most"/>: for what is kept for a time alone. Answers how many it removed.
    /// </summary>
    public async Task<int> RemoveAsync(string partitions, string from, string toExclusive, int most, CancellationToken ct = default)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {partitions} and PartitionKey lt {After(partitions)} and RowKey ge {from} and RowKey lt {toExclusive}");
        var removed = 0;
        var keys = await _client.QueryAsync<TableEntity>(filter, select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], cancellationToken: ct)
            .Take(most).ToListAsync(ct);
        foreach (var chunk in keys.GroupBy(key => key.PartitionKey).SelectMany(partition => partition.Chunk(Transaction.MaxRows)))
        {
            try
            {
                await _client.SubmitTransactionAsync(chunk.Select(key => new TableTransactionAction(TableTransactionActionType.Delete, key, ETag.All)), ct);
                removed += chunk.Length;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Another instance removed some of them; the next run removes the rest.
            }
        }

        return removed;
    }

    /// <summary>How many rows there are, counted up to about <paramref name="most"/>; and whether there are more. Storage tells no number by itself.</summary>
    public async Task<(int Rows, bool More)> CountAsync(int most, CancellationToken ct = default)
    {
        var rows = 0;
        await foreach (var page in _client.QueryAsync<TableEntity>(select: [nameof(TableEntity.PartitionKey)], cancellationToken: ct).AsPages())
        {
            rows += page.Values.Count;
            if (rows >= most) return (rows, page.ContinuationToken is not null);
        }

        return (rows, false);
    }

    internal async Task<Row<OutboxRow>?> OutboxRowAsync(string partition, string rowKey, CancellationToken ct)
    {
        var answer = await _client.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: ct);
        return answer.HasValue ? RowEntity.To<OutboxRow>(answer.Value!) : null;
    }

    /// <summary>Outbox rows of a partition that fell due, and how many wait in all.</summary>
    internal async IAsyncEnumerable<Row<OutboxRow>> OutboxDueAsync(string partition, DateTimeOffset now, [EnumeratorCancellation] CancellationToken ct)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {OutboxRow.KeyPrefix} and RowKey lt {After(OutboxRow.KeyPrefix)} and NextAttemptAt le {now}");
        await foreach (var entity in _client.QueryAsync<TableEntity>(filter, cancellationToken: ct)) yield return RowEntity.To<OutboxRow>(entity);
    }

    /// <summary>Moves an outbox row's next attempt; false when the row was handled or moved by another.</summary>
    internal async Task<bool> PostponeAsync(string partition, Row<OutboxRow> read, OutboxRow value, CancellationToken ct)
    {
        try
        {
            await _client.UpdateEntityAsync(value.ToEntity(partition), read.ETag, TableUpdateMode.Replace, ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Deletes an outbox row; one that is gone already is fine.</summary>
    public async Task DeleteOutboxRowAsync(OutboxReference reference, CancellationToken ct = default) =>
        await _client.DeleteEntityAsync(reference.Partition, reference.RowKey, ETag.All, ct);

    private static string Range(string partition, string from, string toExclusive) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {toExclusive}");

    /// <summary>The first key after all that begin with <paramref name="prefix"/>.</summary>
    private static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    /// <summary>Creates the table when it is missing. Asked for first: an identity with a role on each table alone may not create any.</summary>
    internal async Task CreateAsync(CancellationToken ct)
    {
        try
        {
            await _client.QueryAsync<TableEntity>(maxPerPage: 1, select: [nameof(TableEntity.PartitionKey)], cancellationToken: ct).Take(1).AnyAsync(ct);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await _client.CreateIfNotExistsAsync(ct);
        }
    }
}
