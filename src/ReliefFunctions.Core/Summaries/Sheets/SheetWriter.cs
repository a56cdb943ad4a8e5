using System.Buffers;
using System.Globalization;
using System.Text;
using System.Xml;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// The one place of this feature that writes cells: text stays text whatever it begins with, numbers are numbers, and the look
/// is that of Chinese official tables in fonts that Windows and WPS have.
/// </summary>
internal sealed class SheetWriter
{
    /// <summary>
    /// Printed width of A4 landscape at the smallest scale, with the margins set here: characters and, for each column, <see cref="Padding"/>. It is that of
    /// the program that draws columns widest.
    /// </summary>
    public const double PageWidth = 132.5, Padding = 0.71;

    /// <summary>Printed height of A4 landscape in points at 100 %, with the margins set here.</summary>
    public const double PageHeight = 495;

    /// <summary>Printed width of A3 landscape in characters, and its height in points, at 100 %.</summary>
    public const double WidePageWidth = 186, WidePageHeight = 735;

    /// <summary>Smallest scale: 9 points of 11.</summary>
    public const double SmallestScale = 0.82;

    /// <summary>Height of A4 upright in points at the smallest scale, with the margins set here: what stands in it is printed in 9 points and more.</summary>
    public const double PortraitHeight = (842 - 1.3 * 72) / SmallestScale - 10;

