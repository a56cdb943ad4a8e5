using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

public class NoticeTests
{
    private static readonly string Link = "https://relief.example.cn/n/" + new string('a', 42);

    [Fact]
    public void The_tasks_name_every_point_and_all_that_the_text_had_to_shorten()
    {
        var unit = Huaxi.Units[0] with { KeyPoints = ["客运站", "南街桥洞", "老市场", "北门涵洞"] };
        Assert.Equal(["频次：每日巡查，其中夜间（20时至次日6时）不少于1次", "重点点位：客运站、南街桥洞、老市场、北门涵洞"], NoticeText.Tasks(unit, Huaxi.Policy, PatrolIntensity.Heightened).Take(2));
        Assert.Equal(["频次", "重点点位", "重点区域", "物资", "值班", "绿色通道"], NoticeText.Tasks(unit, Huaxi.Policy, PatrolIntensity.RoundTheClock).Select(task => task.Split('：')[0]));
        Assert.Equal(["频次", "重点点位", "重点区域", "物资"], NoticeText.Tasks(unit, Huaxi.Policy, PatrolIntensity.Routine).Select(task => task.Split('：')[0]));
    }

    [Fact]
    public void The_default_policy_has_nothing_wrong_with_it() => Assert.Empty(PolicyRules.Check(Huaxi.Policy));

