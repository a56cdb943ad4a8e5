using System.Diagnostics;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>People's scripts read the workbooks: openpyxl opens every kind, pandas reads the detail as a table.</summary>
public sealed class OpenedElsewhereTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elsewhere-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Openpyxl_opens_every_kind_of_workbook_with_its_sheets_numbers_filters_and_print_areas()
    {
        var input = SummarySample.Input();
        var books = new Dictionary<string, byte[]>
        {
            ["week"] = SummaryWorkbook.Write(SummaryRules.Compute(input), SummarySample.Stamp, SummaryDetail.Lines(input)),
            ["print"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(input), SummarySample.Stamp),
            ["corrected"] = SummaryWorkbook.Write(SummaryRules.Compute(input with { Previous = SummarySample.BeforeCorrection }), SummarySample.Stamp with { Version = 2 }),
            ["stage"] = SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Input(6, kind: PeriodKind.Progress)), SummarySample.Stamp),
            ["city"] = SummaryWorkbook.Write(AreaRules.Compute(SummarySample.Area()), SummarySample.Stamp),
            ["hundred"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(SummarySample.Hundred()), SummarySample.Stamp with { Version = 2 }),
        };
        foreach (var (name, book) in books) await File.WriteAllBytesAsync(Path.Combine(_folder, name + ".xlsx"), book);
        var seen = JsonNode.Parse(await RunAsync("""
            import sys, json, openpyxl
            told = {}
            for path in sys.argv[1:]:
                book = openpyxl.load_workbook(path, data_only=True)
                told[path.split('/')[-1][:-5]] = {
                    'sheets': book.sheetnames,
                    'areas': [sheet.title for sheet in book if sheet.print_area],
                    'filters': [sheet.title for sheet in book if sheet.auto_filter.ref],
                    'frozen': [sheet.title for sheet in book if sheet.freeze_panes],
                    'links': sum(1 for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink),
                    'empty': [f'{sheet.title}!{cell.coordinate}' for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == 'e'],
                    'charts': sum(len(sheet._charts) for sheet in book)}
            print(json.dumps(told))
            """, [.. books.Keys.Select(name => Path.Combine(_folder, name + ".xlsx"))]))!;
        string[] List(string book, string what) => [.. seen[book]![what]!.AsArray().Select(each => (string)each!)];
        foreach (var (name, book) in books)
        {
            Assert.Equal(Cells.Of(book).Sheets, List(name, "sheets"));
            Assert.Empty(List(name, "empty"));
            Assert.Equal(2, (int)seen[name]!["charts"]!);
            Assert.Equal(["要情", "趋势"], List(name, "areas"));
            Assert.Equal(List(name, "sheets").Length - 1, List(name, "frozen").Length);
        }

        Assert.Equal(["报送情况", "督办清单", "应巡实巡", "签收明细", "明细"], List("week", "filters"));
        Assert.True((int)seen["week"]!["links"]! >= SummarySample.Units.Count + 12);
    }

    [Fact]
    public async Task Pandas_reads_the_detail_as_a_table_of_numbers()
    {
        var file = Path.Combine(_folder, "detail.xlsx");
        var input = SummarySample.Input();
        var rows = input.Reports.Select(report => Stored(report, input.Units.Single(unit => unit.Code == report.Unit)));
        await using (var stream = File.Create(file)) await SummaryDetail.WriteAsync(stream, SummaryRules.Fields(input.Form, []), rows.ToAsyncEnumerable(), SummarySample.Campaign.Zone());
        var seen = JsonNode.Parse(await RunAsync("""
            import sys, json, pandas
            table = pandas.read_excel(sys.argv[1], sheet_name='明细', dtype={'单位代码': str})
            patrols = pandas.to_numeric(table['A01 街面巡查次数'], errors='coerce')
            print(json.dumps({'rows': len(table), 'columns': len(table.columns), 'code': table['单位代码'][0], 'sum': int(patrols.sum()), 'filled': int(patrols.notna().sum()),
                'dates': str(table['首次报送时间'].dtype), 'weeks': int(table['周次'].nunique())}))
            """, file))!;
        Assert.Equal((75, 8 + 45, "520111001", 3), ((int)seen["rows"]!, (int)seen["columns"]!, (string)seen["code"]!, (int)seen["weeks"]!));
        Assert.StartsWith("datetime64", (string)seen["dates"]!, StringComparison.Ordinal);
        var numbers = input.Reports.Select(report => report.Counted?.Values.Number("A01")).OfType<int>().ToList();
        Assert.Equal((numbers.Sum(), numbers.Count), ((int)seen["sum"]!, (int)seen["filled"]!));
    }

    private static ReportRow Stored(Core.Summaries.Inputs.UnitReport report, Core.Summaries.Inputs.SummaryUnit unit)
    {
        var version = report.Counted is null ? null : new ReportVersion
        {
            Number = report.Counted.Version,
            Content = new ReportContent { Values = report.Counted.Values },
            Hash = "",
            FormVersion = 1,
            At = report.Counted.SubmittedAt,
            By = "",
            MinutesLate = 0,
            Receipt = "",
            Original = new OriginalFile("", "", 0),
        };
        return new ReportRow
        {
            Week = report.Week,
            Unit = unit.Code,
            UnitName = unit.Name,
            Kind = unit.Kind,
            InRate = report.InRate,
            State = report.Standing,
            Latest = version,
            Accepted = report.Counted?.Accepted == true || report.Standing == ReportState.Returned ? version : null,
            Versions = report.ReceivedAt is { } at ? [new VersionMark(1, "", at, 0, "")] : [],
        };
    }

    /// <summary>Runs a script with Debian's Python, for which both are packaged; answers what it prints.</summary>
    private static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-W", "ignore", "-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var python = Process.Start(start)!;
        var (said, failed) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(python.ExitCode == 0, await failed);
        return await said;
    }
}
