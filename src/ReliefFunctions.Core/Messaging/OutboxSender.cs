using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Messaging;

/// <summary>Sends what outbox rows hold.</summary>
public sealed partial class OutboxSender(IMessageSender sender, ILogger<OutboxSender> log) : IOutbox
{
    /// <summary>How long whoever decided waits for the broker. A broker that answers nothing must not make people wait for what is stored already.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Sendings under way at most; whoever comes then waits, so that a flood of decisions does not pile up behind the bus.</summary>
    private const int MostUnderWay = 64;

    private readonly ConcurrentDictionary<Task, byte> _underWay = new();

    Task IOutbox.SendAsync(FeatureTable table, string partition, OutboxRow row, bool soon, CancellationToken ct) =>
        soon ? SendSoonAsync(table, partition, row) : SendNowAsync(table, partition, row, ct);

    /// <summary>
    /// Begins to send a row just committed, without keeping the person waiting whose decision it tells: that is durable already, and a process
    /// that ends before the sending leaves the row to the sweeper.
    /// </summary>
    private async Task SendSoonAsync(FeatureTable table, string partition, OutboxRow row)
    {
        var sending = Task.Run(() => SendNowAsync(table, partition, row, CancellationToken.None));
        if (_underWay.Count >= MostUnderWay)
        {
            await sending;
            return;
        }

        _underWay[sending] = 0;
        _ = sending.ContinueWith(ended => _underWay.TryRemove(ended, out _), TaskScheduler.Default);
    }

    /// <summary>Ends when every sending has ended that is under way now.</summary>
    public Task SettledAsync() => Task.WhenAll(_underWay.Keys);

    /// <summary>Sends a row just committed. What fails or takes too long stays for the sweeper: the decision stands either way.</summary>
    private async Task SendNowAsync(FeatureTable table, string partition, OutboxRow row, CancellationToken ct)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patient.CancelAfter(Patience);
        try
        {
            await SendAsync(table, partition, row, patient.Token).WaitAsync(patient.Token);
        }
        catch (Exception e)
        {
            SendingFailed(log, row.Entity, row.Id, row.NextAttemptAt, e);
        }
    }

    /// <summary>Sends a row; throws when the broker did not accept it.</summary>
    internal async Task SendAsync(FeatureTable table, string partition, OutboxRow row, CancellationToken ct)
    {
        using var step = ReliefTelemetry.Continue(row.Trace, $"send {row.Entity}", ActivityKind.Producer);
        await sender.SendAsync(row.Entity, [.. row.Messages.Select(message => BusMessage.Of(message, table.Name, partition, row))], ct);
        ReliefTelemetry.Sent.Add(row.Messages.Count, new KeyValuePair<string, object?>("messaging.destination.name", row.Entity));
        if (row.EndsWhenAccepted) await table.DeleteOutboxRowAsync(new OutboxReference(table.Name.Name, partition, row.RowKey), ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending to {Entity} failed; outbox row {Row} is sent again after {NextAttemptAt:O}.")]
    private static partial void SendingFailed(ILogger log, string entity, string row, DateTimeOffset nextAttemptAt, Exception e);
}
