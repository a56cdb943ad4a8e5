using System.Collections.Concurrent;
using System.Net;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using LocalServiceBus.Entities;

namespace LocalServiceBus.Tests.Conformance;

/// <summary>One broker for the tests of a class, each of which has a queue of its own; its clock is the system's, as the client's own timers are.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    /// <summary>Short, so that a handler outlives it in seconds.</summary>
    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(2);

    public Broker Broker { get; private set; } = null!;

    public static string Configuration { get; } = $$"""
        { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [
          { "Name": "sixteen" }, { "Name": "stop" }, { "Name": "brim" }, { "Name": "crowd" }, { "Name": "many" }, { "Name": "restart" },
          { "Name": "renewal", "Properties": { "LockDuration": "PT2S" } },
          { "Name": "poison", "Properties": { "MaxDeliveryCount": 3 } }
        ], "Topics": [ { "Name": "topic", "Subscriptions": [ { "Name": "sub" } ] } ] } ] } }
        """;

    public async Task InitializeAsync() => Broker = await Broker.StartAsync(BrokerConfiguration.Parse(Configuration));

    public async Task DisposeAsync() => await Broker.DisposeAsync();
}

/// <summary>What the product's own client does besides what every client does.</summary>
public abstract class DotNetClientTests(SharedBroker shared)
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected Broker Broker { get; } = shared.Broker;

    protected ServiceBusClient Client { get; } = new(shared.Broker.ConnectionString);

    protected static IEnumerable<ServiceBusMessage> Numbered(int count) => Enumerable.Range(0, count).Select(i => new ServiceBusMessage($"{i}") { MessageId = $"{i}" });

    protected int Count(string queue) => ((QueueEntity)Broker.Entities.Find(queue)!).Count;

    protected static ServiceBusProcessor Quiet(ServiceBusProcessor processor, Func<ProcessMessageEventArgs, Task> handle)
    {
        processor.ProcessMessageAsync += handle;
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        return processor;
    }

    protected static async Task Until(Func<bool> done, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!done())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(20);
        }
    }
}

