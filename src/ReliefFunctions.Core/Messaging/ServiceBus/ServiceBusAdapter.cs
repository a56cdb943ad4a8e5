using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>
/// The bus of both hosts: Azure Service Bus, or a local broker that speaks its protocol. Here live the opening of the namespace and the form of a
/// message on the wire; beside it the sender, the dead letters, and the receiver for where no Functions host receives.
/// </summary>
public static class ServiceBusAdapter
{
    /// <summary>
    /// The connection setting of triggers and of everything else: a connection string, or <c>ServiceBus__fullyQualifiedNamespace</c> for managed
    /// identity.
    /// </summary>
    public const string Setting = "ServiceBus";

    /// <summary>
    /// How long one question to the bus waits for its answer. Shorter than <see cref="OutboxSender.Patience"/>, so that a silent bus is known as such
    /// and not taken for somebody who did not want to wait.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>How long after an unanswered question nobody else asks.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    /// <summary>Adds the bus that the settings name.</summary>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, IConfiguration configuration) =>
        services.AddServiceBus(() => Open(configuration));

    /// <summary>Adds the bus of a connection string.</summary>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, string connectionString) =>
        services.AddServiceBus(() => Open(connectionString));

    /// <summary>The message as Core knows it.</summary>
    public static BusMessage Decode(ServiceBusReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var properties = message.ApplicationProperties.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "");
        return new BusMessage(message.MessageId ?? "", properties.GetValueOrDefault(BusMessage.SchemaProperty, ""), Text(message), properties);
    }

    internal static ServiceBusMessage Encode(BusMessage message)
    {
        var encoded = new ServiceBusMessage(BinaryData.FromString(message.Body))
        {
            MessageId = message.MessageId,
            Subject = message.Schema,
            ContentType = "application/json",
        };
        foreach (var (name, value) in message.Properties) encoded.ApplicationProperties[name] = value;
        return encoded;
    }

    private static IServiceCollection AddServiceBus(this IServiceCollection services, Func<ServiceBusClient> open) => services
        .AddSingleton(_ => open())
        .AddSingleton(_ => new BusPatience(Patience, Pause))
        .AddSingleton<ServiceBusSending>()
        .AddSingleton<IMessageSender>(provider => provider.GetRequiredService<ServiceBusSending>())
        .AddSingleton<IDeadLetterBox, ServiceBusDeadLetters>()
        .AddSingleton<IQueueGauge, ServiceBusGauge>()
        .AddSingleton<ServiceBusReceiving>();

    private static ServiceBusClient Open(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } connectionString) return Open(connectionString);
        return configuration[$"{Setting}:fullyQualifiedNamespace"] is { Length: > 0 } name
            ? new ServiceBusClient(name, new DefaultAzureCredential(), Options())
            : throw new InvalidOperationException(
                $"The setting “{Setting}” is missing. Set {Setting}__fullyQualifiedNamespace to <name>.servicebus.windows.net for access by managed "
                + $"identity, or {Setting} to a connection string; local.settings.sample.json explains both.");
    }

    private static ServiceBusClient Open(string connectionString)
    {
        try
        {
            return new ServiceBusClient(connectionString, Options());
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InvalidOperationException(
                "消息总线的连接字符串（设置 ServiceBus，本机运行时为 ServiceBus:ConnectionString）无法使用。请从命名空间的“共享访问策略”整串复制，"
                + $"形如 Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…。（{e.Message}）", e);
        }
    }

    /// <summary>
    /// By default the client tries four times; here twice, and then the outbox row does. A try may take a minute, because a receiver's wait for
    /// messages is one; who asks something waits <see cref="Patience"/>.
    /// </summary>
    private static ServiceBusClientOptions Options() => new()
    {
        RetryOptions = new ServiceBusRetryOptions { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(400), TryTimeout = TimeSpan.FromMinutes(1) },
    };

    /// <summary>A body that is no bytes was sent by somebody else; it is unreadable by its missing schema, and still shown.</summary>
    private static string Text(ServiceBusReceivedMessage message)
    {
        var body = message.GetRawAmqpMessage().Body;
        if (body.TryGetData(out _)) return message.Body.ToString();
        return body.TryGetValue(out var value) ? value?.ToString() ?? "" : "";
    }
}
