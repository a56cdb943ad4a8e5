using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>
/// Azurite, the storage service for one machine: installed from the package files beside this program at first use,
/// started on free ports of 127.0.0.1, and stopped with this process, however it ends.
/// </summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The published account that every Azurite has; no secret.</summary>
    private const string Account =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;

    private AzuriteProcess(Process process, string connectionString, string blobEndpoint, string tableEndpoint)
    {
        (_process, ConnectionString, BlobEndpoint, TableEndpoint) = (process, connectionString, blobEndpoint, tableEndpoint);
    }

    /// <summary>For the storage clients.</summary>
    public string ConnectionString { get; }

    /// <summary>Where the blob service listens.</summary>
    public string BlobEndpoint { get; }

    /// <summary>Where the table service listens.</summary>
    public string TableEndpoint { get; }

    /// <summary>The process, for those who kill it.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts Azurite, installing it first when needed. Throws with the reason and the mend when it does not come up.</summary>
    /// <param name="location">Folder that keeps the data; null for memory only.</param>
    /// <param name="progress">Gets a line before a slow step.</param>
    /// <param name="ports">Where it listens; by default it takes free ports of its own choice.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task<AzuriteProcess> StartAsync(
        string? location, Action<string> progress, (int Blob, int Table) ports = default, CancellationToken ct = default)
    {
        var home = await InstallAsync(progress, ct);
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["AZURITE_HOME"] = home;
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "azurite", "run.cjs"), "--blobPort", $"{ports.Blob}", "--queuePort", "0",
            "--tablePort", $"{ports.Table}", "--silent", "--skipApiVersionCheck", "--disableTelemetry"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in location is null ? (string[])["--inMemoryPersistence"] : ["--location", location]) start.ArgumentList.Add(argument);

        var process = Process.Start(start) ?? throw new InvalidOperationException("node could not be started.");
        var ready = new TaskCompletionSource<(string Blob, string Table)>(TaskCreationOptions.RunContinuationsAsynchronously);
        string? blob = null;
        var output = new List<string>();
        void Read(string? line)
        {
            if (line is null) return;
            lock (output)
            {
                if (output.Count < 100) output.Add(line);
            }

            if (Listening().Match(line) is not { Success: true } match) return;
            if (match.Groups[1].Value == "Blob") blob = match.Groups[2].Value;
            if (match.Groups[1].Value == "Table") ready.TrySetResult((blob!, match.Groups[2].Value));
        }

        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var exited = process.WaitForExitAsync(ct);
        if (await Task.WhenAny(ready.Task, exited, Task.Delay(TimeSpan.FromSeconds(60), ct)) != ready.Task)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"Azurite did not start. Its words: {string.Join(" / ", output)}");
        }

        var (blobEndpoint, tableEndpoint) = await ready.Task;
        return new AzuriteProcess(process, ConnectionStringOf(blobEndpoint, tableEndpoint), blobEndpoint, tableEndpoint);
    }

    /// <summary>Ports that nobody has now, for somebody who must know the connection string before Azurite has started.</summary>
    public static (int Blob, int Table) FreePorts()
    {
        using TcpListener blob = new(IPAddress.Loopback, 0), table = new(IPAddress.Loopback, 0);
        blob.Start();
        table.Start();
        return (((IPEndPoint)blob.LocalEndpoint).Port, ((IPEndPoint)table.LocalEndpoint).Port);
    }

    /// <summary>The connection string of an Azurite that listens, or will, on these ports.</summary>
    public static string ConnectionStringOf((int Blob, int Table) ports) =>
        ConnectionStringOf($"http://127.0.0.1:{ports.Blob}", $"http://127.0.0.1:{ports.Table}");

    /// <summary>Lets Azurite write what it holds, then ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    /// <summary>
    /// The folder of an installed Azurite. One folder per user and lock file, shared by every data folder and test run;
    /// a lock on a file keeps two first starts from installing at once, and a rename at the end keeps half an installation from being used.
    /// </summary>
    private static async Task<string> InstallAsync(Action<string> progress, CancellationToken ct)
    {
        var packageFolder = Path.Combine(AppContext.BaseDirectory, "azurite");
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(packageFolder, "package-lock.json"), ct)))[..12];
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var root = Path.Combine(cache.Length > 0 ? cache : Path.GetTempPath(), "ReliefFunctions");
        var home = Path.Combine(root, $"azurite-{version}");
        if (Directory.Exists(home)) return home;

        Directory.CreateDirectory(root);
        await using var _ = await LockAsync(Path.Combine(root, "install.lock"), ct);
        if (Directory.Exists(home)) return home;

        progress("正在安装本机存储服务 Azurite（仅首次运行需要，约一分钟）……");
        var staging = Directory.CreateDirectory(Path.Combine(root, $"installing-{Guid.NewGuid():N}")).FullName;
        foreach (var file in (string[])["package.json", "package-lock.json"]) File.Copy(Path.Combine(packageFolder, file), Path.Combine(staging, file));
        var windows = OperatingSystem.IsWindows();
        var start = new ProcessStartInfo(windows
            ? "cmd"
            : "npm")
        { WorkingDirectory = staging, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. windows ? (string[])["/c", "npm"] : [], "ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm could not be started.");
            var (output, errors) = (npm.StandardOutput.ReadToEndAsync(ct), npm.StandardError.ReadToEndAsync(ct));
            await npm.WaitForExitAsync(ct);
            if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}: {await errors}{await output}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("未找到 npm。请先安装 Node.js 20 或更高版本，或在设置 Storage:ConnectionString 中填写已有的存储服务。", e);
        }

        Directory.Move(staging, home);
        return home;
    }

    private static string ConnectionStringOf(string blobEndpoint, string tableEndpoint) =>
        $"DefaultEndpointsProtocol=http;{Account};BlobEndpoint={blobEndpoint}/devstoreaccount1;TableEndpoint={tableEndpoint}/devstoreaccount1;";

    private static async Task<FileStream> LockAsync(string path, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }

    [GeneratedRegex(@"^Azurite (\w+) service is successfully listening at (http://\S+)$")]
    private static partial Regex Listening();
}
