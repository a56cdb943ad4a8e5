using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Incidents (重大情况和突发事件): told within minutes, followed to the end.</summary>
public static class IncidentFeature
{
    /// <summary>Queue: a version of an incident, to be written into inboxes and sent to channels.</summary>
    public const string Queue = "incident-notices";

    /// <summary>Incidents by campaign, and inboxes of cities by area and season.</summary>
    public static TableName Table { get; } = new("Incidents") { OfCampaigns = "突发情况" };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Incidents")
    {
        Uses = ["WeeklyReports", "Patrols"],
        Tables = [Table],
        BusEntities = [Queue],
        Routes = [.. IncidentEndpoints.Routes, .. IncidentInboxEndpoints.Routes, .. IncidentPhotoEndpoints.Routes],
        Parts =
        [
            new("incident", "突发情况的编号，取自回执或清单", "1216-520111101-3fa9c21b"),
            new("notice", "报告的编号，取自清单中的 id", "520111.1216-520111101-3fa9c21b.1.office"),
            new("photo", "照片编号，取自该起情况", "e3b0c44298fc1c14"),
        ],
        Services = (services, _) => services
            .AddSingleton<IncidentStore>()
            .AddSingleton<IncidentSurroundings>()
            .AddSingleton<IncidentRecords>()
            .AddSingleton<IReportQuestions, IncidentQuestions>()
            .AddSingleton<ISummaryPart, IncidentPart>()
            .AddSingleton<IMessageHandler, IncidentTellingHandler>()
            .AddSingleton<IScheduledJob, IncidentClock>(),
    };
}
