using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// From weather and people's decisions to the district's order. Pure: everything it knows comes as an argument, time included, so that a
/// decision that met a conflict is simply made again.
/// </summary>
/// <remarks>
/// Upgrades are ordered at once. A condition that has ended holds the intensity that was ordered until the next <see cref="PatrolPolicy.ClearThrough"/>
/// (noon), and never raises it; lower intensities decided at night wait for the morning, unless a person decides them.
/// </remarks>
public sealed class PatrolDecision
{
    /// <summary>Ended messages are kept this long, so that late and reordered ones still find what they refer to.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private static readonly TimeSpan CapWindow = TimeSpan.FromHours(1);

    private readonly PatrolState _before;
    private readonly IReadOnlyList<Unit> _units;
    private readonly List<string> _notes = [];
    private DecisionPoint _point;

    private PatrolDecision(DecisionPoint point, IReadOnlyList<Unit> units)
    {
        (_before, _point, _units) = (point.State, point, units);
    }

    /// <summary>
    /// Decides, whatever is stored and whatever comes in: what cannot be decided on is set apart (<see cref="PatrolOutcome.Quarantined"/>) and the decision
    /// made without it. <paramref name="units"/> may hold closed units; they are left out.
    /// </summary>
    public static PatrolOutcome Decide(PatrolState state, PatrolCommand command, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy,
        DateTimeOffset now) =>
        PatrolQuarantine.Around(state, command, policy, now, (sound, asked, usable) => asked is PatrolCommand.SendDrill drill
            ? Drill(sound, drill, campaign, units, usable, now)
            : new PatrolDecision(new DecisionPoint(sound, usable, campaign, now), units).On(asked));

    private PatrolOutcome On(PatrolCommand command)
    {
        // Apply.
        var commands = new PatrolCommands(_point);
        _point = _point.With(commands.Apply(command));
        _notes.AddRange(commands.Notes);
        if (commands.Refusal is { } refusal) return new PatrolOutcome(_before, null, _notes, false) { Refusal = refusal };
        if (_point.Today < _point.Campaign.Start)
        {
            _notes.Add($"专项行动自 {_point.Campaign.Start:yyyy-MM-dd} 起，此前不下达巡查指令。");
            return new PatrolOutcome(_point.State, null, _notes, !ReferenceEquals(_point.State, _before)) { Told = commands.Told };
        }

        // Conditions.
        var (open, over) = Open();
        var conditions = PatrolConditions.Of(_point, open);

        // Wanted, and what of it has to wait.
        var wanted = open.ToDictionary(unit => unit.Code, unit => Wanted(unit.Code, conditions, over), StringComparer.Ordinal);
        var held = Held(wanted);
        var waits = wanted.Where(each => Waits(each.Key, each.Value, command)).Select(each => each.Key).ToHashSet(StringComparer.Ordinal);
        if (waits.Count > 0) _notes.Add($"夜间不降低巡查强度，{_point.Policy.QuietTo:HH\\:mm} 后下达。");
        Propose(held, conditions);
        var told = commands.Told.Concat(Ask(wanted, conditions)).ToList();

        // Order.
        bool Stays(string unit) => held.ContainsKey(unit) || waits.Contains(unit);
        var snapshot = wanted.ToDictionary(each => each.Key, each => Stays(each.Key) ? _before.Units[each.Key] : each.Value, StringComparer.Ordinal);
        var coming = Coming(snapshot, conditions, over || held.Count > 0);
        return Order(snapshot, coming, conditions, waits.Count > 0, commands.Withdrawn) with { Told = told };
    }

    /// <summary>
    /// The units to decide for. Cold weather does not end with the campaign: what was ordered stands until it passes and is lifted then, and nothing is
    /// raised any more.
    /// </summary>
    private (List<Unit> Open, bool Over) Open()
    {
        var last = _point.Campaign.LastDay;
        var over = _point.Today > last;
        if (over)
        {
            _notes.Add($"专项行动已于 {last:yyyy-MM-dd} 结束，不再上调巡查强度；确需继续的，请先办理顺延。");
            _point = new DecisionPoint(_point.State, _point.Policy with { StepDownDays = 0 }, _point.Campaign, _point.Now);
        }

        var day = over ? last : _point.Today;
        return ([.. _units.Where(unit => unit.IsOpen(day, day) && (!over || _before.Units.ContainsKey(unit.Code))).DistinctBy(unit => unit.Code)], over);
    }

