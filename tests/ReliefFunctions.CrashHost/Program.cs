using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.CrashHost;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

// First argument: demo, cold-wave or incident. Settings for dying: CRASH_ARMED_BY, text in the first written body that starts the countdown;
// CRASH_COUNTDOWN, 0 to count without dying; CRASH_WHERE, Before or After.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args[1..]).Build();
var crash = new Crash(configuration["CRASH_ARMED_BY"] ?? "", configuration.GetValue("CRASH_COUNTDOWN", 0), configuration.GetValue("CRASH_WHERE", Crash.Where.Before));
Action<IServiceCollection> mortal = services => services
    .AddSingleton<HttpPipelinePolicy>(new AroundStorage(crash.AroundAsync))
    .AddSingleton<DelegatingHandler>(new AroundWebhook(crash.AroundAsync))
    .AddSingleton<IMessageSender>(provider => new AroundSender(crash.AroundAsync, provider.GetRequiredService<ServiceBusSending>()));
return args[0] switch
{
    "demo" => await DemoCommand.RunAsync(LocalOptions.From(configuration) with { Data = configuration["data"] }, configuration["out"] ?? "out", Console.Out, CancellationToken.None, mortal),
    "cold-wave" => await ColdWave.RunAsync(configuration, crash, mortal),
    "incident" => await IncidentRun.RunAsync(configuration, crash, mortal),
    _ => 2,
};
