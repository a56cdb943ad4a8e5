using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;

namespace ReliefFunctions.Core.Summaries;

/// <summary>The services of this feature; it reads those of reports and patrols.</summary>
public static class SummaryServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddSummaries(this IServiceCollection services)
    {
        services.TryAddSingleton<SummaryScopes>();
        services.TryAddSingleton<DownloadLinks>();
        services.TryAddSingleton<SummaryReader>();
        services.TryAddSingleton<SummaryStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMessageHandler, SummaryRequestHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IScheduledJob, SummaryClock>());
        return services;
    }
}
