using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>How grave an incident is, from low to high; who is told goes by it.</summary>
public enum IncidentSeverity
{
    /// <summary>一般.</summary>
    General,

    /// <summary>较重.</summary>
    Serious,

    /// <summary>重大.</summary>
    Grave,
}

/// <summary>
/// Kinds, clocks and receivers of incidents (重大情况和突发事件, plan item 1.34) as versioned data: a default that the campaign office may replace without code.
/// The newest version that is in force by <see cref="From"/> holds; without any the standard one (<see cref="StandardIncidentPolicy"/>).
/// </summary>
[Audited]
public sealed record IncidentPolicy
{
    /// <summary>1, 2, …; a version never changes.</summary>
    public required int Version { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>Where it comes from.</summary>
    public string? Note { get; init; }

    /// <summary>The first local day on which it holds; null for at once.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The kinds there are, in the order of lists; the last one is for what fits no other.</summary>
    public required IReadOnlyList<IncidentKind> Kinds { get; init; }

    /// <summary>The kinds of places (plan item 3.06), in the order of lists.</summary>
    public required IReadOnlyList<NamedCode> PlaceTypes { get; init; }

    /// <summary>What people's states make of an incident, whatever its kind.</summary>
    public IReadOnlyList<SeverityRule> Severities { get; init; } = [];

    /// <summary>Words that tell of a death; with them an incident is grave as long as nobody has said that no one died.</summary>
    public IReadOnlyList<string> DeathWords { get; init; } = [];

    /// <summary>Who is told, and from which severity on.</summary>
    public required IReadOnlyList<IncidentReceiver> Receivers { get; init; }

    /// <summary>By when after its finding an incident is to be reported first (初报), in minutes.</summary>
    public int FirstReportMinutes { get; init; } = 30;

    /// <summary>By when after a report the next one is due while the incident is open (续报), in hours.</summary>
    public int FollowUpHours { get; init; } = 4;

    /// <summary>By when after the first report the final one is due (核报), in days, holidays included.</summary>
    public int FinalDays { get; init; } = 5;

    /// <summary>By when a receiver is to acknowledge, in minutes.</summary>
    public int AcknowledgeMinutes { get; init; } = 15;

    /// <summary>Photos of one incident at most.</summary>
    public int MostPhotos { get; init; } = 9;

    /// <summary>Days after an incident was closed until its photos are deleted.</summary>
    public int PhotoDays { get; init; } = 30;

    /// <summary>The kind of a code, or null.</summary>
    public IncidentKind? Kind(string? code) => Kinds.FirstOrDefault(kind => kind.Code == code);

    /// <summary>The name of a kind of place; the code itself when the policy knows it no more.</summary>
    public string? PlaceName(string? code) => code is null ? null : PlaceTypes.FirstOrDefault(place => place.Code == code)?.Name ?? code;
}

/// <summary>Something with a code for machines and a name for people.</summary>
/// <param name="Code">Letters, digits and hyphens.</param>
/// <param name="Name">In Chinese.</param>
public sealed record NamedCode(string Code, string Name);

/// <summary>A kind of incident.</summary>
/// <param name="Code">Letters, digits and hyphens.</param>
/// <param name="Name">Such as 冻伤.</param>
/// <param name="Severity">How grave it is at the least.</param>
/// <param name="Words">By these words in what was reported it is taken for this kind as long as nobody names one.</param>
public sealed record IncidentKind(string Code, string Name, IncidentSeverity Severity, IReadOnlyList<string> Words);

/// <summary>From how many people in a state on an incident is how grave.</summary>
/// <param name="State">Which people.</param>
/// <param name="AtLeast">So many of them or more.</param>
/// <param name="Severity">Make it this grave.</param>
public sealed record SeverityRule(PeopleCount State, int AtLeast, IncidentSeverity Severity);

/// <summary>Which people are counted.</summary>
public enum PeopleCount
{
    /// <summary>涉及.</summary>
    All,

    /// <summary>送医.</summary>
    Hospitalised,

    /// <summary>危重.</summary>
    Critical,

    /// <summary>死亡.</summary>
    Dead,

