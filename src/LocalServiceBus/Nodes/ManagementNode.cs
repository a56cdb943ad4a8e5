using System.Collections;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using LocalServiceBus.Entities;
using LocalServiceBus.Wire;

namespace LocalServiceBus.Nodes;

/// <summary>An entity's <c>$management</c>: what cannot be said with a link.</summary>
internal sealed class ManagementNode(object entity) : IRequestNode
{
    // A reply is one message; a client that wants more asks again from the last number it got.
    private const int MaxPeeked = 250;
    private const int MaxPeekedBytes = 1024 * 1024;

    public string Name => "$management:" + (entity as ISendTarget)!.Address;

    public Message Handle(Message request)
    {
        var operation = request.ApplicationProperties?["operation"] as string;
        var body = (request.BodySection as AmqpValue)?.Value as Map ?? [];
        try
        {
            return (operation, entity) switch
            {
                ("com.microsoft:schedule-message", ISendTarget target) => Schedule(target, body),
                ("com.microsoft:cancel-scheduled-message", ISendTarget target) => CancelScheduled(target, body),
                ("com.microsoft:peek-message", QueueEntity queue) => Peek(queue, body),
                ("com.microsoft:renew-lock", QueueEntity queue) => RenewLock(queue, body),
                ("com.microsoft:receive-by-sequence-number", QueueEntity queue) => ReceiveBySequenceNumber(queue, body),
                ("com.microsoft:update-disposition", QueueEntity queue) => UpdateDisposition(queue, body),
                ("com.microsoft:add-rule" or "com.microsoft:remove-rule" or "com.microsoft:enumerate-rules", _) => Reply.Of(AmqpFault.RulesAtRunTime()),
                _ => Reply.Of(new AmqpFault(ErrorCode.NotImplemented, $"LocalServiceBus does not know the operation '{operation}' for this entity.")),
            };
        }
        catch (ArgumentException e)
        {
            return Reply.Of(new AmqpFault("com.microsoft:argument-error", e.Message));
        }
        catch (FormatException e)
        {
            return Reply.Of(new AmqpFault(ErrorCode.DecodeError, e.Message));
        }
    }

    private static Message Schedule(ISendTarget target, Map body)
    {
        var messages = new List<MessageContent>();
        foreach (var entry in Items<Map>(body, "messages"))
        {
            if (entry["message"] is not byte[] encoded)
            {
                throw new ArgumentException("'messages' holds an entry without 'message'.");
            }

            messages.Add(MessageContent.Parse(encoded));
        }

        return target.Send(messages, out var numbers) is { } fault
            ? Reply.Of(fault)
            : Reply.Of(200, "OK", new Map { ["sequence-numbers"] = numbers });
    }

    private static Message CancelScheduled(ISendTarget target, Map body) =>
        target.CancelScheduled(Items<long>(body, "sequence-numbers")) is { } fault ? Reply.Of(fault) : Reply.Of(200, "OK");

    private static Message Peek(QueueEntity queue, Map body)
    {
        var from = body["from-sequence-number"] is long number ? number : throw new ArgumentException("'from-sequence-number' is missing.");
        var count = body["message-count"] is int wanted && wanted > 0 ? wanted : throw new ArgumentException("'message-count' is missing.");
        var messages = new List();
        var bytes = 0;
        foreach (var delivery in queue.Peek(from, Math.Min(count, MaxPeeked)))
        {
            var encoded = Encoded(delivery);
            bytes += encoded.Length;
            if (bytes > MaxPeekedBytes && messages.Count > 0) break;

            messages.Add(new Map { ["message"] = encoded });
        }

        return messages.Count == 0 ? Reply.Of(204, "No content") : Reply.Of(200, "OK", new Map { ["messages"] = messages });
    }

    private static Message RenewLock(QueueEntity queue, Map body)
    {
        var expirations = new List<DateTime>();
        foreach (var token in Items<Guid>(body, "lock-tokens"))
        {
            if (queue.RenewLock(token) is not { } until) return Reply.Of(AmqpFault.LockLost());

            expirations.Add(until);
        }

        return Reply.Of(200, "OK", new Map { ["expirations"] = expirations.ToArray() });
    }

    private static Message ReceiveBySequenceNumber(QueueEntity queue, Map body)
    {
        var receiveAndDelete = body["receiver-settle-mode"] is uint and 0;
        if (queue.ReceiveBySequenceNumber(Items<long>(body, "sequence-numbers"), receiveAndDelete, out var deliveries) is { } fault)
        {
            return Reply.Of(fault);
        }

        var messages = new List();
        foreach (var delivery in deliveries)
        {
            messages.Add(new Map { ["message"] = Encoded(delivery), ["lock-token"] = delivery.LockToken });
        }

        return Reply.Of(200, "OK", new Map { ["messages"] = messages });
    }

    private static Message UpdateDisposition(QueueEntity queue, Map body)
    {
        var changes = SettlementRules.Changes(body["properties-to-modify"] as Map);
        var settlement = body["disposition-status"] switch
        {
            "completed" => Settlement.Complete,
            "abandoned" => Settlement.Abandon,
            "defered" => Settlement.Defer,
            "suspended" => Settlement.DeadLetter,
            var other => throw new ArgumentException($"'{other}' is no disposition-status."),
        };
        if (settlement == Settlement.DeadLetter)
        {
            foreach (var (key, value) in DeadLetterReason.Of(body["deadletter-reason"] as string, body["deadletter-description"] as string))
            {
                changes[key] = value;
            }
        }

        foreach (var token in Items<Guid>(body, "lock-tokens"))
        {
            if (queue.Settle(token, settlement, changes) is { } fault) return Reply.Of(fault);
        }

        return Reply.Of(200, "OK");
    }

    private static byte[] Encoded(Delivery delivery) => DeliveryEncoding.Encode(delivery).ToArray();

    private static List<T> Items<T>(Map body, string key)
    {
        // Clients send an array or a list.
        var items = body[key] is IEnumerable list and not string and not byte[]? list.Cast<object>() : [];
        var typed = items.OfType<T>().ToList();
        return typed.Count > 0 && typed.Count == items.Count()
            ? typed
            : throw new ArgumentException($"'{key}' is missing, empty or of a wrong type.");
    }
}
