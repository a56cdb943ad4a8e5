using ClosedXML.Excel;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>
/// 汇总表: units by fields. The columns of some groups make a printed page each, with the units repeated at the left;
/// totals are formulas over the cells above them, saved with their values.
/// </summary>
internal static class TotalsSheet
{
    /// <summary>Height of a row in points.</summary>
    public const double RowHeight = 17;

    public const int FirstUnitRow = 6, FirstFieldColumn = 4;

    /// <summary>Marks: not on the form of the unit; not reported; returned without a version that counts.</summary>
    public const string NotOnForm = "／", NotReported = "未报", Returned = "退回", Running = "待报";

    /// <summary>A stock that the report does not say: the last number known, marked as carried forward.</summary>
    public const string CarriedMark = "△";

    private const string CarriedFormat = "#,##0\"△\"", Thousands = "#,##0";

    /// <summary>After the name of a unit whose figures are not yet accepted.</summary>
    public const string UnacceptedMark = "＊";

    private const double NumberWidth = 6, NameWidth = 20, StateWidth = 7, IndexWidth = 5;
    private const double Scale = SheetWriter.SmallestScale;
    private const double GroupHeight = 18, CodeHeight = 15;
    private const double LabelSize = 11;
    private const int TitleColumns = 8;
    private const int GroupRow = 3, CodeRow = 4, LabelRow = 5;

    private static readonly string[] BelowWeek = ["总　计", "上周合计", "比上周增减", "截至上周累计", "本季累计"];

