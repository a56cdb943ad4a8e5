using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Patrols.Delivery;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Every minute: what expired, what may be lowered at noon, units that opened, whom to call for notices that nobody acknowledged, and deliveries that wait,
/// in cities and provinces too.
/// </summary>
public sealed class PatrolClock(CampaignWalk walk, PatrolStore patrols, CampaignStore campaigns, DeliveryService delivery, SetupWatch setup)
    : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "PatrolClock", Timing = "0 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachPlaceAsync(Name, async (campaign, now) =>
    {
        // One step's failure holds up no other; before the campaign drills are delivered.
        List<Exception> failures = [];
        if (!campaign.IsArea && LocalTime.DateOf(now, campaign.Zone()) >= campaign.Start)
        {
            if (await patrols.StoredPolicyAsync(campaign, ct) is null)
            {
                if (LocalTime.DateOf(now, campaign.Zone()) <= campaign.LastDay) await TryAsync(() => TellMissingAsync(campaign, now, ct));
            }
            else
            {
                await TryAsync(() => patrols.DecideAsync(campaign, new PatrolCommand.Tick(), null, ct));
                await TryAsync(() => EscalateAsync(campaign, now, ct));
            }
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

    /// <summary>A campaign without a policy decides nothing yet: its office is told, and its warnings wait.</summary>
    private Task TellMissingAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct) => setup.TellAsync(campaign, "policy",
        $"【待办】{campaign.DistrictName}的专项行动已经开始，还没有登记巡查方案：收到的预警都在等，不会变成巡查指令。"
            + "请在“设置”登记巡查方案（可直接采用标准方案），登记后自动补办。", now, ct);

    private async Task EscalateAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var state = await patrols.StateAsync(campaign, ct);
        var policy = await patrols.PolicyAsync(campaign, ct);
        var units = (await campaigns.UnitsAsync(campaign.District, ct)).ToDictionary(unit => unit.Code, StringComparer.Ordinal);

        // Only notices that are still their unit's current one; what was superseded chases nobody.
        foreach (var current in state.NoticeOf.Where(pair => state.Units.TryGetValue(pair.Key, out var intensity)
            && policy.Duties[intensity].Escalation.Count > 0).GroupBy(pair => pair.Value, pair => pair.Key))
        {
            var waiting = (await patrols.NoticesAsync(campaign, current.Key, ct))
                .Where(notice => notice.Acknowledgement is null && notice.AcknowledgeBy <= now && current.Contains(notice.Unit)).ToList();
            if (waiting.Count == 0) continue;
            var taken = (await patrols.EscalationsAsync(campaign, current.Key, ct)).Select(step => (step.Unit, step.Step)).ToHashSet();
            List<(PatrolNotice Notice, Unit Unit, EscalationDue Due)> steps = [.. waiting.Where(notice => units.ContainsKey(notice.Unit)).SelectMany(notice =>
                Escalation.Due(units[notice.Unit], notice.Intensity, notice.AcknowledgeBy, policy, now).Where(due => !taken.Contains((due.Unit, due.Step)))
                    .Select(due => (notice, units[notice.Unit], due)))];

            // One list for each step: after an outage, in which several fell due, a unit stands in the last of them alone.
            foreach (var step in steps.GroupBy(each => each.Due.Unit).GroupBy(unit => unit.Max(each => each.Due.AfterMinutes)))
            {
                List<(PatrolNotice Notice, Unit Unit, EscalationDue Due)> together = [];
                foreach (var unit in step)
                {
                    if (together.Count > 0 && together.Count + unit.Count() > PatrolStore.EscalatedAtOnce)
                    {
                        await patrols.EscalateAsync(campaign, together, step.Key, now, ct);
                        together = [];
                    }

                    together.AddRange(unit);
                }

                await patrols.EscalateAsync(campaign, together, step.Key, now, ct);
            }
        }
    }
}
