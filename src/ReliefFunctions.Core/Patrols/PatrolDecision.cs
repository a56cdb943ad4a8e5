using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// From weather and people's decisions to the district's order. Pure: everything it knows comes as an argument, time included, so that a
/// decision that met a conflict is simply made again.
/// </summary>
/// <remarks>
/// Upgrades are ordered at once. A condition that has ended holds the intensity that was ordered until the next <see cref="PatrolPolicy.ClearThrough"/>
/// (noon), and never raises it; lower intensities decided at night wait for the morning.
/// </remarks>
public static class PatrolDecision
{
    /// <summary>Ended messages are kept this long, so that late and reordered ones still find what they refer to.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private const int MostAlerts = 80;

    private static readonly TimeSpan CapWindow = TimeSpan.FromHours(1);

    /// <summary>
    /// Decides, whatever is stored and whatever comes in: what cannot be decided on is set apart (<see cref="PatrolOutcome.Quarantined"/>) and the decision
    /// made without it. <paramref name="units"/> may hold closed units; they are left out.
    /// </summary>
    public static PatrolOutcome Decide(PatrolState state, PatrolCommand command, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy, DateTimeOffset now) =>
        PatrolQuarantine.Around(state, command, policy, now, (sound, asked, usable) => DecideOn(sound, asked, campaign, units, usable, now));

    private static PatrolOutcome DecideOn(PatrolState state, PatrolCommand command, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy, DateTimeOffset now)
    {
        if (command is PatrolCommand.SendDrill drill) return Drill(state, drill, campaign, units, policy, now);
        List<string> notes = [];
        var next = Apply(state, command, campaign, policy, now, notes);
        var day = LocalTime.DateOf(now, campaign.Zone());
        if (day < campaign.Start)
        {
            notes.Add($"专项行动自 {campaign.Start:yyyy-MM-dd} 起，此前不下达巡查指令。");
            return new PatrolOutcome(next, null, notes, !ReferenceEquals(next, state));
        }

        // Cold weather does not end with the campaign: what was ordered stands until it passes and is lifted then, and nothing is raised any more.
        var over = day > campaign.LastDay;
        if (over) notes.Add($"专项行动已于 {campaign.LastDay:yyyy-MM-dd} 结束，不再上调巡查强度；确需继续的，请先办理顺延。");
        var openOn = over ? campaign.LastDay : day;
        var open = units.Where(unit => unit.IsOpen(openOn, openOn) && (!over || state.Units.ContainsKey(unit.Code))).ToList();
        var conditions = Conditions(next, campaign, open, policy, now);
        var held = new Dictionary<string, PatrolIntensity>();
        var capped = IsCapped(state, next, policy, now);
        var quiet = IsQuiet(now, campaign.Zone(), policy);
        var snapshot = new Dictionary<string, PatrolIntensity>();
        var waiting = false;
        foreach (var unit in open)
        {
            var current = state.Units.TryGetValue(unit.Code, out var known) ? known : (PatrolIntensity?)null;
            var wanted = Wanted(unit.Code, current ?? PatrolIntensity.Routine, conditions, next.Override);
            if (over && wanted > current) wanted = current.Value;
            waiting |= quiet && wanted < current;
            if (capped && wanted > current && wanted < PatrolIntensity.RoundTheClock && !Covers(next.Override, unit.Code)) held[unit.Code] = wanted;
            snapshot[unit.Code] = (quiet && wanted < current) || held.ContainsKey(unit.Code) ? current!.Value : wanted;
        }

        next = Propose(next, held, conditions, policy, now, notes);

        if (waiting) notes.Add($"夜间不降低巡查强度，{policy.QuietTo:HH\\:mm} 后下达。");
        List<string> changed = [.. open.Select(unit => unit.Code).Where(code => !state.Units.TryGetValue(code, out var known) || known != snapshot[code])];
        if (changed.Count == 0) return new PatrolOutcome(next, null, notes, !ReferenceEquals(next, state));

        if (changed.Exists(code => state.Units.TryGetValue(code, out var old) && old < snapshot[code] && !Covers(next.Override, code)))
        {
            next = next with { Raised = [.. next.Raised.Where(at => at > now - CapWindow), now] };
        }

        var basis = Basis(state, conditions, next.Override, snapshot, changed, waiting, policy, now, campaign.Zone());
        if (next.LastProposal is { Confirmed: true } decided && decided.At == now)
        {
            basis.Add(new OrderBasis("proposal", decided.DecidedBy is { } by ? $"{by}确认第{decided.Number}号待定指令" : $"第{decided.Number}号待定指令逾期无人决定，自动下达", snapshot.Values.Max()));
        }

        basis.AddRange(Ended(next, policy, now, campaign.Zone()));
        var order = new PatrolOrder
        {
            District = campaign.District,
            Season = campaign.Season,
            Revision = state.Revision + 1,
            IssuedAt = now,
            Units = snapshot,
            Changed = changed,
            Lifted = changed.Where(code => state.Units.TryGetValue(code, out var old) && old > snapshot[code]).ToDictionary(code => code, code => state.Units[code]),
            Reason = basis[0].Text,
            Basis = basis,
            TonightMinimum = ForecastJudge.Tonight(next.Forecasts, policy, now, campaign.Zone())?.Minimum,
            PolicyVersion = policy.Version,
            ReviewAt = NextTime(now, policy.ClearThrough, campaign.Zone()),
        };
        var noticeOf = new Dictionary<string, int>(state.NoticeOf.Where(pair => snapshot.ContainsKey(pair.Key)));
        foreach (var code in changed) noticeOf[code] = order.Revision;
        notes.Add($"下达第 {order.Revision} 号巡查指令：{order.Highest.Name(policy)}，通知 {changed.Count} 家单位。");
        return new PatrolOutcome(next with { Revision = order.Revision, Units = snapshot, NoticeOf = noticeOf }, order, notes, true);
    }

