using System.Security.Cryptography;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access.People;

/// <summary>
/// Invitations and people of a district, in the partition of its sessions: who comes in or leaves does so in one decision with the slip that is used up and
/// the sessions that begin or end.
/// </summary>
public sealed class PeopleStore(FeatureTables tables, SessionStore sessions, SessionOptions limits, TimeProvider clock)
{
    /// <summary>Invitations of one request: they and their entry in the trail are one decision.</summary>
    public const int MostAtOnce = 90;

    /// <summary>For so long an attempt whose answer was lost may be sent again.</summary>
    public static readonly TimeSpan AgainWithin = TimeSpan.FromHours(1);

    /// <summary>What the keys of their rows begin with.</summary>
    internal const string InvitationPrefix = "I|", PersonPrefix = "P|";

    /// <summary>Letters and digits that nobody mistakes for another on paper: 32 of them, five bits each.</summary>
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>Letters of a code: 120 bits.</summary>
    private const int CodeLength = 24;

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>Makes invitations; the codes are to be seen in this answer alone.</summary>
    public async Task<IReadOnlyList<(string Code, Invitation Invitation)>> InviteAsync(string district, IReadOnlyList<Invitation> drafts, AuditEntry audit,
        CancellationToken ct = default)
    {
        var made = drafts.Select(draft =>
        {
            var secret = RandomNumberGenerator.GetString(Alphabet, CodeLength);
            var hash = Keys.Hash(secret);
            return (Code: $"{district}.{secret}", Hash: hash, Invitation: draft with { Id = hash[..16] });
        }).ToList();
        var transaction = new Transaction(SessionStore.Partition(district));
        foreach (var each in made) transaction.Insert(InvitationPrefix + each.Hash, each.Invitation);
        if (!await Table.CommitAsync(transaction.Audit(audit), ct)) throw new ContendedException(Table.Name.Name, transaction.Partition);
        return [.. made.Select(each => (each.Code, each.Invitation))];
    }

    /// <summary>
    /// Lets a person in: the slip is used up, the person is there or has joined another unit, whoever is replaced has left, and a session begins. Null when
    /// there is no such code; without a cookie when it lets nobody in any more.
    /// </summary>
    public async Task<Redeemed?> RedeemAsync(Redemption asked, CancellationToken ct = default)
    {
        if (Place(asked.Code) is not { } place) return null;
        IReadOnlyList<Row<Session>> ended = [];
        var result = await Table.DecideAsync(async () =>
        {
            var (answer, transaction, gone) = await RedeemingAsync(place.District, place.RowKey, asked, ct);
            ended = gone;
            return (answer, transaction);
        }, ct);
        sessions.Forget(ended);
        return result;
    }

    /// <summary>A person, or null.</summary>
    public async Task<Person?> PersonAsync(string district, string id, CancellationToken ct = default) =>
        (await Table.GetAsync<Person>(SessionStore.Partition(district), PersonPrefix + Keys.Part(id), ct))?.Value;

    /// <summary>Everybody who came in by invitation, with the last use of each.</summary>
    public async Task<IReadOnlyList<(Person Person, DateTimeOffset? LastSeen)>> PeopleAsync(string district, CancellationToken ct = default)
    {
        var running = await Table.PrefixAsync<Session>(SessionStore.Partition(district), "S|", ct).ToListAsync(ct);
        var seen = running.GroupBy(row => row.Value.Actor).ToDictionary(group => group.Key, DateTimeOffset? (group) => group.Max(row => row.Value.LastSeen));
        return [.. (await Table.PrefixAsync<Person>(SessionStore.Partition(district), PersonPrefix, ct).ToListAsync(ct))
            .Select(row => (row.Value, Later(row.Value.LastSeen, seen.GetValueOrDefault(row.Value.Id))))];
    }

    /// <summary>Every invitation, the latest first.</summary>
    public async Task<IReadOnlyList<Invitation>> InvitationsAsync(string district, CancellationToken ct = default) =>
        [.. (await Table.PrefixAsync<Invitation>(SessionStore.Partition(district), InvitationPrefix, ct).ToListAsync(ct)).Select(row => row.Value)
            .OrderByDescending(invitation => invitation.CreatedAt).ThenBy(invitation => invitation.Unit, StringComparer.Ordinal)];

    /// <summary>Takes an invitation back; null when there is none of that id, and one used before stays as it was.</summary>
    public Task<Invitation?> RevokeAsync(string district, string id, AuditEntry audit, CancellationToken ct = default) =>
        Table.DecideAsync<Invitation?>(async () =>
        {
            var partition = SessionStore.Partition(district);
            var from = InvitationPrefix + Keys.Part(id);
            if (await Table.FirstAsync<Invitation>(partition, from, from + "~", 1, ct) is not [var row] || row.Value.Id != id)
            {
                return (null, null);
            }

            if (row.Value.StateAt(clock.GetUtcNow()) != InvitationState.Open) return (row.Value, null);
            var revoked = row.Value with { RevokedAt = clock.GetUtcNow() };
            return (revoked, new Transaction(partition).Replace(row, revoked).Audit(audit));
        }, ct);

