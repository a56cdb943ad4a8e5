using System.Diagnostics;
using Azure.Messaging.ServiceBus;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>
/// Asks the bus with patience. Whoever asks within the pause after a question that nobody answered is refused at once, but for one at a time who
/// tries whether the bus is back when the pause is over: a silent bus costs a clock one wait, and not one for each of its districts.
/// </summary>
internal sealed class BusPatience(TimeSpan patience, TimeSpan pause)
{
    private readonly Lock _gate = new();
    private long? _silentSince;

    /// <summary>Answers what the bus answers; throws <see cref="BusUnavailableException"/> when it cannot be reached or does not answer.</summary>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken ct)
    {
        if (!MayAsk()) throw new BusUnavailableException("The bus did not answer a moment ago and is not asked now.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            // The client may take its time to notice that nobody waits any more.
            var answer = await question(limit.Token).WaitAsync(limit.Token);
            Heard();
            return answer;
        }
        catch (Exception e) when (!ct.IsCancellationRequested
            && (e is OperationCanceledException or ServiceBusException { Reason: ServiceBusFailureReason.ServiceTimeout }))
        {
            Silent();
            throw new BusUnavailableException($"The bus did not answer within {patience.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // It answered, or nobody was there and that was told at once.
            Heard();
            if (e is ServiceBusException or UnauthorizedAccessException) throw new BusUnavailableException($"The bus cannot be used: {e.Message}", e);
            throw;
        }
    }

    private bool MayAsk()
    {
        lock (_gate)
        {
            if (_silentSince is not { } since) return true;
            if (Stopwatch.GetElapsedTime(since) < pause) return false;

            // This one tries; the others go on being refused until it has heard something.
            _silentSince = Stopwatch.GetTimestamp();
            return true;
        }
    }

    private void Heard()
    {
        lock (_gate) _silentSince = null;
    }

    private void Silent()
    {
        lock (_gate) _silentSince = Stopwatch.GetTimestamp();
    }
}
