using System.Globalization;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a policy must hold before it is stored, and how a stored one that does not hold it is read all the same.</summary>
public static partial class PolicyRules
{
    /// <summary>A raise waits at most this long for the office.</summary>
    public static readonly TimeSpan LongestProposal = TimeSpan.FromHours(1);

    private static readonly AlertLevel[] Colours = [AlertLevel.Blue, AlertLevel.Yellow, AlertLevel.Orange, AlertLevel.Red];

    private static readonly string[] Placeholders = ["号", "单位", "原因", "起", "点位", "避寒场所", "复评", "签收时限", "电话", "链接"];

    /// <summary>Everything wrong with a policy, each with its place; empty when it can be used.</summary>
    public static IReadOnlyList<ProblemError> Check(PatrolPolicy policy)
    {
        List<ProblemError> errors = [];
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        void Number(string pointer, double value, double least, double most, string what)
        {
            if (value >= least && value <= most) return;
            Refuse(pointer, string.Create(CultureInfo.InvariantCulture, $"{what}是 {value}，应在 {least} 至 {most} 之间。"), "改为范围内的数。");
        }

        void Filled(string pointer, string? value, string what, int most = 500)
        {
            if (string.IsNullOrWhiteSpace(value)) Refuse(pointer, $"没有写明{what}。", $"补上{what}。");
            else if (value.Length > most) Refuse(pointer, $"{what}有 {value.Length} 字，最长 {most} 字。", "请精简。");
        }

        Number("/version", policy.Version, 1, 99_999, "版本");
        Filled("/title", policy.Title, "名称", 100);
        if (policy.Signals.Count == 0) Refuse("/signals", "没有一条预警规则，任何预警都不会引发巡查。", "至少写一条，例如寒潮。");
        var (ids, types) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        void Named(string pointer, string? id)
        {
            Filled(pointer + "/id", id, "规则编号", 20);
            if (id is not null && !ids.Add(id)) Refuse(pointer + "/id", $"规则编号“{id}”出现了两次。", "每条规则一个编号，例如 S1、F1。");
        }

        for (var i = 0; i < policy.Signals.Count; i++)
        {
            var (rule, pointer) = (policy.Signals[i], $"/signals/{i}");
            Named(pointer, rule.Id);
            if (rule.Types.Count == 0) Refuse(pointer + "/types", $"规则 {rule.Id} 没有列出预警类型。", "例如 [\"寒潮\"]。");
            for (var k = 0; k < rule.Types.Count; k++)
            {
                Filled($"{pointer}/types/{k}", rule.Types[k], "预警类型", 20);
                if (!types.Add(rule.Types[k] ?? "")) Refuse($"{pointer}/types/{k}", $"预警类型“{rule.Types[k]}”出现了两次。", "一种类型只归一条规则。");
            }

            if (rule.Levels.Count == 0)
            {
                Refuse(pointer + "/levels", $"规则 {rule.Id} 没有写明各颜色对应的强度，这类预警将无法决定。",
                    "例如 {\"blue\":\"heightened\",\"yellow\":\"intensive\",\"orange\":\"roundTheClock\",\"red\":\"roundTheClock\"}。");
            }

            var given = Colours.Where(rule.Levels.ContainsKey).ToList();
            foreach (var (lower, higher) in given.Zip(given.Skip(1)).Where(pair => rule.Levels[pair.Second] < rule.Levels[pair.First]))
            {
                Refuse($"{pointer}/levels/{Name(higher)}",
                    $"规则 {rule.Id} 中{SignalText.Name(higher)}预警（{rule.Levels[higher].Name()}）低于{SignalText.Name(lower)}预警（{rule.Levels[lower].Name()}）。",
                    "颜色升高，强度不能降低。");
            }

            if (rule.OnlyWithMinimumAtMost is { } limit) Number(pointer + "/onlyWithMinimumAtMost", limit, -60, 60, "最低气温（℃）");
        }

        for (var i = 0; i < policy.Forecasts.Count; i++)
        {
            var (rule, pointer) = (policy.Forecasts[i], $"/forecasts/{i}");
            Named(pointer, rule.Id);
            var (least, most, what) = rule.Measure switch
            {
                ForecastMeasure.ColdNights => (-60, 20, "最低气温（℃）"),
                ForecastMeasure.Felt => (-100, 20, "体感温度（℃）"),
                ForecastMeasure.Snow => (0.1, 200, "降雪（厘米）"),
                ForecastMeasure.FreezingRain => (1, 13, "冻雨小时数"),
                _ => (1, 3, "寒潮等级"),
            };
            Number(pointer + "/value", rule.Value, least, most, what);
            if (rule.Felt is { } felt) Number(pointer + "/felt", felt, -100, 20, "体感温度（℃）");
            Number(pointer + "/nights", rule.Nights, 1, 14, "连续夜数");
        }

        if (policy.ForecastTimes.Count is 0 or > 24) Refuse("/forecastTimes", "研判预报的时刻应写 1 至 24 个。", "例如 [\"07:30:00\",\"16:30:00\"]。");
        Number("/forecastDays", policy.ForecastDays, 1, 7, "预报天数");
        Number("/forecastValidHours", policy.ForecastValidHours, 6, 168, "预报有效小时数");
        Number("/stepDownDays", policy.StepDownDays, 0, 5, "全天候之后的强化天数");
        Number("/warmNightsIgnored", policy.WarmNightsIgnored, 0, 7, "可忽略的偏暖夜数");
        Number("/signalValidHours", policy.SignalValidHours, 1, 720, "预警默认时效（小时）");
        Number("/ordersPerHour", policy.OrdersPerHour, 1, 1_000, "每小时升级指令数");
        Number("/proposalMinutes", policy.ProposalMinutes, 1, LongestProposal.TotalMinutes, "待定指令的等待分钟数");
        if (policy.QuietFrom == policy.QuietTo) Refuse("/quietTo", "夜间起止时刻相同。", "例如 20:00:00 至 08:30:00。");
        Filled("/shelters", policy.Shelters, "避寒场所");
        Filled("/keyPoints", policy.KeyPoints, "重点点位");
        Filled("/preparationTemplate", policy.PreparationTemplate, "准备通知文本", 1_000);
        Template("/preparationTemplate", policy.PreparationTemplate, "强度", "现行");
        Filled("/drillTemplate", policy.DrillTemplate, "通联测试文本");
        if (policy.DrillTemplate?.Contains("【通联测试】", StringComparison.Ordinal) == false) Refuse("/drillTemplate", "通联测试文本没有写明【通联测试】。", "开头写【通联测试】。");
        Template("/drillTemplate", policy.DrillTemplate);
        foreach (var intensity in Enum.GetValues<PatrolIntensity>())
        {
            if (policy.Duties.TryGetValue(intensity, out var duty)) Duty($"/duties/{Name(intensity)}", duty);
            else Refuse("/duties", $"缺少{intensity.Name()}（{Name(intensity)}）的要求。", "四级强度都要写明。");
        }

        return errors;

        void Duty(string pointer, PatrolDuty duty)
        {
            Filled(pointer + "/name", duty.Name, "强度名称", 10);
            Filled(pointer + "/duty", duty.Duty, "巡查要求", 200);
            Filled(pointer + "/template", duty.Template, "通知文本", 1_000);
            Template(pointer + "/template", duty.Template);
            Number(pointer + "/patrolsPerWeek", duty.PatrolsPerWeek, 0, 336, "每周巡查次数");
            Number(pointer + "/nightPatrolsPerWeek", duty.NightPatrolsPerWeek, 0, 336, "每周夜间巡查次数");
            if (duty.NightPatrolsPerWeek > duty.PatrolsPerWeek) Refuse(pointer + "/nightPatrolsPerWeek", "夜间巡查次数多于巡查次数。", "夜间巡查是其中的一部分。");
            var acknowledge = duty.Acknowledge;
            if (new object?[] { acknowledge.Minutes, acknowledge.SameDayBy, acknowledge.NextWorkingDayBy }.Count(way => way is not null) != 1)
            {
                Refuse(pointer + "/acknowledge", "签收时限应写且只写一种。", "minutes、sameDayBy、nextWorkingDayBy 三者选一。");
            }

            if (acknowledge.Minutes is { } minutes) Number(pointer + "/acknowledge/minutes", minutes, 1, 10_080, "签收分钟数");
            Number(pointer + "/acknowledge/laterMinutes", acknowledge.LaterMinutes, 1, 1_440, "当日逾时下达的签收分钟数");
            for (var i = 0; i < duty.Escalation.Count; i++)
            {
                Filled($"{pointer}/escalation/{i}/role", duty.Escalation[i].Role, "催签对象", 30);
                Number($"{pointer}/escalation/{i}/afterMinutes", duty.Escalation[i].AfterMinutes, 0, 2_880, "催签分钟数");
                if (i > 0 && duty.Escalation[i].AfterMinutes < duty.Escalation[i - 1].AfterMinutes)
                {
                    Refuse($"{pointer}/escalation/{i}/afterMinutes",
                        "催签一级应不早于上一级。", "按先后排列。");
                }
            }
        }

        void Template(string pointer, string? template, params string[] more)
        {
            if (template is null) return;
            if (!template.Contains("{链接}", StringComparison.Ordinal)) Refuse(pointer, "文本没有 {链接}，收到的人无法签收。", "在文本中写入 {链接}。");
            foreach (var unknown in Placeholder().Matches(template).Select(match => match.Groups[1].Value)
                .Where(name => !Placeholders.Contains(name) && !more.Contains(name)).Distinct())
            {
                Refuse(pointer, $"文本中的“{{{unknown}}}”不是可以填写的项。", $"可用：{string.Join("、", Placeholders.Concat(more).Select(name => $"{{{name}}}"))}。");
            }
        }
    }

