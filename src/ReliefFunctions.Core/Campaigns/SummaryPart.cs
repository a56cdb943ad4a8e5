namespace ReliefFunctions.Core.Campaigns;

/// <summary>
/// What a feature adds to the summaries of a campaign: lines of the first page and a sheet of its own. A feature registers one as a service;
/// summaries print what they are given and know no feature by name.
/// </summary>
public interface ISummaryPart
{
    /// <summary>
    /// What there is to say of the days from <paramref name="first"/> to <paramref name="last"/>; null for nothing. The same data gives the same part.
    /// </summary>
    Task<SummaryPart?> ReadAsync(Campaign campaign, DateOnly first, DateOnly last, CancellationToken ct);

    /// <summary>The days of which something changed from <paramref name="from"/> to <paramref name="to"/>, UTC: their summaries are compiled again.</summary>
    Task<IReadOnlyList<DateOnly>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct);
}

/// <summary>A feature's part of one summary. Text from people stands in it as it is: whoever prints it sees to formulas and markup.</summary>
/// <param name="Name">Heading on the first page and name of the sheet, in Chinese, at most 31 characters.</param>
/// <param name="Lines">Paragraphs of the first page.</param>
/// <param name="Columns">Of the sheet; without any there is none.</param>
/// <param name="Rows">Cells in the order of the columns.</param>
public sealed record SummaryPart(string Name, IReadOnlyList<string> Lines, IReadOnlyList<SummaryPartColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What calls for the office's hand: rows of 存在问题与督办, before those of the summary itself.</summary>
    public IReadOnlyList<SummaryPartProblem> Problems { get; init; } = [];
}

/// <summary>A row of 存在问题与督办.</summary>
/// <param name="What">Such as 突发情况未终报2起.</param>
/// <param name="Units">Who, with what there is to say of each.</param>
/// <param name="Since">Such as 12月14日起.</param>
/// <param name="Who">Who answers for it.</param>
/// <param name="Grave">Whether it is to be chased (督办) rather than watched.</param>
public sealed record SummaryPartProblem(string What, string Units, string Since, string Who, bool Grave = true);

/// <summary>A column of a part's sheet.</summary>
/// <param name="Head">In Chinese.</param>
/// <param name="Width">In characters; one of Chinese counts as two.</param>
public sealed record SummaryPartColumn(string Head, double Width = 14);
