using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Every hour: removes what was kept for a time alone. Counters of wrong keys go with their window; the trail of refusals, files taken and sign-ins after
/// <see cref="AuditEntry.KeptFor"/>. The trail of decisions lies with its season and is archived and removed with it, after the same time or more.
/// </summary>
public sealed class RetentionClock(FeatureTables tables, FailureCounters failures, TimeProvider clock) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "RetentionClock", Timing = "40 17 * * * *";

    /// <summary>What is removed in the table of access: the trails of people and of refusals, by their partitions.</summary>
    private static readonly string[] Trails = ["trail|", "people|"];

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        await failures.ForgetAsync(ct);

        // The older an entry, the later its key.
        var oldest = AuditEntry.KeyPrefix + Keys.Inverted(clock.GetUtcNow() - AuditEntry.KeptFor);
        foreach (var partitions in Trails) await tables[AccessFeature.Table].RemoveAsync(partitions, oldest, "A}", ct);
    }
}
