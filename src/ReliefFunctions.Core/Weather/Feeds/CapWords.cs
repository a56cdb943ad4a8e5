using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>The words of CAP 1.2 for status, message type and references, in XML and in JSON.</summary>
internal static partial class CapWords
{
    /// <summary>A status; a number is none, although the enumeration would take one.</summary>
    public static AlertStatus Status(string? word) =>
        word is { Length: > 0 } && char.IsAsciiLetter(word[0]) && Enum.TryParse<AlertStatus>(word, ignoreCase: true, out var status) ? status
            : AlertStatus.Unknown;

    /// <summary>A message type; Ack, Error and unknown ones act on nothing.</summary>
    public static AlertMessageType MessageType(string? word) => word?.Trim().ToUpperInvariant() switch
    {
        "ALERT" or "NEW" or "ISSUE" => AlertMessageType.Alert,
        "UPDATE" => AlertMessageType.Update,
        "CANCEL" or "CANCELLED" => AlertMessageType.Cancel,
        _ => AlertMessageType.Other,
    };

    /// <summary>
    /// References: triples <c>sender,identifier,sent</c>, whatever blanks and line breaks stand between and in them; feeds that drop parts of them give
    /// identifiers alone.
    /// </summary>
    public static List<AlertReference> References(string? text, TimeZoneInfo zone)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        var parts = WeatherBounds.Cut(text, 40_000).Split([',', '，'], StringSplitOptions.TrimEntries);

        // Between two triples stands a blank alone: "s,i,t s,i,t" is s | i | t s | i | t.
        if (parts.Length >= 3 && parts.Length % 2 == 1)
        {
            List<AlertReference> triples = [];
            var sender = parts[0];
            for (var at = 1; at < parts.Length; at += 2)
            {
                var time = Blanks().Split(parts[at + 1], 2);
                if (JsonFields.Time(time[0], zone) is not { } sent || parts[at].Length == 0) break;
                triples.Add(new AlertReference(Blanks().Replace(parts[at], ""), sender, sent));
                sender = time.Length > 1 ? time[1].Trim() : "";
            }

            if (triples.Count == parts.Length / 2) return triples;
        }

        return [.. Blanks().Split(WeatherBounds.Cut(text, 40_000))
            .SelectMany(each => each.Split([',', '，', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) switch
        {
            [var of, var identifier, var sent, ..] => [new AlertReference(identifier, of, JsonFields.Time(sent, zone))],
            [var of, var identifier] when JsonFields.Time(identifier, zone) is null => [new AlertReference(identifier, of)],
            { Length: > 0 } codes => codes.Where(code => JsonFields.Time(code, zone) is null).Select(code => new AlertReference(code)),
            _ => [],
        })];
    }

    /// <summary>The division of the first code that is a 12379 identifier or sender, or holds one.</summary>
    public static string? Division(IEnumerable<string?> codes) =>
        codes.Select(code => code is null ? null : WeatherAlert.DivisionOf(code)
            ?? (Identifier().Match(WeatherBounds.Cut(code, 300)) is { Success: true } inside ? WeatherAlert.DivisionOf(inside.Value) : null))
            .FirstOrDefault(division => division is not null);

    /// <summary>Whether a geocode is a GB/T 2260 division; others (SAME, UGC, FIPS) are of other lengths or carry letters.</summary>
    public static bool IsDivision(string code) => code.Length is 6 or 9 or 12 && code.All(char.IsAsciiDigit) && WeatherAlert.IsProvince(code);

    /// <summary>The colour for a severity; the weather offices write colours there.</summary>
    public static AlertLevel LevelOfSeverity(string? severity) => severity?.ToUpperInvariant() switch
    {
        "EXTREME" => AlertLevel.Red,
        "SEVERE" => AlertLevel.Orange,
        "MODERATE" => AlertLevel.Yellow,
        "MINOR" => AlertLevel.Blue,
        _ => SignalText.Colour(severity),
    };

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"(?<!\d)\d{14}_\d{14}(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
