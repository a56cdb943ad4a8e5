using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.Sessions;

/// <summary>A person who signed in, on one device. Stored under the hash of its secret, which only the browser's cookie holds.</summary>
public sealed record Session
{
    /// <summary>See <see cref="Actor.Id"/>.</summary>
    public required string Actor { get; init; }

    /// <summary>See <see cref="Actor.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    public required Role Role { get; init; }

    /// <summary>See <see cref="Actor.Scope"/>.</summary>
    public required string Scope { get; init; }

    /// <summary>See <see cref="Actor.Unit"/>.</summary>
    public string? Unit { get; init; }

    /// <summary>The way in: <c>key</c>, <c>invitation</c>, or the id of a provider.</summary>
    public required string By { get; init; }

    /// <summary>The access key that it stands for; what the key may no longer do, the session may not either. Null for other ways in.</summary>
    public SessionKey? Key { get; init; }

    /// <summary>What the browser calls itself, for a person who looks for a device that is not theirs.</summary>
    public string? Device { get; init; }

    /// <summary>When the person signed in, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The last use that was written down, UTC; see <see cref="SessionStore.TouchTime"/>.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>How long it lasts without use.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>When it ends whatever happens, UTC.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>See <see cref="Http.Actor.Until"/>.</summary>
    public DateTimeOffset? ActsUntil { get; init; }

    /// <summary>When it ends if it is not used again, UTC.</summary>
    public DateTimeOffset EndsAt => LastSeen + Idle < Until ? LastSeen + Idle : Until;

    /// <summary>A session that begins now.</summary>
    public static Session Of(Actor actor, string by, SessionLimits limits, DateTimeOffset now) => new()
    {
        Actor = actor.Id,
        Name = actor.Name,
        Role = actor.Role,
        Scope = actor.Scope,
        Unit = actor.Unit,
        By = by,
        Since = now,
        LastSeen = now,
        Idle = limits.Idle,
        Until = Granting.Bounded(actor, now + limits.Absolute),
        ActsUntil = actor.Until,
    };

    /// <summary>The same session at another place of the person's, which may end before the session would.</summary>
    public Session At(Role role, string? unit, DateTimeOffset? until)
    {
        var moved = this with { Role = role, Unit = unit, ActsUntil = until };
        return moved with { Until = Granting.Bounded(moved.AsActor(), Until) };
    }

    /// <summary>Who acts by it.</summary>
    public Actor AsActor() => new(Actor, Name, Role, Scope, Unit) { Until = ActsUntil };
}

/// <summary>Which key a session stands for.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Sha256">Of the whole key, hex.</param>
public sealed record SessionKey(string Id, string Sha256);

/// <summary>How long sessions last.</summary>
/// <param name="Idle">Without use.</param>
/// <param name="Absolute">In all.</param>
public sealed record SessionLimits(TimeSpan Idle, TimeSpan Absolute);

/// <summary>How long sessions last by the way in; section <c>Sessions</c>.</summary>
public sealed record SessionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sessions";

    /// <summary>By access key: a key may be shared, and the computer too.</summary>
    public SessionLimits Key { get; init; } = new(TimeSpan.FromHours(2), TimeSpan.FromHours(12));

    /// <summary>By a provider, which is asked again every day whether the person still belongs there.</summary>
    public SessionLimits Provider { get; init; } = new(TimeSpan.FromHours(12), TimeSpan.FromHours(24));

    /// <summary>By invitation: the phone of one person, for a winter; used at least every week that has a report.</summary>
    public SessionLimits Invitation { get; init; } = new(TimeSpan.FromDays(45), TimeSpan.FromDays(240));
}
