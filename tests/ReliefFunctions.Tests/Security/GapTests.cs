using System.Text;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Security;

/// <summary>What was found open once, with the others of its kind.</summary>
public class GapTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly PayloadContext Context = new(new DateTimeOffset(2026, 12, 16, 1, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), ["520111"]);

    [Fact]
    public async Task What_was_decided_on_a_dead_letter_is_its_districts_when_the_letter_is_gone_too()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var address = $"/api/v1/dead-letters/{places.Parts["letter"]}/drop";
        var body = """{"reason":"花溪区已电话通知"}"""u8.ToArray();
        var (own, other) = (await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own), await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Other));
        Assert.Equal(404, (await places.CallAsync("POST", address, other, body)).Status);
        Assert.Equal(200, (await places.CallAsync("POST", address, own, body)).Status);
        places.World.Bus.Letters.Clear();
        Assert.Equal(200, (await places.CallAsync("POST", address, own, body)).Status);
        Assert.Equal(200, (await places.CallAsync("POST", address, await places.KeyAsync(Role.CampaignOffice, "5201"), body)).Status);
        var foreign = await places.CallAsync("POST", address, other, body);
        Assert.Equal(404, foreign.Status);
        Assert.DoesNotContain("花溪", foreign.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_is_read_by_those_whom_it_concerns_above_and_below_and_by_nobody_beside()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var address = "/api/v1/weather-alerts/payloads/" + places.Parts["payload"];
        foreach (var (scope, status) in new[] { ("520111", 200), ("5201", 200), ("52", 200), ("", 200), ("520112", 404), ("5202", 404), ("51", 404) })
        {
            Assert.Equal((scope, status), (scope, (await places.CallAsync("GET", address, await places.KeyAsync(Role.Operator, scope))).Status));
        }

        // A province's warning is every district's in it; the same bytes for another area are that one's too.
        Assert.True(new PayloadConcern(["52"]).IsFor("520111"));
        Assert.False(new PayloadConcern([""]).IsFor("520111"));
        Assert.False(new PayloadConcern([]).IsFor("520111"));
    }

    public static TheoryData<string, string> Many => new()
    {
        { "qweather", $$"""{"metadata":{},"alerts":[{{string.Join(',', Enumerable.Range(0, 900).Select(i => $$"""{"id":"a{{i}}","senderName":"花溪区气象台","issuedTime":"2026-12-16T08:00:00+08:00","messageType":{"code":"alert"},"eventType":{"name":"寒潮","code":"1006"},"severity":"minor","color":{"code":"blue"},"headline":"h{{i}}","description":"花溪区气象台发布寒潮蓝色预警"}"""))}}]}""" },
        { "text", string.Concat(Enumerable.Range(0, 900).Select(i => $"花溪区气象台12月16日{i % 8}时{i % 60}分发布寒潮蓝色预警信号。")) },
        { "cap", $"<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>x</identifier><sender>s</sender><sent>2026-12-16T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>{string.Concat(Enumerable.Range(0, 900).Select(i => $"<info><language>zh-CN</language><event>第{(char)('一' + i)}{(char)('丁' + i)}灾</event><headline>h</headline></info>"))}</alert>" },
        { "index", $"<feed xmlns=\"http://www.w3.org/2005/Atom\">{string.Concat(Enumerable.Range(0, 900).Select(i => $"<entry><id>{i}</id><title>t</title><link href=\"https://x.cn/{i}.xml\"/></entry>"))}</feed>" },
    };

    [Theory]
    [MemberData(nameof(Many))]
    public void No_format_brings_more_than_five_hundred_of_anything(string format, string payload)
    {
        NormalisedPayload read;
        try
        {
            read = AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(payload), Context);
        }
        catch (AlertPayloadException)
        {
            // Refused whole is bounded too.
            return;
        }

        Assert.Equal(format, read.Format);
        Assert.InRange(read.Alerts.Count, 0, AlertNormaliser.MaxAlerts);
        Assert.InRange(read.Links.Count, 0, AlertNormaliser.MaxAlerts);
        Assert.InRange(read.Forecasts.Count, 0, AlertNormaliser.MaxAlerts);
        Assert.NotEmpty(read.Skipped);
    }

    [Theory]
    [InlineData("https://sms.example.gov.cn/x", true)]
    [InlineData("https://sms.example.gov.cn:443/x", true)]
    [InlineData("https://sms.example.gov.cn:8443/x", true)]
    [InlineData("https://sms.example.gov.cn:6379/x", false)]
    [InlineData("https://sms.example.gov.cn.evil.cn/x", false)]
    [InlineData("https://sms.example.gov.cn./x", false)]
    [InlineData("https://SMS.example.gov.cn/x", true)]
    [InlineData("https://sms.example.gov.cn@evil.cn/x", false)]
    [InlineData("http://sms.example.gov.cn/x", false)]
    [InlineData("ftp://sms.example.gov.cn/x", false)]
    [InlineData("https://[::ffff:10.0.0.1]/x", false)]
    [InlineData("https://2130706433/x", false)]
    public void Webhooks_are_called_at_listed_hosts_and_ports_alone(string address, bool allowed)
    {
        var options = new DeliveryOptions { Hosts = ["sms.example.gov.cn"], Ports = [8443] };
        Assert.Equal(allowed, OutboundHttp.Refusal(address, [.. options.Hosts], options.Ports, allowLoopback: false) is null);
    }
}
