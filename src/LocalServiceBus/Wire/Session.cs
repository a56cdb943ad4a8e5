using Amqp;
using Amqp.Framing;
using Amqp.Transactions;
using Amqp.Types;
using LocalServiceBus.Entities;
using LocalServiceBus.Nodes;

namespace LocalServiceBus.Wire;

/// <summary>
/// One AMQP session: its links, its windows, and the deliveries that are not settled. The reader owns the links and the
/// incoming side; the outbox's lock guards the outgoing side.
/// </summary>
internal sealed class Session
{
    private const uint IncomingWindow = 5_000;
    private const uint MaxHandle = 4_999;

    // A range wider than this settles what is known of it and is not answered id by id.
    private const uint MaxAnsweredRange = 10_000;

    private const ulong ReceivedState = 0x23;

    private readonly ushort _channel;
    private readonly Dictionary<uint, object> _links = [];
    private uint _nextIncomingId;
    private uint _receivedSinceFlow;
    private bool _ended;

    // Guarded by the outbox's lock.
    private readonly Queue<PendingWrite> _outgoing = new();
    private readonly Dictionary<uint, Delivery> _unsettled = [];
    private uint _nextOutgoingId;
    private uint _nextDeliveryId;
    private uint _remoteWindow;

    internal Session(Connection connection, ushort channel, Begin begin)
    {
        Connection = connection;
        _channel = channel;
        _nextIncomingId = begin.NextOutgoingId;
        _remoteWindow = begin.IncomingWindow;
        connection.SendControl(channel, new Begin
        {
            RemoteChannel = channel,
            NextOutgoingId = 0,
            IncomingWindow = IncomingWindow,
            OutgoingWindow = IncomingWindow,
            HandleMax = MaxHandle,
        });
    }

    internal Connection Connection { get; }

    /// <summary>Whether the session is in the writer's round. Under the outbox's lock.</summary>
    internal bool Enlisted { get; set; }

    /// <summary>Whether something can be written now. Under the outbox's lock.</summary>
    internal bool CanWriteLocked => _outgoing.TryPeek(out var next) && (next.Flow is not null || _remoteWindow > 0);

    internal IEnumerable<OutgoingLink> OutgoingLinks => _links.Values.OfType<OutgoingLink>();

    /// <summary>Handles one frame; false when the session has ended.</summary>
    internal bool Handle(object performative, ReadOnlyMemory<byte> payload)
    {
        if (performative is End)
        {
            Abandon();
            if (!_ended) Connection.SendControl(_channel, new End());

            return false;
        }

        if (_ended) return true;

        switch (performative)
        {
            case Attach attach: HandleAttach(attach); break;
            case Flow flow: HandleFlow(flow); break;
            case Transfer transfer: HandleTransfer(transfer, payload); break;
            case Dispose disposition: HandleDisposition(disposition); break;
            case Detach detach: HandleDetach(detach); break;
            default: throw ConnectionFaultException.Framing($"A {performative.GetType().Name} does not belong in a session.");
        }

        return true;
    }

    /// <summary>The session is gone: lets go of its links and gives back what was never written.</summary>
    internal void Abandon()
    {
        foreach (var link in _links.Values)
        {
            (link as OutgoingLink)?.Close();
        }

        _links.Clear();
        Connection.WithOutbox(() =>
        {
            _unsettled.Clear();
            return true;
        });
    }

    /// <summary>Refuses a link that the peer attached, or ends one that stands.</summary>
    internal void Detach(uint handle, AmqpFault? fault)
    {
        if (_links.TryGetValue(handle, out var link))
        {
            (link as OutgoingLink)?.Close();
            // Frames that are under way to the link are dropped until the peer has detached, too.
            _links[handle] = Detached.Instance;
        }

        Connection.SendControl(_channel, new Detach { Handle = handle, Closed = true, Error = fault?.ToError() });
    }

    internal void SendControl(DescribedList performative) => Connection.SendControl(_channel, performative);

    /// <summary>Queues a link's credit for the peer, with the session's own state as every flow carries it.</summary>
    internal void GrantCredit(uint handle, uint deliveryCount, uint credit)
    {
        Connection.WithOutbox(() =>
        {
            var flow = FlowLocked();
            flow.Handle = handle;
            flow.DeliveryCount = deliveryCount;
            flow.LinkCredit = credit;
            Connection.SendControlLocked(_channel, flow);
            return true;
        });
    }