    /// <summary>
    /// A drill goes the way of an order to every unit that will be open on the first day, and leaves the patrols as they are: no intensity, no notice in
    /// force, no number of an order. It is for the time before the campaign: once patrols are ordered, a message that asks for none would blunt those that do.
    /// </summary>
    private static PatrolOutcome Drill(PatrolState state, PatrolCommand.SendDrill drill, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy, DateTimeOffset now)
    {
        if (LocalTime.DateOf(now, campaign.Zone()) >= campaign.Start) return new PatrolOutcome(state, null, [$"专项行动已于 {campaign.Start:yyyy-MM-dd} 开始，不再进行通联测试。"], false);
        if (drill.Number != state.Drills + 1) return new PatrolOutcome(state, null, [drill.Number <= state.Drills ? $"第 {drill.Number} 次通联测试已经发出，未重复发送。" : $"下一次通联测试是第 {state.Drills + 1} 次。"], false);
        List<string> open = [.. units.Where(unit => unit.IsOpen(campaign.Start, campaign.Start)).Select(unit => unit.Code)];
        var order = new PatrolOrder
        {
            District = campaign.District,
            Season = campaign.Season,
            Revision = -drill.Number,
            Drill = new PatrolDrill(drill.DecidedBy, now.AddMinutes(drill.AcknowledgeMinutes)),
            IssuedAt = now,
            Units = open.ToDictionary(code => code, _ => PatrolIntensity.Routine),
            Changed = open,
            Reason = drill.Reason,
            Basis = [new OrderBasis("drill", drill.Reason, PatrolIntensity.Routine)],
            PolicyVersion = policy.Version,
            ReviewAt = LocalTime.ToUtc(campaign.Start, TimeOnly.MinValue, campaign.Zone()),
        };
        return new PatrolOutcome(state with { Drills = drill.Number }, order, [$"发出第 {drill.Number} 次通联测试，通知 {open.Count} 家单位。"], true);
    }

