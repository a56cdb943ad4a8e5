using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>A key as it is handed out.</summary>
/// <param name="Key">As stored.</param>
/// <param name="Secret">The key itself; null for one that is not handed out again.</param>
public sealed record IssuedKey(AccessKey Key, string? Secret = null);

/// <summary>An access key as stored: never the key itself.</summary>
[Audited("name", "role", "scope", "unit", "revokedAt", "expiresAt", "successor")]
public sealed record AccessKey
{
    /// <summary>The public part, by which it is found and named.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the whole key, hex: 256 random bits need no slow hash.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    public required Role Role { get; init; }

    /// <summary>See <see cref="Actor.Scope"/>.</summary>
    public required string Scope { get; init; }

    /// <summary>See <see cref="Actor.Unit"/>.</summary>
    public string? Unit { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is refused, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>From when on it is refused, UTC; null for one that does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The last use that was written down, UTC, to an hour.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The key that takes its place.</summary>
    public string? Successor { get; init; }

    /// <summary>The actor who made it; null for one made before that was kept.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it came to an end, or will, UTC; null when no end is set.</summary>
    [JsonIgnore]
    public DateTimeOffset? EndsAt => RevokedAt is { } revoked && !(ExpiresAt < revoked) ? revoked : ExpiresAt;

    /// <summary>Whether it is let in at an instant.</summary>
    public bool IsGoodAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);
}

/// <summary>The setting that lets the first operator in; every other key is made over HTTP.</summary>
public sealed record AccessOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Access";

    /// <summary>SHA-256, 64 hex digits, of a key <c>rf_{12 hex digits}_{secret}</c> that the operator made and keeps; null for none.</summary>
    public string? OperatorKeySha256 { get; init; }

    /// <summary>The header in which the front end before the app names the caller's address, such as <c>X-Azure-ClientIP</c>; null for none.</summary>
    public string? CallerAddressHeader { get; init; }

    /// <summary>These options; throws with the setting's name, and without its value, when the key's hash is none: somebody put the key itself there.</summary>
    public AccessOptions Checked() => OperatorKeySha256 is null or "" || (OperatorKeySha256.Length == 64 && OperatorKeySha256.All(char.IsAsciiHexDigit))
        ? this
        : throw new InvalidOperationException(
            "The setting “Access__OperatorKeySha256” is not a SHA-256 of 64 hex digits. Set the hash of the key (printf %s \"$KEY\" | sha256sum), never the key itself.");
}

/// <summary>Access keys <c>rf_{keyId}_{256 random bits}</c>: shown once, looked up by id, compared by hash.</summary>
public sealed class AccessKeys(FeatureTables tables, AccessOptions options, FailureCounters failures, TimeProvider clock)
{
    /// <summary>For how long a key read once is believed; a revocation takes at most this long to reach every instance.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(15);

    /// <summary>Wrong keys in ten minutes after which the answer is 429.</summary>
    public const int FailuresAllowed = FailureCounters.Allowed;

    /// <summary>A use is written down when the last one written is older.</summary>
    public static readonly TimeSpan TouchTime = TimeSpan.FromHours(1);

    /// <summary>Where they lie.</summary>
    internal const string Partition = "keys", Prefix = "K|";

    private readonly ConcurrentDictionary<string, (Row<AccessKey> Row, long ReadAt)> _cache = new();

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>Makes and stores a key; the answer is the only time it is to be seen.</summary>
    public Task<(string Secret, AccessKey Key)> CreateAsync(string name, Role role, string scope, string? unit, string actor,
        DateTimeOffset? expiresAt = null, CancellationToken ct = default) =>
        Table.DecideAsync(() =>
        {
            // An id that is taken is drawn anew.
            var now = clock.GetUtcNow();
            var (secret, drawn) = Draw(name, role, scope, unit, now, expiresAt);
            var (key, id) = (drawn with { CreatedBy = actor }, drawn.Id);
            var transaction = new Transaction(Partition).Insert(Prefix + id, key)
                .Audit(new AuditEntry(now, actor, "key.created", id, $"{role} {scope} {unit} {name}") { Scope = scope, Unit = unit });
            return Task.FromResult<((string, AccessKey), Transaction?)>(((secret, key), transaction));
        }, ct);

    /// <summary>
    /// Makes the key that takes another's place; the old one goes on for <paramref name="overlap"/>, so that whoever holds it has time to change. Null when
    /// there is none of that id or it lies outside of what the maker may give; refused when it has a successor already, is let in no more, or goes on for
    /// longer than the maker: the new key goes on as long as the old one.
    /// </summary>
    public async Task<Outcome<IssuedKey>?> RotateAsync(string id, TimeSpan overlap, Actor maker, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(maker);
        var rotated = await Table.DecideAsync<Outcome<IssuedKey>?>(async () =>
        {
            var now = clock.GetUtcNow();
            var row = await Table.GetAsync<AccessKey>(Partition, Prefix + id, ct);
            if (row is null || !Granting.Covers(maker, row.Value.Role, row.Value.Scope, row.Value.Unit)) return (null, null);
            var old = row.Value;
            if (old.Successor is not null || !old.IsGoodAt(now) || !Granting.Lasts(maker, old.ExpiresAt))
            {
                return (new Outcome<IssuedKey>.Refused(new IssuedKey(old)), null);
            }

            var (secret, drawn) = Draw(old.Name, old.Role, old.Scope, old.Unit, now, old.ExpiresAt);
            var key = drawn with { CreatedBy = maker.Id };
            var end = old.ExpiresAt is { } given && given < now + overlap ? given : now + overlap;
            var transaction = new Transaction(Partition).Insert(Prefix + key.Id, key).Replace(row, old with { ExpiresAt = end, Successor = key.Id })
                .Audit(new AuditEntry(now, maker.Id, "key.rotated", id, key.Id) { Scope = old.Scope, Unit = old.Unit });
            return (new Outcome<IssuedKey>.Changed(new IssuedKey(key, secret)), transaction);
        }, ct);
        _cache.TryRemove(id, out _);
        return rotated;
    }

