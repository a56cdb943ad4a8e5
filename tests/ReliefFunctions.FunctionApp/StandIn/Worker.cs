using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using ReliefFunctions.FunctionApp.StandIn.Rpc;

namespace ReliefFunctions.FunctionApp.StandIn;

/// <summary>The worker has gone before it answered.</summary>
public sealed class WorkerGoneException(string message) : Exception(message);

/// <summary>One worker process and the stream it speaks on, from its start to its end.</summary>
internal sealed class Worker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _asked = new();
    private readonly Channel<StreamingMessage> _toWorker = Channel.CreateUnbounded<StreamingMessage>();
    private readonly TaskCompletionSource _streams = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _words;
    private readonly Process _process;

    private Worker(string id, Process process, ConcurrentQueue<string> words)
    {
        (Id, _process, _words) = (id, process, words);
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Gone = process.WaitForExitAsync();
    }

    /// <summary>Names the worker on the stream.</summary>
    public string Id { get; }

    /// <summary>The process's id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Ends when the process has ended, however.</summary>
    public Task Gone { get; }

    /// <summary>The functions as the worker indexes them; filled when it is loaded.</summary>
    public IReadOnlyDictionary<string, FunctionMetadata> Functions { get; private set; } = new Dictionary<string, FunctionMetadata>();

    /// <summary>Where the worker's own web server listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts the process; <paramref name="register"/> is called before it can speak.</summary>
    public static Worker Start(string folder, Uri host, IReadOnlyDictionary<string, string?> settings, ConcurrentQueue<string> words, Action<Worker> register)
    {
        var id = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(folder, "ReliefFunctions.dll"), "--functions-uri", host.ToString(), "--functions-worker-id", id,
            "--functions-request-id", Guid.NewGuid().ToString(), "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ])
        { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var worker = new Worker(id, Process.Start(start)!, words);
        register(worker);
        return worker;
    }

    /// <summary>Initialises the worker, asks for its functions, loads each, and waits until its web server listens.</summary>
    public async Task LoadAsync(string folder)
    {
        await UnlessGoneAsync(_streams.Task);
        var init = (await AskAsync(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1045.0" } })).WorkerInitResponse;
        Require(init.Result, "initialising");
        Address = new Uri(init.Capabilities["HttpUri"]);
        var index = (await AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } })).FunctionMetadataResponse;
        Require(index.Result, "indexing");
        foreach (var function in index.FunctionMetadataResults)
        {
            var request = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
            Require((await AskAsync(new StreamingMessage { FunctionLoadRequest = request })).FunctionLoadResponse.Result, $"loading {function.Name}");
        }

        Functions = index.FunctionMetadataResults.ToDictionary(function => function.Name);
        await UnlessGoneAsync(ListensAsync());
    }

    /// <summary>Invokes a function and waits for the worker's word on it; throws <see cref="WorkerGoneException"/> when the worker ends first.</summary>
    public async Task<InvocationResponse> InvokeAsync(string function, string invocation, params IEnumerable<Parameter> parameters)
    {
        var trace = new TraceContext { TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01" };
        var request = new InvocationRequest { InvocationId = invocation, FunctionId = Functions[function].FunctionId, TraceContext = trace };
        request.InputData.AddRange(parameters);
        return (await AskAsync(new StreamingMessage { InvocationRequest = request }, invocation, Timeout.InfiniteTimeSpan)).InvocationResponse;
    }

    /// <summary>The stream of this worker, for as long as it lasts.</summary>
    public async Task SpeakAsync(IAsyncEnumerable<StreamingMessage> fromWorker, Func<StreamingMessage, Task> toWorker)
    {
        _streams.TrySetResult();
        var sending = Task.Run(async () =>
        {
            await foreach (var message in _toWorker.Reader.ReadAllAsync()) await toWorker(message);
        });
        await foreach (var message in fromWorker)
        {
            if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog) Log(message.RpcLog);
            else if (_asked.TryRemove(Key(message), out var asked)) asked.TrySetResult(message);
        }

        _toWorker.Writer.TryComplete();
        await sending;
    }

    /// <summary>kill -9: nothing is flushed, answered or given back.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return Gone;
    }

    /// <summary>SIGTERM, as when the platform takes an instance away.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await Gone.WaitAsync(Patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Key(StreamingMessage message) => message.InvocationResponse?.InvocationId ?? message.RequestId;

    private Task<StreamingMessage> AskAsync(StreamingMessage message) => AskAsync(message, message.RequestId = Guid.NewGuid().ToString(), Patience);

    private async Task<StreamingMessage> AskAsync(StreamingMessage message, string key, TimeSpan patience)
    {
        var answer = _asked.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _toWorker.Writer.WriteAsync(message);
        await UnlessGoneAsync(answer.Task, patience);
        return await answer.Task;
    }

    private Task UnlessGoneAsync(Task task) => UnlessGoneAsync(task, Patience);

    private async Task UnlessGoneAsync(Task task, TimeSpan patience)
    {
        if (await Task.WhenAny(task, Gone).WaitAsync(patience) != task) throw new WorkerGoneException($"The worker ended with {_process.ExitCode}. {Last()}");
        await task;
    }

    private async Task ListensAsync()
    {
        while (!Gone.IsCompleted)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(Address.Host, Address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }

    private void Require(Outcome outcome, string what)
    {
        if (outcome.Status != Outcome.Types.Status.Success) throw new InvalidOperationException($"{what} failed: {outcome.Exception?.Message} {outcome.Exception?.StackTrace} {Last()}");
    }

    private void Log(LogLine line) => Hear($"{"TDIWEC"[Math.Clamp(line.Level, 0, 5)]} {line.Category}: {line.Message} {line.Exception?.Message}".TrimEnd());

    private void Hear(string? line)
    {
        if (line is { Length: > 0 }) _words.Enqueue(line);
    }

    private string Last() => string.Join(Environment.NewLine, _words.TakeLast(30));
}
