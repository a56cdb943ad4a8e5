using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Inputs;

/// <summary>
/// Everything a summary of one district's week or stage is computed from, and nothing else: equal input gives equal cells.
/// The lists may come in any order; rows of later weeks are ignored.
/// </summary>
public sealed record SummaryInput
{
    /// <summary>Whose, and how much of the season.</summary>
    public required SummaryHeading Heading { get; init; }

    /// <summary>The version of the patrol policy under which the period's last order was given; before any order that of the campaign.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>The week summed up; of a stage its last.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>The campaign's weeks; at the least those up to <see cref="Week"/>.</summary>
    public required IReadOnlyList<ReportingWeek> Weeks { get; init; }

    /// <summary>The form of the week: its columns are the summary's.</summary>
    public required FormDefinition Form { get; init; }

    /// <summary>The forms of earlier weeks, where they are other versions; aligned to <see cref="Form"/> by field code.</summary>
    public IReadOnlyList<FormDefinition> EarlierForms { get; init; } = [];

    /// <summary>The weeks whose deadline had not passed when the inputs were read (进行中): nobody is missing from them yet.</summary>
    public IReadOnlyList<WeekKey> OpenWeeks { get; init; } = [];

    /// <summary>The district's units; only those with a row in <see cref="Reports"/> count as expected.</summary>
    public required IReadOnlyList<SummaryUnit> Units { get; init; }

    /// <summary>One row for each unit expected in each week so far: rows without a report make the denominator.</summary>
    public required IReadOnlyList<UnitReport> Reports { get; init; }

    /// <summary>What each intensity asks for by the policy of <see cref="PolicyVersion"/>.</summary>
    public IReadOnlyList<DutyOfIntensity> Duties { get; init; } = [];

    /// <summary>The orders issued up to the end of the period, as far back as one is in force on its first day.</summary>
    public IReadOnlyList<OrderOfWeek> Orders { get; init; } = [];

    /// <summary>Minimum temperatures by day, as far as known.</summary>
    public IReadOnlyList<DailyMinimum> Minimums { get; init; } = [];

    /// <summary>Minimum temperatures that warnings name in words, by the day they are from: they stand where no forecast is known.</summary>
    public IReadOnlyList<DailyMinimum> Warned { get; init; } = [];

    /// <summary>Minimum temperatures forecast for the week after the period.</summary>
    public IReadOnlyList<DailyMinimum> Ahead { get; init; } = [];

    /// <summary>The season before, as far as it is known.</summary>
    public SeasonFigures? LastSeason { get; init; }

    /// <summary>What the office decided on matters raised (提请研究).</summary>
    public IReadOnlyList<MatterDecision> Decisions { get; init; } = [];

    /// <summary>The office's words on next week's weather and work, when it gave any.</summary>
    public string? Outlook { get; init; }

    /// <summary>The incidents reported at once up to the end of the period; null when there are none.</summary>
    public IReadOnlyList<IncidentOnRecord>? Incidents { get; init; }

    /// <summary>What other features add, in the order in which they were registered; null when none does.</summary>
    public IReadOnlyList<SummaryPart>? Parts { get; init; }

    /// <summary>The version that this one replaces; null for the first.</summary>
    public Summary? Previous { get; init; }
}

/// <summary>A unit as the summary prints it.</summary>
/// <param name="Code">The unit's code.</param>
/// <param name="Name">The full name.</param>
/// <param name="Kind">Subtotals go by it.</param>
/// <param name="Order">Position within its kind; equal ones follow the code.</param>
/// <param name="Leader">Who answers for it (分管领导, else 带班领导), as the register names the person; null when it names none.</param>
public sealed record SummaryUnit(string Code, string Name, UnitKind Kind, int Order, string? Leader = null);

/// <summary>One unit's obligation of one week and what became of it.</summary>
public sealed record UnitReport
{
    /// <summary>The week.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>The unit's code.</summary>
    public required string Unit { get; init; }

    /// <summary>Where it stands.</summary>
    public required ReportState Standing { get; init; }

    /// <summary>Whether the unit stands in the reporting rate of the week.</summary>
    public bool InRate { get; init; } = true;

    /// <summary>When the first version came, UTC.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Minutes the first version came after the due time; 0 when in time.</summary>
    public int MinutesLate { get; init; }

    /// <summary>How often it was returned.</summary>
    public int Returns { get; init; }

    /// <summary>Reminders sent (催报).</summary>
    public int Reminders { get; init; }

    /// <summary>Why it was last returned.</summary>
    public string? ReturnReason { get; init; }

    /// <summary>The version that counts (latest submitted or accepted, when returned the last accepted); null when none does.</summary>
    public CountedReport? Counted { get; init; }
}

