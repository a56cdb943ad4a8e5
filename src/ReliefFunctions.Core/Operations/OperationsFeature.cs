using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;

namespace ReliefFunctions.Core.Operations;

/// <summary>How the deployment stands: metrics, readiness, the operator's numbers.</summary>
public static class OperationsFeature
{
    /// <summary>This feature; it reads what others keep and writes nothing.</summary>
    public static Feature Feature { get; } = new("Operations")
    {
        Uses = ["WeeklyReports", "Weather", "Patrols"],
        Routes = OperationsEndpoints.Routes,
        Services = (services, _) => services.AddSingleton<Measurements>().AddSingleton<Sizes>().AddSingleton<IScheduledJob, MeasureClock>(),
    };
}
