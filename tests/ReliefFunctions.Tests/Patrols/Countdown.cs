using Azure.Core;
using Azure.Core.Pipeline;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// Stops the process it stands in for at the n-th call to storage, and to bus and webhook where it is put around them: from then on no call gets through.
/// With a lost reply, the n-th call still takes effect.
/// </summary>
internal sealed class Countdown : HttpPipelinePolicy
{
    private int _left = int.MaxValue;
    private bool _replyLost;
    private volatile bool _dead;

    public bool Died => _dead;

    public void Arm(int calls, bool replyLost) => (_left, _replyLost, _dead) = (calls, replyLost, false);

    public async Task AroundAsync(Func<Task> call)
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

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("Storage is called asynchronously only.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => await AroundAsync(() => ProcessNextAsync(message, pipeline).AsTask());

    /// <summary>A sender whose process dies.</summary>
    internal sealed class Sender(Countdown countdown, IMessageSender inner) : IMessageSender
    {
        public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => countdown.AroundAsync(() => inner.SendAsync(entity, messages, ct));
    }

    /// <summary>A caller of webhooks whose process dies.</summary>
    internal sealed class Webhook(Countdown countdown) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage? response = null;
            await countdown.AroundAsync(async () => response = await base.SendAsync(request, cancellationToken));
            return response!;
        }
    }
}
