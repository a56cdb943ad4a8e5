using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Nights read from hours: what they hold, and what they order by the sample policy.</summary>
public class NightForecastTests
{
    [Fact]
    public void A_mild_january_with_a_windy_afternoon_orders_nothing()
    {
        var payload = Hourly("01-14", hour => (hour.Hour is >= 12 and <= 18 ? 9 : 3, hour.Hour is >= 12 and <= 18 ? 45 : 6, 0, 0, 3));
        Assert.Equal(PatrolIntensity.Routine, Ordered("01-14 07:30", payload));
        Assert.Equal(PatrolIntensity.Routine, Ordered("01-14 16:30", payload));
    }

    [Theory]
    [InlineData(0.4, 12, 0, 0, 3, PatrolIntensity.Routine, "")] // near zero and a breeze: felt -3.5
    [InlineData(0, 3, 0, 0, 3, PatrolIntensity.Heightened, "最低0℃")]
    [InlineData(1.5, 36, 0, 0, 3, PatrolIntensity.Heightened, "体感-5")]
    [InlineData(0.4, 3, 0.3, 0.2, 73, PatrolIntensity.Intensive, "降雪2.6厘米")]
    [InlineData(-0.4, 3, 0.3, 0.2, 73, PatrolIntensity.Intensive, "降雪")] // snow at frost is no freezing rain
    [InlineData(0.4, 3, 0.3, 0, 66, PatrolIntensity.RoundTheClock, "冻雨")] // by its code
    [InlineData(-0.2, 3, 0.3, 0, 61, PatrolIntensity.RoundTheClock, "冻雨")] // by rain at frost, whatever its code
    [InlineData(0.4, 3, 0.3, 0, 61, PatrolIntensity.Routine, "")]
    [InlineData(-0.2, 3, 0, 0, 48, PatrolIntensity.Heightened, "最低-0.2℃")] // rime fog is no rain
    [InlineData(-6, 30, 0, 0, 3, PatrolIntensity.RoundTheClock, "体感-1")]
    public void A_night_asks_for_what_its_hours_hold(double celsius, double wind, double rain, double snow, int code, PatrolIntensity ordered, string reason)
    {
        var night = Hourly("12-20", hour => hour.Hour is >= 20 or <= 8 && hour >= new DateTime(2026, 12, 20, 20, 0, 0) ? (celsius, wind, rain, snow, code) : (6, 5, 0, 0, 3));
        Assert.Equal(ordered, Ordered("12-20 16:30", night, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void One_hour_of_freezing_drizzle_is_watched_and_four_are_acted_on()
    {
        string Night(int hours) => Hourly("12-20", hour => hour >= new DateTime(2026, 12, 21, 0, 0, 0) && hour < new DateTime(2026, 12, 21, hours, 0, 0) ? (0.5, 4, 0.1, 0, 56) : (3, 4, 0, 0, 3));
        Assert.Equal(
            [PatrolIntensity.Routine, PatrolIntensity.Intensive, PatrolIntensity.Intensive, PatrolIntensity.RoundTheClock],
            Enumerable.Range(1, 4).Select(hours => Ordered("12-20 07:30", Night(hours))));
    }

    [Fact]
    public void Hours_become_nights_from_evening_to_morning()
    {
        var forecast = Read("12-20 07:30", Hourly("12-20", hour => (hour.Hour == 6 ? -4 : hour.Hour == 15 ? 11 : 3, hour.Hour == 15 ? 50 : 10, hour.Hour == 23 ? 0.4 : 0, hour.Hour == 22 ? 0.6 : 0, hour.Hour == 22 ? 71 : 3)));
        var night = forecast.Nights.Single(each => each.Date == new DateOnly(2026, 12, 20)).Night!;
        Assert.Equal((-4, 0.6, 0.4, 10, 0), (night.Minimum, night.Snow, night.Rain, night.Wind, night.FreezingHours));
        Assert.Equal(ColdStress.WindChill(-4, 10), night.Felt!.Value, 0.01);

        // The last day's night is not known to its end.
        Assert.Null(forecast.Nights[^1].Night);
        Assert.Equal(-4, forecast.Nights[^1].Minimum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32400)]
    public void A_feed_that_answers_in_another_zone_is_read_in_ours(int offset)
    {
        var cold = new DateTime(2026, 12, 21, 6, 0, 0);
        var there = Hourly("12-20", hour => (hour == cold.AddHours(-8).AddSeconds(offset) ? -5 : 4, 5, 0, 0, 3), offset);
        var nights = Read("12-20 07:30", there).Evenings().Where(night => night.Weather.Minimum < 0).ToList();
        Assert.Equal((new DateOnly(2026, 12, 20), -5), Assert.Single(nights.Select(night => (night.Evening, night.Weather.Minimum))));
    }

    [Fact]
    public void Values_that_no_weather_has_are_left_out_and_told()
    {
        var normal = Normalise("12-20 07:30", Hourly("12-20", hour => (hour.Hour == 3 ? -9999 : 4, hour.Hour == 4 ? 99999 : 5, 0, 0, 3)));
        Assert.Contains(normal.Skipped, each => each.Where == "hourly.temperature_2m" && each.Reason.Contains("-60 至 60", StringComparison.Ordinal));
        Assert.Contains(normal.Skipped, each => each.Where == "hourly.wind_speed_10m");
        Assert.All(normal.Forecasts[0].Evenings(), night => Assert.Equal((4, 5), (night.Weather.Minimum, night.Weather.Wind)));
        var far = Assert.Throws<AlertPayloadException>(() => Read("03-20 07:30", Hourly("12-20", _ => (4, 5, 0, 0, 3))));
        Assert.Contains("2027-03-20", far.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_six_in_the_morning_the_night_is_still_the_one_that_began()
    {
        var payload = Hourly("12-20", hour => (hour >= new DateTime(2026, 12, 20, 20, 0, 0) && hour <= new DateTime(2026, 12, 21, 8, 0, 0) ? -3 : 4, 5, 0, 0, 3));
        Assert.Equal(PatrolIntensity.Heightened, Ordered("12-21 03:00", payload));
        Assert.Equal(PatrolIntensity.Routine, Ordered("12-21 07:30", payload));
        var forecasts = new[] { Read("12-20 16:30", payload) };
        Assert.Equal(-3, ForecastJudge.Tonight(forecasts, Huaxi.Policy, Huaxi.At("12-20 17:00"), Huaxi.Campaign.Zone())!.Minimum);
        Assert.Equal(-3, ForecastJudge.Tonight(forecasts, Huaxi.Policy, Huaxi.At("12-21 05:00"), Huaxi.Campaign.Zone())!.Minimum);
        Assert.Equal(4, ForecastJudge.Tonight(forecasts, Huaxi.Policy, Huaxi.At("12-21 09:00"), Huaxi.Campaign.Zone())!.Minimum);
        Assert.Null(ForecastJudge.Tonight(forecasts, Huaxi.Policy, Huaxi.At("12-25 09:00"), Huaxi.Campaign.Zone()));
    }

    [Fact]
    public void A_forecast_stored_before_nights_were_read_is_still_judged_by_its_days()
    {
        const string Stored = """{"source":"open-meteo","issued":"2026-12-20T08:30:00Z","areas":["520111"],"index":"JAG/TI","nights":[{"date":"2026-12-20","minimum":3,"felt":1.2,"snow":0,"wind":8,"wave":"none"},{"date":"2026-12-21","minimum":-2,"felt":-5.5,"snow":0,"wind":9,"wave":"none"},{"date":"2026-12-22","minimum":4,"wave":"none"}]}""";
        var old = StoredJson.Read<ColdForecast>(Stored);
        Assert.Equal([("12-19", 3.0), ("12-20", -2.0), ("12-21", 4.0)], old.Evenings().Select(night => (night.Evening.ToString("MM-dd", CultureInfo.InvariantCulture), night.Weather.Minimum)));
        Assert.DoesNotContain("night\":", StoredJson.Write(old), StringComparison.Ordinal);
        var season = new Season();
        season.Tick("12-01 08:30");
        Assert.Equal(PatrolIntensity.Heightened, season.Do("12-20 16:30", new PatrolCommand.ApplyForecast(old))!.Highest);
    }

    [Fact]
    public void Whatever_a_feed_answers_is_read_or_refused_in_words_and_stops_no_decision()
    {
        var whole = Hourly("12-20", hour => (hour.Hour < 8 ? -1 : 4, 5, 0.2, 0, 66));
        string[] pieces = ["null", "-9e999", "\"x\"", "[]", "{}", "9999-12-31T23:00", "0001-01-01", "\\ud800", "1e308", "-1", "true", "", ",", "°F", "inch"];
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var text = whole;
            for (var change = 0; change < 1 + (seed % 5); change++)
            {
                var at = random.Next(text.Length);
                text = text.Remove(at, Math.Min(random.Next(12), text.Length - at)).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            try
            {
                var season = new Season();
                foreach (var forecast in Normalise("12-20 16:30", text).Forecasts) season.Do("12-20 16:30", new PatrolCommand.ApplyForecast(forecast));
                Assert.NotNull(season.Tick("12-20 17:00") ?? season.Orders.LastOrDefault());
            }
            catch (AlertPayloadException e)
            {
                Assert.Contains(e.Code, new[] { "malformed-json", "unknown-format", "incomplete" });
            }
        }
    }

    [Fact]
    public void What_is_read_is_stored_and_read_again()
    {
        var forecast = Read("12-20 07:30", Hourly("12-20", hour => (hour.Hour < 8 ? -1 : 4, 5, 0.2, 0, 66)));
        Assert.Equal(forecast.Nights, StoredJson.Read<ColdForecast>(StoredJson.Write(forecast)).Nights);
    }

    /// <summary>Three past days and five to come, as <c>hourly=temperature_2m,wind_speed_10m,precipitation,snowfall,weather_code</c> gives them.</summary>
    internal static string Hourly(string today, Func<DateTime, (double Celsius, double Wind, double Rain, double Snow, int Code)> of, int offset = 28800)
    {
        var from = Huaxi.At(today + " 00:00").DateTime.AddDays(-3);
        var hours = Enumerable.Range(0, 8 * 24).Select(hour => from.AddHours(hour)).ToList();
        var values = hours.Select(of).ToList();
        return StoredJson.Write(new
        {
            utc_offset_seconds = offset,
            hourly_units = new { temperature_2m = "°C", wind_speed_10m = "km/h", precipitation = "mm", snowfall = "cm" },
            hourly = new
            {
                time = hours.Select(hour => hour.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)),
                temperature_2m = values.Select(value => value.Celsius),
                wind_speed_10m = values.Select(value => value.Wind),
                precipitation = values.Select(value => value.Rain),
                snowfall = values.Select(value => value.Snow),
                weather_code = values.Select(value => value.Code),
            },
        });
    }

    private static NormalisedPayload Normalise(string at, string payload) => AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(payload), new PayloadContext(Huaxi.At(at), Huaxi.Campaign.Zone(), ["520111"]));

    private static ColdForecast Read(string at, string payload) => Assert.Single(Normalise(at, payload).Forecasts);

    private static PatrolIntensity Ordered(string at, string payload) => Ordered(at, payload, out _);

    private static PatrolIntensity Ordered(string at, string payload, out string why)
    {
        var season = new Season();
        season.Tick("12-01 08:30");
        season.Do(at, new PatrolCommand.ApplyForecast(Read(at, payload)));
        why = season.Orders[^1].Reason;
        return season.Highest;
    }
}
