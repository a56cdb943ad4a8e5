using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sheets;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// Compiling a week from its inputs as they were read: the figures, and every file of them (workbook, bulletin, JSON, CSV, page). Aims: 0.25 s for a
/// district of 25 units in its tenth week, 1 s for a city of 25 such districts.
/// </summary>
[MemoryDiagnoser, ShortRunJob]
public class SummaryCompiling
{
    /// <summary>The mode of the program that tells the peak of memory, each in a process of its own.</summary>
    public const string Mode = "compile", ChildMode = "compile-child";

    private const int Weeks = 10;

    private SummaryInput _district = null!;
    private AreaInput _city = null!;

    public static void Run()
    {
        Console.WriteLine("what               seconds   CPU seconds   peak working set   allocated");
        foreach (var what in new[] { "District", "City" })
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildMode, what]))!;
            child.WaitForExit();
        }
    }

    public static void Child(string what)
    {
        var compiling = new SummaryCompiling();
        compiling.Load();
        Func<int> compile = what == "City" ? compiling.City : compiling.District;
        for (var i = 0; i < 3; i++) compile();
        using var self = Process.GetCurrentProcess();
        var (watch, before, used) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(), self.TotalProcessorTime);
        compile();
        watch.Stop();
        self.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-14} {watch.Elapsed.TotalSeconds,11:F3} {(self.TotalProcessorTime - used).TotalSeconds,13:F3} {self.PeakWorkingSet64 / 1048576.0,15:F0} MB {(GC.GetTotalAllocatedBytes() - before) / 1048576.0,8:F0} MB"));
    }

    [GlobalSetup]
    public void Load()
    {
        _district = SummarySample.Input(Weeks);
        var area = SummarySample.Area(Weeks);
        _city = area with
        {
            Districts = [.. Enumerable.Range(0, 25).Select(i =>
            {
                var (input, code) = (SummarySample.Input(Weeks, seed: i), $"5201{i + 10:D2}");
                return new DistrictPart(code, $"第{i + 1}区", new SummaryDocument(SummarySample.Stamp,
                    SummaryRules.Compute(input with { Heading = input.Heading with { Scope = code, Name = $"第{i + 1}区" } })));
            })],
        };
    }

    [Benchmark]
    public int District() => Files(SummaryRules.Compute(_district), SummaryDetail.Lines(_district));

    [Benchmark]
    public int City() => Files(AreaRules.Compute(_city), null);

    /// <summary>What a leader prints comes beside them, and is stored too.</summary>
    [Benchmark]
    public int PrintSet() => SummaryWorkbook.WritePrint(SummaryRules.Compute(_district), SummarySample.Stamp).Length;

    private static int Files(Summary summary, IReadOnlyList<Dictionary<string, object?>>? detail) =>
        SummaryWorkbook.Write(summary, SummarySample.Stamp, detail).Length + Bulletin.Write(summary, SummarySample.Stamp).Length
        + SummaryExports.Json(summary, SummarySample.Stamp).Length + SummaryExports.Csv(summary).Length + SummaryExports.Html(summary, SummarySample.Stamp).Length;
}
