using ClosedXML.Excel;

namespace ReliefFunctions.Core.Summaries;

/// <summary>The workbook that leaders print: one printed page first, then the tables it rests on. It lays out figures and computes none.</summary>
public static class SummaryWorkbook
{
    /// <summary>Names of the sheets, in their order; 签收明细 not of an area; 变更 only when a version is replaced; 明细 last, while it is short.</summary>
    public const string Front = "要情", Totals = "汇总表", Words = "文字情况", Reporting = "报送情况", Response = "寒潮响应", Duties = "应巡实巡", Notices = "签收明细", Trend = "趋势", Notes = "说明", Changes = "变更";

    /// <summary>Media type of the file.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The .xlsx file, without the detail.</summary>
    public static byte[] Write(Summary summary, SummaryStamp stamp) => Write(summary, stamp, null);

    /// <summary>The .xlsx file; <paramref name="detail"/> as <see cref="SummaryDetail.Lines"/> makes it.</summary>
    internal static byte[] Write(Summary summary, SummaryStamp stamp, IReadOnlyList<Dictionary<string, object?>>? detail)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(stamp);
        var zone = summary.Heading.Zone();
        using var book = new XLWorkbook();
        book.Style.Font.FontName = Look.Songti;
        book.Style.Font.FontSize = 11;
        book.Properties.Title = SummaryFrontPage.Title(summary);
        book.Properties.Author = summary.Heading.Office;
        var sheets = new List<SheetWriter>();
        SheetWriter Sheet(string name)
        {
            sheets.Add(new SheetWriter(book.AddWorksheet(name), zone));
            return sheets[^1];
        }

        FrontSheet.Write(Sheet(Front), summary, stamp, zone);
        TotalsSheet.Write(Sheet(Totals), summary);
        DetailSheets.Words(Sheet(Words), summary);
        DetailSheets.Reporting(Sheet(Reporting), summary);
        ResponseSheet.Write(Sheet(Response), summary);
        ResponseSheet.Duties(Sheet(Duties), summary);
        if (!summary.Heading.IsArea) ResponseSheet.Notices(Sheet(Notices), summary);
        var charts = TrendSheet.Write(Sheet(Trend), summary);
        NotesSheet.Write(Sheet(Notes), summary, stamp);
        if (summary.PreviousHash is not null) DetailSheets.Changes(Sheet(Changes), summary, stamp);

        if (detail is { Count: > 0 }) SummaryDetail.Write(Sheet(SummaryDetail.Sheet), summary, detail);

        SheetEnd[] ends = [.. sheets.Select(sheet => sheet.End())];
        using var stream = new MemoryStream();
        book.SaveAs(stream, new SaveOptions { EvaluateFormulasBeforeSaving = false, GenerateCalculationChain = false, ValidatePackage = false });
        WorkbookParts.Add(stream, ends, Trend, charts);
        return stream.ToArray();
    }
}

/// <summary>要情: one printed page.</summary>
internal static class FrontSheet
{
    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp, TimeZoneInfo zone)
    {
        var columns = Math.Max(2, summary.Headlines.Count + 1);
        const double label = 14;
        sheet.Widths(1, [label, .. Enumerable.Repeat((SheetWriter.PageWidth - label) / (columns - 1), columns - 1)]);

        sheet.Title(1, columns, SummaryFrontPage.Title(summary), $"填报单位（盖章）：{summary.Heading.Office}",
            $"制表时间：{Wording.Moment(stamp.GeneratedAt, zone)}　数据截止：{Wording.Moment(stamp.GeneratedAt, zone)}　第{stamp.Version}版");
        var row = 3;
        foreach (var section in SummaryFrontPage.Sections(summary))
        {
            sheet.Heading(row++, columns, section.Heading);
            if (section.HasHeadlines) row = Headlines(sheet, summary, row);
            foreach (var line in section.Lines) sheet.Paragraph(row++, columns, line, size: 12);
        }

        sheet.Paragraph(row + 1, columns, "制表人：　　　　　　　　　　　　审核（常务副主任）：　　　　　　　　　　　　签发（主任）：", size: 12);
        sheet.Sheet.Row(row + 1).Height = 30;
        sheet.Sheet.PageSetup.PagesTall = 1;
        sheet.Sheet.PageSetup.PrintAreas.Add(1, 1, row + 1, columns);
    }

    private static int Headlines(SheetWriter sheet, Summary summary, int row)
    {
        if (summary.Headlines.Count == 0) return row;
        sheet.Heads(row, ["项目", .. summary.Headlines.Select(headline => $"{headline.Label}（{headline.Unit}）")]);
        string[] names = summary.Heading.Kind == PeriodKind.Week ? ["本周", "较上周", "累计"] : [Wording.Span(summary)];
        for (var i = 0; i < names.Length; i++) sheet.Text(row + 1 + i, 1, names[i]);
        for (var i = 0; i < summary.Headlines.Count; i++)
        {
            var headline = summary.Headlines[i];
            if (summary.IsReported) sheet.Number(row + 1, i + 2, headline.Total);
            else sheet.Text(row + 1, i + 2, "—");
            if (names.Length == 1) continue;
            if (summary.IsReported && headline.Change is { } change) sheet.Number(row + 2, i + 2, change, "+0;-0;\"持平\"");
            else sheet.Text(row + 2, i + 2, Wording.Change(summary, null));
            sheet.Number(row + 3, i + 2, headline.Season);
        }

        sheet.Body(row + 1, row + names.Length, summary.Headlines.Count + 1);
        sheet.Style(row + 1, 1, row + 1, summary.Headlines.Count + 1, look => look with { Bold = true });
        return row + 1 + names.Length;
    }
}
