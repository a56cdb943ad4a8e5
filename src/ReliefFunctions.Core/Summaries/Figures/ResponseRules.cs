using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>How the orders of a period were answered: acknowledgements, and patrols and coverage asked for against those reported.</summary>
internal static class ResponseRules
{
    /// <summary>
    /// The hour at which a day's intensity is taken: an order given later binds from the next day, so that nobody is blamed for what was not yet asked.
    /// </summary>
    private static readonly TimeOnly DutyHour = new(20, 0);

    public static List<OrderFigures> Orders(SummaryInput input, IReadOnlyList<ReportingWeek> period)
    {
        var (begin, end) = (period[0].Opens, LocalTime.ToUtc(period[^1].Last.AddDays(1), TimeOnly.MinValue, input.Heading.Zone()));
        var names = input.Units.ToDictionary(unit => unit.Code, unit => unit.Name);
        var lines = new List<OrderFigures>();
        for (var i = 0; i < input.Orders.Count; i++)
        {
            var (order, next) = (input.Orders[i], i + 1 < input.Orders.Count ? input.Orders[i + 1] : null);
            if (order.IssuedAt >= end || next?.IssuedAt <= begin) continue;
            var highest = order.Units.Select(unit => unit.Intensity).DefaultIfEmpty().Max();
            lines.Add(new OrderFigures
            {
                Revision = order.Revision,
                Highest = highest,
                Intensity = NameOf(input, order, highest),
                Reason = order.Reason,
                IssuedAt = order.IssuedAt,
                ReplacedAt = next?.IssuedAt,
                CarriedOver = order.IssuedAt < begin,
                Notices = [.. order.Notices.Select(notice => Notice(input, order, notice, names))],
            });
        }

        return lines;
    }

    private static NoticeLine Notice(SummaryInput input, OrderOfWeek order, NoticeOfOrder notice, Dictionary<string, string> names)
    {
        var replacement = input.Orders.FirstOrDefault(later => later.Revision > order.Revision && later.Notices.Any(each => each.Unit == notice.Unit));
        var minutes = notice.AcknowledgedAt is { } at ? Math.Max(0, (int)Math.Ceiling((at - order.IssuedAt).TotalMinutes)) : (int?)null;
        var late = notice is { AcknowledgeBy: { } by, AcknowledgedAt: { } acknowledged } ? MinutesAfter(by, acknowledged) : 0;
        bool? inTime = notice switch
        {
            { AcknowledgeBy: null } => null,
            { AcknowledgedAt: not null } => late == 0,
            { Pending: true } => null,
            _ when replacement?.IssuedAt <= notice.AcknowledgeBy => null,
            _ => false,
        };
        return new NoticeLine(
            names.GetValueOrDefault(notice.Unit, notice.Unit), NameOf(input, order, notice.Intensity), notice.AcknowledgeBy, notice.AcknowledgedAt, minutes,
            inTime, notice.OnBehalf, notice.AcknowledgedAt is null ? replacement?.Revision : null)
        {
            UnitCode = notice.Unit,
            MinutesLate = late,
        };
    }

    /// <summary>Whole minutes between two instants as both are printed, to the minute; 0 when not after.</summary>
    private static int MinutesAfter(DateTimeOffset limit, DateTimeOffset at)
    {
        static long Minute(DateTimeOffset instant) => instant.UtcTicks / TimeSpan.TicksPerMinute;
        return (int)Math.Max(0, Minute(at) - Minute(limit));
    }

    public static AcknowledgementFigures Acknowledgements(IReadOnlyList<OrderFigures> orders)
    {
        var notices = orders.Where(order => !order.CarriedOver).SelectMany(order => order.Notices).ToList();
        var acknowledged = notices.Where(notice => notice.Minutes is not null).OrderBy(notice => notice.Minutes).ToList();
        decimal? median = Median(acknowledged);

        // Nobody is named for a minute that others took too.
        var slowest = acknowledged.Count > 1 && acknowledged[^1].Minutes > acknowledged[^2].Minutes && acknowledged[^1].Minutes > median ? acknowledged[^1]
            : null;
        return new AcknowledgementFigures(
            notices.Count, acknowledged.Count, acknowledged.Count(notice => notice.InTime != false), median,
            slowest?.Unit, slowest?.Minutes,
            [.. orders.SelectMany(order => order.Notices)
                .Where(notice => notice is { AcknowledgedAt: null, ReplacedBy: null, AcknowledgeBy: not null }).Select(notice => notice.Unit).Distinct()]);
    }

