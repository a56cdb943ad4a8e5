namespace LocalServiceBus.Entities;

/// <summary>The application properties that say why a message lies in a dead-letter subqueue, worded as the service does.</summary>
internal static class DeadLetterReason
{
    internal const string ReasonKey = "DeadLetterReason";
    internal const string DescriptionKey = "DeadLetterErrorDescription";

    internal static Dictionary<string, object?> Expired { get; } = Of(
        "TTLExpiredException", "The message expired and was dead lettered.");

    internal static Dictionary<string, object?> TooManyDeliveries(int count) => Of(
        "MaxDeliveryCountExceeded", $"Message could not be consumed after {count} delivery attempts.");

    internal static Dictionary<string, object?> Of(string? reason, string? description)
    {
        var properties = new Dictionary<string, object?>();
        if (reason is not null) properties[ReasonKey] = reason;

        if (description is not null) properties[DescriptionKey] = description;

        return properties;
    }
}