    /// <summary>The messages that stand at <paramref name="now"/>, copies from other feeds left out.</summary>
    public static IReadOnlyList<AlertSpan> ActiveAlerts(PatrolState state, PatrolPolicy policy, DateTimeOffset now)
    {
        List<AlertSpan> active = [];
        foreach (var span in Spans(state, policy).Where(span => span.Ends > now).OrderBy(span => span.Alert.Sent).ThenBy(span => span.Alert.Key, StringComparer.Ordinal))
        {
            if (!active.Exists(known => AlertEpisodes.IsSameSignal(known.Alert, span.Alert))) active.Add(span);
        }

        return active;
    }

    private static PatrolState Apply(PatrolState state, PatrolCommand command, Campaign campaign, PatrolPolicy policy, DateTimeOffset now, List<string> notes)
    {
        state = Forget(state, policy, now);
        switch (command)
        {
            case PatrolCommand.ApplyAlert(var alert):
                return ApplyAlert(state, alert, campaign, policy, now, notes);
            case PatrolCommand.ApplyForecast(var forecast):
                if (!forecast.Areas.Any(area => WeatherAlert.Touches(area, campaign.District)))
                {
                    notes.Add("预报不在本区范围内。");
                    return state;
                }

                if (state.Forecasts.Any(known => known.Source == forecast.Source && known.Issued == forecast.Issued))
                {
                    notes.Add("这份预报已经收过。");
                    return state;
                }

                return state with { Forecasts = [.. state.Forecasts.Append(forecast).OrderBy(each => each.Issued)] };
            case PatrolCommand.SetOverride(var decision):
                if (state.Override is { } same && same with { At = decision.At, Units = decision.Units, Foreseen = decision.Foreseen } == decision && same.Units.SequenceEqual(decision.Units))
                {
                    notes.Add("这项决定已经生效，未重复记录。");
                    return state;
                }

                notes.Add($"{decision.DecidedBy}决定：{decision.Intensity.Name(policy)}，理由：{decision.Reason}。");
                return state with { Override = decision with { Foreseen = ForecastJudge.Asked(state.Forecasts, policy, now, campaign.Zone()).Select(each => each.Rule.Intensity).DefaultIfEmpty().Max() } };
            case PatrolCommand.ConfirmProposal(var number, var confirmedBy) when state.Proposal?.Number == number:
                notes.Add($"{confirmedBy}确认第 {number} 号待定指令。");
                return state with { Proposal = null, LastProposal = new ProposalDecision(number, true, confirmedBy, null, now) };
            case PatrolCommand.RejectProposal(var number, var rejectedBy, var why) when state.Proposal is { } proposal && proposal.Number == number:
                notes.Add($"{rejectedBy}驳回第 {number} 号待定指令，理由：{why}。");
                var until = NextTime(now, policy.ClearThrough, campaign.Zone());
                return state with
                {
                    Proposal = null,
                    LastProposal = new ProposalDecision(number, false, rejectedBy, why, now),
                    Rejected = [.. state.Rejected.Where(each => each.Until > now), .. proposal.Basis.Select(Cause).OfType<string>().Select(cause => new RejectedCause(cause, until))],
                };
            case PatrolCommand.ConfirmProposal or PatrolCommand.RejectProposal:
                notes.Add("这项待定指令已不存在。");
                return state;
            case PatrolCommand.LiftOverride(var reason, var by):
                notes.Add(state.Override is null ? "没有人工决定可以撤销。" : $"{by}撤销人工决定，理由：{reason}。");
                return state.Override is null ? state : state with { Override = null };
            case PatrolCommand.Tick when state.Proposal is { } due && due.DueAt <= now:
                notes.Add($"第 {due.Number} 号待定指令逾期无人决定，自动下达。");
                return state with { Proposal = null, LastProposal = new ProposalDecision(due.Number, true, null, null, now) };
            default:
                return state;
        }
    }

