using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sentences;

/// <summary>A row of 存在问题与督办.</summary>
/// <param name="What">The kind, with its whole.</param>
/// <param name="Units">Who, with what there is to say of each.</param>
/// <param name="Since">Since when.</param>
/// <param name="Who">Who answers for it.</param>
/// <param name="Grave">Whether it is to be chased rather than watched.</param>
public sealed record ConcernRow(
    [ForPeople] string What, [ForPeople] string Units, [ForPeople] string Since, [ForPeople] string Who, bool Grave)
{
    /// <summary>What there is to say of each unit, all of them; empty where <see cref="Units"/> is all there is.</summary>
    internal IReadOnlyList<string> Each { get; init; } = [];

    /// <summary>What units are counted in.</summary>
    internal string Measure { get; init; } = "家";

    /// <summary>The units in fewer characters.</summary>
    internal string Within(int room) => Units.Length <= room ? Units : Each.Count == 0 ? Wording.Cut(Units, room) : Wording.List(Each, 6, Measure, room);
}

/// <summary>A row of 提请决策.</summary>
public sealed record DecisionRow(string Unit, string Text, [ForPeople] string Owner, [ForPeople] string Due, [ForPeople] string Open);

/// <summary>A headline figure as printed.</summary>
/// <param name="Label">With its unit of measure.</param>
/// <param name="Total">The period's; — where nobody reported.</param>
/// <param name="Change">In number and per cent.</param>
/// <param name="Season">累计.</param>
/// <param name="LastSeason">The same week of the season before; null when no figure of that season is known.</param>
public sealed record DataRow([ForPeople] string Label, string Total, [ForPeople] string Change, string Season, string? LastSeason);

/// <summary>
/// The first page (要情): what a leader reads in a minute, once for the workbook, the bulletin, the phone and the printer. It begins with what is to be
/// done: the conclusion, what goes wrong, what is to be decided; figures follow; how they are counted stands in 说明.
/// </summary>
public sealed record FrontPage
{
    private const int MostDecisions = 3, MostUnits = 6, UnitsRoom = 50;

    /// <summary>花溪区“寒冬送温暖”专项救助行动工作调度汇总（第三周，12月14日—12月20日）.</summary>
    [ForPeople]
    public required string Title { get; init; }

    /// <summary>填报单位.</summary>
    public required string Office { get; init; }

    /// <summary>制表时间 and version.</summary>
    [ForPeople]
    public required string Stamp { get; init; }

    /// <summary>One sentence of conclusion.</summary>
    [ForPeople]
    public required string Conclusion { get; init; }

    /// <summary>较第1版：…; null for the first version.</summary>
    [ForPeople]
    public string? Changed { get; init; }

    /// <summary>存在问题与督办, the gravest first, a row for each kind.</summary>
    public required IReadOnlyList<ConcernRow> Concerns { get; init; }

    /// <summary>提请决策, the longest open first.</summary>
    public required IReadOnlyList<DecisionRow> Decisions { get; init; }

    /// <summary>Matters open beyond those shown.</summary>
    public int MoreDecisions { get; init; }

    /// <summary>The headline figures.</summary>
    public required IReadOnlyList<DataRow> Data { get; init; }

    /// <summary>What stands under them: outcomes, weather and orders, reporting, caveats.</summary>
    [ForPeople]
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What other features say, under the notes.</summary>
    [ForPeople]
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>下周重点, or what comes next.</summary>
    [ForPeople]
    public required IReadOnlyList<string> Next { get; init; }

    /// <summary>Every unit by sign, the worst first.</summary>
    public required IReadOnlyList<StandingLine> Grid { get; init; }

    /// <summary>Names of the sections, in their order.</summary>
    [ForPeople]
    public required IReadOnlyList<string> Headings { get; init; }

