using System.Text;
using System.Xml;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Summaries;

/// <summary>
/// The one place of this feature that writes cells: text stays text whatever it begins with, numbers are numbers, and the look
/// is that of Chinese official tables in fonts that Windows and WPS have.
/// </summary>
internal sealed class SheetWriter
{
    public const string Heiti = "黑体", Songti = "宋体", Fangsong = "仿宋";

    /// <summary>Printed width of A4 landscape in characters at 100 %, with the margins set here.</summary>
    public const double PageWidth = 132;

    /// <summary>Printed height of A4 landscape in points at 100 %, with the margins set here.</summary>
    public const double PageHeight = 495;

    private const double LineHeight = 1.35;
    private readonly TimeZoneInfo _zone;

    public SheetWriter(IXLWorksheet sheet, TimeZoneInfo zone)
    {
        (Sheet, _zone) = (sheet, zone);
        sheet.ShowGridLines = false;
        var page = sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.5).SetRight(0.5).SetTop(0.6).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        var footer = page.Footer.Center;
        footer.AddText("第 ");
        footer.AddText(XLHFPredefinedText.PageNumber);
        footer.AddText(" 页　共 ");
        footer.AddText(XLHFPredefinedText.NumberOfPages);
        footer.AddText(" 页");
        page.PagesWide = 1;
        page.PagesTall = 0;
    }

    public IXLWorksheet Sheet { get; }

    /// <summary>Columns a text takes: a CJK character is two.</summary>
    public static double WidthOf(string text) => text.EnumerateRunes().Sum(rune => rune.Value >= 0x2E80 || rune.Value is 0x2014 or 0x201C or 0x201D or 0x2026 or 0x2103 ? 2 : 1);

    public void Widths(params ReadOnlySpan<double> widths)
    {
        for (var i = 0; i < widths.Length; i++) Sheet.Column(i + 1).Width = widths[i];
    }

    public IXLCell Text(int row, int column, string? text)
    {
        var cell = Sheet.Cell(row, column);
        if (string.IsNullOrEmpty(text)) return cell;
        var clean = Clean(text);
        cell.SetValue(clean);

        // Retyped in Excel it stays what it is.
        if (clean[0] is '=' or '+' or '-' or '@') cell.Style.IncludeQuotePrefix = true;
        return cell;
    }

    public IXLCell Number(int row, int column, long number)
    {
        var cell = Sheet.Cell(row, column);
        cell.SetValue(number);
        return cell;
    }

    public IXLCell Number(int row, int column, decimal number, string format)
    {
        var cell = Sheet.Cell(row, column);
        cell.SetValue(number);
        cell.Style.NumberFormat.Format = format;
        return cell;
    }

    public IXLCell Formula(int row, int column, string formula)
    {
        var cell = Sheet.Cell(row, column);
        cell.FormulaA1 = formula;
        return cell;
    }

    /// <summary>A date and time of the campaign's zone.</summary>
    public void Moment(int row, int column, DateTimeOffset? at)
    {
        if (at is not { } instant) return;
        var cell = Sheet.Cell(row, column);
        var local = LocalTime.In(instant, _zone).DateTime;
        cell.SetValue(new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second, DateTimeKind.Unspecified));
        cell.Style.DateFormat.Format = "m\"月\"d\"日\" hh:mm";
    }

    public void Day(int row, int column, DateOnly day)
    {
        var cell = Sheet.Cell(row, column);
        cell.SetValue(day.ToDateTime(TimeOnly.MinValue));
        cell.Style.DateFormat.Format = "m\"月\"d\"日\"";
    }

    /// <summary>The sheet's title over its columns, and under it 填报单位 and the period.</summary>
    public void Title(int fromColumn, int toColumn, string title, string left, string right, double size = 18)
    {
        var range = Sheet.Range(1, fromColumn, 1, toColumn).Merge();
        Text(1, fromColumn, title);
        range.Style.Font.SetFontName(Heiti).Font.SetFontSize(size).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        Sheet.Row(1).Height = size * 1.7;
        var middle = (fromColumn + toColumn) / 2;
        Sheet.Range(2, fromColumn, 2, middle).Merge();
        Sheet.Range(2, middle + 1, 2, toColumn).Merge().Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Right);
        Text(2, fromColumn, left);
        Text(2, middle + 1, right);
        Sheet.Range(2, fromColumn, 2, toColumn).Style.Font.SetFontName(Fangsong).Font.SetFontSize(11);
        Sheet.Row(2).Height = 18;
    }

    /// <summary>A heading of a block on a sheet.</summary>
    public void Heading(int row, int toColumn, string text)
    {
        Text(row, 1, text);
        Sheet.Range(row, 1, row, toColumn).Merge().Style.Font.SetFontName(Heiti).Font.SetFontSize(12).Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        Sheet.Row(row).Height = 22;
    }

    /// <summary>Column heads.</summary>
    public void Heads(int row, params ReadOnlySpan<string> heads)
    {
        for (var i = 0; i < heads.Length; i++) Text(row, i + 1, heads[i]);
        HeadStyle(Sheet.Range(row, 1, row, heads.Length));
        var lines = 1.0;
        for (var i = 0; i < heads.Length; i++) lines = Math.Max(lines, LinesOf(heads[i], Sheet.Column(i + 1).Width, 11));
        Sheet.Row(row).Height = Math.Max(20, lines * 11 * LineHeight + 4);
    }

    public static void HeadStyle(IXLRange range) => range.Style
        .Font.SetFontName(Heiti).Font.SetFontSize(11).Fill.SetBackgroundColor(XLColor.FromHtml("#E7E6E6"))
        .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetWrapText()
        .Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);

    /// <summary>The body of a table: 宋体, centred, thin lines.</summary>
    public IXLRange Body(int fromRow, int toRow, int toColumn, int fromColumn = 1)
    {
        var range = Sheet.Range(fromRow, fromColumn, toRow, toColumn);
        range.Style.Font.SetFontName(Songti).Font.SetFontSize(11)
            .Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetWrapText()
            .Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);
        return range;
    }

    /// <summary>A line of text over the columns given; the height is set, because merged cells do not find their own.</summary>
    public void Paragraph(int row, int toColumn, string text, string font = Fangsong, double size = 11)
    {
        var width = 0.0;
        for (var column = 1; column <= toColumn; column++) width += Sheet.Column(column).Width;
        Text(row, 1, text);
        Sheet.Range(row, 1, row, toColumn).Merge().Style.Font.SetFontName(font).Font.SetFontSize(size)
            .Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Left);
        Sheet.Row(row).Height = Height(LinesOf(text, width, size), size);
    }

    /// <summary>Sets a row's height for the tallest of its wrapped texts.</summary>
    public void Fit(int row, double size, params ReadOnlySpan<(string? Text, double Width)> cells)
    {
        var lines = 1.0;
        foreach (var (text, width) in cells) lines = Math.Max(lines, LinesOf(text ?? "", width, size));
        Sheet.Row(row).Height = Height(lines, size);
    }

    /// <summary>What is repeated on every printed page, as a reference that every program understands; null for nothing. ClosedXML's own is relative and ignored by some.</summary>
    public string? PrintTitles { get; private set; }

    /// <summary>Repeats rows (and columns) on every page and keeps them in sight.</summary>
    public void Repeat(int rows, int columns = 0)
    {
        Sheet.SheetView.Freeze(rows, columns);
        PrintTitles = $"'{Sheet.Name}'!$1:${rows}";
        if (columns > 0) PrintTitles = $"'{Sheet.Name}'!$A:${XLHelper.GetColumnLetterFromNumber(columns)},{PrintTitles}";
    }

    /// <summary>Excel's limit for a row is 409 points.</summary>
    private static double Height(double lines, double size) => Math.Min(405, lines * size * LineHeight + 5);

    /// <summary>Lines that a text takes in a width, which counts characters of 11 points; a tenth is kept back, because fonts differ.</summary>
    public static double LinesOf(string text, double width, double size) =>
        text.Split('\n').Sum(line => Math.Max(1, Math.Ceiling(WidthOf(line) * size / 11 / Math.Max(1, width * 0.93 - 0.5))));

    /// <summary>Without characters that XML cannot hold, and no longer than a cell may be.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)) clean.Append(rune.ToString());
        }

        return clean.Length == 0 ? " " : clean.Length > 32_000 ? clean.ToString(0, 32_000) : clean.ToString();
    }
}