public sealed class ProcessorTests(SharedBroker shared) : DotNetClientTests(shared), IClassFixture<SharedBroker>
{
    [Fact]
    public async Task A_processor_handles_sixteen_messages_at_once_and_each_of_them_once()
    {
        await Client.CreateSender("sixteen").SendMessagesAsync(Numbered(100));
        var (seen, inside, together) = (new ConcurrentDictionary<string, int>(), 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var processor = Quiet(Client.CreateProcessor("sixteen", new ServiceBusProcessorOptions { MaxConcurrentCalls = 16 }), async args =>
        {
            // Nobody goes on before sixteen are here.
            if (Interlocked.Increment(ref inside) == 16) together.SetResult();

            await together.Task.WaitAsync(Limit);
            seen.AddOrUpdate(args.Message.MessageId, 1, (_, n) => n + 1);
        });

        await processor.StartProcessingAsync();
        await Until(() => seen.Count == 100 && Count("sixteen") == 0, "Not all were handled.");
        await processor.StopProcessingAsync();

        Assert.All(seen.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task A_handler_that_outlives_the_lock_keeps_its_message_by_renewal()
    {
        await Client.CreateSender("renewal").SendMessageAsync(new ServiceBusMessage("a"));
        var counts = new ConcurrentQueue<int>();
        await using var processor = Quiet(Client.CreateProcessor("renewal", new ServiceBusProcessorOptions { MaxConcurrentCalls = 2 }), async args =>
        {
            counts.Enqueue(args.Message.DeliveryCount);
            await Task.Delay(SharedBroker.LockDuration * 2.5);
        });

        await processor.StartProcessingAsync();
        await Until(() => !counts.IsEmpty && Count("renewal") == 0, "It was never completed.");
        await processor.StopProcessingAsync();

        Assert.Equal([1], counts);
    }

    [Fact]
    public async Task A_processor_that_is_stopped_in_mid_handler_ends_that_message_and_lets_go_of_the_others()
    {
        await Client.CreateSender("stop").SendMessagesAsync(Numbered(50));
        var (begun, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var processor = Quiet(Client.CreateProcessor("stop", new ServiceBusProcessorOptions { PrefetchCount = 20 }), async _ =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(Limit);
        });
        await processor.StartProcessingAsync();
        await begun.Task.WaitAsync(Limit);

        var stopping = processor.StopProcessingAsync();
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping.WaitAsync(Limit);
        await processor.DisposeAsync();

        // The locks last a minute: what comes now was given back, and not counted as a failure.
        await using var receiver = Client.CreateReceiver("stop");
        var rest = new List<ServiceBusReceivedMessage>();
        while (rest.Count < 49 && await receiver.ReceiveMessagesAsync(49 - rest.Count, TimeSpan.FromSeconds(10)) is { Count: > 0 } page)
        {
            rest.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(1, 49).Select(i => $"{i}"), rest.Select(message => message.MessageId).OrderBy(id => int.Parse(id, null)));
        Assert.All(rest, message => Assert.Equal(1, message.DeliveryCount));
    }

    [Fact]
    public async Task Poison_goes_to_the_dead_letters_and_holds_up_nobody()
    {
        await Client.CreateSender("poison").SendMessagesAsync(Numbered(20));
        var tries = new ConcurrentDictionary<string, int>();
        await using var processor = Quiet(Client.CreateProcessor("poison", new ServiceBusProcessorOptions { MaxConcurrentCalls = 4 }), args =>
        {
            tries.AddOrUpdate(args.Message.MessageId, 1, (_, n) => n + 1);
            return args.Message.MessageId == "7" ? throw new InvalidOperationException("poison") : Task.CompletedTask;
        });

        await processor.StartProcessingAsync();
        await using var dead = Client.CreateReceiver("poison", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var letter = await dead.ReceiveMessageAsync(Limit);
        await Until(() => Count("poison") == 0, "The others were held up.");

        Assert.Equal(("7", "MaxDeliveryCountExceeded", 3), (letter.MessageId, letter.DeadLetterReason, tries["7"]));
        Assert.All(tries.Where(pair => pair.Key != "7"), pair => Assert.Equal(1, pair.Value));
    }
}

public sealed class CrowdTests(SharedBroker shared) : DotNetClientTests(shared), IClassFixture<SharedBroker>
{
    [Fact]
    public async Task A_batch_filled_to_the_brim_is_taken_whole()
    {
        var sender = Client.CreateSender("brim");
        using var batch = await sender.CreateMessageBatchAsync();
        Assert.Equal(262_144, batch.MaxSizeInBytes);
        var body = new byte[1_000];
        while (batch.TryAddMessage(new ServiceBusMessage(body)))
        {
        }

        // The last one is made to measure.
        for (var size = 1_000; size > 0; size--)
        {
            if (batch.TryAddMessage(new ServiceBusMessage(new byte[size]))) break;
        }

        Assert.InRange(batch.SizeInBytes, 262_000, 262_144);
        await sender.SendMessagesAsync(batch);

        Assert.Equal(batch.Count, Count("brim"));
    }

    [Fact]
    public async Task One_receiver_takes_more_messages_than_any_window_holds()
    {
        const int Messages = 12_000;
        var sender = Client.CreateSender("many");
        foreach (var chunk in Numbered(Messages).Chunk(1_000))
        {
            await sender.SendMessagesAsync(chunk);
        }

        await using var receiver = Client.CreateReceiver("many", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete, PrefetchCount = 2_000 });
        var seen = new HashSet<string>();
        while (seen.Count < Messages && await receiver.ReceiveMessagesAsync(500, TimeSpan.FromSeconds(20)) is { Count: > 0 } page)
        {
            Assert.All(page, message => Assert.True(seen.Add(message.MessageId)));
        }

        Assert.Equal(Messages, seen.Count);
    }

    [Fact]
    public async Task Five_hundred_senders_and_receivers_share_a_queue_and_lose_and_double_nothing()
    {
        const int Each = 500;
        var seen = new ConcurrentDictionary<string, int>();
        var receiving = Enumerable.Range(0, Each).Select(async _ =>
        {
            await using var receiver = Client.CreateReceiver("crowd");
            for (var i = 0; i < 2; i++)
            {
                var message = await receiver.ReceiveMessageAsync(Limit);
                seen.AddOrUpdate(message.MessageId, 1, (_, n) => n + 1);
                await receiver.CompleteMessageAsync(message);
            }
        }).ToList();
        await Task.WhenAll(Enumerable.Range(0, Each).Select(async i =>
        {
            await using var sender = Client.CreateSender("crowd");
            await sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = $"{i}/0" });
            await sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = $"{i}/1" });
        }));
        await Task.WhenAll(receiving);

