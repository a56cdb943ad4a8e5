using System.Diagnostics;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>The crash host as a process of its own, on storage that outlives it.</summary>
internal static class ChildProcess
{
    /// <summary>What SIGKILL leaves as exit code.</summary>
    public const int Killed = 137;

    public static async Task<Result> RunAsync(LocalOptions options, string[] arguments, string[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ReliefFunctions.CrashHost.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // It lives for seconds: what the runtime learns from watching hot code would never pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["Storage__ConnectionString"] = options.StorageConnectionString;
        start.Environment["Storage__Prefix"] = options.StoragePrefix;
        foreach (var setting in environment) start.Environment[setting.Split('=')[0]] = setting.Split('=', 2)[1];
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return new Result(process.ExitCode, await output, await errors);
    }

    public sealed record Result(int ExitCode, string Output, string Errors);
}
