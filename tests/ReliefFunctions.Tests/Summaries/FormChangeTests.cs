using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>A form that changes in mid-season: columns are aligned by code, and what came or went is said. Figures that nobody gave are none.</summary>
public class FormChangeTests
{
    private static readonly SummaryInput SeasonInput = SummarySample.FormChanged(kind: PeriodKind.Season), WeekInput = SummarySample.FormChanged();
    private static readonly Summary Season = SummaryRules.Compute(SeasonInput), Week = SummaryRules.Compute(WeekInput);

    [Fact]
    public void A_season_over_two_forms_has_the_columns_of_both_and_marks_what_came_and_what_went()
    {
        Assert.Equal(["A01", "A02", "A03", "A09", "A05", "A06", "A07", "A08", "A04"], Season.Columns.Where(field => field.Group == "巡查").Select(field => field.Code));
        var book = Cells.Of(SummaryWorkbook.Write(Season, SummarySample.Stamp));
        string Column(string code) => book.Row("汇总表", 4).Single(cell => cell.Text == code).Column;
        Assert.Equal("出动社工、志愿者〔第2版起〕\n（人次）", book.Text("汇总表", Column("A09") + 5));
        Assert.Equal("出动车辆〔止于第1版〕\n（台次）", book.Text("汇总表", Column("A04") + 5));
        Assert.Equal("街面巡查次数\n（次）", book.Text("汇总表", Column("A01") + 5));

        // Week by week from the reports, each read by its own form.
        var rows = book.All("汇总表").Where(cell => cell.Column == "B" && cell.Row > 5).DistinctBy(cell => cell.Text).ToDictionary(cell => cell.Text.TrimEnd('＊'), cell => cell.Row);
        foreach (var code in new[] { "A01", "A04", "A09", "B02" })
        {
            var total = 0;
            foreach (var unit in SummarySample.Units)
            {
                var numbers = SeasonInput.Reports.Where(report => report.Unit == unit.Code).Select(report => report.Counted?.Values.Number(code)).OfType<int>().ToList();
                Assert.Equal(numbers.Count == 0 ? "" : numbers.Sum().ToString(CultureInfo.InvariantCulture), book.Text("汇总表", Column(code) + rows[unit.Name]));
                total += numbers.Sum();
            }

            Assert.Equal(total, book.Number("汇总表", Column(code) + rows["总　计"]));
            Assert.True(total > 0);
        }

        Assert.Contains(book.All("汇总表"), cell => cell.Text.StartsWith("　　〔第×版起〕", StringComparison.Ordinal));
    }

    [Fact]
    public void A_week_has_the_columns_of_its_own_form_and_the_sum_of_what_was_dropped_in_a_note()
    {
        var book = Cells.Of(SummaryWorkbook.Write(Week, SummarySample.Stamp));
        Assert.DoesNotContain(book.Row("汇总表", 4), cell => cell.Text == "A04");
        var vehicles = WeekInput.Reports.Sum(report => report.Counted?.Values.Number("A04") ?? 0);
        Assert.Contains(book.All("汇总表"), cell => cell.Text == $"　　已停用项的本季累计：A04 出动车辆〔止于第1版〕{vehicles}台次。");
        Assert.DoesNotContain("A04", Encoding.UTF8.GetString(SummaryExports.Csv(Week)), StringComparison.Ordinal);
        Assert.Contains("A09 出动社工、志愿者〔第2版起〕（人次）", Encoding.UTF8.GetString(SummaryExports.Csv(Week)), StringComparison.Ordinal);
    }

    [Fact]
    public void In_the_first_week_of_a_field_there_is_nothing_to_compare_with_and_before_it_no_zero()
    {
        var first = SummaryRules.Compute(SummarySample.FormChanged(4) with { Week = WeekInput.Weeks[2].Key });
        Assert.Null(first.TotalOf["A09"].LastWeek);
        Assert.NotNull(first.TotalOf["A01"].LastWeek);
        var book = Cells.Of(SummaryWorkbook.Write(first, SummarySample.Stamp));
        var column = book.Row("汇总表", 4).Single(cell => cell.Text == "A09").Column;
        Assert.Equal(["—", "—"], new[] { "上周合计", "比上周增减" }.Select(name => book.Text("汇总表", column + book.All("汇总表").Single(cell => cell.Text == name).Row)));

        var index = Week.Headlines.Index().Single(headline => headline.Item.Label == "出动社工、志愿者").Index;
        Assert.Equal([false, false, true, true], Week.Trend.Select(week => week.Headlines[index] is not null));
    }

