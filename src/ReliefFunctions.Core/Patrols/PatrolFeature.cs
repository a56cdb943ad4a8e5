using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Patrol orders from the weather, their notices, escalation and delivery.</summary>
public static class PatrolFeature
{
    /// <summary>Patrol state, orders and notices by campaign.</summary>
    public static TableName Table { get; } = new("Patrols") { OfCampaigns = "巡查" };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Patrols")
    {
        Uses = ["Weather"],
        Tables = [Table],
        BusEntities = [Entities.PatrolOrders, Entities.PatrolNotices, Entities.NoticeDelivery, Entities.EventDelivery],
        Routes = [.. PolicyEndpoints.Routes, .. PatrolEndpoints.Routes, .. QuarantineEndpoints.Routes, .. OfficeEndpoints.Routes, .. ComparisonEndpoints.Routes,
            .. NoticePageEndpoints.Routes, .. DeliveryEndpoints.Routes],
        Parts =
        [
            new("revision", "指令号，从 1 起；通联测试为负数", "1"),
            new("number", "待定指令的序号，从 1 起", "1"),
            new("id", "编号，取自清单", "0123456789abcdef"),
            new("channel", "通知渠道的名称", "wecom"),
            new("token", "链接中的签名部分", "520111.2026.1.520111101.AbCdEf0123456789"),
        ],
        Services = Add,
    };

    private static void Add(IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<PatrolStore>()
        .AddSingleton<Weather.IAlertDecisions, AlertDecisions>()
        .AddSingleton<PatrolRecords>()
        .AddSingleton<NoticeLinks>()
        .AddSingleton(configuration.GetSection(DeliveryOptions.Section).Get<DeliveryOptions>() ?? new DeliveryOptions())
        .AddSingleton<ChannelStore>()
        .AddSingleton<ChannelClient>()
        .AddSingleton<IUnitChannels, RosterChannels>()
        .AddSingleton<DeliveryService>()
        .AddSingleton<IMessageHandler, NoticeDeliveryHandler>()
        .AddSingleton<IMessageHandler, EventDeliveryHandler>()
        .AddSingleton<IMessageHandler, AlertApplicationHandler>()
        .AddSingleton<IMessageHandler, PatrolOrderHandler>()
        .AddSingleton<IScheduledJob, PatrolClock>();
}
