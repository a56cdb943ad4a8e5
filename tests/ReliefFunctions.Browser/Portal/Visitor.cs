using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ReliefFunctions.Browser.Portal;

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
        ["desk-board"] = "office-board",
        ["desk-report"] = "office-report",
        ["desk-patrols"] = "office-patrols",
        ["desk-alert"] = "office-alert",
        ["desk-summary"] = "office-summary",
        ["incident-waits"] = "unit-incident",
        ["setup-policies-fault"] = "office-policy",
        ["setup-policies-tried"] = "office-trial",
    };

    private readonly ConcurrentQueue<string> _wrong = new();

    /// <summary>A machine that is busy with other tests answers late, and not wrongly.</summary>
    static Visitor() => Assertions.SetDefaultExpectTimeout(60_000);

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
        await PictureAsync(name);

        if (Environment.GetEnvironmentVariable("GUIDE_PICTURES") is { Length: > 0 } pictures && Pictured.TryGetValue(name, out var picture))
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, pictures, picture + ".jpg"), Type = ScreenshotType.Jpeg, Quality = 60 });
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

    /// <summary>
    /// Printed on A4 nothing is cut off, and nothing stands there that only a screen has a use for; the print is kept where <c>SCREENSHOTS</c> names a folder.
    /// </summary>
    public async Task PrintsWellAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.PdfAsync(new PagePdfOptions { Path = Path.Combine(folder, name + ".pdf"), Format = "A4" });
        }

        var size = Page.ViewportSize!;
        await Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Page.SetViewportSizeAsync(718, 1047);
        var found = await Page.EvaluateAsync<string[]>("""
            () => [
              ...[...document.querySelectorAll('nav, button, input, textarea, header.app, a.button')].filter(e => e.getClientRects().length > 0).map(e => 'for a screen alone: ' + e.outerHTML.slice(0, 80)),
              ...[...document.querySelectorAll('table, svg, code, p, h1, h2, h3')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .map(e => 'runs off the paper: ' + e.outerHTML.slice(0, 80)),
            ]
            """);
        await Page.EmulateMediaAsync(new() { Media = Media.Null });
        await Page.SetViewportSizeAsync(size.Width, size.Height);
        Assert.True(found.Length == 0, name + "\n" + string.Join('\n', found.Take(6)));
    }

    /// <summary>Keeps a picture of the page where <c>SCREENSHOTS</c> names a folder.</summary>
    public async Task PictureAsync(string name)
    {
        await Assertions.Expect(Page.GetByText("正在读取…").Or(Page.GetByText("Loading…"))).ToHaveCountAsync(0);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{Page.ViewportSize!.Width}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        Assert.Empty(Wrong);
    }
}
