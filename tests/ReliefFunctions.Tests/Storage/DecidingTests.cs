using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Storage;

/// <summary>The one loop that reads, decides and commits.</summary>
public class DecidingTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Decisions_side_by_side_each_see_what_the_others_left()
    {
        var table = (await azurite.WorldAsync(Now)).Get<FeatureTables>()[AccessFeature.Table];
        var counts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => table.DecideAsync<int>(async () =>
        {
            var row = await table.GetAsync<int>("p", "count");
            return ((row?.Value ?? 0) + 1, new Transaction("p").Put(row, "count", (row?.Value ?? 0) + 1));
        })));
        Assert.Equal(Enumerable.Range(1, 12), counts.Order());
    }

    [Fact]
    public async Task A_decision_without_a_commit_is_answered_at_once()
    {
        var table = (await azurite.WorldAsync(Now)).Get<FeatureTables>()[AccessFeature.Table];
        Assert.Equal("nothing to do", await table.DecideAsync<string>(() => Task.FromResult<(string, Transaction?)>(("nothing to do", null))));
    }

    [Fact]
    public async Task Whoever_loses_every_race_gives_up_in_the_one_way_there_is()
    {
        var table = (await azurite.WorldAsync(Now)).Get<FeatureTables>()[AccessFeature.Table];
        await table.CommitAsync(new Transaction("p").Insert("taken", 1));
        var tries = 0;
        var given = await Assert.ThrowsAsync<ContendedException>(() => table.DecideAsync<int>(() =>
        {
            tries++;
            return Task.FromResult<(int, Transaction?)>((1, new Transaction("p").Insert("taken", 1)));
        }));
        Assert.Equal((FeatureTable.Tries, 503), (tries, given.Status));
    }

    [Fact]
    public async Task A_key_whose_reply_was_lost_is_the_key_that_is_answered_and_no_other_lies_about()
    {
        var lost = new LostReply();
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<HttpPipelinePolicy>(lost));
        var keys = world.Get<AccessKeys>();
        lost.Next = true;
        var (secret, key) = await keys.CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        Assert.False(lost.Next);
        Assert.Equal(key.Id, (await keys.AuthenticateAsync(secret, default))!.Id);
        Assert.Equal([key.Id], await keys.ListAsync().Select(row => row.Value.Id).ToListAsync());
    }

    [Fact]
    public async Task A_commit_that_leaves_a_trail_is_known_again_and_another_ones_is_not()
    {
        var lost = new LostReply();
        var table = (await azurite.WorldAsync(Now, services => services.AddSingleton<HttpPipelinePolicy>(lost))).Get<FeatureTables>()[AccessFeature.Table];
        Transaction Made() => new Transaction("p").Insert("row", 1).Audit(new AuditEntry(Now, "a", "made", "row"));
        lost.Next = true;
        Assert.True(await table.CommitAsync(Made()));
        Assert.False(await table.CommitAsync(Made()));
    }

    /// <summary>Lets the next transaction through and loses what storage answers; the client then repeats it by itself.</summary>
    private sealed class LostReply : HttpPipelinePolicy
    {
        public bool Next { get; set; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("Storage is called asynchronously only.");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (!Next || message.Request.Method != RequestMethod.Post || !message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal)) return;
            Next = false;
            throw new IOException("The reply was lost.");
        }
    }
}
