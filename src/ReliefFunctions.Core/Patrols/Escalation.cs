using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Patrols;

/// <summary>A step of the chain that is to be taken for a unit.</summary>
/// <param name="Unit">Unit code.</param>
/// <param name="Step">Its place in the chain, from 1.</param>
/// <param name="Role">Whom to call.</param>
/// <param name="DueAt">When it fell due.</param>
public sealed record EscalationDue(string Unit, int Step, string Role, DateTimeOffset DueAt);

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
            .. steps.Select((step, index) => new EscalationDue(unit.Code, index + 1, step.Role, acknowledgeBy.AddMinutes(step.AfterMinutes)))
                .Where(due => due.DueAt <= now),
        ];
    }
}
