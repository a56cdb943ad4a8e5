using Amqp;
using Amqp.Framing;
using Amqp.Transactions;
using LocalServiceBus.Entities;
using LocalServiceBus.Nodes;

namespace LocalServiceBus.Wire;

/// <summary>A link on which the client sends. Touched by the connection's reader only.</summary>
internal abstract class IncomingLink(Session session, uint handle)
{
    private const uint Credit = 1_000;

    private byte[] _partial = [];
    private int _partialLength;
    private long _size;
    private bool _settled;
    private uint? _deliveryId;
    private uint _messageFormat;
    private uint _deliveryCount;
    private uint _credit;

    protected Session Session { get; } = session;

    protected int MaxMessageSize => Session.Connection.Broker.Options.MaxMessageSize;

    /// <summary>Grants credit, to begin with or again.</summary>
    internal void Start()
    {
        _credit = Credit;
        Session.GrantCredit(handle, _deliveryCount, _credit);
    }

    internal void Take(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        if (_deliveryId is null)
        {
            _settled = false;
            _deliveryId = transfer.DeliveryId;
            _messageFormat = transfer.MessageFormat;
        }

        // Any of a delivery's frames may say that it is settled.
        _settled |= transfer.Settled;
        if (transfer.Aborted)
        {
            Reset();
            return;
        }

        _size += payload.Length;
        if (_size > MaxMessageSize)
        {
            // The rest is read and dropped, so that the link stays of use.
            _partial = [];
            _partialLength = 0;
            if (transfer.More) return;
        }
        else if (transfer.More || _partialLength > 0)
        {
            if (_partial.Length < _partialLength + payload.Length)
            {
                Array.Resize(ref _partial, Math.Min(Math.Max(_partial.Length * 2, _partialLength + payload.Length), MaxMessageSize));
            }

            payload.CopyTo(_partial.AsMemory(_partialLength));
            _partialLength += payload.Length;
        }

        if (transfer.More) return;

        var whole = _size;
        var message = _partialLength > 0 ? _partial.AsSpan(0, _partialLength).ToArray() : payload.ToArray();
        var id = _deliveryId ?? 0;
        var format = _messageFormat;
        Reset();
        _deliveryCount++;
        if (_credit-- == 0)
        {
            Session.Detach(handle, new AmqpFault(ErrorCode.TransferLimitExceeded, "More messages were sent than the link had credit for."));
            return;
        }

        AmqpFault? fault;
        try
        {
            fault = whole > MaxMessageSize ? AmqpFault.MessageTooLarge(whole, MaxMessageSize)
                : transfer.State is TransactionalState ? AmqpFault.Transactions()
                : Receive(message, format);
        }
        catch (FormatException e)
        {
            fault = new AmqpFault(ErrorCode.DecodeError, e.Message);
        }

        if (fault is not null || this is not SenderLink || !Session.Connection.Broker.Faults.TakeLostSendReply())
        {
            Answer(id, fault);
        }

        if (_credit <= Credit / 2) Start();
    }

    /// <summary>Takes one whole message, or says why not.</summary>
    /// <exception cref="FormatException">It is not an AMQP message.</exception>
    protected abstract AmqpFault? Receive(ReadOnlyMemory<byte> message, uint format);

    private void Answer(uint id, AmqpFault? fault)
    {
        if (_settled) return;

        Session.SendControl(new Dispose
        {
            Role = true,
            First = id,
            Last = id,
            Settled = true,
            State = fault is null ? new Accepted() : new Rejected { Error = fault.ToError() },
        });
    }

    private void Reset()
    {
        _partial = [];
        _partialLength = 0;
        _size = 0;
        _deliveryId = null;
    }
}

/// <summary>A link to a queue or a topic.</summary>
internal sealed class SenderLink(Session session, uint handle, ISendTarget target) : IncomingLink(session, handle)
{
    // The service's format for a batch: each data section is a whole message.
    private const uint BatchFormat = 0x80013700;

    protected override AmqpFault? Receive(ReadOnlyMemory<byte> message, uint format)
    {
        if (Session.Connection.Broker.Faults.TakeRefusedSend()) return AmqpFault.ServerBusy();

        return target.Send(format == BatchFormat ? Unpack(message) : [MessageContent.Parse(message)], out _);
    }

    private static List<MessageContent> Unpack(ReadOnlyMemory<byte> batch)
    {
        var messages = new List<MessageContent>();
        while (!batch.IsEmpty)
        {
            var code = AmqpEncoding.SectionCode(batch.Span, out var length);
            if (code == 0x75)
            {
                var data = (Data)AmqpEncoding.Decode(batch[..length], out _)!;
                // Copied, so that a message left over does not hold the whole batch.
                messages.Add(MessageContent.Parse(data.Binary.ToArray()));
            }

            batch = batch[length..];
        }

        return messages.Count > 0 ? messages : throw new FormatException("A batch holds no message.");
    }
}

/// <summary>A link to <c>$cbs</c> or to an entity's <c>$management</c>.</summary>
internal sealed class RequestLink(Session session, uint handle, IRequestNode node) : IncomingLink(session, handle)
{
    protected override AmqpFault? Receive(ReadOnlyMemory<byte> message, uint format)
    {
        // Measures every section; the codec alone would trust them.
        _ = MessageContent.Parse(message);
        var bytes = AmqpEncoding.Segment(message);
        Message request;
        try
        {
            request = Message.Decode(new ByteBuffer(bytes.Array!, bytes.Offset, bytes.Count, bytes.Count));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new FormatException(e.Message, e);
        }

        var reply = node.Handle(request);
        reply.Properties ??= new Properties();
        if (request.Properties?.GetMessageId() is { } id) reply.Properties.SetCorrelationId(id);

        var link = FindReplyLink(request.Properties?.ReplyTo);
        if (link is null)
        {
            return new AmqpFault(ErrorCode.NotFound, $"No link receives for the reply-to '{request.Properties?.ReplyTo}'.");
        }

        if (!link.Send(reply))
        {
            Session.Detach(link.Handle, new AmqpFault(ErrorCode.ResourceLimitExceeded, "Too many replies wait for credit."));
        }

        return null;
    }

    private ReplyLink? FindReplyLink(string? replyTo)
    {
        var links = Session.Connection.Sessions.SelectMany(s => s.OutgoingLinks).OfType<ReplyLink>().ToList();
        return links.Find(l => l.Session == Session && l.IsFor(replyTo))
            ?? links.Find(l => l.IsFor(replyTo))
            ?? links.Find(l => l.Session == Session && l.Node.Name == node.Name);
    }
}
