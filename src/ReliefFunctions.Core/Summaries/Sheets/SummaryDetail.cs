using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Tables;
using SpreadCheetah.Worksheets;
using NumberFormat = SpreadCheetah.Styling.NumberFormat;
using Table = SpreadCheetah.Tables.Table;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// 明细: every report of every week with every field, a line each. Up to <see cref="RowBudget"/> lines it is a sheet of the summary's workbook;
/// past it a workbook of its own, whose lines are written as they are read, so that memory does not grow with their number.
/// </summary>
public static class SummaryDetail
{
    /// <summary>Name of the sheet.</summary>
    public const string Sheet = "明细";

    private const string Received = "首次报送时间", MomentFormat = "yyyy-mm-dd hh:mm";

    /// <summary>The head over each column before those of the form's fields, and its width; a Chinese character counts 2.</summary>
    private static readonly (string Head, double Width)[] Leading =
        [("周次", 10), ("单位代码", 14), ("单位", 22), ("类别", 14), ("状态", 10), (Received, 17), ("迟报（分钟）", 13), ("计入版本", 10)];

    /// <summary>Lines that a summary's workbook holds at most: eight weeks of a district of 25 units.</summary>
    public const int RowBudget = 200;

    /// <summary>
    /// Writes the workbook, a table with a filter, its head in sight. A field that is not on a unit's form shows ／, a report that does not count leaves
    /// its fields empty.
    /// </summary>
    public static async Task WriteAsync(Stream output, IReadOnlyList<SummaryField> fields, IAsyncEnumerable<ReportRow> rows, TimeZoneInfo zone,
        CancellationToken ct = default)
    {
        var options = new SpreadCheetahOptions
        {
            DefaultFont = new DefaultFont { Name = "SimSun", Size = 10 },
            PreserveStringWhitespace = true,
            WriteCellReferenceAttributes = true,
        };
        await using var book = await Spreadsheet.CreateNewAsync(output, options, ct);
        var head = book.AddStyle(new Style
        {
            Font = new Font { Name = "SimHei", Bold = true },
            Fill = new SpreadCheetah.Styling.Fill { Color = System.Drawing.Color.FromArgb(0xDC, 0xE6, 0xF1) },
            Alignment = new Alignment { Horizontal = HorizontalAlignment.Center, Vertical = VerticalAlignment.Center, WrapText = true },
        });
        var moment = book.AddStyle(new Style { Format = NumberFormat.Custom(MomentFormat) });

        var heads = Heads(fields);
        var sheet = new WorksheetOptions { FrozenRows = 1, FrozenColumns = 3 };
        for (var i = 0; i < Leading.Length; i++) sheet.Column(i + 1).Width = Leading[i].Width;
        for (var i = 0; i < heads.Count; i++) sheet.Column(Leading.Length + i + 1).Width = heads[i].Field.Aggregation == Aggregation.Text ? 40 : 12;
        await book.StartWorksheetAsync(Sheet, sheet, ct);
        book.StartTable(new Table(TableStyle.Light1, "Detail"));
        await book.AddHeaderRowAsync([.. Leading.Select(column => column.Head), .. heads.Select(column => XString.Escape(column.Head))], head, ct);

        var asked = new Dictionary<UnitKind, bool[]>();
        var (line, cells) = (new DetailCell[Leading.Length + heads.Count], new Cell[Leading.Length + heads.Count]);
        await foreach (var row in rows.WithCancellation(ct))
        {
            if (!asked.TryGetValue(row.Kind, out var ofKind)) asked[row.Kind] = ofKind = Asked(heads, row.Kind);
            Fill(line, heads, ofKind, row.Week, row.Unit, row.UnitName, row.Kind, row.State, row.Versions.Count > 0
                ? row.Versions[0].At
                : null, row.MinutesLate, row.Counted?.Number, row.Counted?.Content.Values, zone);
            for (var i = 0; i < line.Length; i++)
            {
                cells[i] = line[i] switch
                {
                    { Text: { } text } => new Cell(XString.Escape(text)),
                    { At: { } at } => new Cell(at, moment),
                    { Number: var number } => new Cell(number),
                };
            }

            await book.AddRowAsync(cells, ct);
        }

        await book.FinishAsync(ct);
    }

