using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Patrols;

/// <summary>A step of the chain that is to be taken for a unit.</summary>
/// <param name="Unit">Unit code.</param>
/// <param name="Step">Its place in the chain, from 1.</param>
/// <param name="Role">Whom to call.</param>
/// <param name="ByOffice">Whether that is nobody of the unit: the office itself calls.</param>
/// <param name="DueAt">When it fell due.</param>
/// <param name="AfterMinutes">After the time to acknowledge has passed.</param>
public sealed record EscalationDue(string Unit, int Step, string Role, bool ByOffice, DateTimeOffset DueAt, int AfterMinutes);

/// <summary>Whom to call when nobody acknowledges.</summary>
public static class Escalation
{
    /// <summary>
    /// The steps that are due at <paramref name="now"/> for a notice that nobody acknowledged, in order. Which were taken before is the caller's
    /// to know; a notice that was superseded has no steps, and asking is the caller's duty too.
    /// </summary>
    public static IReadOnlyList<EscalationDue> Due(Unit unit, PatrolIntensity intensity, DateTimeOffset acknowledgeBy, PatrolPolicy policy, DateTimeOffset now)
    {
        var steps = policy.Duties[intensity].Escalation.Where(step => step.AppliesTo(unit.Kind)).ToList();
        return
        [
            .. steps.Select((step, index) =>
                    new EscalationDue(unit.Code, index + 1, step.Role, step.IsOffice, acknowledgeBy.AddMinutes(step.AfterMinutes), step.AfterMinutes))
                .Where(due => due.DueAt <= now),
        ];
    }

    /// <summary>What the unit reads: who is to answer, and whom to call in the office. It never reads that it should call itself.</summary>
    internal static string ToUnit(PatrolNotice notice, Unit unit, EscalationDue due, Campaign campaign)
    {
        var contact = unit.Contacts.FirstOrDefault(contact => contact.Role == due.Role || contact.Name == due.Role);
        var who = due.ByOffice ? "请立即签收，办公室将直接来电" : $"请{due.Role}{(contact is null ? "" : $"（{contact.Name}）")}立即签收";
        return $"{unit.Name}未在{NoticeText.Moment(notice.AcknowledgeBy, campaign.Zone())}前签收{notice.Title}，{who}；签收点通知里的链接，或电办公室{campaign.DutyPhone}。";
    }

    /// <summary>
    /// What the office reads at a step: every unit that has not acknowledged, with the people to call. It never reads that it should call itself.
    /// </summary>
    internal static string ToOffice(IReadOnlyList<(PatrolNotice Notice, Unit Unit, IReadOnlyList<EscalationDue> Steps)> waiting, Campaign campaign)
    {
        var notice = waiting[0].Notice;
        var by = NoticeText.Moment(waiting.Min(each => each.Notice.AcknowledgeBy), campaign.Zone());
        var roles = waiting.SelectMany(each => each.Steps).Where(step => !step.ByOffice).Select(step => step.Role).Distinct().ToList();
        var lines = waiting.Select((each, index) => string.Create(CultureInfo.InvariantCulture,
            $"{index + 1}．{PhoneList.Of(each.Unit, each.Steps.LastOrDefault(step => !step.ByOffice)?.Role)}"));
        return $"【未签收】第{notice.Revision}号巡查通知（{notice.IntensityName}，应于{by}前签收）还有{waiting.Count}家没有签收，"
            + $"{(roles.Count > 0 ? $"已通知{string.Join("、", roles)}" : "各级均已通知")}。请逐家打电话，接通的代签收：\n{string.Join("\n", lines)}";
    }
}
