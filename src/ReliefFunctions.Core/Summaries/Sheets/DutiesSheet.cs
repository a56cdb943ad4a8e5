using System.Globalization;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>应巡实巡: patrols and coverage asked for and reported, unit by unit.</summary>
internal static class DutiesSheet
{
    public static void Write(SheetWriter sheet, Summary summary)
    {
        const int columns = 10;
        sheet.Widths(1, 24, 10, 34, 8, 8, 8, 8, 14, 14, 14);
        sheet.Title(1, columns, summary.Heading.Name + "应巡与实巡对照", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        sheet.Heads(3, summary.Heading.IsArea
            ? "区县"
            : "单位", "结果", summary.Heading.IsArea
            ? "单位达标"
            : "强度（按每日20时）", "应巡（次）", "实巡（次）", "应夜巡", "实夜巡", "村（社区）已查/应查", "点位已巡/应巡", "签收未巡");
        var row = 4;
        foreach (var duty in summary.Duties)
        {
            sheet.Text(row, 1, duty.Unit);
            sheet.Text(row, 2, Wording.Of(duty.Verdict));
            sheet.Text(row, 3, duty.Days);
            sheet.Number(row, 4, duty.Required);
            Number(sheet, row, 5, duty, duty.Reported);
            sheet.Number(row, 6, duty.RequiredNight);
            Number(sheet, row, 7, duty, duty.ReportedNight);
            sheet.Text(row, 8, Shown(duty, duty.Villages));
            sheet.Text(row, 9, Shown(duty, duty.Points));
            sheet.Text(row, 10, duty.NotFollowed.Count == 0 ? "—" : $"第{Ranges.Of(duty.NotFollowed)}号");
            if (duty.Verdict is Verdict.NotMet or Verdict.Unknown || duty.NotFollowed.Count > 0)
            {
                sheet.Style(row, 1, row, columns, look => look with { Bold = true });
            }

            sheet.Fit(row, 11, (duty.Days, 34), (duty.Unit, 24));
            row++;
        }

        if (row == 4) sheet.Text(row++, 1, "无巡查政策或无应巡单位");
        sheet.Body(4, row - 1, columns);
        sheet.Filter(3, row - 1, columns);
        sheet.Repeat(3);
    }

    /// <summary>The figure, or what stands where there is none.</summary>
    public static string Shown(DutyLine duty, int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? duty.Absent;

    /// <summary>3/8; 不要求 where the order asked for none.</summary>
    public static string Shown(DutyLine duty, Coverage? coverage) =>
        coverage is null ? "不要求" : $"{Shown(duty, coverage.Done)}/{coverage.Due?.ToString(CultureInfo.InvariantCulture) ?? "未填"}";

    private static void Number(SheetWriter sheet, int row, int column, DutyLine duty, int? number)
    {
        if (number is { } figure) sheet.Number(row, column, figure);
        else sheet.Text(row, column, duty.Absent);
    }
}
