using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Tests.Incidents;

public class IncidentSummaryTests
{
    [Fact]
    public void Page_one_takes_incidents_with_their_state_and_sets_the_form_beside_them_where_it_differs()
    {
        var input = SummarySample.Input();
        var (first, unit) = (input.Weeks[^1].First, SummarySample.Units[11]);
        IncidentOnRecord One(int number, IncidentState state, IncidentSeverity severity = IncidentSeverity.Serious, int? dead = null, int day = 1) =>
            new($"12{number:D2}-{unit.Code}-0", unit.Code, unit.Name, "冻伤", state, severity, first.AddDays(day), 1, dead, "一人冻伤", [unit.Code]);

        // The form alone: one event of another unit, as before.
        Assert.Contains("发生重大情况1起（瑞华街道1起）", FrontPage.ConclusionOf(SummaryRules.Compute(input)), StringComparison.Ordinal);
        var summary = SummaryRules.Compute(input with { Incidents = [One(1, IncidentState.Open), One(2, IncidentState.Closed, IncidentSeverity.Grave, 1), One(3, IncidentState.Closed, day: -9)] });
        Assert.Equal((2, 3L), (summary.Incidents.Told!.Count, summary.Incidents.ToldSeason));
        Assert.Contains("发生重大情况和突发事件2起（青岩镇冻伤，已核报；青岩镇冻伤，处置中），其中重大1起，死亡1人，累计3起，调度表填报1起、与即时报告不一致",
            FrontPage.ConclusionOf(summary), StringComparison.Ordinal);
        Assert.Equal([("瑞华街道", 1L), ("青岩镇", 1L)], summary.Concerns.Where(concern => concern.Kind == ConcernKind.Incident).Select(concern => (concern.Unit, concern.Count)).Order());

        // Settled, and on the form: nobody is chased for it.
        var settled = SummaryRules.Compute(input with { Incidents = [One(1, IncidentState.Closed) with { Unit = SummarySample.Units[5].Code, UnitName = "瑞华街道" }] });
        Assert.DoesNotContain(settled.Concerns, concern => concern.Kind == ConcernKind.Incident);
        Assert.DoesNotContain("不一致", FrontPage.ConclusionOf(settled), StringComparison.Ordinal);

        // Without a channel in use nothing about the input changes.
        Assert.Equal(SummaryRules.Compute(input).InputHash, SummaryRules.Compute(input with { Incidents = null }).InputHash);
    }

    /// <summary>A stage and the season tell every incident of their days, whichever week it was.</summary>
    [Theory]
    [InlineData(PeriodKind.Progress)]
    [InlineData(PeriodKind.Final)]
    [InlineData(PeriodKind.Season)]
    public void A_stage_and_the_season_tell_the_incidents_of_all_their_weeks(PeriodKind kind)
    {
        var input = SummarySample.Input(kind: kind);
        var (first, unit) = (input.Weeks[^1].First, SummarySample.Units[11]);
        IncidentOnRecord One(int days, IncidentState state, int? dead = null) =>
            new($"12{days + 40:D2}-{unit.Code}-0", unit.Code, unit.Name, "冻伤", state, dead is null ? IncidentSeverity.Serious : IncidentSeverity.Grave, first.AddDays(days), 1, dead, "一人冻伤", [unit.Code]);
        var summary = SummaryRules.Compute(input with { Incidents = [One(1, IncidentState.Open), One(-6, IncidentState.Closed, 1), One(-13, IncidentState.Closed), One(-200, IncidentState.Closed)] });
        Assert.Equal(3, summary.Incidents.Told!.Count);
        Assert.Contains("发生重大情况和突发事件3起", FrontPage.ConclusionOf(summary), StringComparison.Ordinal);
        Assert.Contains("其中重大1起，死亡1人", FrontPage.ConclusionOf(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void A_city_adds_up_the_incidents_of_its_districts()
    {
        var area = SummarySample.Area();
        var document = area.Districts[0].Document!;
        var told = new ToldIncident("青岩镇", "冻伤", "处置中", true, true, 1);
        var with = document with { Summary = document.Summary with { Incidents = document.Summary.Incidents with { Told = [told], ToldSeason = 2 } } };
        var city = AreaRules.Compute(area with { Districts = [area.Districts[0] with { Document = with }, .. area.Districts.Skip(1)] });
        Assert.Equal("花溪区青岩镇", Assert.Single(city.Incidents.Told!).Unit.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(2, city.Incidents.ToldSeason);
        Assert.Null(AreaRules.Compute(area).Incidents.Told);
    }
}
