using System.Globalization;
using Amqp.Framing;
using Amqp.Types;
using LocalServiceBus.Wire;

namespace LocalServiceBus.Entities;

/// <summary>
/// What a sender sent, immutable and shared by the subscriptions that hold it. The body is kept as it was encoded, so
/// that no type is lost on the way through.
/// </summary>
internal sealed class MessageContent
{
    private static readonly Symbol ScheduledEnqueueTimeKey = "x-opt-scheduled-enqueue-time";

    private MessageContent()
    {
    }

    internal bool Durable { get; private init; }

    internal byte Priority { get; private init; } = 4;

    /// <summary>Time to live in milliseconds; null when the sender set none.</summary>
    internal uint? Ttl { get; private init; }

    /// <summary>The sender's annotations; those the broker owns are overwritten on delivery.</summary>
    internal Map? Annotations { get; private init; }

    internal ReadOnlyMemory<byte> PropertiesSection { get; private init; }

    internal ReadOnlyMemory<byte> ApplicationPropertiesSection { get; private init; }

    /// <summary>Body and footer.</summary>
    internal ReadOnlyMemory<byte> BodySections { get; private init; }

    /// <summary>Bytes counted against the entity's quota.</summary>
    internal int Size => PropertiesSection.Length + ApplicationPropertiesSection.Length + BodySections.Length + 64;

    internal DateTime? ScheduledEnqueueTimeUtc =>
        Annotations?[ScheduledEnqueueTimeKey] is DateTime time ? time.ToUniversalTime() : null;

    /// <summary>Decoded anew at each call, so that a waiting message costs its bytes only.</summary>
    internal Properties ReadProperties() => PropertiesSection.IsEmpty
        ? new Properties()
        : (Properties)AmqpEncoding.Decode(PropertiesSection, out _)!;

    /// <summary>Decoded anew at each call.</summary>
    internal Map ReadApplicationProperties() => ApplicationPropertiesSection.IsEmpty
        ? []
        : ((ApplicationProperties)AmqpEncoding.Decode(ApplicationPropertiesSection, out _)!).Map;

    /// <summary>The message id as text, whatever its AMQP type; null when there is none.</summary>
    internal string? MessageId { get; private init; }

    /// <summary>Reads one encoded message. The memory is kept: pass a copy if it is a shared buffer.</summary>
    /// <exception cref="FormatException">A section is broken or stands in a wrong place.</exception>
    internal static MessageContent Parse(ReadOnlyMemory<byte> encoded)
    {
        Header? header = null;
        Map? annotations = null;
        string? messageId = null;
        ReadOnlyMemory<byte> properties = default;
        ReadOnlyMemory<byte> applicationProperties = default;
        ulong previous = 0;
        var position = 0;
        while (position < encoded.Length)
        {
            var rest = encoded[position..];
            var code = AmqpEncoding.SectionCode(rest.Span, out var length);
            if (code is < 0x70 or > 0x78 || code < previous)
            {
                throw new FormatException($"Section 0x{code:X} does not belong there.");
            }

            if (code >= 0x75)
            {
                break;
            }

            var section = rest[..length];
            switch (code)
            {
                case 0x70: header = (Header)AmqpEncoding.Decode(section, out _)!; break;
                case 0x72: annotations = ((MessageAnnotations)AmqpEncoding.Decode(section, out _)!).Map; break;
                // Decoding both now refuses a broken section at the sender, not at a receiver.
                case 0x73:
                    properties = section;
                    messageId = IdText(((Properties)AmqpEncoding.Decode(section, out _)!).GetMessageId());
                    break;
                case 0x74:
                    applicationProperties = section;
                    _ = AmqpEncoding.Decode(section, out _);
                    break;
            }

            previous = code;
            position += length;
        }

        for (var i = position; i < encoded.Length;)
        {
            var code = AmqpEncoding.SectionCode(encoded.Span[i..], out var length);
            if (code is < 0x75 or > 0x78)
            {
                throw new FormatException($"Section 0x{code:X} does not belong there.");
            }

            i += length;
        }

        return new MessageContent
        {
            Durable = header?.Durable ?? false,
            Priority = header is not null && header.HasField(1) ? header.Priority : (byte)4,
            Ttl = header is not null && header.HasField(2) ? header.Ttl : null,
            Annotations = annotations,
            PropertiesSection = properties,
            ApplicationPropertiesSection = applicationProperties,
            BodySections = encoded[position..],
            MessageId = messageId,
        };
    }

    /// <summary>The same message with application properties added or replaced, as settling it can do.</summary>
    internal MessageContent With(IEnumerable<KeyValuePair<string, object?>> changes)
    {
        var section = new ApplicationProperties();
        foreach (var (key, value) in ReadApplicationProperties())
        {
            section.Map[key] = value;
        }

        foreach (var (key, value) in changes)
        {
            section.Map[key] = value;
        }

        return new MessageContent
        {
            Durable = Durable,
            Priority = Priority,
            MessageId = MessageId,
            Ttl = Ttl,
            Annotations = Annotations,
            PropertiesSection = PropertiesSection,
            ApplicationPropertiesSection = section.Map.Count == 0 ? default : AmqpEncoding.Encode(section),
            BodySections = BodySections,
        };
    }

    internal static string? IdText(object? id) => id switch
    {
        null => null,
        byte[] bytes => Convert.ToHexString(bytes),
        _ => Convert.ToString(id, CultureInfo.InvariantCulture),
    };
}
