using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>What stands over a summary and names it.</summary>
public sealed record SummaryHeading
{
    /// <summary>GB/T 2260 code of the district; of an area the prefix of its districts: four digits for a city, two for a province.</summary>
    public required string Scope { get; init; }

    /// <summary>Such as 花溪区.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>2026-2027</c>.</summary>
    public required string Season { get; init; }

    /// <summary>The campaign's full name.</summary>
    public required string CampaignName { get; init; }

    /// <summary>填报单位: the office that compiles (领导小组办公室).</summary>
    public required string Office { get; init; }

    /// <summary>What stands in red over the bulletin (发文机关标志); null for no red head.</summary>
    public string? BulletinHead { get; init; }

    /// <summary>IANA zone of every printed time.</summary>
    public required string TimeZone { get; init; }

    /// <summary>How much of the season is summed up.</summary>
    public PeriodKind Kind { get; init; }

    /// <summary>Whether it adds up districts rather than units.</summary>
    [JsonIgnore]
    public bool IsArea => Scope.Length < 6;

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone() => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}

/// <summary>
/// The figures of a district's week or stage (汇总表), or of an area above districts: what the workbook, the JSON, the CSV and the phone page
/// all show. Holds nothing that depends on when or by which build it was computed.
/// </summary>
public sealed record Summary
{
    /// <summary>Whose, and how much of the season.</summary>
    public required SummaryHeading Heading { get; init; }

    /// <summary>The last week.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>第×周, of the last week.</summary>
    public required int WeekNumber { get; init; }

    /// <summary>The period's first day.</summary>
    public required DateOnly First { get; init; }

    /// <summary>The period's last day.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>When the last week's reports were due, UTC.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>The weeks of the period whose deadline had not passed (进行中): nobody is missing from them yet, and nothing is judged.</summary>
    public IReadOnlyList<WeekKey> OpenWeeks { get; init; } = [];

    /// <summary>Whether the last week's deadline had not passed.</summary>
    [JsonIgnore]
    public bool IsRunning => OpenWeeks.Contains(Week);

    /// <summary>The form whose fields are the columns; of an area the newest of its districts'.</summary>
    public required int FormVersion { get; init; }

    /// <summary>The patrol policy that the duties are from; of an area 0, because each district has its own.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>
    /// The fields, group by group in the form's order, text fields included; those that the form dropped in the course of the season stand last in their
    /// group.
    /// </summary>
    public required IReadOnlyList<SummaryField> Fields { get; init; }

    /// <summary>The fields that are columns: over several weeks all of them; in a week those of its form, because nobody was asked for the others.</summary>
    [JsonIgnore]
    public IReadOnlyList<SummaryField> Columns => Heading.Kind == PeriodKind.Week ? [.. Fields.Where(each => each.Until is null)] : Fields;

    /// <summary>What other features add; null when none does.</summary>
    public IReadOnlyList<SummaryPart>? Parts { get; init; }

    /// <summary>The units expected in the period, by kind and order; of an area its districts.</summary>
    public required IReadOnlyList<UnitLine> Units { get; init; }

    /// <summary>Of an area: each district and the summary of it that was added; empty for a district.</summary>
    public IReadOnlyList<DistrictLine> Districts { get; init; } = [];

    /// <summary>The totals of each number field.</summary>
    public required IReadOnlyList<FieldTotal> Totals { get; init; }

    /// <summary>The figures a leader reads first.</summary>
    public required IReadOnlyList<HeadlineFigure> Headlines { get; init; }

    /// <summary>Who reported.</summary>
    public required ReportingFigures Reporting { get; init; }

    /// <summary>Grave events (重大情况).</summary>
    public required IncidentFigures Incidents { get; init; }

    /// <summary>The orders in force in the period, oldest first; of an area none: they stand in its districts' summaries.</summary>
    public required IReadOnlyList<OrderFigures> Orders { get; init; }

    /// <summary>How fast notices of the period were acknowledged.</summary>
    public required AcknowledgementFigures Acknowledgements { get; init; }

