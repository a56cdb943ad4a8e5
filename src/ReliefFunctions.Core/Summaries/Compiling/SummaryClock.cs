using ReliefFunctions.Core.Clocks;

namespace ReliefFunctions.Core.Summaries.Compiling;

/// <summary>
/// Every minute: first and final compiles as the calendar says, compiles again after a change, and the day's minimum temperature; districts first, then
/// areas.
/// </summary>
public sealed class SummaryClock(CampaignWalk walk, SummaryStore summaries, SummaryScopes scopes, TimeProvider clock) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "SummaryClock", Timing = "20 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        await walk.ForEachAsync(Name, async (campaign, now) =>
        {
            await summaries.KeepMinimumsAsync(campaign, now, ct);
            await summaries.AskForDueAsync(SummaryScope.Of(campaign), now, ct);
        }, ct);

        var now = clock.GetUtcNow();
        foreach (var area in await scopes.AreasAsync(now, ct))
        {
            await walk.TryAsync(Name, area.Partition, () => summaries.AskForDueAsync(area, now, ct), ct);
        }
    }
}
