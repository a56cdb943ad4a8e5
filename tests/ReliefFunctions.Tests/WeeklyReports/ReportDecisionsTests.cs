using CsCheck;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Tests.WeeklyReports;

public class ReportDecisionsTests
{
    private static readonly ReportingWeek Week = Huaxi.Week();
    private static readonly DateTimeOffset InTime = Week.Due.AddHours(-1);

    private static Submission Content(int figure, int? baseVersion) => new(Huaxi.Good.With("A03", figure), 1, baseVersion, new OriginalFile(new string('0', 64), "application/json", 1), []);

    private static Decision Submit(ReportRow row, int figure, int? baseVersion, DateTimeOffset? at = null) => ReportDecisions.Submit(Huaxi.Target(), row, Content(figure, baseVersion), at ?? InTime, "k1");

    private static ReportRow After(ReportRow row, Decision decision) => decision is Decision.Changed changed ? changed.Row : row;

    private static ReportRow Expected() => ReportRow.Expected(Huaxi.Qingyan, Week.Key);

    /// <summary>One thing that a unit or the office may do, as numbers: what, which figure or comment, how far the version named lies behind the latest.</summary>
    private static readonly Gen<(int What, int Figure, int Behind)[]> Commands = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 4], Gen.Int[-1, 3]).Array[0, 30];

    private static Decision Apply(ReportRow row, (int What, int Figure, int Behind) command)
    {
        var named = row.Version - command.Behind;
        return command.What switch
        {
            0 => Submit(row, command.Figure, named <= 0 ? null : named),
            1 => ReportDecisions.Accept(row, named, row.Revision, null, InTime, "office"),
            _ => ReportDecisions.Return(row, named, row.Revision, $"第{command.Figure}次核对", InTime, "office"),
        };
    }

    [Fact]
    public void A_then_B_then_a_delayed_A_stays_B() => Gen.Select(Gen.Int[1, 50], Gen.Int[51, 99], Gen.Int[0, 4]).Sample((a, b, retries) =>
    {
        var row = After(Expected(), Submit(Expected(), a, null));
        row = After(row, Submit(row, b, 1));
        for (var i = 0; i <= retries; i++)
        {
            var late = Assert.IsType<Decision.Repeated>(Submit(row, a, null));
            Assert.Equal((1, 2), (late.Mark!.Number, late.SupersededBy));
        }

        Assert.Equal(b, row.Counted!.Content.Values.Number("A03"));
    });

    [Fact]
    public void A_stale_command_changes_nothing_and_a_repeated_one_changes_nothing() => Commands.Sample(commands =>
    {
        var row = Expected();
        foreach (var command in commands)
        {
            var decision = Apply(row, command);
            if (command.Behind != 0 && !(command.What == 0 && row.Version - command.Behind <= 0 && row.Version == 0)) Assert.IsNotType<Decision.Changed>(decision);
            if (decision is not Decision.Changed changed) continue;
            // The same command once more, as a lost answer makes a client send it.
            var again = command with { Behind = command.What == 0 ? command.Behind + 1 : command.Behind };
            Assert.IsType<Decision.Repeated>(Apply(changed.Row, again));
            row = changed.Row;
        }
    });

    [Fact]
    public void What_the_office_took_back_does_not_come_back_with_a_delayed_command() => Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool).Sample((acceptedFirst, sameKind, named) =>
    {
        var row = After(Expected(), Submit(Expected(), 1, null));
        var read = named ? row.Revision : (int?)null;
        Decision First(ReportRow now) => acceptedFirst ? ReportDecisions.Accept(now, 1, read, null, InTime, "office") : ReportDecisions.Return(now, 1, read, "B02 请核对", InTime, "office");
        row = After(row, First(row));
        Assert.IsType<Decision.Repeated>(First(row));
        var second = acceptedFirst || sameKind ? ReportDecisions.Return(row, 1, row.Revision, "A03 与台账不符", InTime, "office") : ReportDecisions.Accept(row, 1, row.Revision, null, InTime, "office");
        row = Assert.IsType<Decision.Changed>(second).Row;
        Assert.Contains("revision", Assert.IsType<Decision.Stale>(First(row)).Reason, StringComparison.Ordinal);
    });

    [Fact]
    public void A_leave_and_a_scan_that_were_replaced_do_not_come_back_with_a_delayed_command()
    {
        var leaves = new[] { 1, 2 }.Select(day => new LockWaiver(Week.Lock.AddDays(day), "停电", "office")).ToList();
        var row = After(Expected(), ReportDecisions.Unlock(Expected(), leaves[0], null));
        Assert.IsType<Decision.Stale>(ReportDecisions.Unlock(row, leaves[1], null));
        row = After(row, ReportDecisions.Unlock(row, leaves[1], row.Revision));
        Assert.IsType<Decision.Stale>(ReportDecisions.Unlock(row, leaves[0], null));
        Assert.IsType<Decision.Repeated>(ReportDecisions.Unlock(row, leaves[1] with { By = "colleague" }, null));

        var scans = "ab".Select(hash => new StampedScan(new OriginalFile(new string(hash, 64), "application/pdf", 9), InTime, "k1")).ToList();
        foreach (var scan in scans) row = After(row, ReportDecisions.Attach(row, scan));
        Assert.IsType<Decision.Repeated>(ReportDecisions.Attach(row, scans[0]));
        Assert.Equal(scans[1].File, row.Scan!.File);
    }

    [Fact]
    public void What_counts_follows_its_definition_through_every_return_and_acceptance() => Commands.Sample(commands =>
    {
        var row = Expected();
        var state = ReportState.NotReported;
        var (versions, accepted) = (new List<int>(), new List<int>());
        foreach (var command in commands)
        {
            if (Apply(row, command) is not Decision.Changed changed) continue;
            row = changed.Row;
            switch (command.What)
            {
                case 0:
                    versions.Add(command.Figure);
                    state = ReportState.Submitted;
                    break;
                case 1:
                    accepted.Add(versions.Count);
                    state = ReportState.Accepted;
                    break;
                default:
                    accepted.RemoveAll(version => version == versions.Count);
                    state = ReportState.Returned;
                    break;
            }

            var counted = state == ReportState.Returned ? accepted.Count > 0 ? accepted.Max() : 0 : versions.Count;
            Assert.Equal((state, versions.Count, counted), (row.State, row.Version, row.Counted?.Number ?? 0));
            if (counted > 0) Assert.Equal(versions[counted - 1], row.Counted!.Content.Values.Number("A03"));
        }
    });

    [Fact]
    public void A_rate_is_never_over_a_hundred_percent() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 200]).Array[0, 30].Sample(units =>
        {
            var rate = ReportingRate.Of(units.Select((unit, i) =>
            {
                var row = Expected() with { Unit = $"{i}", InRate = unit.Item1 };
                if (unit.Item2 > 0) row = After(row, Submit(row, unit.Item3, null, Week.Due.AddMinutes(unit.Item3 - 100)));
                return unit.Item2 switch { 2 => After(row, ReportDecisions.Accept(row, 1, null, null, InTime, "o")), 3 => After(row, ReportDecisions.Return(row, 1, null, "x", InTime, "o")), _ => row };
            }));
            return rate is { Rate: null or (>= 0 and <= 1), RateOnTime: null or (>= 0 and <= 1) } && rate.OnTime <= rate.Reported && rate.Reported <= rate.Expected && rate.Accepted <= rate.Reported;
        });

    [Fact]
    public void A_report_is_late_by_the_minute_and_a_return_does_not_make_a_punctual_unit_late()
    {
        var row = After(Expected(), Submit(Expected(), 1, null, Week.Due));
        Assert.Equal(0, row.MinutesLate);
        row = After(row, ReportDecisions.Return(row, 1, null, "请核对", Week.Due.AddHours(3), "office"));
        row = After(row, Submit(row, 2, 1, Week.Due.AddHours(5)));
        Assert.Equal((0, 300), (row.MinutesLate, row.Latest!.MinutesLate));

        // A reader sees 17:00 beside a deadline of 17:00.
        Assert.Equal(0, After(Expected(), Submit(Expected(), 1, null, Week.Due.AddSeconds(59))).MinutesLate);
        Assert.Equal(1, After(Expected(), Submit(Expected(), 1, null, Week.Due.AddSeconds(60))).MinutesLate);
    }

    [Fact]
    public void The_lock_closes_after_its_instant_and_a_repeated_submission_is_answered_even_then()
    {
        Assert.IsType<Decision.Changed>(Submit(Expected(), 1, null, Week.Lock));
        Assert.Contains("锁定", Assert.IsType<Decision.Refused>(Submit(Expected(), 1, null, Week.Lock.AddTicks(1))).Reason, StringComparison.Ordinal);
        Assert.Contains("还没有开始", Assert.IsType<Decision.Refused>(Submit(Expected(), 1, null, Week.Opens.AddTicks(-1))).Reason, StringComparison.Ordinal);
        var row = After(Expected(), Submit(Expected(), 1, null));
        Assert.IsType<Decision.Repeated>(Submit(row, 1, null, Week.Lock.AddDays(9)));
    }

    [Fact]
    public void A_return_to_what_stood_before_is_a_new_version()
    {
        var row = After(Expected(), Submit(Expected(), 1, null));
        row = After(row, Submit(row, 2, 1));
        row = After(row, Submit(row, 1, 2));
        Assert.Equal((3, 1), (row.Version, row.Counted!.Content.Values.Number("A03")));
    }

    [Theory]
    [InlineData("2026W50", "2026-12-11T16:00", "2026-12-14T15:00", "2026-12-14T18:00", "2026-12-15T08:30")]
    [InlineData("2026W53", "2026-12-31T16:00", "2027-01-04T15:00", "2027-01-04T18:00", "2027-01-05T08:30")]
    public void Reminders_keep_to_working_days_and_waking_hours(string week, params string[] local)
    {
        var steps = Reminders.Of(Huaxi.Week(week), Huaxi.Campaign).Steps.Select(step => step.At.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(local, steps);
    }

    [Theory]
    [InlineData("2027-01-10", "2027-01-07T16:00", "2027-01-08T15:00", "2027-01-11T08:00", "2027-01-11T15:00")]
    [InlineData("2027-04-01", "2027-03-31T16:00", "2027-04-01T15:00", "2027-04-02T08:00", "2027-04-02T15:00")]
    public void Stage_reports_are_reminded_on_the_last_working_days_up_to_a_fixed_date(string due, params string[] local)
    {
        var campaign = Huaxi.Campaign with { Calendar = Huaxi.Campaign.Calendar with { ProgressReportDue = DateOnly.Parse(due, System.Globalization.CultureInfo.InvariantCulture) } };
        var steps = Reminders.Of(Stage.Progress, campaign)!.Steps.Select(step => step.At.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(local, steps);
        Assert.Null(Reminders.Of(Stage.Final, campaign));
    }

    [Fact]
    public void Nobody_is_reminded_between_20_and_8_whatever_the_due_time() =>
        Gen.Select(Gen.Int[0, 23], Gen.Int[0, 59], Gen.Int[0, 21], Gen.Int[0, 20 * 24 * 60]).Sample((hour, minute, index, minutes) =>
        {
            var campaign = Huaxi.Campaign with { Calendar = Huaxi.Campaign.Calendar with { DueTime = new TimeOnly(hour, minute) } };
            var week = CampaignWeeks.Of(campaign)[index];
            var now = week.Opens.AddMinutes(minutes);
            var due = Reminders.Due(Reminders.Of(week, campaign), campaign, now);
            var at = now.ToOffset(TimeSpan.FromHours(8)).Hour;
            return due is null || (at is >= 8 and < 20 && due.At <= now);
        });
}
