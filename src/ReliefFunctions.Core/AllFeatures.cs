using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Archive;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DailyReports;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Portal;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core;

/// <summary>Every feature of the product. A new one is a folder that describes itself, and a line here.</summary>
public static class AllFeatures
{
    /// <summary>The features, each after those that it uses.</summary>
    public static IReadOnlyList<Feature> List { get; } =
    [
        new("Messaging") { BusEntities = [Entities.CampaignEvents] },
        new("Http") { Routes = HostEndpoints.Routes },
        CampaignFeature.Feature,
        ClockFeature.Feature,
        AccessFeature.Feature,
        ReportFeature.Feature,
        WeatherFeature.Feature,
        PatrolFeature.Feature,
        IncidentFeature.Feature,
        DailyFeature.Feature,
        DeadLetterFeature.Feature,
        SummaryFeature.Feature,
        ArchiveFeature.Feature,
        OperationsFeature.Feature,
        PortalFeature.Feature,
    ];

    /// <summary>Every route of the API.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
        [.. List.SelectMany(feature => feature.Routes.Select(route => route with { Parts = feature.Parts }))];
}
