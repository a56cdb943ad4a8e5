using System.Net;
using System.Net.Sockets;

namespace ReliefFunctions.FunctionApp.StandIn;

/// <summary>A port in front of a service: refuses every connection until it is opened, and holds what passes while it is frozen.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closing = new();
    private readonly EndPoint _service;
    private volatile TaskCompletionSource<bool> _flow = Flowing();

    /// <summary>Takes a port for the service at <paramref name="port"/>; nothing listens on it yet.</summary>
    public Gate(int port)
    {
        _service = new IPEndPoint(IPAddress.Loopback, port);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>The port that callers use.</summary>
    public int Port { get; }

    /// <summary>A connection string that leads through here and not straight to the service's port.</summary>
    public string InsteadOf(int port, string connectionString) => connectionString.Replace($":{port}", $":{Port}", StringComparison.Ordinal);

    /// <summary>Lets connections through from now on.</summary>
    public void Open()
    {
        _listener.Listen();
        _ = Task.Run(async () =>
        {
            while (true) _ = JoinAsync(await _listener.AcceptAsync(_closing.Token));
        });
    }

    /// <summary>Nothing passes from now on, and no connection breaks: the service is silent.</summary>
    public void Freeze() => _flow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held is dropped with its connections; new connections pass.</summary>
    public void Cut()
    {
        var frozen = _flow;
        _flow = Flowing();
        frozen.TrySetResult(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task JoinAsync(Socket caller)
    {
        using var near = new NetworkStream(caller, ownsSocket: true);
        using var client = new TcpClient();
        await client.Client.ConnectAsync(_service, _closing.Token);
        using var far = client.GetStream();
        await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var bytes = new byte[65_536];
        int read;
        while ((read = await from.ReadAsync(bytes, _closing.Token)) > 0)
        {
            if (!await _flow.Task.WaitAsync(_closing.Token)) return;
            await to.WriteAsync(bytes.AsMemory(0, read), _closing.Token);
        }
    }

    private static TaskCompletionSource<bool> Flowing()
    {
        var flow = new TaskCompletionSource<bool>();
        flow.SetResult(true);
        return flow;
    }
}
