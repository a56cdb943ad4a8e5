using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Every minute: chases what is late and who did not acknowledge, deletes photos whose time is over, and tries again what a city's channels did not
/// take.</summary>
public sealed class IncidentClock(CampaignWalk walk, IncidentStore incidents, CampaignStore campaigns, PatrolStore patrols)
    : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "IncidentClock", Timing = "20 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachAsync(Name, async (campaign, now) =>
    {
        var rows = await incidents.AllAsync(campaign, ct);
        if (rows.Count == 0) return;
        var chain = await ChainAsync(campaign, ct);
        var taken = await incidents.StepsTakenAsync(campaign, ct);
        var units = (await campaigns.UnitsAsync(campaign.District, ct)).ToDictionary(unit => unit.Code, StringComparer.Ordinal);
        foreach (var row in rows) await ChaseAsync(campaign, row, IncidentUnits.Of(row, units), chain, taken, now, ct);
        var unanswered = (await incidents.NoticesAsync(campaign, null, ct)).Where(notice => notice is { Acknowledgement: null, AcknowledgeBy: not null });
        foreach (var notice in unanswered) await ChaseAsync(campaign, notice, rows.FirstOrDefault(row => row.Id == notice.Incident), chain, taken, now, ct);
        var policy = await incidents.PolicyAsync(campaign, ct);

        // Nobody walks a campaign that is over: its photos go before.
        var over = LocalTime.ToUtc(campaign.LastDay.AddDays(1), TimeOnly.MinValue, campaign.Zone()) + CampaignWalk.Grace - TimeSpan.FromDays(1);
        foreach (var row in rows.Where(row => row.Photos.Count > 0 && (over <= now || row.EndedAt?.AddDays(policy.PhotoDays) <= now)))
        {
            await incidents.DeletePhotosAsync(campaign, row, row.Photos, byRule: true,
                new AuditEntry(now, Job, "incident.photos-deleted", row.Id, $"{row.Photos.Count} 张，{(over <= now ? "行动已结束" : $"办结满 {policy.PhotoDays} 天")}"), ct);
        }
    }, ct);

    /// <summary>The chain that round-the-clock notices have; where no policy is stored that of the product.</summary>
    private async Task<IReadOnlyList<EscalationStep>> ChainAsync(Campaign campaign, CancellationToken ct)
    {
        var stored = await patrols.StoredPolicyAsync(campaign, ct);
        return stored?.Duties.GetValueOrDefault(PatrolIntensity.RoundTheClock)?.Escalation is { Count: > 0 } chain ? chain
            : [new(Contact.StandBy, 0), new(Contact.ShiftLeader, 10), new(Contact.Leader, 20), new("办公室值班电话", 30) { ByOffice = true }];
    }

    /// <summary>A report that is late: each step calls one of the unit, and the office reads once whom to call.</summary>
    private async Task ChaseAsync(Campaign campaign, IncidentRow row, Unit unit, IReadOnlyList<EscalationStep> chain, IReadOnlySet<string> taken,
        DateTimeOffset now, CancellationToken ct)
    {
        foreach (var steps in IncidentChase.Reports(row, unit, chain, now, taken).GroupBy(step => step.What).Select(group => group.ToList()))
        {
            var final = steps[0].What[0] == IncidentChase.FinalMark;
            var (due, what) = (final ? row.FinalDueAt!.Value : row.NextDueAt!.Value, final ? "核报" : "续报");
            List<OutboxMessage> messages = [];
            foreach (var step in steps)
            {
                var contact = unit.Contacts.FirstOrDefault(contact => contact.Role == step.Role || contact.Name == step.Role);
                var text = step.Step == 0 ? IncidentText.FinalSoon(row, campaign) : IncidentText.Chase(row, what, due, step, contact, campaign);
                messages.Add(Message(step, row.Unit, step.Step == 0 ? null : step.Role, text));
            }

            if (steps[^1] is { Step: > 0 } last && row.Unit != StandardIncidentPolicy.Office)
            {
                var call = $"【{what}逾期】{row.UnitName}的“{Texts.TextFit.Cut(row.Content.What, 40)}”（编号 {row.Id}）应在{IncidentText.Moment(due, campaign.Zone())}前{what}，"
                    + $"已逾期{IncidentText.Duration(IncidentRules.MinutesLate(now, due))}，已通知{string.Join("、", steps.Select(step => step.Role))}。请打电话催：{PhoneList.Of(unit, last.Role)}。";
                messages.Add(Message(last, StandardIncidentPolicy.Office, null, call));
            }

            var first = steps[0];
            await incidents.TakeStepsAsync(campaign, steps,
                OutboxRow.ForTopic(Entities.CampaignEvents, $"chase|{row.Id}|{first.What}|{first.Step}", now, messages), ct);
        }

        OutboxMessage Message(IncidentStep step, string receiver, string? role, string text) =>
            new IncidentEvent(IncidentEvent.Overdue, campaign.District, campaign.Season, receiver, row.Id, role, text, now)
                .Message($"chase/{row.Id}/{step.What}-{step.Step}-{(receiver == row.Unit ? "unit" : "office")}");
    }

    /// <summary>A notice that nobody acknowledged: the office calls, and enters the call.</summary>
    private async Task ChaseAsync(Campaign campaign, IncidentNotice notice, IncidentRow? row, IReadOnlyList<EscalationStep> chain, IReadOnlySet<string> taken,
        DateTimeOffset now, CancellationToken ct)
    {
        var steps = IncidentChase.Notices(notice, chain, now, taken);
        if (steps.Count == 0 || row is null) return;

        // One message whatever fell due: the person of the last step has a channel among the office's.
        var (first, last) = (steps[0], steps[^1]);
        var text = $"【未签收】{notice.ReceiverName}没有在{IncidentText.Moment(notice.AcknowledgeBy!.Value, campaign.Zone())}前签收{row.UnitName}的“{Texts.TextFit.Cut(row.Content.What, 40)}”"
            + $"（{IncidentText.Name(notice.Severity)}，编号 {row.Id}，第{notice.Version}次报告）。请{last.Role}立即打电话报告，接通的代签收。";
        var told = new IncidentEvent(IncidentEvent.Unacknowledged, campaign.District, campaign.Season, StandardIncidentPolicy.Office, row.Id, last.Role, text,
            now);
        await incidents.TakeStepsAsync(campaign, steps, OutboxRow.ForTopic(Entities.CampaignEvents, $"chase|{row.Id}|{first.What}|{first.Step}", now,
            told.Message($"chase/{row.Id}/{first.What}-{first.Step}")), ct);
    }
}

/// <summary>The unit of an incident; the office is one, too, and one that was taken from the register keeps its name.</summary>
internal static class IncidentUnits
{
    public static Unit Office(Campaign campaign) => new() { Code = StandardIncidentPolicy.Office, Name = campaign.Office, Kind = UnitKind.Department };

    public static Unit Of(IncidentRow row, IReadOnlyDictionary<string, Unit> units) =>
        units.GetValueOrDefault(row.Unit) ?? new Unit { Code = row.Unit, Name = row.UnitName, Kind = UnitKind.Department };
}
