using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>The sample policy over three invented winters, on forecasts alone; its result stands in <c>docs/policy-tuning.md</c>.</summary>
public class WinterTests
{
    private static readonly IReadOnlyList<Unit> Units = Samples.Read<List<Unit>>("units.json");

    private static readonly Lazy<IReadOnlyList<Result>> Results = new(() => [.. new[] { Winter.Mild, Winter.Normal, Winter.Hard }.AsParallel().AsOrdered().Select(winter => Result.Of(winter, Huaxi.Policy))]);

    [Fact]
    public void The_documented_table_is_what_the_policy_does()
    {
        var file = Path.Combine(Repository.Root, "docs", "policy-tuning.md");
        var (text, table) = (File.ReadAllText(file), Result.Table(Results.Value) + Compared());
        var (from, to) = (text.IndexOf("<!-- result -->", StringComparison.Ordinal), text.IndexOf("<!-- /result -->", StringComparison.Ordinal));
        var wanted = $"{text[..from]}<!-- result -->\n{table}{text[to..]}";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(file, wanted);
        Assert.Equal(wanted, File.ReadAllText(file));
    }

    /// <summary>What the first rule's threshold costs and saves, on either side of the one chosen.</summary>
    private static string Compared()
    {
        var table = new StringBuilder("\n| F1 的最低气温 | 指令（号）：暖冬、常年、冷冬 | ≤0℃而未加强的夜：暖冬、常年、冷冬 |\n|---|---|---|\n");
        foreach (var value in new[] { 1.0, 0, -1 })
        {
            var policy = Huaxi.Policy with { Forecasts = [.. Huaxi.Policy.Forecasts.Select(rule => rule.Id == "F1" ? rule with { Value = value } : rule)] };
            var results = value == 0 ? Results.Value : [.. Results.Value.Select(each => Result.Of(each.Winter, policy))];
            table.Append(CultureInfo.InvariantCulture, $"| {value}℃ | {string.Join("、", results.Select(each => each.Orders))} | {string.Join("、", results.Select(each => each.FrostMissed))} |\n");
        }

        return table.ToString();
    }

    [Fact]
    public void A_mild_winter_stays_almost_at_routine_and_a_hard_one_does_not()
    {
        var (mild, normal, hard) = (Results.Value[0], Results.Value[1], Results.Value[2]);
        Assert.True(mild.Share(PatrolIntensity.Routine) >= 0.9, $"{mild}");
        Assert.Equal(0, mild.Nights[PatrolIntensity.RoundTheClock]);
        Assert.InRange(normal.Share(PatrolIntensity.Routine), 0.65, 0.9);
        Assert.InRange(normal.Share(PatrolIntensity.RoundTheClock), 0.005, 0.04);
        Assert.InRange(hard.Share(PatrolIntensity.RoundTheClock), 0.06, 0.2);
        Assert.True(hard.Share(PatrolIntensity.Routine) < normal.Share(PatrolIntensity.Routine));
    }

    [Fact]
    public void Nobody_is_paged_every_other_day()
    {
        Assert.All(Results.Value, result => Assert.True(result.Orders <= 40, $"{result}"));
        Assert.True(Results.Value[0].Orders <= 26, $"{Results.Value[0]}");
    }

    [Fact]
    public void No_night_of_ice_and_hardly_any_night_of_frost_is_missed()
    {
        Assert.All(Results.Value, result => Assert.Equal(0, result.IceMissed));
        Assert.All(Results.Value, result => Assert.True(result.FrostMissed <= result.Frost / 8, $"{result}"));
    }

    /// <summary>What a winter led to. Nights are unit-nights: each unit at 20:00 of each of the campaign's 151 evenings.</summary>
    internal sealed record Result(Winter Winter, int Orders, IReadOnlyDictionary<PatrolIntensity, int> Nights, double Coldest, int Frost, int FrostMissed, int Ice, int IceMissed, int Needless)
    {
        public double Share(PatrolIntensity intensity) => (double)Nights[intensity] / Nights.Values.Sum();

        public static Result Of(Winter winter, PatrolPolicy policy)
        {
            List<SimulationEvent> events = [];
            foreach (var day in Patrols.Winter.Evenings)
            {
                events.Add(new SimulationEvent(At(day, 7, 30), winter.Forecast(day, 7)));
                events.Add(new SimulationEvent(At(day, 16, 30), winter.Forecast(day, 16)));
            }

            var orders = PatrolSimulation.Run(events, At(new DateOnly(2027, 5, 1), 0, 0), Huaxi.Campaign, Units, policy).Orders;
            var nights = Patrols.Winter.Evenings.Select(day => (Day: day, Order: orders.LastOrDefault(order => order.IssuedAt <= At(day, 20, 0)))).ToList();
            int Count(Func<(double Minimum, int Freezing, double Snow), PatrolIntensity, bool> of) => nights.Count(night => of(winter.Night(night.Day), night.Order?.Highest ?? PatrolIntensity.Routine));
            return new Result(
                winter, orders.Count,
                Enum.GetValues<PatrolIntensity>().ToDictionary(intensity => intensity, intensity => nights.Sum(night => night.Order is null ? (intensity == PatrolIntensity.Routine ? Units.Count : 0) : night.Order.Units.Values.Count(each => each == intensity))),
                Patrols.Winter.Evenings.Min(day => winter.Night(day).Minimum),
                Count((night, _) => night.Minimum <= 0), Count((night, ordered) => night.Minimum <= 0 && ordered == PatrolIntensity.Routine),
                Count((night, _) => night.Freezing >= 3), Count((night, ordered) => night.Freezing >= 3 && ordered < PatrolIntensity.Intensive),
                Count((night, ordered) => night is { Minimum: > 3, Freezing: 0, Snow: 0 } && ordered > PatrolIntensity.Routine));
        }

        public static string Table(IEnumerable<Result> results)
        {
            var table = new StringBuilder("| 冬季 | 最低气温 | ≤0℃的夜 | 冻雨≥3小时的夜 | 指令（号） | 常态 | 加强 | 强化 | 全天候 | ≤0℃而未加强的夜 | 冻雨而未到强化的夜 | >3℃无雨雪而仍加强的夜 |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
            foreach (var each in results)
            {
                table.Append(CultureInfo.InvariantCulture, $"| {each.Winter.Name} | {each.Coldest:0.0}℃ | {each.Frost} | {each.Ice} | {each.Orders} | {string.Join(" | ", each.Nights.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value}（{100 * each.Share(pair.Key):0.#}%）")))} | {each.FrostMissed} | {each.IceMissed} | {each.Needless} |\n");
            }

            return table.ToString();
        }

        private static DateTimeOffset At(DateOnly day, int hour, int minute) => new(day.Year, day.Month, day.Day, hour, minute, 0, TimeSpan.FromHours(8));
    }
}
