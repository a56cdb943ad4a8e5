using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amqp;
using Amqp.Framing;
using LocalServiceBus.Wire;
using Connection = LocalServiceBus.Wire.Connection;

namespace LocalServiceBus.Nodes;

/// <summary>
/// <c>$cbs</c>: a client puts a shared access signature here before it opens links. A valid one opens every entity to the
/// connection; what it was asked for is not looked at, since there is one key with every right.
/// </summary>
internal sealed class TokenNode(Connection connection) : IRequestNode
{
    public string Name => "$cbs";

    public Message Handle(Message request)
    {
        if (request.ApplicationProperties?["operation"] as string != "put-token")
        {
            return Reply.Of(new AmqpFault(ErrorCode.NotImplemented, "$cbs knows put-token only."));
        }

        if (request.BodySection is not AmqpValue { Value: string token } || Problem(token, connection.Broker.AccessKey) is { } problem)
        {
            return Reply.Of(new AmqpFault(ErrorCode.UnauthorizedAccess, "InvalidSignature: The token has an invalid signature or has expired."));
        }

        connection.Authorized = true;
        return Reply.Of(202, "Accepted");
    }

    /// <summary>Checks a token (<c>SharedAccessSignature sr=…&amp;sig=…&amp;se=…&amp;skn=…</c>); null if it is good.</summary>
    internal static string? Problem(string token, string accessKey)
    {
        const string Scheme = "SharedAccessSignature ";
        if (!token.StartsWith(Scheme, StringComparison.Ordinal)) return "no shared access signature";

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in token[Scheme.Length..].Split('&'))
        {
            var parts = field.Split('=', 2);
            fields[parts[0]] = parts.Length == 2 ? parts[1] : "";
        }

        if (!fields.TryGetValue("sr", out var resource)
            || !fields.TryGetValue("sig", out var signature)
            || !fields.TryGetValue("se", out var expiry)
            || fields.GetValueOrDefault("skn") != Broker.KeyName)
        {
            return "a field is missing";
        }

        if (!long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds < DateTimeOffset.UtcNow.ToUnixTimeSeconds())
        {
            return "expired";
        }

        var expected = Convert.ToBase64String(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(accessKey), Encoding.UTF8.GetBytes($"{resource}\n{expiry}")));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Uri.UnescapeDataString(signature)), Encoding.UTF8.GetBytes(expected))
            ? null
            : "wrong signature";
    }
}
