namespace LocalServiceBus.Entities;

/// <summary>How a queue or a subscription treats its messages; the fields of the emulator's <c>Properties</c>.</summary>
internal sealed record QueueSettings
{
    internal TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Null for a dead-letter subqueue, which keeps its messages however often they fail.</summary>
    internal int? MaxDeliveryCount { get; init; } = 10;

    /// <summary>Null: messages do not expire unless their sender says so.</summary>
    internal TimeSpan? DefaultTimeToLive { get; init; }

    internal bool DeadLetterOnExpiration { get; init; }

    /// <summary>Null: no duplicate detection.</summary>
    internal TimeSpan? DuplicateWindow { get; init; }
}
