using ReliefFunctions.Core.Clocks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Opens weeks and sends reminders, campaign by campaign.</summary>
public sealed class ReportClock(CampaignWalk walk, ReportStore reports, ReminderSender reminders) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "ReportClock", Timing = "10 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachAsync(Name, async (campaign, now) =>
    {
        await reports.OpenWeeksAsync(campaign, now, ct);
        await reminders.RunAsync(campaign, now, ct);
    }, ct);
}
