using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sheets;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>
/// Every cell of every sheet, with value, formula and number format, against files in the folder Golden.
/// After an intended change: <c>UPDATE_GOLDEN=1 dotnet test tests/ReliefFunctions.Tests --filter Golden</c>, and read the difference.
/// </summary>
public class GoldenWorkbookTests
{
    [Fact]
    public void A_weeks_corrected_workbook_is_as_it_was_agreed() =>
        Check("week", SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Input() with { Previous = SummarySample.BeforeCorrection }), SummarySample.Stamp with { Version = 2 }));

    [Fact]
    public void A_stages_workbook_is_as_it_was_agreed() =>
        Check("stage", SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Input(6, kind: PeriodKind.Progress)), SummarySample.Stamp));

    [Fact]
    public void A_citys_workbook_is_as_it_was_agreed() => Check("city", SummaryWorkbook.Write(AreaRules.Compute(SummarySample.Area()), SummarySample.Stamp));

    [Fact]
    public void The_detail_within_the_budget_is_a_sheet_as_it_was_agreed_and_past_it_none()
    {
        var input = SummarySample.Input(2, units: [.. SummarySample.Units.Take(2), .. SummarySample.Units.TakeLast(3)]);
        Check("detail", SummaryWorkbook.Write(SummaryRules.Compute(input), SummarySample.Stamp, SummaryDetail.Lines(input)), SummaryDetail.Sheet);

        var season = SummarySample.Input(9);
        Assert.Null(SummaryDetail.Lines(season));
        var book = Cells.Of(SummaryWorkbook.Write(SummaryRules.Compute(season), SummarySample.Stamp, SummaryDetail.Lines(season)));
        Assert.DoesNotContain(SummaryDetail.Sheet, book.Sheets);
        Assert.Contains(book.All("说明"), cell => cell.Text == "共225行，超过200行，另册下载（同一地址的 detail）");
    }

    [Fact]
    public void Inputs_in_any_order_give_the_same_cells()
    {
        var (input, dice) = (SummarySample.Input(), new Random(11));
        var expected = Cells.Of(SummaryWorkbook.Write(SummaryRules.Compute(input), SummarySample.Stamp, SummaryDetail.Lines(input))).Map().ToList();
        for (var round = 0; round < 3; round++)
        {
            T[] Mixed<T>(IReadOnlyList<T> list)
            {
                var copy = list.ToArray();
                dice.Shuffle(copy);
                return copy;
            }

            var mixed = input with { Weeks = Mixed(input.Weeks), Units = Mixed(input.Units), Reports = Mixed(input.Reports), Orders = Mixed(input.Orders), Minimums = Mixed(input.Minimums), Decisions = Mixed(input.Decisions), Duties = Mixed(input.Duties) };
            Assert.Equal(expected, Cells.Of(SummaryWorkbook.Write(SummaryRules.Compute(mixed), SummarySample.Stamp, SummaryDetail.Lines(mixed))).Map());
        }
    }

    private static void Check(string name, byte[] workbook, string? sheet = null)
    {
        var map = Cells.Of(workbook).Map().Where(line => sheet is null || line.StartsWith(sheet + "!", StringComparison.Ordinal)).ToList();
        var file = Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "Summaries", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is not null) File.WriteAllLines(file, map);
        Assert.Equal(File.ReadAllLines(file), map);
    }
}
