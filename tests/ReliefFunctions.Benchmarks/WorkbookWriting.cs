using BenchmarkDotNet.Attributes;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// Writing a summary's workbook, all sheets and charts, against ClosedXML writing the same cells with no logic: value and the style that
/// stands in the finished file, cell by cell, formulas without their values; and what else a program sets that fills a sheet for print: widths,
/// heights, merges, page and footer. No layout, no charts. Aim: 1.25×.
/// </summary>
[MemoryDiagnoser, ShortRunJob]
public class WorkbookWriting
{
    private Summary _summary = null!;
    private IReadOnlyList<Dictionary<string, object?>>? _detail;
    private List<PlainSheet> _sheets = [];

    /// <summary>25 is a district; 1,700 is a province's units in one table.</summary>
    [Params(25, 1_700)]
    public int Units { get; set; }

    [GlobalSetup]
    public void Load()
    {
        var units = Units == 25 ? SummarySample.Units : [.. Enumerable.Range(0, Units).Select(i => new SummaryUnit($"u{i:D5}", $"乡镇{i + 1}", UnitKind.Township, i))];
        var input = SummarySample.Input(3, units: units);
        (_summary, _detail) = (SummaryRules.Compute(input), SummaryDetail.Lines(input));
        using var book = new XLWorkbook(new MemoryStream(SummaryWorkbook.Write(_summary, SummarySample.Stamp, _detail)));
        _sheets = [.. book.Worksheets.Select(sheet => new PlainSheet(
            sheet.Name,
            [.. sheet.CellsUsed(XLCellsUsedOptions.All).Select(cell => new PlainCell(cell.Address.RowNumber, cell.Address.ColumnNumber, cell.HasFormula ? cell.FormulaA1 : null, cell.HasFormula ? "" : cell.Value, cell.Style))],
            [.. sheet.ColumnsUsed().Select(column => (column.ColumnNumber(), column.Width))],
            [.. sheet.RowsUsed().Select(row => (row.RowNumber(), row.Height))],
            [.. sheet.MergedRanges.Select(range => range.RangeAddress.ToString()!)]))];
    }

    /// <summary>Values and formulas alone.</summary>
    [Benchmark]
    public long ClosedXmlValues() => Plain(styled: false);

    /// <summary>Values, formulas, looks and print.</summary>
    [Benchmark(Baseline = true)]
    public long ClosedXmlCells() => Plain(styled: true);

    [Benchmark]
    public int Summary() => SummaryWorkbook.Write(_summary, SummarySample.Stamp, _detail).Length;

    private long Plain(bool styled)
    {
        using var book = new XLWorkbook();
        foreach (var (name, cells, widths, heights, merges) in _sheets)
        {
            var sheet = book.AddWorksheet(name);
            if (styled)
            {
                foreach (var (column, width) in widths) sheet.Column(column).Width = width;
                foreach (var (row, height) in heights) sheet.Row(row).Height = height;
                sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
                sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
                sheet.PageSetup.PagesWide = 1;
                sheet.PageSetup.Footer.Center.AddText(XLHFPredefinedText.PageNumber);
                sheet.SheetView.FreezeRows(2);
            }

            foreach (var plain in cells)
            {
                var cell = sheet.Cell(plain.Row, plain.Column);
                if (plain.Formula is not null) cell.FormulaA1 = plain.Formula;
                else if (plain.Value is string text) cell.SetValue(text);
                else cell.Value = plain.Value;
                if (styled) cell.Style = plain.Style;
            }

            if (styled) foreach (var range in merges) sheet.Range(range).Merge(checkIntersect: false);
        }

        using var stream = new MemoryStream();
        book.SaveAs(stream);
        return stream.Length;
    }

    private sealed record PlainSheet(string Name, IReadOnlyList<PlainCell> Cells, IReadOnlyList<(int Column, double Width)> Widths, IReadOnlyList<(int Row, double Height)> Heights, IReadOnlyList<string> Merges);

    private sealed record PlainCell(int Row, int Column, string? Formula, object Value, IXLStyle Style);
}
