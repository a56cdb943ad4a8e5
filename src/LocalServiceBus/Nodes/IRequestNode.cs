using Amqp;
using Amqp.Framing;
using Amqp.Types;
using LocalServiceBus.Wire;

namespace LocalServiceBus.Nodes;

/// <summary>An address that answers each request with one reply.</summary>
internal interface IRequestNode
{
    /// <summary>Tells nodes apart that one connection uses.</summary>
    string Name { get; }

    Message Handle(Message request);
}

/// <summary>Builds replies. Status and condition stand under both spellings, since clients differ in which they read.</summary>
internal static class Reply
{
    internal static Message Of(int status, string description, Map? body = null)
    {
        var properties = new ApplicationProperties();
        properties["statusCode"] = status;
        properties["status-code"] = status;
        properties["statusDescription"] = description;
        properties["status-description"] = description;
        return new Message
        {
            Properties = new Properties(),
            ApplicationProperties = properties,
            BodySection = new AmqpValue { Value = body ?? [] },
        };
    }

    internal static Message Of(AmqpFault fault)
    {
        var reply = Of(StatusOf(fault.Condition), fault.Description);
        reply.ApplicationProperties["errorCondition"] = new Symbol(fault.Condition);
        reply.ApplicationProperties["error-condition"] = new Symbol(fault.Condition);
        return reply;
    }

    private static int StatusOf(string condition) => condition switch
    {
        "com.microsoft:message-lock-lost" => 410,
        "com.microsoft:message-not-found" or ErrorCode.NotFound => 404,
        ErrorCode.UnauthorizedAccess => 401,
        ErrorCode.ResourceLimitExceeded => 403,
        ErrorCode.NotImplemented => 501,
        "com.microsoft:server-busy" => 503,
        _ => 400,
    };
}
