using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// Open-Meteo's forecast: parallel arrays and their units, by day (<c>daily</c>), by hour (<c>hourly</c>), or both. Nights are read from the hours; days fill
/// in what the hours leave out.
/// </summary>
internal static class OpenMeteoFeed
{
    /// <summary>Days looked at on either side of the receipt: three past ones tell a cold run, sixteen are all that is forecast.</summary>
    private const int Past = 10, Future = 17;

    /// <summary>Places of an array looked at: a hundred days of hours.</summary>
    private const int MostPlaces = 2400;

    /// <summary>A night reaches from this hour of a day to <see cref="NightTo"/> of the next; it must be known before midnight and after five.</summary>
    private const int NightFrom = 20, NightTo = 8, KnownUntil = 23, KnownFrom = 5;

    public static bool Recognises(JsonElement root) => Has(root.Field("daily"), "temperature_2m_min") || Has(root.Field("hourly"), "temperature_2m");

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        List<SkippedEntry> skipped = [];
        var today = LocalTime.DateOf(context.Received, context.Zone);
        var hours = Hours(root, context.Zone, skipped).Where(hour => Near(DateOnly.FromDateTime(hour.At), today)).OrderBy(hour => hour.At).ToList();
        var given = Days(root, skipped).Where(day => Near(day.Date, today)).ToDictionary(day => day.Date);
        var byDay = hours.GroupBy(hour => DateOnly.FromDateTime(hour.At)).ToDictionary(group => group.Key, group => group.ToList());
        List<ForecastNight> days = [];
        List<double> minima = [], evenings = [];
        foreach (var date in given.Keys.Concat(byDay.Keys).Distinct().Order())
        {
            // A day that is missing breaks the fall that a cold wave is graded by.
            if (days.Count > 0 && days[^1].Date != date.AddDays(-1)) minima.Clear();
            if (days.Count == 0 || days[^1].Date != date.AddDays(-1) || days[^1].Night is null) evenings.Clear();
            var day = given.GetValueOrDefault(date) ?? Of(date, byDay[date]);
            minima.Add(day.Minimum);
            var night = Night(byDay.GetValueOrDefault(date, []), byDay.GetValueOrDefault(date.AddDays(1), []));
            if (night is not null) evenings.Add(night.Minimum);
            days.Add(day with { Wave = Grade(minima), Night = night is null ? null : night with { Wave = Grade(evenings) } });
        }

        if (days.Count == 0)
        {
            throw new AlertPayloadException("incomplete", $"预报里没有一天有最低气温，或日期都不在 {today:yyyy-MM-dd} 前后。请核对 hourly、daily 参数和预报日期。");
        }

