using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

public class DeliveryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task A_notice_goes_to_each_channel_once_and_its_log_says_when()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom }, new DeliveryChannel { Id = "d", Kind = ChannelKind.DingTalk, Secret = "s" });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 09:20");
        Assert.Equal(2, receiver.Calls.Count(call => call.Body.Contains("/n/", StringComparison.Ordinal)));
        Assert.Equal(2, receiver.Calls.Count(call => call.Body.Contains("/v/", StringComparison.Ordinal)));
        Assert.All(receiver.Calls, call => Assert.Contains("强化巡查】第1号 青岩镇", call.Body, StringComparison.Ordinal));
        var entries = await Service(world).OfOrderAsync(Huaxi.Campaign, 1, default);
        Assert.Equal(["d", "w"], entries.Select(entry => entry.Channel));
        Assert.All(entries, entry => Assert.Equal((DeliveryState.Delivered, 1), (entry.State, entry.Attempts)));
        var board = await world.GetAsync<OrderBoard>("/patrol-orders/1");
        Assert.Equal((6, 1, 0), (board.Sent, board.Delivered, board.Seen));
    }

    [Fact]
    public async Task A_channel_that_fails_is_tried_again_later_and_in_the_end_given_up()
    {
        using var receiver = new Receiver { Answers = _ => new Receiver.Reply(503) };
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 09:04");
        Assert.InRange(receiver.Calls.Count, 1, 2);
        for (var minute = 10; minute < 60 && receiver.Calls.Count < 3; minute++) await world.TickAsync($"12-16 09:{minute}");
        receiver.Answers = _ => new Receiver.Reply(200, """{"errcode":0}""");
        await world.TickAsync("12-16 10:30");
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Service(world).OfOrderAsync(Huaxi.Campaign, 1, default)).State);

        receiver.Answers = _ => new Receiver.Reply(404);
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        var failed = Assert.Single((await world.CallAsync("GET", PatrolWorld.Address + "/deliveries/failed", PatrolWorld.Office)).Json<List<DeliveryEntry>>());
        Assert.Equal("对方应答 404。", failed.LastError);
        receiver.Answers = _ => new Receiver.Reply(200, """{"errcode":0}""");
        var again = await world.PostAsync("/patrol-orders/2/deliveries/520111101/w/resend", "");
        Assert.Equal(DeliveryState.Delivered, again.Json<DeliveryEntry>().State);
        Assert.Equal(404, (await world.PostAsync("/patrol-orders/2/deliveries/520111102/w/resend", "")).Status);
    }

    [Fact]
    public async Task A_waiting_notice_is_skipped_once_a_newer_one_has_taken_its_place()
    {
        using var receiver = new Receiver { Answers = _ => new Receiver.Reply(500) };
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        receiver.Answers = _ => new Receiver.Reply(200);
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        await world.TickAsync("12-16 20:34");
        Assert.Equal(DeliveryState.Skipped, Assert.Single(await Service(world).OfOrderAsync(Huaxi.Campaign, 1, default)).State);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Service(world).OfOrderAsync(Huaxi.Campaign, 2, default)).State);
    }

    [Fact]
    public async Task A_notice_whose_message_the_broker_lost_is_delivered_by_the_clock()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook, Events = false });
        world.At("12-16 09:03");
        await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(Huaxi.Alert("12-16 09:00", Core.Weather.AlertLevel.Yellow)), null, default);
        Assert.True(world.World.Bus.TryTake(out var order));
        await world.World.Get<Core.Messaging.MessageDispatcher>().DispatchAsync(order.Entity, order.Message, default);
        world.World.Bus.Lose();
        Assert.Empty(receiver.Calls);
        await world.TickAsync("12-16 09:10");
        await world.TickAsync("12-16 09:11");
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Quiet_hours_hold_a_notice_back_but_not_a_round_the_clock_one()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook, Events = false, QuietFrom = new TimeOnly(20, 0), QuietTo = new TimeOnly(7, 0) });
        world.At("12-15 22:00");
        await world.PostAlertAsync("花溪区气象台12月15日22时发布寒潮黄色预警信号。");
        await world.World.DeliverAsync();
        Assert.Empty(receiver.Calls);
        await world.PostAlertAsync("花溪区气象台12月15日22时发布道路结冰红色预警信号。");
        await world.World.DeliverAsync();
        Assert.Single(receiver.Calls);
        await world.TickAsync("12-16 07:01");
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Robots_get_no_more_than_their_rate_and_a_gateway_that_serves_all_is_not_one()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver, perMinute: 2);
        var units = Huaxi.Units.Select(unit => unit.Code).ToList();
        foreach (var unit in units) await PutAsync(world, unit, new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom, Url = receiver.Address + "robot" }, new DeliveryChannel { Id = "sms", Kind = ChannelKind.Webhook, Url = receiver.Address + "gateway" });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        Assert.Equal(6, receiver.Calls.Count(call => call.Path == "/gateway"));
        int Robot() => receiver.Calls.Count(call => call.Path == "/robot");
        Assert.Equal(2, Robot());
        await world.TickAsync("12-16 09:04");
        Assert.Equal(4, Robot());
        await world.TickAsync("12-16 09:05");
        Assert.Equal(6, Robot());
    }

    [Fact]
    public async Task Escalations_reach_the_units_channels()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 10:03");
        Assert.Equal(2, receiver.Calls.Count);
        Assert.Contains("请备班立即签收；签收点通知里的链接，或电办公室0851-83851000。", receiver.Calls.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_hours_hold_back_no_escalation_of_a_round_the_clock_order_and_each_step_reaches_the_person_it_calls()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver);
        await PutAsync(world, "520111101", [.. new[] { ("duty", null), ("second", "备班"), ("leader", "带班领导") }.Select(each =>
            new DeliveryChannel { Id = each.Item1, Role = each.Item2, Kind = ChannelKind.Webhook, Url = receiver.Address + each.Item1, QuietFrom = new TimeOnly(20, 0), QuietTo = new TimeOnly(7, 0) })]);
        List<string> Called() => [.. receiver.Calls.Select(call => call.Path[1..])];
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        Assert.Equal(["duty"], Called());
        await world.TickAsync("12-16 20:48");
        Assert.Equal(["duty", "duty", "second"], Called().Order());
        await world.TickAsync("12-16 20:58");
        Assert.Equal(["duty", "duty", "duty", "leader", "second"], Called().Order());
    }

    [Fact]
    public async Task The_office_is_told_of_a_notice_that_a_channel_refuses_for_good()
    {
        using var receiver = new Receiver { Answers = call => new Receiver.Reply(call.Path == "/w" ? 404 : 200, """{"errcode":0}""") };
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom });
        await PutAsync(world, DeliveryService.Office, new DeliveryChannel { Id = "o", Kind = ChannelKind.WeCom, Url = receiver.Address + "office" });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 09:20");
        Assert.Contains("第1号强化巡查通知送不到青岩镇的渠道“w”：对方应答 404。", Assert.Single(receiver.Calls, call => call.Path == "/office" && call.Body.Contains("送不到", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_are_checked_when_they_are_stored_and_never_shown()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver);
        foreach (var url in new[] { "http://example.org/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://example.org/x", "https://user:pw@qyapi.weixin.qq.com/x", "https://qyapi.weixin.qq.com:8443/x", "https://qyapi.weixin.qq.com:22/x", "nonsense" })
        {
            Assert.Equal(422, (await ChannelsAsync(world, "PUT", StoredJson.Write(new[] { new DeliveryChannel { Id = "x", Kind = ChannelKind.Webhook, Url = url } }))).Status);
        }

        Assert.Equal(200, (await ChannelsAsync(world, "PUT", """[{"id":"w","kind":"weCom","url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=topsecret","secret":"hidden"}]""")).Status);
        Assert.Equal(200, (await ChannelsAsync(world, "PUT", """[{"id":"w","kind":"weCom","name":"值班群"}]""")).Status);
        var shown = (await ChannelsAsync(world, "GET", null)).Text;
        Assert.DoesNotContain("topsecret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", shown, StringComparison.Ordinal);
        Assert.Contains("https://qyapi.weixin.qq.com/…", shown, StringComparison.Ordinal);
        Assert.EndsWith("topsecret", Assert.Single(await world.World.Get<ChannelStore>().OfUnitAsync("520111", "520111101", default)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_sms_gateway_is_told_whom_to_send_to_and_nobody_else_reads_the_numbers()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver);
        Assert.Equal(422, (await ChannelsAsync(world, "PUT", $$"""[{"id":"sms","kind":"weCom","url":"https://qyapi.weixin.qq.com/x","to":["13800001234"]}]""")).Status);
        Assert.Equal(422, (await ChannelsAsync(world, "PUT", $$"""[{"id":"sms","kind":"webhook","url":"{{receiver.Address}}","to":["12 34"]}]""")).Status);
        Assert.Equal(200, (await ChannelsAsync(world, "PUT", $$"""[{"id":"sms","kind":"webhook","url":"{{receiver.Address}}","to":["13800001234"]}]""")).Status);
        var shown = await ChannelsAsync(world, "PUT", """[{"id":"sms","kind":"webhook","name":"短信"}]""");
        Assert.Contains("…1234", shown.Json<List<DeliveryChannel>>()[0].To![0], StringComparison.Ordinal);
        Assert.DoesNotContain("13800001234", shown.Text, StringComparison.Ordinal);
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        Assert.Contains("\"to\":[\"13800001234\"]", Assert.Single(receiver.Calls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_lost_the_reply_gets_the_one_message_again_under_the_same_key()
    {
        using var receiver = new Receiver();
        receiver.Answers = _ => new Receiver.Reply(receiver.Calls.Count == 1 ? 502 : 200);
        var world = await WorldAsync(receiver, new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook, Events = false });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 09:10");
        await world.TickAsync("12-16 09:20");
        Assert.Equal(2, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(call => call.Headers["Idempotency-Key"]).Distinct());
        Assert.Equal((DeliveryState.Delivered, 2), Assert.Single((await Service(world).OfOrderAsync(Huaxi.Campaign, 1, default)).Select(entry => (entry.State, entry.Attempts))));
    }

    [Fact]
    public async Task Each_robot_gets_its_own_form_and_signature()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var entry = new DeliveryEntry { Item = "000001|u", Unit = "u", Channel = "c", Revision = 1, Text = "正文", CreatedAt = now };
        async Task<(string Url, string Body, HttpRequestMessage Request)> Of(ChannelKind kind, string? secret)
        {
            var request = ChannelClient.Request(new DeliveryChannel { Id = "c", Kind = kind, Url = "https://h/x?access_token=t", Secret = secret }, entry, now);
            return (request.RequestUri!.AbsoluteUri, await request.Content!.ReadAsStringAsync(), request);
        }

        Assert.Equal("""{"msgtype":"text","text":{"content":"正文"}}""", (await Of(ChannelKind.WeCom, null)).Body);
        var dingTalk = await Of(ChannelKind.DingTalk, "SEC");
        Assert.Equal("https://h/x?access_token=t&timestamp=1700000000000&sign=" + Uri.EscapeDataString(Hmac("SEC", "1700000000000\nSEC")), dingTalk.Url);
        var feishu = await Of(ChannelKind.Feishu, "SEC");
        Assert.Equal("{\"timestamp\":\"1700000000\",\"sign\":\"" + Hmac("1700000000\nSEC", "") + "\",\"msg_type\":\"text\",\"content\":{\"text\":\"正文\"}}", feishu.Body.Replace("\\u002B", "+", StringComparison.Ordinal));
        var webhook = await Of(ChannelKind.Webhook, "SEC");
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("SEC"), Encoding.UTF8.GetBytes("1700000000." + webhook.Body)));
        Assert.Equal(signature, webhook.Request.Headers.GetValues("X-Relief-Signature").Single());
        Assert.Equal(Keys.Hash("000001|u|c"), webhook.Request.Headers.GetValues("Idempotency-Key").Single());
    }

    private static string Hmac(string key, string text) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    private static DeliveryService Service(PatrolWorld world) => world.World.Get<DeliveryService>();

    private static Task<Answer> ChannelsAsync(PatrolWorld world, string method, string? body) => world.CallAsync(method, "/api/v1/districts/520111/units/520111101/channels", PatrolWorld.Office, body);

    private async Task<PatrolWorld> WorldAsync(Receiver receiver, params DeliveryChannel[] channels) => await WorldAsync(receiver, 20, channels);

    private async Task<PatrolWorld> WorldAsync(Receiver receiver, int perMinute, params DeliveryChannel[] channels)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 09:00", change: services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true, PerMinute = perMinute }));
        if (channels.Length > 0) await PutAsync(world, "520111101", [.. channels.Select(channel => channel with { Url = receiver.Address + channel.Id })]);
        return world;
    }

    private static async Task PutAsync(PatrolWorld world, string unit, params DeliveryChannel[] channels) =>
        Assert.IsType<Outcome<IReadOnlyList<DeliveryChannel>>.Changed>(await world.World.Get<ChannelStore>().PutAsync("520111", unit, channels, new AuditEntry(world.World.Clock.GetUtcNow(), "t", "t", "t"), default));
}
