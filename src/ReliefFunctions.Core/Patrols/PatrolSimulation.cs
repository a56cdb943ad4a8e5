using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Replays weather against a policy; nothing is stored and nobody is paged.</summary>
public static class PatrolSimulation
{
    /// <summary>Replays; throws <see cref="AlertPayloadException"/> for an event that cannot be read.</summary>
    public static SimulationAnswer Run(IReadOnlyList<SimulationEvent> events, DateTimeOffset? until, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy)
    {
        List<SimulationNote> notes = [];
        List<PatrolOrder> orders = [];
        List<(DateTimeOffset At, int Event, string Title, PatrolCommand Command)> steps = [];
        foreach (var (each, index) in events.Select((each, index) => (each, index)))
        {
            var normal = AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(each.Payload), new PayloadContext(each.At, campaign.Zone(), [campaign.District]));
            steps.AddRange(normal.Alerts.Select(alert => (each.At, index, $"{alert.TypeName}{SignalText.Name(alert.Level)} {alert.MessageType}", (PatrolCommand)new PatrolCommand.ApplyAlert(alert))));
            steps.AddRange(normal.Forecasts.Select(forecast => (each.At, index, forecast.Source, (PatrolCommand)new PatrolCommand.ApplyForecast(forecast))));
        }

        if (steps.Count == 0) return new SimulationAnswer([], []);
        steps.AddRange(Clock(steps.Min(step => step.At), until ?? steps.Max(step => step.At).AddDays(3), campaign, policy).Select(at => (at, -1, "", (PatrolCommand)new PatrolCommand.Tick())));
        var state = PatrolState.Empty;
        foreach (var step in steps.OrderBy(step => step.At).ThenByDescending(step => step.Event))
        {
            // Nobody decides here: what waits goes out when it falls due.
            if (state.Proposal is { } waiting && waiting.DueAt < step.At) Decide(new PatrolCommand.Tick(), waiting.DueAt);
            var outcome = Decide(step.Command, step.At);
            if (step.Event >= 0) notes.Add(new SimulationNote(step.Event, step.Title, outcome.Notes));
        }

        return new SimulationAnswer(orders, notes);

        PatrolOutcome Decide(PatrolCommand command, DateTimeOffset at)
        {
            var outcome = PatrolDecision.Decide(state, command, campaign, units, policy, at);
            state = outcome.State;
            if (outcome.Order is { } order) orders.Add(order);
            return outcome;
        }
    }

    /// <summary>The times of day at which time alone changes an order: midnight, the end of the quiet hours, noon, and when forecasts are judged.</summary>
    private static IEnumerable<DateTimeOffset> Clock(DateTimeOffset from, DateTimeOffset to, Campaign campaign, PatrolPolicy policy)
    {
        var zone = campaign.Zone();
        for (var day = LocalTime.DateOf(from, zone); day <= LocalTime.DateOf(to, zone); day = day.AddDays(1))
        {
            foreach (var time in policy.ForecastTimes.Append(TimeOnly.MinValue).Append(policy.QuietTo).Append(policy.ClearThrough).Distinct())
            {
                var at = LocalTime.ToUtc(day, time, zone);
                if (at >= from && at <= to) yield return at;
            }
        }
    }
}
