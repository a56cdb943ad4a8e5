using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Archive;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Tests.Patrols;
using Huaxi = ReliefFunctions.Tests.WeeklyReports.Huaxi;

namespace ReliefFunctions.Tests.Archive;

/// <summary>A season goes into one file and comes back row by row and blob by blob, on real storage.</summary>
public sealed class SeasonArchiveTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private static readonly DateTimeOffset Now = new(2027, 4, 10, 2, 0, 0, TimeSpan.Zero);
    private static readonly string Partition = Huaxi.Campaign.Partition;
    private readonly string _folder = Directory.CreateTempSubdirectory("archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_season_backed_up_and_restored_elsewhere_is_the_same_row_by_row_and_blob_by_blob()
    {
        var from = await SeasonAsync();
        var manifest = await Archive(from).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        var to = await azurite.WorldAsync(Now);
        await Archive(to).RestoreAsync(File("a"), replace: false, CancellationToken.None);
        Assert.Equal(await StateAsync(from), await StateAsync(to));
        Assert.Equal(2, manifest.Blobs.Count);

        // The outbox row came with it, and the sweeper sends what it holds.
        Assert.Equal(1, await to.Get<Sweeper>().SweepAsync(ReportFeature.Table, Partition, CancellationToken.None));
        Assert.Equal("青岩镇", Assert.Single(to.Bus.Sent).Message.Read<string>("test/1"));
    }

    [Fact]
    public async Task What_belongs_to_another_district_or_season_is_neither_taken_nor_touched()
    {
        var from = await SeasonAsync();
        await Archive(from).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        var to = await azurite.WorldAsync(Now);
        await to.Get<CampaignStore>().PutAsync(Huaxi.Campaign with { District = "520112", Name = "乌当区" }, null, Audit(), CancellationToken.None);
        var theirs = await to.Get<AccessKeys>().CreateAsync("乌当区办公室", Role.CampaignOffice, "520112", null, "test");
        await Archive(to).RestoreAsync(File("a"), replace: false, CancellationToken.None);
        Assert.Equal("乌当区", (await to.Get<CampaignStore>().GetAsync("520112", "2026-2027"))!.Value.Name);
        Assert.NotNull(await to.Get<AccessKeys>().AuthenticateAsync(theirs.Secret, CancellationToken.None));
        Assert.DoesNotContain(await StateAsync(to), line => line.Contains("observer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restore_that_died_at_any_call_is_run_again_and_ends_in_the_same_state()
    {
        var from = await SeasonAsync();
        var wanted = await StateAsync(from);
        await Archive(from).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        var countdown = new Countdown();
        for (var call = 1; ; call++)
        {
            var to = await azurite.WorldAsync(Now);
            var victim = new World(await AzuriteFixture.ConnectionStringAsync(), Now, services => services.AddSingleton<HttpPipelinePolicy>(new AroundStorage(countdown.AroundAsync)), to.Prefix);
            countdown.Arm(call, replyLost: call % 2 == 0);
            var died = await Record.ExceptionAsync(() => Archive(victim).RestoreAsync(File("a"), replace: false, CancellationToken.None)) is not null;
            countdown.Arm(int.MaxValue, replyLost: false);
            if (died) await Archive(to).RestoreAsync(File("a"), replace: false, CancellationToken.None);
            Assert.Equal(wanted, await StateAsync(to));
            if (!died) break;
        }
    }

    [Fact]
    public async Task A_season_that_is_there_and_differs_is_replaced_only_when_asked_for()
    {
        var world = await SeasonAsync();
        var wanted = await StateAsync(world);
        await Archive(world).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        await world.Get<FeatureTables>()[ReportFeature.Table].CommitAsync(new Transaction(Partition).Upsert("R|2026W50|520111102", "later"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => Archive(world).RestoreAsync(File("a"), replace: false, CancellationToken.None));
        Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        await Archive(world).RestoreAsync(File("a"), replace: true, CancellationToken.None);
        Assert.Equal(wanted, await StateAsync(world));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("other")]
    public async Task A_damaged_archive_is_refused_before_anything_is_written(string damage)
    {
        var from = await SeasonAsync();
        await Archive(from).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        var bytes = await System.IO.File.ReadAllBytesAsync(File("a"));
        if (damage == "cut") bytes = bytes[..(bytes.Length / 2)];
        if (damage == "changed") bytes[bytes.Length / 2] ^= 0x55;
        if (damage == "other") bytes = "不是归档"u8.ToArray();
        await System.IO.File.WriteAllBytesAsync(File("b"), bytes);
        var to = await azurite.WorldAsync(Now);
        await Assert.ThrowsAsync<ArchiveException>(() => Archive(to).RestoreAsync(File("b"), replace: false, CancellationToken.None));
        Assert.Empty(await StateAsync(to));
    }

    [Fact]
    public async Task A_season_is_removed_when_it_is_archived_and_past_its_time_and_not_before()
    {
        var world = await SeasonAsync();
        var last = Huaxi.Campaign.LastDay;
        await Archive(world).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        var early = await Assert.ThrowsAsync<ArchiveException>(() => Archive(world).RemoveAsync(File("a"), last, CancellationToken.None));
        Assert.Contains(SeasonRetention.RemovableFrom(last).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), early.Message, StringComparison.Ordinal);

        world.Clock.SetUtcNow(new DateTimeOffset(SeasonRetention.RemovableFrom(last), new TimeOnly(1, 0), TimeSpan.Zero));
        await world.Get<FeatureTables>()[ReportFeature.Table].CommitAsync(new Transaction(Partition).Upsert("R|2026W50|520111102", "later"), CancellationToken.None);
        Assert.Contains("不一致", (await Assert.ThrowsAsync<ArchiveException>(() => Archive(world).RemoveAsync(File("a"), last, CancellationToken.None))).Message, StringComparison.Ordinal);

        await Archive(world).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None);
        await Archive(world).RemoveAsync(File("a"), last, CancellationToken.None);
        Assert.DoesNotContain(await StateAsync(world), line => line.Contains(Partition, StringComparison.Ordinal) || line.StartsWith("originals", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_season_that_does_not_exist_is_no_empty_archive()
    {
        var world = await azurite.WorldAsync(Now);
        await Assert.ThrowsAsync<ArchiveException>(() => Archive(world).BackupAsync("520111", "2026-2027", File("a"), CancellationToken.None));
        Assert.False(System.IO.File.Exists(File("a")));
    }

    private string File(string name) => Path.Combine(_folder, name + ".zip");

    private static SeasonArchive Archive(World world) => world.Get<SeasonArchive>();

    private static AuditEntry Audit() => new(Now, "test", "test", "test");

    /// <summary>A season with rows of every kind of place, one of them too long for one property, and with files.</summary>
    private async Task<World> SeasonAsync()
    {
        var world = await azurite.WorldAsync(Now);
        var (tables, blobs) = (world.Get<FeatureTables>(), world.Get<BlobStore>());
        var payload = Keys.Hash("raw alert");
        await blobs.PutOnceAsync(BlobStore.Originals, "520111/2026-2027/2026W50/520111101/x", BinaryData.FromString("a form"), "application/octet-stream");
        await blobs.PutOnceAsync(BlobStore.Payloads, payload, BinaryData.FromString("raw alert"), "application/xml");
        await blobs.PutOnceAsync(BlobStore.Originals, "520112/2026-2027/2026W50/520112101/observer", BinaryData.FromString("another's"), "application/octet-stream");
        await tables[CampaignFeature.Units].CommitAsync(new Transaction("520111").Upsert("U|520111101", "青岩镇"), CancellationToken.None);
        await tables[CampaignFeature.Campaigns].CommitAsync(new Transaction("form|520111").Upsert("00001", new string('表', 70_000)), CancellationToken.None);
        await tables[PatrolFeature.Table].CommitAsync(new Transaction(Partition).Upsert("W|1", new { payload }), CancellationToken.None);
        await tables[AccessFeature.Table].CommitAsync(new Transaction("channels|520111").Upsert("c|520111101", "a channel"), CancellationToken.None);
        await world.Get<AccessKeys>().CreateAsync("花溪区办公室", Role.CampaignOffice, "520111", null, "test");
        await world.Get<AccessKeys>().CreateAsync("observer", Role.Leader, "5201", null, "test");
        var reports = Enumerable.Range(0, 120).Chunk(90).Select(chunk => chunk.Aggregate(new Transaction(Partition), (all, n) => all.Upsert($"V|2026W50|520111101|{n:D5}", $"version {n}")));
        foreach (var transaction in reports) await tables[ReportFeature.Table].CommitAsync(transaction, CancellationToken.None);

        world.Bus.Down = true;
        await tables[ReportFeature.Table].CommitAsync(
            new Transaction(Partition).Send(OutboxRow.ForTopic(Entities.CampaignEvents, "event|1", Now.AddMinutes(-5), OutboxMessage.Of("520111/event-1", "test/1", "青岩镇"))), CancellationToken.None);
        world.Bus.Down = false;
        await world.Get<CampaignStore>().PutAsync(Huaxi.Campaign, null, Audit(), CancellationToken.None);
        return world;
    }

    /// <summary>Everything of the district that is stored, in words.</summary>
    private static async Task<IReadOnlyList<string>> StateAsync(World world)
    {
        List<string> state = [];
        await foreach (var table in world.Get<TableServiceClient>().QueryAsync(table => table.Name.CompareTo(world.Prefix) >= 0 && table.Name.CompareTo(world.Prefix + "~") < 0))
        {
            await foreach (var row in world.Get<TableServiceClient>().GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                var properties = row.Where(pair => pair.Key is not ("odata.etag" or "Timestamp")).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
                if (row.RowKey.StartsWith("A|", StringComparison.Ordinal) && row.PartitionKey is "keys" or "2026-2027") continue;
                if (!row.Select(pair => pair.Value).OfType<string>().Any(text => text.Contains("observer", StringComparison.Ordinal))) state.Add(table.Name[world.Prefix.Length..] + " " + string.Join(" ", properties));
            }
        }

        await foreach (var container in world.Get<BlobServiceClient>().GetBlobContainersAsync(prefix: world.Prefix))
        {
            var client = world.Get<BlobServiceClient>().GetBlobContainerClient(container.Name);
            await foreach (var blob in client.GetBlobsAsync())
            {
                if (blob.Name.EndsWith("observer", StringComparison.Ordinal)) continue;
                state.Add($"{container.Name[world.Prefix.Length..]} {blob.Name} {blob.Properties.ContentType} {(await client.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content}");
            }
        }

        return [.. state.Order(StringComparer.Ordinal)];
    }
}
