using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Access;

/// <summary>What is kept for a time alone goes when that time is over, and not before.</summary>
public class RetentionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly string People = SessionStore.Partition("520111");

    private static Session Session(string actor, DateTimeOffset seen, TimeSpan idle, DateTimeOffset until, string by = SessionEndpoints.ByKey) =>
        new() { Actor = actor, Name = "某人", Role = Role.UnitReporter, Scope = "520111", By = by, Since = Now, LastSeen = seen, Idle = idle, Until = until };

    private static Invitation Slip => new() { Id = "x", Role = Role.UnitReporter, CreatedAt = Now, CreatedBy = "办公室", ExpiresAt = Now.AddDays(14) };

    private static Person Somebody(params Membership[] memberships) => new() { Id = "n-1", Name = "王芳", Memberships = memberships };

    private static AccessKey Key => new() { Id = "k", Sha256 = "0", Name = "n", Role = Role.Leader, Scope = "520111", CreatedAt = Now };

    /// <summary>A row of each kind, and the day after which it is gone; null for never.</summary>
    public static IEnumerable<(string Name, string Partition, string RowKey, Action<Transaction, string> Put, double? GoesAfter)> Rows =>
    [
        Row("a session nobody uses", People, "S|k1|1", Session("k1", Now, TimeSpan.FromDays(1), Now.AddDays(9)), 1),
        Row("a session at its last hour", People, "S|k1|2", Session("k1", Now, TimeSpan.FromDays(9), Now.AddDays(2)), 2),
        Row("a session that lasts", People, "S|k2|1", Session("k2", Now, TimeSpan.FromDays(900), Now.AddDays(900)), null),
        Row("a session of everything", "people|all", "S|k3|1", Session("k3", Now, TimeSpan.FromDays(1), Now.AddDays(9)), 1),
        Row("where somebody came in by a provider", SessionStore.Realms, SessionStore.RealmPrefix + "n-1", new SessionStore.Realm("520111", Now), 30),
        Row("a slip that nobody used", People, "I|1", Slip, 14 + 30),
        Row("a slip that let in", People, "I|2", Slip with { UsedAt = Now.AddDays(1) }, 1 + 30),
        Row("a slip that was taken back", People, "I|3", Slip with { RevokedAt = Now.AddDays(2) }, 2 + 30),
        Row("a slip taken back when it was too late", People, "I|4", Slip with { RevokedAt = Now.AddDays(40) }, 14 + 30),
        Row("a person who left", People, "P|n-1", Somebody(new Membership(Role.UnitReporter, "520111101", Now, Now.AddDays(1))), 1 + 400),
        Row("a person whose time is over", People, "P|n-2", Somebody(new Membership(Role.CampaignOffice, null, Now, null, Now.AddDays(2))), 2 + 400),
        Row("a person who left one of two units", People, "P|n-3", Somebody(new Membership(Role.UnitReporter, "520111101", Now, Now.AddDays(1)), new Membership(Role.UnitReporter, "520111102", Now)), null),
        Row("a key that was revoked", "keys", "K|1", Key with { RevokedAt = Now.AddDays(1), ExpiresAt = Now.AddDays(900) }, 1 + 400),
        Row("a key that expired", "keys", "K|2", Key with { ExpiresAt = Now.AddDays(3) }, 3 + 400),
        Row("a key without an end", "keys", "K|3", Key, null),
    ];

    [Fact]
    public async Task Each_row_goes_when_its_time_is_over_and_not_before()
    {
        var world = await azurite.WorldAsync(Now);
        var table = world.Get<FeatureTables>()[AccessFeature.Table];
        foreach (var partition in Rows.GroupBy(row => row.Partition))
        {
            var transaction = new Transaction(partition.Key);
            foreach (var row in partition) row.Put(transaction, row.RowKey);
            Assert.True(await table.CommitAsync(transaction));
        }

        foreach (var days in Rows.Select(row => row.GoesAfter).OfType<double>().SelectMany(days => new[] { days - 0.01, days + 0.01 }).Distinct().Order())
        {
            world.Clock.SetUtcNow(Now.AddDays(days));
            await Clock(world).RunAsync(default);
            List<string> left = [];
            foreach (var row in Rows) if (await table.GetAsync<object>(row.Partition, row.RowKey) is not null) left.Add(row.Name);
            Assert.Equal(Rows.Where(row => row.GoesAfter is not { } goes || goes > days).Select(row => row.Name), left);
        }
    }

    [Fact]
    public async Task The_list_of_people_still_tells_when_somebody_was_seen_last()
    {
        var world = await azurite.WorldAsync(Now);
        var table = world.Get<FeatureTables>()[AccessFeature.Table];
        var person = Somebody(new Membership(Role.UnitReporter, "520111101", Now));
        await table.CommitAsync(new Transaction(People).Insert("P|n-1", person)
            .Insert("S|n-1|1", Session("n-1", Now.AddHours(2), TimeSpan.FromDays(1), Now.AddDays(9), SessionEndpoints.ByInvitation))
            .Insert("S|n-1|2", Session("n-1", Now.AddHours(1), TimeSpan.FromDays(1), Now.AddDays(9), SessionEndpoints.ByInvitation)));
        world.Clock.Advance(TimeSpan.FromDays(3));
        await Clock(world).RunAsync(default);
        Assert.Empty(await table.PrefixAsync<Session>(People, "S|").ToListAsync());
        Assert.Equal(Now.AddHours(2), Assert.Single(await world.Get<PeopleStore>().PeopleAsync("520111")).LastSeen);
    }

    /// <summary>A run takes so many and no more; one that died leaves the rest to the next; what is removed is counted.</summary>
    [Fact]
    public async Task A_run_is_bounded_and_goes_on_where_the_one_before_it_died_and_what_went_is_counted()
    {
        var world = await azurite.WorldAsync(Now);
        var table = world.Get<FeatureTables>()[AccessFeature.Table];
        for (var chunk = 0; chunk < 3; chunk++)
        {
            var transaction = new Transaction(People);
            for (var i = 0; i < 60; i++) transaction.Insert($"S|k{chunk}|{i:D2}", Session($"k{chunk}", Now, TimeSpan.FromHours(1), Now.AddDays(1)));
            Assert.True(await table.CommitAsync(transaction));
        }

        world.Clock.Advance(TimeSpan.FromDays(2));
        var counted = 0;
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) => { if (instrument.Name == "relief.retention.removed") listener.EnableMeasurementEvents(instrument); };
        meter.SetMeasurementEventCallback<int>((_, many, tags, _) => { foreach (var tag in tags) if (Equals(tag.Value, "session")) Interlocked.Add(ref counted, many); });
        meter.Start();
        using var dies = new CancellationTokenSource();
        var died = Clock(world).RunAsync(dies.Token);
        while (!died.IsCompleted && await table.PrefixAsync<Session>(People, "S|").CountAsync() == 180) await Task.Yield();
        await dies.CancelAsync();
        await Record.ExceptionAsync(() => died);
        await Clock(world).RunAsync(default);
        Assert.Equal(0, await table.PrefixAsync<Session>(People, "S|").CountAsync());
        Assert.True(counted >= 120, $"{counted} of 180 were counted.");
        Assert.Equal(2, await CountAsync(table, 2));
    }

    private static async Task<int> CountAsync(FeatureTable table, int most)
    {
        var transaction = new Transaction("trail|bounded");
        for (var i = 0; i < 5; i++) transaction.Insert($"A|{i}", i);
        await table.CommitAsync(transaction);
        return await table.RemoveAsync("trail|bounded", "A|", "A}", most);
    }

    private static IScheduledJob Clock(World world) => world.Services.GetServices<IScheduledJob>().Single(job => job.Name == RetentionClock.Job);

    private static (string, string, string, Action<Transaction, string>, double?) Row<T>(string name, string partition, string rowKey, T value, double? goesAfter) =>
        (name, partition, rowKey, (transaction, key) => transaction.Insert(key, value), goesAfter);
}
