using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Tests.Messaging;

public class OutboxTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_message_is_handled_once_though_it_comes_three_times()
    {
        var handler = new Counting();
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageHandler>(handler));
        handler.Tables = world.Get<FeatureTables>();
        Assert.True(await CommitAsync(world, "a"));
        var (_, message) = world.Bus.Sent.Single();
        await world.DeliverAsync();
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Equal(Disposition.Complete, await world.Get<MessageDispatcher>().DispatchAsync(Counting.Queue, message, default));
        Assert.Equal(1, handler.Handled);
    }

    [Fact]
    public async Task What_the_bus_did_not_take_is_sent_by_the_sweeper_when_it_is_due_and_not_before()
    {
        var world = await azurite.WorldAsync(Now);
        world.Bus.Down = true;
        Assert.True(await CommitAsync(world, "a"));
        world.Bus.Down = false;
        Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        world.Clock.Advance(OutboxRow.FirstGrace + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        Assert.Equal("520111/test/a/1", world.Bus.Sent.Single().Message.MessageId);
        Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
    }

    [Fact]
    public async Task A_failing_consumer_moves_the_next_attempt_and_burns_no_delivery()
    {
        var handler = new Counting { Fails = true };
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageHandler>(handler));
        handler.Tables = world.Get<FeatureTables>();
        await CommitAsync(world, "a");
        Assert.Empty(await world.DeliverAsync());
        world.Clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        handler.Fails = false;
        Assert.Equal(1, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        await world.DeliverAsync();
        Assert.Equal(1, handler.Handled);
    }

    [Fact]
    public async Task Storage_that_is_away_burns_no_delivery_of_what_a_row_brings_back()
    {
        var handler = new Counting();
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageHandler>(handler));
        handler.Tables = world.Get<FeatureTables>();
        await CommitAsync(world, "a");
        var (_, message) = world.Bus.Sent.Single();

        // Nothing listens on port 1.
        var away = new TableServiceClient(
            new Uri("http://127.0.0.1:1/away"), new TableSharedKeyCredential("away", "AAAA"), new TableClientOptions { Retry = { MaxRetries = 0 } });
        var tables = new FeatureTables(away, new StorageOptions(), [PatrolFeature.Table], world.Get<IOutbox>());
        var dispatcher = new MessageDispatcher([handler], tables, world.Clock, NullLogger<MessageDispatcher>.Instance);
        foreach (var _ in Enumerable.Range(0, 12)) Assert.Equal(Disposition.Complete, await dispatcher.DispatchAsync(Counting.Queue, message, default));
        Assert.Equal(0, handler.Handled);

        // Storage is back: the row was due all the while.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        await world.DeliverAsync();
        Assert.Equal(1, handler.Handled);
    }

    [Fact]
    public async Task A_bus_that_was_down_for_long_is_used_again_at_the_next_sweep()
    {
        var world = await azurite.WorldAsync(Now);
        world.Bus.Down = true;
        for (var i = 0; i < 6; i++) await CommitAsync(world, $"r{i}");
        for (var minute = 0; minute < 40; minute++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        }

        world.Bus.Down = false;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(6, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
    }

    [Fact]
    public async Task A_bus_that_answers_nothing_keeps_nobody_waiting_for_what_is_stored()
    {
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageSender>(new Hanging()));
        Assert.True(await CommitAsync(world, "a").WaitAsync(OutboxSender.Patience * 3));
    }

    [Fact]
    public async Task An_unknown_schema_goes_to_the_dead_letters_with_its_name()
    {
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageHandler, Counting>());
        var message = new BusMessage("m", "test/9", "{}", new Dictionary<string, string>());
        var dead = Assert.IsType<Disposition.DeadLetterDisposition>(await world.Get<MessageDispatcher>().DispatchAsync(Counting.Queue, message, default));
        Assert.Contains("test/9", dead.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_is_refused_whole_when_one_of_its_rows_was_changed_by_another()
    {
        var world = await azurite.WorldAsync(Now);
        var table = world.Get<FeatureTables>()[PatrolFeature.Table];
        Assert.True(await table.CommitAsync(new Transaction("p").Insert("S", 1)));
        var read = (await table.GetAsync<int>("p", "S"))!;
        Assert.True(await table.CommitAsync(new Transaction("p").Replace(read, 2)));
        Assert.False(await table.CommitAsync(new Transaction("p").Replace(read, 3).Insert("X", 1)));
        Assert.Null(await table.GetAsync<int>("p", "X"));
        Assert.Equal(2, (await table.GetAsync<int>("p", "S"))!.Value);
    }

    [Fact]
    public async Task A_document_longer_than_one_property_comes_back_whole()
    {
        var world = await azurite.WorldAsync(Now);
        var table = world.Get<FeatureTables>()[PatrolFeature.Table];
        var text = string.Concat(Enumerable.Repeat("寒冬送温暖\uD83E\uDDE3", 15_000));
        Assert.True(await table.CommitAsync(new Transaction("p").Insert("L", text)));
        Assert.Equal(text, (await table.GetAsync<string>("p", "L"))!.Value);
    }

    [Fact]
    public void A_transaction_refuses_a_row_twice_and_the_101st()
    {
        var transaction = new Transaction("p").Insert("r", 1);
        Assert.Throws<InvalidOperationException>(() => transaction.Insert("r", 2));
        for (var i = 0; i < 99; i++) transaction.Insert($"r{i}", i);
        Assert.Throws<InvalidOperationException>(() => transaction.Insert("one-too-many", 1));
    }

    private static Task<bool> CommitAsync(World world, string id) =>
        world.Get<FeatureTables>()[PatrolFeature.Table].CommitAsync(new Transaction("p")
            .Insert("effect-of-" + id, id)
            .Send(OutboxRow.ForQueue(Counting.Queue, id, world.Clock.GetUtcNow(), OutboxMessage.Of($"520111/test/{id}", "test/1", id))));

    private sealed class Hanging : IMessageSender
    {
        public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    private sealed class Counting : IMessageHandler
    {
        public const string Queue = "test-queue";

        public bool Fails { get; set; }

        public int Handled { get; private set; }

        public FeatureTables? Tables { get; set; }

        public string Source => Queue;

        public async Task HandleAsync(BusMessage message, CancellationToken ct)
        {
            var id = message.Read<string>("test/1");
            if (Fails) throw new HttpRequestException("not now");
            if (await Tables![PatrolFeature.Table].CommitAsync(new Transaction("p").Insert("handled-" + id, 1).Handled(message.RequiredOutbox), ct)) Handled++;
        }
    }
}
