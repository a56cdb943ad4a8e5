using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>What opening a unit's pages costs on a slow line. Times depend on the machine and are told; bytes and calls do not, and are bounded.</summary>
public class OpeningTests(PortalInBrowser portal, ITestOutputHelper told) : IClassFixture<PortalInBrowser>
{
    [Fact]
    public async Task Home_and_notice_open_with_few_bytes_and_calls_the_first_time_and_again()
    {
        await using var phone = await portal.SignedInAsync("520111010");
        var page = phone.Page;
        var cdp = await phone.Context.NewCDPSessionAsync(page);
        var (bytes, calls) = (0.0, 0);
        await cdp.SendAsync("Network.enable");
        cdp.Event("Network.loadingFinished").OnEvent += (_, finished) =>
        {
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            calls++;
        };

        async Task<(double KiB, int Calls, long Ms)> OpenAsync(string address, ILocator there)
        {
            await page.GotoAsync("about:blank");
            (bytes, calls) = (0, 0);
            var watch = Stopwatch.StartNew();
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            await there.WaitForAsync();
            var ms = watch.ElapsedMilliseconds;
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{address}: {ms} ms, {bytes / 1024:0} KiB, {calls} answers"));
            return (bytes / 1024, calls, ms);
        }

        var due = page.GetByRole(AriaRole.Link, new() { Name = "第2周周报" });
        var notice = page.GetByRole(AriaRole.Button, new() { Name = "签收" });
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await SlowAsync(cdp);

        // A phone that has never been here but for its session.
        await cdp.SendAsync("Storage.clearDataForOrigin", new() { ["origin"] = portal.App.Address.GetLeftPart(UriPartial.Authority), ["storageTypes"] = "service_workers,cache_storage,indexeddb,local_storage" });
        await cdp.SendAsync("Network.clearBrowserCache");
        var first = await OpenAsync("/app/unit", due);
        Assert.True(first is { KiB: < 120, Calls: < 25 }, $"{first}");

        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.WaitForTimeoutAsync(500);
        var again = await OpenAsync("/app/unit", due);
        Assert.True(again is { KiB: < 20, Calls: < 25 }, $"{again}");
        var opened = await OpenAsync("/app/unit/inbox", notice);
        Assert.True(opened.KiB < 25, $"{opened}");
        Assert.True((await OpenAsync("/app/unit/inbox", notice)).KiB < 25);
    }

    /// <summary>“Slow 4G” of the browser's own tools, and a processor a quarter as fast.</summary>
    private static async Task SlowAsync(ICDPSession cdp)
    {
        await cdp.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false,
            ["latency"] = 562.5,
            ["downloadThroughput"] = 1.44 * 1024 * 1024 / 8,
            ["uploadThroughput"] = 675 * 1024 / 8,
        });
        await cdp.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
    }
}
