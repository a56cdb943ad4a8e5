using System.Globalization;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// A whole winter, December 1 to April 30: the forecast of 7:30 and 16:30 on each of its 151 days, and signals in the wording of real ones. Weather and signals are
/// invented; the orders were worked out by hand from the policy.
/// </summary>
public class ReplayedSeasonTests
{
    /// <summary>Days that are not the usual one: minimum 4 °C, hardly any wind, no snow.</summary>
    private static readonly Dictionary<string, Day> Days = new()
    {
        ["12-05"] = new(-1, 3, 0),
        ["12-20"] = new(-1, 3, 0),
        ["12-21"] = new(2, 3, 0),
        ["12-22"] = new(-2, 3, 0),
        ["12-23"] = new(-1, 3, 0),
        ["01-04"] = new(1, 3, 1.4),
        ["01-16"] = new(-8, 30, 0),
        ["01-27"] = new(12, 3, 0),
        ["02-05"] = new(8, 3, 0),
        ["02-06"] = new(8, 3, 0),
        ["02-07"] = new(8, 3, 0),
        ["02-08"] = new(8, 3, 0),
        ["02-09"] = new(8, 3, 0),
        ["04-10"] = new(0, 3, 0),
    };

    private static readonly (string At, string Text)[] Signals =
    [
        ("12-05 08:10", "花溪区气象台12月5日8时发布大雾黄色预警信号：预计未来6小时能见度小于500米。"),
        ("12-12 16:00", "花溪区气象台12月12日16时发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。"),
        ("12-13 09:00", "花溪区气象台12月13日9时将寒潮蓝色预警信号升级为寒潮橙色预警信号[Ⅱ级/严重]：预计未来24小时最低气温下降12℃以上。"),
        ("12-14 17:00", "花溪区气象台12月14日17时将寒潮橙色预警信号降级为寒潮黄色预警信号。"),
        ("12-15 15:00", FeedTests.Sample("03-exercise-red.cap.xml")),
        ("12-15 16:00", "花溪区气象台12月15日16时解除寒潮黄色预警信号。"),
        ("12-28 20:30", "花溪区气象台12月28日20时30分发布道路结冰黄色预警信号：预计未来12小时高坡乡、青岩镇将出现道路结冰。"),
        ("12-29 08:00", "花溪区气象台12月29日8时继续发布道路结冰黄色预警信号：预计高坡乡、青岩镇等地道路结冰持续。"),
        ("12-29 20:00", "花溪区气象台12月29日20时解除道路结冰黄色预警信号。"),
        ("01-10 07:00", "花溪区气象台1月10日7时发布低温凝冻橙色预警信号：我区已出现凝冻并将持续。"),
        ("01-20 10:00", "花溪区气象台1月20日10时发布霜冻橙色预警信号。"),
        ("01-20 18:00", "花溪区气象台1月20日18时发布寒潮蓝色预警信号。"),
        ("01-21 09:00", "花溪区气象台1月21日9时解除霜冻橙色预警信号。"),
        ("02-01 10:00", "花溪区气象台2月1日10时发布大风蓝色预警信号：预计阵风7级，最低气温3℃。"),
        ("02-06 10:00", "花溪区气象台2月6日10时发布大风黄色预警信号：预计阵风9级。"),
        ("02-10 10:00", "花溪区气象台2月10日10时发布暴雨红色预警信号。"),
        ("02-15 09:00", "贵阳市气象台2月15日9时发布持续低温黄色预警信号：我市大部将持续低温。"),
        ("02-16 09:00", "贵阳市气象台2月16日9时将持续低温黄色预警信号升级为橙色预警信号。"),
        ("02-17 21:00", "贵阳市气象局2月17日21时解除2月16日9时发布的持续低温橙色预警信号。"),
        ("03-05 22:00", "花溪区气象台3月5日22时发布暴雪蓝色预警信号。"),
        ("03-06 06:00", "花溪区气象台3月6日6时解除暴雪蓝色预警信号。"),
        ("03-20 16:00", "花溪区气象台3月20日16时发布霜冻蓝色预警信号。"),
        ("04-29 18:00", "花溪区气象台4月29日18时发布寒潮蓝色预警信号。"),
    ];