    /// <summary>The lines of a summary's input, or null when they are past the budget.</summary>
    internal static IReadOnlyList<Dictionary<string, object?>>? Lines(SummaryInput input)
    {
        var reports = input.Reports.Where(report => report.Week <= input.Week).OrderBy(report => report.Week)
            .ThenBy(report => report.Unit, StringComparer.Ordinal).ToList();
        if (reports.Count > RowBudget) return null;
        var (heads, zone, units) = (Heads(SummaryRules.Fields(input.Form, input.EarlierForms)), input.Heading.Zone(),
            input.Units.ToDictionary(unit => unit.Code));
        return [.. reports.Select(
            report => Named(heads,
                Fill(new DetailCell[Leading.Length + heads.Count], heads, Asked(heads, units[report.Unit].Kind), report.Week,
                    report.Unit, units[report.Unit].Name, units[report.Unit].Kind, report.Standing, report.ReceivedAt,
                    report.ReceivedAt is null ? null : report.MinutesLate, report.Counted?.Version, report.Counted?.Values, zone)))];
    }

    /// <summary>The lines as a sheet of the summary's workbook.</summary>
    internal static void Write(SheetWriter sheet, Summary summary, IReadOnlyList<Dictionary<string, object?>> lines)
    {
        string[] heads = [.. lines[0].Keys];
        sheet.Widths(1,
            [9, 12, 18, 11, 9, 16, 7, 7, .. heads.Skip(8)
                .Select(head => summary.Fields.Any(field => field.Aggregation == Aggregation.Text && head.StartsWith(field.Code, StringComparison.Ordinal))
                    ? 40.0
                    : 8)]);
        sheet.Text(1, 1, $"{summary.Heading.Name}工作进展情况明细（截至第{Wording.Chinese(summary.WeekNumber)}周）");
        sheet.Style(1, 1, 1, 1, look => look with { Font = Look.Heiti, Size = 14 });
        sheet.Heads(2, heads);
        for (var i = 0; i < lines.Count; i++)
        {
            for (var column = 0; column < heads.Length; column++)
            {
                switch (lines[i][heads[column]])
                {
                    case int number:
                        sheet.Number(3 + i, column + 1, number);
                        break;
                    case DateTime at:
                        sheet.Moment(3 + i, column + 1, at, MomentFormat);
                        break;
                    case string text:
                        sheet.Text(3 + i, column + 1, text);
                        break;
                }
            }
        }

        sheet.Style(3, 1, 2 + lines.Count, heads.Length, look => look with { Size = 9, Lines = true });
        sheet.Sheet.PageSetup.Scale = 60;
        sheet.Filter(2, 2 + lines.Count, heads.Length);
        sheet.Repeat(2, 3);
    }

    /// <summary>Which of the fields a kind of unit is asked for.</summary>
    private static bool[] Asked(List<(SummaryField Field, string Head)> heads, UnitKind kind) => [.. heads.Select(head => head.Field.IsOnFormOf(kind))];

    private static List<(SummaryField Field, string Head)> Heads(IReadOnlyList<SummaryField> fields) =>
        [.. fields.Select(field => (field, $"{field.Code} {field.Name}"))];

    /// <summary>One line by its heads, for the few that a summary's workbook holds.</summary>
    private static Dictionary<string, object?> Named(IReadOnlyList<(SummaryField Field, string Head)> heads, DetailCell[] line) =>
        Leading.Select(column => column.Head).Concat(heads.Select(column => column.Head)).Zip(line).ToDictionary(pair => pair.First, pair => pair.Second.Value);

    private static DetailCell[] Fill(
        DetailCell[] line, List<(SummaryField Field, string Head)> heads, bool[] asked, WeekKey week, string unit, string name, UnitKind kind,
        ReportState state,
        DateTimeOffset? receivedAt, int? minutesLate, int? version, ReportValues? values, TimeZoneInfo zone)
    {
        line[0] = new(week.ToString());
        line[1] = new(unit);
        line[2] = new(SheetWriter.Clean(name));
        line[3] = new(Wording.Of(kind));
        line[4] = new(Wording.Of(state));
        line[5] = new(At: receivedAt is { } received ? LocalTime.In(received, zone).DateTime : null);
        line[6] = new(Number: minutesLate);
        line[7] = new(Number: version);
        for (var (i, at) = (0, 0); i < heads.Count; i++)
        {
            var field = heads[i].Field;
            var value = asked[i] && values is not null ? values.Next(field.Code, ref at) : default;

            // A field that came or went in the course of the season is where it was handed in.
            var isOnForm = asked[i] && ((field.Since ?? field.Until) is null || values is null || value.Kind != FieldValueKind.Missing);
            line[Leading.Length + i] = !isOnForm ? new(TotalsSheet.NotOnForm)
                : value.Number is { } number ? new(Number: number)
                : new(value.Text is { } text ? SheetWriter.Clean(text) : null);
        }

        return line;
    }

    /// <summary>What stands in one cell; nothing when all are null.</summary>
    private readonly record struct DetailCell(string? Text = null, int? Number = null, DateTime? At = null)
    {
        public object? Value => Text ?? (object?)Number ?? At;
    }
}
