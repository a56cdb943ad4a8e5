using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

public class AlertToAcknowledgementTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task The_sample_episode_fills_every_inbox_once_per_revision()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-01 00:00");
        await world.TickAsync("12-01 00:00");
        await world.PlayAsync("12-15 10:02", "01-blue.qweather.json");
        await world.PlayAsync("12-15 10:09", "02-blue.cap.xml");
        await world.PlayAsync("12-15 15:00", "03-exercise-red.cap.xml");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        await world.PlayAsync("12-18 08:33", "06-cancel.cap.xml");
        await world.TickAsync("12-18 11:59");
        await world.TickAsync("12-18 12:00");
        await world.TickAsync("12-19 12:00");
        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.Equal("1 Routine, 2 Heightened, 3 Intensive, 4 RoundTheClock, 5 Intensive, 6 Routine", inbox));
        var notices = world.World.Bus.Sent.Where(sent => sent.Entity == Entities.PatrolNotices).ToList();
        Assert.Equal(36, notices.Count);
        Assert.Equal(36, notices.Select(sent => sent.Message.MessageId).Distinct().Count());
        Assert.All(notices, sent => Assert.Equal("520111", sent.Message.Properties["district"]));
        var state = await world.GetAsync<PatrolStateAnswer>("/patrol-state");
        Assert.Equal((6, PatrolIntensity.Routine, "常态"), (state.Revision, state.Intensity, state.IntensityName));
    }

    [Fact]
    public async Task The_answer_says_what_was_taken_merged_and_left_out()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        var first = await world.PostAlertAsync(FeedTests.Sample("01-blue.qweather.json"));
        Assert.Equal(202, first.Status);
        var item = Assert.Single(first.Json<IntakeReceipt>().Items);
        Assert.Equal((IntakeOutcome.Accepted, "520111", "花溪区气象台发布寒潮蓝色"), (item.Outcome, Assert.Single(item.Districts), item.Title));

        var again = await world.PostAlertAsync(FeedTests.Sample("01-blue.qweather.json"));
        Assert.Equal((200, IntakeOutcome.Duplicate), (again.Status, again.Json<IntakeReceipt>().Items[0].Outcome));

        var merged = await world.PostAlertAsync(FeedTests.Sample("02-blue.cap.xml"));
        Assert.Contains(merged.Json<IntakeReceipt>().Items[0].Notes, note => note.Contains("同一信号", StringComparison.Ordinal));

        world.At("12-16 20:33");
        var orphan = await world.PostAlertAsync(FeedTests.Sample("05-orange.cap.xml"));
        Assert.Contains(orphan.Json<IntakeReceipt>().Items[0].Notes, note => note.Contains("52011141600000_20261216090000_0", StringComparison.Ordinal) && !note.Contains("20261215", StringComparison.Ordinal));

        var exercise = await world.PostAlertAsync(FeedTests.Sample("03-exercise-red.cap.xml"));
        Assert.Equal((200, IntakeOutcome.Ignored), (exercise.Status, exercise.Json<IntakeReceipt>().Items[0].Outcome));
    }

    [Fact]
    public async Task A_person_is_told_the_order_even_when_the_bus_was_quicker()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "01-blue.qweather.json");
        var campaign = (await world.World.Get<Core.Campaigns.CampaignStore>().GetAsync("520111", "2026-2027", default))!.Value;
        var applied = Assert.Single(await world.World.Get<PatrolStore>().AppliedAsync(campaign, default));
        var said = await world.World.Get<IAlertDecisions>().DecideAsync(new AlertApplication("520111", "2026-2027", applied.At, "x", applied.Alert), default);
        Assert.Equal((applied.Revision, "加强"), (said.Order, said.Intensity));
        Assert.Equal(applied.Notes, said.Why);
    }

    [Fact]
    public async Task A_preview_says_what_would_come_of_a_message_and_leaves_nothing_behind()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        foreach (var again in new[] { false, true })
        {
            var seen = await world.PostAlertAsync(FeedTests.Sample("01-blue.qweather.json"), PatrolWorld.Office, preview: true);
            var item = Assert.Single(seen.Json<IntakeReceipt>().Items);
            Assert.Equal((200, IntakeOutcome.Accepted), (seen.Status, item.Outcome));
            Assert.Contains("寒潮蓝色", item.ReadAs, StringComparison.Ordinal);
            Assert.Equal("加强", Assert.Single(item.Decisions!).Intensity);
            Assert.Empty(world.World.Bus.Sent);
            Assert.Equal(0, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Revision);
        }

        var real = await world.PostAlertAsync(FeedTests.Sample("01-blue.qweather.json"), PatrolWorld.Office);
        Assert.Equal((202, "加强"), (real.Status, Assert.Single(real.Json<IntakeReceipt>().Items[0].Decisions!).Intensity));
        var after = await world.PostAlertAsync(FeedTests.Sample("01-blue.qweather.json"), PatrolWorld.Office, preview: true);
        Assert.Equal(IntakeOutcome.Duplicate, after.Json<IntakeReceipt>().Items[0].Outcome);
        Assert.Equal(400, (await world.PostAlertAsync("今天天气不错", PatrolWorld.Office, preview: true)).Status);
        Assert.Equal(403, (await world.PostAlertAsync(FeedTests.Sample("02-blue.cap.xml"), PatrolWorld.Office with { Scope = "520112" }, preview: true)).Status);
    }

    [Theory]
    [InlineData("<alert><identifier>", 400, "malformed-xml")]
    [InlineData("<!DOCTYPE alert SYSTEM \"http://127.0.0.1/x\"><alert/>", 400, "dtd-refused")]
    [InlineData("{\"alerts\":", 400, "malformed-json")]
    [InlineData("今天天气不错", 400, "not-a-signal")]
    public async Task Bad_payloads_get_a_problem_and_store_nothing(string payload, int status, string code)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        var answer = await world.PostAlertAsync(payload);
        Assert.Equal(status, answer.Status);
        Assert.Contains(code, answer.Text, StringComparison.Ordinal);
        Assert.Contains("correlationId", answer.Text, StringComparison.Ordinal);
        Assert.Empty(world.World.Bus.Sent);
    }

    [Fact]
    public async Task A_payload_of_megabytes_is_refused_and_so_is_a_foreign_district()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        Assert.Equal(413, (await world.PostAlertAsync("{\"alerts\":[" + new string(' ', 3 * 1024 * 1024))).Status);
        var foreign = await world.PostAlertAsync(FeedTests.Sample("02-blue.cap.xml"), PatrolWorld.Feed with { Scope = "520112" });
        Assert.Equal(403, foreign.Status);
        Assert.Contains("area-out-of-scope", foreign.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await world.PostAlertAsync("x", PatrolWorld.Qingyan)).Status);
        Assert.Empty(world.World.Bus.Sent);
    }

    [Fact]
    public async Task Stale_and_future_messages_page_nobody()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-25 10:02");
        Assert.Equal(200, (await world.PostAlertAsync(FeedTests.Sample("02-blue.cap.xml"))).Status);
        var early = await PatrolWorld.StartAsync(azurite, "12-14 10:02");
        var answer = await early.PostAlertAsync(FeedTests.Sample("02-blue.cap.xml"));
        Assert.Equal(200, answer.Status);
        Assert.Contains("晚于现在", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_acknowledges_its_own_notice_once_and_a_superseded_one_never_counts_for_the_newer()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        var first = await world.PostAsync("/units/520111101/inbox/1/acknowledgement", "", PatrolWorld.Qingyan);
        Assert.Equal(200, first.Status);
        Assert.True(first.Json<AcknowledgeAnswer>().InTime);
        world.At("12-15 10:30");
        var again = await world.PostAsync("/units/520111101/inbox/1/acknowledgement", """{"name":"王五"}""", PatrolWorld.Qingyan);
        Assert.Equal(first.Text, again.Text);

        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        var old = (await world.PostAsync("/units/520111102/inbox/1/acknowledgement", "", PatrolWorld.Qingyan with { Unit = "520111102" })).Json<AcknowledgeAnswer>();
        Assert.Equal(2, old.SupersededBy);
        var board = await world.GetAsync<OrderBoard>("/patrol-orders/2");
        Assert.Equal((6, 0), (board.Sent, board.Acknowledged));
        Assert.Equal(404, (await world.PostAsync("/units/520111102/inbox/2/acknowledgement", "", PatrolWorld.Qingyan)).Status);
        Assert.Equal(404, (await world.PostAsync("/units/520111101/inbox/9/acknowledgement", "", PatrolWorld.Qingyan)).Status);
        Assert.Equal(400, (await world.PostAsync("/units/520111101/inbox/x/acknowledgement", "", PatrolWorld.Qingyan)).Status);
        var inbox = await world.GetAsync<Inbox>("/units/520111101/inbox", PatrolWorld.Qingyan);
        Assert.Equal((2, 2, (int?)2), (inbox.Current, inbox.Notices.Count, inbox.Notices[1].SupersededBy));
    }

    [Fact]
    public async Task The_office_enters_a_call_with_who_and_when()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        world.At("12-15 11:00");
        Assert.Equal(422, (await world.PostAsync("/units/police/inbox/1/acknowledgement", """{"name":"李四"}""")).Status);
        Assert.Equal(422, (await world.PostAsync("/units/police/inbox/1/acknowledgement", """{"name":"李四","calledAt":"2026-12-15T12:00:00+08:00"}""")).Status);
        Assert.Equal(422, (await world.PostAsync("/units/police/inbox/1/acknowledgement", """{"name":"李四","calledAt":"2026-12-15T09:50:00+08:00"}""")).Status);
        Assert.Equal(422, (await world.PostAsync("/units/police/inbox/1/acknowledgement", """{"name":"李四","calledAt":"2026-12-15T09:50"}""")).Status);

        // As a page sends it: the minute, in the campaign's zone.
        var answer = (await world.PostAsync("/units/police/inbox/1/acknowledgement", """{"name":"李四","calledAt":"2026-12-15T10:50","note":"今晚带班张局"}""")).Json<AcknowledgeAnswer>();
        Assert.Equal(("phone", Huaxi.At("12-15 10:50")), (answer.Acknowledgement.Way, answer.Acknowledgement.At));
        Assert.Equal("区公安分局", (await world.GetAsync<OrderBoard>("/patrol-orders/1")).Slowest);
    }

    [Fact]
    public async Task A_link_shows_on_GET_and_acknowledges_on_POST_and_a_changed_one_opens_nothing()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        var link = await world.LinkAsync("520111101", 1);
        var page = await world.CallAsync("GET", link, null);
        Assert.Equal(200, page.Status);
        Assert.Contains("青岩镇", page.Text, StringComparison.Ordinal);
        Assert.Null((await world.Patrols.NoticeAsync(Huaxi.Campaign, "520111101", 1, default))!.SeenAt);
        await world.CallAsync("GET", link, null, headers: new Dictionary<string, string> { ["Sec-Fetch-Mode"] = "navigate" });
        Assert.NotNull((await world.Patrols.NoticeAsync(Huaxi.Campaign, "520111101", 1, default))!.SeenAt);

        var done = await world.CallAsync("POST", link, null, "name=" + Uri.EscapeDataString("<script>张三"));
        Assert.Contains("已于12月15日10时02分由&lt;script&gt;张三签收。", done.Text, StringComparison.Ordinal);
        Assert.Equal("link", (await world.Patrols.NoticeAsync(Huaxi.Campaign, "520111101", 1, default))!.Acknowledgement!.Way);
        Assert.Equal(404, (await world.CallAsync("POST", link.Replace("520111101", "520111102", StringComparison.Ordinal), null)).Status);
        world.At("12-30 10:02");
        Assert.Equal(404, (await world.CallAsync("GET", link, null)).Status);
    }

    [Fact]
    public async Task A_person_overrides_with_reason_and_expiry_and_stale_or_empty_decisions_are_refused()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        Assert.Equal(422, (await world.PostAsync("/patrol-override", """{"intensity":"intensive","reason":"","decidedBy":"","until":"2026-12-15T09:00:00+08:00","units":["nobody"]}""")).Status);
        Assert.Equal(412, (await world.PostAsync("/patrol-override", """{"intensity":"intensive","reason":"结冰","decidedBy":"王主任","until":"2026-12-15T20:00:00+08:00","baseRevision":7}""")).Status);
        const string Decision = """{"intensity":"roundTheClock","reason":"凌晨结冰","decidedBy":"王主任","until":"2026-12-17T09:00:00+08:00","units":["520111101"],"baseRevision":1}""";
        var order = (await world.PostAsync("/patrol-override", Decision)).Json<DecisionAnswer>();
        Assert.Equal(["520111101"], order.Order!.Changed);
        await world.World.DeliverAsync();
        Assert.Equal("1 Heightened, 2 RoundTheClock", (await world.InboxesAsync())["520111101"]);
        Assert.Equal("1 Heightened", (await world.InboxesAsync())["police"]);
        world.At("12-15 11:00");
        var lifted = (await world.PostAsync("/patrol-override/lift", """{"reason":"已撒盐","decidedBy":"王主任"}""")).Json<DecisionAnswer>();
        Assert.Equal(PatrolIntensity.Heightened, lifted.Order!.Units["520111101"]);
    }

    [Fact]
    public async Task Nobody_acknowledged_so_the_chain_is_called_once_per_step_and_only_for_the_current_notice()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 09:00");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.PostAsync("/units/police/inbox/1/acknowledgement", "", PatrolWorld.Qingyan with { Unit = "police" });
        await world.TickAsync("12-16 10:02");
        List<PatrolEvent> Told(string kind) => [.. world.World.Bus.Sent.Where(sent => sent.Entity == Entities.CampaignEvents)
            .Select(sent => StoredJson.Read<PatrolEvent>(sent.Message.Body)).Where(happened => happened.Kind == kind)];
        Assert.Empty(Told(PatrolEvent.Escalation));
        await world.TickAsync("12-16 10:03");
        await world.TickAsync("12-16 10:04");
        Assert.Equal(5, Told(PatrolEvent.Escalation).Count);
        Assert.All(Told(PatrolEvent.Escalation), happened => Assert.Equal("备班", happened.Role));
        Assert.Single(Told(PatrolEvent.Overdue));
        await world.TickAsync("12-16 10:23");
        Assert.Equal((10, 2), (Told(PatrolEvent.Escalation).Count, Told(PatrolEvent.Overdue).Count));
        Assert.Equal([1, 2], (await world.GetAsync<OrderBoard>("/patrol-orders/1")).Notices[0].Escalation.Select(step => step.Step));
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        await world.TickAsync("12-16 20:40");
        Assert.Equal((10, 2), (Told(PatrolEvent.Escalation).Count, Told(PatrolEvent.Overdue).Count));
    }

    [Fact]
    public async Task A_policy_is_tried_without_telling_anybody()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-01 09:00");
        var request = StoredJson.Write(new SimulationRequest
        {
            Events =
            [
                new SimulationEvent(Huaxi.At("12-15 10:00"), FeedTests.Sample("02-blue.cap.xml")),
                new SimulationEvent(Huaxi.At("12-16 20:33"), FeedTests.Sample("05-orange.cap.xml")),
                new SimulationEvent(Huaxi.At("12-18 08:33"), "花溪区气象台12月18日08时30分解除寒潮橙色预警信号。"),
            ],
        });
        var answer = (await world.PostAsync("/policy/simulate", request)).Json<SimulationAnswer>();
        Assert.Equal([PatrolIntensity.Heightened, PatrolIntensity.RoundTheClock, PatrolIntensity.Intensive, PatrolIntensity.Routine], answer.Orders.Select(order => order.Highest));
        Assert.Equal(Huaxi.At("12-18 12:00"), answer.Orders[2].IssuedAt);
        Assert.Empty(world.World.Bus.Sent);
        Assert.Equal(0, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Revision);
    }

    [Fact]
    public async Task A_unit_sees_its_own_intensity_and_no_other_units_inbox()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        var state = await world.GetAsync<PatrolStateAnswer>("/patrol-state", PatrolWorld.Qingyan);
        Assert.Equal("520111101", Assert.Single(state.Units).Key);
        Assert.Equal(PatrolIntensity.Heightened, Assert.Single(state.Alerts).Raises);
        Assert.Equal(404, (await world.CallAsync("GET", PatrolWorld.Address + "/units/police/inbox", PatrolWorld.Qingyan)).Status);
        Assert.Equal(403, (await world.CallAsync("GET", PatrolWorld.Address + "/patrol-orders/1", PatrolWorld.Qingyan)).Status);
        Assert.Equal(200, (await world.CallAsync("GET", "/api/v1/weather-alerts", PatrolWorld.Office with { Role = Role.Leader })).Status);
    }
}
