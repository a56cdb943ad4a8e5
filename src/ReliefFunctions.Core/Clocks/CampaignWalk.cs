using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Clocks;

/// <summary>Walks the current campaigns for a clock, several side by side; one campaign's failure is logged, and one that hangs holds up no other.</summary>
public sealed partial class CampaignWalk(CampaignStore campaigns, JobRuns runs, TimeProvider clock, ILogger<CampaignWalk> log)
{
    /// <summary>How long after its last day a campaign is still walked: its last week locks and is compiled, its last order is lifted.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(21);

    /// <summary>A nation's districts would take a clock's whole minute one after the other.</summary>
    private const int SideBySide = 16;

    /// <summary>Runs <paramref name="step"/> for each campaign, with the same "now".</summary>
    public async Task ForEachAsync(string job, Func<Campaign, DateTimeOffset, Task> step, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await ForEachAsync(job, await campaigns.CurrentAsync(now, Grace, ct), now, step, ct);
    }

    /// <summary>The same, and after the campaigns for each city and province that they lie in (<see cref="Campaign.Areas"/>).</summary>
    public async Task ForEachPlaceAsync(string job, Func<Campaign, DateTimeOffset, Task> step, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var current = await campaigns.CurrentAsync(now, Grace, ct);
        await ForEachAsync(job, [.. current, .. current.SelectMany(campaign => campaign.Areas()).DistinctBy(area => area.Partition)], now, step, ct);
    }

    private async Task ForEachAsync(string job, IReadOnlyList<Campaign> places, DateTimeOffset now, Func<Campaign, DateTimeOffset, Task> step,
        CancellationToken ct) =>
        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct }, async (campaign, _) =>
        {
            try
            {
                await step(campaign, now);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                runs.Failed(job, campaign.Partition, e);
                Failed(log, job, campaign.Partition, Unquoted.Of(e));
            }
        });

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed for campaign {Campaign}; the next run catches up.")]
    private static partial void Failed(ILogger log, string job, string campaign, Exception e);
}
