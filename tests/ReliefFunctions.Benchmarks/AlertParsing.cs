using System.Text;
using BenchmarkDotNet.Attributes;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Benchmarks;

/// <summary>Bringing one message of each kind of feed to the normal form.</summary>
[MemoryDiagnoser, ShortRunJob]
public class AlertParsing
{
    private static readonly PayloadContext Context = new(new DateTimeOffset(2026, 12, 15, 2, 5, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), ["520111"]);

    private readonly byte[] _text = Encoding.UTF8.GetBytes("花溪区气象台2026年12月16日09时00分将寒潮蓝色预警信号升级为寒潮黄色预警信号：预计未来24小时最低气温将下降10℃以上，最低气温-1℃，平均风力可达6级。");
    private byte[] _cap = [], _qweather = [];

    [GlobalSetup]
    public void Load() => (_cap, _qweather) = (File.ReadAllBytes(Samples.Path("alerts", "04-yellow.cap.xml")), File.ReadAllBytes(Samples.Path("alerts", "01-blue.qweather.json")));

    [Benchmark]
    public int Cap12() => AlertNormaliser.Normalise(_cap, Context).Alerts.Count;

    [Benchmark]
    public int QWeather() => AlertNormaliser.Normalise(_qweather, Context).Alerts.Count;

    [Benchmark]
    public int SignalText() => AlertNormaliser.Normalise(_text, Context).Alerts.Count;
}

internal static class Samples
{
    public static string Path(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var samples = System.IO.Path.Combine([folder.FullName, "samples", "huaxi-2026-2027", .. parts]);
            if (File.Exists(samples)) return samples;
        }

        throw new FileNotFoundException("Run from a checkout of the repository.", System.IO.Path.Combine(parts));
    }
}