/// <summary>The version of a report that enters the totals.</summary>
/// <param name="Version">1, 2, ….</param>
/// <param name="Hash">Of its canonical content.</param>
/// <param name="Accepted">Whether the office accepted this version.</param>
/// <param name="SubmittedAt">UTC.</param>
/// <param name="Values">By field code.</param>
public sealed record CountedReport(int Version, string Hash, bool Accepted, DateTimeOffset SubmittedAt, ReportValues Values)
{
    /// <summary>填报人.</summary>
    public string? FilledBy { get; init; }

    /// <summary>审核人.</summary>
    public string? ReviewedBy { get; init; }
}

/// <summary>What an intensity asks of a unit.</summary>
/// <param name="Intensity">Which.</param>
/// <param name="Name">As printed.</param>
/// <param name="PatrolsPerWeek">A day asks for a seventh.</param>
/// <param name="NightPatrolsPerWeek">How many of them between 20:00 and 06:00.</param>
public sealed record DutyOfIntensity(PatrolIntensity Intensity, string Name, double PatrolsPerWeek, double NightPatrolsPerWeek)
{
    /// <summary>Whether every village and community is to be searched.</summary>
    public bool AllVillages { get; init; }

    /// <summary>Whether every key point is to be patrolled.</summary>
    public bool AllPoints { get; init; }

    /// <summary>Rounds a day of each key point; 0 when none are asked for.</summary>
    public int PointRoundsPerDay { get; init; }
}

/// <summary>One order revision: a full snapshot of the district's intensities.</summary>
public sealed record OrderOfWeek
{
    /// <summary>第×号.</summary>
    public required int Revision { get; init; }

    /// <summary>Why, in words for people.</summary>
    public required string Reason { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Whether it was a 通联测试, which counts for nothing.</summary>
    public bool Test { get; init; }

    /// <summary>
    /// What its intensities ask for, by the policy it was given under: a later policy changes nothing about it. Null for <see cref="SummaryInput.Duties"/>.
    /// </summary>
    public IReadOnlyList<DutyOfIntensity>? Duties { get; init; }

    /// <summary>The intensity of each unit.</summary>
    public required IReadOnlyList<UnitIntensity> Units { get; init; }

    /// <summary>The notices of the units whose intensity changed.</summary>
    public IReadOnlyList<NoticeOfOrder> Notices { get; init; } = [];
}

/// <summary>A unit's intensity under an order.</summary>
public sealed record UnitIntensity(string Unit, PatrolIntensity Intensity);

/// <summary>One unit's notice of an order.</summary>
/// <param name="Unit">The unit's code.</param>
/// <param name="Intensity">The intensity ordered.</param>
/// <param name="AcknowledgeBy">UTC; null when nobody is chased.</param>
/// <param name="AcknowledgedAt">UTC; null when it was not.</param>
/// <param name="OnBehalf">Whether the office took it by phone (代签收).</param>
/// <param name="Pending">Whether its time had not run out when it was read.</param>
public sealed record NoticeOfOrder(string Unit, PatrolIntensity Intensity, DateTimeOffset? AcknowledgeBy, DateTimeOffset? AcknowledgedAt, bool OnBehalf = false,
    bool Pending = false);

/// <summary>A day's minimum temperature.</summary>
/// <param name="Day">Local.</param>
/// <param name="Celsius">°C.</param>
/// <param name="Source">Where it is from.</param>
public sealed record DailyMinimum(DateOnly Day, decimal Celsius, string Source);

/// <summary>What the office decided on a matter that a unit raised in a week (X03).</summary>
[Audited]
public sealed record MatterDecision
{
    /// <summary>The week it was raised in.</summary>
    public required WeekKey Week { get; init; }

    /// <summary>The unit that raised it.</summary>
    public required string Unit { get; init; }

    /// <summary>责任单位.</summary>
    public string? Owner { get; init; }

    /// <summary>时限.</summary>
    public DateOnly? Due { get; init; }

    /// <summary>Whether it is settled (办结); it then stands in the summary of <see cref="ClosedInWeek"/> for the last time.</summary>
    public bool Closed { get; init; }

    /// <summary>The week it was settled in.</summary>
    public WeekKey? ClosedInWeek { get; init; }

    /// <summary>What was done, in words.</summary>
    public string? Note { get; init; }
}

/// <summary>The figures of a season by week, to compare the next season with.</summary>
/// <param name="Season">Such as <c>2025-2026</c>.</param>
/// <param name="Source">Where they are from, as printed.</param>
/// <param name="Weeks">In their order.</param>
[Audited]
public sealed record SeasonFigures(string Season, string Source, IReadOnlyList<WeekOfSeason> Weeks);

/// <summary>A week of an earlier season.</summary>
/// <param name="Number">第×周 of its campaign.</param>
/// <param name="Headlines">The headline figures by label; one that is not known is left out.</param>
/// <param name="Minimum">Lowest temperature, °C; null when unknown.</param>
public sealed record WeekOfSeason(int Number, IReadOnlyDictionary<string, long> Headlines, decimal? Minimum = null);
