using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports.Forms;

/// <summary>How a field adds up over weeks.</summary>
public enum Aggregation
{
    /// <summary>Added up over weeks.</summary>
    Flow,

    /// <summary>A level at the end of the period: over weeks the last value stands, never a sum.</summary>
    Stock,

    /// <summary>Words, listed.</summary>
    Text,
}

/// <summary>The weekly form (表样) as data: a new column needs no code.</summary>
[Audited]
public sealed record FormDefinition
{
    /// <summary>1, 2, …; a version never changes once reports were filed on it.</summary>
    public required int Version { get; init; }

    /// <summary>Title, such as 工作进展情况调度表.</summary>
    public required string Title { get; init; }

    /// <summary>The columns, in the order of the form.</summary>
    public required IReadOnlyList<FormField> Fields { get; init; }

    /// <summary>What must hold (errors) or should (warnings).</summary>
    public IReadOnlyList<FormRule> Rules { get; init; } = [];

    /// <summary>The figures a leader reads first; each is the sum of the fields named.</summary>
    public IReadOnlyList<Headline> Headlines { get; init; } = [];

    /// <summary>
    /// Which fields hold the figures that pages speak of by their meaning: each is the sum of the fields named. A meaning left out stands on no field.
    /// A form that names none means what <see cref="FieldMeanings.First"/> says.
    /// </summary>
    public IReadOnlyDictionary<FieldMeaning, IReadOnlyList<string>> Meanings { get; init; } = new Dictionary<FieldMeaning, IReadOnlyList<string>>();

    /// <summary>The same form with every meaning that it goes by said.</summary>
    public FormDefinition Whole() => Meanings.Count > 0 ? this : this with
    {
        Meanings = FieldMeanings.First.Where(each => each.Value.All(code => Find(code) is not null)).ToDictionary(),
    };

    /// <summary>The fields of the form that hold a figure; none when it has no such field.</summary>
    public IReadOnlyList<string> FieldsOf(FieldMeaning meaning) =>
        [.. ((Meanings.Count > 0 ? Meanings : FieldMeanings.First).GetValueOrDefault(meaning) ?? []).Where(code => Find(code) is not null)];

    /// <summary>The fields on the form of a kind of unit.</summary>
    public IEnumerable<FormField> FieldsFor(UnitKind kind) => Fields.Where(field => field.AppliesTo.Count == 0 || field.AppliesTo.Contains(kind));

    /// <summary>The field of that code, or null.</summary>
    public FormField? Find(string code) => Fields.FirstOrDefault(field => field.Code == code);
}

/// <summary>One column of the form.</summary>
public sealed record FormField
{
    /// <summary>The code that aligns columns across form versions, such as <c>B02</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The Chinese label as printed.</summary>
    public required string Label { get; init; }

    /// <summary>The label for readers of English.</summary>
    public string? LabelEn { get; init; }

    /// <summary>The unit of measure, such as 人次; of a text field empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The heading under which it stands.</summary>
    public required string Group { get; init; }

    /// <summary>How it adds up over weeks; <see cref="Aggregation.Text"/> also makes it a text field.</summary>
    public required Aggregation Aggregation { get; init; }

    /// <summary>Kinds of unit on whose form it stands; empty for all.</summary>
    public IReadOnlyList<UnitKind> AppliesTo { get; init; } = [];

    /// <summary>Whether a blank is an error.</summary>
    public bool Required { get; init; }

    /// <summary>Whether last week's value is offered in the entry cell.</summary>
    public bool Prefilled { get; init; }

    /// <summary>Longest text, in characters; of a number field null.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Smallest number accepted, 0 or more; a blank is another matter.</summary>
    public int Min { get; init; }

    /// <summary>Largest number accepted.</summary>
    public int Max { get; init; } = 1_000_000;

    /// <summary>How to fill it in.</summary>
    public string? Help { get; init; }

    /// <summary>Whether it holds words.</summary>
    [JsonIgnore]
    public bool IsText => Aggregation == Aggregation.Text;
}

/// <summary>One of the figures a leader reads first.</summary>
public sealed record Headline(string Label, string Unit, IReadOnlyList<string> Fields);

/// <summary>
/// A rule over fields of one report. A field that is not on a unit's form counts as 0.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SumRule), "sum")]
[JsonDerivedType(typeof(AtMostRule), "atMost")]
[JsonDerivedType(typeof(CarryRule), "carry")]
[JsonDerivedType(typeof(RequiredTogetherRule), "requiredTogether")]
[JsonDerivedType(typeof(ZeroWarning), "zeroWarning")]
[JsonDerivedType(typeof(OutlierWarning), "outlierWarning")]
[JsonDerivedType(typeof(ChangeWarning), "changeWarning")]
public abstract record FormRule
{
    /// <summary>A stable name for errors and for readers of the workbook, such as <c>R01</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Why the rule is there, in words, shown with the error.</summary>
    public string? Reason { get; init; }

    /// <summary>Every number field the rule speaks of.</summary>
    [JsonIgnore]
    public abstract IEnumerable<string> NumberFields { get; }
}

/// <summary><c>Total = Σ Parts</c>.</summary>
public sealed record SumRule(string Total, IReadOnlyList<string> Parts) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => [Total, .. Parts];
}

/// <summary><c>Part ≤ Σ Wholes</c> (其中).</summary>
public sealed record AtMostRule(string Part, IReadOnlyList<string> Wholes) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => [Part, .. Wholes];
}

/// <summary><c>Field = last week's Field + Σ Plus − Σ Minus</c>; without a last week, an opening balance.</summary>
public sealed record CarryRule(string Field, IReadOnlyList<string> Plus, IReadOnlyList<string> Minus) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => [Field, .. Plus, .. Minus];
}

/// <summary>When <c>Field</c> &gt; 0, the text field <c>Text</c> must explain it.</summary>
public sealed record RequiredTogetherRule(string Field, string Text) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => [Field];
}

/// <summary>A warning: <c>Σ When</c> &gt; 0 while every one of <c>Zero</c> is 0.</summary>
public sealed record ZeroWarning(IReadOnlyList<string> When, IReadOnlyList<string> Zero) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => [.. When, .. Zero];
}

/// <summary>A warning: a figure far from the unit's own earlier weeks, by modified Z-score (Iglewicz and Hoaglin 1993; 3.5 is their threshold).</summary>
public sealed record OutlierWarning(IReadOnlyList<string> Fields, double Threshold) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => Fields;
}

/// <summary>A warning: a figure <c>Factor</c> times last week's, or that fraction of it, and at least <c>AtLeast</c> away from it.</summary>
public sealed record ChangeWarning(IReadOnlyList<string> Fields, int Factor, int AtLeast) : FormRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override IEnumerable<string> NumberFields => Fields;
}
