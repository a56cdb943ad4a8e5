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
        Uses = ["WeeklyReports", "Patrols", "Incidents"],
        Tables = [Table],
        BusEntities = [Entities.SummaryRequests],
        Routes = SummaryEndpoints.Routes,
        Parts =
        [
            new("period", "周次，或 progress（推进情况）、final（工作总结）、season（全季）", "2026W50"),
            new("request", "编制请求的编号，取自答复", "0123456789abcdef"),
            new("format", "文件：download（.xlsx）、json、csv 或 page（手机网页）", "download"),
            new("token", "链接中的签名部分", "520111.2026.1.520111101.AbCdEf0123456789"),
        ],
        Services = (services, _) => services
            .AddSingleton<SummaryScopes>()
            .AddSingleton<DownloadLinks>()
            .AddSingleton<SummaryReader>()
            .AddSingleton<SummaryStore>()
            .AddSingleton<IMessageHandler, SummaryRequestHandler>()
            .AddSingleton<IScheduledJob, SummaryClock>(),
    };
}
