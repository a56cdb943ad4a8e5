using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Something happened to a report: message <c>report-event/1</c> on <c>campaign-events</c>.</summary>
/// <param name="What"><c>submitted</c>, <c>returned</c> or <c>accepted</c>.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Season key.</param>
/// <param name="Week">Week.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="Version">The version it happened to.</param>
/// <param name="At">When, UTC.</param>
/// <param name="MinutesLate">Of a submission; 0 when in time.</param>
/// <param name="Receipt">The number on the receipt.</param>
/// <param name="Comment">Of a return.</param>
/// <param name="Text">Of a return, as the unit reads it; the rest is for other subscribers and disturbs nobody.</param>
public sealed record ReportEvent(
    string What, string District, string Season, WeekKey Week, string Unit, string UnitName, int Version, DateTimeOffset At, int MinutesLate, string? Receipt,
        string? Comment, string? Text = null) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "report-event/1";

    /// <summary>What subscriptions filter by.</summary>
    internal static Dictionary<string, string> Properties(Campaign campaign, string? unit)
    {
        var properties = new Dictionary<string, string> { ["district"] = campaign.District };
        if (unit is not null) properties["unit"] = unit;
        return properties;
    }
}

/// <summary>Something happened to a stage report: message <c>stage-event/1</c> on <c>campaign-events</c>.</summary>
/// <param name="What"><c>submitted</c>, <c>returned</c> or <c>accepted</c>.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Season key.</param>
/// <param name="Stage"><c>progress</c> or <c>final</c>.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="Version">The version it happened to.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Comment">Of a return.</param>
/// <param name="Text">Of a return, as the unit reads it.</param>
public sealed record StageEvent(string What, string District, string Season, string Stage, string Unit, string UnitName, int Version, DateTimeOffset At,
    string? Comment, string? Text) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "stage-event/1";
}

/// <summary>A reminder to one unit that has not reported (催报): message <c>report-reminder/1</c> on <c>campaign-events</c>.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Season key.</param>
/// <param name="What">The week, such as <c>2026W50</c>, or the stage report, <c>progress</c> or <c>final</c>.</param>
/// <param name="Unit">Code.</param>
/// <param name="UnitName">Name.</param>
/// <param name="Step"><c>day-before</c>, <c>before-due</c> or <c>after-due</c>.</param>
/// <param name="Due">When the report falls or fell due, UTC.</param>
/// <param name="Text">As people read it.</param>
public sealed record ReportReminder(string District, string Season, string What, string Unit, string UnitName, string Step, DateTimeOffset Due,
    string Text) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "report-reminder/1";
}

/// <summary>
/// One digest to the office with every reminder step, and the call list at the end: message <c>report-digest/1</c> on <c>campaign-events</c>.
/// </summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Season key.</param>
/// <param name="What">The week, such as <c>2026W50</c>, or the stage report, <c>progress</c> or <c>final</c>.</param>
/// <param name="Step">The reminder step.</param>
/// <param name="Missing">Names of the units that have not handed it in.</param>
/// <param name="Text">As people read it.</param>
public sealed record ReportDigest(string District, string Season, string What, string Step, IReadOnlyList<string> Missing, string Text) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "report-digest/1";
}
