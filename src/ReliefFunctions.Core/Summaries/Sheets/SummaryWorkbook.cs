using ClosedXML.Excel;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

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
        WordsSheet.Write(Sheet(Words), summary);
        ReportingSheet.Write(Sheet(Reporting), summary);
        ResponseSheet.Write(Sheet(Response), summary);
        ResponseSheet.Duties(Sheet(Duties), summary);
        if (!summary.Heading.IsArea) ResponseSheet.Notices(Sheet(Notices), summary);
        foreach (var part in (summary.Parts ?? []).Where(part => part.Columns.Count > 0)) PartSheet.Write(Sheet(part.Name), summary, part);
        var charts = TrendSheet.Write(Sheet(Trend), summary);
        NotesSheet.Write(Sheet(Notes), summary, stamp);
        if (summary.PreviousHash is not null) ChangesSheet.Write(Sheet(Changes), summary, stamp);

        if (detail is { Count: > 0 }) SummaryDetail.Write(Sheet(SummaryDetail.Sheet), summary, detail);

        SheetEnd[] ends = [.. sheets.Select(sheet => sheet.End())];
        using var stream = new MemoryStream();
        book.SaveAs(stream, new SaveOptions { EvaluateFormulasBeforeSaving = false, GenerateCalculationChain = false, ValidatePackage = false });
        WorkbookParts.Add(stream, ends, Trend, charts);
        return stream.ToArray();
    }
}
