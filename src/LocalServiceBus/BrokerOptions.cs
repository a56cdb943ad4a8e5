namespace LocalServiceBus;

/// <summary>How a <see cref="Broker"/> runs; what it serves is its <see cref="BrokerConfiguration"/>.</summary>
public sealed class BrokerOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 (the default) takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The clock of locks, schedules, time to live and duplicate windows; the system's unless a test gives another.</summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>The key that SAS tokens and SASL PLAIN must prove; random for each start unless given.</summary>
    public string? AccessKey { get; set; }

    /// <summary>Largest message or batch, in bytes, as on the service's Standard tier.</summary>
    public int MaxMessageSize { get; set; } = 262_144;

    /// <summary>Bytes a queue may hold, or a topic with all of its subscriptions; beyond, sends are refused.</summary>
    public long MaxEntitySize { get; set; } = 256L * 1024 * 1024;

    /// <summary>Connections at one time; further ones are closed when they open.</summary>
    public int MaxConnections { get; set; } = 1_000;

    /// <summary>A connection from which nothing came for this long is cut. Clients are told half of it.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>A connection must be open after this long, and a peer must read what is written to it within it.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