    /// <summary>Of a print set, rows of units that are in order and have no room are hidden: <paramref name="printed"/> are not.</summary>
    public static void Write(SheetWriter sheet, Summary summary, IReadOnlySet<string>? printed = null)
    {
        var fields = summary.Columns.Where(field => field.Aggregation != Aggregation.Text).ToList();
        var lastColumn = FirstFieldColumn + fields.Count - 1;
        sheet.Wide();
        var widths = fields.ToDictionary(field => field.Code, field => WidthOf(summary, field));
        sheet.Widths(1, [IndexWidth, NameWidth, StateWidth, .. fields.Select(field => widths[field.Code])]);

        var below = summary.Heading.Kind == PeriodKind.Week ? BelowWeek : BelowWeek[..1];
        Heads(sheet, summary, fields, Pages(sheet, summary, fields, widths), widths);

        var (row, index) = (FirstUnitRow, 1);
        var heights = new Dictionary<int, double>();
        var totals = summary.TotalOf;
        var (unitRanges, shaded, subtotalRows) = (new List<(int From, int To)>(), new List<int>(), new List<int>());
        foreach (var kind in summary.Units.GroupBy(unit => unit.Kind))
        {
            var from = row;
            foreach (var unit in kind)
            {
                Unit(sheet, summary, row, index++, unit, fields);
                if (unit.IsCounted && !unit.Accepted) shaded.Add(row);
                heights[row] = HeightOf(unit.Name);
                if (printed?.Contains(unit.Code) == false) sheet.Sheet.Row(row).Hide();
                row++;
            }

            if (unitRanges.Count > 0 && unitRanges[^1].To == from - 1) unitRanges[^1] = (unitRanges[^1].From, row - 1);
            else unitRanges.Add((from, row - 1));
            if (kind.Count() < 2 || kind.Key is not { } key) continue;
            sheet.Text(row, 2, $"小计：{Wording.Of(key)}");
            for (var i = 0; i < fields.Count; i++)
            {
                var column = SheetWriter.Letters(FirstFieldColumn + i);
                if (fields[i].IsOnFormOf(key))
                {
                    sheet.Formula(row, FirstFieldColumn + i, $"SUM({column}{from}:{column}{row - 1})", totals[fields[i].Code].ByKind[key], Thousands);
                }
                else
                {
                    sheet.Text(row, FirstFieldColumn + i, NotOnForm);
                }
            }

            subtotalRows.Add(row++);
        }

        var total = row;
        for (var i = 0; i < below.Length; i++) sheet.Text(total + i, 2, below[i]);
        for (var i = 0; i < fields.Count; i++)
        {
            var (column, letters, figures) = (FirstFieldColumn + i, SheetWriter.Letters(FirstFieldColumn + i), totals[fields[i].Code]);
            if (unitRanges.Count > 0)
            {
                sheet.Formula(total, column, $"SUM({string.Join(",", unitRanges.Select(range => $"{letters}{range.From}:{letters}{range.To}"))})",
                    figures.Total, Thousands);
            }

            if (below.Length == 1) continue;
            if (figures is { LastWeek: { } last, Change: { } change })
            {
                sheet.Number(total + 1, column, last, Thousands);
                sheet.Formula(total + 2, column, $"{letters}{total}-{letters}{total + 1}", change, "+#,##0;-#,##0;0");
            }
            else
            {
                sheet.Text(total + 1, column, Wording.NoWeekBefore(summary));
                sheet.Text(total + 2, column, Wording.NoWeekBefore(summary));
            }

            if (figures.Earlier is { } earlier)
            {
                sheet.Number(total + 3, column, earlier, Thousands);
                sheet.Formula(total + 4, column, $"{letters}{total + 3}+{letters}{total}", figures.Season, Thousands);
            }
            else
            {
                // Stocks are never added over weeks: the season's figure is the last one of each unit.
                sheet.Text(total + 3, column, "期末");
                sheet.Number(total + 4, column, figures.Season, Thousands);
            }
        }

        var end = total + below.Length - 1;
        sheet.Body(FirstUnitRow, end, lastColumn);
        sheet.Left(FirstUnitRow, end, 2);
        foreach (var each in subtotalRows.Append(total)) sheet.Style(each, 1, each, lastColumn, look => look with { Font = Look.Heiti, Fill = Fill.Total });
        foreach (var each in shaded) sheet.Style(each, 2, each, lastColumn, look => look with { Fill = Fill.Hatched });
        for (var each = FirstUnitRow; each <= end; each++) sheet.Sheet.Row(each).Height = heights.GetValueOrDefault(each, RowHeight);

        // Under the fields of the first page: what stands in the columns at the left is repeated on every page.
        string[] notes =
        [
            .. summary.Heading.IsArea
                ? new[] { "注：各区县汇总相加，不取原始报表；／＝该区县表样无此项；缺＝尚无本期汇总，不计入合计；", $"　　斜线底纹、名称后加{UnacceptedMark}的含待审核数据，已计入合计；" }
                : ["注：空格＝已报未填，不等于0；／＝本单位表样无此项；", "　　未报＝未报送，待报＝未到截止，退回＝已退回且无已审核版本，均不计入合计；", $"　　斜线底纹、单位名后加{UnacceptedMark}的待审核，已计入合计；"],
            summary.Heading.Kind == PeriodKind.Week ? "　　期末数（存量）不跨周相加；本期未填的结转最近一次填报数，数字后标△，计入合计。" : "　　各周相加；期末数（存量）不跨周相加，取期末最近一次填报数。",
            .. Versions(summary),
            .. printed is null ? [] : new[] { "　　" + SheetWriter.OnlyPrinted(summary, printed) },
        ];
        for (var i = 0; i < notes.Length; i++) sheet.Text(end + 1 + i, FirstFieldColumn, notes[i]);
        sheet.Style(end + 1, FirstFieldColumn, end + notes.Length, FirstFieldColumn, look => look with { Font = Look.Fangsong });

        // In the columns at the left, and so on every page: each is a table of its own to sign.
        string[] signatures = ["制表人：", "审核人：", "负责人："];
        for (var i = 0; i < signatures.Length; i++) sheet.Text(end + 1 + i, 2, signatures[i]);
        sheet.Style(end + 1, 2, end + signatures.Length, 2, look => look with { Font = Look.Fangsong, Vertical = XLAlignmentVerticalValues.Center });
        sheet.Sheet.Rows(end + 1, end + signatures.Length).Height = 20;
        sheet.Repeat(LabelRow, 3);
    }

    /// <summary>The cell that holds a line's name.</summary>
    public static string CellOf(Summary summary, UnitLine unit)
    {
        var row = FirstUnitRow;
        foreach (var kind in summary.Units.GroupBy(each => each.Kind))
        {
            foreach (var line in kind)
            {
                if (line.Code == unit.Code) return $"B{row}";
                row++;
            }

            if (kind.Key is not null && kind.Count() > 1) row++;
        }

        return "A1";
    }

