using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>Web forms, names of files, and weeks by what people call them, over HTTP on real storage.</summary>
public class AnyClientTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    internal const string Weeks = "/api/v1/campaigns/520111/2026-2027/weeks/";
    private const string Qingyan = Weeks + "2026W50/reports/520111101";
    internal static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    internal static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync(DateTimeOffset? now = null)
    {
        var world = await azurite.WorldAsync(now ?? Monday);
        await Huaxi.SeedAsync(world);
        return world;
    }

    private static (byte[] Body, string Type) Form(params (string Disposition, string? Type, byte[] Bytes)[] parts)
    {
        using var body = new MemoryStream();
        foreach (var (disposition, type, bytes) in parts)
        {
            body.Write(Encoding.UTF8.GetBytes($"--Boundaryx\r\nContent-Disposition: form-data; {disposition}\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}\r\n"));
            body.Write(bytes);
            body.Write("\r\n"u8);
        }

        body.Write("--Boundaryx--\r\n"u8);
        return (body.ToArray(), "multipart/form-data; boundary=Boundaryx");
    }

    [Theory]
    [InlineData("name=\"file\"; filename=\"青岩镇第2周.xlsx\"")]
    [InlineData("name=\"file\"; filename=\"x\"; filename*=UTF-8''%E9%9D%92%E5%B2%A9%E9%95%87%E7%AC%AC2%E5%91%A8.xlsx")]
    public async Task A_workbook_in_a_web_form_is_received_and_keeps_its_name(string disposition)
    {
        var world = await WorldAsync();
        var workbook = Huaxi.Workbook(Huaxi.Good);
        var (body, type) = Form(("name=\"comment\"", null, "周报"u8.ToArray()), (disposition, ReportEndpoints.WorkbookType, workbook));
        var answer = await world.CallAsync("PUT", Qingyan, Reporter, body, type);
        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal("青岩镇第2周.xlsx", answer.Json<ReportReceipt>().FileName);
        Assert.Equal(workbook, (await world.CallAsync("GET", Qingyan + "/versions/1/original", Office)).Body);
        Assert.Equal(200, (await world.CallAsync("PUT", Qingyan, Reporter, workbook, ReportEndpoints.WorkbookType)).Status);
    }

    [Fact]
    public async Task Web_forms_that_hold_no_file_two_files_or_half_of_one_are_refused_in_words()
    {
        var world = await WorldAsync();
        var workbook = Huaxi.Workbook(Huaxi.Good);
        var file = ("name=\"file\"; filename=\"a.xlsx\"", (string?)null, workbook);
        async Task<Answer> SendAsync((byte[] Body, string Type) form) => await world.CallAsync("PUT", Qingyan, Reporter, form.Body, form.Type);
        foreach (var form in new[] { Form(("name=\"x\"", null, "1"u8.ToArray())), Form(("name=\"file\"; filename=\"\"", "application/octet-stream", [])), Form(file, file), (Form(file).Body[..2000], Form(file).Type), (workbook, "multipart/form-data"), (workbook, "multipart/form-data; boundary=y") })
        {
            var answer = await SendAsync(form);
            Assert.True(answer.Status == 400, answer.Text);
        }

        Assert.Equal(201, (await SendAsync(Form(("name=\"json\"; filename=\"r.json\"", null, Encoding.UTF8.GetBytes(StoredJson.Write(Huaxi.Good)))))).Status);
    }

    [Fact]
    public async Task Several_files_in_a_web_form_are_a_batch()
    {
        var world = await WorldAsync();
        var (body, type) = Form(("name=\"f\"; filename=\"青岩.xlsx\"", null, Huaxi.Workbook(Huaxi.Good)), ("name=\"f\"; filename=\"公安.xlsx\"", null, Huaxi.Workbook(Huaxi.Zero(Huaxi.Police), Huaxi.Police)), ("name=\"f\"; filename=\"王芳13812345678.txt\"", null, "x"u8.ToArray()));
        var answer = (await world.CallAsync("POST", "/api/v1/campaigns/520111/2026-2027/reports-batch", Office, body, type)).Json<BatchAnswer>();
        Assert.Equal((2, 1), (answer.Accepted, answer.Refused));
        Assert.Equal(["公安.xlsx", "青岩.xlsx", "（含手机号）"], answer.Lines.Select(line => line.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_two_files_that_say_different_things_of_one_unit_and_week_a_batch_takes_neither()
    {
        var world = await WorldAsync();
        var (body, type) = Form(("name=\"f\"; filename=\"一.xlsx\"", null, Huaxi.Workbook(Huaxi.Good)), ("name=\"f\"; filename=\"二.xlsx\"", null, Huaxi.Workbook(Huaxi.Good.With("A03", 99))));
        var answer = (await world.CallAsync("POST", "/api/v1/campaigns/520111/2026-2027/reports-batch", Office, body, type)).Json<BatchAnswer>();
        Assert.Equal((0, 2), (answer.Accepted, answer.Refused));
        Assert.All(answer.Lines, line => Assert.Contains("A03", Assert.Single(line.Errors, error => error.Code == "two-forms").Message, StringComparison.Ordinal));
        Assert.Empty(await world.Get<ReportStore>().SeasonAsync(Huaxi.Campaign));
    }

    [Theory]
    [InlineData("2026-12-14T08:00:00+08:00", "2026W50", "2026W51")]
    [InlineData("2026-12-16T18:00:00+08:00", "2026W50", "2026W51")]
    [InlineData("2026-12-16T18:00:01+08:00", "2026W51", "2026W51")]
    [InlineData("2026-12-20T23:59:59+08:00", "2026W51", "2026W51")]
    [InlineData("2026-12-21T00:00:00+08:00", "2026W51", "2026W52")]
    [InlineData("2026-12-02T09:00:00+08:00", "2026W49", "2026W49")]
    [InlineData("2026-11-20T09:00:00+08:00", "2026W49", "2026W49")]
    [InlineData("2027-06-01T09:00:00+08:00", "2027W17", "2027W17")]
    public void The_week_that_is_due_and_the_one_in_course_follow_the_calendar_alone(string at, string due, string current)
    {
        var now = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((due, current), (CampaignRequests.Resolve(Huaxi.Campaign, "due", now)!.Key.ToString(), CampaignRequests.Resolve(Huaxi.Campaign, "current", now)!.Key.ToString()));
    }

    [Fact]
    public async Task A_week_may_be_called_due_or_current_wherever_one_stands_in_an_address()
    {
        var world = await WorldAsync();
        var form = await world.CallAsync("GET", Weeks + "due/reports/520111101/form", Reporter);
        Assert.Equal("/api/v1/campaigns/520111/2026-2027/weeks/2026W50/reports/520111101/form", form.Headers["Content-Location"]);
        Assert.Equal("2026W50", WorkbookReader.Read(form.Body).Forms.Single().Token.Week.ToString());
        Assert.Equal(201, (await world.CallAsync("PUT", Weeks + "due/reports/520111101", Reporter, Huaxi.Workbook(Huaxi.Good), ReportEndpoints.WorkbookType)).Status);
        Assert.Equal("2026W51", (await world.CallAsync("GET", Weeks + "current/reports/520111101", Reporter)).Json<ReportView>().Week.ToString());
        Assert.Equal(2, (await world.CallAsync("GET", Weeks + "due/board", Office)).Json<ReportBoard>().Week.Number);
        Assert.Equal(400, (await world.CallAsync("GET", Weeks + "next/board", Office)).Status);
    }

    [Fact]
    public async Task A_week_that_has_only_begun_and_one_with_a_gap_before_it_are_asked_about()
    {
        var world = await WorldAsync();
        var receipt = (await world.CallAsync("PUT", Weeks + "2026W51/reports/520111101", Reporter, Huaxi.Workbook(Huaxi.Good, week: "2026W51"), ReportEndpoints.WorkbookType)).Json<ReportReceipt>();
        Assert.True(receipt.NeedsExplanation);
        Assert.Equal(["week-before-missing", "week-not-over"], receipt.Warnings.Select(warning => warning.Code!).Order());
    }

    [Fact]
    public async Task What_is_sent_again_unchanged_after_a_return_is_told_that_it_is_still_returned_and_why()
    {
        var world = await WorldAsync();
        var workbook = Huaxi.Workbook(Huaxi.Good);
        await world.CallAsync("PUT", Qingyan, Reporter, workbook, ReportEndpoints.WorkbookType);
        await world.CallAsync("POST", Qingyan + "/return", Office, """{"version":1,"comment":"A03 与台账不符"}"""u8.ToArray());
        var again = await world.CallAsync("PUT", Qingyan, Reporter, workbook, ReportEndpoints.WorkbookType);
        Assert.Equal((200, ReportState.Returned), (again.Status, again.Json<ReportReceipt>().State));
        Assert.Contains("仍是退回状态", again.Json<ReportReceipt>().Returned, StringComparison.Ordinal);
        Assert.Contains("A03 与台账不符", again.Json<ReportReceipt>().Returned, StringComparison.Ordinal);
        var batch = (await world.CallAsync("POST", "/api/v1/campaigns/520111/2026-2027/reports-batch", Office, workbook)).Json<BatchAnswer>();
        Assert.Equal("still-returned", Assert.Single(Assert.Single(batch.Lines).Errors).Code);

        // The form to correct it carries the reason, and comes back as any other.
        var form = await world.CallAsync("GET", Qingyan + "/form", Reporter);
        using var book = new ClosedXML.Excel.XLWorkbook(new MemoryStream(form.Body));
        Assert.Contains(book.Worksheet(1).CellsUsed().Select(cell => cell.GetString()), text => text == "第 1 次报送被退回：A03 与台账不符");
        var cell = book.Worksheet(1).Cell(book.Worksheet(1).Column(1).CellsUsed().First(c => c.GetString() == "A03").Address.RowNumber, 4);
        cell.SetValue(40);
        using var mended = new MemoryStream();
        book.SaveAs(mended);
        var corrected = await world.CallAsync("PUT", Qingyan, Reporter, mended.ToArray(), ReportEndpoints.WorkbookType);
        Assert.True(corrected.Status == 201, corrected.Text);
        Assert.DoesNotContain(corrected.Json<ReportReceipt>().Warnings, warning => warning.Code == "outside-table");
        Assert.Null(corrected.Json<ReportReceipt>().Returned);
    }

    [Fact]
    public async Task A_day_given_as_the_end_of_a_leave_lasts_to_its_end_and_the_answer_says_so()
    {
        var world = await WorldAsync();
        var answer = await world.CallAsync("PUT", Qingyan + "/lock-waiver", Office, """{"until":"2026-12-18","reason":"停电"}"""u8.ToArray());
        Assert.Equal("2026-12-18T23:59:59+08:00", answer.Json<JsonObject>()["unlockedUntil"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_person_typed_into_a_marked_form_or_draft_is_cut_to_five_hundred_characters()
    {
        var world = await WorldAsync();
        var typed = new FormFilling(Huaxi.Good, Entered: new Dictionary<string, string> { ["A01"] = string.Concat(Enumerable.Repeat("😀", 15_000)) });
        var body = Huaxi.Workbook(filling: typed);
        var marked = await world.CallAsync("PUT", Qingyan + "?marked=true", Reporter, body, ReportEndpoints.WorkbookType);
        Assert.Equal((422, ReportEndpoints.WorkbookType), (marked.Status, marked.Headers["Content-Type"]));
        var draft = await world.CallAsync("PUT", Qingyan + "/draft", Reporter, body, ReportEndpoints.WorkbookType);
        Assert.True(draft.Status == 200, draft.Text);
        Assert.InRange(draft.Json<DraftView>().Entered["A01"].Length, 490, 500);
        Assert.Equal(200, (await world.CallAsync("GET", Qingyan + "/form?draft=true", Reporter)).Status);
    }

    [Fact]
    public async Task A_unit_is_reminded_at_once_at_most_hourly_and_finds_it_in_its_inbox()
    {
        var world = await WorldAsync();
        var first = await world.CallAsync("POST", Qingyan + "/reminder", Office);
        Assert.True(first.Status == 200, first.Text);
        Assert.Contains("青岩镇", first.Json<UnitMessage>().Text, StringComparison.Ordinal);
        Assert.Equal(ReportReminder.Schema, Assert.Single(world.Bus.Sent).Message.Schema);
        world.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(409, (await world.CallAsync("POST", Qingyan + "/reminder", Office)).Status);
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await world.CallAsync("POST", Qingyan + "/reminder", Office)).Status);
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);
        await world.Get<ReminderSender>().RunAsync(Huaxi.Campaign, new DateTimeOffset(2026, 12, 14, 15, 0, 20, TimeSpan.FromHours(8)));
        var inbox = (await world.CallAsync("GET", "/api/v1/campaigns/520111/2026-2027/units/520111101/reminders", Reporter)).Json<List<UnitMessage>>();
        Assert.Equal(["before-due", "now", "now"], inbox.Select(message => message.Step));
        Assert.Contains("2 家没有通知渠道", world.Bus.Sent.Last().Message.Read<ReportDigest>(ReportDigest.Schema).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await world.CallAsync("GET", "/api/v1/campaigns/520111/2026-2027/units/police/reminders", Reporter)).Status);
        Assert.Equal(403, (await world.CallAsync("POST", Qingyan + "/reminder", Reporter)).Status);
        await world.CallAsync("PUT", Qingyan, Reporter, Huaxi.Workbook(Huaxi.Good), ReportEndpoints.WorkbookType);
        Assert.Equal(409, (await world.CallAsync("POST", Qingyan + "/reminder", Office)).Status);
    }

    [Fact]
    public void A_refusal_saved_as_a_form_is_known_for_what_it_is()
    {
        var problem = Assert.Single(WorkbookReader.Read("""{"type":"urn:relieffunctions:problem:unauthenticated","title":"未提供有效的访问密钥"}"""u8.ToArray()).Problems);
        Assert.Contains("下载没有成功", problem.Message, StringComparison.Ordinal);
    }
}

/// <summary>Lines as townships have them, on a real socket: they stall, trickle, and break. The limits are short here, and in the same proportion.</summary>
public class SlowLineTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Path = AnyClientTests.Weeks + "2026W50/reports/520111101";
    private static readonly BodyOptions Short = new() { Grace = TimeSpan.FromSeconds(1.5), BytesPerSecond = 2000, Total = TimeSpan.FromSeconds(8) };

    private async Task<(WebApplication Host, World World, byte[] Head, byte[] Body)> HostAsync(BodyOptions options)
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday, services => services.AddSingleton(options));
        await Huaxi.SeedAsync(world);
        var (secret, _) = await world.Get<AccessKeys>().CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var host = builder.Build();
        host.Run(async http =>
        {
            http.RequestServices = world.Services;
            await (await world.Get<Api>().RunAsync(http)).ExecuteAsync(http);
        });
        await host.StartAsync();
        var body = Huaxi.Workbook(Huaxi.Good);
        var head = Encoding.ASCII.GetBytes($"PUT {Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\nContent-Type: {ReportEndpoints.WorkbookType}\r\nContent-Length: {body.Length}\r\n\r\n");
        return (host, world, head, body);
    }

    private static async Task<NetworkStream> ConnectAsync(WebApplication host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(host.Urls.First()).Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<string> AnswerAsync(NetworkStream line)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int read;
            while ((read = await line.ReadAsync(buffer, patience.Token)) > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && text.ToString().TrimEnd().EndsWith('}')) break;
                if (text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal)) break;
            }
        }
        catch (IOException)
        {
        }

        return text.ToString();
    }

    private static async Task AssertSentAgainOnceAsync(WebApplication host, World world, byte[] head, byte[] body)
    {
        for (var i = 0; i < 2; i++)
        {
            await using var line = await ConnectAsync(host);
            await line.WriteAsync((byte[])[.. head, .. body]);
            Assert.StartsWith(i == 0 ? "HTTP/1.1 201" : "HTTP/1.1 200", await AnswerAsync(line), StringComparison.Ordinal);
        }

        Assert.Single((await world.Get<ReportStore>().GetAsync(Huaxi.Target()))!.Versions);
    }

    [Fact]
    public async Task A_line_that_stalls_for_seven_seconds_is_waited_for()
    {
        var (host, _, head, body) = await HostAsync(new BodyOptions());
        await using (host)
        {
            await using var line = await ConnectAsync(host);
            await line.WriteAsync((byte[])[.. head, .. body[..100]]);
            await Task.Delay(TimeSpan.FromSeconds(7));
            await line.WriteAsync(body.AsMemory(100));
            Assert.StartsWith("HTTP/1.1 201", await AnswerAsync(line), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_line_that_stalls_for_good_is_told_to_send_the_same_again_and_that_does_not_double()
    {
        var (host, world, head, body) = await HostAsync(Short);
        await using (host)
        {
            await using (var line = await ConnectAsync(host))
            {
                await line.WriteAsync((byte[])[.. head, .. body[..1000]]);
                var answer = await AnswerAsync(line);
                Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
                Assert.Contains("原样再传一次，不会重复", answer, StringComparison.Ordinal);
                Assert.Contains("urn:relieffunctions:problem:slow-body", answer, StringComparison.Ordinal);
            }

            Assert.Null(await world.Get<ReportStore>().GetAsync(Huaxi.Target()));
            await AssertSentAgainOnceAsync(host, world, head, body);
        }
    }

    [Fact]
    public async Task A_line_that_trickles_below_the_least_rate_ends_and_one_above_it_arrives()
    {
        var (host, _, head, body) = await HostAsync(Short);
        await using (host)
        {
            async Task<string> TrickleAsync(int bytes)
            {
                await using var line = await ConnectAsync(host);
                await line.WriteAsync(head);
                for (var at = 0; at < body.Length; at += bytes)
                {
                    try
                    {
                        await line.WriteAsync(body.AsMemory(at, Math.Min(bytes, body.Length - at)));
                    }
                    catch (IOException)
                    {
                        break;
                    }

                    if (line.DataAvailable) break;
                    await Task.Delay(200);
                }

                return await AnswerAsync(line);
            }

            var answers = await Task.WhenAll(TrickleAsync(100), TrickleAsync(2000));
            Assert.StartsWith("HTTP/1.1 408", answers[0], StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 201", answers[1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_that_breaks_leaves_nothing_and_the_next_one_works(bool politely)
    {
        var (host, world, head, body) = await HostAsync(Short);
        await using (host)
        {
            await using (var line = await ConnectAsync(host))
            {
                await line.WriteAsync((byte[])[.. head, .. body[..5000]]);
                if (politely)
                {
                    line.Socket.Shutdown(SocketShutdown.Send);
                    Assert.DoesNotContain("HTTP/1.1 5", await AnswerAsync(line), StringComparison.Ordinal);
                }
                else
                {
                    line.Socket.LingerState = new LingerOption(true, 0);
                }
            }

            Assert.Null(await world.Get<ReportStore>().GetAsync(Huaxi.Target()));
            await AssertSentAgainOnceAsync(host, world, head, body);
        }
    }
}
