using System.Net;
using System.Net.Sockets;

namespace ReliefFunctions.FunctionApp.StandIn;

/// <summary>A port in front of a service, which refuses every connection until it is opened: a service that is down at start and comes up later.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closing = new();
    private readonly EndPoint _service;

    /// <summary>Takes a port for the service at <paramref name="port"/>; nothing listens on it yet.</summary>
    public Gate(int port)
    {
        _service = new IPEndPoint(IPAddress.Loopback, port);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>The port that callers use.</summary>
    public int Port { get; }

    /// <summary>Lets connections through from now on.</summary>
    public void Open()
    {
        _listener.Listen();
        _ = Task.Run(async () =>
        {
            while (true) _ = JoinAsync(await _listener.AcceptAsync(_closing.Token));
        });
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
        await Task.WhenAny(near.CopyToAsync(far, _closing.Token), far.CopyToAsync(near, _closing.Token));
    }
}
