using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a command makes of the state, before anything is decided.</summary>
internal sealed class PatrolCommands(DecisionPoint point)
{
    private const int MostAlerts = 80, MostForecasts = 3;

    /// <summary>What was done and why, in Chinese.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the office is to be told.</summary>
    public List<OfficeMessage> Told { get; } = [];

    /// <summary>Why the command was refused, or null.</summary>
    public PatrolRefusal? Refusal { get; private set; }

    /// <summary>The message that was withdrawn by this command.</summary>
    public ReceivedAlert? Withdrawn { get; private set; }

    /// <summary>The state after the command; the same one when it changes nothing.</summary>
    public PatrolState Apply(PatrolCommand command)
    {
        var state = Forget();
        point = point.With(state);
        return command switch
        {
            PatrolCommand.ApplyAlert(var alert) => Apply(state, alert),
            PatrolCommand.ApplyForecast(var forecast) => Apply(state, forecast),
            PatrolCommand.SetOverride(var decision, var baseDecision) => Apply(state, decision, baseDecision),
            PatrolCommand.LiftOverride(var reason, var by) => Lift(state, reason, by),
            PatrolCommand.WithdrawAlert withdrawal => Withdraw(state, withdrawal),
            PatrolCommand.AnswerQuestion answer => Answer(state, answer),
            PatrolCommand.ConfirmProposal(var number, var by) => Decide(state, number, by, null),
            PatrolCommand.RejectProposal(var number, var by, var why) => Decide(state, number, by, why),
            PatrolCommand.Tick when state.Proposal is { } due && due.DueAt <= point.Now => Release(state, due),
            _ => state,
        };
    }

    /// <summary>Drops what can no longer matter; the same state when nothing is to be dropped.</summary>
    private PatrolState Forget()
    {
        var (state, now) = (point.State, point.Now);
        var ends = point.Signals.ToLookup(span => span.Alert.Key, span => span.Ends, StringComparer.Ordinal);
        List<ReceivedAlert> alerts = [.. state.Alerts.Where(each => ends[each.Alert.Key].Append(each.Alert.Sent).Max() + PatrolDecision.Memory > now)];
        List<ColdForecast> forecasts = [.. state.Forecasts
            .Where(each => each.Issued.AddHours(point.Policy.ForecastValidHours) + PatrolDecision.Memory > now).TakeLast(MostForecasts)];
        var seen = state.Seen.All(each => each.At + PatrolDecision.Memory > now) ? state.Seen
            : [.. state.Seen.Where(each => each.At + PatrolDecision.Memory > now)];
        var expired = state.Override is { } decision && decision.Until <= now;
        if (alerts.Count == state.Alerts.Count && forecasts.Count == state.Forecasts.Count && ReferenceEquals(seen, state.Seen) && !expired) return state;
        return state with { Alerts = alerts, Forecasts = forecasts, Seen = seen, Override = expired ? null : state.Override };
    }

    private PatrolState Apply(PatrolState state, WeatherAlert alert)
    {
        if (alert.Status != AlertStatus.Actual) return Unchanged(state, $"状态为 {alert.Status}（非实际预警），只登记，不通知任何人。");
        if (!alert.Areas.Any(area => WeatherAlert.Touches(area, point.Campaign.District))) return Unchanged(state, "预警不在本区范围内。");
        if (state.Alerts.Any(known => known.Alert.Key == alert.Key)) return Unchanged(state, "这条预警已经收过。");
        List<WeatherAlert> known = [.. state.Alerts.Select(each => each.Alert)];
        var copy = known.Find(other => AlertEpisodes.IsSameSignal(other, alert));
        if (copy is not null) Notes.Add($"与 {copy.Source} 的 {copy.Identifier} 是同一信号，已合并。");
        var unknown = AlertEpisodes.Unknown(alert, known);
        if (unknown.Count > 0) Notes.Add($"引用了未收到过的预警：{string.Join("、", unknown.Select(reference => reference.Identifier))}。");
        if (AlertEpisodes.Superseded(alert, known) is { Count: > 0 } ended) Notes.Add($"接续 {string.Join("、", ended.Select(other => other.Identifier))}。");
        else if (alert.MessageType == AlertMessageType.Cancel) Notes.Add("没有可解除的预警，只登记。");
        if (alert.MessageType is AlertMessageType.Alert or AlertMessageType.Update && point.RuleFor(alert) is null) Unlisted(alert, copy is not null);
        return Bounded(state with
        {
            Alerts = [.. state.Alerts.Append(new ReceivedAlert(alert, point.Now)).OrderBy(each => each.Alert.Sent)
            .ThenBy(each => each.Alert.Key, StringComparer.Ordinal)]
        });
    }

