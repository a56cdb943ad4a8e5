using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// Who knows something that a weekly report should agree with (incidents, reports of a day) registers one as a service. What it asks is a warning to confirm:
/// the report may be right. It says nothing about a report that is refused, and it must answer fast, because a person waits.
/// </summary>
public interface IReportQuestions
{
    /// <summary>
    /// Reads what is known about the unit's week, while the report itself is read; answers what to ask about its values, nothing when they agree.
    /// </summary>
    Task<Func<ReportValues, IReadOnlyList<ReportProblem>>> KnownAsync(ReportPlace place, FormDefinition form, CancellationToken ct);
}
