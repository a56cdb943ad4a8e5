using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace LocalServiceBus.Wire;

/// <summary>What a peer is told when something is refused: the condition official clients map to an exception, and a sentence.</summary>
internal sealed record AmqpFault(string Condition, string Description)
{
    internal Error ToError() => new(new Symbol(Condition)) { Description = Description };

    internal static AmqpFault LockLost() => new(
        "com.microsoft:message-lock-lost",
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.");

    internal static AmqpFault EntityNotFound(string address) => new(
        ErrorCode.NotFound,
        $"The messaging entity '{address}' could not be found.");

    internal static AmqpFault MessageNotFound(long sequenceNumber) => new(
        "com.microsoft:message-not-found",
        $"Failed to find message with sequence number {sequenceNumber}.");

    internal static AmqpFault QuotaExceeded(string address, long limit) => new(
        ErrorCode.ResourceLimitExceeded,
        $"The maximum entity size of {limit} bytes has been reached or exceeded for '{address}'.");

    internal static AmqpFault MessageTooLarge(long size, long limit) => new(
        ErrorCode.MessageSizeExceeded,
        $"The received message (size: {size} bytes) exceeds the limit ({limit} bytes) currently allowed on the link.");

    internal static AmqpFault ServerBusy() => new(
        "com.microsoft:server-busy",
        "The request was terminated because the entity is being throttled. Please wait 4 seconds and try again.");

    internal static AmqpFault Sessions() => new(
        ErrorCode.NotAllowed,
        "It is not possible for an entity that does not require sessions to create a sessionful receiver. LocalServiceBus has no sessions.");

    internal static AmqpFault Transactions() => new(
        ErrorCode.NotImplemented,
        "LocalServiceBus has no transactions. Use Azure Service Bus to run code that needs them.");

    internal static AmqpFault RulesAtRunTime() => new(
        ErrorCode.NotImplemented,
        "LocalServiceBus takes a subscription's rules from its configuration file and neither lists, adds nor removes them at run time. Write the rule into "
        + "the file (correlation filters only) and start the broker again.");
}

/// <summary>Ends the connection: what arrived breaks the protocol, or the handshake was refused.</summary>
internal sealed class ConnectionFaultException(AmqpFault fault) : Exception(fault.Description)
{
    internal AmqpFault Fault { get; } = fault;

    internal static ConnectionFaultException Framing(string description) => new(new(ErrorCode.FramingError, description));

    internal static ConnectionFaultException Decode(string description) => new(new(ErrorCode.DecodeError, description));
}
