using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Operations;

/// <summary>How much is stored and how much waits. Counted by looking, up to a bound: a number with <c>More</c> is the least that there is.</summary>
/// <param name="At">When it was counted, UTC; an answer is kept for ten minutes.</param>
/// <param name="Tables">Each table's rows. Storage tells no bytes of a table.</param>
/// <param name="Blobs">Each container's blobs with their bytes.</param>
/// <param name="Queues">Each queue's and subscription's messages; null when the bus does not answer.</param>
public sealed record SizesAnswer(DateTimeOffset At, IReadOnlyList<TableSize> Tables, IReadOnlyList<BlobSize> Blobs, IReadOnlyList<QueueSize>? Queues);

/// <summary>A table.</summary>
/// <param name="Name">As it is called in the documents.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="More">Whether there are more.</param>
public sealed record TableSize(string Name, int Rows, bool More);

/// <summary>A container of blobs.</summary>
/// <param name="Name">As it is called in the documents.</param>
/// <param name="Count">Its blobs.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="More">Whether there are more.</param>
public sealed record BlobSize(string Name, int Count, long Bytes, bool More);

/// <summary>A queue, or <c>topic/subscription</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Waiting">Messages that wait to be handled.</param>
/// <param name="Bytes">The bytes of their bodies.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="More">Whether there may be more of either.</param>
public sealed record QueueSize(string Name, int Waiting, long Bytes, int Dead, bool More);

/// <summary>Counts what lies in tables, containers and queues, seldom and within bounds.</summary>
public sealed partial class Sizes(FeatureTables tables, BlobStore blobs, MessageDispatcher dispatcher, IDeadLetterBox letters, IEnumerable<IQueueGauge> gauges,
    TimeProvider clock, ILogger<Sizes> log) : IDisposable
{
    /// <summary>Rows, blobs and messages that are counted of one table, container or queue.</summary>
    public const int MostRows = 5000, MostBlobs = 5000, MostMessages = IDeadLetterBox.Reach;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SizesAnswer? _last;

    /// <summary>What was counted within the last ten minutes, or is counted now; one counts for all who ask.</summary>
    public async Task<SizesAnswer> ReadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_last is { } last && now - last.At < Kept && now >= last.At) return last;
            var (rows, bytes, queues) = (
                Task.WhenAll(tables.Names.Select(async table => (table.Name, Size: await tables[table].CountAsync(MostRows, ct)))),
                Task.WhenAll(BlobStore.Containers.Select(async name => (name, Size: await blobs.MeasureAsync(name, MostBlobs, ct)))),
                QueuesAsync(ct));
            var answer = new SizesAnswer(now,
                [.. (await rows).Select(table => new TableSize(table.Name, table.Size.Rows, table.Size.More))
                    .OrderBy(table => table.Name, StringComparer.Ordinal)],
                [.. (await bytes).Select(blob => new BlobSize(blob.name, blob.Size.Count, blob.Size.Bytes, blob.Size.More))],
                await queues);

            // A bus that was away is looked for again at once.
            return answer.Queues is null ? answer : _last = answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyList<QueueSize>?> QueuesAsync(CancellationToken ct)
    {
        try
        {
            return await Task.WhenAll(dispatcher.Sources.Order(StringComparer.Ordinal).Select(async source =>
            {
                var (messages, bytes) = gauges.FirstOrDefault() is { } gauge ? await gauge.WaitingAsync(source, MostMessages, ct) : default;
                var dead = (await letters.PeekAsync(source, MostMessages, ct)).Count;
                return new QueueSize(source, messages, bytes, dead, messages >= MostMessages || dead >= MostMessages);
            }));
        }
        catch (BusUnavailableException e)
        {
            Away(log, Unquoted.Of(e));
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The bus does not answer; its queues could not be counted.")]
    private static partial void Away(ILogger log, Exception e);
}
