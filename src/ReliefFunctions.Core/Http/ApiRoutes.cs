using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.Http;

/// <summary>The route table of both hosts.</summary>
public static class ApiRoutes
{
    /// <summary>Every route.</summary>
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        .. HostEndpoints.Routes,
        .. CampaignEndpoints.Routes,
        .. AuditEndpoints.Routes,
        .. AccessEndpoints.Routes,
        .. FormEndpoints.Routes,
        .. PolicyEndpoints.Routes,
        .. ReportEndpoints.Routes,
        .. DraftEndpoints.Routes,
        .. SeasonEndpoints.Routes,
        .. StageEndpoints.Routes,
        .. WeatherEndpoints.Routes,
        .. PatrolEndpoints.Routes,
        .. QuarantineEndpoints.Routes,
        .. NoticePageEndpoints.Routes,
        .. DeliveryEndpoints.Routes,
        .. DeadLetterEndpoints.Routes,
        .. SummaryEndpoints.Routes,
    ];

    /// <summary>The route of a function.</summary>
    public static ApiRoute Named(string name) => ByName[name];

    /// <summary>What a host without such an address of its own answers by.</summary>
    public static ApiRoute NoSuchRoute(string path) => new("NoSuchRoute", "GET", path.TrimStart('/'), AccessRule.Public,
        _ => throw new ProblemException(ProblemType.NotFound, "没有这个地址，或该地址不支持这种请求方法。接口清单见 /api/v1/openapi.json。"));

    private static Dictionary<string, ApiRoute> ByName { get; } = All.ToDictionary(route => route.Name);
}
