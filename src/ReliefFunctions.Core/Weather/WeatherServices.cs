using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Weather.Feeds;

namespace ReliefFunctions.Core.Weather;

/// <summary>The services of this feature.</summary>
public static class WeatherServices
{
    /// <summary>Adds them; feeds stand under the section <c>Feeds</c>.</summary>
    public static IServiceCollection AddWeather(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<AlertIntake>()
        .AddSingleton(configuration.GetSection(FeedOptions.Section).Get<FeedOptions>() ?? new FeedOptions())
        .AddSingleton<FeedPuller>()
        .AddSingleton<IScheduledJob, FeedClock>();
}
