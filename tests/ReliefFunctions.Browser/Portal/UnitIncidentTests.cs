using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>An incident from a phone: without a line, with photos, with everything that is known of it.</summary>
public class UnitIncidentTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    [Fact]
    public async Task Without_a_line_it_waits_with_the_number_to_call_and_is_sent_once_with_its_photo()
    {
        const string unit = "520111105";
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await Expect(page.GetByText("没有突发情况。")).ToBeVisibleAsync();
        var screen = await page.ScreenshotAsync(new PageScreenshotOptions { Type = ScreenshotType.Jpeg });
        await page.GetByLabel("发生了什么").FillAsync("一人冻僵");

        // Half typed, and the page was left: it is still there.
        await page.ReloadAsync();
        await Expect(page.GetByLabel("发生了什么")).ToHaveValueAsync("一人冻僵");
        await phone.Context.SetOfflineAsync(true);
        await page.GetByLabel("在哪里").FillAsync("大桥下");
        await page.GetByText("还知道别的").ClickAsync();
        await page.GetByLabel("拍照或选照片").SetInputFilesAsync(new FilePayload { Name = "IMG_1.HEIC", MimeType = "image/heic", Buffer = "\0\0\0 ftypheic"u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("兼容性最佳");
        await page.GetByLabel("拍照或选照片").SetInputFilesAsync(new FilePayload { Name = "IMG_2.jpg", MimeType = "application/octet-stream", Buffer = WithPlace(screen) });
        await Expect(page.GetByText("已选 1 张照片")).ToBeVisibleAsync();
        await page.GetByLabel("失联").FillAsync("0");
        await page.GetByLabel("类别").SelectOptionAsync("frostbite");
        await phone.LooksWellAsync("incident-more");
        await page.GetByRole(AriaRole.Button, new() { Name = "马上报" }).DblClickAsync();
        var waits = page.GetByText("突发情况待发送，办公室还没有收到");
        await Expect(waits).ToBeVisibleAsync();
        await Expect(page.GetByLabel("发生了什么")).ToHaveValueAsync("");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "请先打电话报告" })).ToHaveAttributeAsync("href", "tel:" + portal.Season.Campaign.DutyPhone.Replace("-", "", StringComparison.Ordinal));
        await phone.LooksWellAsync("incident-waits");

        // Closed and opened again without a line it still waits, on every page.
        await page.GotoAsync("/app/unit");
        await Expect(waits).ToBeVisibleAsync();
        Assert.Empty((await IncidentsAsync(unit)).AsArray());
        await phone.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("已报出（编号")).ToBeVisibleAsync();
        await Patience.UntilAsync(async () => (await IncidentsAsync(unit))[0]!["photos"]!.GetValue<int>() == 1);
        var line = Assert.Single((await IncidentsAsync(unit)).AsArray())!;
        Assert.Equal(("frostbite", 1, 0), (line["kind"]!.GetValue<string>(), line["version"]!.GetValue<int>(), line["minutesLate"]!.GetValue<int>()));
        await page.GetByRole(AriaRole.Button, new() { Name = "知道了" }).ClickAsync();
        await Expect(page.GetByText("已报出（编号")).ToHaveCountAsync(0);

        // Home says by when to go on with it.
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "突发情况“一人冻僵”要续报，12月14日周一" })).ToBeVisibleAsync();
        await phone.LooksWellAsync("home-incident");

        // The photo left the phone without its place.
        var detail = await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, $"units/{unit}/incidents/{line["id"]}");
        Assert.Equal(0, detail["content"]!["missing"]!.GetValue<int>());
        using var office = portal.Season.Client(portal.App, Role.CampaignOffice);
        var photo = await office.SendAsync(HttpMethod.Get, $"{portal.Season.CampaignAddress}/units/{unit}/incidents/{line["id"]}/photos/{detail["photos"]![0]!["id"]}");
        Assert.Equal([0xFF, 0xD8, 0xFF], photo.Body[..3]);
        Assert.Equal(-1, photo.Body.AsSpan().IndexOf("26.41N"u8));
    }

    [Fact]
    public async Task What_stands_is_there_to_go_on_with_and_half_typed_numbers_are_none()
    {
        const string unit = "520111104";
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Post, $"units/{unit}/incidents", new { what = "民房起火", where = "老街", howMany = 2, details = new { safe = 1, done = "已通知消防" } });
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "续报、核报、更正" }).ClickAsync();
        var form = page.Locator("form.further");
        await Expect(form.GetByLabel("平安")).ToHaveValueAsync("1");
        await Expect(form.GetByLabel("已采取的措施")).ToHaveValueAsync("已通知消防");
        await form.GetByLabel("轻伤").FillAsync("1e");
        await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("应填整数");
        await form.GetByLabel("轻伤").FillAsync("1");
        await form.GetByLabel("发现时间").FillAsync("2026-12-14T08:10");
        await phone.LooksWellAsync("incident-follow-up-filled");

        // The office went on with it meanwhile: nothing is overwritten, what stands is shown.
        var id = (await IncidentsAsync(unit))[0]!["id"]!.GetValue<string>();
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"units/{unit}/incidents/{id}/reports", new { kind = "followUp", baseVersion = 1, details = new { needs = "帐篷" } });
        await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("现在是第 2 次报告");
        await Expect(form.GetByLabel("需要的支持")).ToHaveValueAsync("帐篷");
        await Expect(form.GetByLabel("轻伤")).ToHaveValueAsync("1");
        await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("第3次");
        var content = (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"units/{unit}/incidents/{id}"))["content"]!;
        Assert.Equal((1, 1, "帐篷"), (content["safe"]!.GetValue<int>(), content["slight"]!.GetValue<int>(), content["needs"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Further_reports_without_a_line_wait_in_their_order_and_go_once_and_one_that_was_overtaken_is_mended()
    {
        const string unit = "520111201";
        await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Post, $"units/{unit}/incidents", new { what = "民房起火", where = "老街", howMany = 2 });
        var id = (await IncidentsAsync(unit))[0]!["id"]!.GetValue<string>();
        Task<JsonNode> DetailAsync() => portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"units/{unit}/incidents/{id}");
        await using var phone = await portal.SignedInAsync(unit);
        var page = phone.Page;
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        var readAhead = page.WaitForResponseAsync($"**/incidents/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await (await readAhead).FinishedAsync();
        await phone.Context.SetOfflineAsync(true);
        var form = page.Locator("form.further");
        async Task FollowUpAsync(string label, string value)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "续报、核报、更正" }).ClickAsync();
            await form.GetByLabel(label).FillAsync(value);
            await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).DblClickAsync();
            await Expect(form).ToHaveCountAsync(0);
        }

        var waits = page.GetByText("突发情况的续报待发送，办公室还没有收到");
        await FollowUpAsync("平安", "1");
        await Expect(waits).ToHaveCountAsync(1);
        await phone.LooksWellAsync("incident-further-waits");
        await FollowUpAsync("需要的支持", "帐篷");
        await Expect(waits).ToHaveCountAsync(2);
        Assert.Equal(1, (await DetailAsync())["incident"]!["version"]!.GetValue<int>());

        // Closed, opened again, and the line is back.
        await page.GotoAsync("/app/unit");
        await Expect(waits).ToHaveCountAsync(2);
        await phone.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("已报出（编号")).ToHaveCountAsync(2);
        var detail = await DetailAsync();
        Assert.Equal((3, 1, "帐篷"), (detail["incident"]!["version"]!.GetValue<int>(), detail["content"]!["safe"]!.GetValue<int>(), detail["content"]!["needs"]!.GetValue<string>()));
        foreach (var _ in new[] { 1, 2 }) await page.GetByRole(AriaRole.Button, new() { Name = "知道了" }).First.ClickAsync();

        // The office goes on with it while one waits: that one is refused, shown beside what stands, and sent upon it.
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "续报、核报、更正" }).ClickAsync();
        await Expect(form.GetByLabel("需要的支持")).ToHaveValueAsync("帐篷");
        await phone.Context.SetOfflineAsync(true);
        await form.GetByLabel("轻伤").FillAsync("1");
        await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(waits).ToHaveCountAsync(1);
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"units/{unit}/incidents/{id}/reports", new { kind = "followUp", baseVersion = 3, details = new { onSpot = "张三" } });
        await phone.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("突发情况的续报没有报出去")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "修改后再报" }).ClickAsync();
        await Expect(form.GetByLabel("现场人员")).ToHaveValueAsync("张三");
        await Expect(form.GetByLabel("轻伤")).ToHaveValueAsync("1");
        await form.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("第5次");
        detail = await DetailAsync();
        Assert.Equal((5, 1, "张三"), (detail["incident"]!["version"]!.GetValue<int>(), detail["content"]!["slight"]!.GetValue<int>(), detail["content"]!["onSpot"]!.GetValue<string>()));
    }

    private Task<JsonNode> IncidentsAsync(string unit) => portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, $"units/{unit}/incidents");

    /// <summary>The same picture as a phone would send it, with where it was taken.</summary>
    private static byte[] WithPlace(byte[] jpeg)
    {
        byte[] exif = [.. "Exif\0\0II*\0\b\0\0\0\0\0\0\0\0\0"u8, .. Encoding.ASCII.GetBytes("26.41N 106.67E")];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
