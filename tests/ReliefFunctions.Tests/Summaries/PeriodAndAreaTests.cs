using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>Stages and the season over several weeks; cities and provinces over several districts.</summary>
public class PeriodAndAreaTests
{
    private static readonly SummaryInput StageInput = SummarySample.Input(6, kind: PeriodKind.Progress);
    private static readonly Summary Stage = SummaryRules.Compute(StageInput);
    private static readonly AreaInput CityInput = SummarySample.Area();
    private static readonly Summary City = AreaRules.Compute(CityInput);

    [Fact]
    public void The_stages_end_with_the_last_week_over_by_their_day_and_the_season_with_the_extension()
    {
        var periods = SummaryPeriod.Of(SummarySample.Campaign).Where(period => period.Kind != PeriodKind.Week).ToList();
        Assert.Equal([("progress", new DateOnly(2027, 1, 10)), ("final", new DateOnly(2027, 3, 28)), ("season", new DateOnly(2027, 4, 30))], periods.Select(period => (period.Key, period.Last.Last)));
        var extended = SummarySample.Campaign with { Extension = new CampaignExtension(new DateOnly(2027, 5, 9), "冰冻", "区领导小组", SummarySample.Generated) };
        Assert.Equal(new DateOnly(2027, 5, 9), SummaryPeriod.Of(extended)[^1].Last.Last);
        Assert.Equal(new DateOnly(2027, 1, 3), SummaryPeriod.Of(SummarySample.Campaign with { Calendar = new CampaignCalendar { ProgressReportDue = new DateOnly(2027, 1, 8) } }).Single(period => period.Kind == PeriodKind.Progress).Last.Last);
    }

    [Fact]
    public void A_stage_adds_flows_and_takes_the_last_level_of_stocks_unit_by_unit()
    {
        foreach (var field in SummarySample.Form.Fields.Where(field => !field.IsText))
        {
            var total = 0L;
            foreach (var unit in SummarySample.Units)
            {
                // Report by report, where the product goes unit by unit.
                int? expected = null;
                foreach (var report in StageInput.Reports.Where(report => report.Unit == unit.Code).OrderByDescending(report => report.Week))
                {
                    if (report.Counted?.Values.Number(field.Code) is not { } number) continue;
                    expected = field.Aggregation == Aggregation.Stock ? expected ?? number : (expected ?? 0) + number;
                }

                Assert.Equal(expected, Stage.Units.Single(line => line.Code == unit.Code).Values!.Number(field.Code));
                total += expected ?? 0;
            }

            Assert.Equal((total, total, null, null), (Stage.TotalOf[field.Code].Total, Stage.TotalOf[field.Code].Season, Stage.TotalOf[field.Code].LastWeek, Stage.TotalOf[field.Code].Earlier));
        }
    }

