using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Clocks;

/// <summary>Every minute: sweeps every partition that may hold outbox rows.</summary>
public sealed class SweeperClock(CampaignWalk walk, FeatureTables tables, Sweeper sweeper, TimeProvider clock) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "SweeperClock", Timing = "30 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var table in tables.Names)
        {
            foreach (var partition in table.OutboxPartitions(clock.GetUtcNow())) await sweeper.SweepAsync(table, partition, ct);
        }

        await walk.ForEachPlaceAsync(Name, async (campaign, _) =>
        {
            foreach (var table in tables.Names.Where(table => table.OfCampaigns is not null)) await sweeper.SweepAsync(table, campaign.Partition, ct);
        }, ct);
    }
}
