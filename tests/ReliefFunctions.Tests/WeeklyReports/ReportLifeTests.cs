using System.Text;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>Reports over HTTP on real storage.</summary>
public class ReportLifeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string W50 = "/api/v1/campaigns/520111/2026-2027/weeks/2026W50";
    private const string Qingyan = W50 + "/reports/520111101";

    /// <summary>Monday 14 December 2026, 10:00 in Guiyang: week 50 is over and due at 17:00.</summary>
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync(DateTimeOffset? now = null)
    {
        var world = await azurite.WorldAsync(now ?? Monday);
        await Huaxi.SeedAsync(world);
        return world;
    }

    private static byte[] Json(ReportContent content, int? baseVersion = null)
    {
        var body = (JsonObject)JsonNode.Parse(StoredJson.Write(content))!;
        if (baseVersion is { } version) body["baseVersion"] = version;
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static Task<Answer> PutAsync(World world, ReportContent content, int? baseVersion = null, Actor? actor = null, string path = Qingyan) =>
        world.CallAsync("PUT", path, actor ?? Reporter, Json(content, baseVersion));

    private static async Task<ReportRow> RowAsync(World world) => (await world.Get<ReportStore>().GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), "520111101"))!;

    [Fact]
    public async Task A_workbook_is_received_with_a_receipt_and_its_original_comes_back_byte_for_byte()
    {
        var world = await WorldAsync();
        var workbook = Huaxi.Workbook(Huaxi.Good);
        var answer = await world.CallAsync("PUT", Qingyan, Reporter, workbook, ReportEndpoints.WorkbookType);
        Assert.Equal(201, answer.Status);
        var receipt = answer.Json<ReportReceipt>();
        Assert.Equal((1, 0, ReportState.Submitted), (receipt.Version, receipt.MinutesLate, receipt.State));
        Assert.StartsWith("520111-2026W50-520111101-01-", receipt.Number, StringComparison.Ordinal);
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
        Assert.Equal(workbook, (await world.CallAsync("GET", Qingyan + "/versions/1/original", Office)).Body);
        Assert.Equal(12, (await world.CallAsync("GET", Qingyan, Reporter)).Json<ReportView>().Content!.Values.Number("A01"));
        var (entity, message) = world.Bus.Sent.Single();
        Assert.Equal(Entities.CampaignEvents, entity);
        Assert.Equal(("submitted", 1), (message.Read<ReportEvent>().What, message.Read<ReportEvent>().Version));
    }

    [Fact]
    public async Task The_same_content_again_is_the_same_version_with_the_same_receipt_whatever_it_came_as()
    {
        var world = await WorldAsync();
        var first = await PutAsync(world, Huaxi.Good);
        var again = await world.CallAsync("PUT", Qingyan, Reporter, Huaxi.Workbook(Huaxi.Good), ReportEndpoints.WorkbookType);
        Assert.Equal((201, 200), (first.Status, again.Status));
        Assert.Equal(first.Json<ReportReceipt>().Number, again.Json<ReportReceipt>().Number);
        Assert.Single((await RowAsync(world)).Versions);
        Assert.Single(world.Bus.Sent);
    }

    [Fact]
    public async Task A_delayed_retry_never_reverts_newer_data()
    {
        var world = await WorldAsync();
        var (a, b) = (Huaxi.Good, Huaxi.Good.With("A03", 40));
        await PutAsync(world, a);
        await PutAsync(world, b, 1);
        var late = await PutAsync(world, a);
        Assert.Equal(200, late.Status);
        Assert.Equal((1, 2), (late.Json<ReportReceipt>().Version, late.Json<ReportReceipt>().SupersededBy));
        Assert.Equal(40, (await RowAsync(world)).Counted!.Content.Values.Number("A03"));
    }

    [Fact]
    public async Task A_correction_names_its_base_and_shows_what_it_changed()
    {
        var world = await WorldAsync();
        await PutAsync(world, Huaxi.Good);
        var stale = await PutAsync(world, Huaxi.Good.With("A03", 41));
        Assert.Equal(412, stale.Status);
        Assert.Contains("A03", stale.Json<JsonObject>()["differences"]!.ToJsonString(), StringComparison.Ordinal);
        var right = await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good.With("A03", 41)), headers: new Dictionary<string, string> { ["If-Match"] = "\"1\"" });
        Assert.Equal(201, right.Status);
        Assert.Equal([new FieldChange("A03", "36", "41")], right.Json<ReportReceipt>().Changes);
        Assert.Equal(412, (await PutAsync(world, Huaxi.Good.With("A03", 42), 1)).Status);
        Assert.Equal(400, (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good, 2), headers: new Dictionary<string, string> { ["If-Match"] = "\"1\"" })).Status);
    }

    [Fact]
    public async Task A_downloaded_form_carries_its_base_so_that_two_editors_do_not_overwrite_each_other()
    {
        var world = await WorldAsync();
        await PutAsync(world, Huaxi.Good);
        var mine = await world.CallAsync("GET", Qingyan + "/form", Reporter);
        Assert.Equal(ReportEndpoints.WorkbookType, mine.Headers["Content-Type"]);
        var read = ReportReading.FromWorkbook(mine.Body, Huaxi.Target());
        Assert.Equal((1, 36), (read.BaseVersion, read.Content!.Values.Number("A03")));
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("A03", 50), 1)).Status);
        var theirs = Huaxi.Workbook(filling: new(Huaxi.Good.With("A04", 11), BaseVersion: read.BaseVersion));
        Assert.Equal(412, (await world.CallAsync("PUT", Qingyan, Reporter, theirs, ReportEndpoints.WorkbookType)).Status);
    }

    [Fact]
    public async Task A_report_with_mistakes_is_refused_whole_with_every_cell_and_nothing_is_stored()
    {
        var world = await WorldAsync();
        var answer = await PutAsync(world, Huaxi.Good.With("B02", 9).With("A02", 99));
        Assert.Equal(422, answer.Status);
        var errors = answer.Json<JsonObject>()["errors"]!.AsArray();
        Assert.Equal(["/values/A02", "/values/B01", "/values/B02"], errors.Select(error => error!["pointer"]!.GetValue<string>()).Order());
        Assert.Null(await world.Get<ReportStore>().GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), "520111101"));
        Assert.Empty(world.Bus.Sent);
    }

    [Fact]
    public async Task On_request_the_mistakes_come_back_marked_in_a_form_that_can_be_mended_and_sent()
    {
        var world = await WorldAsync();
        var answer = await world.CallAsync("PUT", Qingyan + "?marked=true", Reporter, Huaxi.Workbook(Huaxi.Good.With("B02", 9)), ReportEndpoints.WorkbookType);
        Assert.Equal((422, ReportEndpoints.WorkbookType), (answer.Status, answer.Headers["Content-Type"]));
        using var book = new ClosedXML.Excel.XLWorkbook(new MemoryStream(answer.Body));
        var sheet = book.Worksheet(1);
        var cell = sheet.Cell(sheet.Column(1).CellsUsed().First(c => c.GetString() == "B02").Address.RowNumber, 4);
        Assert.Contains("B03+B04+B05", cell.Comment.Text, StringComparison.Ordinal);
        cell.SetValue(3);
        using var mended = new MemoryStream();
        book.SaveAs(mended);
        Assert.Equal(201, (await world.CallAsync("PUT", Qingyan, Reporter, mended.ToArray(), ReportEndpoints.WorkbookType)).Status);
    }

    [Fact]
    public async Task A_dry_run_says_everything_and_stores_nothing()
    {
        var world = await WorldAsync();
        var wrong = await PutAsync(world, Huaxi.Good.With("B02", 9), path: Qingyan + "?validateOnly=true");
        Assert.Equal((200, false), (wrong.Status, wrong.Json<ValidationAnswer>().Valid));
        Assert.NotEmpty(wrong.Json<ValidationAnswer>().Errors);
        var right = await PutAsync(world, Huaxi.Good, path: Qingyan + "?validateOnly=true");
        Assert.Equal((true, 1), (right.Json<ValidationAnswer>().Valid, right.Json<ValidationAnswer>().Version));
        Assert.Null(await world.Get<ReportStore>().GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), "520111101"));
    }

    [Fact]
    public async Task A_zero_report_is_one_click_but_explicit()
    {
        var world = await WorldAsync();
        Assert.Equal(422, (await world.CallAsync("PUT", Qingyan, Reporter, "{\"values\":{}}"u8.ToArray())).Status);
        var bare = await world.CallAsync("PUT", Qingyan, Reporter, "{\"zeroReport\":true}"u8.ToArray());
        Assert.Equal(422, bare.Status);
        Assert.Equal(["/filledBy", "/reviewedBy"], bare.Json<JsonObject>()["errors"]!.AsArray().Select(error => error!["pointer"]?.GetValue<string>()).OfType<string>().Order());
        Assert.Equal(["A05", "A07", "D06", "F04", "G01"], bare.Json<JsonObject>()["errors"]!.AsArray().Where(error => error!["code"]!.GetValue<string>() == "zero-report-stock").Select(error => error!["field"]!.GetValue<string>()).Order());
        var zero = await world.CallAsync("PUT", Qingyan, Reporter, """{"zeroReport":true,"values":{"A05":8,"A07":17,"D06":0,"F04":1,"G01":9},"filledBy":"王芳","reviewedBy":"李强"}"""u8.ToArray());
        Assert.Equal(201, zero.Status);
        Assert.True(zero.Json<ReportReceipt>().ZeroReport);
        Assert.Equal((0, 0), ((await RowAsync(world)).Counted!.Content.Values.Number("A01"), (await RowAsync(world)).Counted!.Content.Values.Number("D06")));
    }

    [Fact]
    public async Task A_returned_report_does_not_count_until_it_is_sent_again_or_an_accepted_one_stands_behind_it()
    {
        var world = await WorldAsync();
        await PutAsync(world, Huaxi.Good);
        Assert.Equal(422, (await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1}"""u8.ToArray())).Status);
        var returned = await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"B02 请核对"}"""u8.ToArray());
        Assert.Equal((ReportState.Returned, (int?)null), (returned.Json<ReportView>().State, returned.Json<ReportView>().CountedVersion));
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("A03", 40), 1)).Status);
        Assert.Equal(200, (await world.CallAsync("POST", Qingyan + "/accept", Office, """{"version":2}"""u8.ToArray())).Status);
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("A03", 44), 2)).Status);
        Assert.Equal(3, (await RowAsync(world)).Counted!.Number);
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":3,"comment":"A03 与台账不符"}"""u8.ToArray());
        Assert.Equal(2, (await RowAsync(world)).Counted!.Number);
        Assert.Equal(412, (await world.CallAsync("POST", Qingyan + "/accept", Office, """{"version":2}"""u8.ToArray())).Status);
        Assert.Equal(["submitted", "returned", "submitted", "accepted", "submitted", "returned"], world.Bus.Sent.Select(sent => sent.Message.Read<ReportEvent>().What));
    }

    [Fact]
    public async Task A_delayed_acceptance_does_not_undo_the_return_that_came_after_it()
    {
        var world = await WorldAsync();
        Task<Answer> Say(string what, string body) => world.CallAsync("POST", $"{Qingyan}/{what}", Office, Encoding.UTF8.GetBytes(body));
        await PutAsync(world, Huaxi.Good);
        var accepted = (await Say("accept", """{"version":1}""")).Json<ReportView>();
        Assert.Equal(412, (await Say("return", """{"version":1,"comment":"B02 请核对"}""")).Status);
        Assert.Equal(200, (await Say("return", $$"""{"version":1,"comment":"B02 请核对","revision":{{accepted.Revision}}}""")).Status);
        var delayed = await Say("accept", """{"version":1}""");
        Assert.Equal(412, delayed.Status);
        Assert.Contains("已退回（B02 请核对）", delayed.Json<JsonObject>()["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(ReportState.Returned, (await RowAsync(world)).State);
        Assert.Equal(200, (await Say("accept", $$"""{"version":1,"revision":{{delayed.Json<JsonObject>()["revision"]}}}""")).Status);
    }

    [Fact]
    public async Task A_return_is_told_to_the_unit_in_words_and_the_rest_disturbs_nobody()
    {
        var world = await WorldAsync();
        await PutAsync(world, Huaxi.Good);
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"B02 请核对"}"""u8.ToArray());
        var told = world.Bus.Sent.Select(sent => sent.Message.Read<ReportEvent>()).ToList();
        Assert.Equal([null, "【退回】青岩镇：第2周工作进展情况调度表（第 1 次报送）被退回：B02 请核对。请改好后重新报送。"], told.Select(message => message.Text));
        world.Clock.SetUtcNow(Huaxi.Week().Lock.AddHours(1));
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"A03 请核对","revision":2}"""u8.ToArray());
        Assert.Contains("本周已锁定，请先联系", world.Bus.Sent.Last().Message.Read<ReportEvent>().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_is_shown_again_as_data_and_as_a_page()
    {
        var world = await WorldAsync();
        var given = (await PutAsync(world, Huaxi.Good)).Json<ReportReceipt>();
        Assert.Equal(StoredJson.Write(given), StoredJson.Write((await world.CallAsync("GET", Qingyan + "/versions/1/receipt", Reporter)).Json<ReportReceipt>()));
        await PutAsync(world, Huaxi.Good.With("A03", 40), 1);
        Assert.Equal(2, (await world.CallAsync("GET", Qingyan + "/versions/1/receipt", Office)).Json<ReportReceipt>().SupersededBy);
        var page = await world.CallAsync("GET", Qingyan + "/versions/1/receipt?page=true", Reporter);
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.All([given.Number, given.Hash, "青岩镇", "2026年12月14日 10:00:00，按时", "第 1 次；已由第 2 次报送取代"], part => Assert.Contains(part, page.Text, StringComparison.Ordinal));
        Assert.Equal(404, (await world.CallAsync("GET", Qingyan + "/versions/3/receipt", Reporter)).Status);
    }

    [Fact]
    public async Task A_retry_has_its_receipt_even_when_the_week_before_was_corrected_since()
    {
        var world = await WorldAsync(Huaxi.Week("2026W49").Due);
        var w49 = W50.Replace("2026W50", "2026W49", StringComparison.Ordinal) + "/reports/520111101";
        await PutAsync(world, Huaxi.Good.With("F04", 5), path: w49);
        world.Clock.SetUtcNow(Monday);
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("F04", 6))).Status);
        await world.CallAsync("PUT", w49 + "/lock-waiver", Office, """{"until":"2026-12-20T18:00:00+08:00","reason":"更正"}"""u8.ToArray());
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("F04", 9), 1, path: w49)).Status);
        Assert.Equal(200, (await PutAsync(world, Huaxi.Good.With("F04", 6))).Status);
        Assert.Equal(422, (await PutAsync(world, Huaxi.Good.With("F04", 6).With("A03", 40), 1)).Status);
    }

    [Fact]
    public async Task A_blank_form_offers_who_signed_last_and_the_day()
    {
        var world = await WorldAsync();
        await world.Get<CampaignStore>().PutUnitsAsync("520111", [Huaxi.Qingyan with { Contacts = [new Contact("赵敏", "带班领导"), new Contact("刘洋", "信息员", "13800000000")] }], new AuditEntry(Monday, "test", "seed", "seed"));
        async Task<string> HeaderAsync(string week)
        {
            using var book = new ClosedXML.Excel.XLWorkbook(new MemoryStream((await world.CallAsync("GET", $"{W50.Replace("2026W50", week, StringComparison.Ordinal)}/reports/520111101/form", Reporter)).Body));
            return string.Join("|", Enumerable.Range(4, 3).Select(row => book.Worksheet(1).Cell(row, 4).GetString()));
        }

        Assert.Equal("刘洋||2026年12月14日", await HeaderAsync("2026W50"));
        await PutAsync(world, Huaxi.Good);
        Assert.Equal("王芳|李强|2026年12月14日", await HeaderAsync("2026W51"));
    }

    [Fact]
    public async Task A_returned_correction_is_asked_for_even_while_an_accepted_version_counts()
    {
        var world = await WorldAsync();
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        await PutAsync(world, Huaxi.Good);
        await world.CallAsync("POST", Qingyan + "/accept", Office, """{"version":1}"""u8.ToArray());
        await PutAsync(world, Huaxi.Good.With("A03", 40), 1);
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":2,"comment":"A03 与台账不符"}"""u8.ToArray());
        Assert.Equal(1, (await RowAsync(world)).Counted!.Number);
        world.Bus.Sent.Clear();
        Assert.Equal(2, await world.Get<ReminderSender>().RunAsync(Huaxi.Campaign, Monday.AddHours(5)));
        Assert.Contains(world.Bus.Sent.Select(sent => sent.Message), message => message.Body.Contains("已退回（A03 与台账不符），尚未收到更正", StringComparison.Ordinal));
        Assert.Contains("尚有 2 家未报：青岩镇（退回未改）、区公安分局。", world.Bus.Sent.Last().Message.Read<ReportDigest>().Text, StringComparison.Ordinal);
        Assert.Equal(["520111101", "police"], (await world.CallAsync("GET", W50 + "/call-list", Office)).Json<List<CallListLine>>().Select(line => line.Unit));
    }

    [Fact]
    public async Task After_the_lock_only_a_unit_with_leave_submits_and_only_until_its_end()
    {
        var world = await WorldAsync(new DateTimeOffset(2026, 12, 16, 18, 0, 1, TimeSpan.FromHours(8)));
        Assert.Equal(409, (await PutAsync(world, Huaxi.Good)).Status);
        Assert.Equal(422, (await world.CallAsync("PUT", Qingyan + "/lock-waiver", Office, """{"until":"2026-12-16T12:00:00+08:00","reason":"停电"}"""u8.ToArray())).Status);
        Assert.Equal(200, (await world.CallAsync("PUT", Qingyan + "/lock-waiver", Office, """{"until":"2026-12-17T18:00:00+08:00","reason":"停电"}"""u8.ToArray())).Status);
        var late = await PutAsync(world, Huaxi.Good);
        Assert.Equal(201, late.Status);
        Assert.Equal((2 * 24 * 60) + 60, late.Json<ReportReceipt>().MinutesLate);
        world.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(409, (await PutAsync(world, Huaxi.Good.With("A03", 40), 1)).Status);
        Assert.Equal(200, (await PutAsync(world, Huaxi.Good)).Status);
    }

    [Fact]
    public async Task The_board_counts_those_expected_when_the_week_opened_and_the_station_apart()
    {
        var world = await WorldAsync(Monday.AddHours(8));
        var store = world.Get<ReportStore>();
        await store.OpenWeeksAsync(Huaxi.Campaign, Monday.AddHours(8));
        await store.OpenWeeksAsync(Huaxi.Campaign, Monday.AddHours(8));
        await PutAsync(world, Huaxi.Good);
        await PutAsync(world, Huaxi.Zero(Huaxi.Station), actor: Office, path: W50 + "/reports/station");
        var board = (await world.CallAsync("GET", W50 + "/board", Office)).Json<ReportBoard>();
        Assert.Equal(["520111101", "police", "station"], board.Units.Select(unit => unit.Unit));
        Assert.Equal(new ReportingRate(2, 1, 0, 0, 0), board.Rate);
        Assert.Equal(0.5, board.Rate.Rate);
        Assert.Equal((60, false), (board.Units[0].MinutesLate, board.Units[0].Overdue));
        Assert.Equal((ReportState.NotReported, true), (board.Units[1].State, board.Units[1].Overdue));
        Assert.Equal(403, (await world.CallAsync("GET", W50 + "/board", Reporter)).Status);

        // The season's board says the same of every week that has opened, in one answer.
        var season = (await world.CallAsync("GET", W50[..W50.IndexOf("/weeks", StringComparison.Ordinal)] + "/season-board", Office)).Json<SeasonBoard>();
        var at = season.Weeks.Select(week => week.Week.Key.ToString()).ToList().IndexOf("2026W50");
        Assert.Equal(board.Rate, season.Weeks[at].Rate);
        Assert.Equal(["520111101", "police", "station"], season.Units.Select(unit => unit.Unit));
        Assert.Equal(board.Units.Select(unit => (unit.State, unit.Version, unit.MinutesLate, unit.Overdue, unit.UnexplainedWarnings, unit.ZeroReport)),
            season.Units.Select(unit => unit.Cells[at]!).Select(cell => (cell.State, cell.Version, cell.MinutesLate, cell.Overdue, cell.Questions, cell.Zero)));
        Assert.All(season.Weeks, week => Assert.True(week.Week.Opens <= world.Clock.GetUtcNow()));
        Assert.All(season.Units, unit => Assert.Equal(season.Weeks.Count, unit.Cells.Count));
        Assert.Equal(403, (await world.CallAsync("GET", W50[..W50.IndexOf("/weeks", StringComparison.Ordinal)] + "/season-board", Reporter)).Status);
    }

    [Fact]
    public async Task A_unit_registered_after_the_week_opened_is_not_in_its_rate_until_it_reports()
    {
        var world = await WorldAsync();
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        await world.Get<CampaignStore>().PutUnitsAsync("520111", [Huaxi.Qingyan with { Code = "520111102", Name = "石板镇" }], new AuditEntry(Monday, "test", "seed", "seed"));
        Assert.Equal(2, ReportingRate.Of(await world.Get<ReportStore>().WeekAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"))).Expected);
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday.AddDays(7));
        Assert.Equal(3, ReportingRate.Of(await world.Get<ReportStore>().WeekAsync(Huaxi.Campaign, WeekKey.Parse("2026W52"))).Expected);
    }

    [Fact]
    public async Task A_closed_unit_is_expected_only_while_it_exists()
    {
        var world = await WorldAsync();
        await world.Get<CampaignStore>().PutUnitsAsync("520111", [Huaxi.Police with { Closes = new DateOnly(2026, 12, 6) }], new AuditEntry(Monday, "test", "seed", "seed"));
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        var expected = await Task.WhenAll(new[] { "2026W49", "2026W50" }.Select(async week => ReportingRate.Of(await world.Get<ReportStore>().WeekAsync(Huaxi.Campaign, WeekKey.Parse(week))).Expected));
        Assert.Equal([2, 1], expected);
        Assert.Equal(404, (await PutAsync(world, Huaxi.Good, actor: Office, path: W50 + "/reports/police")).Status);
    }

    [Fact]
    public async Task Each_reminder_goes_once_to_those_missing_and_one_digest_to_the_office()
    {
        var world = await WorldAsync();
        var reminders = world.Get<ReminderSender>();
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        await PutAsync(world, Huaxi.Good);
        world.Bus.Sent.Clear();
        var before = new DateTimeOffset(2026, 12, 14, 15, 0, 20, TimeSpan.FromHours(8));
        Assert.Equal(1, await reminders.RunAsync(Huaxi.Campaign, before));
        Assert.Equal(0, await reminders.RunAsync(Huaxi.Campaign, before.AddMinutes(1)));
        var reminder = world.Bus.Sent.Single(sent => sent.Message.Schema == ReportReminder.Schema).Message.Read<ReportReminder>();
        Assert.Equal(("police", "before-due"), (reminder.Unit, reminder.Step));
        Assert.Equal(["区公安分局"], world.Bus.Sent.Single(sent => sent.Message.Schema == ReportDigest.Schema).Message.Read<ReportDigest>().Missing);
        Assert.Equal(1, await reminders.RunAsync(Huaxi.Campaign, before.AddHours(3)));
        Assert.Equal(0, await reminders.RunAsync(Huaxi.Campaign, new DateTimeOffset(2026, 12, 15, 8, 31, 0, TimeSpan.FromHours(8))));
        Assert.Equal(Reminders.CallList, world.Bus.Sent.Last().Message.Read<ReportDigest>().Step);
    }

    [Fact]
    public async Task Two_clocks_and_two_submitters_at_once_leave_one_truth()
    {
        var world = await WorldAsync();
        var store = world.Get<ReportStore>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => store.OpenWeeksAsync(Huaxi.Campaign, Monday)).Append(PutAsync(world, Huaxi.Good)).Append(PutAsync(world, Huaxi.Good.With("A03", 37))));
        var row = await RowAsync(world);
        Assert.Single(row.Versions);
        Assert.Equal(3, (await store.WeekAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"))).Count);
        Assert.Single(world.Bus.Sent);
    }

    [Theory]
    [InlineData("/api/v1/campaigns/520111/2026-2027/weeks/2026W40/reports/520111101", 404)]
    [InlineData("/api/v1/campaigns/520111/2026-2027/weeks/2027W53/reports/520111101", 400)]
    [InlineData("/api/v1/campaigns/520111/2026-2027/weeks/2027W05/reports/520111101", 409)]
    [InlineData("/api/v1/campaigns/520111/2025-2026/weeks/2026W05/reports/520111101", 404)]
    [InlineData("/api/v1/campaigns/520111/2026-2027/weeks/2026W50/reports/nobody", 404)]
    [InlineData("/api/v1/campaigns/520111/2026-2027/weeks/2026W50/reports/police", 422)]
    public async Task What_is_addressed_wrongly_is_told_apart(string path, int status)
    {
        var world = await WorldAsync();
        var answer = await PutAsync(world, Huaxi.Good, actor: Office, path: path);
        Assert.True(status == answer.Status, answer.Text);
        Assert.False(string.IsNullOrEmpty(answer.Json<JsonObject>()["detail"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_unit_reads_and_writes_its_own_rows_only()
    {
        var world = await WorldAsync();
        Assert.Equal(404, (await PutAsync(world, Huaxi.Good, path: W50 + "/reports/police")).Status);
        Assert.Equal(404, (await world.CallAsync("GET", W50 + "/reports/police", Reporter)).Status);
        Assert.Equal(403, (await world.CallAsync("POST", Qingyan + "/accept", Reporter, """{"version":1}"""u8.ToArray())).Status);
    }

    [Fact]
    public async Task Bodies_that_are_no_report_are_refused_by_their_kind()
    {
        var world = await WorldAsync();
        Task<Answer> Send(byte[] body, string type) => world.CallAsync("PUT", Qingyan, Reporter, body, type);
        Assert.Equal(400, (await Send("{\"values\":"u8.ToArray(), "application/json")).Status);
        Assert.Equal(400, (await Send("[]"u8.ToArray(), "application/json")).Status);
        Assert.Equal(422, (await Send("{\"values\":{},\"tpyo\":1}"u8.ToArray(), "application/json")).Status);
        Assert.Equal(413, (await Send(new byte[50_000_000], "application/json")).Status);
        Assert.Equal(415, (await Send("a=b"u8.ToArray(), "application/x-www-form-urlencoded")).Status);
        Assert.Equal(415, (await Send([0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3], "application/vnd.ms-excel")).Status);
        Assert.Equal(400, (await Send([], ReportEndpoints.WorkbookType)).Status);
        Assert.Equal(422, (await Send(Huaxi.Workbook(Huaxi.Good, week: "2026W51"), ReportEndpoints.WorkbookType)).Status);
    }

    [Fact]
    public async Task A_stamped_scan_is_known_by_its_content()
    {
        var world = await WorldAsync();
        Assert.Equal(415, (await world.CallAsync("PUT", Qingyan + "/stamped-scan", Reporter, "GIF89a"u8.ToArray(), "application/pdf")).Status);
        Assert.True((await world.CallAsync("PUT", Qingyan + "/stamped-scan", Reporter, "%PDF-1.7 x"u8.ToArray(), "image/jpeg")).Json<ReportView>().HasStampedScan);
        var scan = await world.CallAsync("GET", Qingyan + "/stamped-scan", Office);
        Assert.Equal(("application/pdf", "%PDF-1.7 x"), (scan.Headers["Content-Type"], scan.Text));

        // It came before the report: what was filed since is not under its stamp.
        await PutAsync(world, Huaxi.Good);
        var line = (await world.CallAsync("GET", W50 + "/board", Office)).Json<ReportBoard>().Units.Single(unit => unit.Unit == "520111101");
        Assert.Equal((true, (int?)0, 1), (line.HasStampedScan, line.StampedVersion, line.Version));
        Assert.Equal(1, (await world.CallAsync("PUT", Qingyan + "/stamped-scan", Reporter, [0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg")).Json<ReportView>().StampedVersion);
    }

    [Fact]
    public async Task Last_weeks_hazards_and_a_missing_week_decide_what_is_carried()
    {
        var world = await WorldAsync();
        var w49 = W50.Replace("2026W50", "2026W49", StringComparison.Ordinal) + "/reports/520111101";
        await world.CallAsync("PUT", w49 + "/lock-waiver", Office, """{"until":"2026-12-20T18:00:00+08:00","reason":"补报"}"""u8.ToArray());
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("F04", 5), path: w49)).Status);
        var wrong = await PutAsync(world, Huaxi.Good);
        Assert.Contains("R15", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("F04", 6))).Status);
    }

    [Fact]
    public async Task The_same_unit_in_a_second_season_starts_clean()
    {
        var world = await WorldAsync();
        await PutAsync(world, Huaxi.Good);
        await world.Get<CampaignStore>().PutAsync(Huaxi.Campaign with { Season = "2027-2028", Start = new DateOnly(2027, 12, 1), End = new DateOnly(2028, 4, 30) }, null, new AuditEntry(Monday, "test", "seed", "seed"));
        world.Clock.Advance(TimeSpan.FromDays(364));
        var path = "/api/v1/campaigns/520111/2027-2028/weeks/2027W49/reports/520111101";
        Assert.Equal(0, (await world.CallAsync("GET", path, Reporter)).Json<ReportView>().Version);
        Assert.Equal(201, (await PutAsync(world, Huaxi.Good.With("F04", 50), path: path)).Status);
    }
}
