using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReliefFunctions.Core.Messaging.ServiceBus;

/// <summary>
/// Receives from every queue and subscription that has a consumer, for a host without triggers, with the limits that <c>host.json</c> gives those.
/// </summary>
public sealed partial class ServiceBusReceiving(ServiceBusClient client, MessageDispatcher dispatcher,
    ILogger<ServiceBusReceiving> log) : IHostedService, IAsyncDisposable
{
    /// <summary>Messages of one entity that are handled side by side.</summary>
    public const int Concurrency = 16;

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly List<ServiceBusProcessor> _processors = [];
    private readonly ConcurrentDictionary<string, long> _toldAt = new();

    /// <summary>What is done with a message of a source. The dispatcher does it; a test may put itself around it before the start.</summary>
    public Func<string, BusMessage, CancellationToken, Task<Disposition>> Handle { get; set; } = dispatcher.DispatchAsync;

    /// <summary>Begins to receive; a bus that is not there yet is tried until it is.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var source in dispatcher.Sources)
        {
            var options = new ServiceBusProcessorOptions
            {
                AutoCompleteMessages = false,
                MaxConcurrentCalls = Concurrency,
                MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(5),
            };
            var processor = source.Split('/', 2) is [var topic, var subscription]
                ? client.CreateProcessor(topic, subscription, options)
                : client.CreateProcessor(source, options);
            processor.ProcessMessageAsync += message => ReceiveAsync(source, message);
            processor.ProcessErrorAsync += error => TellAsync(source, error);
            _processors.Add(processor);
            await processor.StartProcessingAsync(cancellationToken);
        }
    }

    /// <summary>Stops receiving and lets what is being handled end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_processors.Select(processor => processor.StopProcessingAsync(cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var processor in _processors) await processor.DisposeAsync();
    }

    private async Task ReceiveAsync(string source, ProcessMessageEventArgs received)
    {
        var message = received.Message;
        var disposition = await Handle(source, ServiceBusAdapter.Decode(message), received.CancellationToken);
        try
        {
            await (disposition switch
            {
                Disposition.CompleteDisposition => received.CompleteMessageAsync(message, CancellationToken.None),
                Disposition.DeadLetterDisposition dead => received.DeadLetterMessageAsync(message, dead.Reason, dead.Description, CancellationToken.None),
                _ => received.AbandonMessageAsync(message, cancellationToken: CancellationToken.None),
            });
        }
        catch (ServiceBusException e)
        {
            // The lock runs out and the broker delivers again.
            Unsettled(log, source, message.MessageId, e.Message);
        }
    }

    /// <summary>Every receive of every source fails again and again while the bus is away: once a minute is enough to know.</summary>
    private Task TellAsync(string source, ProcessErrorEventArgs error)
    {
        var now = Stopwatch.GetTimestamp();
        var told = _toldAt.AddOrUpdate(source, now, (_, before) => Stopwatch.GetElapsedTime(before, now) < Silence ? before : now);
        if (told == now) Failing(log, source, error.ErrorSource, error.Exception.Message);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source}: {Step} failed and is tried again: {Reason}")]
    private static partial void Failing(ILogger log, string source, ServiceBusErrorSource step, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{MessageId} of {Source} could not be settled and comes again: {Reason}")]
    private static partial void Unsettled(ILogger log, string source, string messageId, string reason);
}
