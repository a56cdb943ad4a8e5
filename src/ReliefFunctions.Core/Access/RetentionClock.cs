using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Every hour: removes what was kept for a time alone, so much of each kind at the most; the next run goes on. Counters of wrong keys go with their window and
/// sessions with their end; where somebody came in by a provider after <see cref="RealmsKeptFor"/>; slips <see cref="SlipsKeptFor"/> after they let in no
/// more; people who left, keys that ended, and the trail of refusals, files taken and sign-ins after <see cref="AuditEntry.KeptFor"/>. The trail of decisions
/// lies with its season and is archived and removed with it, after the same time or more.
/// </summary>
public sealed partial class RetentionClock(FeatureTables tables, FailureCounters failures, TimeProvider clock, ILogger<RetentionClock> log) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "RetentionClock", Timing = "40 17 * * * *";

    /// <summary>Rows of one kind that one run removes at the most.</summary>
    public const int MostOfARun = 5000;

    /// <summary>How long an office still sees in its list whom a slip let in, or that it let in nobody; the trail knows it for longer.</summary>
    public static readonly TimeSpan SlipsKeptFor = TimeSpan.FromDays(30);

    /// <summary>
    /// How long it is known where somebody came in by a provider, whose sessions last a day at the most: whoever stays away for so long has none anywhere.
    /// </summary>
    public static readonly TimeSpan RealmsKeptFor = TimeSpan.FromDays(30);

    /// <summary>Rows of one transaction: each may have a person's beside it.</summary>
    private const int AtOnce = Transaction.MaxRows / 2;

    /// <summary>The trails of people and of refusals, by their partitions.</summary>
    private static readonly string[] Trails = ["trail|", PeoplePartitions];

    private const string PeoplePartitions = "people|";

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        Count("failure", await failures.ForgetAsync(MostOfARun, ct));

        // The older an entry, the later its key.
        var oldest = AuditEntry.KeyPrefix + Keys.Inverted(clock.GetUtcNow() - AuditEntry.KeptFor);
        foreach (var partitions in Trails) Count("trail", await Table.RemoveAsync(partitions, oldest, "A}", MostOfARun, ct));
        await SweepAsync<Session>("session", PeoplePartitions, "S|", session => session.EndsAt, SeenAsync, ct);
        await SweepAsync<Invitation>("invitation", PeoplePartitions, PeopleStore.InvitationPrefix, slip => slip.EndsAt + SlipsKeptFor, null, ct);
        await SweepAsync<Person>("person", PeoplePartitions, PeopleStore.PersonPrefix, person => person.EndsAt + AuditEntry.KeptFor, null, ct);
        await SweepAsync<SessionStore.Realm>("realm", SessionStore.Realms, SessionStore.RealmPrefix, realm => realm.At + RealmsKeptFor, null, ct);
        await SweepAsync<AccessKey>("key", AccessKeys.Partition, AccessKeys.Prefix, key => key.EndsAt + AuditEntry.KeptFor, null, ct);
    }

    /// <summary>
    /// Removes the rows whose time has come, as they were read: one that somebody used meanwhile stays. Each transaction stands for itself, so that a run
    /// that dies half-way leaves nothing but less to do.
    /// </summary>
    private async Task SweepAsync<T>(string kind, string partitions, string prefix, Func<T, DateTimeOffset?> goesAt,
        Func<Transaction, IReadOnlyList<T>, CancellationToken, Task>? beside, CancellationToken ct)
    {
        var (now, removed) = (clock.GetUtcNow(), 0);
        var over = await Table.EverywhereAsync<T>(partitions, prefix, ct).Where(each => goesAt(each.Row.Value) <= now).Take(MostOfARun).ToListAsync(ct);
        foreach (var chunk in over.GroupBy(each => each.Partition, each => each.Row).SelectMany(rows => rows.Chunk(AtOnce).Select(some => (rows.Key, some))))
        {
            var transaction = new Transaction(chunk.Key);
            foreach (var row in chunk.some) transaction.Delete(row);
            if (beside is not null) await beside(transaction, [.. chunk.some.Select(row => row.Value)], ct);
            if (!await Table.CommitAsync(transaction, ct)) continue;
            Count(kind, chunk.some.Length);
            removed += chunk.some.Length;
        }

        if (removed > 0) Removed(log, removed, kind);
    }

    /// <summary>The list of people tells when each was seen last, also when the session by which it was is gone.</summary>
    private async Task SeenAsync(Transaction transaction, IReadOnlyList<Session> sessions, CancellationToken ct)
    {
        foreach (var ended in sessions.Where(session => session.By == SessionEndpoints.ByInvitation).GroupBy(session => session.Actor))
        {
            var seen = ended.Max(session => session.LastSeen);
            if (await Table.GetAsync<Person>(transaction.Partition, PeopleStore.PersonPrefix + ended.Key, ct) is { } row && !(row.Value.LastSeen >= seen))
            {
                transaction.Replace(row, row.Value with { LastSeen = seen });
            }
        }
    }

    private static void Count(string kind, int removed) => ReliefTelemetry.Removed.Add(removed, new KeyValuePair<string, object?>("relief.kind", kind));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Removed} rows of the kind {Kind} were kept for a time alone and are gone.")]
    private static partial void Removed(ILogger log, int removed, string kind);
}
