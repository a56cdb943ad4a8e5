using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using LocalServiceBus.Wire;

namespace LocalServiceBus.Tests.Clients;

/// <summary>A peer that sends exactly the frames a test wants, well-formed or not, in the order it wants.</summary>
public sealed class RawPeer : IDisposable
{
    private static readonly byte[] AmqpHeader = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 1, 0, 0];
    private static readonly byte[] SaslHeader = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 3, 1, 0, 0];

    /// <summary>Its buffer is bounded: left to itself it grows to what the machine allows, and what the broker may write unread with it.</summary>
    private readonly TcpClient _tcp = new() { ReceiveBufferSize = 64 * 1024 };
    private NetworkStream _stream = null!;

    /// <summary>A TCP connection and nothing else.</summary>
    public static async Task<RawPeer> Connect(Broker broker)
    {
        var peer = new RawPeer();
        await peer._tcp.ConnectAsync("127.0.0.1", broker.Port);
        peer._tcp.NoDelay = true;
        peer._stream = peer._tcp.GetStream();
        return peer;
    }

    /// <summary>True when the broker hangs up on a new connection.</summary>
    public static async Task<bool> IsTurnedAway(Broker broker)
    {
        try
        {
            using var peer = await Connect(broker);
            return await peer.IsHungUp(TimeSpan.FromSeconds(5));
        }
        catch (SocketException)
        {
            // Reset before the connection was made.
            return true;
        }
    }

    /// <summary>An open connection with a session on channel 0.</summary>
    public static async Task<RawPeer> Open(Broker broker, uint incomingWindow = 5_000)
    {
        var peer = await Connect(broker);
        await peer.SendBytes(SaslHeader);
        await peer.SendFrame(1, 0, new SaslInit { Mechanism = "PLAIN", InitialResponse = Encoding.UTF8.GetBytes($"\0{Broker.KeyName}\0{broker.AccessKey}") });
        await peer.ReadBytes(8);
        Assert.IsType<SaslMechanisms>((await peer.Read()).Performative);
        Assert.Equal(SaslCode.Ok, Assert.IsType<SaslOutcome>((await peer.Read()).Performative).Code);
        await peer.SendBytes(AmqpHeader);
        await peer.Send(new Open { ContainerId = "raw" });
        await peer.Send(new Begin { NextOutgoingId = 0, IncomingWindow = incomingWindow, OutgoingWindow = 5_000 });
        Assert.Equal(AmqpHeader, await peer.ReadBytes(8));
        await peer.Expect<Open>();
        await peer.Expect<Begin>();
        return peer;
    }

    public Task Send(DescribedList performative, byte[]? payload = null) => SendFrame(0, 0, performative, payload);

    public Task SendFrame(byte type, ushort channel, DescribedList performative, byte[]? payload = null) =>
        SendBytes(Frame(type, channel, performative, payload));

    public static byte[] Frame(byte type, ushort channel, DescribedList performative, byte[]? payload = null)
    {
        var buffer = new ByteBuffer(256, true);
        LocalServiceBus.Wire.Connection.EncodeFrame(buffer, type, channel, performative, payload);
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    public async Task SendBytes(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    public async Task AttachReceiver(string entity, uint handle = 0, bool receiveAndDelete = false)
    {
        var attach = AmqpNetLiteClient.ReceiverAttach(entity, receiveAndDelete);
        attach.LinkName = $"raw-{handle}";
        attach.Handle = handle;
        attach.Role = true;
        await Send(attach);
        await Expect<Attach>();
    }

    public async Task AttachSender(string entity, uint handle = 0)
    {
        await Send(new Attach
        {
            LinkName = $"raw-{handle}",
            Handle = handle,
            Role = false,
            Source = new Source(),
            Target = new Target { Address = entity },
        });
        await Expect<Attach>();
        await Expect<Flow>();
    }

    public static Flow Credit(uint credit, uint deliveryCount = 0, uint handle = 0, bool drain = false) => new()
    {
        NextIncomingId = 0,
        IncomingWindow = 1_000_000,
        NextOutgoingId = 0,
        OutgoingWindow = 5_000,
        Handle = handle,
        DeliveryCount = deliveryCount,
        LinkCredit = credit,
        Drain = drain,
    };

    /// <summary>The next frame that is not a heartbeat; null when the broker has hung up.</summary>
    public async Task<(DescribedList? Performative, byte[] Payload)> Read(TimeSpan? limit = null)
    {
        while (true)
        {
            byte[] frame;
            try
            {
                var head = await ReadBytes(4, limit);
                var rest = await ReadBytes(BinaryPrimitives.ReadInt32BigEndian(head) - 4, limit);
                frame = [.. head, .. rest];
            }
            catch (Exception e) when (e is EndOfStreamException or IOException)
            {
                return default;
            }

            if (frame.Length == 8) continue;

            var performative = (DescribedList)AmqpEncoding.Decode(frame.AsMemory(8), out var length)!;
            return (performative, frame[(8 + length)..]);
        }
    }

    public async Task<T> Expect<T>()
        where T : DescribedList => Assert.IsType<T>((await Read()).Performative);

    /// <summary>Reads on until a frame of this kind; what came before it.</summary>
    public async Task<(T Found, List<DescribedList> Before)> ReadUntil<T>(Func<T, bool>? which = null)
        where T : DescribedList
    {
        var before = new List<DescribedList>();
        while (true)
        {
            var (performative, _) = await Read();
            if (performative is T found && which?.Invoke(found) != false) return (found, before);

            before.Add(performative ?? throw new EndOfStreamException($"The broker hung up before a {typeof(T).Name}."));
        }
    }

    /// <summary>True when the broker hangs up within the limit, whatever it says before.</summary>
    public async Task<bool> IsHungUp(TimeSpan limit)
    {
        using var cut = new CancellationTokenSource(limit);
        var rest = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(rest, cut.Token) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async Task<byte[]> ReadBytes(int count, TimeSpan? limit = null)
    {
        using var cut = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(15));
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, cut.Token);
        return bytes;
    }

    public static byte[] Message(string body)
    {
        var buffer = new Message { BodySection = new Data { Binary = Encoding.UTF8.GetBytes(body) } }.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    public void Dispose() => _tcp.Dispose();
}
