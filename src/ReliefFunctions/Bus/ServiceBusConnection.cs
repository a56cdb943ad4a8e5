using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace ReliefFunctions.Bus;

/// <summary>Opens the namespace that the triggers' connection setting names, so that one setting serves both directions.</summary>
internal static class ServiceBusConnection
{
    /// <summary>The connection setting of every trigger: a connection string, or <c>ServiceBus__fullyQualifiedNamespace</c> for managed identity.</summary>
    public const string Setting = "ServiceBus";

    /// <summary>Opens it; throws with the setting's name and how to set it.</summary>
    public static ServiceBusClient Open(IConfiguration configuration)
    {
        // By default a send to a namespace that answers nothing is tried four times for a minute each; here the outbox row tries again.
        var options = new ServiceBusClientOptions { RetryOptions = new ServiceBusRetryOptions { MaxRetries = 1, TryTimeout = TimeSpan.FromSeconds(15) } };
        if (configuration[Setting] is { Length: > 0 } connectionString) return new ServiceBusClient(connectionString, options);
        var name = configuration[$"{Setting}:fullyQualifiedNamespace"];
        return string.IsNullOrEmpty(name)
            ? throw new InvalidOperationException($"The setting “{Setting}” is missing. Set {Setting}__fullyQualifiedNamespace to <name>.servicebus.windows.net for access by managed identity, or {Setting} to a connection string; local.settings.sample.json explains both.")
            : new ServiceBusClient(name, new DefaultAzureCredential(), options);
    }
}
