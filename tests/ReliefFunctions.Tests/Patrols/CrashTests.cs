using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// The process dies at every single call to storage, found by counting and not picked by hand; another one takes over on the same storage,
/// the sender repeats what was not answered, and nobody is left out or told twice.
/// </summary>
public class CrashTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_crash_point_from_alert_to_inbox_loses_or_repeats_a_notice(bool replyLost)
    {
        IReadOnlyList<Unit> units = [.. Enumerable.Range(1, 60).Select(i => new Unit { Code = $"u{i:D2}", Name = $"第{i}乡", Kind = UnitKind.Township })];
        var survivor = await PatrolWorld.StartAsync(azurite, "12-15 10:02", campaigns: []);
        var died = 0;
        for (var point = 1; ; point++)
        {
            var campaign = await DistrictAsync(survivor, 520200 + point, units);
            var countdown = new Countdown();
            var victim = await AnotherAsync(survivor, services => services.AddSingleton<HttpPipelinePolicy>(new AroundStorage(countdown.AroundAsync)));
            var alert = FeedTests.Sample("02-blue.cap.xml").Replace("520111", campaign.District, StringComparison.Ordinal);
            var feed = new Actor("f", "f", Role.Feed, campaign.District);
            var answer = await victim.PostAlertAsync(alert, feed, () => countdown.Arm(point, replyLost));
            await DeliverUntilDeadAsync(victim);

            if (!countdown.Died)
            {
                Assert.InRange(died, 10, 200);
                return;
            }

            died++;
            if (answer.Status is not 200 and not 202) Assert.True((await survivor.PostAlertAsync(alert, feed)).Status is 200 or 202);
            await RecoverAsync(survivor);
            await AssertOneNoticeEachAsync(survivor, victim, campaign, units, $"after dying at call {point}");
        }
    }

    [Fact]
    public async Task A_provinces_alert_whose_process_dies_half_way_reaches_all_hundred_districts_once()
    {
        var survivor = await PatrolWorld.StartAsync(azurite, "12-15 10:02", campaigns: []);
        IReadOnlyList<Unit> units = [new Unit { Code = "u1", Name = "甲乡", Kind = UnitKind.Township }, new Unit { Code = "u2", Name = "区公安分局", Kind = UnitKind.Police }];
        List<Campaign> campaigns = [];
        for (var i = 0; i < 100; i++) campaigns.Add(await DistrictAsync(survivor, 520300 + i, units));

        var countdown = new Countdown();
        var victim = await AnotherAsync(survivor, services => services.AddSingleton<HttpPipelinePolicy>(new AroundStorage(countdown.AroundAsync)));
        var province = FeedTests.Sample("02-blue.cap.xml").Replace("520111", "520000", StringComparison.Ordinal);
        var feed = new Actor("f", "f", Role.Feed, "52");
        Assert.Equal(202, (await victim.PostAlertAsync(province, feed)).Status);
        countdown.Arm(600, replyLost: true);
        await DeliverUntilDeadAsync(victim);
        Assert.True(countdown.Died);

        await RecoverAsync(survivor);
        foreach (var campaign in campaigns) await AssertOneNoticeEachAsync(survivor, victim, campaign, units, campaign.District);
    }

    [Fact]
    public async Task An_hour_without_the_bus_delays_and_loses_nothing()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 09:00");
        world.World.Bus.Down = true;
        Assert.Equal(202, (await world.PostAlertAsync(FeedTests.Sample("04-yellow.cap.xml"))).Status);
        for (var minute = 1; minute < 60; minute++)
        {
            world.World.Clock.Advance(TimeSpan.FromMinutes(1));
            await JobAsync(world, SweeperClock.Job);
        }

        Assert.Empty(world.World.Bus.Sent);
        world.World.Bus.Down = false;
        world.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await JobAsync(world, SweeperClock.Job);
        Assert.Empty(await world.World.DeliverAsync());
        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.Equal("1 Intensive", inbox));
    }

    [Fact]
    public async Task An_order_whose_notices_came_an_hour_late_gives_its_units_the_whole_time_to_acknowledge()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 20:33");
        await world.PostAlertAsync(FeedTests.Sample("05-orange.cap.xml"));
        Assert.True(world.World.Bus.TryTake(out var alert));
        await world.World.Get<MessageDispatcher>().DispatchAsync(alert.Entity, alert.Message, default);
        world.At("12-16 21:33");
        await world.World.DeliverAsync();
        Assert.Equal(Huaxi.At("12-16 21:48"), (await world.Patrols.NoticeAsync(Huaxi.Campaign, "520111101", 1, default))!.AcknowledgeBy);
        await world.TickAsync("12-16 21:47");
        Assert.Empty(await world.Patrols.EscalationsAsync(Huaxi.Campaign, 1, default));
    }

    [Fact]
    public async Task An_order_that_is_overtaken_by_a_newer_one_is_written_and_never_takes_its_place()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 09:03");
        await world.PostAlertAsync(FeedTests.Sample("04-yellow.cap.xml"));
        Assert.True(world.World.Bus.TryTake(out var first));
        await world.World.Get<MessageDispatcher>().DispatchAsync(first.Entity, first.Message, default);
        Assert.True(world.World.Bus.TryTake(out var order1));
        Assert.Equal(Entities.PatrolOrders, order1.Entity);
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        await world.World.Get<MessageDispatcher>().DispatchAsync(order1.Entity, order1.Message, default);
        await world.World.Get<MessageDispatcher>().DispatchAsync(order1.Entity, order1.Message, default);

        var inbox = await world.GetAsync<Inbox>("/units/520111101/inbox", PatrolWorld.Qingyan);
        Assert.Equal(2, inbox.Current);
        Assert.Equal([2, 1], inbox.Notices.Select(line => line.Notice.Revision));
        Assert.Equal(2, inbox.Notices[1].SupersededBy);
        Assert.Equal(PatrolIntensity.RoundTheClock, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Intensity);
    }

    [Fact]
    public async Task Twenty_deciders_at_once_give_one_order()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 09:03");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(FeedTests.Single(FeedTests.Sample("04-yellow.cap.xml"))), null, default)));
        Assert.Single(outcomes, outcome => outcome.Order is not null);
        Assert.Equal(1, (await world.Patrols.StateAsync(Huaxi.Campaign, default)).Revision);
        await RecoverAsync(world);
        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.Equal("1 Intensive", inbox));
    }

    /// <summary>Every unit has exactly one notice, and it was announced at least once and by one message identity.</summary>
    private static async Task AssertOneNoticeEachAsync(PatrolWorld survivor, PatrolWorld victim, Campaign campaign, IReadOnlyList<Unit> units, string when)
    {
        var announced = victim.World.Bus.Sent.Concat(survivor.World.Bus.Sent).Where(sent => sent.Entity == Entities.PatrolNotices && sent.Message.Properties["district"] == campaign.District)
            .Select(sent => sent.Message.Properties["unit"]).ToHashSet();
        foreach (var unit in units)
        {
            var inbox = await survivor.Patrols.InboxAsync(campaign, unit.Code, default);
            Assert.True(inbox is [{ Revision: 1, Intensity: PatrolIntensity.Heightened }], $"{unit.Code} has {inbox.Count} notices {when}");
            Assert.True(announced.Contains(unit.Code), $"{unit.Code} was not announced {when}");
        }

        Assert.Equal(units.Count, (await survivor.Patrols.NoticesAsync(campaign, 1, default)).Count);
    }

    /// <summary>The sweeper's rounds, and whatever follows, until nothing waits.</summary>
    private static async Task RecoverAsync(PatrolWorld world)
    {
        for (var round = 0; round < 2; round++)
        {
            world.World.Clock.Advance(TimeSpan.FromMinutes(11));
            await JobAsync(world, SweeperClock.Job);
            Assert.Empty(await world.World.DeliverAsync());
        }
    }

    private static async Task DeliverUntilDeadAsync(PatrolWorld victim)
    {
        try
        {
            await victim.World.DeliverAsync();
        }
        catch (InvalidOperationException)
        {
            // Dead in the middle of handling.
        }
    }

    private static Task JobAsync(PatrolWorld world, string name) => world.World.Services.GetServices<IScheduledJob>().Single(job => job.Name == name).RunAsync(default);

    /// <summary>Another process on the same storage, with a bus of its own that dies with it.</summary>
    private static async Task<PatrolWorld> AnotherAsync(PatrolWorld world, Action<IServiceCollection> change) =>
        new(new World(await AzuriteFixture.ConnectionStringAsync(), world.World.Clock.GetUtcNow(), change, world.World.Prefix));

    private static async Task<Campaign> DistrictAsync(PatrolWorld world, int district, IReadOnlyList<Unit> units)
    {
        var campaign = Huaxi.Campaign with { District = district.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var (store, audit) = (world.World.Get<CampaignStore>(), new AuditEntry(world.World.Clock.GetUtcNow(), "test", "test", "test"));
        await store.PutAsync(campaign, null, audit);
        await store.PutUnitsAsync(campaign.District, units, audit);
        await store.PutConfigurationAsync(campaign.District, PatrolStore.PolicyKind, 1, Huaxi.Policy, audit);
        return campaign;
    }
}
