using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.LocalHost.Services;

/// <summary>The bus of this host.</summary>
public static class BusServices
{
    /// <summary>Adds sending, receiving and dead letters over AMQP to the broker of a connection string.</summary>
    public static IServiceCollection AddAmqpBus(this IServiceCollection services, string connectionString) => services
        .AddSingleton(provider => new AmqpBus(connectionString, provider.GetRequiredService<ILogger<AmqpBus>>()))
        .AddSingleton<IMessageSender>(provider => provider.GetRequiredService<AmqpBus>())
        .AddSingleton<IDeadLetterBox>(_ => new AmqpDeadLetters(connectionString));
}
