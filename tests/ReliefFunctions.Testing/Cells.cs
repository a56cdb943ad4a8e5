using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace ReliefFunctions.Testing;

/// <summary>A workbook read straight from its XML, by another way than it was written.</summary>
public sealed partial class Cells
{
    private readonly Dictionary<string, Dictionary<string, Cell>> _cells = [];
    private readonly Dictionary<string, List<Column>> _columns = [];
    private readonly List<string> _shared = [];
    private readonly List<string> _formats = [];

    public List<string> Sheets { get; } = [];

    public static Cells Of(byte[] file)
    {
        var cells = new Cells();
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        var book = document.WorkbookPart!;
        cells._shared.AddRange((book.SharedStringTablePart?.SharedStringTable ?? new SharedStringTable()).Elements<SharedStringItem>().Select(item => item.InnerText));
        var styles = book.WorkbookStylesPart!.Stylesheet;
        var codes = (styles.NumberingFormats ?? new NumberingFormats()).Elements<NumberingFormat>().ToDictionary(format => format.NumberFormatId!.Value, format => format.FormatCode!.Value!);
        var (fonts, fills, borders) = (styles.Fonts!.Elements<Font>().ToList(), styles.Fills!.Elements<DocumentFormat.OpenXml.Spreadsheet.Fill>().ToList(), styles.Borders!.Elements<Border>().ToList());
        cells._formats.AddRange(styles.CellFormats!.Elements<CellFormat>().Select(format =>
        {
            var (font, fill, border) = (fonts[(int)(format.FontId?.Value ?? 0)], fills[(int)(format.FillId?.Value ?? 0)].PatternFill, borders[(int)(format.BorderId?.Value ?? 0)]);
            var sides = new BorderPropertiesType?[] { border.LeftBorder, border.TopBorder, border.RightBorder, border.BottomBorder }.Select(side => side?.Style?.Value is null or BorderStyleValues.None ? "-" : "|");
            return $"{font.GetFirstChild<FontName>()?.Val}{font.GetFirstChild<FontSize>()?.Val}{(font.Bold is { } bold && bold.Val?.Value != false ? " bold" : "")} {string.Concat(sides)}"
                + (fill?.PatternType?.Value is null or PatternValues.None ? "" : $" {fill.PatternType.InnerText}{fill.ForegroundColor?.Rgb}")
                + (format.Alignment is { } alignment ? $" {alignment.Horizontal?.InnerText}/{alignment.Vertical?.InnerText}{(alignment.WrapText?.Value == true ? " wrap" : "")}" : "")
                + (format.QuotePrefix?.Value == true ? " quoted" : "")
                + (codes.TryGetValue(format.NumberFormatId?.Value ?? 0, out var code) ? " " + code : "");
        }));
        foreach (var sheet in book.Workbook.Descendants<Sheet>())
        {
            var worksheet = ((WorksheetPart)book.GetPartById(sheet.Id!)).Worksheet;
            cells.Sheets.Add(sheet.Name!);
            cells._cells[sheet.Name!] = worksheet.Descendants<Cell>().ToDictionary(cell => cell.CellReference!.Value!);
            cells._columns[sheet.Name!] = [.. worksheet.Descendants<Column>()];
        }

        return cells;
    }

    public string Text(string sheet, string reference) => _cells[sheet].TryGetValue(reference, out var cell) ? Shown(cell) : "";

    public double? Number(string sheet, string reference) => double.TryParse(Text(sheet, reference), CultureInfo.InvariantCulture, out var number) ? number : null;

    public string? Formula(string sheet, string reference) => _cells[sheet].GetValueOrDefault(reference)?.CellFormula?.Text;

    /// <summary>Every cell that shows something, a line each: where, what, its formula and its look.</summary>
    public IEnumerable<string> Map() => Sheets.SelectMany(sheet => _cells[sheet].Values.Where(cell => Shown(cell).Length > 0).Select(cell =>
        $"{sheet}!{cell.CellReference}\t{Shown(cell).Replace("\n", "\\n", StringComparison.Ordinal)}{(cell.CellFormula is { } formula ? $"\t={formula.Text}" : "")}\t{_formats[(int)(cell.StyleIndex?.Value ?? 0)]}"));

    public IEnumerable<CellAt> All(string sheet) => _cells[sheet].Values.Select(At).Where(cell => cell.Text.Length > 0);

    public IEnumerable<CellAt> Row(string sheet, int row) => All(sheet).Where(cell => cell.Row == row);

    public double Width(string sheet, string column)
    {
        var number = (uint)column.Aggregate(0, (sum, letter) => sum * 26 + letter - 'A' + 1);
        return _columns[sheet].FirstOrDefault(each => each.Min! <= number && number <= each.Max!)?.Width?.Value ?? 8.43;
    }

    private CellAt At(Cell cell)
    {
        var match = Reference().Match(cell.CellReference!.Value!);
        return new CellAt(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), Shown(cell), cell.DataType is null || cell.DataType == CellValues.Number);
    }

    private string Shown(Cell cell) => cell.DataType?.Value == CellValues.InlineString ? Unescaped(cell.InlineString?.InnerText ?? "")
        : cell.DataType?.Value == CellValues.SharedString && cell.CellValue is not null ? Unescaped(_shared[int.Parse(cell.CellValue!.Text, CultureInfo.InvariantCulture)])
        : cell.CellValue?.Text ?? "";

    private static string Unescaped(string text) => Escaped().Replace(text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());

    /// <summary>The format's escape of a UTF-16 unit (ST_Xstring).</summary>
    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escaped();

    [GeneratedRegex("^([A-Z]+)([0-9]+)$")]
    private static partial Regex Reference();

    public sealed record CellAt(string Column, int Row, string Text, bool IsNumber)
    {
        /// <summary>About what is printed: a fraction is a date or a share here.</summary>
        public string Printed => !Text.Contains('.', StringComparison.Ordinal) ? Text : double.Parse(Text, CultureInfo.InvariantCulture) > 40_000 ? "12月31日 23:59" + "  " : "100.0%";
    }
}
