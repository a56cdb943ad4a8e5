using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Campaigns, units and versioned configuration: what every other feature stands on.</summary>
public static class CampaignFeature
{
    /// <summary>What features keep by version with <see cref="CampaignStore"/>: only where a kind is named here is its trail found.</summary>
    internal static readonly IReadOnlyList<string> ConfigurationKinds = ["form", "policy", "incident-policy", "daily-report-policy"];

    /// <summary>Campaigns by season, forms and policies by version.</summary>
    public static TableName Campaigns { get; } = new("Campaigns")
    {
        Trails = (district, season) => [new(season, IsShared: true), .. ConfigurationKinds.Select(kind => new TrailPlace(Keys.Join(kind, district)))],
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
