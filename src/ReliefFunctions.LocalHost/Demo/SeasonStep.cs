using System.Text.Json;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.LocalHost.Demo;

/// <summary>One step of the sample season's timetable (<c>season.json</c>); exactly one of report, alert, incident, daily and summary,
/// or none to let time pass.</summary>
/// <param name="At">When it happens.</param>
public sealed record SeasonStep(DateTimeOffset At)
{
    /// <summary>A unit uploads a form.</summary>
    public SeasonReport? Report { get; init; }

    /// <summary>A feed delivers this file.</summary>
    public string? Alert { get; init; }

    /// <summary>The order in force afterwards; null where the step says nothing of it.</summary>
    public string? Order { get; init; }

    /// <summary>Units that leave the order's notice unanswered; all others acknowledge it.</summary>
    public IReadOnlyList<string> Unanswered { get; init; } = [];

    /// <summary>The week whose summary must be ready now.</summary>
    public WeekKey? Summary { get; init; }

    /// <summary>A unit reports an incident, or goes on reporting it.</summary>
    public SeasonIncident? Incident { get; init; }

    /// <summary>The units' reports of this day (每日一报): a file with a body for each, under the sample folder.</summary>
    public string? Daily { get; init; }

    /// <summary>What the reader of the demo should notice.</summary>
    public string? Note { get; init; }
}

/// <summary>A report of an incident; exactly one of the two bodies.</summary>
/// <param name="Unit">The unit's code.</param>
/// <param name="Report">A first report (初报).</param>
/// <param name="Update">A further one, of the unit's only incident.</param>
public sealed record SeasonIncident(string Unit, JsonElement? Report = null, JsonElement? Update = null);

/// <summary>A unit's upload.</summary>
/// <param name="Unit">The unit's code.</param>
/// <param name="Week">The week.</param>
/// <param name="File">The workbook, under the sample folder.</param>
/// <param name="Expect"><c>accepted</c>, <c>late</c> (accepted after the due time) or <c>refused</c>.</param>
public sealed record SeasonReport(string Unit, WeekKey Week, string File, string Expect);