    [Fact]
    public void The_detail_over_two_forms_shows_a_stroke_where_a_form_had_no_such_field()
    {
        var lines = SummaryDetail.Lines(WeekInput)!;
        foreach (var (line, second) in lines.Where(line => line["计入版本"] is not null).Select(line => (line, WeekInput.Weeks.Skip(2).Any(week => week.Key.ToString() == (string)line["周次"]!))))
        {
            Assert.Equal(second, "／".Equals(line["A04 出动车辆〔止于第1版〕"]));
            Assert.Equal(!second, "／".Equals(line["A09 出动社工、志愿者〔第2版起〕"]));
        }
    }

    [Fact]
    public void A_city_marks_a_field_as_gone_when_no_district_has_it_any_more_and_else_leaves_the_stroke()
    {
        static DistrictPart Part(string code, string name, SummaryInput input) => new(code, name, new SummaryDocument(SummarySample.Stamp, SummaryRules.Compute(input with { Heading = input.Heading with { Scope = code, Name = name } })));
        var both = SummarySample.Area(4) with { Districts = [Part("520111", "花溪区", WeekInput), Part("520112", "乌当区", SummarySample.Input(4))] };
        var city = AreaRules.Compute(both);
        Assert.Null(city.Fields.Single(field => field.Code == "A04").Until);
        Assert.Equal([FieldValueKind.Missing, FieldValueKind.Number], city.Units.Select(line => line.Values!["A04"].Kind));
        Assert.Equal(1, AreaRules.Compute(both with { Districts = [both.Districts[0]] }).Fields.Single(field => field.Code == "A04").Until);
    }

    [Fact]
    public void A_week_of_which_nobody_reported_is_a_gap_in_the_trend_and_not_a_zero()
    {
        var input = SummarySample.Input(4);
        var silent = input.Weeks[1].Key;
        var summary = SummaryRules.Compute(input with { Reports = [.. input.Reports.Select(report => report.Week == silent ? report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null } : report)] });
        Assert.Equal([true, false, true, true], summary.Trend.Select(week => week.Aided is not null && week.Patrols is not null && week.Headlines.All(headline => headline is not null)));
        var book = Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp));
        Assert.Equal(("第2周", "", "", "0"), (book.Text("趋势", "A5"), book.Text("趋势", "H5"), book.Text("趋势", "I5"), book.Text("趋势", "D5")));

        // It is kept and read back as such.
        Assert.Null(Core.Storage.StoredJson.Read<Summary>(Core.Storage.StoredJson.Write(summary)).Trend[1].Aided);

        // The week after has nothing to compare with.
        var next = SummaryRules.Compute(input with { Week = input.Weeks[2].Key, Reports = [.. input.Reports.Where(report => report.Week != silent || report.Unit.Length == 0)] });
        Assert.All(next.Headlines, headline => Assert.Null(headline.Change));
        Assert.Contains("<td>—</td>", SummaryExports.Html(next, SummarySample.Stamp), StringComparison.Ordinal);
    }

    [Fact]
    public void A_week_without_any_report_has_no_figures_on_its_first_page()
    {
        var input = SummarySample.Input();
        var summary = SummaryRules.Compute(input with { Reports = [.. input.Reports.Select(report => report.Week == input.Week ? report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null } : report)] });
        var page = FrontPage.Of(summary, SummarySample.Stamp);
        Assert.StartsWith("本周尚无计入的报表，工作情况无法核定；", page.Conclusion, StringComparison.Ordinal);
        Assert.Contains("25家执行情况均无法核定", page.Conclusion, StringComparison.Ordinal);
        Assert.Contains("应报24家，无一报送。", page.Notes);
        var book = Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp));
        var row = book.All("要情").Single(cell => cell is { Column: "A", Text: "本周" }).Row;
        Assert.Equal(("—", "—", $"{summary.Headlines[0].Season}"), (book.Text("要情", $"C{row}"), book.Text("要情", $"C{row + 1}"), book.Text("要情", $"C{row + 2}")));
        Assert.Contains("<td>—</td><td>—</td>", SummaryExports.Html(summary, SummarySample.Stamp), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_compiled_before_its_end_asks_for_no_patrols_that_lie_ahead()
    {
        var early = SummarySample.Input(6, kind: PeriodKind.Progress);
        early = early with { Reports = [.. early.Reports.Where(report => report.Week <= early.Weeks[2].Key)] };
        var summary = SummaryRules.Compute(early);
        Assert.Equal((early.Weeks[2].Key, early.Weeks[2].Last, 3), (summary.Week, summary.Last, summary.Trend.Count(week => week.Expected > 0)));
        var days = early.Weeks.Take(3).Sum(week => week.Days);
        Assert.All(summary.Duties, duty => Assert.Equal(days, duty.Days.Split(' ').Sum(part => int.Parse(string.Concat(part.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture))));
    }
}
