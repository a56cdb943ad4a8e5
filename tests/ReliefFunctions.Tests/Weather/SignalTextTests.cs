using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Weather;

public class SignalTextTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset Received = new(2027, 1, 2, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData("花溪区气象台2026年12月15日10时00分发布寒潮蓝色预警信号:受强冷空气影响", "花溪区气象台", "2026-12-15T10:00", AlertMessageType.Alert, "寒潮", AlertLevel.Blue)]
    [InlineData("临桂区气象台1日11时19分继续发布大风蓝色预警信号：预计未来24小时内", "临桂区气象台", "2027-01-01T11:19", AlertMessageType.Update, "大风", AlertLevel.Blue)]
    [InlineData("花溪区气象台12月16日09时0分将寒潮蓝色预警信号升级为寒潮黄色预警信号[Ⅲ级/较重]：预计", "花溪区气象台", "2026-12-16T09:00", AlertMessageType.Update, "寒潮", AlertLevel.Yellow)]
    [InlineData("花溪区气象台将寒潮橙色预警降级为寒潮蓝色预警[IV级/一般]", "花溪区气象台", null, AlertMessageType.Update, "寒潮", AlertLevel.Blue)]
    [InlineData("花溪区气象局更新道路结冰黄色预警信号为道路结冰橙色预警信号，请注意", "花溪区气象局", null, AlertMessageType.Update, "道路结冰", AlertLevel.Orange)]
    [InlineData("贵州省中心气象台2日8时解除低温凝冻红色预警", "贵州省中心气象台", "2027-01-02T08:00", AlertMessageType.Cancel, "低温凝冻", AlertLevel.Red)]
    [InlineData("中央气象台1月2日06时发布暴雪橙色预警：", "中央气象台", "2027-01-02T06:00", AlertMessageType.Alert, "暴雪", AlertLevel.Orange)]
    [InlineData("贵阳市气象台31日发布持续低温蓝色预警,未来三天", "贵阳市气象台", "2026-12-31T00:00", AlertMessageType.Alert, "持续低温", AlertLevel.Blue)]
    [InlineData("花溪区气象台发布霜冻蓝色预警信号。", "花溪区气象台", null, AlertMessageType.Alert, "霜冻", AlertLevel.Blue)]
    [InlineData("花溪区气象台12月16日9时将道路结冰黄色预警信号升级为橙色预警信号：预计", "花溪区气象台", "2026-12-16T09:00", AlertMessageType.Update, "道路结冰", AlertLevel.Orange)]
    [InlineData("花溪区气象台将寒潮预警信号由蓝色升级为黄色：预计", "花溪区气象台", null, AlertMessageType.Update, "寒潮", AlertLevel.Yellow)]
    [InlineData("花溪区气象台将寒潮蓝色预警信号,升级为寒潮黄色预警信号:预计", "花溪区气象台", null, AlertMessageType.Update, "寒潮", AlertLevel.Yellow)]
    [InlineData("花溪区气象台1日8时发布寒潮橙色预警信号,同时解除寒潮黄色预警信号。", "花溪区气象台", "2027-01-01T08:00", AlertMessageType.Alert, "寒潮", AlertLevel.Orange)]
    [InlineData("花溪区气象台1日8时发布寒潮橙色预警信号同时解除大风蓝色预警信号：预计", "花溪区气象台", "2027-01-01T08:00", AlertMessageType.Alert, "寒潮", AlertLevel.Orange)]
    [InlineData("花溪区气象台将寒潮蓝色预警信号升级为寒潮黄色预警信号：请勿解除防寒措施", "花溪区气象台", null, AlertMessageType.Update, "寒潮", AlertLevel.Yellow)]
    [InlineData("花溪区气象台于1月1日10点30分发布暴雪红色预警", "花溪区气象台", "2027-01-01T10:30", AlertMessageType.Alert, "暴雪", AlertLevel.Red)]
    [InlineData("花溪区气象台1月2日8时解除1月1日9时发布的寒潮蓝色预警信号。", "花溪区气象台", "2027-01-02T08:00", AlertMessageType.Cancel, "寒潮", AlertLevel.Blue)]
    [InlineData("【花溪区气象台】1日8时发布“低温蓝色预警信号”", "花溪区气象台", "2027-01-01T08:00", AlertMessageType.Alert, "低温", AlertLevel.Blue)]
    [InlineData("【预警信息】花溪区气象台1日8时，发布低温凝冻橙色预警[II级/严重]", "花溪区气象台", "2027-01-01T08:00", AlertMessageType.Alert, "低温凝冻", AlertLevel.Orange)]
    public void Signal_text_is_read_as_it_is_met_in_the_wild(string text, string issuer, string? at, AlertMessageType action, string type, AlertLevel level)
    {
        var read = SignalText.Read(text, Received, Zone);
        Assert.NotNull(read);
        Assert.Equal((issuer, action, type, level), (read.Issuer, read.Action, read.Type, read.Level));
        Assert.Equal(at, read.At?.ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Full_width_text_is_the_same_text()
    {
        var read = SignalText.Read("花溪区气象台１２月１５日１０时发布寒潮蓝色预警信号：正文", Received, Zone);
        Assert.Equal(("寒潮", "正文"), (read?.Type, read?.Body));
        Assert.Equal(15, read?.At?.Day);
    }

    [Theory]
    [InlineData("")]
    [InlineData("今天多云,最低气温3℃")]
    [InlineData("花溪区气象台发布天气预报：寒潮蓝色预警信号已解除")]
    public void What_is_no_signal_is_not_taken_for_one(string text) => Assert.Null(SignalText.Read(text, Received, Zone));

    [Theory]
    [InlineData("预计未来24小时最低气温将下降10℃以上,最低气温-1℃", -1.0)]
    [InlineData("最低气温降至零下3度", -3.0)]
    [InlineData("最低气温将下降8℃以上", null)]
    [InlineData("最低气温可达4℃，高海拔地区最低气温1.5℃", 1.5)]
    [InlineData("最低气温-3～-1℃", -3.0)]
    [InlineData("最低气温零下2度到1度", -2.0)]
    [InlineData("最低气温降幅可达4℃", null)]
    [InlineData("最低气温将下降6～8℃", null)]
    [InlineData("最低气温将下降到3℃以下", 3.0)]
    public void The_lowest_temperature_named_is_found_and_a_fall_is_none(string text, double? minimum) => Assert.Equal(minimum, SignalText.Minimum(text));

    [Fact]
    public void A_text_that_a_clerk_pastes_with_a_greeting_and_two_signals_is_two_messages()
    {
        var alerts = SignalText.ToAlerts("各位好，今天的预警：\n花溪区气象台1日8时发布寒潮黄色预警信号：预计降温10℃以上。\n防御指南：注意防寒。\n花溪区气象台1日8时5分发布道路结冰橙色预警信号：预计结冰。", Received, Zone, ["520111"]);
        Assert.Equal([("寒潮", AlertLevel.Yellow), ("道路结冰", AlertLevel.Orange)], alerts.Select(alert => (alert.TypeName, alert.Level)));
        Assert.EndsWith("防御指南：注意防寒。", alerts[0].Description, StringComparison.Ordinal);
        Assert.Equal("花溪区气象台", Assert.Single(SignalText.ToAlerts("花溪区气象台\n1日8时发布寒潮黄色预警信号", Received, Zone, ["520111"])).Issuer);
    }

    [Fact]
    public void A_text_without_identifier_gets_the_same_one_every_time()
    {
        const string Text = "花溪区气象台2026年12月15日10时00分发布寒潮蓝色预警信号:受强冷空气影响";
        var first = SignalText.ToAlert(Text, Received, Zone, ["520111"]);
        var second = SignalText.ToAlert(Text, Received.AddHours(3), Zone, ["520111"]);
        Assert.Equal(first!.Hash, second!.Hash);
    }
}
