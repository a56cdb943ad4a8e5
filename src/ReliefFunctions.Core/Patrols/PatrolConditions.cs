using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>How a condition bears on patrols.</summary>
internal enum ConditionPhase
{
    /// <summary>Holds now, and raises.</summary>
    Active,

    /// <summary>Is over, or nobody knows: keeps what was ordered for a while, and never raises.</summary>
    Held,

    /// <summary>Is announced for later: asks for preparation.</summary>
    Coming,
}

/// <summary>Something of the weather that asks for an intensity.</summary>
/// <param name="Intensity">What it asks for now.</param>
/// <param name="Phase">How.</param>
/// <param name="Units">For whom; null for the whole district.</param>
/// <param name="ReceivedAt">When it first came; null of forecasts.</param>
/// <param name="Basis">The reason in words.</param>
internal sealed record Condition(PatrolIntensity Intensity, ConditionPhase Phase, IReadOnlyList<string>? Units, DateTimeOffset? ReceivedAt, OrderBasis Basis)
{
    /// <summary>Of what is silent: what the office is to be asked.</summary>
    public (string Id, string Text)? Question { get; init; }

    public bool Active => Phase == ConditionPhase.Active;

    public bool Covers(string unit) => Units is null || Units.Contains(unit);
}

/// <summary>What the weather asks for at a moment.</summary>
/// <remarks>
/// What is over holds the intensity that was ordered until the next noon; 全天候 then steps down by way of 强化. What was only not heard of again, a signal
/// without a stated end or a forecast that stopped coming, goes down one step at each noon instead, while the office is asked: silence is not good weather.
/// </remarks>
internal static class PatrolConditions
{
    /// <summary>Weather that begins sooner than this is not worth a preparation of its own.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromHours(1);

    /// <summary>Everything that asks for something, signals first.</summary>
    public static List<Condition> Of(DecisionPoint point, IReadOnlyList<Unit> units) => [.. OfSignals(point, units), .. OfForecasts(point)];

    /// <summary>What the forecasts of a moment made of rules and signals, remembered before a newer one replaces them.</summary>
    public static IReadOnlyList<SeenCause> Seen(DecisionPoint point)
    {
        var view = new ForecastView(point);
        var rules = point.Policy.Forecasts.Select(rule => (Cause: rule.Id, Last: view.Last(rule)));
        var winds = point.Signals.Where(span => point.RuleFor(span.Alert)?.OnlyWithMinimumAtMost is not null)
            .Select(span => (Cause: span.Alert.Key, Last: view.Last(span.Alert, point.RuleFor(span.Alert)!)));
        List<SeenCause> seen = [];
        foreach (var (cause, last) in rules.Concat(winds))
        {
            // What fell silent was not seen to end: it is held from when it is spoken of again.
            if (last is { } known) seen.Add(new SeenCause(cause, known.Text, view.IsSilent && known.At >= view.Until ? point.Now : known.At));
        }

        return [.. seen.Where(each => point.NoonsSince(each.At) <= point.Policy.StepDownDays)];
    }

    /// <summary>Why patrols could be lowered: what ended lately, the strongest first.</summary>
    public static List<OrderBasis> Ended(DecisionPoint point)
    {
        var since = point.Now.AddDays(-2 - point.Policy.StepDownDays);
        var signals =
            from span in point.Signals
            let rule = point.RuleFor(span.Alert)
            where rule is not null && span.Ends <= point.Now && span.Ends > (span.End == SignalEnd.Silent ? since.AddDays(-2) : since)
            select (span.Ends, Basis: new OrderBasis("ended", HowEnded(span, point), rule.For(span.Alert.Level), rule.Id, span.Alert.Identifier,
                Short: Brief(span)));
        var view = new ForecastView(point);
        var forecasts =
            from rule in point.Policy.Forecasts
            let last = view.Last(rule)
            where last is { Now: false } && last.Value.At > since.AddDays(-2)
            select (Ends: last.Value.At, Basis: new OrderBasis("ended", view.IsSilent ? $"{last.Value.Text}，此后预报中断" : $"{last.Value.Text}，最新预报已无此条件",
                rule.Intensity, rule.Id,
                Short: view.IsSilent ? "预报中断" : "预报好转"));
        return [.. signals.Concat(forecasts).OrderByDescending(each => each.Ends).ThenByDescending(each => each.Basis.Intensity).Select(each => each.Basis)];
    }