        return new NormalisedPayload
        {
            Format = "open-meteo",
            Forecasts = [new ColdForecast { Source = "open-meteo", Issued = context.Received, Areas = context.Areas, Index = ColdStress.JagTi, Nights = days }],
            Skipped = skipped,
        };
    }

    /// <summary>The days as given, without grades.</summary>
    private static List<ForecastNight> Days(JsonElement root, List<SkippedEntry> skipped)
    {
        var (daily, units) = (root.Field("daily"), root.Field("daily_units"));
        if (!Has(daily, "temperature_2m_min")) return [];
        MustBeCelsius(Words(units.Field("temperature_2m_min")));
        var minima = Numbers(daily, "temperature_2m_min", -60, 60, 1, "daily", skipped);
        var wind = Numbers(daily, "wind_speed_10m_max", 0, 360, KmPerHour(Words(units.Field("wind_speed_10m_max"))), "daily", skipped);
        var snow = Numbers(daily, "snowfall_sum", 0, 500, Centimetres(Words(units.Field("snowfall_sum"))), "daily", skipped);
        Dictionary<DateOnly, ForecastNight> days = [];
        foreach (var (time, index) in daily.Field("time").Items().Take(MostPlaces).Select((time, index) => (time, index)))
        {
            var isDate = DateOnly.TryParseExact(Words(time), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
            if (!isDate || At(minima, index) is not { } minimum)
            {
                skipped.Add(new SkippedEntry($"daily[{index}]", "日期或最低气温缺失。"));
                continue;
            }

            days.TryAdd(date, Day(date, minimum, At(wind, index), At(snow, index)));
        }

        return [.. days.Values];
    }

    /// <summary>The hours that have a temperature, in the campaign's zone, whatever zone the feed was asked for.</summary>
    private static List<Hour> Hours(JsonElement root, TimeZoneInfo zone, List<SkippedEntry> skipped)
    {
        var (hourly, units) = (root.Field("hourly"), root.Field("hourly_units"));
        if (!Has(hourly, "temperature_2m")) return [];
        MustBeCelsius(Words(units.Field("temperature_2m")));
        var celsius = Numbers(hourly, "temperature_2m", -60, 60, 1, "hourly", skipped);
        var wind = Numbers(hourly, "wind_speed_10m", 0, 360, KmPerHour(Words(units.Field("wind_speed_10m"))), "hourly", skipped);
        var rain = Numbers(hourly, "precipitation", 0, 500, Millimetres(Words(units.Field("precipitation"))), "hourly", skipped);
        var snow = Numbers(hourly, "snowfall", 0, 500, Centimetres(Words(units.Field("snowfall"))), "hourly", skipped);
        var codes = Numbers(hourly, "weather_code", 0, 99, 1, "hourly", skipped);
        if (codes.Count == 0) codes = Numbers(hourly, "weathercode", 0, 99, 1, "hourly", skipped);
        var offset = root.Field("utc_offset_seconds") is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetInt32(out var value)
            && value is >= -14 * 3600 and <= 14 * 3600 ? TimeSpan.FromSeconds(value / 60 * 60) : (TimeSpan?)null;
        Dictionary<DateTime, Hour> hours = [];
        var unknown = 0;
        foreach (var (time, index) in hourly.Field("time").Items().Take(MostPlaces).Select((time, index) => (time, index)))
        {
            if (At(celsius, index) is not { } temperature) continue;
            if (Moment(time, offset, zone) is not { } at) unknown++;
            else hours.TryAdd(at, new Hour(at, temperature, At(wind, index), At(rain, index), At(snow, index), (int?)At(codes, index)));
        }

        if (unknown > 0) skipped.Add(new SkippedEntry("hourly.time", $"有 {unknown} 个时刻认不出，应形如 2026-12-15T20:00。"));
        return [.. hours.Values];
    }

    private static DateTime? Moment(JsonElement time, TimeSpan? offset, TimeZoneInfo zone)
    {
        if (time.ValueKind == JsonValueKind.Number)
        {
            // Unix seconds of the years 2000 to 2100.
            if (!time.TryGetInt64(out var unix) || unix is < 946_684_800 or > 4_133_980_800) return null;
            return LocalTime.In(DateTimeOffset.FromUnixTimeSeconds(unix), zone).DateTime;
        }

        string[] forms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
        if (!DateTime.TryParseExact(Words(time), forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written)) return null;
        if (written.Year is < 2000 or > 2100) return null;
        return offset is { } there ? LocalTime.In(new DateTimeOffset(written, there), zone).DateTime : written;
    }

    private static ForecastNight Of(DateOnly date, List<Hour> hours) =>
        Day(date, hours.Min(hour => hour.Celsius), hours.Max(hour => hour.Wind), Sum(hours, hour => hour.Snow));

    private static ForecastNight Day(DateOnly date, double minimum, double? wind, double? snow) =>
        new(date, minimum, wind is { } blowing ? Math.Round(ColdStress.WindChill(minimum, blowing), 2) : null, snow, wind, ColdWaveGrade.None);

    private static NightWeather? Night(List<Hour> evening, List<Hour> morning)
    {
        static bool IsMorning(Hour hour) => hour.At.Hour < NightTo || hour.At is { Hour: NightTo, Minute: 0 };
        List<Hour> hours = [.. evening.Where(hour => hour.At.Hour >= NightFrom), .. morning.Where(IsMorning)];
        var begins = hours.Exists(hour => hour.At.Hour is >= NightFrom and <= KnownUntil);
        if (!begins || !hours.Exists(hour => hour.At.Hour is >= KnownFrom and <= NightTo)) return null;
        var felt = hours.Where(hour => hour.Wind is not null).Select(hour => (double?)ColdStress.WindChill(hour.Celsius, hour.Wind!.Value)).Min();
        return new NightWeather(
            hours.Min(hour => hour.Celsius), felt is { } cold ? Math.Round(cold, 2) : null, Sum(hours, hour => hour.Snow), hours.Max(hour => hour.Wind),
            Sum(hours, hour => hour.Rain), hours.Count(hour => hour.Freezes), ColdWaveGrade.None);
    }

    private static double? Sum(List<Hour> hours, Func<Hour, double?> of) =>
        hours.Exists(hour => of(hour) is not null) ? Math.Round(hours.Sum(hour => of(hour) ?? 0), 2) : null;

    private static ColdWaveGrade Grade(List<double> minima) => ColdStress.Grade(CollectionsMarshal.AsSpan(minima));

    /// <summary>A string's words; null when it is none, or none that can be read, such as half a character.</summary>
    private static string? Words(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Has(JsonElement block, string field) =>
        block.Field("time").ValueKind == JsonValueKind.Array && block.Field(field).ValueKind == JsonValueKind.Array;

    private static bool Near(DateOnly date, DateOnly today) => date.DayNumber >= today.DayNumber - Past && date.DayNumber <= today.DayNumber + Future;

    private static void MustBeCelsius(string? unit)
    {
        if (unit is null || unit.Contains('C', StringComparison.Ordinal)) return;
        throw new AlertPayloadException("incomplete", $"气温单位是 {unit}，应为 °C。请去掉 temperature_unit 参数。");
    }

    private static double KmPerHour(string? unit) => unit switch
    {
        null or "km/h" => 1.0,
        "m/s" => 3.6,
        "mp/h" or "mph" => 1.609344,
        "kn" => 1.852,
        _ => throw new AlertPayloadException("incomplete", $"风速单位 {unit} 不认识，应为 km/h。"),
    };

    private static double Millimetres(string? unit) => unit switch
    {
        null or "mm" => 1.0,
        "inch" => 25.4,
        _ => throw new AlertPayloadException("incomplete", $"降水单位 {unit} 不认识，应为 mm。"),
    };

    private static double Centimetres(string? unit) => unit switch
    {
        null or "cm" => 1.0,
        "mm" => 0.1,
        "inch" => 2.54,
        _ => throw new AlertPayloadException("incomplete", $"降雪单位 {unit} 不认识，应为 cm。"),
    };

    /// <summary>An array's numbers in our unit; what is no number, or none that weather has, is missing, and the latter is told.</summary>
    private static List<double?> Numbers(JsonElement block, string field, double least, double most, double toOurs, string where, List<SkippedEntry> skipped)
    {
        List<double?> values = [];
        var beyond = 0;
        foreach (var item in block.Field(field).Items().Take(MostPlaces))
        {
            var value = item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) ? number * toOurs : (double?)null;
            if (value is { } known && !(known >= least && known <= most)) (value, beyond) = (null, beyond + 1);
            values.Add(value);
        }

        var told = string.Create(CultureInfo.InvariantCulture, $"有 {beyond} 个数值不在 {least} 至 {most} 之间，未采用。");
        if (beyond > 0) skipped.Add(new SkippedEntry($"{where}.{field}", told));
        return values;
    }

    private static double? At(List<double?> values, int index) => index < values.Count ? values[index] : null;

    /// <summary>One hour; °C, km/h, mm, cm and the WMO code 4677 as Open-Meteo uses it.</summary>
    private sealed record Hour(DateTime At, double Celsius, double? Wind, double? Rain, double? Snow, int? Code)
    {
        /// <summary>
        /// Freezing rain or drizzle by its code (56, 57, 66, 67), or rain on frozen ground: at least 0.1 mm at 0 °C or less that is not snow.
        /// </summary>
        public bool Freezes => Code is 56 or 57 or 66 or 67 || (Code is not (>= 71 and <= 77 or 85 or 86) && Rain >= 0.1 && Celsius <= 0 && !(Snow > 0));
    }
}
