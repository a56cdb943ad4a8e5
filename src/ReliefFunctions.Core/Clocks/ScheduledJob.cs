namespace ReliefFunctions.Core.Clocks;

/// <summary>
/// What runs by time. Timers are UTC and simple; what is due when is computed from the campaign's local time, and a missed or
/// failed run is caught up by the next, because cursors move with their effects.
/// </summary>
public interface IScheduledJob
{
    /// <summary>The function's name, one of <see cref="Schedules"/>.</summary>
    string Name { get; }

    /// <summary>Does everything that is due. One campaign's failure never stops the others.</summary>
    Task RunAsync(CancellationToken ct);
}

/// <summary>Names and NCrontab schedules (six fields, UTC), used by both hosts.</summary>
public static class Schedules
{
    /// <summary>Pulls feeds, each by its own schedule.</summary>
    public const string FeedClock = "FeedClock", FeedClockSchedule = "0 */10 * * * *";

    /// <summary>Expiry, noon downgrade, override expiry, escalation.</summary>
    public const string PatrolClock = "PatrolClock", PatrolClockSchedule = "0 * * * * *";

    /// <summary>Weeks opening, reminders, locks.</summary>
    public const string ReportClock = "ReportClock", ReportClockSchedule = "10 * * * * *";

    /// <summary>First and final compiles, and compiles again after a change.</summary>
    public const string SummaryClock = "SummaryClock", SummaryClockSchedule = "20 * * * * *";

    /// <summary>Outbox rows that fell due.</summary>
    public const string SweeperClock = "SweeperClock", SweeperClockSchedule = "30 * * * * *";

    /// <summary>Looks for dead letters and tells the operator of the first.</summary>
    public const string DeadLetterClock = "DeadLetterClock", DeadLetterClockSchedule = "40 * * * * *";

    /// <summary>How things stand, as metrics.</summary>
    public const string MeasureClock = "MeasureClock", MeasureClockSchedule = "50 */5 * * * *";

    /// <summary>The schedule of each job.</summary>
    public static IReadOnlyDictionary<string, string> ByName { get; } = new Dictionary<string, string>
    {
        [FeedClock] = FeedClockSchedule,
        [PatrolClock] = PatrolClockSchedule,
        [ReportClock] = ReportClockSchedule,
        [SummaryClock] = SummaryClockSchedule,
        [SweeperClock] = SweeperClockSchedule,
        [DeadLetterClock] = DeadLetterClockSchedule,
        [MeasureClock] = MeasureClockSchedule,
    };
}