    private static IEnumerable<Condition> OfSignals(DecisionPoint point, IReadOnlyList<Unit> units)
    {
        var (state, now) = (point.State, point.Now);
        var view = new ForecastView(point);
        foreach (var span in point.Signals.OrderByDescending(span => span.Alert.Sent).ThenBy(span => span.Alert.Key, StringComparer.Ordinal))
        {
            var alert = span.Alert;
            if (point.RuleFor(alert) is not { } rule) continue;
            var full = rule.For(alert.Level);
            List<ReceivedAlert> copies = [.. state.Alerts.Where(each => each.Alert.Key == alert.Key || AlertEpisodes.IsSameSignal(each.Alert, alert))];
            if (copies.Exists(each => IsRejected(point, each.Alert.Identifier, full))) continue;
            var (scope, received) = (AlertArea.UnitsOf(alert, point.Campaign.District, units, point.Policy), copies.Min(each => each.ReceivedAt));
            Condition Make(PatrolIntensity intensity, ConditionPhase phase, string kind, string text) => new(intensity, phase, scope, received,
                new OrderBasis(kind, text, intensity, rule.Id, alert.Identifier, scope, alert.Issuer + span.Name)
                {
                    From = phase == ConditionPhase.Held ? null : span.Begins,
                    To = phase == ConditionPhase.Held || span.End == SignalEnd.Silent ? null : span.Ends,
                });

            var cold = view.IsCold(alert, rule);
            var issued = $"{alert.Issuer}{point.Local(alert.Sent)}{Announced(span, point)}";
            if (span.Ends > now && cold)
            {
                yield return span.Begins > now + Lead
                    ? Make(full, ConditionPhase.Coming, "coming", $"{issued}，预计{point.Local(span.Begins)}起")
                    : Make(full, ConditionPhase.Active, "signal", issued);
                continue;
            }

            // Over, or no longer cold enough to count.
            var last = view.Last(alert, rule)?.At;
            if (span.Begins > now || (span.Ends > now ? last : cold || last >= span.Ends ? span.Ends : null) is not { } ended) continue;
            var (silent, noons) = (span.Ends <= now && span.End == SignalEnd.Silent, point.NoonsSince(ended));
            if (Kept(full, noons, silent, point.Policy) is not { } kept) continue;
            var how = span.Ends > now ? $"{span.Name}期间最低气温回升" : HowEnded(span, point);
            yield return Make(kept, ConditionPhase.Held, silent ? "silent" : noons == 0 ? "cooling" : "step-down",
                $"{how}，{Next(full, kept, noons, silent, point)}") with
            {
                Question = silent ? (alert.Hash, $"{issued}，已过默认时效（{point.Policy.SignalValidHours}小时），未收到解除") : null,
            };
        }
    }

    private static IEnumerable<Condition> OfForecasts(DecisionPoint point)
    {
        var view = new ForecastView(point);
        foreach (var rule in point.Policy.Forecasts)
        {
            if (IsRejected(point, rule.Id, rule.Intensity) || view.Last(rule) is not { } last) continue;
            Condition Make(PatrolIntensity intensity, ConditionPhase phase, string kind, string text) =>
                new(intensity, phase, null, null, new OrderBasis(kind, text, intensity, rule.Id, Short: ForecastJudge.Short(rule)));

            if (last.Now)
            {
                yield return Make(rule.Intensity, ConditionPhase.Active, "forecast", last.Text);
                continue;
            }

            var (silent, noons) = (view.IsSilent && last.At >= view.Until, point.NoonsSince(last.At));
            if (silent && view.Answer is { } answer)
            {
                if (answer.Until > point.Now)
                {
                    yield return Make(rule.Intensity, ConditionPhase.Held, "silent", $"{last.Text}，此后预报中断，{answer.By}确认继续执行至{point.Local(answer.Until.Value)}");
                    continue;
                }

                (silent, noons) = (false, point.NoonsSince(answer.Until ?? answer.At));
            }

            // Never below what was said of tonight, however long ago: only noons at which nothing was said of the night count.
            if (silent) noons = Enumerable.Range(0, noons).TakeWhile(days => !view.AskedOfNight(rule, point.NextNoon.AddDays(-1 - days))).Count();
            if (Kept(rule.Intensity, noons, silent, point.Policy) is not { } intensity) continue;
            var how = silent ? $"{last.Text}，此后预报中断" : $"{last.Text}，已好转";
            yield return Make(intensity, ConditionPhase.Held, silent ? "silent" : noons == 0 ? "cooling" : "step-down",
                $"{how}，{Next(rule.Intensity, intensity, noons, silent, point)}") with
            {
                Question = silent ? (view.Question, $"{last.Text}，此后已{point.Policy.ForecastValidHours}小时没有收到新的预报") : null,
            };
        }
    }

