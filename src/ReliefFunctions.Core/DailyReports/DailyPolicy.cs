using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>
/// When a report a day (每日一报) is asked for, by what hour, and what it says, as versioned data: a default that the campaign office may replace without code.
/// The newest version that is in force by <see cref="From"/> holds; without any the standard one. All times are local to the campaign's zone.
/// </summary>
[Audited]
public sealed record DailyPolicy
{
    /// <summary>1, 2, …; a version never changes.</summary>
    public required int Version { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>The first local day on which it holds; null for at once.</summary>
    public DateOnly? From { get; init; }

    /// <summary>A unit owes a report of each day on which its patrols were ordered this hard or harder.</summary>
    public PatrolIntensity FromIntensity { get; init; } = PatrolIntensity.RoundTheClock;

    /// <summary>By when it is due, the same day.</summary>
    public TimeOnly DueTime { get; init; } = new(17, 0);

    /// <summary>When the office reads the table of the day.</summary>
    public TimeOnly TableTime { get; init; } = new(17, 30);

    /// <summary>How long before it is due a report is reminded of, in minutes.</summary>
    public int RemindMinutes { get; init; } = 120;

    /// <summary>An order that is given later than so many minutes before the report is due asks for one from the next day on.</summary>
    public int NoticeMinutes { get; init; } = 120;

    /// <summary>What a report says, in the order of lists.</summary>
    public required IReadOnlyList<DailyField> Fields { get; init; }

    /// <summary>The policy where the office has stored none; its version is 0.</summary>
    public static DailyPolicy Standard { get; } = new()
    {
        Version = 0,
        Title = "每日一报（默认）",
        Fields =
        [
            new("D01", "今日巡查", "次") { Meaning = FieldMeaning.Patrols }, new("D02", "救助", "人次") { Meaning = FieldMeaning.Aided },
            new("D03", "入站救助", "人次") { Meaning = FieldMeaning.AidedInside }, new("D04", "排查村（社区）", "个"),
            new("D05", "开放避寒场所", "个") { Stock = true }, new("D06", "避寒床位", "张") { Stock = true },
            new("D07", "突发情况", "起") { Meaning = FieldMeaning.Incidents }, new("D08", "需要支持", "") { IsText = true },
        ],
    };

    /// <summary>The field of a code, or null.</summary>
    public DailyField? Field(string code) => Fields.FirstOrDefault(field => field.Code == code);
}

/// <summary>One thing that a report of a day says.</summary>
/// <param name="Code">Letters and digits, such as <c>D01</c>.</param>
/// <param name="Label">In Chinese.</param>
/// <param name="Unit">The unit of measure; empty for words.</param>
public sealed record DailyField(string Code, string Label, string Unit)
{
    /// <summary>Whether it is a level that stands from day to day and is never added up over days.</summary>
    public bool Stock { get; init; }

    /// <summary>Whether it holds words, at most 200 characters.</summary>
    public bool IsText { get; init; }

    /// <summary>The figure of the weekly form that its days must not exceed; null when there is none to compare with.</summary>
    public FieldMeaning? Meaning { get; init; }
}

/// <summary>What a policy must hold before it is stored.</summary>
internal static class DailyPolicyRules
{
    public const string Kind = "daily-report-policy";

    private const int MostFields = 20;

    public static IReadOnlyList<ProblemError> Check(DailyPolicy policy, int version)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        if (policy.Version != version) Refuse("/version", $"内容中的版本是 {policy.Version}，地址中是 {version}。", "两处改为一致。");
        if (string.IsNullOrWhiteSpace(policy.Title) || policy.Title.Length > 60) Refuse("/title", "名称不能为空，最长 60 字。", "例如：每日一报。");
        if (policy.TableTime < policy.DueTime) Refuse("/tableTime", "汇总时间早于报送截止时间。", "例如截止 17:00，汇总 17:30。");
        if (policy.DueTime < new TimeOnly(6, 0)) Refuse("/dueTime", "截止时间应在 6:00 之后。", "例如 17:00:00。");
        if (policy.RemindMinutes is < 0 or > 360) Refuse("/remindMinutes", "提醒应在截止前 0 至 360 分钟。", "默认 120。");
        if (policy.NoticeMinutes is < 0 or > 720) Refuse("/noticeMinutes", "提前量应在 0 至 720 分钟之间。", "默认 120。");
        if (policy.Fields.Count is 0 or > MostFields) Refuse("/fields", $"应有 1 至 {MostFields} 个项目。", "增删后重试。");
        foreach (var (field, i) in policy.Fields.Select((field, i) => (field, i)))
        {
            if (field is null || field.Code is not { Length: > 0 and <= 8 } || !field.Code.All(char.IsAsciiLetterOrDigit)
                || string.IsNullOrWhiteSpace(field.Label) || field.Label.Length > 20 || field.Unit is null || field.Unit.Length > 8)
            {
                Refuse($"/fields/{i}", "每个项目要有代码（字母和数字，最长 8 位）和名称（最长 20 字）。", "例如 {\"code\":\"D01\",\"label\":\"今日巡查\",\"unit\":\"次\"}。");
            }
            else if (policy.Fields.Take(i).Any(earlier => earlier?.Code == field.Code))
            {
                Refuse($"/fields/{i}/code", "项目代码重复。", "每个项目用不同的代码。");
            }

            if (field is { IsText: true, Stock: true } or { IsText: true, Meaning: not null } or { Stock: true, Meaning: not null })
            {
                Refuse($"/fields/{i}/meaning", "文字和存量项目不与周报核对。", "去掉 meaning。");
            }
        }

        return errors;
    }
}
