using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Portal;

/// <summary>The web pages (工作门户), built from <c>src/Portal</c> and served by both hosts.</summary>
public static class PortalFeature
{
    /// <summary>What the product must know of it.</summary>
    public static Feature Feature { get; } = new("Portal")
    {
        Uses = ["WeeklyReports", "Patrols", "Incidents", "DailyReports"],
        Routes = [.. UnitOverviewEndpoints.Routes, .. StartEndpoints.Routes],
        Services = (services, _) => services.AddSingleton(_ => PortalFiles.BesideProgram()).AddSingleton<IPages, PortalEndpoints>(),
    };
}
