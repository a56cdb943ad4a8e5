using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// The ladder that holds where a stored policy says nothing that can be used: what most offices use, in words that fit every district. An office's own policy
/// is data and stands above it; this one is only there so that a district never stops deciding.
/// </summary>
internal static class StandardPolicy
{
    private static readonly IReadOnlyDictionary<AlertLevel, PatrolIntensity> ByColour = new Dictionary<AlertLevel, PatrolIntensity>
    {
        [AlertLevel.Blue] = PatrolIntensity.Heightened,
        [AlertLevel.Yellow] = PatrolIntensity.Intensive,
        [AlertLevel.Orange] = PatrolIntensity.RoundTheClock,
        [AlertLevel.Red] = PatrolIntensity.RoundTheClock,
    };

    private static readonly IReadOnlyDictionary<AlertLevel, PatrolIntensity> Frost = ByColour.Keys
        .ToDictionary(level => level, _ => PatrolIntensity.Heightened);

    private static readonly IReadOnlyDictionary<AlertLevel, PatrolIntensity> Ice = ByColour
        .ToDictionary(pair => pair.Key, pair => pair.Value < PatrolIntensity.Intensive ? PatrolIntensity.Intensive : pair.Value);

    private static readonly IReadOnlyList<SignalRule> Signals =
    [
        new() { Id = "S1", Types = ["寒潮", "低温", "持续低温", "强降温", "降温", "寒冷", "严寒", "低温凝冻"], Levels = ByColour },
        new() { Id = "S2", Types = ["暴雪", "大雪", "道路结冰", "道路冰雪", "冰冻", "电线积冰", "低温雨雪冰冻"], Levels = Ice },
        new() { Id = "S4", Types = ["霜冻"], Levels = Frost },
        new() { Id = "S5", Types = ["大风"], Levels = ByColour, OnlyWithMinimumAtMost = 5 },
    ];

    private static readonly IReadOnlyDictionary<PatrolIntensity, PatrolDuty> Duties = new Dictionary<PatrolIntensity, PatrolDuty>
    {
        [PatrolIntensity.Routine] = Duty("常态", "每周街面巡查不少于3次", 3, 0, new AcknowledgeRule { NextWorkingDayBy = new TimeOnly(18, 0) }, null),
        [PatrolIntensity.Heightened] = Duty("加强", "每日巡查，其中夜间（20时至次日6时）不少于1次", 7, 7, new AcknowledgeRule { SameDayBy = new TimeOnly(18, 0) }, 30),
        [PatrolIntensity.Intensive] = Duty("强化", "昼夜巡查，白天、夜间每日各不少于1次，重点点位每日2遍", 14, 7, new AcknowledgeRule { Minutes = 60 }, 20),
        [PatrolIntensity.RoundTheClock] = Duty("全天候", "24小时轮班巡查，领导在岗带班，先救助、再审查", 21, 7, new AcknowledgeRule { Minutes = 15 }, 10),
    };

    /// <summary>The standard policy under the number of the one that it stands for.</summary>
    public static PatrolPolicy Of(int version) => new()
    {
        Version = version,
        Title = "标准巡查分级",
        Signals = Signals,
        Forecasts = [new ForecastRule { Id = "F1", Measure = ForecastMeasure.ColdNights, Value = 0, Intensity = PatrolIntensity.Heightened }],
        WholeDistrictWords = ["等地", "高海拔地区", "全区", "大部", "各地", "其余地区"],
        Duties = Duties,
    };

    /// <summary>By colour for a rule of these types.</summary>
    public static IReadOnlyDictionary<AlertLevel, PatrolIntensity> LevelsFor(IReadOnlyList<string> types) =>
        Signals.FirstOrDefault(rule => rule.Types.Any(types.Contains))?.Levels ?? ByColour;

    private static PatrolDuty Duty(string name, string duty, double patrols, double atNight, AcknowledgeRule acknowledge, int? step) => new()
    {
        Name = name,
        Duty = duty,
        PatrolsPerWeek = patrols,
        NightPatrolsPerWeek = atNight,
        Acknowledge = acknowledge,
        Escalation = step is not { } minutes ? [] :
        [
            new EscalationStep(Contact.StandBy, 0), new EscalationStep(Contact.ShiftLeader, minutes), new EscalationStep(Contact.Leader, 2 * minutes),
            new EscalationStep("办公室值班电话", 3 * minutes) { ByOffice = true },
        ],
        Template = $"【寒冬送温暖·{name}巡查】第{{号}}号 {{单位}}：{{原因}}。自{{起}}起{duty}。重点：{{点位}}。执行至调整通知，{{复评}}复评。请{{签收时限}}前签收：{{链接}}，或回电{{电话}}。",
    };
}
