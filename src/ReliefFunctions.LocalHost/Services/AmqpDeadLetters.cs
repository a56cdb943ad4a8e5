using Amqp;
using Amqp.Framing;
using Amqp.Types;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>Dead-letter queues over AMQP 1.0: looked at by the entity's <c>$management</c>, emptied by receiving. One connection, made anew when it broke.</summary>
public sealed class AmqpDeadLetters(string connectionString) : IDeadLetterBox, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long the broker gets to hand out the next letter; what it has, it hands out at once.</summary>
    private static readonly TimeSpan NoMore = TimeSpan.FromSeconds(1);

    private readonly Address _address = AmqpBus.AddressOf(connectionString);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Connection? _connection;

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct) => InSessionAsync<IReadOnlyList<DeadLetter>>(async session =>
    {
        var (node, replyTo) = (AddressOf(source) + "/$management", "reply-" + Guid.NewGuid().ToString("N"));
        var receiver = new ReceiverLink(session, replyTo, new Attach { Source = new Source { Address = node }, Target = new Target { Address = replyTo } }, null);
        var sender = new SenderLink(session, "ask-" + replyTo, node);
        var request = new Message
        {
            Properties = new Properties { MessageId = replyTo, ReplyTo = replyTo },
            ApplicationProperties = new ApplicationProperties { ["operation"] = "com.microsoft:peek-message" },
            BodySection = new AmqpValue { Value = new Map { ["from-sequence-number"] = 0L, ["message-count"] = most } },
        };
        await sender.SendAsync(request, Patience);
        var reply = await receiver.ReceiveAsync(Patience) ?? throw new HttpRequestException($"The broker did not answer what lies in {node}.");
        receiver.Accept(reply);
        return reply.ApplicationProperties["statusCode"] switch
        {
            204 => [],
            200 => [.. ((List)((Map)reply.Body)["messages"]).Cast<Map>().Select(entry => Letter(source, Message.Decode(Buffer((byte[])entry["message"]))))],
            var status => throw new HttpRequestException($"The broker answered {status} for {node}: {reply.ApplicationProperties["statusDescription"]}"),
        };
    }, ct);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct) => InSessionAsync(async session =>
    {
        var link = new ReceiverLink(session, $"remove-{Guid.NewGuid():N}", AddressOf(source));
        var (found, others) = (false, new List<Message>());
        while (!found && others.Count < IDeadLetterBox.Reach)
        {
            // One at a time: a letter that was handed out and never looked at would stay locked for a minute.
            link.SetCredit(1, CreditMode.Manual);
            if (await link.ReceiveAsync(NoMore) is not { } message) break;
            if (SequenceNumber(message) == sequenceNumber)
            {
                link.Accept(message);
                found = true;
            }
            else
            {
                others.Add(message);
            }
        }

        // Released and not abandoned: looking for another letter is no delivery of these.
        foreach (var other in others) link.Release(other);

        // The broker's answer to the detach comes after it has read every settlement.
        await link.CloseAsync(Patience, null);
        return found;
    }, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsClosed: false } connection) await connection.CloseAsync(TimeSpan.FromSeconds(2), null).ContinueWith(_ => { }, TaskScheduler.Default);
        _turn.Dispose();
    }

    private async Task<T> InSessionAsync<T>(Func<Session, Task<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_connection is null or { IsClosed: true }) _connection = await new ConnectionFactory().CreateAsync(_address).WaitAsync(Patience, ct);
            var session = new Session(_connection);
            var result = await work(session);
            await session.CloseAsync(Patience, null);
            return result;
        }
        catch (Exception e) when (e is AmqpException or TimeoutException or System.Net.Sockets.SocketException)
        {
            if (_connection is { IsClosed: false } broken) _ = broken.CloseAsync(TimeSpan.FromSeconds(2), null);
            _connection = null;
            throw new HttpRequestException($"The bus could not be reached for its dead letters: {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string AddressOf(string source) => AmqpBus.LinkAddress(source) + "/$deadletterqueue";

    private static DeadLetter Letter(string source, Message message)
    {
        var sent = AmqpBus.Decode(message);
        return new DeadLetter(source, SequenceNumber(message), sent, message.Properties?.Subject, sent.Properties.GetValueOrDefault(DeadLetter.ReasonProperty), sent.Properties.GetValueOrDefault(DeadLetter.DescriptionProperty),
            message.MessageAnnotations[new Symbol("x-opt-enqueued-time")] is DateTime at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : default, (int)(message.Header?.DeliveryCount ?? 0));
    }

    private static long SequenceNumber(Message message) => (long)message.MessageAnnotations[new Symbol("x-opt-sequence-number")];

    private static ByteBuffer Buffer(byte[] bytes) => new(bytes, 0, bytes.Length, bytes.Length);
}
