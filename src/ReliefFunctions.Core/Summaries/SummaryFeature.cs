using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;

namespace ReliefFunctions.Core.Summaries;

/// <summary>The leader's workbook and all that is compiled.</summary>
public static class SummaryFeature
{
    /// <summary>Compiled summaries by scope and season.</summary>
    public static TableName Table { get; } = new("Summaries") { OfCampaigns = "汇总" };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Summaries")
    {
        Uses = ["WeeklyReports", "Patrols"],
        Tables = [Table],
        Routes = SummaryEndpoints.Routes,
        Services = (services, _) => services
            .AddSingleton<SummaryScopes>()
            .AddSingleton<DownloadLinks>()
            .AddSingleton<SummaryReader>()
            .AddSingleton<SummaryStore>()
            .AddSingleton<IMessageHandler, SummaryRequestHandler>()
            .AddSingleton<IScheduledJob, SummaryClock>(),
    };
}