    private static readonly string[] Expected =
    [
        "12-01 07:30 Routine routine", // nothing is active; fog on 12-05 raises nothing either
        "12-04 07:30 Heightened forecast F1", // the coming night is -1 °C
        "12-05 12:00 Routine ended F1", // the next is judged warm at 7:30, held through noon
        "12-12 16:00 Heightened signal S1",
        "12-13 09:00 RoundTheClock signal S1",
        "12-15 12:00 Intensive signal S1", // orange ended 12-14 17:00: held through noon, then yellow's, which is no less than the day of 强化 after 全天候; the exercise at 15:00 pages nobody
        "12-16 12:00 Routine ended S1", // yellow cancelled 12-15 16:00
        "12-19 07:30 Intensive forecast F2", // three cold nights; the warm one among them is ignored
        "12-23 12:00 Routine ended F2",
        "12-28 20:30 Intensive signal S2", // two townships and the departments, at night at once
        "12-29 08:00 Intensive signal S2", // 等地: now the whole district
        "12-30 12:00 Routine ended S2",
        "01-03 07:30 Intensive forecast F3", // snow before tomorrow evening
        "01-05 12:00 Routine ended F3",
        "01-10 07:00 RoundTheClock signal S3",
        "01-12 12:00 Intensive silent S3", // names no expiry and nothing followed: after 48 hours one step down at each noon
        "01-13 12:00 Heightened silent S3",
        "01-14 12:00 Routine ended S3",
        "01-15 07:30 RoundTheClock forecast F4", // -8 °C in 30 km/h feels like -16.9 °C
        "01-16 12:00 Intensive step-down F4", // better by the next morning: 强化 for a day after 全天候
        "01-17 12:00 Routine ended F4",
        "01-20 10:00 Heightened signal S4", // frost is never more, whatever its colour
        "01-23 12:00 Routine ended S1", // the frost was cancelled, the cold wave stood until 01-22 18:00
        "01-27 07:30 Heightened forecast F5", // from 12 to 4 °C overnight is a cold wave by GB/T 21987, without any signal
        "01-28 12:00 Routine ended F5",
        "02-01 10:00 Heightened signal S5", // wind counts at 3 °C, and not on 02-06 at 8 °C; rain never
        "02-03 12:00 Routine ended S5",
        "02-15 09:00 Intensive signal S1", // the city's signal
        "02-16 09:00 RoundTheClock signal S1", // raised without naming the type again
        "02-18 12:00 Intensive step-down S1", // lifted at night by the bureau of the same place: nobody is woken for that, and 强化 for a day
        "02-19 12:00 Routine ended S1",
        "03-05 22:00 Intensive signal S2", // snow and ice are at least intensive
        "03-06 12:00 Routine ended S2",
        "03-20 16:00 Heightened signal S4",
        "03-23 12:00 Routine ended S4",
        "04-09 07:30 Heightened forecast F1", // 0 °C counts
        "04-10 12:00 Routine ended F1",
        "04-29 18:00 Heightened signal S1", // the campaign ends before it does
        "05-02 12:00 Routine ended S1", // and is lifted all the same: 48 hours, then the next noon
    ];

    [Fact]
    public void A_winters_signals_and_forecasts_give_the_orders_worked_out_by_hand()
    {
        List<SimulationEvent> events = [.. Signals.Select(signal => new SimulationEvent(Huaxi.At(signal.At), signal.Text))];
        for (var day = Huaxi.Campaign.Start; day <= Huaxi.Campaign.End; day = day.AddDays(1))
        {
            foreach (var time in new[] { "07:30", "16:30" }) events.Add(new SimulationEvent(Huaxi.At($"{day:MM-dd} {time}"), Forecast(day)));
        }

        Assert.Equal((2 * 151) + Signals.Length, events.Count);
        var answer = PatrolSimulation.Run(events, Huaxi.At("05-05 00:00"), Huaxi.Campaign, Huaxi.Units, Huaxi.Policy);
        Assert.Equal(Expected, answer.Orders.Select(order => $"{order.IssuedAt.ToOffset(TimeSpan.FromHours(8)).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture)} {order.Highest} {order.Basis[0].Kind} {order.Basis[0].Rule}".TrimEnd()));
        Assert.Equal(["520111101", "520111201", "police", "urban", "station"], answer.Orders[9].Changed);
        Assert.Equal(["520111102"], answer.Orders[10].Changed);
        Assert.Equal(events.Count, answer.Notes.Count);

        // Every rule of the policy has had its turn, but those that days alone cannot tell.
        var rules = answer.Orders.SelectMany(order => order.Basis).Select(basis => basis.Rule).OfType<string>().ToHashSet();
        Assert.Equal(Huaxi.Policy.Signals.Select(rule => rule.Id).Concat(Huaxi.Policy.Forecasts.Where(rule => rule.Measure != ForecastMeasure.FreezingRain).Select(rule => rule.Id)).Order(), rules.Order());
    }

