using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>What the robots of WeCom, DingTalk and Feishu say, what they hold, and who hears of it.</summary>
public class RobotTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly IReadOnlyList<Unit> Units =
    [
        Huaxi.Units[0] with { Contacts = [new Contact("李四", "信息员", "85110000"), new Contact("张三", "备班", "13800001111"), new Contact("王镇长", "分管领导", "13900002222")] },
        Huaxi.Units[1] with { Contacts = [new Contact("石板镇备班", "备班")] },
        Huaxi.Units[3],
    ];

    public static TheoryData<ChannelKind, string, ChannelFate> Answers => new()
    {
        { ChannelKind.WeCom, """{"errcode":0,"errmsg":"ok"}""", ChannelFate.Taken },
        { ChannelKind.WeCom, """{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}""", ChannelFate.ForGood },
        { ChannelKind.WeCom, """{"errcode":40058,"errmsg":"text.content exceed max length 2048. invalid Request Parameter"}""", ChannelFate.ForGood },
        { ChannelKind.WeCom, """{"errcode":45009,"errmsg":"api freq out of limit"}""", ChannelFate.ForNow },
        { ChannelKind.WeCom, """{"errcode":-1,"errmsg":"system busy"}""", ChannelFate.ForNow },
        { ChannelKind.DingTalk, """{"errcode":310000,"errmsg":"description:机器人发送签名不匹配"}""", ChannelFate.ForGood },
        { ChannelKind.DingTalk, """{"errcode":400013,"errmsg":"群已被解散"}""", ChannelFate.ForGood },
        { ChannelKind.DingTalk, """{"errcode":430102,"errmsg":"含有不合适的文本"}""", ChannelFate.ForGood },
        { ChannelKind.DingTalk, """{"errcode":130101,"errmsg":"send too fast"}""", ChannelFate.ForNow },
        { ChannelKind.DingTalk, """{"errcode":"410100","errmsg":"发送速度太快而限流"}""", ChannelFate.ForNow },
        { ChannelKind.Feishu, """{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}""", ChannelFate.Taken },
        { ChannelKind.Feishu, """{"code":19021,"StatusCode":0,"msg":"sign match fail or timestamp is not within one hour from current time"}""", ChannelFate.ForGood },
        { ChannelKind.Feishu, """{"code":19024,"data":{},"msg":"Key Words Not Found"}""", ChannelFate.ForGood },
        { ChannelKind.Feishu, """{"code":9499,"msg":"Bad Request","data":{}}""", ChannelFate.ForGood },
        { ChannelKind.Feishu, """{"code":11232,"msg":"frequency limited psm"}""", ChannelFate.ForNow },
        { ChannelKind.Feishu, """{"code":987654,"msg":"?"}""", ChannelFate.Unknown },
        { ChannelKind.WeCom, """{"errcode":19024,"errmsg":"Feishu's code, not WeCom's"}""", ChannelFate.Unknown },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_robot_is_understood_by_its_code(ChannelKind kind, string body, ChannelFate fate) => Assert.Equal(fate, RobotCodes.Read(Channel(kind), body)!.Fate);

    [Theory]
    [InlineData("")]
    [InlineData("<html>502</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"errcode":{}}""")]
    [InlineData("""{"errcode":99999999999999}""")]
    public void What_is_not_the_robots_answer_says_nothing(string body) => Assert.Null(RobotCodes.Read(Channel(ChannelKind.WeCom), body));

    [Fact]
    public void Every_code_of_the_tables_is_told_with_the_robots_words_and_how_to_mend_it()
    {
        Assert.True(RobotCodes.All.Count() > 50);
        foreach (var (kind, code, forGood) in RobotCodes.All)
        {
            var answer = RobotCodes.Read(Channel(kind), $$"""{"{{(kind == ChannelKind.Feishu ? "code" : "errcode")}}":{{code}},"{{(kind == ChannelKind.Feishu ? "msg" : "errmsg")}}":"so it is"}""")!;
            Assert.Equal(forGood ? ChannelFate.ForGood : ChannelFate.ForNow, answer.Fate);
            Assert.StartsWith($"机器人拒收（{code.ToString(CultureInfo.InvariantCulture)}“so it is”）。", answer.Error, StringComparison.Ordinal);
            Assert.Equal(forGood, answer.Error!.Contains('请', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_robots_words_are_quoted_on_one_line_cut_and_without_secrets()
    {
        var channel = Channel(ChannelKind.WeCom) with { Url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", Secret = "SECabcdef" };
        var said = string.Concat(Enumerable.Repeat("👨‍👩‍👧", 60));
        var error = RobotCodes.Read(channel, StoredJson.Write(new { errcode = 93000, errmsg = $"key 693A91F6-7XXX\nof SECabcdef: {said}" }))!.Error!;
        Assert.StartsWith("机器人拒收（93000“key … of …: 👨‍👩‍👧", error, StringComparison.Ordinal);
        Assert.True(error.Length < 220);
        Assert.DoesNotContain(error.EnumerateRunes(), rune => rune == Rune.ReplacementChar);
    }

    [Theory]
    [InlineData(ChannelKind.WeCom, "青岩镇、", 100, 1)]
    [InlineData(ChannelKind.WeCom, "青岩镇、", 400, 3)]
    [InlineData(ChannelKind.WeCom, "👨‍👩‍👧", 300, 3)]
    [InlineData(ChannelKind.WeCom, "一家没有签收\n", 5000, 5)]
    [InlineData(ChannelKind.DingTalk, "青岩镇、", 1500, 1)]
    [InlineData(ChannelKind.DingTalk, "\"引号\"\n", 4000, 3)]
    [InlineData(ChannelKind.Feishu, "青岩镇、", 2500, 1)]
    [InlineData(ChannelKind.Feishu, "青岩镇、", 5000, 2)]
    [InlineData(ChannelKind.Webhook, "青岩镇、", 50_000, 1)]
    public async Task Every_message_fits_by_bytes_and_parts_end_between_names(ChannelKind kind, string piece, int times, int parts)
    {
        var texts = RobotText.Parts(kind, string.Concat(Enumerable.Repeat(piece, times)));
        Assert.Equal(parts, texts.Count);
        foreach (var text in texts)
        {
            var entry = new DeliveryEntry { Item = "i", Unit = "u", Channel = "c", Text = text, CreatedAt = Huaxi.At("12-15 10:00") };
            var body = await ChannelClient.Request(Channel(kind) with { Secret = "SEC" }, entry, Huaxi.At("12-15 10:00")).Content!.ReadAsByteArrayAsync();
            if (kind == ChannelKind.WeCom) Assert.True(Encoding.UTF8.GetByteCount(text) <= 2048);
            if (kind == ChannelKind.DingTalk) Assert.True(body.Length <= 20_000);
            if (kind == ChannelKind.Feishu) Assert.True(body.Length <= 30 * 1024);
            if (parts > 1) Assert.Matches(@"（\d/\d）$", text);
            Assert.DoesNotContain(text.EnumerateRunes(), rune => rune == Rune.ReplacementChar);
            if (parts > 1 && piece.EndsWith('、')) Assert.Contains("、（", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(200, """{"errcode":93000,"errmsg":"invalid webhook url"}""", 1, DeliveryState.Failed)]
    [InlineData(400, """{"errcode":45009,"errmsg":"api freq out of limit"}""", 1, DeliveryState.Waiting)] // its status alone would give it up
    [InlineData(500, """{"errcode":93004,"errmsg":"机器人被停用"}""", 1, DeliveryState.Failed)] // its status alone would try again
    [InlineData(404, "", 1, DeliveryState.Failed)]
    [InlineData(502, "<html>", 1, DeliveryState.Waiting)]
    public async Task By_code_and_not_by_status_is_a_notice_given_up_or_tried_again(int status, string body, int calls, DeliveryState state)
    {
        using var receiver = new Receiver { Answers = call => new Receiver.Reply(call.Path == "/w" ? status : 200, call.Path == "/w" ? body : """{"errcode":0}""") };
        var world = await WorldAsync(receiver);
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        Assert.Equal(calls, receiver.Calls.Count(call => call.Path == "/w"));
        Assert.Equal(state, Assert.Single(await world.World.Get<DeliveryService>().OfOrderAsync(Huaxi.Campaign, 1, default)).State);
        var told = receiver.Calls.Where(call => call.Path == "/office" && call.Body.Contains("送不到", StringComparison.Ordinal)).ToList();
        Assert.Equal(state == DeliveryState.Failed ? 1 : 0, told.Count);
        if (body.StartsWith('{') && told.Count > 0)
        {
            Assert.Contains("第1号强化巡查通知送不到青岩镇的渠道“青岩值班群”：机器人拒收（9300", told[0].Body, StringComparison.Ordinal);
            Assert.Contains("请改用电话通知并代签收，或改好渠道后重发。青岩镇：备班张三 13800001111、分管领导王镇长 13900002222", told[0].Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_channel_can_be_tried_and_the_robots_words_are_the_answer()
    {
        using var receiver = new Receiver { Answers = call => new Receiver.Reply(200, call.Path == "/w" ? """{"errcode":93000,"errmsg":"gone"}""" : """{"errcode":0}""") };
        var world = await WorldAsync(receiver);
        Task<Answer> TryAsync(string unit, string channel, Core.Http.Actor actor) => world.CallAsync("POST", $"/api/v1/districts/520111/units/{unit}/channels/{channel}/test", actor);
        Assert.Equal(new ChannelTest(true, null), (await TryAsync("leader", "l", PatrolWorld.Office)).Json<ChannelTest>());
        Assert.Contains("【渠道测试】这是办公室发出的测试消息", Assert.Single(receiver.Calls, call => call.Path == "/leader").Body, StringComparison.Ordinal);
        var failed = (await TryAsync("520111101", "w", PatrolWorld.Office)).Json<ChannelTest>();
        Assert.False(failed.Taken);
        Assert.StartsWith("机器人拒收（93000“gone”）。网址已失效", failed.Error, StringComparison.Ordinal);
        Assert.Equal(404, (await TryAsync("520111101", "x", PatrolWorld.Office)).Status);
        Assert.Equal(404, (await TryAsync("nobody", "w", PatrolWorld.Office)).Status);
        Assert.Equal(403, (await TryAsync("520111101", "w", PatrolWorld.Qingyan)).Status);
    }

    [Fact]
    public async Task What_nobody_understands_is_told_after_a_few_attempts()
    {
        using var receiver = new Receiver { Answers = call => new Receiver.Reply(200, call.Path == "/w" ? """{"errcode":777,"errmsg":"new"}""" : """{"errcode":0}""") };
        var world = await WorldAsync(receiver);
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        foreach (var minute in new[] { 5, 9, 15, 25, 40 }) await world.TickAsync($"12-16 09:{minute:00}");
        Assert.Equal(DeliveryService.MostUnknown, receiver.Calls.Count(call => call.Path == "/w"));
        Assert.Single(receiver.Calls, call => call.Path == "/office" && call.Body.Contains("777“new”", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_robot_that_says_how_long_it_is_muted_is_left_alone_so_long()
    {
        using var receiver = new Receiver { Answers = call => new Receiver.Reply(200, call.Path == "/w" ? """{"errcode":130101,"errmsg":"send too fast"}""" : """{"errcode":0}""") };
        var world = await WorldAsync(receiver, ChannelKind.DingTalk);
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 09:12");
        Assert.Single(receiver.Calls, call => call.Path == "/w");
        await world.TickAsync("12-16 09:14");
        Assert.Equal(2, receiver.Calls.Count(call => call.Path == "/w"));
    }

    [Fact]
    public async Task A_long_text_goes_on_behind_the_parts_that_were_taken()
    {
        using var receiver = new Receiver();
        receiver.Answers = call => call.Body.Contains("（2/3）", StringComparison.Ordinal) && receiver.Calls.Count(each => each.Body == call.Body) == 1
            ? new Receiver.Reply(503) : new Receiver.Reply(200, """{"errcode":0}""");
        var world = await WorldAsync(receiver);
        var text = string.Join('\n', Enumerable.Range(1, 150).Select(number => $"{number}．石板镇：备班未登记"));
        await world.World.Get<DeliveryService>().DeliverAsync(Huaxi.Campaign, new Outgoing("e1|office", DeliveryService.Office, text), default);
        await world.TickAsync("12-15 10:10");
        var posted = receiver.Calls.Where(call => call.Body.Contains("备班未登记", StringComparison.Ordinal)).Select(call => call.Body[^8..^4]);
        Assert.Equal(["（1/3", "（2/3", "（2/3", "（3/3"], posted);
        Assert.All(receiver.Calls, call => Assert.DoesNotContain("\\uFFFD", call.Body, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_order_goes_to_the_office_and_the_leader_and_the_leader_is_told_nothing_else()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver);
        await world.TickAsync("12-16 08:31");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        foreach (var at in new[] { "12-16 10:03", "12-16 10:23", "12-17 12:00", "12-17 12:05" }) await world.TickAsync(at);
        List<string> To(string path) => [.. receiver.Calls.Where(call => call.Path == path).Select(call => call.Body)];
        Assert.Equal(3, To("/leader").Count);
        Assert.Contains("全部3家单位执行常态", To("/leader")[0], StringComparison.Ordinal);
        Assert.Contains("全部3家单位由常态上调至强化", To("/leader")[1], StringComparison.Ordinal);
        Assert.Contains("全部3家单位由强化下调至常态", To("/leader")[2], StringComparison.Ordinal);
        Assert.Equal(5, To("/office").Count);
        Assert.Empty(To("/leader").Except(To("/office")));
    }

    [Fact]
    public async Task The_office_gets_one_list_a_step_with_names_and_numbers_and_nobody_is_told_to_call_himself()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync(receiver);
        await world.TickAsync("12-16 08:31");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.PostAsync("/units/police/inbox/2/acknowledgement", "", PatrolWorld.Qingyan with { Unit = "police" });
        foreach (var at in new[] { "12-16 10:02", "12-16 10:03", "12-16 10:04", "12-16 10:23", "12-16 10:43", "12-16 11:03", "12-16 11:30" }) await world.TickAsync(at);
        List<string> lists = [.. receiver.Calls.Where(call => call.Path == "/office" && call.Body.Contains("【未签收】", StringComparison.Ordinal)).Select(call => call.Body)];
        Assert.Equal(4, lists.Count);
        Assert.Contains("第2号巡查通知（强化，应于12月16日10时03分前签收）还有2家没有签收，已通知备班。请逐家打电话，接通的代签收：\\n1．青岩镇：备班张三 13800001111\\n2．石板镇：备班 未登记电话", lists[0], StringComparison.Ordinal);
        Assert.Contains("1．青岩镇：分管领导王镇长 13900002222", lists[2], StringComparison.Ordinal);
        Assert.Contains("各级均已通知。请逐家打电话，接通的代签收：\\n1．青岩镇：备班张三 13800001111、分管领导王镇长 13900002222", lists[3], StringComparison.Ordinal);
        Assert.All(lists, list => Assert.DoesNotContain("0851-83851000", list, StringComparison.Ordinal));
        var last = receiver.Calls.Last(call => call.Path == "/w").Body;
        Assert.Contains("请立即签收，办公室将直接来电；签收点通知里的链接，或电办公室0851-83851000。", last, StringComparison.Ordinal);
        Assert.All(receiver.Calls.Where(call => call.Path == "/w"), call => Assert.DoesNotContain("请办公室", call.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_escalation_that_cannot_be_delivered_is_told_too_and_a_broken_office_channel_ends_there()
    {
        using var receiver = new Receiver
        {
            Answers = call => new Receiver.Reply(200, call.Path == "/broken" || call.Body.Contains("立即签收", StringComparison.Ordinal) ? """{"errcode":93000,"errmsg":"gone"}""" : """{"errcode":0}"""),
        };
        var world = await WorldAsync(receiver);
        await PutAsync(world, DeliveryService.Office, Channel(ChannelKind.WeCom) with { Id = "o", Url = receiver.Address + "office" }, Channel(ChannelKind.WeCom) with { Id = "b", Url = receiver.Address + "broken" });
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        await world.TickAsync("12-16 10:03");
        await world.TickAsync("12-16 10:10");
        List<string> told = [.. receiver.Calls.Where(call => call.Path == "/office" && call.Body.Contains("送不到", StringComparison.Ordinal)).Select(call => call.Body)];
        Assert.Single(told, text => text.Contains("“青岩镇未在12月16日10时03分前签收", StringComparison.Ordinal) && text.Contains("送不到青岩镇的渠道", StringComparison.Ordinal));
        Assert.Equal(2, told.Count(text => text.Contains("送不到办公室的渠道“b”", StringComparison.Ordinal)));
        Assert.Equal(3, told.Count);
    }

    private static DeliveryChannel Channel(ChannelKind kind) => new() { Id = "c", Kind = kind, Url = "https://h/x?access_token=t" };

    private async Task<PatrolWorld> WorldAsync(Receiver receiver, ChannelKind kind = ChannelKind.WeCom)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 09:00", units: Units, change: services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true, PerMinute = 60 }));
        await PutAsync(world, "520111101", new DeliveryChannel { Id = "w", Kind = kind, Name = "青岩值班群", Url = receiver.Address + "w" });
        await PutAsync(world, DeliveryService.Office, new DeliveryChannel { Id = "o", Kind = ChannelKind.WeCom, Url = receiver.Address + "office" });
        await PutAsync(world, DeliveryService.Leader, new DeliveryChannel { Id = "l", Kind = ChannelKind.WeCom, Url = receiver.Address + "leader", Events = false });
        return world;
    }

    private static async Task PutAsync(PatrolWorld world, string unit, params DeliveryChannel[] channels) =>
        Assert.IsType<Outcome<IReadOnlyList<DeliveryChannel>>.Changed>(await world.World.Get<ChannelStore>().PutAsync("520111", unit, channels, new AuditEntry(world.World.Clock.GetUtcNow(), "t", "t", "t"), default));
}
