using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The week of an office, a leader and an operator, at a desk and on a phone.</summary>
public class DeskTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    private const string Week = PortalInBrowser.Week, WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private string Sample(string unit) => Path.Combine(portal.Season.Folder, "reports", Week, unit + ".xlsx");

    private async Task<JsonNode> HandInAsync(string unit)
    {
        using var client = portal.Season.Client(portal.App, Role.UnitReporter, unit);
        var answer = await client.SendAsync(HttpMethod.Put, $"{portal.Season.CampaignAddress}/weeks/{Week}/reports/{unit}", await File.ReadAllBytesAsync(Sample(unit)), WorkbookType);
        Assert.True(answer.Ok, answer.Refusal);
        return answer.Json!;
    }

    private async Task<Visitor> AtDeskAsync(Role role, string heading, int width = 1280)
    {
        var visitor = await portal.PhoneAsync(width, 800);
        if (role == Role.Operator)
        {
            await visitor.Page.GotoAsync("/");
            await visitor.Page.GetByLabel("访问密钥").FillAsync(await portal.App.OperatorKeyAsync(null, default));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        }
        else
        {
            await portal.SignInAsync(visitor.Page, role);
        }

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
        return visitor;
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    [Fact]
    public async Task An_offices_week_from_sign_in_to_sign_out()
    {
        const string clean = "520111004", returned = "520111007", scanned = "520111008";
        await HandInAsync(clean);
        await portal.AsAsync(Role.UnitReporter, clean, HttpMethod.Post, $"weeks/{Week}/reports/{clean}/confirm-warnings", new { version = 1 });
        await HandInAsync(returned);
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "批量上传" }).ClickAsync();
        await page.GetByLabel("选择或拖入调度表").SetInputFilesAsync([Sample(scanned), Path.Combine(portal.Season.Folder, "units.json")]);
        await Expect(page.GetByText("已接收", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".problem, .tag.bad").First).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-batch");

        // One click from the board to a report, which is returned with a reason; back leads back.
        await page.GotoAsync("/app/office");
        await page.Locator($"a[href$='/weeks/{Week}/units/{returned}']").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "填报内容" })).ToBeVisibleAsync();
        await Button(page, "退回").ClickAsync();
        await Expect(page.GetByText("请写明退回原因。")).ToBeVisibleAsync();
        await page.GetByLabel("退回原因").FillAsync("A01 与日志不符，请核对。");
        await Button(page, "退回").ClickAsync();
        await Expect(page.GetByText("已退回，单位会收到原因。")).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-report");
        var original = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "下载原件" }).ClickAsync());
        Assert.Equal(await File.ReadAllBytesAsync(Sample(returned)), await File.ReadAllBytesAsync(await original.PathAsync()));
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");

        // The week: all clean ones at once, one is reminded, whom to call.
        await page.GetByRole(AriaRole.Link, new() { Name = "第2周", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^通过全部无疑问的") }).ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("份。", new() { Exact = false }).Filter(new() { HasText = "已通过" })).ToBeVisibleAsync();
        Assert.Equal("accepted", (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, $"weeks/{Week}/reports/{clean}"))["state"]!.GetValue<string>());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^催一下") }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "已催" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "电话催报名单" })).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-week");

        // An alert is seen as it was read before it counts; then the order goes out and is signed for.
        await page.GotoAsync("/app/office/alerts");
        await page.GetByLabel("预警信号原文").FillAsync("花溪区气象台2026年12月14日9时发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。");
        await Button(page, "看看读作什么").ClickAsync();
        await Expect(page.GetByText("将下达加强巡查指令")).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-alert");
        Assert.Empty((await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "patrol-state"))["alerts"]!.AsArray());
        await Button(page, "确认无误，登记并执行").ClickAsync();
        await Expect(page.GetByText("已下达第")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "巡查", Exact = true }).ClickAsync();
        await Expect(page.GetByText("现在是加强巡查")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^代签收") }).First.ClickAsync();
        await page.GetByLabel("来电人").FillAsync("王芳");
        await page.GetByLabel("来电时间").FillAsync("2026-12-14T09:00");
        await Button(page, "记下签收").ClickAsync();
        await Expect(page.Locator(".good, .problem").First).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-patrols");
        await page.Locator("#o-by").FillAsync("李副区长");
        await page.Locator("#o-reason").FillAsync("山区凝冻");
        await page.Locator("#o-until").FillAsync("2026-12-15T12:00");
        await Button(page, "下达").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("现在是强化巡查")).ToBeVisibleAsync();
        await Button(page, "撤销人工决定").ClickAsync();
        await Expect(page.GetByText("已撤销。")).ToBeVisibleAsync();

        // The summary: compiled with progress, with a link for somebody.
        await page.GotoAsync($"/app/office/summaries/{Week}");
        await Button(page, "现在编制").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "已编制第" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await page.GetByLabel("给谁").FillAsync("分管副区长");
        await Button(page, "生成链接").ClickAsync();
        await Expect(page.GetByText("给分管副区长的链接")).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-summary");
        await Button(page, "退出").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
    }

    [Fact]
    public async Task A_leaders_week_on_a_phone()
    {
        const string unit = "520111009";
        var receipt = await HandInAsync(unit);
        var report = (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}"))["content"]!.DeepClone();
        report["values"]!["X03"] = "请区级协调避寒场所<img src=x onerror=alert(1)>。";
        report["baseVersion"] = receipt["version"]!.GetValue<int>();
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"weeks/{Week}/reports/{unit}", report);
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"summaries/{Week}");
        await Patience.UntilAsync(async () => (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "summaries")).AsArray().Count > 0);

        await using var phone = await AtDeskAsync(Role.Leader, "工作调度汇总", 360);
        var page = phone.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "二、提请决策" })).ToBeVisibleAsync();
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await phone.LooksWellAsync("leader");
        var book = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "简报（.docx）" }).ClickAsync());
        Assert.EndsWith(".docx", book.SuggestedFilename, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "事项", Exact = true }).ClickAsync();
        await Expect(page.GetByText("请区级协调避寒场所<img")).ToBeVisibleAsync();
        await Button(page, "批示、办结").First.ClickAsync();
        await page.GetByLabel("办理情况或意见").FillAsync("已协调体育馆。");
        await phone.LooksWellAsync("leader-matters");
        await Button(page, "办结").ClickAsync();
        await Expect(page.GetByText("已办结。")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");

        // What an office does is not offered to a leader, and its pages do not exist for one.
        await Expect(page.GetByText("批量上传")).ToHaveCountAsync(0);
        await page.GotoAsync("/app/setup");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("没有这个页面");
        await Button(page, "退出").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Every_page_of_the_desk_fits_and_is_accessible(int width)
    {
        const string attacked = "520111010";
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Put, $"stage-reports/progress/{attacked}", new { work = "<script>alert(1)</script>" });
        await using var desk = await AtDeskAsync(Role.Operator, "运行情况", width);
        foreach (var address in new[]
        {
            "/office", $"/office/weeks/{Week}", $"/office/weeks/{Week}/units/{attacked}", "/office/batch", "/office/patrols", "/office/patrols/1", "/office/alerts", "/office/summaries",
            "/office/summaries/season", "/office/stages", "/leader/matters", "/operator", "/operator/dead-letters", "/operator/quarantine",
        })
        {
            await desk.Page.GotoAsync("/app" + address);
            await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await desk.LooksWellAsync("desk" + address.Replace('/', '-'));
        }
    }

    [Fact]
    public async Task What_people_wrote_is_text_on_the_desk()
    {
        const string unit = "520111011", attack = "<img src=x onerror=alert(1)>{{constructor.constructor('alert(2)')()}}";
        var receipt = await HandInAsync(unit);
        var report = (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}"))["content"]!.DeepClone();
        report["values"]!["X02"] = attack;
        (report["note"], report["filledBy"]) = (attack, "<img src=x onerror=alert(3)>");
        report["baseVersion"] = receipt["version"]!.GetValue<int>();
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"weeks/{Week}/reports/{unit}", report);
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"weeks/{Week}/reports/{unit}/return", new { version = 2, comment = attack });
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        foreach (var address in new[] { $"/office/weeks/{Week}", $"/office/weeks/{Week}/units/{unit}", $"/office/weeks/{Week}/units/{unit}?version=1", "/setup/audit" })
        {
            await desk.Page.GotoAsync("/app" + address);
            await Expect(desk.Page.GetByText("<img src=x").First).ToBeVisibleAsync();
            Assert.Equal(0, await desk.Page.Locator("main img").CountAsync());
        }
    }

    [Fact]
    public async Task The_board_is_worked_by_the_keyboard_alone()
    {
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        await page.Locator("table.grid a.cell").First.WaitForAsync();
        for (var i = 0; i < 120 && await page.EvaluateAsync<string>("document.activeElement?.className ?? ''") is var at && !at.StartsWith("cell", StringComparison.Ordinal); i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/units/"), new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_board_is_light_and_scrolls_through_a_province()
    {
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        var script = 0L;
        page.Response += async (_, response) =>
        {
            if (!response.Url.EndsWith(".js", StringComparison.Ordinal)) return;
            var sizes = await response.Request.SizesAsync();
            Interlocked.Add(ref script, sizes.ResponseBodySize);
        };
        await page.RouteAsync("**/sw.js", route => route.AbortAsync());
        await page.ReloadAsync();
        await Expect(page.Locator("table.grid a.cell").First).ToBeVisibleAsync();
        await page.WaitForTimeoutAsync(300);
        Assert.InRange(Interlocked.Read(ref script), 1, 250 * 1024);

        var board = await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "season-board");
        foreach (var (units, weeks) in new[] { (25, 22), (1700, 22) })
        {
            var large = Larger(board, units, weeks);
            await page.UnrouteAllAsync();
            await page.RouteAsync("**/season-board", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = large.ToJsonString() }));
            await page.GotoAsync("/app/setup");
            await page.GetByRole(AriaRole.Link, new() { Name = "报送", Exact = true }).WaitForAsync();
            var watch = Stopwatch.StartNew();
            await page.GetByRole(AriaRole.Link, new() { Name = "报送", Exact = true }).ClickAsync();
            await Expect(page.Locator("a.cell").First).ToBeVisibleAsync();
            Console.WriteLine($"{units} × {weeks}: {watch.ElapsedMilliseconds} ms");
            var nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
            Assert.True(nodes < 4_000, $"{units} units are {nodes} nodes.");
            if (units < 100) continue;
            await page.Locator(".big").HoverAsync();
            for (var i = 0; i < 40 && await page.GetByText("单位 900", new() { Exact = true }).CountAsync() == 0; i++) await page.Mouse.WheelAsync(0, 900);
            await Expect(page.GetByText("单位 900", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 5_000 });
        }
    }

    /// <summary>A board of that many units and weeks, made of what the API answers.</summary>
    private static JsonObject Larger(JsonNode board, int units, int weeks)
    {
        var week = board["weeks"]![0]!;
        var unit = board["units"]![0]!;
        return new JsonObject
        {
            ["weeks"] = new JsonArray([.. Enumerable.Range(1, weeks).Select(number =>
            {
                var each = week.DeepClone();
                (each["week"]!["number"], each["week"]!["key"]) = (number, $"2026W{number:D2}");
                return each;
            })]),
            ["units"] = new JsonArray([.. Enumerable.Range(1, units).Select(number => new JsonObject
            {
                ["unit"] = $"52{number:D7}",
                ["name"] = $"单位 {number}",
                ["inRate"] = true,
                ["cells"] = new JsonArray([.. Enumerable.Range(0, weeks).Select(_ => unit["cells"]![0]!.DeepClone())]),
            })]),
        };
    }
}
