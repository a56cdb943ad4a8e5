using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ReliefFunctions.EndToEnd.SignIn;

/// <summary>The certified issuer <c>oidc-provider</c> as a process of its own; it ends with its input.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private readonly int _port;
    private Process? _process;

    private Issuer(int port) => _port = port;

    public string Address => $"http://127.0.0.1:{_port}";

    /// <summary>An issuer that is to come, so that its address can be told before.</summary>
    public static Issuer OnFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Issuer(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    /// <summary>Starts it with keys of its own, drawn anew each time.</summary>
    public async Task StartAsync(string callback)
    {
        using var rsa = RSA.Create(2048);
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(true)));
        var jwk = new { kty = "RSA", use = "sig", alg = "RS256", kid = Guid.NewGuid().ToString("N"), n = key.N, e = key.E, d = key.D, p = key.P, q = key.Q, dp = key.DP, dq = key.DQ, qi = key.QI };
        var folder = typeof(Issuer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "IssuerDirectory").Value!;
        var start = new ProcessStartInfo("node", ["server.js", JsonSerializer.Serialize(new { port = _port, callback, keys = new[] { jwk } })])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        var errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is var line && line != "ready")
        {
            if (line is null) throw new InvalidOperationException("The issuer ended: " + await errors);
        }

        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Ends it, and waits until its port is free.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
