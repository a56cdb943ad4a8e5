using ClosedXML.Excel;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// 要情: one printed page, upright, of twelve equal columns that its tables share. Each row knows its height before it is written, so that it is known
/// what fits: of the ways to lay the page out, the first one that does is taken, and what calls for a hand is the last to be shortened.
/// </summary>
internal static class FrontSheet
{
    private const int Columns = 12;
    private const double ColumnWidth = 6.8, Size = 11, Width = Columns * (ColumnWidth + SheetWriter.Padding);
    private const double HeadingHeight = 22, HeadHeight = 18, RowHeight = 18, SignatureHeight = 28;

    /// <summary>Units of the grid side by side.</summary>
    private static readonly int[] CellsOfRow = [6, 4, 3];

    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp, bool withAnnex)
    {
        var page = FrontPage.Of(summary, stamp);
        sheet.Portrait();
        sheet.Widths(1, Enumerable.Repeat(ColumnWidth, Columns));

        // A name of a district that is long makes the title smaller, not cut.
        sheet.Title(1, Columns, page.Title, $"填报单位（盖章）：{page.Office}", page.Stamp, Math.Clamp(Width * 1.07 * Size / SheetWriter.WidthOf(page.Title), Size, 15));
        var room = SheetWriter.PortraitHeight - sheet.Sheet.Row(1).Height - sheet.Sheet.Row(2).Height;
        IReadOnlyList<Line> lines = [];
        foreach (var density in Densities(page))
        {
            lines = [.. Lines(page, summary, density, withAnnex)];
            if (lines.Sum(line => line.Height) <= room) break;
        }

        var row = 3;
        foreach (var line in lines)
        {
            line.Write(sheet, row);
            sheet.Sheet.Row(row++).Height = line.Height;
        }

        sheet.OnePage();
        sheet.PrintArea(row - 1, Columns);
    }

    /// <summary>
    /// From all that there is to say downwards: units that are in order are counted before words are shortened, words before units that are not, and rows of
    /// concerns go last, from the lightest on.
    /// </summary>
    private static IEnumerable<Density> Densities(FrontPage page)
    {
        var density = new Density(page.Concerns.Count, UnitsRoom: 50, page.Decisions.Count, WordsRoom: 60, NotesRoom: 400, page.Parts.Count, page.Grid.Count);
        yield return density;
        var called = page.Grid.Count(line => line.Standing != UnitStanding.Good);
        yield return density = density with { Cells = called };
        yield return density = density with { WordsRoom = 30, NotesRoom = 130, Parts = Math.Min(3, page.Parts.Count) };
        yield return density = density with { UnitsRoom = 30, Cells = Math.Min(called, 30) };
        yield return density = density with { Decisions = Math.Min(1, page.Decisions.Count), NotesRoom = 90 };
        yield return density = density with { UnitsRoom = 15, Cells = Math.Min(called, 18), Parts = Math.Min(1, page.Parts.Count) };
        yield return density = density with { Cells = Math.Min(called, 12) };
        yield return density = density with { NotesRoom = 56 };
        for (var concerns = page.Concerns.Count - 1; concerns >= 0; concerns--) yield return density with { Concerns = concerns };
    }

    private static IEnumerable<Line> Lines(FrontPage page, Summary summary, Density density, bool withAnnex) =>
    [
        Text(page.Conclusion, look => look with { Font = Look.Heiti, Size = 12 }),
        .. page.Changed is { } changed ? [Text(Wording.Cut(changed, 150), look => look with { Font = Look.Fangsong, Bold = true })] : Array.Empty<Line>(),
        .. Concerns(page, density, withAnnex),
        .. Decisions(page, density),
        .. Data(page, summary),
        .. page.Notes.Select(note => Text(Wording.Clauses(note, density.NotesRoom))),
        .. page.Parts.Take(density.Parts).Select(line => Text(Wording.Cut(line, density.NotesRoom))),
        Heading(page.Headings[3]),
        .. page.Next.Select(line => Text(Wording.Clauses(line, density.NotesRoom))),
        .. Grid(page, summary, density, withAnnex),
        Signatures(),
    ];

    private static IEnumerable<Line> Concerns(FrontPage page, Density density, bool withAnnex)
    {
        yield return Heading(page.Headings[0]);
        if (page.Concerns.Count == 0)
        {
            yield return Text("无。");
            yield break;
        }

        if (density.Concerns > 0) yield return Row(head: true, ("问题", 1, 3), ("单位及情况", 4, 8), ("起始", 9, 10), ("责任人", 11, 12));
        foreach (var concern in page.Concerns.Take(density.Concerns))
        {
            var row = Row(head: false, (concern.What, 1, 3), (concern.Within(density.UnitsRoom), 4, 8), (concern.Since, 9, 10), (concern.Who, 11, 12));
            yield return row with
            {
                Write = (sheet, at) =>
                {
                    row.Write(sheet, at);
                    sheet.Left(at, at, 1);
                    sheet.Left(at, at, 4);
                    if (concern.Grave) sheet.Style(at, 1, at, 3, look => look with { Bold = true });
                },
            };
        }

        var rest = page.Concerns.Skip(density.Concerns).Select(concern => concern.What).ToList();
        if (rest.Count > 0) yield return Text($"另有{rest.Count}类：{string.Join("、", rest)}{(withAnnex ? $"，见“{SummaryWorkbook.Concerns}”" : "")}。");
    }

    private static IEnumerable<Line> Decisions(FrontPage page, Density density)
    {
        yield return Heading(page.Headings[1]);
        if (page.Decisions.Count == 0)
        {
            yield return Text("无。");
            yield break;
        }

        yield return Row(head: true, ("提出单位", 1, 2), ("事项", 3, 6), ("责任单位", 7, 8), ("时限", 9, 10), ("已提出", 11, 12));
        foreach (var decision in page.Decisions.Take(density.Decisions))
        {
            var row = Row(head: false, (decision.Unit, 1, 2), (Wording.Cut(decision.Text, density.WordsRoom), 3, 6), (decision.Owner, 7, 8),
                (decision.Due, 9, 10), (decision.Open, 11, 12));
            yield return row with
            {
                Write = (sheet, at) =>
                {
                    row.Write(sheet, at);
                    sheet.Left(at, at, 3);
                },
            };
        }

        if (page.MoreDecisions + page.Decisions.Count - density.Decisions is > 0 and var more) yield return Text($"另有{more}项未办结。");
    }

    /// <summary>The figures as numbers, so that they can be worked with; the change in words.</summary>
    private static IEnumerable<Line> Data(FrontPage page, Summary summary)
    {
        yield return Heading(page.Headings[2]);
        if (page.Data.Count == 0) yield break;
        var (isWeek, span) = (summary.Heading.Kind == PeriodKind.Week, Math.Max(1, (Columns - 2) / page.Data.Count));
        (int From, int To) At(int i) => (3 + i * span, i == page.Data.Count - 1 ? Columns : 2 + (i + 1) * span);
        Line Of(string name, Func<int, string> text, Func<int, long?>? number = null, bool head = false, bool bold = false)
        {
            var cells = Enumerable.Range(0, page.Data.Count).Select(i => (number?.Invoke(i) is null ? text(i) : "", At(i).From, At(i).To));
            var row = Row(head, [(name, 1, 2), .. cells]);
            return new Line(head ? SheetWriter.HeightFor(text, page.Data.Count, WidthOf(span), Size) : row.Height, (sheet, at) =>
            {
                row.Write(sheet, at);
                for (var i = 0; i < page.Data.Count; i++) if (number?.Invoke(i) is { } value) sheet.Number(at, At(i).From, value, "#,##0");
                if (bold) sheet.Style(at, 1, at, Columns, look => look with { Bold = true });
            });
        }

        yield return Of("项目", i => page.Data[i].Label, head: true);
        yield return Of(Wording.Span(summary), i => page.Data[i].Total, i => summary.IsReported ? summary.Headlines[i].Total : null, bold: true);
        if (isWeek) yield return Of("较上周", i => page.Data[i].Change);
        if (isWeek) yield return Of("累计", i => page.Data[i].Season, i => summary.Headlines[i].Season);
        if (summary.LastSeason is not null) yield return Of("上年同期", i => page.Data[i].LastSeason ?? "—");
    }

    /// <summary>
    /// Cells in as many columns as keep every name whole and take the least room; a row is as high as its longest name needs. A name that no column holds is
    /// cut, because it stands in full on the next page.
    /// </summary>
    private static IEnumerable<Line> Grid(FrontPage page, Summary summary, Density density, bool withAnnex)
    {
        yield return Heading(page.Headings[4]);
        var shown = page.Grid.Take(density.Cells).ToList();
        int Cuts(int cells) => shown.Count(unit => Fitting(CellOf(unit), WidthOf(Columns / cells)) != CellOf(unit));
        var lines = CellsOfRow.GroupBy(Cuts).MinBy(cuts => cuts.Key)!
            .Select(cells => shown.Chunk(cells).Select(chunk => Cells(chunk, Columns / cells, withAnnex)).ToList())
            .MinBy(lines => lines.Sum(line => line.Height))!;
        foreach (var line in lines) yield return line;
        var more = page.Grid.Skip(density.Cells).GroupBy(line => line.Standing).Select(group => $"{Phrases.Sign(group.Key).Name}{group.Count()}").ToList();
        var rest = more.Count > 0 ? $"另有{page.Grid.Count - shown.Count}{(summary.Heading.IsArea ? "个" : "家")}：{string.Join("、", more)}。" : "";
        yield return Text($"✕督办　△关注　？无法核定　…进行中　○正常；按事项轻重排列。{rest}");
    }

    private static Line Cells(StandingLine[] units, int span, bool withAnnex)
    {
        string[] texts = [.. units.Select(unit => Fitting(CellOf(unit), WidthOf(span)))];
        return new Line(Math.Max(RowHeight, texts.Max(text => SheetWriter.HeightFor(text, WidthOf(span), Size))), (sheet, row) =>
        {
            for (var i = 0; i < units.Length; i++)
            {
                var (column, standing) = (1 + i * span, units[i].Standing);
                sheet.Block(row, column, row, column + span - 1, texts[i], look => look with
                {
                    Size = Size,
                    Lines = true,
                    Bold = standing == UnitStanding.Chase,
                    Horizontal = XLAlignmentHorizontalValues.Left,
                    Vertical = XLAlignmentVerticalValues.Center,
                    Wrap = true,
                    Fill = standing switch
                    {
                        UnitStanding.Chase => Fill.Chase,
                        UnitStanding.Watch => Fill.Watch,
                        UnitStanding.Unknown => Fill.Hatched,
                        UnitStanding.Good => Fill.Good,
                        _ => Fill.None,
                    },
                });
                if (withAnnex) sheet.Link(row, column, $"'{SummaryWorkbook.Concerns}'!A1");
            }
        });
    }

    /// <summary>Characters of so many columns, of which each has its padding too.</summary>
    private static double WidthOf(int columns) => columns * (ColumnWidth + SheetWriter.Padding);

    private static string CellOf(StandingLine unit) => $"{Phrases.Sign(unit.Standing).Sign} {unit.Unit}";

    /// <summary>A text that takes four lines at most.</summary>
    private static string Fitting(string text, double width)
    {
        var cut = text;
        for (var length = text.Length - 1; SheetWriter.LinesOf(cut, width, Size) > 4; length--) cut = Wording.Cut(text, length);
        return cut;
    }

    private static Line Signatures() => new(SignatureHeight, (sheet, row) =>
    {
        sheet.Text(row, 1, "制表人：　　　　　　　　　审核（常务副主任）：　　　　　　　　　签发（主任）：");
        sheet.Style(row, 1, row, Columns, look => look with { Font = Look.Fangsong, Size = Size, Vertical = XLAlignmentVerticalValues.Center });
        sheet.Merge(row, 1, row, Columns);
    });

    private static Line Heading(string text) => new(HeadingHeight, (sheet, row) => sheet.Heading(row, Columns, text));

    private static Line Text(string text, Func<Look, Look>? change = null)
    {
        var size = (change?.Invoke(new Look { Size = Size }) ?? new Look { Size = Size }).Size;
        return new Line(SheetWriter.HeightFor(text, Width, size), (sheet, row) =>
        {
            sheet.Paragraph(row, Columns, text, size: Size);
            if (change is not null) sheet.Style(row, 1, row, Columns, change);
        });
    }

    /// <summary>A row of a table: texts over ranges of columns.</summary>
    private static Line Row(bool head, params IReadOnlyList<(string Text, int From, int To)> cells)
    {
        var height = cells.Max(cell => SheetWriter.HeightFor(cell.Text, WidthOf(cell.To - cell.From + 1), Size));
        return new Line(Math.Max(head ? HeadHeight : RowHeight, height), (sheet, row) =>
        {
            foreach (var (text, from, to) in cells)
            {
                sheet.Block(row, from, row, to, text, look => look with
                {
                    Font = head ? Look.Heiti : Look.Songti,
                    Size = Size,
                    Lines = true,
                    Wrap = true,
                    Horizontal = XLAlignmentHorizontalValues.Center,
                    Vertical = XLAlignmentVerticalValues.Center,
                    Fill = head ? Fill.Head : look.Fill,
                });
            }
        });
    }

    /// <summary>A row of the page: its height in points, and what it writes.</summary>
    private sealed record Line(double Height, Action<SheetWriter, int> Write);

    /// <summary>How much is told.</summary>
    /// <param name="Concerns">Rows of concerns.</param>
    /// <param name="UnitsRoom">Characters of the units in each.</param>
    /// <param name="Decisions">Rows of decisions.</param>
    /// <param name="WordsRoom">Characters of each.</param>
    /// <param name="NotesRoom">Characters of each note and of what comes next.</param>
    /// <param name="Parts">Lines of other features.</param>
    /// <param name="Cells">Units in the grid.</param>
    private sealed record Density(int Concerns, int UnitsRoom, int Decisions, int WordsRoom, int NotesRoom, int Parts, int Cells);
}
