using System.Globalization;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Winters that nobody had, to try a policy on where a district has none of its own yet.</summary>
public enum InventedWinterKind
{
    /// <summary>Warmer than usual, few surges, no ice, many windy afternoons (暖冬).</summary>
    Mild,

    /// <summary>As most winters are: one short spell of ice (常年).</summary>
    Normal,

    /// <summary>Cold and icy, with three weeks of 凝冻 in two spells (冷冬).</summary>
    Hard,
}

/// <summary>
/// Invented winters of 花溪 (1,100 m above the sea), hour by hour, by the formula in <c>docs/policy-tuning.md</c>: public climate normals of 贵阳, a seeded
/// random course around them, cold surges and spells of 凝冻. They are made to try a policy on, and are no observations.
/// </summary>
internal sealed class InventedWinter
{
    /// <summary>The first of the hours.</summary>
    public static readonly DateOnly First = new(2026, 11, 26);

    private const string Heads = "time,temperature_2m (°C),wind_speed_10m (km/h),precipitation (mm),snowfall (cm),weather_code (wmo code)";

    private static readonly DateOnly Last = new(2027, 5, 10);

    private InventedWinter(int seed, double warmer, double spread, int surges, params IReadOnlyList<(DateOnly From, int Days)> ice) =>
        (Seed, Hours) = (seed, [.. Make(new Random(seed), warmer, spread, surges, ice)]);

    public int Seed { get; }

    public IReadOnlyList<Hour> Hours { get; }

    public static InventedWinter Of(InventedWinterKind kind) => kind switch
    {
        InventedWinterKind.Mild => new(seed: 17, warmer: 1.2, spread: 1.8, surges: 5),
        InventedWinterKind.Hard => new(seed: 43, warmer: -1.2, spread: 2.4, surges: 11, (new DateOnly(2027, 1, 9), 15), (new DateOnly(2027, 2, 4), 6)),
        _ => new(seed: 29, warmer: 0, spread: 2.1, surges: 8, (new DateOnly(2027, 1, 18), 4)),
    };

    /// <summary>The hours as a station exports them, so many years before: one line an hour under a line of heads.</summary>
    public IEnumerable<string> Observed(string form = "yyyy-MM-dd HH:mm", double windBy = 1, int yearsBack = 0) =>
        Hours.Select((hour, index) => string.Create(CultureInfo.InvariantCulture,
            $"{Time(index, yearsBack, form)},{hour.Celsius},{hour.Wind * windBy:0.###},{hour.Rain},{hour.Snow(hour.Celsius):0.##},{hour.Code(hour.Celsius)}"));

    /// <summary>The winter in which a campaign would have been so many years before, as a record.</summary>
    public string Record(int yearsBack) => Heads + "\n" + string.Join('\n', Observed(yearsBack: yearsBack));

    private static string Time(int index, int yearsBack, string form) =>
        First.ToDateTime(TimeOnly.MinValue).AddHours(index).AddYears(-yearsBack).ToString(form, CultureInfo.InvariantCulture);

    private static IEnumerable<Hour> Make(Random random, double warmer, double spread, int surges, IReadOnlyList<(DateOnly From, int Days)> ice)
    {
        var days = Last.DayNumber - First.DayNumber + 1;
        List<(int Day, double Fall)> fronts =
            [.. Enumerable.Range(0, surges).Select(surge => ((int)((surge + random.NextDouble()) * 125 / surges) + 5, 3 + (4 * random.NextDouble())))];
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

    /// <summary>One of a normal distribution (Box and Muller 1958).</summary>
    internal static double Normal01(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>One hour: °C, km/h, mm.</summary>
    internal sealed record Hour(double Celsius, double Wind, double Rain, bool WarmAbove, bool Clear)
    {
        /// <summary>WMO code at a temperature: rain above 0.5 °C; below it freezes on the ground where the air above is warm, and is snow elsewhere.</summary>
        public int Code(double celsius) => (Rain, celsius) switch
        {
            (0, _) => Clear ? 0 : 3,
            (_, > 0.5) => Rain < 0.3 ? 51 : 61,
            _ => WarmAbove ? Rain < 0.3 ? 56 : 66 : 71,
        };

        /// <summary>New snow at a temperature, cm.</summary>
        public double Snow(double celsius) => Code(celsius) == 71 ? 0.7 * Rain : 0;
    }
}