    [Fact]
    public void Every_notice_of_every_kind_of_unit_fits_and_is_filled()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        season.Alert("12-15 10:00", AlertLevel.Blue);
        season.Alert("12-16 09:00", AlertLevel.Yellow, AlertMessageType.Update);
        season.Alert("12-16 20:30", AlertLevel.Orange, AlertMessageType.Update);
        foreach (var order in season.Orders)
        {
            foreach (var unit in Huaxi.Units)
            {
                var text = NoticeText.Fill(order, unit, Huaxi.Policy, Huaxi.Campaign, order.IssuedAt.AddHours(1), Link);
                Assert.True(text.Length is > 50 and <= NoticeText.Longest, $"{text.Length}: {text}");
                Assert.DoesNotContain("{", text, StringComparison.Ordinal);
                Assert.DoesNotMatch(@"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", text);
                Assert.Contains(Link, text, StringComparison.Ordinal);
                Assert.Contains($"第{order.Revision}号 {unit.Name}", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_order_says_from_what_to_what_a_warning_was_raised_and_what_is_over()
    {
        var season = new Season();
        season.Tick("12-01 00:00");
        Assert.Equal("花溪区气象台12月15日10时发布寒潮蓝色预警", season.Alert("12-15 10:00", AlertLevel.Blue)!.Reason);
        Assert.Equal("花溪区气象台12月16日9时将寒潮蓝色预警升级为黄色预警", season.Alert("12-16 09:00", AlertLevel.Yellow, AlertMessageType.Update)!.Reason);
        Assert.Equal("花溪区气象台12月16日20时30分将寒潮黄色预警升级为橙色预警", season.Alert("12-16 20:30", AlertLevel.Orange, AlertMessageType.Update)!.Reason);
        season.Alert("12-18 08:30", AlertLevel.Orange, AlertMessageType.Cancel);
        season.TickThrough("12-18 09:00", "12-20 12:00");
        Assert.Equal("低温雨雪冰冻天气过程结束，寒潮橙色预警12月18日8时30分解除", season.Orders[^1].Reason);
    }

    [Fact]
    public void A_notice_reads_as_the_plan_words_it()
    {
        var season = new Season();
        var order = season.Alert("12-15 10:00", AlertLevel.Blue)!;
        var text = NoticeText.Fill(order, Huaxi.Units[0], Huaxi.Policy, Huaxi.Campaign, Huaxi.At("12-15 18:00"), "https://x.cn/n/1");
        Assert.StartsWith("【花溪寒冬送温暖·加强巡查】第1号 青岩镇：花溪区气象台12月15日10时发布寒潮蓝色预警。自12月15日10时起每日巡查", text, StringComparison.Ordinal);
        Assert.Contains("先查青岩古镇北门、客运站、南街桥洞等4处，", text, StringComparison.Ordinal);
        Assert.Contains("请12月15日18时前由值班员签收：https://x.cn/n/1，或回电办公室0851-83851000", text, StringComparison.Ordinal);
        Assert.EndsWith("转发村（社区）、网格员。", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_notice_of_a_lower_intensity_says_what_is_lifted()
    {
        var season = new Season();
        season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-16 10:00");
        season.TickThrough("12-15 10:30", "12-16 12:00");
        string Text(int revision, int unit) => NoticeText.Fill(season.Orders[revision - 1], Huaxi.Units[unit], Huaxi.Policy, Huaxi.Campaign, Huaxi.At("12-17 18:00"), "https://x.cn/n/1");
        Assert.Contains("执行至解除通知", Text(1, 0), StringComparison.Ordinal);
        Assert.StartsWith("【花溪寒冬送温暖·强化巡查】第2号 青岩镇：解除全天候巡查，寒潮橙色预警12月16", Text(2, 0), StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 6), unit => Assert.True(Text(2, unit).Length <= NoticeText.Longest));
    }

    [Fact]
    public void A_notice_names_onset_end_and_tonights_lowest_temperature()
    {
        var season = new Season();
        season.Do("12-15 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-15 07:30", 3, -2.4, 1)));
        var alert = Huaxi.Alert("12-15 10:00", AlertLevel.Yellow, expires: "12-17 20:00") with { Onset = Huaxi.At("12-15 10:40") };
        var order = season.Do("12-15 10:00", new PatrolCommand.ApplyAlert(alert))!;
        Assert.Equal(-2.4, order.TonightMinimum);
        Assert.Contains("发布寒潮黄色预警，预计12月15日10时40分起至12月17日20时，今晚最低-2.4℃。自12月15日10时起昼夜巡查", Text(order, Huaxi.Units[0], "https://x.cn/n/1"), StringComparison.Ordinal);

        // Not said twice, and nothing is made up where nothing is known.
        var forecast = season.Orders[0];
        Assert.Contains("预报12月15日夜间最低-2.4℃", Text(forecast, Huaxi.Units[0], "https://x.cn/n/1"), StringComparison.Ordinal);
        Assert.DoesNotContain("今晚", Text(forecast, Huaxi.Units[0], "https://x.cn/n/1"), StringComparison.Ordinal);
        var bare = new Season().Alert("12-15 10:00", AlertLevel.Yellow)!;
        Assert.DoesNotContain("预计", Text(bare, Huaxi.Units[0], "https://x.cn/n/1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_points_and_the_issuer_are_the_last_to_go()
    {
        var season = new Season();
        season.Do("12-15 07:30", new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-15 07:30", 3, -2.4, 1)));
        var alert = Huaxi.Alert("12-15 10:00", AlertLevel.Red, expires: "12-17 20:00") with { Onset = Huaxi.At("12-15 10:40"), Issuer = "贵阳市花溪区气象台" };
        var order = season.Do("12-15 10:00", new PatrolCommand.ApplyAlert(alert))!;
        var points = new[] { "青岩古镇北门外停车场", "花溪公园平桥桥洞", "贵阳南站长途客运站候车厅" };
        string Gone(int link)
        {
            var text = Text(order, Huaxi.Units[0] with { KeyPoints = [.. points, "背街"] }, "https://x.cn/n/" + new string('a', link));
            Assert.True(text.Length <= NoticeText.Longest, $"{text.Length}: {text}");
            (string What, string Sign)[] parts =
            [
                ("last", "转发村（社区）、网格员"), ("generic", "先救治，后救助"), ("generic2", "电话指导村（居）委会"), ("onset", "预计12月15日10时40分起"), ("time", "12月15日10时发布"),
                ("tonight", "今晚最低"), ("points", points[2]), ("point", points[0]), ("issuer", "贵阳市花溪区气象台"),
            ];
            Assert.Contains("24小时轮班巡查，领导在岗带班", text, StringComparison.Ordinal);
            return string.Join(' ', parts.Where(part => !text.Contains(part.Sign, StringComparison.Ordinal)).Select(part => part.What));
        }

        Assert.Equal(
            [
                "last generic generic2", "last generic generic2 onset", "last generic generic2 onset time", "last generic generic2 onset time tonight",
                "last generic generic2 onset time tonight points",
            ], Enumerable.Range(0, 95).Select(Gone).Distinct());
    }

    [Fact]
    public void An_order_is_told_to_office_and_leader_up_and_down()
    {
        var season = new Season();
        string Told(PatrolOrder order, PatrolState before) => NoticeText.ForOffice(order, before, Huaxi.Campaign, Huaxi.Units, Huaxi.Policy);
        Assert.StartsWith("【花溪区巡查指令】第1号（12月1日8时30分）：全部6家单位执行常态。", Told(season.Tick("12-01 08:30")!, PatrolState.Empty), StringComparison.Ordinal);
        var before = season.State;
        var up = Told(season.Alert("12-15 10:00", AlertLevel.Orange, expires: "12-16 10:00", name: "道路结冰", text: "青岩镇、高坡乡将出现道路结冰。")!, before);
        Assert.Contains("：青岩镇、高坡苗族乡、区公安分局、区综合行政执法局、区救助管理站由常态上调至全天候。原因：花溪区气象台12月15日10时发布道路结冰橙色预警，预计至12月16日10时。", up, StringComparison.Ordinal);
        before = season.State;
        season.TickThrough("12-15 10:30", "12-17 12:00");
        Assert.Contains("由全天候下调至常态。", Told(season.Orders[^1], before), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PatrolIntensity.Routine, "12-18 10:00", "12-21 18:00")]
    [InlineData(PatrolIntensity.Heightened, "12-15 10:00", "12-15 18:00")]
    [InlineData(PatrolIntensity.Heightened, "12-15 18:00", "12-15 20:00")]
    [InlineData(PatrolIntensity.Heightened, "12-15 23:30", "12-16 01:30")]
    [InlineData(PatrolIntensity.Intensive, "12-15 23:30", "12-16 00:30")]
    [InlineData(PatrolIntensity.RoundTheClock, "12-15 23:50", "12-16 00:05")]
    public void Each_intensity_has_its_time_to_acknowledge(PatrolIntensity intensity, string issued, string by) =>
        Assert.Equal(Huaxi.At(by), Huaxi.Policy.Duties[intensity].Acknowledge.For(Huaxi.At(issued), Huaxi.Campaign));

    private static string Text(PatrolOrder order, Core.Campaigns.Unit unit, string link) => NoticeText.Fill(order, unit, Huaxi.Policy, Huaxi.Campaign, order.IssuedAt.AddHours(1), link);

    [Fact]
    public void The_chain_is_called_step_by_step_and_the_police_have_one_more()
    {
        var by = Huaxi.At("12-15 10:15");
        IEnumerable<string> Roles(int unit, PatrolIntensity intensity, int minutes) =>
            Escalation.Due(Huaxi.Units[unit], intensity, by, Huaxi.Policy, by.AddMinutes(minutes)).Select(due => due.Role);
        Assert.Empty(Roles(0, PatrolIntensity.RoundTheClock, -1));
        Assert.Equal(["备班"], Roles(0, PatrolIntensity.RoundTheClock, 9));
        Assert.Equal(["备班", "带班领导", "分管领导"], Roles(0, PatrolIntensity.RoundTheClock, 20));
        Assert.Equal(["备班", "带班领导", "分管领导", "分局指挥中心", "办公室值班电话"], Roles(3, PatrolIntensity.RoundTheClock, 30));
        Assert.Equal(["备班", "带班领导"], Roles(0, PatrolIntensity.Intensive, 39));
        Assert.Empty(Roles(0, PatrolIntensity.Routine, 10_000));
    }
}
