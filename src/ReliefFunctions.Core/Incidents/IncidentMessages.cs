using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>The message on <c>incident-notices</c>: a version of an incident is to be told; it lies in its row and never changes.</summary>
public sealed record IncidentTold(string District, string Season, string Incident, int Version) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "incident-told/1";

    /// <summary>The row that sends it.</summary>
    internal static OutboxRow Row(Campaign campaign, IncidentVersion version, string incident, DateTimeOffset now) =>
        OutboxRow.ForQueue(IncidentFeature.Queue, $"incident|{incident}|{version.Number}", now, OutboxMessage.Of(
            $"{campaign.District}/{campaign.Season}/incident/{incident}-{version.Number}",
            new IncidentTold(campaign.District, campaign.Season, incident, version.Number),
            new Dictionary<string, string> { ["district"] = campaign.District, ["severity"] = version.Severity.ToString() }));
}

/// <summary>Somebody is chased about an incident: message <c>incident-event/1</c> on <c>campaign-events</c>.</summary>
/// <param name="Kind"><c>incident.overdue</c> or <c>incident.unacknowledged</c>.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Unit">The unit that is chased; null for the office.</param>
/// <param name="Incident">The incident.</param>
/// <param name="Role">Whom it is for.</param>
/// <param name="Text">In Chinese.</param>
/// <param name="At">UTC.</param>
/// <param name="Urgent">Always: quiet hours do not hold for incidents.</param>
public sealed record IncidentEvent(string Kind, string District, string Season, string? Unit, string Incident, string? Role, string Text, DateTimeOffset At,
    bool Urgent = true) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "incident-event/1";

    /// <summary>Kind of a report that is late.</summary>
    public const string Overdue = "incident.overdue";

    /// <summary>Kind of a notice that nobody acknowledged.</summary>
    public const string Unacknowledged = "incident.unacknowledged";

    internal OutboxMessage Message(string id)
    {
        var properties = new Dictionary<string, string> { ["district"] = District, ["kind"] = Kind };
        if (Unit is not null) properties["unit"] = Unit;
        return OutboxMessage.Of($"{District}/{Season}/{id}", this, properties);
    }
}
