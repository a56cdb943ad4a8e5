using System.Text;
using BenchmarkDotNet.Attributes;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Benchmarks;

/// <summary>A megabyte of any shape: time must stay linear, whatever somebody sends (aim: under a second of one core each).</summary>
[ShortRunJob]
public class LargePayloads
{
    private const int Size = 1_000_000;

    private static readonly PayloadContext Context = new(new DateTimeOffset(2026, 12, 15, 2, 5, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), ["520111"]);
    private static readonly string Signal = "花溪区气象台2026年12月16日09时00分发布寒潮黄色预警信号：预计未来24小时最低气温将下降10℃以上。";

    private static readonly Dictionary<string, Func<string>> Shapes = new()
    {
        ["XML, deep"] = () => Repeat("<a>"),
        ["XML, wide"] = () => $"<alert>{Repeat("<info/>")}</alert>",
        ["XML, many attributes"] = () => $"<alert {string.Join(' ', Enumerable.Range(0, 60_000).Select(i => $"a{i}=\"x\""))}/>",
        ["XML, one text"] = () => $"<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><note>{Repeat("寒潮")}</note></alert>",
        ["XML, entities"] = () => $"<alert><note>{Repeat("&amp;")}</note></alert>",
        ["Atom, many entries"] = () => $"<feed xmlns=\"http://www.w3.org/2005/Atom\">{Repeat("<entry><id>1</id><title>寒潮</title></entry>")}</feed>",
        ["JSON, deep"] = () => Repeat("["),
        ["JSON, wide"] = () => $"[{Repeat("{},")}{{}}]",
        ["JSON, many alerts"] = () => $"{{\"alerts\":[{Repeat("{\"id\":\"1\",\"title\":\"寒潮\"},")}{{}}]}}",
        ["JSON, one string"] = () => $"{{\"alerts\":[{{\"description\":\"{Repeat("寒潮")}\"}}]}}",
        ["text, one signal again and again"] = () => Repeat(Signal),
        ["text, lines"] = () => Repeat("寒潮\n"),
        ["text, digits"] = () => Repeat("2026年12月"),
        ["text, types"] = () => Repeat("寒潮、大风、"),
        ["text, brackets"] = () => Repeat("【"),
        ["text, blanks"] = () => Signal + Repeat(" "),
    };

    private byte[] _payload = [];

    /// <summary>The shapes by name.</summary>
    public static IEnumerable<string> Names => Shapes.Keys;

    /// <summary>Which shape.</summary>
    [ParamsSource(nameof(Names))]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Make() => _payload = Encoding.UTF8.GetBytes(Shapes[Shape]());

    /// <summary>Read or refused in words; nothing else is an answer.</summary>
    [Benchmark]
    public int Normalise()
    {
        try
        {
            return AlertNormaliser.Normalise(_payload, Context).Alerts.Count;
        }
        catch (AlertPayloadException)
        {
            return -1;
        }
    }

    private static string Repeat(string text) => new StringBuilder().Insert(0, text, Size / Encoding.UTF8.GetByteCount(text)).ToString();
}