    /// <summary>失联.</summary>
    Missing,
}

/// <summary>Somebody who is told of incidents, by an inbox and by channels.</summary>
/// <param name="Code">Letters, digits and hyphens; names the inbox.</param>
/// <param name="Name">Such as 带班领导.</param>
/// <param name="From">From which severity on.</param>
/// <param name="Channels">Whose channels: <c>office</c> or <c>leader</c>.</param>
/// <param name="Role">The one person behind those channels; null for all of them.</param>
/// <param name="Above">Whether it is the office of the city above.</param>
public sealed record IncidentReceiver(string Code, string Name, IncidentSeverity From, string Channels, string? Role = null, bool Above = false);

/// <summary>The policy where the office has stored none.</summary>
public static class StandardIncidentPolicy
{
    /// <summary>The office of the campaign.</summary>
    public const string Office = "office";

    /// <summary>The leader on duty (带班领导).</summary>
    public const string Duty = "duty";

    /// <summary>The leading group (领导小组).</summary>
    public const string Leader = "leader";

    /// <summary>The office of the city.</summary>
    public const string Above = "above";

    /// <summary>The policy; its version is 0.</summary>
    public static IncidentPolicy Policy { get; } = new()
    {
        Version = 0,
        Title = "重大情况报送规则（默认）",
        Kinds =
        [
            new("frozen", "冻亡", IncidentSeverity.Grave, ["冻死", "冻亡"]),
            new("monoxide", "一氧化碳中毒", IncidentSeverity.Serious, ["一氧化碳", "煤气中毒", "煤烟中毒", "烤火中毒"]),
            new("fire", "火灾", IncidentSeverity.Serious, ["火灾", "失火", "起火", "着火"]),
            new("frostbite", "冻伤", IncidentSeverity.Serious, ["冻伤", "冻僵", "失温"]),
            new("traffic", "交通", IncidentSeverity.Serious, ["车祸", "交通事故", "撞车", "被撞"]),
            new("lost", "走失", IncidentSeverity.Serious, ["走失", "失踪", "失联"]),
            new("illness", "疾病", IncidentSeverity.General, ["昏迷", "晕倒", "突发疾病", "发病", "重病"]),
            new("hunger", "饥饿", IncidentSeverity.General, ["饥饿", "饿晕", "断粮"]),
            new("opinion", "舆情", IncidentSeverity.General, ["舆情", "网传", "热搜", "短视频", "记者"]),
            new("other", "其他", IncidentSeverity.General, []),
        ],
        PlaceTypes =
        [
            new("street", "繁华街区"), new("alley", "背街小巷"), new("bridge", "桥梁涵洞"), new("underpass", "地下通道"), new("ruin", "废弃房屋"), new("station", "车站码头"),
            new("outskirts", "城乡结合部"), new("scenic", "风景游览区"), new("shelter", "避寒场所"), new("home", "住所"), new("other", "其他"),
        ],
        Severities =
        [
            new(PeopleCount.Dead, 1, IncidentSeverity.Grave), new(PeopleCount.Critical, 1, IncidentSeverity.Serious),
            new(PeopleCount.Missing, 1, IncidentSeverity.Serious), new(PeopleCount.Hospitalised, 3, IncidentSeverity.Grave),
            new(PeopleCount.All, 10, IncidentSeverity.Grave),
        ],
        DeathWords = ["死亡", "身亡", "冻死", "冻亡", "遇难", "去世", "没有呼吸", "无呼吸", "无生命体征", "没有生命体征", "死了", "尸体", "遗体"],
        Receivers =
        [
            new(Office, "办公室", IncidentSeverity.General, "office"), new(Duty, "带班领导", IncidentSeverity.General, "office", "带班领导"),
            new(Leader, "领导小组", IncidentSeverity.Grave, "leader"), new(Above, "市级办公室", IncidentSeverity.Grave, "office", Above: true),
        ],
    };
}

/// <summary>What a policy must hold before it is stored.</summary>
internal static class IncidentPolicyRules
{
    public const string Kind = "incident-policy";

