using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Overrides, withdrawals and answers: at once, once, and never upon what has changed.</summary>
public class PeopleDecideTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Decided = """{"decidedBy":"王主任","reason":"气象台确认误发"}""";

    [Fact]
    public async Task Of_ten_decisions_upon_one_order_one_wins_whether_it_changes_patrols_or_not()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        foreach (var (intensity, revision) in new[] { ("heightened", 1), ("intensive", 1) })
        {
            // The first ten ask for what stands already and give no order; the next name the decision that won.
            var seen = (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Override?.Number;
            var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(person => world.PostAsync("/patrol-override",
                $$"""{"intensity":"{{intensity}}","reason":"凌晨结冰","decidedBy":"第{{person}}人","until":"2026-12-17T09:00:00+08:00","baseRevision":{{revision}}{{(seen is null ? "" : $",\"baseDecision\":{seen}")}}}""")));
            Assert.Equal([200, .. Enumerable.Repeat(412, 9)], answers.Select(answer => answer.Status).Order());
            Assert.All(answers.Where(answer => answer.Status == 412), answer => Assert.Contains("currentDecision", answer.Text, StringComparison.Ordinal));
        }

        Assert.Equal(2, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Revision);
    }

    [Fact]
    public void A_decision_acts_at_once_at_night_too()
    {
        var season = new Season();
        season.Alert("12-15 20:00", AlertLevel.Orange, expires: "12-16 20:00");
        var lower = season.Do("12-15 23:00", new PatrolCommand.SetOverride(new PatrolOverride(PatrolIntensity.Heightened, ["police"], "已处置", "王主任", Huaxi.At("12-15 23:00"), Huaxi.At("12-16 18:00"))))!;
        Assert.Equal((PatrolIntensity.Heightened, PatrolIntensity.RoundTheClock), (lower.Units["police"], lower.Units["station"]));
        Assert.Equal("王主任决定：已处置（至12月16日18时）", lower.Reason);
    }

    [Fact]
    public async Task A_withdrawn_alert_is_lifted_at_once_at_night_its_escalation_stops_and_units_get_a_correction()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 20:30");
        await world.TickAsync("12-16 20:30");
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        var alert = Assert.Single((await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Alerts);
        Assert.Equal(2, (await world.GetAsync<AppliedAlert>($"/patrol-alerts/{alert.Id}")).Revision);
        Assert.Equal(422, (await world.PostAsync($"/patrol-alerts/{alert.Id}/withdraw", """{"decidedBy":"","reason":""}""")).Status);
        Assert.Equal(404, (await world.PostAsync("/patrol-alerts/0123456789abcdef/withdraw", Decided)).Status);
        world.At("12-16 20:40");
        var order = (await world.PostAsync($"/patrol-alerts/{alert.Id}/withdraw", Decided)).Json<DecisionAnswer>().Order!;
        Assert.Equal((3, PatrolIntensity.Routine, "王主任"), (order.Revision, order.Highest, order.Correction!.By));
        Assert.StartsWith("更正：花溪区气象台12月16日20时", order.Reason, StringComparison.Ordinal);
        Assert.Contains("系误发，王主任决定撤回（气象台确认误发）", order.Reason, StringComparison.Ordinal);
        Assert.Null((await world.PostAsync($"/patrol-alerts/{alert.Id}/withdraw", Decided)).Json<DecisionAnswer>().Order);
        await world.TickAsync("12-16 21:30");
        Assert.DoesNotContain(world.World.Bus.Sent, sent => sent.Message.Schema == PatrolEvent.Schema && sent.Message.Body.Contains(PatrolEvent.Escalation, StringComparison.Ordinal));
        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.Equal("1 Routine, 2 RoundTheClock, 3 Routine", inbox));
        Assert.Contains("更正", (await world.Patrols.NoticeAsync(Huaxi.Campaign, "police", 3, default))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_the_mistake_alone_had_caused_is_lifted_and_its_copies_count_for_nothing()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Blue, name: "低温", expires: "12-18 10:00");
        var mistake = Huaxi.Alert("12-15 22:00", AlertLevel.Red, expires: "12-17 10:00");
        season.Do("12-15 22:00", new PatrolCommand.ApplyAlert(mistake));
        var order = season.Do("12-15 22:10", new PatrolCommand.WithdrawAlert(mistake.Hash, "误发", "王主任"))!;
        Assert.Equal(PatrolIntensity.Heightened, order.Highest);
        Assert.Null(season.Do("12-15 22:20", new PatrolCommand.ApplyAlert(mistake with { Source = "weathercn", Identifier = "other", Sent = mistake.Sent.AddMinutes(3) })));
        Assert.Null(season.Tick("12-16 12:00"));
        Assert.Equal(PatrolIntensity.Heightened, season.Highest);

        // The station's next real one is another message.
        Assert.Equal(PatrolIntensity.RoundTheClock, season.Alert("12-16 15:00", AlertLevel.Red, expires: "12-17 10:00")!.Highest);
    }

    [Fact]
    public void A_cancellation_withdrawn_as_a_mistake_lets_its_signal_stand_again()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-18 10:00");
        var cancel = Huaxi.Alert("12-16 08:00", AlertLevel.Orange, AlertMessageType.Cancel);
        season.Do("12-16 08:00", new PatrolCommand.ApplyAlert(cancel));
        season.TickThrough("12-16 08:30", "12-17 12:30");
        Assert.Equal(PatrolIntensity.Routine, season.Highest);
        Assert.Equal(PatrolIntensity.RoundTheClock, season.Do("12-17 13:00", new PatrolCommand.WithdrawAlert(cancel.Hash, "气象台误操作", "王主任"))!.Highest);
    }

    [Fact]
    public async Task The_office_answers_what_it_was_asked_over_http()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:00");
        await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(Huaxi.Alert("12-15 10:00", AlertLevel.Yellow)), null, default);
        await world.TickAsync("12-17 10:00");
        await world.TickAsync("12-17 10:01");
        var asked = Assert.Single(world.World.Bus.Sent, sent => sent.Message.Schema == PatrolEvent.Schema && sent.Message.Properties["kind"] == PatrolEvent.Question);
        Assert.Contains("请向发布单位核实", StoredJson.Read<PatrolEvent>(asked.Message.Body).Text, StringComparison.Ordinal);
        var question = Assert.Single((await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Questions);
        Assert.Empty((await world.GetAsync<PatrolStateAnswer>("/patrol-state", PatrolWorld.Qingyan)).Questions);
        var address = $"/patrol-questions/{question.Id}/answer";
        Assert.Equal(422, (await world.PostAsync(address, """{"over":false,"decidedBy":"王主任","reason":"核实"}""")).Status);
        Assert.Equal(422, (await world.PostAsync(address, """{"over":true,"until":"2026-12-18T10:00:00+08:00","decidedBy":"","reason":""}""")).Status);
        Assert.Equal(422, (await world.PostAsync(address, """{"over":false,"until":"2027-03-18T10:00:00+08:00","decidedBy":"王主任","reason":"核实"}""")).Status);
        Assert.Equal(404, (await world.PostAsync("/patrol-questions/nothing/answer", """{"over":true,"decidedBy":"王主任","reason":"核实"}""")).Status);
        Assert.Equal(403, (await world.PostAsync(address, """{"over":true,"decidedBy":"王主任","reason":"核实"}""", PatrolWorld.Qingyan)).Status);
        var answer = await world.PostAsync(address, """{"over":true,"decidedBy":"王主任","reason":"电话核实"}""");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Empty((await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Questions);
        await world.TickAsync("12-17 12:00");
        Assert.Equal(PatrolIntensity.Routine, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Intensity);
    }

    [Fact]
    public async Task Units_are_told_to_prepare_and_acknowledge_it_before_the_weather_begins()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-30 10:00");
        await world.TickAsync("12-30 10:00");
        var coming = Huaxi.Alert("12-30 10:00", AlertLevel.Yellow, expires: "01-03 10:00") with { Onset = Huaxi.At("01-01 20:00") };
        await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(coming), null, default);
        await world.World.DeliverAsync();
        var notice = (await world.Patrols.NoticeAsync(Huaxi.Campaign, "520111101", 2, default))!;
        Assert.Equal((true, PatrolIntensity.Routine, "第2号巡查准备通知", Huaxi.At("12-30 18:00")), (notice.Preparation, notice.Intensity, notice.Title, notice.AcknowledgeBy));
        Assert.Contains("1月1日20时起实行强化巡查，此前仍按常态巡查，夜间不必增加", notice.Text, StringComparison.Ordinal);
        Assert.Contains("至1月3日10时", notice.Text, StringComparison.Ordinal);
        Assert.InRange(notice.Text.Length, 1, NoticeText.Longest);
        Assert.Contains(notice.Tasks, task => task.StartsWith("准备：1月1日20时起强化", StringComparison.Ordinal));
        await world.TickAsync("01-01 20:00");
        Assert.Equal("1 Routine, 2 Routine, 3 Intensive", (await world.InboxesAsync())["520111101"]);
    }

    [Fact]
    public async Task Two_policies_are_compared_over_the_winter_that_was_day_by_day()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.TickAsync("12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        await world.PlayAsync("12-15 15:00", "03-exercise-red.cap.xml");
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        await world.PlayAsync("12-18 08:33", "06-cancel.cap.xml");
        await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-18 08:33", 3, 3, 4)), null, default);
        world.At("12-21 10:00");
        var other = Huaxi.Policy with { Version = 2, Title = "一律强化", StepDownDays = 0, Signals = [Huaxi.Policy.Signals[0] with { Levels = Enum.GetValues<AlertLevel>().ToDictionary(level => level, _ => PatrolIntensity.Intensive) }] };
        var request = StoredJson.Write(new ComparisonRequest { Policy = other });
        var answer = await world.PostAsync("/policy/compare", request);
        Assert.True(answer.Status == 200, answer.Text);
        var compared = answer.Json<PolicyComparison>();
        Assert.Equal((3, 1), (compared.Alerts, compared.Forecasts));

        // Nights 12-01…12-21 of six units: blue on the 15th, orange from the 16th, 强化 on the 18th under the one; 强化 from the 15th to the 17th under the other.
        Assert.Equal((6, 12, 6, 102), (compared.Before.UnitNights[PatrolIntensity.Heightened], compared.Before.UnitNights[PatrolIntensity.RoundTheClock], compared.Before.UnitNights[PatrolIntensity.Intensive], compared.Before.UnitNights[PatrolIntensity.Routine]));
        Assert.Equal((0, 0, 18, 108), (compared.After.UnitNights[PatrolIntensity.Heightened], compared.After.UnitNights[PatrolIntensity.RoundTheClock], compared.After.UnitNights[PatrolIntensity.Intensive], compared.After.UnitNights[PatrolIntensity.Routine]));
        Assert.Equal((5, 3), (compared.Before.Orders, compared.After.Orders));
        Assert.Equal(["12-15", "12-16", "12-17", "12-18", "12-19"], compared.Days.Select(day => $"{day.Date:MM-dd}"));
        Assert.Equal((PatrolIntensity.Heightened, PatrolIntensity.Intensive, 6), (compared.Days[0].Before, compared.Days[0].After, compared.Days[0].UnitsThatDiffer));
        Assert.Equal(0, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).PolicyVersion - 1);
        Assert.Equal(422, (await world.PostAsync("/policy/compare", "{}")).Status);
        Assert.Equal(422, (await world.PostAsync("/policy/compare", """{"after":7}""")).Status);
        Assert.Equal(200, (await world.PostAsync("/policy/compare", """{"before":1,"after":1}""")).Status);
    }

    [Fact]
    public void A_simulation_goes_through_intake_as_the_real_thing_does()
    {
        var red = FeedTests.Sample("05-orange.cap.xml");
        SimulationEvent[] events = [new(Huaxi.At("12-16 20:33"), red), new(Huaxi.At("12-16 20:40"), red), new(Huaxi.At("12-26 20:33"), red), new(Huaxi.At("12-15 15:00"), FeedTests.Sample("03-exercise-red.cap.xml"))];
        var answer = PatrolSimulation.Run(events, Huaxi.At("12-17 08:00"), Huaxi.Campaign, Huaxi.Units, Huaxi.Policy);
        Assert.Equal([PatrolIntensity.RoundTheClock], answer.Orders.Select(order => order.Highest));
        Assert.Contains("已经收过", answer.Notes.Single(note => note.Event == 1).Notes[0], StringComparison.Ordinal);
        Assert.Contains("已超过", answer.Notes.Single(note => note.Event == 2).Notes[0], StringComparison.Ordinal);
        Assert.Contains("非实际预警", answer.Notes.Single(note => note.Event == 3).Notes[0], StringComparison.Ordinal);
    }
}
