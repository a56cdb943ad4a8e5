using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core;

/// <summary>Everything both hosts share. A host adds its <see cref="IMessageSender"/> and <see cref="IDeadLetterBox"/>.</summary>
public static class ReliefFunctionsServices
{
    /// <summary>Adds the product's services.</summary>
    public static IServiceCollection AddReliefFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddSingleton(configuration.GetSection(BodyOptions.Section).Get<BodyOptions>() ?? new BodyOptions());
        services.AddSingleton(configuration.GetSection(RateLimitOptions.Section).Get<RateLimitOptions>() ?? new RateLimitOptions()).AddSingleton<RateLimits>();
        services.AddSingleton(provider => Tables(storage, provider.GetServices<HttpPipelinePolicy>()));
        services.AddSingleton(provider => Blobs(storage, provider.GetServices<HttpPipelinePolicy>()));
        services.AddSingleton<OutboxSender>().AddSingleton<IOutbox>(provider => provider.GetRequiredService<OutboxSender>());
        services.AddSingleton<FeatureTables>().AddSingleton<BlobStore>().AddSingleton<StoragePreparation>().AddSingleton<Sweeper>()
            .AddSingleton<MessageDispatcher>();
        services.AddSingleton(new RouteTable(AllFeatures.Routes)).AddSingleton<Api>();
        foreach (var feature in AllFeatures.List)
        {
            foreach (var table in feature.Tables) services.AddSingleton(table);
            feature.Services(services, configuration);
        }

        services.AddReliefTelemetry(configuration);
        return services;
    }

    /// <summary>Creates tables and containers, for a host that cannot do without; throws what stands in the way.</summary>
    public static Task PrepareStorageAsync(this IServiceProvider services, CancellationToken ct = default) =>
        services.GetRequiredService<StoragePreparation>().PrepareAsync(ct);

    private static TableServiceClient Tables(StorageOptions storage, IEnumerable<HttpPipelinePolicy> policies)
    {
        var options = With(new TableClientOptions(), policies);
        if (storage.ConnectionString is { Length: > 0 } connection) return new TableServiceClient(connection, options);
        return new TableServiceClient(storage.TableEndpoint ?? throw Missing("Storage:TableEndpoint"), new DefaultAzureCredential(), options);
    }

    private static BlobServiceClient Blobs(StorageOptions storage, IEnumerable<HttpPipelinePolicy> policies)
    {
        var options = With(new BlobClientOptions(), policies);
        if (storage.ConnectionString is { Length: > 0 } connection) return new BlobServiceClient(connection, options);
        return new BlobServiceClient(storage.BlobEndpoint ?? throw Missing("Storage:BlobEndpoint"), new DefaultAzureCredential(), options);
    }

    /// <summary>Policies come from a host that wants to count, trace or break calls.</summary>
    private static T With<T>(T options, IEnumerable<HttpPipelinePolicy> policies) where T : ClientOptions
    {
        foreach (var policy in policies) options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        return options;
    }

    private static InvalidOperationException Missing(string setting) =>
        new($"The setting “{setting}” is missing. Set Storage:ConnectionString, or Storage:TableEndpoint and Storage:BlobEndpoint for access by managed identity; local.settings.sample.json explains each.");
}
