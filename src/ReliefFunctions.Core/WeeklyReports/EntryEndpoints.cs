using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Everything that a page needs to fill in a report, in one answer.</summary>
public static class EntryEndpoints
{
    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetReportEntry", "GET", ReportEndpoints.ReportTemplate + "/entry", AccessRule.Readers, Get)
        {
            Summary = "网页填报所需的一切：本单位的表样、已报内容、草稿、上周的数、本季此前累计",
            Response = typeof(ReportEntry),
            Problems = [ProblemType.Conflict],
        },
    ];

    /// <summary>What a report is filled in by.</summary>
    /// <param name="Week">The week.</param>
    /// <param name="UnitName">Name.</param>
    /// <param name="Form">The form of the week, with the unit's fields alone.</param>
    /// <param name="Report">The report as it stands.</param>
    /// <param name="Draft">What was typed and not submitted; null when there is none, or when it is not the caller's to see.</param>
    /// <param name="LastWeek">What counts of the week before.</param>
    /// <param name="SeasonBefore">By field code: flows of the season's weeks before this one, added up.</param>
    /// <param name="FilledBy">Who filled the last report in.</param>
    /// <param name="ReviewedBy">Who reviewed the last report.</param>
    public sealed record ReportEntry(ReportingWeek Week, string UnitName, FormDefinition Form, ReportView Report, DraftView? Draft, ReportValues? LastWeek,
        IReadOnlyDictionary<string, int> SeasonBefore, string? FilledBy, string? ReviewedBy);

    private static async Task<IResult> Get(ApiContext c)
    {
        var target = await ReportEndpoints.TargetAsync(c);
        var (campaign, week, unit, form) = target;
        var store = c.Service<ReportStore>();
        var row = await store.GetAsync(target, c.Aborted) ?? ReportRow.Expected(unit, week.Key);
        var before = await Task.WhenAll(CampaignWeeks.Of(campaign).Where(other => other.Number < week.Number).OrderByDescending(other => other.Number)
            .Select(other => store.GetAsync(campaign, other.Key, unit.Code, c.Aborted)));
        var counted = before.Select(earlier => earlier?.Counted?.Content.Values).ToList();
        var fields = form.FieldsFor(unit.Kind).ToList();
        var signed = before.FirstOrDefault(earlier => earlier?.Latest is not null)?.Latest!.Content;
        return c.Json(new ReportEntry(
            week, unit.Name, form with { Fields = fields }, ReportView.Of(row, campaign),
            row.Draft is { } draft && c.Actor.Role is Role.UnitReporter or Role.CampaignOffice
                ? DraftEndpoints.View(target, row, draft, [.. counted.Take(ReportRules.HistoryWeeks)]) : null,
            counted.FirstOrDefault(),
            fields.Where(field => !field.IsText && field.Aggregation == Aggregation.Flow)
                .ToDictionary(field => field.Code, field => counted.Sum(values => values?.Number(field.Code) ?? 0)),
            signed?.FilledBy ?? unit.Contacts.FirstOrDefault(contact => contact.Role == Contact.Reporter)?.Name, signed?.ReviewedBy));
    }
}
