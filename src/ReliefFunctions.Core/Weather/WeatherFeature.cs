using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Core.Weather;

/// <summary>Warnings and forecasts of any feed, received, pulled and sent on to the districts they are for.</summary>
public static class WeatherFeature
{
    /// <summary>This feature; what it receives lies in the intake.</summary>
    public static Feature Feature { get; } = new("Weather") { Routes = WeatherEndpoints.Routes, Services = Add };

    /// <summary>Adds them; feeds stand under the section <c>Feeds</c>.</summary>
    private static void Add(IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<AlertIntake>()
        .AddSingleton(configuration.GetSection(FeedOptions.Section).Get<FeedOptions>() ?? new FeedOptions())
        .AddSingleton<FeedPuller>()
        .AddSingleton<IScheduledJob, FeedClock>();
}
