using System.Collections.Concurrent;
using System.Text;
using Amqp.Framing;
using LocalServiceBus.Entities;
using LocalServiceBus.Tests.Clients;
using LocalServiceBus.Wire;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests;

/// <summary>
/// Two things that happen at once, 200 times each. README says which deliberate mistake each of them was seen to catch.
/// </summary>
public sealed class RaceTests
{
    private const int Iterations = 200;

    // Of the races that take microseconds.
    private const int Rounds = 5;

    [Fact]
    public async Task Lock_expiry_against_settle()
    {
        for (var i = 0; i < Iterations * Rounds; i++)
        {
            var clock = Clock();
            using var queue = NewQueue(clock);
            var inbox = new Inbox();
            var consumer = new Consumer(inbox, receiveAndDelete: false);
            // Credit for a second delivery: if the lock expires, the message goes out again at once.
            queue.Flow(consumer, 0, 2, drain: false, echo: false);
            queue.Send([Content("a")], out _);
            var held = inbox.Take();
            AmqpFault? refusal = null;

            await AtOnce(
                () => clock.Advance(LockDuration),
                () => refusal = queue.Settle(held.LockToken, Settlement.DeadLetter, DeadLetterReason.Of("r", "d")));

            // Exactly one of them has won.
            if (refusal is null)
            {
                Assert.Equal((0, 1), (queue.Count, queue.DeadLetters!.Count));
                Assert.False(inbox.TryTake(out _));
            }
            else
            {
                Assert.Equal((1, 0), (queue.Count, queue.DeadLetters!.Count));
                Assert.Equal(1, inbox.Take().DeliveryCount);
            }
        }
    }

    [Fact]
    public async Task Abandon_against_close()
    {
        const int Before = 20;
        await using var broker = await Start(Configuration);
        using var peer = await RawPeer.Open(broker);
        var queue = (QueueEntity)broker.Entities.Find("busy")!;
        for (var i = 0; i < Iterations; i++)
        {
            queue.Send([.. Enumerable.Range(0, Before).Select(n => Content($"{n}"))], out _);
            await peer.AttachReceiver("busy");
            await peer.Send(RawPeer.Credit(10_000));
            using var closed = new CancellationTokenSource();
            var sending = Task.Run(() =>
            {
                var sent = Before;
                while (!closed.IsCancellationRequested && sent < 3_000)
                {
                    queue.Send([Content($"{sent++}")], out _);
                    Thread.SpinWait(500);
                }

                return sent;
            });

            // Abandons what it gets, which comes back to it at once, and detaches in the middle of that.
            var held = new HashSet<string>();
            var detachAfter = i % 40;
            var seen = 0;
            while (true)
            {
                var (performative, payload) = await peer.Read();
                if (performative is Detach) break;

                if (performative is not Transfer transfer) continue;

                if (++seen <= detachAfter)
                {
                    await peer.Send(new Amqp.Framing.Dispose { Role = true, First = transfer.DeliveryId, Settled = true, State = new Modified { DeliveryFailed = true } });
                }
                else
                {
                    Assert.True(held.Add(Body(payload)));
                    if (seen == detachAfter + 1) await peer.Send(new Detach { Handle = 0, Closed = true });
                }
            }

            await closed.CancelAsync();
            var total = await sending;

            // Every message is either held by the peer or free for the next, and none is both.
            var free = await Drain(peer, "busy", 10_000);
            Assert.Equal(
                Enumerable.Range(0, total).Select(n => $"{n}").Order(StringComparer.Ordinal),
                free.Concat(held).Order(StringComparer.Ordinal));
            queue.ExpireLocks();
            Assert.Equal(held.Count, (await Drain(peer, "busy", 10_000)).Count);
        }
    }

    [Fact]
    public async Task Credit_against_drain()
    {
        const int Total = 12;
        const uint Credit = 5;
        await using var broker = await Start(Configuration);
        using var peer = await RawPeer.Open(broker);
        var queue = (QueueEntity)broker.Entities.Find("busy")!;
        for (var i = 0; i < Iterations; i++)
        {
            await peer.AttachReceiver("busy", receiveAndDelete: true);
            await peer.Send(RawPeer.Credit(Credit));
            var sending = Task.Run(() =>
            {
                for (var n = 0; n < Total; n++)
                {
                    queue.Send([Content($"{n}")], out _);
                }
            });
            await peer.Send(RawPeer.Credit(Credit, drain: true));

            var got = new List<string>();
            var drained = await ReadDrained(peer, got);

            // Used or drained, the credit is gone: nothing follows until there is new credit.
            Assert.Equal(Credit, drained.DeliveryCount);
            Assert.True(got.Count <= Credit);
            await sending;
            for (var echo = 0; echo < 2; echo++)
            {
                await peer.Send(new Flow { NextIncomingId = 0, IncomingWindow = 1_000_000, NextOutgoingId = 0, OutgoingWindow = 10, Echo = true });
                Assert.IsType<Flow>((await peer.Read()).Performative);
            }

            await peer.Send(RawPeer.Credit(100, deliveryCount: Credit, drain: true));
            await ReadDrained(peer, got);
            Assert.Equal(Enumerable.Range(0, Total).Select(n => $"{n}"), got);
            await peer.Send(new Detach { Handle = 0, Closed = true });
            await peer.Expect<Detach>();
        }
    }

