using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>From the inputs of a district to figures; no clock, no storage, no order of arrival.</summary>
public static class SummaryRules
{
    /// <summary>What a leader asks after the headline figures: where people were aided, and what became of them.</summary>
    private static readonly FieldMeaning[] OutcomeMeanings =
    [
        FieldMeaning.AidedInside, FieldMeaning.AidedOutside, FieldMeaning.AidedInHospital, FieldMeaning.Identified, FieldMeaning.ReturnedHome,
            FieldMeaning.Placed,
        FieldMeaning.VillagesDue, FieldMeaning.VillagesSearched, FieldMeaning.PointsDue, FieldMeaning.PointsPatrolled,
    ];

    private static readonly string[] NothingRaised = ["无", "没有", "暂无", "无。", "暂无。"];

    /// <summary>Computes the summary; throws <see cref="ArgumentException"/> when the week is not among the weeks given, or a row stands twice.</summary>
    public static Summary Compute(SummaryInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        input = Ordered(input);
        if (input.Weeks.All(each => each.Key != input.Week)) throw new ArgumentException($"Week {input.Week} is not among the weeks given.", nameof(input));
        var reports = input.Reports.ToDictionary(report => (report.Week, report.Unit));
        var sourceHash = Keys.Hash(StoredJson.Write(input with { Previous = null }));

        var period = Summed(input);
        var week = period[^1];
        var fields = Fields(input.Form, input.EarlierForms);
        var rows = period.SelectMany(each => input.Reports.Where(report => report.Week == each.Key)).ToLookup(report => report.Unit);
        var expected = input.Units.Where(unit => rows.Contains(unit.Code)).ToList();
        var (weeks, form) = (new WeekValues(input, reports), new FormFigures(input.Form));
        var units = expected.Select(unit => Line(unit, [.. rows[unit.Code]], period, fields, weeks, input.OpenWeeks)).ToList();
        var totals = fields.Where(field => field.Aggregation != Aggregation.Text)
            .Select(field => Total(field, units, weeks, overWeeks: period.Count > 1 || input.Heading.Kind != PeriodKind.Week)).ToList();
        var orders = ResponseRules.Orders(input, period);
        var acknowledgements = ResponseRules.Acknowledgements(orders);
        var duties = ResponseRules.Duties(input, period, units, reports);
        var running = input.OpenWeeks.Contains(week.Key);
        var before = input.Heading.Kind == PeriodKind.Week ? input.Weeks.LastOrDefault(each => each.Key < week.Key) : null;
        var headlines = input.Form.Headlines.Select(headline => HeadlineOf(headline, totals) with { Meaning = form.MeaningOf(headline.Fields) }).ToList();
        var concerns = ConcernRules.Of(input, period, units, rows, orders, duties, form);

        var summary = new Summary
        {
            Heading = input.Heading,
            Week = week.Key,
            WeekNumber = week.Number,
            First = period[0].First,
            Last = week.Last,
            Due = week.Due,
            OpenWeeks = [.. input.OpenWeeks.Where(open => period.Any(each => each.Key == open))],
            FormVersion = input.Form.Version,
            PolicyVersion = input.PolicyVersion,
            Fields = fields,
            Units = units,
            Totals = totals,
            Headlines = headlines,
            Reporting = Reporting(units, rows, period, input.OpenWeeks),
            Incidents = Told(Incidents(units, rows, weeks, form), input, period),
            Orders = orders,
            Acknowledgements = acknowledgements,
            Duties = duties,
            Trend = [.. input.Weeks.Where(each => each.Key <= week.Key).Select(each => Trend(input, each, reports, weeks, form))],
            Outcomes = [.. OutcomeMeanings.Where(meaning => form.UnitOf(meaning) is not null).Select(meaning => Outcome(meaning, form, units, totals))],
            Concerns = concerns,
            Standings = ConcernRules.Standings(units, duties, concerns, running),
            Before = before is null ? null : new WeekBefore(
                before.Number, reports.Values.Count(report => report.Week == before.Key && report.InRate),
                reports.Values.Count(report => report.Week == before.Key && report.InRate && report.Counted is not null), before.Days),
            LastSeason = input.LastSeason is { } last ? YearBefore(last, week, input.Form, headlines, input.Heading.Kind == PeriodKind.Week) : null,
            Ahead = input.Ahead,
            MinimumSources = [.. input.Minimums.Concat(input.Warned).Select(minimum => minimum.Source).Distinct().Order(StringComparer.Ordinal)],
            Matters = Matters(input, period, form),
            Open = new OpenFigures(
                Math.Max(0, Sum(totals, form, FieldMeaning.Leads) - Sum(totals, form, FieldMeaning.LeadsSettled)),
                Sum(totals, form, FieldMeaning.Hazards),
                acknowledgements.Outstanding.Count),
            Outlook = input.Outlook,
            Parts = input.Parts,
            DetailLines = input.Reports.Count,
            LastInputAt = LastInput(input),
            SourceHash = sourceHash,
            InputHash = Keys.Hash(sourceHash + "|"),
        };
        return input.Previous is { } previous ? Replacing(previous, summary) : summary;
    }

