using System.Globalization;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>What stands in a generated form, besides what the definition says.</summary>
/// <param name="Content">Entries to fill in; null for a blank form.</param>
/// <param name="BaseVersion">The version a correction is based on; null for a first report.</param>
/// <param name="LastWeek">Shown beside the entry column; its stocks fill the prefilled fields of a blank form.</param>
/// <param name="Marks">Problems to mark and comment at their fields.</param>
/// <param name="Entered">Entries as typed, by field code, where they could not be understood.</param>
/// <param name="Names">填报人 and 审核人 offered on a form without content.</param>
/// <param name="On">填报时间 offered: the local day on which the form is made.</param>
internal sealed record FormFilling(
    ReportContent? Content = null, int? BaseVersion = null, ReportValues? LastWeek = null,
    IReadOnlyList<ReportProblem>? Marks = null, IReadOnlyDictionary<string, string>? Entered = null, (string? FilledBy, string? ReviewedBy) Names = default,
        DateOnly? On = null)
{
    /// <summary>Why the office returned the version that is to be corrected; null when it did not.</summary>
    public string? Returned { get; init; }
}

/// <summary>Writes the form of one unit and week as a workbook; the only place of this feature that knows ClosedXML.</summary>
internal static class WorkbookForm
{
    // A CJK character counts 2; widths are set by hand because measuring fonts needs GDI+.
    private static readonly double[] Widths = [8, 40, 6, 14, 9, 46];
    private static readonly XLColor Heading = XLColor.FromHtml(
        "#DCE6F1"), Entry = XLColor.FromHtml("#FFFBE6"), Wrong = XLColor.FromHtml("#F8CBAD"), Doubtful = XLColor.FromHtml("#FFE699");

    /// <summary>Writes the workbook to <paramref name="output"/>, which must be seekable.</summary>
    public static void Write(Stream output, ReportTarget target, FormFilling? filling = null)
    {
        using var book = new XLWorkbook();
        book.Style.Font.FontName = "宋体";
        book.Style.Font.FontSize = 10;
        WriteForm(book.AddWorksheet(FormLayout.Sheet), target, filling ?? new FormFilling());
        WriteInstructions(book.AddWorksheet(FormLayout.Instructions), target);
        book.SaveAs(output);
    }

