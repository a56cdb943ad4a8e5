using Azure.Core;
using Azure.Core.Pipeline;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// Stops the process it stands in for at the n-th call to storage: from then on no call gets through. With a lost reply, the n-th call
/// still takes effect.
/// </summary>
internal sealed class Countdown : HttpPipelinePolicy
{
    private int _left = int.MaxValue;
    private bool _replyLost;
    private volatile bool _dead;

    public bool Died => _dead;

    public void Arm(int calls, bool replyLost) => (_left, _replyLost, _dead) = (calls, replyLost, false);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("Storage is called asynchronously only.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (_dead) throw new InvalidOperationException("The process is dead.");
        if (Interlocked.Decrement(ref _left) == 0)
        {
            if (_replyLost) await ProcessNextAsync(message, pipeline);
            _dead = true;
            throw new InvalidOperationException("The process died here.");
        }

        await ProcessNextAsync(message, pipeline);
    }
}
