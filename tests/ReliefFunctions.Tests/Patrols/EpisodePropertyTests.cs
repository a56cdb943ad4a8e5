using CsCheck;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>What holds for every episode, and not only for those somebody thought of.</summary>
public class EpisodePropertyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly Gen<WeatherAlert> Message =
        from id in Gen.Int[0, 12]
        from refers in Gen.Int[-3, 12]
        from hours in Gen.Int[0, 30]
        from level in Gen.Enum<AlertLevel>()
        from type in Gen.Enum<AlertMessageType>()
        from name in Gen.Int[0, 2].Select(which => new[] { "寒潮", "道路结冰", "雷电" }[which])
        from feed in Gen.Bool.Select(cap => cap ? "cap" : "qweather")
        select Huaxi.Alert("12-15 00:00", level, type, name) with
        {
            Source = feed,
            Identifier = $"m{id}-{feed}",
            Sent = Huaxi.At("12-15 00:00").AddHours(hours),
            Expires = Huaxi.At("12-15 00:00").AddHours(hours + 40),
            References = refers < 0 ? [] : [new AlertReference($"m{refers}-{feed}")],
        };

    /// <summary>Identifiers are the issuer's: one is never used for two messages.</summary>
    private static readonly Gen<WeatherAlert[]> Episode = Message.Array[1, 12].Select(messages => messages.DistinctBy(message => message.Identifier).ToArray());

    [Fact]
    public void Any_order_and_any_repetition_of_an_episode_ends_with_the_same_patrols() =>
        Gen.Select(Episode, Gen.Int).Sample((episode, seed) =>
        {
            var straight = Play(episode);
            var random = new Random(seed);
            var muddled = episode.Concat(episode.Where(_ => random.Next(2) == 0)).OrderBy(_ => random.Next()).ToArray();
            var other = Play(muddled);
            return straight.State.Alerts.Select(each => each.Alert.Key).SequenceEqual(other.State.Alerts.Select(each => each.Alert.Key))
                && Settled(straight) == Settled(other);
        }, iter: 400);

    [Fact]
    public void A_message_repeated_gives_no_order_of_its_own() =>
        Episode.Sample(episode =>
        {
            var once = Play(episode);
            var thrice = Play([.. episode.SelectMany(message => new[] { message, message, message })]);
            return once.Orders.Select(Line).SequenceEqual(thrice.Orders.Select(Line));
        }, iter: 200);

    [Fact]
    public void Revisions_count_up_and_a_units_notice_is_always_the_last_order_that_changed_it() =>
        Episode.Sample(episode =>
        {
            var season = Play(episode);
            return season.Orders.Select((order, index) => order.Revision == index + 1).All(right => right)
                && Huaxi.Units.All(unit => season.State.NoticeOf[unit.Code] == season.Orders.Last(order => order.Changed.Contains(unit.Code)).Revision)
                && season.Orders.All(order => order.Changed.All(order.Units.ContainsKey) && order.Basis.Count > 0);
        }, iter: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_bus_that_loses_repeats_and_reorders_leaves_the_same_inboxes(int seed)
    {
        string[] texts = ["12月15日10时发布寒潮蓝色预警信号", "12月15日12时将寒潮蓝色预警信号升级为寒潮黄色预警信号", "12月15日14时将寒潮黄色预警信号升级为寒潮橙色预警信号"];
        var random = new Random(seed);
        var world = await PatrolWorld.StartAsync(azurite, "12-15 15:00");
        var dispatcher = world.World.Get<MessageDispatcher>();
        foreach (var text in texts)
        {
            Assert.Equal(202, (await world.PostAlertAsync("花溪区气象台" + text)).Status);

            // The districts decide in the order of arrival; everything behind that is muddled below.
            Assert.True(world.World.Bus.TryTake(out var application));
            await dispatcher.DispatchAsync(application.Entity, application.Message, default);
            world.World.Clock.Advance(TimeSpan.FromMinutes(1));
            while (world.World.Bus.TryTake(out var order)) _held.Add(order);
        }

        foreach (var (entity, message) in _held.Concat(_held).OrderBy(_ => random.Next()).Skip(2)) await dispatcher.DispatchAsync(entity, message, default);
        for (var round = 0; round < 2; round++)
        {
            world.World.Clock.Advance(TimeSpan.FromMinutes(11));
            await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetServices<Core.Clocks.IScheduledJob>(world.World.Services).Single(job => job.Name == Core.Clocks.Schedules.SweeperClock).RunAsync(default);
            await world.World.DeliverAsync();
        }

        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.Equal("1 Heightened, 2 Intensive, 3 RoundTheClock", inbox));
        Assert.Equal(3, (await world.GetAsync<Inbox>("/units/police/inbox")).Current);
    }

    private readonly List<(string Entity, BusMessage Message)> _held = [];

    /// <summary>Everything arrives on the afternoon after; then time passes until nothing is held any more.</summary>
    private static Season Play(IEnumerable<WeatherAlert> messages)
    {
        var season = new Season();
        foreach (var message in messages) season.Do("12-16 13:00", new PatrolCommand.ApplyAlert(message));
        season.Tick("12-16 13:01");
        foreach (var at in new[] { "12-17 12:00", "12-18 12:00", "12-19 12:00" }) season.Tick(at);
        return season;
    }

    private static string Settled(Season season) => string.Join(',', season.State.Units.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Line(PatrolOrder order) => $"{order.Revision} {order.Highest} {string.Join('/', order.Changed)}";
}