    /// <summary>Whether raising waits now: while a proposal waits, and when the hour's orders are used up. What has just been confirmed or fell due goes out.</summary>
    private static bool IsCapped(PatrolState before, PatrolState next, PatrolPolicy policy, DateTimeOffset now) =>
        next.Proposal is not null || ((before.Proposal is null || next.LastProposal is not { Confirmed: true }) && next.Raised.Count(at => at > now - CapWindow) >= policy.OrdersPerHour);

    private static bool Covers(PatrolOverride? decision, string unit) => decision is not null && (decision.Units.Count == 0 || decision.Units.Contains(unit));

    private static string? Cause(OrderBasis basis) => basis.Alert ?? basis.Rule;

    /// <summary>The state with what is held proposed to the office; without a proposal when nothing waits any more.</summary>
    private static PatrolState Propose(PatrolState state, Dictionary<string, PatrolIntensity> held, List<Condition> conditions, PatrolPolicy policy, DateTimeOffset now, List<string> notes)
    {
        if (held.Count == 0) return state.Proposal is null ? state : state with { Proposal = null };
        if (state.Proposal?.Proposes(held) == true) return state;
        List<OrderBasis> basis = [.. conditions.Where(condition => condition.Active && held.Keys.Any(condition.Covers) && condition.Intensity > PatrolIntensity.Routine).OrderByDescending(condition => condition.Intensity).Select(condition => condition.Basis).DistinctBy(Cause)];
        var proposal = new PatrolProposal(state.Proposals + 1, state.Proposal?.At ?? now, state.Proposal?.DueAt ?? now.AddMinutes(policy.ProposalMinutes), held, basis);
        notes.Add($"一小时内已因天气下达 {policy.OrdersPerHour} 次升级指令，{held.Count} 家单位的升级作为第 {proposal.Number} 号待定指令等待办公室确认。");
        return state with { Proposal = proposal, Proposals = proposal.Number };
    }

    private static PatrolState ApplyAlert(PatrolState state, WeatherAlert alert, Campaign campaign, PatrolPolicy policy, DateTimeOffset now, List<string> notes)
    {
        if (alert.Status != AlertStatus.Actual)
        {
            notes.Add($"状态为 {alert.Status}（非实际预警），只登记，不通知任何人。");
            return state;
        }

        if (!alert.Areas.Any(area => WeatherAlert.Touches(area, campaign.District)))
        {
            notes.Add("预警不在本区范围内。");
            return state;
        }

        if (state.Alerts.Any(known => known.Alert.Key == alert.Key))
        {
            notes.Add("这条预警已经收过。");
            return state;
        }

        List<WeatherAlert> known = [.. state.Alerts.Select(each => each.Alert)];
        if (known.Find(other => AlertEpisodes.IsSameSignal(other, alert)) is { } copy) notes.Add($"与 {copy.Source} 的 {copy.Identifier} 是同一信号，已合并。");
        if (AlertEpisodes.Unknown(alert, known) is { Count: > 0 } unknown) notes.Add($"引用了未收到过的预警：{string.Join("、", unknown.Select(reference => reference.Identifier))}。");
        if (alert.MessageType is AlertMessageType.Update or AlertMessageType.Cancel)
        {
            var ended = AlertEpisodes.Superseded(alert, known);
            if (ended.Count > 0) notes.Add($"接续 {string.Join("、", ended.Select(other => other.Identifier))}。");
            else if (alert.MessageType == AlertMessageType.Cancel) notes.Add("没有可解除的预警，只登记。");
        }

        if (alert.MessageType != AlertMessageType.Cancel && RuleFor(alert, policy) is null) notes.Add($"“{alert.TypeName}”不是低温雨雪冰冻类预警，只登记和展示，不影响巡查。");
        var kept = state.Alerts.Append(new ReceivedAlert(alert, now)).OrderBy(each => each.Alert.Sent).ThenBy(each => each.Alert.Key, StringComparer.Ordinal).ToList();
        return Bounded(state with { Alerts = kept }, policy, now);
    }

