using System.Globalization;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>
/// Adds up districts: sums of sums, rates from sums and never averages of rates, the median over all notices. Stocks are added over districts,
/// as they stand in each district's summary, and never over weeks.
/// </summary>
public static class AreaRules
{
    /// <summary>Computes the summary; the hash of its inputs is that of the versions it adds up.</summary>
    public static Summary Compute(AreaInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var districts = input.Districts.OrderBy(district => district.Code, StringComparer.Ordinal).ToList();
        var parts = districts.Where(district => district.Document is not null).Select(district => (district.Name, district.Document!.Summary)).ToList();
        var summaries = parts.Select(part => part.Summary).ToList();
        var sourceHash = Keys.Hash(StoredJson.Write((object[])[input.Heading, input.Period.Key, input.Outlook ?? "", districts.Select(district => new[]
        {
            district.Code, district.Name, district.Document?.Summary.InputHash ?? district.Expected.ToString(CultureInfo.InvariantCulture),
        })]));

        // A stage compiled early ends with the week that its districts have come to.
        var furthest = input.Heading.Kind == PeriodKind.Week ? null : summaries.MaxBy(summary => summary.Week);
        var week = input.Period.Weeks.FirstOrDefault(each => each.Key == furthest?.Week) ?? input.Period.Last;
        IReadOnlyList<string> Named(Func<Summary, IEnumerable<string>> names) =>
            [.. parts.SelectMany(part => names(part.Summary).Select(name => Joined(part.Name, name)))];
        var open = summaries.SelectMany(summary => summary.OpenWeeks).Distinct().Order().ToList();
        var without = districts.Where(district => district.Document is null).ToList();
        var concerns = Concerns(districts, parts, open.Contains(week.Key));
        return new Summary
        {
            Heading = input.Heading,
            Week = week.Key,
            WeekNumber = week.Number,
            First = input.Period.Weeks[0].First,
            Last = week.Last,
            Due = week.Due,
            OpenWeeks = open,
            FormVersion = summaries.Select(summary => summary.FormVersion).DefaultIfEmpty().Max(),
            PolicyVersion = 0,
            Fields = [.. summaries.SelectMany(summary => summary.Fields).Where(field => field.Aggregation != Aggregation.Text).GroupBy(field => field.Code)
                .Select(Field).GroupBy(field => field.Group).SelectMany(group => group)],
            Units = [.. districts.Select(Line)],
            Districts = [.. districts.Select(District)],
            Totals = [.. summaries.SelectMany(summary => summary.Totals).GroupBy(total => total.Code).Select(Total)],
            Headlines = [.. summaries.SelectMany(summary => summary.Headlines).GroupBy(headline => (headline.Label, headline.Unit))
                .Select(group => new HeadlineFigure(
                group.Key.Label, group.Key.Unit, group.Sum(headline => headline.Total), SummaryRules.SumOf(group, headline => headline.LastWeek),
                    group.Sum(headline => headline.Season))
                {
                    Meaning = group.First().Meaning,
                })],
            Reporting = new ReportingFigures(
                summaries.Sum(summary => summary.Reporting.Expected) + without.Sum(district => district.Expected),
                    summaries.Sum(summary => summary.Reporting.Reported),
                summaries.Sum(summary => summary.Reporting.OnTime), summaries.Sum(summary => summary.Reporting.Accepted),
                Named(summary => summary.Reporting.Missing),
                [.. parts.SelectMany(part => part.Summary.Reporting.Late.Select(late => late with { Name = Joined(part.Name, late.Name) }))
                    .OrderByDescending(late => late.Minutes)],
                Named(summary => summary.Reporting.Returned))
            {
                Pending = Named(summary => summary.Reporting.Pending),
            },
            Incidents = new IncidentFigures(
                summaries.Sum(summary => summary.Incidents.Total), summaries.Sum(summary => summary.Incidents.Season),
                summaries.Sum(summary => summary.Incidents.ConfirmedNone), summaries.Sum(summary => summary.Incidents.Unconfirmed),
                [.. parts.SelectMany(part => part.Summary.Incidents.Units.Select(unit => unit with { Name = Joined(part.Name, unit.Name) }))])
            {
                Told = summaries.All(summary => summary.Incidents.Told is null) ? null
                    : [.. parts.SelectMany(part => (part.Summary.Incidents.Told ?? []).Select(told => told with { Unit = Joined(part.Name, told.Unit) }))],
                ToldSeason = summaries.Sum(summary => summary.Incidents.ToldSeason),
            },
            Orders = [],
            Acknowledgements = ResponseRules.Acknowledgements([.. parts.SelectMany(part => part.Summary.Orders.Select(order => order with
            {
                Notices = [.. order.Notices.Select(notice => notice with { Unit = Joined(part.Name, notice.Unit) })],
            }))]),
            Duties = [.. parts.Where(part => part.Summary.Duties.Count > 0).Select(part => Duty(part.Summary.Heading.Scope, part.Name, part.Summary.Duties))],
            Trend = [.. summaries.SelectMany(summary => summary.Trend.Select(line => (Summary: summary, Line: line))).GroupBy(each => each.Line.Week)
                .OrderBy(group => group.Key).Select(group => Trend([.. group], summaries))],
            MinimumSources = [.. summaries.SelectMany(summary => summary.MinimumSources).Distinct().Order(StringComparer.Ordinal)],
            Matters = [.. parts.SelectMany(
                part => part.Summary.Matters.Select(
                    matter => matter with { Unit = Joined(part.Name, matter.Unit), UnitCode = $"{part.Summary.Heading.Scope}/{matter.UnitCode}" }))
                        .OrderBy(matter => matter.Week)],
            Outcomes = [.. summaries.SelectMany(summary => summary.Outcomes).GroupBy(figure => figure.Meaning).Select(group => new NamedFigure(
                group.Key, group.First().Unit, SummaryRules.SumOf(group, figure => figure.Total), group.Sum(figure => figure.Season)))],
            Concerns = concerns,
            Standings = ConcernRules.Ranked(districts.Select(district => Standing(district, concerns))),
            Before = summaries.Select(summary => summary.Before).OfType<WeekBefore>().ToList() is { Count: > 0 } weeks && input.Heading.Kind == PeriodKind.Week
                ? new WeekBefore(weeks.Max(each => each.Number), weeks.Sum(each => each.Expected), weeks.Sum(each => each.Reported),
                    weeks.Max(each => each.Days)) : null,
            LastSeason = YearBefore(summaries),
            Ahead = [.. summaries.SelectMany(summary => summary.Ahead).GroupBy(minimum => minimum.Day).OrderBy(group => group.Key)
                .Select(group => group.MinBy(minimum => minimum.Celsius)!)],
            Open = new OpenFigures(summaries.Sum(summary => summary.Open.Leads), summaries.Sum(summary => summary.Open.Hazards),
                summaries.Sum(summary => summary.Open.Notices)),
            Outlook = input.Outlook,
            LastInputAt = summaries.Max(summary => summary.LastInputAt),
            SourceHash = sourceHash,
            InputHash = Keys.Hash(sourceHash + "|"),
        };
    }

