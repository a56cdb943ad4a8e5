using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>The two stage reports of a unit (plan item 1.38).</summary>
public enum Stage
{
    /// <summary>推进情况, due on January 10.</summary>
    Progress,

    /// <summary>工作总结, due on April 1; the campaign and its weekly reports go on.</summary>
    Final,
}

/// <summary>What a stage report is called and when it is due.</summary>
public static class StageReports
{
    /// <summary>In addresses, keys and messages.</summary>
    public static string KeyOf(Stage stage) => stage == Stage.Progress ? "progress" : "final";

    /// <summary>As people call it.</summary>
    public static string NameOf(Stage stage) => stage == Stage.Progress ? "推进情况" : "工作总结";

    /// <summary>The local day by whose end it is due; null when the campaign sets none.</summary>
    public static DateOnly? DueDay(Campaign campaign, Stage stage) =>
        stage == Stage.Progress ? campaign.Calendar.ProgressReportDue : campaign.Calendar.FinalReportDue;

    /// <summary>The end of the due day, UTC; null when the campaign sets none.</summary>
    public static DateTimeOffset? Due(Campaign campaign, Stage stage) =>
        DueDay(campaign, stage) is { } day ? LocalTime.ToUtc(day.AddDays(1), TimeOnly.MinValue, campaign.Zone()) : null;

    /// <summary>Minutes begun since the end of the due day; 0 when in time or when nothing is due.</summary>
    public static int MinutesLate(Campaign campaign, Stage stage, DateTimeOffset at) =>
        Due(campaign, stage) is { } due && at >= due ? (int)Math.Floor((at - due).TotalMinutes) + 1 : 0;
}

/// <summary>What a unit writes; the figures beside it are computed.</summary>
/// <param name="Work">工作开展情况.</param>
/// <param name="Publicity">宣传引导, by channel (plan item 1.36).</param>
/// <param name="Meetings">联席会议 (plan item 1.33).</param>
/// <param name="Money">经费投入.</param>
/// <param name="Problems">存在问题.</param>
/// <param name="Next">下一步打算.</param>
/// <param name="FilledBy">填报人.</param>
/// <param name="ReviewedBy">审核人.</param>
public sealed record StageText(string? Work, string? Publicity, string? Meetings, string? Money, string? Problems, string? Next, string? FilledBy,
    string? ReviewedBy)
{
    /// <summary>What stands in the document for a section without text.</summary>
    internal const string NotFilled = "（未填写）";

    /// <summary>Nothing written yet.</summary>
    internal static StageText Blank { get; } = new(null, null, null, null, null, null, null, null);

    /// <summary>Longest section, in characters.</summary>
    public const int LongestSection = 3_000;

    /// <summary>The sections with their headings and JSON names, in the order of the document.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, string Heading, string? Text)> Sections =>
        [("work", "工作开展情况", Work), ("publicity", "宣传引导情况", Publicity), ("meetings", "联席会议情况", Meetings), ("money", "经费投入情况", Money),
            ("problems", "存在的问题", Problems), ("next", "下一步打算", Next)];
}

/// <summary>One figure of the season so far.</summary>
/// <param name="Field">Code.</param>
/// <param name="Label">As printed.</param>
/// <param name="Unit">Unit of measure.</param>
/// <param name="Value">A flow's sum, a stock's last level; null when no week holds one.</param>
public sealed record StageFigure(string Field, string Label, string Unit, int? Value);