    /// <summary>At most <see cref="MostAlerts"/>: what raises nothing goes first, then what ended, each the oldest first. So a flood of rain and thunder drives no cold wave out.</summary>
    private static PatrolState Bounded(PatrolState state, PatrolPolicy policy, DateTimeOffset now)
    {
        if (state.Alerts.Count <= MostAlerts) return state;
        var ends = Spans(state, policy).ToDictionary(span => span.Alert.Key, span => span.Ends, StringComparer.Ordinal);
        int Weight(ReceivedAlert each) => RuleFor(each.Alert, policy) is null ? 0 : ends.TryGetValue(each.Alert.Key, out var end) && end.AddDays(1) <= now ? 1 : 2;
        var kept = state.Alerts.OrderByDescending(Weight).ThenByDescending(each => each.Alert.Sent).Take(MostAlerts).ToHashSet();
        return state with { Alerts = [.. state.Alerts.Where(kept.Contains)] };
    }

    /// <summary>Drops what can no longer matter; the same state when nothing is to be dropped.</summary>
    private static PatrolState Forget(PatrolState state, PatrolPolicy policy, DateTimeOffset now)
    {
        var ends = Spans(state, policy).ToDictionary(span => span.Alert.Key, span => span.Ends, StringComparer.Ordinal);
        List<ReceivedAlert> alerts = [.. state.Alerts.Where(each => (ends.TryGetValue(each.Alert.Key, out var end) ? end : each.Alert.Sent) + Memory > now)];
        List<ColdForecast> forecasts = [.. state.Forecasts.Where(each => each.Issued.AddHours(policy.ForecastValidHours) + TimeSpan.FromDays(2) > now).TakeLast(12)];
        var expired = state.Override is { } decision && decision.Until <= now;
        if (alerts.Count == state.Alerts.Count && forecasts.Count == state.Forecasts.Count && !expired) return state;
        return state with { Alerts = alerts, Forecasts = forecasts, Override = expired ? null : state.Override };
    }

    private static IReadOnlyList<AlertSpan> Spans(PatrolState state, PatrolPolicy policy) =>
        AlertEpisodes.Resolve([.. state.Alerts.Select(each => each.Alert)], TimeSpan.FromHours(policy.SignalValidHours));

    private sealed record Condition(PatrolIntensity Intensity, bool Active, IReadOnlyList<string>? Units, DateTimeOffset? ReceivedAt, OrderBasis Basis)
    {
        public bool Covers(string unit) => Units is null || Units.Contains(unit);
    }

