using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What a problem means for the report.</summary>
public enum ProblemSeverity
{
    /// <summary>How an entry was understood (“无” as 0); nothing to do.</summary>
    Note,

    /// <summary>Wants a look and an explanation; never blocks.</summary>
    Warning,

    /// <summary>The report is refused.</summary>
    Error,
}

/// <summary>One thing to tell the person who filled in the form: what, where, and how to mend it.</summary>
/// <param name="Severity">Whether it blocks.</param>
/// <param name="Code">A stable name such as <c>negative</c>, or the form's rule such as <c>R01</c>.</param>
/// <param name="Message">What is wrong, in Chinese.</param>
public sealed record ReportProblem(ProblemSeverity Severity, string Code, [ForPeople] string Message)
{
    /// <summary>The field's code, such as <c>B02</c>.</summary>
    public string? Field { get; init; }

    /// <summary>The sheet's name.</summary>
    public string? Sheet { get; init; }

    /// <summary>The cell, such as <c>D12</c>.</summary>
    public string? Cell { get; init; }

    /// <summary>RFC 6901 pointer into a JSON body.</summary>
    public string? JsonPointer { get; init; }

    /// <summary>What stands there; personal data masked.</summary>
    public string? Value { get; init; }

    /// <summary>How to mend it.</summary>
    [ForPeople]
    public string? Fix { get; init; }

    /// <summary>The same problem at the place of its field; unchanged when it already has one.</summary>
    internal ReportProblem At(EntryPlace? place) =>
        place is null || Cell is not null || JsonPointer is not null ? this
            : this with { Sheet = place.Sheet, Cell = place.Cell, JsonPointer = place.JsonPointer };

    /// <summary>The same problem of a field, at a place.</summary>
    internal ReportProblem Of(string? field, EntryPlace? place, string? value = null) => (this with { Field = field, Value = value }).At(place);

    internal static ReportProblem Error(string code, string message, string? fix = null) => new(ProblemSeverity.Error, code, message) { Fix = fix };

    internal static ReportProblem Warning(string code, string message, string? fix = null) => new(ProblemSeverity.Warning, code, message) { Fix = fix };
}

/// <summary>Where an entry stands: a cell of a workbook or a pointer into a JSON body.</summary>
internal sealed record EntryPlace(string? Sheet, string? Cell, string? JsonPointer);
