using System.Globalization;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>A winter of signals, invented in the wording of real ones, with the orders that were worked out by hand from the policy.</summary>
public class ReplayedSeasonTests
{
    private static readonly (string At, string Text)[] Signals =
    [
        ("12-05 08:10", "12月5日8时发布大雾黄色预警信号：预计未来6小时能见度小于500米。"),
        ("12-12 16:00", "12月12日16时发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。"),
        ("12-13 09:00", "12月13日9时将寒潮蓝色预警信号升级为寒潮橙色预警信号[Ⅱ级/严重]：预计未来24小时最低气温下降12℃以上。"),
        ("12-14 17:00", "12月14日17时将寒潮橙色预警信号降级为寒潮黄色预警信号。"),
        ("12-15 16:00", "12月15日16时解除寒潮黄色预警信号。"),
        ("12-28 20:30", "12月28日20时30分发布道路结冰黄色预警信号：预计未来12小时高坡乡、青岩镇将出现道路结冰。"),
        ("12-29 08:00", "12月29日8时继续发布道路结冰黄色预警信号：预计高坡乡、青岩镇等地道路结冰持续。"),
        ("12-29 20:00", "12月29日20时解除道路结冰黄色预警信号。"),
        ("01-10 07:00", "1月10日7时发布低温凝冻橙色预警信号：我区已出现凝冻并将持续。"),
        ("01-20 10:00", "1月20日10时发布霜冻橙色预警信号。"),
        ("01-20 18:00", "1月20日18时发布寒潮蓝色预警信号。"),
        ("01-21 09:00", "1月21日9时解除霜冻橙色预警信号。"),
        ("02-01 10:00", "2月1日10时发布大风蓝色预警信号：预计阵风7级，最低气温3℃。"),
        ("02-10 10:00", "2月10日10时发布暴雨红色预警信号。"),
    ];

    private static readonly string[] Expected =
    [
        "12-05 08:10 Routine", // fog raises nothing; the first order is the routine one
        "12-12 16:00 Heightened",
        "12-13 09:00 RoundTheClock",
        "12-15 12:00 Intensive", // orange ended 12-14 17:00: held through noon, then yellow's
        "12-16 12:00 Routine", // yellow cancelled 12-15 16:00
        "12-28 20:30 Intensive", // two townships and the departments, at night at once
        "12-29 08:00 Intensive", // 等地: now the whole district
        "12-30 12:00 Routine",
        "01-10 07:00 RoundTheClock",
        "01-12 12:00 Routine", // names no expiry and nothing followed: 48 hours
        "01-20 10:00 Heightened",
        "01-23 12:00 Routine", // the frost was cancelled, the cold wave stood until 01-22 18:00
        "02-01 10:00 Heightened", // wind counts at 3 °C
        "02-03 12:00 Routine",
    ];

    [Fact]
    public void A_winters_signals_give_the_orders_worked_out_by_hand()
    {
        var answer = PatrolSimulation.Run([.. Signals.Select(signal => new SimulationEvent(Huaxi.At(signal.At), "花溪区气象台" + signal.Text))], null, Huaxi.Campaign, Huaxi.Units, Huaxi.Policy);
        Assert.Equal(Expected, answer.Orders.Select(order => order.IssuedAt.ToOffset(TimeSpan.FromHours(8)).ToString("MM-dd HH:mm ", CultureInfo.InvariantCulture) + order.Highest));
        Assert.Equal(["520111101", "520111201", "police", "urban", "station"], answer.Orders[5].Changed);
        Assert.Equal(["520111102"], answer.Orders[6].Changed);
        Assert.Equal(Signals.Length, answer.Notes.Count);
    }
}
