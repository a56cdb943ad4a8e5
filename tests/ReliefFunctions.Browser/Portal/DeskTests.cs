using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.LocalHost.Demo;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The week of an office, a leader and an operator, at a desk and on a phone.</summary>
public class DeskTests(PortalInBrowser portal, ITestOutputHelper told) : IClassFixture<PortalInBrowser>
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
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "应报周：第2周" })).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-board");
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
        await page.GetByLabel("来电时间").FillAsync($"{portal.App.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)):yyyy-MM-ddTHH:mm}");
        await page.GetByLabel("备注").FillAsync("今晚带班：张镇长");
        await Button(page, "记下签收").ClickAsync();
        await Expect(page.GetByText("记下签收。")).ToBeVisibleAsync();
        await Expect(page.GetByText("今晚带班：张镇长")).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-patrols");
        await page.GetByText("作出人工决定").ClickAsync();
        await page.Locator("#o-by").FillAsync("李副区长");
        await page.Locator("#o-reason").FillAsync("山区凝冻");
        await page.Locator("#o-until").FillAsync("2026-12-15T12:00");
        await Button(page, "下达").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("现在是强化巡查")).ToBeVisibleAsync();
        await Button(page, "撤销人工决定").ClickAsync();
        await page.Locator("#lift-by").FillAsync("李副区长");
        await page.Locator("#lift-reason").FillAsync("道路已处置");
        await Button(page, "撤销人工决定").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("已撤销。")).ToBeVisibleAsync();

        // The summary: compiled with progress, with a link for somebody.
        await page.GotoAsync($"/app/office/summaries/{Week}");
        await Button(page, "现在编制").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "已编制第" })).ToBeVisibleAsync();
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
        var incident = (await portal.AsAsync(Role.UnitReporter, attacked, HttpMethod.Post, $"units/{attacked}/incidents",
            new { what = "<b>桥下一人</b>冻僵", where = "北门桥下", howMany = 1 }))["incident"]!["id"]!.GetValue<string>();
        await using var desk = await AtDeskAsync(Role.Operator, "运行情况", width);
        foreach (var address in new[]
        {
            "/office", $"/office/weeks/{Week}", $"/office/weeks/{Week}/units/{attacked}", "/office/batch", "/office/patrols", "/office/patrols/1", "/office/alerts", "/office/summaries",
            "/office/summaries/season", "/office/stages", "/leader/matters", "/office/incidents", $"/office/incidents/{attacked}/{incident}", "/office/daily",
            "/operator", "/operator/dead-letters", "/operator/quarantine",
        })
        {
            await desk.Page.GotoAsync("/app" + address);
            await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await desk.LooksWellAsync("desk" + address.Replace('/', '-').Replace(incident, "one", StringComparison.Ordinal));
            if (width < 800)
            {
                // English words are longer.
                await Button(desk.Page, "English").ClickAsync();
                await desk.PictureAsync("desk-en" + address.Replace('/', '-').Replace(incident, "one", StringComparison.Ordinal));
                Assert.True(await desk.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{address} scrolls sideways in English.");
                await Button(desk.Page, "中文").ClickAsync();
                continue;
            }

            // 200 % zoom leaves half of the width.
            await desk.Page.SetViewportSizeAsync(width / 2, 400);
            await Patience.UntilAsync(() => desk.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), () => $"{address} scrolls sideways at 200 %.");
            await desk.Page.SetViewportSizeAsync(width, 800);
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
    public async Task A_board_a_report_and_a_decision_are_worked_by_the_keyboard_alone()
    {
        const string unit = "520111012";
        await HandInAsync(unit);
        await OtherDistrictAsync();
        await using var desk = await AtDeskAsync(Role.Operator, "运行情况");
        var page = desk.Page;
        async Task TabToAsync(string wanted)
        {
            for (var i = 0; i < 200; i++)
            {
                if (await page.EvaluateAsync<bool>("wanted => document.activeElement?.matches(wanted) ?? false", wanted)) return;
                await page.Keyboard.PressAsync("Tab");
            }

            Assert.Fail($"{wanted} is not reached by the keyboard.");
        }

        await page.GotoAsync("/app/520111/2026-2027/office");
        await page.Locator("table.grid a.cell").First.WaitForAsync();
        await TabToAsync($"a[href$='/weeks/{Week}/units/{unit}']");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/units/"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await Button(page, "审核通过").WaitForAsync();
        await TabToAsync(".aside button.primary");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("已审核通过。")).ToBeVisibleAsync();

        await page.GotoAsync($"/app/{Other}/2026-2027/office/patrols");
        await page.GetByText("作出人工决定").WaitForAsync();
        await TabToAsync(".aside summary");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync("#o-intensity");
        await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync("#o-by");
        await page.Keyboard.TypeAsync("李副区长");
        await TabToAsync("#o-reason");
        await page.Keyboard.TypeAsync("山区凝冻");
        await page.Locator("#o-until").FillAsync("2026-12-15T12:00");
        await TabToAsync(".aside details form button.plain");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Button(page, "确定")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("现在是全天候巡查")).ToBeVisibleAsync();
    }

    /// <summary>A second district, for what would disturb the first.</summary>
    private const string Other = "520113";

    private async Task OtherDistrictAsync()
    {
        using var client = new ApiClient(portal.App.Address, await portal.App.OperatorKeyAsync(null, default));
        foreach (var (address, file) in Samples.SetUp)
        {
            var text = Samples.Text(file).Replace("520111", Other, StringComparison.Ordinal).Replace("花溪区", "白云区", StringComparison.Ordinal);
            var answer = await client.SendAsync(HttpMethod.Put, "api/v1/" + address.Replace("520111", Other, StringComparison.Ordinal), Encoding.UTF8.GetBytes(text));

            // Another test of this class has put it there.
            if (!answer.Ok && (int)answer.Status is not (409 or 412 or 428)) Assert.Fail(answer.Refusal);
        }
    }

    [Fact]
    public async Task A_leader_of_a_city_moves_between_its_districts_and_a_link_opens_the_same_campaign_for_a_colleague()
    {
        await OtherDistrictAsync();
        using var client = new ApiClient(portal.App.Address, await portal.App.OperatorKeyAsync(null, default));
        var key = await client.SendAsync(HttpMethod.Post, "api/v1/access-keys", JsonSerializer.SerializeToUtf8Bytes(new { name = "市领导", role = "leader", scope = "5201" }));
        async Task<Visitor> CityAsync(string address)
        {
            var visitor = await portal.PhoneAsync();
            await visitor.Page.GotoAsync(address);
            await visitor.Page.GetByLabel("访问密钥").FillAsync(key.Json!["secret"]!.GetValue<string>());
            await Button(visitor.Page, "登录").ClickAsync();
            return visitor;
        }

        await using var first = await CityAsync("/");
        await Expect(first.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/app/520111/2026-2027/leader$"));
        await first.Page.GetByRole(AriaRole.Link, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(first.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/app/520111/2026-2027/office$"));
        await first.Page.GetByLabel("专项行动").SelectOptionAsync($"{Other}/2026-2027");
        await Expect(first.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/app/{Other}/2026-2027/office$"));
        await Expect(first.Page.Locator("header.app")).ToContainTextAsync("白云区");
        await Expect(first.Page.Locator("a[href*='/weeks/']").First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex($"^/app/{Other}/"));
        await first.LooksWellAsync("desk-other-district");
        await first.Page.GoBackAsync();
        await Expect(first.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/app/520111/2026-2027/office$"));

        // The colleague, who signs in first and has another campaign at hand; an address of before leads to that one.
        await using var second = await CityAsync($"/app/{Other}/2026-2027/office/patrols");
        await Expect(second.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/app/{Other}/2026-2027/office/patrols$"));
        await Expect(second.Page.Locator("header.app")).ToContainTextAsync("白云区");
        await second.Page.GotoAsync("/app/office/summaries?x=1");
        await Expect(second.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/app/{Other}/2026-2027/office/summaries\\?x=1$"));
        await second.Page.GotoAsync("/app/520199/2026-2027/office");
        await Expect(second.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("没有这个页面");
    }

    [Fact]
    public async Task Without_a_line_the_desk_shows_since_when_it_is_so_and_loses_nothing_that_was_typed()
    {
        const string unit = "520111101";
        await HandInAsync(unit);
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        var unchanged = 0;
        page.Response += (_, response) =>
        {
            if (response.Status == 304 && response.Url.EndsWith("/season-board", StringComparison.Ordinal)) Interlocked.Increment(ref unchanged);
        };
        async Task LookAsync() => await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await page.Locator("table.grid a.cell").First.WaitForAsync();
        await LookAsync();
        await Patience.UntilAsync(() => Task.FromResult(Volatile.Read(ref unchanged) > 0));

        await page.RouteAsync("**/api/v1/campaigns/**", route => route.AbortAsync());
        await LookAsync();
        await Expect(page.GetByText("的情况，正在重连…")).ToBeVisibleAsync();
        await Expect(page.Locator("table.grid a.cell").First).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-stale");
        await page.UnrouteAllAsync();
        await Button(page, "再试一次").ClickAsync();
        await Expect(page.GetByText("的情况，正在重连…")).ToHaveCountAsync(0);

        await page.Locator($"a[href$='/weeks/{Week}/units/{unit}']").ClickAsync();
        await page.GetByLabel("退回原因").FillAsync("B02 与明细不符，请核对。");
        await page.RouteAsync("**/return", route => route.AbortAsync());
        await Button(page, "退回").ClickAsync();
        await Expect(page.GetByText("没有收到服务器的答复")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByLabel("退回原因")).ToHaveValueAsync("B02 与明细不符，请核对。");

        // The session ends: after signing in again the same page is there, and what was typed.
        await page.UnrouteAllAsync();
        await Button(page, "退回").WaitForAsync();
        await page.RouteAsync("**/api/v1/campaigns/**", route => route.Request.Method == "GET" ? route.AbortAsync() : route.ContinueAsync());
        await desk.Context.ClearCookiesAsync();
        await Button(page, "退回").ClickAsync();
        await page.GetByLabel("访问密钥").FillAsync(portal.Season.Keys.First(each => each.Role == Role.CampaignOffice).Secret);
        await page.UnrouteAllAsync();
        await Button(page, "登录").ClickAsync();
        await Expect(page.GetByLabel("退回原因")).ToHaveValueAsync("B02 与明细不符，请核对。");
        await Button(page, "退回").ClickAsync();
        await Expect(page.GetByText("已退回，单位会收到原因。")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("退回原因")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Two_clerks_at_one_report_each_see_what_the_other_did_and_what_was_not_read_is_not_accepted()
    {
        const string unit = "520111102";
        await HandInAsync(unit);
        var report = $"weeks/{Week}/reports/{unit}";
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        await page.GotoAsync($"/app/office/weeks/{Week}/units/{unit}");
        await Button(page, "审核通过").WaitForAsync();

        // The colleague returns it meanwhile: accepting is refused in the API's words, and what stands now is one click away.
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, report + "/return", new { version = 1, comment = "A01 与日志不符。" });
        await Button(page, "审核通过").ClickAsync();
        await Expect(page.Locator(".problem")).ToContainTextAsync("A01 与日志不符。");
        await Expect(page.GetByText("刚刚有了变化")).ToBeVisibleAsync();
        await Expect(Button(page, "审核通过")).ToBeVisibleAsync();
        await desk.LooksWellAsync("desk-report-newer");
        await Button(page, "看现在的").ClickAsync();
        await Expect(Button(page, "改为通过")).ToBeVisibleAsync();

        // The unit corrects it while the clerk still reads the first: the first stays before the eyes until the clerk wants the second.
        var content = (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, report))["content"]!.DeepClone();
        (content["note"], content["baseVersion"]) = ("已按日志核对。", 1);
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, report, content);
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByText("刚刚有了变化")).ToBeVisibleAsync();
        await Expect(page.GetByText("已按日志核对。")).ToHaveCountAsync(0);
        await Button(page, "看现在的").ClickAsync();
        await Expect(page.GetByText("已按日志核对。").First).ToBeVisibleAsync();
        await Button(page, "审核通过").ClickAsync();
        await Expect(page.GetByText("已审核通过。")).ToBeVisibleAsync();
        Assert.Equal("accepted", (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, report))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_session_that_ends_while_a_page_is_open_leads_back_to_it_with_what_was_typed_and_another_person_finds_none_of_it()
    {
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        await page.GotoAsync("/app/520111/2026-2027/office/patrols");
        await page.GetByText("作出人工决定").ClickAsync();
        await page.Locator("#o-reason").FillAsync("山区凝冻");

        // Nobody clicks: the page itself notices when it asks again.
        await desk.Context.ClearCookiesAsync();
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
        await SignInAgainAsync(Role.CampaignOffice);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/520111/2026-2027/office/patrols$"));
        await Expect(page.Locator("#o-reason")).ToHaveValueAsync("山区凝冻");

        await desk.Context.ClearCookiesAsync();
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
        await SignInAgainAsync(Role.Leader);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("巡查");
        Assert.Equal(0, await page.EvaluateAsync<int>("Object.keys(sessionStorage).filter(key => key.startsWith('relief.typed.')).length"));

        async Task SignInAgainAsync(Role role)
        {
            await page.GetByLabel("访问密钥").FillAsync(portal.Season.Keys.First(each => each.Role == role).Secret);
            await Button(page, "登录").ClickAsync();
        }
    }

    [Fact]
    public async Task An_operator_settles_dead_letters_and_what_is_in_quarantine()
    {
        await OtherDistrictAsync();
        var (services, now) = (portal.App.Services, portal.App.Clock.GetUtcNow());
        BusMessage Unreadable(string id) => new(id, "patrol-notice/9", "{\"n\":1}", new Dictionary<string, string> { ["schema"] = "patrol-notice/9", ["district"] = Other });
        await services.GetRequiredService<IMessageSender>().SendAsync(Entities.PatrolNotices, [Unreadable("desk-1"), Unreadable("desk-2")], default);

        // Two warnings from the future, as a clock that goes wrong leaves them; one of them is a day and a moment ahead, and a day is allowed.
        WeatherAlert Future(string id, TimeSpan after) => new()
        {
            Source = "cap",
            Identifier = id,
            Issuer = "白云区气象台",
            Sent = now + after,
            Status = AlertStatus.Actual,
            MessageType = AlertMessageType.Alert,
            TypeName = "大雾",
            Level = AlertLevel.Yellow,
            Areas = [Other],
            Expires = now + after + TimeSpan.FromHours(6),
        };
        var table = services.GetRequiredService<FeatureTables>()[PatrolFeature.Table];
        var soon = TimeSpan.FromDays(1) + TimeSpan.FromSeconds(25);
        await table.DecideAsync(async () =>
        {
            var row = await table.GetAsync<PatrolState>($"{Other}|2026-2027", "S");
            var state = (row?.Value ?? PatrolState.Empty) with { Alerts = [new ReceivedAlert(Future("soon", soon), now), new ReceivedAlert(Future("never", TimeSpan.FromDays(9)), now)] };
            return (0, new Transaction($"{Other}|2026-2027").Put(row, "S", state));
        });
        await portal.App.RunJobsAsync(default);

        await using var desk = await AtDeskAsync(Role.Operator, "运行情况");
        var page = desk.Page;
        await Expect(page.GetByText("条未能处理的消息：每条都写明")).ToBeVisibleAsync();
        await Expect(page.GetByText("白云区有 2 项被隔离")).ToBeVisibleAsync();
        await desk.LooksWellAsync("operator-todo");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^去处理：.*未能处理的消息") }).ClickAsync();
        var steps = new DeskSteps(page, desk.LooksWellAsync);
        await steps.SettleLettersAsync("\"n\":1");
        await page.GotoAsync($"/app/{Other}/2026-2027/operator/quarantine");
        var inputs = steps.Cards;
        await Expect(inputs).ToHaveCountAsync(2);
        await desk.LooksWellAsync("operator-quarantine");
        await steps.DropFromQuarantineAsync($"{(now + TimeSpan.FromDays(9)).ToOffset(TimeSpan.FromHours(8)):yyyy-MM-dd}");
        await Expect(inputs).ToHaveCountAsync(1);
        await Patience.UntilAsync(() => Task.FromResult(portal.App.Clock.GetUtcNow() > now + TimeSpan.FromSeconds(26)));
        await page.GetByLabel("决定人").FillAsync("王主任");
        await Button(page, "放回，重新判断").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("已放回。")).ToBeVisibleAsync();
        await Expect(page.GetByText("没有被隔离的内容。")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_board_is_light_and_scrolls_through_a_province()
    {
        await using var desk = await AtDeskAsync(Role.CampaignOffice, "报送情况");
        var page = desk.Page;
        var scripts = new ConcurrentBag<IResponse>();
        page.Response += (_, response) =>
        {
            if (response.Url.EndsWith(".js", StringComparison.Ordinal)) scripts.Add(response);
        };
        await page.RouteAsync("**/sw.js", route => route.AbortAsync());
        await page.ReloadAsync();
        await Expect(page.Locator("table.grid a.cell").First).ToBeVisibleAsync();
        var script = (await Task.WhenAll(scripts.ToArray().Select(response => response.Request.SizesAsync()))).Sum(sizes => sizes.ResponseBodySize);
        Assert.InRange(script, 1, 250 * 1024);

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
            told.WriteLine($"{units} × {weeks}: {watch.ElapsedMilliseconds} ms");
            var nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
            Assert.True(nodes < 4_000, $"{units} units are {nodes} nodes.");
            if (units < 100) continue;
            await page.Locator(".tall").HoverAsync();
            await page.EvaluateAsync(Frames);
            for (var i = 0; i < 60; i++) await page.Mouse.WheelAsync(0, 120);
            told.WriteLine(await page.EvaluateAsync<string>("window.frames95()"));
            await page.Locator(".tall").EvaluateAsync("board => board.scrollTop = 36 * 890");
            await Expect(page.GetByText("单位 900", new() { Exact = true }).First).ToBeInViewportAsync();

            // The week's number stays above, a filter finds what is not drawn, and the keyboard goes on below what is in sight.
            await Expect(page.Locator(".tall thead th").Nth(1)).ToBeInViewportAsync();
            var last = page.Locator(".tall tbody tr[aria-rowindex] a.cell").Last;
            var row = await last.GetAttributeAsync("href");
            await last.FocusAsync();
            await Expect(last).Not.ToHaveAttributeAsync("href", row!);
            await page.Keyboard.PressAsync("Tab");
            Assert.NotEqual(row, await page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));
            Assert.True(await page.EvaluateAsync<bool>("document.activeElement.closest('tbody') !== null"), "The keyboard leaves the board in its middle.");
            await page.GetByLabel("查找单位").FillAsync("单位 1699");
            await Expect(page.Locator("table.grid tbody tr")).ToHaveCountAsync(1);
        }
    }

    /// <summary>Notes how long each frame takes from now on; a figure to be told, for it is the machine's.</summary>
    private const string Frames = """
        (() => {
            const gaps = []; let last = performance.now()
            const frame = now => { gaps.push(now - last); last = now; requestAnimationFrame(frame) }
            requestAnimationFrame(frame)
            window.frames95 = () => { gaps.sort((a, b) => a - b); return `scrolling: ${gaps.length} frames, 95 % within ${gaps[Math.floor(gaps.length * .95)].toFixed(0)} ms` }
        })()
        """;

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