    /// <summary>What is left of an intensity after its condition ended or fell silent; null when nothing is.</summary>
    private static PatrolIntensity? Kept(PatrolIntensity full, int noons, bool silent, PatrolPolicy policy) =>
        silent ? (int)full > noons ? full - noons : null
        : noons == 0 ? full
        : full == PatrolIntensity.RoundTheClock && noons <= policy.StepDownDays ? PatrolIntensity.Intensive : null;

    private static string Next(PatrolIntensity full, PatrolIntensity kept, int noons, bool silent, DecisionPoint point) =>
        silent ? noons == 0 || kept == full ? "保持强度，请办公室核实" : $"每日中午下调一级，现为{kept.Name(point.Policy)}"
        : noons == 0 ? $"观察至{point.Local(point.NextNoon)}" : $"先{kept.Name(point.Policy)}{point.Policy.StepDownDays}天，再按预报";

    private static string HowEnded(SignalSpan span, DecisionPoint point) => span.End switch
    {
        SignalEnd.Silent => $"{span.Name}已过默认时效，未收到解除",
        SignalEnd.Cancelled => $"{span.Name}{point.Local(span.Ends)}解除",
        SignalEnd.ConfirmedOver => $"{span.Name}{point.Local(span.Ends)}经办公室确认解除",
        SignalEnd.Replaced => $"{span.Name}{point.Local(span.Ends)}更新",
        _ => $"{span.Name}{point.Local(span.Ends)}到期",
    };

    /// <summary>发布寒潮黄色预警; 将寒潮黄色预警升级为橙色预警; 更新寒潮黄色预警 where the colour stays, or what is updated is not known.</summary>
    private static string Announced(SignalSpan span, DecisionPoint point)
    {
        var alert = span.Alert;
        if (alert.MessageType != AlertMessageType.Update) return $"发布{span.Name}";
        var before = AlertEpisodes.Superseded(alert, [.. point.Signals.Select(each => each.Alert)])
            .Where(each => each.Sent < alert.Sent).MaxBy(each => each.Sent);
        if (before is null || (before.Level == alert.Level && before.TypeName == alert.TypeName)) return $"更新{span.Name}";
        if (before.TypeName != alert.TypeName || before.Kind != alert.Kind) return $"将{SignalSpan.NameOf(before)}变更为{span.Name}";
        return $"将{SignalSpan.NameOf(before)}{(alert.Level > before.Level ? "升级" : "降级")}为{span.Name[alert.TypeName.Length..]}";
    }

    private static string Brief(SignalSpan span) => span.Name + (span.End switch
    {
        SignalEnd.Silent => "逾期未解除",
        SignalEnd.Cancelled or SignalEnd.ConfirmedOver => "解除",
        SignalEnd.Replaced => "更新",
        _ => "到期",
    });

    private static bool IsRejected(DecisionPoint point, string cause, PatrolIntensity intensity) =>
        intensity < PatrolIntensity.RoundTheClock && point.State.Rejected.Any(each => each.Cause == cause && each.Until > point.Now);
}

/// <summary>
/// The newest forecast at a moment, and what the ones before it said: what each rule saw last, and until when. A judgement changes when a newer forecast
/// comes and at the times of the policy; between those points it stands.
/// </summary>
internal sealed class ForecastView
{
    private static readonly TimeSpan Instant = TimeSpan.FromTicks(1);

    private readonly DecisionPoint _point;
    private readonly IReadOnlyList<ColdForecast> _newest;
    private readonly List<(DateTimeOffset At, Dictionary<string, string> Asked)> _judged;