    /// <summary>Characters that XML cannot hold, that end a line, or that are halves of one.</summary>
    private static readonly SearchValues<char> Doubtful = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(code => (char)code)
        .Where(c => c is < ' ' or '\u0085' or '\u2028' or '\u2029' or (>= '\uD800' and <= '\uDFFF') or >= '\uFFFE')]);

    private const double LineHeight = 1.35;
    private const string MomentFormat = "m\"月\"d\"日\" hh:mm", DayFormat = "m\"月\"d\"日\"";
    private readonly TimeZoneInfo _zone;
    private readonly Dictionary<(int Row, int Column), Look> _looks = [];
    private readonly Dictionary<int, double> _widths = [];
    private readonly Dictionary<string, long> _computed = [];
    private readonly List<(int FromRow, int FromColumn, int ToRow, int ToColumn)> _merges = [];
    private string? _printTitles, _printArea;
    private double _used;
    private int _nextRow = 1;

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

    /// <summary>A4 upright.</summary>
    public void Portrait() => Sheet.PageSetup.PageOrientation = XLPageOrientation.Portrait;

    /// <summary>A3 across.</summary>
    public void Wide() => Sheet.PageSetup.PaperSize = XLPaperSize.A3Paper;

    /// <summary>All on one page.</summary>
    public void OnePage() => Sheet.PageSetup.PagesTall = 1;

    /// <summary>All rows down to one on one page across, where they stay readable there.</summary>
    public void OnePageWhereReadable(int lastRow)
    {
        var height = 0.0;
        for (var row = 1; row <= lastRow; row++) height += Sheet.Row(row).Height;
        if (height * SmallestScale <= PageHeight && _widths.Values.Sum(width => width + Padding) <= PageWidth) OnePage();
    }

    /// <summary>
    /// Sets the scale, so that breaks can be set too (programs ignore breaks where they fit to a width themselves): the sheet's columns must fit its width.
    /// </summary>
    public void Scaled() => Sheet.PageSetup.Scale = (int)(SmallestScale * 100);

    /// <summary>
    /// The row for what comes next in a table of a <see cref="Scaled"/> sheet that has several: where <paramref name="height"/> has no room on the page any
    /// more, another begins, with the heads that <paramref name="heads"/> writes.
    /// </summary>
    public int Next(int row, double height, Action<int> heads)
    {
        for (; _nextRow < row; _nextRow++) _used += Sheet.Row(_nextRow).Height;
        if (_used + height <= PageHeight / SmallestScale) return row;
        Sheet.PageSetup.AddHorizontalPageBreak(row - 1);
        heads(row);

        // The title's two rows are repeated.
        (_used, _nextRow) = (Sheet.Row(1).Height + Sheet.Row(2).Height, row);
        return row + 1;
    }

    /// <summary>What a print set says under a table that shows some of its rows.</summary>
    public static string OnlyPrinted(Figures.Summary summary, IReadOnlySet<string> printed) =>
        $"打印册只列需督办、关注、核定的前{printed.Count}{(summary.Heading.IsArea ? "个区县" : "家单位")}，其余{summary.Units.Count - printed.Count}{(summary.Heading.IsArea
            ? "个" : "家")}已折叠，合计含全部，见全册。";

    /// <summary>What is printed, from the first cell on.</summary>
    public void PrintArea(int toRow, int toColumn) => _printArea = $"'{Sheet.Name}'!$A$1:${Letters(toColumn)}${toRow}";

    /// <summary>Buttons on the heads of a long table, by which readers filter it.</summary>
    public void Filter(int headRow, int lastRow, int columns)
    {
        if (lastRow > headRow) Sheet.Range(headRow, 1, lastRow, columns).SetAutoFilter();
    }

    /// <summary>Makes a cell a link: to <c>'sheet'!A1</c> of this workbook, or to an address.</summary>
    public void Link(int row, int column, string target) => Sheet.Cell(row, column).Hyperlink = new XLHyperlink(target);

    /// <summary>One text over a range, looking alike in all of its cells.</summary>
    public void Block(int fromRow, int fromColumn, int toRow, int toColumn, string text, Func<Look, Look> look)
    {
        Text(fromRow, fromColumn, text);
        Style(fromRow, fromColumn, toRow, toColumn, look);
        Merge(fromRow, fromColumn, toRow, toColumn);
    }

    /// <summary>The height of a row that a wrapped text needs, in points.</summary>
    public static double HeightFor(string text, double width, double size) => Height(LinesOf(text, width, size), size);

    /// <summary>The height that the tallest of some texts needs.</summary>
    public static double HeightFor(Func<int, string> text, int count, double width, double size) =>
        Enumerable.Range(0, count).Max(i => HeightFor(text(i), width, size));

    /// <summary>Columns a text takes: a CJK character is two.</summary>
    public static double WidthOf(string text) =>
        text.EnumerateRunes()
            .Sum(rune => rune.Value >= 0x2E80 || rune.Value is 0x2014 or 0x201C or 0x201D or 0x2026 or 0x2103 or 0x2192 or 0x25CB or 0x25B3 or 0x2715 ? 2 : 1);

    /// <summary>Widths of columns in characters, from <paramref name="fromColumn"/> on.</summary>
    public void Widths(int fromColumn, params IEnumerable<double> widths)
    {
        foreach (var width in widths)
        {
            _widths[fromColumn] = width;
            Sheet.Column(fromColumn++).Width = width;
        }
    }

    public void Text(int row, int column, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        var clean = Clean(text);
        Sheet.Cell(row, column).SetValue(clean);
        if (Texts.Csv.LooksLikeFormula(clean)) Style(row, column, look => look with { Quoted = true });
    }

    public void Number(int row, int column, long number, string? format = null)
    {
        Sheet.Cell(row, column).SetValue(number);
        if (format is not null) Style(row, column, look => look with { Format = format });
    }

    public void Number(int row, int column, decimal number, string format)
    {
        Sheet.Cell(row, column).SetValue(number);
        Style(row, column, look => look with { Format = format });
    }

    /// <summary>A formula with the value it comes to: viewers that do not compute show the value, and nothing is computed here a second time.</summary>
    public void Formula(int row, int column, string formula, long value, string? format = null)
    {
        Sheet.Cell(row, column).FormulaA1 = formula;
        _computed[Letters(column) + row.ToString(CultureInfo.InvariantCulture)] = value;
        if (format is not null) Style(row, column, look => look with { Format = format });
    }

    /// <summary>A date and time of the campaign's zone.</summary>
    public void Moment(int row, int column, DateTimeOffset? at)
    {
        if (at is { } instant) Moment(row, column, LocalTime.In(instant, _zone).DateTime, MomentFormat);
    }

    /// <summary>A local date and time, to the second.</summary>
    public void Moment(int row, int column, DateTime local, string format)
    {
        Sheet.Cell(row, column).SetValue(new DateTime(local.Ticks - local.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Unspecified));
        Style(row, column, look => look with { Format = format });
    }

    public void Day(int row, int column, DateOnly day)
    {
        Sheet.Cell(row, column).SetValue(day.ToDateTime(TimeOnly.MinValue));
        Style(row, column, look => look with { Format = DayFormat });
    }

    /// <summary>Changes the look of a cell.</summary>
    public void Style(int row, int column, Func<Look, Look> change) => Style(row, column, row, column, change);

    /// <summary>Changes the look of a range, cell by cell; what each cell had else stays.</summary>
    public void Style(int fromRow, int fromColumn, int toRow, int toColumn, Func<Look, Look> change)
    {
        for (var row = fromRow; row <= toRow; row++)
        {
            for (var column = fromColumn; column <= toColumn; column++)
            {
                _looks[(row, column)] = change(_looks.TryGetValue((row, column), out var look) ? look : new Look());
            }
        }
    }

    /// <summary>Aligns the cells of a column to the left: names and words are read from there.</summary>
    public void Left(int fromRow, int toRow, int column) =>
        Style(fromRow, column, toRow, column, look => look with { Horizontal = XLAlignmentHorizontalValues.Left });

    /// <summary>Makes one cell of a range.</summary>
    public void Merge(int fromRow, int fromColumn, int toRow, int toColumn)
    {
        if (fromRow != toRow || fromColumn != toColumn) _merges.Add((fromRow, fromColumn, toRow, toColumn));
    }

    /// <summary>
    /// Gives every cell its style, once, and ends the sheet. Cells are merged last, because each cell written asks every merged range whether it lies
    /// inside.
    /// </summary>
    public SheetEnd End()
    {
        foreach (var ((row, column), look) in _looks) Sheet.Cell(row, column).Style = look.Style();
        foreach (var (fromRow, fromColumn, toRow, toColumn) in _merges) Sheet.Range(fromRow, fromColumn, toRow, toColumn).Merge(checkIntersect: false);
        return new SheetEnd(Sheet.Name, _printTitles, _printArea, _computed);
    }

    /// <summary>The sheet's title over its columns, and under it 填报单位 and the period.</summary>
    public void Title(int fromColumn, int toColumn, string title, string left, string right, double size = 18)
    {
        Text(1, fromColumn, title);
        Style(1, fromColumn, 1, toColumn,
            look => look with { Font = Look.Heiti, Size = size, Horizontal = XLAlignmentHorizontalValues.Center, Vertical = XLAlignmentVerticalValues.Center });
        Merge(1, fromColumn, 1, toColumn);
        Sheet.Row(1).Height = size * 1.7;
        var middle = (fromColumn + toColumn) / 2;
        Text(2, fromColumn, left);
        Text(2, middle + 1, right);
        Style(2, fromColumn, 2, toColumn, look => look with { Font = Look.Fangsong, Wrap = true, Vertical = XLAlignmentVerticalValues.Center });
        Style(2, middle + 1, 2, toColumn, look => look with { Horizontal = XLAlignmentHorizontalValues.Right });
        Merge(2, fromColumn, 2, middle);
        Merge(2, middle + 1, 2, toColumn);
        double WidthOfColumns(int from, int to) => Enumerable.Range(from, to - from + 1).Sum(column => _widths.GetValueOrDefault(column));
        Sheet.Row(2).Height = Math.Max(18,
            HeightOf(11, (left, WidthOfColumns(fromColumn, middle)), (right, WidthOfColumns(middle + 1, toColumn))));
    }

    /// <summary>A heading of a block on a sheet.</summary>
    public void Heading(int row, int toColumn, string text)
    {
        Text(row, 1, text);
        Style(row, 1, row, toColumn, look => look with { Font = Look.Heiti, Size = 12, Vertical = XLAlignmentVerticalValues.Center });
        Merge(row, 1, row, toColumn);
        Sheet.Row(row).Height = 22;
    }

    /// <summary>Column heads.</summary>
    public void Heads(int row, params ReadOnlySpan<string> heads)
    {
        var lines = 1.0;
        for (var i = 0; i < heads.Length; i++)
        {
            Text(row, i + 1, heads[i]);
            lines = Math.Max(lines, LinesOf(heads[i], _widths[i + 1], 11));
        }

        HeadStyle(row, 1, row, heads.Length);
        Sheet.Row(row).Height = Math.Max(20, lines * 11 * LineHeight + 4);
    }

    public void HeadStyle(int fromRow, int fromColumn, int toRow, int toColumn) =>
        Table(fromRow, fromColumn, toRow, toColumn, look => look with { Font = Look.Heiti, Fill = Fill.Head });

    /// <summary>The body of a table: 宋体, centred, thin lines.</summary>
    public void Body(int fromRow, int toRow, int toColumn) => Table(fromRow, 1, toRow, toColumn, look => look);

    private void Table(int fromRow, int fromColumn, int toRow, int toColumn, Func<Look, Look> change) =>
        Style(fromRow, fromColumn, toRow, toColumn, look => change(look) with
        {
            Horizontal = XLAlignmentHorizontalValues.Center,
            Vertical = XLAlignmentVerticalValues.Center,
            Wrap = true,
            Lines = true,
        });

    /// <summary>A line of text over the columns given; the height is set, because merged cells do not find their own.</summary>
    public void Paragraph(int row, int toColumn, string text, double size = 11)
    {
        var width = 0.0;
        for (var column = 1; column <= toColumn; column++) width += _widths[column];
        Text(row, 1, text);
        Style(row, 1, row, toColumn,
            look => look with
            {
                Font = Look.Fangsong,
                Size = size,
                Wrap = true,
                Vertical = XLAlignmentVerticalValues.Center,
                Horizontal = XLAlignmentHorizontalValues.Left,
            });
        Merge(row, 1, row, toColumn);
        Sheet.Row(row).Height = Height(LinesOf(text, width, size), size);
    }

    /// <summary>Sets a row's height for the tallest of its wrapped texts.</summary>
    public void Fit(int row, double size, params ReadOnlySpan<(string? Text, double Width)> cells) => Sheet.Row(row).Height = HeightOf(size, cells);

    /// <summary>The height of a row for the tallest of its wrapped texts.</summary>
    public static double HeightOf(double size, params ReadOnlySpan<(string? Text, double Width)> cells)
    {
        var lines = 1.0;
        foreach (var (text, width) in cells) lines = Math.Max(lines, LinesOf(text ?? "", width, size));
        return Height(lines, size);
    }

    /// <summary>Repeats rows (and columns) on every page and keeps them in sight; on pages only so many as <paramref name="printed"/> says.</summary>
    public void Repeat(int rows, int columns = 0, int? printed = null)
    {
        Sheet.SheetView.Freeze(rows, columns);
        _printTitles = $"'{Sheet.Name}'!$1:${printed ?? rows}";
        if (columns > 0) _printTitles = $"'{Sheet.Name}'!$A:${Letters(columns)},{_printTitles}";
    }

    /// <summary>The height of a row that holds a name in a column: <paramref name="least"/> for one line, else as many as the name takes.</summary>
    public static double HeightOf(string name, double width, double least) => LinesOf(name, width, 11) is > 1 and var lines ? Height(lines, 11) : least;

    /// <summary>Letters of a column: 28 is AB.</summary>
    public static string Letters(int column) => XLHelper.GetColumnLetterFromNumber(column);

    /// <summary>Excel's limit for a row is 409 points.</summary>
    private static double Height(double lines, double size) => Math.Min(405, lines * size * LineHeight + 5);

    /// <summary>Lines that a text takes in a width, which counts characters of 11 points; a tenth is kept back, because fonts differ.</summary>
    public static double LinesOf(string text, double width, double size) =>
        text.Split('\n').Sum(line => Math.Max(1, Math.Ceiling(WidthOf(line) * size / 11 / Math.Max(1, width * 0.93 - 0.5))));

    /// <summary>Without characters that XML cannot hold, and no longer than a cell may be.</summary>
    public static string Clean(string text)
    {
        // Most text needs nothing.
        if (text.Length is > 0 and <= 32_000 && !text.AsSpan().ContainsAny(Doubtful)) return text;

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)) clean.Append(rune.ToString());
        }

        return clean.Length == 0 ? " " : clean.Length > 32_000 ? clean.ToString(0, 32_000) : clean.ToString();
    }
}

/// <summary>What a finished sheet leaves to be added to the saved workbook.</summary>
/// <param name="Name">The sheet's name.</param>
/// <param name="PrintTitles">What is repeated on every printed page, as a reference that every program understands (ClosedXML's own is relative and ignored
/// by some); null for nothing.</param>
/// <param name="PrintArea">What is printed; null for all.</param>
/// <param name="Computed">The values of formulas by cell.</param>
internal sealed record SheetEnd(string Name, string? PrintTitles, string? PrintArea, IReadOnlyDictionary<string, long> Computed);
