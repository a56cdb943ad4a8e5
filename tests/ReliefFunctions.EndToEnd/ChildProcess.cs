using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using ReliefFunctions.CrashHost;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>The crash host as a process of its own, on storage that outlives it.</summary>
internal static class ChildProcess
{
    /// <summary>What SIGKILL leaves as exit code.</summary>
    public const int Killed = 137;

    /// <summary>A run in a process that dies of the given settings; one that is to live (none given, or only what is counted) is as good in this one, and cheaper.</summary>
    public static async Task<Result> RunAsync(LocalOptions options, string[] arguments, string[] environment)
    {
        if (!environment.Any(setting => setting.StartsWith("CRASH_COUNTDOWN=", StringComparison.Ordinal)))
        {
            var settings = new ConfigurationBuilder().AddInMemoryCollection(environment.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]))
                .AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = options.StorageConnectionString, ["Storage:Prefix"] = options.StoragePrefix })
                .AddCommandLine(arguments[1..]).Build();
            var said = new StringWriter();
            return new Result(await Run.RunAsync(arguments, settings, said), said.ToString(), "");
        }

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
