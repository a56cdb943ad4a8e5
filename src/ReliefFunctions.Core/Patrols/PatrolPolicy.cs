using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>How hard to patrol (巡查强度), from low to high.</summary>
public enum PatrolIntensity
{
    /// <summary>常态.</summary>
    Routine,

    /// <summary>加强.</summary>
    Heightened,

    /// <summary>强化.</summary>
    Intensive,

    /// <summary>全天候.</summary>
    RoundTheClock,
}

/// <summary>
/// The ladder from weather to patrols as versioned data: a default that the campaign office may replace without code, and no standard.
/// All times are local to the campaign's zone.
/// </summary>
[Audited]
public sealed record PatrolPolicy
{
    /// <summary>1, 2, …; a version never changes once orders were given by it.</summary>
    public required int Version { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>Where it comes from.</summary>
    public string? Note { get; init; }

    /// <summary>The signal types that raise patrols; a type that stands in none raises nothing, whatever its colour.</summary>
    public required IReadOnlyList<SignalRule> Signals { get; init; }

    /// <summary>When cold without a signal raises patrols.</summary>
    public IReadOnlyList<ForecastRule> Forecasts { get; init; } = [];

    /// <summary>Nights (20:00–08:00) that a forecast is judged over, tonight the first.</summary>
    public int ForecastDays { get; init; } = 2;

    /// <summary>
    /// When forecasts are judged, besides when a new one comes. Between these times nothing a forecast says becomes news: a night that moves into view at
    /// midnight wakes nobody.
    /// </summary>
    public IReadOnlyList<TimeOnly> ForecastTimes { get; init; } = [new(7, 30), new(16, 30)];

    /// <summary>A forecast older than this is not judged, in hours.</summary>
    public int ForecastValidHours { get; init; } = 36;

    /// <summary>Warm nights inside of a cold run that do not break it.</summary>
    public int WarmNightsIgnored { get; init; } = 1;

    /// <summary>How long a signal stands that names no expiry, in hours.</summary>
    public int SignalValidHours { get; init; } = 48;

    /// <summary>Days at 强化 after 全天候, before patrols follow the forecast again; 0 for none.</summary>
    public int StepDownDays { get; init; } = 1;

    /// <summary>A lower intensity is ordered once every condition for the higher was false through the next such time of day.</summary>
    public TimeOnly ClearThrough { get; init; } = new(12, 0);

    /// <summary>From this time on no lower intensity is ordered …</summary>
    public TimeOnly QuietFrom { get; init; } = new(20, 0);

    /// <summary>… until this one.</summary>
    public TimeOnly QuietTo { get; init; } = new(8, 30);

    /// <summary>Orders within an hour by which the weather may raise patrols; further ones wait for the office (see <see cref="PatrolProposal"/>).</summary>
    public int OrdersPerHour { get; init; } = 6;

    /// <summary>How long they wait before they go out without the office, in minutes.</summary>
    public int ProposalMinutes { get; init; } = 15;

    /// <summary>Words in a signal's text with which the townships it names do not narrow it.</summary>
    public IReadOnlyList<string> WholeDistrictWords { get; init; } = [];

    /// <summary>What each intensity asks for.</summary>
    public required IReadOnlyDictionary<PatrolIntensity, PatrolDuty> Duties { get; init; }

    /// <summary>The last sentence of a notice by kind of unit.</summary>
    public IReadOnlyDictionary<UnitKind, string> LastSentences { get; init; } = new Dictionary<UnitKind, string>();

    /// <summary>What stands for {避寒场所} where a unit names none.</summary>
    public string Shelters { get; init; } = "临时避寒场所";

    /// <summary>What stands for {点位} where a unit names none.</summary>
    public string KeyPoints { get; init; } = "桥洞、车站、广场等露宿点位";

    /// <summary>Kinds of places that every unit looks at (重点区域, plan item 1.15).</summary>
    public IReadOnlyList<string> Hotspots { get; init; } = [];

    /// <summary>The text that asks for preparation before the weather begins: at most 300 characters when filled.</summary>
    public string PreparationTemplate { get; init; } =
        "【寒冬送温暖·巡查准备】第{号}号 {单位}：{原因}。{起}起实行{强度}巡查，此前仍按{现行}巡查，夜间不必增加。请提前排定值班和带班人员，备齐车辆、棉衣棉被、食品，排查{点位}。请{签收时限}前签收：{链接}，或回电{电话}。";

    /// <summary>The text of a drill (通联测试): at most 300 characters when filled.</summary>
    public string DrillTemplate { get; init; } = "【通联测试】{单位}：这是专项行动开始前的通联测试，不是巡查指令，无须出动，不计入任何统计。{原因}。请{签收时限}前由值班员签收：{链接}，或回电{电话}。";
}

/// <summary>Which intensity a signal of certain types asks for, by colour.</summary>
public sealed record SignalRule
{
    /// <summary>Stands in orders as their reason, such as <c>S1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Names of signal types without colour.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>
    /// By colour; a colour that is missing takes the next lower one that is given, and without one the next higher. Never less than a lower colour asks
    /// for.
    /// </summary>
    public required IReadOnlyDictionary<AlertLevel, PatrolIntensity> Levels { get; init; }

    /// <summary>Counts only when the minimum forecast or named in the text is at most this, °C.</summary>
    public double? OnlyWithMinimumAtMost { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>The intensity for a colour.</summary>
    public PatrolIntensity For(AlertLevel level)
    {
        var lower = Levels.Where(each => each.Key <= level).ToList();
        return lower.Count > 0 ? lower.Max(each => each.Value) : Levels.MinBy(each => each.Key).Value;
    }
}

/// <summary>Which intensity a forecast asks for.</summary>
public sealed record ForecastRule
{
    /// <summary>Stands in orders as their reason, such as <c>F1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is looked at.</summary>
    public required ForecastMeasure Measure { get; init; }

