using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Core.Weather;

/// <summary>Warnings and forecasts of any feed, received, pulled and sent on to the districts they are for.</summary>
public static class WeatherFeature
{
    /// <summary>This feature; what it receives lies in the intake.</summary>
    public static Feature Feature { get; } = new("Weather")
    {
        BusEntities = [Entities.AlertApplications],
        Routes = WeatherEndpoints.Routes,
        Parts = [new("payload", "预警原文的 SHA-256，取自回执", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")],
        Services = Add,
    };

    /// <summary>Adds them; feeds stand under the section <c>Feeds</c>.</summary>
    private static void Add(IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<AlertIntake>()
        .AddSingleton(configuration.GetSection(FeedOptions.Section).Get<FeedOptions>() ?? new FeedOptions())
        .AddSingleton<FeedPuller>()
        .AddSingleton<IScheduledJob, FeedClock>();
}
