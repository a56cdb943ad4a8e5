using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries.Inputs;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>How the orders of a period were answered: acknowledgements, and patrols asked for against patrols reported.</summary>
internal static class ResponseRules
{
    /// <summary>The hour at which a day's intensity is taken: an order given later binds from the next day, so that nobody is blamed for what was not yet asked.</summary>
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
        bool? inTime = notice switch
        {
            { AcknowledgeBy: null } => null,
            { AcknowledgedAt: { } acknowledged } => acknowledged <= notice.AcknowledgeBy,
            _ when replacement?.IssuedAt <= notice.AcknowledgeBy => null,
            _ => false,
        };
        return new NoticeLine(names.GetValueOrDefault(notice.Unit, notice.Unit), NameOf(input, order, notice.Intensity), notice.AcknowledgeBy, notice.AcknowledgedAt, minutes, inTime, notice.OnBehalf, notice.AcknowledgedAt is null ? replacement?.Revision : null);
    }

    public static AcknowledgementFigures Acknowledgements(IReadOnlyList<OrderFigures> orders)
    {
        var notices = orders.Where(order => !order.CarriedOver).SelectMany(order => order.Notices).ToList();
        var acknowledged = notices.Where(notice => notice.Minutes is not null).OrderBy(notice => notice.Minutes).ToList();
        decimal? median = acknowledged.Count == 0 ? null : (acknowledged[(acknowledged.Count - 1) / 2].Minutes!.Value + acknowledged[acknowledged.Count / 2].Minutes!.Value) / 2m;
        return new AcknowledgementFigures(
            notices.Count, acknowledged.Count, acknowledged.Count(notice => notice.InTime != false), median,
            acknowledged.LastOrDefault()?.Unit, acknowledged.LastOrDefault()?.Minutes,
            [.. orders.SelectMany(order => order.Notices).Where(notice => notice is { AcknowledgedAt: null, ReplacedBy: null, AcknowledgeBy: not null }).Select(notice => notice.Unit).Distinct()]);
    }

    public static List<DutyLine> Duties(SummaryInput input, IReadOnlyList<ReportingWeek> period, List<UnitLine> units, Dictionary<(WeekKey, string), UnitReport> reports)
    {
        var zone = input.Heading.Zone();
        var inForce = period.SelectMany(week => Enumerable.Range(0, week.Days).Select(day => LocalTime.ToUtc(week.First.AddDays(day), DutyHour, zone)))
            .Select(at => input.Orders.LastOrDefault(order => order.IssuedAt <= at)).ToList();
        var patrols = input.Duties.Count == 0 ? null : input.Form.Fields.FirstOrDefault(field => field.Code == KnownFields.Patrols);
        var lines = new List<DutyLine>();
        foreach (var unit in units.Where(unit => patrols is not null && (patrols.AppliesTo.Count == 0 || patrols.AppliesTo.Contains(unit.Kind!.Value))))
        {
            var days = inForce.Select(order => (Order: order, Intensity: order?.Units.FirstOrDefault(each => each.Unit == unit.Code)?.Intensity ?? PatrolIntensity.Routine)).ToList();
            lines.Add(new DutyLine(
                unit.Name,
                string.Join(" ", days.GroupBy(day => day.Intensity).OrderBy(group => group.Key).Select(group => $"{NameOf(input, group.Last().Order, group.Key)}{group.Count()}天")),
                Whole(days.Sum(day => DutyOf(input, day.Order, day.Intensity)?.PatrolsPerWeek ?? 0) / 7), unit.Values is not null, unit.Values?.Number(KnownFields.Patrols),
                Whole(days.Sum(day => DutyOf(input, day.Order, day.Intensity)?.NightPatrolsPerWeek ?? 0) / 7), unit.Values?.Number(KnownFields.NightPatrols),
                [.. input.Orders.Where(order => order.Notices.Any(notice => notice.Unit == unit.Code && notice.Intensity > PatrolIntensity.Routine && WeekAnswering(notice, period, zone) is { } week
                    && (reports.GetValueOrDefault((week.Key, unit.Code))?.Counted?.Values.Number(KnownFields.Patrols) ?? 0) == 0)).Select(order => order.Revision)]));
        }

        return lines;
    }

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
}
