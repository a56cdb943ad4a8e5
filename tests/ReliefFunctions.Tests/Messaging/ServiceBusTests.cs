using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LocalServiceBus;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.Tests.Messaging;

/// <summary>The bus adapter on a real broker that is cut off, started again, away for long, or silent.</summary>
public sealed class ServiceBusTests : IAsyncLifetime
{
    private const string Source = Entities.SummaryRequests;
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private readonly List<ServiceProvider> _providers = [];
    private Broker _broker = null!;

    public async Task InitializeAsync() => _broker = await StartAsync(0);

    public async Task DisposeAsync()
    {
        foreach (var provider in _providers) await provider.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Messages_arrive_as_they_were_sent_however_large_their_number()
    {
        var (bus, got) = await BusAsync();
        var sent = Enumerable.Range(0, 300).Select(i => Message($"m{i}", new string('寒', 1_000 + i))).ToList();
        await bus.GetRequiredService<IMessageSender>().SendAsync(Source, sent, default);
        await Patience.UntilAsync(() => got.Count == sent.Count);
        Assert.All(sent, message => Assert.Equal((message.Schema, message.Body, "520111"), (got[message.MessageId].Schema, got[message.MessageId].Body, got[message.MessageId].Properties["district"])));
    }

    [Fact]
    public async Task A_message_that_no_bus_takes_says_so()
    {
        var (bus, _) = await BusAsync();
        var large = Message("large", new string('x', 300_000));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.GetRequiredService<IMessageSender>().SendAsync(Source, [large], default));
        Assert.Contains("large", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_message_is_read_whatever_its_body_is()
    {
        var (_, got) = await BusAsync();
        await using var foreign = new Azure.Messaging.ServiceBus.ServiceBusClient(_broker.ConnectionString);
        var message = new Azure.Messaging.ServiceBus.ServiceBusMessage();
        message.GetRawAmqpMessage().Body = Azure.Core.Amqp.AmqpMessageBody.FromValue("words");
        await foreign.CreateSender(Source).SendMessageAsync(message);
        await Patience.UntilAsync(() => got.Count == 1);
        Assert.Equal(("words", ""), (got.Values.Single().Body, got.Values.Single().Schema));
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_lose_nothing()
    {
        var (bus, got) = await BusAsync();
        for (var i = 0; i < 60; i++)
        {
            if (i % 10 == 5) _broker.Faults.DropConnections();
            await SendUntilTakenAsync(bus, $"m{i}");
        }

        await Patience.UntilAsync(() => got.Count == 60);
    }

    [Fact]
    public async Task A_broker_that_is_started_again_is_sent_to_and_received_from()
    {
        var (bus, got) = await BusAsync();
        await SendUntilTakenAsync(bus, "before");
        await Patience.UntilAsync(() => got.ContainsKey("before"));
        var port = _broker.Port;
        await _broker.DisposeAsync();
        await Assert.ThrowsAsync<BusUnavailableException>(() => bus.GetRequiredService<IMessageSender>().SendAsync(Source, [Message("meanwhile")], default));
        _broker = await StartAsync(port);
        await SendUntilTakenAsync(bus, "after");
        await Patience.UntilAsync(() => got.ContainsKey("after"));
    }

    [Fact]
    public async Task After_an_outage_the_sweeper_brings_what_waited_and_it_is_handled_once()
    {
        var world = new World(await AzuriteFixture.ConnectionStringAsync(), Now, services => services.AddServiceBus(_broker.ConnectionString));
        _providers.Add(world.Services);
        await world.Services.PrepareStorageAsync();
        var handled = new ConcurrentDictionary<string, int>();
        var receiving = world.Get<ServiceBusReceiving>();
        receiving.Handle = (_, message, _) =>
        {
            handled.AddOrUpdate(message.Read<string>("test/1"), 1, (_, n) => n + 1);
            return Task.FromResult(Disposition.Complete);
        };
        await receiving.StartAsync(default);
        var table = world.Get<FeatureTables>()[PatrolFeature.Table];

        var port = _broker.Port;
        await _broker.DisposeAsync();
        for (var i = 0; i < 5; i++)
        {
            var row = OutboxRow.ForTopic(Source, $"r{i}", world.Clock.GetUtcNow(), OutboxMessage.Of($"520111/test/r{i}", "test/1", $"r{i}"));
            Assert.True(await table.CommitAsync(new Transaction("p").Send(row)));
        }

        await world.Get<OutboxSender>().SettledAsync();
        for (var sweep = 0; sweep < 3; sweep++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal(0, await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default));
        }

        _broker = await StartAsync(port);
        await Patience.UntilAsync(async () =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await world.Get<Sweeper>().SweepAsync(PatrolFeature.Table, "p", default);
            return !await table.PrefixAsync<OutboxRow>("p", OutboxRow.KeyPrefix).AnyAsync();
        });
        await Patience.UntilAsync(() => handled.Count == 5);
        Assert.All(handled.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task A_bus_that_does_not_answer_costs_a_clock_one_wait_and_is_used_again_when_it_does()
    {
        // Takes connections and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var connection = _broker.ConnectionString.Replace($":{_broker.Port};", $":{port};", StringComparison.Ordinal);
        var world = new World(await AzuriteFixture.ConnectionStringAsync(), Now, services => services.AddServiceBus(connection));
        _providers.Add(world.Services);
        await world.Services.PrepareStorageAsync();
        foreach (var table in world.Get<FeatureTables>().Names.Where(name => name.OfCampaigns is not null))
        {
            foreach (var partition in Enumerable.Range(0, 4).Select(i => $"p{i}"))
            {
                var row = OutboxRow.ForTopic(Source, "r", Now.AddMinutes(-5), OutboxMessage.Of($"{partition}/{table}", "test/1", "x"));
                Assert.True(await world.Get<FeatureTables>()[table].CommitAsync(new Transaction(partition).Insert(row.RowKey, row)));
            }
        }

        var watch = Stopwatch.StartNew();
        foreach (var table in world.Get<FeatureTables>().Names.Where(name => name.OfCampaigns is not null))
        {
            foreach (var partition in Enumerable.Range(0, 4).Select(i => $"p{i}")) await world.Get<Sweeper>().SweepAsync(table, partition, default);
        }

        var deadLetters = world.Services.GetServices<IScheduledJob>().Single(job => job.Name == DeadLetterClock.Job);
        await Assert.ThrowsAsync<AggregateException>(() => deadLetters.RunAsync(default));
        Assert.InRange(watch.Elapsed, ServiceBusAdapter.Patience / 2, ServiceBusAdapter.Patience * 1.9);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Endpoint=sb://127.0.0.1:5672;UseDevelopmentEmulator=true")]
    [InlineData("Endpoint=sb://127.0.0.1;SharedAccessKeyName=a")]
    [InlineData("SharedAccessKeyName=a;SharedAccessKey=b")]
    public void A_connection_string_that_is_none_is_refused_in_words(string connection)
    {
        using var services = new ServiceCollection().AddServiceBus(connection).BuildServiceProvider();
        var refusal = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<Azure.Messaging.ServiceBus.ServiceBusClient>());
        Assert.Contains("ServiceBus:ConnectionString", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<Broker> StartAsync(int port) =>
        Broker.StartAsync(LocalApp.Entities(), new BrokerOptions { Port = port, AccessKey = "kept" });

    /// <summary>The adapter without the product: what is received is kept by its id.</summary>
    private async Task<(IServiceProvider Bus, ConcurrentDictionary<string, BusMessage> Got)> BusAsync()
    {
        var world = new World(await AzuriteFixture.ConnectionStringAsync(), Now, services => services.AddServiceBus(_broker.ConnectionString));
        _providers.Add(world.Services);
        var got = new ConcurrentDictionary<string, BusMessage>();
        var receiving = world.Get<ServiceBusReceiving>();
        receiving.Handle = (_, message, _) =>
        {
            got[message.MessageId] = message;
            return Task.FromResult(Disposition.Complete);
        };
        await receiving.StartAsync(default);
        return (world.Services, got);
    }

    /// <summary>As an outbox row does it: until the broker has accepted.</summary>
    private static async Task SendUntilTakenAsync(IServiceProvider bus, string id)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await bus.GetRequiredService<IMessageSender>().SendAsync(Source, [Message(id)], default);
                return;
            }
            catch (BusUnavailableException) when (tries < 20)
            {
                await Task.Delay(250);
            }
        }
    }

    private static BusMessage Message(string id, string body = "{}") =>
        new(id, "test/1", body, new Dictionary<string, string> { [BusMessage.SchemaProperty] = "test/1", ["district"] = "520111" });
}