    /// <summary>A field that is new, or gone, in every district that has it is so in the area.</summary>
    private static SummaryField Field(IGrouping<string, SummaryField> same) => same.First() with
    {
        AppliesTo = [],
        Since = same.All(field => field.Since is not null) ? same.Max(field => field.Since) : null,
        Until = same.All(field => field.Until is not null) ? same.Max(field => field.Until) : null,
    };

    private static UnitLine Line(DistrictPart district)
    {
        var line = new UnitLine
        {
            Code = district.Code,
            Name = district.Name,
            Standing = ReportState.NotReported,
            CountsInRate = true,
            Expected = district.Expected,
            Reported = 0,
            OnTime = 0,
            AcceptedReports = 0,
        };
        if (district.Document is not { } document) return line;
        var (reporting, summary) = (document.Summary.Reporting, document.Summary);
        var columns = summary.Columns.Select(field => field.Code).ToHashSet();
        return line with
        {
            Standing = reporting.Accepted == reporting.Reported ? ReportState.Accepted : ReportState.Submitted,
            Expected = reporting.Expected,
            Reported = reporting.Reported,
            OnTime = reporting.OnTime,
            AcceptedReports = reporting.Accepted,
            Returns = summary.Units.Sum(unit => unit.Returns),
            Reminders = summary.Units.Sum(unit => unit.Reminders),
            ReceivedAt = document.Stamp.GeneratedAt,
            Version = document.Stamp.Version,
            Hash = summary.InputHash,
            Values = summary.Units.Any(unit => unit.Reported > 0)
                ? new ReportValues(summary.Totals.Where(total => columns.Contains(total.Code))
                    .Select(total => KeyValuePair.Create(total.Code, FieldValue.Of(checked((int)total.Total)))))
                : null,
        };
    }

