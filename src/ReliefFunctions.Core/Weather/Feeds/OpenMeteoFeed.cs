using System.Globalization;
using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Open-Meteo's daily forecast: parallel arrays and their units.</summary>
internal static class OpenMeteoFeed
{
    public static bool Recognises(JsonElement root) =>
        root.Field("daily").Field("time").ValueKind == JsonValueKind.Array && root.Field("daily").Field("temperature_2m_min").ValueKind == JsonValueKind.Array;

    public static NormalisedPayload Read(JsonElement root, PayloadContext context)
    {
        var (daily, units) = (root.Field("daily"), root.Field("daily_units"));
        if (units.Text("temperature_2m_min") is { } scale && !scale.Contains('C', StringComparison.Ordinal))
            throw new AlertPayloadException("incomplete", $"气温单位是 {scale}，应为 °C。请去掉 temperature_unit 参数。");
        var toKmPerHour = units.Text("wind_speed_10m_max") switch
        {
            null or "km/h" => 1.0,
            "m/s" => 3.6,
            "mp/h" or "mph" => 1.609344,
            "kn" => 1.852,
            var other => throw new AlertPayloadException("incomplete", $"风速单位 {other} 不认识，应为 km/h。"),
        };

        var minima = Numbers(daily.Field("temperature_2m_min"));
        var wind = Numbers(daily.Field("wind_speed_10m_max"));
        var snow = Numbers(daily.Field("snowfall_sum"));
        List<ForecastNight> nights = [];
        List<SkippedEntry> skipped = [];
        List<double> sofar = [];
        var index = -1;
        foreach (var time in daily.Field("time").Items().Take(120))
        {
            index++;
            if (!DateOnly.TryParseExact(time.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || At(minima, index) is not { } minimum)
            {
                // A day without a minimum breaks the fall that a cold wave is graded by.
                sofar.Clear();
                skipped.Add(new SkippedEntry($"daily[{index}]", "日期或最低气温缺失。"));
                continue;
            }

            sofar.Add(minimum);
            var speed = At(wind, index) * toKmPerHour;
            nights.Add(new ForecastNight(
                date, minimum, speed is { } blowing ? Math.Round(ColdStress.WindChill(minimum, blowing), 2) : null,
                At(snow, index), speed, ColdStress.Grade(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sofar))));
        }

        if (nights.Count == 0) throw new AlertPayloadException("incomplete", "预报里没有一天有最低气温。");
        return new NormalisedPayload
        {
            Format = "open-meteo",
            Forecasts = [new ColdForecast { Source = "open-meteo", Issued = context.Received, Areas = context.Areas, Index = ColdStress.JagTi, Nights = nights }],
            Skipped = skipped,
        };
    }

    private static List<double?> Numbers(JsonElement array) =>
        [.. array.Items().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var value) && double.IsFinite(value) ? value : (double?)null)];

    private static double? At(List<double?> values, int index) => index < values.Count ? values[index] : null;
}