    /// <summary>Required against reported patrols by unit.</summary>
    public required IReadOnlyList<DutyLine> Duties { get; init; }

    /// <summary>The season by week, up to this one.</summary>
    public required IReadOnlyList<WeekLine> Trend { get; init; }

    /// <summary>What came of aid, and coverage, beside the headline figures; a figure that no form has is left out.</summary>
    public IReadOnlyList<NamedFigure> Outcomes { get; init; } = [];

    /// <summary>What calls for the office's hand (存在问题与督办), the gravest first.</summary>
    public IReadOnlyList<ConcernLine> Concerns { get; init; } = [];

    /// <summary>Every unit, or district, with its sign, those that call for a hand first.</summary>
    public IReadOnlyList<StandingLine> Standings { get; init; } = [];

    /// <summary>The week before, to know whether a comparison is fair; null in the first week and over several weeks.</summary>
    public WeekBefore? Before { get; init; }

    /// <summary>The same week of the season before; null when it is not known.</summary>
    public YearOnYear? LastSeason { get; init; }

    /// <summary>Minimum temperatures forecast for the days after the period.</summary>
    public IReadOnlyList<DailyMinimum> Ahead { get; init; } = [];

    /// <summary>Where the minimum temperatures are from.</summary>
    public IReadOnlyList<string> MinimumSources { get; init; } = [];

    /// <summary>提请研究: open matters and those settled in the period, oldest first.</summary>
    public required IReadOnlyList<MatterLine> Matters { get; init; }

    /// <summary>未结事项.</summary>
    public required OpenFigures Open { get; init; }

    /// <summary>The office's words on what comes next, when it gave any.</summary>
    public string? Outlook { get; init; }

    /// <summary>Reports up to the last week, those missing included: the lines of the detail (明细). 0 of an area.</summary>
    public int DetailLines { get; init; }

    /// <summary>The latest moment of any input: reports received, orders issued, notices acknowledged; UTC.</summary>
    public DateTimeOffset? LastInputAt { get; init; }

    /// <summary>Hash of the inputs alone: equal means there is nothing new to say.</summary>
    public required string SourceHash { get; init; }

    /// <summary>Hash of the inputs and of the version replaced: names the stored files.</summary>
    public required string InputHash { get; init; }

    /// <summary><see cref="InputHash"/> of the version replaced.</summary>
    public string? PreviousHash { get; init; }

    /// <summary>What moved since the version replaced; empty for the first.</summary>
    public IReadOnlyList<ChangeLine> Changes { get; init; } = [];

    /// <summary>The lowest temperature of the period, °C; null when unknown.</summary>
    [JsonIgnore]
    public decimal? Minimum => Trend.Where(week => week.Last >= First).Min(week => week.Minimum);

    /// <summary>Whether any report counts: without one a total of 0 says nothing.</summary>
    [JsonIgnore]
    public bool IsReported => Units.Any(unit => unit.IsCounted);

    /// <summary>The rates by kind of unit, and of all; units outside of the rate left out.</summary>
    [JsonIgnore]
    public IReadOnlyList<RateLine> Rates =>
    [
        .. Units.Where(unit => unit.CountsInRate && unit.Kind is not null).GroupBy(unit => unit.Kind).Select(kind => new RateLine(
            kind.Key, kind.Sum(unit => unit.Expected), kind.Sum(unit => unit.Reported), kind.Sum(unit => unit.OnTime), kind.Sum(unit => unit.AcceptedReports))),
        new RateLine(null, Reporting.Expected, Reporting.Reported, Reporting.OnTime, Reporting.Accepted),
    ];

    /// <summary>The totals by field code.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, FieldTotal> TotalOf => Totals.ToDictionary(total => total.Code, StringComparer.Ordinal);
}

/// <summary>A column. Columns of different form versions are aligned by their code.</summary>
public sealed record SummaryField(string Code, string Label, string Unit, string Group, Aggregation Aggregation, IReadOnlyList<UnitKind> AppliesTo)
{
    /// <summary>The form version that brought the field in the course of the season; null when it was there from the beginning.</summary>
    public int? Since { get; init; }

