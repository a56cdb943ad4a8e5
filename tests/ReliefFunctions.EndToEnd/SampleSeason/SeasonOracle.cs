using ClosedXML.Excel;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.EndToEnd.SampleSeason;

/// <summary>
/// What the leader's workbook must show, worked out from the workbooks that units uploaded and from nothing of the product: cells are read by the codes
/// beside them, added with a pencil's arithmetic, and compared with the printed pages.
/// </summary>
internal sealed class SeasonOracle
{
    private readonly Dictionary<(string Week, string Unit), Dictionary<string, string>> _forms = [];

    /// <summary>The orders of the timetable, by their numbers from 1: when, and who left its notice unanswered. What asks for the same again is no order.</summary>
    public IReadOnlyList<(DateTimeOffset At, IReadOnlyList<string> Unanswered)> Orders { get; }

    public SeasonOracle(string folder, IEnumerable<SeasonStep> steps)
    {
        foreach (var report in steps.Select(step => step.Report).OfType<SeasonReport>().Where(report => report.Expect != "refused"))
        {
            _forms[(report.Week.ToString(), report.Unit)] = Read(Path.Combine(folder, report.File));
        }

        var (orders, before) = (new List<(DateTimeOffset, IReadOnlyList<string>)>(), "");
        foreach (var step in steps.Where(step => step.Order is not null).OrderBy(step => step.At))
        {
            if (step.Order != before) orders.Add((step.At, step.Unanswered));
            before = step.Order!;
        }

        Orders = orders;
    }

    /// <summary>A number that a unit wrote; null for a blank, or no form.</summary>
    public int? Number(string week, string unit, string code) =>
        _forms.TryGetValue((week, unit), out var form) && form.TryGetValue(code, out var text) && int.TryParse(text, out var number) ? number : null;

    /// <summary>Words that a unit wrote; null for none, or such as only say that there is nothing to say.</summary>
    public string? Words(string week, string unit, string code) =>
        _forms.TryGetValue((week, unit), out var form) && form.TryGetValue(code, out var text) && text.Trim() is { Length: > 0 } and not "无" ? text.Trim() : null;

    public bool Reported(string week, string unit) => _forms.ContainsKey((week, unit));

    public bool Asks(string unit, string code) => _forms.Any(form => form.Key.Unit == unit && form.Value.ContainsKey(code));

    public int Sum(string week, params string[] codes) => _forms.Where(form => form.Key.Week == week).Sum(form => codes.Sum(code => Number(form.Key.Week, form.Key.Unit, code) ?? 0));

    /// <summary>What stands in the entry column beside each code: a code is a letter and two digits in a cell of its own.</summary>
    private static Dictionary<string, string> Read(string path)
    {
        using var book = new XLWorkbook(path);
        var form = new Dictionary<string, string>();
        foreach (var sheet in book.Worksheets.Where(sheet => sheet.Visibility == XLWorksheetVisibility.Visible))
        {
            var heads = sheet.CellsUsed(cell => cell.GetString() is "本周数" or "本周填报" or "填报数" or "填报").ToList();
            foreach (var cell in sheet.CellsUsed(cell => cell.GetString() is [>= 'A' and <= 'X', >= '0' and <= '9', >= '0' and <= '9']))
            {
                var entry = heads.Count > 0 ? sheet.Cell(cell.Address.RowNumber, heads[0].Address.ColumnNumber)
                    : sheet.Cell(cell.Address.RowNumber, ReliefFunctions.Core.WeeklyReports.Workbooks.FormLayout.EntryColumn);
                form.TryAdd(cell.GetString(), entry.GetString());
            }
        }

        return form;
    }
}
