// dotnet run -c Release --project tests/LocalServiceBus.Benchmarks
// Client and broker share the machine; the figures are of both together.
using System.Diagnostics;
using Amqp;
using Amqp.Framing;
using Azure.Messaging.ServiceBus;
using LocalServiceBus.Tests;
using LocalServiceBus.Tests.Clients;

const int Messages = 20_000;
var body = new byte[1_024];

// Before anything else has left its traces in the process.
await using (var broker = await TestBus.Start())
{
    await using var client = await AmqpNetLiteClient.Connect(broker);
    await client.SendBatch(TestBus.Topic, new Outgoing("warm"));
    var (heap, resident) = (GC.GetTotalMemory(true), Environment.WorkingSet);
    var batch = Enumerable.Range(0, 200).Select(i => new Outgoing(new string('x', 200)) { MessageId = $"{i}" }).ToArray();
    for (var i = 0; i < 500; i++)
    {
        await client.SendBatch(TestBus.Queue, batch);
    }

    var grown = GC.GetTotalMemory(true) - heap;
    Console.WriteLine($"100,000 queued messages of 200 bytes: {grown / 1_000_000.0:F0} MB of heap, {(Environment.WorkingSet - resident) / 1_000_000.0:F0} MB resident");
}

Console.WriteLine($"{Environment.ProcessorCount} cores, {Messages} messages of {body.Length} bytes");
await using (var broker = await TestBus.Start())
{
    await using var product = new ServiceBusClient(broker.ConnectionString);
    for (var round = 0; round < 2; round++)
    {
        await using var sender = product.CreateSender(TestBus.Queue);
        await Measure("Azure.Messaging.ServiceBus, send, 100 at a time", round, () =>
            Parallel.ForAsync(0, Messages, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (_, ct) => await sender.SendMessageAsync(new ServiceBusMessage(body), ct)));
        await Measure("Azure.Messaging.ServiceBus, processor, 16 at a time", round, async () =>
        {
            var left = Messages;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var processor = product.CreateProcessor(TestBus.Queue, new ServiceBusProcessorOptions { MaxConcurrentCalls = 16 });
            processor.ProcessErrorAsync += _ => Task.CompletedTask;
            processor.ProcessMessageAsync += _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult();
                }

                return Task.CompletedTask;
            };
            await processor.StartProcessingAsync();
            await done.Task;
        });
    }

    await using var client = await AmqpNetLiteClient.Connect(broker);
    for (var round = 0; round < 2; round++)
    {
        var link = new SenderLink(client.Session, "s" + round, TestBus.Queue);
        await Measure("AMQPNetLite, send, 100 at a time", round, async () =>
        {
            using var room = new SemaphoreSlim(100);
            for (var i = 0; i < Messages; i++)
            {
                await room.WaitAsync();
                link.Send(new Message { BodySection = new Data { Binary = body } }, (_, _, _, _) => room.Release(), null);
            }

            for (var i = 0; i < 100; i++)
            {
                await room.WaitAsync();
            }
        });
        await Measure("AMQPNetLite, receive and settle, prefetch 200", round, async () =>
        {
            var left = Messages;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var receiver = new ReceiverLink(client.Session, "r" + round, TestBus.Queue);
            receiver.Start(200, (l, m) =>
            {
                l.Accept(m);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult();
                }
            });
            await done.Task;
            await receiver.CloseAsync();
        });
    }

    await using var node = new NodeProcess();
    await using var official = await NodeClient.Connect(node, broker.ConnectionString);
    for (var round = 0; round < 2; round++)
    {
        await Measure("@azure/service-bus, send, 100 at a time", round, () => official.SendMany(TestBus.Queue, Messages / 2, 100, body.Length), Messages / 2);
        await Measure("@azure/service-bus, receive and settle, 100 at a time", round, () => official.Consume(TestBus.Queue, Messages / 2, 100), Messages / 2);
    }
}

await using (var broker = await TestBus.Start())
{
    await using var client = await AmqpNetLiteClient.Connect(broker);
    await client.Receive(TestBus.Queue, 1, TimeSpan.FromMilliseconds(200));
    var process = Process.GetCurrentProcess();
    var used = process.TotalProcessorTime;
    await Task.Delay(10_000);
    process.Refresh();
    Console.WriteLine($"Idle with one client: {(process.TotalProcessorTime - used).TotalMilliseconds / 100:F2} % of a core");
}

static async Task Measure(string what, int round, Func<Task> work, int count = Messages)
{
    var watch = Stopwatch.StartNew();
    await work();
    if (round > 0)
    {
        Console.WriteLine($"{what}: {count / watch.Elapsed.TotalSeconds:F0}/s");
    }
}