    /// <summary>The last form version that had the field; null while it is in use.</summary>
    public int? Until { get; init; }

    /// <summary>The label, and whether the field came or went in the course of the season.</summary>
    [JsonIgnore]
    public string Name => $"{Label}{(Since is { } since ? $"〔第{since}版起〕" : "")}{(Until is { } until ? $"〔止于第{until}版〕" : "")}";

    /// <summary>Whether the field is on the form of a kind of unit.</summary>
    public bool IsOnFormOf(UnitKind kind) => AppliesTo.Count == 0 || AppliesTo.Contains(kind);

    /// <summary>
    /// Whether the field is on the form of a unit that reported these values (null: none): one that came or went in the course of the season is where it
    /// was handed in.
    /// </summary>
    public bool IsOnFormOf(UnitKind kind, ReportValues? values) => IsOnFormOf(kind) && ((Since ?? Until) is null || IsIn(values));

    /// <summary>Whether the field is on the form of a line: of a unit by its kind, of a district by what its summary holds.</summary>
    public bool IsOnFormOf(UnitLine line) => line.Kind is { } kind ? IsOnFormOf(kind, line.Values) : IsIn(line.Values);

    private bool IsIn(ReportValues? values) => values is null || values[Code].Kind != FieldValueKind.Missing;
}

/// <summary>A unit in the period, or a district of an area.</summary>
public sealed record UnitLine
{
    /// <summary>Code.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Kind; null for a district.</summary>
    public UnitKind? Kind { get; init; }

    /// <summary>Where its report stands. Over several reports: 未报 when none counts, 已审核 when all that count are accepted.</summary>
    public required ReportState Standing { get; init; }

    /// <summary>Whether it stands in the reporting rate.</summary>
    public required bool CountsInRate { get; init; }

    /// <summary>应报: 1 in a week; the weeks of a stage; the reports of a district.</summary>
    public required int Expected { get; init; }

    /// <summary>已报: of these, with a version that counts.</summary>
    public required int Reported { get; init; }

    /// <summary>Of these, in time.</summary>
    public required int OnTime { get; init; }

    /// <summary>Of those reported, accepted.</summary>
    public required int AcceptedReports { get; init; }

    /// <summary>Minutes late, over a stage the most; 0 when in time or not reported.</summary>
    public int MinutesLate { get; init; }

    /// <summary>How often it was returned.</summary>
    public int Returns { get; init; }

    /// <summary>Reminders sent.</summary>
    public int Reminders { get; init; }

    /// <summary>Why it was last returned.</summary>
    public string? ReturnReason { get; init; }

    /// <summary>When the first version of the period came, UTC.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The version counted: of a week's report, or of a district's summary; null when none is, or over several weeks.</summary>
    public int? Version { get; init; }

    /// <summary>Hash of what is counted.</summary>
    public string? Hash { get; init; }

    /// <summary>When that version came, UTC.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>填报人 of that version.</summary>
    public string? FilledBy { get; init; }

    /// <summary>审核人 of that version.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>Who answers for the unit.</summary>
    public string? Leader { get; init; }

    /// <summary>Stocks that the period does not say, carried forward from the unit's last report that does (结转).</summary>
    public IReadOnlyDictionary<string, int> Carried { get; init; } = new Dictionary<string, int>();

    /// <summary>Over several weeks: those whose deadline has passed and of which nothing counts, by number.</summary>
    public IReadOnlyList<int> MissingWeeks { get; init; } = [];

    /// <summary>The values counted: over several weeks sums of flows and last values of stocks; null when none are.</summary>
    public ReportValues? Values { get; init; }

    /// <summary>Whether anything is counted.</summary>
    [JsonIgnore]
    public bool IsCounted => Values is not null;

    /// <summary>Whether all that is counted was accepted.</summary>
    [JsonIgnore]
    public bool Accepted => IsCounted && AcceptedReports == Reported;

    /// <summary>Its reports and their rates.</summary>
    [JsonIgnore]
    public RateLine Rates => new(Kind, Expected, Reported, OnTime, AcceptedReports);
}