    internal void Enqueue(PendingWrite item)
    {
        Connection.WithOutbox(() =>
        {
            if (!item.Link.ClosedLocked)
            {
                _outgoing.Enqueue(item);
                Connection.OweLocked(item);
                Connection.EnlistLocked(this);
            }

            return true;
        });
    }

    internal void Forget(Delivery delivery)
    {
        Connection.WithOutbox(() => delivery.DeliveryId is { } id && _unsettled.Remove(id));
    }

    /// <summary>Marks a link closed, so that nothing of it is written any more, and returns what was not.</summary>
    internal List<PendingWrite> Close(OutgoingLink link)
    {
        return Connection.WithOutbox(() =>
        {
            link.ClosedLocked = true;
            var dropped = new List<PendingWrite>();
            for (var i = _outgoing.Count; i > 0; i--)
            {
                var item = _outgoing.Dequeue();
                if (item.Link == link)
                {
                    dropped.Add(item);
                    Connection.PaidLocked(item);
                }
                else
                {
                    _outgoing.Enqueue(item);
                }
            }

            foreach (var (id, delivery) in _unsettled)
            {
                if (delivery.Holder?.Sink == link) _unsettled.Remove(id);
            }

            return dropped;
        });
    }

    /// <summary>Writes as much of one queued item as fits; false when the window is shut. Under the outbox's lock.</summary>
    internal bool ComposeLocked(ByteBuffer batch, Dictionary<OutgoingLink, int> sent)
    {
        if (!CanWriteLocked) return false;

        var item = _outgoing.Peek();
        if (item.Flow is { } flow)
        {
            Connection.PaidLocked(_outgoing.Dequeue());
            var state = FlowLocked();
            state.Handle = item.Link.Handle;
            state.DeliveryCount = flow.DeliveryCount;
            state.LinkCredit = flow.Credit;
            if (flow.Drain) state.Drain = true;

            Connection.EncodeFrame(batch, 0, _channel, state, default);
            return true;
        }

        if (item.Encoded is null)
        {
            item.Encoded = item.Delivery is { } first ? DeliveryEncoding.Encode(first) : item.Payload;
            item.DeliveryId = _nextDeliveryId++;
            if (item.Delivery is { LockedUntilUtc: not null } delivery)
            {
                delivery.DeliveryId = item.DeliveryId;
                _unsettled[item.DeliveryId] = delivery;
            }
        }

        // Frame header and transfer take less than this.
        var room = Connection.PeerMaxFrameSize - 128;
        while (_remoteWindow > 0)
        {
            var rest = item.Encoded.Value[item.Written..];
            var part = rest.Length <= room ? rest : rest[..room];
            var transfer = new Transfer { Handle = item.Link.Handle, More = part.Length < rest.Length };
            if (item.Written == 0)
            {
                transfer.DeliveryId = item.DeliveryId;
                transfer.DeliveryTag = item.Tag;
                transfer.MessageFormat = 0;
                transfer.Settled = item.Delivery is not { LockedUntilUtc: not null };
                transfer.Batchable = true;
            }

            Connection.EncodeFrame(batch, 0, _channel, transfer, part.Span);
            _nextOutgoingId++;
            _remoteWindow--;
            item.Written += part.Length;
            if (part.Length == rest.Length)
            {
                Connection.PaidLocked(_outgoing.Dequeue());
                sent[item.Link] = sent.GetValueOrDefault(item.Link) + 1;
                return true;
            }
        }

        return true;
    }

    private Flow FlowLocked() => new()
    {
        NextIncomingId = _nextIncomingId,
        IncomingWindow = IncomingWindow,
        NextOutgoingId = _nextOutgoingId,
        OutgoingWindow = IncomingWindow,
    };

    private void End(AmqpFault fault)
    {
        _ended = true;
        Abandon();
        Connection.SendControl(_channel, new End { Error = fault.ToError() });
    }

