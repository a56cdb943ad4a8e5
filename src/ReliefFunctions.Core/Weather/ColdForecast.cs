namespace ReliefFunctions.Core.Weather;

/// <summary>
/// A forecast of cold nights, for "cold, but no signal". The index's name is stored with its value: indices are never mixed.
/// </summary>
public sealed record ColdForecast
{
    /// <summary>Where it came from, such as <c>open-meteo</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was fetched or issued; a later one replaces an earlier one of the same source.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>GB/T 2260 codes it is for.</summary>
    public required IReadOnlyList<string> Areas { get; init; }

    /// <summary>Name of the index in <see cref="ForecastNight.Felt"/>: <c>JAG/TI</c>.</summary>
    public required string Index { get; init; }

    /// <summary>Days in order, past ones included where the feed gives them.</summary>
    public required IReadOnlyList<ForecastNight> Nights { get; init; }

    /// <summary>
    /// The nights that begin on each day, in order. Where a feed gives days alone, a night is told by the day on which it ends, because it is coldest before
    /// dawn, and by the snow of both days.
    /// </summary>
    public IEnumerable<(DateOnly Evening, NightWeather Weather)> Evenings()
    {
        var days = Nights.DistinctBy(day => day.Date).ToDictionary(day => day.Date);
        foreach (var evening in days.Keys.Concat(days.Keys.Select(day => day.AddDays(-1))).Distinct().Order())
        {
            var today = days.GetValueOrDefault(evening);
            if (today?.Night is { } night)
            {
                yield return (evening, night);
            }
            else if (days.GetValueOrDefault(evening.AddDays(1)) is { } next)
            {
                var snow = today?.Snow > next.Snow || next.Snow is null ? today?.Snow : next.Snow;
                yield return (evening, new NightWeather(next.Minimum, next.Felt, snow, next.Wind, null, 0, next.Wave));
            }
        }
    }
}

/// <summary>The cold of one local day.</summary>
/// <param name="Date">Local day.</param>
/// <param name="Minimum">Lowest air temperature, °C.</param>
/// <param name="Felt">The index at that minimum and the day's strongest wind, °C on the index's scale.</param>
/// <param name="Snow">Snowfall, cm.</param>
/// <param name="Wind">Strongest wind at 10 m, km/h.</param>
/// <param name="Wave">Grade by GB/T 21987 from the fall of the minimum, or None.</param>
public sealed record ForecastNight(DateOnly Date, double Minimum, double? Felt, double? Snow, double? Wind, ColdWaveGrade Wave)
{
    /// <summary>
    /// The night that begins on this day, read from its hours; null where a feed gives days alone, and of what was stored before nights were read.
    /// </summary>
    public NightWeather? Night { get; init; }
}

/// <summary>The hours from 20:00 to 08:00, in which people freeze outdoors.</summary>
/// <param name="Minimum">Lowest air temperature, °C.</param>
/// <param name="Felt">The lowest of the hourly index, each hour at its own wind, °C on the index's scale: a windy afternoon is no cold night.</param>
/// <param name="Snow">Snowfall, cm.</param>
/// <param name="Wind">Strongest wind at 10 m, km/h.</param>
/// <param name="Rain">Precipitation of any kind, mm.</param>
/// <param name="FreezingHours">Hours of freezing rain or drizzle (冻雨), by weather code or because rain falls at or below 0 °C.</param>
/// <param name="Wave">Grade by GB/T 21987 from the fall of the minimum, or None.</param>
public sealed record NightWeather(double Minimum, double? Felt, double? Snow, double? Wind, double? Rain, int FreezingHours, ColdWaveGrade Wave);

/// <summary>Grades of a cold wave at one station (GB/T 21987).</summary>
public enum ColdWaveGrade
{
    /// <summary>Not a cold wave.</summary>
    None,

    /// <summary>寒潮: the minimum falls ≥8 °C in 24 h, ≥10 in 48 h or ≥12 in 72 h, to ≤4 °C.</summary>
    ColdWave,

    /// <summary>强寒潮: 10/12/14 and ≤2 °C.</summary>
    Strong,

    /// <summary>超强寒潮: 12/14/16 and ≤0 °C.</summary>
    Extreme,
}

/// <summary>Indices of cold stress.</summary>
public static class ColdStress
{
    /// <summary>The name stored with values of <see cref="WindChill"/>.</summary>
    public const string JagTi = "JAG/TI";

    /// <summary>
    /// Wind chill by JAG/TI 2001, °C. Defined for temperatures up to 10 °C and winds from 4.8 km/h; outside of that the temperature itself.
    /// </summary>
    /// <param name="celsius">Air temperature, °C.</param>
    /// <param name="kmPerHour">Wind at 10 m, km/h.</param>
    public static double WindChill(double celsius, double kmPerHour)
    {
        if (celsius > 10 || kmPerHour < 4.8) return celsius;
        var wind = Math.Pow(kmPerHour, 0.16);
        return 13.12 + (0.6215 * celsius) - (11.37 * wind) + (0.3965 * celsius * wind);
    }

    /// <summary>
    /// The grade (GB/T 21987) on the last day of <paramref name="minima"/>, the daily minima in °C in order; earlier days are the ones it fell from.
    /// </summary>
    public static ColdWaveGrade Grade(ReadOnlySpan<double> minima)
    {
        if (minima.IsEmpty) return ColdWaveGrade.None;
        var last = minima[^1];
        var best = ColdWaveGrade.None;
        for (var days = 1; days <= 3 && days < minima.Length; days++)
        {
            var fall = minima[^(days + 1)] - last;
            var grade = (fall - (2 * (days - 1)), last) switch
            {
                ( >= 12, <= 0) => ColdWaveGrade.Extreme,
                ( >= 10, <= 2) => ColdWaveGrade.Strong,
                ( >= 8, <= 4) => ColdWaveGrade.ColdWave,
                _ => ColdWaveGrade.None,
            };
            if (grade > best) best = grade;
        }

        return best;
    }
}
