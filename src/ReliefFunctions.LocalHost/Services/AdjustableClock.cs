namespace ReliefFunctions.LocalHost.Services;

/// <summary>A clock that runs on from wherever it is set: to try a season before it begins, and to play one in seconds.</summary>
public sealed class AdjustableClock : TimeProvider
{
    private long _offsetTicks;

    /// <summary>Sets the clock; it never goes back, because what was stored later must not come from the future.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        var offset = (instant - DateTimeOffset.UtcNow).Ticks;
        long before;
        do before = Interlocked.Read(ref _offsetTicks);
        while (offset > before && Interlocked.CompareExchange(ref _offsetTicks, offset, before) != before);
    }

    /// <summary>Starts the clock at an instant, which may lie in the past.</summary>
    public static AdjustableClock StartingAt(DateTimeOffset instant) => new() { _offsetTicks = (instant - DateTimeOffset.UtcNow).Ticks };

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));
}
