using System.Globalization;
using Amqp.Framing;
using Amqp.Types;
using LocalServiceBus.Wire;

namespace LocalServiceBus.Entities;

/// <summary>
/// What a sender sent, immutable and shared by the subscriptions that hold it. The body is kept as it was encoded, so
/// that no type is lost on the way through.
/// </summary>
internal sealed record MessageContent
{
    private static readonly Symbol ScheduledEnqueueTimeKey = "x-opt-scheduled-enqueue-time";

    private MessageContent()
    {
    }

    internal bool Durable { get; private init; }

    internal byte Priority { get; private init; } = 4;

    /// <summary>
    /// Null when nobody set one. A sender's may be longer than the header can say: clients then give the time of creation and of expiry, too.
    /// </summary>
    internal TimeSpan? TimeToLive { get; private init; }

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

    /// <summary>The message id as text, whatever its AMQP type. As on the service, a message that came without one has one of the broker's.</summary>
    internal required string MessageId { get; init; }

    /// <summary>Reads one encoded message. The memory is kept: pass a copy if it is a shared buffer.</summary>
    /// <exception cref="FormatException">A section is broken or stands in a wrong place.</exception>
    internal static MessageContent Parse(ReadOnlyMemory<byte> encoded)
    {
        Header? header = null;
        Map? annotations = null;
        var properties = new Properties();
        ReadOnlyMemory<byte> propertiesSection = default;
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

            if (code >= 0x75) break;

            var section = rest[..length];
            switch (code)
            {
                case 0x70: header = (Header)AmqpEncoding.Decode(section, out _)!; break;
                case 0x72: annotations = ((MessageAnnotations)AmqpEncoding.Decode(section, out _)!).Map; break;
                // Decoding both now refuses a broken section at the sender, not at a receiver.
                case 0x73:
                    propertiesSection = section;
                    properties = (Properties)AmqpEncoding.Decode(section, out _)!;
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
            if (code is < 0x75 or > 0x78) throw new FormatException($"Section 0x{code:X} does not belong there.");

            i += length;
        }

        if (IdText(properties.GetMessageId()) is not { Length: > 0 } messageId)
        {
            properties.MessageId = messageId = Guid.NewGuid().ToString("N");
            propertiesSection = AmqpEncoding.Encode(properties);
        }

        return new MessageContent
        {
            Durable = header?.Durable ?? false,
            Priority = header is not null && header.HasField(1) ? header.Priority : (byte)4,
            TimeToLive = Lifetime(properties) ?? (header is not null && header.HasField(2) ? TimeSpan.FromMilliseconds(header.Ttl) : null),
            Annotations = annotations,
            PropertiesSection = propertiesSection,
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

        return this with { ApplicationPropertiesSection = section.Map.Count == 0 ? default : AmqpEncoding.Encode(section) };
    }

    /// <summary>The same message in an entity that keeps none for longer; null for no limit.</summary>
    internal MessageContent LivingAtMost(TimeSpan? limit, DateTime now)
    {
        if (limit is null || TimeToLive <= limit) return this;

        var properties = ReadProperties();
        if (Lifetime(properties) is null) return this with { TimeToLive = limit };

        properties.CreationTime = now;
        properties.AbsoluteExpiryTime = now + limit.Value;
        return this with { TimeToLive = limit, PropertiesSection = AmqpEncoding.Encode(properties) };
    }

    private static TimeSpan? Lifetime(Properties properties) =>
        properties.HasField(8) && properties.HasField(9) && properties.AbsoluteExpiryTime > properties.CreationTime
            ? properties.AbsoluteExpiryTime - properties.CreationTime
            : null;

    internal static string? IdText(object? id) => id switch
    {
        null => null,
        byte[] bytes => Convert.ToHexString(bytes),
        _ => Convert.ToString(id, CultureInfo.InvariantCulture),
    };
}