/// <summary>Reports and their rates: of a unit, or of the units of a kind that stand in the rate.</summary>
/// <param name="Kind">Null of a district, and of all kinds.</param>
/// <param name="Expected">应报.</param>
/// <param name="Reported">已报.</param>
/// <param name="OnTime">Of these, in time.</param>
/// <param name="Accepted">Of these, accepted.</param>
public sealed record RateLine(UnitKind? Kind, int Expected, int Reported, int OnTime, int Accepted)
{
    /// <summary>报送率, 0 to 1; null when nobody is expected.</summary>
    public decimal? Rate => ReportingFigures.Share(Reported, Expected);

    /// <summary>按时率, 0 to 1; null when nobody is expected.</summary>
    public decimal? OnTimeRate => ReportingFigures.Share(OnTime, Expected);

    /// <summary>待审核.</summary>
    public int Unaccepted => Reported - Accepted;

    /// <summary>待审占比, 0 to 1; null when nobody reported.</summary>
    public decimal? UnacceptedShare => ReportingFigures.Share(Unaccepted, Reported);
}

/// <summary>A district of an area and the summary of it that was added.</summary>
public sealed record DistrictLine
{
    /// <summary>GB/T 2260 code.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>第×版 of its summary; null when it has none of the period, and then nothing of it is added.</summary>
    public int? Version { get; init; }

    /// <summary><see cref="Summary.InputHash"/> of that version.</summary>
    public string? Hash { get; init; }

    /// <summary>When that version was compiled: its data cut-off; UTC.</summary>
    public DateTimeOffset? CompiledAt { get; init; }

    /// <summary>The highest intensity in force.</summary>
    public PatrolIntensity Highest { get; init; }

    /// <summary>As printed.</summary>
    public string Intensity { get; init; } = "";

    /// <summary>Orders in force.</summary>
    public int Orders { get; init; }

    /// <summary>How fast notices were acknowledged.</summary>
    public AcknowledgementFigures? Acknowledgements { get; init; }

    /// <summary>Units that met the patrols asked for.</summary>
    public int Met { get; init; }

    /// <summary>Units that did not.</summary>
    public int NotMet { get; init; }

    /// <summary>Units of which it cannot be told.</summary>
    public int Unknown { get; init; }

    /// <summary>What calls for a hand there.</summary>
    public int Concerns { get; init; }
}

/// <summary>The totals of one number field.</summary>
public sealed record FieldTotal
{
    /// <summary>Field code.</summary>
    public required string Code { get; init; }

    /// <summary>All units, the period; of a stock with what is carried forward.</summary>
    public required long Total { get; init; }

    /// <summary>By kind of unit, the period; kinds without a unit are left out.</summary>
    public required IReadOnlyDictionary<UnitKind, long> ByKind { get; init; }

    /// <summary>All units, the week before; null in the first week, when nobody was asked or reported then, and over several weeks.</summary>
    public long? LastWeek { get; init; }

    /// <summary>比上周增减; null where <see cref="LastWeek"/> is.</summary>
    [JsonIgnore]
    public long? Change => Total - LastWeek;

    /// <summary>The part of <see cref="Total"/> that is carried forward from earlier weeks.</summary>
    public long Carried { get; init; }

    /// <summary>Of a flow, the sum of all earlier weeks; of a stock null, because stocks are never added over weeks; null also over several weeks.</summary>
    public long? Earlier { get; init; }

    /// <summary>Of a flow, the sum of all weeks; of a stock, the sum over the period's units of the last value each reported.</summary>
    public required long Season { get; init; }

    /// <summary>The part of <see cref="Total"/> that is not yet accepted.</summary>
    public required long Unaccepted { get; init; }
}

/// <summary>One of the figures a leader reads first.</summary>
public sealed record HeadlineFigure(string Label, string Unit, long Total, long? LastWeek, long Season)
{
    /// <summary>What it means, where pages speak of it by its meaning.</summary>
    public FieldMeaning? Meaning { get; init; }

    /// <summary>较上周; null where <see cref="LastWeek"/> is.</summary>
    [JsonIgnore]
    public long? Change => Total - LastWeek;
}

