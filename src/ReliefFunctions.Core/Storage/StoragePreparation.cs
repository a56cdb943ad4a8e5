using Azure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReliefFunctions.Core.Storage;

/// <summary>
/// Creates tables and containers. A host that must come up at once does it in the background and again until it succeeds;
/// what needs storage waits for it until then. Services are resolved here and not before, so that a setting that is missing is told, too.
/// </summary>
public sealed partial class StoragePreparation(IServiceProvider services, ILogger<StoragePreparation> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(
        500), LongestPause = TimeSpan.FromSeconds(15), LongestAttempt = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _inBackground;

    /// <summary>Why storage is not ready, in words; null when it is, or when nobody prepares it in the background.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>Prepares storage now; throws what stands in the way.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            Task[] parts = [services.GetRequiredService<FeatureTables>().CreateAsync(all.Token), services.GetRequiredService<BlobStore>()
                .CreateAsync(all.Token)];
            await foreach (var part in Task.WhenEach(parts)) await part;
        }
        catch
        {
            // The blob client alone tries for half a minute; what stands in the way is known by now.
            await all.CancelAsync();
            throw;
        }
    }

    /// <summary>Prepares storage in the background, again and again until it succeeds or the host stops.</summary>
    public void Begin(CancellationToken stopping)
    {
        (_inBackground, Obstacle) = (true, "正在连接存储服务");
        _ = Task.Run(() => TryAsync(stopping), stopping);
    }

    /// <summary>Ends when storage is ready; throws <see cref="TimeoutException"/> when that takes longer than <paramref name="patience"/>.</summary>
    public Task ReadyAsync(TimeSpan patience, CancellationToken ct) => _inBackground ? _ready.Task.WaitAsync(patience, ct) : Task.CompletedTask;

    private async Task TryAsync(CancellationToken stopping)
    {
        for (var pause = FirstPause; !stopping.IsCancellationRequested; pause = pause < LongestPause ? 2 * pause : LongestPause)
        {
            try
            {
                using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                attempt.CancelAfter(LongestAttempt);
                await PrepareAsync(attempt.Token);
                Obstacle = null;
                _ready.TrySetResult();
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Obstacle = Reason(e);
                NotReady(log, Obstacle, pause.TotalSeconds);
                await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One line that an operator can act on.</summary>
    private static string Reason(Exception e) => e switch
    {
        AggregateException { InnerException: { } inner } => Reason(inner),
        RequestFailedException { Status: 0, InnerException: { } inner } => Reason(inner),
        RequestFailedException refused => $"HTTP {refused.Status} {refused.ErrorCode}".TrimEnd(),
        OperationCanceledException => $"{LongestAttempt.TotalSeconds:0} 秒内没有答复",
        _ => e.Message.Split('\n')[0].Trim(),
    };

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Storage is not ready: {Reason}. Tried again in {Seconds} s; until then nothing is accepted and triggers wait.")]
    private static partial void NotReady(ILogger log, string reason, double seconds);
}
