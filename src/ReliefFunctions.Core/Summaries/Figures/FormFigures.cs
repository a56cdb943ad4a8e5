using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>Looks up figures by what they mean on a form.</summary>
internal sealed class FormFigures(FormDefinition form)
{
    private readonly Dictionary<FieldMeaning, IReadOnlyList<FormField>> _fields =
        Enum.GetValues<FieldMeaning>()
            .ToDictionary(meaning => meaning, meaning => (IReadOnlyList<FormField>)[.. form.FieldsOf(meaning).Select(code => form.Find(code)!)]);

    /// <summary>The codes of the fields that hold it.</summary>
    public IEnumerable<string> Codes(FieldMeaning meaning) => _fields[meaning].Select(field => field.Code);

    /// <summary>Its unit of measure; null when no field holds it.</summary>
    public string? UnitOf(FieldMeaning meaning) => _fields[meaning] is [var field, ..] ? field.Unit : null;

    /// <summary>Whether a kind of unit is asked for it.</summary>
    public bool Has(FieldMeaning meaning, UnitKind kind) => _fields[meaning].Any(field => field.AppliesTo.Count == 0 || field.AppliesTo.Contains(kind));

    /// <summary>The figure in a report: the sum of its fields that are filled in; null when none is.</summary>
    public int? Number(FieldMeaning meaning, ReportValues? values) =>
        values is null ? null : _fields[meaning].Select(field => values.Number(field.Code)).OfType<int>().ToList() is { Count: > 0 } known ? known.Sum() : null;

    /// <summary>A stock that a unit's report does not say, as carried forward; null when it never said.</summary>
    public int? Carried(FieldMeaning meaning, UnitLine unit) =>
        _fields[meaning].Where(field => unit.Carried.ContainsKey(field.Code)).Select(field => unit.Carried[field.Code]).ToList() is { Count: > 0 } known
            ? known.Sum()
            : null;

    /// <summary>The words in a report; null when there are none.</summary>
    public string? Words(FieldMeaning meaning, ReportValues? values) =>
        _fields[meaning].Select(field => values?.Text(field.Code)).FirstOrDefault(text => text is not null);

    /// <summary>The meaning that is exactly the sum of these fields; null for none.</summary>
    public FieldMeaning? MeaningOf(IReadOnlyList<string> codes)
    {
        foreach (var (meaning, fields) in _fields)
        {
            if (fields.Count > 0 && fields.Select(field => field.Code).ToHashSet().SetEquals(codes)) return meaning;
        }

        return null;
    }
}
