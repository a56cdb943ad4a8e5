using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Http;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Incidents;

public class IncidentLifeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly object Frozen = new { what = "北门桥下一人冻僵，意识模糊", where = "青岩古镇北门桥下", howMany = 1, foundAt = "2026-12-16T21:05:00+08:00" };

    [Fact]
    public async Task Three_fields_reach_the_office_and_its_leader_on_duty_at_night_and_nobody_else()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var receipt = await world.ReportAsync(Frozen);
        Assert.Equal((1, IncidentState.Open, "冻伤", "较重", 0), (receipt.Version, receipt.Incident.State, receipt.Incident.KindName, receipt.Incident.SeverityName, receipt.Incident.MinutesLate));
        Assert.Contains("请在12月17日01:20前续报", receipt.Message, StringComparison.Ordinal);
        Assert.Equal(["duty", "office"], world.Heard.Select(call => call.Channel).Order());
        Assert.Contains("【突发情况·较重】青岩镇初报：北门桥下一人冻僵，意识模糊。冻伤（按文字判断），涉及1人；地点：青岩镇青岩古镇北门桥下；12月16日21:05发现", world.Heard[0].Text, StringComparison.Ordinal);
        var detail = await world.GetAsync(receipt);
        Assert.Equal(["duty", "office"], detail.Notices.Select(notice => notice.Receiver));
        Assert.Equal(["青岩镇：12月17日01:20前续报", "青岩镇：12月21日21:20前核报", "青岩镇：续报时写明类别", "带班领导：12月16日21:35前签收第1次报告", "办公室：12月16日21:35前签收第1次报告"], detail.Incident.Asked);
    }

    [Fact]
    public async Task A_death_reaches_the_leading_group_and_the_city_too_and_each_inbox_once_whatever_comes_twice()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var receipt = await world.ReportAsync(new { what = "桥下发现一人死亡", where = "北门", howMany = 1, details = new { dead = 1 } });
        foreach (var (entity, message) in world.World.Bus.Sent.ToList()) await world.World.Bus.SendAsync(entity, [message], default);
        await world.World.DeliverAsync();
        Assert.Equal(["city", "duty", "leader", "office"], world.Heard.Select(call => call.Channel).Order());
        Assert.Equal(4, (await world.GetAsync(receipt)).Notices.Count);

        var line = Assert.Single((await world.World.CallAsync("GET", IncidentWorld.City + "/incident-notices", IncidentWorld.CityOffice)).Json<List<IncidentInboxLine>>());
        Assert.Equal(("花溪区", "above", IncidentState.Open), (line.DistrictName, line.Notice.Receiver, line.State));
        var taken = await world.World.CallAsync("POST", $"{IncidentWorld.City}/incident-notices/{line.Id}/acknowledgement", IncidentWorld.CityOffice);
        Assert.Equal(200, taken.Status);
        Assert.Equal("api", (await world.GetAsync(receipt)).Notices.Single(notice => notice.Receiver == "above").Acknowledgement!.Way);

        // The leader sees what is for leaders; a unit no inbox at all; another district's city nothing.
        var leaders = (await world.CallAsync("GET", "/incident-notices", IncidentWorld.Leader)).Json<List<IncidentInboxLine>>();
        Assert.Equal(["duty", "leader"], leaders.Select(each => each.Notice.Receiver).Order());
        Assert.Equal(403, (await world.CallAsync("GET", "/incident-notices", IncidentWorld.Qingyan)).Status);
        Assert.Equal(404, (await world.World.CallAsync("GET", IncidentWorld.City + "/incident-notices", IncidentWorld.Office)).Status);
    }

    [Fact]
    public async Task A_report_sent_again_is_the_same_one_also_after_midnight_and_after_others_came()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 23:58");
        var report = new { what = "一人冻伤", where = "北门", howMany = 1 };
        var first = await world.ReportAsync(report);
        world.Patrols.At("12-17 00:03");
        var again = await world.ReportAsync(report);
        Assert.Equal((first.Incident.Id, true, 1), (again.Incident.Id, again.Repeated, again.Version));
        var second = await world.UpdateAsync(first, new { kind = "followUp", baseVersion = 1, details = new { hospitalised = 1, kind = "frostbite" } });
        Assert.Equal((2, false), (second.Version, second.Repeated));
        var late = await world.ReportAsync(report);
        Assert.Equal((1, true, (int?)2), (late.Version, late.Repeated, late.SupersededBy));
        var repeated = await world.UpdateAsync(first, new { kind = "followUp", baseVersion = 1, details = new { hospitalised = 1, kind = "frostbite" } });
        Assert.Equal((2, true), (repeated.Version, repeated.Repeated));
        Assert.Single(await world.Store.AllAsync(Huaxi.Campaign, default));

        // The next evening the same words are another incident.
        world.Patrols.At("12-17 23:00");
        Assert.NotEqual(first.Incident.Id, (await world.ReportAsync(report)).Incident.Id);
    }

    [Fact]
    public async Task An_incident_is_followed_to_its_finding_and_taken_back_with_reasons_and_nothing_is_overwritten()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var first = await world.ReportAsync(Frozen);
        Assert.Equal(412, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "followUp", baseVersion = 4 })).Status);
        Assert.Equal(400, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "followUp" })).Status);
        Assert.Equal(422, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "final", baseVersion = 1 })).Status);
        Assert.Equal(422, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "falseAlarm", baseVersion = 1 })).Status);
        Assert.Equal(404, (await world.CallAsync("POST", Reports(first), IncidentWorld.Shiban, new { kind = "followUp", baseVersion = 1 })).Status);
        world.Patrols.At("12-17 00:30");
        await world.UpdateAsync(first, new { kind = "followUp", baseVersion = 1, details = new { kind = "frostbite", hospitalised = 1, done = "已送区医院", onSpot = "值班员", onSpotPhone = "13800138000" } });
        world.Patrols.At("12-18 10:00");
        await world.UpdateAsync(first, new { kind = "final", baseVersion = 2, details = new { finding = "轻度冻伤，已好转，家属接回" } });
        Assert.Equal(409, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "followUp", baseVersion = 3 })).Status);
        await world.UpdateAsync(first, new { kind = "correction", baseVersion = 3, reason = "医院更正人数", details = new { howMany = 2, hospitalised = 2 } });

        // A follow-up that was delayed on the way is known again, though by now its numbers would not add up.
        Assert.True((await world.UpdateAsync(first, new { kind = "followUp", baseVersion = 1, details = new { kind = "frostbite", hospitalised = 1, done = "已送区医院", onSpot = "值班员", onSpotPhone = "13800138000" } })).Repeated);
        Assert.Equal(412, (await world.CallAsync("POST", Reports(first), IncidentWorld.Qingyan, new { kind = "followUp", baseVersion = 1, details = new { dead = 9 } })).Status);
        var detail = await world.GetAsync(first);
        Assert.Equal([IncidentReportKind.First, IncidentReportKind.FollowUp, IncidentReportKind.Final, IncidentReportKind.Correction], detail.Versions.Select(version => version.Kind));
        Assert.Equal([(1, (int?)null), (1, 1), (1, 1), (2, 2)], detail.Versions.Select(version => (version.Content.HowMany, version.Content.Hospitalised)));
        Assert.Equal((IncidentState.Closed, (DateTimeOffset?)null), (detail.Incident.State, detail.Incident.NextDueAt));

        // Follow-ups are for information; what takes something back is to be acknowledged.
        Assert.Equal([1, 1, 4, 4], detail.Notices.Where(notice => notice.AcknowledgeBy is not null).Select(notice => notice.Version).Order());
        var trail = await world.World.CallAsync("GET", PatrolWorld.Address + "/audit/incidents", IncidentWorld.Office);
        foreach (var what in new[] { "incident.reported", "incident.followUp", "incident.final", "incident.correction" }) Assert.Contains(what, trail.Text, StringComparison.Ordinal);
        var csv = (await world.CallAsync("GET", "/incidents?format=csv", IncidentWorld.Leader)).Text;
        Assert.Contains("已核报,较重,冻伤,\"北门桥下一人冻僵，意识模糊\"".Replace("\"", "", StringComparison.Ordinal), csv.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_name_persons_by_number_are_refused_in_words_and_nothing_is_stored()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var answer = await world.CallAsync("POST", "/units/520111101/incidents", IncidentWorld.Qingyan,
            new { what = "一人冻伤，身份证520111198001011234", where = "北门，联系13800138000", howMany = 1, details = new { onSpotPhone = "13800138000" } });
        Assert.Equal(422, answer.Status);
        Assert.Contains("/what", answer.Text, StringComparison.Ordinal);
        Assert.Contains("/where", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("onSpotPhone", answer.Text, StringComparison.Ordinal);
        Assert.Empty(await world.Store.AllAsync(Huaxi.Campaign, default));
    }

    [Fact]
    public async Task What_is_late_and_who_does_not_acknowledge_is_chased_along_the_chain_at_night_each_step_once()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var first = await world.ReportAsync(Frozen);
        var notice = (await world.CallAsync("GET", "/incident-notices", IncidentWorld.Office)).Json<List<IncidentInboxLine>>().Single(line => line.Notice.Receiver == "office");
        Assert.Equal(200, (await world.CallAsync("POST", $"/incident-notices/{notice.Id}/acknowledgement", IncidentWorld.Office)).Status);
        world.Receiver.Calls.Clear();
        await world.TickAsync("12-16 21:34");
        Assert.Empty(world.Heard);
        await world.TickAsync("12-16 21:45");
        await world.TickAsync("12-16 21:46");
        Assert.Equal(["duty", "office"], world.Heard.Select(call => call.Channel).Order());
        Assert.Contains("【未签收】带班领导没有在12月16日21:35前签收青岩镇的“北门桥下一人冻僵", world.Heard[0].Text, StringComparison.Ordinal);

        // The office called, and enters the call.
        var duty = (await world.CallAsync("GET", "/incident-notices?waiting=true", IncidentWorld.Office)).Json<List<IncidentInboxLine>>().Single();
        Assert.Equal(422, (await world.CallAsync("POST", $"/incident-notices/{duty.Id}/acknowledgement", IncidentWorld.Office, new { name = "周主任" })).Status);
        Assert.Equal(200, (await world.CallAsync("POST", $"/incident-notices/{duty.Id}/acknowledgement", IncidentWorld.Office, new { name = "周主任", calledAt = "2026-12-16T21:45:00+08:00" })).Status);
        world.Receiver.Calls.Clear();
        await world.TickAsync("12-17 01:19");
        Assert.Empty(world.Heard);
        await world.TickAsync("12-17 01:30");
        Assert.Equal(["office", "qingyan", "qingyan", "qingyan-leader"], world.Heard.Select(call => call.Channel).Order());
        Assert.Contains(world.Heard, call => call.Text.Contains("【续报逾期】青岩镇的“北门桥下一人冻僵，意识模糊”", StringComparison.Ordinal) && call.Text.Contains("已逾期10分钟", StringComparison.Ordinal));
        await world.TickAsync("12-17 01:31");
        Assert.Equal(4, world.Heard.Count);
    }

    /// <summary>The campaign ends at midnight; whoever was found before is followed all the same.</summary>
    [Fact]
    public async Task What_happens_ten_minutes_before_the_campaign_ends_is_chased_and_closed_after_it_and_its_photos_go_before_nobody_walks_it_any_more()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "04-30 23:50");
        var first = await world.ReportAsync(new { what = "北门桥下一人冻僵，意识模糊", where = "青岩古镇北门桥下", howMany = 1, foundAt = "2027-04-30T23:40:00+08:00" });
        var photos = $"{PatrolWorld.Address}/units/520111101/incidents/{first.Incident.Id}/photos";
        Assert.Equal(200, (await world.World.CallAsync("POST", photos, IncidentWorld.Qingyan, PhotoContentTests.Jpeg, "image/jpeg")).Status);
        Assert.Equal(Huaxi.At("05-01 03:50"), first.Incident.NextDueAt);
        world.Receiver.Calls.Clear();
        await world.TickAsync("05-01 04:01");
        Assert.Contains(world.Heard, call => call.Channel == "qingyan" && call.Text.StartsWith("【催报】", StringComparison.Ordinal));
        world.Patrols.At("05-03 10:00");
        await world.UpdateAsync(first, new { kind = "final", baseVersion = 1, details = new { finding = "好转，家属接回" } });
        Assert.Equal(IncidentState.Closed, (await world.GetAsync(first)).Incident.State);
        await world.TickAsync("05-20 23:00");
        var photo = Assert.Single((await world.GetAsync(first)).Photos);
        await world.TickAsync("05-21 00:01");
        Assert.Empty((await world.GetAsync(first)).Photos);
        Assert.Equal(404, (await world.World.CallAsync("GET", $"{photos}/{photo.Id}", IncidentWorld.Leader)).Status);
        world.Receiver.Calls.Clear();
        await world.TickAsync("05-23 00:01");
        Assert.Empty(world.Heard);
    }

    [Fact]
    public async Task Two_units_that_report_the_same_are_taken_together_kept_both_and_taken_apart_again()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var mine = await world.ReportAsync(Frozen);
        var theirs = await world.ReportAsync(new { what = "石板镇边界一人冻僵", where = "北门桥", howMany = 1, details = new { township = "520111101" } }, IncidentWorld.Shiban);
        Assert.Equal(mine.Incident.Id, Assert.Single((await world.GetAsync(theirs)).Similar).Id);
        var join = $"/units/{theirs.Incident.Unit}/incidents/{theirs.Incident.Id}/join";
        Assert.Equal(403, (await world.CallAsync("POST", join, IncidentWorld.Shiban, new { into = mine.Incident.Id, reason = "同一人" })).Status);
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await world.CallAsync("POST", join, IncidentWorld.Office, new { into = mine.Incident.Id, reason = "同一人", baseVersion = 1 })).Status);
        Assert.Equal(409, (await world.CallAsync("POST", $"/units/{mine.Incident.Unit}/incidents/{mine.Incident.Id}/join", IncidentWorld.Office, new { into = theirs.Incident.Id, reason = "同一人" })).Status);
        var records = await world.World.Get<IncidentRecords>().ThroughAsync(Huaxi.Campaign, new DateOnly(2026, 12, 20));
        Assert.Equal(["520111101", "520111102"], Assert.Single(records).Units);
        Assert.Equal(2, (await world.Store.AllAsync(Huaxi.Campaign, default)).Count);
        Assert.Equal(200, (await world.CallAsync("POST", join, IncidentWorld.Office, new { reason = "不是同一人" })).Status);
        Assert.Equal(2, (await world.World.Get<IncidentRecords>().ThroughAsync(Huaxi.Campaign, new DateOnly(2026, 12, 20))).Count);
    }

    [Fact]
    public async Task Photos_are_judged_by_their_content_kept_apart_seen_by_few_and_deleted_by_rule()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var first = await world.ReportAsync(Frozen);
        var photos = $"{PatrolWorld.Address}/units/520111101/incidents/{first.Incident.Id}/photos";
        var jpeg = PhotoContentTests.Jpeg;
        Assert.Equal(415, (await world.World.CallAsync("POST", photos, IncidentWorld.Qingyan, jpeg[..^2], "image/jpeg")).Status);
        Assert.Equal(415, (await world.World.CallAsync("POST", photos, IncidentWorld.Qingyan, [.. "<html>"u8, .. new byte[200]], "image/png")).Status);
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await world.World.CallAsync("POST", photos, IncidentWorld.Qingyan, jpeg, "application/octet-stream")).Status);
        var detail = await world.GetAsync(first);
        var photo = Assert.Single(detail.Photos);
        Assert.Empty((await world.GetAsync(first, IncidentWorld.Qingyan)).Photos);
        Assert.Equal(403, (await world.World.CallAsync("GET", $"{photos}/{photo.Id}", IncidentWorld.Qingyan)).Status);
        var seen = await world.World.CallAsync("GET", $"{photos}/{photo.Id}", IncidentWorld.Leader);
        Assert.Equal((200, "image/jpeg"), (seen.Status, seen.Headers["Content-Type"]));
        Assert.Equal(jpeg, seen.Body);
        Assert.Contains("incident.photo-seen", (await world.World.CallAsync("GET", PatrolWorld.Address + "/audit/incidents", IncidentWorld.Office)).Text, StringComparison.Ordinal);

        await world.UpdateAsync(first, new { kind = "final", baseVersion = 1, details = new { finding = "好转" } });
        await world.TickAsync("01-15 21:00");
        Assert.Equal(200, (await world.World.CallAsync("GET", $"{photos}/{photo.Id}", IncidentWorld.Leader)).Status);
        await world.TickAsync("01-15 21:21");
        Assert.Equal(404, (await world.World.CallAsync("GET", $"{photos}/{photo.Id}", IncidentWorld.Leader)).Status);
        Assert.Null(await world.World.Get<BlobStore>().OpenAsync(BlobStore.Photos, $"520111/2026-2027/{first.Incident.Id}/{photo.Sha256}"));
    }

    [Fact]
    public async Task The_office_reports_itself_and_a_unit_cannot_call_a_grave_incident_a_false_alarm()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        var own = await world.ReportAsync(new { what = "网传视频：流浪人员冻伤", where = "网络", howMany = 0 }, IncidentWorld.Office);
        Assert.Equal(("office", "领导小组办公室"), (own.Incident.Unit, own.Incident.UnitName));
        var grave = await world.ReportAsync(new { what = "一人冻死", where = "北门", howMany = 1 });
        Assert.Equal(409, (await world.CallAsync("POST", Reports(grave), IncidentWorld.Qingyan, new { kind = "falseAlarm", baseVersion = 1, reason = "看错了" })).Status);
        await world.UpdateAsync(grave, new { kind = "falseAlarm", baseVersion = 1, reason = "经公安核实，为醉酒" }, IncidentWorld.Office);
        Assert.Equal(IncidentState.FalseAlarm, (await world.GetAsync(grave)).Incident.State);
        await world.UpdateAsync(grave, new { kind = "correction", baseVersion = 2, reason = "送医后死亡", details = new { dead = 1 } });
        Assert.Equal(IncidentState.Open, (await world.GetAsync(grave)).Incident.State);
    }

    [Fact]
    public async Task A_bus_that_is_down_keeps_no_report_waiting_and_loses_none()
    {
        using var world = await IncidentWorld.StartAsync(azurite, "12-16 21:20");
        world.World.Bus.Down = true;
        var first = await world.ReportAsync(Frozen);
        Assert.Empty((await world.GetAsync(first)).Notices);
        world.World.Bus.Down = false;
        world.Patrols.At("12-16 21:25");
        await world.World.Get<Sweeper>().SweepAsync(IncidentFeature.Table, Huaxi.Campaign.Partition, default);
        await world.World.DeliverAsync();
        Assert.Equal(2, (await world.GetAsync(first)).Notices.Count);
        Assert.Equal(2, world.Heard.Count);
    }

    [Fact]
    public async Task A_hundred_units_report_at_once_and_none_is_lost()
    {
        var units = Enumerable.Range(0, 100).Select(i => new Core.Campaigns.Unit { Code = $"u{i:D3}", Name = $"单位{i}", Kind = Core.Campaigns.UnitKind.Department }).ToList();
        var patrols = await PatrolWorld.StartAsync(azurite, "12-16 21:20", [.. Huaxi.Units, .. units]);
        var answers = await Task.WhenAll(units.Select(unit => patrols.World.CallAsync("POST", $"{PatrolWorld.Address}/units/{unit.Code}/incidents",
            new Actor(unit.Code, unit.Name, Role.UnitReporter, "520111", unit.Code), "{\"what\":\"一人冻伤\",\"where\":\"桥下\",\"howMany\":1}"u8.ToArray())));
        Assert.All(answers, answer => Assert.True(answer.Status == 201, answer.Text));
        await patrols.World.DeliverAsync();
        var store = patrols.World.Get<IncidentStore>();
        Assert.Equal(100, (await store.AllAsync(Huaxi.Campaign, default)).Count);
        Assert.Equal(200, (await store.NoticesAsync(Huaxi.Campaign, null, default)).Count);
    }

    private static string Reports(IncidentReceipt of) => $"/units/{of.Incident.Unit}/incidents/{of.Incident.Id}/reports";
}
