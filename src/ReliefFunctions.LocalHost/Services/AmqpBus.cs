using System.Collections.Concurrent;
using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>The bus over AMQP 1.0: sends, and pumps messages to their consumers. Connections that break are made anew.</summary>
public sealed partial class AmqpBus(string connectionString, ILogger<AmqpBus> log) : IMessageSender, IAsyncDisposable
{
    /// <summary>Messages of one entity that are handled side by side.</summary>
    private const int Concurrency = 8;

    /// <summary>The message format by which Service Bus knows a batch.</summary>
    private const uint BatchFormat = 0x80013700;

    private const int LargestBatch = 250_000;

    /// <summary>Bytes that each message of a batch takes besides itself, at most.</summary>
    private const int DataOverhead = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Address _address = AddressOf(connectionString);
    private readonly ConcurrentDictionary<string, SenderLink> _senders = new();
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _pumps = [];
    private Connection? _connection;
    private Session? _session;
    private bool _disposed;

    /// <inheritdoc/>
    public async Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        var link = await SenderAsync(entity, ct);
        try
        {
            await Task.WhenAll(Batches(messages).Select(batch => link.SendAsync(batch, Patience)));
        }
        catch (AmqpException)
        {
            _senders.TryRemove(entity, out _);
            throw;
        }
    }

    /// <summary>Begins to receive from a queue or <c>topic/subscription</c>; each message goes to <paramref name="handle"/>.</summary>
    public void Receive(string source, Func<BusMessage, CancellationToken, Task<Disposition>> handle) =>
        _pumps.Add(Task.Run(() => PumpAsync(source, handle)));

    /// <summary>Stops receiving, lets what is being handled end, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        // Registered under two types, it is disposed of twice.
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _stopping.CancelAsync();
        await Task.WhenAll(_pumps).WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is { IsClosed: false } connection) await connection.CloseAsync(TimeSpan.FromSeconds(2), null).ContinueWith(_ => { }, TaskScheduler.Default);
        _connecting.Dispose();
        _stopping.Dispose();
    }

    private async Task PumpAsync(string source, Func<BusMessage, CancellationToken, Task<Disposition>> handle)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Connection? connection = null;
            try
            {
                connection = await ConnectAsync();
                var link = new ReceiverLink(new Session(connection), $"receive-{Guid.NewGuid():N}", LinkAddress(source));
                var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                link.AddClosedCallback((_, _) => closed.TrySetResult());
                connection.AddClosedCallback((_, _) => closed.TrySetResult());
                var busy = new SemaphoreSlim(Concurrency, Concurrency);
                link.Start(Concurrency, (receiver, message) => _ = HandleAsync(receiver, message, source, handle, busy));
                await closed.Task.WaitAsync(_stopping.Token);
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                Broken(log, source, e.Message);
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                if (connection is { IsClosed: false }) await connection.CloseAsync(TimeSpan.FromSeconds(2), null).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandleAsync(IReceiverLink link, Message message, string source, Func<BusMessage, CancellationToken, Task<Disposition>> handle, SemaphoreSlim busy)
    {
        await busy.WaitAsync();
        try
        {
            switch (await handle(Decode(message), _stopping.Token))
            {
                case Disposition.CompleteDisposition:
                    link.Accept(message);
                    break;
                case Disposition.DeadLetterDisposition dead:
                    link.Reject(message, new Error("com.microsoft:dead-letter") { Description = dead.Description, Info = new Fields { [new Symbol(DeadLetter.ReasonProperty)] = dead.Reason, [new Symbol(DeadLetter.DescriptionProperty)] = dead.Description } });
                    break;
                default:
                    link.Modify(message, deliveryFailed: true, undeliverableHere: false, messageAnnotations: null);
                    break;
            }
        }
        catch (Exception e)
        {
            // The lock runs out and the broker delivers again.
            Unsettled(log, source, e.Message);
        }
        finally
        {
            busy.Release();
        }
    }

    private async Task<SenderLink> SenderAsync(string entity, CancellationToken ct)
    {
        if (_senders.TryGetValue(entity, out var ready) && !ready.IsClosed) return ready;
        await _connecting.WaitAsync(ct);
        try
        {
            if (_senders.TryGetValue(entity, out ready) && !ready.IsClosed) return ready;
            if (_connection is null or { IsClosed: true })
            {
                _connection = await ConnectAsync().WaitAsync(Patience, ct);
                _session = new Session(_connection);
            }

            return _senders[entity] = new SenderLink(_session, $"send-{Guid.NewGuid():N}", entity);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<Connection> ConnectAsync() => await new ConnectionFactory().CreateAsync(_address);

    internal static string LinkAddress(string source) => source.Split('/', 2) is [var topic, var subscription] ? $"{topic}/Subscriptions/{subscription}" : source;

    /// <summary>As few sends as the broker's limit of 256 KB allows: a batch is a message whose body holds whole encoded messages.</summary>
    private static List<Message> Batches(IReadOnlyList<BusMessage> messages)
    {
        if (messages.Count == 1) return [Encode(messages[0])];
        List<Message> batches = [];
        var (room, list) = (0, new DataList());
        foreach (var message in messages)
        {
            var encoded = Encode(message).Encode();
            if (encoded.Length > room)
            {
                list = new DataList();
                batches.Add(new Message { BodySection = list, Format = BatchFormat });
                room = LargestBatch;
            }

            list.Add(new Data { Buffer = encoded });
            room -= encoded.Length + DataOverhead;
        }

        return batches;
    }

    private static Message Encode(BusMessage message)
    {
        var encoded = new Message
        {
            BodySection = new Data { Binary = Encoding.UTF8.GetBytes(message.Body) },
            Properties = new Properties { MessageId = message.MessageId, Subject = message.Schema, ContentType = "application/json" },
            ApplicationProperties = new ApplicationProperties(),
        };
        foreach (var (name, value) in message.Properties) encoded.ApplicationProperties[name] = value;
        return encoded;
    }

    internal static BusMessage Decode(Message message)
    {
        var properties = message.ApplicationProperties?.Map.ToDictionary(pair => pair.Key.ToString()!, pair => pair.Value?.ToString() ?? "") ?? [];
        var body = message.BodySection is Data data ? Encoding.UTF8.GetString(data.Binary) : message.Body?.ToString() ?? "";
        return new BusMessage(message.Properties?.MessageId ?? "", properties.GetValueOrDefault(BusMessage.SchemaProperty, ""), body, properties);
    }

    /// <summary>The emulator listens without TLS where its endpoint says; Azure with TLS on 5671.</summary>
    internal static Address AddressOf(string connectionString)
    {
        var parts = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("Endpoint", out var endpoint) || !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri))
        {
            throw new InvalidOperationException("The setting “ServiceBus:ConnectionString” has no Endpoint=sb://…; copy the whole connection string of the namespace.");
        }

        var local = parts.TryGetValue("UseDevelopmentEmulator", out var emulator) && bool.TryParse(emulator, out var yes) && yes;
        return new Address(uri.Host, uri.Port > 0 ? uri.Port : local ? 5672 : 5671, parts.GetValueOrDefault("SharedAccessKeyName"), parts.GetValueOrDefault("SharedAccessKey"), "/", local ? "amqp" : "amqps");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection for {Source} broke and is made anew: {Reason}")]
    private static partial void Broken(ILogger log, string source, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Source} could not be settled and will come again: {Reason}")]
    private static partial void Unsettled(ILogger log, string source, string reason);
}