    [Fact]
    public async Task Credit_against_send()
    {
        for (var i = 0; i < Iterations * Rounds; i++)
        {
            using var queue = NewQueue(TimeProvider.System);
            var inbox = new Inbox();
            var consumer = new Consumer(inbox, receiveAndDelete: true);

            await AtOnce(
                () => queue.Flow(consumer, 0, 1, drain: false, echo: false),
                () => queue.Send([Content("a")], out _));

            // Neither may wait for the other: no further event will come.
            Assert.True(inbox.TryTake(out _));
        }
    }

    [Fact]
    public async Task Duplicate_window_against_expiry()
    {
        var messages = Enumerable.Range(0, 50).Select(n => Content("a", $"m{n}")).ToList();
        for (var i = 0; i < Iterations; i++)
        {
            var clock = Clock();
            using var queue = NewQueue(clock);
            void SendAll() => messages.ForEach(m => queue.Send([m], out _));
            SendAll();
            clock.Advance(Window - TimeSpan.FromTicks(1));

            await AtOnce(() => clock.Advance(TimeSpan.FromTicks(1)), SendAll, SendAll, SendAll);

            // Who came after the end of the window is the first of the next one; by now that one has begun.
            SendAll();
            var accepted = queue.Peek(1, 1_000).GroupBy(m => m.Content.MessageId).ToList();
            Assert.Equal(messages.Count, accepted.Count);
            Assert.All(accepted, copies => Assert.Equal([TimeSpan.Zero, Window], copies.Select(m => m.EnqueuedUtc - copies.First().EnqueuedUtc)));
        }
    }

    private const string Configuration = """
        { "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "busy", "Properties": { "MaxDeliveryCount": 2000 } } ] } ] } }
        """;

    private static Task<Broker> Start(string configuration) => Broker.StartAsync(BrokerConfiguration.Parse(configuration));

    private static QueueEntity NewQueue(TimeProvider time) => new(
        "q",
        new QueueSettings { LockDuration = LockDuration, DuplicateWindow = Window },
        time,
        new FaultSwitches(() => 0, _ => 0),
        long.MaxValue);

    private static MessageContent Content(string body, string? messageId = null)
    {
        var message = new Amqp.Message { BodySection = new Data { Binary = Encoding.UTF8.GetBytes(body) } };
        if (messageId is not null) message.Properties = new Properties { MessageId = messageId };

        var buffer = message.Encode();
        return MessageContent.Parse(buffer.Buffer.AsMemory(buffer.Offset, buffer.Length));
    }

    private static string Body(byte[] payload)
    {
        var message = Amqp.Message.Decode(new Amqp.ByteBuffer(payload, 0, payload.Length, payload.Length));
        return Encoding.UTF8.GetString((byte[])message.Body);
    }

    /// <summary>
    /// Starts all actions within a fraction of a microsecond, which takes threads that spin, and shifts them against each
    /// other at random by up to a few microseconds, so that over many rounds every interleaving comes up.
    /// </summary>
    private static Task AtOnce(params Action[] actions)
    {
        var arrived = 0;
        var ready = new Barrier(actions.Length);
        return Task.WhenAll(actions.Select(action => Task.Factory.StartNew(
            () =>
            {
                var shift = Random.Shared.Next(1_500);
                if (actions.Length > 2)
                {
                    // More threads than a small machine has cores: those that spin would keep the others waiting.
                    ready.SignalAndWait();
                    Thread.SpinWait(shift % 61);
                    action();
                    return;
                }

                Interlocked.Increment(ref arrived);
                while (Volatile.Read(ref arrived) < actions.Length)
                {
                    Thread.SpinWait(1);
                }

                Thread.SpinWait(shift);
                action();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    private static async Task<Flow> ReadDrained(RawPeer peer, List<string> bodies)
    {
        while (true)
        {
            var (performative, payload) = await peer.Read();
            switch (performative)
            {
                case Transfer:
                    bodies.Add(Body(payload));
                    break;
                case Flow { Drain: true } drained:
                    Assert.Equal(0u, drained.LinkCredit);
                    return drained;
                default:
                    Assert.Fail($"A {performative?.GetType().Name} came in between.");
                    break;
            }
        }
    }

    private static async Task<List<string>> Drain(RawPeer peer, string entity, uint credit)
    {
        var bodies = new List<string>();
        await peer.AttachReceiver(entity, handle: 1, receiveAndDelete: true);
        await peer.Send(RawPeer.Credit(credit, handle: 1, drain: true));
        await ReadDrained(peer, bodies);
        await peer.Send(new Detach { Handle = 1, Closed = true });
        await peer.Expect<Detach>();
        return bodies;
    }

    /// <summary>Takes deliveries as a connection would.</summary>
    private sealed class Inbox : IDeliverySink
    {
        private readonly ConcurrentQueue<Delivery> _deliveries = new();

        public Delivery Take() => TryTake(out var delivery) ? delivery! : throw new InvalidOperationException("Nothing was delivered.");

        public bool TryTake(out Delivery? delivery) => _deliveries.TryDequeue(out delivery);

        public void Deliver(Delivery delivery) => _deliveries.Enqueue(delivery);

        public void SendFlow(uint deliveryCount, uint credit, bool drain)
        {
        }

        public void Forget(Delivery delivery)
        {
        }
    }
}
