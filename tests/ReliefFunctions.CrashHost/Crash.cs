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

    public async Task AroundAsync(Func<Task> call, string written)
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