    private static List<Condition> Conditions(PatrolState state, Campaign campaign, List<Unit> units, PatrolPolicy policy, DateTimeOffset now)
    {
        var zone = campaign.Zone();
        var lastNoon = NextTime(now, policy.ClearThrough, zone, days: -1);

        // A forecast's judgement changes when a newer one comes and at the times of the policy; between those points it stands.
        List<DateTimeOffset> points = [.. state.Forecasts.Select(each => each.Issued).Concat(policy.ForecastTimes.Select(time => NextTime(now, time, zone, days: -1))).Where(at => at > lastNoon && at < now).Append(lastNoon).Append(now).Distinct()];
        List<Condition> conditions = [];
        foreach (var span in Spans(state, policy).Where(span => span.Ends > now || span.Ends >= lastNoon).OrderByDescending(span => span.Alert.Sent).ThenBy(span => span.Alert.Key, StringComparer.Ordinal))
        {
            var alert = span.Alert;
            if (RuleFor(alert, policy) is not { } rule) continue;
            List<ReceivedAlert> copies = [.. state.Alerts.Where(each => each.Alert.Key == alert.Key || AlertEpisodes.IsSameSignal(each.Alert, alert))];
            if (copies.Exists(each => IsRejected(each.Alert.Identifier, rule.For(alert.Level)))) continue;
            bool IsCold(DateTimeOffset at) => rule.OnlyWithMinimumAtMost is not { } limit || Minimum(alert, state, policy, at, zone) <= limit;
            if (!points.Exists(at => (at == now || at >= alert.Sent) && IsCold(at))) continue;
            var (active, intensity) = (span.Ends > now && IsCold(now), rule.For(alert.Level));
            var scope = AlertArea.UnitsOf(alert, campaign.District, units, policy);
            var name = $"{alert.TypeName}{SignalText.Name(alert.Level)}预警";
            var text = active
                ? $"{alert.Issuer}{Local(alert.Sent, zone)}{(alert.MessageType == AlertMessageType.Update ? "更新" : "发布")}{name}"
                : $"{name}{(span.Ends > now ? "期间最低气温回升" : "已" + HowEnded(span))}，观察至{Local(NextTime(now, policy.ClearThrough, zone), zone)}";
            conditions.Add(new Condition(intensity, active, scope, copies.Min(each => each.ReceivedAt),
                new OrderBasis(active ? "signal" : "cooling", text, intensity, rule.Id, alert.Identifier, scope, alert.Issuer + name)
                {
                    From = active ? alert.Onset : null,
                    To = active && (alert.Ends ?? alert.Expires) is not null ? span.Ends : null,
                }));
        }

        foreach (var at in points)
        {
            foreach (var (rule, text) in ForecastJudge.Asked(state.Forecasts, policy, at, zone))
            {
                if (IsRejected(rule.Id, rule.Intensity)) continue;
                var active = at == now;
                conditions.Add(new Condition(rule.Intensity, active, null, null, new OrderBasis(active ? "forecast" : "cooling", active ? text : text + "（已好转，观察至中午）", rule.Intensity, rule.Id, Short: ForecastJudge.Short(rule))));
            }
        }

        return conditions;

        bool IsRejected(string cause, PatrolIntensity intensity) => intensity < PatrolIntensity.RoundTheClock && state.Rejected.Any(each => each.Cause == cause && each.Until > now);
    }

    private static PatrolIntensity Wanted(string unit, PatrolIntensity current, List<Condition> conditions, PatrolOverride? decision)
    {
        static PatrolIntensity Highest(IEnumerable<Condition> some) => some.Select(condition => condition.Intensity).DefaultIfEmpty(PatrolIntensity.Routine).Max();
        var mine = conditions.Where(condition => condition.Covers(unit)).ToList();
        if (Covers(decision, unit))
        {
            // The person decided on what was known then; what came since and asks for more goes above. A signal that another feed repeats was known.
            var since = Highest(mine.Where(condition => condition.Active && (condition.ReceivedAt is { } received ? received > decision!.At : condition.Intensity > decision!.Foreseen)));
            return since > decision!.Intensity ? since : decision.Intensity;
        }

        var (active, held) = (Highest(mine.Where(condition => condition.Active)), Highest(mine));
        var keep = held < current ? held : current;
        return active > keep ? active : keep;
    }

