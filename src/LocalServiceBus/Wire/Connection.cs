using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;

namespace LocalServiceBus.Wire;

/// <summary>
/// One client's connection: a reader that handles frames in order, and a writer that owns the socket's other half. What is
/// to be written waits in an outbox: control frames as bytes, deliveries as references that are encoded when there is room
/// for them. The outbox's lock is the innermost of all; nothing is called while it is held.
/// </summary>
internal sealed class Connection : IDisposable
{
    internal const int MaxFrameSize = 65_536;
    private const int MaxSessions = 5_000;
    private const int WriteChunk = 64 * 1024;

    // Past this many unread bytes of replies the reader stops reading, and TCP makes the client wait.
    private const int MaxControlBytes = 1024 * 1024;
    private const int MaxOwed = 10_000;

    // How long a peer that was told goodbye may take to hang up.
    private const int LingerMilliseconds = 2_000;

    private static readonly byte[] AmqpHeader = "AMQP\0\u0001\0\0"u8.ToArray();
    private static readonly byte[] SaslHeader = "AMQP\u0003\u0001\0\0"u8.ToArray();
    /// <summary>For browsers, probes and administration clients: they would show an AMQP header as a broken answer.</summary>
    private static readonly byte[] HttpAnswer = HttpText(
        "This is the AMQP 1.0 port of LocalServiceBus, which does not speak HTTP: no administration, no WebSockets. Queues, topics, subscriptions and rules "
        + "come from its configuration file.\n"
        + "这里是 LocalServiceBus 的 AMQP 1.0 端口，不提供 HTTP 接口，也不支持 WebSocket。队列、主题、订阅和规则都由配置文件定义。\n");

    private static readonly Symbol[] Mechanisms = ["MSSBCBS", "ANONYMOUS", "PLAIN", "EXTERNAL"];

    private readonly Broker _broker;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lock _outbox = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Queue<Session> _ready = new();
    private ByteBuffer _control = new(512, true);
    private bool _closeQueued;
    private TaskCompletionSource? _controlDrained;
    private int _owed;

    // Touched by the reader only.
    private readonly Dictionary<ushort, Session> _sessions = [];
    private bool _opened;

    private int _peerMaxFrameSize = MaxFrameSize;
    private long _peerIdleTimeout = long.MaxValue;
    private readonly long _started = Environment.TickCount64;
    private long _lastRead = Environment.TickCount64;
    private long _lastWrite = Environment.TickCount64;
    private long _writeStarted = long.MaxValue;
    private long _closeWritten = long.MaxValue;

