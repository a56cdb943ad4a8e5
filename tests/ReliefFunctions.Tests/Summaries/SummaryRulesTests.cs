using CsCheck;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.Summaries;

public class SummaryRulesTests
{
    private static readonly SummaryInput Input = SummarySample.Input();
    private static readonly Summary Summary = SummaryRules.Compute(Input);

    [Fact]
    public void Totals_are_the_sum_of_the_counted_reports_and_nothing_else()
    {
        foreach (var field in SummarySample.Form.Fields.Where(field => !field.IsText))
        {
            // Walked report by report into one dictionary, where the product goes field by field.
            var (week, season, lastOf) = (0L, 0L, new Dictionary<string, int>());
            foreach (var report in Input.Reports.OrderBy(report => report.Week))
            {
                if (report.Counted is not { } counted || counted.Values.Number(field.Code) is not { } number) continue;
                if (report.Week == Input.Week) week += number;
                season += number;
                lastOf[report.Unit] = number;
            }

            var total = Summary.TotalOf[field.Code];
            // A stock that the week does not say stands as it was last said.
            var expected = field.Aggregation == Aggregation.Stock ? lastOf.Values.Sum() : week;
            Assert.Equal((expected, expected - week), (total.Total, total.Carried));
            Assert.Equal(expected, total.ByKind.Values.Sum());
            Assert.Equal(field.Aggregation == Aggregation.Stock ? expected : season, total.Season);
        }
    }

    [Fact]
    public void A_returned_report_counts_only_where_a_version_was_accepted_before()
    {
        var without = Summary.Units.Single(unit => unit.Name == "航空路街道");
        var with = Summary.Units.Single(unit => unit.Name == "小孟街道");
        Assert.False(without.IsCounted);
        Assert.Equal(2, with.Version);
        Assert.Equal(["航空路街道", "小孟街道"], Summary.Reporting.Returned);
    }

    [Fact]
    public void The_rescue_station_is_outside_of_the_reporting_rate_and_inside_of_the_totals()
    {
        Assert.Equal(24, Summary.Reporting.Expected);
        Assert.Equal(22, Summary.Reporting.Reported);
        Assert.Equal(20, Summary.Reporting.OnTime);
        Assert.Contains(UnitKind.RescueStation, Summary.TotalOf["B02"].ByKind.Keys);
    }

    [Fact]
    public void A_unit_that_did_not_say_so_does_not_confirm_that_nothing_grave_happened()
    {
        Assert.Equal(1, Summary.Incidents.Total);
        Assert.Equal(22, Summary.Incidents.ConfirmedNone);
        Assert.Equal(2, Summary.Incidents.Unconfirmed);
    }

    [Fact]
    public void The_test_order_counts_for_nothing()
    {
        Assert.DoesNotContain(Summary.Orders, order => order.Revision == 4);
        Assert.Equal(75, Summary.Acknowledgements.Notices);
    }

    [Fact]
    public void The_median_is_over_the_acknowledged_notices_of_this_weeks_orders()
    {
        var minutes = Input.Orders.Where(order => order is { Test: false, Revision: > 1 })
            .SelectMany(order => order.Notices.Where(notice => notice.AcknowledgedAt is not null).Select(notice => (notice.AcknowledgedAt!.Value - order.IssuedAt).TotalMinutes))
            .Order().ToList();
        var median = minutes.Count % 2 == 1 ? minutes[minutes.Count / 2] : (minutes[minutes.Count / 2 - 1] + minutes[minutes.Count / 2]) / 2;
        Assert.Equal((decimal)median, Summary.Acknowledgements.MedianMinutes);
        Assert.Equal(minutes[^1] > minutes[^2] ? (int)minutes[^1] : null, Summary.Acknowledgements.SlowestMinutes);
    }

    [Fact]
    public void A_notice_replaced_before_it_was_acknowledged_is_not_outstanding()
    {
        var replaced = Summary.Orders.SelectMany(order => order.Notices).Where(notice => notice.ReplacedBy is not null).ToList();
        Assert.NotEmpty(replaced);
        Assert.Equal(3, Summary.Acknowledgements.Outstanding.Count);
        Assert.Equal(Summary.Orders.Single(order => order.Revision == 5).Notices.Where(notice => notice.AcknowledgedAt is null).Select(notice => notice.Unit), Summary.Acknowledgements.Outstanding);
    }