    /// <summary>
    /// A policy by which a decision can be made: what is missing or beyond its bounds is replaced by the standard one's, and named in Chinese.
    /// </summary>
    public static (PatrolPolicy Policy, IReadOnlyList<string> Replaced) Usable(PatrolPolicy policy)
    {
        List<string> replaced = [];
        var standard = StandardPolicy.Of(policy.Version);
        T Or<T>(bool holds, T value, T otherwise, string what)
        {
            if (holds) return value;
            replaced.Add(what);
            return otherwise;
        }

        int Bounded(int value, int least, int most, int otherwise, string what) => Or(value >= least && value <= most, value, otherwise, what);

        IReadOnlyList<SignalRule> signals = [.. (policy.Signals ?? []).Where(rule => rule is { Types.Count: > 0 }).Select(rule => rule with
        {
            Id = rule.Id ?? "S",
            Types = [.. rule.Types.Where(type => type is not null)],
            Levels = Or(rule.Levels is { Count: > 0 }, rule.Levels, StandardPolicy.LevelsFor(rule.Types), $"规则 {rule.Id} 没有写明各颜色的强度"),
        })];
        var usable = policy with
        {
            Signals = Or(signals.Count > 0, signals, standard.Signals, "没有预警规则"),
            Forecasts = [.. (policy.Forecasts ?? []).Where(rule => rule is { Id: not null })],
            ForecastTimes = policy.ForecastTimes ?? standard.ForecastTimes,
            WholeDistrictWords = policy.WholeDistrictWords ?? [],
            LastSentences = policy.LastSentences ?? standard.LastSentences,
            ForecastDays = Bounded(policy.ForecastDays, 1, 7, standard.ForecastDays, "forecastDays 超出范围"),
            ForecastValidHours = Bounded(policy.ForecastValidHours, 1, 168, standard.ForecastValidHours, "forecastValidHours 超出范围"),
            StepDownDays = Bounded(policy.StepDownDays, 0, 5, standard.StepDownDays, "stepDownDays 超出范围"),
            PreparationTemplate = policy.PreparationTemplate ?? standard.PreparationTemplate,
            WarmNightsIgnored = Bounded(policy.WarmNightsIgnored, 0, 7, standard.WarmNightsIgnored, "warmNightsIgnored 超出范围"),
            SignalValidHours = Bounded(policy.SignalValidHours, 1, 720, standard.SignalValidHours, "signalValidHours 超出范围"),
            OrdersPerHour = Bounded(policy.OrdersPerHour, 1, int.MaxValue, standard.OrdersPerHour, "ordersPerHour 超出范围"),
            ProposalMinutes = Bounded(policy.ProposalMinutes, 1, 60, standard.ProposalMinutes, "proposalMinutes 超出范围"),
        };
        if (Enum.GetValues<PatrolIntensity>().All(intensity => IsWhole(Of(policy, intensity)))) return (usable, replaced);
        return (usable with
        {
            Duties = Enum.GetValues<PatrolIntensity>().ToDictionary(intensity => intensity,
                intensity => Or(IsWhole(Of(policy, intensity)), Of(policy, intensity)!, standard.Duties[intensity], $"{intensity.Name()}的要求缺失或不全")),
        }, replaced);

        static PatrolDuty? Of(PatrolPolicy policy, PatrolIntensity intensity) => policy.Duties?.GetValueOrDefault(intensity);
        static bool IsWhole(PatrolDuty? duty) =>
            duty is
            {
                Name: not null, Duty: not null, Template: not null, Escalation: not null, Supplies: not null,
                Acknowledge: { Minutes: null or (>= 0 and <= 10_080), LaterMinutes: >= 0 and <= 10_080 }
            };
    }

    /// <summary>常态, 加强, 强化, 全天候: the names that hold where a policy gives none.</summary>
    public static string Name(this PatrolIntensity intensity, PatrolPolicy? policy = null) =>
        policy?.Duties?.GetValueOrDefault(intensity)?.Name ?? intensity switch
        {
            PatrolIntensity.Routine => "常态",
            PatrolIntensity.Heightened => "加强",
            PatrolIntensity.Intensive => "强化",
            _ => "全天候",
        };

    private static string Name<T>(T value) where T : Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    [GeneratedRegex(@"\{([^{}]{0,20})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