    /// <summary>The summary as the version that replaces <paramref name="previous"/>: it says what moved, and its files have a name of their own.</summary>
    public static Summary Replacing(Summary previous, Summary summary)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(summary);
        return summary with
        {
            InputHash = Keys.Hash(summary.SourceHash + "|" + previous.InputHash),
            PreviousHash = previous.InputHash,
            Changes = SummaryChanges.Between(previous, summary),
        };
    }

    /// <summary>
    /// The fields of the season so far, from the form and those before it; each group stands together, what the form no longer has at its end.
    /// </summary>
    internal static List<SummaryField> Fields(FormDefinition form, IReadOnlyList<FormDefinition> earlier)
    {
        FormDefinition[] forms = [.. earlier.Where(other => other.Version != form.Version).OrderBy(other => other.Version), form];
        return [.. Enumerable.Reverse(forms).SelectMany(each => each.Fields).DistinctBy(field => field.Code).GroupBy(field => field.Group)
            .SelectMany(group => group).Select(field =>
        {
            var on = forms.Where(each => each.Find(field.Code) is not null).ToList();
            return new SummaryField(field.Code, field.Label, field.Unit, field.Group, field.Aggregation, field.AppliesTo)
            {
                Since = on[0] == forms[0] ? null : on[0].Version,
                Until = on[^1] == form ? null : on[^1].Version,
            };
        })];
    }

    /// <summary>
    /// The weeks summed up: of a stage those that have begun, because only they have rows; one compiled early asks for nothing that lies ahead.
    /// </summary>
    private static List<ReportingWeek> Summed(SummaryInput input)
    {
        if (input.Heading.Kind == PeriodKind.Week) return [input.Weeks[^1]];
        var begun = input.Reports.Select(report => report.Week).ToHashSet();
        return input.Weeks.Where(week => begun.Contains(week.Key)).ToList() is { Count: > 0 } weeks ? weeks : [input.Weeks[0]];
    }

    /// <summary>The one order of everything: later weeks dropped, lists sorted, so that the same input has the same hash however it was read.</summary>
    private static SummaryInput Ordered(SummaryInput input)
    {
        var names = input.Reports.Where(report => report.Week <= input.Week).Select(report => report.Unit).ToHashSet();
        var last = input.Weeks.FirstOrDefault(week => week.Key == input.Week)?.Last;
        return input with
        {
            Weeks = [.. input.Weeks.Where(week => week.Key <= input.Week).OrderBy(week => week.Key)],
            Units = [.. input.Units.Where(unit => names.Contains(unit.Code)).OrderBy(unit => KindOrder(unit.Kind)).ThenBy(unit => unit.Order)
                .ThenBy(unit => unit.Code, StringComparer.Ordinal)],
            Reports = [.. input.Reports.Where(report => report.Week <= input.Week).OrderBy(report => report.Week)
                .ThenBy(report => report.Unit, StringComparer.Ordinal)],
            EarlierForms = [.. input.EarlierForms.OrderBy(form => form.Version)],
            Duties = [.. input.Duties.OrderBy(duty => duty.Intensity)],
            Orders = [.. input.Orders.Where(order => !order.Test).OrderBy(order => order.Revision).Select(order => order with
            {
                Units = [.. order.Units.OrderBy(unit => unit.Unit, StringComparer.Ordinal)],
                Notices = [.. order.Notices.OrderBy(notice => notice.Unit, StringComparer.Ordinal)],
            })],
            Minimums = [.. input.Minimums.Where(minimum => last is null || minimum.Day <= last).OrderBy(minimum => minimum.Day)
                .ThenBy(minimum => minimum.Source, StringComparer.Ordinal)],
            OpenWeeks = [.. input.OpenWeeks.Where(week => week <= input.Week).Order()],
            Warned = [.. input.Warned.Where(minimum => last is null || minimum.Day <= last).OrderBy(minimum => minimum.Day)
                .ThenBy(minimum => minimum.Source, StringComparer.Ordinal)],
            Ahead = [.. input.Ahead.OrderBy(minimum => minimum.Day).ThenBy(minimum => minimum.Source, StringComparer.Ordinal)],
            Decisions = [.. input.Decisions.Where(decision => decision.Week <= input.Week).OrderBy(decision => decision.Week)
                .ThenBy(decision => decision.Unit, StringComparer.Ordinal)],
        };
    }

    /// <summary>乡镇 first, the station last, because it is outside of the rate.</summary>
    internal static int KindOrder(UnitKind kind) => kind switch
    {
        UnitKind.Township => 0,
        UnitKind.Police => 1,
        UnitKind.UrbanManagement => 2,
        UnitKind.Department => 3,
        _ => 4,
    };

    private static UnitLine Line(
        SummaryUnit unit, List<UnitReport> reports, List<ReportingWeek> period, List<SummaryField> fields, WeekValues weeks, IReadOnlyList<WeekKey> open)
    {
        var counted = reports.Where(report => report.Counted is not null).ToList();
        var (last, numbers) = (reports[^1], period.ToDictionary(week => week.Key, week => week.Number));
        var line = new UnitLine
        {
            Code = unit.Code,
            Name = unit.Name,
            Kind = unit.Kind,
            Standing = last.Standing,
            CountsInRate = last.InRate,
            Expected = reports.Count,
            Reported = counted.Count,
            OnTime = counted.Count(report => report.MinutesLate == 0),
            AcceptedReports = counted.Count(report => report.Counted!.Accepted),
            MinutesLate = reports.Max(report => report.MinutesLate),
            Returns = reports.Sum(report => report.Returns),
            Reminders = reports.Sum(report => report.Reminders),
            ReturnReason = last.Standing == ReportState.Returned ? last.ReturnReason : null,
            ReceivedAt = reports.Min(report => report.ReceivedAt),
            Version = last.Counted?.Version,
            Hash = last.Counted?.Hash,
            Values = last.Counted?.Values,
            SubmittedAt = last.Counted?.SubmittedAt,
            FilledBy = last.Counted?.FilledBy,
            ReviewedBy = last.Counted?.ReviewedBy,
            Leader = unit.Leader,
            Carried = fields
                .Where(field => field.Aggregation == Aggregation.Stock && field.Until is null && field.IsOnFormOf(unit.Kind)
                    && reports.All(report => report.Counted?.Values.Number(field.Code) is null))
                .Select(field => (field.Code, Last: weeks.LastOf(unit.Code, field.Code, period[^1].Key))).Where(carried => carried.Last is not null)
                .ToDictionary(carried => carried.Code, carried => carried.Last!.Value),
        };
        return period.Count == 1 ? line : line with
        {
            Standing = counted.Count == 0 ? ReportState.NotReported : counted.Count == line.AcceptedReports ? ReportState.Accepted : ReportState.Submitted,
            Version = null,
            SubmittedAt = null,
            Hash = counted.Count == 0 ? null : HashOf(reports),
            MissingWeeks = [.. reports.Where(report => report.Counted is null && !open.Contains(report.Week)).Select(report => numbers[report.Week])],
            Values = counted.Count == 0 ? null : Over(counted, fields),
        };
    }

    /// <summary>
    /// Several weeks as one: flows are added, a stock is the last one reported, blank is what was blank throughout; words stay in their week.
    /// </summary>
    private static ReportValues Over(List<UnitReport> counted, List<SummaryField> fields) =>
        new(fields.Where(field => field.Aggregation != Aggregation.Text).Select(field =>
    {
        var values = counted.Select(report => report.Counted!.Values[field.Code]).Where(value => value.Kind != FieldValueKind.Missing).ToList();
        var numbers = values.Select(value => value.Number).OfType<int>().ToList();
        return KeyValuePair.Create(field.Code,
            numbers.Count == 0 ? values.Count == 0 ? default : FieldValue.Blank
            : FieldValue.Of(field.Aggregation == Aggregation.Stock ? numbers[^1] : numbers.Aggregate((sum, number) => checked(sum + number))));
    }));

    private static string HashOf(IEnumerable<UnitReport> reports) =>
        Keys.Hash(string.Join('\n', reports.OrderBy(report => report.Week).ThenBy(report => report.Unit, StringComparer.Ordinal)
        .Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Unit} {report.Counted?.Version} {report.Counted?.Hash}"))));

    private static FieldTotal Total(SummaryField field, List<UnitLine> units, WeekValues weeks, bool overWeeks)
    {
        long Of(IEnumerable<UnitLine> some) => some.Sum(unit => (long)(unit.Values?.Number(field.Code) ?? unit.Carried.GetValueOrDefault(field.Code)));
        var (total, isStock) = (Of(units), field.Aggregation == Aggregation.Stock);
        var earlier = isStock ? (long?)null : weeks.Earlier(field.Code);
        return new FieldTotal
        {
            Code = field.Code,
            Total = total,
            ByKind = units.GroupBy(unit => unit.Kind!.Value).ToDictionary(group => group.Key, group => Of(group)),
            Carried = units.Sum(unit => (long)unit.Carried.GetValueOrDefault(field.Code)),
            LastWeek = overWeeks ? null : weeks.LastWeek(field.Code, isStock),
            Earlier = overWeeks ? null : earlier,
            Season = overWeeks || isStock ? total : earlier!.Value + total,
            Unaccepted = Of(units.Where(unit => unit.IsCounted && !unit.Accepted)),
        };
    }

    private static NamedFigure Outcome(FieldMeaning meaning, FormFigures form, List<UnitLine> units, List<FieldTotal> totals)
    {
        var parts = totals.Where(total => form.Codes(meaning).Contains(total.Code)).ToList();
        var isReported = units.Any(unit => form.Number(meaning, unit.Values) is not null);
        return new NamedFigure(meaning, form.UnitOf(meaning)!, isReported ? parts.Sum(part => part.Total) : null, parts.Sum(part => part.Season));
    }

    /// <summary>The headline figures of the same week of the campaign, and those of the season through it: flows added, stocks as they stood last.</summary>
    private static YearOnYear YearBefore(SeasonFigures last, ReportingWeek week, FormDefinition form, List<HeadlineFigure> headlines, bool isWeek)
    {
        var weeks = last.Weeks.Where(each => each.Number <= week.Number).OrderBy(each => each.Number).ToList();
        return new YearOnYear(last.Season, last.Source, [.. headlines.Select(headline =>
        {
            var known = weeks.Where(each => each.Headlines.ContainsKey(headline.Label)).ToList();
            var stock = form.Headlines.First(each => each.Label == headline.Label).Fields.All(code => form.Find(code)?.Aggregation == Aggregation.Stock);
            return new YearLine(
                headline.Label,
                isWeek && known.Find(each => each.Number == week.Number) is { } same ? same.Headlines[headline.Label] : null,
                known.Count == 0 ? null : stock ? known[^1].Headlines[headline.Label] : known.Sum(each => each.Headlines[headline.Label]));
        })]);
    }

    private static HeadlineFigure HeadlineOf(Headline headline, List<FieldTotal> totals)
    {
        var parts = totals.Where(total => headline.Fields.Contains(total.Code)).ToList();
        return new HeadlineFigure(headline.Label, headline.Unit, parts.Sum(part => part.Total), SumOf(parts, part => part.LastWeek),
            parts.Sum(part => part.Season));
    }

    private static ReportingFigures Reporting(
        List<UnitLine> units, ILookup<string, UnitReport> rows, List<ReportingWeek> period, IReadOnlyList<WeekKey> open)
    {
        var (inRate, numbers) = (units.Where(unit => unit.CountsInRate).ToList(), period.ToDictionary(week => week.Key, week => week.Number));

        // Over several weeks a name says which.
        IEnumerable<(UnitLine Unit, string Name)> Named(Func<UnitReport, bool> which) => units
            .Select(unit => (Unit: unit, Weeks: rows[unit.Code].Where(which).Select(report => numbers[report.Week]).ToList()))
            .Where(unit => unit.Weeks.Count > 0)
            .Select(unit => (unit.Unit, period.Count == 1 ? unit.Unit.Name : $"{unit.Unit.Name}（第{Ranges.Of(unit.Weeks)}周）"));
        return new ReportingFigures(
            inRate.Sum(unit => unit.Expected), inRate.Sum(unit => unit.Reported), inRate.Sum(unit => unit.OnTime), inRate.Sum(unit => unit.AcceptedReports),
            [.. Named(report => report.Standing == ReportState.NotReported && !open.Contains(report.Week)).Select(unit => unit.Name)],
            [.. Named(report => report.Standing != ReportState.NotReported && report.MinutesLate > 0).OrderByDescending(unit => unit.Unit.MinutesLate)
                .Select(unit => new LateUnit(unit.Name, unit.Unit.MinutesLate))],
            [.. Named(report => report.Standing == ReportState.Returned).Select(unit => unit.Name)])
        {
            Pending = [.. Named(report => report.Standing == ReportState.NotReported && open.Contains(report.Week)).Select(unit => unit.Name)],
        };
    }

    private static IncidentFigures Incidents(List<UnitLine> units, ILookup<string, UnitReport> rows, WeekValues weeks, FormFigures form)
    {
        long Count(UnitLine unit) => form.Number(FieldMeaning.Incidents, unit.Values) ?? 0;
        var none = units.Where(unit => Count(unit) == 0)
            .ToLookup(unit => rows[unit.Code].All(report => form.Number(FieldMeaning.Incidents, report.Counted?.Values) is not null));
        return new IncidentFigures(
            units.Sum(Count), form.Codes(FieldMeaning.Incidents).Sum(weeks.Season), none[true].Count(), none[false].Count(),
            [.. units.Where(unit => Count(unit) > 0).Select(unit => new NamedCount(unit.Name, Count(unit)))]);
    }

    /// <summary>The figures with the incidents that were reported at once.</summary>
    private static IncidentFigures Told(IncidentFigures figures, SummaryInput input, List<ReportingWeek> period) => input.Incidents is not { } told ? figures
        : figures with
        {
            Told = [.. told.Where(each => each.Found >= period[0].First && each.Found <= period[^1].Last).Select(each => new ToldIncident(each.UnitName,
                each.Kind, each.State == IncidentState.Open ? "处置中" : "已核报", each.State == IncidentState.Open, each.Severity == IncidentSeverity.Grave, each.Dead))],
            ToldSeason = told.Count(each => each.Found <= period[^1].Last),
        };

    private static WeekLine Trend(SummaryInput input, ReportingWeek week, Dictionary<(WeekKey, string), UnitReport> reports, WeekValues weeks, FormFigures form)
    {
        var rows = reports.Values.Where(report => report.Week == week.Key).ToList();
        var inRate = rows.Where(report => report.InRate).ToList();
        bool IsIn(DailyMinimum minimum) => minimum.Day >= week.First && minimum.Day <= week.Last;

        // Forecasts first; what warnings name stands for days of which none is known.
        var minimums = input.Minimums.Where(IsIn).ToList();
        minimums.AddRange(input.Warned.Where(IsIn).ExceptBy(minimums.Select(minimum => minimum.Day), minimum => minimum.Day).ToList());
        long? Of(IEnumerable<string> codes) => SumOf(codes, code => weeks.At(week.Key, code, input.Form.Find(code)?.Aggregation == Aggregation.Stock));
        return new WeekLine
        {
            Week = week.Key,
            Number = week.Number,
            First = week.First,
            Last = week.Last,
            Expected = inRate.Count,
            Reported = inRate.Count(report => report.Counted is not null),
            OnTime = inRate.Count(report => report.Counted is not null && report.MinutesLate == 0),
            Aided = Of(form.Codes(FieldMeaning.Aided)),
            Patrols = Of(form.Codes(FieldMeaning.Patrols)),
            Headlines = [.. input.Form.Headlines.Select(headline => Of(headline.Fields))],
            Minimum = minimums.Count == 0 ? null : minimums.Min(minimum => minimum.Celsius),
            Versions = rows.Where(report => report.Counted is not null).OrderBy(report => report.Unit, StringComparer.Ordinal)
                .ToDictionary(report => report.Unit, report => report.Counted!.Version),
            ReportsHash = HashOf(rows),
        };
    }

    private static List<MatterLine> Matters(SummaryInput input, List<ReportingWeek> period, FormFigures form)
    {
        var names = input.Units.ToDictionary(unit => unit.Code, unit => unit.Name);
        var numbers = input.Weeks.ToDictionary(week => week.Key, week => week.Number);
        var decisions = input.Decisions.ToDictionary(decision => (decision.Week, decision.Unit));
        var lines = new List<MatterLine>();
        foreach (var report in input.Reports.Where(report => names.ContainsKey(report.Unit) && numbers.ContainsKey(report.Week)))
        {
            if (MatterIn(form, report.Counted?.Values) is not { } text) continue;
            var decision = decisions.GetValueOrDefault((report.Week, report.Unit));
            var closed = decision is { Closed: true } && (decision.ClosedInWeek is null || decision.ClosedInWeek <= input.Week);
            if (closed && period.All(week => week.Key != decision!.ClosedInWeek)) continue;
            lines.Add(MatterLine.Of(report.Week, numbers[report.Week], report.Unit, names[report.Unit], text, decision) with { Closed = closed });
        }

        return lines;
    }

    /// <summary>The matter that a report raises; null for none.</summary>
    internal static string? MatterIn(FormFigures form, ReportValues? values) =>
        form.Words(FieldMeaning.Matter, values)?.Trim() is { Length: > 0 } text && !IsNothing(text) ? text : null;

    /// <summary>Whether words say that there is nothing to say.</summary>
    internal static bool IsNothing(string text) => NothingRaised.Contains(text.Trim());

    private static DateTimeOffset? LastInput(SummaryInput input)
    {
        var moments = input.Reports.Select(report => report.Counted?.SubmittedAt)
            .Concat(input.Orders.SelectMany(order => order.Notices.Select(notice => notice.AcknowledgedAt).Append(order.IssuedAt)))
            .OfType<DateTimeOffset>().ToList();
        return moments.Count == 0 ? null : moments.Max();
    }

    /// <summary>The sum of what is known; null when nothing is.</summary>
    internal static long? SumOf<T>(IEnumerable<T> items, Func<T, long?> value) =>
        items.Select(value).OfType<long>().ToList() is { Count: > 0 } known ? known.Sum() : null;

    private static long Sum(List<FieldTotal> totals, FormFigures form, FieldMeaning meaning) =>
        totals.Where(total => form.Codes(meaning).Contains(total.Code)).Sum(total => total.Total);

    /// <summary>The counted values of the season by week.</summary>
    private sealed class WeekValues(SummaryInput input, Dictionary<(WeekKey Week, string Unit), UnitReport> reports)
    {
        private readonly ILookup<WeekKey, string> _expected = reports.Values.ToLookup(report => report.Week, report => report.Unit);

        private readonly ILookup<WeekKey, ReportValues> _byWeek = reports.Values.Where(report => report.Counted is not null)
            .ToLookup(report => report.Week, report => report.Counted!.Values);

        /// <summary>Null when no report of the week has the field: nobody reported, or it was on no form.</summary>
        public long? Of(WeekKey week, string code) =>
            _byWeek[week].Any(values => values[code].Kind != FieldValueKind.Missing) ? _byWeek[week].Sum(values => (long)(values.Number(code) ?? 0)) : null;

        public long Earlier(string code) => input.Weeks.Where(week => week.Key < input.Week).Sum(week => Of(week.Key, code) ?? 0);

        public long Season(string code) => Earlier(code) + (Of(input.Week, code) ?? 0);

        public long? LastWeek(string code, bool isStock) =>
            input.Weeks.LastOrDefault(week => week.Key < input.Week) is { } last ? At(last.Key, code, isStock) : null;

        /// <summary>A week's figure: of a stock what each unit of the week said last, in it or before; null when no report of the week has the field.</summary>
        public long? At(WeekKey week, string code, bool isStock) => Of(week, code) is not { } sum ? null
            : isStock ? _expected[week].Sum(unit => (long)(LastOf(unit, code, week) ?? 0)) : sum;

        /// <summary>The last number that the unit reported in a field up to a week, that week's first.</summary>
        public int? LastOf(string unit, string code, WeekKey through)
        {
            for (var i = input.Weeks.Count - 1; i >= 0; i--)
            {
                if (input.Weeks[i].Key > through) continue;
                if (reports.GetValueOrDefault((input.Weeks[i].Key, unit))?.Counted?.Values.Number(code) is { } number) return number;
            }

            return null;
        }
    }
}
