using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>Nothing that was typed is lost, doubled, or taken for something else: what goes wrong in such forms elsewhere.</summary>
public class UnitDraftTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    private const string Week = PortalInBrowser.Week;

    [Fact]
    public async Task Airplane_mode_in_mid_form_two_drafts_one_submission()
    {
        const string unit = "520111204";
        var content = await ContentAsync();
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByLabel("A01").FillAsync("3");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");

        await phone.Context.SetOfflineAsync(true);
        await new UnitWeek(page).FillAsync(content);
        await Expect(page.Locator(".state")).ToContainTextAsync("只存在本机");
        await UnitWeek.KeptAsync(page, "drafts", content["reviewedBy"]!.GetValue<string>());

        // The page is closed and opened again without a line: everything is there.
        await page.GotoAsync("/app/unit");
        await Expect(page.GetByText("第2周周报的草稿只存在本机")).ToBeVisibleAsync();
        await phone.LooksWellAsync("home-offline");
        await page.GetByRole(AriaRole.Link, new() { Name = "打开" }).ClickAsync();
        await Expect(page.GetByLabel("A01")).ToHaveValueAsync(content["values"]!["A01"]!.ToString());
        await page.GetByLabel("D05").FillAsync("42");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByText("待发送：有网络后自动报送一次。")).ToBeVisibleAsync();
        await phone.LooksWellAsync("form-queued");
        Assert.Equal(0, (await ReportAsync(unit))["version"]!.GetValue<int>());

        // The line is back: it goes by itself, once, and the receipt is shown only now.
        await page.GotoAsync("/app/unit");
        await Expect(page.GetByText("第2周周报待发送")).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("第2周周报已报送，回执编号 520111-2026W50-520111204-01-")).ToBeVisibleAsync();
        var report = await ReportAsync(unit);
        Assert.Equal((1, "42"), (report["version"]!.GetValue<int>(), report["content"]!["values"]!["D05"]!.ToString()));
        Assert.Null(report["draftSavedAt"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "知道了" }).ClickAsync();
        await Expect(page.GetByText("已报送，回执编号")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_session_that_ends_in_mid_form_loses_nothing()
    {
        const string unit = "520111205";
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByLabel("A01").FillAsync("5");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
        await phone.Context.ClearCookiesAsync();
        await page.GetByLabel("A03").FillAsync("17");
        await Expect(page.GetByText("登录已失效，请重新登录。已填写的内容还在。")).ToBeVisibleAsync();
        await phone.LooksWellAsync("sign-in-again");
        await page.GetByLabel("访问密钥").FillAsync(portal.Season.Keys.First(key => key.Unit == unit).Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.GetByLabel("A03")).ToHaveValueAsync("17");
        await Expect(page.GetByLabel("A01")).ToHaveValueAsync("5");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
    }

    [Theory]
    [InlineData("用本机的", "8")]
    [InlineData("用服务器的", "9")]
    public async Task Two_devices_see_where_they_differ_and_a_person_chooses(string choice, string kept)
    {
        var unit = kept == "8" ? "520111207" : "520111208";
        await using var first = await portal.SignedInAsync(unit);
        await using var second = await portal.SignedInAsync(unit);
        await first.Page.GotoAsync($"/app/unit/weeks/{Week}");
        await second.Page.GotoAsync($"/app/unit/weeks/{Week}");
        await Expect(first.Page.GetByLabel("A01")).ToBeVisibleAsync();
        await second.Page.GetByLabel("A01").FillAsync("9");
        await Expect(second.Page.Locator(".state")).ToContainTextAsync("已存到服务器");
        await first.Page.GetByLabel("A01").FillAsync("8");
        await Expect(first.Page.GetByText("这份草稿在别处改动过")).ToBeVisibleAsync();
        var line = first.Page.GetByRole(AriaRole.Row, new() { Name = "街面巡查次数" });
        await Expect(line.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["8", "9"]);
        if (kept == "8") await first.LooksWellAsync("form-conflict");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = choice }).ClickAsync();
        await Expect(first.Page.GetByLabel("A01")).ToHaveValueAsync(kept);
        await Expect(first.Page.Locator(".state")).ToContainTextAsync("已存到服务器");
        var draft = await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}/draft");
        Assert.Equal(kept, draft["content"]!["values"]!["A01"]!.ToString());
    }

    [Theory]
    [InlineData("用本机草稿覆盖", "甲页写的", 2)]
    [InlineData("用服务器上的", "乙处报的", 1)]
    public async Task A_stage_report_submitted_elsewhere_meanwhile_is_shown_beside_what_was_typed(string choice, string stands, int version)
    {
        var unit = version == 2 ? "520111104" : "520111105";
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.GotoAsync("/app/unit/stages/progress");
        await page.GetByLabel("工作开展情况").FillAsync("甲页写的");
        await Expect(page.GetByText("草稿存在本机")).ToBeVisibleAsync();
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"stage-reports/progress/{unit}", new { work = "乙处报的" });
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        var both = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "在别处报送过" });
        await Expect(both).ToContainTextAsync("本机：甲页写的");
        await Expect(both).ToContainTextAsync("服务器：乙处报的");
        if (version == 2) await phone.LooksWellAsync("stage-conflict");

        // Opened again, both are still there.
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = choice }).ClickAsync();
        await Expect(page.GetByLabel("工作开展情况")).ToHaveValueAsync(stands);
        if (version == 2) await page.GetByRole(AriaRole.Button, new() { Name = "报送更正" }).ClickAsync();
        if (version == 2) await Expect(page.GetByText("已报送（第 2 次）。")).ToBeVisibleAsync();
        var row = await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"stage-reports/progress/{unit}");
        Assert.Equal((version, stands), (row["version"]!.GetValue<int>(), row["text"]!["work"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Two_tabs_of_one_phone_write_over_nothing_of_each_other()
    {
        const string unit = "520111101";
        await using var phone = await portal.SignedInAsync(unit);
        var (one, other) = (phone.Page, await phone.Context.NewPageAsync());

        // A stage report: the second tab to type is asked.
        foreach (var page in new[] { one, other })
        {
            await page.GotoAsync("/app/unit/stages/progress");
            await Expect(page.GetByLabel("工作开展情况")).ToBeVisibleAsync();
        }

        await one.GetByLabel("工作开展情况").FillAsync("一页写的");
        await UnitWeek.KeptAsync(one, "stages", "一页写的");
        await other.GetByLabel("工作开展情况").FillAsync("另一页写的");
        var both = other.GetByRole(AriaRole.Alert).Filter(new() { HasText = "另一个页面改动过" });
        await Expect(both).ToContainTextAsync("本页：另一页写的");
        await Expect(both).ToContainTextAsync("另一页：一页写的");
        await other.GetByRole(AriaRole.Button, new() { Name = "用另一页的" }).ClickAsync();
        await Expect(other.GetByLabel("工作开展情况")).ToHaveValueAsync("一页写的");

        // The report of a day: the second to send is shown what stands, and sends upon it.
        foreach (var page in new[] { one, other })
        {
            await page.GotoAsync("/app/unit/daily");
            await Expect(page.Locator("form.card input").First).ToBeVisibleAsync();
        }

        await FillAsync(one, 3);
        await one.Locator("form.card button").ClickAsync();
        await Expect(one.GetByRole(AriaRole.Status)).ToContainTextAsync("已收到（第 1 次");
        await FillAsync(other, 5);
        await other.Locator("form.card button").ClickAsync();
        await Expect(other.GetByText("服务器上现在是 3")).ToBeVisibleAsync();
        await Expect(other.Locator("form.card input.number").Nth(0)).ToHaveValueAsync("5");
        await Expect(other.Locator("form.card input.number").Nth(1)).ToHaveValueAsync("4");
        await other.Locator("form.card button").ClickAsync();
        await Expect(other.GetByRole(AriaRole.Status)).ToContainTextAsync("已收到（第 2 次");
        await Expect(other.Locator("form.card input.number").Nth(0)).ToHaveValueAsync("5");

        static async Task FillAsync(IPage page, int first)
        {
            var numbers = await page.Locator("form.card input.number").AllAsync();
            for (var i = 0; i < numbers.Count; i++) await numbers[i].FillAsync($"{(i == 0 ? first : 3 + i)}");
        }
    }

    [Fact]
    public async Task A_draft_on_a_form_that_changed_is_looked_at_exported_and_dropped()
    {
        const string unit = "520111209";
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByLabel("A01").FillAsync("31");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
        await page.GotoAsync("/app/unit");
        await page.EvaluateAsync("""
            () => new Promise((resolve, reject) => {
                const open = indexedDB.open('relief')
                open.onsuccess = () => {
                    const transaction = open.result.transaction('drafts', 'readwrite')
                    const store = transaction.objectStore('drafts')
                    store.openCursor().onsuccess = event => {
                        const cursor = event.target.result
                        if (cursor) { cursor.update({ ...cursor.value, formVersion: 7, savedAt: null }); cursor.continue() }
                    }
                    transaction.oncomplete = resolve
                    transaction.onerror = reject
                }
            })
            """);
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await Expect(page.GetByText("这份草稿填在第 7 版表样上，本周现在用第 1 版")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("A01")).ToHaveCountAsync(0);
        await phone.LooksWellAsync("form-misfit");
        var export = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "导出" }).ClickAsync());
        Assert.Contains("A01\t31", await File.ReadAllTextAsync(await export.PathAsync()), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "删除草稿，按新表填" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "确定" }).ClickAsync();
        await Expect(page.GetByLabel("A01")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Wheel_emptied_half_typed_and_composed_values_are_what_they_are()
    {
        const string unit = "520111005";
        await using var desk = await portal.PhoneAsync(1000);
        var page = desk.Page;
        await portal.SignInAsync(page, Role.UnitReporter, unit);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        var field = page.GetByLabel("A01");
        await field.FillAsync("5");
        await field.HoverAsync();
        await page.Mouse.WheelAsync(0, 400);
        await Expect(field).ToHaveValueAsync("5");

        await field.FillAsync("1e");
        await Expect(page.Locator("#f-A01-m")).ToContainTextAsync("应填整数");
        await Expect(field).ToHaveValueAsync("1e");

        // What an input method is still composing is no value.
        await field.FillAsync("");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
        await Expect(page.Locator("#f-A01-m")).Not.ToContainTextAsync("应填整数");
        Assert.Null((await DraftAsync(unit))["content"]!["values"]!["A01"]);
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await field.FocusAsync();
        await cdp.SendAsync("Input.imeSetComposition", new() { ["text"] = "shi", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await page.WaitForTimeoutAsync(1800);
        Assert.Null((await DraftAsync(unit))["content"]!["values"]!["A01"]);
        Assert.Empty((await DraftAsync(unit))["entered"]!.AsObject());
        await cdp.SendAsync("Input.insertText", new() { ["text"] = "１２" });
        await Expect(field).ToHaveValueAsync("１２");
        await Patience.UntilAsync(async () => (await DraftAsync(unit))["content"]!["values"]!["A01"]?.ToString() == "12");
        await field.FillAsync("0");
        await Patience.UntilAsync(async () => (await DraftAsync(unit))["content"]!["values"]!["A01"]?.ToString() == "0");
    }

    [Fact]
    public async Task Text_from_people_is_text_on_every_page()
    {
        const string unit = "520111006", attack = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>";
        var content = await ContentAsync();
        content["values"]!["X02"] = attack;
        content["note"] = attack;
        content["filledBy"] = "<b onclick=alert(3)>王</b>";
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"weeks/{Week}/reports/{unit}", content);
        content["values"]!["X02"] = attack + "{{constructor.constructor('alert(4)')()}}";
        content["baseVersion"] = 1;
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"weeks/{Week}/reports/{unit}", content);
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"weeks/{Week}/reports/{unit}/return", new { version = 2, comment = attack });
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"stage-reports/progress/{unit}", new { work = attack, next = "javascript:alert(5)" });
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"stage-reports/progress/{unit}/return", new { version = 1, comment = attack });

        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        foreach (var address in new[] { "", "/weeks", $"/weeks/{Week}", $"/weeks/{Week}/versions", $"/weeks/{Week}/versions/2", "/inbox", "/stages/progress" })
        {
            await page.GotoAsync("/app/unit" + address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            if (address is not ("/inbox" or "")) await Expect(page.Locator("main")).ToContainTextAsync("<img src=x");
            Assert.Equal(0, await page.Locator("main img, main script, main b").CountAsync());
            Assert.Empty(phone.Wrong);
        }

        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByLabel("A01").FillAsync(attack);
        await Expect(page.Locator("#f-A01-m")).ToContainTextAsync("<imgsrc=x");
        await page.GotoAsync("/app/<img src=x onerror=alert(6)>");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "没有这个页面" })).ToBeVisibleAsync();
        await page.GotoAsync("/app/sign-in?to=//evil.example/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "登录" })).ToBeVisibleAsync();
        await page.GetByLabel("访问密钥").FillAsync(portal.Season.Keys.First(key => key.Unit == unit).Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        Assert.Equal(portal.App.Address.Authority, new Uri(page.Url).Authority);
    }

    [Fact]
    public async Task A_zero_report_is_not_an_empty_one()
    {
        const string unit = "520111007";
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("处需要修改");
        await phone.LooksWellAsync("form-refused");
        await page.GetByLabel("零报告").CheckAsync();
        foreach (var level in new[] { "A05", "A07", "D06", "F04", "G01" }) await page.GetByLabel(level).FillAsync("4");
        await page.GetByLabel("填报人").FillAsync("李明");
        await page.GetByLabel("审核人").FillAsync("张华");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "回执" })).ToBeVisibleAsync();
        await Expect(page.Locator("dl")).ToContainTextAsync("零报告");
    }

    private Task<JsonNode> ReportAsync(string unit) => portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}");

    private Task<JsonNode> DraftAsync(string unit) => portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}/draft");

    /// <summary>The content of a right report: what a unit's sample workbook says.</summary>
    private async Task<JsonNode> ContentAsync()
    {
        const string sample = "520111012";
        using var client = portal.Season.Client(portal.App, Role.UnitReporter, sample);
        var workbook = await File.ReadAllBytesAsync(Path.Combine(portal.Season.Folder, "reports", Week, sample + ".xlsx"));
        var answer = await client.SendAsync(HttpMethod.Put, $"{portal.Season.CampaignAddress}/weeks/{Week}/reports/{sample}", workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Assert.True(answer.Ok, answer.Refusal);
        return (await ReportAsync(sample))["content"]!.DeepClone();
    }
}
