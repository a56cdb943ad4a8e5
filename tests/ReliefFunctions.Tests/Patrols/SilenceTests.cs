using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>What is only not heard of again is not over: it holds, the office is asked, and unanswered it goes down one step a day.</summary>
public class SilenceTests
{
    [Fact]
    public void A_signal_that_names_no_end_is_asked_about_once_and_goes_down_one_step_at_each_noon()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        season.Alert("12-15 10:00", AlertLevel.Orange);
        Assert.Equal(["12-17 12:00 Intensive", "12-18 12:00 Heightened", "12-19 12:00 Routine"], season.TickThrough("12-15 10:30", "12-21 00:00"));
        var asked = Assert.Single(season.Told);
        Assert.Equal((PatrolEvent.Question, false), (asked.Kind, asked.Urgent));
        Assert.Contains("已过默认时效（48小时），未收到解除", asked.Text, StringComparison.Ordinal);
        Assert.All(season.Orders[2..], order => Assert.Contains("寒潮橙色预警已过默认时效，未收到解除", order.Reason, StringComparison.Ordinal));
        Assert.Empty(season.State.Questions);
    }

    [Fact]
    public void It_never_goes_below_what_tonights_forecast_asks()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange);
        season.TickThrough("12-15 10:30", "12-18 07:00");
        season.Do("12-18 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-18 07:30", 3, -0.5, 3, 4, 5)));
        Assert.Equal(["12-18 12:00 Heightened"], season.TickThrough("12-18 08:00", "12-19 07:00"));
        season.Do("12-19 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-19 07:30", -0.5, -0.5, 3, 4, 5)));
        Assert.Empty(season.TickThrough("12-19 08:00", "12-20 07:00"));
        season.Do("12-20 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-20 07:30", -0.5, 3, 4, 5)));
        Assert.Equal(["12-20 12:00 Routine"], season.TickThrough("12-20 08:00", "12-21 00:00"));
    }

    [Fact]
    public void The_office_says_that_it_is_over_and_patrols_step_down_as_after_a_cancellation()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange);
        season.TickThrough("12-15 10:30", "12-17 10:30");
        var question = Assert.Single(season.State.Questions);
        Assert.Null(season.Do("12-17 11:00", new PatrolCommand.AnswerQuestion(question.Id, null, "已与气象台核实", "王主任")));
        Assert.Equal(["12-17 12:00 Intensive", "12-18 12:00 Routine"], season.TickThrough("12-17 11:30", "12-20 00:00"));
        Assert.Contains("经办公室确认解除", season.Orders[^1].Reason, StringComparison.Ordinal);
        Assert.Single(season.Told);
    }

    [Fact]
    public void The_office_says_that_it_goes_on_and_it_holds_until_then()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Yellow);
        season.TickThrough("12-15 10:30", "12-17 10:30");
        season.Do("12-17 11:00", new PatrolCommand.AnswerQuestion(season.State.Questions[0].Id, Huaxi.At("12-19 18:00"), "凝冻持续", "王主任"));
        Assert.Equal(["12-20 12:00 Routine"], season.TickThrough("12-17 11:30", "12-21 00:00"));
        Assert.Equal("低温雨雪冰冻天气过程结束，寒潮黄色预警12月19日18时到期", season.Orders[^1].Reason);
    }

    [Fact]
    public void A_cancellation_that_comes_after_the_default_has_passed_ends_it_and_the_question()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Yellow);
        season.TickThrough("12-15 10:30", "12-17 12:30");
        Assert.Equal(PatrolIntensity.Heightened, season.Highest);
        season.Alert("12-17 15:00", AlertLevel.Yellow, AlertMessageType.Cancel);
        Assert.Empty(season.State.Questions);
        Assert.Equal(["12-18 12:00 Routine"], season.TickThrough("12-17 15:30", "12-20 00:00"));
        Assert.Equal("低温雨雪冰冻天气过程结束，寒潮黄色预警12月17日15时解除", season.Orders[^1].Reason);
    }

    [Fact]
    public void Copies_of_one_signal_are_asked_about_once_and_a_signal_that_holds_nothing_not_at_all()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Yellow);
        season.Do("12-15 10:04", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 10:04", AlertLevel.Yellow) with { Source = "weathercn", Issuer = "贵阳市花溪区气象局" }));
        season.Alert("12-15 10:10", AlertLevel.Blue, name: "低温");
        season.Alert("12-15 10:20", AlertLevel.Red, name: "雷电");
        season.Alert("12-16 20:00", AlertLevel.Yellow, name: "道路结冰", expires: "12-18 09:00");
        season.TickThrough("12-16 20:30", "12-18 08:00");
        Assert.Empty(season.Told);
        Assert.Equal(PatrolIntensity.Intensive, season.Highest);
    }

    [Fact]
    public void A_forecast_that_stops_coming_holds_is_asked_about_and_goes_down_step_by_step()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 3, -2, -2, -2, 5, 5)));
        Assert.Equal(PatrolIntensity.Intensive, season.Highest);
        season.TickThrough("12-10 08:00", "12-11 19:30");
        var asked = Assert.Single(season.Told);
        Assert.Contains("没有收到新的预报", asked.Text, StringComparison.Ordinal);

        // What it said of tonight keeps its word through the night of the 12th; then a step at each noon.
        Assert.Equal(["12-13 12:00 Heightened", "12-14 12:00 Routine"], season.TickThrough("12-11 20:00", "12-15 00:00"));
        Assert.Contains("预报中断", season.Orders[^1].Reason, StringComparison.Ordinal);
        Assert.Single(season.Told);
    }

    [Fact]
    public void A_forecast_that_stops_coming_and_says_nothing_of_tonight_steps_down_from_the_next_noon()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 3, -2, -2, -2)));
        Assert.Equal(["12-13 12:00 Heightened", "12-14 12:00 Routine"], season.TickThrough("12-10 08:00", "12-15 00:00"));
        season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", -2, -2, -2)));
        Assert.Equal(["12-12 12:00 Heightened", "12-13 12:00 Routine"], season.TickThrough("12-10 08:00", "12-15 00:00"));
    }

    [Fact]
    public void A_forecast_that_comes_again_is_judged_again_and_the_question_is_settled()
    {
        var season = new Season();
        season.Do("12-10 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-10 07:30", 3, -2, -2, -2, 5, 5)));
        season.TickThrough("12-10 08:00", "12-12 06:00");
        Assert.Single(season.State.Questions);
        season.Do("12-12 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-12 07:30", 4, 5, 5, 5)));
        Assert.Empty(season.State.Questions);
        Assert.Equal(["12-12 12:00 Routine"], season.TickThrough("12-12 08:00", "12-13 00:00"));
        Assert.Contains("最新预报已无此条件", season.Orders[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_clock_itself_had_stopped_the_steps_that_fell_due_are_made_up_for()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange);
        Assert.Equal(PatrolIntensity.Heightened, season.Tick("12-18 13:00")!.Highest);
    }

    [Theory]
    [InlineData(0, "12-16 12:00 Routine")]
    [InlineData(1, "12-16 12:00 Intensive, 12-17 12:00 Routine")]
    [InlineData(2, "12-16 12:00 Intensive, 12-18 12:00 Routine")]
    public void After_round_the_clock_the_policy_says_how_many_days_are_intensive(int days, string orders)
    {
        var season = new Season { Policy = Huaxi.Policy with { StepDownDays = days } };
        season.Alert("12-15 10:00", AlertLevel.Red, expires: "12-16 09:00");
        Assert.Equal(orders, string.Join(", ", season.TickThrough("12-15 10:30", "12-20 00:00")));
    }

    [Fact]
    public void Weather_announced_for_later_asks_for_preparation_now_and_for_patrols_when_it_begins()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        var coming = Huaxi.Alert("12-30 10:00", AlertLevel.Yellow, expires: "01-03 10:00") with { Onset = Huaxi.At("01-01 20:00") };
        var order = season.Do("12-30 10:00", new PatrolCommand.ApplyAlert(coming))!;
        Assert.Equal((PatrolIntensity.Routine, 6), (order.Highest, order.Coming.Count));
        Assert.Equal((PatrolIntensity.Intensive, coming.Onset, coming.Expires), (order.Coming["police"].Intensity, (DateTimeOffset?)order.Coming["police"].From, order.Coming["police"].To));
        Assert.Contains("预计1月1日20时起", order.Reason, StringComparison.Ordinal);
        Assert.True(order.PreparesOnly("police"));
        Assert.Equal(["01-01 19:00 Intensive", "01-03 12:00 Routine"], season.TickThrough("12-30 10:30", "01-04 00:00"));
        Assert.Empty(season.State.Coming);
        Assert.Equal("低温雨雪冰冻天气过程结束，寒潮黄色预警1月3日10时到期", season.Orders[^1].Reason);
    }

    [Fact]
    public void A_preparation_is_called_off_when_the_signal_is_cancelled_before_it_begins()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        season.Do("12-30 10:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-30 10:00", AlertLevel.Yellow, expires: "01-03 10:00") with { Onset = Huaxi.At("01-01 20:00") }));
        var order = season.Alert("12-31 09:00", AlertLevel.Yellow, AlertMessageType.Cancel)!;
        Assert.Equal((PatrolIntensity.Routine, 6, 0), (order.Highest, order.CalledOff.Count, order.Coming.Count));
        Assert.Equal("寒潮黄色预警12月31日9时解除", order.Reason);
        Assert.Empty(season.TickThrough("12-31 09:30", "01-04 00:00"));
    }

    [Fact]
    public void Nobody_is_woken_for_a_preparation_and_what_begins_within_the_hour_is_ordered_at_once()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        Assert.Null(season.Do("12-30 23:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-30 23:00", AlertLevel.Yellow, expires: "01-03 10:00") with { Onset = Huaxi.At("01-01 20:00") })));
        Assert.Equal("12-31 08:30 Routine", Assert.Single(season.TickThrough("12-30 23:30", "12-31 12:00")));
        var soon = season.Do("12-31 23:30", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-31 23:30", AlertLevel.Red, name: "道路结冰", expires: "01-01 10:00") with { Onset = Huaxi.At("01-01 00:10") }))!;
        Assert.Equal(PatrolIntensity.RoundTheClock, soon.Highest);
    }

    [Fact]
    public void An_update_whose_weather_is_still_to_come_does_not_end_the_weather_that_is_there()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue, expires: "12-18 10:00");
        season.Do("12-16 09:00", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-16 09:00", AlertLevel.Yellow, AlertMessageType.Update, expires: "12-19 09:00") with { Onset = Huaxi.At("12-17 20:00") }));
        Assert.Equal(["12-17 19:00 Intensive", "12-19 12:00 Routine"], season.TickThrough("12-16 09:30", "12-20 00:00"));
    }

    [Theory]
    [InlineData("暴风雪", AlertLevel.Red, true)]
    [InlineData("冻雨", AlertLevel.Yellow, true)]
    [InlineData("低温冻害", AlertLevel.Blue, true)]
    [InlineData("雪灾", AlertLevel.Orange, true)]
    [InlineData("凝冻", AlertLevel.Unknown, true)]
    [InlineData("冰雹", AlertLevel.Red, false)]
    [InlineData("暴雨", AlertLevel.Red, false)]
    public void A_type_that_is_cold_by_nature_and_stands_in_no_rule_is_told_to_the_office_once(string type, AlertLevel level, bool told)
    {
        var season = new Season();
        season.Alert("12-15 10:00", level, name: type);
        season.Do("12-15 10:04", new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 10:04", level, name: type) with { Source = "weathercn" }));
        Assert.Equal(PatrolIntensity.Routine, season.Highest);
        Assert.Equal(told ? [PatrolEvent.Unlisted] : [], season.Told.Select(each => each.Kind));
    }
}
