using System.Globalization;
using Amqp.Types;

namespace LocalServiceBus.Entities;

/// <summary>A rule's filter: every field that is set must equal the message's; none set matches everything.</summary>
internal sealed record CorrelationFilter
{
    internal string? CorrelationId { get; init; }

    internal string? MessageId { get; init; }

    internal string? To { get; init; }

    internal string? ReplyTo { get; init; }

    internal string? Label { get; init; }

    internal string? SessionId { get; init; }

    internal string? ReplyToSessionId { get; init; }

    internal string? ContentType { get; init; }

    internal IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>();

    internal bool Matches(Amqp.Framing.Properties message, Map applicationProperties) =>
        Equal(CorrelationId, MessageContent.IdText(message.GetCorrelationId()))
        && Equal(MessageId, MessageContent.IdText(message.GetMessageId()))
        && Equal(To, message.To)
        && Equal(ReplyTo, message.ReplyTo)
        && Equal(Label, message.Subject)
        && Equal(SessionId, message.GroupId)
        && Equal(ReplyToSessionId, message.ReplyToGroupId)
        && Equal(ContentType, message.ContentType)
        && Properties.All(p => SameValue(p.Value, applicationProperties[p.Key]));

    private static bool Equal(string? wanted, string? actual) => wanted is null || wanted == actual;

    // Clients encode a number as the smallest type it fits in, so numbers are compared by value.
    private static bool SameValue(object wanted, object? actual) => (wanted, actual) switch
    {
        (_, null) => false,
        (string a, string b) => a == b,
        (bool a, bool b) => a == b,
        (IConvertible and not string and not bool, IConvertible and not string and not bool) =>
            Convert.ToDouble(wanted, CultureInfo.InvariantCulture).Equals(Convert.ToDouble(actual, CultureInfo.InvariantCulture)),
        _ => wanted.Equals(actual),
    };
}
