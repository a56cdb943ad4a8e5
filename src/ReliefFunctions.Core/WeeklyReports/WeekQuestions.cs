using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What is asked about the week of a report that is handed in: each is a warning to confirm, because each may be right.</summary>
internal static class WeekQuestions
{
    public static IEnumerable<ReportProblem> Of(ReportTarget target, ReportContent content, IReadOnlyList<ReportValues?> history, DateTimeOffset at)
    {
        var (campaign, week, unit, form) = target;
        if (LocalTime.DateOf(at, campaign.Zone()) <= week.Last)
        {
            yield return ReportProblem.Warning("week-not-over", $"第{week.Number}周（{week.First:M月d日}—{week.Last:M月d日}）还没有结束。",
                "确认报的是这一周、周末前的数不会再变；报上周的请换用上周的表。");
        }

        var before = CampaignWeeks.Of(campaign).LastOrDefault(other => other.Number < week.Number);
        if (before is not null && unit.IsOpen(before.First, before.Last) && history.Count > 0 && history[0] is null)
        {
            yield return ReportProblem.Warning("week-before-missing", $"上一周（第{before.Number}周，{before.Key}）没有计入的报表：没有报，或退回后没有改。", "先补报上一周；确实不用补的请确认。");
        }

        var numbers = form.FieldsFor(unit.Kind).Where(field => !field.IsText).Select(field => field.Code).ToList();
        if (history.Count > 0 && history[0] is { } last && !content.ZeroReport && numbers.Exists(code => last.Number(code) > 0)
            && numbers.TrueForAll(code => (content.Values.Number(code) ?? 0) == (last.Number(code) ?? 0)))
        {
            yield return ReportProblem.Warning("same-as-last-week", "每一项都与上周相同。", "核对是不是把上周的数又报了一次；确实相同的请确认。");
        }
    }
}
