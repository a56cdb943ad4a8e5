using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>What a leader must find on the first page, and what it must never say.</summary>
public class FrontPageTests
{
    private static readonly SummaryInput Input = SummarySample.Input();

    /// <summary>A quiet week: every unit reported in time, did what was asked, acknowledged at once, and has nothing open.</summary>
    private static readonly SummaryInput Quiet = Input with
    {
        Duties = [.. Input.Duties.Select(duty => duty with { AllVillages = duty.Intensity >= PatrolIntensity.Intensive, AllPoints = duty.Intensity > PatrolIntensity.Routine })],
        Decisions = [],
        Orders = [.. Input.Orders.Where(order => !order.Test).Select(order => order with
        {
            Notices = [.. order.Notices.Select(notice => notice with { AcknowledgedAt = order.IssuedAt.AddSeconds(20) })],
        })],
        Reports = [.. Input.Reports.Select(report => report with
        {
            Standing = ReportState.Accepted,
            MinutesLate = 0,
            ReceivedAt = Input.Weeks[0].Due,
            Counted = new CountedReport(1, "h", true, Input.Weeks[0].Due, new ReportValues(SummarySample.Form.FieldsFor(SummarySample.Units.Single(unit => unit.Code == report.Unit).Kind)
                .Select(field => KeyValuePair.Create(field.Code, field.IsText ? FieldValue.Of("无") : FieldValue.Of(field.Code switch { "A01" or "A02" => 30, "A05" or "A06" => 5, "A07" or "A08" => 8, "B02" or "B03" => 2, _ => 0 }))))),
        })],
    };

    private static FrontPage Page(SummaryInput input) => FrontPage.Of(SummaryRules.Compute(input), SummarySample.Stamp);

    private static SummaryInput Change(SummaryInput input, string unit, Func<UnitReport, UnitReport> change) =>
        input with { Reports = [.. input.Reports.Select(report => report.Week == input.Week && report.Unit == unit ? change(report) : report)] };

    private static UnitReport With(UnitReport report, string code, int value) => report with { Counted = report.Counted! with { Values = report.Counted.Values.With(code, FieldValue.Of(value)) } };

