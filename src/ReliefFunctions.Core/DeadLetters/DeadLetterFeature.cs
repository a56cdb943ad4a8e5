using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;

namespace ReliefFunctions.Core.DeadLetters;

/// <summary>Messages that nobody could handle, for people to settle. Its rows lie in the operator's partition of the intake.</summary>
public static class DeadLetterFeature
{
    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("DeadLetters")
    {
        Routes = DeadLetterEndpoints.Routes,
        Parts = [new("letter", "死信编号，取自清单", "patrol-orders.12.0123456789ab")],
        Services = (services, _) => services.AddSingleton<DeadLetterDesk>().AddSingleton<IScheduledJob, DeadLetterClock>(),
    };
}
