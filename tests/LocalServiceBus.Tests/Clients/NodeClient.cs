using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalServiceBus.Tests.Clients;

/// <summary>
/// The Node process that runs the official client. It ends with its input: if the test run dies, so does it. A command
/// that does not answer in time fails its test.
/// </summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _lastId;

    public NodeProcess()
    {
        var directory = typeof(NodeProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "ClientDirectory").Value!;
        _process = Process.Start(new ProcessStartInfo("node", "driver.js")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("Node did not start.");
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = Task.Run(Read);
    }

    public async Task<JsonNode?> Do(string command, JsonObject arguments)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _waiting[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        arguments["id"] = id;
        arguments["do"] = command;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(arguments.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        var result = await answer.Task.WaitAsync(Limit);
        return result["error"] is { } error
            ? throw new BusException((string)error["reason"]!, (string)error["message"]!)
            : result["result"];
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
    }

    private async Task Read()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var answer = JsonNode.Parse(line)!;
            if (_waiting.TryRemove((int)answer["id"]!, out var source)) source.TrySetResult(answer);
        }

        var problem = await _errors;
        foreach (var source in _waiting.Values)
        {
            source.TrySetException(new InvalidOperationException("The Node process ended: " + problem));
        }
    }
}

/// <summary>One <c>ServiceBusClient</c> of <c>@azure/service-bus</c>.</summary>
public sealed class NodeClient : IBusClient
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly NodeProcess _node;
    private readonly string _name = Guid.NewGuid().ToString("N");

    private NodeClient(NodeProcess node) => _node = node;

    public static async Task<NodeClient> Connect(NodeProcess node, string connectionString)
    {
        var client = new NodeClient(node);
        await client.Do("open", new JsonObject { ["connectionString"] = connectionString });
        return client;
    }

    public Task Send(string entity, params Outgoing[] messages) =>
        Do("send", new JsonObject { ["entity"] = entity, ["messages"] = Encode(messages) });

    public Task SendBatch(string entity, params Outgoing[] messages) =>
        Do("sendBatch", new JsonObject { ["entity"] = entity, ["messages"] = Encode(messages) });

    public Task SendLarge(string entity, int bytes) =>
        Do("sendLarge", new JsonObject { ["entity"] = entity, ["bytes"] = bytes });

    public async Task<IReadOnlyList<long>> Schedule(string entity, DateTimeOffset time, params Outgoing[] messages)
    {
        var result = await Do("schedule", new JsonObject { ["entity"] = entity, ["time"] = time.UtcDateTime, ["messages"] = Encode(messages) });
        return result!.AsArray().Select(n => long.Parse((string)n!, null)).ToList();
    }

    public Task CancelScheduled(string entity, params long[] sequenceNumbers) =>
        Do("cancelScheduled", new JsonObject { ["entity"] = entity, ["sequenceNumbers"] = Numbers(sequenceNumbers) });

    public async Task<IReadOnlyList<Received>> Receive(string entity, int max = 1, TimeSpan? wait = null, bool receiveAndDelete = false) =>
        Decode(await Do("receive", new JsonObject
        {
            ["entity"] = entity,
            ["max"] = max,
            ["wait"] = (wait ?? TimeSpan.FromSeconds(20)).TotalMilliseconds,
            ["receiveAndDelete"] = receiveAndDelete,
        }));

    public Task Complete(Received message) => Do("complete", Handle(message));

    public Task Abandon(Received message, Dictionary<string, object>? changes = null)
    {
        var arguments = Handle(message);
        arguments["changes"] = JsonSerializer.SerializeToNode(changes, Web);
        return Do("abandon", arguments);
    }

    public Task Defer(Received message) => Do("defer", Handle(message));

    public Task DeadLetter(Received message, string reason, string description)
    {
        var arguments = Handle(message);
        arguments["reason"] = reason;
        arguments["description"] = description;
        return Do("deadLetter", arguments);
    }

    public async Task<DateTimeOffset> RenewLock(Received message) => (DateTimeOffset)(await Do("renewLock", Handle(message)))!;

    public async Task<IReadOnlyList<Received>> Peek(string entity, int count, long from = 1) =>
        Decode(await Do("peek", new JsonObject { ["entity"] = entity, ["count"] = count, ["from"] = from.ToString(null, null) }));

    public async Task<IReadOnlyList<Received>> ReceiveDeferred(string entity, params long[] sequenceNumbers) =>
        Decode(await Do("receiveDeferred", new JsonObject { ["entity"] = entity, ["sequenceNumbers"] = Numbers(sequenceNumbers) }));

    public Task CloseReceivers(string entity) => Do("closeReceivers", new JsonObject { ["entity"] = entity });

    public Task AcceptSession(string entity, string session) =>
        Do("acceptSession", new JsonObject { ["entity"] = entity, ["session"] = session });

    /// <summary>Receives and completes so many messages with the client's own loop.</summary>
    public Task Consume(string entity, int count, int concurrency) =>
        Do("consume", new JsonObject { ["entity"] = entity, ["count"] = count, ["concurrency"] = concurrency });

    /// <summary>Sends so many messages, several at a time.</summary>
    public Task SendMany(string entity, int count, int concurrency, int bytes) =>
        Do("sendMany", new JsonObject { ["entity"] = entity, ["count"] = count, ["concurrency"] = concurrency, ["bytes"] = bytes });

    public async ValueTask DisposeAsync() => await Do("close", []);

    private Task<JsonNode?> Do(string command, JsonObject arguments)
    {
        arguments["client"] = _name;
        return _node.Do(command, arguments);
    }

    private static JsonObject Handle(Received message) => new() { ["handle"] = (int)message.Handle };

    private static JsonArray Numbers(long[] numbers) => new([.. numbers.Select(n => JsonValue.Create(n.ToString(null, null)))]);

    private static JsonArray Encode(Outgoing[] messages) => new([.. messages.Select(m => new JsonObject
    {
        ["body"] = m.Body,
        ["messageId"] = m.MessageId,
        ["subject"] = m.Subject,
        ["correlationId"] = m.CorrelationId,
        ["contentType"] = m.ContentType,
        ["to"] = m.To,
        ["replyTo"] = m.ReplyTo,
        ["sessionId"] = m.SessionId,
        ["timeToLive"] = m.TimeToLive?.TotalMilliseconds,
        ["scheduledEnqueueTime"] = m.ScheduledEnqueueTime?.UtcDateTime,
        ["properties"] = JsonSerializer.SerializeToNode(m.Properties, Web),
    })]);

    private static List<Received> Decode(JsonNode? result) => result!.AsArray().Select(m => new Received
    {
        Body = (string)m!["body"]!,
        MessageId = (string?)m["messageId"],
        Subject = (string?)m["subject"],
        CorrelationId = (string?)m["correlationId"],
        ContentType = (string?)m["contentType"],
        DeliveryCount = (int)m["deliveryCount"]!,
        SequenceNumber = long.Parse((string)m["sequenceNumber"]!, null),
        EnqueuedSequenceNumber = m["enqueuedSequenceNumber"] is { } number ? long.Parse((string)number!, null) : null,
        EnqueuedTime = (DateTimeOffset?)m["enqueuedTime"],
        LockedUntil = (DateTimeOffset?)m["lockedUntil"],
        State = (string)m["state"]!,
        TimeToLive = m["timeToLive"] is { } ttl ? TimeSpan.FromMilliseconds((double)ttl) : null,
        Properties = m["properties"]!.AsObject().ToDictionary(p => p.Key, object? (p) => p.Value?.GetValueKind() switch
        {
            JsonValueKind.String => (string)p.Value!,
            JsonValueKind.Number => (double)p.Value!,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }),
        Handle = (int)m["handle"]!,
    }).ToList();
}
