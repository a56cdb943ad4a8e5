using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Tests.WeeklyReports;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>Summaries on real storage: compiled from stored reports and orders.</summary>
public class SummaryStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Season = "/api/v1/campaigns/520111/2026-2027", Week = Season + "/summaries/2026W50", Matter = Season + "/weeks/2026W50/matters";

    /// <summary>Monday 14 December 2026, 10:00 in Guiyang: week 50 is due at 17:00, first compiled on Tuesday 09:00, locked on Wednesday 18:00.</summary>
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 2, 0, 0, TimeSpan.Zero);
    private static readonly WeekKey W50 = WeekKey.Parse("2026W50");
    private static readonly SummaryScope District = SummaryScope.Of(Huaxi.Campaign);

    private static SummaryPeriod Of(WeekKey week) => District.Find(week.ToString())!;

    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111"), Leader = new("k3", "区领导", Role.Leader, "520111"), Reporter = new("k1", "信息员", Role.UnitReporter, "520111", "520111101");

    [Fact]
    public async Task A_request_is_accepted_compiled_and_its_workbook_downloaded_under_a_Chinese_name()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var asked = await CallAsync(world, "POST", Week, Office);
        Assert.Equal(202, asked.Status);
        var status = asked.Json<SummaryEndpoints.RequestAnswer>();
        Assert.Equal((RequestState.Queued, (int?)null), (status.State, status.Version));
        Assert.Empty(await world.DeliverAsync());

        status = (await CallAsync(world, "GET", status.StatusUrl, Leader)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Equal((RequestState.Ready, 1), (status.State, status.Version));
        var file = await CallAsync(world, "GET", status.DownloadUrl!, Leader);
        Assert.Equal(200, file.Status);
        Assert.Equal("attachment; filename=\"520111-2026-2027-2026W50-v1.xlsx\"; filename*=UTF-8''" + Uri.EscapeDataString("花溪区寒冬送温暖工作调度汇总（2026-2027年度第2周第1版）.xlsx"), file.Headers["Content-Disposition"]);
        var cells = Cells.Of(file.Body);
        var row = cells.All("汇总表").Single(cell => cell.Text == "青岩镇＊").Row;
        Assert.Equal("36", cells.Text("汇总表", cells.Row("汇总表", 4).Single(cell => cell.Text == "A03").Column + row));

        Assert.Equal("36", (await CallAsync(world, "GET", Week + "/latest/json", Leader)).Json<SummaryDocument>().Summary.TotalOf["A03"].Total.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("青岩镇,待审核,1,12,", (await CallAsync(world, "GET", Week + "/1/csv", Leader)).Text, StringComparison.Ordinal);
        Assert.Contains("<h2>一、存在问题与督办</h2>", (await CallAsync(world, "GET", Week + "/latest/page", Leader)).Text, StringComparison.Ordinal);
        var ready = world.Bus.Sent.Single(sent => sent.Message.Schema == SummaryReady.Schema).Message.Read<SummaryReady>();
        Assert.Equal((1, 2, 1), (ready.Version, ready.Expected, ready.Reported));
    }

    [Fact]
    public async Task Unchanged_inputs_make_no_new_version_and_changed_ones_a_version_that_says_what_moved()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await CompileAsync(world);
        var again = await CompileAsync(world);
        Assert.Equal((1, true), (again.Version, again.Request.NothingNew));

        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 40), 1);
        Assert.Equal(2, (await CompileAsync(world)).Version);
        var second = await CallAsync(world, "GET", Week + "/latest/json", Leader);
        Assert.Contains(second.Json<SummaryDocument>().Summary.Changes, change => change is { Unit: "青岩镇", Before: "第1版：36", After: "第2版：40" });
        Assert.Equal(["变更", "明细"], Cells.Of((await CallAsync(world, "GET", Week + "/2/download", Leader)).Body).Sheets[^2..]);
        Assert.Equal(36, (await CallAsync(world, "GET", Week + "/1/json", Leader)).Json<SummaryDocument>().Summary.TotalOf["A03"].Total);
        Assert.Equal([1, 2], (await CallAsync(world, "GET", Week + "/versions", Office)).Json<IReadOnlyList<SummaryVersion>>().Select(version => version.Number));

        // Back to what it was: the figures of version 1, and yet a version of its own that says so.
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good, 2);
        Assert.Equal(3, (await CompileAsync(world)).Version);
        Assert.Equal(1, (await CallAsync(world, "GET", "/api/v1/campaigns/520111/2026-2027/summaries", Leader)).Json<IReadOnlyList<SummaryVersion>>().Single().Changes);
    }

    [Fact]
    public async Task Compiles_side_by_side_end_in_one_version()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        for (var i = 0; i < 4; i++) await CallAsync(world, "POST", Week, Office);
        var messages = new List<BusMessage>();
        while (world.Bus.TryTake(out var sent))
        {
            if (sent.Entity == Entities.SummaryRequests) messages.AddRange([sent.Message, sent.Message]);
        }

        Assert.Equal(8, messages.Count);
        var dispatcher = world.Get<MessageDispatcher>();
        Assert.All(await Task.WhenAll(messages.Select(message => dispatcher.DispatchAsync(Entities.SummaryRequests, message, default))), disposition => Assert.Equal(Disposition.Complete, disposition));
        Assert.Single(await world.Get<SummaryStore>().VersionsAsync(District, Of(W50)));
        Assert.Single(world.Bus.Sent, sent => sent.Message.Schema == SummaryReady.Schema);
        Assert.Empty(await RowsAsync<OutboxRow>(world, "O|"));
    }

    [Fact]
    public async Task A_compile_that_died_after_writing_its_files_is_finished_with_those_files()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var summary = SummaryRules.Compute(await world.Get<SummaryReader>().ReadAsync(District, Of(W50), world.Clock.GetUtcNow()));
        var left = Encoding.UTF8.GetBytes("the bytes of the first attempt");
        Assert.True(await world.Get<BlobStore>().PutOnceAsync(BlobStore.Summaries, $"520111/2026-2027/2026W50/{summary.InputHash}.xlsx", BinaryData.FromBytes(left), SummaryWorkbook.ContentType));
        await CompileAsync(world);
        Assert.Equal(left, (await CallAsync(world, "GET", Week + "/1/download", Leader)).Body);
    }

    [Fact]
    public async Task A_lost_message_is_brought_back_by_its_row()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var asked = (await CallAsync(world, "POST", Week, Office)).Json<SummaryEndpoints.RequestAnswer>();
        world.Bus.Lose();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.Get<Sweeper>().SweepAsync(SummaryFeature.Table, Huaxi.Campaign.Partition, default);
        await world.DeliverAsync();
        Assert.Equal(RequestState.Ready, (await CallAsync(world, "GET", asked.StatusUrl, Office)).Json<SummaryEndpoints.RequestAnswer>().State);
    }

    [Fact]
    public async Task The_same_request_twice_by_its_idempotency_key_is_one()
    {
        var world = await WorldAsync();
        var headers = new Dictionary<string, string> { ["Idempotency-Key"] = "k-1" };
        var first = (await CallAsync(world, "POST", Week, Office, headers: headers)).Json<SummaryEndpoints.RequestAnswer>();
        await world.DeliverAsync();
        var second = (await CallAsync(world, "POST", Week, Office, headers: headers)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Equal((first.Request.Id, RequestState.Ready), (second.Request.Id, second.State));
        Assert.Single(world.Bus.Sent, sent => sent.Entity == Entities.SummaryRequests);
    }

    [Fact]
    public async Task First_and_final_compile_come_once_each_as_the_calendar_says()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var week = Huaxi.Week();
        await TickAsync(world, week.FirstCompile.AddSeconds(-1));
        Assert.Empty(Requests(world, W50));
        await TickAsync(world, week.FirstCompile);
        await TickAsync(world, week.FirstCompile.AddMinutes(1));
        Assert.Equal([CompileReason.First], Requests(world, W50));
        await TickAsync(world, week.Lock);
        Assert.Equal([CompileReason.First], Requests(world, W50));
        await TickAsync(world, week.Lock.AddSeconds(1));
        await TickAsync(world, week.Lock.AddMinutes(1));
        Assert.Equal([CompileReason.First, CompileReason.Final], Requests(world, W50));
    }

    [Fact]
    public async Task A_leaders_channel_hears_each_bulletin_of_the_calendar_once_with_its_link_and_the_office_every_version()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true, PerMinute = 60 }));
        foreach (var to in new[] { DeliveryService.Office, DeliveryService.Leader })
        {
            var channel = new DeliveryChannel { Id = "c", Kind = ChannelKind.WeCom, Url = receiver.Address + to, Events = to == DeliveryService.Office };
            Assert.IsType<Outcome<IReadOnlyList<DeliveryChannel>>.Changed>(await world.Get<ChannelStore>().PutAsync("520111", to, [channel], Audit(Monday), default));
        }

        List<string> To(string path) => [.. receiver.Calls.Where(call => call.Path == "/" + path && call.Body.Contains("第二周", StringComparison.Ordinal)).Select(call => call.Body)];
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await CompileAsync(world);
        Assert.Equal((0, 1), (To("leader").Count, To("office").Count));
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 40), 1);
        var week = Huaxi.Week();
        await TickAsync(world, week.FirstCompile);
        Assert.Equal((1, 2), (To("leader").Count, To("office").Count));
        var told = To("leader")[0];
        Assert.StartsWith("{\"msgtype\":\"text\",\"text\":{\"content\":\"【花溪区工作调度】第二周，12月7日—12月13日第2版：本周", told, StringComparison.Ordinal);
        var token = System.Text.RegularExpressions.Regex.Match(told, "/f/([A-Za-z0-9_.-]+)").Groups[1].Value;
        Assert.Contains("一、存在问题与督办", (await CallAsync(world, "GET", "/f/" + token, null)).Text, StringComparison.Ordinal);

        // The same event twice over the bus, a correction, the final compile.
        var ready = world.Bus.Sent.Last(sent => sent.Message.Schema == SummaryReady.Schema);
        Assert.Equal(Disposition.Complete, await world.Get<MessageDispatcher>().DispatchAsync(Entities.EventDelivery, ready.Message, default));
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 41), 2);
        await TickAsync(world, week.FirstCompile.AddMinutes(11));
        Assert.Equal((1, 3), (To("leader").Count, To("office").Count));
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 42), 3);
        await TickAsync(world, week.Lock.AddSeconds(1));
        Assert.Equal((2, 4), (To("leader").Count, To("office").Count));
    }

    [Fact]
    public async Task A_season_that_was_compiled_and_archived_stands_beside_the_next_by_week_of_campaign()
    {
        // A year before, the same week of the campaign: compiled, put into a file, removed, and back again.
        var before = Huaxi.Campaign with { Season = "2025-2026", Start = Huaxi.Campaign.Start.AddYears(-1), End = Huaxi.Campaign.End.AddYears(-1), Forms = [new FormInForce(1, Huaxi.Campaign.Start.AddYears(-1))] };
        var scope = SummaryScope.Of(before);
        var second = scope.Periods[1];
        var world = await azurite.WorldAsync(second.Last.Due.AddHours(-2));
        var campaigns = world.Get<CampaignStore>();
        await campaigns.PutAsync(before, null, Audit(Monday));
        await campaigns.PutUnitsAsync("520111", [Huaxi.Qingyan, Huaxi.Police, Huaxi.Station], Audit(Monday));
        await campaigns.PutConfigurationAsync("520111", FormEndpoints.Kind, 1, Huaxi.Form, Audit(Monday));
        await world.Get<ReportStore>().OpenWeeksAsync(before, world.Clock.GetUtcNow());
        var submission = new Submission(Huaxi.Good.With("A03", 90), 1, null, new OriginalFile(Keys.Hash("x"), "application/json", 1), []);
        var audit = new AuditEntry(world.Clock.GetUtcNow(), "k1", "report.submitted", "x");
        Assert.IsType<Decision.Changed>(await world.Get<ReportStore>().SubmitAsync(new ReportTarget(before, second.Last, Huaxi.Qingyan, Huaxi.Form), submission, BinaryData.FromString("x"), audit));
        Assert.Equal(202, (await CallAsync(world, "POST", $"/api/v1/campaigns/520111/2025-2026/summaries/{second.Key}", Office)).Status);
        Assert.Empty(await world.DeliverAsync());

        var file = Path.Combine(Path.GetTempPath(), $"season-{Guid.NewGuid():N}.zip");
        var archive = world.Get<Core.Archive.SeasonArchive>();
        await archive.BackupAsync("520111", "2025-2026", file, default);
        await archive.RestoreAsync(file, replace: true, default);
        System.IO.File.Delete(file);

        world.Clock.SetUtcNow(Monday);
        await campaigns.PutAsync(Huaxi.Campaign, null, Audit(Monday));
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await CompileAsync(world);
        var summary = (await CallAsync(world, "GET", Week + "/latest/json", Leader)).Json<SummaryDocument>().Summary;
        Assert.Equal(("2025-2026", "2025-2026年度汇总"), (summary.LastSeason!.Season, summary.LastSeason.Source));
        var line = summary.LastSeason.Lines.Single(each => each.Label == "街面巡查人员");
        Assert.Equal((90, 90), (line.Week, line.Season));
        Assert.Contains("上年同期", (await CallAsync(world, "GET", Week + "/latest/page", Leader)).Text, StringComparison.Ordinal);

        // What the office imports goes before it.
        var imported = """{"season":"2025-2026","source":"台账","weeks":[{"number":2,"headlines":{"街面巡查人员":70}}]}""";
        Assert.Equal(200, (await CallAsync(world, "PUT", "/api/v1/campaigns/520111/2026-2027/last-season", Office, imported)).Status);
        await CompileAsync(world);
        Assert.Equal(70, (await CallAsync(world, "GET", Week + "/latest/json", Leader)).Json<SummaryDocument>().Summary.LastSeason!.Lines.Single(each => each.Label == "街面巡查人员").Week);
    }

    [Fact]
    public async Task A_clock_that_was_down_over_both_times_compiles_once_and_finally()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await TickAsync(world, Huaxi.Week().Lock.AddHours(5));
        Assert.Equal([CompileReason.Final], Requests(world, W50));
    }

    [Fact]
    public async Task Two_clocks_ask_once()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var store = world.Get<SummaryStore>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.AskForDueAsync(District, Huaxi.Week().FirstCompile, default)));
        Assert.Equal([CompileReason.First], Requests(world, W50));
    }

    [Fact]
    public async Task A_report_changed_in_a_compiled_week_makes_it_compile_again_after_a_pause()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var at = Huaxi.Week().FirstCompile;
        await TickAsync(world, at);
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 41), 1);
        await TickAsync(world, at.AddMinutes(1));
        Assert.Equal([CompileReason.First], Requests(world, W50));
        await TickAsync(world, at.AddMinutes(11));
        await TickAsync(world, at.AddMinutes(12));
        await TickAsync(world, at.AddMinutes(30));
        Assert.Equal([CompileReason.First, CompileReason.Changed], Requests(world, W50));
        Assert.Equal(41, (await CallAsync(world, "GET", Week + "/latest/json", Leader)).Json<SummaryDocument>().Summary.TotalOf["A03"].Total);
    }

    [Fact]
    public async Task Orders_and_acknowledgements_of_the_week_are_compared_with_the_patrols_reported()
    {
        var world = await WorldAsync();
        var week = Huaxi.Week();
        var policy = Samples.Read<PatrolPolicy>("policy-v1.json");
        var campaigns = world.Get<CampaignStore>();
        await campaigns.PutConfigurationAsync("520111", PatrolStore.PolicyKind, 1, policy, Audit(Monday));
        var (campaign, patrols, issued) = (Huaxi.Campaign, world.Get<PatrolStore>(), week.Opens.AddHours(34));
        await world.Get<FeatureTables>()[PatrolFeature.Table].CommitAsync(new Transaction(campaign.Partition).Insert("P|000001", new PatrolOrder
        {
            District = "520111",
            Season = "2026-2027",
            Revision = 1,
            IssuedAt = issued,
            Reason = "寒潮黄色预警信号",
            Basis = [],
            PolicyVersion = 1,
            ReviewAt = issued.AddHours(12),
            Units = new Dictionary<string, PatrolIntensity> { [Huaxi.Qingyan.Code] = PatrolIntensity.Intensive, [Huaxi.Police.Code] = PatrolIntensity.Intensive },
            Changed = [Huaxi.Qingyan.Code, Huaxi.Police.Code],
        }));
        await patrols.WriteNoticesAsync(campaign, [.. new[] { Huaxi.Qingyan, Huaxi.Police }.Select(unit => new PatrolNotice
        {
            District = "520111",
            Season = "2026-2027",
            Revision = 1,
            Unit = unit.Code,
            UnitName = unit.Name,
            Intensity = PatrolIntensity.Intensive,
            IntensityName = "强化",
            IssuedAt = issued,
            AcknowledgeBy = issued.AddMinutes(60),
            Text = "…",
        })], null, default);
        await patrols.AcknowledgeAsync(campaign, Huaxi.Qingyan.Code, 1, new Acknowledgement(issued.AddMinutes(25), "k1", "值班员", "phone", null), Audit(issued), default);
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        if (world.Clock.GetUtcNow() <= week.Due) world.Clock.SetUtcNow(week.Due.AddHours(1));
        await CompileAsync(world);

        var summary = (await CallAsync(world, "GET", Week + "/latest/json", Leader)).Json<SummaryDocument>().Summary;
        Assert.Equal((2, 1, 25m, (string?)null), (summary.Acknowledgements.Notices, summary.Acknowledgements.Acknowledged, summary.Acknowledgements.MedianMinutes, summary.Acknowledgements.SlowestUnit));
        Assert.Equal(["区公安分局"], summary.Acknowledgements.Outstanding);
        Assert.True(summary.Orders.Single().Notices.Single(notice => notice.Unit == "青岩镇").OnBehalf);
        var duty = summary.Duties.Single(duty => duty.Unit == "青岩镇");
        Assert.Equal(("常态1天 强化6天", 12, Verdict.NotMet), (duty.Days, duty.Reported!.Value, duty.Verdict));

        // A policy that asks for more is for the orders to come: what was ordered before is measured by what it asked for.
        var stricter = policy with { Version = 2, Duties = policy.Duties.ToDictionary(pair => pair.Key, pair => pair.Value with { PatrolsPerWeek = pair.Value.PatrolsPerWeek * 2 }) };
        await campaigns.PutConfigurationAsync("520111", PatrolStore.PolicyKind, 2, stricter, Audit(Monday));
        var stored = (await campaigns.GetAsync("520111", "2026-2027"))!;
        await campaigns.PutAsync(stored.Value with { PolicyVersion = 2 }, stored.ETag.ToString(), Audit(Monday));
        Assert.True((await CompileAsync(world)).Request.NothingNew);
    }

    [Fact]
    public async Task The_offices_words_and_decisions_stand_in_the_next_summary()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.WithText("X03", "桥下照明不足，请协调增设。"));
        Assert.Equal(200, (await CallAsync(world, "PUT", Matter + "/520111101", Office, """{"owner":"区住建局","due":"2026-12-25"}""")).Status);
        Assert.Equal(404, (await CallAsync(world, "PUT", Matter + "/police", Office, """{"owner":"区住建局"}""")).Status);
        Assert.Equal(200, (await CallAsync(world, "PUT", Week + "/outlook", Office, """{"text":"下周有冷空气，夜间加密巡查。"}""")).Status);
        Assert.Equal(422, (await CallAsync(world, "PUT", Week + "/outlook", Office, """{"text":" "}""")).Status);
        await CompileAsync(world);
        var page = (await CallAsync(world, "GET", Week + "/latest/page", Leader)).Text;
        Assert.Contains("<th scope=\"row\">青岩镇</th><td>桥下照明不足，请协调增设。</td><td>区住建局</td><td>12月25日前</td>", page, StringComparison.Ordinal);
        Assert.Contains("下周有冷空气，夜间加密巡查。", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_detail_holds_a_line_for_each_unit_and_week_and_words_stay_words()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.WithText("X03", "=1+1<b>\u0001"));
        var answer = await CallAsync(world, "GET", Week + "/latest/detail", Leader);
        Assert.Equal(200, answer.Status);
        var cells = Cells.Of(answer.Body);
        var column = cells.Row("明细", 1).ToDictionary(cell => cell.Text.Split(' ')[0], cell => cell.Column);
        Assert.Equal(8 + Huaxi.Form.Fields.Count, column.Count);
        var rows = cells.All("明细").Select(cell => cell.Row).Distinct().Order().Skip(1).ToList();
        Assert.Equal(3 * 2, rows.Count);
        var row = rows.Single(row => cells.Text("明细", column["单位"] + row) == "青岩镇" && cells.Text("明细", column["周次"] + row) == "2026W50");
        Assert.Equal("36", cells.Text("明细", column["A03"] + row));
        Assert.Equal("=1+1<b>", cells.Text("明细", column["X03"] + row));
        Assert.Null(cells.Formula("明细", column["X03"] + row));
        Assert.Equal("attachment; filename=\"520111-2026-2027-2026W50-detail.xlsx\"; filename*=UTF-8''" + Uri.EscapeDataString("花溪区寒冬送温暖工作调度明细（2026-2027年度第2周）.xlsx"), answer.Headers["Content-Disposition"]);

        // A date is a date, in the campaign's zone.
        Assert.Equal(new DateTime(2026, 12, 14, 10, 0, 0), DateTime.FromOADate(cells.Number("明细", column["首次报送时间"] + row)!.Value), TimeSpan.FromSeconds(1));
        Assert.Contains("yyyy-mm-dd hh:mm", cells.Map().Single(line => line.StartsWith($"明细!{column["首次报送时间"]}{row}\t", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("", cells.Text("明细", column["B07"] + row).Replace("／", "", StringComparison.Ordinal));
    }

    /// <summary>What is gathered anew is bounded for each caller; what lies there as a file is not.</summary>
    [Fact]
    public async Task A_leader_leafs_through_many_files_and_gathers_few_details()
    {
        var world = await WorldAsync(services => services.AddSingleton(new RateLimitOptions { Export = new RateLimit(1, 1) }));
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await CompileAsync(world);
        foreach (var format in new[] { "download", "print", "bulletin", "json", "csv", "page", "detail" })
        {
            Assert.Equal((format, 200), (format, (await CallAsync(world, "GET", $"{Week}/latest/{format}", Leader)).Status));
        }

        Assert.Equal(429, (await CallAsync(world, "GET", Week + "/latest/detail", Leader)).Status);
        Assert.Equal(200, (await CallAsync(world, "GET", Week + "/latest/detail", Office)).Status);
    }

    [Fact]
    public async Task Who_may_not_see_a_summary_is_told_so_and_every_download_is_recorded()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        Assert.Equal(404, (await CallAsync(world, "GET", Week + "/latest/download", Leader)).Status);
        await CompileAsync(world);
        Assert.Equal(403, (await CallAsync(world, "GET", Week + "/latest/download", Reporter)).Status);
        Assert.Equal(404, (await CallAsync(world, "GET", Week + "/latest/download", Leader with { Scope = "520112" })).Status);
        Assert.Equal(404, (await CallAsync(world, "GET", Week + "/7/download", Leader)).Status);
        Assert.Equal(404, (await CallAsync(world, "GET", Week + "/latest/doc", Leader)).Status);
        Assert.Equal(400, (await CallAsync(world, "GET", Week + "/first/download", Leader)).Status);
        Assert.Equal(404, (await CallAsync(world, "POST", Week.Replace("W50", "W30", StringComparison.Ordinal), Office)).Status);
        Assert.Equal(409, (await CallAsync(world, "POST", Week.Replace("2026W50", "2027W10", StringComparison.Ordinal), Office)).Status);
        await CallAsync(world, "GET", Week + "/latest/download", Leader);
        Assert.Single(await RowsAsync<AuditEntry>(world, "A|"), entry => entry is { What: "summary.downloaded", Subject: "2026W50/v1", Detail: "download" });
    }

    [Fact]
    public async Task A_stage_is_compiled_with_its_last_week_and_on_request_before()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        Assert.Equal(404, (await CallAsync(world, "POST", Season + "/summaries/spring", Office)).Status);
        var asked = (await CallAsync(world, "POST", Season + "/summaries/progress", Office)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Empty(await world.DeliverAsync());
        var ready = (await CallAsync(world, "GET", asked.StatusUrl, Leader)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Equal((RequestState.Ready, 1), (ready.State, ready.Version));
        var file = await CallAsync(world, "GET", ready.DownloadUrl!, Leader);
        Assert.EndsWith(Uri.EscapeDataString("花溪区寒冬送温暖工作调度汇总（2026-2027年度推进情况第1版）.xlsx"), file.Headers["Content-Disposition"], StringComparison.Ordinal);
        var stage = (await CallAsync(world, "GET", Season + "/summaries/progress/latest/json", Leader)).Json<SummaryDocument>().Summary;
        // Asked for early, it goes as far as the week that is open.
        Assert.Equal((PeriodKind.Progress, 36L, new DateOnly(2026, 12, 20)), (stage.Heading.Kind, stage.TotalOf["A03"].Total, stage.Last));

        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, new DateTimeOffset(2027, 1, 5, 0, 0, 0, TimeSpan.Zero));
        await TickAsync(world, District.Find("progress")!.Last.FirstCompile);
        await TickAsync(world, District.Find("progress")!.Last.Lock.AddMinutes(1));
        Assert.Equal([CompileReason.Requested, CompileReason.First, CompileReason.Final], Requests(world, "progress"));
        Assert.Equal(["2026W49", "2026W50", "2026W51", "2026W52", "2026W53", "2027W01", "progress"], (await CallAsync(world, "GET", Season + "/summaries", Leader)).Json<List<SummaryVersion>>().Select(version => version.Period));
    }

    [Fact]
    public async Task A_city_is_compiled_after_its_districts_lists_the_missing_and_again_when_a_district_changes()
    {
        var world = await WorldAsync();
        const string city = "/api/v1/campaigns/5201/2026-2027";
        var mayor = new Actor("k9", "市领导", Role.Leader, "5201");
        var cityOffice = mayor with { Id = "k8", Name = "市办公室", Role = Role.CampaignOffice };
        await world.Get<CampaignStore>().PutAsync(Huaxi.Campaign with { District = "520112", DistrictName = "乌当区" }, null, Audit(Monday));
        Assert.Equal(404, (await CallAsync(world, "POST", city + "/summaries/2026W50", cityOffice)).Status);
        Assert.Equal(404, (await CallAsync(world, "PUT", city + "/area", Office, """{"name":"贵阳市","office":"市办"}""")).Status);
        Assert.Equal(200, (await CallAsync(world, "PUT", city + "/area", cityOffice, """{"name":"贵阳市","office":"贵阳市领导小组办公室"}""")).Status);

        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var week = Huaxi.Week();
        await TickAsync(world, week.FirstCompile);
        Assert.Empty(Requests(world, "2026W50", "5201"));
        await TickAsync(world, week.FirstCompile.AddMinutes(31));
        Assert.Equal([CompileReason.First], Requests(world, "2026W50", "5201"));
        var summary = (await CallAsync(world, "GET", city + "/summaries/2026W50/latest/json", mayor)).Json<SummaryDocument>().Summary;
        Assert.Equal([("花溪区", 1), ("乌当区", null)], summary.Districts.Select(district => (district.Name, district.Version)));
        Assert.Equal(36, summary.TotalOf["A03"].Total);
        Assert.Equal(404, (await CallAsync(world, "GET", city + "/summaries/2026W50/latest/json", Leader)).Status);

        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 41), 1);
        await TickAsync(world, week.FirstCompile.AddMinutes(45));
        await TickAsync(world, week.FirstCompile.AddMinutes(51));
        Assert.Equal([CompileReason.First, CompileReason.Changed], Requests(world, "2026W50", "5201"));
        var second = (await CallAsync(world, "GET", city + "/summaries/2026W50/latest/json", mayor)).Json<SummaryDocument>();
        Assert.Equal((2, 41L, 2), (second.Stamp.Version, second.Summary.TotalOf["A03"].Total, second.Summary.Districts[0].Version));
        Assert.Contains(second.Summary.Changes, change => change is { Unit: "花溪区", Before: "第1版：36", After: "第2版：41" });
        var csv = (await CallAsync(world, "GET", city + "/summaries/2026W50/latest/csv", mayor)).Text;
        Assert.Contains("520112,乌当区,未编制,,缺,", csv, StringComparison.Ordinal);

        // Nothing changed, nothing is compiled.
        var asked = (await CallAsync(world, "POST", city + "/summaries/2026W50", cityOffice)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Empty(await world.DeliverAsync());
        Assert.True((await CallAsync(world, "GET", asked.StatusUrl, mayor)).Json<SummaryEndpoints.RequestAnswer>().Request.NothingNew);
    }

    /// <summary>A city's channels hang on no campaign of its own.</summary>
    [Fact]
    public async Task A_citys_leaders_hear_its_first_and_its_final_bulletin_once_and_its_office_of_every_one_and_of_what_did_not_arrive()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true, WebhookPerMinute = 6000 }));
        var cityOffice = new Actor("k8", "市办公室", Role.CampaignOffice, "5201");
        Assert.Equal(200, (await CallAsync(world, "PUT", "/api/v1/campaigns/5201/2026-2027/area", cityOffice, """{"name":"贵阳市","office":"贵阳市领导小组办公室"}""")).Status);
        foreach (var (to, path) in new[] { ("office", "office"), ("leader", "leader"), ("leader", "gone") })
        {
            var others = path == "gone" ? $$"""{"id":"leader","kind":"webhook"},""" : "";
            var channel = $$"""[{{others}}{"id":"{{path}}","kind":"webhook","url":"{{receiver.Address}}{{path}}","events":{{(to == "office" ? "true" : "false")}}}]""";
            Assert.Equal(200, (await CallAsync(world, "PUT", $"/api/v1/districts/5201/units/{to}/channels", cityOffice, channel)).Status);
        }

        receiver.Answers = call => new Receiver.Reply(call.Path == "/gone" ? 404 : 200, "{}");
        List<string> To(string path) => [.. receiver.Calls.Where(call => call.Path == "/" + path && call.Body.Contains("贵阳市", StringComparison.Ordinal) && call.Body.Contains("第二周", StringComparison.Ordinal) && !call.Body.Contains("送不到", StringComparison.Ordinal)).Select(call => call.Body)];
        async Task PassAsync(DateTimeOffset at)
        {
            await TickAsync(world, at);
            foreach (var job in new[] { PatrolClock.Job, SweeperClock.Job }) await world.Services.GetServices<IScheduledJob>().Single(each => each.Name == job).RunAsync(default);
            Assert.Empty(await world.DeliverAsync());
        }

        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var week = Huaxi.Week();
        await PassAsync(week.FirstCompile);
        await PassAsync(week.FirstCompile.AddMinutes(31));
        await PassAsync(week.FirstCompile.AddMinutes(33));
        Assert.Equal((1, 1), (To("leader").Count, To("gone").Count));
        Assert.Contains("/f/", To("leader")[0], StringComparison.Ordinal);
        Assert.Contains(receiver.Calls.Where(call => call.Path == "/office").Select(call => call.Body), body => body.Contains("送不到领导的渠道“gone”", StringComparison.Ordinal));
        var failed = (await CallAsync(world, "GET", "/api/v1/campaigns/5201/2026-2027/deliveries/failed", cityOffice)).Json<IReadOnlyList<DeliveryEntry>>();
        Assert.All(failed, entry => Assert.Equal(("leader", "gone"), (entry.Unit, entry.Channel)));
        Assert.Single(failed, entry => entry.Text.Contains("第二周", StringComparison.Ordinal));

        // A correction is the office's; the final bulletin is for both, once.
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 41), 1);
        await PassAsync(week.FirstCompile.AddMinutes(45));
        await PassAsync(week.FirstCompile.AddMinutes(51));
        Assert.Equal((1, 2), (To("leader").Count, To("office").Count));
        await PassAsync(week.Lock.AddSeconds(1));
        await PassAsync(week.Lock.AddMinutes(31));
        await PassAsync(week.Lock.AddMinutes(33));
        Assert.Equal(2, To("leader").Count);
        Assert.Contains("第2版", To("leader")[1], StringComparison.Ordinal);
        Assert.Equal(2, To("office").Count);
    }

    [Fact]
    public async Task An_areas_message_that_was_lost_is_sent_again()
    {
        var world = await WorldAsync();
        await world.Get<SummaryScopes>().PutAsync(new SummaryArea("52", "贵州省", "省办公室"), "2026-2027", Audit(Monday));
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        var week = Huaxi.Week();
        await TickAsync(world, week.FirstCompile);
        world.Clock.SetUtcNow(week.FirstCompile.AddMinutes(31));
        await world.Services.GetServices<IScheduledJob>().Single(job => job.Name == SummaryClock.Job).RunAsync(default);
        world.Bus.Lose();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.Services.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job).RunAsync(default);
        Assert.Empty(await world.DeliverAsync());
        Assert.Equal(["2026W49", "2026W50"], (await world.Get<SummaryStore>().LatestAsync((await world.Get<SummaryScopes>().FindAsync("52", "2026-2027"))!)).Select(version => version.Period));
    }

    [Fact]
    public async Task A_link_opens_its_file_without_a_key_until_its_time_is_over_and_the_office_sees_who_took_what()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good);
        await CompileAsync(world);
        Assert.Equal(403, (await CallAsync(world, "POST", Week + "/latest/download/links", Leader, """{"for":"区长"}""")).Status);
        Assert.Equal(422, (await CallAsync(world, "POST", Week + "/latest/download/links", Office, """{"for":"","hours":999}""")).Status);
        var made = await CallAsync(world, "POST", Week + "/latest/download/links", Office, """{"for":"区政府办公室张主任","hours":2}""");
        Assert.Equal(201, made.Status);
        var link = made.Json<SummaryEndpoints.LinkAnswer>();
        Assert.Equal((1, world.Clock.GetUtcNow().AddHours(2)), (link.Link.Version, link.Link.Until));
        var path = new Uri(link.Url).AbsolutePath;

        var file = await CallAsync(world, "GET", path, null);
        Assert.Equal(200, file.Status);
        Assert.Contains("要情", Cells.Of(file.Body).Sheets);
        Assert.Contains("filename*=UTF-8''", file.Headers["Content-Disposition"], StringComparison.Ordinal);

        // The link keeps its version, and nothing of it may be changed.
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.With("A03", 40), 1);
        await CompileAsync(world);
        Assert.Equal(file.Body, (await CallAsync(world, "GET", path, null)).Body);
        foreach (var forged in new[] { path.Replace(".1.download", ".2.download", StringComparison.Ordinal), path.Replace("520111.", "520112.", StringComparison.Ordinal), path[..^1] + (path[^1] == 'A' ? 'B' : 'A'), "/f/x" })
        {
            Assert.Equal(404, (await CallAsync(world, "GET", forged, null)).Status);
        }

        Assert.Equal(200, (await CallAsync(world, "GET", Week + "/latest/csv", Leader)).Status);
        var downloads = (await CallAsync(world, "GET", Week + "/downloads", Office)).Json<List<AuditEntry>>();
        Assert.Equal(["link download 区政府办公室张主任 2026W50/v1", "link download 区政府办公室张主任 2026W50/v1"], downloads.Where(entry => entry.Actor == "link").Select(entry => $"{entry.Actor} {entry.Detail} {entry.Subject}"));
        Assert.Contains(downloads, entry => entry is { Subject: "2026W50/v2", Detail: "csv" });
        Assert.Equal(403, (await CallAsync(world, "GET", Week + "/downloads", Leader)).Status);

        world.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(404, (await CallAsync(world, "GET", path, null)).Status);
    }

    [Fact]
    public async Task Matters_are_listed_by_state_and_need_a_result_to_be_closed()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.WithText("X03", "桥下照明不足，请协调增设。"));
        async Task<List<MatterLine>> Of(string state) => (await CallAsync(world, "GET", $"{Season}/matters?state={state}", Office)).Json<List<MatterLine>>();
        Assert.Equal(("青岩镇", null), ((await Of("open")).Single().Unit, (await Of("open")).Single().Owner));
        Assert.Equal(200, (await CallAsync(world, "PUT", Matter + "/520111101", Office, """{"owner":"区住建局","due":"2026-12-25"}""")).Status);
        Assert.Equal(("区住建局", new DateOnly(2026, 12, 25)), ((await Of("open")).Single().Owner, (await Of("open")).Single().Due));
        Assert.Equal(422, (await CallAsync(world, "PUT", Matter + "/520111101", Office, """{"owner":"区住建局","closed":true}""")).Status);
        Assert.Equal(200, (await CallAsync(world, "PUT", Matter + "/520111101", Office, """{"owner":"区住建局","closed":true,"note":"已增设路灯。"}""")).Status);
        Assert.Empty(await Of("open"));
        Assert.Equal("已增设路灯。", (await Of("closed")).Single().Note);
        Assert.Equal(400, (await CallAsync(world, "GET", Season + "/matters?state=lost", Office)).Status);
    }

    [Fact]
    public async Task Of_two_who_decide_on_the_same_matter_the_second_is_told()
    {
        var world = await WorldAsync();
        await SubmitAsync(world, Huaxi.Qingyan, Huaxi.Good.WithText("X03", "桥下照明不足，请协调增设。"));
        async Task<MatterLine> ReadAsync() => (await CallAsync(world, "GET", Season + "/matters", Office)).Json<List<MatterLine>>().Single();
        Task<Answer> DecideAsync(string owner, string? version) => CallAsync(world, "PUT", Matter + "/520111101", Leader, $$"""{"owner":"{{owner}}"}""", version is null ? null : new Dictionary<string, string> { ["If-Match"] = version });
        foreach (var (first, second) in new[] { ("区住建局", "区城管局"), ("区水务局", "区交通局") })
        {
            var read = await ReadAsync();
            Assert.Equal(200, (await DecideAsync(first, read.Version)).Status);
            Assert.Equal(200, (await DecideAsync(first, read.Version)).Status);
            Assert.Equal(412, (await DecideAsync(second, read.Version)).Status);
            Assert.Equal(first, (await ReadAsync()).Owner);
        }

        Assert.Equal(200, (await DecideAsync("区教育局", (await ReadAsync()).Version)).Status);
        Assert.Equal(200, (await DecideAsync("区民政局", null)).Status);
        Assert.Equal("区民政局", (await ReadAsync()).Owner);
    }

    private async Task<World> WorldAsync(Action<IServiceCollection>? change = null)
    {
        var world = await azurite.WorldAsync(Monday, change);
        var campaigns = world.Get<CampaignStore>();
        await campaigns.PutAsync(Huaxi.Campaign, null, Audit(Monday));
        await campaigns.PutUnitsAsync("520111", [Huaxi.Qingyan, Huaxi.Police, Huaxi.Station], Audit(Monday));
        await campaigns.PutConfigurationAsync("520111", FormEndpoints.Kind, 1, Huaxi.Form, Audit(Monday));
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        return world;
    }

    private static AuditEntry Audit(DateTimeOffset at) => new(at, "test", "seed", "seed");

    private static async Task SubmitAsync(World world, Unit unit, ReportContent content, int? baseVersion = null)
    {
        var now = world.Clock.GetUtcNow();
        var submission = new Submission(content, 1, baseVersion, new OriginalFile(Keys.Hash(content.Hash(1)), "application/json", 1), []);
        var decision = await world.Get<ReportStore>().SubmitAsync(Huaxi.Target(unit), submission, BinaryData.FromString("x"), new AuditEntry(now, "k1", "report.submitted", $"{W50}/{unit.Code}"));
        Assert.IsType<Decision.Changed>(decision);
    }

    private static async Task<SummaryEndpoints.RequestAnswer> CompileAsync(World world)
    {
        var asked = (await CallAsync(world, "POST", Week, Office)).Json<SummaryEndpoints.RequestAnswer>();
        Assert.Empty(await world.DeliverAsync());
        return (await CallAsync(world, "GET", asked.StatusUrl, Office)).Json<SummaryEndpoints.RequestAnswer>();
    }

    private static async Task TickAsync(World world, DateTimeOffset at)
    {
        world.Clock.SetUtcNow(at);
        await world.Services.GetServices<IScheduledJob>().Single(job => job.Name == SummaryClock.Job).RunAsync(default);
        Assert.Empty(await world.DeliverAsync());
    }

    private static List<CompileReason> Requests(World world, WeekKey week) => Requests(world, week.ToString());

    private static List<CompileReason> Requests(World world, string period, string scope = "520111") =>
        [.. world.Bus.Sent.Where(sent => sent.Message.Schema == CompileSummary.Schema).Select(sent => sent.Message.Read<CompileSummary>()).Where(request => request.Period == period && request.Scope == scope).Select(request => request.Reason)];

    private static async Task<List<T>> RowsAsync<T>(World world, string prefix)
    {
        var rows = new List<T>();
        await foreach (var row in world.Get<FeatureTables>()[SummaryFeature.Table].PrefixAsync<T>(Huaxi.Campaign.Partition, prefix)) rows.Add(row.Value);
        return rows;
    }

    private static Task<Answer> CallAsync(World world, string method, string path, Actor? actor, string? body = null, IDictionary<string, string>? headers = null) =>
        world.CallAsync(method, path, actor, Encoding.UTF8.GetBytes(body ?? ""), headers: headers);
}
