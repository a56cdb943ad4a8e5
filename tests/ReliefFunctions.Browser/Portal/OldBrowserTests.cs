using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The pages in a browser of 2020: they work, look right and nothing is thrown.</summary>
[Collection(nameof(OnePortal))]
public class OldBrowserTests(PortalInBrowser portal)
{
    private const string Week = PortalInBrowser.Week;

    [OldBrowserFact]
    public async Task A_units_week_is_done_on_a_phone_that_was_never_updated()
    {
        const string unit = "520111201", other = "520111004";
        var content = await HandedInAsync(other);
        await using var old = await OldChromium.StartAsync(portal.Playwright);
        await using var phone = await AtAsync(old, 360, 740);
        var page = phone.Page;
        Assert.Contains("Chrome/86.", await page.EvaluateAsync<string>("navigator.userAgent"), StringComparison.Ordinal);
        var steps = new UnitWeek(page, LookAsync);
        await steps.SignInAsync(portal.Season.Keys.First(key => key.Unit == unit).Secret);
        await steps.SignNoticeAsync("王芳");
        await steps.ReportAsync(content);
        await steps.ConfirmAsync();
        await steps.PhotographAsync();
        await steps.CorrectAsync("D05", "77");

        await page.GotoAsync("/app/unit/incidents");
        await page.GetByLabel("发生了什么").FillAsync("一人冻伤");
        await page.GetByLabel("在哪里").FillAsync("桥下");
        await page.GetByRole(AriaRole.Button, new() { Name = "马上报" }).ClickAsync();
        await Expect(page.GetByText("已报出（编号").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "续报、核报、更正" }).ClickAsync();
        await Expect(page.Locator("form.further")).ToBeVisibleAsync();
        await LookAsync("incidents");
        foreach (var address in new[] { "weeks", $"weeks/{Week}/excel", "daily", "stages/progress" })
        {
            await page.GotoAsync("/app/unit/" + address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await LookAsync(address.Replace('/', '-'));
        }

        // Without a line the page opens and says so.
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await phone.Context.SetOfflineAsync(true);
        await page.GotoAsync("/app/unit");
        await Expect(page.GetByText("没有网络。已经读过的内容仍可查看")).ToBeVisibleAsync();

        async Task LookAsync(string name)
        {
            await phone.PictureAsync("old-" + name);
            await Patience.UntilAsync(() => page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), () => $"{name} scrolls sideways.");
            Assert.Empty(phone.Wrong);
        }
    }

    [OldBrowserFact]
    public async Task The_desk_is_read_at_a_computer_that_was_never_updated()
    {
        await HandedInAsync("520111004");
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Post, $"summaries/{Week}");
        await Patience.UntilAsync(async () => (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "summaries")).AsArray().Count > 0);
        await using var old = await OldChromium.StartAsync(portal.Playwright);
        foreach (var (role, pages) in new[]
        {
            (Role.CampaignOffice, new[]
            {
                "/office", $"/office/weeks/{Week}", $"/office/weeks/{Week}/units/520111004", "/office/patrols", "/office/alerts", $"/office/summaries/{Week}", "/office/incidents", "/office/daily",
                "/setup/campaign", "/setup/forms", "/setup/policies",
            }),
            (Role.Leader, ["/leader"]),
        })
        {
            await using var desk = await AtAsync(old, 1280, 1600);
            await portal.SignInAsync(desk.Page, role);
            await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "退出" })).ToBeVisibleAsync();
            foreach (var address in pages)
            {
                await desk.Page.GotoAsync("/app" + address);
                await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
                if (address.Contains("/summaries/", StringComparison.Ordinal) || address == "/leader") await Expect(desk.Page.Locator(".chart canvas")).ToBeVisibleAsync();
                if (address == "/office") await Expect(desk.Page.Locator("table.grid a.cell").First).ToBeVisibleAsync();
                await desk.PictureAsync("old" + address.Replace('/', '-'));
                Assert.Empty(desk.Wrong);
            }
        }
    }

    /// <summary>Over TLS, as everywhere but on one's own machine: browsers of then keep no session for a loopback address without it.</summary>
    private async Task<Visitor> AtAsync(OldChromium old, int width, int height)
    {
        var visitor = await portal.PhoneAsync(width, height, context => (context.BaseURL, context.IgnoreHTTPSErrors) = (portal.SecureAddress.ToString(), true), old.Browser);
        await OldChromium.HelpAsync(visitor.Page);
        return visitor;
    }

    /// <summary>A unit's sample workbook is handed in; its content.</summary>
    private async Task<System.Text.Json.Nodes.JsonNode> HandedInAsync(string unit)
    {
        using var client = portal.Season.Client(portal.App, Role.UnitReporter, unit);
        var workbook = await File.ReadAllBytesAsync(Path.Combine(portal.Season.Folder, "reports", Week, unit + ".xlsx"));
        var address = $"weeks/{Week}/reports/{unit}";
        var answer = await client.SendAsync(HttpMethod.Put, $"{portal.Season.CampaignAddress}/{address}", workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Assert.True(answer.Ok, answer.Refusal);
        return (await portal.AsAsync(Role.UnitReporter, unit, HttpMethod.Get, address))["content"]!;
    }
}

/// <summary>A test in the old browser, where it can run.</summary>
public sealed class OldBrowserFactAttribute : FactAttribute
{
    public OldBrowserFactAttribute()
    {
        if (!OldChromium.CanRun) Skip = "The old Chromium is packed for Linux on x64.";
    }
}
