using System.Globalization;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// Invented winters of 花溪 (1,100 m above the sea), hour by hour, by the formula in <c>docs/policy-tuning.md</c>: public climate normals of 贵阳, a seeded
/// random course around them, cold surges and spells of 凝冻. They are made to tune a policy against, and are no observations.
/// </summary>
internal sealed class Winter
{
    private static readonly DateOnly First = new(2026, 11, 26);
    private static readonly DateOnly Last = new(2027, 5, 10);

    /// <summary>Warmer than usual, few surges, no ice, many windy afternoons.</summary>
    public static readonly Winter Mild = new("暖冬", seed: 17, warmer: 1.2, spread: 1.8, surges: 5, ice: []);

    /// <summary>As most winters are: one short spell of ice.</summary>
    public static readonly Winter Normal = new("常年", seed: 29, warmer: 0, spread: 2.1, surges: 8, ice: [(new DateOnly(2027, 1, 18), 4)]);

    /// <summary>Cold and icy, with three weeks of 凝冻 in two spells.</summary>
    public static readonly Winter Hard = new("冷冬", seed: 43, warmer: -1.2, spread: 2.4, surges: 11, ice: [(new DateOnly(2027, 1, 9), 15), (new DateOnly(2027, 2, 4), 6)]);

    private readonly Hour[] _hours;
    private readonly int _seed;

    private Winter(string name, int seed, double warmer, double spread, int surges, IReadOnlyList<(DateOnly From, int Days)> ice)
    {
        Name = name;
        _hours = [.. Make(new Random(seed), warmer, spread, surges, ice)];
        _seed = seed;
    }

    public string Name { get; }

    public static IReadOnlyList<DateOnly> Evenings { get; } = [.. Enumerable.Range(0, 151).Select(new DateOnly(2026, 12, 1).AddDays)];

    /// <summary>What the night really was: minimum in °C, hours of freezing rain, snow in cm.</summary>
    public (double Minimum, int Freezing, double Snow) Night(DateOnly evening)
    {
        var hours = _hours.AsSpan(Index(evening) + 20, 13).ToArray();
        return (hours.Min(hour => hour.Celsius), hours.Count(hour => Code(hour, hour.Celsius) is 56 or 66), hours.Sum(hour => Snow(hour, hour.Celsius)));
    }

