using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Weather;

public class AlertPlaceTests
{
    [Theory]
    [InlineData("目前青岩镇已降至-2℃，预计石板镇将结冰", "石板镇")]
    [InlineData("目前青岩镇已降至-2℃，预计未来12小时我区将结冰", null)]
    [InlineData("截至10时青岩镇已出现道路结冰。预计高坡乡、石板镇将结冰", "石板镇 高坡苗族乡")]
    [InlineData("预计除青岩镇外将出现道路结冰", "石板镇 高坡苗族乡")]
    [InlineData("除青岩镇、石板镇以外，预计将出现道路结冰", "高坡苗族乡")]
    [InlineData("除桃源镇外，预计将出现道路结冰", null)]
    [InlineData("预计青岩镇将降温", "青岩镇")]
    public void Observed_places_are_not_forecast_places_and_an_exception_means_the_others(string text, string? townships)
    {
        var units = AlertArea.UnitsOf(AlertEpisodeTests.Alert("a") with { Description = text }, "520111", Huaxi.Units, Huaxi.Policy);
        Assert.Equal(townships, Names(units));
    }

    [Theory]
    [InlineData("预计未来24小时海拔1300米以上地区将出现道路结冰", "高坡苗族乡")]
    [InlineData("预计我区海拔1100米及以上乡镇将出现道路结冰", "石板镇 高坡苗族乡")]
    [InlineData("青岩镇和海拔1300米以上地区将出现道路结冰", "青岩镇 高坡苗族乡")]
    [InlineData("海拔高度1300m以上的路段将出现道路结冰", "高坡苗族乡")]
    [InlineData("海拔3000米以上地区将出现道路结冰", null)]
    [InlineData("海拔1300米以上等地将出现道路结冰", null)]
    public void A_height_names_the_townships_that_reach_it(string text, string? townships)
    {
        var heights = new Dictionary<string, int> { ["高坡苗族乡"] = 1650, ["石板镇"] = 1200 };
        var known = Huaxi.Units.Select(unit => unit with { HighestPoint = heights.GetValueOrDefault(unit.Name, 1050) }).ToList();
        Assert.Equal(townships, Names(AlertArea.UnitsOf(AlertEpisodeTests.Alert("a") with { Description = text }, "520111", known, Huaxi.Policy)));
    }

    [Fact]
    public void While_the_height_of_one_township_is_not_entered_a_height_means_the_whole_district()
    {
        var known = Huaxi.Units.Select((unit, i) => unit with { HighestPoint = i == 0 ? null : 1650 }).ToList();
        Assert.Null(AlertArea.UnitsOf(AlertEpisodeTests.Alert("a") with { Description = "海拔1300米以上地区将出现道路结冰" }, "520111", known, Huaxi.Policy));
    }

    private static string? Names(IReadOnlyList<string>? units) => units is null
        ? null
        : string.Join(' ', Huaxi.Units.Where(unit => unit.Kind == Core.Campaigns.UnitKind.Township && units.Contains(unit.Code)).Select(unit => unit.Name));
}
