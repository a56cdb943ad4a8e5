using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.CrashHost;

/// <summary>
/// Kills this process (SIGKILL, nothing is flushed or disposed) at the n-th call to storage, bus or webhook, the first one that writes
/// <c>armedBy</c> to storage included: before the call, or after it took effect and before its reply is read.
/// </summary>
internal sealed class Crash(string armedBy, int countdown, Crash.Where where)
{
    private int _calls;
    private int _left = countdown;
    private volatile bool _armed = armedBy.Length == 0;

    public enum Where
    {
        Before,
        After,
    }

    /// <summary>Calls since the first armed one.</summary>
    public int Calls => _calls;

    public async Task AroundAsync(Func<Task> call, string written = "")
    {
        _armed = _armed || written.Contains(armedBy, StringComparison.Ordinal);
        if (_armed) Interlocked.Increment(ref _calls);
        var now = _armed && Interlocked.Decrement(ref _left) == 0;
        if (now && where == Where.Before) Die();
        await call();
        if (now) Die();
    }

    private static void Die()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();

        // The signal may take a moment; nothing may happen after it.
        Thread.Sleep(Timeout.Infinite);
    }
}

/// <summary>Counts calls to storage.</summary>
internal sealed class CrashPolicy(Crash crash) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Nothing of the product calls storage synchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        await crash.AroundAsync(() => ProcessNextAsync(message, pipeline).AsTask(), await WrittenAsync(message.Request));

    private static async Task<string> WrittenAsync(Request request)
    {
        if (request.Method == RequestMethod.Get || request.Content is null) return "";
        using var content = new MemoryStream();
        await request.Content.WriteToAsync(content, CancellationToken.None);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}

/// <summary>Counts sends to the bus.</summary>
internal sealed class CrashSender(Crash crash, IMessageSender inner) : IMessageSender
{
    public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => crash.AroundAsync(() => inner.SendAsync(entity, messages, ct));
}

/// <summary>Counts calls to webhooks.</summary>
internal sealed class CrashWebhook(Crash crash) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        await crash.AroundAsync(async () => response = await base.SendAsync(request, cancellationToken));
        return response!;
    }
}
