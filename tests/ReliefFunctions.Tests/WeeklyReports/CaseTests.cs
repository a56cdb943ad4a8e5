using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>Files that once came out wrong, each standing for a kind (<c>Cases/</c>): filled forms of the sample season, handed in on 15 December 2026 at 10:00.</summary>
public class CaseTests
{
    private static readonly DateTimeOffset Tuesday = new(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Campaign Campaign = Samples.Read<Campaign>("campaign.json");
    private static readonly IReadOnlyList<Unit> Units = Samples.Read<IReadOnlyList<Unit>>("units.json");
    private static readonly FormDefinition Form = Samples.Read<FormDefinition>("form-v1.json");

    private static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "WeeklyReports", "Cases", name));

    /// <summary>As its own unit hands it in; the week before said <paramref name="before"/>, or the same as far as nothing is carried over.</summary>
    private static ReadReport Read(string name, ReportValues? before = null)
    {
        var token = WorkbookReader.Read(File(name)).Forms[0].Token;
        var target = new ReportTarget(Campaign, CampaignWeeks.Find(Campaign, token.Week)!, Units.Single(unit => unit.Code == token.Unit), Form);
        var read = ReportReading.FromWorkbook(File(name), target);
        return read.Checked(target, before is null ? [] : [before], Tuesday);
    }

    private static IEnumerable<string> Codes(ReadReport read, ProblemSeverity severity) => read.Problems.Where(problem => problem.Severity == severity).Select(problem => problem.Code);

    [Theory]
    [InlineData("malformed-hyperlink.xlsx", "A01", "21")]
    [InlineData("x000D-escape.xlsx", "X02", "第一行工作\n第二行困难")]
    [InlineData("main-part-other-name.xlsx", "A01", null)]
    [InlineData("part-name-case.xlsx", "A01", null)]
    [InlineData("backslash-zip-names.xlsx", "A01", null)]
    [InlineData("blank-in-string-index.xlsx", "A01", null)]
    [InlineData("rows-out-of-order.xlsx", "A01", "15")]
    [InlineData("number-format-padding.xlsx", "A01", null)]
    [InlineData("not-an-identity-number.xlsx", "X02", "已向法院移交材料，案号202601161234500004，正在跟进。")]
    public void It_is_read_as_Excel_reads_it(string name, string field, string? value)
    {
        var read = Read(name);
        Assert.Empty(Codes(read, ProblemSeverity.Error));
        var found = read.Content!.Values[field];
        Assert.True(found.IsFilled);
        if (value is not null) Assert.Equal(value, found.ToString());
    }

    [Theory]
    [InlineData("codes-swapped.xlsx", "code-label", "A13", "B13")]
    [InlineData("merged-cells.xlsx", "merged", "D13:D14", "D14")]
    [InlineData("figure-in-next-column.xlsx", "wrong-column", "E13", "D13")]
    [InlineData("nobody-signs.xlsx", "required", "填报人", "审核人")]
    [InlineData("zero-report-without-stocks.xlsx", "zero-report-stock", "A05", "D06")]
    public void It_is_refused_naming_the_cells(string name, string code, string one, string other)
    {
        var errors = Read(name).Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        Assert.Contains(errors, error => error.Code == code);
        var said = string.Join("\n", errors.Select(error => $"{error.Message}{error.Fix}"));
        Assert.Contains(one, said, StringComparison.Ordinal);
        Assert.Contains(other, said, StringComparison.Ordinal);
        Assert.DoesNotContain(errors, error => code is "merged" or "wrong-column" && error.Message.Contains("未填", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_copies_that_differ_are_refused_naming_both_sheets_and_what_differs()
    {
        var problem = Assert.Single(Read("two-copies-differ.xlsx").Problems);
        Assert.Equal("two-forms", problem.Code);
        var sheets = WorkbookReader.Read(File("two-copies-differ.xlsx")).Forms.Select(form => form.Sheet).ToList();
        Assert.All(sheets.Append("A03"), name => Assert.Contains(name, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_figure_below_the_table_is_asked_about_with_its_cell()
    {
        var read = Read("figure-below-table.xlsx");
        Assert.Empty(Codes(read, ProblemSeverity.Error));
        Assert.Equal(["B64", "D64"], read.Problems.Where(problem => problem.Code == "outside-table").Select(problem => problem.Cell!).Order());
    }

    [Fact]
    public void Last_weeks_figures_in_a_week_that_has_only_begun_are_asked_about()
    {
        var lastWeek = Read("figure-below-table.xlsx").Content!.Values;
        var read = Read("last-weeks-figures-in-new-week.xlsx", lastWeek);
        Assert.Empty(Codes(read, ProblemSeverity.Error));
        Assert.Superset(new HashSet<string> { "week-not-over", "same-as-last-week" }, Codes(read, ProblemSeverity.Warning).ToHashSet());
    }

    [Fact]
    public void What_systems_leave_in_a_batch_is_passed_over_and_a_name_is_shown_whole()
    {
        var files = BatchArchive.Open(new UploadedFile("", "", File("batch-with-lock-files.zip")), new UnpackingBudget { PartsLeft = UnpackingBudget.BatchParts });
        Assert.Equal(2, files.Count);
        Assert.Equal("520111-gongan.xlsx", files[0].Name);
        Assert.Equal("甲" + string.Concat(Enumerable.Repeat("𠮷", 70)) + ".xlsx", files[1].Name);
        Assert.Single(WorkbookReader.Read(files[1].Bytes).Problems);
    }
}
