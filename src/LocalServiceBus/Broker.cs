using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LocalServiceBus.Entities;
using LocalServiceBus.Wire;

namespace LocalServiceBus;

/// <summary>
/// A message broker in memory that speaks AMQP 1.0 the way Azure Service Bus does, on 127.0.0.1. It is for development
/// and tests: what it holds ends with it.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    /// <summary>The name of the one access rule.</summary>
    internal const string KeyName = "RootManageSharedAccessKey";

    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private readonly Timer _housekeeper;
    private Task _accepting = Task.CompletedTask;
    private int _disposed;

    private Broker(BrokerConfiguration configuration, BrokerOptions options)
    {
        Options = options;
        AccessKey = options.AccessKey ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        Faults = new FaultSwitches(DropConnections, ExpireLocks);
        Entities = new EntityDirectory(configuration, options.TimeProvider ?? TimeProvider.System, Faults, options.MaxEntitySize);
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
        _housekeeper = new Timer(_ => Housekeep(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The TCP port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>What official clients take to connect.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName={KeyName};SharedAccessKey={AccessKey};UseDevelopmentEmulator=true";

    /// <summary>What can go wrong, on demand, for tests.</summary>
    public FaultSwitches Faults { get; }

    internal string AccessKey { get; }

    internal BrokerOptions Options { get; }

    internal EntityDirectory Entities { get; }

    internal int ConnectionCount => _connections.Count;

    /// <summary>Starts a broker; it accepts connections when the task completes.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Task<Broker> StartAsync(BrokerConfiguration configuration, BrokerOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ct.ThrowIfCancellationRequested();
        var broker = new Broker(configuration, options ?? new BrokerOptions());
        try
        {
            broker._listener.Start(512);
        }
        catch
        {
            broker.Entities.Dispose();
            broker._housekeeper.Dispose();
            broker._listener.Dispose();
            throw;
        }

        broker.Port = ((IPEndPoint)broker._listener.LocalEndpoint).Port;
        broker._accepting = Task.Run(broker.AcceptAsync, CancellationToken.None);
        broker._housekeeper.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        return Task.FromResult(broker);
    }

    /// <summary>Says goodbye to every client, closes the port and lets go of every message.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        _listener.Stop();
        await _accepting;
        await _housekeeper.DisposeAsync();
        foreach (var connection in _connections.Keys)
        {
            connection.BeginClose(new AmqpFault("amqp:connection:forced", "The broker is shutting down."));
        }

        var all = Task.WhenAll(_connections.Keys.Select(c => c.Completion));
        if (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(2))) != all)
        {
            DropConnections();
            await all;
        }

        Entities.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                if (Volatile.Read(ref _disposed) != 0) return;

                // Out of file handles, say: accepting goes on when some are free again.
                await Task.Delay(100);
                continue;
            }

            if (Faults.RefuseConnections || _connections.Count >= Options.MaxConnections)
            {
                socket.Close(0);
                continue;
            }

            var connection = new Connection(this, socket);
            _connections[connection] = 0;
            _ = RunAsync(connection);
        }
    }

    private async Task RunAsync(Connection connection)
    {
        await Task.Yield();
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private void Housekeep()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Housekeep();
        }
    }

    private int DropConnections()
    {
        var count = 0;
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
            count++;
        }

        return count;
    }

    private int ExpireLocks(string? entity)
    {
        if (entity is null) return Entities.AllQueues().Sum(q => q.ExpireLocks());

        return Entities.Find(entity) switch
        {
            QueueEntity queue => queue.ExpireLocks(),
            _ => throw new ArgumentException($"'{entity}' is no queue or subscription.", nameof(entity)),
        };
    }
}
