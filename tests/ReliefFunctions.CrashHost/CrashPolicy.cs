using Azure.Core;
using Azure.Core.Pipeline;

namespace ReliefFunctions.CrashHost;

/// <summary>
/// Kills this process (SIGKILL, nothing is flushed or disposed) at the n-th storage call after the first one that writes
/// <c>armedBy</c>: before the call, or after it was committed and before its reply is read.
/// </summary>
internal sealed class CrashPolicy(string armedBy, int countdown, CrashPolicy.Where where) : HttpPipelinePolicy
{
    private static int _calls;
    private int _left = countdown;
    private volatile bool _armed = armedBy.Length == 0;

    public enum Where
    {
        Before,
        After,
    }

    /// <summary>Calls since the first armed one.</summary>
    public static int Calls => _calls;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Nothing of the product calls storage synchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        _armed = _armed || await WritesAsync(message.Request, armedBy);
        if (_armed) Interlocked.Increment(ref _calls);
        var now = _armed && Interlocked.Decrement(ref _left) == 0;
        if (now && where == Where.Before) Die();
        await ProcessNextAsync(message, pipeline);
        if (now) Die();
    }

    private static void Die()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();

        // The signal may take a moment; nothing may happen after it.
        Thread.Sleep(Timeout.Infinite);
    }

    private static async Task<bool> WritesAsync(Request request, string what)
    {
        if (request.Method == RequestMethod.Get || request.Content is null) return false;
        using var content = new MemoryStream();
        await request.Content.WriteToAsync(content, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(content.ToArray()).Contains(what, StringComparison.Ordinal);
    }
}
