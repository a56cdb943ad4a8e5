using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Tests.WeeklyReports;

public class StageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Progress = "/api/v1/campaigns/520111/2026-2027/stage-reports/progress";
    private const string Qingyan = Progress + "/520111101";
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync()
    {
        var monday = new DateTimeOffset(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
        var world = await azurite.WorldAsync(monday);
        var calendar = Huaxi.Campaign.Calendar with { ProgressReportDue = new DateOnly(2027, 1, 10) };
        await Huaxi.SeedAsync(world, [Huaxi.Qingyan, Huaxi.Police], Huaxi.Campaign with { Calendar = calendar });
        foreach (var (at, week, content) in new[] { (monday, "2026W50", Huaxi.Good), (monday.AddDays(7), "2026W51", Huaxi.Good.With("F02", 0).With("F03", 0).With("D06", 5)) })
        {
            world.Clock.SetUtcNow(at);
            var answer = await world.CallAsync("PUT", $"/api/v1/campaigns/520111/2026-2027/weeks/{week}/reports/520111101", Reporter, Huaxi.Workbook(content, week: week), ReportEndpoints.WorkbookType);
            Assert.True(answer.Status == 201, answer.Text);
        }

        return world;
    }

    private static Task<Answer> PutAsync(World world, string text, string? ifMatch = null) => world.CallAsync("PUT", Qingyan, Reporter,
        Encoding.UTF8.GetBytes($$"""{"work":"{{text}}","publicity":"微信3条，广播5次。","filledBy":"王芳"}"""), headers: ifMatch is null ? null : new Dictionary<string, string> { ["If-Match"] = ifMatch });

    [Fact]
    public async Task The_season_so_far_is_prefilled_flows_added_and_levels_last_with_what_is_missing()
    {
        var world = await WorldAsync();
        var figures = (await world.CallAsync("GET", Qingyan, Reporter)).Json<StageRow>().Figures!;
        Assert.Equal((new DateOnly(2026, 12, 20), 2), (figures.Through, figures.WeeksCounted));
        Assert.Equal(["2026W49"], figures.WeeksMissing.Select(week => week.ToString()));
        int? Value(string code) => figures.Figures.Single(figure => figure.Field == code).Value;
        Assert.Equal((72, 5, null), (Value("A03"), Value("D06"), Value("C04")));
    }

    [Fact]
    public async Task A_stage_report_is_submitted_returned_corrected_and_accepted()
    {
        var world = await WorldAsync();
        Assert.Equal(201, (await PutAsync(world, "开展巡查")).Status);
        Assert.Equal(200, (await PutAsync(world, "开展巡查")).Status);
        Assert.Equal(412, (await PutAsync(world, "开展巡查救助")).Status);
        Assert.Equal(422, (await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1}"""u8.ToArray())).Status);
        Assert.Equal(ReportState.Returned, (await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"请补充经费"}"""u8.ToArray())).Json<StageRow>().State);
        Assert.Equal(201, (await PutAsync(world, "开展巡查救助", "\"1\"")).Status);
        Assert.Equal(412, (await world.CallAsync("POST", Qingyan + "/accept", Office, """{"version":1}"""u8.ToArray())).Status);
        var accepted = (await world.CallAsync("POST", Qingyan + "/accept", Office, """{"version":2}"""u8.ToArray())).Json<StageRow>();
        Assert.Equal((ReportState.Accepted, 2, 0), (accepted.State, accepted.Version, accepted.MinutesLate));
        Assert.Equal(412, (await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":2,"comment":"请补充会议"}"""u8.ToArray())).Status);
        var told = world.Bus.Sent.Select(sent => sent.Message).Where(message => message.Schema == StageEvent.Schema).Select(message => message.Read<StageEvent>()).ToList();
        Assert.Equal([("submitted", null), ("returned", "【退回】青岩镇：推进情况（第 1 次报送）被退回：请补充经费。请改好后重新报送。"), ("submitted", null), ("accepted", null)], told.Select(message => (message.What, message.Text)));
        Assert.Equal([ReportState.Accepted, ReportState.NotReported], (await world.CallAsync("GET", Progress, Office)).Json<List<StageRow>>().Select(row => row.State));
    }

    [Fact]
    public async Task Every_version_stays_readable_as_it_was_submitted()
    {
        var world = await WorldAsync();
        await PutAsync(world, "开展巡查");
        await PutAsync(world, "开展巡查救助", "\"1\"");
        Assert.Equal(["开展巡查", "开展巡查救助"], (await world.CallAsync("GET", Qingyan + "/versions", Reporter)).Json<List<StageRow>>().Select(row => row.Text!.Work));
        var first = await world.CallAsync("GET", Qingyan + "/document?version=1", Office);
        using var document = WordprocessingDocument.Open(new MemoryStream(first.Body), false);
        Assert.DoesNotContain("开展巡查救助", document.MainDocumentPart!.Document.Body!.InnerText, StringComparison.Ordinal);
        Assert.Equal(404, (await world.CallAsync("GET", Qingyan + "/document?version=3", Office)).Status);
    }

    [Fact]
    public async Task Each_reminder_of_a_stage_report_goes_once_to_those_missing_or_returned()
    {
        var world = await WorldAsync();
        await PutAsync(world, "开展巡查");
        var campaign = (await world.Get<CampaignStore>().GetAsync("520111", "2026-2027"))!.Value;
        var reminders = world.Get<ReminderSender>();
        async Task<IEnumerable<string>> RemindedAsync(string local)
        {
            world.Bus.Sent.Clear();
            // Weeks have reminders of their own.
            for (var i = 0; i < 2; i++) await reminders.RunAsync(campaign, DateTimeOffset.Parse(local + "+08:00", System.Globalization.CultureInfo.InvariantCulture));
            return world.Bus.Sent.Where(sent => sent.Message.Schema == ReportReminder.Schema).Select(sent => sent.Message.Read<ReportReminder>()).Where(told => told.What == "progress").Select(told => told.Unit);
        }

        Assert.Equal(["police"], await RemindedAsync("2027-01-07T16:00"));
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"请补充经费"}"""u8.ToArray());
        Assert.Equal(["520111101", "police"], await RemindedAsync("2027-01-08T15:01"));
        Assert.Empty(await RemindedAsync("2027-01-10T21:00"));
        Assert.Equal(["520111101", "police"], await RemindedAsync("2027-01-11T08:00"));
        Assert.Empty(await RemindedAsync("2027-01-11T15:30"));
        var callList = world.Bus.Sent.Select(sent => sent.Message).Where(message => message.Schema == ReportDigest.Schema).Select(message => message.Read<ReportDigest>()).Single(digest => digest.What == "progress");
        Assert.Equal((Reminders.CallList, "青岩镇、区公安分局"), (callList.Step, string.Join("、", callList.Missing)));
        Assert.Contains("推进情况（1月10日24时 截止）", callList.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_due_by_the_end_of_the_day_in_the_campaigns_zone()
    {
        var world = await WorldAsync();
        world.Clock.SetUtcNow(new DateTimeOffset(2027, 1, 11, 0, 0, 0, TimeSpan.FromHours(8)).AddTicks(-1));
        Assert.Equal(0, (await PutAsync(world, "开展巡查")).Json<StageRow>().MinutesLate);
        var late = await WorldAsync();
        late.Clock.SetUtcNow(new DateTimeOffset(2027, 1, 11, 0, 0, 0, TimeSpan.FromHours(8)));
        Assert.Equal(1, (await PutAsync(late, "开展巡查")).Json<StageRow>().MinutesLate);
    }

    [Fact]
    public async Task Identities_and_empty_reports_are_refused_with_their_place()
    {
        var world = await WorldAsync();
        var refused = await PutAsync(world, "救助张某11010519491231002X，电话13812345678");
        Assert.Equal(422, refused.Status);
        Assert.Contains("/work", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("19491231", refused.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await world.CallAsync("PUT", Qingyan, Reporter, "{}"u8.ToArray())).Status);
        Assert.Equal(404, (await world.CallAsync("GET", Progress + "/police", Reporter)).Status);
        Assert.Equal(404, (await world.CallAsync("GET", Qingyan.Replace("progress", "yearly", StringComparison.Ordinal), Reporter)).Status);
    }

    [Fact]
    public async Task The_document_opens_without_repair_and_holds_text_and_figures()
    {
        var world = await WorldAsync();
        await PutAsync(world, "开展巡查");
        var answer = await world.CallAsync("GET", Qingyan + "/document", Office);
        Assert.Equal(StageEndpoints.DocumentType, answer.Headers["Content-Type"]);
        using var document = WordprocessingDocument.Open(new MemoryStream(answer.Body), false);
        Assert.Empty(new OpenXmlValidator().Validate(document).Select(error => $"{error.Path?.XPath}: {error.Description}"));
        var text = document.MainDocumentPart!.Document.Body!.InnerText;
        Assert.All(["青岩镇", "推进情况", "一、工作开展情况", "微信3条", "72", "缺 2026W49", "2026年12月21日"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_document_that_was_offered_comes_back_filled_in()
    {
        var world = await WorldAsync();
        byte[] Filled(byte[] file, Action<DocumentFormat.OpenXml.Wordprocessing.Body> change)
        {
            using var stream = new MemoryStream();
            stream.Write(file);
            using (var document = WordprocessingDocument.Open(stream, isEditable: true)) change(document.MainDocumentPart!.Document.Body!);
            return stream.ToArray();
        }

        void Type(DocumentFormat.OpenXml.Wordprocessing.Body body, string old, string text)
        {
            var cell = body.Descendants<DocumentFormat.OpenXml.Wordprocessing.Text>().First(one => one.Text.Contains(old, StringComparison.Ordinal));
            cell.Text = cell.Text.Replace(old, text, StringComparison.Ordinal);
        }

        Task<Answer> SendAsync(byte[] file) => world.CallAsync("PUT", Qingyan, Reporter, file, StageEndpoints.DocumentType);
        var blank = (await world.CallAsync("GET", Qingyan + "/document", Reporter)).Body;
        var first = Filled(blank, body =>
        {
            foreach (var text in new[] { "巡查12次。", "微信3条。", "会议1次。", "经费2万元。", "无", "继续排查。" }) Type(body, StageText.NotFilled, text);
            Type(body, "填报人：", "填报人：王芳");
            Type(body, "审核人：", "审核人：李强");
        });
        var answer = await SendAsync(first);
        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal(new StageText("巡查12次。", "微信3条。", "会议1次。", "经费2万元。", "无", "继续排查。", "王芳", "李强"), answer.Json<StageRow>().Text);
        Assert.Equal(200, (await SendAsync(first)).Status);

        // Without the controls, as some programs save it, the headings are enough; the correction names its base by itself.
        var second = Filled((await world.CallAsync("GET", Qingyan + "/document", Reporter)).Body, body => Type(body, "巡查12次。", "巡查13次。"));
        var corrected = await SendAsync(second);
        Assert.True(corrected.Status == 201, corrected.Text);
        Assert.Equal(412, (await SendAsync(Filled(second, body => Type(body, "巡查13次。", "巡查14次。")))).Status);
        var plain = Filled(blank, body =>
        {
            foreach (var control in body.Descendants<DocumentFormat.OpenXml.Wordprocessing.SdtBlock>().ToList())
            {
                foreach (var paragraph in control.SdtContentBlock!.ChildElements.ToList())
                {
                    paragraph.Remove();
                    control.InsertBeforeSelf(paragraph);
                }

                control.Remove();
            }
        });
        Assert.Equal("required", Assert.Single((await SendAsync(plain)).Json<System.Text.Json.Nodes.JsonObject>()["errors"]!.AsArray())!["code"]!.GetValue<string>());

        var missing = await SendAsync(Filled(blank, body => Type(body, "联席会议情况", "会议")) is var changed ? Filled(changed, body => body.Descendants<DocumentFormat.OpenXml.Wordprocessing.SdtBlock>().Skip(3).First().Remove()) : changed);
        Assert.Equal(422, missing.Status);
        Assert.Contains("联席会议情况", missing.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await world.CallAsync("PUT", Progress.Replace("progress", "final", StringComparison.Ordinal) + "/520111101", Reporter, first, StageEndpoints.DocumentType)).Status);
        Assert.Equal(415, (await SendAsync(Huaxi.Workbook())).Status);
        Assert.Equal(422, (await SendAsync(Filled(blank, body => Type(body, StageText.NotFilled, "联系王芳13812345678")))).Status);
    }
}
