using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Core.Summaries;

/// <summary>The services of this feature; it reads those of reports and patrols.</summary>
public static class SummaryServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddSummaries(this IServiceCollection services)
    {
        services.TryAddSingleton<SummaryScopes>();
        services.TryAddSingleton<DownloadLinks>();
        services.TryAddSingleton<SummaryInputs>();
        services.TryAddSingleton<SummaryStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMessageHandler, SummaryRequestHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IScheduledJob, SummaryClock>());
        return services;
    }
}
