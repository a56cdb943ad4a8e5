using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Campaigns, units and versioned configuration: what every other feature stands on.</summary>
public static class CampaignFeature
{
    /// <summary>Campaigns by season, forms and policies by version.</summary>
    public static TableName Campaigns { get; } = new("Campaigns")
    {
        Trails = (district, season) => [new(season, IsShared: true), new($"form|{district}"), new($"policy|{district}")],
    };

    /// <summary>Units by district.</summary>
    public static TableName Units { get; } = new("Units") { Trails = (district, _) => [new(district)] };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Campaigns")
    {
        Tables = [Campaigns, Units],
        Routes = [.. CampaignEndpoints.Routes, .. AuditEndpoints.Routes],
        Parts = [new("feature", "记录操作的功能，如 reports（周报）、patrols（巡查）、summaries（汇总）", "reports")],
        Services = (services, _) => services.AddSingleton<CampaignStore>().AddSingleton<AuditSearch>()
            .AddSingleton<ITimeZones>(provider => provider.GetRequiredService<CampaignStore>()),
    };
}