    /// <summary>The median of minutes of notices in order; null when none was acknowledged.</summary>
    internal static decimal? Median(IReadOnlyList<NoticeLine> ordered) =>
        ordered.Count == 0 ? null : (ordered[(ordered.Count - 1) / 2].Minutes!.Value + ordered[ordered.Count / 2].Minutes!.Value) / 2m;

    public static List<DutyLine> Duties(
        SummaryInput input, IReadOnlyList<ReportingWeek> period, List<UnitLine> units, Dictionary<(WeekKey, string), UnitReport> reports)
    {
        var zone = input.Heading.Zone();
        var inForce = period.ToDictionary(week => week.Key, week => Enumerable.Range(0, week.Days)
            .Select(day => LocalTime.ToUtc(week.First.AddDays(day), DutyHour, zone))
            .Select(at => input.Orders.LastOrDefault(order => order.IssuedAt <= at)).ToList());
        var form = new FormFigures(input.Form);
        var lines = new List<DutyLine>();
        foreach (var unit in units.Where(unit => input.Duties.Count > 0 && form.Has(FieldMeaning.Patrols, unit.Kind!.Value)))
        {
            var weeks = new List<WeekOfDuty>();
            foreach (var week in period.Where(week => reports.ContainsKey((week.Key, unit.Code))))
            {
                var days = inForce[week.Key].Select(order => Day(input, order, unit.Code)).ToList();
                weeks.Add(OfWeek(input, week, days, unit, reports[(week.Key, unit.Code)], form));
            }

            var answered = input.Orders.Where(order => order.Notices.Any(notice => notice.Unit == unit.Code && notice.Intensity > PatrolIntensity.Routine
                && WeekAnswering(notice, period, zone) is { } week && !input.OpenWeeks.Contains(week.Key)
                && form.Number(FieldMeaning.Patrols, reports.GetValueOrDefault((week.Key, unit.Code))?.Counted?.Values) == 0));
            lines.Add(Line(input, unit, weeks, [.. answered.Select(order => order.Revision)]));
        }

        return lines;
    }

    private static DutyDay Day(SummaryInput input, OrderOfWeek? order, string unit)
    {
        var intensity = order?.Units.FirstOrDefault(each => each.Unit == unit)?.Intensity ?? PatrolIntensity.Routine;
        return new DutyDay(intensity, NameOf(input, order, intensity), DutyOf(input, order, intensity));
    }

    /// <summary>
    /// What one week asked of a unit and what its report says. What is asked is a whole number of each week, so that weeks add up to their stage.
    /// </summary>
    private static WeekOfDuty OfWeek(SummaryInput input, ReportingWeek week, List<DutyDay> days, UnitLine unit, UnitReport report, FormFigures form)
    {
        var (values, kind) = (report.Counted?.Values, unit.Kind!.Value);
        var (required, night) = (Whole(days.Sum(day => day.Duty?.PatrolsPerWeek ?? 0) / 7), Whole(days.Sum(day => day.Duty?.NightPatrolsPerWeek ?? 0) / 7));
        Coverage? Of(bool asked, FieldMeaning due, FieldMeaning done) => asked && form.Has(due, kind) && form.Has(done, kind)
            ? new Coverage(form.Number(due, values) ?? form.Carried(due, unit), form.Number(done, values)) : null;
        var points = Of(days.Any(day => day.Duty?.AllPoints == true), FieldMeaning.PointsDue, FieldMeaning.PointsPatrolled);
        var rounds = days.Sum(day => day.Duty?.PointRoundsPerDay ?? 0);
        var done = new WeekOfDuty(days, required, form.Number(FieldMeaning.Patrols, values), night, form.Number(FieldMeaning.NightPatrols, values))
        {
            Villages = Of(days.Any(day => day.Duty?.AllVillages == true), FieldMeaning.VillagesDue, FieldMeaning.VillagesSearched),
            Points = points,
            Rounds = rounds > 0 && points is not null && form.Has(FieldMeaning.PointRounds, kind)
                ? new Coverage(points.Due * rounds, form.Number(FieldMeaning.PointRounds, values)) : null,
        };
        return done with { Verdict = input.OpenWeeks.Contains(week.Key) ? Verdict.Running : VerdictOf(done) };
    }

