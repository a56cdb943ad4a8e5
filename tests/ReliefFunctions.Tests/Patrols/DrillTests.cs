using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>【通联测试】 before the campaign: the whole way, and nothing counted.</summary>
public class DrillTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string First = """{"number":1,"reason":"第一次全区通联测试","decidedBy":"王主任"}""";

    [Fact]
    public async Task A_drill_goes_the_whole_way_to_the_answer()
    {
        using var receiver = new Receiver();
        var world = await WorldAsync("11-25 10:00");
        await world.World.Get<ChannelStore>().PutAsync("520111", "520111101", [new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom, Url = receiver.Address.ToString() }], new AuditEntry(Huaxi.At("11-25 10:00"), "t", "t", "t"), default);
        var sent = await world.PostAsync("/drills", First);
        Assert.True(sent.Status == 200, sent.Text);
        Assert.Empty(await world.World.DeliverAsync());

        var call = Assert.Single(receiver.Calls);
        Assert.Contains("【通联测试】青岩镇", call.Body, StringComparison.Ordinal);
        var inbox = await world.GetAsync<Inbox>("/units/520111101/inbox", PatrolWorld.Qingyan);
        Assert.Null(inbox.Current);
        var notice = Assert.Single(inbox.Notices).Notice;
        Assert.Equal((-1, true, Huaxi.At("11-25 11:00")), (notice.Revision, notice.Drill, notice.AcknowledgeBy));
        Assert.InRange(notice.Text.Length, 1, NoticeText.Longest);

        var link = "/n/" + notice.Text.Split("/n/")[1].Split('，')[0];
        Assert.Null(notice.Forward);
        Assert.Contains("第1次通联测试", (await world.CallAsync("GET", link, null)).Text, StringComparison.Ordinal);

        // Phones take what follows the address for a part of it.
        Assert.Contains("第1次通联测试", (await world.CallAsync("GET", link + "，或回电办公室0851-8385.1000。", null)).Text, StringComparison.Ordinal);
        Assert.Contains("签收", (await world.CallAsync("POST", link, null, "name=x")).Text, StringComparison.Ordinal);
        Assert.Equal("第1次通联测试已签收。", (await world.PostAsync("/units/police/inbox/-1/acknowledgement", "", PatrolWorld.Qingyan with { Unit = "police" })).Json<AcknowledgeAnswer>().Message);
        await world.TickAsync("11-25 12:00");
        var board = await world.GetAsync<OrderBoard>("/patrol-orders/-1");
        Assert.Equal((6, 2, 4, 1), (board.Sent, board.Acknowledged, board.Overdue, board.Delivered));
        Assert.All(board.Notices, line => Assert.Empty(line.Escalation));
        Assert.DoesNotContain(world.World.Bus.Sent, message => message.Entity == Entities.CampaignEvents);
    }

    [Fact]
    public async Task A_drill_counts_for_nothing_and_the_first_order_is_still_number_one()
    {
        var world = await WorldAsync("11-25 10:00");
        await world.PostAsync("/drills", First);
        await world.PostAsync("/drills", First.Replace("\"number\":1", "\"number\":2", StringComparison.Ordinal));
        await world.World.DeliverAsync();
        var state = await world.GetAsync<PatrolStateAnswer>("/patrol-state");
        Assert.Equal((0, 0), (state.Revision, state.Units.Count));
        Assert.Equal("[]", (await world.CallAsync("GET", PatrolWorld.Address + "/patrol-orders", PatrolWorld.Office)).Text);
        Assert.Empty(await world.Patrols.OrdersAsync(Huaxi.Campaign, default));
        await foreach (var notice in world.Patrols.AllNoticesAsync(Huaxi.Campaign, default)) Assert.Fail(notice.RowKey);
        Assert.Equal([-1, -2], (await world.GetAsync<List<PatrolOrder>>("/drills")).Select(drill => drill.Revision));

        await world.TickAsync("12-01 00:00");
        Assert.All((await world.InboxesAsync()).Values, inbox => Assert.EndsWith(", 1 Routine", inbox, StringComparison.Ordinal));
        var lines = (await world.GetAsync<Inbox>("/units/police/inbox")).Notices;
        Assert.Equal([1, -2, -1], lines.Select(line => line.Notice.Revision));
        Assert.All(lines, line => Assert.Null(line.SupersededBy));
        Assert.Null((await world.PostAsync("/units/police/inbox/-2/acknowledgement", "", PatrolWorld.Qingyan with { Unit = "police" })).Json<AcknowledgeAnswer>().SupersededBy);
    }

    [Fact]
    public async Task A_drill_repeated_sends_nothing_twice_and_none_is_sent_once_the_campaign_runs()
    {
        var world = await WorldAsync("11-25 10:00");
        var first = (await world.PostAsync("/drills", First)).Json<DrillAnswer>();
        var again = (await world.PostAsync("/drills", First)).Json<DrillAnswer>();
        Assert.Equal(StoredJson.Write(first.Drill), StoredJson.Write(again.Drill));
        await world.World.DeliverAsync();
        Assert.Equal(6, world.World.Bus.Sent.Count(message => message.Entity == Entities.PatrolNotices));
        Assert.Equal(409, (await world.PostAsync("/drills", First.Replace("\"number\":1", "\"number\":3", StringComparison.Ordinal))).Status);
        Assert.Equal(422, (await world.PostAsync("/drills", """{"number":2,"reason":"","decidedBy":"","acknowledgeMinutes":1}""")).Status);
        world.At("12-01 00:00");
        var late = await world.PostAsync("/drills", First.Replace("\"number\":1", "\"number\":2", StringComparison.Ordinal));
        Assert.Equal(409, late.Status);
        Assert.Contains("已于 2026-12-01 开始", late.Text, StringComparison.Ordinal);
    }

    private Task<PatrolWorld> WorldAsync(string now) => PatrolWorld.StartAsync(azurite, now, change: services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true }));
}