    public ForecastView(DecisionPoint point)
    {
        _point = point;
        _newest = [.. point.State.Forecasts.Where(each => each.Issued <= point.Now).TakeLast(1)];
        if (_newest is not [var newest])
        {
            _judged = [];
            return;
        }

        var lapses = newest.Issued.AddHours(point.Policy.ForecastValidHours);
        IsSilent = lapses <= point.Now;
        Until = IsSilent ? lapses : point.Now;
        List<DateTimeOffset> points = [newest.Issued];
        foreach (var time in point.Policy.ForecastTimes)
        {
            for (var at = PatrolDecision.NextTime(newest.Issued, time, point.Zone); at < lapses && at <= point.Now; at = at.AddDays(1)) points.Add(at);
        }

        _judged = [.. points.Distinct().Order().Select(at => (at, AskedAt(at, point.Policy)))];
    }

    /// <summary>Whether the newest forecast has outlived its validity, and none has come since.</summary>
    public bool IsSilent { get; }

    /// <summary>Until when forecasts are known: now, or when the newest lapsed.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>What names the question about this silence.</summary>
    public string Question => _newest is [var newest] ? $"forecast-{newest.Issued.UtcDateTime:yyyyMMddHHmm}" : "forecast";

    /// <summary>What the office has said about this silence.</summary>
    public OfficeAnswer? Answer => _point.State.Questions.FirstOrDefault(question => question.Id == Question)?.Answer;

    /// <summary>Until when a rule was last fulfilled, with the reason in words, and whether it is now; null when it was not lately.</summary>
    public (DateTimeOffset At, string Text, bool Now)? Last(ForecastRule rule)
    {
        for (var i = _judged.Count - 1; i >= 0; i--)
        {
            var last = i + 1 == _judged.Count;
            if (_judged[i].Asked.TryGetValue(rule.Id, out var text)) return (last ? Until : _judged[i + 1].At, text, last && !IsSilent);
        }

        return SeenBefore(rule.Id);
    }

    /// <summary>Until when a signal that counts only in the cold was last cold enough.</summary>
    public (DateTimeOffset At, string Text, bool Now)? Last(WeatherAlert alert, SignalRule rule)
    {
        if (IsCold(alert, rule)) return (_point.Now, "", true);
        for (var i = _judged.Count - 1; i >= 0; i--)
        {
            var end = i + 1 < _judged.Count ? _judged[i + 1].At : Until;
            if (end > alert.Sent && IsCold(alert, rule, _judged[i].At)) return (end, "", false);
        }

        return SeenBefore(alert.Key);
    }

    /// <summary>
    /// Whether a signal counts now: always, or when the lowest temperature forecast or named in its text is low enough. A forecast that stopped coming is
    /// still the last word.
    /// </summary>
    public bool IsCold(WeatherAlert alert, SignalRule rule) => IsCold(alert, rule, IsSilent ? Until - Instant : _point.Now);

    /// <summary>Whether what the newest forecast, however old it is, says of the night after a noon fulfils a rule.</summary>
    public bool AskedOfNight(ForecastRule rule, DateTimeOffset noon) =>
        AskedAt(noon, _point.Policy with { ForecastValidHours = 24 * 30, ForecastDays = 1 }).ContainsKey(rule.Id);

    private bool IsCold(WeatherAlert alert, SignalRule rule, DateTimeOffset at) => rule.OnlyWithMinimumAtMost is not { } limit
        || new[] { ForecastJudge.Minimum(_newest, _point.Policy, at, _point.Zone), SignalText.Minimum(alert.Description) }.Min() <= limit;

    private Dictionary<string, string> AskedAt(DateTimeOffset at, PatrolPolicy policy) =>
        ForecastJudge.Asked(_newest, policy, at, _point.Zone).GroupBy(each => each.Rule.Id, StringComparer.Ordinal)
            .ToDictionary(each => each.Key, each => each.First().Text, StringComparer.Ordinal);

    private (DateTimeOffset At, string Text, bool Now)? SeenBefore(string cause) =>
        _point.State.Seen.FirstOrDefault(each => each.Cause == cause) is { } seen ? (seen.At, seen.Text, false) : null;
}