    /// <summary>A person leaves a unit, or the district when none is named; their sessions there end with it. Null when there is nobody of that id.</summary>
    public async Task<Person?> LeaveAsync(string district, string id, string? unit, AuditEntry audit, CancellationToken ct = default)
    {
        IReadOnlyList<Row<Session>> ended = [];
        var person = await Table.DecideAsync<Person?>(async () =>
        {
            if (await PersonAsync(district, id, ct) is not { } before) return (null, null);
            var (now, transaction) = (clock.GetUtcNow(), new Transaction(SessionStore.Partition(district)));
            if (!before.CurrentAt(now).Any(each => unit is null || each.Unit == unit)) return (before, null);
            ended = await LeavingAsync(district, id, unit, transaction, now, ct);
            return (before.Leaving(unit, now), transaction.Audit(audit));
        }, ct);
        sessions.Forget(ended);
        return person;
    }

    private async Task<(Redeemed? Answer, Transaction? Commit, IReadOnlyList<Row<Session>> Ended)> RedeemingAsync(
        string district, string rowKey, Redemption asked, CancellationToken ct)
    {
        var (now, partition) = (clock.GetUtcNow(), SessionStore.Partition(district));
        if (await Table.GetAsync<Invitation>(partition, rowKey, ct) is not { } slip) return (null, null, []);
        var invitation = slip.Value;
        var attempt = asked.Attempt is null ? null : Keys.Hash(asked.Attempt);
        var isAgain = attempt is not null && invitation.UsedWith == attempt && invitation.UsedAt + AgainWithin > now;
        var refused = new Redeemed(invitation, null, null, null);
        if (!isAgain && invitation.StateAt(now) != InvitationState.Open) return (refused, null, []);

        var id = isAgain ? invitation.UsedBy! : asked.Already ?? "n-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var row = await Table.GetAsync<Person>(partition, PersonPrefix + id, ct);
        var before = row?.Value ?? new Person { Id = id, Name = asked.Name, Memberships = [] };

        // Who has left since does not come back by sending again.
        if (isAgain && !before.CurrentAt(now).Any(each => each.Is(invitation.Role, invitation.Unit))) return (refused, null, []);
        var person = before.Joined(invitation.Role, invitation.Unit, invitation.LetsInUntil, now);
        var transaction = new Transaction(partition);
        IReadOnlyList<Row<Session>> ended = [];
        if (!isAgain)
        {
            transaction.Put(row, PersonPrefix + id, person).Replace(slip, invitation with { UsedAt = now, UsedBy = id, UsedWith = attempt });
            if (invitation.Replaces is { } other && other != id) ended = await LeavingAsync(district, other, invitation.Unit, transaction, now, ct);
        }

        foreach (var old in await sessions.LeftOverAsync(district, id, ct)) transaction.Delete(old);
        var membership = person.CurrentAt(now).FirstOrDefault(each => each.Is(invitation.Role, invitation.Unit));
        if (membership is null) return (refused, null, []);
        var actor = new Actor(id, person.Name, invitation.Role, district, invitation.Unit) { Until = membership.Until };
        var session = Session.Of(actor, SessionEndpoints.ByInvitation, limits.Invitation, now) with { Device = asked.Device };
        var (cookie, sessionKey) = SessionStore.Draw(session);
        transaction.Insert(sessionKey, session).Audit(asked.Audit(actor, invitation));
        return (new Redeemed(invitation, person, session, cookie), transaction, ended);
    }

    /// <summary>Adds to a decision that somebody leaves: the place, and the sessions by which they act there.</summary>
    private async Task<IReadOnlyList<Row<Session>>> LeavingAsync(string district, string id, string? unit, Transaction transaction, DateTimeOffset now,
        CancellationToken ct)
    {
        if (await Table.GetAsync<Person>(transaction.Partition, PersonPrefix + id, ct) is not { } row) return [];
        var ended = (await sessions.OfAsync(district, id, ct)).Where(session => unit is null || session.Value.Unit == unit).ToList();
        foreach (var session in ended) transaction.Delete(session);
        var seen = ended.Select(each => (DateTimeOffset?)each.Value.LastSeen).Aggregate(row.Value.LastSeen, Later);
        transaction.Replace(row, row.Value.Leaving(unit, now) with { LastSeen = seen });
        return ended;
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || one < other ? other : one;

    /// <summary>Codes are typed from paper too: without case, and with blanks and hyphens wherever they help to read.</summary>
    private static (string District, string RowKey)? Place(string code)
    {
        var typed = string.Concat(code.Where(c => c is not ('-' or ' '))).ToUpperInvariant();
        return typed.Split('.') is [{ Length: 6 } district, { Length: CodeLength } secret] && district.All(char.IsAsciiDigit) && secret.All(Alphabet.Contains)
            ? (district, InvitationPrefix + Keys.Hash(secret)) : null;
    }
}

/// <summary>Somebody with a code.</summary>
/// <param name="Code">As it stands on the slip.</param>
/// <param name="Name">Their name, cleaned.</param>
/// <param name="Already">The person who is signed in and joins another unit, or null.</param>
/// <param name="Attempt">What the browser calls this attempt, or null.</param>
/// <param name="Device">What the browser calls itself.</param>
/// <param name="Audit">Makes the entry of the trail.</param>
public sealed record Redemption(string Code, string Name, string? Already, string? Attempt, string? Device, Func<Actor, Invitation, AuditEntry> Audit);

/// <summary>What came of a code.</summary>
/// <param name="Invitation">The slip as it stood.</param>
/// <param name="Person">Who came in; null when it let nobody in.</param>
/// <param name="Session">Their session.</param>
/// <param name="Cookie">For the browser.</param>
public sealed record Redeemed(Invitation Invitation, Person? Person, Session? Session, string? Cookie);
