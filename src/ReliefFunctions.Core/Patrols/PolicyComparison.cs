using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What two policies make of the same winter.</summary>
/// <param name="From">The first night compared.</param>
/// <param name="To">The last night compared.</param>
/// <param name="Alerts">Messages replayed.</param>
/// <param name="Forecasts">Forecasts replayed.</param>
/// <param name="Before">The one policy.</param>
/// <param name="After">The other.</param>
/// <param name="Days">The days on which they differ, in orders or in any unit's night.</param>
public sealed record PolicyComparison(DateOnly From, DateOnly To, int Alerts, int Forecasts, PolicyRun Before, PolicyRun After, IReadOnlyList<ComparedDay> Days)
{
    private static readonly TimeOnly NightFrom = new(20, 0), NightTo = new(6, 0);

    /// <summary>Replays the weather under both. What people decided on the way is left out: it answered to the policy of then.</summary>
    public static PolicyComparison Of(
        IReadOnlyList<(DateTimeOffset At, PatrolCommand Command)> weather, DateTimeOffset until, Campaign campaign, IReadOnlyList<Unit> units,
            PatrolPolicy before, PatrolPolicy after)
    {
        var steps = weather.Where(each => each.At <= until).Select((each, index) => new WeatherStep(each.At, each.Command, index, "")).ToList();

        // A winter begins with the campaign, whether weather came by then or not.
        var zone = campaign.Zone();
        var begins = LocalTime.ToUtc(campaign.Start, TimeOnly.MinValue, zone);
        if (begins <= until) steps.Add(new WeatherStep(begins, new PatrolCommand.Tick(), -1, ""));
        var last = LocalTime.DateOf(until, zone) is var day && day > campaign.LastDay ? campaign.LastDay : day;
        List<DateOnly> nights = [.. Enumerable.Range(0, Math.Clamp(last.DayNumber - campaign.Start.DayNumber + 1, 0, 400)).Select(campaign.Start.AddDays)];
        var (one, other) = (Run(before), Run(after));
        var days = nights.Select(date => new ComparedDay(
            date, Highest(one, date), Highest(other, date),
                units.Count(unit => one.Nights.GetValueOrDefault((unit.Code, date)) != other.Nights.GetValueOrDefault((unit.Code, date))),
            On(one, date), On(other, date)));
        return new PolicyComparison(
            campaign.Start, last, steps.Count(step => step.Command is PatrolCommand.ApplyAlert),
                steps.Count(step => step.Command is PatrolCommand.ApplyForecast), one.Run, other.Run,
            [.. days.Where(compared => compared.UnitsThatDiffer > 0 || !compared.OrdersBefore.SequenceEqual(compared.OrdersAfter))]);

        (PolicyRun Run, IReadOnlyList<PatrolOrder> Orders, Dictionary<(string Unit, DateOnly Night), PatrolIntensity> Nights) Run(PatrolPolicy policy)
        {
            var orders = PatrolSimulation.Replay(steps, until, campaign, units, policy);
            Dictionary<(string, DateOnly), PatrolIntensity> byNight = [];
            foreach (var night in nights)
            {
                var (from, to) = (LocalTime.ToUtc(night, NightFrom, zone), LocalTime.ToUtc(night.AddDays(1), NightTo, zone));
                var inForce = orders.LastOrDefault(order => order.IssuedAt <= from);
                foreach (var order in orders.Where(order => order.IssuedAt > from && order.IssuedAt < to).Prepend(inForce).OfType<PatrolOrder>())
                {
                    foreach (var (unit, intensity) in order.Units)
                    {
                        if (!byNight.TryGetValue((unit, night), out var known) || known < intensity) byNight[(unit, night)] = intensity;
                    }
                }
            }

            var unitNights = Enum.GetValues<PatrolIntensity>()
                .ToDictionary(intensity => intensity, intensity => byNight.Values.Count(each => each == intensity));
            return (new PolicyRun(policy.Version, policy.Title, orders.Count, orders.Sum(order => order.Changed.Count), unitNights,
                [.. orders.Select(order => OrderLine.Of(order, policy))]), orders, byNight);
        }

        PatrolIntensity Highest((PolicyRun, IReadOnlyList<PatrolOrder>, Dictionary<(string Unit, DateOnly Night), PatrolIntensity> Nights) run,
            DateOnly night) =>
            units.Select(unit => run.Nights.GetValueOrDefault((unit.Code, night))).DefaultIfEmpty().Max();

        IReadOnlyList<string> On((PolicyRun, IReadOnlyList<PatrolOrder> Orders, Dictionary<(string, DateOnly), PatrolIntensity>) run, DateOnly date) =>
            [.. run.Orders.Where(order => LocalTime.DateOf(order.IssuedAt, zone) == date)
                .Select(order => $"{LocalTime.In(order.IssuedAt, zone):HH:mm} {order.Highest.Name()}：{order.Reason}")];
    }
}

/// <summary>What one policy makes of a winter.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Title">Its name.</param>
/// <param name="Orders">Orders given.</param>
/// <param name="Notices">Notices that units got.</param>
/// <param name="UnitNights">Nights (20:00–06:00) times units at each intensity, the highest of the night.</param>
/// <param name="Given">The orders.</param>
public sealed record PolicyRun(int Version, string Title, int Orders, int Notices, IReadOnlyDictionary<PatrolIntensity, int> UnitNights,
    IReadOnlyList<OrderLine> Given);

/// <summary>A day on which two policies differ.</summary>
/// <param name="Date">Local day; its night is the one that begins then.</param>
/// <param name="Before">The night's highest intensity under the one.</param>
/// <param name="After">Under the other.</param>
/// <param name="UnitsThatDiffer">Units whose night differs.</param>
/// <param name="OrdersBefore">The one's orders of the day: time, intensity, reason.</param>
/// <param name="OrdersAfter">The other's.</param>
public sealed record ComparedDay(
    DateOnly Date, PatrolIntensity Before, PatrolIntensity After, int UnitsThatDiffer, [ForPeople] IReadOnlyList<string> OrdersBefore,
    [ForPeople] IReadOnlyList<string> OrdersAfter);
