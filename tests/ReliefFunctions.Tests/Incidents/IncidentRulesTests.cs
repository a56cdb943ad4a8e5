using CsCheck;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Incidents;

public class IncidentRulesTests
{
    private static readonly IncidentPolicy Policy = StandardIncidentPolicy.Policy;

    private static readonly IReadOnlyList<EscalationStep> Chain = Huaxi.Policy.Duties[PatrolIntensity.RoundTheClock].Escalation;

    [Theory]
    [InlineData("青岩古镇北门发现一人冻僵", "冻伤", IncidentSeverity.Serious)]
    [InlineData("桥洞发现一人已无生命体征", "其他", IncidentSeverity.Grave)]
    [InlineData("出租屋一氧化碳中毒，送医2人", "一氧化碳中毒", IncidentSeverity.Serious)]
    [InlineData("垃圾房起火，无人员死亡", "火灾", IncidentSeverity.Serious)]
    [InlineData("排查中未发现冻伤人员，一人醉酒", "其他", IncidentSeverity.General)]
    [InlineData("为防止冻死冻伤已转移一人", "其他", IncidentSeverity.General)]
    [InlineData("没有冻伤，但一人昏迷", "疾病", IncidentSeverity.General)]
    [InlineData("未送医，死亡1人", "其他", IncidentSeverity.Grave)]
    [InlineData("老人走失", "走失", IncidentSeverity.Serious)]
    [InlineData("网传流浪人员无人管", "舆情", IncidentSeverity.General)]
    public void As_long_as_nobody_names_a_kind_the_words_say_what_it_is_and_how_grave(string what, string kind, IncidentSeverity severity)
    {
        var content = Content(what);
        Assert.Equal((kind, true), (IncidentRules.KindOf(content, Policy).Kind.Name, IncidentRules.KindOf(content, Policy).Guessed));
        Assert.Equal(severity, IncidentRules.SeverityOf(content, Policy));
    }

