using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ReliefFunctions.Core.Telemetry;

/// <summary>
/// The product's own traces and metrics, by the names that dashboards and alerts use. A trace goes with what follows from a decision: in the properties
/// of its messages and in rows that somebody answers later (W3C Trace Context). Neither holds names, numbers to call or text that people wrote.
/// </summary>
public static class ReliefTelemetry
{
    /// <summary>The name of source and meter.</summary>
    public const string Name = "ReliefFunctions";

    /// <summary>The application property of a message that holds its trace (W3C Trace Context, <c>traceparent</c>).</summary>
    public const string TraceProperty = "traceparent";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary>Messages that the broker accepted, by <c>messaging.destination.name</c>.</summary>
    internal static Counter<long> Sent { get; } = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}");

    /// <summary>How long consumers took, by <c>messaging.destination.name</c> and <c>error.type</c>.</summary>
    internal static Histogram<double> Processed { get; } = Meter.CreateHistogram<double>("messaging.process.duration", "s");

    /// <summary>Compiles that failed, by district.</summary>
    internal static Counter<long> SummariesFailed { get; } = Meter.CreateCounter<long>("relief.summaries.failed", "{summary}");

    /// <summary>Reports of the week that is due, by district and state.</summary>
    internal static Gauge<int> Reports { get; } = Meter.CreateGauge<int>("relief.reports", "{report}");

    /// <summary>Notices in force past their time without an acknowledgement, by district and intensity.</summary>
    internal static Gauge<int> Unacknowledged { get; } = Meter.CreateGauge<int>("relief.notices.unacknowledged", "{notice}");

    /// <summary>Age of the oldest message that waits, of all districts.</summary>
    internal static Gauge<double> OutboxAge { get; } = Meter.CreateGauge<double>("relief.outbox.age", "s");

    /// <summary>Since a feed's last valid answer, by feed.</summary>
    internal static Gauge<double> FeedAge { get; } = Meter.CreateGauge<double>("relief.feed.age", "s");

    /// <summary>Rows that were kept for a time alone and are gone, by what they were.</summary>
    internal static Counter<int> Removed { get; } = Meter.CreateCounter<int>("relief.retention.removed", "{row}");

    /// <summary>Where the work at hand stands in its trace, to be kept with what follows from it; null when nobody records it.</summary>
    public static string? Here => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } current ? current.Id : null;

    /// <summary>Begins a step of the trace at hand.</summary>
    public static Activity? Begin(string step, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(step, kind);

    /// <summary>
    /// Begins a step of the trace that <paramref name="trace"/> names, whatever is at hand here: that becomes a link. Without one, of the trace at hand.
    /// </summary>
    public static Activity? Continue(string? trace, string step, ActivityKind kind = ActivityKind.Internal)
    {
        if (!Source.HasListeners()) return null;
        if (trace is null || !ActivityContext.TryParse(trace, null, isRemote: true, out var parent)) return Begin(step, kind);
        var here = Activity.Current;
        return Source.StartActivity(step, kind, parent, links: here is null || here.TraceId == parent.TraceId ? null : [new ActivityLink(here.Context)]);
    }

    /// <summary>Says that the step at hand uses what another trace made, as a summary uses reports.</summary>
    public static void Uses(string? trace)
    {
        if (trace is not null && Activity.Current is { } current && ActivityContext.TryParse(trace, null, isRemote: true, out var other))
        {
            current.AddLink(new ActivityLink(other));
        }
    }

    /// <summary>Says how a step failed, by the kind of failure alone: an exception's message may quote what somebody wrote.</summary>
    internal static void Failed(this Activity? step, Exception e) => step?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
}
