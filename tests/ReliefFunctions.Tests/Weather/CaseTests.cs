using System.Text;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Tests.Weather;

/// <summary>Inputs that once went wrong, each with the right value, and further members of their kinds.</summary>
public class CaseTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeSpan TwoDays = TimeSpan.FromHours(48);

    [Fact]
    public void An_expiry_in_the_year_9999_is_bounded_and_said()
    {
        var alert = One("expires-9999.cap.xml");
        Assert.Equal(alert.Sent.AddDays(30), alert.StatedEnd);
        Assert.Contains("30 天", Assert.Single(alert.Cut), StringComparison.Ordinal);
    }

    [Fact]
    public void The_issuer_is_an_office_where_the_sender_is_a_person_and_its_cancellation_ends_it()
    {
        var (alert, cancel) = (One("person-as-sender-1.cap.xml"), One("person-as-sender-2-cancel.cap.xml"));
        Assert.Equal(("白云区气象台", "白云区气象台"), (alert.Issuer, cancel.Issuer));
        Assert.Equal(["520113000000"], alert.Areas);
        Assert.Equal(cancel.Sent, AlertEpisodes.Resolve([alert, cancel], TwoDays).Single().Ends);
        Assert.DoesNotContain("示例", string.Concat(alert.Issuer, cancel.Issuer, alert.Headline, alert.Description), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("张三")]
    [InlineData("欧阳示例")]
    [InlineData("")]
    [InlineData("国家预警信息发布中心")]
    [InlineData("12379")]
    public void Whoever_signs_for_the_office_the_office_is_the_issuer(string sender) =>
        Assert.Equal("白云区气象台", Assert.Single(Read(Text("person-as-sender-1.cap.xml").Replace("王示例", sender, StringComparison.Ordinal)).Alerts).Issuer);

    [Fact]
    public void A_cancellation_without_info_names_its_alert_through_line_breaks()
    {
        var (alert, cancel) = (One("wrapped-references-1.cap.xml"), One("wrapped-references-2-cancel.cap.xml"));
        Assert.Equal(new AlertReference("52012141600000_20261215093000_0", "S", alert.Sent), Assert.Single(cancel.References));
        Assert.Equal(["520121"], cancel.Areas);
        Assert.Equal(cancel.Sent, AlertEpisodes.Resolve([alert, cancel], TwoDays).Single().Ends);
    }

    [Theory]
    [InlineData("S,A-1,2026-12-15T09:30:00+08:00", "S A-1")]
    [InlineData("S, A-1, 2026-12-15T09:30:00+08:00", "S A-1")]
    [InlineData("S,\n  A-1,\n  2026-12-15T09:30:00+08:00", "S A-1")]
    [InlineData("S,A-1,2026-12-15T09:30:00+08:00 S,A-2,2026-12-15T10:30:00+08:00", "S A-1|S A-2")]
    [InlineData("S ,A-1 ,2026-12-15T09:30:00+08:00\n\tT ,A-2 ,2026-12-15T10:30:00+08:00", "S A-1|T A-2")]
    [InlineData("Huaxi District Observatory,A-1,2026-12-15T09:30:00+08:00 Huaxi District Observatory,A-2,2026-12-15T10:30:00+08:00", "Huaxi District Observatory A-1|Huaxi District Observatory A-2")]
    [InlineData("A-1", " A-1")]
    [InlineData("A-1 A-2", " A-1| A-2")]
    [InlineData("52011141600000_20261215100000_0,2026-12-15T10:00:00+08:00", " 52011141600000_20261215100000_0")]
    [InlineData("", "")]
    public void References_are_triples_whatever_stands_between_them(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', CapWords.References(text, Zone).Select(reference => $"{reference.Sender} {reference.Identifier}")));

    [Fact]
    public void Of_two_serials_of_one_second_the_orange_one_stands()
    {
        var messages = new[] { "serial-1-blue.cap.xml", "serial-2-cancel.cap.xml", "serial-3-orange.cap.xml" }.Select(One).ToList();
        var standing = AlertEpisodes.Resolve(messages, TwoDays).Where(span => span.EndedBy is null);
        Assert.Equal(AlertLevel.Orange, Assert.Single(standing).Alert.Level);
    }

    [Fact]
    public void A_cancellation_that_reuses_the_identifier_of_its_alert_ends_it()
    {
        var (alert, cancel) = (One("cancel-reuses-identifier-1.cap.xml"), One("cancel-reuses-identifier-2.cap.xml"));
        Assert.NotEqual(alert.Hash, cancel.Hash);
        Assert.Equal(cancel.Sent, AlertEpisodes.Resolve([cancel, alert], TwoDays).Single().Ends);
    }

    [Theory]
    [InlineData("<responseType>AllClear</responseType>", "花溪区气象台解除寒潮黄色预警信号")]
    [InlineData("<responseType>AllClear</responseType>", "花溪区气象台更新寒潮黄色预警信号")]
    [InlineData("", "花溪区气象台解除寒潮黄色预警信号")]
    [InlineData("", "花溪区气象台寒潮黄色预警信号已解除")]
    [InlineData("", "花溪区气象台31日09时撤销寒潮黄色预警信号")]
    public void An_update_that_says_lifted_is_a_cancellation(string response, string headline)
    {
        var cap = Text("update-that-says-lifted.cap.xml").Replace("<responseType>AllClear</responseType>", response, StringComparison.Ordinal)
            .Replace("<headline>花溪区气象台解除寒潮黄色预警信号</headline>", $"<headline>{headline}</headline>", StringComparison.Ordinal);
        Assert.Equal(AlertMessageType.Cancel, Assert.Single(Read(cap).Alerts).MessageType);
        Assert.Equal("52011141600000_20261230100000_0", Assert.Single(One("update-that-says-lifted.cap.xml").References).Identifier);
    }

    [Fact]
    public void An_onset_in_two_days_is_kept()
    {
        var alert = One("onset-in-two-days.cap.xml");
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 20, 0, 0, TimeSpan.FromHours(8)), alert.Begins);
    }

    [Theory]
    [InlineData("GB2312", "GB18030")]
    [InlineData("GBK", "GB18030")]
    [InlineData("gb18030", "GB18030")]
    [InlineData("UTF-8", "GB18030")]
    [InlineData("UTF-8", "utf-8")]
    [InlineData("UTF-16", "utf-16")]
    [InlineData("UTF-16", "utf-16BE")]
    [InlineData("UTF-16", "utf-8")]
    public void Xml_is_read_in_every_encoding_declared_rightly_or_not(string declared, string encoding)
    {
        var cap = Text("onset-in-two-days.cap.xml").Replace("UTF-8", declared, StringComparison.Ordinal);
        CodePages();
        foreach (var bom in new[] { false, true })
        {
            var real = Encoding.GetEncoding(encoding);
            byte[] bytes = [.. bom ? real.GetPreamble() : [], .. real.GetBytes(cap)];
            Assert.Equal("花溪区气象台", Assert.Single(AlertNormaliser.Normalise(bytes, FeedTests.Context()).Alerts).Issuer);
        }
    }

    [Fact]
    public void A_gb2312_document_is_read() =>
        Assert.Equal(("花溪区气象台", "寒潮", AlertLevel.Yellow), One("gb2312.cap.xml") is var alert ? (alert.Issuer, alert.TypeName, alert.Level) : default);

    [Fact]
    public void A_pasted_text_in_gbk_is_read()
    {
        CodePages();
        var bytes = Encoding.GetEncoding("GB18030").GetBytes(Text("greeting.txt"));
        Assert.Equal("寒潮", Assert.Single(AlertNormaliser.Normalise(bytes, FeedTests.Context()).Alerts).TypeName);
    }

    [Fact]
    public void A_detail_of_weather_cn_names_its_area_by_its_identifier_alone()
    {
        var alert = One("weather-com-cn-detail.txt");
        Assert.Equal(("52011141600000_20261230100000", "花溪区气象台", "道路结冰", AlertLevel.Orange, AlertMessageType.Alert),
            (alert.Identifier, alert.Issuer, alert.TypeName, alert.Level, alert.MessageType));
        Assert.Equal(["520111"], alert.Areas);
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 10, 0, 0, TimeSpan.FromHours(8)), alert.StatedEnd);
    }

    [Fact]
    public void Caiyuns_v3_is_read()
    {
        var alert = One("caiyun-v3.json");
        Assert.Equal(("盘州市气象台", "寒潮", AlertLevel.Blue, "52028141600000_20261215093000"), (alert.Issuer, alert.TypeName, alert.Level, alert.Identifier));
        Assert.Equal(["520281"], alert.Areas);
        Assert.Equal(new DateTimeOffset(2026, 12, 15, 9, 30, 0, TimeSpan.FromHours(8)), alert.Sent);
    }

    [Fact]
    public void QWeathers_earlier_shape_is_read()
    {
        var alert = One("qweather-earlier-v1-cancel.json");
        Assert.Equal((AlertMessageType.Cancel, "寒潮", AlertLevel.Yellow), (alert.MessageType, alert.TypeName, alert.Level));
        Assert.Equal("202612150926005627860001", Assert.Single(alert.References).Identifier);
    }

    [Fact]
    public void A_missing_message_type_is_never_taken_for_an_alert()
    {
        var payload = Read("""{"metadata":{},"alerts":[{"id":"1","issuedTime":"2026-12-15T10:00+08:00","eventType":{"name":"寒潮"},"color":{"code":"yellow"},"headline":"花溪区寒潮"}]}""");
        Assert.Empty(payload.Alerts);
        Assert.Contains("messageType", Assert.Single(payload.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weather_ends_when_it_ends_and_not_when_its_message_does()
    {
        var alert = One("nws-ends-after-expires.json");
        Assert.Equal(new DateTimeOffset(2026, 12, 16, 12, 0, 0, TimeSpan.Zero), alert.StatedEnd);
        Assert.Equal(new DateTimeOffset(2026, 12, 15, 6, 0, 0, TimeSpan.Zero), alert.Begins);
    }

    [Theory]
    [InlineData("<headline>【演练】", AlertStatus.Exercise)]
    [InlineData("<headline>（测试）", AlertStatus.Test)]
    [InlineData("<headline>测试：", AlertStatus.Test)]
    [InlineData("<headline>", AlertStatus.Actual)]
    public void An_actual_document_that_says_drill_is_one(string headline, AlertStatus status) =>
        Assert.Equal(status, Assert.Single(Read(Text("onset-in-two-days.cap.xml").Replace("<headline>", headline, StringComparison.Ordinal)).Alerts).Status);

    [Fact]
    public void Two_signals_of_one_text_are_two_messages_and_a_second_line_is_not_swallowed()
    {
        Assert.Equal([("大风", AlertMessageType.Cancel, AlertLevel.Blue), ("寒潮", AlertMessageType.Alert, AlertLevel.Orange)], Read(Text("two-signals-in-one.txt")).Alerts.Select(Short));
        Assert.Equal([("霜冻", AlertMessageType.Alert, AlertLevel.Blue), ("道路结冰", AlertMessageType.Alert, AlertLevel.Orange)], Read(Text("second-line-swallowed.txt")).Alerts.Select(Short));
        Assert.Equal(AlertStatus.Exercise, One("drill.txt").Status);
        Assert.Equal("花溪区气象台", One("greeting.txt").Issuer);
    }

    [Fact]
    public void A_heading_that_changes_one_signal_into_another_ends_the_first()
    {
        var cap = Text("onset-in-two-days.cap.xml").Replace("花溪区气象台发布寒潮黄色预警信号[", "花溪区气象台将大风蓝色预警信号变更为寒潮黄色预警信号[", StringComparison.Ordinal);
        Assert.Equal([("寒潮", AlertMessageType.Alert, AlertLevel.Yellow), ("大风", AlertMessageType.Cancel, AlertLevel.Blue)], Read(cap).Alerts.Select(Short));
    }

    [Fact]
    public void The_weather_offices_codes_and_colours_are_read()
    {
        var cap = Text("onset-in-two-days.cap.xml").Replace("<event>寒潮</event>", "<event>11B05</event>", StringComparison.Ordinal)
            .Replace("<severity>Moderate</severity>", "<severity>Orange</severity>", StringComparison.Ordinal)
            .Replace("<parameter><valueName>color</valueName><value>Yellow</value></parameter>", "", StringComparison.Ordinal)
            .Replace("[Ⅲ级/较重]", "", StringComparison.Ordinal).Replace("黄色", "", StringComparison.Ordinal);
        Assert.Equal(("寒潮", AlertMessageType.Alert, AlertLevel.Orange), Short(Assert.Single(Read(cap).Alerts)));
    }

    [Theory]
    [InlineData("""{"alertData":[{"identifier":"52011141600000_20261215100000_0","sendTime":"2026-12-15 10:00:00","headline":"花溪区气象台发布寒潮黄色预警信号","eventType":"11B05","severity":"Yellow","msgType":"Alert"}]}""", "12379")]
    [InlineData("""{"alert":{"identifier":"52011141600000_20261215100000_0","sender":"52011141600000","sent":"2026-12-15T10:00:00+08:00","status":"Actual","msgType":"Alert","info":[{"language":"zh-CN","event":"寒潮","severity":"Moderate","headline":"花溪区气象台发布寒潮黄色预警信号"}]}}""", "12379")]
    [InlineData("""[{"identifier":"52011141600000_20261215100000_0","sent":"2026-12-15T10:00:00+08:00","status":"Actual","msgType":"Alert","headline":"花溪区气象台发布寒潮黄色预警信号"}]""", "12379")]
    [InlineData("""{"result":{"data":[{"ISSUETIME":"2026-12-15 10:00:00","head":"花溪区气象台发布寒潮黄色预警信号","identifier":"52011141600000_20261215100000","SIGNALTYPE":"寒潮","SIGNALLEVEL":"黄色"}]}}""", "weathercn")]
    [InlineData("""callback({"data":{"page":{"list":[{"alertid":"52011141600000_20261215100000","issuetime":"2026/12/15 10:00","title":"花溪区气象台发布寒潮黄色预警信号"}]}}});""", "nmc")]
    [InlineData("""{"alerts":[{"id":"1","issuedTime":"2026-12-15T02:00Z","senderName":"花溪区气象台","msgType":"Alert","event":"寒潮","color":{"code":"Yellow"}}]}""", "qweather")]
    [InlineData("""var alarminfo={"head":"x","ISSUETIME":"2026-12-15 10:00:00","SIGNALTYPE":"寒潮","SIGNALLEVEL":"黄色","ISSUECONTENT":"花溪区气象台2026年12月15日10时发布寒潮黄色预警信号"}""", "weathercn")]
    public void Every_wrapper_of_a_feed_is_read(string payload, string format)
    {
        var read = Read(payload);
        Assert.Equal((format, "寒潮", AlertLevel.Yellow, AlertMessageType.Alert), Assert.Single(read.Alerts) is var alert ? (read.Format, alert.TypeName, alert.Level, alert.MessageType) : default);
        Assert.Equal((new DateTimeOffset(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8)), "花溪区气象台"), (alert.Sent.ToOffset(TimeSpan.FromHours(8)), alert.Issuer));
        Assert.Equal(["520111"], alert.Areas);
    }

    [Theory]
    [InlineData("""{"result":{"data":[["贵州省贵阳市花溪区","10126010105-20261215100000-0401.html"],["贵州省贵阳市乌当区","10126010107-20261215110000-0401.html"]]}}""")]
    [InlineData("""var alarminfo={"count":"2","data":[["贵州省贵阳市花溪区","10126010105-20261215100000-0401.html"],["贵州省贵阳市乌当区","10126010107-20261215110000-0401.html"]]};""")]
    [InlineData("""{"result":{"data":[{"name":"贵州省贵阳市花溪区","file":"10126010105-20261215100000-0401.html"},{"name":"贵州省贵阳市乌当区","file":"10126010107-20261215110000-0401.html"}]}}""")]
    public void Lists_of_weather_cn_lead_to_the_newest_first_and_say_the_place(string payload)
    {
        var links = Read(payload).Links;
        Assert.Equal(["贵州省贵阳市乌当区", "贵州省贵阳市花溪区"], links.Select(link => link.Place));
        var feed = new Feed { Name = "f", Url = "https://x", Places = ["花溪区", "贵阳市气象台"] };
        Assert.Equal([false, true], links.Select(link => FeedPuller.Concerns(feed, link)));
    }

    [Theory]
    [InlineData("520111", true)]
    [InlineData("520100", true)]
    [InlineData("520000", true)]
    [InlineData("520112", false)]
    [InlineData("430100", false)]
    [InlineData(null, true)]
    public void What_is_of_another_division_is_not_even_fetched(string? division, bool fetched) =>
        Assert.Equal(fetched, FeedPuller.Concerns(new Feed { Name = "f", Url = "https://x", Areas = ["520111"], Scope = "52" }, new FeedLink("x", null, division)));

    [Fact]
    public void Half_a_character_costs_itself_and_not_the_feed()
    {
        var read = Read("""{"metadata":{},"alerts":[{"id":"1","issuedTime":"2026-12-15T10:00+08:00","messageType":{"code":"alert"},"eventType":{"name":"寒潮"},"color":{"code":"blue"},"headline":"\ud800花溪区气象台发布寒潮蓝色预警信号","description":"a\udc00b\ud83e\udd76"},{"id":"2","issuedTime":"2026-12-15T10:00+08:00","messageType":{"code":"alert"},"eventType":{"name":"大风"},"color":{"code":"blue"}}]}""");
        Assert.Equal(["寒潮", "大风"], read.Alerts.Select(alert => alert.TypeName));
        Assert.Equal("a\ufffdb🥶", read.Alerts[0].Description);
    }

    [Theory]
    [InlineData("""{"code":"200","updateTime":"x","warning":[{"id":"1"}]}""", "和风天气 v7")]
    [InlineData("""{"lat":1,"lon":2,"current":{},"alerts":[]}""", "OpenWeather")]
    [InlineData("""{"results":[{"location":{},"alarms":[]}]}""", "心知")]
    [InlineData("""{"status":"1","infocode":"10000","lives":[]}""", "高德")]
    [InlineData("<html><body>寒潮黄色预警</body></html>", "网页")]
    [InlineData("%PDF-1.4", "PDF")]
    [InlineData("PK\u0003\u0004", "Word")]
    public void A_format_that_is_known_and_not_read_is_named(string payload, string named)
    {
        var refused = Assert.Throws<AlertPayloadException>(() => Read(payload));
        Assert.Equal("unknown-format", refused.Code);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_breaks_off_gives_what_is_whole_and_tells_the_rest()
    {
        var cap = Text("onset-in-two-days.cap.xml")[38..];
        var feed = $"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>{cap}</content></entry><entry><content>{cap[..300]}";
        var read = Read(feed);
        Assert.Single(read.Alerts);
        Assert.Contains(read.Skipped, skipped => skipped.Where == "entry[1]");
    }

    [Fact]
    public void More_entries_than_are_taken_are_counted()
    {
        var entries = string.Join(',', Enumerable.Range(0, 700).Select(n => $$$"""{"id":"{{{n}}}","issuedTime":"2026-12-15T10:00+08:00","messageType":{"code":"alert"},"eventType":{"name":"寒潮"},"color":{"code":"blue"}}"""));
        var read = Read($$"""{"metadata":{},"alerts":[{{entries}}]}""");
        Assert.Equal(AlertNormaliser.MaxAlerts, read.Alerts.Count);
        Assert.Contains("200 条", Assert.Single(read.Skipped).Reason, StringComparison.Ordinal);
        var bad = Read($$"""{"metadata":{},"alerts":[{{string.Join(',', Enumerable.Repeat("{}", 300))}}]}""");
        Assert.Contains("另有", bad.Skipped[^1].Reason, StringComparison.Ordinal);
        Assert.InRange(bad.Skipped.Count, 2, AlertNormaliser.MaxSkipped + 2);
    }

    [Theory]
    [InlineData("花溪区气象台", false)]
    [InlineData("贵州省贵阳市花溪区气象台", false)]
    [InlineData("贵阳市气象台", false)]
    [InlineData("贵州省气象台", false)]
    [InlineData("中央气象台", false)]
    [InlineData("贵州省减灾委员会", false)]
    [InlineData("区气象台", false)]
    [InlineData("乌当区气象台", true)]
    [InlineData("贵阳市白云区气象台", true)]
    [InlineData("清镇市气象台", true)]
    [InlineData("开阳县气象台", true)]
    [InlineData("湖南省气象台", true)]
    [InlineData("遵义市气象台", true)]
    public void A_text_of_another_districts_station_is_known_as_one(string issuer, bool foreign) =>
        Assert.Equal(foreign, Stations.IsForeign(issuer, Patrols.Huaxi.Campaign with { Above = ["贵阳市", "贵州省"] }, []));

    internal static string Text(string name) => File.ReadAllText(Path(name));

    internal static NormalisedPayload Read(string payload) => FeedTests.Read(payload, new DateTimeOffset(2026, 12, 31, 10, 0, 0, TimeSpan.FromHours(8)));

    private static WeatherAlert One(string name) =>
        Assert.Single(AlertNormaliser.Normalise(File.ReadAllBytes(Path(name)), FeedTests.Context(new DateTimeOffset(2026, 12, 31, 10, 0, 0, TimeSpan.FromHours(8)))).Alerts);

    private static (string Type, AlertMessageType Action, AlertLevel Level) Short(WeatherAlert alert) => (alert.TypeName, alert.MessageType, alert.Level);

    private static string Path(string name) => System.IO.Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "Weather", "Cases", name);

    private static void CodePages() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
