using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Http;

/// <summary>The route table of both hosts.</summary>
public static class ApiRoutes
{
    /// <summary>Every route.</summary>
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        .. CampaignEndpoints.Routes,
        .. AccessEndpoints.Routes,
        .. ReportEndpoints.Routes,
    ];

    /// <summary>The route of a function.</summary>
    public static ApiRoute Named(string name) => ByName[name];

    private static Dictionary<string, ApiRoute> ByName { get; } = All.ToDictionary(route => route.Name);
}
