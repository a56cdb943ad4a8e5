using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access.Sessions;

/// <summary>
/// Sessions in the partition of their scope, so that a district's people, sessions and the trail of who came and went lie together.
/// The cookie <c>{realm}.{actor}.{256 random bits}</c> names the row; its secret is stored as a hash.
/// </summary>
public sealed class SessionStore(FeatureTables tables, AccessKeys keys, TimeProvider clock)
{
    /// <summary>For how long a session read once is believed: a sign-out takes at most this long to reach every instance, and none on its own.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(15);

    /// <summary>A use is written down when the last one written is older.</summary>
    public static readonly TimeSpan TouchTime = TimeSpan.FromMinutes(5);

    /// <summary>Sessions of one actor; the one unused for longest makes room.</summary>
    public const int MostOfOneActor = 20;

    /// <summary>Where those whom a provider knows came in last: partition and row keys.</summary>
    internal const string Realms = "realms", RealmPrefix = "R|";

    private const int MostCached = 10_000;
    private readonly ConcurrentDictionary<string, (Row<Session> Row, long ReadAt)> _cache = new();

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>The partition of a scope's people and sessions.</summary>
    public static string Partition(string scope) => $"people|{(scope.Length == 0 ? Everywhere : scope)}";

    /// <summary>Stands in cookies and keys for the empty scope.</summary>
    private const string Everywhere = "all";

    /// <summary>Keys of an actor's sessions begin with this.</summary>
    public static string Prefix(string actor) => $"S|{Keys.Part(actor)}|";