    /// <summary>What Open-Meteo would answer on a day with <c>past_days=3&amp;forecast_days=7</c>: it knows what was, and errs the more the farther it looks ahead.</summary>
    public string Forecast(DateOnly day, int hour)
    {
        var from = day.AddDays(-3);
        var error = new Random((_seed * 10_000) + (day.DayNumber - First.DayNumber) * 24 + hour);
        var (bias, drift) = (Normal01(error) * 0.6, Normal01(error) * 0.4);
        var hours = Enumerable.Range(Index(from), 240).Select(index =>
        {
            var ahead = (index - Index(day) - hour) / 24.0;
            var celsius = Math.Round(_hours[index].Celsius + (ahead > 0 ? bias + (drift * ahead) : 0), 1);
            return (Time: from.ToDateTime(TimeOnly.MinValue).AddHours(index - Index(from)), Celsius: celsius, Hour: _hours[index]);
        }).ToList();
        return StoredJson.Write(new
        {
            utc_offset_seconds = 28800,
            timezone = "Asia/Shanghai",
            hourly_units = new { temperature_2m = "°C", wind_speed_10m = "km/h", precipitation = "mm", snowfall = "cm", weather_code = "wmo code" },
            hourly = new
            {
                time = hours.Select(each => each.Time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)),
                temperature_2m = hours.Select(each => each.Celsius),
                wind_speed_10m = hours.Select(each => Math.Round(each.Hour.Wind, 1)),
                precipitation = hours.Select(each => Math.Round(each.Hour.Rain, 1)),
                snowfall = hours.Select(each => Math.Round(Snow(each.Hour, each.Celsius), 2)),
                weather_code = hours.Select(each => Code(each.Hour, each.Celsius)),
            },
        });
    }

    /// <summary>The hours as they were, as a station exports them: one line an hour under a line of heads.</summary>
    public IEnumerable<string> Observed(string form = "yyyy-MM-dd HH:mm", double windBy = 1, int yearsBack = 0) => _hours.Select((hour, index) => string.Create(CultureInfo.InvariantCulture,
        $"{First.ToDateTime(TimeOnly.MinValue).AddHours(index).AddYears(-yearsBack).ToString(form, CultureInfo.InvariantCulture)},{hour.Celsius},{hour.Wind * windBy:0.###},{hour.Rain},{Snow(hour, hour.Celsius):0.##},{Code(hour, hour.Celsius)}"));

    private static IEnumerable<Hour> Make(Random random, double warmer, double spread, int surges, IReadOnlyList<(DateOnly From, int Days)> ice)
    {
        var days = Last.DayNumber - First.DayNumber + 1;
        List<(int Day, double Fall)> fronts = [.. Enumerable.Range(0, surges).Select(surge => ((int)((surge + random.NextDouble()) * 125 / surges) + 5, 3 + (4 * random.NextDouble())))];
        var anomaly = 0.0;
        for (var day = 0; day < days; day++)
        {
            var date = First.AddDays(day);
            var normal = 14.6 - (9.5 * Math.Cos(2 * Math.PI * (date.DayOfYear - 12) / 365.0));
            anomaly = (0.72 * anomaly) + (spread * Math.Sqrt(1 - (0.72 * 0.72)) * Normal01(random));
            var surge = fronts.Where(front => day >= front.Day).Sum(front => -front.Fall * Math.Exp(-(day - front.Day) / 2.5));
            var front = fronts.Exists(front => front.Day == day);
            var frozen = ice.Any(spell => date >= spell.From && date < spell.From.AddDays(spell.Days));
            var clear = !front && !frozen && random.NextDouble() < 0.25;
            var range = frozen ? 1.5 : clear ? 10 : 3;
            var mean = frozen ? -1.8 + (0.7 * Normal01(random)) : normal + warmer + anomaly + surge;
            var wet = frozen || front || (!clear && random.NextDouble() < 0.4);
            var windy = random.NextDouble() < 0.2 ? 22 : 4;
            var calm = 5 + (3 * Math.Abs(Normal01(random)));
            for (var hour = 0; hour < 24; hour++)
            {
                var celsius = mean + (range / 2.0 * Math.Cos(2 * Math.PI * (hour - 15) / 24.0)) + (0.3 * Normal01(random));
                var wind = calm + (hour is >= 12 and <= 18 ? windy * Math.Sin(Math.PI * (hour - 11) / 8.0) : 0) + (front ? 12 : 0);
                var rain = wet && random.NextDouble() < 0.45 ? Math.Round(0.1 + (0.7 * random.NextDouble() * random.NextDouble()), 1) : 0;
                yield return new Hour(Math.Round(celsius, 1), wind, rain, random.NextDouble() < (frozen ? 0.85 : 0.35), clear);
            }
        }
    }

    /// <summary>WMO code of an hour at a temperature: rain above 0.5 °C; below it freezes on the ground where the air above is warm, and is snow elsewhere.</summary>
    private static int Code(Hour hour, double celsius) => (hour.Rain, celsius) switch
    {
        (0, _) => hour.Clear ? 0 : 3,
        (_, > 0.5) => hour.Rain < 0.3 ? 51 : 61,
        _ => hour.WarmAbove ? hour.Rain < 0.3 ? 56 : 66 : 71,
    };

    private static double Snow(Hour hour, double celsius) => Code(hour, celsius) == 71 ? 0.7 * hour.Rain : 0;

    private static int Index(DateOnly day) => (day.DayNumber - First.DayNumber) * 24;

    private static double Normal01(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record Hour(double Celsius, double Wind, double Rain, bool WarmAbove, bool Clear);
}
