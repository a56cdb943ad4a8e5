using ReliefFunctions.Core.Summaries.Figures;

namespace ReliefFunctions.Core.Summaries.Inputs;

/// <summary>What a city's or province's summary is computed from: its districts' summaries, never raw reports.</summary>
public sealed record AreaInput
{
    /// <summary>Whose, and how much of the season.</summary>
    public required SummaryHeading Heading { get; init; }

    /// <summary>The period.</summary>
    public required SummaryPeriod Period { get; init; }

    /// <summary>Every district with a campaign in the season, in any order.</summary>
    public required IReadOnlyList<DistrictPart> Districts { get; init; }

    /// <summary>The office's words on what comes next, when it gave any.</summary>
    public string? Outlook { get; init; }
}

/// <summary>A district and its newest summary of the period; null when it has none.</summary>
public sealed record DistrictPart(string Code, string Name, SummaryDocument? Document)
{
    /// <summary>Of a district without a summary: the reports it owes in the period.</summary>
    public int Expected { get; init; }
}