/// <summary>A unit's figures of the season so far, with the weeks they rest on.</summary>
/// <param name="Through">The last day of the last week that counts; null when none does.</param>
/// <param name="WeeksCounted">Weeks of which a report counts.</param>
/// <param name="WeeksMissing">Weeks over by then of which none does.</param>
/// <param name="Figures">In the order of the form.</param>
public sealed record StageFigures(DateOnly? Through, int WeeksCounted, IReadOnlyList<WeekKey> WeeksMissing, IReadOnlyList<StageFigure> Figures)
{
    /// <summary>
    /// Adds up the counted reports of one unit: flows are added, of stocks the last level stands, blanks add nothing. Weeks on different forms line up
    /// by field code; <paramref name="forms"/> are those of the weeks, newest first, and a column that a later form has dropped follows the others.
    /// </summary>
    public static StageFigures Of(IReadOnlyList<FormDefinition> forms, UnitKind kind, IReadOnlyList<ReportingWeek> weeksOver, IReadOnlyList<ReportRow> rows)
    {
        var counted = weeksOver.Select(week => (Week: week, rows.FirstOrDefault(row => row.Week == week.Key)?.Counted?.Content.Values)).ToList();
        var held = counted.Where(week => week.Values is not null).ToList();
        return new StageFigures(held.Count > 0
            ? held[^1].Week.Last
            : null, held.Count, [.. counted.Where(week => week.Values is null).Select(week => week.Week.Key)],
            [.. forms.SelectMany(form => form.FieldsFor(kind)).DistinctBy(field => field.Code).Where(field => !field.IsText).Select(field =>
            {
                var values = held.Select(week => week.Values!.Number(field.Code)).OfType<int>().ToList();
                return new StageFigure(field.Code, field.Label, field.Unit, values.Count == 0
                    ? null
                    : field.Aggregation == Aggregation.Stock
                    ? values[^1]
                    : values.Sum());
            })]);
    }
}

/// <summary>One unit's stage report as it stands; the figures are those of the moment it was submitted, with their cut-off.</summary>
[Audited("state", "version", "revision", "text")]
public sealed record StageRow
{
    /// <summary>Which.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The unit's code.</summary>
    public required string Unit { get; init; }

    /// <summary>The unit's name.</summary>
    public required string UnitName { get; init; }

    /// <summary>Where it stands.</summary>
    public ReportState State { get; init; }

    /// <summary>The number of the version; 0 before the first.</summary>
    public int Version { get; init; }

    /// <summary>Counts every change: named by the office when it takes back what it said of a version.</summary>
    public int Revision { get; init; }

    /// <summary>What the unit wrote.</summary>
    public StageText? Text { get; init; }

    /// <summary>The season so far when it was submitted; before that, as it is now.</summary>
    public StageFigures? Figures { get; init; }

    /// <summary>When it came, UTC.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Who sent it.</summary>
    public string? By { get; init; }

    /// <summary>Minutes of the first version after the end of the due day; 0 when in time.</summary>
    public int? MinutesLate { get; init; }

    /// <summary>The office's last word.</summary>
    public ReviewComment? Review { get; init; }

    /// <summary>The row of a unit from which nothing came yet.</summary>
    public static StageRow Expected(Stage stage, Unit unit) => new() { Stage = stage, Unit = unit.Code, UnitName = unit.Name };

    /// <summary>Where the row lies.</summary>
    public static string Key(Stage stage, string unit) => Keys.Join("G", stage.ToString(), unit);

    /// <summary>Where a version lies.</summary>
    public static string VersionKey(Stage stage, string unit, int version) =>
        Keys.Join("GV", stage.ToString(), unit, version.ToString("D5", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A submission on a base.</summary>
    internal Outcome<StageRow> Submit(StageText text, int? baseVersion, StageFigures figures, int minutesLate, DateTimeOffset at, string by)
    {
        if (Text == text) return new Outcome<StageRow>.Repeated(this);
        if ((baseVersion ?? 0) != Version) return new Outcome<StageRow>.Stale(this);
        return new Outcome<StageRow>.Changed(this with
        {
            State = ReportState.Submitted,
            Version = Version + 1,
            Revision = Revision + 1,
            Text = text,
            Figures = figures,
            At = at,
            By = by,
            MinutesLate = MinutesLate ?? minutesLate,
            Review = null,
        });
    }

    /// <summary>
    /// The office's word; stale when it names another version than the latest, or says otherwise than before without naming the revision that it has read.
    /// </summary>
    internal Outcome<StageRow> Reviewed(ReportState state, ReviewComment review, int? revision)
    {
        if (Version == 0 || review.Version != Version) return new Outcome<StageRow>.Stale(this);
        if (State == state && Review?.Comment == review.Comment) return new Outcome<StageRow>.Repeated(this);
        return Review is null || revision == Revision
            ? new Outcome<StageRow>.Changed(this with { State = state, Review = review, Revision = Revision + 1 })
            : new Outcome<StageRow>.Stale(this);
    }
}
