using System.Text.Json.Serialization;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access.People;

/// <summary>A person of a district who came in by invitation, for one unit or several.</summary>
[Audited("name", "memberships")]
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

    /// <summary>When the last of it ended, UTC; null while something has no end.</summary>
    [JsonIgnore]
    public DateTimeOffset? EndsAt => Memberships.Any(membership => membership.EndsAt is null) ? null : Memberships.Max(membership => membership.EndsAt);

    /// <summary>What they are let in for at an instant.</summary>
    public IEnumerable<Membership> CurrentAt(DateTimeOffset now) => Memberships.Where(membership => membership.EndsAt is not { } end || end > now);

    /// <summary>Whoever was let in for this, perhaps once more: then it goes on until the later end.</summary>
    public Person Joined(Role role, string? unit, DateTimeOffset? until, DateTimeOffset now)
    {
        if (CurrentAt(now).FirstOrDefault(membership => membership.Is(role, unit)) is not { } known)
        {
            return this with { Memberships = [.. Memberships, new Membership(role, unit, now, Until: until)] };
        }

        if (known.Until is null || until <= known.Until) return this;
        return this with { Memberships = [.. Memberships.Select(each => ReferenceEquals(each, known) ? each with { Until = until } : each)] };
    }

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
/// <param name="Until">When it ends, because whoever invited them could give no more, UTC; null when no end is set.</param>
public sealed record Membership(Role Role, string? Unit, DateTimeOffset Since, DateTimeOffset? Left = null, DateTimeOffset? Until = null)
{
    /// <summary>When it ended, or will, UTC; null when no end is set.</summary>
    [JsonIgnore]
    public DateTimeOffset? EndsAt => Left is { } left && !(Until < left) ? left : Until;

    /// <summary>Whether it is for that role and unit.</summary>
    public bool Is(Role role, string? unit) => Role == role && Unit == unit;
}

/// <summary>A slip of paper that lets one person in, once. Stored under the hash of its code.</summary>
[Audited("role", "unit", "expiresAt", "letsInUntil", "replaces", "revokedAt", "usedAt", "usedBy")]
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

    /// <summary>Until when whoever comes in by it may act, UTC: as long as its maker; null when no end is set.</summary>
    public DateTimeOffset? LetsInUntil { get; init; }

    /// <summary>When it was taken back, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it let somebody in, UTC.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Whom.</summary>
    public string? UsedBy { get; init; }

    /// <summary>Hash of what the browser named its attempt: the same attempt, sent again because the answer was lost, is answered again.</summary>
    public string? UsedWith { get; init; }

    /// <summary>When it ceased to let in, or will, UTC.</summary>
    [JsonIgnore]
    public DateTimeOffset EndsAt => UsedAt ?? (RevokedAt < ExpiresAt ? RevokedAt.Value : ExpiresAt);

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
