using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Who holds a unit's link signs for the unit: it goes to the unit, and what others read has none.</summary>
public class NoticeLinkTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Unit = "520111101";

    private static readonly Actor Leader = PatrolWorld.Office with { Role = Role.Leader };

    [Fact]
    public async Task The_unit_and_its_channels_get_the_link_and_nobody_else_reads_it_anywhere()
    {
        using var receiver = new Receiver();
        var world = await SignedAsync(receiver);
        var link = await world.LinkAsync(Unit, 1);
        Assert.Contains(link, receiver.Calls.First().Body, StringComparison.Ordinal);
        Assert.Contains(link, (await world.CallAsync("GET", $"{PatrolWorld.Address}/units/{Unit}/inbox", PatrolWorld.Qingyan)).Text, StringComparison.Ordinal);
        var read = new List<(string Who, string Text)>();
        foreach (var actor in new[] { PatrolWorld.Office, Leader, new Actor("op", "管理员", Role.Operator, "") })
        {
            foreach (var path in new[] { $"/units/{Unit}/inbox", "/patrol-orders", "/patrol-orders/1", "/patrol-orders/1/deliveries", "/deliveries/failed", "/patrol-state", "/audit/patrols" })
            {
                read.Add(($"{actor.Role} {path}", (await world.CallAsync("GET", PatrolWorld.Address + path, actor)).Text));
            }
        }

        read.AddRange(world.World.Bus.Sent.Select(sent => (sent.Entity, sent.Message.Body)));
        foreach (var (table, partition) in new[] { (PatrolFeature.Table, Huaxi.Campaign.Partition) })
        {
            await foreach (var row in world.World.Get<FeatureTables>()[table].RangeAsync<JsonElement>(partition, "A", "~")) read.Add((row.RowKey, row.Value.GetRawText()));
        }

        Assert.True(read.Count > 30);
        Assert.All(read, each => Assert.False(each.Text.Contains("/n/520111", StringComparison.Ordinal) || each.Text.Contains("/v/520111", StringComparison.Ordinal), each.Who));
        Assert.Contains("签收链接只发给本单位", read[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_an_earlier_version_stored_is_cut_too()
    {
        const string Stored = "请12月15日18时前签收:https://relief.example.cn/n/520111.2026.1.520111101.AbCdEf0123456789,或回电办公室。阅读：https://relief.example.cn/f/520111.2026.x.AbCdEf0123456789";
        Assert.Equal("请12月15日18时前签收:（链接只发给本人）,或回电办公室。阅读：（链接只发给本人）", NoticeWords.ForOthers(Stored));
        Assert.Equal("见 https://www.gov.cn/zhengce/2026.htm", SignedLinks.Cut("见 https://www.gov.cn/zhengce/2026.htm"));
    }

    [Fact]
    public async Task What_a_township_forwards_shows_the_notice_and_signs_nothing()
    {
        using var receiver = new Receiver();
        var world = await SignedAsync(receiver);
        Assert.Equal(2, receiver.Calls.Count);
        var forward = JsonDocument.Parse(receiver.Calls.Last().Body).RootElement.GetProperty("text").GetProperty("content").GetString()!;
        Assert.StartsWith("【花溪寒冬送温暖·强化巡查】第1号 青岩镇", forward, StringComparison.Ordinal);
        Assert.DoesNotContain("/n/", forward, StringComparison.Ordinal);
        Assert.DoesNotContain("签收", forward, StringComparison.Ordinal);
        var link = new Uri(forward.Split("详见:")[1]).AbsolutePath;
        Assert.StartsWith("/v/", link, StringComparison.Ordinal);

        var page = await world.CallAsync("GET", link, null, headers: new Dictionary<string, string> { ["Sec-Fetch-Mode"] = "navigate" });
        Assert.Equal(200, page.Status);
        Assert.Contains("这是转发件，只供查看", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/n/", page.Text, StringComparison.Ordinal);
        Assert.Equal(405, (await world.CallAsync("POST", link, null, "name=x")).Status);
        Assert.Equal(404, (await world.CallAsync("POST", link.Replace("/v/", "/n/", StringComparison.Ordinal), null, "name=x")).Status);
        Assert.Equal(404, (await world.CallAsync("GET", (await world.LinkAsync(Unit, 1)).Replace("/n/", "/v/", StringComparison.Ordinal), null)).Status);
        var notice = (await world.Patrols.NoticeAsync(Huaxi.Campaign, Unit, 1, default))!;
        Assert.Equal((null, null), (notice.Acknowledgement, notice.SeenAt));
        var inbox = await world.GetAsync<Inbox>($"/units/{Unit}/inbox", PatrolWorld.Qingyan);
        Assert.Equal(forward, inbox.Notices[0].Notice.Forward);
        Assert.Null((await world.GetAsync<Inbox>("/units/police/inbox", PatrolWorld.Qingyan with { Unit = "police" })).Notices[0].Notice.Forward);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u3000\u00a0")]
    [InlineData("\u200b\u200d\ufeff")]
    [InlineData("\u2060\u180e\u00ad")]
    [InlineData("\u3164\uffa0")]
    [InlineData("\u0301")]
    [InlineData("1234")]
    [InlineData("……")]
    [InlineData("13800001234")]
    [InlineData("张三 138 0000 1234")]
    [InlineData("张三520111199001011234")]
    [InlineData("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十多")]
    public async Task A_name_that_names_nobody_or_says_too_much_signs_nothing_and_the_page_says_why(string name)
    {
        var world = await SignedAsync(null);
        var link = await world.LinkAsync(Unit, 1);
        var refused = await world.CallAsync("POST", link, null, "name=" + Uri.EscapeDataString(name));
        Assert.Equal(422, refused.Status);
        Assert.Contains("还没有签收", refused.Text, StringComparison.Ordinal);
        Assert.Contains("<form", refused.Text, StringComparison.Ordinal);
        Assert.Null((await world.Patrols.NoticeAsync(Huaxi.Campaign, Unit, 1, default))!.Acknowledgement);
        Assert.False(refused.Headers.ContainsKey("Set-Cookie"));
    }

    [Fact]
    public async Task Who_signed_stands_at_the_top_and_the_phone_keeps_the_name()
    {
        var world = await SignedAsync(null);
        var link = await world.LinkAsync(Unit, 1);
        var signed = await world.CallAsync("POST", link, null, "name=" + Uri.EscapeDataString(" 王\u200b芳 "), headers: new Dictionary<string, string> { ["X-Forwarded-Proto"] = "https" });
        Assert.Contains("<main><p role=\"status\">已于12月16日9时03分由王芳签收。</p>", signed.Text, StringComparison.Ordinal);
        var cookie = signed.Headers["Set-Cookie"];
        Assert.All(new[] { "path=/n/", "httponly", "secure", "samesite=lax", "max-age=" }, part => Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase));
        var second = await world.CallAsync("POST", link, null, "name=" + Uri.EscapeDataString("李四"));
        Assert.Contains("由王芳签收", second.Text, StringComparison.Ordinal);

        var other = await world.CallAsync("GET", await world.LinkAsync("520111102", 1), null, headers: new Dictionary<string, string> { ["Cookie"] = cookie.Split(';')[0] });
        Assert.Contains("value=\"王芳\"", other.Text, StringComparison.Ordinal);
        var forged = await world.CallAsync("GET", await world.LinkAsync("520111102", 1), null, headers: new Dictionary<string, string> { ["Cookie"] = "relief-signer=" + Uri.EscapeDataString("\"><script>alert(1)</script>") });
        Assert.DoesNotContain("<script", forged.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invisible_name_over_the_API_is_refused_in_words()
    {
        var world = await SignedAsync(null);
        var refused = await world.PostAsync($"/units/{Unit}/inbox/1/acknowledgement", StoredJson.Write(new { name = "\u200b\u200d" }), PatrolWorld.Qingyan);
        Assert.Equal(400, refused.Status);
        Assert.Contains("内容看不见", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_changed_byte_of_a_link_opens_nothing()
    {
        var world = await SignedAsync(null);
        var reading = new Uri(await world.World.Get<NoticeLinks>().ToForwardAsync(new NoticeLink("520111", "2026-2027", 1, Unit), default)).AbsolutePath;
        foreach (var link in new[] { await world.LinkAsync(Unit, 1), reading })
        {
            Assert.Equal(200, (await world.CallAsync("GET", link, null)).Status);
            for (var at = 3; at < link.Length; at++)
            {
                foreach (var other in new[] { link[at] == 'A' ? 'B' : 'A', link[at] == '1' ? '2' : '1', char.IsAsciiLetter(link[at]) ? (char)(link[at] ^ 0x20) : 'z' })
                {
                    Assert.Equal((at, 404), (at, (await world.CallAsync("GET", link[..at] + other + link[(at + 1)..], null)).Status));
                }

                Assert.Equal((at, 404), (at, (await world.CallAsync("GET", link.Remove(at, 1), null)).Status));
            }

            foreach (var wrong in new[] { link + "A", link + ".", link[..^16], link[..3] + link[3..].ToUpperInvariant() })
            {
                Assert.NotEqual(200, (await world.CallAsync("GET", wrong, null)).Status);
            }
        }
    }

    /// <summary>A yellow alert has led to the first notice; 青岩镇 has a robot when there is a receiver.</summary>
    private async Task<PatrolWorld> SignedAsync(Receiver? receiver)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 09:00", change: services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true }));
        if (receiver is not null)
        {
            var channel = new DeliveryChannel { Id = "w", Kind = ChannelKind.WeCom, Url = receiver.Address + "w" };
            Assert.IsType<Outcome<IReadOnlyList<DeliveryChannel>>.Changed>(await world.World.Get<ChannelStore>().PutAsync("520111", Unit, [channel], new AuditEntry(world.World.Clock.GetUtcNow(), "t", "t", "t"), default));
        }

        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        return world;
    }
}
