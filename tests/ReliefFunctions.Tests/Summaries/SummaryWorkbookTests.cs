using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.Summaries;

public class SummaryWorkbookTests
{
    private static readonly SummaryInput Input = SummarySample.Input();
    private static readonly Summary Summary = SummaryRules.Compute(Input);
    private static readonly byte[] File = SummaryWorkbook.Write(Summary, SummarySample.Stamp);
    private static readonly Cells Book = Cells.Of(File);

    [Fact]
    public void The_workbook_passes_the_Open_XML_validator_in_its_first_and_in_a_later_version()
    {
        var second = SummaryRules.Compute(Input with { Previous = SummaryRules.Compute(SummarySample.Input(seed: 8)) });
        foreach (var file in new[] { File, SummaryWorkbook.Write(second, SummarySample.Stamp with { Version = 2 }) })
        {
            using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
            Assert.Equal([], new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2016).Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath} {error.Description}"));
        }
    }

    [Fact]
    public void A_part_that_another_feature_adds_has_its_lines_on_the_first_page_and_a_sheet_of_its_own()
    {
        var part = new SummaryPart("突发情况", ["本周1起，已办结。"], [new("单位", 20), new("情况", 60)], [["青岩镇", "=HYPERLINK(\"x\")"]])
        {
            Problems = [new("突发情况未终报1起", "青岩镇1起（首报12月15日09:00）", "12月15日起", "镇长")],
        };
        var summary = SummaryRules.Compute(Input with { Parts = [part] });
        Assert.NotEqual(Summary.InputHash, summary.InputHash);
        Assert.Contains("本周1起，已办结。", FrontPage.Of(summary, SummarySample.Stamp).Parts);
        Assert.Equal("突发情况未终报1起", FrontPage.Of(summary, SummarySample.Stamp).Concerns[0].What);
        var file = SummaryWorkbook.Write(summary, SummarySample.Stamp);
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        Assert.Empty(new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2016).Validate(document));
        Assert.Contains(document.WorkbookPart!.Workbook.Sheets!.Elements<Sheet>(), sheet => sheet.Name == "突发情况");
        Assert.DoesNotContain(document.WorkbookPart.WorksheetParts, sheet => sheet.Worksheet.Descendants<CellFormula>().Any(formula => formula.Text.Contains("HYPERLINK(\"x\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_district_without_units_orders_or_temperatures_still_makes_a_valid_workbook()
    {
        var empty = SummaryRules.Compute(Input with { Units = [], Reports = [], Orders = [], Minimums = [], Decisions = [], Duties = [] });
        using var document = SpreadsheetDocument.Open(new MemoryStream(SummaryWorkbook.Write(empty, SummarySample.Stamp)), isEditable: false);
        Assert.Empty(new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2016).Validate(document));
        Assert.Null(empty.Reporting.Rate);
    }

    [Fact]
    public void Sheets_stand_in_their_order_and_the_changes_only_when_a_version_is_replaced()
    {
        Assert.Equal(["要情", "汇总表", "报送情况", "寒潮响应", "趋势", "督办清单", "文字情况", "应巡实巡", "签收明细", "说明"], Book.Sheets);
        var second = SummaryWorkbook.Write(SummaryRules.Compute(Input with { Previous = Summary }), SummarySample.Stamp with { Version = 2 });
        Assert.Equal("变更", Cells.Of(second).Sheets[^1]);
    }

    [Fact]
    public void Every_name_in_the_files_own_list_of_parts_is_a_sheet_or_a_range_that_exists()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);
        var sheets = document.WorkbookPart!.Workbook.Sheets!.Elements<Sheet>().Select(sheet => sheet.Name!.Value!).ToList();
        var ranges = document.WorkbookPart.Workbook.DefinedNames!.Elements<DefinedName>().Select(name => $"{sheets[(int)name.LocalSheetId!.Value]}!{name.Name!.Value!.Replace("_xlnm.", "", StringComparison.Ordinal)}").ToList();
        Assert.Contains("要情!Print_Area", ranges);
        Assert.Contains("趋势!Print_Area", ranges);
        var listed = document.ExtendedFilePropertiesPart!.Properties!.TitlesOfParts?.Descendants<DocumentFormat.OpenXml.VariantTypes.VTLPSTR>() ?? [];
        Assert.Empty(listed.Select(title => title.Text.Replace("'", "", StringComparison.Ordinal)).Except([.. sheets, .. ranges]));
    }

    [Fact]
    public void Who_reported_stands_by_name_with_each_versions_own_time_and_a_link_to_the_original()
    {
        var at = new DateTimeOffset(2026, 12, 20, 9, 30, 0, TimeSpan.Zero);
        var summary = SummaryRules.Compute(Input with
        {
            Reports = [.. Input.Reports.Select(report => report.Counted is { } counted && report.Week == Input.Week && report.Unit == SummarySample.Units[10].Code
                ? report with { Counted = counted with { FilledBy = "李小明", ReviewedBy = "王主任", SubmittedAt = at } } : report)],
        });
        var file = SummaryWorkbook.Write(summary, SummarySample.Stamp with { Site = "https://relief.example.cn/" });
        var cells = Cells.Of(file);
        var row = cells.All("说明").Last(cell => cell.Column == "A" && cell.Text == "龙山街道").Row;
        Assert.Equal(("李小明／王主任", "3"), (cells.Text("说明", $"F{row}"), cells.Text("说明", $"D{row}")));
        Assert.Equal(new DateTime(2026, 12, 20, 17, 30, 0), DateTime.FromOADate(cells.Number("说明", $"E{row}")!.Value));
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        var notes = (WorksheetPart)document.WorkbookPart!.GetPartById(document.WorkbookPart.Workbook.Descendants<Sheet>().Single(sheet => sheet.Name == "说明").Id!);
        var link = notes.Worksheet.Descendants<Hyperlink>().Single(link => link.Reference == $"D{row}");
        Assert.Equal("https://relief.example.cn/api/v1/campaigns/520111/2026-2027/weeks/2026W51/reports/520111011/versions/3/original", notes.HyperlinkRelationships.Single(each => each.Id == link.Id).Uri.ToString());
        Assert.Equal("汇总表!B16", notes.Worksheet.Descendants<Hyperlink>().Single(each => each.Reference == $"A{row}").Location!.Value!.Replace("'", "", StringComparison.Ordinal));
        Assert.Equal("龙山街道＊", cells.Text("汇总表", "B16"));
    }

    [Fact]
    public void A_text_of_which_nobody_has_anything_to_say_is_one_line()
    {
        var quiet = SummaryRules.Compute(Input with { Reports = [.. Input.Reports.Select(report => report.Counted is { } counted ? report with { Counted = counted with { Values = counted.Values.With("X02", FieldValue.Of("无")).With("X03", FieldValue.Of("暂无。")) } } : report)] });
        var words = Cells.Of(SummaryWorkbook.Write(quiet, SummarySample.Stamp)).All("文字情况").Where(cell => cell.Row > 3).Select(cell => cell.Text).ToList();
        Assert.Equal(["X02 本周工作、存在困难及下周安排：均填“无”或未填", "X03 需区级协调事项：均填“无”或未填"], words.Where(text => text.StartsWith('X')));
        Assert.DoesNotContain(words, text => text is "暂无。");
    }

    [Fact]
    public void The_table_of_units_and_fields_equals_what_the_reports_say_cell_by_cell()
    {
        var rows = Rows("汇总表", "B", from: 6);
        var columns = Book.Row("汇总表", 4).Where(cell => cell.Column.Length > 0 && cell.Text.Length == 3).ToDictionary(cell => cell.Text, cell => cell.Column);
        Assert.Equal(43, columns.Count);
        var checkedCells = 0;
        foreach (var report in Input.Reports.Where(report => report.Week == Input.Week))
        {
            var unit = SummarySample.Units.Single(unit => unit.Code == report.Unit);
            var row = rows[report.Counted is { Accepted: false } ? unit.Name + "＊" : unit.Name];
            foreach (var (code, column) in columns)
            {
                var field = SummarySample.Form.Fields.Single(field => field.Code == code);
                var expected = field.AppliesTo.Count > 0 && !field.AppliesTo.Contains(unit.Kind) ? "／"
                    : report.Counted?.Values[code] is { IsFilled: true } value ? value.ToString()
                    : field.Aggregation == Aggregation.Stock && LastOf(report.Unit, code) is { } carried ? carried
                    : report.Counted is not null ? "" : report.Standing == ReportState.Returned ? "退回" : "未报";
                Assert.Equal(expected, Book.Text("汇总表", column + row));
                checkedCells++;
            }
        }

        // What is carried forward is marked as such.
        Assert.Contains(Book.Map(), line => line.StartsWith("汇总表!", StringComparison.Ordinal) && line.Contains("0\"△\"", StringComparison.Ordinal));
        Assert.Equal(25 * 43, checkedCells);
        static string? LastOf(string unit, string code) => Input.Reports.Where(report => report.Unit == unit).OrderByDescending(report => report.Week)
            .Select(report => report.Counted?.Values.Number(code)).FirstOrDefault(number => number is not null)?.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Totals_are_formulas_whose_saved_values_are_the_sums()
    {
        var rows = Rows("汇总表", "B", from: 6);
        var (subtotal, total, last, change, earlier, season) = (rows["小计：乡镇（街道）"], rows["总　计"], rows["上周合计"], rows["比上周增减"], rows["截至上周累计"], rows["本季累计"]);
        foreach (var cell in Book.Row("汇总表", 4).Where(cell => cell.Text.Length == 3))
        {
            var field = SummarySample.Form.Fields.Single(field => field.Code == cell.Text);
            long Sum(Func<UnitReport, bool> which) => Input.Reports.Where(which).Sum(report => (long)(report.Counted?.Values.Number(field.Code) ?? 0));

            // A stock stands as each unit said it last, up to the week.
            long At(Core.Campaigns.WeekKey week, Func<UnitReport, bool> which) => field.Aggregation != Aggregation.Stock ? Sum(report => report.Week == week && which(report))
                : Input.Reports.Where(report => report.Week <= week && which(report)).GroupBy(report => report.Unit)
                    .Sum(unit => (long)(unit.OrderByDescending(report => report.Week).Select(report => report.Counted?.Values.Number(field.Code)).FirstOrDefault(number => number is not null) ?? 0));
            var townships = SummarySample.Units.Where(unit => unit.Kind == UnitKind.Township).Select(unit => unit.Code).ToHashSet();
            Assert.NotNull(Book.Formula("汇总表", cell.Column + total));
            Assert.Equal(At(Input.Week, _ => true), Book.Number("汇总表", cell.Column + total));
            Assert.Equal(At(Input.Weeks[1].Key, _ => true), Book.Number("汇总表", cell.Column + last));
            Assert.Equal(Book.Number("汇总表", cell.Column + total) - Book.Number("汇总表", cell.Column + last), Book.Number("汇总表", cell.Column + change));
            if (field.AppliesTo.Count == 0 || field.AppliesTo.Contains(UnitKind.Township))
            {
                Assert.NotNull(Book.Formula("汇总表", cell.Column + subtotal));
                Assert.Equal(At(Input.Week, report => townships.Contains(report.Unit)), Book.Number("汇总表", cell.Column + subtotal));
            }

            if (field.Aggregation == Aggregation.Stock)
            {
                Assert.Equal("期末", Book.Text("汇总表", cell.Column + earlier));
                Assert.Null(Book.Formula("汇总表", cell.Column + season));
            }
            else
            {
                Assert.Equal(Sum(report => report.Week <= Input.Week), Book.Number("汇总表", cell.Column + season));
            }
        }
    }

    [Fact]
    public void Words_that_look_like_a_formula_stay_words()
    {
        var words = Book.All("文字情况").Where(cell => cell.Text.StartsWith("=HYPERLINK", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, words.Count);
        Assert.All(words, cell => Assert.Null(Book.Formula("文字情况", cell.Column + cell.Row)));
        Assert.Contains(",'=HYPERLINK", Encoding.UTF8.GetString(SummaryExports.Csv(Summary)).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", SummaryExports.Html(Summary with { Outlook = "<script>alert(1)</script>" }, SummarySample.Stamp), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1"), InlineData("+1-1"), InlineData("-2+3"), InlineData("@SUM(A1)"), InlineData("\t=1"), InlineData("\r=1"), InlineData("＝1+1"), InlineData("＋1"), InlineData("－1"), InlineData("＠x")]
    public void Words_that_a_spreadsheet_may_take_for_a_formula_are_marked_as_words_in_both_files(string words)
    {
        var summary = SummaryRules.Compute(Input with { Reports = [.. Input.Reports.Select(report => report.Counted is { } counted && report.Week == Input.Week ? report with { Counted = counted with { Values = counted.Values.With("X02", FieldValue.Of(words)) } } : report)] });
        var cells = Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp)).Map().Where(line => line.StartsWith("文字情况!C", StringComparison.Ordinal) && line.Split('\t') is [_, var text, _, ..] && text.Replace("\\n", "", StringComparison.Ordinal) == words.Trim()).ToList();
        if (words[0] is not ('\t' or '\r')) Assert.NotEmpty(cells);
        Assert.All(cells, cell => Assert.Contains(" quoted", cell, StringComparison.Ordinal));
        var csv = Encoding.UTF8.GetString(SummaryExports.Csv(summary));
        Assert.Contains("'" + words, csv, StringComparison.Ordinal);
        Assert.DoesNotContain("," + words, csv, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_number_in_a_CSV_stays_a_number() =>
        Assert.DoesNotContain("'-", Encoding.UTF8.GetString(SummaryExports.Csv(SummaryRules.Compute(Input with { Reports = [.. Input.Reports.Select(report => report.Counted is { } counted ? report with { Counted = counted with { Values = counted.Values.With("A01", FieldValue.Of(-5)) } } : report)] }))), StringComparison.Ordinal);

    [Fact]
    public void Characters_that_no_file_can_hold_are_left_out()
    {
        var odd = Summary with { Outlook = "晴\u0001间\uD800多\u000B云😀" };
        Assert.Contains(Cells.Of(SummaryWorkbook.Write(odd, SummarySample.Stamp)).All("要情"), cell => cell.Text.StartsWith('晴') && cell.Text.EndsWith("云😀", StringComparison.Ordinal));
    }

    [Fact]
    public void No_column_is_too_narrow_for_its_numbers()
    {
        // Excel shows #### where a number does not fit; a digit takes one character and the padding another.
        foreach (var sheet in Book.Sheets)
        {
            foreach (var cell in Book.All(sheet).Where(cell => cell.IsNumber))
            {
                Assert.True(cell.Printed.Length + 1 <= Book.Width(sheet, cell.Column), $"{sheet}!{cell.Column}{cell.Row}: {cell.Printed} in {Book.Width(sheet, cell.Column)}");
            }
        }
    }

    [Fact]
    public void Every_sheet_prints_on_A4_but_the_totals_on_A3_with_page_numbers_and_repeated_heads()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);
        var book = document.WorkbookPart!;
        foreach (var sheet in book.Workbook.Descendants<Sheet>())
        {
            var part = (WorksheetPart)book.GetPartById(sheet.Id!);
            var setup = part.Worksheet.Descendants<PageSetup>().Single();
            Assert.Equal((sheet.Name == "汇总表" ? 8u : 9u, sheet.Name == "要情" ? OrientationValues.Portrait : OrientationValues.Landscape), (setup.PaperSize!.Value, setup.Orientation!.Value));
            Assert.Contains("&P", part.Worksheet.Descendants<OddFooter>().Single().Text, StringComparison.Ordinal);
        }

        var titles = book.Workbook.DefinedNames!.Elements<DefinedName>().Where(name => name.Name == "_xlnm.Print_Titles").Select(name => name.Text).ToList();
        Assert.Contains("'汇总表'!$A:$C,'汇总表'!$1:$5", titles);
        Assert.Equal(Book.Sheets.Count - 1, titles.Count);
    }

    [Fact]
    public void Every_printed_page_of_the_table_holds_its_columns_at_the_scale_set()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);
        var book = document.WorkbookPart!;
        var worksheet = ((WorksheetPart)book.GetPartById(book.Workbook.Descendants<Sheet>().Single(sheet => sheet.Name == "汇总表").Id!)).Worksheet;
        var scale = worksheet.Descendants<PageSetup>().Single().Scale!.Value / 100.0;
        var ends = worksheet.Descendants<ColumnBreaks>().Single().Elements<Break>().Select(each => (int)each.Id!.Value).Append(3 + 43).ToList();

        // 420 mm less two margins of half an inch, at 96 dots to the inch; a character of 宋体 at 11 points is 8 dots wide.
        var paper = (420 / 25.4 - 1) * 96 / scale;
        Assert.True(scale >= 9 / 11.0, "smaller than 9 points");
        double Dots(int from, int to) => Enumerable.Range(from, to - from + 1).Sum(column => Book.Width("汇总表", Letters(column)) * 8 + 5);
        for (var (i, from) = (0, 4); i < ends.Count; from = ends[i++] + 1) Assert.True(Dots(1, 3) + Dots(from, ends[i]) <= paper, $"columns {from} to {ends[i]}: {Dots(1, 3) + Dots(from, ends[i])} of {paper}");
    }

    private static string Letters(int column) => column <= 26 ? ((char)('A' + column - 1)).ToString() : Letters((column - 1) / 26) + (char)('A' + (column - 1) % 26);

    [Fact]
    public void The_trend_holds_two_native_charts_over_its_cells()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);
        var charts = document.WorkbookPart!.WorksheetParts.Where(part => part.DrawingsPart is not null).SelectMany(part => part.DrawingsPart!.ChartParts).ToList();
        Assert.Equal(2, charts.Count);
        var weeks = Summary.Trend.Count;
        foreach (var series in charts.SelectMany(chart => chart.ChartSpace.Descendants<DocumentFormat.OpenXml.Drawing.Charts.Values>()))
        {
            Assert.Equal((uint)weeks, series.Descendants<DocumentFormat.OpenXml.Drawing.Charts.PointCount>().Single().Val!.Value);
            var reference = series.Descendants<DocumentFormat.OpenXml.Drawing.Charts.Formula>().Single().Text.Split('!')[1].Replace("$", "", StringComparison.Ordinal).Split(':')[0];
            Assert.Equal(Book.Number("趋势", reference)!.Value, double.Parse(series.Descendants<DocumentFormat.OpenXml.Drawing.Charts.NumericValue>().First().Text, CultureInfo.InvariantCulture), 6);
        }
    }

    [Fact]
    public void The_same_summary_gives_the_same_cells_whenever_it_is_written_but_for_the_stamp()
    {
        var later = Cells.Of(SummaryWorkbook.Write(Summary, new SummaryStamp(1, SummarySample.Generated.AddDays(1), "0.2.0")));
        var differing = Book.Sheets.SelectMany(sheet => Book.All(sheet).Where(cell => later.Text(sheet, cell.Column + cell.Row) != cell.Text).Select(cell => sheet)).ToList();
        Assert.Equal(["要情", "说明", "说明"], differing);
        Assert.Equal(Book.Sheets.Sum(sheet => Book.All(sheet).Count()), later.Sheets.Sum(sheet => later.All(sheet).Count()));
    }

    [Fact]
    public void The_JSON_reads_back_as_the_same_summary()
    {
        var json = Encoding.UTF8.GetString(SummaryExports.Json(Summary, SummarySample.Stamp));
        var document = StoredJson.Read<SummaryDocument>(json);
        Assert.Equal(json, StoredJson.Write(document));
        Assert.Equal(SummarySample.Stamp, document.Stamp);
    }

    /// <summary>However narrow the grid is, who is named there is named whole.</summary>
    [Fact]
    public void Names_stand_whole_in_the_grid_of_page_one()
    {
        var summary = SummaryRules.Compute(SummarySample.LongNames());
        var book = Cells.Of(SummaryWorkbook.WritePrint(summary, SummarySample.Stamp));
        var cells = book.All(book.Sheets[0]).Select(cell => cell.Text).Where(text => text.Length > 2 && "✕△？…○".Contains(text[0], StringComparison.Ordinal) && text[1] == ' ').Select(text => text[2..]).ToList();
        Assert.InRange(cells.Count, 10, 100);
        Assert.Contains(cells, name => name.EndsWith("联合值守点", StringComparison.Ordinal));
        Assert.Empty(cells.Except(summary.Units.Select(unit => unit.Name)));
    }

    [Fact]
    public void The_CSV_begins_with_a_BOM_and_holds_a_line_for_each_unit_and_the_totals()
    {
        var csv = SummaryExports.Csv(Summary);
        Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
        var lines = Encoding.UTF8.GetString(csv[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 25 + 2, lines.Length);
        Assert.StartsWith("单位代码,单位,状态,计入版本,A01 街面巡查次数（次）,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($",总计,,,{Summary.TotalOf["A01"].Total},", lines[^2], StringComparison.Ordinal);
    }

    private static Dictionary<string, int> Rows(string sheet, string column, int from) =>
        Book.All(sheet).Where(cell => cell.Column == column && cell.Row >= from && cell.Text.Length > 0).DistinctBy(cell => cell.Text).ToDictionary(cell => cell.Text, cell => cell.Row);
}
