using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Texts;

public class EnglishTests
{
    [Theory]
    [InlineData("整数", "A whole number")]
    [InlineData("这里应是整数。", "This must be a whole number.")]
    [InlineData("名册有 1 处需要修改，本次没有保存。", "The roster needs 1 correction; nothing was saved.")]
    [InlineData("名册有 2 处需要修改，本次没有保存。", "The roster needs 2 corrections; nothing was saved.")]
    [InlineData("没有名为“整数”的字段。", "There is no member “整数”.")]
    [InlineData("缺少“数字”。补上数字。", "“数字” is missing. Add a number.")]
    [InlineData("删去它，或改为以下之一：name、unit。", "Remove it, or use one of these: name, unit.")]
    [InlineData("青岩镇没有第 3 次报送。", "青岩镇 has no version 3.")]
    [InlineData("12月15日18时", "15 December, 18:00")]
    [InlineData("2026年12月15日 09:30", "15 December 2026, 09:30")]
    [InlineData("请于12月15日18时30分前签收。仅打开本页不算签收。", "Please acknowledge by 15 December, 18:30. Opening this page does not count.")]
    [InlineData("持续低温、雨雪冰冻，请注意。", "持续低温、雨雪冰冻，请注意。")]
    [InlineData("请注意。", "请注意。")]
    [InlineData("道路结冰、寒潮", "Road icing, cold wave")]
    [InlineData("花溪区气象台12月16日20时30分将寒潮黄色预警升级为橙色预警", "Observatory of 花溪区 raised the yellow cold wave alert to orange on 16 December, 20:30")]
    [InlineData("花溪区气象台12月18日9时更新寒潮橙色预警", "Observatory of 花溪区 updated the orange cold wave alert on 18 December, 09:00")]
    [InlineData("花溪区气象台12月18日9时将寒潮橙色预警变更为道路结冰黄色预警", "Observatory of 花溪区 changed the orange cold wave alert to the yellow road icing alert on 18 December, 09:00")]
    [InlineData("寒潮黄色预警12月16日20时30分更新，观察至12月17日12时", "Yellow cold wave alert, updated on 16 December, 20:30, watched until 17 December, 12:00")]
    [InlineData("寒潮蓝色预警12月17日10时到期", "Blue cold wave alert, expired on 17 December, 10:00")]
    [InlineData("第二周，12月7日—12月13日", "Week 2, 7 December to 13 December")]
    [InlineData("持平", "Unchanged")]
    [InlineData("+1（+3%）", "+1（+3%）")]
    [InlineData("本周21家确认未发生重大情况，1家未确认", "This week 21 units confirmed that there were no serious incidents, 1 did not say")]
    [InlineData("涉及1人（送医1人）", "1 person involved (taken to hospital: 1)")]
    [InlineData("涉及3人（死亡1人、失联2人）", "3 persons involved (dead: 1, missing: 2)")]
    [InlineData("涉及2人", "2 persons involved")]
    [InlineData("认不出这份 JSON。可收：CAP 1.2（含 12379）、彩云 v3、中国天气网、中央气象台、预警信号原文。", "This JSON is unknown. What is read: CAP 1.2 (12379 included), Caiyun v3, 中国天气网, National Meteorological Centre, words of a signal.")]
    [InlineData("", "")]
    [InlineData("plain, as it is。", "plain, as it is。")]
    public void A_text_is_said_in_English_and_what_people_typed_stays(string chinese, string english) => Assert.Equal(english, English.Of(chinese));

    [Fact]
    public void Every_line_of_the_table_is_an_entry_and_no_text_stands_twice()
    {
        var lines = English.Lines().Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();
        Assert.DoesNotContain(lines, line => English.Entry.Of(line) is null);
        var said = lines.Select(line => English.Entry.Of(line)!).GroupBy(entry => entry.Chinese).Where(same => same.Select(entry => entry.English).Distinct().Count() > 1);
        Assert.True(!said.Any(), "These texts stand twice with different English:\n" + string.Join('\n', said.Select(same => $"{same.Key} ⇒ {string.Join(" | ", same.Select(entry => entry.English))}")));
    }

    [Fact]
    public void English_fills_in_all_that_the_Chinese_does_but_measure_words()
    {
        Assert.Empty(new English(English.Lines()).Entries.Where(entry => entry.English != entry.Chinese)
            .Where(entry => entry.Holes.Any(hole => !System.Text.RegularExpressions.Regex.IsMatch(entry.English, $@"\{{{hole}[}}|]")))
            .Select(entry => $"{entry.Chinese} ⇒ {entry.English}"));
    }
}
