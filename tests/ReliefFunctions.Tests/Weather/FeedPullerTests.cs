using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather.Feeds;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Weather;

public class FeedPullerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task A_feed_is_pulled_by_its_schedule_conditionally_and_a_vanished_alert_is_no_cancellation()
    {
        using var receiver = new Receiver { Answers = call => call.Headers.ContainsKey("If-None-Match") ? new Receiver.Reply(304) : new Receiver.Reply(200, FeedTests.Sample("01-blue.qweather.json"), new Dictionary<string, string> { ["ETag"] = "\"1\"" }) };
        var world = await WorldAsync(receiver.Address + "qweather");
        await PullAsync(world, "12-15 10:10");
        await PullAsync(world, "12-15 10:12");
        Assert.Single(receiver.Calls);
        await PullAsync(world, "12-15 10:20");
        Assert.Equal("\"1\"", receiver.Calls.Last().Headers["If-None-Match"]);
        Assert.Contains("ReliefFunctions", receiver.Calls.Last().Headers["User-Agent"], StringComparison.Ordinal);
        receiver.Answers = _ => new Receiver.Reply(200, """{"metadata":{"zeroResult":true},"alerts":[]}""");
        await PullAsync(world, "12-15 10:30");
        var state = await world.GetAsync<PatrolStateAnswer>("/patrol-state");
        Assert.Equal((1, PatrolIntensity.Heightened), (state.Revision, state.Intensity));
        Assert.Single(state.Alerts);
    }

    [Fact]
    public async Task A_failing_feed_is_told_once_waits_longer_and_stops_no_other()
    {
        using var receiver = new Receiver { Answers = call => call.Path == "/good" ? new Receiver.Reply(200, FeedTests.Sample("02-blue.cap.xml")) : new Receiver.Reply(404) };
        var world = await WorldAsync(receiver.Address + "bad", receiver.Address + "good");
        await PullAsync(world, "12-15 10:10");
        Assert.Equal(1, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Revision);
        await PullAsync(world, "12-15 10:20");
        Assert.Empty(Told(world));
        await PullAsync(world, "12-15 10:40");
        Assert.Contains("连续 3 次", Assert.Single(Told(world)), StringComparison.Ordinal);
        var calls = receiver.Calls.Count(call => call.Path == "/bad");
        await PullAsync(world, "12-15 10:50");
        Assert.Equal(calls, receiver.Calls.Count(call => call.Path == "/bad"));
        receiver.Answers = _ => new Receiver.Reply(200, FeedTests.Sample("02-blue.cap.xml"));
        await PullAsync(world, "12-15 11:30");
        Assert.Contains("已恢复", Told(world)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_feed_is_told_to_the_office_that_relies_on_it_once()
    {
        using var gateway = new Receiver();
        using var receiver = new Receiver { Answers = _ => new Receiver.Reply(404) };
        var world = await WorldAsync(receiver.Address + "silent");
        await world.World.Get<Core.Patrols.Delivery.ChannelStore>().PutAsync("520111", "office", [new Core.Patrols.Delivery.DeliveryChannel { Id = "w", Kind = Core.Patrols.Delivery.ChannelKind.WeCom, Url = gateway.Address.ToString() }], new Core.Storage.AuditEntry(Huaxi.At("12-15 10:00"), "t", "t", "t"), default);
        foreach (var at in new[] { "10:10", "10:20", "10:40", "11:20", "13:20", "15:20" }) await PullAsync(world, "12-15 " + at);
        Assert.Equal(["连续 3 次", "已超过 120 分钟"], Told(world).Select(text => new[] { "连续 3 次", "已超过 120 分钟" }.First(text.Contains)));
        Assert.Equal(2, gateway.Calls.Count);
    }

    [Fact]
    public async Task A_feed_that_hangs_holds_up_no_other()
    {
        using var good = new Receiver();
        using var hanging = new Receiver { Answers = _ => new Receiver.Reply(SpinWait.SpinUntil(() => !good.Calls.IsEmpty, TimeSpan.FromSeconds(15)) ? 200 : 500, FeedTests.Sample("01-blue.qweather.json")) };
        var world = await WorldAsync(hanging.Address + "hangs", good.Address + "good");
        await PullAsync(world, "12-15 10:10");
        Assert.Single(hanging.Calls);
        Assert.Equal(PatrolIntensity.Heightened, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Intensity);
    }

    [Fact]
    public async Task A_warning_that_cannot_be_read_is_told_once_and_its_bytes_are_kept()
    {
        const string Changed = """{"metadata":{},"alerts":[{"identifier":"renamed","issued":"2026-12-15T10:00+08:00"}]}""";
        using var receiver = new Receiver { Answers = _ => new Receiver.Reply(200, Changed) };
        var world = await WorldAsync(receiver.Address + "changed");
        await PullAsync(world, "12-15 10:10");
        await PullAsync(world, "12-15 10:20");
        Assert.Contains("1 条内容认不出", Assert.Single(Told(world)), StringComparison.Ordinal);
        var payload = Core.Storage.Keys.Hash(System.Text.Encoding.UTF8.GetBytes(Changed));
        Assert.Equal(Changed, (await world.CallAsync("GET", "/api/v1/weather-alerts/payloads/" + payload, PatrolWorld.Office)).Text);
    }

    [Fact]
    public async Task Oversized_answers_and_redirects_are_not_taken()
    {
        using var receiver = new Receiver { Answers = call => call.Path == "/big" ? new Receiver.Reply(200, new string(' ', 3 * 1024 * 1024)) : new Receiver.Reply(302, "", new Dictionary<string, string> { ["Location"] = "/secret" }) };
        var world = await WorldAsync(receiver.Address + "big", receiver.Address + "moved");
        await PullAsync(world, "12-15 10:10");
        Assert.DoesNotContain(receiver.Calls, call => call.Path == "/secret");
        Assert.Empty(world.World.Bus.Sent);
    }

    [Fact]
    public async Task An_index_leads_to_its_documents_once_each_and_to_no_foreign_host()
    {
        using var receiver = new Receiver();
        receiver.Answers = call => new Receiver.Reply(200, call.Path == "/index"
            ? $"<rss><channel><item><link>{receiver.Address}1.xml</link></item><item><link>https://metadata.example.org/2.xml</link></item><item><link>/3.xml</link></item></channel></rss>"
            : FeedTests.Sample(call.Path == "/1.xml" ? "02-blue.cap.xml" : "03-exercise-red.cap.xml"));
        var world = await WorldAsync(receiver.Address + "index");
        await PullAsync(world, "12-15 15:10");
        await PullAsync(world, "12-15 15:20");
        Assert.Equal(["/index", "/1.xml", "/3.xml", "/index"], receiver.Calls.Select(call => call.Path));
        Assert.Equal(PatrolIntensity.Heightened, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Intensity);
    }

    [Fact]
    public async Task A_forecast_of_cold_nights_raises_patrols_without_any_signal()
    {
        using var receiver = new Receiver { Answers = _ => new Receiver.Reply(200, """{"daily_units":{"temperature_2m_min":"°C","wind_speed_10m_max":"km/h"},"daily":{"time":["2026-12-15","2026-12-16","2026-12-17"],"temperature_2m_min":[3,-1.4,4],"wind_speed_10m_max":[5,10,5],"snowfall_sum":[0,0,0]}}""") };
        var world = await WorldAsync(receiver.Address + "forecast");
        await PullAsync(world, "12-15 16:30");
        var order = (await world.Patrols.OrderAsync(Huaxi.Campaign, 1, default))!;
        Assert.Equal((PatrolIntensity.Heightened, "F1"), (order.Highest, order.Basis[0].Rule));
        Assert.Contains("JAG/TI", order.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0, "12-15 10:00", true)]
    [InlineData("12-15 10:00", 0, "12-15 10:09", true)]
    [InlineData("12-15 10:00", 0, "12-15 10:05", false)]
    [InlineData("12-15 10:00", 1, "12-15 10:10", true)]
    [InlineData("12-15 10:00", 2, "12-15 10:10", false)]
    [InlineData("12-15 10:00", 2, "12-15 10:20", true)]
    [InlineData("12-15 10:00", 9, "12-15 10:20", false)]
    [InlineData("12-15 10:00", 9, "12-15 10:30", true)]
    public void A_feed_is_due_by_schedule_and_later_after_failures(string? last, int failures, string now, bool due) =>
        Assert.Equal(due, FeedPuller.IsDue(new Feed { Name = "f", Url = "https://x", Schedule = "0 * * * * *" }, last is null ? null : new FeedCursor { LastAttempt = Huaxi.At(last), Failures = failures }, Huaxi.At(now)));

    [Fact]
    public void A_forecast_is_pulled_twice_a_day()
    {
        var feed = new Feed { Name = "f", Url = "https://x", Schedule = "0 30 7,16 * * *" };
        bool Due(string last, string now) => FeedPuller.IsDue(feed, new FeedCursor { LastAttempt = Huaxi.At(last) }, Huaxi.At(now));
        Assert.False(Due("12-15 07:30", "12-15 16:20"));
        Assert.True(Due("12-15 07:30", "12-15 16:30"));
        Assert.True(Due("12-15 07:30", "12-18 09:00"));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::8.8.8.8", false)]
    [InlineData("::", false)]
    [InlineData("64:ff9b::808:808", false)]
    [InlineData("64:ff9b:1::808:808", false)]
    [InlineData("2002:808:808::1", false)]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", false)]
    [InlineData("2001:2::1", false)]
    [InlineData("2001:10::1", false)]
    [InlineData("2001:20::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("3fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("100::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("ff0e::1", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("239.255.255.255", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2400:3200::1", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2606:4700::1111", true)]
    public void Only_public_addresses_are_called(string address, bool allowed) => Assert.Equal(allowed, OutboundHttp.IsPublic(IPAddress.Parse(address), allowLoopback: false));

    private static List<string> Told(PatrolWorld world) =>
        [.. world.World.Bus.Sent.Where(sent => sent.Entity == Entities.CampaignEvents && sent.Message.Schema == OperatorEvent.Schema).Select(sent => Core.Storage.StoredJson.Read<OperatorEvent>(sent.Message.Body).Text)];

    private static async Task PullAsync(PatrolWorld world, string at)
    {
        world.At(at);
        await world.World.Services.GetServices<IScheduledJob>().Single(job => job.Name == FeedClock.Job).RunAsync(default);
        await world.World.DeliverAsync();
    }

    private Task<PatrolWorld> WorldAsync(params string[] urls) => PatrolWorld.StartAsync(azurite, "12-15 10:00", change: services => services.AddSingleton(new Core.Patrols.Delivery.DeliveryOptions { AllowLoopback = true }).AddSingleton(new FeedOptions
    {
        AllowLoopback = true,
        Items = [.. urls.Select((url, index) => new Feed { Name = $"feed-{index}", Url = url, Areas = ["520111"] })],
    }));
}
