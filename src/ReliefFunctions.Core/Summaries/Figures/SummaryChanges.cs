using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>What moved between two versions of a week's summary: a corrected version says so itself.</summary>
internal static class SummaryChanges
{
    public static IReadOnlyList<ChangeLine> Between(Summary before, Summary after)
    {
        var labels = after.Fields.ToDictionary(field => field.Code, field => $"{field.Code} {field.Label}");
        var changes = new List<ChangeLine>();
        var old = before.Units.ToDictionary(unit => unit.Code);
        foreach (var unit in after.Units)
        {
            var was = old.GetValueOrDefault(unit.Code);
            if (was is null)
            {
                changes.Add(new ChangeLine(unit.Name, "报送单位", "不在应报名单", "列入应报名单"));
                continue;
            }

            if (was.Standing != unit.Standing) changes.Add(new ChangeLine(unit.Name, "报送状态", Wording.Of(was.Standing), Wording.Of(unit.Standing)));
            if (was.Version != unit.Version) changes.Add(new ChangeLine(unit.Name, "计入版本", Version(was), Version(unit)));
            foreach (var change in ReportValues.Changes(was.Values ?? ReportValues.Empty, unit.Values ?? ReportValues.Empty))
            {
                changes.Add(new ChangeLine(unit.Name, labels.GetValueOrDefault(change.Field, change.Field), Shown(was, change.Field), Shown(unit, change.Field)));
            }
        }

        foreach (var gone in before.Units.Where(unit => after.Units.All(each => each.Code != unit.Code))) changes.Add(new ChangeLine(gone.Name, "报送单位", "列入应报名单", "不在应报名单"));

        var totals = before.TotalOf;
        foreach (var total in after.Totals)
        {
            if (totals.GetValueOrDefault(total.Code) is not { } was) continue;
            if (was.Total != total.Total) changes.Add(new ChangeLine("总计", labels[total.Code], Wording.Number(was.Total), Wording.Number(total.Total)));
            if (was.Season != total.Season && was.Season - was.Total != total.Season - total.Total) changes.Add(new ChangeLine("累计", labels[total.Code], Wording.Number(was.Season), Wording.Number(total.Season)));
        }

        Add(changes, "报送率", $"{before.Reporting.Reported}/{before.Reporting.Expected}", $"{after.Reporting.Reported}/{after.Reporting.Expected}");
        Add(changes, "通知签收", $"{before.Acknowledgements.Acknowledged}/{before.Acknowledgements.Notices}", $"{after.Acknowledgements.Acknowledged}/{after.Acknowledgements.Notices}");
        return changes;
    }

    private static void Add(List<ChangeLine> changes, string what, string before, string after)
    {
        if (before != after) changes.Add(new ChangeLine("全部", what, before, after));
    }

    private static string Version(UnitLine unit) => unit.Version is { } version ? $"第{version}版" : "无";

    private static string Shown(UnitLine unit, string code) => unit.Values is null ? "未报" : unit.Values[code] is { IsFilled: true } value ? value.ToString() : "空";
}