    /// <summary>What a change of the form in the course of the season did to the columns.</summary>
    private static IEnumerable<string> Versions(Summary summary)
    {
        if (summary.Columns.Any(field => (field.Since ?? field.Until) is not null)) yield return "　　〔第×版起〕〔止于第×版〕＝表样修订时新增、停用的项，各版按字段代码对齐；";
        var gone = summary.Fields.Except(summary.Columns).Where(field => field.Aggregation != Aggregation.Text)
            .Select(field => $"{field.Code} {field.Name}{Wording.Number(summary.TotalOf[field.Code].Season)}{field.Unit}").ToList();
        if (gone.Count > 0) yield return $"　　已停用项的本季累计：{string.Join("；", gone)}。";
    }

    /// <summary>What stands for a line's report: 已审核; 5/6 of a stage's weeks; 第2版 of a district's summary.</summary>
    public static string StateOf(Summary summary, UnitLine unit) =>
        summary.Heading.IsArea ? unit.Version is { } version ? $"第{version}版" : "未编制"
        : summary.Heading.Kind == PeriodKind.Week ? StandingOf(summary, unit)
        : $"{unit.Reported}/{unit.Expected}周";

    /// <summary>待报 while the deadline has not passed.</summary>
    public static string StandingOf(Summary summary, UnitLine unit) =>
        unit.Standing == ReportState.NotReported && summary.IsRunning ? Running : Wording.Of(unit.Standing);

    /// <summary>What stands in the cells of a line of which nothing counts.</summary>
    public static string Uncounted(Summary summary, UnitLine unit) =>
        summary.Heading.IsArea ? "缺" : unit.Standing == ReportState.Returned ? Returned : summary.IsRunning ? Running : NotReported;

    private static void Unit(SheetWriter sheet, Summary summary, int row, int index, UnitLine unit, List<SummaryField> fields)
    {
        sheet.Number(row, 1, index);
        sheet.Text(row, 2, NameOf(unit));
        sheet.Text(row, 3, StateOf(summary, unit));
        for (var i = 0; i < fields.Count; i++)
        {
            var (field, column) = (fields[i], FirstFieldColumn + i);
            if (!field.IsOnFormOf(unit)) sheet.Text(row, column, NotOnForm);
            else if (unit.Values?.Number(field.Code) is { } number) sheet.Number(row, column, number, Thousands);
            else if (unit.Carried.TryGetValue(field.Code, out var carried)) sheet.Number(row, column, carried, CarriedFormat);
            else if (unit.Values is null) sheet.Text(row, column, Uncounted(summary, unit));
        }
    }

    private static string NameOf(UnitLine unit) => unit.IsCounted && !unit.Accepted ? unit.Name + UnacceptedMark : unit.Name;

    /// <summary>Height of the row of a name, marked or not.</summary>
    public static double HeightOf(string name) => SheetWriter.HeightOf(name + UnacceptedMark, NameWidth, RowHeight);

    private static string Label(SummaryField field) => $"{field.Name}\n（{field.Unit}）";

    private static double LabelHeight(List<SummaryField> fields, Dictionary<string, double> widths) =>
        fields.Select(field => SheetWriter.LinesOf(Label(field), widths[field.Code], LabelSize)).DefaultIfEmpty(1).Max() * LabelSize * 1.35 + 6;

    /// <summary>Wide enough for the longest number in the column: programs show #### where one does not fit.</summary>
    private static double WidthOf(Summary summary, SummaryField field)
    {
        var total = summary.TotalOf[field.Code];
        int Length(long? number, int more = 0) => number is { } some ? Wording.Number(some).Length + more : 0;
        int[] lengths =
        [
            Length(total.Total), Length(total.Season), Length(total.Earlier), Length(total.LastWeek),
            Length(total.Change, total.Change < 0 ? 0 : 1),
            summary.Units.Max(unit => Math.Max(Length(unit.Values?.Number(field.Code)),
                unit.Carried.TryGetValue(field.Code, out var carried) ? Length(carried, 2) : 0) as int?) ?? 0,
        ];
        return Math.Max(NumberWidth, lengths.Max() + 1);
    }

