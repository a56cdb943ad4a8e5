using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.CrashHost;

/// <summary>What a process does until it is done or dies; without a setting for dying it may as well be the process of a test.</summary>
public static class Run
{
    /// <summary>
    /// First argument: demo, cold-wave or incident. Settings for dying: CRASH_ARMED_BY, text in the first written body that starts the countdown;
    /// CRASH_COUNTDOWN, 0 to count without dying; CRASH_WHERE, Before or After. Answers with the exit code.
    /// </summary>
    public static Task<int> RunAsync(string[] arguments, IConfiguration settings, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var crash = new Crash(settings["CRASH_ARMED_BY"] ?? "", settings.GetValue("CRASH_COUNTDOWN", 0), settings.GetValue("CRASH_WHERE", Crash.Where.Before));
        Action<IServiceCollection> mortal = services => services
            .AddSingleton<HttpPipelinePolicy>(new AroundStorage(crash.AroundAsync))
            .AddSingleton<DelegatingHandler>(new AroundWebhook(crash.AroundAsync))
            .AddSingleton<IMessageSender>(provider => new AroundSender(crash.AroundAsync, provider.GetRequiredService<ServiceBusSending>()));
        return arguments[0] switch
        {
            "demo" => DemoCommand.RunAsync(LocalOptions.From(settings) with { Data = settings["data"] }, settings["out"] ?? "out", output, CancellationToken.None, mortal),
            "cold-wave" => ColdWave.RunAsync(settings, crash, mortal, output),
            "incident" => IncidentRun.RunAsync(settings, crash, mortal, output),
            _ => Task.FromResult(2),
        };
    }
}
