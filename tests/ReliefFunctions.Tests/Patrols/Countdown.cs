namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// Stops the process it stands in for at the n-th call to storage, and to bus and webhook where it is put around them: from then on no call gets through.
/// With a lost reply, the n-th call still takes effect.
/// </summary>
internal sealed class Countdown
{
    private int _left = int.MaxValue;
    private bool _replyLost;
    private volatile bool _dead;

    public bool Died => _dead;

    public void Arm(int calls, bool replyLost) => (_left, _replyLost, _dead) = (calls, replyLost, false);

    public async Task AroundAsync(Func<Task> call, string written = "")
    {
        if (_dead) throw new InvalidOperationException("The process is dead.");
        if (Interlocked.Decrement(ref _left) == 0)
        {
            if (_replyLost) await call();
            _dead = true;
            throw new InvalidOperationException("The process died here.");
        }

        await call();
    }
}
