using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Clocks;

/// <summary>What runs by time for all features: the walk over campaigns, and the sweeper.</summary>
public static class ClockFeature
{
    /// <summary>Intake partitions are days; an outbox row older than this waits for a person.</summary>
    public const int IntakeDays = 7;

    /// <summary>The intake's partition of what belongs to no day and no campaign: what operators are told and decide.</summary>
    public const string OperatorPartition = "operator";

    /// <summary>What comes in for no one campaign: raw alerts by day, and the operator's rows.</summary>
    public static TableName Intake { get; } = new("Intake")
    {
        Trails = (_, _) => [new(OperatorPartition, IsShared: true)],
        OutboxPartitions = now => Enumerable.Range(0, IntakeDays).Select(day => IntakePartition(now.AddDays(-day))).Append(OperatorPartition),
    };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Clocks")
    {
        Tables = [Intake],
        Services = (services, _) => services.AddSingleton<JobRuns>().AddSingleton<CampaignWalk>().AddSingleton<SetupWatch>()
            .AddSingleton<IScheduledJob, SweeperClock>(),
    };

    /// <summary>The intake's partition of an instant: the UTC day.</summary>
    public static string IntakePartition(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