    [Fact]
    public void A_week_in_which_all_was_done_says_so_and_names_nobody()
    {
        var page = Page(Quiet);
        Assert.Equal(
            "本周各单位均确认未发生冻、病、饿致伤亡等重大情况；救助50人次，与上周持平；最低气温零下2.8℃，最高执行强化巡查，25家单位均达到应巡次数和排查要求；无需督办事项。", page.Conclusion);
        Assert.Empty(page.Concerns);
        Assert.Empty(page.Decisions);
        Assert.All(page.Grid, line => Assert.Equal(UnitStanding.Good, line.Standing));
        Assert.Contains("应报24家，全部按时报送；以上数据均已审核。", page.Notes);

        // All took the same minute: nobody is the slowest.
        Assert.DoesNotContain("最慢", string.Concat(page.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_town_that_never_signed_is_named_though_another_order_stands_by_now()
    {
        var town = SummarySample.Units[19];
        var input = Quiet with
        {
            Orders = [.. Quiet.Orders.Select(order => order.Revision is 2 or 3
                ? order with { Notices = [.. order.Notices.Select(notice => notice.Unit == town.Code ? notice with { AcknowledgedAt = null } : notice)] } : order)],
        };
        var row = Assert.Single(Page(input).Concerns);
        Assert.Equal(("指令通知未签收2份", "高坡苗族乡第2、3号指令始终未签收（指令现已调整）", "12月15日起", true), (row.What, row.Units, row.Since, row.Grave));
        Assert.Equal(UnitStanding.Chase, Page(input).Grid[0].Standing);
        Assert.Contains("请高坡苗族乡说明未签收原因，落实值班签收。", Page(input).Next);

        // Somebody who answers for the town stands in the register.
        var known = input with { Units = [.. input.Units.Select(unit => unit.Code == town.Code ? unit with { Leader = "王某" } : unit)] };
        Assert.Equal("王某", Assert.Single(Page(known).Concerns).Who);

        // Replaced before its time ran out, or not yet due, it is held against nobody.
        Assert.Empty(Page(input with { Orders = [.. input.Orders.Select(order => order with { Notices = [.. order.Notices.Select(notice => notice with { Pending = notice.AcknowledgedAt is null })] })] }).Concerns);
    }

    [Fact]
    public void Villages_and_points_left_out_against_the_order_are_named_and_the_order_counts_as_not_carried_out()
    {
        var (town, office) = (SummarySample.Units[11], SummarySample.Units[22]);
        var page = Page(Change(Change(Quiet, town.Code, report => With(report, "A08", 3)), office.Code, report => With(report, "A06", 1)));
        Assert.Equal([("村（社区）漏排查5个", "青岩镇漏5个（应8个）"), ("重点点位漏巡4个", "区公安分局漏4个（应5个）")], page.Concerns.Select(row => (row.What, row.Units)));
        Assert.Contains("23家达到应巡次数和排查要求、2家未达到", page.Conclusion, StringComparison.Ordinal);
        Assert.Contains("请青岩镇补排查；区公安分局补巡。", page.Next);

        // Where no order asked for all villages, none is missed.
        Assert.Empty(Page(Change(Quiet with { Duties = Input.Duties }, town.Code, report => With(report, "A08", 3))).Concerns);
    }

    [Fact]
    public void What_is_blank_cannot_be_judged_and_the_unit_is_asked()
    {
        var page = Page(Change(Quiet, SummarySample.Units[11].Code, report => report with { Counted = report.Counted! with { Values = report.Counted.Values.With("A08", FieldValue.Blank) } }));
        Assert.Equal(("填报空白，无法核定", "青岩镇", false), (page.Concerns[0].What, page.Concerns[0].Units, page.Concerns[0].Grave));
        Assert.Contains("24家达到应巡次数和排查要求、1家无法核定", page.Conclusion, StringComparison.Ordinal);
        Assert.Equal(UnitStanding.Unknown, page.Grid[0].Standing);
        Assert.Contains("请青岩镇补填空白项。", page.Next);
    }

    [Fact]
    public void Before_its_deadline_a_week_is_running_and_nobody_is_accused()
    {
        var input = Quiet with
        {
            OpenWeeks = [Quiet.Week],
            Reports = [.. Quiet.Reports.Select(report => report.Week == Quiet.Week ? report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null } : report)],
        };
        var summary = SummaryRules.Compute(input);
        var page = FrontPage.Of(summary, SummarySample.Stamp);
        Assert.StartsWith("本周尚在进行，应报24家，已报0家，尚未报送的于12月21日17:00截止，不计未报；尚无计入的报表", page.Conclusion, StringComparison.Ordinal);
        Assert.Empty(page.Concerns);
        Assert.Empty(summary.Reporting.Missing);
        Assert.Equal(25, summary.Reporting.Pending.Count);
        Assert.All(page.Grid, line => Assert.Equal(UnitStanding.Running, line.Standing));
        Assert.DoesNotContain("未达", page.Conclusion, StringComparison.Ordinal);
        Assert.All(summary.Duties, duty => Assert.Equal(Verdict.Running, duty.Verdict));
    }

    [Fact]
    public void A_week_after_one_with_few_reports_warns_of_the_comparison()
    {
        var before = Quiet.Weeks[1].Key;
        var thin = Quiet with { Reports = [.. Quiet.Reports.Select((report, i) => report.Week == before && i % 3 > 0 ? report with { Standing = ReportState.NotReported, Counted = null } : report)] };
        Assert.Contains(Page(thin).Notes, note => note.StartsWith("第2周仅报8家（应报24家），与上周比较仅供参考", StringComparison.Ordinal));
        Assert.DoesNotContain(Page(Quiet).Notes, note => note.Contains("仅供参考", StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_version_says_what_changed_and_one_late_unit_is_one_line()
    {
        var without = Change(Quiet, SummarySample.Units[19].Code, report => report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null });
        var after = SummaryRules.Compute(Change(Quiet, SummarySample.Units[11].Code, report => With(With(report, "A03", 7), "A04", 3)) with { Previous = SummaryRules.Compute(without) });
        Assert.Equal("较第1版：增补高坡苗族乡；更正青岩镇。", FrontPage.Of(after, SummarySample.Stamp with { Version = 2 }).Changed);
        Assert.Equal(["青岩镇", "高坡苗族乡"], after.Changes.Where(change => change.Unit != "全部").Select(change => change.Unit));
    }

    [Fact]
    public void The_season_before_stands_beside_the_same_week_and_stocks_are_not_added()
    {
        var last = new SeasonFigures("2025-2026", "2025年度台账", [.. Enumerable.Range(1, 4).Select(week => new WeekOfSeason(week, new Dictionary<string, long> { ["救助人次"] = 10 * week, ["避寒场所、救助点、引导点"] = 30 }))]);
        var summary = SummaryRules.Compute(Quiet with { LastSeason = last });
        Assert.Equal((30L, 60L), (summary.LastSeason!.Lines[0].Week!.Value, summary.LastSeason.Lines[0].Season!.Value));
        Assert.Equal((30L, 30L), (summary.LastSeason.Lines[^1].Week!.Value, summary.LastSeason.Lines[^1].Season!.Value));
        var page = FrontPage.Of(summary, SummarySample.Stamp);
        Assert.Equal(("30", "—"), (page.Data[0].LastSeason, page.Data[1].LastSeason));
        Assert.Contains(page.Notes, note => note.Contains("与2025-2026年度比较：救助人次累计增加90（增长150%）", StringComparison.Ordinal));
        Assert.Null(Page(Quiet).Data[0].LastSeason);
    }

    [Fact]
    public void A_stage_asks_for_what_its_weeks_asked_for_and_names_runs_of_weeks()
    {
        var input = SummarySample.Input(6, kind: PeriodKind.Progress);
        var silent = input with { Reports = [.. input.Reports.Select(report => report.Unit == SummarySample.Units[0].Code && report.Week > input.Weeks[1].Key ? report with { Standing = ReportState.NotReported, Counted = null } : report)] };
        var stage = SummaryRules.Compute(silent);
        Assert.Contains("贵筑街道（第3—6周）", stage.Reporting.Missing);
        Assert.Contains(FrontPage.Of(stage, SummarySample.Stamp).Concerns, row => row.Units.Contains("贵筑街道（第3—6周）", StringComparison.Ordinal));
        foreach (var duty in stage.Duties)
        {
            var weeks = input.Weeks.Select(week => SummaryRules.Compute(silent with { Week = week.Key, Heading = silent.Heading with { Kind = PeriodKind.Week } })).Select(week => week.Duties.Single(each => each.UnitCode == duty.UnitCode));
            Assert.Equal(weeks.Sum(week => week.Required), duty.Required);
        }
    }

    [Fact]
    public void Minutes_late_are_those_between_the_times_that_are_printed()
    {
        var order = Quiet.Orders[1];
        var by = order.IssuedAt.AddMinutes(120);
        OrderOfWeek At(DateTimeOffset at) => order with { Notices = [order.Notices[0] with { AcknowledgeBy = by, AcknowledgedAt = at }] };
        NoticeLine Of(DateTimeOffset at) => SummaryRules.Compute(Quiet with { Orders = [Quiet.Orders[0], At(at)] }).Orders[^1].Notices[0];
        Assert.Equal((true, 0), (Of(by.AddSeconds(59)).InTime, Of(by.AddSeconds(59)).MinutesLate));
        Assert.Equal((false, 1), (Of(by.AddSeconds(60)).InTime, Of(by.AddSeconds(60)).MinutesLate));
    }

    [Fact]
    public void Names_of_a_city_are_never_doubled() =>
        Assert.Equal(
            ["花溪区救助管理站", "花溪区公安分局", "花溪区青岩镇", "长顺县公安局"],
            new[] { AreaRules.Joined("花溪区", "花溪区救助管理站"), AreaRules.Joined("花溪区", "区公安分局"), AreaRules.Joined("花溪区", "青岩镇"), AreaRules.Joined("长顺县", "县公安局") });

    [Fact]
    public void Temperatures_that_warnings_name_stand_where_no_forecast_is_known()
    {
        var day = Quiet.Weeks[^1].First.AddDays(2);
        var input = Quiet with { Minimums = [.. Quiet.Minimums.Where(minimum => minimum.Day < Quiet.Weeks[^1].First)], Warned = [new DailyMinimum(day, -4, "预警信号")], Ahead = [new DailyMinimum(day.AddDays(7), -1, "open-meteo")] };
        var summary = SummaryRules.Compute(input);
        Assert.Equal(-4, summary.Minimum);
        Assert.Contains("预警信号", summary.MinimumSources);
        Assert.Contains(Page(input).Next, line => line.Contains("预报12月23日最低气温零下1℃", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_for_the_phone_says_what_the_first_page_says()
    {
        var summary = SummaryRules.Compute(Input);
        var (page, html) = (FrontPage.Of(summary, SummarySample.Stamp), SummaryExports.Html(summary, SummarySample.Stamp));
        foreach (var text in new[] { page.Conclusion }.Concat(page.Headings).Concat(page.Notes).Concat(page.Next).Concat(page.Concerns.Select(row => row.Units)))
        {
            Assert.Contains(System.Net.WebUtility.HtmlEncode(text), html, StringComparison.Ordinal);
        }
    }
}
