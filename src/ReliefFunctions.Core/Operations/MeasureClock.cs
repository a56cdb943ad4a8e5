using System.Collections.Concurrent;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Operations;

/// <summary>Every five minutes: records how things stand as metrics, zeros included, so that what was mended is seen to be.</summary>
public sealed class MeasureClock(CampaignWalk walk, Measurements measurements, TimeProvider clock) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "MeasureClock", Timing = "50 */5 * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var feed in await measurements.FeedsAsync(ct))
        {
            if (feed.LastSuccess is { } last)
            {
                ReliefTelemetry.FeedAge.Record((now - last).TotalSeconds, new KeyValuePair<string, object?>("relief.feed", feed.Name));
            }
        }

        var oldest = new ConcurrentBag<DateTimeOffset>();
        await walk.ForEachAsync(Name, async (campaign, _) =>
        {
            var measures = await measurements.OfAsync(campaign, now, ct);
            if (measures.OldestWaiting is { } waiting) oldest.Add(waiting);
            foreach (var state in Enum.GetValues<ReportState>())
            {
                ReliefTelemetry.Reports.Record(measures.Reports.GetValueOrDefault(state), new("relief.district", campaign.District),
                    new("relief.state", state.ToString()));
            }

            foreach (var intensity in Enum.GetValues<PatrolIntensity>())
            {
                ReliefTelemetry.Unacknowledged.Record(measures.Unacknowledged.GetValueOrDefault(intensity),
                    new("relief.district", campaign.District), new("relief.intensity", intensity.ToString()));
            }
        }, ct);
        ReliefTelemetry.OutboxAge.Record(oldest.IsEmpty ? 0 : (now - oldest.Min()).TotalSeconds);
    }
}
