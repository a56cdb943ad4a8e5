namespace ReliefFunctions.Core.Messaging;

/// <summary>A message that its consumer refused for good, or that the broker gave up, as it lies in the dead-letter queue.</summary>
/// <param name="Source">The queue, or <c>topic/subscription</c>, that it was for.</param>
/// <param name="SequenceNumber">The broker's number in that dead-letter queue.</param>
/// <param name="Message">The message as it was sent.</param>
/// <param name="Subject">The broker's subject (label), or null.</param>
/// <param name="Reason"><c>unreadable</c> of a consumer; <c>MaxDeliveryCountExceeded</c>, <c>TTLExpiredException</c> of the broker.</param>
/// <param name="Description">What the consumer or the broker said about it.</param>
/// <param name="EnqueuedAt">When the broker took it, UTC.</param>
/// <param name="DeliveryCount">How often it was delivered.</param>
public sealed record DeadLetter(string Source, long SequenceNumber, BusMessage Message, string? Subject, string? Reason, string? Description,
    DateTimeOffset EnqueuedAt, int DeliveryCount)
{
    /// <summary>The application property in which the broker keeps <see cref="Reason"/>.</summary>
    public const string ReasonProperty = "DeadLetterReason";

    /// <summary>The application property in which the broker keeps <see cref="Description"/>.</summary>
    public const string DescriptionProperty = "DeadLetterErrorDescription";
}

/// <summary>The dead-letter queues of the bus, as far as people settle what lies in them.</summary>
public interface IDeadLetterBox
{
    /// <summary>Looks at the oldest dead letters of a queue or <c>topic/subscription</c> without taking them, in order of their numbers.</summary>
    Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct);

    /// <summary>Removes one; false when it was not among the oldest <see cref="Reach"/>, is gone, or is being removed by another.</summary>
    Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct);

    /// <summary>How many are looked at: the bus hands dead letters out by age only, and those before the one sought are put back.</summary>
    const int Reach = 200;
}