    /// <summary>What goes wrong in a winter: what cannot be decided on, a mistake, silence, a person at night, weather announced for later, and a feed that stops.</summary>
    [Fact]
    public void A_winter_of_mistakes_and_silence_gives_the_orders_worked_out_by_hand()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        Play(season, "12-03 21:00", Huaxi.Alert("12-03 21:00", AlertLevel.Blue));
        Play(season, "12-04 09:00", Huaxi.Alert("12-04 09:00", AlertLevel.Red) with { Sent = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        Play(season, "12-08 22:00", Huaxi.Alert("12-08 22:00", AlertLevel.Red, expires: "12-10 10:00"));
        Until(season, "12-08 22:30", new PatrolCommand.WithdrawAlert(season.State.Alerts[^1].Alert.Hash, "系统误发", "王主任"));
        Play(season, "12-09 01:00", Huaxi.Alert("12-09 01:00", AlertLevel.Red, name: "道路结冰", expires: "12-09 20:00"));
        Until(season, "12-12 21:30", new PatrolCommand.SetOverride(new PatrolOverride(PatrolIntensity.Heightened, [], "夜间有集会", "王主任", Huaxi.At("12-12 21:30"), Huaxi.At("12-13 10:00"))));
        Play(season, "12-15 10:00", Huaxi.Alert("12-15 10:00", AlertLevel.Yellow, expires: "12-17 12:30") with { Onset = Huaxi.At("12-16 20:00") });
        Play(season, "12-20 15:00", Huaxi.Alert("12-20 15:00", AlertLevel.Orange, expires: "12-23 15:00"));
        Play(season, "12-20 23:00", Huaxi.Alert("12-20 23:00", AlertLevel.Orange, AlertMessageType.Cancel));
        Until(season, "12-25 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-25 07:30", 3, -0.5, -0.5, 5, 5)));
        Until(season, "12-30 00:00", new PatrolCommand.Tick());
        Assert.Equal(
            [
                "12-01 00:00 Routine routine",
                "12-03 21:00 Heightened signal", // at night, at once
                "12-06 12:00 Routine ended", // nobody said that it is over: asked on the evening of 12-05, a step down at noon; the red one of 2099 is in quarantine
                "12-08 22:00 RoundTheClock signal",
                "12-08 22:30 Routine correction", // withdrawn: at once, at night too
                "12-09 01:00 RoundTheClock signal", // the next real one
                "12-10 12:00 Intensive step-down",
                "12-11 12:00 Routine ended",
                "12-12 21:30 Heightened override",
                "12-13 10:00 Routine routine", // decided until then
                "12-15 10:00 Routine coming", // from the evening of the next day on
                "12-16 19:00 Intensive signal",
                "12-18 12:00 Routine ended",
                "12-20 15:00 RoundTheClock signal",
                "12-21 12:00 Intensive step-down", // cancelled at night
                "12-22 12:00 Routine ended",
                "12-25 07:30 Heightened forecast",
                "12-27 12:00 Routine ended", // the forecast stopped coming; its last word on tonight was mild
            ],
            season.Orders.Select(order => $"{order.IssuedAt.ToOffset(TimeSpan.FromHours(8)).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture)} {order.Highest} {order.Basis[0].Kind}"));
        Assert.Equal("花溪区气象台发布寒潮红色预警", Assert.Single(season.Quarantined).Title);
        Assert.Equal([PatrolEvent.Question, PatrolEvent.Question], season.Told.Select(each => each.Kind));
        Assert.All(season.Orders, order => Assert.DoesNotContain("条件已消失", order.Reason, StringComparison.Ordinal));
        Assert.Contains("预报中断", season.Orders[^1].Reason, StringComparison.Ordinal);

        static void Play(Season season, string at, WeatherAlert alert) => Until(season, at, new PatrolCommand.ApplyAlert(alert));
        static void Until(Season season, string at, PatrolCommand command)
        {
            for (var time = season.Now.AddMinutes(30); time < Huaxi.At(at); time = time.AddMinutes(30)) season.Tick(time.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
            season.Do(at, command);
        }
    }

    /// <summary>What Open-Meteo answers with <c>past_days=3</c>, when it is never wrong.</summary>
    private static string Forecast(DateOnly day)
    {
        var days = Enumerable.Range(-3, 10).Select(day.AddDays).ToList();
        var values = days.Select(each => Days.GetValueOrDefault(each.ToString("MM-dd", CultureInfo.InvariantCulture), new Day(4, 3, 0))).ToList();
        return StoredJson.Write(new
        {
            daily_units = new { temperature_2m_min = "°C", wind_speed_10m_max = "km/h" },
            daily = new { time = days.Select(each => each.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), temperature_2m_min = values.Select(each => each.Minimum), wind_speed_10m_max = values.Select(each => each.Wind), snowfall_sum = values.Select(each => each.Snow) },
        });
    }

    /// <summary>Minimum in °C, wind in km/h, snow in cm.</summary>
    private sealed record Day(double Minimum, double Wind, double Snow);
}