        Assert.Equal(Each * 2, seen.Count);
        Assert.All(seen.Values, times => Assert.Equal(1, times));
        Assert.Equal(0, Count("crowd"));
    }

    [Fact]
    public async Task A_broker_that_is_started_again_in_mid_sending_is_found_by_senders_and_processors()
    {
        var first = await Broker.StartAsync(BrokerConfiguration.Parse(SharedBroker.Configuration), new BrokerOptions { AccessKey = "kept" });
        await using var client = new ServiceBusClient(first.ConnectionString);
        var (handled, accepted) = (new ConcurrentDictionary<string, byte>(), new ConcurrentQueue<string>());
        await using var processor = Quiet(client.CreateProcessor("restart", new ServiceBusProcessorOptions { MaxConcurrentCalls = 8 }), args =>
        {
            handled[args.Message.MessageId] = 0;
            return Task.CompletedTask;
        });
        await processor.StartProcessingAsync();
        using var stop = new CancellationTokenSource();
        var again = false;
        var sending = Task.Run(async () =>
        {
            var sender = client.CreateSender("restart");
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    var late = Volatile.Read(ref again);
                    await sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = $"{i}" });
                    if (late) accepted.Enqueue($"{i}");
                }
                catch (ServiceBusException e) when (e.IsTransient)
                {
                }
            }
        });
        await Until(() => handled.Count > 20, "Nothing flows.");

        await first.DisposeAsync();
        await using var second = await Broker.StartAsync(BrokerConfiguration.Parse(SharedBroker.Configuration), new BrokerOptions { AccessKey = "kept", Port = first.Port });
        Volatile.Write(ref again, true);
        await Until(() => accepted.Count > 20, "The sender does not find it.");
        await stop.CancelAsync();
        await sending;
        await Until(() => accepted.All(handled.ContainsKey), "The processor does not find it.");
        await processor.StopProcessingAsync();

        Assert.Equal(0, ((QueueEntity)second.Entities.Find("restart")!).Count);
    }
}

public sealed class RefusalTests(SharedBroker shared) : DotNetClientTests(shared), IClassFixture<SharedBroker>
{
    [Fact]
    public async Task Rules_at_run_time_are_refused_in_words()
    {
        await using var rules = Client.CreateRuleManager("topic", "sub");
        Func<Task>[] attempts =
        [
            () => rules.CreateRuleAsync("r", new SqlRuleFilter("district = '520111'")),
            () => rules.CreateRuleAsync("r", new CorrelationRuleFilter { Subject = "x" }),
            () => rules.DeleteRuleAsync("$Default"),
            async () => await rules.GetRulesAsync().GetAsyncEnumerator().MoveNextAsync(),
        ];
        foreach (var attempt in attempts)
        {
            Assert.Contains("configuration file", (await Assert.ThrowsAnyAsync<Exception>(attempt)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("HEAD", "/")]
    [InlineData("PUT", "/orders?api-version=2021-05")]
    [InlineData("OPTIONS", "*")]
    [InlineData("GET", "/$servicebus/websocket")]
    public async Task HTTP_is_answered_in_words(string method, string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{Broker.Port}{(path == "*" ? "/" : path)}");

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        if (method != "HEAD") Assert.Contains("AMQP 1.0", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_is_told_so()
    {
        await using var stranger = new ServiceBusClient(Broker.ConnectionString.Replace(Broker.AccessKey, "d3Jvbmc=", StringComparison.Ordinal));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => stranger.CreateSender("many").SendMessageAsync(new ServiceBusMessage("a")));
    }

    [Fact]
    public async Task A_transaction_is_refused_in_words()
    {
        using var transaction = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => Client.CreateSender("many").SendMessageAsync(new ServiceBusMessage("a")));

        Assert.Contains("transactions", refusal.ToString(), StringComparison.Ordinal);
    }
}
