using System.Diagnostics;

namespace ReliefFunctions.Testing;

/// <summary>Waits for what another process or thread brings about.</summary>
public static class Patience
{
    /// <summary>Looks until it is so; fails after a minute, with <paramref name="why"/> where it is given.</summary>
    public static async Task UntilAsync(Func<Task<bool>> look, Func<string>? why = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await look())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "It did not come about in a minute. " + why?.Invoke());
            await Task.Delay(50);
        }
    }

    public static Task UntilAsync(Func<bool> look) => UntilAsync(() => Task.FromResult(look()));
}
