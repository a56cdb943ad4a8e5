using System.Buffers.Binary;
using Amqp;
using Amqp.Framing;
using Amqp.Transactions;
using Amqp.Types;
using LocalServiceBus.Entities;
using LocalServiceBus.Tests.Clients;
using LocalServiceBus.Wire;
using Session = Amqp.Session;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests;

/// <summary>Peers that misbehave. Each test ends by showing that the broker still serves one that behaves.</summary>
public sealed class RobustnessTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("474554202F20485454502F312E310D0A")] // GET / HTTP/1.1
    [InlineData("16030100F8010000F403")] // a TLS hello
    [InlineData("414D515000000901")] // AMQP 0-9-1
    [InlineData("0000000000000000")]
    public async Task Another_protocol_is_turned_away(string hex)
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Connect(broker);

        await peer.SendBytes(Convert.FromHexString(hex));

        Assert.True(await peer.IsHungUp(Short));
        await StillServes(broker);
    }

    [Theory]
    [InlineData("0000000002000000")] // a frame of no bytes
    [InlineData("0000000702000000")] // shorter than its header
    [InlineData("FFFFFFFF0200000000")] // 4 GB
    [InlineData("0001000102000000")] // one byte over the limit
    [InlineData("000000080100000000")] // header ends before itself
    [InlineData("00000008FF000000")] // header ends after the frame
    [InlineData("000000090201000045")] // a SASL frame where none belongs
    [InlineData("0000000A020000000053")] // a value that is cut off
    [InlineData("0000000C020000000053FF45")] // a performative that nobody knows
    [InlineData("0000000C0200000041414141")] // no described type
    [InlineData("00000014020000000053 14 D0 00000004 7FFFFFFF")] // a list of two billion fields
    [InlineData("00000015020000000053 14 F0 00000006 7FFFFFFF 40")] // an array of two billion nulls
    [InlineData("0000001102000000005312C0 04 02 A1 7F 41")] // a string longer than its frame
    public async Task A_malformed_frame_ends_its_connection_only(string hex)
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);

        await peer.SendBytes(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.True(await peer.IsHungUp(Short));
        await StillServes(broker);
    }

    [Fact]
    public async Task A_value_nested_ten_thousand_deep_does_not_exhaust_the_stack()
    {
        await using var broker = await Start();
        foreach (var filler in new byte[] { 0x00, 0xC0 })
        {
            using var peer = await RawPeer.Open(broker);
            var frame = new byte[60_000];
            Array.Fill(frame, filler);
            BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
            new byte[] { 2, 0, 0, 0, 0x00, 0x53, 0x12 }.CopyTo(frame, 4);
            await peer.SendBytes(frame);

            Assert.True(await peer.IsHungUp(Short));
        }

        // Lists within lists, each with its right size.
        using var last = await RawPeer.Open(broker);
        var nested = new List<byte> { 0x45 };
        for (var i = 0; i < 6_000; i++)
        {
            var head = new byte[9];
            head[0] = 0xD0;
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), nested.Count + 4);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), 1);
            nested.InsertRange(0, head);
        }

        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, nested.Count + 11);
        await last.SendBytes((byte[])[.. size, 2, 0, 0, 0, 0x00, 0x53, 0x12, .. nested]);
        Assert.True(await last.IsHungUp(Short));
        await StillServes(broker);
    }

    [Fact]
    public async Task Frames_with_any_byte_changed_never_stop_the_broker()
    {
        await using var broker = await Start();
        byte[] good =
        [
            .. RawPeer.Frame(0, 0, new Attach { LinkName = "a", Handle = 0, Role = false, Source = new Source(), Target = new Target { Address = Queue } }),
            .. RawPeer.Frame(0, 0, new Transfer { Handle = 0, DeliveryId = 0, DeliveryTag = [1], Settled = true }, RawPeer.Message("x")),
            .. RawPeer.Frame(0, 0, new Flow { NextIncomingId = 0, IncomingWindow = 10, NextOutgoingId = 0, OutgoingWindow = 10, Handle = 0, LinkCredit = 1 }),
            .. RawPeer.Frame(0, 0, new Amqp.Framing.Dispose { Role = true, First = 0, Last = 3, Settled = true, State = new Accepted() }),
            .. RawPeer.Frame(0, 0, new Detach { Handle = 0, Closed = true }),
        ];
        var random = new Random(20261124);
        for (var i = 0; i < 300; i++)
        {
            var bad = (byte[])good.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            using var peer = await RawPeer.Open(broker);
            await peer.SendBytes(bad.AsMemory(0, random.Next(1, bad.Length + 1)));
        }

        await StillServes(broker);
    }

    [Fact]
    public async Task A_message_that_is_none_is_refused_and_its_link_stays()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);
        await peer.AttachSender(Queue);
        var id = 0u;
        foreach (var hex in new[] { "00", "0053", "005375A0FF00", "41", "00537045005370", "00537545005373C00100", "005374C10301A141" })
        {
            await peer.Send(new Transfer { Handle = 0, DeliveryId = id++, DeliveryTag = [1] }, Convert.FromHexString(hex));
            var answer = await peer.Expect<Amqp.Framing.Dispose>();
            Assert.Equal("amqp:decode-error", (string)Assert.IsType<Rejected>(answer.State).Error.Condition);
        }

        await peer.Send(new Transfer { Handle = 0, DeliveryId = id, DeliveryTag = [1] }, RawPeer.Message("good"));
        Assert.IsType<Accepted>((await peer.Expect<Amqp.Framing.Dispose>()).State);
    }

    [Fact]
    public async Task Transfers_beyond_the_credit_end_the_link()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);
        await peer.Send(new Attach { LinkName = "a", Handle = 0, Role = false, Source = new Source(), Target = new Target { Address = Queue + "/$management" } });
        await peer.Expect<Attach>();
        var granted = (await peer.Expect<Flow>()).LinkCredit;

        // An endless delivery takes no credit, but no memory either.
        var part = new byte[60_000];
        for (var i = 0; i < 20; i++)
        {
            await peer.Send(new Transfer { Handle = 0, DeliveryId = 0, DeliveryTag = [1], More = true }, part);
        }

        await peer.Send(new Transfer { Handle = 0, DeliveryId = 0, DeliveryTag = [1] }, part);
        var (answer, _) = await peer.ReadUntil<Amqp.Framing.Dispose>();
        Assert.Equal("amqp:link:message-size-exceeded", (string)Assert.IsType<Rejected>(answer.State).Error.Condition);
        Assert.True(granted > 0);
        await StillServes(broker);
    }

    [Fact]
    public async Task A_frame_on_a_handle_that_is_not_attached_ends_the_session_only()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);

        await peer.Send(new Transfer { Handle = 7, DeliveryId = 0, DeliveryTag = [1] }, RawPeer.Message("x"));

        Assert.Equal("amqp:session:unattached-handle", (string)(await peer.Expect<End>()).Error.Condition);
        await peer.Send(new End());
        await peer.Send(new Begin { NextOutgoingId = 0, IncomingWindow = 10, OutgoingWindow = 10 });
        await peer.Expect<Begin>();
    }

    [Fact]
    public async Task A_transaction_is_refused()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);

        await peer.Send(new Attach { LinkName = "t", Handle = 0, Role = false, Source = new Source(), Target = new Coordinator() });
        Assert.Null((await peer.Expect<Attach>()).Target);
        var refusal = (await peer.Expect<Detach>()).Error;

        Assert.Equal("amqp:not-implemented", (string)refusal.Condition);
        Assert.Contains("transactions", refusal.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_send_to_a_subscription_and_a_receive_from_a_topic_are_refused()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);

        Assert.Equal("InvalidOperationError", (await Assert.ThrowsAsync<BusException>(() => client.Send(All, new Outgoing("a")))).Reason);
        Assert.Equal("InvalidOperationError", (await Assert.ThrowsAsync<BusException>(() => client.Send(DeadLetters(Queue), new Outgoing("a")))).Reason);
        Assert.Equal("InvalidOperationError", (await Assert.ThrowsAsync<BusException>(() => client.Receive(Topic))).Reason);
    }

    [Fact]
    public async Task Management_refuses_what_it_does_not_know()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);

        Assert.Equal("amqp:not-implemented", (await Assert.ThrowsAsync<BusException>(() => client.Request(Queue, "com.microsoft:get-session-state", []))).Reason);
        Assert.Equal("amqp:not-implemented", (await Assert.ThrowsAsync<BusException>(() => client.Request(Topic, "com.microsoft:peek-message", []))).Reason);
        Assert.Equal("com.microsoft:argument-error", (await Assert.ThrowsAsync<BusException>(() => client.Request(Queue, "com.microsoft:renew-lock", []))).Reason);
        Assert.Equal("com.microsoft:argument-error", (await Assert.ThrowsAsync<BusException>(() => client.Request(Queue, "com.microsoft:peek-message", new Map { ["from-sequence-number"] = "x" }))).Reason);
    }

    [Fact]
    public async Task A_connection_that_never_says_anything_is_cut()
    {
        await using var broker = await Start(options: o => o.HandshakeTimeout = TimeSpan.FromSeconds(1));
        using var silent = await RawPeer.Connect(broker);
        using var halfway = await RawPeer.Connect(broker);
        await halfway.SendBytes("AMQP\u0003\u0001\0\0"u8.ToArray());

        Assert.True(await silent.IsHungUp(Short));
        Assert.True(await halfway.IsHungUp(Short));
        Assert.True(SpinWait.SpinUntil(() => broker.ConnectionCount == 0, Short));
    }

    [Fact]
    public async Task A_half_open_connection_is_cut_and_its_unsent_messages_go_to_others()
    {
        await using var broker = await Start(options: o => o.IdleTimeout = TimeSpan.FromSeconds(2));
        // A window of one: the second and third message wait in the broker for a peer that has vanished.
        using var vanished = await RawPeer.Open(broker, incomingWindow: 1);
        await vanished.AttachReceiver(Queue);
        await vanished.Send(new Flow { NextIncomingId = 0, IncomingWindow = 1, NextOutgoingId = 0, OutgoingWindow = 1, Handle = 0, DeliveryCount = 0, LinkCredit = 10 });
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.Send(Queue, new Outgoing("1"), new Outgoing("2"), new Outgoing("3"));
        await vanished.Expect<Transfer>();

        Assert.True(await vanished.IsHungUp(Short));
        Assert.Equal(["2", "3"], (await client.Receive(Queue, 2)).Select(m => m.Body));
    }

    [Fact]
    public async Task An_idle_client_is_kept_alive_by_heartbeats()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Connect(broker);
        await peer.SendBytes("AMQP\0\u0001\0\0"u8.ToArray());
        await peer.Send(new Open { ContainerId = "raw", IdleTimeOut = 2_000 });
        await peer.ReadBytes(8);
        await peer.Expect<Open>();

        Assert.Equal([0, 0, 0, 8, 2, 0, 0, 0], await peer.ReadBytes(8, Short));
    }

    [Fact]
    public async Task A_consumer_that_does_not_read_holds_a_bounded_number_of_messages()
    {
        await using var broker = await Start();
        using var slow = await RawPeer.Open(broker, incomingWindow: 0);
        await slow.AttachReceiver(Queue);
        await slow.Send(new Flow { NextIncomingId = 0, IncomingWindow = 0, NextOutgoingId = 0, OutgoingWindow = 1, Handle = 0, DeliveryCount = 0, LinkCredit = 1_000_000, Echo = true });
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.SendBatch(Queue, [.. Enumerable.Range(0, Consumer.MaxUnsent + 50).Select(i => new Outgoing($"{i}"))]);

        var got = await client.Receive(Queue, 50);

        Assert.Equal(Enumerable.Range(Consumer.MaxUnsent, 50).Select(i => $"{i}"), got.Select(m => m.Body));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_asks_and_never_reads_is_cut(bool ofLink)
    {
        await using var broker = await Start(options: o => o.HandshakeTimeout = TimeSpan.FromSeconds(1));
        using var greedy = await RawPeer.Open(broker);
        await greedy.AttachReceiver(Queue);
        var question = new Flow { NextIncomingId = 0, IncomingWindow = 10, NextOutgoingId = 0, OutgoingWindow = 1, Echo = true };
        if (ofLink)
        {
            question.Handle = 0;
            question.DeliveryCount = 0;
            question.LinkCredit = 1;
        }

        var many = Enumerable.Repeat(RawPeer.Frame(0, 0, question), 4_000).SelectMany(f => f).ToArray();

        // How much it gets rid of until then is a matter of the kernel's buffers and of the machine's speed; that it is cut is the broker's.
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!limit.IsCancellationRequested) await greedy.SendBytes(many);
        });
        await StillServes(broker);
    }

    [Fact]
    public async Task Locks_of_a_client_that_never_settles_expire_for_others()
    {
        var clock = Clock();
        await using var broker = await Start(clock);
        await using var lazy = await AmqpNetLiteClient.Connect(broker);
        await using var other = await AmqpNetLiteClient.Connect(broker);
        await other.Send(Queue, new Outgoing("a"));
        Assert.Single(await lazy.Receive(Queue));

        var waiting = other.Receive(Queue);
        clock.Advance(LockDuration);

        Assert.Equal(1, Assert.Single(await waiting).DeliveryCount);
    }

    [Fact]
    public async Task A_thousand_links_share_a_queue_and_none_starves()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);
        var links = new ReceiverLink[1_000];
        var sessions = Enumerable.Range(0, 4).Select(_ => new Session(client.Connection)).ToArray();
        var received = new int[links.Length];
        var missing = links.Length * 2;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < links.Length; i++)
        {
            var mine = i;
            links[i] = new ReceiverLink(sessions[i % 4], $"link-{i}", Queue);
            links[i].Start(10, (link, message) =>
            {
                Interlocked.Increment(ref received[mine]);
                link.Accept(message);
                if (Interlocked.Decrement(ref missing) == 0) all.SetResult();
            });
        }

        // All links have credit by now: requests are answered in order.
        await client.Peek(Queue, 1);
        for (var i = 0; i < 20; i++)
        {
            await client.SendBatch(Queue, [.. Enumerable.Range(0, 100).Select(n => new Outgoing($"{n}"))]);
        }

        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(received, count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Clients_that_send_and_receive_at_once_lose_and_double_nothing()
    {
        const int Senders = 4, Each = 500;
        await using var broker = await Start();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = new List<AmqpNetLiteClient>();
        for (var i = 0; i < 3; i++)
        {
            var client = await AmqpNetLiteClient.Connect(broker);
            clients.Add(client);
            var link = new ReceiverLink(client.Session, $"receiver-{i}", Queue);
            link.Start(7, (l, message) =>
            {
                seen.AddOrUpdate(message.Properties.MessageId, 1, (_, n) => n + 1);
                l.Accept(message);
                if (seen.Count == Senders * Each) done.TrySetResult();
            });
        }

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(s => Task.Run(async () =>
        {
            await using var sender = await AmqpNetLiteClient.Connect(broker);
            for (var i = 0; i < Each; i++)
            {
                await sender.Send(Queue, new Outgoing("x") { MessageId = $"{s}/{i}" });
            }
        })));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));

        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        Assert.All(seen.Values, n => Assert.Equal(1, n));
        Assert.Equal(0, ((QueueEntity)broker.Entities.Find(Queue)!).Count);
    }

    [Fact]
    public async Task More_connections_than_allowed_are_turned_away()
    {
        await using var broker = await Start(options: o => o.MaxConnections = 2);
        using var one = await RawPeer.Open(broker);
        using var two = await RawPeer.Open(broker);

        Assert.True(await RawPeer.IsTurnedAway(broker));
    }

    [Fact]
    public async Task Shutting_down_says_goodbye_and_frees_the_port()
    {
        var broker = await Start();
        using var polite = await RawPeer.Open(broker);
        using var deaf = await RawPeer.Open(broker);
        var reading = polite.ReadUntil<Close>();
        var answering = Task.Run(async () =>
        {
            var (close, _) = await reading;
            await polite.Send(new Close());
            return close;
        });

        await broker.DisposeAsync().AsTask().WaitAsync(Short);

        Assert.Equal("amqp:connection:forced", (string)(await answering).Error.Condition);
        await using var next = await Start(options: o => o.Port = broker.Port);
        Assert.Equal(broker.Port, next.Port);
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_at_the_start()
    {
        await using var broker = await Start();

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => Start(options: o => o.Port = broker.Port));
    }

    [Fact]
    public void Values_are_measured_as_the_codec_reads_them()
    {
        var map = new Map { ["a"] = new List { 1, 2L, "x", Guid.NewGuid(), DateTime.UtcNow, new[] { 1L, 2L }, true, 1.5, new Map { [new Symbol("s")] = null! } } };
        var buffer = new ByteBuffer(64, true);
        Encoder.WriteObject(buffer, map);
        var bytes = buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);

        Assert.Equal(bytes.Length, AmqpEncoding.Measure(bytes.Span));
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.Throws<FormatException>(() => AmqpEncoding.Measure(bytes.Span[..i]));
        }
    }

    private static async Task StillServes(Broker broker)
    {
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.Send("vanishing", new Outgoing("still there"));
        Assert.Equal("still there", Assert.Single(await client.Receive("vanishing")).Body);
    }
}
