using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

public class PatrolDecisionTests
{
    [Fact]
    public void A_campaign_begins_with_a_routine_order_for_every_unit()
    {
        var season = new Season();
        Assert.Null(season.Tick("11-30 23:30"));
        var order = season.Tick("12-01 00:00")!;
        Assert.Equal((1, PatrolIntensity.Routine, 6), (order.Revision, order.Highest, order.Changed.Count));
        Assert.Null(season.Tick("12-01 00:01"));
    }

    [Fact]
    public void The_sample_episode_gives_the_orders_of_the_plan()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        season.Alert("12-15 10:00", AlertLevel.Blue, expires: "12-17 10:00");
        season.Alert("12-16 09:00", AlertLevel.Yellow, AlertMessageType.Update, expires: "12-17 09:00");
        season.Alert("12-16 20:30", AlertLevel.Orange, AlertMessageType.Update, expires: "12-18 20:30");
        Assert.Null(season.Alert("12-18 08:30", AlertLevel.Orange, AlertMessageType.Cancel));
        Assert.Equal(["12-18 12:00 Intensive", "12-19 12:00 Routine"], season.TickThrough("12-18 09:00", "12-20 00:00"));
        Assert.Equal([PatrolIntensity.Routine, PatrolIntensity.Heightened, PatrolIntensity.Intensive, PatrolIntensity.RoundTheClock, PatrolIntensity.Intensive, PatrolIntensity.Routine], season.Orders.Select(order => order.Highest));
        Assert.Equal([1, 2, 3, 4, 5, 6], season.Orders.Select(order => order.Revision));
        Assert.Equal("寒潮橙色预警12月18日8时30分解除，先强化1天，再按预报", season.Orders[4].Reason);
        Assert.Equal("低温雨雪冰冻天气过程结束，寒潮橙色预警12月18日8时30分解除", season.Orders[5].Reason);
        Assert.All(season.Orders, order => Assert.Equal(1, order.PolicyVersion));
    }

    [Fact]
    public void An_exercise_raises_nothing_whatever_its_colour()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        var red = Huaxi.Alert("12-15 15:00", AlertLevel.Red) with { Status = AlertStatus.Exercise };
        Assert.Null(season.Do("12-15 15:00", new PatrolCommand.ApplyAlert(red)));
        Assert.Empty(season.State.Alerts);
    }

    [Theory]
    [InlineData("雷电", AlertLevel.Red, PatrolIntensity.Routine)]
    [InlineData("暴雨", AlertLevel.Red, PatrolIntensity.Routine)]
    [InlineData("霜冻", AlertLevel.Orange, PatrolIntensity.Heightened)]
    [InlineData("低温凝冻", AlertLevel.Yellow, PatrolIntensity.Intensive)]
    [InlineData("低温凝冻", AlertLevel.Orange, PatrolIntensity.RoundTheClock)]
    [InlineData("道路结冰", AlertLevel.Yellow, PatrolIntensity.Intensive)]
    [InlineData("寒潮", AlertLevel.Unknown, PatrolIntensity.Heightened)]
    [InlineData("太空天气", AlertLevel.Red, PatrolIntensity.Routine)]
    public void Types_and_colours_raise_by_the_policy(string type, AlertLevel level, PatrolIntensity intensity)
    {
        var season = new Season();
        season.Alert("12-15 10:00", level, name: type);
        Assert.Equal(intensity, season.Highest);
        Assert.Single(season.State.Alerts);
    }

    [Theory]
    [InlineData("最低气温4℃", PatrolIntensity.Heightened)]
    [InlineData("最低气温12℃", PatrolIntensity.Routine)]
    [InlineData("阵风8级", PatrolIntensity.Routine)]
    public void Wind_counts_only_when_it_is_cold(string text, PatrolIntensity intensity)
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue, name: "大风", text: text);
        Assert.Equal(intensity, season.Highest);
    }

    [Fact]
    public void The_message_ends_and_the_patrols_stay_until_the_next_noon()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue, expires: "12-16 13:00");
        Assert.Equal(["12-17 12:00 Routine"], season.TickThrough("12-15 10:30", "12-18 00:00"));
    }

    [Fact]
    public void A_message_that_ends_at_noon_is_watched_through_the_next()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue, expires: "12-16 12:00");
        Assert.Equal(["12-17 12:00 Routine"], season.TickThrough("12-15 10:30", "12-18 00:00"));
    }

    [Fact]
    public void A_new_signal_before_noon_keeps_the_patrols_without_a_new_order()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Yellow, expires: "12-16 10:00");
        Assert.Null(season.Alert("12-16 11:00", AlertLevel.Yellow, expires: "12-17 09:00"));
        Assert.Equal(["12-17 12:00 Routine"], season.TickThrough("12-16 11:30", "12-18 00:00"));
    }

    [Fact]
    public void A_lower_colour_lowers_at_noon_and_not_at_once()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-17 10:00");
        Assert.Null(season.Alert("12-16 09:00", AlertLevel.Blue, AlertMessageType.Update, expires: "12-18 09:00"));
        Assert.Equal(["12-16 12:00 Intensive", "12-17 12:00 Heightened", "12-18 12:00 Routine"], season.TickThrough("12-16 09:30", "12-19 00:00"));
    }

    [Fact]
    public void A_cancelled_signal_that_comes_after_its_cancellation_pages_nobody()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        Assert.Null(season.Do("12-15 13:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 12:30", AlertLevel.Red, AlertMessageType.Cancel))));
        Assert.Null(season.Do("12-15 13:01", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 12:10", AlertLevel.Red))));
        Assert.Equal(PatrolIntensity.Routine, season.Highest);
    }

    [Fact]
    public void An_update_of_something_unknown_acts_and_says_so()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        var update = Huaxi.Alert("12-15 10:00", AlertLevel.Yellow, AlertMessageType.Update) with { References = [new AlertReference("never-seen")] };
        Assert.NotNull(season.Do("12-15 10:00", new PatrolCommand.ApplyAlert(update)));
        Assert.Contains(season.Notes, note => note.Contains("never-seen", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cancellation_of_something_unknown_with_no_match_changes_nothing()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue);
        var cancel = Huaxi.Alert("12-15 11:00", AlertLevel.Blue, AlertMessageType.Cancel, "道路结冰") with { References = [new AlertReference("never-seen")] };
        Assert.Null(season.Do("12-15 11:00", new PatrolCommand.ApplyAlert(cancel)));
        Assert.Contains(season.Notes, note => note.Contains("没有可解除的预警", StringComparison.Ordinal));
        Assert.Empty(season.TickThrough("12-15 11:30", "12-16 20:00"));
    }

    [Fact]
    public void One_warm_night_inside_a_cold_run_is_ignored_and_two_are_not()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 3, -1, 3, -2)));
        Assert.Equal(PatrolIntensity.Heightened, season.Highest);
        season.Do("12-11 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-11 07:30", -1, 3, -2)));
        season.Do("12-12 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-12 07:30", 3, -2, 4, 4)));
        season.Do("12-13 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-13 07:30", -2, 4, 4, -3)));
        Assert.Single(season.Orders);
        Assert.Equal(["12-13 12:00 Routine"], season.TickThrough("12-13 08:00", "12-13 23:30"));
    }

    [Fact]
    public void Three_cold_nights_make_it_intensive()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", -1, -1.2, -1, 5)));
        Assert.Equal(PatrolIntensity.Intensive, season.Highest);
        Assert.Equal("F2", season.Orders[0].Basis[0].Rule);
    }

    [Fact]
    public void A_forecast_that_is_not_renewed_is_not_believed_for_ever()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 2, -1, -1, 5, 5)));
        Assert.Equal(["12-12 12:00 Routine"], season.TickThrough("12-10 08:00", "12-14 00:00"));
    }

    [Fact]
    public void Wind_that_is_no_longer_cold_is_watched_through_the_next_noon_like_every_condition()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 4, 4, 9)));
        season.Alert("12-10 10:00", AlertLevel.Blue, name: "大风", expires: "12-12 10:00");
        Assert.Null(season.Do("12-10 16:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 16:30", 8, 9, 9))));
        Assert.Equal(["12-11 12:00 Routine"], season.TickThrough("12-10 17:00", "12-12 00:00"));
    }

    [Fact]
    public void A_cold_night_that_moves_into_view_is_judged_in_the_morning_and_wakes_nobody_at_midnight()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        season.Do("12-10 16:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 16:30", 5, 5, -2, 5)));
        Assert.Equal(["12-11 07:30 Heightened"], season.TickThrough("12-10 17:00", "12-11 08:00"));
    }

    [Theory]
    [InlineData("青岩镇、高坡、石板将出现道路结冰。", 3)]
    [InlineData("青岩、石板镇和高坡将出现道路结冰。", 3)]
    [InlineData("青岩镇、孟关将出现道路结冰。", 3)]
    [InlineData("青岩镇和部分乡村将出现道路结冰。", 3)]
    [InlineData("青岩镇有冻雨、道路结冰。", 1)]
    [InlineData("青岩镇、石板将出现道路结冰。", 2)]
    public void A_place_in_a_row_counts_without_its_ending_and_an_unknown_one_widens_to_the_district(string text, int townships)
    {
        IReadOnlyList<Unit> units = [.. Huaxi.Units.Select(unit => unit.Name == "高坡苗族乡" ? unit with { Aliases = ["高坡乡", "高坡"] } : unit)];
        var season = new Season();
        var order = season.Do("12-15 10:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 10:00", AlertLevel.Yellow, name: "道路结冰", text: text)), units)!;
        Assert.Equal(townships, order.Units.Count(pair => pair.Key.StartsWith("520111", StringComparison.Ordinal) && pair.Value == PatrolIntensity.Intensive));
    }

    [Fact]
    public void A_signal_that_a_second_feed_repeats_does_not_undo_a_persons_decision_and_a_colder_forecast_goes_above_it()
    {
        var season = new Season();
        season.Do("12-15 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-15 07:30", 2, -1, 5)));
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-16 20:00");
        season.Do("12-15 11:00", Decide(PatrolIntensity.Routine, "12-15 11:00", "12-16 18:00"));
        var copy = Huaxi.Alert("12-15 10:04", AlertLevel.Orange, expires: "12-16 20:00") with { Source = "weathercn", Issuer = "贵阳市花溪区气象局" };
        Assert.Null(season.Do("12-15 11:20", new PatrolCommand.ApplyAlert(copy)));
        Assert.Null(season.Do("12-15 16:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-15 16:30", 2, -1, 5))));
        Assert.Equal(PatrolIntensity.Routine, season.Highest);
        var order = season.Do("12-16 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-16 07:30", -1, -2, -2, 5)))!;
        Assert.Equal((PatrolIntensity.Intensive, "F2"), (order.Highest, order.Basis[0].Rule));
        Assert.Contains("连续3夜以上", order.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_rain_and_thunder_drives_no_cold_wave_out()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-18 10:00");
        for (var i = 0; i < 100; i++) season.Alert($"12-15 {11 + (i / 50)}:{i % 50:00}", AlertLevel.Red, name: "雷电");
        Assert.Equal((80, PatrolIntensity.RoundTheClock), (season.State.Alerts.Count, season.Highest));
    }

    [Fact]
    public void Townships_named_in_the_text_narrow_it_and_departments_stay()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        var order = season.Alert("12-15 10:00", AlertLevel.Yellow, name: "道路结冰", text: "预计未来12小时青岩镇、高坡乡将出现道路结冰。")!;
        Assert.Equal(["520111101", "520111201", "police", "urban", "station"], order.Changed);
        Assert.Equal(PatrolIntensity.Routine, season.Of("520111102"));
    }

    [Theory]
    [InlineData("青岩镇、高坡乡等地将出现道路结冰。")]
    [InlineData("青岩镇、马铃乡将出现道路结冰。")]
    [InlineData("青岩镇及高海拔地区将出现道路结冰。")]
    [InlineData("我区将出现道路结冰。")]
    [InlineData(null)]
    public void A_text_that_may_mean_more_places_reaches_the_whole_district(string? text)
    {
        var season = new Season();
        Assert.Equal(6, season.Alert("12-15 10:00", AlertLevel.Yellow, name: "道路结冰", text: text)!.Units.Values.Count(intensity => intensity == PatrolIntensity.Intensive));
    }

    [Fact]
    public void A_city_or_province_signal_reaches_the_district_and_a_neighbours_does_not()
    {
        foreach (var (area, intensity) in new[] { ("520000", PatrolIntensity.Intensive), ("520100", PatrolIntensity.Intensive), ("520112", PatrolIntensity.Routine), ("530000", PatrolIntensity.Routine) })
        {
            var season = new Season();
            season.Do("12-15 10:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 10:00", AlertLevel.Yellow) with { Areas = [area] }));
            season.Tick("12-15 10:01");
            Assert.Equal(intensity, season.Highest);
        }
    }

    [Fact]
    public void A_person_decides_above_the_ladder_until_it_expires()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-16 20:00");
        season.Do("12-15 11:00", Decide(PatrolIntensity.Heightened, "12-15 11:00", "12-15 18:00"));
        Assert.Equal(PatrolIntensity.Heightened, season.Highest);
        Assert.Equal("王主任决定：现场无降雪（至12月15日18时）", season.Orders[^1].Reason);
        Assert.Equal(["12-15 18:00 RoundTheClock"], season.TickThrough("12-15 11:30", "12-15 23:30"));
    }

    [Fact]
    public void New_weather_that_asks_for_more_goes_above_a_persons_decision()
    {
        var season = new Season();
        season.Do("12-15 09:00", Decide(PatrolIntensity.Routine, "12-15 09:00", "12-20 18:00"));
        season.Alert("12-15 10:00", AlertLevel.Yellow);
        Assert.Equal(PatrolIntensity.Intensive, season.Highest);
    }

    [Fact]
    public void A_decision_lifted_at_night_lowers_in_the_morning()
    {
        var season = new Season();
        season.Do("12-15 09:00", Decide(PatrolIntensity.RoundTheClock, "12-15 09:00", "12-20 18:00"));
        Assert.Null(season.Do("12-15 21:00", new PatrolCommand.LiftOverride("天气好转", "王主任")));
        Assert.Contains(season.Notes, note => note.Contains("08:30", StringComparison.Ordinal));
        Assert.Equal(["12-16 08:30 Routine"], season.TickThrough("12-15 21:30", "12-16 12:00"));
    }

    [Fact]
    public void A_unit_that_opens_gets_the_current_order_and_nobody_else_a_new_one()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Yellow, expires: "12-17 10:00");
        IReadOnlyList<Unit> more = [.. Huaxi.Units, new Unit { Code = "520111009", Name = "清溪街道", Kind = UnitKind.Township, Opens = new DateOnly(2026, 12, 16) }];
        Assert.Null(season.Do("12-15 23:00", new PatrolCommand.Tick(), more));
        var order = season.Do("12-16 00:00", new PatrolCommand.Tick(), more)!;
        Assert.Equal(["520111009"], order.Changed);
        Assert.Equal((PatrolIntensity.Intensive, 7), (order.Units["520111009"], order.Units.Count));
        Assert.Equal(1, season.State.NoticeOf["police"]);
    }

    [Fact]
    public void What_stands_when_the_campaign_ends_is_lifted_when_the_weather_passes_and_nothing_is_raised_any_more()
    {
        var season = new Season();
        season.Alert("04-30 20:00", AlertLevel.Yellow, expires: "05-01 09:00");
        Assert.Null(season.Alert("05-01 07:00", AlertLevel.Red, name: "低温", expires: "05-01 10:00"));
        Assert.Contains(season.Notes, note => note.Contains("顺延", StringComparison.Ordinal));
        Assert.Equal(["05-01 12:00 Routine"], season.TickThrough("05-01 07:30", "05-02 09:00"));
        Assert.Equal(Huaxi.Units.Count, season.Orders[^1].Lifted.Count);
        Assert.Null(season.Alert("05-02 10:00", AlertLevel.Red));
        Assert.Equal(PatrolIntensity.Routine, season.Highest);
    }

    [Fact]
    public void Nothing_is_ordered_after_the_campaign_but_messages_are_kept()
    {
        var season = new Season();
        Assert.Null(season.Alert("05-01 10:00", AlertLevel.Red));
        Assert.Single(season.State.Alerts);
    }

    [Fact]
    public void A_season_of_repeated_messages_does_not_make_the_state_grow()
    {
        var season = new Season();
        for (var day = 1; day <= 31; day++)
        {
            for (var hour = 0; hour < 24; hour += 2) season.Alert($"12-{day:00} {hour:00}:00", AlertLevel.Blue, AlertMessageType.Update);
        }

        Assert.InRange(season.State.Alerts.Count, 1, 80);
        Assert.Single(season.Orders);
    }

    private static PatrolCommand.SetOverride Decide(PatrolIntensity intensity, string at, string until) =>
        new(new PatrolOverride(intensity, [], "现场无降雪", "王主任", Huaxi.At(at), Huaxi.At(until)));
}
