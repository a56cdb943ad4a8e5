using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Clocks;

/// <summary>
/// Walks the current campaigns for a clock, several side by side; one that fails or cannot be read is told to the operator, and one that hangs holds up
/// no other. The log reads a failure when it begins, and again every <see cref="SaidAgainAfter"/> while it lasts: runs that come each minute would bury all
/// else.
/// </summary>
public sealed partial class CampaignWalk(CampaignStore campaigns, JobRuns runs, TimeProvider clock, ILogger<CampaignWalk> log)
{
    /// <summary>How long after its last day a campaign is still walked: its last week locks and is compiled, its last order is lifted.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(21);

    /// <summary>How long a failure that goes on stands in the log once.</summary>
    public static readonly TimeSpan SaidAgainAfter = TimeSpan.FromHours(1);

    /// <summary>A nation's districts would take a clock's whole minute one after the other.</summary>
    private const int SideBySide = 16;

    private readonly ConcurrentDictionary<(string Job, string Place), (string What, DateTimeOffset At)> _said = new();

    /// <summary>Runs <paramref name="step"/> for each campaign, with the same "now".</summary>
    public async Task ForEachAsync(string job, Func<Campaign, DateTimeOffset, Task> step, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await ForEachAsync(job, await CurrentAsync(job, now, ct), now, step, ct);
    }

    /// <summary>The same, and after the campaigns for each city and province that they lie in (<see cref="Campaign.Areas"/>).</summary>
    public async Task ForEachPlaceAsync(string job, Func<Campaign, DateTimeOffset, Task> step, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var current = await CurrentAsync(job, now, ct);
        await ForEachAsync(job, [.. current, .. current.SelectMany(campaign => campaign.Areas()).DistinctBy(area => area.Partition)], now, step, ct);
    }

    /// <summary>A step for one place of a clock that walks others than campaigns: its failure is told, and stops nothing.</summary>
    public async Task TryAsync(string job, string place, Func<Task> step, CancellationToken ct)
    {
        try
        {
            await step();
            _said.TryRemove((job, place), out _);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Tell(job, place, e);
        }
    }

    private async Task<IReadOnlyList<Campaign>> CurrentAsync(string job, DateTimeOffset now, CancellationToken ct) =>
        await campaigns.CurrentAsync(now, Grace, (partition, e) => Tell(job, partition, e), ct);

    private async Task ForEachAsync(string job, IReadOnlyList<Campaign> places, DateTimeOffset now, Func<Campaign, DateTimeOffset, Task> step,
        CancellationToken ct) =>
        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct },
            async (campaign, _) => await TryAsync(job, campaign.Partition, () => step(campaign, now), ct));

    private void Tell(string job, string place, Exception e)
    {
        runs.Failed(job, place, e);
        var (what, now) = (Unquoted.Of(e), clock.GetUtcNow());
        if (_said.TryGetValue((job, place), out var said) && said.What == what.Message && now - said.At < SaidAgainAfter) return;
        _said[(job, place)] = (what.Message, now);
        Failed(log, job, place, what);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed for campaign {Campaign}; the next run catches up.")]
    private static partial void Failed(ILogger log, string job, string campaign, Exception e);
}
