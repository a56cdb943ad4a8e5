using System.Text;
using BenchmarkDotNet.Attributes;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Benchmarks;

/// <summary>Bringing one message of each kind of feed to the normal form.</summary>
[MemoryDiagnoser, ShortRunJob]
public class AlertParsing
{
    private static readonly PayloadContext Context = new(new DateTimeOffset(2026, 12, 15, 2, 5, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), ["520111"]);

    private static readonly Dictionary<string, Func<string>> Feeds = new()
    {
        ["CAP 1.2"] = () => Samples.Text("alerts", "04-yellow.cap.xml"),
        ["QWeather"] = () => Samples.Text("alerts", "01-blue.qweather.json"),
        ["weather.cn"] = () => """{"head":"花溪区气象台发布寒潮蓝色预警[IV级/一般]","ALERTID":"52011141600000_20261215100000","PROVINCE":"贵州省","CITY":"贵阳市","STATIONNAME":"花溪区","SIGNALTYPE":"寒潮","SIGNALLEVEL":"蓝色","TYPECODE":"04","LEVELCODE":"01","ISSUETIME":"2026-12-15 10:00:00","ISSUECONTENT":"花溪区气象台2026年12月15日10时00分发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。","RELIEVETIME":"2026-12-17 10:00:00"}""",
        ["NMC list"] = () => """{"msg":"success","code":0,"data":{"page":{"list":[{"alertid":"52011141600000_20261216090000","issuetime":"2026/12/16 09:00","title":"贵州省贵阳市花溪区气象台更新寒潮黄色预警信号","url":"/publish/alarm/x.html"}]}}}""",
        ["Caiyun"] = () => """{"status":"ok","result":{"alert":{"status":"ok","content":[{"province":"贵州省","status":"预警中","code":"0401","description":"花溪区气象台发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。","pubtimestamp":1797300000,"adcode":"520111","alertId":"52011141600000_20261215100000","title":"花溪区气象台发布寒潮蓝色预警[Ⅳ级/一般]","location":"贵州省贵阳市花溪区"}]}}}""",
        ["NWS"] = () => """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"urn:oid:2","sender":"w-nws.webmaster@noaa.gov","senderName":"NWS Boston","sent":"2026-12-15T10:00:00-05:00","status":"Actual","messageType":"Update","references":[{"identifier":"urn:oid:1","sender":"w-nws.webmaster@noaa.gov","sent":"2026-12-14T10:00:00-05:00"}],"severity":"Severe","event":"Winter Storm Warning","onset":null,"expires":"2026-12-16T10:00:00-05:00","geocode":{"UGC":["MAZ001"]},"areaDesc":"Boston"}}]}""",
        ["Open-Meteo"] = () => """{"daily_units":{"temperature_2m_min":"°C","wind_speed_10m_max":"km/h"},"daily":{"time":["2026-12-14","2026-12-15","2026-12-16","2026-12-17"],"temperature_2m_min":[7.6,6.9,-1.4,-4.8],"wind_speed_10m_max":[11.0,22.5,33.8,null],"snowfall_sum":[0,0,1.4]}}""",
        ["signal text"] = () => "花溪区气象台2026年12月16日09时00分将寒潮蓝色预警信号升级为寒潮黄色预警信号：预计未来24小时最低气温将下降10℃以上，最低气温-1℃，平均风力可达6级。",
    };

    private byte[] _payload = [];

    /// <summary>The feeds by name.</summary>
    public static IEnumerable<string> Names => Feeds.Keys;

    /// <summary>Whose message.</summary>
    [ParamsSource(nameof(Names))]
    public string Feed { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        _payload = Encoding.UTF8.GetBytes(Feeds[Feed]());
        if (Normalise() != 1) throw new InvalidOperationException($"The message of {Feed} was not read.");
    }

    [Benchmark]
    public int Normalise() => AlertNormaliser.Normalise(_payload, Context) is var normal ? normal.Alerts.Count + normal.Forecasts.Count : 0;
}
