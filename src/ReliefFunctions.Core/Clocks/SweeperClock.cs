using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Clocks;

/// <summary>Sweeps every partition that may hold outbox rows.</summary>
public sealed class SweeperClock(CampaignWalk walk, Sweeper sweeper, TimeProvider clock) : IScheduledJob
{
    /// <summary>Intake partitions are days; a row older than this waits for a person.</summary>
    public const int IntakeDays = 7;

    /// <summary>The intake's partition of what belongs to no day and no campaign: settled dead letters.</summary>
    public const string OperatorPartition = "operator";

    /// <inheritdoc/>
    public string Name => Schedules.SweeperClock;

    /// <summary>The intake's partition of an instant: the UTC day.</summary>
    public static string IntakePartition(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        for (var day = 0; day < IntakeDays; day++) await sweeper.SweepAsync(FeatureTables.Name.Intake, IntakePartition(now.AddDays(-day)), ct);
        await sweeper.SweepAsync(FeatureTables.Name.Intake, OperatorPartition, ct);
        await walk.ForEachAsync(Name, async (campaign, _) =>
        {
            foreach (var table in FeatureTables.OfCampaigns) await sweeper.SweepAsync(table, campaign.Partition, ct);
        }, ct);
    }
}
