using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The whole host with the sample campaign on the Monday on which its second week is due, and a Chromium in which nothing goes wrong unseen.</summary>
public sealed class PortalInBrowser : IAsyncLifetime
{
    /// <summary>The week that is due.</summary>
    public const string Week = "2026W50";

    private IPlaywright _playwright = null!;

    public LocalApp App { get; private set; } = null!;

    public SampleSeason Season { get; private set; } = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var options = new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 14, 1, 0, 0, TimeSpan.Zero) };
        App = await LocalApp.StartAsync(options, Console.Error.WriteLine);
        Season = await SampleSeason.LoadAsync(App, options, default);
        await App.RunJobsAsync(default);
        _playwright = await Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox"],
        });
    }

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        _playwright.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>A phone of 360 px; at its end nothing may have broken the security policy or been thrown.</summary>
    public async Task<Visitor> PhoneAsync(int width = 360, int height = 740, Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions
        {
            BaseURL = App.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            IsMobile = width < 800,
            HasTouch = width < 800,
            Locale = "zh-CN",
            AcceptDownloads = true,
        };
        change?.Invoke(options);
        var context = await Chromium.NewContextAsync(options);
        context.SetDefaultTimeout(15_000);
        var visitor = new Visitor(context, await context.NewPageAsync());
        return visitor;
    }

    /// <summary>A unit's reporter who has signed in by key and sees the home page.</summary>
    public async Task<Visitor> SignedInAsync(string unit, int width = 360)
    {
        var phone = await PhoneAsync(width);
        await SignInAsync(phone.Page, Role.UnitReporter, unit);
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        return phone;
    }

    public async Task SignInAsync(IPage page, Role role, string? unit = null)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("访问密钥").FillAsync(Season.Keys.First(key => key.Role == role && key.Unit == unit).Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
    }

    /// <summary>A call of the API as a role.</summary>
    public async Task<JsonNode> AsAsync(Role role, string? unit, HttpMethod method, string path, object? body = null)
    {
        using var client = Season.Client(App, role, unit);
        var answer = await client.SendAsync(method, $"{Season.CampaignAddress}/{path}", body is null ? null : System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body));
        if (!answer.Ok) Assert.Fail($"{method} {path}: {answer.Status} {answer.Refusal}");
        return answer.Json!;
    }
}

/// <summary>One person's browser; disposing it asks whether everything went well in it.</summary>
public sealed class Visitor : IAsyncDisposable
{
    /// <summary>The pictures of the guide, made anew by <c>GUIDE_PICTURES=docs/pictures</c>, by the page that they show.</summary>
    private static readonly Dictionary<string, string> Pictured = new()
    {
        ["home"] = "unit-home",
        ["form-filled"] = "unit-form",
        ["receipt"] = "unit-receipt",
        ["excel-faults"] = "unit-excel",
        ["inbox"] = "unit-inbox",
        ["setup-policies-fault"] = "office-policy",
        ["setup-policies-tried"] = "office-trial",
    };

    private readonly ConcurrentQueue<string> _wrong = new();

    public Visitor(IBrowserContext context, IPage page)
    {
        (Context, Page) = (context, page);
        page.PageError += (_, error) => _wrong.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) _wrong.Enqueue(message.Text);
        };
        page.Dialog += async (_, dialog) =>
        {
            // The browser itself asks before it throws away what was typed; whoever reloads in a test means it.
            if (dialog.Type == DialogType.BeforeUnload) await dialog.AcceptAsync();
            else _wrong.Enqueue("A dialog opened: " + dialog.Message);
        };
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>What went wrong so far, such as a violation of the security policy.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>The page fits the screen and has no violation of WCAG 2.2 AA; a picture of it is kept where <c>SCREENSHOTS</c> names a folder.</summary>
    public async Task LooksWellAsync(string name)
    {
        await Assertions.Expect(Page.GetByText("正在读取…")).ToHaveCountAsync(0);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{Page.ViewportSize!.Width}.png"), FullPage = true });
        }

        if (Environment.GetEnvironmentVariable("GUIDE_PICTURES") is { Length: > 0 } pictures && Pictured.TryGetValue(name, out var picture))
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, picture + ".jpg"), Type = ScreenshotType.Jpeg, Quality = 60 });
        }

        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} scrolls sideways.");
        var options = new Deque.AxeCore.Commons.AxeRunOptions
        {
            RunOnly = new Deque.AxeCore.Commons.RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        };
        var violations = (await Deque.AxeCore.Playwright.PageExtensions.RunAxe(Page, options)).Violations;
        Assert.True(violations.Length == 0, name + "\n" + string.Join("\n", violations.Select(violation =>
            $"{violation.Id}: {violation.Help} {string.Join(" ", violation.Nodes.Select(node => node.Html).Take(3))}")));
        Assert.Empty(Wrong);
    }

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        Assert.Empty(Wrong);
    }
}