    private PatrolIntensity Wanted(string unit, List<Condition> conditions, bool over)
    {
        static PatrolIntensity Highest(IEnumerable<Condition> some) =>
            some.Select(condition => condition.Intensity).DefaultIfEmpty(PatrolIntensity.Routine).Max();
        static PatrolIntensity Max(PatrolIntensity one, PatrolIntensity other) => one > other ? one : other;
        var current = _before.Units.GetValueOrDefault(unit);
        var mine = conditions.Where(condition => condition.Phase != ConditionPhase.Coming && condition.Covers(unit)).ToList();
        PatrolIntensity wanted;
        if (_point.State.Override is { } decision && Covers(decision, unit))
        {
            // The person decided on what was known then; what came since and asks for more goes above.
            wanted = Max(decision.Intensity, Highest(mine.Where(condition => condition.Active && IsSince(condition, decision))));
        }
        else
        {
            var (active, held) = (Highest(mine.Where(condition => condition.Active)), Highest(mine));
            wanted = Max(active, held < current ? held : current);
        }

        return over && wanted > current ? current : wanted;
    }

    /// <summary>Whether a condition came after a decision. A signal that another feed repeats was known, and so was a forecast that asks for no more.</summary>
    private static bool IsSince(Condition condition, PatrolOverride decision) =>
        condition.ReceivedAt is { } received ? received > decision.At : condition.Intensity > decision.Foreseen;

    private static bool Covers(PatrolOverride? decision, string unit) => decision is not null && (decision.Units.Count == 0 || decision.Units.Contains(unit));

