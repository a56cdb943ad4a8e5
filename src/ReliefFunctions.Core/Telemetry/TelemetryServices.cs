using System.Diagnostics;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ReliefFunctions.Core.Telemetry;

/// <summary>Where traces and metrics go; section <c>Telemetry</c>, beside the standard settings of OpenTelemetry and Application Insights.</summary>
public sealed record TelemetryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telemetry";

    /// <summary>A file that gets one line of JSON for each step of a trace; for one machine. Null for none.</summary>
    public string? File { get; init; }
}

/// <summary>Exports telemetry when a setting says where to; else nothing is recorded and nothing costs.</summary>
public static class TelemetryServices
{
    /// <summary>The standard setting of the OTLP exporter.</summary>
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The standard setting of Application Insights.</summary>
    private const string ApplicationInsights = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Adds the exporters that are set; null when none is.</summary>
    public static OpenTelemetryBuilder? AddReliefTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var file = configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>()?.File;
        var (otlp, insights) = (configuration[Otlp] is { Length: > 0 }, configuration[ApplicationInsights]);
        if (!otlp && string.IsNullOrEmpty(insights) && string.IsNullOrEmpty(file)) return null;

        return services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(ReliefTelemetry.Name))
            .WithTracing(traces =>
            {
                traces.AddSource(ReliefTelemetry.Name).AddAspNetCoreInstrumentation(web => web.EnrichWithHttpResponse = (step, _) => Redact(step));
                if (otlp) traces.AddOtlpExporter();
                if (insights is { Length: > 0 })
                {
                    traces.AddAzureMonitorTraceExporter(monitor => monitor.ConnectionString = insights, credential: Credential(configuration));
                }

                if (file is { Length: > 0 }) traces.AddProcessor(new SimpleActivityExportProcessor(new FileTraceExporter(file)));
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ReliefTelemetry.Name).AddAspNetCoreInstrumentation();
                if (otlp) metrics.AddOtlpExporter();
                if (insights is { Length: > 0 })
                {
                    metrics.AddAzureMonitorMetricExporter(monitor => monitor.ConnectionString = insights, credential: Credential(configuration));
                }

            });
    }

    /// <summary>By the app's identity where the resource takes no keys.</summary>
    private static DefaultAzureCredential? Credential(IConfiguration configuration) =>
        configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] is { Length: > 0 } ? new DefaultAzureCredential() : null;

    /// <summary>An address may hold a signed link, which is a secret, and a query what somebody looked for: the route's template stands for both.</summary>
    private static void Redact(Activity step) =>
        step.SetTag("url.path", step.GetTagItem("http.route") ?? "(none)").SetTag("url.query", null).SetTag("user_agent.original", null)
            .SetTag("client.address", null);
}
