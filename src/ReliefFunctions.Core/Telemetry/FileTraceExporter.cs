using System.Diagnostics;
using System.Text.Json;
using OpenTelemetry;

namespace ReliefFunctions.Core.Telemetry;

/// <summary>Appends each step of a trace to a file as a line of JSON: enough to follow a story on one machine without a collector.</summary>
internal sealed class FileTraceExporter(string path) : BaseExporter<Activity>
{
    private readonly Lock _turn = new();

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var lines = new List<string>();
        foreach (var step in batch)
        {
            lines.Add(JsonSerializer.Serialize(
                new FileTraceStep(step.TraceId.ToString(), step.SpanId.ToString(), step.ParentSpanId == default ? null : step.ParentSpanId.ToString(),
                step.DisplayName, step.Kind.ToString(), step.StartTimeUtc, step.Duration.TotalMilliseconds, step.Status == ActivityStatusCode.Error,
                step.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString()), [.. step.Links.Select(link => link.Context.SpanId.ToString())])));
        }

        lock (_turn) File.AppendAllLines(path, lines);
        return ExportResult.Success;
    }
}

/// <summary>A step of a trace in the file.</summary>
internal sealed record FileTraceStep(string Trace, string Id, string? Parent, string Name, string Kind, DateTime Start, double Milliseconds, bool Failed,
    IReadOnlyDictionary<string, string?> Tags, IReadOnlyList<string> Links);