    /// <summary>
    /// What waits for the office because the weather has raised patrols too often within the hour; 全天候, first orders and what people decide never do.
    /// </summary>
    private Dictionary<string, PatrolIntensity> Held(Dictionary<string, PatrolIntensity> wanted)
    {
        // What has just been confirmed or fell due goes out.
        var (state, released) = (_point.State, _before.Proposal is not null && _point.State.LastProposal is { Confirmed: true });
        var capped = state.Proposal is not null || (!released && state.Raised.Count(at => at > _point.Now - CapWindow) >= _point.Policy.OrdersPerHour);
        return !capped ? [] : wanted
            .Where(each => _before.Units.TryGetValue(each.Key, out var current) && each.Value > current && each.Value < PatrolIntensity.RoundTheClock
                && !Covers(state.Override, each.Key))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Whether a lowering waits for the morning. What a person decides acts at once, and so does what a mistake alone had caused.</summary>
    private bool Waits(string unit, PatrolIntensity wanted, PatrolCommand command) =>
        _point.IsQuiet && _before.Units.TryGetValue(unit, out var current) && wanted < current
        && command is not PatrolCommand.WithdrawAlert && !(command is PatrolCommand.SetOverride && Covers(_point.State.Override, unit));

    /// <summary>Proposes to the office what is held; takes a proposal back when nothing waits any more.</summary>
    private void Propose(Dictionary<string, PatrolIntensity> held, List<Condition> conditions)
    {
        var state = _point.State;
        if (held.Count == 0)
        {
            if (state.Proposal is not null) _point = _point.With(state with { Proposal = null });
            return;
        }

        if (state.Proposal?.Proposes(held) == true) return;
        List<OrderBasis> basis = [.. conditions.Where(condition => condition.Active && held.Keys.Any(condition.Covers)
            && condition.Intensity > PatrolIntensity.Routine)
            .OrderByDescending(condition => condition.Intensity).Select(condition => condition.Basis).DistinctBy(Cause)];
        var proposal = new PatrolProposal(state.Proposals + 1, state.Proposal?.At ?? _point.Now, state.Proposal?.DueAt
            ?? _point.Now.AddMinutes(_point.Policy.ProposalMinutes), held, basis);
        _notes.Add($"一小时内已因天气下达 {_point.Policy.OrdersPerHour} 次升级指令，{held.Count} 家单位的升级作为第 {proposal.Number} 号待定指令等待办公室确认。");
        _point = _point.With(state with { Proposal = proposal, Proposals = proposal.Number });
    }

    /// <summary>What names a reason to the office: the signal, or the rule of a forecast.</summary>
    internal static string? Cause(OrderBasis basis) => basis.Alert ?? basis.Rule;

    /// <summary>Asks the office, once each, about what fell silent and alone keeps patrols up; what is clear by now is asked no more.</summary>
    private List<OfficeMessage> Ask(Dictionary<string, PatrolIntensity> wanted, List<Condition> conditions)
    {
        var (state, now) = (_point.State, _point.Now);
        var silent = conditions.Where(condition => condition.Question is not null).ToList();
        List<OfficeQuestion> questions = [.. state.Questions.Where(each => each.Answer is { } answer
            ? (answer.Until ?? answer.At) + Memory > now
            : silent.Exists(condition => condition.Question!.Value.Id == each.Id))];
        List<OfficeMessage> told = [];
        foreach (var condition in silent.Where(condition =>
            !questions.Exists(each => each.Id == condition.Question!.Value.Id || IsCopy(each.Id, condition.Question!.Value.Id))))
        {
            bool Keeps(KeyValuePair<string, PatrolIntensity> unit) =>
                condition.Covers(unit.Key) && !Covers(state.Override, unit.Key) && unit.Value > PatrolIntensity.Routine
                && !conditions.Exists(other => other.Active && other.Covers(unit.Key) && other.Intensity >= unit.Value);
            if (!wanted.Any(Keeps)) continue;
            var (id, text) = condition.Question!.Value;
            questions.Add(new OfficeQuestion(id, text, now));
            told.Add(new OfficeMessage($"question|{id}", PatrolEvent.Question,
                $"【请核实】{text}。请向发布单位核实是否已经结束并答复；没有答复的，自下一个中午（{_point.Local(_point.NextNoon)}）起每日下调一级巡查强度，不低于当晚预报所需。", false));
            _notes.Add($"{text}，已请办公室核实。");
        }

        if (!questions.SequenceEqual(state.Questions)) _point = _point.With(state with { Questions = questions });
        return told;

        bool IsCopy(string asked, string other) => state.Alerts.FirstOrDefault(each => each.Alert.Hash == asked) is { } one
            && state.Alerts.FirstOrDefault(each => each.Alert.Hash == other) is { } two && AlertEpisodes.IsSameSignal(one.Alert, two.Alert);
    }

    /// <summary>What each unit is to prepare for: the highest that is announced above what it has.</summary>
    private Dictionary<string, ComingPatrols> Coming(Dictionary<string, PatrolIntensity> snapshot, List<Condition> conditions, bool suspended)
    {
        Dictionary<string, ComingPatrols> coming = new(StringComparer.Ordinal);
        foreach (var (unit, intensity) in snapshot)
        {
            var announced = conditions.Where(condition => condition.Phase == ConditionPhase.Coming && condition.Covers(unit) && condition.Intensity > intensity
                    && (!Covers(_point.State.Override, unit)
                        || (IsSince(condition, _point.State.Override!) && condition.Intensity > _point.State.Override!.Intensity)))
                .OrderByDescending(condition => condition.Intensity).ThenBy(condition => condition.Basis.From).FirstOrDefault();
            var known = _before.Coming.GetValueOrDefault(unit);

            // At night nobody is woken for what begins after the morning; a flood that waits for the office waits with this too.
            var later = announced is not null && known is null && (suspended || (_point.IsQuiet && announced.Basis.From > _point.Next(_point.Policy.QuietTo)));
            if (announced is not null && !later)
            {
                coming[unit] = new ComingPatrols(announced.Intensity, announced.Basis.From!.Value, announced.Basis.To, announced.Basis.Text);
            }
        }

        return coming;
    }

    private PatrolOutcome Order(Dictionary<string, PatrolIntensity> snapshot, Dictionary<string, ComingPatrols> coming, List<Condition> conditions,
        bool waiting, ReceivedAlert? withdrawn)
    {
        var (state, now) = (_point.State, _point.Now);
        var raised = snapshot.Keys.Where(code => _before.Units.TryGetValue(code, out var old) && old < snapshot[code]).ToList();
        var announced = coming.Where(each => !IsKnown(each.Key, each.Value)).ToDictionary(StringComparer.Ordinal);
        var calledOff = _before.Coming.Where(each => snapshot.TryGetValue(each.Key, out var intensity) && !coming.ContainsKey(each.Key)
            && intensity < each.Value.Intensity)
            .ToDictionary(StringComparer.Ordinal);
        List<string> changed = [.. snapshot.Keys
            .Where(code => !_before.Units.TryGetValue(code, out var known) || known != snapshot[code] || announced.ContainsKey(code)
            || calledOff.ContainsKey(code))];
        if (!SameComing(coming)) state = state with { Coming = coming };
        if (changed.Count == 0) return new PatrolOutcome(state, null, _notes, !ReferenceEquals(state, _before));

        if (raised.Exists(code => !Covers(state.Override, code)) || announced.Count > 0)
        {
            state = state with { Raised = [.. state.Raised.Where(at => at > now - CapWindow), now] };
        }

        var basis = new PatrolReasons(_point, _before, conditions).Of(snapshot, changed, waiting, withdrawn?.Withdrawn,
            withdrawn is null ? null : $"{withdrawn.Alert.Issuer}{_point.Local(withdrawn.Alert.Sent)}{SignalSpan.NameOf(withdrawn.Alert)}");
        if (state.LastProposal is { Confirmed: true } decided && decided.At == now)
        {
            basis.Add(new OrderBasis("proposal", decided.DecidedBy is { } by ? $"{by}确认第{decided.Number}号待定指令" : $"第{decided.Number}号待定指令逾期无人决定，自动下达",
                snapshot.Values.Max()));
        }

        var order = new PatrolOrder
        {
            District = _point.Campaign.District,
            Season = _point.Campaign.Season,
            Revision = state.Revision + 1,
            IssuedAt = now,
            Units = snapshot,
            Changed = changed,
            Lifted = changed.Where(code => _before.Units.TryGetValue(code, out var old) && old > snapshot[code])
                .ToDictionary(code => code, code => _before.Units[code], StringComparer.Ordinal),
            Raised = [.. changed.Where(code => !_before.Units.TryGetValue(code, out var old) || old < snapshot[code])],
            Coming = announced,
            CalledOff = calledOff,
            Correction = withdrawn?.Withdrawn,
            Reason = basis[0].Text,
            Basis = basis,
            TonightMinimum = ForecastJudge.Tonight(state.Forecasts, _point.Policy, now, _point.Zone)?.Minimum,
            PolicyVersion = _point.Policy.Version,
            ReviewAt = _point.NextNoon,
        };
        var noticeOf = new Dictionary<string, int>(state.NoticeOf.Where(pair => snapshot.ContainsKey(pair.Key)), StringComparer.Ordinal);
        foreach (var code in changed) noticeOf[code] = order.Revision;
        _notes.Add($"下达第 {order.Revision} 号巡查指令：{order.Highest.Name(_point.Policy)}，通知 {changed.Count} 家单位。");
        return new PatrolOutcome(state with { Revision = order.Revision, Units = snapshot, NoticeOf = noticeOf }, order, _notes, true);

        bool IsKnown(string unit, ComingPatrols next) =>
            _before.Coming.GetValueOrDefault(unit) is { } known && known.Intensity == next.Intensity && known.From == next.From;
        bool SameComing(Dictionary<string, ComingPatrols> next) => next.Count == _before.Coming.Count && next.All(each => IsKnown(each.Key, each.Value));
    }

    /// <summary>
    /// A drill goes the way of an order to every unit that will be open on the first day, and leaves the patrols as they are: no intensity, no notice in
    /// force, no number of an order. It is for the time before the campaign: once patrols are ordered, a message that asks for none would blunt those that do.
    /// </summary>
    private static PatrolOutcome Drill(PatrolState state, PatrolCommand.SendDrill drill, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy,
        DateTimeOffset now)
    {
        if (LocalTime.DateOf(now, campaign.Zone()) >= campaign.Start)
        {
            return new PatrolOutcome(state, null, [$"专项行动已于 {campaign.Start:yyyy-MM-dd} 开始，不再进行通联测试。"], false);
        }

        if (drill.Number != state.Drills + 1)
        {
            return new PatrolOutcome(state, null,
                [drill.Number <= state.Drills ? $"第 {drill.Number} 次通联测试已经发出，未重复发送。" : $"下一次通联测试是第 {state.Drills + 1} 次。"], false);
        }

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

    /// <summary>The messages that stand at <paramref name="now"/>, copies from other feeds and what was withdrawn left out.</summary>
    public static IReadOnlyList<AlertSpan> ActiveAlerts(PatrolState state, PatrolPolicy policy, DateTimeOffset now)
    {
        List<AlertSpan> active = [];
        foreach (var span in SignalSpan.Resolve(state, TimeSpan.FromHours(policy.SignalValidHours)).Where(span => span.Ends > now)
            .OrderBy(span => span.Alert.Sent).ThenBy(span => span.Alert.Key, StringComparer.Ordinal))
        {
            if (!active.Exists(known => AlertEpisodes.IsSameSignal(known.Alert, span.Alert))) active.Add(span);
        }

        return active;
    }

    /// <summary>The first such time of day after <paramref name="now"/>, or the days before it.</summary>
    internal static DateTimeOffset NextTime(DateTimeOffset now, TimeOnly time, TimeZoneInfo zone, int days = 0)
    {
        var day = LocalTime.DateOf(now, zone);
        var today = LocalTime.ToUtc(day, time, zone);
        return LocalTime.ToUtc((today > now ? day : day.AddDays(1)).AddDays(days), time, zone);
    }
}
