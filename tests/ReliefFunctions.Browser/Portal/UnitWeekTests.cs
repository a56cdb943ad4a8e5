using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>A unit's week on a phone of 360 px, from signing in to signing out.</summary>
public class UnitWeekTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    private const string Week = PortalInBrowser.Week;

    [Fact]
    public async Task A_week_from_signing_in_to_signing_out()
    {
        const string unit = "520111101", excelUnit = "520111004";
        // Another unit hands in the same figures by Excel.
        using var excel = portal.Season.Client(portal.App, Role.UnitReporter, excelUnit);
        var workbook = await File.ReadAllBytesAsync(Path.Combine(portal.Season.Folder, "reports", Week, excelUnit + ".xlsx"));
        var handedIn = (await excel.SendAsync(HttpMethod.Put, $"{portal.Season.CampaignAddress}/weeks/{Week}/reports/{excelUnit}", workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")).Json!;
        var content = (await portal.AsAsync(Role.UnitReporter, excelUnit, HttpMethod.Get, $"weeks/{Week}/reports/{excelUnit}"))["content"]!;

        await using var phone = await portal.PhoneAsync();
        var page = phone.Page;
        var steps = new UnitWeek(page, phone.LooksWellAsync);
        await steps.SignInAsync(portal.Season.Keys.First(key => key.Unit == unit).Secret);
        await steps.SignNoticeAsync("王芳");

        // Submitted: the same values and the same hash as by Excel.
        await steps.ReportAsync(content);
        await Expect(page.Locator("dl")).ToContainTextAsync("520111-2026W50-520111101-01-");
        var mine = await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}/versions/1");
        Assert.Equal(content.ToJsonString(), mine["content"]!.ToJsonString());
        Assert.Equal(handedIn["hash"]!.GetValue<string>(), mine["hash"]!.GetValue<string>());
        await steps.ConfirmAsync();
        await steps.PhotographAsync();
        using (var client = portal.Season.Client(portal.App, Role.UnitReporter, unit))
        {
            var scan = await client.SendAsync(HttpMethod.Get, $"{portal.Season.CampaignAddress}/weeks/{Week}/reports/{unit}/stamped-scan");
            Assert.Equal([0xFF, 0xD8, 0xFF], scan.Body[..3]);
        }

        await steps.CorrectAsync("D05", "77");
        await page.GetByRole(AriaRole.Link, new() { Name = "各周周报" }).ClickAsync();
        await Expect(page.Locator("section.card", new() { HasTextString = "第2周" })).ToContainTextAsync("待审核");
        await phone.LooksWellAsync("weeks");

        // A deep link opens as it is; English by the switch; signing out ends it.
        await page.GotoAsync($"/app/unit/weeks/{Week}/versions/2");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "回执" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Receipt" })).ToBeVisibleAsync();
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        await phone.LooksWellAsync("receipt-english");
        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await steps.SignOutAsync();
    }

    [Fact]
    public async Task A_workbook_with_mistakes_is_shown_beside_a_picture_of_the_sheet_and_comes_back_marked()
    {
        await using var phone = await portal.SignedInAsync("520111102");
        var page = phone.Page;
        await page.GotoAsync($"/app/unit/weeks/{Week}/excel");
        await phone.LooksWellAsync("excel");
        var template = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "下载表格", Exact = true }).ClickAsync());
        Assert.EndsWith(".xlsx", template.SuggestedFilename, StringComparison.Ordinal);

        await page.GetByLabel("选择或拖入").SetInputFilesAsync(new FilePayload { Name = "表.xlsx", MimeType = "application/octet-stream", Buffer = "not a workbook"u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("“表.xlsx”不是 .xlsx 表格");

        var mistakes = await File.ReadAllBytesAsync(Path.Combine(portal.Season.Folder, "reports", Week, "520111102-mistakes.xlsx"));
        await page.GetByLabel("选择或拖入").SetInputFilesAsync(new FilePayload { Name = "调度表", MimeType = "application/octet-stream", Buffer = mistakes });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("处需要修改，没有保存");
        var wrong = page.Locator("td.wrong button");
        await Expect(wrong.Nth(2)).ToBeVisibleAsync();
        await wrong.First.ClickAsync();
        await Expect(page.Locator("ol.faults li.chosen").First).ToBeVisibleAsync();
        await phone.LooksWellAsync("excel-faults");
        var marked = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "下载标红的表" }).ClickAsync());
        Assert.Equal("调度表-标注.xlsx", marked.SuggestedFilename);

        // By drag, as from a desk.
        var right = await File.ReadAllBytesAsync(Path.Combine(portal.Season.Folder, "reports", Week, "520111102.xlsx"));
        await page.EvaluateAsync("""
            bytes => {
                const data = new DataTransfer()
                data.items.add(new File([new Uint8Array(bytes)], 'drag.xlsx'))
                document.querySelector('.pick').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }))
            }
            """, right.Select(b => (int)b).ToArray());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "回执" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_stage_report_is_kept_while_it_is_written_and_handed_in()
    {
        await using var phone = await portal.SignedInAsync("520111104");
        var page = phone.Page;
        await page.GotoAsync("/app/unit/stages/progress");
        await page.GetByLabel("工作开展情况").FillAsync("已开展<b>街面巡查</b> 12 次。");
        await Expect(page.GetByText("草稿存在本机")).ToBeVisibleAsync();
        await UnitWeek.KeptAsync(page, "stages", "街面巡查");
        await page.ReloadAsync();
        await Expect(page.GetByLabel("工作开展情况")).ToHaveValueAsync("已开展<b>街面巡查</b> 12 次。");
        await phone.LooksWellAsync("stage");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByText("已报送（第 1 次）。")).ToBeVisibleAsync();
        var row = await portal.AsAsync(Role.UnitReporter, "520111104", HttpMethod.Get, "stage-reports/progress/520111104");
        Assert.Equal("已开展<b>街面巡查</b> 12 次。", row["text"]!["work"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        await using var desk = await portal.PhoneAsync(1000);
        var page = desk.Page;
        await page.GotoAsync("/app/sign-in");
        await Expect(page.GetByLabel("访问密钥")).ToBeVisibleAsync();
        await TabToAsync(page, "#key");
        await page.Keyboard.TypeAsync(portal.Season.Keys.First(key => key.Unit == "520111105").Secret);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        await TabToAsync(page, "a.card[href$='2026W50']");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("第2周周报");
        await TabToAsync(page, "#f-A01");
        await page.Keyboard.TypeAsync("12");
        await TabToAsync(page, "#f-A02");
        await page.Keyboard.TypeAsync("13");
        await Expect(page.Locator("#f-A02-m")).ToContainTextAsync("A01");
        await TabToAsync(page, "button[type=submit]");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("处需要修改");
        Assert.StartsWith("f-", await page.EvaluateAsync<string>("document.activeElement.id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_read_at_a_desk_in_English_and_on_a_phone_at_twice_the_size()
    {
        const string unit = "520111201";
        var report = (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Put, $"weeks/{Week}/reports/{unit}", await ZeroAsync(unit)))["version"]!.GetValue<int>();
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"weeks/{Week}/reports/{unit}/return", new { version = report, comment = "D06 请核对避寒场所数。" });
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Post, $"units/{unit}/incidents", new { what = "独居老人烤火，一氧化碳中毒送医", where = "下坝村三组", howMany = 1, details = new { hospitalised = 1, critical = 0 } });
        string[] pages = ["", "/weeks", $"/weeks/{Week}", $"/weeks/{Week}/excel", $"/weeks/{Week}/versions", $"/weeks/{Week}/versions/{report}", "/inbox", "/incidents", "/daily", "/stages/final", "/nowhere"];
        await using var desk = await portal.SignedInAsync(unit, 1280);
        foreach (var (language, button) in new[] { ("", ""), ("-english", "English") })
        {
            if (button.Length > 0) await desk.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            foreach (var address in pages)
            {
                await desk.Page.GotoAsync("/app/unit" + address);
                await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
                if (language.Length == 0) await desk.LooksWellAsync("desk" + address.Replace('/', '-'));
                else await desk.PictureAsync("desk" + address.Replace('/', '-') + language);
            }
        }

        await using var phone = await portal.SignedInAsync(unit);
        foreach (var address in pages)
        {
            await phone.Page.GotoAsync("/app/unit" + address);
            await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await phone.PictureAsync("phone" + address.Replace('/', '-'));
            await phone.Page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
            Assert.True(await phone.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address);
        }
    }

    /// <summary>A right report in which nothing happened, on the form of the week.</summary>
    private async Task<object> ZeroAsync(string unit)
    {
        var entry = await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"weeks/{Week}/reports/{unit}/entry");
        var levels = entry["form"]!["fields"]!.AsArray().Where(field => field!["aggregation"]!.GetValue<string>() == "stock");
        return new { values = levels.ToDictionary(field => field!["code"]!.GetValue<string>(), _ => 4), zeroReport = true, filledBy = "王芳", reviewedBy = "李强" };
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 80; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => !!document.activeElement?.matches(selector)", selector)) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} is not reached by the keyboard.");
    }
}
