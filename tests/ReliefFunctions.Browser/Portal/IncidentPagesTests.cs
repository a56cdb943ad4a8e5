using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>An incident and a day's report on a phone of 360 px, and at the desk.</summary>
public class IncidentPagesTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    [Fact]
    public async Task An_incident_goes_from_three_fields_on_a_phone_to_the_desk_and_back_with_a_finding()
    {
        await using var phone = await portal.SignedInAsync("520111101");
        var page = phone.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await page.GetByLabel("发生了什么").FillAsync("北门桥下一人冻僵，意识模糊");
        await page.GetByLabel("在哪里").FillAsync("青岩古镇北门桥下");
        await phone.LooksWellAsync("incident-first");
        await page.GetByRole(AriaRole.Button, new() { Name = "马上报" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("已报出");
        await phone.LooksWellAsync("incident-reported");

        await using var desk = await portal.PhoneAsync(1280, 900);
        await portal.SignInAsync(desk.Page, Role.CampaignOffice, null);
        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "突发情况", Exact = true }).ClickAsync();
        await Expect(desk.Page.GetByText("【突发情况·较重】青岩镇初报").First).ToBeVisibleAsync();
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "签收", Exact = true }).First.ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("已签收");
        await desk.LooksWellAsync("incident-desk");

        await page.GetByRole(AriaRole.Button, new() { Name = "续报、核报、更正" }).ClickAsync();
        await phone.LooksWellAsync("incident-follow-up");
        await page.GetByLabel("这次是").SelectOptionAsync("final");
        await page.GetByLabel("核查结论").FillAsync("轻度冻伤，已好转，家属接回");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToContainTextAsync("已核报");
        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "青岩镇" }).ClickAsync();
        await Expect(desk.Page.GetByText("轻度冻伤，已好转，家属接回").First).ToBeVisibleAsync();
        await desk.LooksWellAsync("incident-one");
    }

    [Fact]
    public async Task An_office_does_at_its_desk_all_that_an_incident_needs()
    {
        const string first = "520111104", second = "520111105";
        async Task<string> ReportAsync(string unit, string what) =>
            (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Post, $"units/{unit}/incidents", new { what, where = "省道旁", howMany = 1 }))["incident"]!["id"]!.GetValue<string>();
        var (one, same) = (await ReportAsync(first, "路边一人昏迷，疑似冻伤"), await ReportAsync(second, "省道旁有人冻僵"));
        using var client = portal.Season.Client(portal.App, Role.UnitReporter, first);
        var photo = await client.SendAsync(HttpMethod.Post, $"{portal.Season.CampaignAddress}/units/{first}/incidents/{one}/photos", OnePixel, "image/png");
        Assert.True(photo.Ok, photo.Refusal);

        await using var desk = await portal.PhoneAsync(1280, 900);
        var page = desk.Page;
        await portal.SignInAsync(page, Role.CampaignOffice);
        await page.GetByRole(AriaRole.Link, new() { Name = "突发情况" }).ClickAsync();
        var waiting = page.Locator("article.card.urgent").Filter(new() { HasText = "路边一人昏迷" });
        await waiting.GetByRole(AriaRole.Button, new() { Name = "已打电话，代签收 带班领导" }).ClickAsync();
        await desk.LooksWellAsync("incident-call");
        await waiting.GetByLabel("接电话的人").FillAsync("李副区长");
        await waiting.GetByLabel("通话时间").FillAsync($"{portal.App.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)):yyyy-MM-ddTHH:mm}");
        await waiting.GetByRole(AriaRole.Button, new() { Name = "记下签收" }).ClickAsync();
        await Expect(waiting.GetByText("带班领导")).ToHaveCountAsync(0);
        var export = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "导出（.csv）" }).ClickAsync());
        Assert.Contains("突发情况", export.SuggestedFilename, StringComparison.Ordinal);
        await page.GetByText("办公室接报，登记一起").ClickAsync();
        await page.GetByLabel("发生了什么").FillAsync("群众来电：天桥下有人受冻");
        await page.GetByLabel("在哪里").FillAsync("人民路天桥");
        await page.GetByRole(AriaRole.Button, new() { Name = "登记并报出" }).ClickAsync();
        await Expect(page.GetByText("群众来电：天桥下有人受冻").First).ToBeVisibleAsync();

        await page.Locator($"a[href$='/{one}']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "删除 第 1 张" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "确定" }).ClickAsync();
        await Expect(page.GetByText("照片已删除。")).ToBeVisibleAsync();
        await page.GetByLabel("与哪一起合并").SelectOptionAsync(same);
        await page.GetByLabel("原因").FillAsync("两家报的是同一人");
        await page.GetByRole(AriaRole.Button, new() { Name = "合并", Exact = true }).ClickAsync();
        await Expect(page.GetByText("已合并。")).ToBeVisibleAsync();
        await page.GetByLabel("原因").FillAsync("核实后是两起");
        await page.GetByRole(AriaRole.Button, new() { Name = "拆开" }).ClickAsync();
        await Expect(page.GetByText("已拆开。")).ToBeVisibleAsync();
        await page.GetByText("登记续报、核报、更正").ClickAsync();
        await page.GetByLabel("这次是").SelectOptionAsync("final");
        await page.GetByLabel("送医").FillAsync("1");
        await page.GetByLabel("核查结论").FillAsync("送医后好转，家属接回");
        await desk.LooksWellAsync("incident-office-final");
        await page.GetByRole(AriaRole.Button, new() { Name = "登记", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("已核报");
        await Expect(page.GetByText("送医后好转，家属接回").First).ToBeVisibleAsync();
    }

    /// <summary>A picture of one pixel.</summary>
    private static readonly byte[] OnePixel =
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_day_without_anything_is_reported_in_one_tap()
    {
        await using var phone = await portal.SignedInAsync("520111102");
        var page = phone.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "每日一报" }).ClickAsync();
        await phone.LooksWellAsync("daily");
        await page.GetByRole(AriaRole.Button, new() { Name = "零报告" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("已收到（第 1 次");
        await using var desk = await portal.PhoneAsync(1280, 900);
        await portal.SignInAsync(desk.Page, Role.CampaignOffice, null);
        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "每日一报" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Row, new() { Name = "石板镇" })).ToContainTextAsync("零报告");
        await desk.LooksWellAsync("daily-table");
    }
}
