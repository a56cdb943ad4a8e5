using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Patrols.Delivery;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Every minute: what expired, what may be lowered at noon, units that opened, whom to call for notices that nobody acknowledged, and deliveries that wait.</summary>
public sealed class PatrolClock(CampaignWalk walk, PatrolStore patrols, CampaignStore campaigns, DeliveryService delivery) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "PatrolClock", Timing = "0 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachAsync(Name, async (campaign, now) =>
    {
        // One step's failure holds up no other; before the campaign drills are delivered.
        List<Exception> failures = [];
        if (LocalTime.DateOf(now, campaign.Zone()) >= campaign.Start)
        {
            await TryAsync(() => patrols.DecideAsync(campaign, new PatrolCommand.Tick(), null, ct));
            await TryAsync(() => EscalateAsync(campaign, now, ct));
        }

        await TryAsync(() => delivery.RunAsync(campaign, ct));
        if (failures.Count > 0) throw new AggregateException(failures);

        async Task TryAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                failures.Add(e);
            }
        }
    }, ct);

    private async Task EscalateAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var state = await patrols.StateAsync(campaign, ct);
        var policy = await patrols.PolicyAsync(campaign, ct);
        var units = (await campaigns.UnitsAsync(campaign.District, ct)).ToDictionary(unit => unit.Code, StringComparer.Ordinal);

        // Only notices that are still their unit's current one; what was superseded chases nobody.
        foreach (var current in state.NoticeOf.Where(pair => state.Units.TryGetValue(pair.Key, out var intensity) && policy.Duties[intensity].Escalation.Count > 0).GroupBy(pair => pair.Value, pair => pair.Key))
        {
            var waiting = (await patrols.NoticesAsync(campaign, current.Key, ct)).Where(notice => notice.Acknowledgement is null && notice.AcknowledgeBy <= now && current.Contains(notice.Unit)).ToList();
            if (waiting.Count == 0) continue;
            var taken = (await patrols.EscalationsAsync(campaign, current.Key, ct)).Select(step => (step.Unit, step.Step)).ToHashSet();
            foreach (var notice in waiting)
            {
                if (!units.TryGetValue(notice.Unit, out var unit)) continue;
                foreach (var due in Escalation.Due(unit, notice.Intensity, notice.AcknowledgeBy, policy, now).Where(due => !taken.Contains((due.Unit, due.Step))))
                {
                    var contact = unit.Contacts.FirstOrDefault(contact => contact.Role == due.Role || contact.Name == due.Role);
                    await patrols.EscalateAsync(campaign, new EscalationTaken(notice.Revision, due.Unit, due.Step, due.Role, contact?.Name, due.DueAt, now), notice.Intensity,
                        $"{unit.Name}未在{NoticeText.Moment(notice.AcknowledgeBy, campaign.Zone())}前签收第{notice.Revision}号{notice.IntensityName}巡查通知，请联系{due.Role}{(contact is null ? "" : $"（{contact.Name}）")}。", ct);
                }
            }
        }
    }
}
