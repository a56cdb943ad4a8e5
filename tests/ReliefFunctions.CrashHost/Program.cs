using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.CrashHost;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

// First argument: demo or cold-wave. Settings for dying: CRASH_ARMED_BY, text in the first written body that starts the countdown;
// CRASH_COUNTDOWN, 0 to count without dying; CRASH_WHERE, Before or After.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args[1..]).Build();
var countdown = configuration.GetValue("CRASH_COUNTDOWN", 0);
Action<IServiceCollection> crash = services =>
{
    services.AddSingleton<HttpPipelinePolicy>(new CrashPolicy(configuration["CRASH_ARMED_BY"] ?? "", countdown, configuration.GetValue("CRASH_WHERE", CrashPolicy.Where.Before)));
};
return args[0] switch
{
    "demo" => await DemoCommand.RunAsync(LocalOptions.From(configuration) with { Data = configuration["data"] }, configuration["out"] ?? "out", Console.Out, CancellationToken.None, crash),
    "cold-wave" => await ColdWave.RunAsync(configuration, crash),
    _ => 2,
};
