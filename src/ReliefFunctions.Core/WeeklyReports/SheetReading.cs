using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// What a sheet holds that its entry cells alone do not tell: codes moved away from their words, figures typed where none belongs. Nothing of it is dropped
/// in silence.
/// </summary>
internal static class SheetReading
{
    /// <summary>Cells outside of the table that are told one by one.</summary>
    private const int MostTold = 10;

    public static void Compare(SheetForm sheet, ReportTarget target, List<ReportProblem> problems)
    {
        var fields = target.Form.FieldsFor(target.Unit.Kind).ToList();
        var byLabel = fields.GroupBy(field => Plain(field.Label)).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First());
        foreach (var field in fields.Where(field => sheet.Entries.ContainsKey(field.Code)))
        {
            if (sheet.Labels.TryGetValue(field.Code, out var label)) Label(field, label, sheet.Codes[field.Code], byLabel, problems);
            if (sheet.Merged.TryGetValue(field.Code, out var area))
            {
                var place = sheet.Entries[field.Code].Place;
                problems.Add(ReportProblem.Error("merged", $"{field.Code} {field.Label}：填报单元格 {place.Cell} 在合并的单元格 {area} 里，读不出这一项自己的数。",
                    $"选中 {area}，取消合并单元格，每一项分别填。").Of(field.Code, place));
            }

            if (sheet.Beside[field.Code].FirstOrDefault() is { } beside) Beside(field, sheet.Entries[field.Code], beside, problems);
        }

        foreach (var cell in sheet.Outside.Take(MostTold))
        {
            var more = sheet.Outside.Count > MostTold && cell == sheet.Outside[MostTold - 1] ? $"（表外共有 {sheet.Outside.Count} 处）" : "";
            problems.Add(ReportProblem.Warning("outside-table", $"表格之外的 {cell.Place.Cell} 写有“{cell.Text.Cut(40)}”，没有计入{more}。",
                "属于某一项的，填到那一项的“本周填报”格；属于说明的，写进“情况说明”；无关的请删除或确认。").Of(null, cell.Place, cell.Text.Cut(60)));
        }
    }

    /// <summary>
    /// Last week's column shows what was filed, grey and locked. A figure there while nothing was filed, or beside an empty entry, was typed into the wrong
    /// column.
    /// </summary>
    public static IEnumerable<ReportProblem> LastWeekTyped(ReadReport read, ReportTarget target, ReportValues? lastWeek)
    {
        foreach (var field in target.Form.FieldsFor(target.Unit.Kind).Where(field => !field.IsText && read.LastWeek.ContainsKey(field.Code)))
        {
            var typed = read.LastWeek[field.Code];
            var filed = lastWeek?.Number(field.Code);
            if (read.Problems.Any(problem => problem.Field == field.Code && problem.Severity == ProblemSeverity.Error)) continue;
            if (!EntryReading.IsFigure(typed.Text) || EntryReading.Clean(typed.Text) == filed?.ToString(System.Globalization.CultureInfo.InvariantCulture))
            {
                continue;
            }

            var blank = !read.Content!.Values[field.Code].IsFilled;
            if (!blank && filed is not null) continue;
            var entry = read.Places.GetValueOrDefault(field.Code) ?? typed.Place;
            yield return blank && filed is null
                ? Misplaced(field, entry, typed)
                : ReportProblem.Warning("outside-table",
                    $"{field.Code} {field.Label}：“上周”列的 {typed.Place.Cell} 是 {typed.Text}，没有计入{(blank ? $"，而本周填报 {entry.Cell} 空着" : "")}。",
                    $"是本周的数，请填到 {entry.Cell}；不是的请确认。").Of(field.Code, typed.Place, typed.Text);
        }
    }

    private static void Label(FormField field, RawEntry label, EntryPlace code, Dictionary<string, FormField> byLabel, List<ReportProblem> problems)
    {
        var words = Plain(label.Text);
        if (words.Length == 0 || words == Plain(field.Label)) return;
        if (byLabel.TryGetValue(words, out var other))
        {
            problems.Add(ReportProblem.Error("code-label",
                $"{code.Cell} 的编码是 {field.Code}（{field.Label}），旁边 {label.Place.Cell} 的指标却是“{other.Label}”（{other.Code}），分不清填的是哪一项。",
                "编码列和指标列不要改动；请下载空表，把数重新填到对应的行。").Of(field.Code, code, label.Text.Cut(60)));
        }
        else if (!words.Contains(Plain(field.Label), StringComparison.Ordinal))
        {
            problems.Add(ReportProblem.Warning("label-changed", $"{label.Place.Cell} 的指标名称改成了“{label.Text.Cut(40)}”，仍按编码 {field.Code}（{field.Label}）计入。",
                "指标名称不要改动；要说明的写进“情况说明”。").Of(field.Code, label.Place, label.Text.Cut(60)));
        }
    }

    private static void Beside(FormField field, RawEntry entry, RawEntry beside, List<ReportProblem> problems)
    {
        problems.Add(entry.Kind == EntryKind.Empty
            ? Misplaced(field, entry.Place, beside)
            : ReportProblem.Warning("outside-table",
                $"{field.Code} {field.Label}：{entry.Place.Cell} 之外，同一行的 {beside.Place.Cell} 还有 {beside.Text.Cut(20)}，没有计入。",
                $"本周的数只填在 {entry.Place.Cell}；多余的请删除或确认。").Of(field.Code, beside.Place, beside.Text.Cut(60)));
    }

    private static ReportProblem Misplaced(FormField field, EntryPlace entry, RawEntry figure) =>
        ReportProblem.Error("wrong-column", $"{field.Code} {field.Label}：填报单元格 {entry.Cell} 空着，数（{figure.Text.Cut(20)}）填在了 {figure.Place.Cell}。",
            $"把数填到 {entry.Cell}（“{FormLayout.EntryHeading}”列）。").Of(field.Code, figure.Place, figure.Text.Cut(60));

    /// <summary>Words without the mark of a required field.</summary>
    private static string Plain(string label) => EntryReading.Clean(label).TrimStart('*');
}