    [Fact]
    public void The_duty_of_a_day_is_that_of_its_intensity_at_eight_in_the_evening()
    {
        // Monday routine; Tuesday 06:00 heightened; Wednesday 06:00 intensive for townships; Saturday 12:00 heightened again.
        var township = Summary.Duties.Single(duty => duty.Unit == "青岩镇");
        Assert.Equal("常态1天 加强3天 强化3天", township.Days);
        Assert.Equal((int)Math.Floor((3 + 3 * 7 + 3 * 14) / 7.0), township.Required);
        Assert.Equal(6, township.RequiredNight);
        Assert.Equal("常态1天 加强6天", Summary.Duties.Single(duty => duty.Unit == "区公安分局").Days);
    }

    [Fact]
    public void A_patrol_figure_left_blank_is_told_apart_from_a_form_not_handed_in_and_night_from_day()
    {
        SummaryInput With(string field, FieldValue value) => Input with
        {
            Reports = [.. Input.Reports.Select(report => report.Week == Input.Week && report.Unit == SummarySample.Units[11].Code ? report with { Counted = report.Counted! with { Values = report.Counted.Values.With("A01", FieldValue.Of(99)).With("A02", FieldValue.Of(99)).With(field, value) } } : report)],
        };
        static DutyLine Of(Summary summary, string unit) => summary.Duties.Single(duty => duty.Unit == unit);
        string[] Shown(Summary summary)
        {
            var book = Cells.Of(SummaryWorkbook.Write(summary, SummarySample.Stamp));
            var row = book.All("应巡实巡").Single(cell => cell is { Column: "A", Text: "青岩镇" }).Row;
            return [.. "BEG".Select(column => book.Text("应巡实巡", $"{column}{row}"))];
        }

        var day = SummaryRules.Compute(With("A01", FieldValue.Blank));
        Assert.Equal((true, (int?)null, Verdict.Unknown), (Of(day, "青岩镇").Filed, Of(day, "青岩镇").Reported, Of(day, "青岩镇").Verdict));
        Assert.Equal(["无法核定", "空白", "99"], Shown(day));

        // A blank where nights are asked for tells nothing: the unit is to be asked.
        var night = SummaryRules.Compute(With("A02", FieldValue.Blank));
        Assert.Equal(["无法核定", "99", "空白"], Shown(night));
        Assert.Contains(night.Concerns, concern => concern is { Kind: ConcernKind.Unclear, Unit: "青岩镇" });

        // No form, no figure: that is not a blank. Zero is a figure.
        Assert.Equal((false, "未报"), (Of(Summary, "金欣街道").Filed, Of(Summary, "金欣街道").Absent));
        var none = SummaryRules.Compute(With("A01", FieldValue.Of(0)));
        Assert.Equal(["未达标", "0", "99"], Shown(none));
        Assert.Contains(none.Concerns, concern => concern is { Kind: ConcernKind.Patrols, Unit: "青岩镇", Count: 9, Of: 9 });
    }

    [Fact]
    public void A_matter_carries_over_until_it_is_settled_and_shows_its_settling_once()
    {
        Assert.Collection(Summary.Matters,
            matter => Assert.Equal(("清溪街道", "区民政局", false), (matter.Unit, matter.Owner, matter.Closed)),
            matter => Assert.Equal(("溪北街道", true), (matter.Unit, matter.Closed)),
            matter => Assert.Equal("黄河路街道", matter.Unit));
        var decided = Input with { Decisions = [.. Input.Decisions.Select(decision => decision with { Closed = true, ClosedInWeek = Input.Weeks[1].Key })] };
        Assert.Single(SummaryRules.Compute(decided).Matters);
    }

