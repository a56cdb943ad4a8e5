using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>
/// The name of a reporting week (周次): the ISO 8601 week of the period's Thursday, such as <c>2026W50</c>.
/// It names a period; where the period starts and ends is the campaign calendar's to say.
/// </summary>
[JsonConverter(typeof(WeekKeyJson))]
[JsonShape("""{"type":"string","pattern":"^[0-9]{4}W[0-9]{2}$","description":"周次：ISO 年份、W、周号","examples":["2026W50"]}""")]
public readonly partial record struct WeekKey : IComparable<WeekKey>
{
    /// <summary>The ISO year, which at New Year may differ from the calendar year.</summary>
    public int Year { get; }

    /// <summary>The ISO week of the year, 1 to 53.</summary>
    public int Week { get; }

    /// <summary>Names a week; throws <see cref="ArgumentOutOfRangeException"/> for a week the year does not have.</summary>
    public WeekKey(int year, int week)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(week, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(week, ISOWeek.GetWeeksInYear(year));
        (Year, Week) = (year, week);
    }

    /// <summary>The Monday on which the ISO week begins.</summary>
    public DateOnly Monday => DateOnly.FromDateTime(ISOWeek.ToDateTime(Year, Week, DayOfWeek.Monday));

    /// <summary>The ISO week that holds <paramref name="date"/>.</summary>
    public static WeekKey Of(DateOnly date)
    {
        var day = date.ToDateTime(TimeOnly.MinValue);
        return new WeekKey(ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day));
    }

    /// <summary>Reads <c>2026W50</c>; false for anything else, a 53rd week in a year of 52 included.</summary>
    public static bool TryParse(string? text, out WeekKey week)
    {
        week = default;
        var match = Pattern().Match(text ?? "");
        if (!match.Success) return false;
        var (year, number) = (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        if (year is < 2000 or > 2200 || number < 1 || number > ISOWeek.GetWeeksInYear(year)) return false;
        week = new WeekKey(year, number);
        return true;
    }

    /// <summary>Reads <c>2026W50</c>; throws <see cref="FormatException"/> for anything else.</summary>
    public static WeekKey Parse(string text) =>
        TryParse(text, out var week) ? week : throw new FormatException($"“{text}” is not a week such as 2026W50.");

    /// <inheritdoc/>
    public int CompareTo(WeekKey other) => (Year, Week).CompareTo((other.Year, other.Week));

    /// <summary>The week as it stands in keys and addresses: <c>2026W50</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}W{Week:D2}");

    /// <summary>Earlier than.</summary>
    public static bool operator <(WeekKey left, WeekKey right) => left.CompareTo(right) < 0;

    /// <summary>Later than.</summary>
    public static bool operator >(WeekKey left, WeekKey right) => left.CompareTo(right) > 0;

    /// <summary>Not later than.</summary>
    public static bool operator <=(WeekKey left, WeekKey right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(WeekKey left, WeekKey right) => left.CompareTo(right) >= 0;

    [GeneratedRegex(@"^(\d{4})W(\d{2})\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Pattern();

    private sealed class WeekKeyJson : JsonConverter<WeekKey>
    {
        public override WeekKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var week) ? week : throw new JsonException("A week looks like 2026W50.");

        public override void Write(Utf8JsonWriter writer, WeekKey value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());

        public override WeekKey ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, WeekKey value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString());
    }
}
