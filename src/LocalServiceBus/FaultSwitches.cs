namespace LocalServiceBus;

/// <summary>
/// What can go wrong with a bus, on demand, for tests. A counted switch applies to the next so many events and then turns
/// itself off. All members may be used from any thread while the broker runs.
/// </summary>
public sealed class FaultSwitches
{
    private readonly Func<int> _dropConnections;
    private readonly Func<string?, int> _expireLocks;
    private int _refusedSends;
    private int _secondDeliveries;
    private int _lostSettlementReplies;
    private int _lostSendReplies;
    private long _delayTicks;

    internal FaultSwitches(Func<int> dropConnections, Func<string?, int> expireLocks)
    {
        _dropConnections = dropConnections;
        _expireLocks = expireLocks;
    }

    /// <summary>While true, new connections are closed as soon as they are accepted.</summary>
    public bool RefuseConnections { get; set; }

    /// <summary>How long each frame from a client waits before it is handled; zero for no delay.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));
        set => Volatile.Write(ref _delayTicks, value.Ticks);
    }

    /// <summary>Cuts every open connection without a goodbye, as a network failure does.</summary>
    /// <returns>How many connections were cut.</returns>
    public int DropConnections() => _dropConnections();

    /// <summary>Refuses the next <paramref name="count"/> sends (a batch is one) with <c>com.microsoft:server-busy</c>.</summary>
    public void RefuseSends(int count = 1) => Interlocked.Exchange(ref _refusedSends, count);

    /// <summary>The next <paramref name="count"/> completed messages are delivered once more, although the client was told that they were completed.</summary>
    public void DeliverTwice(int count = 1) => Interlocked.Exchange(ref _secondDeliveries, count);

    /// <summary>Ends every message lock now, as if its duration had passed.</summary>
    /// <param name="entity">Address of a queue, <c>topic/Subscriptions/subscription</c> or dead-letter subqueue; null for all.</param>
    /// <returns>How many locks ended.</returns>
    public int ExpireLocks(string? entity = null) => _expireLocks(entity);

    /// <summary>The next <paramref name="count"/> settlements of receivers take effect, but the client never hears of it.</summary>
    public void LoseSettlementReplies(int count = 1) => Interlocked.Exchange(ref _lostSettlementReplies, count);

    /// <summary>The next <paramref name="count"/> sends are stored, but the client never hears of it.</summary>
    public void LoseSendReplies(int count = 1) => Interlocked.Exchange(ref _lostSendReplies, count);

    internal bool TakeRefusedSend() => Take(ref _refusedSends);

    internal bool TakeSecondDelivery() => Take(ref _secondDeliveries);

    internal bool TakeLostSettlementReply() => Take(ref _lostSettlementReplies);

    internal bool TakeLostSendReply() => Take(ref _lostSendReplies);

    private static bool Take(ref int count)
    {
        if (Volatile.Read(ref count) <= 0) return false;

        return Interlocked.Decrement(ref count) >= 0;
    }
}
