using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>
/// What opening a unit's pages costs on a slow line. Times depend on the machine and are told; bytes, calls and rounds (calls that wait for the answer to
/// another) do not, and are bounded.
/// </summary>
public class OpeningTests(PortalInBrowser portal, ITestOutputHelper told) : IClassFixture<PortalInBrowser>
{
    private const string Due = "a.card[href$='2026W50']", Sign = "article form button[type=submit]";

    /// <summary>Notes in the page when a person can begin.</summary>
    private const string Watch = $$"""
        new MutationObserver((_, observer) => {
            if (!document.querySelector("{{Due}}, {{Sign}}")) return
            window.usableAt = performance.now()
            observer.disconnect()
        }).observe(document, { childList: true, subtree: true })
        """;

    /// <summary>The longest row of calls over the line that were answered before, each sent after the answer to the one before it had begun.</summary>
    private const string Rounds = """
        () => {
            const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .filter(each => !/\.(svg|webmanifest)$/.test(each.name) && each.transferSize > 0 && each.responseEnd <= window.usableAt)
            const row = last => 1 + Math.max(0, ...all.filter(each => each !== last && each.responseStart <= last.startTime).map(row))
            return Math.max(0, ...all.map(row))
        }
        """;

    [Fact]
    public async Task Home_and_notice_open_with_few_bytes_and_rounds_the_first_time_and_with_none_again()
    {
        await using var phone = await portal.SignedInAsync("520111010");
        var page = phone.Page;
        await page.AddInitScriptAsync(Watch);
        var cdp = await phone.Context.NewCDPSessionAsync(page);
        var (bytes, calls) = (0.0, 0);
        await cdp.SendAsync("Network.enable");
        cdp.Event("Network.loadingFinished").OnEvent += (_, finished) =>
        {
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            calls++;
        };

        async Task<(double KiB, int Calls, int Rounds)> OpenAsync(string address, string there)
        {
            await page.GotoAsync("about:blank");
            (bytes, calls) = (0, 0);
            var watch = Stopwatch.StartNew();
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.Locator(there).First.WaitForAsync();
            var ms = watch.ElapsedMilliseconds;
            var rounds = await page.EvaluateAsync<int>(Rounds);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{address}: {ms} ms, {bytes / 1024:0} KiB, {calls} answers, {rounds} rounds"));
            return (bytes / 1024, calls, rounds);
        }

        // A phone that has never been here but for its session.
        async Task ForgetAsync()
        {
            await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");

            // No page is left that writes after it.
            await page.GotoAsync("about:blank");
            await cdp.SendAsync("Storage.clearDataForOrigin", new() { ["origin"] = portal.App.Address.GetLeftPart(UriPartial.Authority), ["storageTypes"] = "service_workers,cache_storage,indexeddb,local_storage" });
            await cdp.SendAsync("Network.clearBrowserCache");
        }

        await ForgetAsync();
        await SlowAsync(cdp, 562.5);
        var home = await OpenAsync("/app/unit", Due);
        Assert.True(home is { KiB: < 120, Calls: < 12, Rounds: 2 }, $"{home}");
        await ForgetAsync();
        var notice = await OpenAsync("/app/unit/inbox", Sign);
        Assert.True(notice is { KiB: < 120, Calls: < 12, Rounds: 2 }, $"{notice}");

        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await OpenAsync("/app/unit", Due);
        foreach (var (address, there) in new[] { ("/app/unit", Due), ("/app/unit/inbox", Sign) })
        {
            var again = await OpenAsync(address, there);
            Assert.True(again is { KiB: < 25, Calls: < 12 }, $"{again}");
        }

        // Again, a person begins before any answer has come.
        await SlowAsync(cdp, 60_000);
        foreach (var (address, there) in new[] { ("/app/unit", Due), ("/app/unit/inbox", Sign) })
        {
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await page.Locator(there).First.WaitForAsync();
        }
    }

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