    /// <summary>The key of that id, or null.</summary>
    public async Task<AccessKey?> FindAsync(string id, CancellationToken ct = default) => (await ReadAsync(id, ct))?.Value;

    /// <summary>Every key of a scope, without anything secret.</summary>
    public IAsyncEnumerable<Row<AccessKey>> ListAsync(CancellationToken ct = default) =>
        Table.PrefixAsync<AccessKey>(Partition, Prefix, ct);

    /// <summary>The keys that an actor made and that are let in now: they stand when their maker is revoked, and whoever revokes decides on them.</summary>
    public async Task<IReadOnlyList<AccessKey>> MadeByAsync(string actor, CancellationToken ct = default) =>
        [.. (await ListAsync(ct).ToListAsync(ct)).Select(row => row.Value).Where(key => key.CreatedBy == actor && key.IsGoodAt(clock.GetUtcNow()))];

    /// <summary>Revokes a key; null when there is none of that id or it lies outside of what the actor may give. One revoked before stays as it was.</summary>
    public async Task<Outcome<AccessKey>?> RevokeAsync(string id, Actor by, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(by);
        var outcome = await Table.DecideAsync<Outcome<AccessKey>?>(async () =>
        {
            var row = await Table.GetAsync<AccessKey>(Partition, Prefix + id, ct);
            if (row is null || !Granting.Covers(by, row.Value.Role, row.Value.Scope, row.Value.Unit)) return (null, null);
            if (row.Value.RevokedAt is not null) return (new Outcome<AccessKey>.Repeated(row.Value), null);
            var revoked = row.Value with { RevokedAt = clock.GetUtcNow() };
            var audit = new AuditEntry(clock.GetUtcNow(), by.Id, "key.revoked", id) { Scope = row.Value.Scope, Unit = row.Value.Unit };
            return (new Outcome<AccessKey>.Changed(revoked), new Transaction(Partition).Replace(row, revoked).Audit(audit));
        }, ct);
        _cache.TryRemove(id, out _);
        return outcome;
    }

    /// <summary>The actor behind a key, or null when it is unknown, wrong or revoked.</summary>
    public async Task<Actor?> AuthenticateAsync(string secret, CancellationToken ct) =>
        KeyId(secret) is { } id ? await OfAsync(id, Keys.Hash(secret), ct) : null;

    /// <summary>The actor behind a key that is known by its id and the hash of the whole, or null when it is unknown, another or revoked.</summary>
    public async Task<Actor?> OfAsync(string id, string sha256, CancellationToken ct)
    {
        if (options.OperatorKeySha256 is { Length: 64 } first && Matches(sha256, first)) return new Actor(id, "管理员", Role.Operator, "");
        if (await ReadAsync(id, ct) is not { } row || !row.Value.IsGoodAt(clock.GetUtcNow()) || !Matches(sha256, row.Value.Sha256)) return null;
        var key = row.Value;
        if (key.LastUsedAt is null || clock.GetUtcNow() - key.LastUsedAt > TouchTime) await TouchAsync(row, ct);
        return new Actor(key.Id, key.Name, key.Role, key.Scope, key.Unit) { Until = key.ExpiresAt };
    }

    /// <summary>Counts a wrong key, by its id where it has one and the address it came from; true when that has failed too often.</summary>
    public Task<bool> CountFailureAsync(string secret, string address, CancellationToken ct) => failures.CountAsync(KeyId(secret), address, ct);

    /// <summary>One try: who loses it was seen by the other.</summary>
    private async Task TouchAsync(Row<AccessKey> row, CancellationToken ct)
    {
        await Table.CommitAsync(new Transaction(Partition).Replace(row, row.Value with { LastUsedAt = clock.GetUtcNow() }), ct);
        _cache.TryRemove(row.Value.Id, out _);
    }

    private async Task<Row<AccessKey>?> ReadAsync(string id, CancellationToken ct)
    {
        if (_cache.TryGetValue(id, out var cached) && Environment.TickCount64 - cached.ReadAt < CacheTime.TotalMilliseconds) return cached.Row;
        var row = await Table.GetAsync<AccessKey>(Partition, Prefix + id, ct);
        if (row is not null) _cache[id] = (row, Environment.TickCount64);
        return row;
    }

    private static (string Secret, AccessKey Key) Draw(string name, Role role, string scope, string? unit, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var secret = $"rf_{id}_{Base64Url(RandomNumberGenerator.GetBytes(32))}";
        return (secret, new AccessKey
        {
            Id = id,
            Sha256 = Keys.Hash(secret),
            Name = name,
            Role = role,
            Scope = scope,
            Unit = unit,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        });
    }

    private static bool Matches(string one, string other) => CryptographicOperations.FixedTimeEquals(Convert.FromHexString(one), Convert.FromHexString(other));

    private static string? KeyId(string secret) =>
        secret.Split('_', 3) is ["rf", { Length: 12 } id, { Length: > 0 }] && id.All(char.IsAsciiHexDigitLower) ? id : null;

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '.');
}
