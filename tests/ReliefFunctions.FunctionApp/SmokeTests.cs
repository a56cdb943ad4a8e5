using System.Diagnostics;

namespace ReliefFunctions.FunctionApp;

public class SmokeTests(World world, Xunit.Abstractions.ITestOutputHelper o) : IClassFixture<World>
{
    [Fact]
    public async Task Smoke()
    {
        using var c = world.Client();
        var w = Stopwatch.StartNew();
        var a = await c.GetAsync("api/v1/health");
        o.WriteLine($"{w.ElapsedMilliseconds} {a.StatusCode} {await a.Content.ReadAsStringAsync()}");
        w.Restart();
        foreach (var (m, p) in new[] { ("GET", "/"), ("HEAD", "api/v1/health"), ("OPTIONS", "api/v1/health"), ("DELETE", "api/v1/health"), ("GET", "api/v1/access-keys") })
        {
            var r = await c.SendAsync(new HttpRequestMessage(new HttpMethod(m), p));
            o.WriteLine($"{m} {p} {(int)r.StatusCode} {string.Join(';', r.Headers.Select(h => h.Key + "=" + string.Join(',', h.Value)))} | {r.Content.Headers} {await r.Content.ReadAsStringAsync()}");
        }
        await world.Host.FireAsync("ReportClock");
        o.WriteLine($"{w.ElapsedMilliseconds}");
        await world.Host.KillWorkerAsync();
        w.Restart();
        await world.Host.StartWorkerAsync();
        o.WriteLine($"loaded {w.ElapsedMilliseconds}");
        a = await c.GetAsync("api/v1/health");
        o.WriteLine($"first {w.ElapsedMilliseconds}");
        await world.Host.TerminateWorkerAsync();
        foreach (var l in world.Host.Words) o.WriteLine(l);
    }
}
