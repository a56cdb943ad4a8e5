using System.Diagnostics;
using System.Globalization;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// Writing the detail (a line for each report) against the streaming library alone writing the same cells, made before.
/// Each measurement has a process of its own, because what counts beside the time is the peak of its memory. Aim: 1.3×, at most 80 MB at the peak and 60 MB allocated.
/// </summary>
internal static class DetailWriting
{
    /// <summary>The mode of the program that measures, and the one of its children.</summary>
    public const string Mode = "detail", ChildMode = "detail-child";

    public static void Run()
    {
        Console.WriteLine("writer        lines   seconds   peak working set   peak managed   allocated");
        foreach (var lines in new[] { 1_700, 38_600 })
        {
            foreach (var writer in new[] { "SpreadCheetah", "detail" })
            {
                using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildMode, writer, lines.ToString(CultureInfo.InvariantCulture)]))!;
                child.WaitForExit();
            }
        }
    }

    public static void Child(string writer, int lines)
    {
        var reports = new Reports();
        var plain = writer == "SpreadCheetah";
        WriteAsync(plain, reports, 200).GetAwaiter().GetResult();
        var (peak, stop) = (0L, false);
        var sampler = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                Thread.Sleep(5);
            }
        });
        sampler.Start();
        var allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        WriteAsync(plain, reports, lines).GetAwaiter().GetResult();
        watch.Stop();
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Volatile.Write(ref stop, true);
        sampler.Join();
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer,-10} {lines,8:N0} {watch.Elapsed.TotalSeconds,9:F2} {self.PeakWorkingSet64 / 1048576.0,15:F0} MB {peak / 1048576.0,11:F0} MB {allocated / 1048576.0,9:F0} MB"));
    }

    private static async Task WriteAsync(bool plain, Reports reports, int lines)
    {
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), $"detail-{Guid.NewGuid():N}.xlsx"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.DeleteOnClose);
        if (!plain)
        {
            await SummaryDetail.WriteAsync(file, SummaryRules.Fields(SummarySample.Form, []), Enumerable.Range(0, lines).ToAsyncEnumerable().Select(reports.Row), SummarySample.Campaign.Zone());
            return;
        }

        // The same XML: a cell says where it stands, and keeps its spaces.
        await using var book = await Spreadsheet.CreateNewAsync(file, new SpreadCheetahOptions { PreserveStringWhitespace = true, WriteCellReferenceAttributes = true });
        var moment = book.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd hh:mm") });
        await book.StartWorksheetAsync(SummaryDetail.Sheet);
        List<Cell[]> cells = [.. reports.Lines.Select(line => line.Values.Select(value => value switch { int number => new Cell(number), DateTime at => new Cell(at, moment), var text => new Cell(text as string) }).ToArray())];
        await book.AddHeaderRowAsync([.. reports.Lines[0].Keys]);
        for (var i = 0; i < lines; i++) await book.AddRowAsync(cells[i % cells.Count]);
        await book.FinishAsync();
    }

    /// <summary>Twenty reports that come again and again, and their lines as the writer makes them.</summary>
    private sealed class Reports
    {
        private readonly List<ReportRow> _rows;

        public Reports()
        {
            var input = SummarySample.Input(1);
            var reports = input.Reports.Where(report => report.Counted is not null).Take(20).ToList();
            _rows = [.. reports.Select(report => Stored(report, input.Units.First(unit => unit.Code == report.Unit)))];
            Lines = SummaryDetail.Lines(input with { Reports = reports })!;
        }

        public IReadOnlyList<Dictionary<string, object?>> Lines { get; }

        public ReportRow Row(int index) => _rows[index % _rows.Count];

        private static ReportRow Stored(UnitReport report, SummaryUnit unit)
        {
            var version = new ReportVersion
            {
                Number = 1,
                Content = new ReportContent { Values = report.Counted!.Values },
                Hash = "",
                FormVersion = 1,
                At = SummarySample.Generated,
                By = "",
                MinutesLate = 0,
                Receipt = "",
                Original = new OriginalFile("", "", 0),
            };
            return new ReportRow { Week = report.Week, Unit = unit.Code, UnitName = unit.Name, Kind = unit.Kind, InRate = true, State = ReportState.Accepted, Latest = version, Accepted = version, Versions = [new VersionMark(1, "", SummarySample.Generated, 0, "")] };
        }
    }
}
