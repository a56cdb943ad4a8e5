using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The pages change while people have them open, or do not come: nothing typed is lost, and no page is dead.</summary>
[Collection(nameof(OnePortal))]
public sealed class UpdateTests(PortalInBrowser portal) : IDisposable
{
    private const string Week = PortalInBrowser.Week;

    public void Dispose() => portal.Deployments.Return();

    [Fact]
    public async Task A_new_version_comes_while_a_form_is_open_and_the_form_goes_on_with_what_was_typed()
    {
        await using var phone = await portal.SignedInAsync("520111207");
        var page = phone.Page;
        await KeptAsync(page);
        await page.GotoAsync($"/app/unit/weeks/{Week}");
        await page.GetByLabel("A01").FillAsync("31");
        portal.Deployments.DeployLater();
        await page.GetByLabel("A03").FillAsync("17");
        await UpdateAsync(page);

        // Nobody is interrupted: the open form goes on as it is, and the next step opens the new version, the last key typed with it.
        await page.GetByLabel("D05").FillAsync("42");
        await page.GetByRole(AriaRole.Link, new() { Name = "各周周报" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("周");
        await Expect(page.Locator("meta[name=build]")).ToHaveCountAsync(1);
        await page.GoBackAsync();
        foreach (var (field, value) in new[] { ("A01", "31"), ("A03", "17"), ("D05", "42") }) await Expect(page.GetByLabel(field)).ToHaveValueAsync(value);
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
    }

    [Fact]
    public async Task A_page_whose_old_script_is_gone_is_opened_by_the_new_version()
    {
        await using var desk = await AtDeskAsync();
        var page = desk.Page;
        portal.Deployments.DeployLater();
        await page.GetByRole(AriaRole.Link, new() { Name = "汇总", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("汇总");
        await Expect(page.Locator("meta[name=build]")).ToHaveCountAsync(1);
        Assert.EndsWith("/office/summaries", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_stays_away_is_asked_for_twice_and_then_the_person_is_told_and_can_try_again()
    {
        await using var desk = await AtDeskAsync();
        var page = desk.Page;
        var asked = 0;
        await page.RouteAsync("**/assets/SummariesPage-*.js", async route =>
        {
            Interlocked.Increment(ref asked);
            await route.FulfillAsync(new RouteFulfillOptions { Status = 404, Body = "" });
        });
        await page.GetByRole(AriaRole.Link, new() { Name = "汇总", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "这一页现在打不开" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("网页刚更新过");
        await desk.LooksWellAsync("unopened-missing");
        Assert.Equal(2, asked);
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "再试一次" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("汇总");
    }

    [Fact]
    public async Task A_page_of_the_desk_that_was_never_loaded_says_without_a_line_what_to_do_and_opens_by_itself_with_one()
    {
        await using var desk = await AtDeskAsync();
        var page = desk.Page;
        var phone = portal.Season.Campaign.DutyPhone;
        await desk.Context.SetOfflineAsync(true);

        // From another page, which stays.
        await page.GetByRole(AriaRole.Link, new() { Name = "汇总", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("没有网络，那一页也没有存在本机。这一页可以接着用");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");
        await desk.LooksWellAsync("unopened-beside");

        // As the first page.
        await page.GotoAsync("/app/office/summaries");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("这一页现在打不开");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = phone })).ToBeVisibleAsync();
        await desk.LooksWellAsync("unopened-offline");
        await page.GetByRole(AriaRole.Button, new() { Name = "再试一次" }).ClickAsync();
        await Expect(page.GetByText("还是连不上")).ToBeVisibleAsync();
        await desk.Context.SetOfflineAsync(false);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("汇总");
    }

    [Fact]
    public async Task Whoever_is_not_known_here_and_has_no_line_is_told_so()
    {
        await using var phone = await portal.PhoneAsync();
        var page = phone.Page;
        await page.GotoAsync("/app/sign-in");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
        await KeptAsync(page);
        await phone.Context.SetOfflineAsync(true);
        await page.GotoAsync("/app/unit");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("这一页现在打不开");
        await phone.LooksWellAsync("unopened-unknown");
        await phone.Context.SetOfflineAsync(false);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
    }

    [Fact]
    public async Task A_browser_that_keeps_no_session_is_told_so_and_not_sent_round_in_a_circle()
    {
        await using var phone = await portal.PhoneAsync();
        var page = phone.Page;
        await page.RouteAsync("**/api/v1/sessions", async route =>
        {
            var answer = await route.FetchAsync();
            await phone.Context.ClearCookiesAsync();
            await route.FulfillAsync(new RouteFulfillOptions { Status = answer.Status, Body = await answer.TextAsync(), ContentType = "application/json" });
        });
        await portal.SignInAsync(page, Role.UnitReporter, "520111205");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "浏览器没有保存登录状态" })).ToBeVisibleAsync();
        await phone.LooksWellAsync("sign-in-not-kept");
    }

    [Fact]
    public async Task What_a_session_of_before_is_told_late_does_not_end_the_one_that_is_there_now()
    {
        await using var phone = await portal.SignedInAsync("520111204");
        var page = phone.Page;
        var late = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/inbox", route =>
        {
            late.TrySetResult(route);
            return Task.CompletedTask;
        });
        await page.GetByRole(AriaRole.Link, new() { Name = "巡查通知", Exact = true }).First.ClickAsync();
        var asked = await late.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });

        // Another call is told first that the session has ended; the person signs in again.
        await phone.Context.ClearCookiesAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "各周周报" }).ClickAsync();
        await page.GetByLabel("访问密钥").FillAsync(portal.Season.Keys.First(key => key.Unit == "520111204").Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.Locator("section.card").First).ToBeVisibleAsync();
        var answered = page.WaitForResponseAsync("**/inbox");
        await asked.FulfillAsync(new RouteFulfillOptions { Status = 401, ContentType = "application/problem+json", Body = """{"type":"urn:relief:unauthenticated","title":"未登录"}""" });
        await answered;
        await page.GetByRole(AriaRole.Link, new() { Name = "首页", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
    }

    private async Task<Visitor> AtDeskAsync()
    {
        var desk = await portal.PhoneAsync(1280, 800);
        await portal.SignInAsync(desk.Page, Role.CampaignOffice);
        await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");
        await KeptAsync(desk.Page);
        return desk;
    }

    /// <summary>The worker has all that it keeps, and the page is opened through it.</summary>
    private static async Task KeptAsync(IPage page)
    {
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("!!navigator.serviceWorker.controller");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
    }

    /// <summary>The browser looks for a new worker, as it does at openings and once a day, and the page is told of it.</summary>
    private static async Task UpdateAsync(IPage page) => await page.EvaluateAsync("""
        async () => {
            const changed = new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done))
            await (await navigator.serviceWorker.getRegistration()).update()
            await changed
        }
        """);
}
