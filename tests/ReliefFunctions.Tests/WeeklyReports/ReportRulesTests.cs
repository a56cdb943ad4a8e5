using CsCheck;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.WeeklyReports;

public class ReportRulesTests
{
    private static IReadOnlyList<ReportProblem> Check(ReportContent content, params ReportValues?[] history) => ReportRules.Check(Huaxi.Form, UnitKind.Township, content, history);

    private static string[] Codes(IEnumerable<ReportProblem> problems) => [.. problems.Select(problem => problem.Code)];

    [Theory]
    [InlineData(UnitKind.Township, 42)]
    [InlineData(UnitKind.Police, 32)]
    [InlineData(UnitKind.UrbanManagement, 29)]
    [InlineData(UnitKind.RescueStation, 25)]
    public void Each_kind_of_unit_has_its_own_part_of_the_45_fields(UnitKind kind, int fields)
    {
        Assert.Equal(45, Huaxi.Form.Fields.Count);
        Assert.Equal(fields, Huaxi.Form.FieldsFor(kind).Count());
    }

    [Fact]
    public void A_definition_that_contradicts_itself_is_refused_with_every_reason()
    {
        var broken = Huaxi.Form with
        {
            Fields = [.. Huaxi.Form.Fields, Huaxi.Form.Fields[0]],
            Rules = [new SumRule("B02", ["Z99"]) { Id = "R1" }, new RequiredTogetherRule("X01", "A01") { Id = "R1" }],
        };
        Assert.Empty(FormRules.Check(Huaxi.Form, 1));
        Assert.Equal(["/fields", "/rules", "/rules/0", "/rules/1"], FormRules.Check(broken, 1).Select(error => error.Pointer).Order());
    }

    [Fact]
    public void A_number_outside_of_its_fields_range_is_refused_with_the_range()
    {
        var form = Huaxi.Form with { Fields = [.. Huaxi.Form.Fields.Select(field => field.Code == "A01" ? field with { Min = 3, Max = 100 } : field)] };
        Assert.Empty(FormRules.Check(form, 1));
        Assert.Equal("/fields/0/min", Assert.Single(FormRules.Check(form with { Fields = [form.Fields[0] with { Min = 101, Max = 100 }, .. form.Fields.Skip(1)] }, 1)).Pointer);
        foreach (var (typed, code) in new[] { ("2", "too-small"), ("101", "too-large"), ("3", null), ("100", null) })
        {
            var problems = new List<ReportProblem>();
            EntryReading.Read(form.Find("A01")!, new RawEntry(EntryKind.Text, typed, new EntryPlace(null, null, "/values/A01")), problems);
            Assert.Equal(code, problems.SingleOrDefault()?.Code);
        }
    }

    [Fact]
    public void A_report_without_a_fault_has_nothing_said_about_it() => Assert.Empty(Check(Huaxi.Good));

    [Fact]
    public void Every_broken_rule_is_said_at_once()
    {
        var content = Huaxi.Good.With("B02", 9).With("A02", 99).With("E02", 3).With("X01", 1).With("A03", null);
        Assert.Equal(["R01", "R02", "R03", "R14", "R16", "required"], Codes(Check(content).Where(problem => problem.Severity == ProblemSeverity.Error)).Order());
    }