    /// <summary>A type that is cold by nature and stands in no rule of the policy never passes in silence.</summary>
    private void Unlisted(WeatherAlert alert, bool told)
    {
        if (!AlertTypes.IsCold(alert.TypeName))
        {
            Notes.Add($"“{alert.TypeName}”不是低温雨雪冰冻类预警，只登记和展示，不影响巡查。");
            return;
        }

        Notes.Add($"“{alert.TypeName}”不在巡查方案的预警类型里，没有自动下达指令，已请办公室研判。");
        if (told) return;
        Told.Add(new OfficeMessage($"unlisted|{alert.Hash}", PatrolEvent.Unlisted,
            $"【请研判】{alert.Issuer}{point.Local(alert.Sent)}发布{SignalSpan.NameOf(alert)}，巡查方案没有列出“{alert.TypeName}”，没有自动下达指令。需要加强巡查的，请办公室立即人工决定强度；今后自动下达的，请在下一版方案里列出这一类型。",
            alert.Level >= AlertLevel.Orange));
    }

    /// <summary>
    /// At most <see cref="MostAlerts"/>: what raises nothing goes first, then what is over, then the lowest and oldest. So a flood of rain and thunder drives
    /// no cold wave out.
    /// </summary>
    private PatrolState Bounded(PatrolState state)
    {
        if (state.Alerts.Count <= MostAlerts) return state;
        var ends = SignalSpan.Of(state, point.Policy).ToLookup(span => span.Alert.Key, span => span.Ends, StringComparer.Ordinal);
        int Weight(ReceivedAlert each) => point.RuleFor(each.Alert) is null ? 0 : ends[each.Alert.Key].Any(end => end.AddDays(1) <= point.Now) ? 1 : 2;
        var kept = state.Alerts.OrderByDescending(Weight).ThenByDescending(each => point.RuleFor(each.Alert)?.For(each.Alert.Level))
            .ThenByDescending(each => each.Alert.Sent).Take(MostAlerts).ToHashSet();
        return state with { Alerts = [.. state.Alerts.Where(kept.Contains)] };
    }

    private PatrolState Apply(PatrolState state, ColdForecast forecast)
    {
        if (!forecast.Areas.Any(area => WeatherAlert.Touches(area, point.Campaign.District))) return Unchanged(state, "预报不在本区范围内。");
        if (state.Forecasts.Any(known => known.Source == forecast.Source && known.Issued == forecast.Issued)) return Unchanged(state, "这份预报已经收过。");
        if (state.Forecasts.Count > 0 && forecast.Issued < state.Forecasts[^1].Issued) return Unchanged(state, "已有更新的预报，这一份只登记。");
        return state with { Seen = PatrolConditions.Seen(point), Forecasts = [.. state.Forecasts.Append(forecast).TakeLast(MostForecasts)] };
    }

    private PatrolState Apply(PatrolState state, PatrolOverride decision, int? baseDecision)
    {
        if (state.Override?.IsSameDecision(decision) == true) return Unchanged(state, "这项决定已经生效，未重复记录。");
        if (decision.BaseRevision is { } expected && expected != state.Revision)
        {
            return Refused(state, PatrolRefusal.Stale, $"您依据的是第 {expected} 号指令，现行的是第 {state.Revision} 号。请核对后再决定。");
        }

        // A decision that changed nobody's intensity has no order of its own: whoever decides upon the same order has not seen it.
        if (decision.BaseRevision is not null && state.Override is { BaseRevision: not null } other && other.BaseRevision == decision.BaseRevision
            && baseDecision != other.Number)
        {
            return Refused(state, PatrolRefusal.Stale,
                $"{other.DecidedBy}已依据第 {other.BaseRevision} 号指令作出决定：{other.Intensity.Name(point.Policy)}，理由：{other.Reason}。核对后仍要改变的，请写明 baseDecision：{other.Number}。");
        }

        Notes.Add($"{decision.DecidedBy}决定：{decision.Intensity.Name(point.Policy)}，理由：{decision.Reason}。");
        var foreseen = ForecastJudge.Asked(state.Forecasts, point.Policy, point.Now, point.Zone).Select(each => each.Rule.Intensity).DefaultIfEmpty().Max();
        return state with { Decisions = state.Decisions + 1, Override = decision with { Foreseen = foreseen, Number = state.Decisions + 1 } };
    }

