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