    /// <summary>The page of a summary.</summary>
    public static FrontPage Of(Summary summary, SummaryStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(stamp);
        var open = summary.Matters.Where(matter => !matter.Closed).OrderBy(matter => matter.Week).ToList();
        return new FrontPage
        {
            Title = TitleOf(summary),
            Office = summary.Heading.Office,
            Stamp = $"制表、数据截止：{Wording.Moment(stamp.GeneratedAt, summary.Heading.Zone())}　第{stamp.Version}版",
            Conclusion = ConclusionOf(summary),
            Changed = summary.PreviousHash is null ? null : Phrases.Changed(summary, stamp.Version) + "。",
            Concerns =
            [
                .. (summary.Parts ?? []).SelectMany(part => part.Problems)
                    .Select(problem => new ConcernRow(problem.What, problem.Units, problem.Since, problem.Who, problem.Grave)),
                .. summary.Concerns.GroupBy(concern => concern.Kind).Select(group => Row(summary, group.Key, [.. group])),
            ],
            Decisions = [.. open.Take(MostDecisions).Select(matter => new DecisionRow(
                matter.Unit, Wording.Cut(matter.Text, 60), matter.Owner ?? "请领导明确", matter.Due is { } due ? $"{Wording.Day(due)}前"
                    : "请领导明确", Phrases.Open(summary, matter)))],
            MoreDecisions = Math.Max(0, open.Count - MostDecisions),
            Data = [.. summary.Headlines.Select(headline => DataOf(summary, headline))],
            Notes = [.. NotesOf(summary).Where(note => note.Length > 0).Select(note => note + "。")],
            Parts = [.. (summary.Parts ?? []).SelectMany(part => part.Lines)],
            Next = [.. NextOf(summary)],
            Grid = summary.Standings,
            Headings =
            [
                "一、存在问题与督办", "二、提请决策", "三、主要数据",
                summary.Heading.Kind == PeriodKind.Week ? "四、下周重点" : "四、下步重点", $"五、{(summary.Heading.IsArea ? "区县" : "单位")}状态",
            ],
        };
    }

    /// <summary>The title alone.</summary>
    public static string TitleOf(Summary summary) => $"{summary.Heading.Name}“寒冬送温暖”专项救助行动工作调度汇总（{Wording.Period(summary)}）";

    /// <summary>One sentence: grave events, aid, weather and orders with their execution, and whether anything is to be chased.</summary>
    public static string ConclusionOf(Summary summary)
    {
        var span = Wording.Span(summary);
        var (chased, units) = (summary.Standings.Count(line => line.Standing == UnitStanding.Chase), summary.Heading.IsArea ? "个区县" : "家单位");
        var aided = summary.Headlines.FirstOrDefault(headline => headline.Meaning == FieldMeaning.Aided)
            ?? (summary.Headlines.Count > 0 ? summary.Headlines[0] : null);
        var orders = Highest(summary) is (not PatrolIntensity.Routine, var name) ? $"最高执行{name}巡查" : $"全{(summary.Heading.IsArea ? "域" : "区")}执行常态巡查";
        List<string> parts =
        [
            summary.IsRunning ? $"{span}尚在进行，{Phrases.Reporting(summary)}" : "",
            !summary.IsReported ? $"{(summary.IsRunning ? "" : span)}尚无计入的报表，工作情况无法核定"
                : Phrases.Incidents(summary) is { Length: > 0 } incidents ? $"{(summary.IsRunning ? "" : span)}{incidents}" : "",
            summary.IsReported && aided is not null ? Phrases.Figure(aided, Phrases.Change(aided)) : "",
            $"{(summary.Minimum is { } minimum ? $"最低气温{Phrases.Degrees(minimum)}，" : "")}{orders}{(Phrases.Execution(summary) is { Length: > 0 } execution ? "，" + execution : "")}",
            Phrases.WithoutSummary(summary),
            chased > 0 ? $"需督办{chased}{units}" : summary.IsRunning ? "" : summary.Concerns.Count > 0 ? "无需督办，有待关注事项" : summary.IsReported ? "无需督办事项" : "",
        ];
        return string.Join("；", parts.Where(part => part.Length > 0)) + "。";
    }

    private static ConcernRow Row(Summary summary, ConcernKind kind, IReadOnlyList<ConcernLine> concerns)
    {
        var since = concerns.Select(concern => concern.Since).OfType<DateOnly>().ToList();
        var leaders = concerns.Select(concern => concern.Who).Distinct().ToList();
        var (each, measure) = (concerns.Select(Phrases.Of).ToList(), kind == ConcernKind.NoSummary ? "个" : "家");
        return new ConcernRow(
            Phrases.Heading(kind, concerns),
            Wording.List(each, MostUnits, measure, UnitsRoom),
            since.Count > 0 ? $"{Wording.Day(since.Min())}起" : Wording.Span(summary),
            kind == ConcernKind.NoSummary ? "区县办公室" : leaders is [{ } one] && concerns.Count == 1 ? one : concerns.Count == 1 ? "分管领导" : "各分管领导",
            ConcernRules.StandingOf([kind]) == UnitStanding.Chase)
        {
            Each = each,
            Measure = measure,
        };
    }