    [Fact]
    public void A_stage_counts_a_unit_once_for_each_week_and_names_the_weeks_missing()
    {
        Assert.Equal((24 * 6, 24 * 6 - 2, 24 * 6 - 4), (Stage.Reporting.Expected, Stage.Reporting.Reported, Stage.Reporting.OnTime));
        Assert.Equal(["金欣街道（第6周）"], Stage.Reporting.Missing);
        Assert.Equal([6], Stage.Units.Single(unit => unit.Name == "航空路街道").MissingWeeks);
        Assert.Equal(41, StageInput.Weeks.Sum(week => week.Days));
        Assert.All(Stage.Duties, duty => Assert.Equal(41, duty.Days.Split(' ').Sum(part => int.Parse(string.Concat(part.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal("花溪区“寒冬送温暖”专项救助行动工作调度汇总（推进情况阶段，12月1日—1月10日）", FrontPage.TitleOf(Stage));
    }

    [Fact]
    public void A_city_adds_sums_and_takes_rates_from_them_and_the_median_over_all_notices()
    {
        var parts = CityInput.Districts.Where(district => district.Document is not null).Select(district => district.Document!.Summary).ToList();
        foreach (var total in City.Totals)
        {
            Assert.Equal(parts.Sum(part => part.TotalOf.GetValueOrDefault(total.Code)?.Total ?? 0), total.Total);
            Assert.Equal(parts.Sum(part => part.TotalOf.GetValueOrDefault(total.Code)?.Season ?? 0), total.Season);
            Assert.Equal(total.Total, total.ByKind.Values.Sum());
        }

        // The district without a summary owes its reports too: 24 of them.
        Assert.Equal((decimal)parts.Sum(part => part.Reporting.Reported) / (parts.Sum(part => part.Reporting.Expected) + 24), City.Reporting.Rate);
        var minutes = parts.SelectMany(part => part.Orders).Where(order => !order.CarriedOver).SelectMany(order => order.Notices).Select(notice => notice.Minutes).OfType<int>().Order().ToList();
        Assert.Equal((minutes[(minutes.Count - 1) / 2] + minutes[minutes.Count / 2]) / 2m, City.Acknowledgements.MedianMinutes);
        Assert.Equal(["白云区"], City.Districts.Where(district => district.Version is null).Select(district => district.Name));
        var page = FrontPage.Of(City, SummarySample.Stamp);
        Assert.Contains("1个区县未编制汇总：白云区", page.Conclusion, StringComparison.Ordinal);
        Assert.Contains(page.Concerns, row => row is { What: "区县未编制汇总", Units: "白云区（应报24家）" });
        Assert.Contains("报送率", string.Concat(page.Notes), StringComparison.Ordinal);
        Assert.Contains("花溪区金欣街道", City.Reporting.Missing);
    }

    [Fact]
    public void A_citys_hash_depends_on_its_districts_versions_and_not_on_their_order()
    {
        Assert.Equal(City.SourceHash, AreaRules.Compute(CityInput with { Districts = [.. CityInput.Districts.Reverse()] }).SourceHash);
        Assert.Equal(StoredJson.Write(City), StoredJson.Write(AreaRules.Compute(CityInput with { Districts = [.. CityInput.Districts.Reverse()] })));
        var changed = CityInput.Districts[0].Document!;
        Assert.NotEqual(City.SourceHash, AreaRules.Compute(CityInput with { Districts = [CityInput.Districts[0] with { Document = changed with { Summary = changed.Summary with { InputHash = "other" } } }, .. CityInput.Districts.Skip(1)] }).SourceHash);
    }

    [Fact]
    public void A_citys_table_equals_its_districts_cell_by_cell()
    {
        var book = Cells.Of(SummaryWorkbook.Write(City, SummarySample.Stamp));
        var rows = book.All("汇总表").Where(cell => cell.Column == "B" && cell.Row >= 6).DistinctBy(cell => cell.Text).ToDictionary(cell => cell.Text.TrimEnd('＊'), cell => cell.Row);
        var seen = 0;
        foreach (var cell in book.Row("汇总表", 4).Where(cell => cell.Text.Length == 3))
        {
            foreach (var district in CityInput.Districts)
            {
                var expected = district.Document is not { } document ? "缺" : document.Summary.TotalOf.TryGetValue(cell.Text, out var total) ? $"{total.Total}" : "／";
                Assert.Equal(expected, book.Text("汇总表", cell.Column + rows[district.Name]));
                seen++;
            }

            Assert.Equal(City.TotalOf[cell.Text].Total, book.Number("汇总表", cell.Column + rows["总　计"]));
            Assert.NotNull(book.Formula("汇总表", cell.Column + rows["总　计"]));
        }

        Assert.Equal(3 * 43, seen);
        Assert.Equal("／", book.Text("汇总表", book.Row("汇总表", 4).Single(cell => cell.Text == "G02").Column + rows["乌当区"]));
    }

    [Fact]
    public void An_order_acknowledged_and_not_followed_by_a_reported_patrol_is_shown_as_such()
    {
        var idle = StageInput.Reports.Single(report => report.Week == StageInput.Week && report.Unit == SummarySample.Units[11].Code);
        var summary = SummaryRules.Compute(StageInput with { Reports = [.. StageInput.Reports.Where(report => report != idle), idle with { Counted = idle.Counted! with { Values = idle.Counted.Values.With("A01", FieldValue.Of(0)) } }] });
        Assert.Equal([2, 3, 5], summary.Duties.Single(duty => duty.Unit == "青岩镇").NotFollowed);
        Assert.Empty(Stage.Duties.Single(duty => duty.Unit == "青岩镇").NotFollowed);

        // Of what is not handed in nothing is known: it is asked for, and held against nobody.
        Assert.Empty(Stage.Duties.Single(duty => duty.Unit == "金欣街道").NotFollowed);
        Assert.Contains(summary.Concerns, concern => concern is { Kind: ConcernKind.NotFollowed, Unit: "青岩镇", Orders: [2, 3, 5] });
        Assert.Contains(Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp)).All("应巡实巡"), cell => cell.Text == "第2、3、5号");
    }

    [Theory]
    [InlineData(PeriodKind.Week)]
    [InlineData(PeriodKind.Progress)]
    [InlineData(PeriodKind.Season)]
    public void Every_kind_of_workbook_passes_the_Open_XML_validator(PeriodKind kind)
    {
        var summary = SummaryRules.Compute(SummarySample.Input(4, kind: kind));
        var area = AreaRules.Compute(SummarySample.Area(4, kind));
        foreach (var file in new[] { summary, SummaryRules.Replacing(SummaryRules.Compute(SummarySample.Input(4, 9, kind: kind)), summary), area, AreaRules.Compute(CityInput with { Districts = [] }) })
        {
            using var document = SpreadsheetDocument.Open(new MemoryStream(SummaryWorkbook.Write(file, SummarySample.Stamp)), isEditable: false);
            Assert.Equal([], new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2016).Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath} {error.Description}"));
        }
    }

    [Fact]
    public void The_saved_value_of_every_formula_is_what_it_computes_to()
    {
        foreach (var summary in new[] { SummaryRules.Compute(SummarySample.Input()), Stage, City })
        {
            using var book = new ClosedXML.Excel.XLWorkbook(new MemoryStream(SummaryWorkbook.Write(summary, SummarySample.Stamp)));
            var saved = Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp));
            var formulas = book.Worksheet("汇总表").CellsUsed(cell => cell.HasFormula).ToList();
            Assert.NotEmpty(formulas);
            foreach (var cell in formulas)
            {
                cell.FormulaA1 = cell.FormulaA1; // Forgets the saved value.
                Assert.Equal(Convert.ToDouble(cell.Value, System.Globalization.CultureInfo.InvariantCulture), saved.Number("汇总表", cell.Address.ToString()!));
            }
        }
    }
}