    [Fact]
    public void A_total_that_does_not_add_up_says_what_the_parts_add_up_to()
    {
        var problem = Check(Huaxi.Good.With("B02", 9)).First(problem => problem.Code == "R01");
        Assert.Equal(("B02", "9"), (problem.Field, problem.Value));
        Assert.Contains("B03+B04+B05=1+1+1=3", problem.Message, StringComparison.Ordinal);
        Assert.Contains("把 B02 改为 3", problem.Fix!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_part_counts_as_nothing_but_a_blank_total_beside_filled_parts_is_an_error()
    {
        var optional = Huaxi.Form with { Fields = [.. Huaxi.Form.Fields.Select(field => field with { Required = false })] };
        Assert.DoesNotContain(ReportRules.Check(optional, UnitKind.Township, Huaxi.Good.With("B02", 2).With("B01", 3).With("B05", null), []), problem => problem.Severity == ProblemSeverity.Error);
        Assert.Contains("R01", Codes(ReportRules.Check(optional, UnitKind.Township, Huaxi.Good.With("B02", null), [])));
        Assert.DoesNotContain("R01", Codes(ReportRules.Check(optional, UnitKind.Township, Huaxi.Good.With("B02", null).With("B03", null).With("B04", null).With("B05", null), [])));
    }

    [Fact]
    public void A_field_that_is_not_on_the_units_form_counts_as_nothing_in_its_rules()
    {
        // B07 stands on the police's form alone.
        Assert.DoesNotContain("R02", Codes(Check(Huaxi.Good)));
        var police = Huaxi.Content("A01=1 A03=2 A04=1 B01=3 B02=1 B03=1 B07=2 X01=0", Huaxi.Police) with { FilledBy = "王芳", ReviewedBy = "李强" };
        Assert.Empty(ReportRules.Check(Huaxi.Form, UnitKind.Police, police, []));
    }

    [Theory]
    [InlineData(4, 2, 1, 5, true)]
    [InlineData(4, 2, 1, 4, false)]
    [InlineData(0, 1, 2, 0, false)]
    public void Hazards_carry_over_from_last_week(int last, int found, int mended, int now, bool right)
    {
        var content = Huaxi.Good.With("F02", found).With("F03", mended).With("F04", now);
        Assert.Equal(right, !Codes(Check(content, Huaxi.Good.With("F04", last).Values)).Contains("R15"));
    }

    [Fact]
    public void The_first_week_and_a_week_after_an_unreported_one_take_any_opening_balance()
    {
        Assert.Empty(Check(Huaxi.Good.With("F04", 77)));
        Assert.Empty(Check(Huaxi.Good.With("F04", 77), null, Huaxi.Good.Values));
    }

    [Fact]
    public void A_level_left_blank_by_a_zero_report_is_carried_over_it()
    {
        // Such reports were taken once, and stand in the history.
        var quiet = (Huaxi.Content("") with { ZeroReport = true }).On(Huaxi.Form, UnitKind.Township);
        Assert.Empty(Check(Huaxi.Good.With("F02", 0).With("F03", 1).With("F04", 0), quiet.Values, Huaxi.Good.With("F04", 1).Values));
        Assert.Contains("R15", Codes(Check(Huaxi.Good.With("F02", 0).With("F03", 0).With("F04", 0), quiet.Values, Huaxi.Good.With("F04", 1).Values)));
    }

    [Fact]
    public void A_zero_report_is_explicit_and_whole()
    {
        var zero = (new ReportContent { Values = ReportValues.Empty, ZeroReport = true }).On(Huaxi.Form, UnitKind.Township);
        Assert.Equal(0, zero.Values.Number("X01"));
        Assert.Equal(FieldValueKind.Blank, zero.Values["D06"].Kind);
        Assert.Equal(FieldValueKind.Missing, zero.Values["B07"].Kind);
        Assert.Equal(["A05", "A07", "D06", "F04", "G01"], Check(zero).Where(problem => problem.Code == "zero-report-stock").Select(problem => problem.Field!).Order());
        Assert.Empty(Check(Huaxi.Zero()));
        Assert.Contains("zero-report", Codes(Check(zero.With("B06", 1).With("B01", 1))));
    }

    [Fact]
    public void All_zeros_without_the_declaration_are_asked_about_but_not_refused()
    {
        var zeros = Huaxi.Zero() with { ZeroReport = false };
        Assert.Equal([(ProblemSeverity.Warning, "all-zero")], Check(zeros).Select(problem => (problem.Severity, problem.Code)));
    }

    [Fact]
    public void A_grave_event_needs_words_and_none_is_no_word()
    {
        Assert.Contains("R16", Codes(Check(Huaxi.Good.With("X01", 1))));
        Assert.Contains("R16", Codes(Check(Huaxi.Good.With("X01", 1).WithText("X02", "无"))));
        Assert.DoesNotContain("R16", Codes(Check(Huaxi.Good.With("X01", 1).WithText("X02", "12月8日凌晨在车站发现一人冻伤，已送医。"))));
    }

    [Fact]
    public void The_plans_warnings_warn_and_do_not_refuse()
    {
        var content = Huaxi.Good.With("A03", 0).With("B13", 0).With("D01", 0).With("D03", 0);
        var problems = Check(content);
        Assert.Equal(["W01", "W02", "W03"], Codes(problems).Order());
        Assert.All(problems, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
    }

    [Fact]
    public void A_figure_far_from_the_units_own_weeks_is_asked_about()
    {
        var past = new[] { 30, 40, 36, 33, 35 }.Select(n => (ReportValues?)Huaxi.Good.With("A03", n).Values).ToArray();
        Assert.Contains("W04", Codes(Check(Huaxi.Good.With("A03", 360).With("F04", 2), past)));
        Assert.DoesNotContain("W04", Codes(Check(Huaxi.Good.With("A03", 45).With("F04", 2), past)));
    }

    [Fact]
    public void A_single_rescue_after_quiet_weeks_is_no_outlier()
    {
        var quiet = Enumerable.Repeat((ReportValues?)Huaxi.Good.With("B01", 0).With("B02", 0).With("B03", 0).With("B04", 0).With("B05", 0).With("B06", 0).With("D01", 0).With("D03", 0).Values, 6).ToArray();
        Assert.DoesNotContain("W04", Codes(Check(Huaxi.Good.With("F04", 2), quiet)));
    }

    [Fact]
    public void Sums_hold_exactly_when_the_total_is_the_sum_of_the_parts() =>
        Gen.Int[0, 50].Array[4].Sample(n =>
            Codes(Check(Huaxi.Good.With("B02", n[0]).With("B03", n[1]).With("B04", n[2]).With("B05", n[3]))).Contains("R01") == (n[0] != n[1] + n[2] + n[3]));
}
