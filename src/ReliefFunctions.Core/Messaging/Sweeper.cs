using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Messaging;

/// <summary>
/// Sends again what fell due: rows whose first sending failed, whose consumer died, or that a restarted in-memory broker forgot.
/// Two sweepers do no harm: whoever moves the row's next attempt first, sends.
/// </summary>
public sealed partial class Sweeper(FeatureTables tables, OutboxSender outbox, TimeProvider clock, ILogger<Sweeper> log)
{
    /// <summary>Sweeps one partition; one row's failure never stops the others. Answers how many rows were sent.</summary>
    public async Task<int> SweepAsync(FeatureTables.Name name, string partition, CancellationToken ct)
    {
        var (table, sent) = (tables[name], 0);
        await foreach (var row in table.OutboxDueAsync(partition, clock.GetUtcNow(), ct))
        {
            var next = row.Value.Postponed(clock.GetUtcNow(), error: null);
            if (!await table.PostponeAsync(partition, row, next, ct)) continue;
            try
            {
                await outbox.SendAsync(table, partition, next, ct);
                sent++;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                SendingFailed(log, next.Entity, partition, next.Id, next.Attempt, e);
            }
        }

        return sent;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending to {Entity} failed again for outbox row {Row} of {Partition} (attempt {Attempt}).")]
    private static partial void SendingFailed(ILogger log, string entity, string partition, string row, int attempt, Exception e);
}
