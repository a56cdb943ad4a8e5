namespace ReliefFunctions.Core.Messaging;

/// <summary>How much lies in the queues and subscriptions of the bus; added by the host together with its <see cref="IMessageSender"/>.</summary>
public interface IQueueGauge
{
    /// <summary>How many messages wait in a queue or <c>topic/subscription</c> and the bytes of their bodies, counted up to <paramref name="most"/>.</summary>
    Task<(int Messages, long Bytes)> WaitingAsync(string source, int most, CancellationToken ct);
}