/// <summary>Who reported. Units outside of the rate (救助管理站) are in the lists and not in the counts. A unit counts once for each week of the period.</summary>
/// <param name="Expected">应报.</param>
/// <param name="Reported">已报: reports with a version that counts.</param>
/// <param name="OnTime">Of these, in time.</param>
/// <param name="Accepted">Of these, accepted.</param>
/// <param name="Missing">未报, by name.</param>
/// <param name="Late">迟报, the latest first.</param>
/// <param name="Returned">退回 and not yet handed in again.</param>
public sealed record ReportingFigures(
    int Expected, int Reported, int OnTime, int Accepted,
    IReadOnlyList<string> Missing, IReadOnlyList<LateUnit> Late, IReadOnlyList<string> Returned)
{
    /// <summary>Not handed in while the deadline had not passed, by name: not 未报.</summary>
    public IReadOnlyList<string> Pending { get; init; } = [];

    /// <summary>报送率, 0 to 1; null when nobody is expected.</summary>
    public decimal? Rate => Share(Reported, Expected);

    /// <summary>按时报送率, 0 to 1; null when nobody is expected.</summary>
    public decimal? OnTimeRate => Share(OnTime, Expected);

    /// <summary>未审核占比: of the units reported, those not yet accepted; 0 to 1, null when none reported.</summary>
    public decimal? UnacceptedShare => Share(Reported - Accepted, Reported);

    internal static decimal? Share(int part, int whole) => whole == 0 ? null : (decimal)part / whole;
}

/// <summary>A unit that was late.</summary>
public sealed record LateUnit(string Name, int Minutes);

/// <summary>Grave events. A unit that did not say confirms nothing.</summary>
/// <param name="Total">起, in the period.</param>
/// <param name="Season">起, so far.</param>
/// <param name="ConfirmedNone">Units that reported 0, each week.</param>
/// <param name="Unconfirmed">Units that reported nothing, or left it blank, in any week.</param>
/// <param name="Units">The units with events, by name and number.</param>
public sealed record IncidentFigures(long Total, long Season, int ConfirmedNone, int Unconfirmed, IReadOnlyList<NamedCount> Units)
{
    /// <summary>The incidents of the period as they were reported at once, with their state; null where nothing was reported at once all season.</summary>
    public IReadOnlyList<ToldIncident>? Told { get; init; }

    /// <summary>How many were reported at once in the season so far.</summary>
    public long ToldSeason { get; init; }
}

/// <summary>An incident as it was reported at once.</summary>
/// <param name="Unit">Who reported it.</param>
/// <param name="Kind">Such as 冻伤.</param>
/// <param name="State">处置中, 已核报.</param>
/// <param name="Open">Whether it goes on.</param>
/// <param name="Grave">Whether it is 重大.</param>
/// <param name="Dead">People dead; null when nobody said.</param>
public sealed record ToldIncident(string Unit, string Kind, string State, bool Open, bool Grave, int? Dead);

/// <summary>A name and a number.</summary>
public sealed record NamedCount(string Name, long Count);

/// <summary>An order of the week.</summary>
public sealed record OrderFigures
{
    /// <summary>第×号.</summary>
    public required int Revision { get; init; }

    /// <summary>Highest intensity in it, as printed.</summary>
    public required string Intensity { get; init; }

