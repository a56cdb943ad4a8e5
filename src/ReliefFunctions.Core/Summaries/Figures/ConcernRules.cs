using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>
/// What calls for the office's hand (存在问题与督办), and how each unit stands by it. Nothing is held against anybody before a deadline, or without data.
/// </summary>
internal static class ConcernRules
{
    /// <summary>Kinds that put a unit among those to be chased (督办); the others call for an eye (关注).</summary>
    private static readonly ConcernKind[] Chased =
    [
        ConcernKind.Incident, ConcernKind.Unsigned, ConcernKind.Missing, ConcernKind.Returned, ConcernKind.Villages, ConcernKind.Points, ConcernKind.Patrols,
        ConcernKind.NotFollowed, ConcernKind.NoSummary,
    ];

    public static List<ConcernLine> Of(
        SummaryInput input, List<ReportingWeek> period, List<UnitLine> units, ILookup<string, UnitReport> rows, List<OrderFigures> orders,
            List<DutyLine> duties,
        FormFigures form)
    {
        var (zone, duty) = (input.Heading.Zone(), duties.ToDictionary(line => line.UnitCode));
        var closed = period.Where(week => !input.OpenWeeks.Contains(week.Key)).ToDictionary(week => week.Key);
        var concerns = new List<ConcernLine>();
        foreach (var unit in units)
        {
            ConcernLine New(ConcernKind kind, long count, long of = 0, DateOnly? since = null) =>
                new(kind, unit.Code, unit.Name, count, of) { Since = since, Who = unit.Leader };
            var reports = rows[unit.Code].Where(report => closed.ContainsKey(report.Week)).ToList();
            List<UnitReport> Those(Func<UnitReport, bool> which) => [.. reports.Where(which)];
            ConcernLine OfWeeks(ConcernKind kind, long count, List<UnitReport> some, DateOnly? since = null) => New(kind, count, since: since) with
            {
                Weeks = period.Count == 1 ? [] : [.. some.Select(report => closed[report.Week].Number)],
            };
            DateOnly DueOf(UnitReport report) => LocalTime.DateOf(closed[report.Week].Due, zone);

            var told = (input.Incidents ?? []).Where(each => each.Unit == unit.Code && each.Found >= period[0].First && each.Found <= period[^1].Last).ToList();
            var untold = (form.Number(FieldMeaning.Incidents, unit.Values) ?? 0) - told.Count;

            // What was reported at once calls for a hand as long as it goes on; what stands on the form alone was not followed by anybody.
            if (told.Count(each => each.State == IncidentState.Open) + Math.Max(0, untold) is > 0 and var incidents)
            {
                concerns.Add(New(ConcernKind.Incident, incidents, since: told.Count > 0 ? told.Min(each => each.Found) : period[0].First));
            }

            Notices(unit, orders, zone, concerns);
            if (Those(report => report.Standing == ReportState.NotReported) is { Count: > 0 } missing)
            {
                concerns.Add(OfWeeks(ConcernKind.Missing, missing.Count, missing, DueOf(missing[0])));
            }

            if (Those(report => report.Standing == ReportState.Returned) is { Count: > 0 } returned)
            {
                concerns.Add(OfWeeks(ConcernKind.Returned, returned.Count, returned));
            }

            if (Those(report => report.Standing != ReportState.NotReported && report.MinutesLate > 0) is { Count: > 0 } late)
            {
                concerns.Add(OfWeeks(ConcernKind.Late, late.Max(report => report.MinutesLate), late, DueOf(late[0])));
            }

            if (duty.GetValueOrDefault(unit.Code) is { } line) Execution(line, New, concerns);
            var unescorted = Those(report => form.Number(FieldMeaning.Vulnerable, report.Counted?.Values) > 0
                && form.Number(FieldMeaning.HandedOver, report.Counted?.Values) == 0);
            if (unescorted.Count > 0)
            {
                concerns.Add(OfWeeks(ConcernKind.NoHandover,
                    unescorted.Sum(report => (long)form.Number(FieldMeaning.Vulnerable, report.Counted!.Values)!.Value), unescorted));
            }

            long Left(FieldMeaning whole, FieldMeaning part) => form.Number(whole, unit.Values) - (form.Number(part, unit.Values) ?? 0) ?? 0;
            if (closed.Count > 0 && Left(FieldMeaning.Leads, FieldMeaning.LeadsSettled) is > 0 and var leads) concerns.Add(New(ConcernKind.Leads, leads));
            Hazards(input, unit, form, New, concerns);
        }

        return [.. concerns.Index().OrderBy(each => each.Item.Kind).ThenByDescending(each => each.Item.Count).ThenBy(each => each.Index)
            .Select(each => each.Item)];
    }

