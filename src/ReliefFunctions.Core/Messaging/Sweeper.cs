using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Messaging;

/// <summary>
/// Sends again what fell due: rows whose first sending failed, whose consumer died, or that a restarted in-memory broker forgot.
/// Two sweepers do no harm: whoever moves the row's next attempt first, sends.
/// </summary>
public sealed partial class Sweeper(FeatureTables tables, OutboxSender outbox, TimeProvider clock, ILogger<Sweeper> log)
{
    /// <summary>After so many failures the entity is taken for unreachable and its other rows are left as they are, due at the next sweep.</summary>
    private const int Unreachable = 3;

    /// <summary>Until what the broker did not take is sent again: an outage must not be prolonged by waits that grew while it lasted.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>Sweeps one partition; one row's failure never stops the others. Answers how many rows were sent.</summary>
    public async Task<int> SweepAsync(TableName name, string partition, CancellationToken ct)
    {
        var (table, sent, failures) = (tables[name], 0, new Dictionary<string, int>());
        await foreach (var row in table.OutboxDueAsync(partition, clock.GetUtcNow(), ct))
        {
            var failed = failures.GetValueOrDefault(row.Value.Entity);
            var next = row.Value.Postponed(clock.GetUtcNow(), error: null);
            if (failed >= Unreachable || !await table.PostponeAsync(partition, row, next, ct)) continue;
            try
            {
                await outbox.SendAsync(table, partition, next, ct);
                sent++;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                failures[next.Entity] = failed + 1;
                SendingFailed(log, next.Entity, partition, next.Id, next.Attempt, e);
                if (await table.OutboxRowAsync(partition, next.RowKey, ct) is { } still && still.Value.Attempt == next.Attempt)
                {
                    await table.PostponeAsync(partition, still, next with { NextAttemptAt = clock.GetUtcNow() + Again, LastError = e.Message }, ct);
                }
            }
        }

        return sent;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending to {Entity} failed again for outbox row {Row} of {Partition} (attempt {Attempt}).")]
    private static partial void SendingFailed(ILogger log, string entity, string partition, string row, int attempt, Exception e);
}
