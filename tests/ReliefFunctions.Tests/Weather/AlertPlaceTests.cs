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
        Assert.Equal(townships, units is null ? null : string.Join(' ', Huaxi.Units.Where(unit => unit.Kind == Core.Campaigns.UnitKind.Township && units.Contains(unit.Code)).Select(unit => unit.Name)));
    }
}