    /// <summary>A shortfall that is known is one, whatever else is blank; without one, what is blank leaves it open.</summary>
    private static Verdict VerdictOf(WeekOfDuty week)
    {
        (int? Due, int? Done)[] asked =
        [
            (week.Required, week.Reported), (week.RequiredNight, week.ReportedNight),
            .. new[] { week.Villages, week.Points, week.Rounds }.OfType<Coverage>().Select(coverage => (coverage.Due, coverage.Done)),
        ];
        return asked.Any(each => each.Done < each.Due) ? Verdict.NotMet
            : asked.Any(each => each.Due is null || (each.Due > 0 && each.Done is null)) ? Verdict.Unknown
            : Verdict.Met;
    }

    private static DutyLine Line(SummaryInput input, UnitLine unit, List<WeekOfDuty> weeks, IReadOnlyList<int> notFollowed)
    {
        int? Sum(Func<WeekOfDuty, int?> value) => weeks.Select(value).OfType<int>().ToList() is { Count: > 0 } known ? known.Sum() : null;
        Coverage? Over(Func<WeekOfDuty, Coverage?> coverage) => weeks.Select(coverage).OfType<Coverage>().ToList() is { Count: > 0 } some
            ? new Coverage(SumOf(some.Select(each => each.Due)), SumOf(some.Select(each => each.Done))) : null;
        var verdicts = weeks.Select(week => week.Verdict).ToList();
        return new DutyLine(
            unit.Name,
            string.Join(" ", weeks.SelectMany(week => week.Days).GroupBy(day => day.Intensity).OrderBy(group => group.Key)
                .Select(group => $"{group.Last().Name}{group.Count()}天")),
            weeks.Sum(week => week.Required), unit.Values is not null, Sum(week => week.Reported),
            weeks.Sum(week => week.RequiredNight), Sum(week => week.ReportedNight), notFollowed)
        {
            UnitCode = unit.Code,
            Villages = Over(week => week.Villages),
            Points = Over(week => week.Points),
            Rounds = Over(week => week.Rounds),
            Verdict = new[] { Verdict.NotMet, Verdict.Unknown, Verdict.Met }.Where(verdicts.Contains).DefaultIfEmpty(Verdict.Running).First(),
        };
    }

    private static int? SumOf(IEnumerable<int?> numbers) => numbers.OfType<int>().ToList() is { Count: > 0 } known ? known.Sum() : null;

    /// <summary>The week whose form must show what an acknowledged notice led to; what is acknowledged after the duty hour binds from the next day.</summary>
    private static ReportingWeek? WeekAnswering(NoticeOfOrder notice, IReadOnlyList<ReportingWeek> period, TimeZoneInfo zone)
    {
        if (notice.AcknowledgedAt is not { } at) return null;
        var day = DateOnly.FromDateTime(LocalTime.In(at, zone).DateTime.AddHours(24 - DutyHour.Hour));
        return period.FirstOrDefault(week => week.First <= day && day <= week.Last);
    }

    // 7 days of a seventh are a whole, whatever binary fractions say.
    private static int Whole(double patrols) => (int)Math.Floor(patrols + 1e-6);

    private static DutyOfIntensity? DutyOf(SummaryInput input, OrderOfWeek? order, PatrolIntensity intensity) =>
        (order?.Duties ?? input.Duties).FirstOrDefault(duty => duty.Intensity == intensity);

    private static string NameOf(SummaryInput input, OrderOfWeek? order, PatrolIntensity intensity) => DutyOf(input, order, intensity)?.Name ?? intensity switch
    {
        PatrolIntensity.Routine => "常态",
        PatrolIntensity.Heightened => "加强",
        PatrolIntensity.Intensive => "强化",
        _ => "全天候",
    };

    /// <summary>A day of a unit: what was in force at the duty hour.</summary>
    private sealed record DutyDay(PatrolIntensity Intensity, string Name, DutyOfIntensity? Duty);

    /// <summary>A week of a unit: asked and done.</summary>
    private sealed record WeekOfDuty(List<DutyDay> Days, int Required, int? Reported, int RequiredNight, int? ReportedNight)
    {
        public Coverage? Villages { get; init; }

        public Coverage? Points { get; init; }

        public Coverage? Rounds { get; init; }

        public Verdict Verdict { get; init; }
    }
}
