using System.Text;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Weather;

public class FeedTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset Received = new(2026, 12, 16, 10, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void A_cap_update_of_the_sample_is_read_whole()
    {
        var alert = Single(Sample("04-yellow.cap.xml"));
        Assert.Equal("52011141600000_20261216090000_0", alert.Identifier);
        Assert.Equal((AlertStatus.Actual, AlertMessageType.Update, AlertLevel.Yellow, "寒潮"), (alert.Status, alert.MessageType, alert.Level, alert.TypeName));
        Assert.Equal("花溪区气象台", alert.Issuer);
        Assert.Equal(["520111"], alert.Areas);
        Assert.Equal(new AlertReference("52011141600000_20261215100000_0", "52011141600000", new DateTimeOffset(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8))), Assert.Single(alert.References));
        Assert.Equal(new DateTimeOffset(2026, 12, 17, 9, 0, 0, TimeSpan.FromHours(8)), alert.Expires);
    }

    [Fact]
    public void A_12379_identifier_with_and_without_its_last_part_is_one_message()
    {
        var with = Single(Sample("02-blue.cap.xml"));
        var without = with with { Identifier = "52011141600000_20261215100000" };
        Assert.True(AlertEpisodes.IsSameSignal(with, without));
        Assert.NotEqual(with.Hash, (with with { TypeName = "大风" }).Hash);
    }

    [Theory]
    [InlineData("<a><b></a>", "malformed-xml")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><alert>&x;</alert>", "dtd-refused")]
    [InlineData("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>x</identifier></alert>", "incomplete")]
    [InlineData("<html/>", "unknown-format")]
    [InlineData("{\"alerts\": [", "malformed-json")]
    [InlineData("{\"hello\": 1}", "unknown-format")]
    [InlineData("今天天气不错。", "not-a-signal")]
    [InlineData("   ", "unknown-format")]
    public void What_cannot_be_read_is_refused_with_its_reason(string payload, string code)
    {
        var refused = Assert.Throws<AlertPayloadException>(() => AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(payload), Context()));
        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public void Json_nested_without_end_is_refused_and_not_a_crash()
    {
        var bomb = Encoding.UTF8.GetBytes(new string('[', 100_000));
        Assert.Equal("malformed-json", Assert.Throws<AlertPayloadException>(() => AlertNormaliser.Normalise(bomb, Context())).Code);
    }

    [Theory]
    [InlineData("expireTime")]
    [InlineData("expiredTime")]
    public void QWeather_is_read_with_either_name_of_the_expiry(string name)
    {
        var alert = Single(Sample("01-blue.qweather.json").Replace("expireTime", name, StringComparison.Ordinal));
        Assert.Equal(new DateTimeOffset(2026, 12, 17, 10, 0, 0, TimeSpan.FromHours(8)), alert.Expires);
        Assert.Equal(["520111"], alert.Areas);
        Assert.Equal(("1005", AlertLevel.Blue), (alert.TypeCode, alert.Level));
    }

    [Fact]
    public void QWeather_without_alerts_is_no_error_and_no_alert() =>
        Assert.Empty(Read("""{"metadata":{"zeroResult":true},"alerts":[]}""").Alerts);

    [Fact]
    public void Unknown_types_and_colours_are_kept()
    {
        var alert = Single(Sample("01-blue.qweather.json").Replace("\"blue\",", "\"violet\",", StringComparison.Ordinal).Replace("寒潮\"", "太空天气\"", StringComparison.Ordinal).Replace("\"1005\"", "\"7777\"", StringComparison.Ordinal));
        Assert.Equal(("太空天气", "7777", AlertLevel.Unknown, "violet"), (alert.TypeName, alert.TypeCode, alert.Level, alert.LevelText));
    }

    [Fact]
    public void An_entry_that_cannot_be_read_does_not_stop_the_others()
    {
        var payload = Read("""{"metadata":{},"alerts":[{"id":"1"},{"id":"2","issuedTime":"2026-12-15T10:00+08:00","eventType":{"code":"1005"},"messageType":{"code":"alert"}}]}""");
        Assert.Equal("alerts[0]", Assert.Single(payload.Skipped).Where);
        Assert.Equal("寒潮", Assert.Single(payload.Alerts).TypeName);
    }

    [Fact]
    public void The_lists_of_weather_cn_lead_to_their_details()
    {
        var list = Read("""var alarminfo={"count":"2","data":[["贵州省贵阳市花溪区","10126010105-20261215100000-0401.html","106.67","26.43"],["x","../../etc/passwd"]]};""");
        Assert.Equal("10126010105-20261215100000-0401.html", Assert.Single(list.Links).Address);
        Assert.Single(list.Skipped);
        var detail = Single("""{"head":"花溪区气象台发布寒潮蓝色预警[IV级/一般]","ALERTID":"52011141600000_20261215100000","PROVINCE":"贵州省","CITY":"贵阳市","STATIONNAME":"花溪区","SIGNALTYPE":"寒潮","SIGNALLEVEL":"蓝色","TYPECODE":"04","LEVELCODE":"01","ISSUETIME":"2026-12-15 10:00:00","ISSUECONTENT":"花溪区气象台2026年12月15日10时00分发布寒潮蓝色预警信号：……","RELIEVETIME":"2026-12-17 10:00:00"}""");
        Assert.Equal((AlertMessageType.Alert, AlertLevel.Blue), (detail.MessageType, detail.Level));
        Assert.True(AlertEpisodes.IsSameSignal(Single(Sample("02-blue.cap.xml")), detail));
        Assert.Equal(new DateTimeOffset(2026, 12, 17, 10, 0, 0, TimeSpan.FromHours(8)), detail.Expires);
    }

    [Fact]
    public void The_list_of_the_national_centre_is_read_from_its_titles()
    {
        var alert = Single("""{"msg":"success","code":0,"data":{"page":{"list":[{"alertid":"52011141600000_20261216090000","issuetime":"2026/12/16 09:00","title":"贵州省贵阳市花溪区气象台更新寒潮黄色预警信号","url":"/publish/alarm/x.html"}]}}}""");
        Assert.Equal((AlertMessageType.Update, AlertLevel.Yellow, "寒潮"), (alert.MessageType, alert.Level, alert.TypeName));
        Assert.True(AlertEpisodes.IsSameSignal(Single(Sample("04-yellow.cap.xml")), alert));
    }

    [Theory]
    [InlineData("520111", true)]
    [InlineData("520111000000", true)]
    [InlineData("520100", true)]
    [InlineData("520100000000", true)]
    [InlineData("520000000000", true)]
    [InlineData("520111101", true)]
    [InlineData("520111101000", true)]
    [InlineData("520112000000", false)]
    [InlineData("530000000000", false)]
    public void Codes_of_six_and_of_twelve_digits_reach_the_districts_below(string area, bool reaches) => Assert.Equal(reaches, WeatherAlert.Touches(area, "520111"));

    [Fact]
    public void Of_several_blocks_for_one_event_the_highest_colour_speaks()
    {
        var cap = Sample("04-yellow.cap.xml");
        var info = cap[cap.IndexOf("<info>", StringComparison.Ordinal)..(cap.IndexOf("</info>", StringComparison.Ordinal) + "</info>".Length)];
        var alert = Single(cap.Replace(info, info + info.Replace("Yellow", "Red", StringComparison.Ordinal).Replace("520111", "520112", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal((AlertLevel.Red, 2), (alert.Level, alert.Areas.Count));
        var english = Single(cap.Replace(info, info.Replace("zh-CN", "en-US", StringComparison.Ordinal).Replace("寒潮<", "Cold Wave<", StringComparison.Ordinal) + info, StringComparison.Ordinal));
        Assert.Equal("寒潮", english.TypeName);
    }

    [Fact]
    public void QWeathers_new_message_codes_are_read_from_the_text()
    {
        var alert = Single(Sample("01-blue.qweather.json").Replace("\"alert\"", "\"reissue\"", StringComparison.Ordinal));
        Assert.Equal(AlertMessageType.Alert, alert.MessageType);
    }

    [Fact]
    public void A_number_is_no_status()
    {
        Assert.Equal(AlertStatus.Unknown, Single(Sample("02-blue.cap.xml").Replace(">Actual<", ">0<", StringComparison.Ordinal)).Status);
        Assert.Equal(AlertStatus.Unknown, Single("""{"type":"Feature","properties":{"id":"urn:oid:2","sent":"2026-12-15T10:00:00-05:00","status":"0","messageType":"Alert","event":"Freeze Warning"}}""").Status);
    }

    [Theory]
    [InlineData("km/h", 36)]
    [InlineData("m/s", 10)]
    [InlineData("mp/h", 22.369)]
    [InlineData("kn", 19.438)]
    public void Open_meteos_wind_is_read_in_its_unit(string unit, double speed)
    {
        var forecast = Assert.Single(Read(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"daily_units":{"wind_speed_10m_max":"{{{unit}}}"},"daily":{"time":["2026-12-14"],"temperature_2m_min":[-1.4],"wind_speed_10m_max":[{{{speed}}}]}}""")).Forecasts);
        Assert.Equal(ColdStress.WindChill(-1.4, 36), forecast.Nights[0].Felt!.Value, 0.01);
        Assert.Equal(36, forecast.Nights[0].Wind!.Value, 0.01);
    }

    [Fact]
    public void Caiyuns_lifted_alert_is_a_cancellation_that_names_it()
    {
        const string Content = """{"status":"ok","result":{"alert":{"status":"ok","content":[{"province":"贵州省","status":"STATUS","code":"0401","description":"花溪区气象台发布寒潮蓝色预警信号：……","pubtimestamp":1797300000,"adcode":"520111","alertId":"52011141600000_20261215100000","title":"花溪区气象台发布寒潮蓝色预警[Ⅳ级/一般]","location":"贵州省贵阳市花溪区"}]}}}""";
        var active = Single(Content.Replace("STATUS", "预警中", StringComparison.Ordinal));
        Assert.Equal((AlertMessageType.Alert, AlertLevel.Blue, "寒潮"), (active.MessageType, active.Level, active.TypeName));
        var lifted = Single(Content.Replace("STATUS", "预警解除", StringComparison.Ordinal));
        Assert.Equal((AlertMessageType.Cancel, active.Identifier), (lifted.MessageType, Assert.Single(lifted.References).Identifier));
        Assert.NotEqual(active.Hash, lifted.Hash);
    }

    [Fact]
    public void Nws_json_is_read_and_its_levels_are_kept_as_text()
    {
        var alert = Single("""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"urn:oid:2","sender":"w-nws.webmaster@noaa.gov","senderName":"NWS Boston","sent":"2026-12-15T10:00:00-05:00","status":"Actual","messageType":"Update","references":[{"identifier":"urn:oid:1","sender":"w-nws.webmaster@noaa.gov","sent":"2026-12-14T10:00:00-05:00"}],"severity":"Severe","event":"Winter Storm Warning","onset":null,"expires":"2026-12-16T10:00:00-05:00","geocode":{"UGC":["MAZ001"]},"areaDesc":"Boston"}}]}""");
        Assert.Equal(("Winter Storm Warning", AlertLevel.Unknown, "Severe"), (alert.TypeName, alert.Level, alert.LevelText));
        Assert.Equal("urn:oid:1", Assert.Single(alert.References).Identifier);
    }

    [Fact]
    public void Indexes_give_links_and_embedded_documents()
    {
        var embedded = Sample("02-blue.cap.xml");
        embedded = embedded[embedded.IndexOf("<alert", StringComparison.Ordinal)..];
        var index = Read($"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="alternate" type="application/cap+xml" href="https://example.org/1.xml"/></entry><entry><content type="text/xml">{embedded}</content></entry><entry><title>nothing</title></entry></feed>""");
        Assert.Equal(["https://example.org/1.xml"], index.Links.Select(link => link.Address));
        Assert.Single(index.Alerts);
        Assert.Single(index.Skipped);
        var rss = Read("<rss><channel><item><link>https://example.org/2.xml</link></item></channel></rss>");
        Assert.Equal(["https://example.org/2.xml"], rss.Links.Select(link => link.Address));
    }

    [Fact]
    public void Open_meteo_becomes_nights_with_wind_chill_and_grade()
    {
        var forecast = Assert.Single(Read("""{"daily_units":{"temperature_2m_min":"°C","wind_speed_10m_max":"km/h"},"daily":{"time":["2026-12-14","2026-12-15","2026-12-16","2026-12-17"],"temperature_2m_min":[7.6,6.9,-1.4,-4.8],"wind_speed_10m_max":[11.0,22.5,33.8,null],"snowfall_sum":[0,0,1.4]}}""").Forecasts);
        Assert.Equal("JAG/TI", forecast.Index);
        Assert.Equal([ColdWaveGrade.None, ColdWaveGrade.None, ColdWaveGrade.ColdWave, ColdWaveGrade.ColdWave], forecast.Nights.Select(night => night.Wave));
        Assert.Equal(1.4, forecast.Nights[2].Snow);
        Assert.Null(forecast.Nights[3].Felt);
        Assert.Null(forecast.Nights[3].Snow);
        Assert.InRange(forecast.Nights[2].Felt!.Value, -9.5, -7.5);
    }

    [Theory]
    [InlineData(0, 20, -5.24)]
    [InlineData(-5, 20, -11.55)]
    [InlineData(-10, 20, -17.86)]
    [InlineData(-13, 30, -23.43)]
    [InlineData(2, 7, -0.08)]
    [InlineData(12, 40, 12)]
    [InlineData(-3, 2, -3)]
    public void Wind_chill_agrees_with_the_published_vectors(double celsius, double wind, double felt) =>
        Assert.Equal(felt, ColdStress.WindChill(celsius, wind), 0.006);

    [Theory]
    [InlineData(new double[] { 12, 4 }, ColdWaveGrade.ColdWave)]
    [InlineData(new double[] { 12, 4.1 }, ColdWaveGrade.None)]
    [InlineData(new double[] { 14, 9, 4 }, ColdWaveGrade.ColdWave)]
    [InlineData(new double[] { 12, 2 }, ColdWaveGrade.Strong)]
    [InlineData(new double[] { 12, 0 }, ColdWaveGrade.Extreme)]
    [InlineData(new double[] { 16, 12, 8, 4 }, ColdWaveGrade.ColdWave)]
    [InlineData(new double[] { 5 }, ColdWaveGrade.None)]
    public void Cold_waves_are_graded_by_fall_and_minimum(double[] minima, ColdWaveGrade grade) => Assert.Equal(grade, ColdStress.Grade(minima));

    internal static string Sample(string name) => name == "policy-v1.json" ? Samples.Text(name) : Samples.Text("alerts", name);

    internal static PayloadContext Context(DateTimeOffset? received = null) => new(received ?? Received, Zone, ["520111"]);

    internal static NormalisedPayload Read(string payload, DateTimeOffset? received = null) => AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(payload), Context(received));

    internal static WeatherAlert Single(string payload) => Assert.Single(Read(payload).Alerts);
}
