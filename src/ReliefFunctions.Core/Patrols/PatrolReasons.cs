namespace ReliefFunctions.Core.Patrols;

/// <summary>Why an order asks for what it asks for, what made the change first.</summary>
internal sealed class PatrolReasons(DecisionPoint point, PatrolState before, IReadOnlyList<Condition> conditions)
{
    private const string ProcessOver = "低温雨雪冰冻天气过程结束";

    /// <summary>The reasons of an order that gives <paramref name="changed"/> units another intensity or preparation.</summary>
    public List<OrderBasis> Of(IReadOnlyDictionary<string, PatrolIntensity> snapshot, IReadOnlyList<string> changed, bool waiting, Withdrawal? correction,
        string? withdrawn)
    {
        var decision = point.State.Override;
        List<OrderBasis> basis = [];
        if (decision is not null)
        {
            basis.Add(new OrderBasis("override", $"{decision.DecidedBy}决定：{decision.Reason}（至{point.Local(decision.Until)}）", decision.Intensity,
                Units: decision.Units.Count == 0 ? null : decision.Units, Short: "办公室决定"));
        }

        var highest = snapshot.Values.Max();
        basis.AddRange(conditions.Where(condition => condition.Phase != ConditionPhase.Held || condition.Intensity <= highest)
            .OrderBy(condition => condition.Phase is ConditionPhase.Active ? 0 : condition.Phase is ConditionPhase.Held ? 1 : 2)
                .ThenByDescending(condition => condition.Intensity)
            .Select(condition => condition.Basis));
        if (before.Revision > 0 && changed.All(code => !before.Units.ContainsKey(code)))
        {
            basis.Insert(0,
                new OrderBasis("opened", "新增报送单位执行现行强度", snapshot[changed[0]]));
        }

        if (waiting) basis.Add(new OrderBasis("quiet", $"夜间不降低强度，{point.Policy.QuietTo:HH\\:mm}后再调整", highest));

        var ended = PatrolConditions.Ended(point);
        var lead = Lead(basis, ended, snapshot, changed);
        if (correction is not null)
        {
            lead = new OrderBasis("correction", $"更正：{withdrawn}系误发，{correction.By}决定撤回（{correction.Reason}）", lead?.Intensity
                ?? PatrolIntensity.Routine, Short: "更正：误发预警撤回");
        }

        // What was there and is known to be over is called so; what was only announced, or not heard of again, is not.
        bool IsHeard(OrderBasis over) => over.Alert is null ? !new ForecastView(point).IsSilent
            : point.Signals.All(span => span.Alert.Identifier != over.Alert || span.End != SignalEnd.Silent);
        var isOver = lead is { Kind: "ended" } && IsHeard(lead) && changed.Any(code => before.Units.GetValueOrDefault(code) > PatrolIntensity.Routine)
            && snapshot.Values.All(each => each == PatrolIntensity.Routine) && conditions.All(each => !each.Active);
        var told = isOver
            ? lead! with { Text = $"{ProcessOver}，{lead!.Text}", Short = ProcessOver } : lead;
        return [.. (told is null ? [] : new[] { told }).Concat(basis.Concat(ended).Where(each => each != lead))
            .DistinctBy(each => (each.Kind, each.Text, each.Rule))];
    }

    /// <summary>What made the change: of a raise what asks for it, of a lowering what is over or steps down, or that nobody has said anything.</summary>
    private OrderBasis? Lead(List<OrderBasis> basis, List<OrderBasis> ended, IReadOnlyDictionary<string, PatrolIntensity> snapshot,
        IReadOnlyList<string> changed)
    {
        if (before.Revision == 0 && basis.Count == 0) return new OrderBasis("routine", "专项行动启动，无低温雨雪冰冻预警", PatrolIntensity.Routine, Short: "专项行动启动");
        var top = changed.Max(code => snapshot[code]);
        bool Concerns(OrderBasis each) => each.Units is null || each.Units.Any(changed.Contains);
        var lowered = changed.All(code => before.Units.TryGetValue(code, out var old) && old > snapshot[code]);
        if (!lowered)
        {
            return basis.Find(each => each.Kind == "opened") ?? basis.Find(each => each.Intensity == top && Concerns(each)) ?? basis.Find(Concerns)
                ?? ended.Find(Concerns) ?? Nothing();
        }

        // A person's decision leads whatever it does; below it a signal or forecast that still asks for this much explains the level, and what is over the
        // change.
        if (basis.Find(each => each.Kind == "override" && Concerns(each)) is { } decided) return decided;
        if (before.Override is not null && point.State.Override is null)
        {
            return new OrderBasis("routine", $"{before.Override.DecidedBy}的决定已到期或撤销", top, Short: "人工决定已结束");
        }

        return basis.Find(each => each.Kind is "signal" or "forecast" && each.Intensity == top && Concerns(each))
            ?? basis.Find(each => each.Kind is "silent" or "step-down" && each.Intensity == top && Concerns(each))
            ?? ended.Find(Concerns) ?? Nothing();
    }

    /// <summary>Truthful where nothing was seen to end.</summary>
    private OrderBasis Nothing() => new("routine", point.State.Forecasts.Count == 0 ? "现无预警要求更高强度，未收到有效预报" : "现行预警和预报不要求更高强度", PatrolIntensity.Routine,
        Short: "无更高强度要求");
}
