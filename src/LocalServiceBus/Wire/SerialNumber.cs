namespace LocalServiceBus.Wire;

/// <summary>AMQP's counters, which wrap around (RFC 1982): windows of transfers and credits of links.</summary>
internal static class SerialNumber
{
    /// <summary>
    /// What is left of a window or credit that the receiver granted when it had counted <paramref name="seen"/>, for a sender that has counted
    /// <paramref name="sent"/> (AMQP 1.0 §2.5.6, §2.6.7). Every grant is legal, 4,294,967,295 too, so only the distance of the counters has a sign.
    /// </summary>
    internal static uint Left(uint seen, uint granted, uint sent)
    {
        // A receiver that claims to have seen more than was sent is not in debt for it.
        var underWay = Math.Max(0, unchecked((int)(sent - seen)));
        return granted > (uint)underWay ? granted - (uint)underWay : 0;
    }
}