    public static IReadOnlyList<ProblemError> Check(IncidentPolicy policy, int version)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        if (policy.Version != version) Refuse("/version", $"内容中的版本是 {policy.Version}，地址中是 {version}。", "两处改为一致。");
        if (string.IsNullOrWhiteSpace(policy.Title) || policy.Title.Length > 60) Refuse("/title", "名称不能为空，最长 60 字。", "例如：重大情况报送规则。");
        Named("/kinds", policy.Kinds.Select(kind => (kind?.Code, kind?.Name)), 30);
        Named("/placeTypes", policy.PlaceTypes.Select(place => (place?.Code, place?.Name)), 30);
        Named("/receivers", policy.Receivers.Select(receiver => (receiver?.Code, receiver?.Name)), 10);
        foreach (var (_, i) in policy.Kinds.Select((kind, i) => (kind?.Words, i))
            .Where(each => each.Words is null || each.Words.Any(string.IsNullOrWhiteSpace)))
        {
            Refuse($"/kinds/{i}/words", "判断用的词语不能为空。", "删去空的词语。");
        }

        if (policy.DeathWords.Any(string.IsNullOrWhiteSpace)) Refuse("/deathWords", "判断用的词语不能为空。", "删去空的词语。");
        foreach (var (rule, i) in policy.Severities.Select((rule, i) => (rule, i)).Where(each => each.rule is null || each.rule.AtLeast < 1))
        {
            Refuse($"/severities/{i}/atLeast", "人数至少为 1。", "例如 {\"state\":\"dead\",\"atLeast\":1,\"severity\":\"grave\"}。");
        }

        foreach (var (receiver, i) in policy.Receivers.Select((receiver, i) => (receiver, i)).Where(each => each.receiver is not null))
        {
            if (receiver.Channels is not ("office" or "leader")) Refuse($"/receivers/{i}/channels", "渠道应为 office（办公室）或 leader（领导）。", "改为其中之一。");
        }

        if (!policy.Receivers.Any(receiver => receiver is { Code: StandardIncidentPolicy.Office, Above: false, From: IncidentSeverity.General }))
        {
            Refuse("/receivers", "每起情况都必须报到办公室（office）。", "加上 {\"code\":\"office\",\"name\":\"办公室\",\"from\":\"general\",\"channels\":\"office\"}。");
        }

        Bounded("/firstReportMinutes", policy.FirstReportMinutes, 5, 120, "初报时限（分钟）");
        Bounded("/followUpHours", policy.FollowUpHours, 1, 72, "续报时限（小时）");
        Bounded("/finalDays", policy.FinalDays, 1, 60, "核报时限（天）");
        Bounded("/acknowledgeMinutes", policy.AcknowledgeMinutes, 5, 240, "签收时限（分钟）");
        Bounded("/mostPhotos", policy.MostPhotos, 0, 20, "照片张数");
        Bounded("/photoDays", policy.PhotoDays, 1, 365, "照片保存天数");
        return errors;

        void Bounded(string pointer, int value, int least, int most, string what)
        {
            if (value < least || value > most) Refuse(pointer, $"{what}应在 {least} 至 {most} 之间。", "改为范围内的整数。");
        }

        void Named(string pointer, IEnumerable<(string? Code, string? Name)> given, int most)
        {
            var all = given.ToList();
            if (all.Count == 0 || all.Count > most) Refuse(pointer, $"应有 1 至 {most} 项。", "增删后重试。");
            foreach (var (each, i) in all.Select((each, i) => (each, i)))
            {
                if (!Keys.IsPart(each.Code) || each.Code!.Length > 32 || each.Code.Contains('.', StringComparison.Ordinal)
                    || string.IsNullOrWhiteSpace(each.Name) || each.Name.Length > 20)
                {
                    Refuse($"{pointer}/{i}", "每一项都要有代码（字母、数字、连字符，最长 32 位）和名称（最长 20 字）。", "补全代码和名称。");
                }
                else if (all.Take(i).Any(earlier => earlier.Code == each.Code))
                {
                    Refuse($"{pointer}/{i}/code", "代码重复。", "每一项用不同的代码。");
                }
            }
        }
    }
}
