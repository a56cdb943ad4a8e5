using System.Diagnostics;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>What Python's openpyxl makes of the form and of the season's detail: people's scripts fill in the one and read the other.</summary>
public sealed class OpenpyxlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openpyxl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a script with Debian's Python, for which openpyxl is packaged; answers what it prints.</summary>
    private static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var python = Process.Start(start)!;
        var (said, failed) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(python.ExitCode == 0, await failed);
        return await said;
    }

    [Fact]
    public async Task A_form_that_a_script_filled_in_is_read()
    {
        var (from, to) = (Path.Combine(_folder, "form.xlsx"), Path.Combine(_folder, "filled.xlsx"));
        await File.WriteAllBytesAsync(from, Huaxi.Workbook(Huaxi.Good));
        await RunAsync("""
            import sys, openpyxl
            book = openpyxl.load_workbook(sys.argv[1])
            sheet = book['调度表']
            for row in sheet.iter_rows():
                if row[0].value == 'A03': row[3].value = 40
                if row[0].value == 'X02': row[3].value = '第一行\n第二行'
            book.save(sys.argv[2])
            """, from, to);
        var read = ReportReading.FromWorkbook(await File.ReadAllBytesAsync(to), Huaxi.Target()).Checked(Huaxi.Target(), []);
        Assert.Empty(read.Problems);
        Assert.Equal(Huaxi.Good.With("A03", 40).WithText("X02", "第一行\n第二行").ToCanonicalJson(), read.Content!.ToCanonicalJson());
    }

    [Fact]
    public async Task The_detail_is_a_table_with_dates_numbers_and_a_head_that_stays()
    {
        var file = Path.Combine(_folder, "detail.xlsx");
        var submission = new Submission(Huaxi.Good.WithText("X02", "=1+1 _x0041_"), 1, null, new OriginalFile("", "", 0), []);
        var row = ((Decision.Changed)ReportDecisions.Submit(Huaxi.Target(), ReportRow.Expected(Huaxi.Qingyan, Huaxi.Week().Key), submission, AnyClientTests.Monday, "k")).Row;
        await using (var stream = File.Create(file)) await SummaryDetail.WriteAsync(stream, SummaryRules.Fields(Huaxi.Form, []), new[] { row, row }.ToAsyncEnumerable(), Huaxi.Campaign.Zone());
        var seen = JsonNode.Parse(await RunAsync("""
            import sys, json, openpyxl
            sheet = openpyxl.load_workbook(sys.argv[1])['明细']
            heads = [cell.value for cell in sheet[1]]
            at = lambda head: sheet.cell(2, 1 + next(i for i, text in enumerate(heads) if text.startswith(head)))
            table = list(sheet.tables.values())[0]
            print(json.dumps({'table': table.ref, 'frozen': sheet.freeze_panes, 'bold': sheet['A1'].font.b, 'width': sheet.column_dimensions['C'].width,
                'received': at('首次报送时间').value.isoformat(), 'isDate': at('首次报送时间').is_date, 'number': at('A03').value, 'blank': at('B10').value, 'text': at('X02').value,
                'type': at('X02').data_type}))
            """, file))!;
        Assert.EndsWith("3", seen["table"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("D2", true, "2026-12-14T10:00:00", true, 36), (seen["frozen"]!.GetValue<string>(), seen["bold"]!.GetValue<bool>(), seen["received"]!.GetValue<string>()[..19], seen["isDate"]!.GetValue<bool>(), seen["number"]!.GetValue<int>()));
        Assert.Null(seen["blank"]);
        Assert.NotEqual("f", seen["type"]!.GetValue<string>());
        Assert.Equal(22, seen["width"]!.GetValue<double>());
    }
}
