using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.CrashHost;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

// CRASH_ARMED_BY: text in the first written body that starts the countdown. CRASH_COUNTDOWN: 0 never dies. CRASH_WHERE: Before, After, LoseReply.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
var countdown = configuration.GetValue("CRASH_COUNTDOWN", 0);
Action<IServiceCollection> crash = services =>
{
    if (countdown > 0) services.AddSingleton<HttpPipelinePolicy>(new CrashPolicy(configuration["CRASH_ARMED_BY"] ?? "", countdown, configuration.GetValue("CRASH_WHERE", CrashPolicy.Where.Before)));
};
return await DemoCommand.RunAsync(LocalOptions.From(configuration) with { Data = configuration["data"] }, configuration["out"] ?? "out", Console.Out, CancellationToken.None, crash);
