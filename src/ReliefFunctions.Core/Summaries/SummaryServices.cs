using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Core.Summaries;

/// <summary>The services of this feature; it reads those of reports and patrols.</summary>
public static class SummaryServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddSummaries(this IServiceCollection services) => services
        .AddSingleton<SummaryInputs>()
        .AddSingleton<SummaryStore>()
        .AddSingleton<IMessageHandler, SummaryRequestHandler>()
        .AddSingleton<IScheduledJob, SummaryClock>();
}
