using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;

namespace ReliefFunctions.Tests.Storage;

public class PreparationTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Storage_that_stands_already_is_only_read_so_that_no_role_on_the_whole_account_is_needed()
    {
        var first = await azurite.WorldAsync(DateTimeOffset.UnixEpoch);
        var seen = new Methods();
        var second = new World(await AzuriteFixture.ConnectionStringAsync(), DateTimeOffset.UnixEpoch, services => services.AddSingleton<HttpPipelinePolicy>(seen), first.Prefix);
        await second.Services.PrepareStorageAsync();
        Assert.NotEmpty(seen.All);
        Assert.All(seen.All, method => Assert.True(method == RequestMethod.Get || method == RequestMethod.Head, method.ToString()));
    }

    private sealed class Methods : HttpPipelinePolicy
    {
        public ConcurrentQueue<RequestMethod> All { get; } = new();

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("Storage is called asynchronously only.");

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            All.Enqueue(message.Request.Method);
            return ProcessNextAsync(message, pipeline);
        }
    }
}
