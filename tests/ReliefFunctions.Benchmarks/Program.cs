// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- submissions
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- detail
using System.Globalization;
using BenchmarkDotNet.Running;
using ReliefFunctions.Benchmarks;

if (args is [Submissions.Mode]) await Submissions.RunAsync();
else if (args is [DetailWriting.Mode]) DetailWriting.Run();
else if (args is [DetailWriting.ChildMode, var writer, var lines]) DetailWriting.Child(writer, int.Parse(lines, CultureInfo.InvariantCulture));
else BenchmarkSwitcher.FromAssembly(typeof(Submissions).Assembly).Run(args);