    private PatrolState Lift(PatrolState state, string reason, string by)
    {
        if (state.Override is null) return Unchanged(state, "没有人工决定可以撤销。");
        Notes.Add($"{by}撤销人工决定，理由：{reason}。");
        return state with { Override = null };
    }

    private PatrolState Withdraw(PatrolState state, PatrolCommand.WithdrawAlert command)
    {
        if (state.Alerts.FirstOrDefault(each => each.Alert.Hash == command.Hash) is not { } mistake)
        {
            return Refused(state, PatrolRefusal.NotFound, "现行的预警里没有这一条，可能已经过期。");
        }

        if (mistake.Withdrawn is { } already) return Unchanged(state, $"这条预警已由{already.By}撤回。");
        Withdrawn = mistake with { Withdrawn = new Withdrawal(command.DecidedBy, command.Reason, point.Now) };
        Notes.Add($"{command.DecidedBy}撤回{mistake.Alert.Issuer}{point.Local(mistake.Alert.Sent)}的{SignalSpan.NameOf(mistake.Alert)}，理由：{command.Reason}。");
        return state with { Alerts = [.. state.Alerts.Select(each => ReferenceEquals(each, mistake) ? Withdrawn : each)] };
    }

    private PatrolState Answer(PatrolState state, PatrolCommand.AnswerQuestion command)
    {
        if (state.Questions.FirstOrDefault(each => each.Id == command.Id) is not { } question)
        {
            return Refused(state, PatrolRefusal.NotFound, "这项询问已不存在：天气情况已经明确。");
        }

        var answer = new OfficeAnswer(command.Until, command.DecidedBy, command.Reason, point.Now);
        if (question.Answer is { } before && before with { At = answer.At } == answer) return Unchanged(state, "这项答复已经记录。");
        Notes.Add(command.Until is { } until ? $"{command.DecidedBy}确认天气持续，继续执行至{point.Local(until)}。"
            : $"{command.DecidedBy}确认天气已经结束，观察至{point.Local(point.NextNoon)}后调整。");
        return state with { Questions = [.. state.Questions.Select(each => ReferenceEquals(each, question) ? each with { Answer = answer } : each)] };
    }

    /// <summary>Confirms a proposal, or with a reason rejects it.</summary>
    private PatrolState Decide(PatrolState state, int number, string by, string? why)
    {
        if (state.Proposal is not { } proposal || proposal.Number != number) return Unchanged(state, "这项待定指令已不存在。");
        Notes.Add(why is null ? $"{by}确认第 {number} 号待定指令。" : $"{by}驳回第 {number} 号待定指令，理由：{why}。");
        var decided = state with { Proposal = null, LastProposal = new ProposalDecision(number, why is null, by, why, point.Now) };
        return why is null ? decided : decided with
        {
            Rejected = [.. state.Rejected.Where(each => each.Until > point.Now), .. proposal.Basis.Select(PatrolDecision.Cause).OfType<string>()
                .Select(cause => new RejectedCause(cause, point.NextNoon))],
        };
    }

    private PatrolState Release(PatrolState state, PatrolProposal due)
    {
        Notes.Add($"第 {due.Number} 号待定指令逾期无人决定，自动下达。");
        return state with { Proposal = null, LastProposal = new ProposalDecision(due.Number, true, null, null, point.Now) };
    }

    private PatrolState Unchanged(PatrolState state, string note)
    {
        Notes.Add(note);
        return state;
    }

    private PatrolState Refused(PatrolState state, PatrolRefusal refusal, string note)
    {
        Refusal = refusal;
        return Unchanged(state, note);
    }
}
