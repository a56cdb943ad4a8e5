namespace LocalServiceBus.Entities;

/// <summary>One timer for the earliest of many due times. Guarded by its owner's lock.</summary>
internal sealed class AlarmClock(TimeProvider time, Action ring) : IDisposable
{
    // Longer than this a timer cannot be set; it then rings early and is set again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private ITimer? _timer;
    private DateTime _armed = DateTime.MaxValue;
    private bool _disposed;

    internal void Arm(DateTime due)
    {
        if (due == _armed || _disposed) return;

        // A later due time is left for when the timer rings: most locks are settled long before they expire.
        if (due > _armed && _armed != DateTime.MaxValue) return;

        _armed = due;
        var wait = due == DateTime.MaxValue ? Timeout.InfiniteTimeSpan : due - time.GetUtcNow().UtcDateTime;
        if (wait != Timeout.InfiniteTimeSpan)
        {
            // Rounded up: a timer that rings a fraction early would find nothing due and ring again at once.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(wait.TotalMilliseconds, 1, Longest.TotalMilliseconds)));
        }

        if (_timer is null)
        {
            _timer = time.CreateTimer(_ => ring(), null, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Says that the timer has rung, so that the next <see cref="Arm"/> sets it whatever it was set to.</summary>
    internal void Rang() => _armed = DateTime.MaxValue;

    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
    }
}
