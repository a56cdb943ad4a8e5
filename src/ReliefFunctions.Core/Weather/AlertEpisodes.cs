using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather;

/// <summary>For how long a message stands, seen with the messages after it.</summary>
/// <param name="Alert">The message: an alert or an update.</param>
/// <param name="Ends">Its end, as stated or by default, or the time of the message that updated, replaced or cancelled it, whichever comes first.</param>
/// <param name="EndedBy">The message that ended it; null when it runs out by itself.</param>
public sealed record AlertSpan(WeatherAlert Alert, DateTimeOffset Ends, WeatherAlert? EndedBy)
{
    /// <summary>
    /// Whether the end is known: another message ended it, or it states its end itself. Otherwise <see cref="Ends"/> is the default, and nobody said that
    /// it is over.
    /// </summary>
    public bool EndIsStated => EndedBy is not null || Alert.StatedEnd is not null;
}

/// <summary>
/// Joins messages to episodes. The result depends on the set of messages alone, so that reordered and repeated deliveries end alike.
/// What a feed no longer shows is not cancelled: only expiry, an update, a replacement or a cancellation ends a message.
/// </summary>
public static partial class AlertEpisodes
{
    /// <summary>Feeds carry one signal with issue times that differ by less than this.</summary>
    public static readonly TimeSpan SameSignalWithin = TimeSpan.FromMinutes(30);

    // Who passes messages on is not who issued them.
    private static readonly string[] Relays = ["国家预警信息发布中心", "预警信息发布中心", "国家突发事件预警信息发布系统", "12379", "中国天气网", "和风天气", "彩云天气"];

    /// <summary>
    /// The span of every alert and update that may act. <paramref name="withoutEnd"/> is how long one stands after its onset that states no end.
    /// </summary>
    public static IReadOnlyList<AlertSpan> Resolve(IReadOnlyList<WeatherAlert> messages, TimeSpan withoutEnd)
    {
        var acting = messages.Where(message => message.Status == AlertStatus.Actual && message.MessageType != AlertMessageType.Other).ToList();
        var ended = new Dictionary<string, WeatherAlert>(StringComparer.Ordinal);
        foreach (var later in acting.OrderBy(message => message.Sent).ThenBy(message => message.Key, StringComparer.Ordinal))
        {
            foreach (var earlier in Superseded(later, acting)) ended.TryAdd(earlier.Key, later);
        }

        return
        [
            .. acting.Where(message => message.MessageType != AlertMessageType.Cancel).Select(message =>
            {
                var over = message.StatedEnd ?? WeatherBounds.Plus(message.Begins, withoutEnd);
                var by = ended.GetValueOrDefault(message.Key);
                return by is not null && by.Sent < over ? new AlertSpan(message, by.Sent, by) : new AlertSpan(message, over, null);
            }),
        ];
    }

    /// <summary>
    /// The earlier messages that a message ends. Of an update or a cancellation those it names, with their copies from other feeds and their later updates,
    /// and when it names none that is known, those of the same issuer and type in its area. Of an alert those of a higher colour that the same issuer issued
    /// before in its area: a lower colour issued anew replaces the higher.
    /// </summary>
    public static IReadOnlyList<WeatherAlert> Superseded(WeatherAlert later, IReadOnlyList<WeatherAlert> messages)
    {
        if (later.MessageType == AlertMessageType.Other) return [];
        var others = messages.Where(message => message.MessageType is AlertMessageType.Alert or AlertMessageType.Update && !IsSameSignal(message, later))
            .ToList();
        bool IsEarlierOfIssuer(WeatherAlert message) =>
            message.Sent < later.Sent && IsSameType(message, later) && IsSameIssuer(message, later) && SharesArea(message, later);

        if (later.MessageType == AlertMessageType.Alert)
        {
            return [.. others.Where(message => later.Level != AlertLevel.Unknown && message.Level > later.Level && IsEarlierOfIssuer(message)
                && Covers(later, message))];
        }

        var named = Named(later.References, others, later);
        if (named.Count == 0)
        {
            // What is lifted by its colour leaves a higher one of the same office standing, which was for another part of the area.
            var earlier = others.FindAll(IsEarlierOfIssuer);
            var lifted = later.MessageType == AlertMessageType.Cancel && later.Level != AlertLevel.Unknown
                && earlier.Exists(message => message.Level == later.Level);
            return lifted ? earlier.FindAll(message => message.Level <= later.Level) : earlier;
        }

        // A cancellation may name the first message of a chain alone; what updated it goes with it, and so do the copies of other feeds.
        for (var i = 0; i < named.Count; i++)
        {
            var member = named[i];
            named.AddRange(others.Where(message => !named.Contains(message)
                && (IsSameSignal(message, member)
                    || (message.MessageType == AlertMessageType.Update && message.Sent < later.Sent && Named(message.References, [member], message).Count > 0)))
                        .ToList());
        }

        return named;
    }

