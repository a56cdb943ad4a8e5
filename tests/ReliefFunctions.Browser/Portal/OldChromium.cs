using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ReliefFunctions.Browser.Portal;

/// <summary>
/// Chromium 86, of October 2020, as a process of its own: a version older than the oldest that the pages are built for. What runs in it runs in the in-app
/// browsers of chat apps on old phones.
/// </summary>
public sealed partial class OldChromium : IAsyncDisposable
{
    private static readonly SemaphoreSlim Unpacking = new(1);

    private readonly Process _process;
    private readonly string _profile;

    private OldChromium(Process process, string profile, IBrowser browser) => (_process, _profile, Browser) = (process, profile, browser);

    /// <summary>It is packed for Linux on x64 alone.</summary>
    public static bool CanRun => OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64;

    public IBrowser Browser { get; }

    public static async Task<OldChromium> StartAsync(IPlaywright playwright)
    {
        var profile = Directory.CreateTempSubdirectory("relief-old-chromium").FullName;
        var start = new ProcessStartInfo(await UnpackedAsync(),
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--ignore-certificate-errors", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank"])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) address.TrySetException(new InvalidOperationException("The old Chromium ended: " + string.Join('\n', said)));
            else if (Listening().Match(line.Data) is { Success: true } found) address.TrySetResult(found.Value);
            else if (said.Count < 50) said.Enqueue(line.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            return new OldChromium(process, profile, await playwright.Chromium.ConnectOverCDPAsync(await address.Task.WaitAsync(TimeSpan.FromMinutes(1))));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>
    /// Playwright itself asks elements whether they are visible by a call that came with Chromium 105. It is given to Playwright's own world of scripts, beside
    /// the page: the page's scripts are as alone as on an old phone.
    /// </summary>
    public static async Task HelpAsync(IPage page)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        var world = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cdp.Event("Runtime.executionContextCreated").OnEvent += (_, made) =>
        {
            if (made!.Value.GetProperty("context").GetProperty("name").GetString() is { } name && name.StartsWith("__playwright_utility_world_", StringComparison.Ordinal)) world.TrySetResult(name);
        };
        await cdp.SendAsync("Runtime.enable");
        await cdp.SendAsync("Page.enable");
        await cdp.SendAsync("Page.addScriptToEvaluateOnNewDocument", new()
        {
            ["worldName"] = await world.Task.WaitAsync(TimeSpan.FromMinutes(1)),
            ["source"] = "Element.prototype.checkVisibility ??= function () { return this.getClientRects().length > 0 || getComputedStyle(this).display === 'contents' }",
        });
        await page.ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    /// <summary>The browser as a file that can be run: unpacked once.</summary>
    private static async Task<string> UnpackedAsync()
    {
        var folder = typeof(OldChromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(each => each.Key == "OldChromiumDirectory").Value!;
        var packed = Path.Combine(folder, "node_modules", "chrome-aws-lambda", "bin", "chromium.br");
        var file = Path.ChangeExtension(packed, null);
        await Unpacking.WaitAsync();
        try
        {
            if (File.Exists(file) || !OperatingSystem.IsLinux()) return file;
            var half = $"{file}.{Environment.ProcessId}";
            await using (var from = new BrotliStream(File.OpenRead(packed), CompressionMode.Decompress))
            await using (var to = File.Create(half))
            {
                await from.CopyToAsync(to);
            }

            File.SetUnixFileMode(half, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Move(half, file, overwrite: true);
            return file;
        }
        finally
        {
            Unpacking.Release();
        }
    }

    [GeneratedRegex(@"(?<=DevTools listening on )ws://\S+")]
    private static partial Regex Listening();
}