    /// <summary>A new secret for a session, and the row key under which it is stored.</summary>
    public static (string Cookie, string RowKey) Draw(Session session)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return ($"{(session.Scope.Length == 0 ? Everywhere : session.Scope)}.{session.Actor}.{secret}", Prefix(session.Actor) + Keys.Hash(secret));
    }

    /// <summary>Begins a session under a secret drawn for it alone; the one that the browser had before ends.</summary>
    public async Task<string> BeginAsync(Session session, string? former, AuditEntry audit, CancellationToken ct = default)
    {
        var cookie = await Table.DecideAsync(async () =>
        {
            var (drawn, rowKey) = Draw(session);
            var transaction = new Transaction(Partition(session.Scope));
            foreach (var row in await LeftOverAsync(session.Scope, session.Actor, ct)) transaction.Delete(row);
            return (drawn, transaction.Insert(rowKey, session).Audit(audit));
        }, ct);
        if (former is not null) await EndAsync(former, null, ct);
        return cookie;
    }

    /// <summary>The session of a cookie while it lasts, else null. Whoever uses it is seen.</summary>
    public async Task<(Session Session, string Id)?> FindAsync(string cookie, CancellationToken ct = default)
    {
        if (Place(cookie) is not { } place || await ReadAsync(place, ct) is not { } row || row.Value.EndsAt <= clock.GetUtcNow()) return null;
        var session = row.Value;
        if (session.Key is { } key)
        {
            // What the key may do now, and not what it might when the session began.
            if (await keys.OfAsync(key.Id, key.Sha256, ct) is not { } actor) return null;
            session = session with { Name = actor.Name, Role = actor.Role, Scope = actor.Scope, Unit = actor.Unit, ActsUntil = actor.Until };
        }

        if (clock.GetUtcNow() - row.Value.LastSeen > TouchTime) await TouchAsync(place, row, ct);
        return (session, IdOf(row.RowKey));
    }

    /// <summary>Ends the session of a cookie; one that has ended already is fine. The entry, when there is one, stands in the trail.</summary>
    public async Task EndAsync(string cookie, AuditEntry? audit, CancellationToken ct = default)
    {
        if (Place(cookie) is not { } place) return;
        await Table.DecideAsync(async () => await Table.GetAsync<Session>(place.Partition, place.RowKey, ct) is { } row
            ? (true, Trail(new Transaction(place.Partition).Delete(row), audit))
            : (false, null), ct);
        _cache.TryRemove(place.RowKey, out _);
    }

    /// <summary>Ends an actor's sessions, all or the one of that id; answers how many.</summary>
    public async Task<int> EndAsync(string scope, string actor, string? id, AuditEntry audit, CancellationToken ct = default)
    {
        var ended = await Table.DecideAsync<IReadOnlyList<Row<Session>>>(async () =>
        {
            var rows = (await OfAsync(scope, actor, ct)).Where(row => id is null || IdOf(row.RowKey) == id).ToList();
            if (rows.Count == 0) return (rows, null);
            var transaction = new Transaction(Partition(scope));
            foreach (var row in rows) transaction.Delete(row);
            return (rows, transaction.Audit(audit));
        }, ct);
        foreach (var row in ended) _cache.TryRemove(row.RowKey, out _);
        return ended.Count;
    }

    /// <summary>
    /// Before somebody whom a provider knows signs in: when they came with another scope last time, the sessions there end, so that signing out everywhere
    /// finds every session.
    /// </summary>
    public async Task MoveAsync(Actor actor, AuditEntry audit, CancellationToken ct = default)
    {
        var key = RealmPrefix + Keys.Part(actor.Id);
        if ((await Table.GetAsync<Realm>(Realms, key, ct))?.Value.Scope is { } last && last != actor.Scope) await EndAsync(last, actor.Id, null, audit, ct);
        await Table.CommitAsync(new Transaction(Realms).Upsert(key, new Realm(actor.Scope, clock.GetUtcNow())), ct);
    }

    /// <summary>Where somebody came in last.</summary>
    /// <param name="Scope">The scope of their sessions.</param>
    /// <param name="At">When, UTC.</param>
    internal sealed record Realm(string Scope, DateTimeOffset At);

    /// <summary>An actor's sessions, the latest first, those that have ended left out.</summary>
    public async Task<IReadOnlyList<(Session Session, string Id)>> ListAsync(string scope, string actor, CancellationToken ct = default) =>
        [.. (await OfAsync(scope, actor, ct)).Where(row => row.Value.EndsAt > clock.GetUtcNow()).OrderByDescending(row => row.Value.LastSeen)
            .Select(row => (row.Value, IdOf(row.RowKey)))];

    /// <summary>An actor's rows that make room for another: those that have ended, and of the others the ones unused for longest.</summary>
    public async Task<IReadOnlyList<Row<Session>>> LeftOverAsync(string scope, string actor, CancellationToken ct = default) =>
        [.. (await OfAsync(scope, actor, ct)).OrderByDescending(row => row.Value.EndsAt > clock.GetUtcNow()).ThenByDescending(row => row.Value.LastSeen)
            .Select((row, i) => (row, Stays: i < MostOfOneActor - 1 && row.Value.EndsAt > clock.GetUtcNow())).Where(each => !each.Stays)
            .Select(each => each.row)];

    /// <summary>An actor's rows as they are stored.</summary>
    public async Task<IReadOnlyList<Row<Session>>> OfAsync(string scope, string actor, CancellationToken ct = default) =>
        await Table.PrefixAsync<Session>(Partition(scope), Prefix(actor), ct).ToListAsync(ct);

    /// <summary>Forgets what was read of rows that somebody else changed here.</summary>
    public void Forget(IEnumerable<Row<Session>> rows)
    {
        foreach (var row in rows) _cache.TryRemove(row.RowKey, out _);
    }

    private async Task<Row<Session>?> ReadAsync((string Partition, string RowKey) place, CancellationToken ct)
    {
        if (_cache.TryGetValue(place.RowKey, out var cached) && Environment.TickCount64 - cached.ReadAt < CacheTime.TotalMilliseconds) return cached.Row;
        var row = await Table.GetAsync<Session>(place.Partition, place.RowKey, ct);
        if (row is null) _cache.TryRemove(place.RowKey, out _);
        else Keep(row);
        return row;
    }

    /// <summary>One try: who loses it was seen by the other, or is signed out.</summary>
    private async Task TouchAsync((string Partition, string RowKey) place, Row<Session> row, CancellationToken ct)
    {
        await Table.CommitAsync(new Transaction(place.Partition).Replace(row, row.Value with { LastSeen = clock.GetUtcNow() }), ct);
        _cache.TryRemove(place.RowKey, out _);
    }

    private void Keep(Row<Session> row)
    {
        if (_cache.Count >= MostCached) _cache.Clear();
        _cache[row.RowKey] = (row, Environment.TickCount64);
    }

    private static Transaction Trail(Transaction transaction, AuditEntry? audit) => audit is null ? transaction : transaction.Audit(audit);

    /// <summary>Names a session without its secret.</summary>
    private static string IdOf(string rowKey) => rowKey[(rowKey.LastIndexOf('|') + 1)..][..16];

    private static (string Partition, string RowKey)? Place(string cookie) =>
        cookie.Length <= 200 && cookie.Split('.') is [var realm, var actor, { Length: 43 } secret] && Keys.IsPart(realm) && Keys.IsPart(actor)
            ? ($"people|{realm}", Prefix(actor) + Keys.Hash(secret)) : null;
}