    /// <summary>Writes the column heads; a group that runs over a page's end is named on both pages.</summary>
    private static void Heads(SheetWriter sheet, Summary summary, List<SummaryField> fields, List<List<SummaryField>> pages,
        Dictionary<string, double> widths)
    {
        string[] left = summary.Heading.IsArea ? ["序号", "区　县", "汇总"] : summary.Heading.Kind == PeriodKind.Week ? ["序号", "单　位", "状态"] : ["序号", "单　位", "已报"];
        for (var i = 0; i < left.Length; i++)
        {
            sheet.Text(GroupRow, i + 1, left[i]);
            sheet.Merge(GroupRow, i + 1, LabelRow, i + 1);
        }

        for (var i = 0; i < fields.Count; i++)
        {
            sheet.Text(CodeRow, FirstFieldColumn + i, fields[i].Code);
            sheet.Text(LabelRow, FirstFieldColumn + i, Label(fields[i]));
        }

        var column = FirstFieldColumn;
        foreach (var group in pages.SelectMany(page => page.GroupBy(field => field.Group)))
        {
            sheet.Text(GroupRow, column, group.Key);
            sheet.Merge(GroupRow, column, GroupRow, column + group.Count() - 1);
            column += group.Count();
        }

        sheet.HeadStyle(GroupRow, 1, LabelRow, FirstFieldColumn + fields.Count - 1);
        sheet.Style(LabelRow, FirstFieldColumn, LabelRow, FirstFieldColumn + fields.Count - 1, look => look with { Size = LabelSize });
        sheet.Sheet.Row(GroupRow).Height = GroupHeight;
        sheet.Sheet.Row(CodeRow).Height = CodeHeight;
        sheet.Sheet.Row(LabelRow).Height = LabelHeight(fields, widths);
    }

    /// <summary>
    /// Lays whole groups on pages as long as they fit, each page with its own title: a title over all columns would be cut in print.
    /// Nothing is smaller than 9 points. Answers the fields of each page.
    /// </summary>
    private static List<List<SummaryField>> Pages(SheetWriter sheet, Summary summary, List<SummaryField> fields, Dictionary<string, double> widths)
    {
        // 宋体 of 11 points: a character of 8 pixels and a padding of 5 on each column; a little is kept back, because programs and fallback fonts measure
        // differently.
        const double padding = 0.71, paper = SheetWriter.WidePageWidth * 0.84;
        const double room = paper / Scale - IndexWidth - NameWidth - StateWidth - 3 * padding;
        bool Fits(IEnumerable<SummaryField> some) => some.Sum(field => widths[field.Code] + padding) <= room;
        var pages = new List<List<SummaryField>>();
        foreach (var group in fields.GroupBy(field => field.Group))
        {
            if (pages.Count > 0 && Fits(pages[^1].Concat(group)))
            {
                pages[^1].AddRange(group);
                continue;
            }

            // A group that is wider than a page goes over several.
            pages.Add([]);
            foreach (var field in group)
            {
                if (pages[^1].Count > 0 && !Fits(pages[^1].Append(field))) pages.Add([]);
                pages[^1].Add(field);
            }
        }

        // A last page of a few columns has no room for a title: groups move over from the page before.
        if (pages.Count > 1)
        {
            var (before, last) = (pages[^2], pages[^1]);
            while (last.Count < TitleColumns && before.Where(field => field.Group == before[^1].Group).ToList() is var group && group.Count < before.Count
                && Fits(last.Concat(group)))
            {
                before.RemoveRange(before.Count - group.Count, group.Count);
                last.InsertRange(0, group);
            }
        }

        var column = FirstFieldColumn;
        foreach (var page in pages)
        {
            var (from, to) = (column, column + page.Count - 1);
            var groups = string.Join("、", page.Select(field => field.Group).Distinct());
            // A narrow page leaves no room for the long title.
            var title = page.Count >= TitleColumns ? $"{summary.Heading.Name}“寒冬送温暖”工作进展情况汇总表（{groups}）" : $"汇总表（{groups}）";
            sheet.Title(from, to, title, "", Wording.Period(summary), 14);
            column = to + 1;
            if (column <= FirstFieldColumn + fields.Count - 1) sheet.Sheet.PageSetup.AddVerticalPageBreak(to);
        }

        sheet.Text(1, 1, $"填报单位：{summary.Heading.Office}");
        sheet.Style(1, 1, 2, 3, look => look with { Font = Look.Fangsong, Wrap = true, Vertical = XLAlignmentVerticalValues.Center });
        sheet.Merge(1, 1, 2, 3);

        // Fitting to one page's width would ignore the breaks.
        sheet.Sheet.PageSetup.Scale = (int)(Scale * 100);
        return pages;
    }
}
