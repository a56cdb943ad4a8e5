using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>Days against the weekly form: asks about a form that says less than its days, and puts both into the weekly book, a line for each day.</summary>
public sealed class DailyChecks(DailyStore store, ReportStore reports, CampaignStore campaigns, TimeProvider clock)
    : IReportQuestions, ISummaryPart, IPatrolsReported
{
    private const int MostNamed = 5, DaysBack = 3;

    /// <inheritdoc/>
    public async Task<Func<ReportValues, IReadOnlyList<ReportProblem>>> KnownAsync(ReportPlace place, FormDefinition form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(form);
        var policy = store.PolicyAsync(place.Campaign, ct);
        var days = (await store.BetweenAsync(place.Campaign, place.Week.First, place.Week.Last, ct)).Where(row => row.Unit == place.Unit.Code).ToList();
        var held = await policy;
        return values => [.. Compare(held, form, values, days, place.Week).Select(each => ReportProblem.Warning("less-than-days",
            $"{each.Code} {form.Find(each.Code)!.Label} 填了 {each.Week}，而本周{days.Count}天每日一报的“{each.Field.Label}”合计 {each.Days}。", "核对哪一处有误；情况属实的请确认。")
            with { Field = each.Code })];
    }

    /// <inheritdoc/>
    public async Task<SummaryPart?> ReadAsync(Campaign campaign, DateOnly first, DateOnly last, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var (policy, rows) = (await store.PolicyAsync(campaign, ct), await store.BetweenAsync(campaign, first, last, ct));
        var units = await campaigns.UnitsAsync(campaign.District, ct);
        var (orders, now, tables) = (await store.OrdersAsync(campaign, ct), clock.GetUtcNow(), new List<DailyTable>());
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            // Before it is due nobody is missing from a day that no one has reported of.
            var owing = DailyRules.Owing(orders, units, day, policy, campaign);
            if (!rows.Any(row => row.Day == day) && (owing.Count == 0 || DailyRules.Due(day, policy, campaign) > now)) continue;
            tables.Add(DailyTable.Of(day, policy, units, owing, rows, campaign));
        }

        if (tables.Count == 0) return null;
        var numbers = policy.Fields.Where(field => !field.IsText).ToList();
        var differences = await DifferencesAsync(campaign, first, last, policy, rows, ct);
        IReadOnlyList<SummaryPartColumn> columns =
            [new("日期", 10), new("应报", 7), new("已报", 7), .. numbers.Select(field => new SummaryPartColumn($"{field.Label}（{field.Unit}）", 13)), new("未报单位", 34)];
        List<IReadOnlyList<string>> lines = [.. tables.Select(table => (IReadOnlyList<string>)[
            table.Day.ToString("M月d日", CultureInfo.InvariantCulture), Number(table.Owed), Number(table.Reported),
            .. numbers.Select(field => Number(table.Totals[field.Code])), string.Join("、", table.Missing),
        ])];
        lines.Add(["合计", Number(tables.Sum(table => table.Owed)), Number(tables.Sum(table => table.Reported)),
            .. numbers.Select(field => field.Stock ? "—" : Number(tables.Sum(table => table.Totals[field.Code]))), ""]);
        lines.Add(["与周报核对", "", "", .. numbers.Select(field => field.Meaning is null ? "—"
            : differences.Where(each => each.Field.Code == field.Code).ToList() is { Count: > 0 } some ? $"{some.Count}家不一致" : "一致"),
            string.Join("；", differences.Select(Words))]);
        var (owed, reported) = (tables.Sum(table => table.Owed), tables.Sum(table => table.Reported));
        var said = differences.Count == 0 ? "合计与周报一致" : $"合计与周报不一致{differences.Count}处（{string.Join("、", differences.Take(MostNamed).Select(Words))}"
            + $"{(differences.Count > MostNamed ? "等" : "")}）";
        return new SummaryPart("每日一报", [$"每日一报{tables.Count}天，应报{owed}份，已报{reported}份；{said}。"], columns, lines);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateOnly>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        store.TouchedAsync(campaign, from, to, ct);

    /// <inheritdoc/>
    public async Task<(DateOnly Day, string Words)?> LastAsync(Campaign campaign, string unit, DateOnly day, CancellationToken ct)
    {
        var policy = await store.PolicyAsync(campaign, ct);
        var patrols = policy.Fields.Where(field => field.Meaning == FieldMeaning.Patrols).Select(field => field.Code).ToList();
        foreach (var back in Enumerable.Range(0, DaysBack))
        {
            if (await store.GetAsync(campaign, day.AddDays(-back), unit, ct) is not { } row) continue;
            if (patrols.Sum(code => row.Latest.Content.Values.GetValueOrDefault(code)) is > 0 and var count) return (row.Day, $"报巡查{count}次");
        }

        return null;
    }

    private async Task<IReadOnlyList<Difference>> DifferencesAsync(Campaign campaign, DateOnly first, DateOnly last, DailyPolicy policy,
        IReadOnlyList<DailyRow> rows, CancellationToken ct)
    {
        List<Difference> found = [];
        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.First <= last && first <= week.Last))
        {
            var days = rows.Where(row => week.First <= row.Day && row.Day <= week.Last).ToLookup(row => row.Unit, StringComparer.Ordinal);
            if (days.Count == 0 || await reports.FormAsync(campaign, week, ct) is not { } form) continue;
            foreach (var report in (await reports.WeekAsync(campaign, week.Key, ct)).Where(row => row.Counted is not null && days.Contains(row.Unit)))
            {
                found.AddRange(Compare(policy, form, report.Counted!.Content.Values, [.. days[report.Unit]], week)
                    .Select(each => each with { Unit = report.UnitName }));
            }
        }

        return found;
    }

    /// <summary>Where the days of one unit and its form of the week do not agree.</summary>
    internal static IEnumerable<Difference> Compare(DailyPolicy policy, FormDefinition form, ReportValues values, IReadOnlyList<DailyRow> days,
        ReportingWeek week)
    {
        if (days.Count == 0) yield break;
        var everyDay = days.Count >= week.Days;
        foreach (var field in policy.Fields.Where(field => field.Meaning is not null))
        {
            var codes = form.FieldsOf(field.Meaning!.Value);
            if (codes.Count == 0 || !codes.Any(code => values.Number(code) is not null)) continue;
            var (sum, written) = (days.Sum(day => (long)day.Latest.Content.Values.GetValueOrDefault(field.Code)),
                codes.Sum(code => (long)(values.Number(code) ?? 0)));
            if (DailyRules.Differs(sum, written, everyDay)) yield return new Difference("", field, codes[0], sum, written);
        }
    }

    private static string Words(Difference each) => $"{each.Unit}{each.Field.Label}每日合计{each.Days}、周报{each.Week}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A figure in which days and form do not agree.</summary>
    internal sealed record Difference(string Unit, DailyField Field, string Code, long Days, long Week);
}
