// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/ReliefFunctions.Benchmarks -- fan-out 1700 38600 big 1700
using BenchmarkDotNet.Running;
using ReliefFunctions.Benchmarks;

if (args is ["fan-out", ..]) return await FanOut.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(FanOut).Assembly).Run(args);
return 0;