    /// <summary>Every unit with its sign, those that call for a hand first.</summary>
    public static List<StandingLine> Standings(List<UnitLine> units, List<DutyLine> duties, IReadOnlyList<ConcernLine> concerns, bool running)
    {
        var (of, verdicts) = (concerns.ToLookup(concern => concern.UnitCode, concern => concern.Kind),
            duties.ToDictionary(duty => duty.UnitCode, duty => duty.Verdict));
        return Ranked(units.Select(unit =>
        {
            IReadOnlyList<ConcernKind> kinds = [.. of[unit.Code].Distinct()];
            var standing = StandingOf(kinds) is var worst and < UnitStanding.Unknown ? worst
                : running ? UnitStanding.Running
                : verdicts.GetValueOrDefault(unit.Code, Verdict.Met) == Verdict.Unknown ? UnitStanding.Unknown
                : UnitStanding.Good;
            return new StandingLine(unit.Code, unit.Name, standing, kinds);
        }));
    }

    /// <summary>Worst first; among equals who has more to answer for, then the order of the list.</summary>
    internal static List<StandingLine> Ranked(IEnumerable<StandingLine> lines) =>
        [.. lines.Index().OrderBy(each => each.Item.Standing).ThenByDescending(each => each.Item.Concerns.Count(Chased.Contains))
            .ThenByDescending(each => each.Item.Concerns.Count)
            .ThenBy(each => each.Index).Select(each => each.Item)];

    internal static UnitStanding StandingOf(IEnumerable<ConcernKind> kinds)
    {
        var standing = UnitStanding.Good;
        foreach (var kind in kinds.Where(kind => kind != ConcernKind.Unclear))
        {
            if (Chased.Contains(kind)) return UnitStanding.Chase;
            standing = UnitStanding.Watch;
        }

        return standing;
    }

    /// <summary>Notices whose time ran out unanswered stand here even when another order has come since: somebody was not reached.</summary>
    private static void Notices(UnitLine unit, List<OrderFigures> orders, TimeZoneInfo zone, List<ConcernLine> concerns)
    {
        void Add(ConcernKind kind, Func<NoticeLine, bool> which, Func<List<NoticeLine>, long> count)
        {
            var found = orders.SelectMany(order => order.Notices.Where(notice => notice.UnitCode == unit.Code && which(notice))
                .Select(notice => (Order: order, Notice: notice))).ToList();
            if (found.Count == 0) return;
            concerns.Add(new ConcernLine(kind, unit.Code, unit.Name, count([.. found.Select(each => each.Notice)]))
            {
                Since = LocalTime.DateOf(found[0].Order.IssuedAt, zone),
                Orders = [.. found.Select(each => each.Order.Revision)],
                Superseded = found.All(each => each.Notice.ReplacedBy is not null),
                Who = unit.Leader,
            });
        }

        Add(ConcernKind.Unsigned, notice => notice is { AcknowledgedAt: null, InTime: false }, notices => notices.Count);
        Add(ConcernKind.LateSignature, notice => notice.MinutesLate > 0, notices => notices.Max(notice => notice.MinutesLate));
    }

    private static void Execution(DutyLine duty, Func<ConcernKind, long, long, DateOnly?, ConcernLine> concern, List<ConcernLine> concerns)
    {
        if (duty.Verdict == Verdict.NotMet)
        {
            if (duty.Villages is { Left: > 0 } villages) concerns.Add(concern(ConcernKind.Villages, villages.Left.Value, villages.Due!.Value, null));
            if (duty.Points is { Left: > 0 } points) concerns.Add(concern(ConcernKind.Points, points.Left.Value, points.Due!.Value, null));
            if (duty.Reported < duty.Required)
            {
                concerns.Add(concern(ConcernKind.Patrols, duty.Required - duty.Reported.Value, duty.Required, null));
            }
            else if (duty.ReportedNight < duty.RequiredNight)
            {
                concerns.Add(concern(ConcernKind.Patrols, duty.RequiredNight - duty.ReportedNight.Value, duty.RequiredNight, null));
            }
        }

        if (duty is { Verdict: Verdict.Unknown, Filed: true }) concerns.Add(concern(ConcernKind.Unclear, 0, 0, null));
        if (duty.NotFollowed.Count > 0) concerns.Add(concern(ConcernKind.NotFollowed, duty.NotFollowed.Count, 0, null) with { Orders = duty.NotFollowed });
    }

    /// <summary>Hazards of which at least one stood at the end of the week before; since the first week of the run without a week at none.</summary>
    private static void Hazards(SummaryInput input, UnitLine unit, FormFigures form, Func<ConcernKind, long, long, DateOnly?, ConcernLine> concern,
        List<ConcernLine> concerns)
    {
        if (form.Number(FieldMeaning.Hazards, unit.Values) is not { } left) return;
        var old = left - (form.Number(FieldMeaning.HazardsFound, input.Reports.LastOrDefault(report => report.Unit == unit.Code)?.Counted?.Values) ?? 0);
        if (old <= 0) return;
        DateOnly? since = null;
        foreach (var week in input.Weeks.Reverse())
        {
            var report = input.Reports.FirstOrDefault(each => each.Week == week.Key && each.Unit == unit.Code);
            if (form.Number(FieldMeaning.Hazards, report?.Counted?.Values) is not { } then) continue;
            if (then == 0) break;
            since = week.First;
        }

        concerns.Add(concern(ConcernKind.Hazards, old, left, since));
    }
}