    private static void WriteForm(IXLWorksheet sheet, ReportTarget target, FormFilling filling)
    {
        var (campaign, week, unit, form) = target;
        for (var i = 0; i < Widths.Length; i++) sheet.Column(i + 1).Width = Widths[i];
        sheet.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;

        Text(sheet.Cell(1, 1), new FormToken(campaign.District, campaign.Season, week.Key, unit.Code, form.Version, filling.BaseVersion).ToString());
        sheet.Row(1).Hide();

        var title = sheet.Range(2, 1, 2, Widths.Length).Merge();
        Text(sheet.Cell(2, 1), $"{campaign.DistrictName}{form.Title}");
        title.Style.Font.SetFontSize(15).Font.SetBold().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        sheet.Row(2).Height = 28;

        Text(sheet.Cell(3, 1), $"填报单位（盖章）：{unit.Name}");
        sheet.Range(3, 1, 3, 3).Merge();
        Text(sheet.Cell(3, 4), $"第{week.Number}周（{week.Key}） {Day(week.First)}—{Day(week.Last)}");
        sheet.Range(3, 4, 3, Widths.Length).Merge();

        var row = 4;
        if (filling.Returned is { } returned)
        {
            Text(sheet.Cell(row, 1), returned);
            sheet.Range(row, 1, row, Widths.Length).Merge().Style.Fill.SetBackgroundColor(Wrong).Font.SetBold().Alignment.SetWrapText();
            sheet.Row(row).Height = 6 + (14 * Math.Max(1, (int)Math.Ceiling(returned.Length * 2 / Widths.Sum())));
            row++;
        }

        var top = row;
        var marks = (filling.Marks ?? []).Where(mark => mark.Field is not null).ToLookup(mark => mark.Field!);
        foreach (var key in FormLayout.HeaderKeys)
        {
            Text(sheet.Cell(row, FormLayout.CodeColumn), key);
            Text(sheet.Cell(row, FormLayout.LabelColumn), key switch
            {
                FormLayout.FilledBy => "填报人姓名",
                FormLayout.ReviewedBy => "审核人（负责人）姓名",
                FormLayout.FilledAt => $"填报时间（应于 {Moment(week.Due, campaign)} 前报送）",
                FormLayout.ZeroReport => "本周确无工作发生的选“是”，各项发生数按 0 计",
                _ => "数据异常提示的解释，可不填",
            });
            var entry = sheet.Range(row, FormLayout.EntryColumn, row, Widths.Length).Merge();
            var value = key switch
            {
                FormLayout.FilledBy => filling.Content is { } filled ? filled.FilledBy : filling.Names.FilledBy,
                FormLayout.ReviewedBy => filling.Content is { } reviewed ? reviewed.ReviewedBy : filling.Names.ReviewedBy,
                FormLayout.FilledAt => filling.On is { } day ? Day(day) : null,
                FormLayout.ZeroReport => filling.Content is { } content ? content.ZeroReport ? "是" : "否" : "否",
                FormLayout.Note => filling.Content?.Note,
                _ => null,
            };
            var cell = sheet.Cell(row, FormLayout.EntryColumn);
            if (value is not null) Text(cell, value);
            Unlock(entry.Style);
            if (key == FormLayout.ZeroReport)
            {
                cell.DataValidation.List("\"是,否\"", true);
                cell.DataValidation.ErrorTitle = "零报告";
                cell.DataValidation.ErrorMessage = "请从下拉列表选择“是”或“否”。";
            }
            else
            {
                cell.Style.NumberFormat.Format = "@";
            }

            row++;
        }

        string[] headings =
            [FormLayout.CodeHeading, FormLayout.LabelHeading, FormLayout.UnitHeading, FormLayout.EntryHeading, FormLayout.LastWeekHeading,
                FormLayout.HelpHeading];
        for (var i = 0; i < headings.Length; i++) Text(sheet.Cell(row, i + 1), headings[i]);
        var heading = sheet.Range(row, 1, row, Widths.Length);
        heading.Style.Fill.SetBackgroundColor(Heading).Font.SetBold().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        var headingRow = row++;

        var group = "";
        foreach (var field in form.FieldsFor(unit.Kind))
        {
            if (field.Group != group)
            {
                group = field.Group;
                Text(sheet.Cell(row, 1), group);
                sheet.Range(row, 1, row, Widths.Length).Merge().Style.Fill.SetBackgroundColor(Heading).Font.SetBold();
                row++;
            }

            WriteField(sheet, row++, field, filling, [.. marks[field.Code]]);
        }

        var table = sheet.Range(top, 1, row - 1, Widths.Length);
        table.Style.Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);
        table.Column(FormLayout.CodeColumn).Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);

        Text(sheet.Cell(row, 1), $"{FormLayout.FootNote}，不等于 0；没有发生请填 0。不得填写个人姓名、身份证号、手机号。");
        sheet.Range(row, 1, row, Widths.Length).Merge();
        Text(sheet.Cell(row + 1, 1), $"{FormLayout.FootSignature}：                审核人（签字）：                年    月    日");
        sheet.Range(row + 1, 1, row + 1, Widths.Length).Merge();
        sheet.Row(row + 1).Height = 24;

        sheet.SheetView.FreezeRows(headingRow);
        Print(sheet, row + 1);
        sheet.PageSetup.SetRowsToRepeatAtTop(headingRow, headingRow);
        Protect(sheet);
    }

    private static void WriteField(IXLWorksheet sheet, int row, FormField field, FormFilling filling, IReadOnlyList<ReportProblem> marks)
    {
        Text(sheet.Cell(row, FormLayout.CodeColumn), field.Code);
        Text(sheet.Cell(row, FormLayout.LabelColumn), field.Required ? $"* {field.Label}" : field.Label);
        sheet.Cell(row, FormLayout.LabelColumn).Style.Alignment.WrapText = true;
        var entry = sheet.Cell(row, FormLayout.EntryColumn);

        if (field.IsText)
        {
            Text(sheet.Cell(row, FormLayout.UnitColumn), $"≤{field.MaxLength}字");
            var range = sheet.Range(row, FormLayout.EntryColumn, row, FormLayout.HelpColumn).Merge();
            Unlock(range.Style);
            range.Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Top);
            entry.Style.NumberFormat.Format = "@";
            sheet.Row(row).Height = field.MaxLength > 300 ? 120 : 60;
            entry.DataValidation.TextLength.EqualOrLessThan(field.MaxLength!.Value);
        }
        else
        {
            Text(sheet.Cell(row, FormLayout.UnitColumn), field.Unit);
            Unlock(entry.Style);
            entry.Style.NumberFormat.Format = "0";
            entry.Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Center;
            entry.DataValidation.WholeNumber.Between(field.Min, field.Max);
            if (filling.LastWeek?[field.Code] is { IsFilled: true } last) Number(sheet.Cell(row, FormLayout.LastWeekColumn), last.Number);
            sheet.Cell(row, FormLayout.LastWeekColumn).Style.Font.SetFontColor(XLColor.Gray).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            Text(sheet.Cell(row, FormLayout.HelpColumn), field.Help ?? "");
            var lines = Math.Max(1, (int)Math.Ceiling(Math.Max((field.Help ?? "").Length * 2 / Widths[5], (field.Label.Length + 2) * 2 / Widths[1])));
            sheet.Row(row).Height = 4 + (13 * lines);
        }

        sheet.Cell(row, FormLayout.HelpColumn).Style.Alignment.WrapText = true;
        entry.DataValidation.IgnoreBlanks = true;
        entry.DataValidation.ErrorTitle = $"{field.Code} {field.Label}".Cut(32);
        entry.DataValidation.ErrorMessage = field.IsText
            ? $"不超过 {field.MaxLength} 字。"
            : $"只能填 {field.Min} 到 {field.Max} 的整数{(field.Min == 0 ? "，没有发生填 0" : "")}。";

        if (filling.Entered?.GetValueOrDefault(field.Code) is { } typed) Text(entry, typed);
        else if (filling.Content is { } content) Fill(entry, content.Values[field.Code]);
        else if (field.Prefilled && filling.LastWeek is { } week) Fill(entry, week[field.Code]);

        if (marks.Count > 0)
        {
            entry.Style.Fill.BackgroundColor = marks.Any(mark => mark.Severity == ProblemSeverity.Error) ? Wrong : Doubtful;
            entry.Comment.AddText(string.Join("\n", marks.Select(mark => mark.Fix is null ? mark.Message : $"{mark.Message}\n→ {mark.Fix}")));
            entry.Comment.Style.Size.SetWidth(60);
            entry.Comment.Style.Size.SetHeight(20.0 * (1 + marks.Count * 3));
        }
    }

    private static void WriteInstructions(IXLWorksheet sheet, ReportTarget target)
    {
        var (campaign, week, unit, form) = target;
        sheet.Column(1).Width = 10;
        sheet.Column(2).Width = 100;
        var row = 1;
        void Line(string head, string text, bool bold = false)
        {
            Text(sheet.Cell(row, 1), head);
            Text(sheet.Cell(row, 2), text);
            if (bold) sheet.Row(row).Style.Font.Bold = true;
            sheet.Cell(row, 2).Style.Alignment.WrapText = true;
            sheet.Row(row).Height = 5 + (13 * Math.Max(1, (int)Math.Ceiling(text.Length * 2 / 100.0)));
            row++;
        }

        Line("填表说明",
            $"{unit.Name} 第{week.Number}周（{Day(week.First)}—{Day(week.Last)}），{Moment(week.Due, campaign)} 前报送，{Moment(week.Lock, campaign)} 锁定。报送至{campaign.Office}，电话 {campaign.DutyPhone}。",
            true);
        Line("1", "只填“调度表”中浅黄色的单元格；填报单位、周次和编码列不要改动，也不要把别的单位或别的周的表改了来用，请下载对应的空表。");
        Line("2", "数字只填 0 或正整数，不带单位。没有发生填 0（填“无”也按 0 计）；空白表示未填，不等于 0。带 * 的为必填项。");
        Line("3", "不要在填报单元格里写公式；从别的表复制时用“选择性粘贴—数值”。");
        Line("4", "本周确无工作发生的，在“零报告”选“是”，各项发生数按 0 计，期末数（如避寒场所）照常填写。");
        Line("5", "文字栏不得出现个人姓名、身份证号、手机号。");
        Line("6", "可以用 Excel、WPS 或 LibreOffice 填写，保存类型选“Excel 工作簿（*.xlsx）”，不要存为 .xls、.et 或启用宏的工作簿。");
        Line("7", "同一个人由首先接触的单位计数（首接单位）；联合巡查只由牵头单位计数；期末数不累加。");
        row++;
        Line("规则", "报送时自动核对，不符合的会一次全部列出", true);
        var onForm = form.FieldsFor(unit.Kind).Select(field => field.Code).ToHashSet();
        foreach (var rule in form.Rules.Where(rule => rule is not (OutlierWarning or ChangeWarning) && onForm.Contains(rule.NumberFields.First())))
        {
            Line(rule.Id, $"{InWords(rule, onForm)}。{rule.Reason}");
        }

        row++;
        Line("编码", "填报口径", true);
        foreach (var field in form.FieldsFor(unit.Kind))
        {
            Line(field.Code, $"{field.Label}({(field.IsText ? $"文字，不超过{field.MaxLength}字" : field.Unit)})：{field.Help}");
        }

        Print(sheet, row);
        Protect(sheet);
    }

    private static string InWords(FormRule rule, HashSet<string> onForm)
    {
        string Sum(IEnumerable<string> codes) => codes.Where(onForm.Contains).ToList() is { Count: > 0 } there ? string.Join("+", there) : "0";
        return rule switch
        {
            SumRule sum => $"{sum.Total} = {Sum(sum.Parts)}",
            AtMostRule atMost => $"{atMost.Part} ≤ {Sum(atMost.Wholes)}",
            CarryRule carry => $"{carry.Field} = 上周 {carry.Field} + {Sum(carry.Plus)} - {Sum(carry.Minus)}",
            RequiredTogetherRule both => $"{both.Field} 大于 0 时必须填写 {both.Text}",
            ZeroWarning zero => $"{Sum(zero.When)} 大于 0 而 {Sum(zero.Zero)} 为 0 时提示核对",
            _ => "",
        };
    }

    private static void Print(IXLWorksheet sheet, int lastRow)
    {
        sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        sheet.PageSetup.PageOrientation = XLPageOrientation.Portrait;
        sheet.PageSetup.FitToPages(1, 0);
        sheet.PageSetup.CenterHorizontally = true;
        sheet.PageSetup.Margins.SetTop(0.6).SetBottom(0.6).SetLeft(0.5).SetRight(0.5);
        sheet.PageSetup.Footer.Center.AddText("第 ");
        sheet.PageSetup.Footer.Center.AddText(XLHFPredefinedText.PageNumber);
        sheet.PageSetup.Footer.Center.AddText(" 页");
        if (sheet.Name == FormLayout.Sheet) sheet.PageSetup.PrintAreas.Add(2, 1, lastRow, Widths.Length);
    }

    /// <summary>Without a password: it keeps slips away, not people.</summary>
    private static void Protect(IXLWorksheet sheet) =>
        sheet.Protect()
            .AllowElement(XLSheetProtectionElements.FormatColumns | XLSheetProtectionElements.FormatRows
                | XLSheetProtectionElements.SelectLockedCells | XLSheetProtectionElements.SelectUnlockedCells);

    private static void Unlock(IXLStyle style)
    {
        style.Protection.Locked = false;
        style.Fill.BackgroundColor = Entry;
    }

    private static void Fill(IXLCell cell, FieldValue value)
    {
        if (value.Number is { } number) Number(cell, number);
        else if (value.Text is { } text) Text(cell, text);
    }

    private static void Number(IXLCell cell, int? number) => cell.SetValue(number!.Value);

    /// <summary>Always as a string: text from people never becomes a formula, nor “007” a number.</summary>
    private static void Text(IXLCell cell, string text) => cell.SetValue<string>(text);

    private static string Day(DateOnly day) => day.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at, Campaign campaign) =>
        LocalTime.In(at, campaign.Zone()).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture);

}