    /// <summary>The highest intensity in it.</summary>
    public required PatrolIntensity Highest { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the next order replaced it, UTC; null while in force.</summary>
    public DateTimeOffset? ReplacedAt { get; init; }

    /// <summary>Whether it was issued before the week and still in force on its first day.</summary>
    public bool CarriedOver { get; init; }

    /// <summary>Units whose notice it was.</summary>
    public required IReadOnlyList<NoticeLine> Notices { get; init; }

    /// <summary>How fast they were acknowledged, whenever the order was issued.</summary>
    [JsonIgnore]
    public AcknowledgementFigures Answers => ResponseRules.Acknowledgements([this with { CarriedOver = false }]);
}

/// <summary>One unit's notice.</summary>
/// <param name="Unit">Name.</param>
/// <param name="Intensity">As printed.</param>
/// <param name="AcknowledgeBy">UTC.</param>
/// <param name="AcknowledgedAt">UTC.</param>
/// <param name="Minutes">Whole minutes from the order to the acknowledgement, rounded up; null when there is none.</param>
/// <param name="InTime">Null when nobody is chased, when its time had not run out, or when it was replaced before that.</param>
/// <param name="OnBehalf">代签收.</param>
/// <param name="ReplacedBy">The revision that replaced it unacknowledged.</param>
public sealed record NoticeLine(string Unit, string Intensity, DateTimeOffset? AcknowledgeBy, DateTimeOffset? AcknowledgedAt, int? Minutes, bool? InTime,
    bool OnBehalf, int? ReplacedBy)
{
    /// <summary>The unit's code; of an area with its district's before it.</summary>
    public string UnitCode { get; init; } = "";

    /// <summary>Whole minutes after the time given, as both are printed; 0 when in time or not acknowledged.</summary>
    public int MinutesLate { get; init; }
}

/// <summary>How fast the notices of the week's orders were acknowledged.</summary>
/// <param name="Notices">Notices given.</param>
/// <param name="Acknowledged">Of these, acknowledged.</param>
/// <param name="InTime">Of these, in time or without a time limit.</param>
/// <param name="MedianMinutes">Half were faster; null when none was acknowledged.</param>
/// <param name="SlowestUnit">The slowest unit's name; null where it took no longer than most, or several took as long.</param>
/// <param name="SlowestMinutes">And its minutes.</param>
/// <param name="Outstanding">Units whose notice still stands and is not acknowledged.</param>
public sealed record AcknowledgementFigures(int Notices, int Acknowledged, int InTime, decimal? MedianMinutes, string? SlowestUnit, int? SlowestMinutes,
    IReadOnlyList<string> Outstanding);

/// <summary>Patrols required and reported.</summary>
/// <param name="Unit">Name.</param>
/// <param name="Days">Days at each intensity, such as 常态4天 强化3天; of a district how many of its units met the duty.</param>
/// <param name="Required">应巡, by the intensity in force at 20:00 of each day.</param>
/// <param name="Filed">Whether a report counts: with one a figure that is missing is blank (空白), without one it is not reported (未报).</param>
/// <param name="Reported">实巡; null when there is no figure.</param>
/// <param name="RequiredNight">Of these at night.</param>
/// <param name="ReportedNight">Reported at night; null when there is no figure.</param>
/// <param name="NotFollowed">Orders above routine that the unit acknowledged and whose week's form reports no patrol (签收未巡): 0. Of what
/// is blank or not handed in nothing is known.</param>
public sealed record DutyLine(string Unit, string Days, int Required, bool Filed, int? Reported, int RequiredNight, int? ReportedNight,
    IReadOnlyList<int> NotFollowed)
{
    /// <summary>The unit's code.</summary>
    public string UnitCode { get; init; } = "";

    /// <summary>Whether what was asked was done, patrols and coverage together.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Villages and communities, where the order asked for all of them; else null.</summary>
    public Coverage? Villages { get; init; }

    /// <summary>Key points, where the order asked for all of them; else null.</summary>
    public Coverage? Points { get; init; }

    /// <summary>Rounds of key points, where the order asked for rounds and the form has them; else null.</summary>
    public Coverage? Rounds { get; init; }

    /// <summary>What stands where there is no figure.</summary>
    public string Absent => Filed ? "空白" : "未报";
}

/// <summary>What was asked and what was done.</summary>
/// <param name="Due">Asked; null when nobody said how many there are.</param>
/// <param name="Done">Done; null when it is not reported.</param>
public sealed record Coverage(int? Due, int? Done)
{
    /// <summary>How many were left out; 0 when none, null when it cannot be told.</summary>
    public int? Left => Due is { } due && Done is { } done ? Math.Max(0, due - done) : null;
}

/// <summary>Whether an order was carried out.</summary>
public enum Verdict
{
    /// <summary>无法核定: what was reported does not say, and the unit is to be asked.</summary>
    Unknown,

