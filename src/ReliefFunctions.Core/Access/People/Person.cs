using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.People;

/// <summary>A person of a district who came in by invitation, for one unit or several.</summary>
public sealed record Person
{
    /// <summary>Stands in keys and in the trail; never another's.</summary>
    public required string Id { get; init; }

    /// <summary>Their name, as it stands in signatures.</summary>
    public required string Name { get; init; }

    /// <summary>What they were let in for, past ones included, in the order of time.</summary>
    public required IReadOnlyList<Membership> Memberships { get; init; }

    /// <summary>The last use by a session that has ended, UTC; running sessions know their own.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>What they are let in for now.</summary>
    public IEnumerable<Membership> Current => Memberships.Where(membership => membership.Left is null);

    /// <summary>Whoever was let in for this once more.</summary>
    public Person Joined(Role role, string? unit, DateTimeOffset now) => Current.Any(membership => membership.Is(role, unit))
        ? this : this with { Memberships = [.. Memberships, new Membership(role, unit, now)] };

    /// <summary>Whoever left a unit, or everything when none is named.</summary>
    public Person Leaving(string? unit, DateTimeOffset now) => this with
    {
        Memberships = [.. Memberships.Select(each => each.Left is null && (unit is null || each.Unit == unit) ? each with { Left = now } : each)],
    };
}

/// <summary>What a person was let in for.</summary>
/// <param name="Role">What it allows.</param>
/// <param name="Unit">The unit; null for the district's office and leaders.</param>
/// <param name="Since">UTC.</param>
/// <param name="Left">When they left, UTC.</param>
public sealed record Membership(Role Role, string? Unit, DateTimeOffset Since, DateTimeOffset? Left = null)
{
    /// <summary>Whether it is for that role and unit.</summary>
    public bool Is(Role role, string? unit) => Role == role && Unit == unit;
}

/// <summary>A slip of paper that lets one person in, once. Stored under the hash of its code.</summary>
public sealed record Invitation
{
    /// <summary>Names it without its code.</summary>
    public required string Id { get; init; }

    /// <summary>What it lets in for.</summary>
    public required Role Role { get; init; }

    /// <summary>The unit; null for the district's office and leaders.</summary>
    public string? Unit { get; init; }

    /// <summary>The person whose place the invited one takes; null for one more.</summary>
    public string? Replaces { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it: the name.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Until when it lets in, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was taken back, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it let somebody in, UTC.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Whom.</summary>
    public string? UsedBy { get; init; }

    /// <summary>Hash of what the browser named its attempt: the same attempt, sent again because the answer was lost, is answered again.</summary>
    public string? UsedWith { get; init; }

    /// <summary>How it stands at an instant.</summary>
    public InvitationState StateAt(DateTimeOffset now) => UsedAt is not null ? InvitationState.Used : RevokedAt is not null ? InvitationState.Revoked
        : ExpiresAt <= now ? InvitationState.Expired : InvitationState.Open;
}

/// <summary>How an invitation stands.</summary>
public enum InvitationState
{
    /// <summary>It lets in.</summary>
    Open,

    /// <summary>It has let somebody in.</summary>
    Used,

    /// <summary>It was taken back.</summary>
    Revoked,

    /// <summary>It is too late.</summary>
    Expired,
}