    private static DistrictLine District(DistrictPart district)
    {
        var line = new DistrictLine { Code = district.Code, Name = district.Name };
        if (district.Document is not { } document) return line;
        var (summary, highest) = (document.Summary, document.Summary.Orders.MaxBy(order => order.Highest));
        return line with
        {
            Version = document.Stamp.Version,
            Hash = summary.InputHash,
            CompiledAt = document.Stamp.GeneratedAt,
            Highest = highest?.Highest ?? PatrolIntensity.Routine,
            Intensity = highest?.Intensity ?? "",
            Orders = summary.Orders.Count,
            Acknowledgements = summary.Acknowledgements,
            Met = summary.Duties.Count(duty => duty.Verdict == Verdict.Met),
            NotMet = summary.Duties.Count(duty => duty.Verdict == Verdict.NotMet),
            Unknown = summary.Duties.Count(duty => duty.Verdict == Verdict.Unknown),
            Concerns = summary.Concerns.Count,
        };
    }

    private static FieldTotal Total(IGrouping<string, FieldTotal> totals) => new()
    {
        Code = totals.Key,
        Total = totals.Sum(total => total.Total),
        Carried = totals.Sum(total => total.Carried),
        ByKind = totals.SelectMany(total => total.ByKind).GroupBy(pair => pair.Key).OrderBy(group => SummaryRules.KindOrder(group.Key))
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value)),
        LastWeek = SummaryRules.SumOf(totals, total => total.LastWeek),
        Earlier = SummaryRules.SumOf(totals, total => total.Earlier),
        Season = totals.Sum(total => total.Season),
        Unaccepted = totals.Sum(total => total.Unaccepted),
    };

    private static DutyLine Duty(string code, string name, IReadOnlyList<DutyLine> duties)
    {
        var reported = duties.Where(duty => duty.Reported is not null).ToList();
        Coverage? Of(Func<DutyLine, Coverage?> coverage) => duties.Select(coverage).OfType<Coverage>().ToList() is { Count: > 0 } some
            ? new Coverage(some.Sum(each => each.Due ?? 0), some.Sum(each => each.Done ?? 0)) : null;
        var verdicts = duties.Select(duty => duty.Verdict).ToHashSet();
        return new DutyLine(
            name, $"{duties.Count(duty => duty.Verdict == Verdict.Met)}/{duties.Count}家达标", duties.Sum(duty => duty.Required), duties.Any(duty => duty.Filed),
            reported.Count == 0 ? null : reported.Sum(duty => duty.Reported), duties.Sum(duty => duty.RequiredNight),
            reported.Count == 0 ? null : reported.Sum(duty => duty.ReportedNight ?? 0), [.. duties.SelectMany(duty => duty.NotFollowed).Distinct().Order()])
        {
            UnitCode = code,
            Villages = Of(duty => duty.Villages),
            Points = Of(duty => duty.Points),
            Rounds = Of(duty => duty.Rounds),
            Verdict = new[] { Verdict.NotMet, Verdict.Unknown, Verdict.Met }.Where(verdicts.Contains).DefaultIfEmpty(Verdict.Running).First(),
        };
    }

    /// <summary>A unit's name with its district before it, once: 花溪区救助管理站 of 花溪区, and 区公安分局 of 花溪区 as 花溪区公安分局.</summary>
    internal static string Joined(string district, string unit) =>
        unit.StartsWith(district, StringComparison.Ordinal) ? unit
        : unit[0] is '区' or '县' or '市' && district.EndsWith(unit[0]) ? district + unit[1..]
        : district + unit;

    private static List<ConcernLine> Concerns(List<DistrictPart> districts, List<(string Name, Summary Summary)> parts, bool running) =>
    [
        .. running
            ? []
            : districts.Where(district => district.Document is null)
                .Select(district => new ConcernLine(ConcernKind.NoSummary, district.Code, district.Name, district.Expected)),
        .. parts.SelectMany(part => part.Summary.Concerns.Select(concern => concern with
        {
            Unit = Joined(part.Name, concern.Unit),
            UnitCode = $"{part.Summary.Heading.Scope}/{concern.UnitCode}",
        })).OrderBy(concern => concern.Kind).ThenByDescending(concern => concern.Count),
    ];

    private static StandingLine Standing(DistrictPart district, List<ConcernLine> concerns)
    {
        IReadOnlyList<ConcernKind> kinds = [.. concerns.Where(concern => concern.UnitCode == district.Code
            || concern.UnitCode.StartsWith(district.Code + "/", StringComparison.Ordinal))
            .Select(concern => concern.Kind).Distinct()];
        var standing = ConcernRules.StandingOf(kinds) is var worst and < UnitStanding.Unknown ? worst
            : district.Document is not { } document || document.Summary.IsRunning ? UnitStanding.Running
            : document.Summary.Standings.Any(line => line.Standing == UnitStanding.Unknown) ? UnitStanding.Unknown
            : UnitStanding.Good;
        return new StandingLine(district.Code, district.Name, standing, kinds);
    }

    /// <summary>Only when every district knows the season before: a sum over some of them would compare what is not alike.</summary>
    private static YearOnYear? YearBefore(List<Summary> summaries)
    {
        var known = summaries.Select(summary => summary.LastSeason).OfType<YearOnYear>().ToList();
        if (known.Count == 0 || known.Count < summaries.Count) return null;
        return new YearOnYear(known[0].Season, "各区县" + known[0].Source, [.. known.SelectMany(each => each.Lines).GroupBy(line => line.Label)
            .Select(group => new YearLine(group.Key, SummaryRules.SumOf(group, line => line.Week), SummaryRules.SumOf(group, line => line.Season)))]);
    }

    private static WeekLine Trend(IReadOnlyList<(Summary Summary, WeekLine Line)> lines, IReadOnlyList<Summary> summaries)
    {
        var (week, headlines) = (lines[0].Line, summaries.SelectMany(summary => summary.Headlines).Select(headline => headline.Label).Distinct());
        return new WeekLine
        {
            Week = week.Week,
            Number = week.Number,
            First = week.First,
            Last = week.Last,
            Expected = lines.Sum(each => each.Line.Expected),
            Reported = lines.Sum(each => each.Line.Reported),
            OnTime = lines.Sum(each => each.Line.OnTime),
            Aided = SummaryRules.SumOf(lines, each => each.Line.Aided),
            Patrols = SummaryRules.SumOf(lines, each => each.Line.Patrols),
            Headlines = [.. headlines.Select(
                label => SummaryRules.SumOf(lines,
                    each => SummaryRules.SumOf(each.Summary.Headlines.Index(), headline => headline.Item.Label == label
                        ? each.Line.Headlines[headline.Index]
                        : null)))],
            Minimum = lines.Min(each => each.Line.Minimum),
            ReportsHash = Keys.Hash(string.Join('\n', lines.Select(each => $"{each.Summary.Heading.Scope} {each.Line.ReportsHash}"))),
        };
    }
}
