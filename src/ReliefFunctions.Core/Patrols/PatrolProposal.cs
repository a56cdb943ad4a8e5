using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Higher intensities that wait for the office because the weather has raised patrols too often within the hour (<see cref="PatrolPolicy.OrdersPerHour"/>).
/// </summary>
/// <remarks>
/// What may wait was decided by who would be harmed. A flood of noise wears out those who are paged; a signal stuck behind it leaves people in the cold. So
/// 全天候 never waits, nor does a unit's first order, nor what a person decides: each unit can be raised to the top once until it is lowered, so that exception
/// cannot be flooded. 加强 and 强化 beyond the cap wait, the office is paged at once, and when it says nothing they go out by themselves at <see cref="DueAt"/>:
/// the silence of an office at night must not decide. More noise changes what is proposed and never puts that moment off. Lowering is not held here: only
/// time lowers patrols, at noon.
/// </remarks>
/// <param name="Number">1, 2, …; another content has another number, so that nobody confirms what he has not read.</param>
/// <param name="At">Since when something waits, UTC.</param>
/// <param name="DueAt">When it goes out without a decision, UTC.</param>
/// <param name="Units">The intensity proposed for each unit that waits.</param>
/// <param name="Basis">Why.</param>
public sealed record PatrolProposal(int Number, DateTimeOffset At, DateTimeOffset DueAt, IReadOnlyDictionary<string, PatrolIntensity> Units,
    IReadOnlyList<OrderBasis> Basis)
{
    /// <summary>In short.</summary>
    [ForPeople]
    public string Reason => Basis.Count > 0 ? Basis[0].Text : "";

    /// <summary>Whether the same is proposed for the same units.</summary>
    internal bool Proposes(IReadOnlyDictionary<string, PatrolIntensity> units) =>
        Units.Count == units.Count && units.All(pair => Units.TryGetValue(pair.Key, out var known) && known == pair.Value);
}

/// <summary>What became of a proposal.</summary>
/// <param name="Number">The proposal's.</param>
/// <param name="Confirmed">Whether it was ordered.</param>
/// <param name="DecidedBy">The person; null when nobody decided in time and it went out by itself.</param>
/// <param name="Reason">Of a rejection.</param>
/// <param name="At">UTC.</param>
public sealed record ProposalDecision(int Number, bool Confirmed, string? DecidedBy, string? Reason, DateTimeOffset At);

/// <summary>A signal or forecast rule that the office has rejected: it raises nothing but to 全天候 until then.</summary>
/// <param name="Cause">The signal's identifier, or the forecast rule's id.</param>
/// <param name="Until">The next <see cref="PatrolPolicy.ClearThrough"/>: weather that still asks for more then is proposed or ordered again. UTC.</param>
public sealed record RejectedCause(string Cause, DateTimeOffset Until);
