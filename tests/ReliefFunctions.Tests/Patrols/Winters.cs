using System.Globalization;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>An invented winter as the tests ask for it: what its nights were, and what was forecast.</summary>
internal sealed class Winter
{
    public static readonly Winter Mild = new("暖冬", InventedWinterKind.Mild), Normal = new("常年", InventedWinterKind.Normal), Hard = new("冷冬", InventedWinterKind.Hard);

    private readonly InventedWinter _winter;

    private Winter(string name, InventedWinterKind kind) => (Name, _winter) = (name, InventedWinter.Of(kind));

    public string Name { get; }

    public static IReadOnlyList<DateOnly> Evenings { get; } = [.. Enumerable.Range(0, 151).Select(new DateOnly(2026, 12, 1).AddDays)];

    /// <summary>What the night really was: minimum in °C, hours of freezing rain, snow in cm.</summary>
    public (double Minimum, int Freezing, double Snow) Night(DateOnly evening)
    {
        var hours = _winter.Hours.Skip(Index(evening) + 20).Take(13).ToList();
        return (hours.Min(hour => hour.Celsius), hours.Count(hour => hour.Code(hour.Celsius) is 56 or 66), hours.Sum(hour => hour.Snow(hour.Celsius)));
    }

    /// <summary>What Open-Meteo would answer on a day with <c>past_days=3&amp;forecast_days=7</c>: it knows what was, and errs the more the farther it looks ahead.</summary>
    public string Forecast(DateOnly day, int hour)
    {
        var from = day.AddDays(-3);
        var error = new Random((_winter.Seed * 10_000) + (day.DayNumber - InventedWinter.First.DayNumber) * 24 + hour);
        var (bias, drift) = (InventedWinter.Normal01(error) * 0.6, InventedWinter.Normal01(error) * 0.4);
        var hours = Enumerable.Range(Index(from), 240).Select(index =>
        {
            var ahead = (index - Index(day) - hour) / 24.0;
            var celsius = Math.Round(_winter.Hours[index].Celsius + (ahead > 0 ? bias + (drift * ahead) : 0), 1);
            return (Time: from.ToDateTime(TimeOnly.MinValue).AddHours(index - Index(from)), Celsius: celsius, Hour: _winter.Hours[index]);
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
                snowfall = hours.Select(each => Math.Round(each.Hour.Snow(each.Celsius), 2)),
                weather_code = hours.Select(each => each.Hour.Code(each.Celsius)),
            },
        });
    }

    /// <summary>See <see cref="InventedWinter.Observed"/>.</summary>
    public IEnumerable<string> Observed(string form = "yyyy-MM-dd HH:mm", double windBy = 1, int yearsBack = 0) => _winter.Observed(form, windBy, yearsBack);

    private static int Index(DateOnly day) => (day.DayNumber - InventedWinter.First.DayNumber) * 24;
}