    /// <summary>The references of a message that name nothing known.</summary>
    public static IReadOnlyList<AlertReference> Unknown(WeatherAlert later, IReadOnlyList<WeatherAlert> messages) =>
        [.. later.References.Where(
            reference => !messages.Any(message => message.Key != later.Key && WeatherAlert.SameIdentifier(reference.Identifier, message.Identifier)))];

    /// <summary>The messages that references name.</summary>
    public static IReadOnlyList<WeatherAlert> Referenced(WeatherAlert later, IReadOnlyList<WeatherAlert> messages) =>
        Named(later.References, [.. messages.Where(message => message.MessageType != AlertMessageType.Cancel)], later);

    /// <summary>
    /// Whether two messages are one signal: one name, or one that two feeds carry with one identifier, or with one issuer, type, colour and time.
    /// Two messages of one feed are two signals: an office may warn one township now and another ten minutes later.
    /// </summary>
    public static bool IsSameSignal(WeatherAlert one, WeatherAlert other)
    {
        if (one.Key == other.Key) return true;
        if (one.TypeName != other.TypeName || one.Level != other.Level || one.Kind != other.Kind || IsEnd(one) != IsEnd(other)) return false;
        var near = (one.Sent - other.Sent).Duration() <= SameSignalWithin;

        // One feed that gives an identifier with its serial and once without says the same message twice.
        if (WeatherAlert.SameIdentifier(one.Identifier, other.Identifier))
        {
            return near && one.MessageType == other.MessageType && (one.Source != other.Source || one.Identifier != other.Identifier);
        }

        return one.Source != other.Source && near && IsSameIssuer(one, other) && SharesArea(one, other)
            && Named(one.References, [other], one).Count == 0 && Named(other.References, [one], other).Count == 0;
    }

    /// <summary>One type; 终止应急响应 without its name is for whichever response the office began.</summary>
    private static bool IsSameType(WeatherAlert message, WeatherAlert later) =>
        message.Kind == later.Kind
            && (message.TypeName == later.TypeName || (later.Kind == AlertKind.Response && later.TypeName == Text.SignalGrammar.Nameless));

    private static bool IsEnd(WeatherAlert message) => message.MessageType == AlertMessageType.Cancel;

    /// <summary>
    /// A reference is a triple: identifiers are reused, so where times are given and one fits, that one is meant; a time that fits none (feeds write
    /// minutes, seconds and zones differently) leaves the identifier.
    /// </summary>
    private static List<WeatherAlert> Named(IReadOnlyList<AlertReference> references, IReadOnlyList<WeatherAlert> messages, WeatherAlert by)
    {
        List<WeatherAlert> named = [];
        foreach (var reference in references)
        {
            var found = messages.Where(message => message.Key != by.Key && WeatherAlert.SameIdentifier(reference.Identifier, message.Identifier)
                && (message.Sent <= by.Sent || message.Identifier != by.Identifier)).ToList();
            if (found.Count > 1 && reference.Sent is { } sent
                && found.FindAll(message => (message.Sent - sent).Duration() < TimeSpan.FromMinutes(1)) is { Count: > 0 } exact)
            {
                found = exact;
            }

            named.AddRange(found.Where(message => !named.Contains(message)));
        }

        return named;
    }