    [Fact]
    public void Who_says_that_nobody_died_is_believed_against_words_and_who_counts_the_dead_against_kinds()
    {
        Assert.Equal(IncidentSeverity.General, IncidentRules.SeverityOf(Content("家属称有人死亡") with { Dead = 0 }, Policy));
        Assert.Equal(IncidentSeverity.Grave, IncidentRules.SeverityOf(Content("一人不适") with { Kind = "illness", Dead = 1 }, Policy));
        Assert.Equal(IncidentSeverity.Grave, IncidentRules.SeverityOf(Content("多人不适") with { HowMany = 10 }, Policy));
        Assert.Equal(IncidentSeverity.Serious, IncidentRules.SeverityOf(Content("一人不适") with { Critical = 1 }, Policy));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_place()
    {
        var wrong = Content(new string('长', 301)) with { Where = " ", HowMany = 1, Dead = 1, Hospitalised = 1, Kind = "no", PlaceType = "no", Township = "no", OnSpotPhone = "x", FoundAt = Huaxi.At("12-20 00:00") };
        Assert.Equal(["/details/onSpotPhone", "/details/placeType", "/details/township", "/foundAt", "/howMany", "/kind", "/what", "/where"],
            IncidentRules.Check(wrong, Policy, Huaxi.Units, Huaxi.At("12-16 21:20"), "/details").Select(error => error.Pointer).Order(StringComparer.Ordinal));
        Assert.Empty(IncidentRules.Check(Content("一人冻伤") with { Township = "520111101", OnSpotPhone = "0851-83851000", Hospitalised = 1, Critical = 1 }, Policy, Huaxi.Units, Huaxi.At("12-16 21:20")));
    }

    [Fact]
    public void The_standard_policy_keeps_its_own_rules() =>
        Assert.Empty(IncidentPolicyRules.Check(StandardIncidentPolicy.Policy with { Version = 1 }, 1));

    /// <summary>
    /// Any commands upon any version, repeated and late: versions count without gaps, what was said is never changed, only the ways that there are lead from
    /// state to state, and whoever says again what was taken is answered with it and changes nothing.
    /// </summary>
    [Fact]
    public void The_life_of_an_incident_holds_under_any_order_of_commands_twice_and_late()
    {
        var command = Gen.Select(Gen.Enum<IncidentReportKind>(), Gen.Int[0, 3], Gen.Int[-2, 1], Gen.Bool, Gen.Int[0, 300]);
        command.Array[1, 25].Sample(commands =>
        {
            var at = Huaxi.At("12-16 21:20");
            var first = IncidentDecisions.First("1216-q-0", Huaxi.Units[0], Content("一人冻伤"), "said", Policy, new IncidentActor(at, "q", "青岩镇", false));
            var (row, versions) = (first.Row, new List<IncidentVersion> { first.Added! });
            var taken = new List<(IncidentUpdate Update, int Base, IncidentActor Actor, int Version)>();
            foreach (var (kind, dead, off, byOffice, minutes) in commands)
            {
                at = at.AddMinutes(minutes);
                var actor = new IncidentActor(at, "q", "青岩镇", byOffice);
                var update = new IncidentUpdate { Kind = kind, Reason = "核实", Details = new IncidentDetails { Dead = dead == 3 ? null : Math.Min(dead, 1), Finding = "已查明", Done = $"措施{dead}" } };
                var before = row;
                var decision = IncidentDecisions.Update(row, update, row.Version + off, Policy, actor);
                if (decision is IncidentDecision.Changed changed)
                {
                    Assert.Equal(0, off);
                    taken.Add((update, before.Version, actor, changed.Row.Version));
                    (row, _) = (changed.Row, versions);
                    versions.Add(changed.Added!);
                    Assert.True(IsWay(before.State, kind, row.State), $"{before.State} {kind} {row.State}");
                    Assert.Equal(row.State == IncidentState.Open, row is { NextDueAt: not null, FinalDueAt: not null, EndedAt: null });
                }
                else
                {
                    Assert.Equal(StoredJson.Write(before), StoredJson.Write(row));
                    if (decision is IncidentDecision.Refused) Assert.False(IsAllowed(before, kind, byOffice));
                }

                // A delayed copy of anything taken before.
                foreach (var (again, named, who, version) in taken)
                {
                    Assert.Equal(new IncidentDecision.Repeated(row, version), IncidentDecisions.Update(row, again, named, Policy, who));
                }
            }

            Assert.Equal(Enumerable.Range(1, row.Version), row.Marks.Select(mark => mark.Number));
            Assert.Equal(versions.Select(version => (version.Number, version.Kind, version.At)), row.Marks.Select(mark => (mark.Number, mark.Kind, mark.At)));
            Assert.Equal(versions[^1].Content, row.Content);
            Assert.Single(row.Marks, mark => mark.Kind == IncidentReportKind.First);
        }, iter: 400);
    }

    [Fact]
    public void Clocks_run_over_midnight_holidays_and_the_last_day_and_stop_with_the_incident()
    {
        var found = Huaxi.At("12-31 23:50");
        var content = Content("一人冻伤") with { FoundAt = found };
        var row = IncidentDecisions.First("1231-q-0", Huaxi.Units[0], content, "said", Policy, new IncidentActor(Huaxi.At("01-01 00:25"), "q", "青岩镇", false)).Row;
        Assert.Equal((5, Huaxi.At("01-01 04:25"), Huaxi.At("01-06 00:25")), (row.MinutesLate, row.NextDueAt, row.FinalDueAt));
        HashSet<string> taken = [];
        Assert.Empty(Steps(row, "01-01 04:24"));

        // New Year's night: nobody's sleep and no holiday moves it.
        Assert.Equal(["备班"], Steps(row, "01-01 04:25"));
        Assert.Equal(["带班领导"], Steps(row, "01-01 04:35"));
        Assert.Equal(["分管领导", "办公室值班电话"], Steps(row, "01-01 05:00"));
        Assert.Empty(Steps(row, "01-01 09:00"));
        Assert.Equal([""], Steps(row, "01-05 00:25"));
        var followed = ((IncidentDecision.Changed)IncidentDecisions.Update(row, new IncidentUpdate { Kind = IncidentReportKind.FollowUp }, 1, Policy, new IncidentActor(Huaxi.At("01-05 23:00"), "q", "", false))).Row;
        Assert.Equal(["备班"], Steps(followed, "01-06 00:25"));
        Assert.Equal(["备班", "带班领导", "分管领导", "办公室值班电话"], Steps(followed, "01-06 03:00"));
        var closed = ((IncidentDecision.Changed)IncidentDecisions.Update(followed, new IncidentUpdate { Kind = IncidentReportKind.Final, Details = new IncidentDetails { Finding = "好转" } }, 2, Policy, new IncidentActor(Huaxi.At("01-06 03:05"), "q", "", false))).Row;
        Assert.Equal(160, IncidentRules.MinutesLate(Huaxi.At("01-06 03:05"), row.FinalDueAt));
        Assert.Empty(Steps(closed, "01-07 00:00"));
        Assert.Empty(Steps(followed with { JoinedInto = "other" }, "01-08 00:00"));

        List<string> Steps(IncidentRow of, string at)
        {
            var steps = IncidentChase.Reports(of, Huaxi.Units[0], Chain, Huaxi.At(at), taken);
            foreach (var step in steps) taken.Add(step.Key);
            return [.. steps.Select(step => step.Role)];
        }
    }

    [Fact]
    public void A_police_unit_is_called_by_the_steps_that_notices_have_for_it()
    {
        var row = IncidentDecisions.First("1216-police-0", Huaxi.Units[3], Content("一人冻伤"), "said", Policy, new IncidentActor(Huaxi.At("12-16 21:20"), "p", "", false)).Row;
        Assert.Contains("分局指挥中心", IncidentChase.Reports(row, Huaxi.Units[3], Chain, Huaxi.At("12-17 03:00"), new HashSet<string>()).Select(step => step.Role));
    }

    [Fact]
    public void What_is_said_again_has_the_same_name_and_what_another_unit_or_day_says_another()
    {
        var report = new IncidentReport { What = "一人冻伤", Where = "北门", HowMany = 1 };
        var day = new DateOnly(2026, 12, 16);
        Assert.Equal(IncidentRules.IdOf("520111101", day, report, null), IncidentRules.IdOf("520111101", day, report with { }, null));
        Assert.Equal(5, new[]
        {
            IncidentRules.IdOf("520111101", day, report, null), IncidentRules.IdOf("520111102", day, report, null), IncidentRules.IdOf("520111101", day.AddDays(1), report, null),
            IncidentRules.IdOf("520111101", day, report with { HowMany = 2 }, null), IncidentRules.IdOf("520111101", day, report, "key"),
        }.Distinct().Count());
    }

    [Fact]
    public void The_weekly_form_is_asked_when_it_says_fewer_than_were_reported_or_more()
    {
        IncidentOnRecord one = new("1216-q-0", "q", "青岩镇", "冻伤", IncidentState.Open, IncidentSeverity.Serious, new DateOnly(2026, 12, 16), 1, null, "一人冻伤", ["q"]);
        Assert.Equal("incident-not-counted", Assert.Single(IncidentQuestions.Of("X01", "重大情况", 0, [one])).Code);
        Assert.Contains("12月16日冻伤（处置中", IncidentQuestions.Of("X01", "重大情况", 0, [one])[0].Message, StringComparison.Ordinal);
        Assert.Equal("incident-not-reported", Assert.Single(IncidentQuestions.Of("X01", "重大情况", 1, [])).Code);
        Assert.Empty(IncidentQuestions.Of("X01", "重大情况", 1, [one]));
        Assert.Empty(IncidentQuestions.Of("X01", "重大情况", 0, []));
    }

    private static bool IsWay(IncidentState from, IncidentReportKind by, IncidentState to) => (from, by, to) switch
    {
        (IncidentState.Open, IncidentReportKind.FollowUp or IncidentReportKind.Correction, IncidentState.Open) => true,
        (IncidentState.Open, IncidentReportKind.Final, IncidentState.Closed) => true,
        (IncidentState.Open or IncidentState.Closed, IncidentReportKind.FalseAlarm, IncidentState.FalseAlarm) => true,
        (IncidentState.Closed, IncidentReportKind.Correction, IncidentState.Closed) => true,
        (IncidentState.FalseAlarm, IncidentReportKind.Correction, IncidentState.Open) => true,
        _ => false,
    };

    private static bool IsAllowed(IncidentRow row, IncidentReportKind kind, bool byOffice) => kind switch
    {
        IncidentReportKind.First => false,
        IncidentReportKind.Correction => true,
        IncidentReportKind.FalseAlarm => row.State != IncidentState.FalseAlarm && (byOffice || row.Marks.All(mark => mark.Severity < IncidentSeverity.Grave)),
        _ => row.State == IncidentState.Open,
    };

    private static IncidentContent Content(string what) => new() { What = what, Where = "北门", HowMany = 1, FoundAt = Huaxi.At("12-16 21:05") };
}
