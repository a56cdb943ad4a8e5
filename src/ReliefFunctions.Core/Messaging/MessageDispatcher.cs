using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Messaging;

/// <summary>Hands a received message to its consumer and says what the broker shall do with it. Both hosts receive through it.</summary>
public sealed partial class MessageDispatcher(IEnumerable<IMessageHandler> handlers, FeatureTables tables, TimeProvider clock, ILogger<MessageDispatcher> log)
{
    // Ten deliveries then outlast three minutes; a lock lasts longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, IMessageHandler> _handlers = handlers.ToDictionary(handler => handler.Source);

    /// <summary>The queues and <c>topic/subscription</c>s that have a consumer.</summary>
    public IReadOnlyCollection<string> Sources => _handlers.Keys;

    /// <summary>
    /// Handles one message. Never throws but for cancellation: a failure moves the outbox row's next attempt and completes, so that an outage burns no
    /// delivery counts. While storage is away the row cannot be moved, and brings the message back all the same.
    /// </summary>
    public async Task<Disposition> DispatchAsync(string source, BusMessage message, CancellationToken ct)
    {
        (FeatureTable Table, Row<OutboxRow> Row)? waiting = null;
        using var step = ReliefTelemetry.Continue(message.Trace, $"process {source}", ActivityKind.Consumer)
            ?.SetTag("messaging.system", "servicebus").SetTag("messaging.destination.name", source).SetTag("messaging.message.id", message.MessageId);
        var begun = Stopwatch.GetTimestamp();
        string? failed = null;
        try
        {
            if (message.Outbox is { } reference)
            {
                var table = tables.Find(reference.Table)
                    ?? throw new UnreadableMessageException($"The message names the outbox row of a table “{reference.Table}” that there is not.");

                // The row went with the decision of whoever handled this message before.
                if (await table.OutboxRowAsync(reference.Partition, reference.RowKey, ct) is not { } row) return Disposition.Complete;
                waiting = (table, row);
            }

            await _handlers[source].HandleAsync(message, ct);
            return Disposition.Complete;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host is stopping; the lock runs out or the sweeper sends again.
            return Disposition.Abandon;
        }
        catch (UnreadableMessageException e)
        {
            failed = Failed(step, e);
            Unreadable(log, source, message.MessageId, Unquoted.Of(e));

            // Sent again every few minutes, it would only come back here: the row waits as well.
            await MoveAsync(message, waiting, (row, now) => row.Parked(now, Words(e)), ct);
            return Disposition.DeadLetter("unreadable", e.Message);
        }
        catch (Exception e)
        {
            failed = Failed(step, e);
            Failed(log, source, message.MessageId, Unquoted.Of(e));
            await MoveAsync(message, waiting, (row, now) => row.Postponed(now, Words(e)), ct);
            if (message.Outbox is not null) return Disposition.Complete;

            // Nothing but the broker brings this one back, a few times only: what is away for a moment gets the moment.
            if (IsOutage(e)) await Task.Delay(Patience, ct).ContinueWith(_ => { }, CancellationToken.None, default, TaskScheduler.Default);
            return Disposition.Abandon;
        }
        finally
        {
            var tags = new TagList { { "messaging.destination.name", source }, { "error.type", failed } };
            ReliefTelemetry.Processed.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, tags);
        }
    }

    private static string? Failed(Activity? step, Exception e)
    {
        step.Failed(e);
        return e.GetType().FullName;
    }

    /// <summary>What a row keeps of a failure; a message may quote what made it fail at any length.</summary>
    private static string Words(Exception e) => TextFit.Cut(e.Message, Disposition.LongestWords);

    private static bool IsOutage(Exception e) =>
        e is Azure.RequestFailedException or HttpRequestException or OperationCanceledException or AggregateException;

    private async Task MoveAsync(
        BusMessage message, (FeatureTable Table, Row<OutboxRow> Row)? waiting, Func<OutboxRow, DateTimeOffset, OutboxRow> moved, CancellationToken ct)
    {
        if (message.Outbox is not { } reference || waiting is not var (table, row)) return;
        try
        {
            // Refused when somebody else moved or ended the row: then it is theirs, and done here all the same.
            await table.PostponeAsync(reference.Partition, row, moved(row.Value, clock.GetUtcNow()), ct);
        }
        catch (Exception e) when (IsOutage(e))
        {
            // It falls due when it was to.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Source} cannot be read and goes to the dead letters: {MessageId}.")]
    private static partial void Unreadable(ILogger log, string source, string messageId, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Handling {MessageId} of {Source} failed; its outbox row brings it back.")]
    private static partial void Failed(ILogger log, string source, string messageId, Exception e);
}
