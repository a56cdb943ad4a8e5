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
        var sourceHash = Keys.Hash(StoredJson.Write((object[])[input.Heading, input.Period.Key, input.Outlook ?? "", districts.Select(district => new[] { district.Code, district.Name, district.Document?.Summary.InputHash ?? "" })]));

        // A stage compiled early ends with the week that its districts have come to.
        var furthest = input.Heading.Kind == PeriodKind.Week ? null : summaries.MaxBy(summary => summary.Week);
        var week = input.Period.Weeks.FirstOrDefault(each => each.Key == furthest?.Week) ?? input.Period.Last;
        IReadOnlyList<string> Named(Func<Summary, IEnumerable<string>> names) => [.. parts.SelectMany(part => names(part.Summary).Select(name => part.Name + name))];
        return new Summary
        {
            Heading = input.Heading,
            Week = week.Key,
            WeekNumber = week.Number,
            First = input.Period.Weeks[0].First,
            Last = week.Last,
            Due = week.Due,
            FormVersion = summaries.Select(summary => summary.FormVersion).DefaultIfEmpty().Max(),
            PolicyVersion = 0,
            Fields = [.. summaries.SelectMany(summary => summary.Fields).Where(field => field.Aggregation != Aggregation.Text).GroupBy(field => field.Code).Select(Field).GroupBy(field => field.Group).SelectMany(group => group)],
            Units = [.. districts.Select(Line)],
            Districts = [.. districts.Select(District)],
            Totals = [.. summaries.SelectMany(summary => summary.Totals).GroupBy(total => total.Code).Select(Total)],
            Headlines = [.. summaries.SelectMany(summary => summary.Headlines).GroupBy(headline => (headline.Label, headline.Unit)).Select(group => new HeadlineFigure(
                group.Key.Label, group.Key.Unit, group.Sum(headline => headline.Total), SummaryRules.SumOf(group, headline => headline.LastWeek), group.Sum(headline => headline.Season)))],
            Reporting = new ReportingFigures(
                summaries.Sum(summary => summary.Reporting.Expected), summaries.Sum(summary => summary.Reporting.Reported),
                summaries.Sum(summary => summary.Reporting.OnTime), summaries.Sum(summary => summary.Reporting.Accepted),
                Named(summary => summary.Reporting.Missing),
                [.. parts.SelectMany(part => part.Summary.Reporting.Late.Select(late => late with { Name = part.Name + late.Name })).OrderByDescending(late => late.Minutes)],
                Named(summary => summary.Reporting.Returned)),
            Incidents = new IncidentFigures(
                summaries.Sum(summary => summary.Incidents.Total), summaries.Sum(summary => summary.Incidents.Season),
                summaries.Sum(summary => summary.Incidents.ConfirmedNone), summaries.Sum(summary => summary.Incidents.Unconfirmed),
                [.. parts.SelectMany(part => part.Summary.Incidents.Units.Select(unit => unit with { Name = part.Name + unit.Name }))]),
            Orders = [],
            Acknowledgements = ResponseRules.Acknowledgements([.. parts.SelectMany(part => part.Summary.Orders.Select(order => order with
            {
                Notices = [.. order.Notices.Select(notice => notice with { Unit = part.Name + notice.Unit })],
            }))]),
            Duties = [.. parts.Where(part => part.Summary.Duties.Count > 0).Select(part => Duty(part.Name, part.Summary.Duties))],
            Trend = [.. summaries.SelectMany(summary => summary.Trend.Select(line => (Summary: summary, Line: line))).GroupBy(each => each.Line.Week).OrderBy(group => group.Key).Select(group => Trend([.. group], summaries))],
            MinimumSources = [.. summaries.SelectMany(summary => summary.MinimumSources).Distinct().Order(StringComparer.Ordinal)],
            Matters = [.. parts.SelectMany(part => part.Summary.Matters.Select(matter => matter with { Unit = part.Name + matter.Unit, UnitCode = $"{part.Summary.Heading.Scope}/{matter.UnitCode}" })).OrderBy(matter => matter.Week)],
            Open = new OpenFigures(summaries.Sum(summary => summary.Open.Leads), summaries.Sum(summary => summary.Open.Hazards), summaries.Sum(summary => summary.Open.Notices)),
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
        var line = new UnitLine { Code = district.Code, Name = district.Name, Standing = ReportState.NotReported, CountsInRate = true, Expected = 0, Reported = 0, OnTime = 0, AcceptedReports = 0 };
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
            Values = summary.Units.Any(unit => unit.Reported > 0) ? new ReportValues(summary.Totals.Where(total => columns.Contains(total.Code)).Select(total => KeyValuePair.Create(total.Code, FieldValue.Of(checked((int)total.Total))))) : null,
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
            Met = summary.Duties.Count(duty => duty.Met == true),
            NotMet = summary.Duties.Count(duty => duty.Met != true),
        };
    }

    private static FieldTotal Total(IGrouping<string, FieldTotal> totals) => new()
    {
        Code = totals.Key,
        Total = totals.Sum(total => total.Total),
        ByKind = totals.SelectMany(total => total.ByKind).GroupBy(pair => pair.Key).OrderBy(group => SummaryRules.KindOrder(group.Key)).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value)),
        LastWeek = SummaryRules.SumOf(totals, total => total.LastWeek),
        Earlier = SummaryRules.SumOf(totals, total => total.Earlier),
        Season = totals.Sum(total => total.Season),
        Unaccepted = totals.Sum(total => total.Unaccepted),
    };

    private static DutyLine Duty(string name, IReadOnlyList<DutyLine> duties)
    {
        var reported = duties.Where(duty => duty.Reported is not null).ToList();
        return new DutyLine(name, $"{duties.Count(duty => duty.Met == true)}/{duties.Count}家达标", duties.Sum(duty => duty.Required), duties.Any(duty => duty.Filed), reported.Count == 0 ? null : reported.Sum(duty => duty.Reported),
            duties.Sum(duty => duty.RequiredNight), reported.Count == 0 ? null : reported.Sum(duty => duty.ReportedNight ?? 0), [.. duties.SelectMany(duty => duty.NotFollowed).Distinct().Order()]);
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
            Headlines = [.. headlines.Select(label => SummaryRules.SumOf(lines, each => SummaryRules.SumOf(each.Summary.Headlines.Index(), headline => headline.Item.Label == label ? each.Line.Headlines[headline.Index] : null)))],
            Minimum = lines.Min(each => each.Line.Minimum),
            ReportsHash = Keys.Hash(string.Join('\n', lines.Select(each => $"{each.Summary.Heading.Scope} {each.Line.ReportsHash}"))),
        };
    }
}