    [Fact]
    public void Shares_lie_between_none_and_all_and_counts_never_exceed_what_was_expected()
    {
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 1_000_000], Gen.Int[0, 3]).Sample((count, seed, weeks) =>
        {
            var summary = SummaryRules.Compute(Shaken(count, seed, weeks + 1));
            foreach (var share in new[] { summary.Reporting.Rate, summary.Reporting.OnTimeRate, summary.Reporting.UnacceptedShare }.Concat(summary.Trend.SelectMany(week => new[] { week.Rate, week.OnTimeRate })))
            {
                Assert.True(share is null or (>= 0 and <= 1), $"{share}");
            }

            Assert.InRange(summary.Acknowledgements.InTime, 0, summary.Acknowledgements.Acknowledged);
            Assert.InRange(summary.Acknowledgements.Acknowledged, 0, summary.Acknowledgements.Notices);
            Assert.Equal(summary.Units.Count, summary.Incidents.ConfirmedNone + summary.Incidents.Unconfirmed + summary.Incidents.Units.Count);
        }, iter: 150);
    }

    [Fact]
    public void Inputs_in_any_order_give_the_same_summary()
    {
        var expected = Core.Storage.StoredJson.Write(Summary);
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var dice = new Random(seed);
            T[] Mixed<T>(IReadOnlyList<T> list)
            {
                var copy = list.ToArray();
                dice.Shuffle(copy);
                return copy;
            }

            var mixed = Input with
            {
                Weeks = Mixed(Input.Weeks),
                Units = Mixed(Input.Units),
                Reports = Mixed(Input.Reports),
                Duties = Mixed(Input.Duties),
                Orders = Mixed([.. Input.Orders.Select(order => order with { Units = Mixed(order.Units), Notices = Mixed(order.Notices) })]),
                Minimums = Mixed(Input.Minimums),
                Decisions = Mixed(Input.Decisions),
            };
            Assert.Equal(expected, Core.Storage.StoredJson.Write(SummaryRules.Compute(mixed)));
        }, iter: 20);
    }

    [Fact]
    public void Any_change_of_a_counted_value_changes_the_hash_and_stands_in_the_changes()
    {
        var report = Input.Reports.Single(report => report.Week == Input.Week && report.Unit == SummarySample.Units[0].Code);
        var corrected = report with { Counted = report.Counted! with { Version = 2, Values = report.Counted.Values.With("A03", FieldValue.Of(9999)) } };
        var after = SummaryRules.Compute(Input with { Reports = [.. Input.Reports.Where(each => each != report), corrected], Previous = Summary });
        Assert.NotEqual(Summary.SourceHash, after.SourceHash);
        Assert.Equal(Summary.InputHash, after.PreviousHash);
        var change = Assert.Single(after.Changes);
        Assert.Equal(("贵筑街道", "更正1项：A03 出动巡查人员", "第2版：9999", ChangeKind.Corrected), (change.Unit, change.What, change.After, change.Kind));
    }

    [Fact]
    public void The_source_hash_does_not_depend_on_the_version_replaced_and_the_input_hash_does()
    {
        var again = SummaryRules.Compute(Input with { Previous = Summary });
        Assert.Equal(Summary.SourceHash, again.SourceHash);
        Assert.NotEqual(Summary.InputHash, again.InputHash);
    }

    [Fact]
    public void Rows_of_later_weeks_change_nothing()
    {
        var four = SummarySample.Input(4);
        var early = SummaryRules.Compute(four with { Week = four.Weeks[2].Key });
        var cut = SummaryRules.Compute(four with { Week = four.Weeks[2].Key, Weeks = [.. four.Weeks.Take(3)], Reports = [.. four.Reports.Where(report => report.Week <= four.Weeks[2].Key)] });
        Assert.Equal(Core.Storage.StoredJson.Write(cut), Core.Storage.StoredJson.Write(early));
    }

    private static SummaryInput Shaken(int units, int seed, int weeks)
    {
        var dice = new Random(seed);
        var input = SummarySample.Input(weeks, seed, [.. SummarySample.Units.Take(Math.Max(3, Math.Min(units, 25)))]);
        return input with
        {
            Reports = [.. input.Reports.Where(_ => dice.Next(5) > 0).Select(report => dice.Next(4) switch
            {
                0 => report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null },
                1 => report with { MinutesLate = dice.Next(500) },
                _ => report,
            })],
        };
    }
}