    /// <summary>达标.</summary>
    Met,

    /// <summary>未达标.</summary>
    NotMet,

    /// <summary>进行中: the deadline had not passed.</summary>
    Running,
}

/// <summary>A figure with its name.</summary>
/// <param name="Meaning">What it means.</param>
/// <param name="Unit">Unit of measure.</param>
/// <param name="Total">In the period; null when nobody reported it.</param>
/// <param name="Season">So far.</param>
public sealed record NamedFigure(FieldMeaning Meaning, string Unit, long? Total, long Season);

/// <summary>What calls for a hand, the gravest first.</summary>
public enum ConcernKind
{
    /// <summary>重大情况.</summary>
    Incident,

    /// <summary>A notice whose time ran out and that was never acknowledged, superseded or not.</summary>
    Unsigned,

    /// <summary>A report whose deadline passed.</summary>
    Missing,

    /// <summary>A report returned and not handed in again.</summary>
    Returned,

    /// <summary>Villages and communities left out against the order.</summary>
    Villages,

    /// <summary>Key points left out against the order.</summary>
    Points,

    /// <summary>Fewer patrols than the order asked for.</summary>
    Patrols,

    /// <summary>An order acknowledged and not followed by any patrol.</summary>
    NotFollowed,

    /// <summary>The report does not say whether the order was carried out.</summary>
    Unclear,

    /// <summary>Minors, elderly or disabled persons without a written handover (plan item 1.22).</summary>
    NoHandover,

    /// <summary>A notice acknowledged after its time.</summary>
    LateSignature,

    /// <summary>A report after its deadline.</summary>
    Late,

    /// <summary>Leads not dealt with when the report was filed.</summary>
    Leads,

    /// <summary>Hazards that stood a week before and still stand.</summary>
    Hazards,

    /// <summary>A district without a summary.</summary>
    NoSummary,
}

/// <summary>A matter for the office's hand: who, what, since when, who answers for it.</summary>
/// <param name="Kind">What.</param>
/// <param name="UnitCode">The unit's code.</param>
/// <param name="Unit">And name.</param>
/// <param name="Count">How many, such as villages left out or minutes late; 0 where there is nothing to count.</param>
/// <param name="Of">Of how many; 0 where there is no whole.</param>
public sealed record ConcernLine(ConcernKind Kind, string UnitCode, string Unit, long Count, long Of = 0)
{
    /// <summary>The first day; null where there is none.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Orders it is about.</summary>
    public IReadOnlyList<int> Orders { get; init; } = [];

    /// <summary>Weeks it is about, by number; over one week none.</summary>
    public IReadOnlyList<int> Weeks { get; init; } = [];

    /// <summary>Whether another order stands by now.</summary>
    public bool Superseded { get; init; }

    /// <summary>Who answers for it, as the register names the person; null when it names none.</summary>
    public string? Who { get; init; }
}

/// <summary>How a unit stands, from bad to good.</summary>
public enum UnitStanding
{
    /// <summary>督办.</summary>
    Chase,

    /// <summary>关注.</summary>
    Watch,

    /// <summary>无法核定.</summary>
    Unknown,

    /// <summary>进行中.</summary>
    Running,

