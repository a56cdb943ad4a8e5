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

    /// <summary>What is written, and what it is read as: action, type, colour, office and time, one line for each message.</summary>
    public static TheoryData<string, string> Texts() => new()
    {
        // Greetings, tags, emoji, mentions and marks before and after.
        { "各位领导：花溪区气象台2026年12月15日10时00分发布寒潮黄色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 12-15 10:00" },
        { "大家早上好！今天是元旦。花溪区气象台1月1日8时30分发布寒潮黄色预警信号，请做好防范。", "发布 寒潮 黄色 花溪区气象台 01-01 08:30" },
        { "转发：@所有人 花溪区气象台2027年1月1日10:30发布寒潮橙色预警信号[Ⅱ级/严重]", "发布 寒潮 橙色 花溪区气象台 01-01 10:30" },
        { "❄️❄️【重要提醒】👉花溪区气象台1日10时发布寒潮黄色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "[玫瑰]花溪区气象台1日10时发布寒潮黄色预警信号[抱拳]", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "#寒潮预警#花溪区气象台1月1日10时发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "【12379】【花溪区气象台】1月1日10时发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "<p>花溪区气象台1月1日10时发布<b>寒潮黄色</b>预警信号：</p><p>预计</p>", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "收到花溪区气象台1日8时发布的寒潮黄色预警信号，请各村居做好防范", "发布 寒潮 黄色 花溪区气象台 01-01 08:00" },
        { "“花溪区气象台1日10时发布寒潮黄色预警信号!!!”", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },

        // Issuer last, time first, titles of sites.
        { "寒潮黄色预警信号：预计未来24小时降温10℃。花溪区气象台2027年1月1日10时发布", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "【寒潮黄色预警】预计未来24小时降温（花溪区气象台1月1日10时发布）", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "寒潮蓝色预警信号 花溪区气象台 2027年1月1日8时", "发布 寒潮 蓝色 花溪区气象台 01-01 08:00" },
        { "今年首个寒潮橙色预警！花溪区气象台1日10时发布", "发布 寒潮 橙色 花溪区气象台 01-01 10:00" },
        { "2027年1月1日10时00分，花溪区气象台发布寒潮黄色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "贵州省贵阳市花溪区气象台发布寒潮蓝色预警", "发布 寒潮 蓝色 贵州省贵阳市花溪区气象台 -" },
        { "贵州省贵阳市花溪区发布道路结冰橙色预警信号", "发布 道路结冰 橙色 贵州省贵阳市花溪区 -" },
        { "中央气象台2027年01月01日06时将暴雪蓝色预警升级为暴雪黄色预警", "更新 暴雪 黄色 中央气象台 01-01 06:00" },
        { "花溪区气象台发布寒潮蓝色预警[IV级/一般]\n花溪区气象台2027年01月01日10时00分发布寒潮蓝色预警信号：预计", "发布 寒潮 蓝色 花溪区气象台 01-01 10:00" },
        { "预警类型：寒潮\n预警等级：黄色\n发布单位：花溪区气象台\n发布时间：2027-01-01 10:00\n内容：预计未来24小时", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "寒潮黄色预警\n发布时间：2027-01-01 10:00:00\n来源：花溪区气象台\n预计未来24小时降温10℃", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台寒潮黄色预警信号（第3号）", "发布 寒潮 黄色 花溪区气象台 -" },

        // Colours and types in every place.
        { "花溪区气象台2027年1月1日10时在全市陆地发布大风黄色预警信号", "发布 大风 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮预警信号（黄色）：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮（黄色）预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布黄色寒潮预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布黄色寒潮：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮Ⅲ级预警", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮四级预警", "发布 寒潮 蓝色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布今冬首个寒潮橙色预警", "发布 寒潮 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1月1日10时发布渔场大风浪橙色预警：", "发布 渔场大风浪 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1月1日10时发布暴风雪橙色预警信号", "发布 暴风雪 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区氣象臺1月1日10時發佈寒潮黃色預警信號：預計", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台2027年1月1日10时发布 寒潮 黄色 预警信号 ：", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发\n布寒潮黄色预\n警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "贵州省贵阳市花溪\n区气象台1日10时发布寒潮黄色预警信号：预计", "发布 寒潮 黄色 贵州省贵阳市花溪区气象台 01-01 10:00" },

        // Times.
        { "花溪区气象台2027-01-01 10:00发布寒潮黄色预警信号：", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台2027-01-01T10:00:00+08:00 发布寒潮黄色预警信号：", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台2027.01.01 10:00发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台20270101 1000发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台二〇二七年一月一日十时发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1月1日晚上8点半发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 20:30" },
        { "花溪区气象台今天上午8时30分发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-02 08:30" },
        { "花溪区气象台10时30分发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:30" },
        { "花溪区气象台12月31日24时发布寒潮黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 00:00" },

        // Changes.
        { "花溪区气象台从1月2日08时起寒潮黄色预警信号升级为橙色，请注意", "更新 寒潮 橙色 花溪区气象台 01-02 08:00" },
        { "从1月2日8时起将寒潮黄色预警信号升级为橙色。花溪区气象台", "更新 寒潮 橙色 花溪区气象台 01-02 08:00" },
        { "花溪区气象台1日8时变更寒潮黄色预警信号为寒潮橙色预警信号", "更新 寒潮 橙色 花溪区气象台 01-01 08:00" },
        { "花溪区气象台1日10时将寒潮黄色预警信号降级为蓝色", "更新 寒潮 蓝色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时维持寒潮黄色预警信号", "更新 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "更正：花溪区气象台1日10时发布的寒潮红色预警信号应为寒潮橙色预警信号", "更新 寒潮 橙色 花溪区气象台 -" },
        { "【更正】花溪区气象台1日10时发布寒潮橙色预警信号", "更新 寒潮 橙色 花溪区气象台 -" },

        // Lifted, before and after.
        { "寒潮蓝色预警信号已由花溪区气象台于1月1日10时解除", "解除 寒潮 蓝色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台发布的寒潮黄色预警信号1月2日8时解除", "解除 寒潮 黄色 花溪区气象台 01-02 08:00" },
        { "花溪区气象台1日8时解除寒潮预警信号", "解除 寒潮  花溪区气象台 01-01 08:00" },
        { "花溪区气象台1日8时撤销寒潮蓝色预警信号", "解除 寒潮 蓝色 花溪区气象台 01-01 08:00" },

        // Several.
        { "花溪区气象台2026年12月30日10时05分解除大风蓝色预警信号，同时发布寒潮橙色预警信号：预计未来24小时我区最低气温下降12℃。", "解除 大风 蓝色 花溪区气象台 12-30 10:05\n发布 寒潮 橙色 花溪区气象台 12-30 10:05" },
        { "花溪区气象台1日10时发布寒潮、道路结冰黄色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 道路结冰 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮黄色、道路结冰橙色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 道路结冰 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮黄色预警信号和道路结冰橙色预警信号：预计", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 道路结冰 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日8时解除道路结冰黄色、寒潮蓝色预警信号", "解除 道路结冰 黄色 花溪区气象台 01-01 08:00\n解除 寒潮 蓝色 花溪区气象台 01-01 08:00" },
        { "花溪区气象台1日10时将大风蓝色预警信号变更为寒潮黄色预警信号：预计", "解除 大风 蓝色 花溪区气象台 01-01 10:00\n更新 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮黄色预警信号，同时将道路结冰黄色预警信号升级为橙色", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n更新 道路结冰 橙色 花溪区气象台 01-01 10:00" },
        { "花溪区气象台1日10时发布寒潮橙色预警信号，原寒潮黄色预警信号自动解除。", "发布 寒潮 橙色 花溪区气象台 01-01 10:00\n解除 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "1、花溪区气象台1日10时发布寒潮黄色预警信号；\n2、花溪区气象台1日11时发布道路结冰橙色预警信号。", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 道路结冰 橙色 花溪区气象台 01-01 11:00" },
        { "花溪区气象台1日10时发布以下预警信号：\n1.寒潮黄色预警信号：预计。\n2.道路结冰橙色预警信号：预计。", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 道路结冰 橙色 花溪区气象台 01-01 10:00" },
        { "贵阳市气象台1日9时发布寒潮蓝色预警信号：我市将降温。花溪区气象台1日10时发布寒潮黄色预警信号：我区将降温", "发布 寒潮 蓝色 贵阳市气象台 01-01 09:00\n发布 寒潮 黄色 花溪区气象台 01-01 10:00" },
        { "各位同事：\n花溪区气象台2026年12月30日10时30分发布霜冻蓝色预警信号：预计今晚有霜冻。\n花溪区气象台2026年12月30日10时31分在全区发布道路结冰橙色预警信号：预计未来12小时道路结冰。", "发布 霜冻 蓝色 花溪区气象台 12-30 10:30\n发布 道路结冰 橙色 花溪区气象台 12-30 10:31" },
        { "花溪区气象台1月1日10时发布寒潮大风黄色预警信号", "发布 寒潮 黄色 花溪区气象台 01-01 10:00\n发布 大风 黄色 花溪区气象台 01-01 10:00" },

        // Emergency responses of other offices.
        { "贵州省减灾委员会1日10时启动低温雨雪冰冻灾害Ⅲ级应急响应", "发布 低温雨雪冰冻应急响应 黄色 贵州省减灾委员会 01-01 10:00" },
        { "花溪区人民政府于1月1日10时启动低温雨雪冰冻四级应急响应。", "发布 低温雨雪冰冻应急响应 蓝色 花溪区人民政府 01-01 10:00" },
        { "花溪区应急管理局1日10时将低温雨雪冰冻灾害应急响应由Ⅳ级提升至Ⅲ级", "更新 低温雨雪冰冻应急响应 黄色 花溪区应急管理局 01-01 10:00" },
        { "贵州省气象局1日10时启动重大气象灾害（寒潮）Ⅲ级应急响应", "发布 寒潮应急响应 黄色 贵州省气象局 01-01 10:00" },
        { "花溪区气象灾害防御指挥部1日10时启动低温雨雪冰冻Ⅳ级应急响应", "发布 低温雨雪冰冻应急响应 蓝色 花溪区气象灾害防御指挥部 01-01 10:00" },
        { "花溪区防汛抗旱指挥部1日10时终止低温雨雪冰冻Ⅳ级应急响应", "解除 低温雨雪冰冻应急响应 蓝色 花溪区防汛抗旱指挥部 01-01 10:00" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_pasted_text_is_read_in_whatever_order_stations_and_people_write(string text, string expected)
    {
        var alerts = SignalText.ReadText(text, Received, Zone, ["520111"]).Alerts;
        Assert.Equal(expected, string.Join('\n', alerts.Select(alert => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{SignalText.Name(alert.MessageType)} {alert.TypeName} {SignalText.Name(alert.Level)} {alert.Issuer} {(alert.Undated ? "-" : alert.Sent.ToString("MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture))}"))));
        Assert.All(alerts, alert => Assert.Equal(AlertStatus.Actual, alert.Status));
        Assert.All(alerts, alert => Assert.Equal(alert.TypeName.EndsWith("应急响应", StringComparison.Ordinal) ? AlertKind.Response : AlertKind.Signal, alert.Kind));
    }

    [Theory]
    [InlineData("【演练】花溪区气象台2026年12月30日10时10分发布寒潮红色预警信号：这是一次通信演练,请勿据此行动。", AlertStatus.Exercise)]
    [InlineData("（测试）花溪区气象台1日10时发布寒潮红色预警信号", AlertStatus.Test)]
    [InlineData("花溪区气象台1日10时发布寒潮红色预警信号（测试信息）：请忽略", AlertStatus.Test)]
    [InlineData("测试：花溪区气象台1日10时发布寒潮红色预警信号", AlertStatus.Test)]
    [InlineData("【2026年防寒应急演练】花溪区气象台1日10时发布寒潮红色预警信号", AlertStatus.Exercise)]
    [InlineData("花溪区气象台1日10时发布寒潮红色预警信号：此为演练，不是真实预警。", AlertStatus.Exercise)]
    [InlineData("花溪区气象台1日10时发布寒潮红色预警信号：本信息仅供测试。", AlertStatus.Test)]
    [InlineData("花溪区气象台1日10时发布寒潮红色预警信号：请各学校暂停消防演练等户外活动", AlertStatus.Actual)]
    [InlineData("花溪区气象台1日10时发布寒潮红色预警信号：取消演练、测试等户外作业", AlertStatus.Actual)]
    public void A_drill_or_test_pages_nobody_and_advice_about_drills_is_none(string text, AlertStatus status) =>
        Assert.Equal(status, Assert.Single(SignalText.ReadText(text, Received, Zone, ["520111"]).Alerts).Status);

    [Theory]
    [InlineData("网传花溪区气象台发布寒潮红色预警信号，经核实为谣言。", "not-a-signal", "否认")]
    [InlineData("花溪区气象台未发布寒潮红色预警信号，请勿轻信。", "not-a-signal", "否认")]
    [InlineData("花溪区气象台发布寒潮红色预警信号了吗？", "not-a-signal", "否认")]
    [InlineData("如果花溪区气象台发布寒潮红色预警信号，各单位应当24小时值守", "not-a-signal", "假设")]
    [InlineData("预计明天花溪区气象台可能发布寒潮红色预警信号", "not-a-signal", "假设")]
    [InlineData("发布寒潮橙色预警信号时，应当加强巡查", "not-a-signal", "标准")]
    [InlineData("寒潮黄色预警信号标准：24小时内最低气温将要下降10℃以上", "not-a-signal", "标准")]
    [InlineData("寒潮预警信号分四级，分别以蓝色、黄色、橙色、红色表示。", "not-a-signal", "标准")]
    [InlineData("花溪区气象台发布天气预报：寒潮蓝色预警信号已解除", "not-a-signal", "预报")]
    [InlineData("花溪区气象台将适时发布寒潮橙色预警信号", "not-a-signal", "假设")]
    [InlineData("1日10时发布寒潮黄色预警信号：预计降温", "incomplete", "哪个气象台")]
    [InlineData("寒潮黄色预警信号：预计降温", "incomplete", "单位")]
    [InlineData("花溪区气象台1日10时发布寒潮预警信号：预计", "incomplete", "颜色")]
    [InlineData("花溪区气象台2月30日10时发布寒潮黄色预警信号：预计", "incomplete", "2月30日10时")]
    [InlineData("花溪区气象台2027年1月1日25时发布寒潮黄色预警信号", "incomplete", "25时")]
    [InlineData("花溪区气象台1日10时发布黄色预警信号", "incomplete", "类型")]
    [InlineData("花溪区气象台1日10时启动低温雨雪冰冻应急响应", "incomplete", "级别")]
    [InlineData("今天多云,最低气温3℃", "not-a-signal", "花溪区气象台")]
    public void What_is_refused_names_what_is_wrong_or_missing_and_shows_how_to_write_it(string text, string code, string names)
    {
        var refused = Assert.Throws<AlertPayloadException>(() => SignalText.ReadText(text, Received, Zone, ["520111"]));
        Assert.Equal(code, refused.Code);
        Assert.Contains(names, refused.Message, StringComparison.Ordinal);
        Assert.Contains(SignalText.Example, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("花溪区气象台1日10时发布寒潮黄色预警信号：预计降温，可能升级为寒潮橙色预警信号。", "寒潮橙色预警信号")]
    [InlineData("花溪区气象台1日10时发布寒潮黄色预警信号。\n1日11时发布道路结冰预警信号", "道路结冰预警信号")]
    [InlineData("花溪区气象台1日10时发布寒潮黄色预警信号。达到道路结冰橙色预警信号标准的", "道路结冰橙色预警信号")]
    public void What_is_left_over_is_told(string text, string left) =>
        Assert.Contains(SignalText.ReadText(text, Received, Zone, ["520111"]).Skipped, skipped => skipped.Where.Contains(left, StringComparison.Ordinal));

    [Theory]
    [InlineData("预计1月1日夜间至4日我区降温", "01-01 20:00", "01-05 00:00")]
    [InlineData("预计，1月1日20时至4日20时", "01-01 20:00", "01-04 20:00")]
    [InlineData("预计今晚到明天白天", "01-01 20:00", "01-02 20:00")]
    [InlineData("预计31日夜间至2日白天，", null, "01-02 20:00")]
    [InlineData("预计1月2日08时至3日08时有道路结冰", "01-02 08:00", "01-03 08:00")]
    [InlineData("自2日夜间起气温下降", "01-02 20:00", null)]
    [InlineData("有效期至1月3日10时", null, "01-03 10:00")]
    [InlineData("预计将持续到3日", null, "01-04 00:00")]
    [InlineData("预计未来24小时最低气温下降10℃", null, null)]
    [InlineData("最低气温将下降6～8℃", null, null)]
    [InlineData("12月30日至31日的低温已过去", null, null)]
    public void Onset_and_end_are_read_where_a_text_names_them(string text, string? onset, string? ends)
    {
        static string? Local(DateTimeOffset? at) => at?.ToString("MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        var read = SignalText.Validity(text, new DateTimeOffset(2027, 1, 1, 10, 0, 0, TimeSpan.FromHours(8)), Zone);
        Assert.Equal((onset, ends), (Local(read.Onset), Local(read.Ends)));
    }

    [Theory]
    [InlineData("最低温度-3℃", -3.0)]
    [InlineData("气温由8℃降至-2℃", -2.0)]
    [InlineData("气温将从10℃降到零下3度", -3.0)]
    [InlineData("最低气温零下3度", -3.0)]
    [InlineData("极端最低气温可达－5℃", -5.0)]
    [InlineData("最低气温-5～-3℃", -5.0)]
    [InlineData("最低气温零下5至零下3摄氏度", -5.0)]
    [InlineData("最低温降至0℃以下", 0.0)]
    [InlineData("路面温度降至-3℃", null)]
    [InlineData("最高气温降至3℃", null)]
    [InlineData("气温下降8℃", null)]
    public void Temperatures_are_read_in_every_way_they_are_written(string text, double? minimum) => Assert.Equal(minimum, SignalText.Minimum(text));
}
