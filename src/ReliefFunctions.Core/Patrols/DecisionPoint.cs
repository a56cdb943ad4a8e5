using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a decision is made on, as one value: the state, the policy, the campaign with its zone, and the moment.</summary>
internal sealed class DecisionPoint(PatrolState state, PatrolPolicy policy, Campaign campaign, DateTimeOffset now)
{
    private IReadOnlyList<SignalSpan>? _signals;

    public PatrolState State { get; } = state;

    public PatrolPolicy Policy { get; } = policy;

    public Campaign Campaign { get; } = campaign;

    public DateTimeOffset Now { get; } = now;

    public TimeZoneInfo Zone { get; } = campaign.Zone();

    /// <summary>The signals of the state and for how long each stands; what was withdrawn as a mistake is none.</summary>
    public IReadOnlyList<SignalSpan> Signals => _signals ??= [.. SignalSpan.Of(State, Policy)];

    public DateOnly Today => LocalTime.DateOf(Now, Zone);

    public DateTimeOffset NextNoon => Next(Policy.ClearThrough);

    /// <summary>Whether it is night: what lowers waits for the morning.</summary>
    public bool IsQuiet => TimeOnly.FromDateTime(LocalTime.In(Now, Zone).DateTime).IsBetween(Policy.QuietFrom, Policy.QuietTo);

    /// <summary>The same moment with another state.</summary>
    public DecisionPoint With(PatrolState next) => ReferenceEquals(next, State) ? this : new DecisionPoint(next, Policy, Campaign, Now);

    /// <summary>The first such time of day after now.</summary>
    public DateTimeOffset Next(TimeOnly time) => PatrolDecision.NextTime(Now, time, Zone);

    /// <summary>How many noons (<see cref="PatrolPolicy.ClearThrough"/>) have passed since an instant.</summary>
    public int NoonsSince(DateTimeOffset at)
    {
        var (first, last) = (PatrolDecision.NextTime(at, Policy.ClearThrough, Zone), PatrolDecision.NextTime(Now, Policy.ClearThrough, Zone, days: -1));
        return last < first ? 0 : LocalTime.DateOf(last, Zone).DayNumber - LocalTime.DateOf(first, Zone).DayNumber + 1;
    }

    /// <summary>12月15日18时 in the campaign's zone.</summary>
    public string Local(DateTimeOffset at) => NoticeText.Moment(at, Zone);

    public SignalRule? RuleFor(WeatherAlert alert) => Policy.Signals.FirstOrDefault(rule => rule.Types.Contains(alert.TypeName));
}

/// <summary>How a signal ends.</summary>
internal enum SignalEnd
{
    /// <summary>At the time that it states (到期).</summary>
    Stated,

    /// <summary>By a cancellation (解除).</summary>
    Cancelled,

    /// <summary>By an update or a signal that replaces it (更新).</summary>
    Replaced,

    /// <summary>The office has said that it is over (办公室确认解除).</summary>
    ConfirmedOver,

    /// <summary>Nobody has said anything: it has outlived what signals last by default.</summary>
    Silent,
}

/// <summary>For how long a signal stands, with what the office has said about it.</summary>
/// <param name="Alert">The signal.</param>
/// <param name="Begins">When its weather begins.</param>
/// <param name="Ends">When it ends, or its default validity passes.</param>
/// <param name="End">How.</param>
internal sealed record SignalSpan(WeatherAlert Alert, DateTimeOffset Begins, DateTimeOffset Ends, SignalEnd End)
{
    /// <summary>寒潮橙色预警.</summary>
    public string Name => NameOf(Alert);

    public static string NameOf(WeatherAlert alert) => $"{alert.TypeName}{SignalText.Name(alert.Level)}{(alert.Kind == AlertKind.Response ? "" : "预警")}";

    /// <summary>The spans of a state, withdrawn signals and their copies left out.</summary>
    public static IEnumerable<SignalSpan> Of(PatrolState state, PatrolPolicy policy)
    {
        // Resolved without a default: what cancels a signal cancels it after its default validity too.
        foreach (var span in Resolve(state, WeatherBounds.Longest))
        {
            var alert = span.Alert;
            var over = alert.StatedEnd ?? WeatherBounds.Plus(alert.Begins, TimeSpan.FromHours(policy.SignalValidHours));
            if (span.EndedBy is { } by)
            {
                // An update whose weather is still to begin does not end the weather that is there.
                var ends = by.MessageType == AlertMessageType.Cancel || by.Begins <= by.Sent ? by.Sent : by.Begins < over ? by.Begins : over;
                yield return new SignalSpan(alert, alert.Begins, ends, by.MessageType == AlertMessageType.Cancel ? SignalEnd.Cancelled : SignalEnd.Replaced);
            }
            else if (alert.StatedEnd is null && AnswerFor(alert, state) is { } answer)
            {
                yield return new SignalSpan(alert, alert.Begins, answer.Until ?? answer.At, answer.Until is null ? SignalEnd.ConfirmedOver : SignalEnd.Stated);
            }
            else
            {
                yield return new SignalSpan(alert, alert.Begins, over, alert.StatedEnd is null ? SignalEnd.Silent : SignalEnd.Stated);
            }
        }
    }

    /// <summary>The spans as the messages alone tell them.</summary>
    public static IReadOnlyList<AlertSpan> Resolve(PatrolState state, TimeSpan withoutEnd)
    {
        var mistakes = state.Alerts.Where(each => each.Withdrawn is not null).Select(each => each.Alert).ToList();
        return AlertEpisodes.Resolve(
            [.. state.Alerts.Select(each => each.Alert).Where(alert => !mistakes.Exists(mistake => AlertEpisodes.IsSameSignal(mistake, alert)))],
            withoutEnd);
    }

    private static OfficeAnswer? AnswerFor(WeatherAlert alert, PatrolState state) => state.Questions.FirstOrDefault(question => question.Answer is not null
        && (question.Id == alert.Hash || state.Alerts.Any(each => each.Alert.Hash == question.Id && AlertEpisodes.IsSameSignal(each.Alert, alert))))?.Answer;
}
