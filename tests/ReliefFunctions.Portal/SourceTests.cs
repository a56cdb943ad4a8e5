using System.Diagnostics;

namespace ReliefFunctions.Portal;

/// <summary>What npm's tools say of the portal's sources.</summary>
public class SourceTests
{
    [Fact]
    public async Task The_pages_call_the_API_as_its_document_says()
    {
        await NpmAsync("types");
        await NpmAsync("check");
    }

    [Fact]
    public Task The_linter_finds_nothing() => NpmAsync("lint");

    [Fact]
    public Task What_is_not_a_page_does_what_Vitest_says() => NpmAsync("test");

    /// <summary>Runs a script of package.json; its words are those of the failure.</summary>
    private static async Task NpmAsync(string script)
    {
        var folder = Path.Combine(Repository.Root, "tests", "ReliefFunctions.Portal");
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm", "run", "--silent", script]) : new ProcessStartInfo("npm", ["run", "--silent", script]);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        start.Environment["NO_COLOR"] = "1";
        using var npm = Process.Start(start)!;
        var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, string.Concat(said));
    }
}
