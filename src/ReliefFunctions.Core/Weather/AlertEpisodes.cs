namespace ReliefFunctions.Core.Weather;

/// <summary>For how long a message stands, seen with the messages after it.</summary>
/// <param name="Alert">The message: an alert or an update.</param>
/// <param name="Ends">Its expiry, or the time of the message that updated or cancelled it, whichever comes first.</param>
/// <param name="EndedBy">The message that ended it; null when it runs out by itself.</param>
public sealed record AlertSpan(WeatherAlert Alert, DateTimeOffset Ends, WeatherAlert? EndedBy);

/// <summary>
/// Joins messages to episodes. The result depends on the set of messages alone, so that reordered and repeated deliveries end alike.
/// What a feed no longer shows is not cancelled: only expiry, an update or a cancellation ends a message.
/// </summary>
public static class AlertEpisodes
{
    /// <summary>Feeds carry one signal with issue times that differ by less than this.</summary>
    public static readonly TimeSpan SameSignalWithin = TimeSpan.FromMinutes(30);

    /// <summary>The span of every alert and update that may act. <paramref name="withoutExpiry"/> is how long one stands that names no expiry.</summary>
    public static IReadOnlyList<AlertSpan> Resolve(IReadOnlyList<WeatherAlert> messages, TimeSpan withoutExpiry)
    {
        var acting = messages.Where(message => message.Status == AlertStatus.Actual && message.MessageType != AlertMessageType.Other).ToList();
        var ended = new Dictionary<string, WeatherAlert>(StringComparer.Ordinal);
        foreach (var later in acting.Where(message => message.MessageType is AlertMessageType.Update or AlertMessageType.Cancel).OrderBy(message => message.Sent).ThenBy(message => message.Key, StringComparer.Ordinal))
        {
            foreach (var earlier in Superseded(later, acting)) ended.TryAdd(earlier.Key, later);
        }

        return
        [
            .. acting.Where(message => message.MessageType != AlertMessageType.Cancel).Select(message =>
            {
                var expires = message.Expires ?? message.Sent + withoutExpiry;
                var by = ended.GetValueOrDefault(message.Key);
                return by is not null && by.Sent < expires ? new AlertSpan(message, by.Sent, by) : new AlertSpan(message, expires, null);
            }),
        ];
    }

    /// <summary>
    /// The earlier messages that an update or a cancellation ends: those it names, with their copies from other feeds and their later updates;
    /// when it names none that is known, those of the same issuer and type in its area.
    /// </summary>
    public static IReadOnlyList<WeatherAlert> Superseded(WeatherAlert later, IReadOnlyList<WeatherAlert> messages)
    {
        var others = messages.Where(message => message.MessageType != AlertMessageType.Cancel && !IsSameSignal(message, later)).ToList();
        var named = others.Where(message => later.References.Any(reference => Names(reference, message))).ToList();
        if (named.Count == 0)
        {
            return [.. others.Where(message => message.Sent < later.Sent && IsSameIssuer(message, later) && message.TypeName == later.TypeName && SharesArea(message, later))];
        }

        // A cancellation may name the first message of a chain alone; what updated it goes with it.
        for (var i = 0; i < named.Count; i++)
        {
            var member = named[i];
            named.AddRange(others.Where(message => !named.Contains(message)
                && (IsSameSignal(message, member)
                    || (message.MessageType == AlertMessageType.Update && message.Sent < later.Sent && message.References.Any(reference => Names(reference, member))))).ToList());
        }

        return named;
    }

    /// <summary>The references of a message that name nothing known.</summary>
    public static IReadOnlyList<AlertReference> Unknown(WeatherAlert later, IReadOnlyList<WeatherAlert> messages) =>
        [.. later.References.Where(reference => !messages.Any(message => Names(reference, message)))];

    /// <summary>
    /// Whether two messages are one signal that two feeds carry: one identifier, or one issuer, type, colour and time. Two messages of one feed are two signals:
    /// an office may warn one township now and another ten minutes later.
    /// </summary>
    public static bool IsSameSignal(WeatherAlert one, WeatherAlert other) =>
        one.TypeName == other.TypeName
        && ((one.Level == other.Level && one.Source != other.Source
            && (one.MessageType == AlertMessageType.Cancel) == (other.MessageType == AlertMessageType.Cancel)
            && (one.Sent - other.Sent).Duration() <= SameSignalWithin
            && IsSameIssuer(one, other) && SharesArea(one, other)
            && !one.References.Any(reference => Names(reference, other)) && !other.References.Any(reference => Names(reference, one)))
            || one.Key == other.Key);

    private static bool Names(AlertReference reference, WeatherAlert message) =>
        reference.Identifier == message.Identifier || WeatherAlert.Comparable(reference.Identifier) == WeatherAlert.Comparable(message.Identifier);

    // 贵州省贵阳市花溪区气象台, 花溪区气象台 and 花溪区气象局 are one office.
    private static bool IsSameIssuer(WeatherAlert one, WeatherAlert other)
    {
        var (a, b) = (Place(one.Issuer), Place(other.Issuer));
        var (longer, shorter) = a.Length >= b.Length ? (a, b) : (b, a);
        return longer == shorter || (shorter.Length >= 3 && longer.EndsWith(shorter, StringComparison.Ordinal));
    }

    private static string Place(string issuer)
    {
        foreach (var office in (ReadOnlySpan<string>)["中心气象台", "气象台", "气象局"])
        {
            if (issuer.EndsWith(office, StringComparison.Ordinal)) return issuer[..^office.Length];
        }

        return issuer;
    }

    private static bool SharesArea(WeatherAlert one, WeatherAlert other) =>
        one.Areas.Count == 0 || other.Areas.Count == 0
        || one.Areas.Any(a => other.Areas.Any(b => WeatherAlert.Prefix(a).StartsWith(WeatherAlert.Prefix(b), StringComparison.Ordinal) || WeatherAlert.Prefix(b).StartsWith(WeatherAlert.Prefix(a), StringComparison.Ordinal)));
}
