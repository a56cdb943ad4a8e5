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
}
