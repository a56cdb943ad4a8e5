using Amqp.Framing;
using LocalServiceBus.Entities;

namespace LocalServiceBus.Wire;

/// <summary>
/// What AMQP outcomes mean for a message: accepted completes, modified abandons or (undeliverable here) defers, rejected
/// dead-letters, released gives back uncounted.
/// </summary>
internal static class SettlementRules
{
    internal static AmqpFault? Apply(QueueEntity queue, Guid token, DeliveryState? state) => state switch
    {
        Modified modified => queue.Settle(
            token,
            modified.UndeliverableHere ? Settlement.Defer : Settlement.Abandon,
            Changes(modified.MessageAnnotations)),
        Rejected rejected => queue.Settle(token, Settlement.DeadLetter, Reason(rejected.Error)),
        Released => queue.Settle(token, Settlement.Release),
        // Settled without a state: the receiver is done with it.
        _ => queue.Settle(token, Settlement.Complete),
    };

    /// <summary>The same outcome without what the client put in it.</summary>
    internal static DeliveryState Reply(DeliveryState? state) => state switch
    {
        Modified modified => new Modified { DeliveryFailed = modified.DeliveryFailed, UndeliverableHere = modified.UndeliverableHere },
        Rejected => new Rejected(),
        Released => new Released(),
        _ => new Accepted(),
    };

    internal static Dictionary<string, object?> Changes(IEnumerable<KeyValuePair<object, object>>? properties) =>
        properties?.ToDictionary(p => p.Key.ToString()!, object? (p) => p.Value) ?? [];

    private static Dictionary<string, object?> Reason(Error? error)
    {
        var info = Changes(error?.Info);
        if (info.Count == 0 && error is not null) return DeadLetterReason.Of(error.Condition, error.Description);

        return info;
    }
}