    private void HandleAttach(Attach attach)
    {
        if (attach.Handle > MaxHandle || _links.ContainsKey(attach.Handle))
        {
            End(new AmqpFault(ErrorCode.HandleInUse, $"Handle {attach.Handle} is in use or too high."));
            return;
        }

        // Role is the peer's: true for a receiver, whom the broker sends to.
        var fault = attach.Role ? AttachReceiver(attach) : AttachSender(attach);
        if (fault is null) return;

        // AMQP 1.0 §2.6.3: a refused link is attached without a terminus and detached at once.
        _links[attach.Handle] = Detached.Instance;
        SendControl(new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = !attach.Role,
            InitialDeliveryCount = 0,
        });
        SendControl(new Detach { Handle = attach.Handle, Closed = true, Error = fault.ToError() });
    }

    private AmqpFault? AttachSender(Attach attach)
    {
        if (attach.Target is Coordinator) return AmqpFault.Transactions();

        if (attach.Target is not Target { Address: { } address })
        {
            return new AmqpFault(ErrorCode.InvalidField, "The link has no target address.");
        }

        if (NodeOf(address, out var entity, out var requests) is { } fault) return fault;

        IncomingLink link;
        if (requests is not null)
        {
            link = new RequestLink(this, attach.Handle, requests);
        }
        else if (entity is TopicEntity || entity is QueueEntity { DeadLetters: not null } queue
            && !queue.Address.Contains("/Subscriptions/", StringComparison.OrdinalIgnoreCase))
        {
            link = new SenderLink(this, attach.Handle, (ISendTarget)entity);
        }
        else
        {
            return new AmqpFault(ErrorCode.NotAllowed, $"Messages cannot be sent to '{address}': it is a subscription or a dead-letter queue.");
        }

        _links[attach.Handle] = link;
        SendControl(new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = true,
            SndSettleMode = attach.SndSettleMode,
            RcvSettleMode = ReceiverSettleMode.First,
            Source = attach.Source is Source source ? new Source { Address = source.Address } : null,
            Target = new Target { Address = address },
            MaxMessageSize = (ulong)Connection.Broker.Options.MaxMessageSize,
        });
        link.Start();
        return null;
    }

    private AmqpFault? AttachReceiver(Attach attach)
    {
        if (attach.Source is not Source { Address: { } address } source)
        {
            return new AmqpFault(ErrorCode.InvalidField, "The link has no source address.");
        }

        if (NodeOf(address, out var entity, out var requests) is { } fault) return fault;

        if (source.FilterSet?.Keys.Cast<object>().Any(k => k.ToString() == "com.microsoft:session-filter") == true)
        {
            return AmqpFault.Sessions();
        }

        var replyTo = (attach.Target as Target)?.Address;
        OutgoingLink link;
        var settled = attach.SndSettleMode == SenderSettleMode.Settled;
        if (requests is not null)
        {
            link = new ReplyLink(this, attach.Handle, requests, attach.LinkName, replyTo);
            settled = true;
        }
        else if (entity is QueueEntity queue)
        {
            link = new DeliveryLink(this, attach.Handle, queue, settled);
        }
        else
        {
            return new AmqpFault(ErrorCode.NotAllowed, $"Messages cannot be received from the topic '{address}': receive from its subscriptions.");
        }

        _links[attach.Handle] = link;
        SendControl(new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = false,
            SndSettleMode = settled ? SenderSettleMode.Settled : SenderSettleMode.Unsettled,
            RcvSettleMode = attach.RcvSettleMode,
            Source = new Source { Address = address },
            Target = new Target { Address = replyTo },
            InitialDeliveryCount = 0,
            MaxMessageSize = (ulong)Connection.Broker.Options.MaxMessageSize,
        });
        return null;
    }

    private AmqpFault? NodeOf(string address, out object? entity, out IRequestNode? requests)
    {
        entity = null;
        requests = null;
        var name = EntityDirectory.Normalize(address);
        if (name.Equals("$cbs", StringComparison.OrdinalIgnoreCase))
        {
            requests = new TokenNode(Connection);
            return null;
        }

        if (!Connection.Authorized)
        {
            return new AmqpFault(ErrorCode.UnauthorizedAccess,
                $"Unauthorized access. 'Send' or 'Listen' claim(s) are required to perform this operation. Resource: '{address}'.");
        }

        const string Management = "/$management";
        var isManagement = name.EndsWith(Management, StringComparison.OrdinalIgnoreCase);
        entity = Connection.Broker.Entities.Find(isManagement ? name[..^Management.Length] : name);
        if (entity is null) return AmqpFault.EntityNotFound(address);

        if (isManagement) requests = new ManagementNode(entity);

        return null;
    }

    private void HandleFlow(Flow flow)
    {
        Connection.WithOutbox(() =>
        {
            _remoteWindow = SerialNumber.Left(flow.HasField(0) ? flow.NextIncomingId : 0, flow.IncomingWindow, _nextOutgoingId);
            Connection.EnlistLocked(this);
            if (!flow.HasHandle && flow.Echo) Connection.SendControlLocked(_channel, FlowLocked());

            return true;
        });

        if (!flow.HasHandle) return;

        if (!_links.TryGetValue(flow.Handle, out var link))
        {
            End(new AmqpFault(ErrorCode.UnattachedHandle, $"Handle {flow.Handle} is not attached."));
            return;
        }

        if (link is OutgoingLink sender)
        {
            sender.Flow(flow.HasField(5) ? flow.DeliveryCount : 0, flow.LinkCredit, flow.Drain, flow.Echo);
        }
        else if (link is IncomingLink receiver && flow.Echo)
        {
            receiver.Start();
        }
    }

    private void HandleTransfer(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        _nextIncomingId++;
        if (++_receivedSinceFlow >= IncomingWindow / 2)
        {
            _receivedSinceFlow = 0;
            Connection.WithOutbox(() =>
            {
                Connection.SendControlLocked(_channel, FlowLocked());
                return true;
            });
        }

        if (!_links.TryGetValue(transfer.Handle, out var link))
        {
            End(new AmqpFault(ErrorCode.UnattachedHandle, $"Handle {transfer.Handle} is not attached."));
            return;
        }

        if (link is OutgoingLink)
        {
            End(new AmqpFault(ErrorCode.NotAllowed, "A transfer came in on a receiver's link."));
            return;
        }

        (link as IncomingLink)?.Take(transfer, payload);
    }

    private void HandleDetach(Detach detach)
    {
        if (!_links.Remove(detach.Handle, out var link))
        {
            End(new AmqpFault(ErrorCode.UnattachedHandle, $"Handle {detach.Handle} is not attached."));
            return;
        }

        (link as OutgoingLink)?.Close();
        if (link is not Detached) SendControl(new Detach { Handle = detach.Handle, Closed = detach.Closed });
    }

    private void HandleDisposition(Dispose disposition)
    {
        // From a sender it only confirms what the broker has settled already.
        if (!disposition.Role) return;

        var first = disposition.First;
        var last = disposition.HasField(2) ? disposition.Last : first;
        var width = unchecked(last - first);
        var found = Connection.WithOutbox(() =>
        {
            var ids = width < MaxAnsweredRange
                ? Enumerable.Range(0, (int)width + 1).Select(i => unchecked(first + (uint)i))
                : _unsettled.Keys.Where(id => unchecked(id - first) <= width).Order().ToList();
            return ids.Select(id => (Id: id, Delivery: _unsettled.GetValueOrDefault(id))).ToList();
        });

        // "Received" says how far a delivery got; it does not end it.
        if (disposition.State is { Descriptor.Code: ReceivedState } || (disposition.State is null && !disposition.Settled))
        {
            return;
        }

        foreach (var (id, delivery) in found)
        {
            Settle(id, delivery, disposition);
        }
    }

    private void Settle(uint id, Delivery? delivery, Dispose disposition)
    {
        if (disposition.State is TransactionalState)
        {
            Answer(id, disposition, AmqpFault.Transactions());
            return;
        }

        var fault = delivery is null
            ? AmqpFault.LockLost()
            : SettlementRules.Apply(delivery.Queue, delivery.LockToken, disposition.State);
        if (delivery is not null) Forget(delivery);

        Answer(id, disposition, fault);
    }

    private void Answer(uint id, Dispose disposition, AmqpFault? fault)
    {
        if (disposition.Settled || Connection.Broker.Faults.TakeLostSettlementReply()) return;

        // The client's state is not echoed: an error's info may hold what cannot be encoded again.
        SendControl(new Dispose
        {
            Role = false,
            First = id,
            Last = id,
            Settled = true,
            State = fault is null ? SettlementRules.Reply(disposition.State) : new Rejected { Error = fault.ToError() },
        });
    }

    /// <summary>Stands for a handle whose link the broker has ended and the peer has not.</summary>
    private sealed class Detached
    {
        internal static readonly Detached Instance = new();
    }
}
