using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Testing;

/// <summary>Goes around every call that leaves the process, to count it or to let it fail.</summary>
/// <param name="call">Makes it.</param>
/// <param name="written">What it writes to storage; empty for others.</param>
public delegate Task Around(Func<Task> call, string written);

/// <summary>Around calls to storage.</summary>
public sealed class AroundStorage(Around around) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Nothing of the product calls storage synchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        await around(() => ProcessNextAsync(message, pipeline).AsTask(), await WrittenAsync(message.Request));

    private static async Task<string> WrittenAsync(Request request)
    {
        if (request.Method == RequestMethod.Get || request.Content is null) return "";
        using var content = new MemoryStream();
        await request.Content.WriteToAsync(content, CancellationToken.None);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}

/// <summary>Around sends to the bus.</summary>
public sealed class AroundSender(Around around, IMessageSender inner) : IMessageSender
{
    public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => around(() => inner.SendAsync(entity, messages, ct), "");
}

/// <summary>Around calls of webhooks.</summary>
public sealed class AroundWebhook(Around around) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        await around(async () => response = await base.SendAsync(request, cancellationToken), "");
        return response!;
    }
}
