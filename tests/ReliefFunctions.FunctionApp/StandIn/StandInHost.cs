using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.FunctionApp.StandIn.Rpc;

namespace ReliefFunctions.FunctionApp.StandIn;

/// <summary>
/// Stands for the Functions host: starts the worker process, speaks its protocol, forwards HTTP to it, fires its timers and hands it
/// messages. Triggers wait while no worker is loaded. What it cannot prove stands in README.md.
/// </summary>
public sealed class StandInHost : IAsyncDisposable
{
    private const string HttpFunction = "Http";

    private static readonly string[] PerConnection = ["Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Upgrade"];

    private readonly ConcurrentDictionary<string, Worker> _workers = new();
    private readonly HttpMessageInvoker _toWorker = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly string _clockFile = Path.GetTempFileName();
    private readonly WebApplication _web;
    private TaskCompletionSource<Worker> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Worker? _worker;

    private StandInHost(WebApplication web, IReadOnlyDictionary<string, string?> settings)
    {
        _web = web;
        _settings = new Dictionary<string, string?>(settings) { ["UNDER_TEST_CLOCK"] = _clockFile };
    }

    /// <summary>Where the worker's project was built.</summary>
    public static string WorkerFolder { get; } = Path.GetFullPath(
        typeof(StandInHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "WorkerDirectory").Value!).TrimEnd('/');

    /// <summary>Where callers reach the function app.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What every worker said, in its log or on its console.</summary>
    public ConcurrentQueue<string> Words { get; } = new();

    /// <summary>Settles what a worker was handed; set by whoever hands messages over.</summary>
    internal Func<string, string, IFormCollection, Task>? Settle { get; set; }

    /// <summary>Starts the host without a worker.</summary>
    /// <param name="settings">The app's settings, as environment variables.</param>
    /// <param name="now">What the worker's clock shows first.</param>
    public static async Task<StandInHost> StartAsync(IReadOnlyDictionary<string, string?> settings, DateTimeOffset now)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        StandInHost? host = null;
        builder.Services.AddSingleton(_ => new RpcService(id => host!._workers[id]));
        var web = builder.Build();
        host = new StandInHost(web, settings);
        host.MoveClockTo(now);
        web.UseWhen(http => http.Request.Protocol != HttpProtocol.Http2, front => front.Run(host.ForwardAsync));
        web.MapGrpcService<RpcService>();
        web.MapPost("/settle/{lockToken}/{how}", async (string lockToken, string how, HttpRequest request) => await host.Settle!(lockToken, how, await request.ReadFormAsync()));
        await web.StartAsync();
        host.Address = host.Listens(1);
        return host;
    }

    /// <summary>Starts a worker, or another after the last one ended, and waits until its functions are loaded.</summary>
    public async Task StartWorkerAsync()
    {
        _worker?.Dispose();
        var worker = _worker = Worker.Start(WorkerFolder, Listens(0), _settings, Words, started => _workers[started.Id] = started);
        await worker.LoadAsync(WorkerFolder);
        _loaded.SetResult(worker);
        _ = worker.Gone.ContinueWith(_ => _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously), TaskScheduler.Default);
    }

    /// <summary>Ends the worker by kill -9.</summary>
    public Task KillWorkerAsync() => _worker!.KillAsync();

    /// <summary>Ends the worker by SIGTERM.</summary>
    public Task TerminateWorkerAsync() => _worker!.TerminateAsync();

    /// <summary>The memory of the worker's process, in bytes.</summary>
    public long WorkerMemory()
    {
        using var process = System.Diagnostics.Process.GetProcessById(_worker!.ProcessId);
        return process.WorkingSet64;
    }

    /// <summary>Sets the worker's clock, from where it runs on.</summary>
    public void MoveClockTo(DateTimeOffset instant)
    {
        // A rename, so that no reader finds half an instant.
        var next = _clockFile + ".next";
        File.WriteAllText(next, instant.ToString("O", CultureInfo.InvariantCulture));
        File.Move(next, _clockFile, overwrite: true);
    }

    /// <summary>Fires a timer and waits until its function has run; throws when it failed.</summary>
    public async Task FireAsync(string timer)
    {
        const string Info = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""";
        var answer = await InvokeAsync(timer, new Parameter { Name = "timer", Data = new TypedData { Json = Info } });
        if (answer.Result.Status != Outcome.Types.Status.Success) throw new InvalidOperationException($"{timer} failed: {answer.Result.Exception?.Message} {answer.Result.Exception?.StackTrace}");
    }

    /// <summary>The functions as the loaded worker indexes them.</summary>
    internal async Task<IReadOnlyDictionary<string, FunctionMetadata>> FunctionsAsync() => (await _loaded.Task).Functions;

    /// <summary>Invokes a function once a worker is loaded.</summary>
    internal async Task<InvocationResponse> InvokeAsync(string function, params IEnumerable<Parameter> parameters) =>
        await (await _loaded.Task).InvokeAsync(function, Guid.NewGuid().ToString(), parameters);

    public async ValueTask DisposeAsync()
    {
        _worker?.Dispose();
        await _web.DisposeAsync();
        _toWorker.Dispose();
        File.Delete(_clockFile);
    }

    /// <summary>The request goes to the worker's own port, and an invocation of the same id goes over the stream.</summary>
    private async Task ForwardAsync(HttpContext http)
    {
        var worker = await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(60), http.RequestAborted);
        var invocation = Guid.NewGuid().ToString();
        var invoked = worker.InvokeAsync(HttpFunction, invocation);
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(worker.Address, http.Request.Path.ToUriComponent() + http.Request.QueryString));
        if (http.Request.ContentLength is not null || http.Request.Headers.TransferEncoding.Count > 0) request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers.Where(header => !PerConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        request.Headers.Add("x-ms-invocation-id", invocation);
        try
        {
            using var answer = await _toWorker.SendAsync(request, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !PerConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            {
                http.Response.Headers[name] = values.ToArray();
            }

            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
            await invoked;
        }
        catch (Exception e) when (e is HttpRequestException or WorkerGoneException && !http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    private Uri Listens(int which) => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(which));

    /// <summary>Joins each stream to its worker by the id in its first message.</summary>
    private sealed class RpcService(Func<string, Worker> workerOf) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken)) return;
            var worker = workerOf(requestStream.Current.StartStream.WorkerId);
            try
            {
                await worker.SpeakAsync(requestStream.ReadAllAsync(context.CancellationToken), responseStream.WriteAsync);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException && worker.Gone.Wait(TimeSpan.FromSeconds(5)))
            {
                // The stream ended with its worker.
            }
        }
    }
}