    /// <summary>
    /// For <see cref="ForecastMeasure.ColdNights"/> and <see cref="ForecastMeasure.Felt"/>: at most, °C; for snow: at least, cm; for freezing rain: at
    /// least so many
    /// hours; for a cold wave: at least this grade (1 to 3).
    /// </summary>
    public required double Value { get; init; }

    /// <summary>For <see cref="ForecastMeasure.ColdNights"/>: a night that feels at most like this is cold too, °C; null for <see cref="Value"/>.</summary>
    public double? Felt { get; init; }

    /// <summary>For <see cref="ForecastMeasure.ColdNights"/>: how many in one run.</summary>
    public int Nights { get; init; } = 1;

    /// <summary>What it asks for.</summary>
    public required PatrolIntensity Intensity { get; init; }
}

/// <summary>What a forecast rule looks at.</summary>
public enum ForecastMeasure
{
    /// <summary>Nights whose minimum or felt temperature is at most the value.</summary>
    ColdNights,

    /// <summary>The felt temperature alone.</summary>
    Felt,

    /// <summary>Snowfall of a night.</summary>
    Snow,

    /// <summary>Hours of freezing rain (冻雨) of a night.</summary>
    FreezingRain,

    /// <summary>Grade of a cold wave (GB/T 21987).</summary>
    ColdWave,
}

/// <summary>What an intensity asks of a unit, and what happens when nobody acknowledges it.</summary>
public sealed record PatrolDuty
{
    /// <summary>常态, 加强, 强化, 全天候.</summary>
    public required string Name { get; init; }

    /// <summary>The duty in one line.</summary>
    public required string Duty { get; init; }

    /// <summary>Patrols a week that the duty comes to; a day asks for a seventh.</summary>
    public required double PatrolsPerWeek { get; init; }

    /// <summary>How many of them at night (20:00–06:00).</summary>
    public double NightPatrolsPerWeek { get; init; }

    /// <summary>Whether every village and community is to be searched in the week.</summary>
    public bool AllVillages { get; init; }

    /// <summary>Whether every key point is to be patrolled in the week.</summary>
    public bool AllPoints { get; init; }

    /// <summary>Rounds a day of each key point; 0 when the duty names none.</summary>
    public int PointRoundsPerDay { get; init; }

    /// <summary>What a patrol takes along (物资, plan items 1.10, 1.14).</summary>
    public IReadOnlyList<string> Supplies { get; init; } = [];

    /// <summary>Who stands by (值班); null when nobody more than usual.</summary>
    public string? OnDuty { get; init; }

    /// <summary>The green channel (绿色通道), such as 先救助，再审查; null when the usual order of things holds.</summary>
    public string? GreenChannel { get; init; }

    /// <summary>By when to acknowledge.</summary>
    public required AcknowledgeRule Acknowledge { get; init; }

    /// <summary>Whom to call, one after the other; empty when nobody is chased.</summary>
    public IReadOnlyList<EscalationStep> Escalation { get; init; } = [];

    /// <summary>The notice: at most 300 characters when filled.</summary>
    public required string Template { get; init; }
}

/// <summary>By when to acknowledge; exactly one way is given.</summary>
public sealed record AcknowledgeRule
{
    /// <summary>Minutes after the order.</summary>
    public int? Minutes { get; init; }

    /// <summary>At this time of the same day; an order given later uses <see cref="LaterMinutes"/>.</summary>
    public TimeOnly? SameDayBy { get; init; }

    /// <summary>For orders given after <see cref="SameDayBy"/>, in minutes.</summary>
    public int LaterMinutes { get; init; } = 120;

    /// <summary>At this time of the next working day.</summary>
    public TimeOnly? NextWorkingDayBy { get; init; }

    /// <summary>The instant for an order given at <paramref name="issued"/>.</summary>
    public DateTimeOffset For(DateTimeOffset issued, Campaign campaign)
    {
        if (Minutes is { } minutes) return issued.AddMinutes(minutes);
        var (zone, day) = (campaign.Zone(), LocalTime.DateOf(issued, campaign.Zone()));
        if (NextWorkingDayBy is { } next) return LocalTime.ToUtc(campaign.Calendar.WorkingDayFrom(day.AddDays(1)), next, zone);
        var today = LocalTime.ToUtc(day, SameDayBy ?? new TimeOnly(18, 0), zone);
        return issued < today ? today : issued.AddMinutes(LaterMinutes);
    }
}

/// <summary>One step of an escalation.</summary>
/// <param name="Role">备班, 带班领导, 分管领导: a contact of the unit; 分局指挥中心 and 办公室值班电话 are no contacts of it.</param>
/// <param name="AfterMinutes">After the time to acknowledge has passed.</param>
/// <param name="OnlyFor">The kind of unit it is for; null for all.</param>
public sealed record EscalationStep(string Role, int AfterMinutes, UnitKind? OnlyFor = null)
{
    /// <summary>Whether it is the office that calls, and nobody of the unit who is to answer; where it is not said, the words of the role tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ByOffice { get; init; }

    /// <summary>Whether the office itself calls. Policies from before <see cref="ByOffice"/> say it by a role such as 办公室值班电话.</summary>
    [JsonIgnore]
    public bool IsOffice => ByOffice ?? Role.StartsWith("办公室", StringComparison.Ordinal);

    /// <summary>Whether a unit of a kind has this step.</summary>
    public bool AppliesTo(UnitKind kind) => OnlyFor is null || OnlyFor == kind;
}
