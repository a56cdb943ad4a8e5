using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ReliefFunctions.Browser.Portal;
using ReliefFunctions.FunctionApp.StandIn;
using ReliefFunctions.LocalHost.Demo;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.FunctionApp;

/// <summary>The portal as the real worker serves it, in Chromium: a unit's week, and a short one of office and leader.</summary>
public class PortalTests(World world) : IClassFixture<World>
{
    private const string Week = "2026W50", Unit = "520111101", Other = "520111004";

    [Fact]
    public async Task A_unit_reports_its_office_accepts_and_a_leader_reads_it()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox"],
        });
        await using var bus = await BusTriggers.StartAsync(world.Host, world.Broker.ConnectionString);
        using var campaign = await SampleCampaign.LoadAsync(world.Host);
        await campaign.ComeToAsync(SampleCampaign.Steps.First(step => step.Order is not null).At);
        await campaign.ComeToAsync(new DateTimeOffset(2026, 12, 14, 1, 0, 0, TimeSpan.Zero));
        await campaign.UntilAsync("the unit's notice", async () => (await campaign.InboxAsync(Unit)).Count == 1);
        await campaign.UploadAsync(new SeasonReport(Other, Core.Campaigns.WeekKey.Parse(Week), $"reports/{Week}/{Other}.xlsx", "accepted"));
        var theirs = JsonNode.Parse((await campaign.Operator.AskAsync("GET", Reports(Other) + "/versions/1")).GetRawText())!;

        await using (var phone = await VisitorAsync(chromium, 360))
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

        await using (var desk = await SignedInAsync(chromium, 1280, await campaign.KeyAsync("campaignOffice", "办公室", null), "报送情况"))
        {
            await desk.Page.Locator($"a[href$='/weeks/{Week}/units/{Unit}']").First.ClickAsync();
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "审核通过", Exact = true }).ClickAsync();
            await Expect(desk.Page.GetByText("已审核通过。")).ToBeVisibleAsync();
            await SignOutAsync(desk.Page);
        }

        var status = (await campaign.Operator.AskAsync("POST", $"{SampleCampaign.Address}/summaries/{Week}")).GetProperty("statusUrl").GetString()!;
        await campaign.UntilAsync("the compiled week", async () => (await campaign.Operator.AskAsync("GET", status)).GetProperty("state").GetString() == "ready");
        await using var leader = await SignedInAsync(chromium, 360, await campaign.KeyAsync("leader", "分管领导", null), "工作调度汇总");
        await Expect(leader.Page.Locator(".chart canvas")).ToBeVisibleAsync();
        await SignOutAsync(leader.Page);
    }

    private static string Reports(string unit) => $"{SampleCampaign.Address}/weeks/{Week}/reports/{unit}";

    private async Task<Visitor> VisitorAsync(IBrowser chromium, int width)
    {
        var context = await chromium.NewContextAsync(new BrowserNewContextOptions
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

    private async Task<Visitor> SignedInAsync(IBrowser chromium, int width, string key, string heading)
    {
        var visitor = await VisitorAsync(chromium, width);
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
