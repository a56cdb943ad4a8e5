using System.Threading.RateLimiting;

namespace ReliefFunctions.Core.Http;

/// <summary>What makes a route costly; each kind has a limit of its own.</summary>
public enum Costly
{
    /// <summary>Nothing.</summary>
    No,

    /// <summary>It compiles a summary.</summary>
    Compile,

    /// <summary>It replays a winter.</summary>
    Simulate,

    /// <summary>It takes a file apart.</summary>
    Upload,

    /// <summary>It gathers a season.</summary>
    Export,
}

/// <summary>How often one caller may ask for something costly.</summary>
/// <param name="AtOnce">So many in a row.</param>
/// <param name="PerMinute">So many more each minute; 0 for no limit at all.</param>
public sealed record RateLimit(int AtOnce, int PerMinute);

/// <summary>The limits of costly routes; section <c>RateLimits</c>.</summary>
public sealed record RateLimitOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "RateLimits";

    /// <summary>No limits, for measurements.</summary>
    public static RateLimitOptions None { get; } = new() { Compile = new(1, 0), Simulate = new(1, 0), Upload = new(1, 0), Export = new(1, 0) };

    /// <summary>Compiles of a summary.</summary>
    public RateLimit Compile { get; init; } = new(20, 10);

    /// <summary>Simulations and comparisons of policies.</summary>
    public RateLimit Simulate { get; init; } = new(10, 6);

    /// <summary>Uploads of files.</summary>
    public RateLimit Upload { get; init; } = new(200, 120);

    /// <summary>Exports and other files that gather a season.</summary>
    public RateLimit Export { get; init; } = new(30, 20);

    /// <summary>The limit of a kind.</summary>
    public RateLimit Of(Costly cost) => cost switch { Costly.Compile => Compile, Costly.Simulate => Simulate, Costly.Upload => Upload, _ => Export };
}

/// <summary>
/// Token buckets in this process, one for each kind of cost and each session of a caller (what comes without a session counts as one): the phones that share a
/// unit's key use up their own and not each other's. All sessions of a caller together have <see cref="Shared"/> times as much, so that whoever opens many
/// gains little. An instance counts for itself; several allow so many times as much, which bounds the cost of each, and that is what the limit is for.
/// </summary>
public sealed class RateLimits(RateLimitOptions options) : IDisposable
{
    /// <summary>How many sessions' measure all sessions of one caller have together.</summary>
    public const int Shared = 5;

    private readonly PartitionedRateLimiter<Measured> _buckets =
        PartitionedRateLimiter.Create<Measured, Measured>(key => Bucket(key, options.Of(key.Cost), key.Session is null ? Shared : 1));

    /// <summary>How long a caller has to wait; null when it need not, and then the call is counted.</summary>
    public TimeSpan? Refuse(Costly cost, string caller, string? session = null) =>
        cost == Costly.No ? null : Take(new Measured(cost, caller, session ?? "")) ?? Take(new Measured(cost, caller, null));

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    private TimeSpan? Take(Measured key)
    {
        using var lease = _buckets.AttemptAcquire(key);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1);
    }

    /// <summary>Filled up token by token, so that whoever waits as long as told is let in.</summary>
    private static RateLimitPartition<Measured> Bucket(Measured key, RateLimit limit, int times) => limit.PerMinute <= 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, limit.AtOnce) * times,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / (limit.PerMinute * times),
            AutoReplenishment = true,
            QueueLimit = 0,
        });

    /// <summary>Whose calls are counted: one session's, or all of a caller's when none is named.</summary>
    private readonly record struct Measured(Costly Cost, string Caller, string? Session);
}
