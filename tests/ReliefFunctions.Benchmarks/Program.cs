// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- submissions
using BenchmarkDotNet.Running;
using ReliefFunctions.Benchmarks;

if (args is [Submissions.Mode]) await Submissions.RunAsync();
else BenchmarkSwitcher.FromAssembly(typeof(Submissions).Assembly).Run(args);
