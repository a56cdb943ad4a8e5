using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>
/// What opening a unit's pages costs on a slow line. Times depend on the machine and are told; bytes, calls and rounds (calls that wait for the answer to
/// another) do not, and are bounded.
/// </summary>
[Collection(nameof(OnePortal))]
public partial class OpeningTests(PortalInBrowser portal, ITestOutputHelper told)
{
    private const string Unit = "520111010", Due = "a.card[href$='2026W50']", Sign = "article form button[type=submit]";

    private static readonly (string Address, string There)[] Pages = [("/app/unit", Due), ("/app/unit/inbox", Sign)];

    [Fact]
    public async Task Home_and_notice_open_with_few_bytes_the_first_time_and_with_nothing_awaited_again()
    {
        await using var phone = await portal.SignedInAsync(Unit);
        var page = phone.Page;

        // A quarter of a busy machine's processor is slow indeed.
        phone.Context.SetDefaultTimeout(120_000);
        var cdp = await phone.Context.NewCDPSessionAsync(page);
        var (sent, answered) = (new ConcurrentDictionary<string, string>(), new ConcurrentDictionary<string, double>());
        await cdp.SendAsync("Network.enable");
        cdp.Event("Network.requestWillBeSent").OnEvent += (_, told) => sent[Id(told)] = told!.Value.GetProperty("request").GetProperty("url").GetString()!;
        cdp.Event("Network.loadingFinished").OnEvent += (_, told) => answered[Id(told)] = told!.Value.GetProperty("encodedDataLength").GetDouble();
        cdp.Event("Network.loadingFailed").OnEvent += (_, told) => answered[Id(told)] = 0;
        static string Id(System.Text.Json.JsonElement? told) => told!.Value.GetProperty("requestId").GetString()!;

        async Task<(double KiB, int Calls)> OpenAsync(string address, string there)
        {
            await page.GotoAsync("about:blank");
            await page.EvaluateAsync("1");
            sent.Clear();
            answered.Clear();
            var watch = Stopwatch.StartNew();
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.Locator(there).First.WaitForAsync();
            var ms = watch.ElapsedMilliseconds;

            // The worker is looked for once the page has all that it opens with.
            await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
            await Patience.UntilAsync(() => sent.Values.Any(url => url.EndsWith("/start", StringComparison.Ordinal)) && sent.Keys.All(answered.ContainsKey));
            var (calls, kiB) = (sent.Count, answered.Values.Sum() / 1024);
            var what = string.Join(' ', sent.Values.Select(url => new Uri(url).AbsolutePath));
            told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{address}: {ms} ms, {kiB:0} KiB, {calls} answers: {what}"));
            return (kiB, calls);
        }

        foreach (var (address, there) in Pages)
        {
            await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
            await ForgetAsync(page, cdp);
            await SlowAsync(cdp, 562.5);
            var first = await OpenAsync(address, there);
            Assert.True(first is { KiB: < 120, Calls: < 12 }, $"{first}");
        }

        await OpenAsync("/app/unit", Due);
        foreach (var (address, there) in Pages)
        {
            var again = await OpenAsync(address, there);
            Assert.True(again is { KiB: < 25, Calls: < 12 }, $"{again}");
        }

        // Again, a person begins before any answer has come: none does.
        await phone.Context.RouteAsync("**", _ => Task.CompletedTask);
        foreach (var (address, there) in Pages)
        {
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.Locator(there).First.WaitForAsync();
        }
    }

    [Fact]
    public async Task A_first_opening_takes_the_page_and_what_the_page_itself_names_and_waits_for_nothing_else()
    {
        await using var phone = await portal.PhoneAsync(change: context => context.ServiceWorkers = ServiceWorkerPolicy.Block);
        var page = phone.Page;
        var cdp = await phone.Context.NewCDPSessionAsync(page);
        await portal.SignInAsync(page, Role.UnitReporter, Unit);
        await page.Locator(Due).WaitForAsync();
        foreach (var (address, there) in Pages)
        {
            var further = await OpenAsync(address);
            try
            {
                await Expect(page.Locator(there).First).ToBeVisibleAsync();
            }
            catch (PlaywrightException)
            {
                Assert.Fail($"{address} waits for one of {string.Join(' ', further())}.");
            }
        }

        // What comes later is seen: a page with a script of its own waits for it.
        var third = await OpenAsync("/app/unit/weeks");
        await Patience.UntilAsync(() => third().Any(name => name.StartsWith("/app/assets/WeeksPage-", StringComparison.Ordinal)));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(0);

        // Everything is held. The second round is sent before anything of it is answered, and after it nothing more ever is: what else is asked for is told.
        async Task<Func<IEnumerable<string>>> OpenAsync(string address)
        {
            await phone.Context.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
            await ForgetAsync(page, cdp);
            var html = await phone.Context.APIRequest.GetAsync(address);
            var named = Named().Matches(await html.TextAsync()).Select(name => name.Groups[1].Value).Where(name => !Decoration().IsMatch(name)).ToHashSet();
            Assert.InRange(named.Count, 2, 5);
            var held = new ConcurrentDictionary<string, IRoute>();
            await phone.Context.RouteAsync("**", route =>
            {
                held.TryAdd(new Uri(route.Request.Url).AbsolutePath, route);
                return Task.CompletedTask;
            });
            var opening = page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await Patience.UntilAsync(() => held.ContainsKey(address));
            await held[address].ContinueAsync();
            await opening;
            await Patience.UntilAsync(() => Task.FromResult(named.All(held.ContainsKey)), () => $"{string.Join(' ', named)} ⊄ {string.Join(' ', held.Keys)}");
            foreach (var name in named) await held[name].ContinueAsync();
            return () => held.Keys.Except(named);
        }
    }

    /// <summary>A phone that has never been here but for its session.</summary>
    private async Task ForgetAsync(IPage page, ICDPSession cdp)
    {
        // No page is left that writes after it.
        await page.GotoAsync("about:blank");
        await cdp.SendAsync("Storage.clearDataForOrigin", new()
        {
            ["origin"] = portal.App.Address.GetLeftPart(UriPartial.Authority),
            ["storageTypes"] = "service_workers,cache_storage,indexeddb,local_storage",
        });
        await cdp.SendAsync("Network.clearBrowserCache");
    }

    /// <summary>What a page names in its head is asked for at once.</summary>
    [GeneratedRegex("(?:href|src)=\"(/[^\"]+)\"")]
    private static partial Regex Named();

    /// <summary>What nobody waits for.</summary>
    [GeneratedRegex(@"\.(svg|webmanifest)$")]
    private static partial Regex Decoration();

    /// <summary>“Slow 4G” of the browser's own tools but for the wait for each answer, in milliseconds, and a processor a quarter as fast.</summary>
    private static async Task SlowAsync(ICDPSession cdp, double latency)
    {
        await cdp.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false,
            ["latency"] = latency,
            ["downloadThroughput"] = 1.44 * 1024 * 1024 / 8,
            ["uploadThroughput"] = 675 * 1024 / 8,
        });
        await cdp.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
    }
}