    /// <summary>正常.</summary>
    Good,
}

/// <summary>A unit in the grid.</summary>
public sealed record StandingLine(string UnitCode, string Unit, UnitStanding Standing, IReadOnlyList<ConcernKind> Concerns);

/// <summary>The week before.</summary>
/// <param name="Number">第×周.</param>
/// <param name="Expected">应报.</param>
/// <param name="Reported">已报.</param>
/// <param name="Days">Days of it.</param>
public sealed record WeekBefore(int Number, int Expected, int Reported, int Days);

/// <summary>The same week of the season before.</summary>
/// <param name="Season">Such as <c>2025-2026</c>.</param>
/// <param name="Source">Where its figures are from.</param>
/// <param name="Lines">By headline.</param>
public sealed record YearOnYear(string Season, string Source, IReadOnlyList<YearLine> Lines);

/// <summary>A headline figure a year before; null where it is not known.</summary>
public sealed record YearLine(string Label, long? Week, long? Season);

/// <summary>A week of the season.</summary>
public sealed record WeekLine
{
    /// <summary>The week.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>第×周.</summary>
    public required int Number { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly First { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>应报.</summary>
    public required int Expected { get; init; }

    /// <summary>已报.</summary>
    public required int Reported { get; init; }

    /// <summary>按时.</summary>
    public required int OnTime { get; init; }

    /// <summary>救助人次; null when nobody reported it, which is not 0.</summary>
    public long? Aided { get; init; }

    /// <summary>巡查次数; null when nobody reported it.</summary>
    public long? Patrols { get; init; }

    /// <summary>The headline figures, in their order; null where nobody reported one.</summary>
    public required IReadOnlyList<long?> Headlines { get; init; }

    /// <summary>Lowest minimum of the week, °C; null when unknown.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The version counted of each unit that reported, by unit code, so that an older figure can be traced. Empty of an area.</summary>
    public IReadOnlyDictionary<string, int> Versions { get; init; } = new Dictionary<string, int>();

    /// <summary>Hash over the versions counted in the week.</summary>
    public required string ReportsHash { get; init; }

    /// <summary>报送率; null when nobody was expected.</summary>
    public decimal? Rate => ReportingFigures.Share(Reported, Expected);

    /// <summary>按时报送率; null when nobody was expected.</summary>
    public decimal? OnTimeRate => ReportingFigures.Share(OnTime, Expected);
}

/// <summary>A matter put to the district (提请研究).</summary>
public sealed record MatterLine(WeekKey Week, int WeekNumber, string UnitCode, string Unit, string Text, string? Owner, DateOnly? Due, bool Closed,
    string? Note)
{
    internal static MatterLine Of(WeekKey week, int number, string code, string name, string text, MatterDecision? decision) =>
        new(week, number, code, name, text, decision?.Owner, decision?.Due, decision?.Closed ?? false, decision?.Note);

    /// <summary>The version of what was decided on it, to be named by the next decision (<c>If-Match</c>); null where it is printed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }
}

/// <summary>What is not settled.</summary>
/// <param name="Leads">Leads received in the period and not yet dealt with.</param>
/// <param name="Hazards">Hazards outstanding, by the last report of each unit.</param>
/// <param name="Notices">Notices not acknowledged.</param>
public sealed record OpenFigures(long Leads, long Hazards, int Notices);

/// <summary>Something that moved since the version replaced: a unit with its fields, or a count of the whole.</summary>
/// <param name="Unit">Name; 全部 for the whole.</param>
/// <param name="What">The fields' labels, or what else moved.</param>
/// <param name="Before">As a person reads it.</param>
/// <param name="After">As a person reads it.</param>
public sealed record ChangeLine(string Unit, string What, string Before, string After)
{
    /// <summary>Of what kind it is.</summary>
    public ChangeKind Kind { get; init; }
}

/// <summary>What moved.</summary>
public enum ChangeKind
{
    /// <summary>Something of the whole: rates, acknowledgements.</summary>
    Whole,

    /// <summary>A unit's report counts that did not before (增补).</summary>
    Added,

    /// <summary>A unit's figures (更正).</summary>
    Corrected,

    /// <summary>A unit's report counts no more (退出).</summary>
    Removed,

    /// <summary>A unit's report was accepted, returned or handed in again with the same figures.</summary>
    State,
}

/// <summary>When, by which build and as which version a summary was written out: printed, and outside of every hash.</summary>
/// <param name="Version">第×版.</param>
/// <param name="GeneratedAt">制表时间, UTC; the inputs were read at this moment (数据截止).</param>
/// <param name="Build">Version of the program.</param>
public sealed record SummaryStamp(int Version, DateTimeOffset GeneratedAt, string Build)
{
    /// <summary>Address of the deployment, for links to what the figures rest on; null for none.</summary>
    public string? Site { get; init; }
}

/// <summary>The JSON form of a summary.</summary>
public sealed record SummaryDocument(SummaryStamp Stamp, Summary Summary);
