using LocalServiceBus;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.LocalHost;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.DeadLetters;

/// <summary>Dead letters of a real broker, settled through the API.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");
    private static readonly DateTimeOffset Now = Huaxi.At("12-16 09:05");
    private Broker _broker = null!;

    public async Task InitializeAsync() => _broker = await Broker.StartAsync(LocalApp.Entities(), new BrokerOptions { Port = 0 });

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task A_message_that_could_not_be_read_is_explained_and_sent_again_once_the_cause_is_mended()
    {
        var world = await WorldAsync();
        await SendAlertAsync(world);
        var line = Assert.Single(await LinesAsync(world, 1));
        Assert.Equal((Entities.AlertApplications, "unreadable", "520111", AlertApplication.Schema), (line.Entity, line.Reason, line.District, line.Subject));
        Assert.Contains("没有 520111 在 2026-2027 年度的专项行动", line.Explanation, StringComparison.Ordinal);
        Assert.Contains("还没有办", line.Explanation, StringComparison.Ordinal);
        Assert.Contains("寒潮", line.Body, StringComparison.Ordinal);

        // The row waits with its letter: an hour of sweeping brings no second one.
        world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(ClockFeature.Intake, "2026-12-16", default));

        await PutCampaignAsync(world);
        var first = await ResendAsync(world, line.Id);
        Assert.Equal(200, first.Status);
        await Patience.UntilAsync(async () => await world.Get<PatrolStore>().OrderAsync(Huaxi.Campaign, 1, default) is not null);
        await Patience.UntilAsync(async () => await world.Get<FeatureTables>()[ClockFeature.Intake].GetAsync<OutboxRow>("2026-12-16", "O|dead-test") is null);
        Assert.Empty(await LinesAsync(world, 0));
        Assert.Equal(first.Text, (await ResendAsync(world, line.Id)).Text);
        Assert.Equal(1, (await world.Get<PatrolStore>().StateAsync(Huaxi.Campaign, default)).Revision);
    }

    [Fact]
    public async Task A_letter_is_dropped_with_a_reason_and_the_row_behind_it_too()
    {
        var world = await WorldAsync();
        await SendAlertAsync(world);
        var line = Assert.Single(await LinesAsync(world, 1));
        Assert.Equal(422, (await world.CallAsync("POST", $"/api/v1/dead-letters/{line.Id}/drop", Operator, """{"reason":" "}"""u8.ToArray())).Status);
        var dropped = await world.CallAsync("POST", $"/api/v1/dead-letters/{line.Id}/drop", Operator, """{"reason":"预警已解除"}"""u8.ToArray());
        Assert.Equal((DeadLetterFate.Dropped, "预警已解除"), (dropped.Json<DeadLetterDecision>().Fate, dropped.Json<DeadLetterDecision>().Reason));
        Assert.Empty(await LinesAsync(world, 0));
        Assert.Null(await world.Get<FeatureTables>()[ClockFeature.Intake].GetAsync<OutboxRow>("2026-12-16", "O|dead-test"));
        Assert.Equal(409, (await ResendAsync(world, line.Id)).Status);
        Assert.Contains(await AuditAsync(world), entry => entry is { What: "dead-letter.dropped", Detail: "预警已解除" } && entry.Subject == line.Id);
    }

    [Fact]
    public async Task A_process_that_dies_after_its_decision_sends_nothing_twice()
    {
        var world = await WorldAsync();
        await PutCampaignAsync(world);
        await world.Get<IMessageSender>().SendAsync(Entities.PatrolNotices, [Notice("1", "patrol-notice/9")], default);
        var line = Assert.Single(await LinesAsync(world, 1));
        var dying = await WorldAsync(world.Prefix, services => services.AddSingleton<IDeadLetterBox>(new DiesBeforeRemoving(world.Get<IDeadLetterBox>())));
        Assert.Equal(500, (await ResendAsync(dying, line.Id)).Status);

        // What was sent again is as unreadable as before: a second letter beside the first, and no third.
        var lines = await LinesAsync(world, 2);
        Assert.Contains("再点一次“重发”", lines.Single(each => each.Id == line.Id).Explanation, StringComparison.Ordinal);
        Assert.Equal(200, (await ResendAsync(world, line.Id)).Status);
        await Task.Delay(500);
        var second = Assert.Single(await LinesAsync(world, 1));
        Assert.NotEqual(line.Id, second.Id);
        Assert.Equal(line.Body, second.Body);
    }

    [Fact]
    public async Task An_office_settles_its_own_districts_letters_and_sees_no_others()
    {
        var world = await WorldAsync();
        await world.Get<IMessageSender>().SendAsync(Entities.PatrolNotices, [Notice("1", "patrol-notice/9")], default);
        var line = Assert.Single(await LinesAsync(world, 1));
        var foreign = PatrolWorld.Office with { Scope = "520112" };
        Assert.Equal("[]", (await world.CallAsync("GET", "/api/v1/dead-letters", foreign)).Text);
        Assert.Equal(404, (await world.CallAsync("POST", $"/api/v1/dead-letters/{line.Id}/drop", foreign, """{"reason":"x"}"""u8.ToArray())).Status);
        Assert.Equal(403, (await world.CallAsync("GET", "/api/v1/dead-letters", PatrolWorld.Qingyan)).Status);
        Assert.Equal(404, (await ResendAsync(world, "patrol-notices:delivery.99.000000000000")).Status);
        Assert.Equal(200, (await world.CallAsync("POST", $"/api/v1/dead-letters/{line.Id}/drop", PatrolWorld.Office, """{"reason":"已电话通知"}"""u8.ToArray())).Status);
        Assert.Empty(await LinesAsync(world, 0));
    }

    [Fact]
    public async Task A_bus_that_is_away_is_named_and_no_defect()
    {
        var world = await WorldAsync();
        await _broker.DisposeAsync();
        var answer = await world.CallAsync("GET", "/api/v1/dead-letters", Operator);
        Assert.Equal(503, answer.Status);
        Assert.Contains("消息总线", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_is_told_of_the_first_letter_alone_and_of_the_next_first_after_the_queue_was_emptied()
    {
        var world = await WorldAsync();
        await PutCampaignAsync(world);
        var sender = world.Get<IMessageSender>();
        await sender.SendAsync(Entities.PatrolNotices, [Notice("1", "patrol-notice/9"), Notice("2", "patrol-notice/9")], default);
        var lines = await LinesAsync(world, 2);
        await WatchAsync(world);
        await WatchAsync(world);
        await WatchAsync(await WorldAsync(world.Prefix));
        Assert.Equal(1, await ToldAsync(world));

        foreach (var line in lines) await world.CallAsync("POST", $"/api/v1/dead-letters/{line.Id}/drop", Operator, """{"reason":"测试"}"""u8.ToArray());
        await WatchAsync(world);
        await sender.SendAsync(Entities.PatrolNotices, [Notice("3", "patrol-notice/9")], default);
        await LinesAsync(world, 1);
        await WatchAsync(world);
        Assert.Equal(2, await ToldAsync(world));
    }

    private static BusMessage Notice(string id, string schema) => new(id, schema, $$"""{"n":{{id}}}""", new Dictionary<string, string> { ["schema"] = schema, ["district"] = "520111" });

    private static Task<Answer> ResendAsync(World world, string id) => world.CallAsync("POST", $"/api/v1/dead-letters/{id}/resend", Operator);

    private static Task WatchAsync(World world) => world.Services.GetServices<IScheduledJob>().Single(job => job.Name == DeadLetterClock.Job).RunAsync(default);

    /// <summary>An alert for a district, committed with its row as the intake does it.</summary>
    private static async Task SendAlertAsync(World world)
    {
        var application = new AlertApplication("520111", "2026-2027", Now, "x", Huaxi.Alert("12-16 09:00", AlertLevel.Yellow));
        await world.Get<FeatureTables>()[ClockFeature.Intake].CommitAsync(new Transaction("2026-12-16").Send(OutboxRow.ForQueue(Entities.AlertApplications, "dead-test", Now,
            OutboxMessage.Of("520111/2026-2027/dead-test", AlertApplication.Schema, application, new Dictionary<string, string> { ["district"] = "520111" }))));
    }

    private static async Task PutCampaignAsync(World world)
    {
        var (store, audit) = (world.Get<CampaignStore>(), new AuditEntry(Now, "t", "t", "t"));
        await store.PutUnitsAsync("520111", Huaxi.Units, audit);
        await store.PutConfigurationAsync("520111", PatrolStore.PolicyKind, 1, Huaxi.Policy, audit);
        await store.PutAsync(Huaxi.Campaign, null, audit);
    }

    private static async Task<IReadOnlyList<DeadLetterLine>> LinesAsync(World world, int expected)
    {
        IReadOnlyList<DeadLetterLine> lines = [];
        await Patience.UntilAsync(async () =>
        {
            var answer = await world.CallAsync("GET", "/api/v1/dead-letters", Operator);
            Assert.True(answer.Status == 200, answer.Text);
            return (lines = answer.Json<List<DeadLetterLine>>()).Count == expected;
        });
        return lines;
    }

    /// <summary>How many events about dead letters have reached the subscription of events.</summary>
    private static async Task<int> ToldAsync(World world)
    {
        await Task.Delay(300);
        return world.Get<Told>().Events.Count;
    }

    private static async Task<List<AuditEntry>> AuditAsync(World world)
    {
        List<AuditEntry> entries = [];
        await foreach (var row in world.Get<FeatureTables>()[ClockFeature.Intake].PrefixAsync<AuditEntry>(ClockFeature.OperatorPartition, "A|")) entries.Add(row.Value);
        return entries;
    }

    /// <summary>The product on the real broker; the first world of a test receives.</summary>
    private async Task<World> WorldAsync(string? prefix = null, Action<IServiceCollection>? change = null)
    {
        var told = new Told();
        var world = new World(await AzuriteFixture.ConnectionStringAsync(), Now, services =>
        {
            services.AddServiceBus(_broker.ConnectionString).AddSingleton(told);
            change?.Invoke(services);
        }, prefix);
        if (prefix is not null) return world;
        await world.Services.PrepareStorageAsync();
        var (receiving, dispatch) = (world.Get<ServiceBusReceiving>(), world.Get<ServiceBusReceiving>().Handle);
        receiving.Handle = (source, message, ct) =>
        {
            if (message.Schema == OperatorEvent.Schema) told.Events.Enqueue(message);
            return dispatch(source, message, ct);
        };
        await receiving.StartAsync(default);
        return world;
    }

    /// <summary>Events that reached the subscription of events.</summary>
    private sealed class Told
    {
        public System.Collections.Concurrent.ConcurrentQueue<BusMessage> Events { get; } = new();
    }

    /// <summary>The process ends between what was decided and the removal of the letter.</summary>
    private sealed class DiesBeforeRemoving(IDeadLetterBox inner) : IDeadLetterBox
    {
        public Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct) => inner.PeekAsync(source, most, ct);

        public Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct) => throw new InvalidOperationException("The process died here.");
    }
}
