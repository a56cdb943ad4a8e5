using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace ReliefFunctions.Testing;

/// <summary>A web server on this machine that keeps what it is sent and answers what it is told.</summary>
public sealed class Receiver : IDisposable
{
    private readonly HttpListener _listener;

    public Receiver()
    {
        for (var tries = 0; ; tries++)
        {
            Port = Random.Shared.Next(20_000, 60_000);
            // A listener that could not start is closed for good.
            _listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{Port}/" } };
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Taken; the next one.
            }
        }

        _ = ServeAsync();
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Status, body and headers to answer by path; 200 and <c>{"errcode":0}</c> when it says nothing.</summary>
    public Func<Call, Reply> Answers { get; set; } = _ => new Reply(200, """{"errcode":0}""");

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var call = new Call(context.Request.HttpMethod, context.Request.RawUrl!, await reader.ReadToEndAsync(), context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase));
            Calls.Enqueue(call);
            var reply = Answers(call);
            context.Response.StatusCode = reply.Status;
            foreach (var (name, value) in reply.Headers ?? new Dictionary<string, string>()) context.Response.Headers[name] = value;
            try
            {
                if (reply.Status != 304) await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.Body));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The caller hung up, as callers of oversized answers do.
            }
        }
    }

    public sealed record Call(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

    public sealed record Reply(int Status, string Body = "", IReadOnlyDictionary<string, string>? Headers = null);
}
