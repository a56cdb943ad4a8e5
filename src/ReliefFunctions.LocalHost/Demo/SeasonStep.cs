using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.LocalHost.Demo;

/// <summary>One step of the sample season's timetable (<c>season.json</c>); exactly one of report, alert and summary, or none to let time pass.</summary>
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

    /// <summary>What the reader of the demo should notice.</summary>
    public string? Note { get; init; }
}

/// <summary>A unit's upload.</summary>
/// <param name="Unit">The unit's code.</param>
/// <param name="Week">The week.</param>
/// <param name="File">The workbook, under the sample folder.</param>
/// <param name="Expect"><c>accepted</c>, <c>late</c> (accepted after the due time) or <c>refused</c>.</param>
public sealed record SeasonReport(string Unit, WeekKey Week, string File, string Expect);
