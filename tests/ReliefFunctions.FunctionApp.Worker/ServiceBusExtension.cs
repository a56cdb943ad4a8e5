using System.Collections.Concurrent;
using System.Net;
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Stands for the package Microsoft.Azure.Functions.Worker.Extensions.ServiceBus, which the feed that CI restores from does not hold:
// the public names that the app uses, and below them the wire as the stand-in host speaks it.
namespace Microsoft.Azure.Functions.Worker;

/// <summary>A queue or a topic's subscription that starts a function.</summary>
[InputConverter(typeof(ServiceBusReceivedMessageConverter))]
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute
{
    public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

    public ServiceBusTriggerAttribute(string topicName, string subscriptionName) => (TopicName, SubscriptionName) = (topicName, subscriptionName);

    public string? QueueName { get; }

    public string? TopicName { get; }

    public string? SubscriptionName { get; }

    public string? Connection { get; set; }

    public bool AutoCompleteMessages { get; set; }
}

/// <summary>Settles through the host, which holds the message's lock.</summary>
[InputConverter(typeof(ServiceBusMessageActionsConverter))]
public class ServiceBusMessageActions(HttpClient host)
{
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync("complete", message, [], cancellationToken);

    public virtual Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
        SettleAsync("abandon", message, [], cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default,
        string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default) =>
        SettleAsync("dead-letter", message, new() { ["reason"] = deadLetterReason ?? "", ["description"] = deadLetterErrorDescription ?? "" }, cancellationToken);

    private async Task SettleAsync(string how, ServiceBusReceivedMessage message, Dictionary<string, string> why, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var content = new FormUrlEncodedContent(why);
        using var answer = await host.PostAsync(new Uri($"settle/{message.LockToken}/{how}", UriKind.Relative), content, ct);
        answer.EnsureSuccessStatusCode();
    }
}

/// <summary>16 bytes of lock token, then the AMQP message.</summary>
internal sealed class ServiceBusReceivedMessageConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        if (context.TargetType != typeof(ServiceBusReceivedMessage) || context.Source is not ModelBindingData data) return new(ConversionResult.Unhandled());
        var bytes = data.Content.ToMemory();
        return new(ConversionResult.Success(ServiceBusReceivedMessage.FromAmqpMessage(AmqpAnnotatedMessage.FromBytes(BinaryData.FromBytes(bytes[16..])), BinaryData.FromBytes(bytes[..16]))));
    }
}

internal sealed class ServiceBusMessageActionsConverter : IInputConverter
{
    private static readonly ConcurrentDictionary<string, HttpClient> Hosts = new();

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        if (context.TargetType != typeof(ServiceBusMessageActions)) return new(ConversionResult.Unhandled());
        var host = context.FunctionContext.InstanceServices.GetRequiredService<IConfiguration>()["Functions:Worker:HostEndpoint"]!;
        return new(ConversionResult.Success(new ServiceBusMessageActions(Hosts.GetOrAdd(host, address => new HttpClient
        {
            BaseAddress = new Uri(address),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        }))));
    }
}
