using System.Text;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.Playwright;
using ReliefFunctions.Browser.Portal;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.FunctionApp.StandIn;
using ReliefFunctions.LocalHost.Demo;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.FunctionApp;

/// <summary>The portal as the real worker serves it, in Chromium: a unit's week, a short one of office and leader, and an operator's first steps and cares.</summary>
public class PortalTests(World world) : IClassFixture<World>, IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;

    private const string Week = "2026W50", Unit = "520111101", Other = "520111004";

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox"],
        });
    }

    public async Task DisposeAsync()
    {
        await _chromium.CloseAsync();
        _playwright.Dispose();
    }

    [Fact]
    public async Task A_unit_reports_its_office_accepts_and_a_leader_reads_it()
    {
        await using var bus = await BusTriggers.StartAsync(world.Host, world.Broker.ConnectionString);
        using var campaign = await SampleCampaign.LoadAsync(world.Host);
        await campaign.ComeToAsync(SampleCampaign.Steps.First(step => step.Order is not null).At);
        await campaign.ComeToAsync(new DateTimeOffset(2026, 12, 14, 1, 0, 0, TimeSpan.Zero));
        await campaign.UntilAsync("the unit's notice", async () => (await campaign.InboxAsync(Unit)).Count == 1);
        await campaign.UploadAsync(new SeasonReport(Other, Core.Campaigns.WeekKey.Parse(Week), $"reports/{Week}/{Other}.xlsx", "accepted"));
        var theirs = JsonNode.Parse((await campaign.Operator.AskAsync("GET", Reports(Other) + "/versions/1")).GetRawText())!;

        await using (var phone = await VisitorAsync(360))
        {
            var steps = new UnitWeek(phone.Page);
            await steps.SignInAsync(campaign.KeyOf(Unit));
            await steps.SignNoticeAsync("王芳");
            await steps.ReportAsync(theirs["content"]!);
            await steps.ConfirmAsync();
            await steps.PhotographAsync();
            await steps.CorrectAsync("D05", "77");

            // What the page needs again, the browser has.
            await phone.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
            await phone.Context.SetOfflineAsync(true);
            await phone.Page.GotoAsync("/app/unit");
            await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
            await phone.Context.SetOfflineAsync(false);
            await steps.SignOutAsync();
        }

        var mine = JsonNode.Parse((await campaign.Operator.AskAsync("GET", Reports(Unit) + "/versions/1")).GetRawText())!;
        Assert.Equal(theirs["hash"]!.GetValue<string>(), mine["hash"]!.GetValue<string>());

        await using (var desk = await SignedInAsync(1280, await campaign.KeyAsync("campaignOffice", "办公室", null), "报送情况"))
        {
            await desk.Page.Locator($"a[href$='/weeks/{Week}/units/{Unit}']").First.ClickAsync();
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "审核通过", Exact = true }).ClickAsync();
            await Expect(desk.Page.GetByText("已审核通过。")).ToBeVisibleAsync();

            // What has not changed is not sent again.
            await desk.Page.GotoAsync("/app/office");
            await desk.Page.Locator("table.grid td a.cell").First.WaitForAsync();
            await desk.Page.RunAndWaitForResponseAsync(
                () => desk.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))"),
                response => response.Status == 304 && response.Url.EndsWith("/season-board", StringComparison.Ordinal));

            // A form that the office hands in, with its outcome in English.
            await desk.Page.GetByRole(AriaRole.Link, new() { Name = "批量上传" }).ClickAsync();
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
            await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Batch upload");
            var form = new FilePayload { Name = "form.bin", MimeType = "application/octet-stream", Buffer = Samples.Bytes($"reports/{Week}/520111005.xlsx") };
            await desk.Page.GetByLabel("Choose or drop forms").SetInputFilesAsync(form);
            await Expect(desk.Page.GetByText("1 received, 0 refused.")).ToBeVisibleAsync();
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
            await SignOutAsync(desk.Page);
        }

        var status = (await campaign.Operator.AskAsync("POST", $"{SampleCampaign.Address}/summaries/{Week}")).GetProperty("statusUrl").GetString()!;
        await campaign.UntilAsync("the compiled week", async () => (await campaign.Operator.AskAsync("GET", status)).GetProperty("state").GetString() == "ready");
        await using var leader = await SignedInAsync(360, await campaign.KeyAsync("leader", "分管领导", null), "工作调度汇总");
        await Expect(leader.Page.Locator(".chart canvas")).ToBeVisibleAsync();
        await SignOutAsync(leader.Page);
    }

    [Fact]
    public async Task An_operator_sets_a_first_campaign_up_and_settles_what_could_not_be_handled()
    {
        const string district = "520112";
        var now = new DateTimeOffset(2026, 12, 20, 1, 0, 0, TimeSpan.Zero);
        world.Host.MoveClockTo(now);
        await using var bus = await BusTriggers.StartAsync(world.Host, world.Broker.ConnectionString);
        using var caller = new Caller(world.Host);
        await using var desk = await SignedInAsync(1280, Surroundings.OperatorKey, "运行情况");
        var (page, steps) = (desk.Page, new DeskSteps(desk.Page));
        await steps.SetUpAsync(district, "乌当区");

        // Clocks and sizes, as the worker knows them.
        await world.Host.FireAsync("PatrolClock");
        await page.GotoAsync("/app/operator");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^巡查：到期、降级、催签") })).ToContainTextAsync("2026/12/20 09:");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^乌当区") })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^originals") })).ToBeVisibleAsync();

        await using (var client = new ServiceBusClient(world.Broker.ConnectionString))
        await using (var sender = client.CreateSender(Entities.PatrolOrders))
        {
            foreach (var id in new[] { "desk-1", "desk-2" })
            {
                await sender.SendMessageAsync(new ServiceBusMessage("{\"n\":1}") { MessageId = id, ApplicationProperties = { ["schema"] = "nothing/1" } });
            }
        }

        await Patience.UntilAsync(async () => (await caller.AskAsync("GET", "api/v1/dead-letters")).GetArrayLength() == 2);
        await page.GotoAsync("/app/operator/dead-letters");
        await steps.SettleLettersAsync("\"n\":1");

        // A warning from the future, as a clock that was nine days ahead leaves it; nobody's page looks meanwhile.
        await page.GotoAsync("about:blank");
        world.Host.MoveClockTo(now.AddDays(9));
        using var text = new StringContent("乌当区气象台2026年12月29日9时发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。", Encoding.UTF8, "text/plain");
        var (status, said, _) = await caller.SendAsync("POST", $"api/v1/weather-alerts?area={district}", text);
        Assert.True(status is >= 200 and < 300, Encoding.UTF8.GetString(said));
        await Patience.UntilAsync(async () =>
            (await caller.AskAsync("GET", $"api/v1/campaigns/{district}/2026-2027/patrol-state")).GetProperty("alerts").GetArrayLength() == 1);
        world.Host.MoveClockTo(now.AddMinutes(10));
        await world.Host.FireAsync("PatrolClock");
        await page.GotoAsync($"/app/{district}/2026-2027/operator/quarantine");
        await Expect(steps.Cards).ToHaveCountAsync(1);
        await steps.DropFromQuarantineAsync("2026-12-29");
        await Expect(page.GetByText("没有被隔离的内容。")).ToBeVisibleAsync();
        await SignOutAsync(page);
    }

    private static string Reports(string unit) => $"{SampleCampaign.Address}/weeks/{Week}/reports/{unit}";

    private async Task<Visitor> VisitorAsync(int width)
    {
        var context = await _chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = world.Host.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            IsMobile = width < 800,
            HasTouch = width < 800,
            Locale = "zh-CN",
        });
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync());
    }

    private async Task<Visitor> SignedInAsync(int width, string key, string heading)
    {
        var visitor = await VisitorAsync(width);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.GetByLabel("访问密钥").FillAsync(key);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
        return visitor;
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "退出" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "登录" })).ToBeVisibleAsync();
    }
}
