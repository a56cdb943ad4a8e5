using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.FunctionApp.StandIn.Rpc;

namespace ReliefFunctions.FunctionApp.StandIn;

/// <summary>Receives for each Service Bus trigger with the official client's processor, as the host does, and settles as the worker says.</summary>
internal sealed class BusTriggers : IAsyncDisposable
{
    /// <summary>How long a handler may take to end when the tests are over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ProcessMessageEventArgs> _handedOver = new();
    private readonly ServiceBusClient _client;
    private readonly StandInHost _host;
    private readonly List<ServiceBusProcessor> _processors = [];

    private BusTriggers(StandInHost host, string connectionString)
    {
        (_host, _client) = (host, new ServiceBusClient(connectionString));
        host.Settle = SettleAsync;
    }

    /// <summary>Called with the function's name when a message is about to be handed over.</summary>
    public Action<string> OnMessage { get; set; } = _ => { };

    /// <summary>Every message handed over, and to which function.</summary>
    public ConcurrentQueue<(string Function, ServiceBusReceivedMessage Message)> HandedOver { get; } = new();

    /// <summary>How each message ended: the function and <c>complete</c>, <c>abandon</c>, <c>dead-letter</c> or <c>failed</c>.</summary>
    public ConcurrentQueue<(string Function, string How)> Ended { get; } = new();

    /// <summary>Begins to receive for every Service Bus trigger that the worker has.</summary>
    public static async Task<BusTriggers> StartAsync(StandInHost host, string connectionString)
    {
        var triggers = new BusTriggers(host, connectionString);
        foreach (var (function, metadata) in await host.FunctionsAsync())
        {
            if (JsonNode.Parse(metadata.RawBindings[0])!.AsObject() is var binding && binding["type"]!.GetValue<string>() != "serviceBusTrigger") continue;
            await triggers.ReceiveAsync(function, binding);
        }

        return triggers;
    }

    public async ValueTask DisposeAsync()
    {
        // A processor waits for its handlers, and one whose worker was killed may never answer.
        await Task.WhenAll(_processors.Select(processor => processor.DisposeAsync().AsTask().WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default)));
        await _client.DisposeAsync().AsTask().WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task ReceiveAsync(string function, JsonObject binding)
    {
        var options = new ServiceBusProcessorOptions { AutoCompleteMessages = false, MaxConcurrentCalls = 16 };
        string? Text(string name) => binding[name]?.GetValue<string>();
        var processor = Text("queueName") is { } queue ? _client.CreateProcessor(queue, options) : _client.CreateProcessor(Text("topicName"), Text("subscriptionName"), options);
        processor.ProcessMessageAsync += args => HandOverAsync(function, Text("name")!, args);
        processor.ProcessErrorAsync += args =>
        {
            _host.Words.Enqueue($"bus {function}: {args.Exception.Message}");
            return Task.CompletedTask;
        };
        _processors.Add(processor);
        await processor.StartProcessingAsync();
    }

    private async Task HandOverAsync(string function, string parameter, ProcessMessageEventArgs args)
    {
        OnMessage(function);
        HandedOver.Enqueue((function, args.Message));
        var token = args.Message.LockToken;
        _handedOver[token] = args;
        try
        {
            byte[] content = [.. Guid.Parse(token).ToByteArray(), .. args.Message.GetRawAmqpMessage().ToBytes().ToArray()];
            var data = new ModelBindingData
            {
                Version = "1.0",
                Source = "AzureServiceBusReceivedMessage",
                ContentType = "application/octet-stream",
                Content = ByteString.CopyFrom(content),
            };
            var answer = await _host.InvokeAsync(function, new Parameter { Name = parameter, Data = new TypedData { ModelBindingData = data } });
            if (answer.Result.Status != Outcome.Types.Status.Success) throw new WorkerGoneException(answer.Result.Exception?.Message ?? "The function failed.");
        }
        catch (WorkerGoneException)
        {
            Ended.Enqueue((function, "failed"));
            if (_handedOver.ContainsKey(token)) await args.AbandonMessageAsync(args.Message);
        }
        finally
        {
            _handedOver.TryRemove(token, out _);
        }
    }

    private async Task SettleAsync(string lockToken, string how, IFormCollection why)
    {
        if (!_handedOver.TryRemove(lockToken, out var args)) throw new InvalidOperationException("No message is locked by that token.");
        Ended.Enqueue((args.EntityPath, how));
        await (how switch
        {
            "complete" => args.CompleteMessageAsync(args.Message),
            "abandon" => args.AbandonMessageAsync(args.Message),
            "dead-letter" => args.DeadLetterMessageAsync(args.Message, why["reason"].ToString(), why["description"].ToString()),
            _ => throw new InvalidOperationException($"No such settlement: {how}."),
        });
    }
}
