using System.Diagnostics;
using Microsoft.Playwright;
using ReliefFunctions.LocalHost;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>A district that has nothing yet: a clerk who has the first key and this product's pages.</summary>
public sealed class FirstCampaignTests : IAsyncLifetime
{
    private LocalApp _app = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private int _clicks;
    private int _fields;

    public async Task InitializeAsync()
    {
        // The Friday before the first Monday.
        var options = new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 4, 1, 0, 0, TimeSpan.Zero) };
        _app = await LocalApp.StartAsync(options, Console.Error.WriteLine);
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
        await _app.DisposeAsync();
    }

    private async Task<Visitor> VisitAsync(int width, int height)
    {
        var context = await _chromium.NewContextAsync(new()
        {
            BaseURL = _app.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "zh-CN",
        });
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync());
    }

    private async Task ClickAsync(ILocator what)
    {
        _clicks++;
        await what.ClickAsync();
    }

    private async Task FillAsync(ILocator what, string with)
    {
        _fields++;
        await what.FillAsync(with);
    }

    [Fact]
    public async Task Is_ready_before_its_first_Monday_in_less_than_ten_minutes_and_its_first_unit_finds_its_report()
    {
        using var robot = new Receiver();
        var key = await _app.OperatorKeyAsync(null, default);
        await using var desk = await VisitAsync(1280, 800);
        var (page, watch) = (desk.Page, Stopwatch.StartNew());
        ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        ILocator Box(string label) => page.GetByLabel(label, new() { Exact = true });
        ILocator Step(string name) => page.GetByRole(AriaRole.Link, new() { NameRegex = new(name) });
        Task SeesAsync(string heading) => Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

        await page.GotoAsync("/");
        await FillAsync(page.GetByLabel("访问密钥"), key);
        await ClickAsync(Button("登录"));

        // Where there is nothing, making a campaign comes first; from wherever else one goes the way leads there, too.
        await SeesAsync("新建专项行动");
        await desk.LooksWellAsync("first-0-new");
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "设置", Exact = true }).First);
        await desk.LooksWellAsync("first-1-nothing");
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "去设置" }));
        await SeesAsync("新建专项行动");
        await FillAsync(page.GetByLabel("区划代码"), "520112");
        await FillAsync(page.GetByLabel("区县名称"), "乌当区");
        await ClickAsync(Button("用模板开始"));

        // What is missing is told before anything is saved.
        await FillAsync(Box("结束"), "2026-11-01");
        await Expect(page.Locator(".fault").First).ToContainTextAsync("结束日期早于开始日期");
        await desk.LooksWellAsync("first-2-campaign");
        await FillAsync(Box("结束"), "2027-03-31");
        await FillAsync(page.GetByLabel("值班电话"), "0851-86841234");
        await Expect(page.Locator(".fault")).ToHaveCountAsync(0);
        await ClickAsync(Button("建立专项行动"));
        await SeesAsync("设置");
        await Expect(page.GetByText("还差 3 件")).ToBeVisibleAsync();
        await desk.LooksWellAsync("first-3-list");

        await ClickAsync(Step("报送单位与联系人"));
        await FillAsync(page.GetByLabel("粘贴在这里"), "单位代码\t单位名称\t姓名\t职责\t电话\n520112101\t东风镇\t张三\t信息员\t13800000000\n520112101\t东风镇\t李四\t带班领导\t13800000001\n520112102\t水田镇\t王五\t信息员\t13800000002\npolice\t公安分局\t赵六\t信息员\t110");
        await ClickAsync(Button("看看读成了什么"));
        await ClickAsync(Button("保存这 3 个单位"));
        await Expect(page.GetByText("已保存 3 个单位。")).ToBeVisibleAsync();
        await desk.LooksWellAsync("first-4-roster");

        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "设置", Exact = true }).Last);
        await ClickAsync(Step("通知渠道"));
        for (var i = 0; i < 2; i++)
        {
            await ClickAsync(Button("添加渠道"));
            _clicks++;
            await page.GetByLabel("类别").Nth(i).SelectOptionAsync("webhook");
            await FillAsync(Box("名称").Nth(i), i == 0 ? "值班群" : "短信");
            await FillAsync(Box("网址").Nth(i), robot.Address + "hook" + i);
        }

        await ClickAsync(Button("保存"));
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        await ClickAsync(Button("发测试消息").First);
        await Expect(page.GetByText("对方已收下测试消息。")).ToBeVisibleAsync();
        await desk.LooksWellAsync("first-5-channels");

        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "设置", Exact = true }).Last);
        await ClickAsync(Step("人员、邀请、密钥"));
        await ClickAsync(Button("制作邀请"));
        await ClickAsync(Button("确定"));
        await Expect(page.Locator(".key-print svg.qr path")).ToHaveCountAsync(3);
        await desk.PrintsWellAsync("first-6-invitations");
        var code = await page.Locator(".key-print").Filter(new() { HasText = "东风镇" }).Locator("code").InnerTextAsync();

        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "设置", Exact = true }).Last);
        await Expect(page.GetByText("都办好了。")).ToBeVisibleAsync();
        await Expect(page.GetByText("现用第 1 版")).ToHaveCountAsync(2);
        await desk.LooksWellAsync("first-7-ready");
        var taken = watch.Elapsed;
        Console.Error.WriteLine($"A first campaign: {_clicks} clicks, {_fields} fields, {taken.TotalSeconds:0} s by a script.");

        // A person needs about five seconds for a click and fifteen for a field.
        Assert.True(TimeSpan.FromSeconds((_clicks * 5) + (_fields * 15)) < TimeSpan.FromMinutes(10), $"{_clicks} clicks, {_fields} fields");

        // The reporter comes in by the printed slip, and finds the report of the first week.
        await using var phone = await VisitAsync(360, 740);
        await phone.Page.GotoAsync("/i#" + code);
        await phone.Page.GetByLabel("姓名").FillAsync("张三");
        await phone.Page.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("要办的事");
        await Expect(phone.Page.GetByText("第1周周报")).ToBeVisibleAsync();
        await phone.LooksWellAsync("first-8-unit");
    }
}
