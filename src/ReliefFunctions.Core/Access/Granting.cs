using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// What somebody makes that lets others in (keys, keys in the place of others, invitations, sessions, links) is never more than they are: not in role,
/// not in scope, not in the unit that they are bound to, and not in time. Every maker asks here.
/// </summary>
public static class Granting
{
    /// <summary>Whether a maker may give this: those who only read or report give nothing, and nobody gives what only an operator has.</summary>
    public static bool Covers(Actor maker, Role role, string scope, string? unit)
    {
        ArgumentNullException.ThrowIfNull(maker);
        return scope.StartsWith(maker.Scope, StringComparison.Ordinal) && (maker.Unit is null || unit == maker.Unit)
            && (maker.Role == Role.Operator || (maker.Role == Role.CampaignOffice && role is not (Role.Operator or Role.Feed)));
    }

    /// <summary>Whether what ends then (null: never) ends no later than its maker.</summary>
    public static bool Lasts(Actor maker, DateTimeOffset? until)
    {
        ArgumentNullException.ThrowIfNull(maker);
        return maker.Until is not { } end || until <= end;
    }

    /// <summary>The end that was asked for (null: none), or the maker's where that comes first.</summary>
    public static DateTimeOffset? Bounded(Actor maker, DateTimeOffset? until)
    {
        ArgumentNullException.ThrowIfNull(maker);
        return Lasts(maker, until) ? until : maker.Until;
    }

    /// <summary>The same of something that always ends.</summary>
    public static DateTimeOffset Bounded(Actor maker, DateTimeOffset until) => Bounded(maker, (DateTimeOffset?)until)!.Value;
}
