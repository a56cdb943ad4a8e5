using ReliefFunctions.Core.Clocks;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Every minute: first and final compiles as the calendar says, compiles again after a change, and the day's minimum temperature.</summary>
public sealed class SummaryClock(CampaignWalk walk, SummaryStore summaries) : IScheduledJob
{
    /// <inheritdoc/>
    public string Name => Schedules.SummaryClock;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachAsync(Name, async (campaign, now) =>
    {
        await summaries.KeepMinimumsAsync(campaign, now, ct);
        await summaries.AskForDueAsync(campaign, now, ct);
    }, ct);
}
