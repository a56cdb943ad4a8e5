using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Weather;

public class WeatherBoundsTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset Ten = new(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData("9999-12-31T23:59:59+08:00", "2027-01-14T10:00:00+08:00")]
    [InlineData("2027-01-14T10:00:01+08:00", "2027-01-14T10:00:00+08:00")]
    [InlineData("2027-01-14T10:00:00+08:00", "2027-01-14T10:00:00+08:00")]
    [InlineData("2026-12-15T10:00:00+08:00", null)]
    [InlineData("0001-01-02T00:00:00+00:00", null)]
    public void An_alert_lasts_at_most_thirty_days_and_an_end_before_its_issue_is_none(string given, string? kept)
    {
        foreach (var alert in new[] { Sample with { Expires = DateTimeOffset.Parse(given, null) }, Sample with { Ends = DateTimeOffset.Parse(given, null) } })
        {
            var bounded = WeatherBounds.Apply(alert, Zone);
            Assert.Equal(kept is null ? null : DateTimeOffset.Parse(kept, null), bounded.StatedEnd);
            Assert.Equal(bounded.StatedEnd == alert.StatedEnd && kept == given ? 0 : 1, bounded.Cut.Count);
        }
    }

    [Fact]
    public void An_end_that_was_stored_without_bounds_is_bounded_when_it_is_read()
    {
        var stored = Sample with { Expires = DateTimeOffset.MaxValue };
        Assert.Equal(Ten.AddDays(30), AlertEpisodes.Resolve([stored], TimeSpan.FromDays(2)).Single().Ends);
        var worse = Sample with { Sent = DateTimeOffset.MaxValue, Expires = null };
        Assert.Equal(DateTimeOffset.MaxValue, AlertEpisodes.Resolve([worse], TimeSpan.FromDays(2)).Single().Ends);
    }

    [Theory]
    [InlineData("1999-12-31T10:00:00+00:00")]
    [InlineData("2101-01-01T10:00:00+00:00")]
    [InlineData("0001-01-01T00:00:00+00:00")]
    [InlineData("9999-12-31T23:00:00+00:00")]
    public void A_time_of_issue_beyond_the_years_is_refused(string sent) =>
        Assert.Equal("incomplete", Assert.Throws<AlertPayloadException>(() => WeatherBounds.Apply(Sample with { Sent = DateTimeOffset.Parse(sent, null) }, Zone)).Code);

    [Fact]
    public void An_onset_far_away_or_after_the_end_is_not_taken()
    {
        Assert.Null(WeatherBounds.Apply(Sample with { Onset = Ten.AddDays(40) }, Zone).Onset);
        Assert.Null(WeatherBounds.Apply(Sample with { Onset = Ten.AddDays(3), Expires = Ten.AddDays(2) }, Zone).Onset);
        Assert.Equal(Ten.AddDays(1), WeatherBounds.Apply(Sample with { Onset = Ten.AddDays(1), Expires = Ten.AddDays(2) }, Zone).Begins);
    }

    [Fact]
    public void Texts_are_cut_between_characters_and_said_to_be()
    {
        var emoji = string.Concat(Enumerable.Repeat("🥶", 2000));
        var bounded = WeatherBounds.Apply(
            Sample with { Description = emoji, Headline = emoji, Issuer = emoji, Identifier = new string('9', 5000), Areas = [.. Enumerable.Range(0, 900).Select(n => $"{520000 + n}")] }, Zone);
        Assert.Equal([2000, 300, 60, 128, 500], new[] { bounded.Description!.Length, bounded.Headline!.Length, bounded.Issuer.Length, bounded.Identifier.Length, bounded.Areas.Count });
        Assert.False(char.IsHighSurrogate(bounded.Description[^1]));
        Assert.Equal(5, bounded.Cut.Count);
    }

    [Fact]
    public void What_is_no_text_goes()
    {
        (string Given, string Clean)[] texts =
            [("寒潮\ud800预警", "寒潮\ufffd预警"), ("\udc00", "\ufffd"), ("a\0b\u0001c", "abc"), ("一行\n二行", "一行\n二行"), ("🥶", "🥶")];
        foreach (var (given, clean) in texts) Assert.Equal(clean, WeatherBounds.Clean(given));
    }

    [Fact]
    public void Nights_with_impossible_figures_are_left_out_and_named()
    {
        List<SkippedEntry> skipped = [];
        var day = new DateOnly(2026, 12, 15);
        ForecastNight Night(int days, double minimum, double? snow = 0, double? wind = 5) => new(day.AddDays(days), minimum, minimum, snow, wind, ColdWaveGrade.None);
        var forecast = new ColdForecast
        {
            Source = "open-meteo",
            Issued = Ten,
            Areas = ["520111"],
            Index = ColdStress.JagTi,
            Nights = [Night(0, -3), Night(1, -300), Night(2, double.NaN), Night(3, 1, snow: 501), Night(4, 1, wind: 361), Night(5, 60), Night(6, -1, snow: -1)],
        };
        Assert.Equal([-3.0, 60], WeatherBounds.Apply(forecast, skipped).Nights.Select(night => night.Minimum));
        Assert.Equal(5, skipped.Count);
    }

    private static WeatherAlert Sample => AlertEpisodeTests.Alert("a");
}