    internal Connection(Broker broker, Socket socket)
    {
        _broker = broker;
        _socket = socket;
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    internal Broker Broker => _broker;

    internal Task Completion => _completion.Task;

    /// <summary>True once SASL PLAIN or a token has proven the access key.</summary>
    internal bool Authorized { get; set; }

    internal int PeerMaxFrameSize => _peerMaxFrameSize;

    internal IEnumerable<Session> Sessions => _sessions.Values;

    internal async Task RunAsync()
    {
        var writer = Task.Run(WriteAsync);
        try
        {
            await ReadAsync();
        }
        catch (ConnectionFaultException e)
        {
            BeginClose(e.Fault);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or EndOfStreamException)
        {
            // The peer is gone, or the connection was cut.
        }
        catch (Exception e)
        {
            BeginClose(new AmqpFault(ErrorCode.InternalError, e.Message));
        }
        finally
        {
            foreach (var session in _sessions.Values)
            {
                session.Abandon();
            }

            // Lets a goodbye that is queued go out, and ends the writer if there is none.
            lock (_outbox)
            {
                _closeQueued = true;
            }

            _wake.Writer.TryWrite(true);
            await LingerAsync(writer);
            Abort();
            await writer;
            _completion.SetResult();
        }
    }

    /// <summary>
    /// Waits a moment for the goodbye to go out and the peer to hang up: closing a socket with unread bytes resets it,
    /// and the peer would never see why.
    /// </summary>
    private async Task LingerAsync(Task writer)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await writer.WaitAsync(limit.Token);
            var rest = new byte[4096];
            while (await _stream.ReadAsync(rest, limit.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    /// <summary>Tells the peer why the connection ends, and ends it.</summary>
    internal void BeginClose(AmqpFault? fault)
    {
        lock (_outbox)
        {
            if (_closeQueued) return;

            if (_opened) EncodeControl(0, new Close { Error = fault?.ToError() });

            _closeQueued = true;
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Cuts the connection without a goodbye.</summary>
    internal void Abort()
    {
        try
        {
            _socket.Close(0);
            _stream.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    public void Dispose() => Abort();

    /// <summary>Once a second: keeps the peer convinced that the broker lives, and cuts peers that do not.</summary>
    internal void Housekeep()
    {
        var now = Environment.TickCount64;
        var handshake = (long)_broker.Options.HandshakeTimeout.TotalMilliseconds;
        if (now - Volatile.Read(ref _lastRead) > _broker.Options.IdleTimeout.TotalMilliseconds
            || (!Volatile.Read(ref _opened) && now - _started > handshake)
            || now - Volatile.Read(ref _writeStarted) > handshake
            || now - Volatile.Read(ref _closeWritten) > LingerMilliseconds)
        {
            Abort();
            return;
        }

        if (Volatile.Read(ref _opened) && now - Volatile.Read(ref _lastWrite) >= Volatile.Read(ref _peerIdleTimeout) / 2)
        {
            lock (_outbox)
            {
                if (!_closeQueued) AmqpEncoding.Append(_control, [0, 0, 0, 8, 2, 0, 0, 0]);
            }

            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Queues a frame that needs no session window.</summary>
    internal void SendControl(ushort channel, DescribedList performative)
    {
        lock (_outbox)
        {
            SendControlLocked(channel, performative);
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>As <see cref="SendControl"/>, for a caller inside <see cref="WithOutbox{T}"/>.</summary>
    internal void SendControlLocked(ushort channel, DescribedList performative)
    {
        if (!_closeQueued) EncodeControl(channel, performative);
    }

    /// <summary>Runs a short, non-blocking change of what the outbox's lock guards, then wakes the writer.</summary>
    internal T WithOutbox<T>(Func<T> change)
    {
        T result;
        lock (_outbox)
        {
            result = change();
        }

        _wake.Writer.TryWrite(true);
        return result;
    }

    /// <summary>Puts a session with something to write in the writer's round. Under the outbox's lock.</summary>
    internal void EnlistLocked(Session session)
    {
        if (!session.Enlisted && session.CanWriteLocked)
        {
            session.Enlisted = true;
            _ready.Enqueue(session);
        }
    }

    /// <summary>
    /// Counts what a request of the client has brought forth: unlike deliveries, which credit and the queue bound, a client
    /// that asks and never reads could pile up replies without end. Under the outbox's lock.
    /// </summary>
    internal void OweLocked(PendingWrite item)
    {
        if (item.Delivery is null && ++_owed > MaxOwed)
        {
            BeginClose(new AmqpFault(ErrorCode.ResourceLimitExceeded, "The client does not read the answers to what it asks."));
        }
    }

    /// <summary>Counts back. Under the outbox's lock.</summary>
    internal void PaidLocked(PendingWrite item)
    {
        if (item.Delivery is null) _owed--;
    }

    private void EncodeControl(ushort channel, DescribedList performative) => EncodeFrame(_control, 0, channel, performative, default);

    internal static void EncodeFrame(ByteBuffer buffer, byte type, ushort channel, DescribedList performative, ReadOnlySpan<byte> payload)
    {
        var start = buffer.WritePos;
        AmqpEncoding.Append(buffer, [0, 0, 0, 0, 2, type, (byte)(channel >> 8), (byte)channel]);
        performative.Encode(buffer);
        if (!payload.IsEmpty) AmqpEncoding.Append(buffer, payload);

        BinaryPrimitives.WriteInt32BigEndian(buffer.Buffer.AsSpan(start), buffer.WritePos - start);
    }

    private async Task WriteAsync()
    {
        var batch = new ByteBuffer(WriteChunk, true);
        var sent = new Dictionary<OutgoingLink, int>();
        try
        {
            while (await _wake.Reader.WaitToReadAsync())
            {
                _wake.Reader.TryRead(out _);
                while (true)
                {
                    batch.Reset();
                    sent.Clear();
                    bool last;
                    lock (_outbox)
                    {
                        ComposeLocked(ref batch, sent);
                        last = _closeQueued;
                    }

                    if (batch.Length > 0)
                    {
                        Volatile.Write(ref _writeStarted, Environment.TickCount64);
                        await _stream.WriteAsync(batch.Buffer.AsMemory(batch.Offset, batch.Length));
                        Volatile.Write(ref _writeStarted, long.MaxValue);
                        Volatile.Write(ref _lastWrite, Environment.TickCount64);
                    }

                    foreach (var (link, count) in sent)
                    {
                        link.Written(count);
                    }

                    if (last)
                    {
                        _socket.Shutdown(SocketShutdown.Send);
                        Volatile.Write(ref _closeWritten, Environment.TickCount64);
                        return;
                    }

                    if (batch.Length == 0) break;

                    if (batch.Capacity > 4 * WriteChunk) batch = new ByteBuffer(WriteChunk, true);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Abort();
        }
        finally
        {
            lock (_outbox)
            {
                _closeQueued = true;
                _controlDrained?.TrySetResult();
            }
        }
    }

    private void ComposeLocked(ref ByteBuffer batch, Dictionary<OutgoingLink, int> sent)
    {
        if (_control.Length > 0)
        {
            (batch, _control) = (_control, batch);
            _controlDrained?.TrySetResult();
            _controlDrained = null;
        }

        if (_closeQueued) return;

        while (batch.Length < WriteChunk && _ready.TryPeek(out var session))
        {
            if (session.ComposeLocked(batch, sent) && batch.Length >= WriteChunk)
            {
                // Takes turns, so that one session with much to send does not starve the others.
                _ready.Enqueue(_ready.Dequeue());
                return;
            }

            if (!session.CanWriteLocked)
            {
                session.Enlisted = false;
                _ready.Dequeue();
            }
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[MaxFrameSize];
        var token = CancellationToken.None;

        await ReadExactlyAsync(buffer.AsMemory(0, 8), token);
        if (buffer.AsSpan(0, 8).SequenceEqual(SaslHeader))
        {
            await AuthenticateAsync(buffer);
            await ReadExactlyAsync(buffer.AsMemory(0, 8), token);
        }

        if (!buffer.AsSpan(0, 8).SequenceEqual(AmqpHeader))
        {
            // AMQP 1.0 §2.2: name the version that would be understood, then close.
            WriteRaw(IsHttp(buffer.AsSpan(0, 8)) ? HttpAnswer : AmqpHeader);
            return;
        }

        WriteRaw(AmqpHeader);
        var filled = 0;
        while (true)
        {
            var used = 0;
            while (filled - used >= 8)
            {
                var size = FrameSize(buffer.AsSpan(used, filled - used));
                if (filled - used < size) break;

                if (_broker.Faults.Delay is var delay && delay > TimeSpan.Zero) await Task.Delay(delay);

                if (!Handle(buffer.AsMemory(used, size))) return;

                used += size;
            }

            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            await ControlDrainedAsync();
            var count = await _stream.ReadAsync(buffer.AsMemory(filled));
            if (count == 0) return;

            filled += count;
            Volatile.Write(ref _lastRead, Environment.TickCount64);
        }
    }

    /// <summary>A client that sends but does not read must not make the broker keep all answers.</summary>
    private Task ControlDrainedAsync()
    {
        lock (_outbox)
        {
            if (_control.Length <= MaxControlBytes || _closeQueued) return Task.CompletedTask;

            _controlDrained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _controlDrained.Task;
        }
    }

    private async Task AuthenticateAsync(byte[] buffer)
    {
        WriteRaw(SaslHeader);
        WriteSasl(new SaslMechanisms { SaslServerMechanisms = Mechanisms });
        await ReadExactlyAsync(buffer.AsMemory(0, 8), CancellationToken.None);
        var size = FrameSize(buffer.AsSpan(0, 8));
        await ReadExactlyAsync(buffer.AsMemory(8, size - 8), CancellationToken.None);
        var accepted = Decode(buffer.AsMemory(0, size), 1, out _, out _) is SaslInit init
            && (string)init.Mechanism switch
            {
                "PLAIN" => Authorized = ProvesKey(init.InitialResponse),
                "MSSBCBS" or "ANONYMOUS" or "EXTERNAL" => true,
                _ => false,
            };
        WriteSasl(new SaslOutcome { Code = accepted ? SaslCode.Ok : SaslCode.Auth });
        if (!accepted) throw new EndOfStreamException("The client did not authenticate.");
    }

    private bool ProvesKey(byte[]? response)
    {
        // RFC 4616: authorization id, NUL, user, NUL, password.
        var parts = Encoding.UTF8.GetString(response ?? []).Split('\0');
        return parts.Length == 3
            && parts[1] == Broker.KeyName
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(parts[2]), Encoding.UTF8.GetBytes(_broker.AccessKey));
    }

    private static bool IsHttp(ReadOnlySpan<byte> start)
    {
        // A method is a word of capital letters, then a space; the longest in use is OPTIONS.
        var letters = start.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        return letters > 2 && start[letters] == ' ';
    }

    private static byte[] HttpText(string text) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n"
        + $"Connection: close\r\n\r\n{text}");

    private void WriteRaw(byte[] bytes)
    {
        lock (_outbox)
        {
            AmqpEncoding.Append(_control, bytes);
        }

        _wake.Writer.TryWrite(true);
    }

    private void WriteSasl(DescribedList performative)
    {
        lock (_outbox)
        {
            EncodeFrame(_control, 1, 0, performative, default);
        }

        _wake.Writer.TryWrite(true);
    }

    private async Task ReadExactlyAsync(Memory<byte> target, CancellationToken token)
    {
        await _stream.ReadExactlyAsync(target, token);
        Volatile.Write(ref _lastRead, Environment.TickCount64);
    }

    private static int FrameSize(ReadOnlySpan<byte> frame)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(frame);
        return size is >= 8 and <= MaxFrameSize
            ? (int)size
            : throw ConnectionFaultException.Framing($"A frame of {size} bytes is outside of 8 to {MaxFrameSize}.");
    }

    private static object? Decode(ReadOnlyMemory<byte> frame, byte type, out ushort channel, out ReadOnlyMemory<byte> payload)
    {
        var span = frame.Span;
        var start = span[4] * 4;
        if (start < 8 || start > span.Length || span[5] != type)
        {
            throw ConnectionFaultException.Framing("A frame's header is malformed.");
        }

        channel = BinaryPrimitives.ReadUInt16BigEndian(span[6..]);
        payload = default;
        if (start == span.Length) return null;

        try
        {
            var performative = AmqpEncoding.Decode(frame[start..], out var length);
            payload = frame[(start + length)..];
            return performative;
        }
        catch (FormatException e)
        {
            throw ConnectionFaultException.Decode(e.Message);
        }
    }

    /// <summary>Handles one frame; false when it was the last.</summary>
    private bool Handle(ReadOnlyMemory<byte> frame)
    {
        var performative = Decode(frame, 0, out var channel, out var payload);
        if (performative is null) return true;

        if (performative is Open open)
        {
            HandleOpen(open);
            return true;
        }

        if (!_opened) throw ConnectionFaultException.Framing("The first frame is not an open.");

        switch (performative)
        {
            case Close:
                BeginClose(null);
                return false;
            case Begin begin:
                if (_sessions.ContainsKey(channel) || _sessions.Count >= MaxSessions)
                {
                    throw new ConnectionFaultException(new AmqpFault(ErrorCode.NotAllowed, $"Channel {channel} cannot begin a session."));
                }

                _sessions[channel] = new Session(this, channel, begin);
                return true;
        }

        if (!_sessions.TryGetValue(channel, out var session))
        {
            throw ConnectionFaultException.Framing($"Channel {channel} has no session.");
        }

        if (!session.Handle(performative, payload)) _sessions.Remove(channel);

        return true;
    }

    private void HandleOpen(Open open)
    {
        if (_opened) throw ConnectionFaultException.Framing("The connection is open already.");

        if (open.HasField(2)) _peerMaxFrameSize = (int)Math.Clamp(open.MaxFrameSize, 512, MaxFrameSize);

        if (open.HasField(4) && open.IdleTimeOut > 0) Volatile.Write(ref _peerIdleTimeout, open.IdleTimeOut);

        Volatile.Write(ref _opened, true);
        SendControl(0, new Open
        {
            ContainerId = "LocalServiceBus-" + _broker.Port,
            MaxFrameSize = MaxFrameSize,
            ChannelMax = MaxSessions - 1,
            IdleTimeOut = (uint)(_broker.Options.IdleTimeout.TotalMilliseconds / 2),
        });
    }
}