    /// <summary>
    /// 贵州省贵阳市花溪区气象台, 花溪区气象台, 花溪气象台 and 花溪区气象局 are one office. One that is not named, or is only who passed the message on, is taken for
    /// the office of the division that the message is for.
    /// </summary>
    private static bool IsSameIssuer(WeatherAlert one, WeatherAlert other)
    {
        var (a, b) = (Place(one.Issuer), Place(other.Issuer));
        if (a.Length == 0 || b.Length == 0) return Division(one) is { } left && Division(other) is { } right && left == right;
        if (a == b) return true;
        var (longer, shorter) = a.Length >= b.Length ? (a, b) : (b, a);
        return shorter.Length >= 3 && longer.EndsWith(shorter, StringComparison.Ordinal) ? true
            : Bare(longer) is { Length: >= 2 } bare && bare == Bare(shorter)
                && (longer == bare || shorter == bare || longer.EndsWith(shorter, StringComparison.Ordinal));
    }

    /// <summary>花溪区 of 贵州省贵阳市花溪区气象台; empty for nobody, a sender's code, or who only passes on.</summary>
    private static string Place(string issuer)
    {
        if (issuer.Length == 0 || Array.Exists(Relays, relay => issuer.Contains(relay, StringComparison.Ordinal))
            || !issuer.Any(each => each is >= '\u4E00' and <= '\u9FFF'))
        {
            return "";
        }

        foreach (var office in (ReadOnlySpan<string>)["中心气象台", "气象台", "气象局", "气象站", "气象中心"])
        {
            if (issuer.EndsWith(office, StringComparison.Ordinal)) return issuer[..^office.Length];
        }

        return issuer;
    }

    private static string Bare(string place)
    {
        var last = LastDivision().Match(place) is { Success: true } match ? match.Value : place;
        return last.Length > 2 && "省市区县旗州".Contains(last[^1], StringComparison.Ordinal) ? last[..^1] : last;
    }

    private static string? Division(WeatherAlert message) =>
        WeatherAlert.DivisionOf(message.Identifier) ?? WeatherAlert.DivisionOf(message.Sender)
            ?? (message.Areas is [var only] ? WeatherAlert.Prefix(only).PadRight(6, '0')[..6] : null);

    private static bool SharesArea(WeatherAlert one, WeatherAlert other) =>
        one.Areas.Count == 0 || other.Areas.Count == 0
        || one.Areas.Any(a => other.Areas.Any(b => WeatherAlert.Prefix(a).StartsWith(WeatherAlert.Prefix(b), StringComparison.Ordinal)
            || WeatherAlert.Prefix(b).StartsWith(WeatherAlert.Prefix(a), StringComparison.Ordinal)));

    /// <summary>Whether what a message is for takes in what another is for: a signal for one township alone replaces none for the whole district.</summary>
    private static bool Covers(WeatherAlert later, WeatherAlert earlier)
    {
        if (!earlier.Areas.All(area => later.Areas.Count == 0
            || later.Areas.Any(each => WeatherAlert.Prefix(area).StartsWith(WeatherAlert.Prefix(each), StringComparison.Ordinal))))
        {
            return false;
        }

        var (now, before) = (Townships(later), Townships(earlier));
        return now.Count == 0 || (before.Count > 0 && before.IsSubsetOf(now));
    }

    private static HashSet<string> Townships(WeatherAlert message) => [.. Township().Matches(message.Description ?? "").Select(match => match.Value)];

    [GeneratedRegex("[^省市州]{1,6}(?:市|区|县|旗|州)$", RegexOptions.CultureInvariant)]
    private static partial Regex LastDivision();

    // Two characters before the ending are enough to tell townships apart.
    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}{2}(?:镇|乡|街道(?!结冰))", RegexOptions.CultureInvariant)]
    private static partial Regex Township();
}
