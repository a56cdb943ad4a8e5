using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The steps of a unit's week on a phone, whichever host serves the pages.</summary>
/// <param name="page">The phone's page.</param>
/// <param name="look">Looks at a page by its name.</param>
internal sealed class UnitWeek(IPage page, Func<string, Task>? look = null)
{
    private readonly Func<string, Task> _look = look ?? (_ => Task.CompletedTask);

    /// <summary>Home says in one line what to do.</summary>
    public ILocator Due => page.GetByRole(AriaRole.Link, new() { Name = "第2周周报，12月14日周一 17:00前" });

    /// <summary>From the host's own address to home.</summary>
    public async Task SignInAsync(string key)
    {
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "登录" })).ToBeVisibleAsync();
        await _look("sign-in");
        await page.GetByLabel("访问密钥").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        await Expect(Due).ToBeVisibleAsync();
        await _look("home");
    }

    /// <summary>The notice is signed by name, which the phone keeps.</summary>
    public async Task SignNoticeAsync(string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "待签收" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "巡查通知" })).ToBeVisibleAsync();
        await _look("inbox");
        await page.GetByText("转发给村（社区）、网格员").ClickAsync();
        await Expect(page.Locator("[id^=forward]")).ToContainTextAsync("详见");
        await page.GetByRole(AriaRole.Button, new() { Name = "签收" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("请写签收人姓名");
        await page.GetByLabel("签收人姓名").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "签收" }).ClickAsync();
        await Expect(page.Locator("article p[role=status]")).ToContainTextAsync("签收");
        await _look("inbox-signed");
        await page.GoBackAsync();

        // Home is shown as it was and then as it is: what is below moves up when what was signed goes.
        await Expect(Due).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "待签收" })).ToHaveCountAsync(0);
    }

    /// <summary>The form: groups, last week, season, what the server says while one types; ends with the receipt.</summary>
    public async Task ReportAsync(JsonNode content)
    {
        await Due.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("第2周周报");
        await _look("form-empty");
        await page.GetByLabel("B03").FillAsync("两人");
        await Expect(page.Locator("#f-B03-m")).ToContainTextAsync("应填整数");
        await FillAsync(content);
        await Expect(page.Locator("#f-B02-h")).ToContainTextAsync("各项相加");
        await Expect(page.Locator(".state")).ToContainTextAsync("已存到服务器");
        await Expect(page.Locator("#f-B03-m")).Not.ToContainTextAsync("应填整数");
        await _look("form-filled");
        await page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "回执" })).ToBeVisibleAsync();
        await _look("receipt");
    }

    /// <summary>What was asked is confirmed.</summary>
    public async Task ConfirmAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "已核对，数据无误" }).ClickAsync();
        await Expect(page.GetByText("已确认。")).ToBeVisibleAsync();
    }

    /// <summary>The stamped form, photographed: shrunk on the phone, a JPEG on the server.</summary>
    public async Task PhotographAsync()
    {
        var photograph = await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true });
        await page.GetByLabel("拍照或选择盖章件").SetInputFilesAsync(new FilePayload { Name = "IMG.bin", MimeType = "application/octet-stream", Buffer = photograph });
        await Expect(page.GetByText("已收到第 1 次报送的盖章件。")).ToBeVisibleAsync();
    }

    /// <summary>A correction of one field, and what it changed.</summary>
    public async Task CorrectAsync(string code, string value)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "更正" }).ClickAsync();
        await page.GetByLabel(code).FillAsync(value);
        await page.GetByRole(AriaRole.Button, new() { Name = "报送更正" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "回执" })).ToBeVisibleAsync();
        await Expect(page.Locator("dl")).ToContainTextAsync("-02-");
        await page.GetByRole(AriaRole.Link, new() { Name = "历次报送" }).ClickAsync();
        await Expect(page.Locator("section.card").First).ToContainTextAsync(code);
        await Expect(page.Locator("section.card").First).ToContainTextAsync(value);
        await _look("versions");
    }

    /// <summary>Signing out ends it: a page of before leads to signing in.</summary>
    public async Task SignOutAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "退出" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "登录" })).ToBeVisibleAsync();
        await page.GotoAsync("/app/unit");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "登录" })).ToBeVisibleAsync();
    }

    /// <summary>What was typed lies on the device.</summary>
    public static Task KeptAsync(IPage page, string store, string text) => Patience.UntilAsync(() => page.EvaluateAsync<bool>("""
        ([store, text]) => new Promise(resolve => {
            const open = indexedDB.open('relief')
            open.onsuccess = () => {
                const all = open.result.transaction(store).objectStore(store).getAll()
                all.onsuccess = () => { open.result.close(); resolve(JSON.stringify(all.result).includes(text)) }
            }
        })
        """, new[] { store, text }), () => $"“{text}” is not among {store}.");

    /// <summary>Types a report's content into the form, as a person would who has it on paper.</summary>
    public async Task FillAsync(JsonNode content)
    {
        foreach (var (code, value) in content["values"]!.AsObject())
        {
            if (await page.Locator("#f-" + code).CountAsync() > 0) await page.Locator("#f-" + code).FillAsync(value?.ToString() ?? "");
        }

        await page.GetByLabel("填报人").FillAsync(content["filledBy"]?.ToString() ?? "");
        await page.GetByLabel("审核人").FillAsync(content["reviewedBy"]?.ToString() ?? "");
        await page.GetByLabel("情况说明").FillAsync(content["note"]?.ToString() ?? "");
        await page.GetByLabel("零报告").SetCheckedAsync(content["zeroReport"]!.GetValue<bool>());
    }
}
