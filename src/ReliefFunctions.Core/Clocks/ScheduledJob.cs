namespace ReliefFunctions.Core.Clocks;

/// <summary>
/// What runs by time. Timers are UTC and simple; what is due when is computed from the campaign's local time, and a missed or
/// failed run is caught up by the next, because cursors move with their effects.
/// </summary>
public interface IScheduledJob
{
    /// <summary>The function's name in the function app.</summary>
    string Name { get; }

    /// <summary>When it runs: NCrontab with six fields, UTC, the same in both hosts.</summary>
    string Schedule { get; }

    /// <summary>Does everything that is due. One campaign's failure never stops the others.</summary>
    Task RunAsync(CancellationToken ct);
}
