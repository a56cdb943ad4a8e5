using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Asks about a weekly report whose count of grave events is not that of the incidents its unit reported in the week.</summary>
public sealed class IncidentQuestions(IncidentRecords records) : IReportQuestions
{
    /// <inheritdoc/>
    public async Task<Func<ReportValues, IReadOnlyList<ReportProblem>>> KnownAsync(ReportPlace place, FormDefinition form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(form);
        var fields = form.FieldsOf(FieldMeaning.Incidents).Where(code => form.FieldsFor(place.Unit.Kind).Any(field => field.Code == code)).ToList();
        if (fields.Count == 0) return _ => [];
        var week = place.Week;
        var mine = (await records.ThroughAsync(place.Campaign, week.Last, ct)).Where(each => each.Found >= week.First && each.Units.Contains(place.Unit.Code))
            .ToList();
        return values => fields.Exists(code => values.Number(code) is not null)
            ? Of(fields[0], form.Find(fields[0])!.Label, fields.Sum(code => values.Number(code) ?? 0), mine) : [];
    }

    /// <summary>What is asked: the form says fewer than were reported at once, or more.</summary>
    internal static IReadOnlyList<ReportProblem> Of(string field, string label, int written, IReadOnlyList<IncidentOnRecord> mine)
    {
        if (written == mine.Count) return [];
        var known = string.Join("、", mine.Take(5).Select(each => $"{each.Found:M月d日}{each.Kind}（{IncidentText.Name(each.State)}，编号 {each.Id}）"));
        return written < mine.Count
            ? [ReportProblem.Warning("incident-not-counted", $"{field} {label} 填了 {written}，而本周即时报告过 {mine.Count} 起：{known}。",
                "属于重大情况的请计入；不属于的确认即可。") with { Field = field }]
            : [ReportProblem.Warning("incident-not-reported", $"{field} {label} 填了 {written}，而本周即时报告过 {mine.Count} 起{(known.Length > 0 ? "：" + known : "")}。",
                "没有即时报告的，请马上在“突发情况”里初报；已合并到别的单位名下的，确认即可。") with { Field = field }];
    }
}
