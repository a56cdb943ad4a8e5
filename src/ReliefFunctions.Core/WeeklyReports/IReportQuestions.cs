using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// Who knows something that a weekly report should agree with (incidents, reports of a day) registers one as a service. What it asks is a warning to confirm:
/// the report may be right. It says nothing about a report that is refused, and it must answer fast, because a person waits.
/// </summary>
public interface IReportQuestions
{
    /// <summary>What to ask about the values of a report that is handed in; none when they agree.</summary>
    Task<IReadOnlyList<ReportProblem>> AskAsync(ReportPlace place, FormDefinition form, ReportValues values, CancellationToken ct);
}