    private static List<OrderBasis> Basis(PatrolState before, List<Condition> conditions, PatrolOverride? decision, Dictionary<string, PatrolIntensity> snapshot, List<string> changed, bool waiting, PatrolPolicy policy, DateTimeOffset now, TimeZoneInfo zone)
    {
        List<OrderBasis> basis = [];
        if (decision is not null)
        {
            basis.Add(new OrderBasis("override", $"{decision.DecidedBy}决定：{decision.Reason}（至{Local(decision.Until, zone)}）", decision.Intensity, Units: decision.Units.Count == 0 ? null : decision.Units, Short: "办公室决定"));
        }

        var highest = snapshot.Values.Max();
        basis.AddRange(conditions.Where(condition => condition.Active || condition.Intensity <= highest).OrderByDescending(condition => condition.Active).ThenByDescending(condition => condition.Intensity).Select(condition => condition.Basis));
        if (changed.All(code => !before.Units.ContainsKey(code)) && before.Revision > 0) basis.Insert(0, new OrderBasis("opened", "新增报送单位执行现行强度", snapshot[changed[0]]));
        if (waiting) basis.Add(new OrderBasis("quiet", $"夜间不降低强度，{policy.QuietTo:HH\\:mm}后再调整", highest));

        // What leads is what made the change: for a lowering, that nothing asks for more.
        var lowered = changed.All(code => before.Units.TryGetValue(code, out var old) && old > snapshot[code]);
        if (basis.Count == 0 || (lowered && decision is null && !basis.Exists(each => each.Kind is "signal" or "forecast")))
        {
            basis.Insert(0, new OrderBasis("routine", before.Revision == 0 ? "专项行动启动，无低温雨雪冰冻预警" : "低温雨雪冰冻条件已消失", PatrolIntensity.Routine, Short: before.Revision == 0 ? "专项行动启动" : "低温条件已消失"));
        }

        // A raise is led by what asked for it, which may stand above a person's decision or beside it.
        var raised = changed.Max(code => snapshot[code]);
        var lead = lowered ? -1 : basis.FindIndex(each => each.Intensity == raised && (each.Units is null || each.Units.Any(changed.Contains)));
        if (lead > 0) basis = [basis[lead], .. basis[..lead], .. basis[(lead + 1)..]];
        return [.. basis.DistinctBy(each => (each.Kind, each.Text, each.Rule))];
    }

    /// <summary>What ended within the last two days and no longer holds anything: why an order could be lowered.</summary>
    private static IEnumerable<OrderBasis> Ended(PatrolState state, PatrolPolicy policy, DateTimeOffset now, TimeZoneInfo zone) =>
        from span in Spans(state, policy)
        let rule = RuleFor(span.Alert, policy)
        where rule is not null && span.Ends < NextTime(now, policy.ClearThrough, zone, days: -1) && span.Ends > now.AddDays(-2)
        select new OrderBasis("ended", $"{span.Alert.TypeName}{SignalText.Name(span.Alert.Level)}预警{Local(span.Ends, zone)}{HowEnded(span)}", rule.For(span.Alert.Level), rule.Id, span.Alert.Identifier);

    private static string HowEnded(AlertSpan span) => span.EndedBy switch
    {
        null => "到期",
        { MessageType: AlertMessageType.Cancel } => "解除",
        _ => "更新",
    };

    private static SignalRule? RuleFor(WeatherAlert alert, PatrolPolicy policy) => policy.Signals.FirstOrDefault(rule => rule.Types.Contains(alert.TypeName));

    private static double? Minimum(WeatherAlert alert, PatrolState state, PatrolPolicy policy, DateTimeOffset at, TimeZoneInfo zone) =>
        new[] { ForecastJudge.Minimum(state.Forecasts, policy, at, zone), SignalText.Minimum(alert.Description) }.Min();

    private static bool IsQuiet(DateTimeOffset now, TimeZoneInfo zone, PatrolPolicy policy)
    {
        var time = TimeOnly.FromDateTime(LocalTime.In(now, zone).DateTime);
        return time.IsBetween(policy.QuietFrom, policy.QuietTo);
    }

    /// <summary>The first such time of day after <paramref name="now"/>, or the days before it.</summary>
    internal static DateTimeOffset NextTime(DateTimeOffset now, TimeOnly time, TimeZoneInfo zone, int days = 0)
    {
        var day = LocalTime.DateOf(now, zone);
        var today = LocalTime.ToUtc(day, time, zone);
        return LocalTime.ToUtc((today > now ? day : day.AddDays(1)).AddDays(days), time, zone);
    }

    private static string Local(DateTimeOffset at, TimeZoneInfo zone) => NoticeText.Moment(at, zone);
}
