using ClosedXML.Excel;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>The workbook that leaders print: one printed page first, then the tables it rests on. It lays out figures and computes none.</summary>
public static class SummaryWorkbook
{
    /// <summary>
    /// Names of the sheets, in their order: first those that a leader prints (<see cref="WritePrint"/>), then the annex; 签收明细 not of an area; 变更 only
    /// when a version is replaced; 明细 last, while it is short.
    /// </summary>
    public const string Front = "要情", Totals = "汇总表", Reporting = "报送情况", Response = "寒潮响应", Trend = "趋势", Concerns = "督办清单", Words = "文字情况",
        Duties = "应巡实巡", Notices = "签收明细", Notes = "说明", Changes = "变更";

    /// <summary>Height of units' rows that one page of 汇总表 holds in 9 points, its totals with it.</summary>
    private const double PrintedHeight = 26 * TotalsSheet.RowHeight;

    /// <summary>Media type of the file.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The .xlsx file, without the detail.</summary>
    public static byte[] Write(Summary summary, SummaryStamp stamp) => Write(summary, stamp, null);

    /// <summary>
    /// What a leader prints, in eight pages or fewer for a district: the first page, the totals, who reported, exceptions of the response, the trend.
    /// </summary>
    public static byte[] WritePrint(Summary summary, SummaryStamp stamp) => Write(summary, stamp, null, annex: false);

    /// <summary>The .xlsx file; <paramref name="detail"/> as <see cref="SummaryDetail.Lines"/> makes it; without the annex the print set.</summary>
    internal static byte[] Write(Summary summary, SummaryStamp stamp, IReadOnlyList<Dictionary<string, object?>>? detail, bool annex = true)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(stamp);
        var zone = summary.Heading.Zone();
        using var book = new XLWorkbook();
        book.Style.Font.FontName = Look.Songti;
        book.Style.Font.FontSize = 11;
        book.Properties.Title = FrontPage.TitleOf(summary);
        book.Properties.Author = summary.Heading.Office;
        var sheets = new List<SheetWriter>();
        SheetWriter Sheet(string name)
        {
            sheets.Add(new SheetWriter(book.AddWorksheet(name), zone));
            return sheets[^1];
        }

        FrontSheet.Write(Sheet(Front), summary, stamp, annex);
        var printed = annex ? null : Printed(summary);
        TotalsSheet.Write(Sheet(Totals), summary, printed);
        ReportingSheet.Write(Sheet(Reporting), summary, printed);
        ResponseSheet.Write(Sheet(Response), summary, print: !annex);
        var charts = TrendSheet.Write(Sheet(Trend), summary);
        if (annex) Annex(Sheet, summary, stamp, detail);

        SheetEnd[] ends = [.. sheets.Select(sheet => sheet.End())];
        using var stream = new MemoryStream();
        book.SaveAs(stream, new SaveOptions { EvaluateFormulasBeforeSaving = false, GenerateCalculationChain = false, ValidatePackage = false });
        WorkbookParts.Add(stream, ends, Trend, charts);
        return stream.ToArray();
    }

    /// <summary>The units whose rows a print set shows; null for all of them, else those that call for a hand, the worst first, as many as fit.</summary>
    private static HashSet<string>? Printed(Summary summary)
    {
        var height = 0.0;
        bool Fits(string name) => (height += TotalsSheet.HeightOf(name)) <= PrintedHeight;
        if (summary.Units.All(unit => Fits(unit.Name))) return null;
        height = 0;
        return [.. summary.Standings.Where(line => line.Standing != UnitStanding.Good).TakeWhile(line => Fits(line.Unit)).Select(line => line.UnitCode)];
    }

    private static void Annex(Func<string, SheetWriter> sheet, Summary summary, SummaryStamp stamp, IReadOnlyList<Dictionary<string, object?>>? detail)
    {
        ConcernsSheet.Write(sheet(Concerns), summary);
        WordsSheet.Write(sheet(Words), summary);
        DutiesSheet.Write(sheet(Duties), summary);
        if (!summary.Heading.IsArea) NoticesSheet.Write(sheet(Notices), summary);
        foreach (var part in (summary.Parts ?? []).Where(part => part.Columns.Count > 0)) PartSheet.Write(sheet(part.Name), summary, part);
        NotesSheet.Write(sheet(Notes), summary, stamp);
        if (summary.PreviousHash is not null) ChangesSheet.Write(sheet(Changes), summary, stamp);
        if (detail is { Count: > 0 }) SummaryDetail.Write(sheet(SummaryDetail.Sheet), summary, detail);
    }
}
