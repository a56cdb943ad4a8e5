using ClosedXML.Excel;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>要情: one printed page, upright, of twelve equal columns that its tables share.</summary>
internal static class FrontSheet
{
    private const int Columns = 12, MostUnits = 48, GridColumns = 6;
    private const double ColumnWidth = 7.75, Size = 11;

    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp, bool withAnnex)
    {
        var page = FrontPage.Of(summary, stamp);
        sheet.Portrait();
        sheet.Widths(1, Enumerable.Repeat(ColumnWidth, Columns));
        sheet.Title(1, Columns, page.Title, $"填报单位（盖章）：{page.Office}", page.Stamp, 15);
        var row = 3;
        Paragraph(sheet, ref row, page.Conclusion, look => look with { Font = Look.Heiti, Size = 12 });
        if (page.Changed is { } changed) Paragraph(sheet, ref row, changed, look => look with { Font = Look.Fangsong, Bold = true });

        // What follows must fit too: rows of concerns beyond the room stand on their own sheet.
        var rest = Height(page);
        var concerns = 0;
        for (var height = Used(sheet, row) + rest; concerns < page.Concerns.Count; concerns++)
        {
            height += ConcernHeight(page.Concerns[concerns]);
            if (height + (concerns + 1 < page.Concerns.Count ? 36 : 0) > SheetWriter.PortraitHeight) break;
        }

        Concerns(sheet, ref row, page, concerns, withAnnex);
        Decisions(sheet, ref row, page);
        Data(sheet, ref row, page, summary);
        sheet.Heading(row++, Columns, page.Headings[3]);
        foreach (var line in page.Next) Paragraph(sheet, ref row, line);
        Grid(sheet, ref row, page, withAnnex);
        sheet.Text(row, 1, "制表人：　　　　　　　　　审核（常务副主任）：　　　　　　　　　签发（主任）：");
        sheet.Style(row, 1, row, Columns, look => look with { Font = Look.Fangsong, Size = Size, Vertical = XLAlignmentVerticalValues.Center });
        sheet.Merge(row, 1, row, Columns);
        sheet.Sheet.Row(row).Height = 28;
        sheet.OnePage();
        sheet.PrintArea(row, Columns);
    }

    private static void Concerns(SheetWriter sheet, ref int row, FrontPage page, int shown, bool withAnnex)
    {
        sheet.Heading(row++, Columns, page.Headings[0]);
        if (page.Concerns.Count == 0)
        {
            Paragraph(sheet, ref row, "无。");
            return;
        }

        Spans(sheet, row, head: true, ("问题", 1, 2), ("单位及情况", 3, 8), ("起始", 9, 10), ("责任人", 11, 12));
        sheet.Sheet.Row(row++).Height = 18;
        foreach (var concern in page.Concerns.Take(shown))
        {
            Spans(sheet, row, head: false, (concern.What, 1, 2), (concern.Units, 3, 8), (concern.Since, 9, 10), (concern.Who, 11, 12));
            sheet.Left(row, row, 1);
            sheet.Left(row, row, 3);
            if (concern.Grave) sheet.Style(row, 1, row, 2, look => look with { Bold = true });
            sheet.Sheet.Row(row++).Height = ConcernHeight(concern);
        }

        if (shown < page.Concerns.Count)
        {
            Paragraph(sheet, ref row,
                $"另有{page.Concerns.Count - shown}类：{string.Join("、", page.Concerns.Skip(shown).Select(concern => concern.What))}{(withAnnex ? $"，见“{SummaryWorkbook.Concerns}”" : "")}。");
        }
    }

    private static void Decisions(SheetWriter sheet, ref int row, FrontPage page)
    {
        sheet.Heading(row++, Columns, page.Headings[1]);
        if (page.Decisions.Count == 0)
        {
            Paragraph(sheet, ref row, "无。");
            return;
        }

        Spans(sheet, row, head: true, ("提出单位", 1, 2), ("事项", 3, 6), ("责任单位", 7, 8), ("时限", 9, 10), ("已提出", 11, 12));
        sheet.Sheet.Row(row++).Height = 18;
        foreach (var decision in page.Decisions)
        {
            Spans(sheet, row, head: false, (decision.Unit, 1, 2), (decision.Text, 3, 6), (decision.Owner, 7, 8), (decision.Due, 9, 10),
                (decision.Open, 11, 12));
            sheet.Left(row, row, 3);
            sheet.Sheet.Row(row++).Height = DecisionHeight(decision);
        }

        if (page.MoreDecisions > 0) Paragraph(sheet, ref row, $"另有{page.MoreDecisions}项未办结。");
    }

    /// <summary>The figures as numbers, so that they can be worked with; the change in words.</summary>
    private static void Data(SheetWriter sheet, ref int row, FrontPage page, Summary summary)
    {
        sheet.Heading(row++, Columns, page.Headings[2]);
        if (page.Data.Count > 0)
        {
            var isWeek = summary.Heading.Kind == PeriodKind.Week;
            var span = Math.Max(1, (Columns - 2) / page.Data.Count);
            (int From, int To) At(int i) => (3 + i * span, i == page.Data.Count - 1 ? Columns : 2 + (i + 1) * span);
            List<(string Name, Func<int, string> Text, Func<int, long?> Number)> rows = [("项目", i => page.Data[i].Label, _ => null)];
            rows.Add((Wording.Span(summary), i => page.Data[i].Total, i => summary.IsReported ? summary.Headlines[i].Total : null));
            if (isWeek) rows.Add(("较上周", i => page.Data[i].Change, _ => null));
            if (isWeek) rows.Add(("累计", i => page.Data[i].Season, i => summary.Headlines[i].Season));
            if (summary.LastSeason is not null) rows.Add(("上年同期", i => page.Data[i].LastSeason ?? "—", _ => null));
            foreach (var (name, text, number) in rows)
            {
                var head = name == rows[0].Name;
                Spans(sheet, row, head,
                    [(name, 1, 2), .. Enumerable.Range(0, page.Data.Count).Select(i => (number(i) is null ? text(i) : "", At(i).From, At(i).To))]);
                for (var i = 0; i < page.Data.Count; i++) if (number(i) is { } value) sheet.Number(row, At(i).From, value, "#,##0");
                if (name == rows[1].Name) sheet.Style(row, 1, row, Columns, look => look with { Bold = true });
                sheet.Sheet.Row(row++).Height = head ? SheetWriter.HeightFor(rows[0].Text, page.Data.Count, span * ColumnWidth, Size) : 18;
            }
        }

        foreach (var note in page.Notes) Paragraph(sheet, ref row, note);
    }

    private static void Grid(SheetWriter sheet, ref int row, FrontPage page, bool withAnnex)
    {
        sheet.Heading(row++, Columns, page.Headings[4]);
        var shown = page.Grid.Take(MostUnits).ToList();
        for (var i = 0; i < shown.Count; i++)
        {
            var (at, column) = (row + i / GridColumns, 1 + i % GridColumns * 2);
            var (sign, _) = Phrases.Sign(shown[i].Standing);
            sheet.Block(at, column, at, column + 1, $"{sign} {shown[i].Unit}", look => look with
            {
                Size = 10.5,
                Lines = true,
                Bold = shown[i].Standing == UnitStanding.Chase,
                Horizontal = XLAlignmentHorizontalValues.Left,
                Vertical = XLAlignmentVerticalValues.Center,
                Wrap = true,
                Fill = shown[i].Standing switch
                {
                    UnitStanding.Chase => Fill.Chase,
                    UnitStanding.Watch => Fill.Watch,
                    UnitStanding.Unknown => Fill.Hatched,
                    UnitStanding.Good => Fill.Good,
                    _ => Fill.None,
                },
            });
            if (withAnnex) sheet.Link(at, column, $"'{SummaryWorkbook.Concerns}'!A1");
        }

        var lines = (shown.Count + GridColumns - 1) / GridColumns;
        for (var i = 0; i < lines; i++) sheet.Sheet.Row(row + i).Height = GridHeight(shown, i);
        row += lines;
        var more = page.Grid.Skip(MostUnits).GroupBy(line => line.Standing).Select(group => $"{Phrases.Sign(group.Key).Name}{group.Count()}");
        var rest = page.Grid.Count > MostUnits ? $"另有{page.Grid.Count - MostUnits}家：{string.Join("、", more)}。" : "";
        Paragraph(sheet, ref row, $"✕督办　△关注　？无法核定　…进行中　○正常；按事项轻重排列。{rest}", look => look with { Font = Look.Fangsong, Size = 10.5 });
    }

    private static void Spans(SheetWriter sheet, int row, bool head, params IEnumerable<(string Text, int From, int To)> cells)
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
    }

    private static void Paragraph(SheetWriter sheet, ref int row, string text, Func<Look, Look>? change = null)
    {
        sheet.Paragraph(row, Columns, text, size: Size);
        if (change is not null)
        {
            sheet.Style(row, 1, row, Columns, change);
            sheet.Sheet.Row(row).Height = SheetWriter.HeightFor(text, Columns * ColumnWidth, change(new Look { Size = Size }).Size);
        }

        row++;
    }

    private static double ConcernHeight(ConcernRow row) =>
        new[] { (row.Units, 6), (row.What, 2), (row.Since, 2), (row.Who, 2) }.Max(cell => SheetWriter.HeightFor(cell.Item1, cell.Item2 * ColumnWidth, Size));

    private static double DecisionHeight(DecisionRow row) =>
        new[] { (row.Text, 4), (row.Owner, 2), (row.Unit, 2), (row.Due, 2), (row.Open, 2) }.Max(
            cell => SheetWriter.HeightFor(cell.Item1, cell.Item2 * ColumnWidth, Size));

    private static double GridHeight(List<StandingLine> shown, int line) =>
        shown.Skip(line * GridColumns).Take(GridColumns)
            .Max(each => each.Unit.Length <= 8 ? 19 : SheetWriter.HeightFor("✕ " + each.Unit, 2 * ColumnWidth, 10.5));

    private static double Used(SheetWriter sheet, int row) => Enumerable.Range(1, row - 1).Sum(each => sheet.Sheet.Row(each).Height);

    /// <summary>What stands below the concerns, in points.</summary>
    private static double Height(FrontPage page)
    {
        const double heading = 22, head = 18, signatures = 28;
        double Text(string text) => SheetWriter.HeightFor(text, Columns * ColumnWidth, Size);
        var shown = page.Grid.Take(MostUnits).ToList();
        return 5 * heading + 2 * head + signatures
            + Math.Max(20, page.Decisions.Sum(DecisionHeight)) + (page.MoreDecisions > 0 ? 20 : 0)
            + (page.Data.Count > 0 ? 4 * 18 + 34 : 0) + page.Notes.Sum(Text) + page.Next.Sum(Text)
            + Enumerable.Range(0, (shown.Count + GridColumns - 1) / GridColumns).Sum(line => GridHeight(shown, line)) + 20;
    }
}
