// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- submissions
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- incidents
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- last-minute
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- board
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- fan-out 1700 38600 big 1700
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- detail
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- compile
using System.Globalization;
using BenchmarkDotNet.Running;
using ReliefFunctions.Benchmarks;

switch (args)
{
    case [Submissions.Mode]:
        await Submissions.RunAsync();
        return 0;
    case [BoardReading.Mode]:
        await BoardReading.RunAsync();
        return 0;
    case [IncidentReports.Mode]:
        await IncidentReports.RunAsync();
        return 0;
    case [LastMinute.Mode]:
        await LastMinute.RunAsync();
        return 0;
    case ["fan-out", ..]:
        return await FanOut.RunAsync(args[1..]);
    case [DetailWriting.Mode]:
        DetailWriting.Run();
        return 0;
    case [DetailWriting.ChildMode, var writer, var lines]:
        DetailWriting.Child(writer, int.Parse(lines, CultureInfo.InvariantCulture));
        return 0;
    case [SummaryCompiling.Mode]:
        SummaryCompiling.Run();
        return 0;
    case [SummaryCompiling.ChildMode, var what]:
        SummaryCompiling.Child(what);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Submissions).Assembly).Run(args);
        return 0;
}
