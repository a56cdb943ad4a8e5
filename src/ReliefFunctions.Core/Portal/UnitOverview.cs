using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.Portal;

/// <summary>Where a unit stands in its winter: what its home page says to do, and what was done.</summary>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="Now">The instant it speaks of, UTC.</param>
/// <param name="Due">The week that people report now.</param>
/// <param name="Weeks">The weeks that have begun and in which the unit is expected, the latest first.</param>
/// <param name="Notices">Patrol notices that wait for a signature, the latest first.</param>
/// <param name="Current">The notice that holds now; null before the first.</param>
/// <param name="Stages">The stage reports of the campaign.</param>
/// <param name="Daily">The report a day (每日一报) that is owed today and not there yet; null when none is.</param>
/// <param name="Incidents">Its incidents that are open, and so to be followed up.</param>
public sealed record UnitOverview(string Unit, string UnitName, DateTimeOffset Now, WeekKey Due, IReadOnlyList<UnitWeek> Weeks,
    IReadOnlyList<UnitNotice> Notices, UnitNotice? Current, IReadOnlyList<UnitStage> Stages, UnitDay? Daily, IReadOnlyList<UnitIncident> Incidents)
{
    internal static UnitOverview Of(Campaign campaign, Unit unit, IReadOnlyList<(ReportingWeek Week, ReportRow? Row)> weeks,
        IReadOnlyList<PatrolNotice> notices, IReadOnlyList<StageRow> stages, UnitDay? daily, IEnumerable<IncidentRow> incidents, DateTimeOffset now)
    {
        var current = notices.FirstOrDefault(notice => !notice.Drill);
        return new UnitOverview(
            unit.Code, unit.Name, now, CampaignWeeks.DueAt(campaign, now).Key,
            [.. weeks.Select(week => UnitWeek.Of(week.Week, week.Row ?? ReportRow.Expected(unit, week.Week.Key)))],
            // A notice that a later one replaced is nobody's to sign any more.
            [.. notices.Where(notice => notice.Acknowledgement is null && (notice.Drill || notice == current)).Select(UnitNotice.Of)],
            current is null ? null : UnitNotice.Of(current),
            [.. stages.Where(stage => StageReports.DueDay(campaign, stage.Stage) is not null).Select(stage => new UnitStage(
                stage.Stage, StageReports.DueDay(campaign, stage.Stage)!.Value, StageReports.Due(campaign, stage.Stage)!.Value, stage.State, stage.Version,
                stage.State == ReportState.Returned ? stage.Review?.Comment : null))],
            daily, [.. incidents.Where(row => row.Unit == unit.Code && row is { State: IncidentState.Open, JoinedInto: null }).Select(UnitIncident.Of)]);
    }
}

/// <summary>A report a day that is owed.</summary>
/// <param name="Day">The local day.</param>
/// <param name="Due">By when, UTC.</param>
public sealed record UnitDay(DateOnly Day, DateTimeOffset Due);

/// <summary>An open incident in one line.</summary>
/// <param name="Id">Unique in the campaign.</param>
/// <param name="What">What happened.</param>
/// <param name="NextDueAt">By when the next report is due, UTC.</param>
/// <param name="FinalDueAt">By when the final report is due, UTC.</param>
public sealed record UnitIncident(string Id, string What, DateTimeOffset NextDueAt, DateTimeOffset FinalDueAt)
{
    internal static UnitIncident Of(IncidentRow row) => new(row.Id, row.Content.What, row.NextDueAt ?? row.ReportedAt, row.FinalDueAt ?? row.ReportedAt);
}

/// <summary>A unit's week.</summary>
/// <param name="Week">The week with its times.</param>
/// <param name="State">Where its report stands.</param>
/// <param name="Version">Latest version; 0 before the first.</param>
/// <param name="Receipt">The latest version's receipt number.</param>
/// <param name="MinutesLate">Of the first submission.</param>
/// <param name="UnexplainedWarnings">Warnings that wait for a note or a confirmation.</param>
/// <param name="DraftSavedAt">When a draft was saved last that is not submitted yet, UTC.</param>
/// <param name="ReturnReason">Why it is returned, while it is.</param>
/// <param name="UnlockedUntil">End of the leave to submit after the lock, UTC.</param>
/// <param name="StampedVersion">The version that the stamped scan was received for; null when there is none.</param>
public sealed record UnitWeek(ReportingWeek Week, ReportState State, int Version, string? Receipt, int? MinutesLate, int UnexplainedWarnings,
    DateTimeOffset? DraftSavedAt, string? ReturnReason, DateTimeOffset? UnlockedUntil, int? StampedVersion)
{
    internal static UnitWeek Of(ReportingWeek week, ReportRow row) => new(week, row.State, row.Version, row.Latest?.Receipt, row.MinutesLate,
        row.UnexplainedWarnings, row.Draft?.At, row.State == ReportState.Returned ? row.Review?.Comment : null, row.Unlocked?.Until, row.Scan?.Version);
}

/// <summary>A patrol notice in one line.</summary>
/// <param name="Revision">Of its order; negative for a drill.</param>
/// <param name="Drill">Whether it is a drill.</param>
/// <param name="Title">As it is headed.</param>
/// <param name="IssuedAt">UTC.</param>
/// <param name="AcknowledgeBy">By when it is to be signed, UTC.</param>
/// <param name="Acknowledged">Whether it is signed.</param>
public sealed record UnitNotice(int Revision, bool Drill, [ForPeople] string Title, DateTimeOffset IssuedAt, DateTimeOffset AcknowledgeBy,
    bool Acknowledged)
{
    internal static UnitNotice Of(PatrolNotice notice) =>
        new(notice.Revision, notice.Drill, notice.Title, notice.IssuedAt, notice.AcknowledgeBy, notice.Acknowledgement is not null);
}

/// <summary>A stage report of a unit in one line.</summary>
/// <param name="Stage">Which.</param>
/// <param name="DueDay">The local day by whose end it is due.</param>
/// <param name="Due">The end of that day, UTC.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">Latest version; 0 before the first.</param>
/// <param name="ReturnReason">Why it is returned, while it is.</param>
public sealed record UnitStage(Stage Stage, DateOnly DueDay, DateTimeOffset Due, ReportState State, int Version, string? ReturnReason);
