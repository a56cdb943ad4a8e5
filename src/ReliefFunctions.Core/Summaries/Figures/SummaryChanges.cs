using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>What moved between two versions of a summary, a line for each unit with its fields: a corrected version says so itself.</summary>
internal static class SummaryChanges
{
    /// <summary>Fields of a unit named one by one; of more only the number is told.</summary>
    private const int MostFields = 6;

    public static IReadOnlyList<ChangeLine> Between(Summary before, Summary after)
    {
        var labels = after.Fields.ToDictionary(field => field.Code, field => $"{field.Code} {field.Label}");
        var changes = new List<ChangeLine>();
        var old = before.Units.ToDictionary(unit => unit.Code);
        foreach (var unit in after.Units)
        {
            if (old.GetValueOrDefault(unit.Code) is { } was) changes.AddRange(Unit(was, unit, labels));
            else changes.Add(new ChangeLine(unit.Name, "报送单位", "不在应报名单", "列入应报名单") { Kind = ChangeKind.State });
        }

        foreach (var gone in before.Units.Where(unit => after.Units.All(each => each.Code != unit.Code)))
        {
            changes.Add(new ChangeLine(gone.Name, "报送单位", "列入应报名单", "不在应报名单") { Kind = ChangeKind.State });
        }

        Add(changes, "报送率", $"{before.Reporting.Reported}/{before.Reporting.Expected}", $"{after.Reporting.Reported}/{after.Reporting.Expected}");
        Add(changes, "通知签收", $"{before.Acknowledgements.Acknowledged}/{before.Acknowledgements.Notices}",
            $"{after.Acknowledgements.Acknowledged}/{after.Acknowledgements.Notices}");
        Add(changes, "需督办、关注事项", $"{before.Concerns.Count}项", $"{after.Concerns.Count}项");
        return changes;
    }

    private static IEnumerable<ChangeLine> Unit(UnitLine was, UnitLine unit, Dictionary<string, string> labels)
    {
        if (!was.IsCounted && unit.IsCounted)
        {
            yield return new ChangeLine(unit.Name, "报表", State(was), $"{State(unit)}，计入合计") { Kind = ChangeKind.Added };
            yield break;
        }

        if (was.IsCounted && !unit.IsCounted)
        {
            yield return new ChangeLine(unit.Name, "报表", State(was), $"{State(unit)}，不再计入合计") { Kind = ChangeKind.Removed };
            yield break;
        }

        var fields = ReportValues.Changes(was.Values ?? ReportValues.Empty, unit.Values ?? ReportValues.Empty).ToList();
        if (fields.Count > 0)
        {
            string Join(Func<string, string> text) =>
                string.Join("；", fields.Take(MostFields).Select(change => text(change.Field))) + (fields.Count > MostFields ? "等" : "");
            yield return new ChangeLine(
                unit.Name, $"更正{fields.Count}项：{Join(code => labels.GetValueOrDefault(code, code))}",
                $"{Version(was)}{Join(code => Shown(was, code))}", $"{Version(unit)}{Join(code => Shown(unit, code))}")
            {
                Kind = ChangeKind.Corrected,
            };
        }
        else if (State(was) != State(unit))
        {
            yield return new ChangeLine(unit.Name, "报送状态", State(was), State(unit)) { Kind = ChangeKind.State };
        }
    }

    private static void Add(List<ChangeLine> changes, string what, string before, string after)
    {
        if (before != after) changes.Add(new ChangeLine("全部", what, before, after));
    }

    /// <summary>已审核（第2版）; over several weeks and of a district how many count.</summary>
    private static string State(UnitLine unit) => (unit.Expected, unit.Version) switch
    {
        ( > 1, _) => $"已报{unit.Reported}/{unit.Expected}份",
        (_, { } version) => $"{Sentences.Wording.Of(unit.Standing)}（第{version}版）",
        _ => Sentences.Wording.Of(unit.Standing),
    };

    private static string Version(UnitLine unit) => unit.Version is { } version ? $"第{version}版：" : "";

    private static string Shown(UnitLine unit, string code) => unit.Values?[code] is { IsFilled: true } value ? value.ToString() : "空";
}
