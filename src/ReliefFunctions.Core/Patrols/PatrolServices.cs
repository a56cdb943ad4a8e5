using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols.Delivery;

namespace ReliefFunctions.Core.Patrols;

/// <summary>The services of this feature.</summary>
public static class PatrolServices
{
    /// <summary>Adds them; the base of links stands under the section <c>Links</c>.</summary>
    public static IServiceCollection AddPatrols(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection(LinkOptions.Section).Get<LinkOptions>() ?? new LinkOptions())
        .AddSingleton<PatrolStore>()
        .AddSingleton<NoticeLinks>()
        .AddSingleton(configuration.GetSection(DeliveryOptions.Section).Get<DeliveryOptions>() ?? new DeliveryOptions())
        .AddSingleton<ChannelStore>()
        .AddSingleton<ChannelClient>()
        .AddSingleton<DeliveryService>()
        .AddSingleton<IMessageHandler, NoticeDeliveryHandler>()
        .AddSingleton<IMessageHandler, EventDeliveryHandler>()
        .AddSingleton<IMessageHandler, AlertApplicationHandler>()
        .AddSingleton<IMessageHandler, PatrolOrderHandler>()
        .AddSingleton<IScheduledJob, PatrolClock>();
}
