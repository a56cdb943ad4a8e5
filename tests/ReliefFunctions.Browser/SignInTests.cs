using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Browser;

/// <summary>Signing in, as a real browser does it.</summary>
public class SignInTests(SeasonInBrowser season) : IClassFixture<SeasonInBrowser>
{
    /// <summary>A page of the host itself, from which scripts of the portal would call.</summary>
    private async Task<IPage> AtHomeAsync()
    {
        var page = await season.PhoneAsync();
        await page.GotoAsync(new Uri(season.App.Address, "app/").ToString());
        return page;
    }

    private static Task<int> CallAsync(IPage page, string method, string path, object? body = null) => page.EvaluateAsync<int>("""
        async ([method, path, body]) => (await fetch(path, { method, headers: method === 'GET' ? {} : { 'X-Relief-Client': 'portal', 'Content-Type': 'application/json' },
            body: body ? JSON.stringify(body) : undefined })).status
        """, new object?[] { method, path, body });

    [Fact]
    public async Task The_cookie_is_kept_on_a_loopback_address_over_http_unseen_by_scripts_and_gone_after_signing_out()
    {
        var page = await AtHomeAsync();
        var key = season.Season.Keys.First(key => key.Role == Role.CampaignOffice).Secret;
        Assert.Equal(401, await CallAsync(page, "GET", "/api/v1/me"));
        Assert.Equal(201, await CallAsync(page, "POST", "/api/v1/sessions", new { key }));
        Assert.Equal(200, await CallAsync(page, "GET", "/api/v1/me"));
        Assert.Equal("", await page.EvaluateAsync<string>("document.cookie"));
        var cookie = (await page.Context.CookiesAsync()).Single();
        Assert.Equal(("__Host-relief", true, true, SameSiteAttribute.Lax), (cookie.Name, cookie.Secure, cookie.HttpOnly, cookie.SameSite));
        Assert.Equal(204, await CallAsync(page, "DELETE", "/api/v1/sessions/current"));
        Assert.Equal(401, await CallAsync(page, "GET", "/api/v1/me"));
        Assert.Empty(await page.Context.CookiesAsync());
    }

    [Fact]
    public async Task In_this_host_a_person_clicks_who_they_are_and_comes_back_to_the_page_they_wanted()
    {
        var page = await season.PhoneAsync();
        await page.GotoAsync(new Uri(season.App.Address, "api/v1/sign-in/development?returnTo=/app/").ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "以谁的身份试用" })).ToBeVisibleAsync();
        await ShotAsync(page, "development-issuer");
        await page.GetByRole(AriaRole.Link, new() { Name = "青岩镇信息员" }).ClickAsync();
        await page.WaitForURLAsync("**/app/**");
        Assert.StartsWith("/app/", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);
        Assert.Equal("青岩镇信息员 unitReporter 520111101 development 2026-2027", await page.EvaluateAsync<string>("""
            (async () => { const me = await (await fetch('/api/v1/me')).json(); return [me.name, me.role, me.unit, me.signedInBy, me.campaigns[0].season].join(' ') })()
            """));
        Assert.Equal(204, await CallAsync(page, "DELETE", "/api/v1/sessions"));
        Assert.Equal(401, await CallAsync(page, "GET", "/api/v1/me"));
    }

    [Fact]
    public async Task A_printed_slip_is_scanned_a_name_typed_and_the_unit_is_in()
    {
        // The office prints.
        using var office = season.Season.Client(season.App, Role.CampaignOffice);
        var printed = await office.SendAsync(HttpMethod.Post, "api/v1/districts/520111/invitations?format=print", """{"units":["520111101","520111102"]}"""u8.ToArray(), "application/json");
        Assert.True(printed.Ok, printed.Refusal);
        var desk = await season.Chromium.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 800, Height = 1000 } });
        await desk.SetContentAsync(System.Text.Encoding.UTF8.GetString(printed.Body));
        await ShotAsync(desk, "slips");
        Assert.Empty((await desk.RunAxe()).Violations);

        // A phone scans what was printed.
        var pixels = await desk.EvaluateAsync<int[]>("""
            async () => {
              const svg = document.querySelector('svg').cloneNode(true); svg.setAttribute('width', 400); svg.setAttribute('height', 400); svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
              const image = new Image(); image.src = 'data:image/svg+xml;base64,' + btoa(new XMLSerializer().serializeToString(svg)); await image.decode();
              const canvas = document.createElement('canvas'); canvas.width = canvas.height = 400; const context = canvas.getContext('2d'); context.drawImage(image, 0, 0, 400, 400);
              return Array.from(context.getImageData(0, 0, 400, 400).data).filter((_, i) => i % 4 === 0);
            }
            """);
        var scanned = new ZXing.BarcodeReaderGeneric().Decode(pixels.Select(pixel => (byte)pixel).ToArray(), 400, 400, ZXing.RGBLuminanceSource.BitmapFormat.Gray8).Text;
        var link = new Uri(scanned);
        Assert.Equal("/i", link.AbsolutePath);

        // The person opens it on this host, and the code leaves the address.
        var page = await season.PhoneAsync();
        await page.GotoAsync(new Uri(season.App.Address, "/i" + link.Fragment).ToString());
        Assert.Equal("", new Uri(page.Url).Fragment);
        await Assertions.Expect(page.GetByLabel("邀请码")).ToHaveValueAsync(link.Fragment[1..]);
        Assert.Empty((await page.RunAxe()).Violations);
        await ShotAsync(page, "invitation");
        await page.GetByLabel("姓名").FillAsync("王芳");
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await page.WaitForURLAsync(url => !url.EndsWith("/i", StringComparison.Ordinal));
        Assert.Equal("王芳 520111101 invitation", await page.EvaluateAsync<string>("(async () => { const me = await (await fetch('/api/v1/me')).json(); return [me.name, me.unit, me.signedInBy].join(' ') })()"));

        // A second scan reads that it was used.
        var other = await season.PhoneAsync();
        await other.GotoAsync(new Uri(season.App.Address, "/i" + link.Fragment).ToString());
        await other.GetByLabel("姓名").FillAsync("李明");
        await other.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(other.Locator("body")).ToContainTextAsync("已经用过");
        await ShotAsync(other, "invitation-used");
    }

    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    [Fact]
    public async Task A_form_on_another_site_changes_nothing_although_the_person_is_signed_in()
    {
        var page = await AtHomeAsync();
        var key = season.Season.Keys.First(key => key.Role == Role.CampaignOffice).Secret;
        Assert.Equal(201, await CallAsync(page, "POST", "/api/v1/sessions", new { key }));
        var evil = await page.Context.NewPageAsync();
        await evil.RouteAsync("http://evil.example/**", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/html",
            Body = $"<form method=post enctype=text/plain action='{season.App.Address}api/v1/access-keys'><input name='{{\"name\":\"x\",\"role\":\"leader\",\"scope\":\"520111\",\"unit\":\"' value='\"}}'><button>x</button></form>",
        }));
        await evil.GotoAsync("http://evil.example/");
        var answer = await evil.RunAndWaitForResponseAsync(() => evil.GetByRole(AriaRole.Button).ClickAsync(), response => response.Url.EndsWith("access-keys", StringComparison.Ordinal));
        Assert.True(answer.Status is 401 or 403, $"{answer.Status}");
        Assert.Equal(200, await CallAsync(page, "GET", "/api/v1/me"));
    }
}
