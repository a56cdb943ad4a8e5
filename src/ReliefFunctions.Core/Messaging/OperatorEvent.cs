using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Messaging;

/// <summary>Something that whoever runs the deployment must look at, on <c>campaign-events</c>.</summary>
/// <param name="Kind"><c>operator.</c> and what it is about: a constant of the feature that tells it.</param>
/// <param name="Subject">The feed or entity it is about.</param>
/// <param name="Text">In Chinese.</param>
/// <param name="At">UTC.</param>
/// <param name="District">GB/T 2260 code of the one district it concerns, whose office is told too; else null.</param>
/// <param name="Season">That district's season.</param>
public sealed record OperatorEvent(string Kind, string Subject, string Text, DateTimeOffset At, string? District = null, string? Season = null) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "operator-event/1";

    /// <summary>The row that sends it; a second event of the same id in the same partition is refused.</summary>
    public OutboxRow Row(string id) => OutboxRow.ForTopic(Entities.CampaignEvents, id, At, Message(id));

    /// <summary>The message alone, for a row that holds many.</summary>
    public OutboxMessage Message(string id)
    {
        var properties = new Dictionary<string, string> { ["kind"] = Kind };
        if (District is not null) properties["district"] = District;
        return OutboxMessage.Of(id, Schema, this, properties);
    }
}
