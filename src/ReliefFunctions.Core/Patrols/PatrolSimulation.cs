using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Replays weather against a policy; nothing is stored and nobody is paged.</summary>
public static class PatrolSimulation
{
    /// <summary>
    /// Replays payloads as a district's own feed would bring them: what the intake ignores or knows already reaches no decision here either. Throws
    /// <see cref="AlertPayloadException"/> for an event that cannot be read.
    /// </summary>
    public static SimulationAnswer Run(IReadOnlyList<SimulationEvent> events, DateTimeOffset? until, Campaign campaign, IReadOnlyList<Unit> units,
        PatrolPolicy policy)
    {
        List<SimulationNote> notes = [];
        List<WeatherStep> steps = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (each, index) in events.Select((each, index) => (each, index)).OrderBy(pair => pair.each.At))
        {
            var normal = AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(each.Payload), new PayloadContext(each.At, campaign.Zone(), [campaign.District]));
            foreach (var alert in normal.Alerts)
            {
                var (scoped, title) = (AlertIntake.Scoped(alert, campaign.District), $"{alert.TypeName}{SignalText.Name(alert.Level)} {alert.MessageType}");
                if (AlertIntake.WhyIgnored(scoped, alert, each.At) is { } why) notes.Add(new SimulationNote(index, title, [why]));
                else if (!known.Add(scoped.Hash)) notes.Add(new SimulationNote(index, title, ["这条预警已经收过，未重复处理。"]));
                else steps.Add(new WeatherStep(each.At, new PatrolCommand.ApplyAlert(scoped), index, title));
            }

            foreach (var forecast in normal.Forecasts)
            {
                if (!known.Add(string.Create(CultureInfo.InvariantCulture, $"{forecast.Source} {forecast.Issued.UtcDateTime:yyyyMMddHH}")))
                {
                    notes.Add(new SimulationNote(index, forecast.Source, ["本小时的预报已经收过。"]));
                }
                else
                {
                    steps.Add(new WeatherStep(each.At, new PatrolCommand.ApplyForecast(forecast), index, forecast.Source));
                }
            }
        }

        return new SimulationAnswer(Replay(steps, until, campaign, units, policy, notes), [.. notes.OrderBy(note => note.Event)]);
    }

    /// <summary>The orders that a policy gives for weather that comes step by step.</summary>
    internal static IReadOnlyList<PatrolOrder> Replay(
        IReadOnlyList<WeatherStep> weather, DateTimeOffset? until, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy,
            List<SimulationNote>? notes = null)
    {
        if (weather.Count == 0) return [];
        List<PatrolOrder> orders = [];
        var (from, to) = (weather.Min(step => step.At), until ?? weather.Max(step => step.At).AddDays(3));
        var onsets = weather.Select(step => step.Command).OfType<PatrolCommand.ApplyAlert>().Select(each => each.Alert.Begins - PatrolConditions.Lead)
            .Where(at => at > from && at <= to);
        var clock = Clock(from, to, campaign, policy).Concat(onsets).Select(at => new WeatherStep(at, new PatrolCommand.Tick(), -1, ""));
        var state = PatrolState.Empty;
        foreach (var step in weather.Concat(clock).OrderBy(step => step.At).ThenByDescending(step => step.Event))
        {
            // Nobody decides here: what waits goes out when it falls due.
            if (state.Proposal is { } waiting && waiting.DueAt < step.At) Decide(new PatrolCommand.Tick(), waiting.DueAt);
            var outcome = Decide(step.Command, step.At);
            if (step.Event >= 0) notes?.Add(new SimulationNote(step.Event, step.Title, outcome.Notes));
        }

        return orders;

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

/// <summary>One thing that the weather brings in a replay.</summary>
/// <param name="At">When.</param>
/// <param name="Command">What.</param>
/// <param name="Event">Its place in the caller's list; −1 of the clock.</param>
/// <param name="Title">What it says, in short.</param>
internal sealed record WeatherStep(DateTimeOffset At, PatrolCommand Command, int Event, string Title);
