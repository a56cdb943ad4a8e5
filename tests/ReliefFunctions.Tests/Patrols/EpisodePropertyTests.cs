using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
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

    /// <summary>
    /// Behind the decisions everything is lost, repeated and reordered: inboxes are the same to the last notice. With the alerts themselves muddled, the orders on the way
    /// may differ, and what each unit is left with may not.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_bus_that_loses_repeats_and_reorders_leaves_the_same_inboxes(int seed)
    {
        var random = new Random(seed);
        var episode = Enumerable.Range(0, 200).Select(_ => Generated(random)).First(each => each.Length > 5 && Play(each).Orders.Count > 2);
        var straight = await InboxesAsync(episode, random, muddled: false, alertsToo: false);
        Assert.Equal(straight.Inboxes, (await InboxesAsync(episode, random, muddled: true, alertsToo: false)).Inboxes);
        Assert.Equal(straight.Left, (await InboxesAsync(episode, random, muddled: true, alertsToo: true)).Left);
    }

    /// <summary>Sends an episode's alerts through a bus, and lets time pass until nothing is held. Answers every inbox, and the intensity that each unit is left with.</summary>
    private async Task<(IReadOnlyDictionary<string, string> Inboxes, IReadOnlyDictionary<string, PatrolIntensity> Left)> InboxesAsync(WeatherAlert[] episode, Random random, bool muddled, bool alertsToo)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 13:00");
        var (bus, dispatcher, intake) = (world.World.Bus, world.World.Get<MessageDispatcher>(), world.World.Get<FeatureTables>()[ClockFeature.Intake]);
        foreach (var alert in episode)
        {
            var row = OutboxRow.ForQueue(Entities.AlertApplications, alert.Hash, world.World.Clock.GetUtcNow(), OutboxMessage.Of(alert.Hash, AlertApplication.Schema, new AlertApplication("520111", "2026-2027", Huaxi.At("12-16 13:00"), "x", alert)));
            Assert.True(await intake.CommitAsync(new Transaction("2026-12-16").Send(row)));

            // Undisturbed, an order is in the inboxes before the next alert comes.
            if (!muddled) Assert.Empty(await world.World.DeliverAsync());
        }

        List<(string Entity, BusMessage Message)> waiting = [];
        for (var round = 0; round < 12; round++)
        {
            while (bus.TryTake(out var sent)) waiting.Add(sent);
            var (alerts, others) = (waiting.Where(each => each.Entity == Entities.AlertApplications).ToList(), waiting.Where(each => each.Entity != Entities.AlertApplications).ToList());
            waiting = alertsToo ? Muddled(waiting, random) : [.. alerts, .. Muddled(others, random)];
            foreach (var (entity, message) in waiting)
            {
                var source = dispatcher.Sources.FirstOrDefault(source => source == entity || source.StartsWith(entity + "/", StringComparison.Ordinal))!;
                Assert.Equal(Disposition.Complete, await dispatcher.DispatchAsync(source, message, default));
            }

            waiting = [];
            world.World.Clock.Advance(TimeSpan.FromMinutes(11));
            await world.World.Services.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job).RunAsync(default);
        }

        await world.World.DeliverAsync();
        foreach (var at in new[] { "12-17 12:00", "12-18 12:00", "12-19 12:00" }) await world.TickAsync(at);
        Dictionary<string, PatrolIntensity> left = [];
        foreach (var unit in Huaxi.Units)
        {
            var revisions = (await world.Patrols.InboxAsync(Huaxi.Campaign, unit.Code, default)).ToList();
            Assert.Equal(revisions.Select(notice => notice.Revision).Distinct().OrderDescending(), revisions.Select(notice => notice.Revision));
            Assert.Equal((await world.Patrols.StateAsync(Huaxi.Campaign, default)).NoticeOf[unit.Code], revisions[0].Revision);
            left[unit.Code] = revisions[0].Intensity;
        }

        return (await world.InboxesAsync(), left);
    }

    private static WeatherAlert[] Generated(Random random) => Episode.Generate(new PCG((uint)random.Next()), null, out _);

    /// <summary>Every message lost, once or twice, in any order.</summary>
    private static List<(string Entity, BusMessage Message)> Muddled(IEnumerable<(string Entity, BusMessage Message)> messages, Random random) =>
        [.. messages.SelectMany(message => Enumerable.Repeat(message, random.Next(3))).OrderBy(_ => random.Next())];

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
