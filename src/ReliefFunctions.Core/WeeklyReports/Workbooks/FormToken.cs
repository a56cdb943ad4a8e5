using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>
/// The codes embedded in a form sheet, in one cell of a hidden row: a sheet that is copied into another workbook takes them along.
/// </summary>
internal sealed record FormToken(string District, string Season, WeekKey Week, string Unit, int FormVersion, int? BaseVersion)
{
    public const string Prefix = "RF1|";

    public static FormToken? Parse(string text)
    {
        var parts = text.Trim().Split('|');
        return parts.Length == 7 && parts[0] == "RF1" && WeekKey.TryParse(parts[3], out var week)
            && int.TryParse(parts[5], NumberStyles.None, CultureInfo.InvariantCulture, out var form)
            && (parts[6] == "-" || int.TryParse(parts[6], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                ? new FormToken(parts[1], parts[2], week, parts[4], form, parts[6] == "-" ? null : int.Parse(parts[6], CultureInfo.InvariantCulture))
                : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}{District}|{Season}|{Week}|{Unit}|{FormVersion}|{BaseVersion?.ToString(CultureInfo.InvariantCulture) ?? "-"}");
}

/// <summary>The fixed texts by which a form sheet is found and read; the writer and the reader share them.</summary>
internal static class FormLayout
{
    public const string Sheet = "调度表";
    public const string Instructions = "填表说明";
    public const string CodeHeading = "编码", LabelHeading = "指标", UnitHeading = "单位", EntryHeading = "本周填报", LastWeekHeading = "上周", HelpHeading = "填报说明";

    /// <summary>What the lines under the table begin with.</summary>
    public const string FootNote = "空白表示未填", FootSignature = "填报人（签字）";

    /// <summary>Columns as generated: code, label, unit, entry, last week, help.</summary>
    public const int CodeColumn = 1, LabelColumn = 2, UnitColumn = 3, EntryColumn = 4, LastWeekColumn = 5, HelpColumn = 6;

    /// <summary>What stands in the code column beside the entries that are no fields of the form.</summary>
    public const string FilledBy = "填报人", ReviewedBy = "审核人", FilledAt = "填报时间", ZeroReport = "零报告", Note = "情况说明";

    public static readonly IReadOnlyList<string> HeaderKeys = [FilledBy, ReviewedBy, FilledAt, ZeroReport, Note];
    public const int LongestName = 40, LongestNote = 300;
}
