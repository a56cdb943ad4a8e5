using System.Text;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>Drafts and the confirmation of warnings, over HTTP on real storage.</summary>
public class DraftTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string W50 = "/api/v1/campaigns/520111/2026-2027/weeks/2026W50";
    private const string Qingyan = W50 + "/reports/520111101", Draft = Qingyan + "/draft";
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync(DateTimeOffset? from = null)
    {
        var world = await azurite.WorldAsync(from ?? Monday);
        await Huaxi.SeedAsync(world, [Huaxi.Qingyan with { Contacts = [new Contact("王芳", "信息员", "0851-12345")] }, Huaxi.Police]);
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        return world;
    }

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    private static byte[] Json(ReportContent content) => Utf8(StoredJson.Write(content));

    private static Dictionary<string, string> IfMatch(string tag) => new() { ["If-Match"] = tag };

    [Fact]
    public async Task A_half_filled_form_is_kept_as_typed_and_counts_nowhere()
    {
        var world = await WorldAsync();
        var saved = await world.CallAsync("PUT", Draft, Reporter, Utf8("""{"values":{"A01":12,"A03":"约三十"},"filledBy":"王芳"}"""));
        Assert.Equal((200, "\"draft-1\""), (saved.Status, saved.Headers["ETag"]));
        var draft = (await world.CallAsync("GET", Draft, Reporter)).Json<DraftView>();
        Assert.Equal((12, "约三十", "王芳"), (draft.Content.Values.Number("A01"), draft.Entered["A03"], draft.Content.FilledBy));
        Assert.Contains(draft.Errors, error => error is { Field: "A03", Code: "not-a-number", Pointer: "/values/A03" });
        Assert.Contains(draft.Errors, error => error.Code == "required");
        Assert.Equal(ReportState.NotReported, (await world.CallAsync("GET", Qingyan, Reporter)).Json<ReportView>().State);
        var line = (await world.CallAsync("GET", W50 + "/board", Office)).Json<ReportBoard>();
        Assert.Equal((0, Monday), (line.Rate.Reported, line.Units[0].DraftSavedAt));
        Assert.Empty(world.Bus.Sent);
    }

    [Fact]
    public async Task Null_is_nothing_and_not_a_word()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Draft, Reporter, Utf8("""{"values":{"A01":null,"X02":null},"filledBy":null,"reviewedBy":null,"note":null}"""));
        var draft = (await world.CallAsync("GET", Draft, Reporter)).Json<DraftView>();
        Assert.Equal((null, null, null), (draft.Content.FilledBy, draft.Content.ReviewedBy, draft.Content.Note));
        Assert.Empty(draft.Entered);
    }

    [Fact]
    public async Task A_page_gets_all_that_it_needs_to_fill_in_a_report_in_one_answer()
    {
        var world = await WorldAsync(Monday.AddDays(-7));
        Assert.Equal(201, (await world.CallAsync("PUT", Qingyan.Replace("2026W50", "2026W49", StringComparison.Ordinal), Reporter, Json(Huaxi.Good))).Status);
        world.Clock.Advance(TimeSpan.FromDays(7));
        await world.CallAsync("PUT", Draft, Reporter, Utf8("""{"values":{"A01":3,"A03":"约三十"}}"""));
        var entry = (await world.CallAsync("GET", Qingyan + "/entry", Reporter)).Json<EntryEndpoints.ReportEntry>();
        Assert.Equal((2, 0, 1, "约三十"), (entry.Week.Number, entry.Report.Version, entry.Draft!.Revision, entry.Draft.Entered["A03"]));
        Assert.All(entry.Form.Fields, field => Assert.True(field.AppliesTo.Count == 0 || field.AppliesTo.Contains(UnitKind.Township), field.Code));
        Assert.Equal(Huaxi.Good.Values.Number("A01"), entry.LastWeek!.Number("A01"));
        Assert.Equal(Huaxi.Good.Values.Number("A01"), entry.SeasonBefore["A01"]);
        Assert.False(entry.SeasonBefore.ContainsKey("A05"), "A level is not added up.");
        Assert.Equal(Huaxi.Good.FilledBy, entry.FilledBy);
        Assert.Null((await world.CallAsync("GET", Qingyan + "/entry", new Actor("k3", "领导", Role.Leader, "520111"))).Json<EntryEndpoints.ReportEntry>().Draft);
    }

    [Fact]
    public async Task Two_devices_do_not_overwrite_each_others_draft()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good));
        Assert.Equal(200, (await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good))).Status);
        var second = await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good.With("A03", 41)), headers: IfMatch("\"draft-1\""));
        Assert.Equal("\"draft-2\"", second.Headers["ETag"]);
        foreach (var stale in new[] { IfMatch("\"draft-1\""), [] })
        {
            var refused = await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good.With("A03", 42)), headers: stale);
            Assert.Equal((412, "\"draft-2\""), (refused.Status, refused.Headers["ETag"]));
            Assert.Contains("A03", refused.Json<JsonObject>()["differences"]!.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Equal(412, (await world.CallAsync("DELETE", Draft, Reporter, headers: IfMatch("\"draft-1\""))).Status);
        Assert.Equal(400, (await world.CallAsync("DELETE", Draft, Reporter, headers: IfMatch("\"2\""))).Status);
        Assert.Equal(41, (await world.CallAsync("GET", Draft, Reporter)).Json<DraftView>().Content.Values.Number("A03"));
        for (var i = 0; i < 2; i++) Assert.Equal(204, (await world.CallAsync("DELETE", Draft, Reporter, headers: IfMatch("\"draft-2\""))).Status);
        Assert.Equal(404, (await world.CallAsync("GET", Draft, Reporter)).Status);
    }

    [Fact]
    public async Task The_units_submission_ends_its_draft_and_the_offices_does_not()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good));
        Assert.Equal(201, (await world.CallAsync("PUT", Qingyan, Office, Json(Huaxi.Good.With("A03", 41)))).Status);
        var draft = (await world.CallAsync("GET", Draft, Reporter)).Json<DraftView>();
        Assert.Equal((null, 1), (draft.BaseVersion, draft.LatestVersion));
        Assert.Equal(412, (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good))).Status);
        Assert.Equal(201, (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good), headers: IfMatch("\"1\""))).Status);
        Assert.Equal(404, (await world.CallAsync("GET", Draft, Reporter)).Status);
    }

    [Fact]
    public async Task A_draft_comes_back_as_a_workbook_and_a_workbook_may_be_a_draft()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Draft, Reporter, Huaxi.Workbook(filling: new(Huaxi.Good, Entered: new Dictionary<string, string> { ["A03"] = "约三十" })), ReportEndpoints.WorkbookType);
        var form = await world.CallAsync("GET", Qingyan + "/form?draft=true", Reporter);
        Assert.Contains("%E8%8D%89%E7%A8%BF", form.Headers["Content-Disposition"], StringComparison.Ordinal);
        var read = ReportReading.FromWorkbook(form.Body, Huaxi.Target());
        Assert.Equal((12, "约三十"), (read.Content!.Values.Number("A01"), read.Entered["A03"]));
    }

    [Fact]
    public async Task A_draft_holds_no_identities_and_is_nobody_elses()
    {
        var world = await WorldAsync();
        var refused = await world.CallAsync("PUT", Draft, Reporter, Utf8("""{"values":{"X02":"救助张某11010519491231002X"}}"""));
        Assert.Equal(422, refused.Status);
        Assert.DoesNotContain("19491231", refused.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await world.CallAsync("GET", Draft, Reporter)).Status);
        Assert.Equal(404, (await world.CallAsync("GET", W50 + "/reports/police/draft", Reporter)).Status);
        Assert.Equal(403, (await world.CallAsync("GET", Draft, new Actor("k3", "领导", Role.Leader, "520111"))).Status);
    }

    [Fact]
    public async Task Warnings_are_confirmed_or_explained_and_never_block()
    {
        var world = await WorldAsync();
        var receipt = (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good.With("A03", 0)))).Json<ReportReceipt>();
        Assert.True(receipt.NeedsExplanation);
        Assert.Equal(["W02", "week-before-missing"], receipt.Warnings.Select(warning => warning.Code!).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await world.CallAsync("GET", Qingyan, Reporter)).Json<ReportView>().UnexplainedWarnings);
        Assert.Equal(412, (await world.CallAsync("POST", Qingyan + "/confirm-warnings", Reporter, Utf8("""{"version":2}"""))).Status);
        for (var i = 0; i < 2; i++) Assert.Equal(0, (await world.CallAsync("POST", Qingyan + "/confirm-warnings", Reporter, Utf8("""{"version":1}"""))).Json<ReportView>().UnexplainedWarnings);
        Assert.Equal(201, (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good.With("A03", 0).With("A04", 11)), headers: IfMatch("\"1\""))).Status);
        Assert.Equal(2, (await world.CallAsync("GET", W50 + "/board", Office)).Json<ReportBoard>().Units[0].UnexplainedWarnings);
    }

    [Fact]
    public async Task The_call_list_names_those_missing_with_their_numbers_for_the_office_alone()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Draft, Reporter, Json(Huaxi.Good));
        var lines = (await world.CallAsync("GET", W50 + "/call-list", Office)).Json<List<CallListLine>>();
        Assert.Equal(["青岩镇", "区公安分局"], lines.Select(line => line.Name));
        Assert.Equal(("0851-12345", Monday), (lines[0].Contacts[0].Phone, lines[0].DraftSavedAt));
        await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good));
        Assert.Equal(["区公安分局"], (await world.CallAsync("GET", W50 + "/call-list", Office)).Json<List<CallListLine>>().Select(line => line.Name));
        Assert.Equal(403, (await world.CallAsync("GET", W50 + "/call-list", Reporter)).Status);
    }

    [Fact]
    public async Task The_trail_is_read_page_by_page_newest_first()
    {
        var world = await WorldAsync();
        for (var i = 0; i < 5; i++)
        {
            world.Clock.SetUtcNow(Monday.AddMinutes(i));
            Assert.Equal(201, (await world.CallAsync("PUT", Qingyan, Reporter, Json(Huaxi.Good.With("A03", 40 + i)), headers: i == 0 ? null : IfMatch($"\"{i}\""))).Status);
        }

        var address = "/api/v1/campaigns/520111/2026-2027/audit/reports?top=2";
        var (seen, pages, next) = (new List<DateTimeOffset>(), 0, "");
        do
        {
            var page = (await world.CallAsync("GET", next.Length == 0 ? address : $"{address}&after={Uri.EscapeDataString(next)}", Office)).Json<AuditPage>();
            seen.AddRange(page.Entries.Select(entry => entry.At));
            (next, pages) = (page.Next ?? "", pages + 1);
        }
        while (next.Length > 0);
        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => Monday.AddMinutes(4 - i)), seen);
        Assert.Equal(400, (await world.CallAsync("GET", address + "&after=zzz", Office)).Status);
        Assert.Equal(400, (await world.CallAsync("GET", address.Replace("=2", "=0", StringComparison.Ordinal), Office)).Status);
        Assert.Equal(404, (await world.CallAsync("GET", address.Replace("reports?", "access?", StringComparison.Ordinal), Office)).Status);
        Assert.Equal(403, (await world.CallAsync("GET", address, Reporter)).Status);
    }
}
