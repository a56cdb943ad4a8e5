using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Incidents;

/// <summary>
/// Tells a version of an incident: into the inboxes of its receivers, a city's in the city's own partition, then to their channels. Each effect is written
/// down once whoever repeats it; the last one ends the message's outbox row.
/// </summary>
public sealed class IncidentTellingHandler(IncidentStore incidents, CampaignStore campaigns, DeliveryService delivery, TimeProvider clock) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => IncidentFeature.Queue;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        var told = message.Read<IncidentTold>();
        var campaign = (await campaigns.GetAsync(told.District, told.Season, ct))?.Value
            ?? throw new UnreadableMessageException($"没有 {told.District} 在 {told.Season} 年度的专项行动。");
        var (reading, row) = (incidents.VersionAsync(campaign, told.Incident, told.Version, ct), await incidents.GetAsync(campaign, told.Incident, ct));
        if (row is null || await reading is not { } version) throw new UnreadableMessageException($"没有编号 {told.Incident} 的情况第 {told.Version} 次报告。");
        using var step = ReliefTelemetry.Continue(version.Trace, "tell incident");
        var policy = await incidents.PolicyAsync(campaign, ct);
        var units = await campaigns.UnitsAsync(campaign.District, ct);
        var notices = Notices(row, version, policy, campaign, units, clock.GetUtcNow());
        await incidents.WriteNoticesAsync(campaign, [.. notices.Select(each => each.Notice)], ct);
        var area = campaign.District[..4];
        if (notices.Any(each => each.Receiver.Above))
        {
            await incidents.WritePointerAsync(area, new CityPointer(campaign.District, campaign.Season, row.Id, version.Number, version.At), ct);
        }

        // One message for each set of channels: the leader on duty has a channel among the office's.
        await Task.WhenAll(notices.GroupBy(each => (each.Receiver.Channels, each.Receiver.Above)).Select(group => delivery.DeliverAsync(
            group.Key.Above ? campaign with { District = area } : campaign,
            new Outgoing($"i{Keys.Hash($"{campaign.District}|{row.Id}|{version.Number}")[..24]}|{group.Key.Channels}", group.Key.Channels, group.First().Notice.Text)
            {
                Main = true,
                Role = group.Select(each => each.Receiver.Role).FirstOrDefault(role => role is not null),
                Urgent = true,
            }, ct)));
        await incidents.EndAsync(message.RequiredOutbox, ct);
    }

    /// <summary>A version as each of its receivers reads it. Asked for when it reached the inbox, nobody is chased for what he could not read.</summary>
    internal static IReadOnlyList<(IncidentReceiver Receiver, IncidentNotice Notice)> Notices(
        IncidentRow row, IncidentVersion version, IncidentPolicy policy, Campaign campaign, IReadOnlyList<Unit> units, DateTimeOffset now)
    {
        var township = units.FirstOrDefault(unit => unit.Code == version.Content.Township)?.Name;
        DateTimeOffset? by = version.ToAcknowledge ? now.AddMinutes(policy.AcknowledgeMinutes) : null;
        return [.. IncidentRules.Receivers(row, version.Number, policy).Select(receiver => (receiver, new IncidentNotice
        {
            Incident = row.Id,
            Unit = row.Unit,
            Version = version.Number,
            Receiver = receiver.Code,
            ReceiverName = receiver.Name,
            Text = IncidentText.Notice(row, version, policy, campaign, township, by),
            At = now,
            Severity = version.Severity,
            AcknowledgeBy = by,
        }))];
    }
}
