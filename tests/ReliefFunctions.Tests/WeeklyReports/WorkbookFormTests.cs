using ClosedXML.Excel;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

public class WorkbookFormTests
{
    [Fact]
    public void A_filled_form_reads_back_as_the_same_report()
    {
        var content = Huaxi.Good.WithText("X02", "=HYPERLINK(\"http://x\")\n本周巡查12次。").WithText("X03", "007") with { Note = "@情况属实" };
        var read = ReportReading.FromWorkbook(Huaxi.Workbook(filling: new FormFilling(content, BaseVersion: 3)), Huaxi.Target());
        Assert.Empty(read.Problems);
        Assert.Equal(3, read.BaseVersion);
        Assert.Equal(content.Hash(1), read.Content!.Hash(1));
    }

    [Fact]
    public void A_blank_form_reads_back_as_blanks_with_the_levels_of_last_week_offered()
    {
        var read = ReportReading.FromWorkbook(Huaxi.Workbook(filling: new FormFilling(LastWeek: Huaxi.Good.Values)), Huaxi.Target());
        Assert.Empty(read.Problems);
        Assert.Null(read.BaseVersion);
        Assert.Equal(["A05", "A07"], read.Content!.Values.Codes.Where(code => read.Content.Values[code].IsFilled));
        Assert.False(read.Content.ZeroReport);
    }

    [Fact]
    public void Every_kind_of_unit_gets_a_form_that_office_software_accepts_without_repair()
    {
        foreach (var unit in new[] { Huaxi.Qingyan, Huaxi.Police, Huaxi.Station })
        {
            var marks = new[] { new ReportProblem(ProblemSeverity.Error, "R01", "合计不对") { Field = "B02", Fix = "改为 3" } };
            using var document = SpreadsheetDocument.Open(new MemoryStream(Huaxi.Workbook(unit: unit, filling: new FormFilling(LastWeek: Huaxi.Good.Values, Marks: marks))), false);
            Assert.Empty(new OpenXmlValidator().Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}"));
        }
    }

    [Fact]
    public void Entry_cells_alone_are_open_and_numbers_are_validated_as_they_are_typed()
    {
        using var book = new XLWorkbook(new MemoryStream(Huaxi.Workbook(filling: new FormFilling(LastWeek: Huaxi.Good.Values))));
        var sheet = book.Worksheet("调度表");
        Assert.True(sheet.Protection.IsProtected);
        Assert.True(sheet.Row(1).IsHidden);
        var row = sheet.Column(1).CellsUsed().First(cell => cell.GetString() == "B02").Address.RowNumber;
        Assert.False(sheet.Cell(row, 4).Style.Protection.Locked);
        Assert.True(sheet.Cell(row, 1).Style.Protection.Locked);
        Assert.Equal(3, sheet.Cell(row, 5).GetValue<int>());
        Assert.Equal(XLAllowedValues.WholeNumber, sheet.Cell(row, 4).DataValidation.AllowedValues);
        Assert.Contains("首接单位", book.Worksheet("填表说明").RangeUsed().Cells().Select(cell => cell.GetString()).First(text => text.StartsWith("同一个人", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_are_marked_and_commented_at_their_cells_with_what_was_typed()
    {
        var marks = new[] { new ReportProblem(ProblemSeverity.Error, "not-a-number", "应填整数") { Field = "A01", Fix = "只填数字" } };
        using var book = new XLWorkbook(new MemoryStream(Huaxi.Workbook(filling: new FormFilling(Huaxi.Good, 2, null, marks, new Dictionary<string, string> { ["A01"] = "十二次" }))));
        var sheet = book.Worksheet("调度表");
        var cell = sheet.Cell(sheet.Column(1).CellsUsed().First(cell => cell.GetString() == "A01").Address.RowNumber, 4);
        Assert.Equal("十二次", cell.GetString());
        Assert.Contains("只填数字", cell.Comment.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_for_something_else_is_refused_with_every_difference()
    {
        var read = ReportReading.FromWorkbook(Huaxi.Workbook(unit: Huaxi.Police, week: "2026W51"), Huaxi.Target());
        Assert.Null(read.Content);
        Assert.Equal(["wrong-unit", "wrong-week"], read.Problems.Select(problem => problem.Code));
        var later = Huaxi.Target() with { Form = Huaxi.Form with { Version = 2 }, Campaign = Huaxi.Campaign with { Season = "2027-2028" } };
        Assert.Equal(["wrong-season", "wrong-form-version"], ReportReading.FromWorkbook(Huaxi.Workbook(), later).Problems.Select(problem => problem.Code));
    }
}