    private static DataRow DataOf(Summary summary, HeadlineFigure headline)
    {
        var line = summary.LastSeason?.Lines.FirstOrDefault(each => each.Label == headline.Label);
        var isWeek = summary.Heading.Kind == PeriodKind.Week;
        return new DataRow(
            $"{headline.Label}（{headline.Unit}）",
            summary.IsReported ? Wording.Number(headline.Total) : "—",
            isWeek ? Phrases.ShortChange(summary, headline) : "",
            Wording.Number(headline.Season),
            summary.LastSeason is null ? null : (isWeek ? line?.Week : line?.Season) is { } then ? Wording.Number(then) : "—");
    }

    private static IEnumerable<string> NotesOf(Summary summary)
    {
        yield return Phrases.Outcomes(summary);
        yield return Orders(summary);
        var accepted = Phrases.Unaccepted(summary);
        yield return Phrases.Reporting(summary) + (accepted.Length > 0 ? "；" + accepted : "");
        yield return string.Join("；", new[] { Phrases.Caveat(summary), Phrases.LastSeason(summary) }.Where(part => part.Length > 0));
    }

    /// <summary>What was in force, and how the notices were answered.</summary>
    private static string Orders(Summary summary)
    {
        var zone = summary.Heading.Zone();
        var figures = summary.Acknowledgements;
        var answered = figures.Notices == 0 ? "" : figures.Acknowledged == figures.Notices ? $"通知{Wording.Number(figures.Notices)}份全部签收"
            : $"通知{Wording.Number(figures.Notices)}份，签收{Wording.Number(figures.Acknowledged)}份";
        if (answered.Length > 0 && figures.MedianMinutes is { } median) answered += $"，用时中位数{Wording.Duration((int)Math.Ceiling(median))}";
        if (summary.Heading.IsArea)
        {
            var levels = summary.Districts.Where(district => district.Highest > PatrolIntensity.Routine)
                .GroupBy(district => (district.Highest, district.Intensity))
                .OrderByDescending(group => group.Key.Highest);
            var told = string.Join("；",
                levels.Select(group => $"最高执行{group.Key.Intensity}的区县{group.Count()}个（{Wording.List([.. group.Select(district => district.Name)], 8)}）"));
            return string.Join("；", new[] { told, answered }.Where(part => part.Length > 0));
        }

        if (summary.Orders.Count == 0) return $"{Wording.Span(summary)}无巡查指令";
        var path = string.Join("→", summary.Orders.TakeLast(5).Select(order =>
            $"第{order.Revision}号{order.Intensity}（{(order.CarriedOver ? "上期结转" : Wording.Moment(order.IssuedAt, zone) + "起")}）"));
        return $"巡查指令：{path}{(answered.Length > 0 ? "；" + answered : "")}";
    }

    private static IEnumerable<string> NextOf(Summary summary)
    {
        if (summary.Outlook is { Length: > 0 } words) yield return Wording.Cut(words, 200);
        var now = summary.Orders.LastOrDefault(order => order.ReplacedAt is null);
        var order = summary.Heading.IsArea ? "按各区县指令执行" : now is null ? "执行常态巡查" : $"第{now.Revision}号指令（{now.Intensity}）继续执行至调整通知";
        var coldest = summary.Ahead.OrderBy(minimum => minimum.Celsius).FirstOrDefault();
        yield return order + (coldest is null ? "；天气以气象部门发布为准。" : $"；预报{Wording.Day(coldest.Day)}最低气温{Phrases.Degrees(coldest.Celsius)}，以气象部门发布为准。");
        var asked = summary.Concerns.GroupBy(concern => concern.Kind).Where(group => Phrases.Request(group.Key).Length > 0).Take(5)
            .Select(group => $"{Wording.List([.. group.Select(concern => concern.Unit).Distinct()], 3, "家")}{Phrases.Request(group.Key)}").ToList();
        if (asked.Count > 0) yield return $"请{string.Join("；", asked)}。";
    }

    internal static (PatrolIntensity Highest, string Name) Highest(Summary summary) => summary.Orders.Select(order => (order.Highest, order.Intensity))
        .Concat(summary.Districts.Select(district => (district.Highest, district.Intensity))).OrderByDescending(each => each.Highest)
            .FirstOrDefault((PatrolIntensity.Routine, ""));
}
