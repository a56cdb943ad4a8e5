using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Archive;

/// <summary>
/// A season's rows and files in one file, and back (归档). What is copied goes by where it lies and not by what it means, so that a feature
/// that comes later is in the archive without a line here: every row of the partition <c>district|season</c> in any table, the district's own rows
/// that a season needs, and every blob below <c>{district}/{season}/</c> or named by its hash in one of those rows.
/// </summary>
public sealed partial class SeasonArchive(TableServiceClient tables, IEnumerable<TableName> names, BlobServiceClient blobs, StorageOptions options,
    TimeProvider clock)
{
    private const string ManifestEntry = "manifest.json";

    /// <summary>Reads of a partition until two in a row are alike.</summary>
    private const int MostReads = 20;

    /// <summary>
    /// Writes the archive; the file appears under its name only when it is complete. What changes meanwhile is read again until a whole reading
    /// has seen no change, so that a partition is taken as it stood at one moment.
    /// </summary>
    /// <exception cref="ArchiveException">There is no such season, or it changes without a pause.</exception>
    public async Task<ArchiveManifest> BackupAsync(string district, string season, string file, CancellationToken ct)
    {
        if (await Table(CampaignFeature.Campaigns).GetEntityIfExistsAsync<TableEntity>(season, district, cancellationToken: ct) is { HasValue: false })
        {
            throw new ArchiveException($"没有区划 {district} 在 {season} 年度的专项行动。");
        }

        var part = file + ".part";
        ArchiveManifest manifest;
        await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(part, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
            var rows = await ReadRowsAsync(district, season, ct);
            var files = new List<ArchivedBlob>();
            await foreach (var (container, name) in BlobsOfAsync(district, season, rows, ct))
            {
                files.Add(await CopyOutAsync(zip, container, name, files.Count, ct));
            }

            var text = string.Concat(rows.Select(row => ArchivedRow.Write(row) + "\n"));
            await WriteAsync(zip, "rows.jsonl", text, ct);
            manifest = new ArchiveManifest(ArchiveManifest.CurrentFormat, district, season, clock.GetUtcNow(), rows.Count, Keys.Hash(text), files);
            await WriteAsync(zip, ManifestEntry, StoredJson.Write(manifest), ct);
        }

        File.Move(part, file, overwrite: true);
        return manifest;
    }

    /// <summary>
    /// Brings an archive back. The whole file is checked before anything is written; files come first and the campaign's own row last, so that
    /// no clock walks half a season. A call that died is made again and ends the same.
    /// </summary>
    /// <param name="file">The archive.</param>
    /// <param name="replace">Whether a season that is there already may be replaced by the archive's state.</param>
    /// <param name="ct">Stops between two writes.</param>
    /// <exception cref="ArchiveException">The file is damaged, or the season is there and may not be replaced.</exception>
    public async Task<ArchiveManifest> RestoreAsync(string file, bool replace, CancellationToken ct)
    {
        using var zip = Open(file);
        var (manifest, rows) = await CheckAsync(zip, ct);
        var there = await ReadRowsAsync(manifest.District, manifest.Season, ct);
        var campaignIsThere = there.Any(row => IsCampaign(row, manifest));
        if (campaignIsThere && !replace && !Same(rows, there))
        {
            throw new ArchiveException($"{manifest.District} 的 {manifest.Season} 年度已在库中，且与归档不同。确要以归档为准，请加 --replace；库中现有内容请先另行备份。");
        }

        foreach (var blob in manifest.Blobs) await CopyInAsync(zip, blob, ct);

        // What stands there and not in the archive goes first: an outbox row among it would send what the archive never decided.
        var kept = rows.Select(Place).ToHashSet();
        await WriteRowsAsync(there.Where(row => IsOwn(row, manifest) && !kept.Contains(Place(row))), TableTransactionActionType.Delete, ct);
        await WriteRowsAsync(rows.Where(row => IsOwn(row, manifest) && !IsCampaign(row, manifest)), TableTransactionActionType.UpsertReplace, ct);
        await AddSharedAsync(rows.Where(row => !IsOwn(row, manifest)), ct);
        await WriteRowsAsync(rows.Where(row => IsCampaign(row, manifest)), TableTransactionActionType.UpsertReplace, ct);
        return manifest;
    }

    /// <summary>
    /// Deletes a season that is archived and past <see cref="SeasonRetention"/>: only what the file holds as it stands now.
    /// The campaign's row goes first, so that no clock walks what is going.
    /// </summary>
    /// <exception cref="ArchiveException">The file does not hold the season as it stands, or it is too early.</exception>
    public async Task<ArchiveManifest> RemoveAsync(string file, DateOnly lastDay, CancellationToken ct)
    {
        using var zip = Open(file);
        var (manifest, rows) = await CheckAsync(zip, ct);
        if (SeasonRetention.RemovableFrom(lastDay) is var day && DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) < day)
        {
            throw new ArchiveException($"{manifest.Season} 年度的记录须保存到 {day:yyyy-MM-dd}（行动结束后 {SeasonRetention.Days} 天），现在不能删除。");
        }

        var there = await ReadRowsAsync(manifest.District, manifest.Season, ct);
        if (there.Any(row => IsCampaign(row, manifest)) && !Same(rows, there)) throw new ArchiveException("库中内容与归档文件不一致，请重新备份后再删除。");
        await WriteRowsAsync(there.Where(row => IsCampaign(row, manifest)), TableTransactionActionType.Delete, ct);
        await WriteRowsAsync(there.Where(row => row.Row.PartitionKey == manifest.Partition), TableTransactionActionType.Delete, ct);
        foreach (var blob in manifest.Blobs.Where(blob => blob.Name.StartsWith($"{manifest.District}/{manifest.Season}/", StringComparison.Ordinal)))
        {
            await Container(blob.Container).DeleteBlobIfExistsAsync(blob.Name, cancellationToken: ct);
        }

        return manifest;
    }

    private async Task<List<StoredRow>> ReadRowsAsync(string district, string season, CancellationToken ct)
    {
        List<StoredRow> rows = [];
        foreach (var name in names)
        {
            foreach (var filter in Filters(name, Keys.Part(district), Keys.Part(season))) rows.AddRange(await ReadStillAsync(name, filter, ct));
        }

        return [.. rows.Where(row => row.Table != AccessFeature.Table || BelongsTo(row.Row, district)).DistinctBy(Place)];
    }

    /// <summary>Where a season's rows lie. Keys and alerts lie in partitions that all districts share.</summary>
    private static IEnumerable<string> Filters(TableName table, string district, string season)
    {
        var own = $"{district}|{season}";
        yield return TableClient.CreateQueryFilter($"PartitionKey eq {own}");
        if (table == CampaignFeature.Campaigns)
        {
            yield return TableClient.CreateQueryFilter($"PartitionKey eq {season} and RowKey eq {district}");
            foreach (var kind in (string[])["form", "policy"])
            {
                var configuration = $"{kind}|{district}";
                yield return TableClient.CreateQueryFilter($"PartitionKey eq {configuration}");
            }
        }

        if (table == CampaignFeature.Units) yield return TableClient.CreateQueryFilter($"PartitionKey eq {district}");
        if (table != AccessFeature.Table) yield break;
        var channels = $"channels|{district}";
        yield return TableClient.CreateQueryFilter($"PartitionKey eq {channels}");
        yield return TableClient.CreateQueryFilter($"PartitionKey eq {"keys"} and RowKey ge {"K|"} and RowKey lt {"K}"}");
    }

    /// <summary>Of the keys that all districts share, those of this one.</summary>
    private static bool BelongsTo(TableEntity row, string district) =>
        row.PartitionKey != "keys" || row.GetString("Json0")?.Contains($"\"scope\":\"{district}\"", StringComparison.Ordinal) == true;

    private async Task<IReadOnlyList<StoredRow>> ReadStillAsync(TableName name, string filter, CancellationToken ct)
    {
        List<StoredRow>? before = null;
        for (var read = 0; read < MostReads; read++)
        {
            List<StoredRow> now = [];
            await foreach (var row in Table(name).QueryAsync<TableEntity>(filter, cancellationToken: ct)) now.Add(new StoredRow(name, row));
            if (before is not null && before.Select(Version).SequenceEqual(now.Select(Version))) return now;
            before = now;
        }

        throw new ArchiveException($"{name} 一直在变化，请在没有上报和预警的时候再备份。");

        static (string, ETag) Version(StoredRow row) => (row.Row.RowKey, row.Row.ETag);
    }

    private async IAsyncEnumerable<(string Container, string Name)> BlobsOfAsync(
        string district, string season, IReadOnlyList<StoredRow> rows, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var container in blobs.GetBlobContainersAsync(prefix: options.Prefix.ToLowerInvariant(), cancellationToken: ct))
        {
            var name = container.Name[options.Prefix.Length..];

            // Photos of incidents go when their rule says, and into no file that outlives it.
            if (name == BlobStore.Photos) continue;
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name)
                .GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{district}/{season}/", ct))
            {
                yield return (name, blob.Name);
            }
        }

        // Raw alerts lie by their hash alone, because one alert is for many districts.
        foreach (var hash in rows.SelectMany(row => row.Texts).SelectMany(text => Sha256().Matches(text)).Select(match => match.Value).Distinct())
        {
            if (await Container(BlobStore.Payloads).GetBlobClient(hash).ExistsAsync(ct)) yield return (BlobStore.Payloads, hash);
        }
    }

    private async Task<ArchivedBlob> CopyOutAsync(ZipArchive zip, string container, string name, int number, CancellationToken ct)
    {
        var content = (await Container(container).GetBlobClient(name).DownloadContentAsync(ct)).Value;
        var entry = $"blobs/{number.ToString("D6", CultureInfo.InvariantCulture)}";
        await using var stream = await zip.CreateEntry(entry, CompressionLevel.Fastest).OpenAsync(ct);
        await stream.WriteAsync(content.Content.ToMemory(), ct);
        return new ArchivedBlob(container, name, entry, content.Details.ContentType, Keys.Hash(content.Content.ToMemory().Span));
    }

    private async Task CopyInAsync(ZipArchive zip, ArchivedBlob blob, CancellationToken ct)
    {
        try
        {
            await Container(blob.Container).GetBlobClient(blob.Name)
                .UploadAsync(BinaryData.FromBytes(await BytesAsync(zip, blob.Entry, ct)), new BlobUploadOptions
                {
                    Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                    HttpHeaders = new BlobHttpHeaders { ContentType = blob.ContentType },
                }, ct);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Names hold the hash of what they name: what is there is the same.
        }
    }

    private async Task<(ArchiveManifest Manifest, List<StoredRow> Rows)> CheckAsync(ZipArchive zip, CancellationToken ct)
    {
        try
        {
            var manifest = StoredJson.Read<ArchiveManifest>(await TextAsync(zip, ManifestEntry, ct));
            if (manifest.Format != ArchiveManifest.CurrentFormat)
            {
                throw new ArchiveException($"归档的格式是“{manifest.Format}”，本版本只认“{ArchiveManifest.CurrentFormat}”。");
            }

            var text = await TextAsync(zip, "rows.jsonl", ct);
            if (Keys.Hash(text) != manifest.RowsSha256) throw new ArchiveException("归档文件已损坏：记录与清单不符。");
            foreach (var blob in manifest.Blobs)
            {
                if (Keys.Hash(await BytesAsync(zip, blob.Entry, ct)) != blob.Sha256) throw new ArchiveException($"归档文件已损坏：{blob.Container}/{blob.Name} 与清单不符。");
            }

            return (manifest, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ArchivedRow.Read(line, names))]);
        }
        catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException or KeyNotFoundException or ArgumentException
            or InvalidOperationException)
        {
            throw new ArchiveException("归档文件已损坏或不是本产品的归档。", e);
        }
    }

    /// <summary>Writes rows partition by partition, as many at once as a transaction holds.</summary>
    private async Task WriteRowsAsync(IEnumerable<StoredRow> rows, TableTransactionActionType action, CancellationToken ct)
    {
        foreach (var group in rows.GroupBy(row => (row.Table, row.Row.PartitionKey)))
        {
            foreach (var chunk in Chunks(group))
            {
                await Table(group.Key.Table).SubmitTransactionAsync(chunk.Select(row => new TableTransactionAction(action, row.Row, ETag.All)), ct);
            }
        }
    }

    /// <summary>At most 100 rows and well below 4 MiB, whichever comes first (limits of an entity-group transaction).</summary>
    private static IEnumerable<List<StoredRow>> Chunks(IEnumerable<StoredRow> rows)
    {
        var (chunk, size) = (new List<StoredRow>(), 0);
        foreach (var row in rows)
        {
            var length = row.Texts.Sum(text => text.Length) * 3;
            if (chunk.Count == Transaction.MaxRows || (chunk.Count > 0 && size + length > 3_000_000))
            {
                yield return chunk;
                (chunk, size) = ([], 0);
            }

            chunk.Add(row);
            size += length;
        }

        if (chunk.Count > 0) yield return chunk;
    }

    private async Task AddSharedAsync(IEnumerable<StoredRow> rows, CancellationToken ct)
    {
        foreach (var row in rows)
        {
            try
            {
                await Table(row.Table).AddEntityAsync(row.Row, ct);
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                // A key that was revoked since stays revoked.
            }
        }
    }

    private static bool Same(IEnumerable<StoredRow> archived, IEnumerable<StoredRow> stored) =>
        archived.Select(ArchivedRow.Write).ToHashSet().SetEquals(stored.Select(ArchivedRow.Write));

    private static (TableName, string, string) Place(StoredRow row) => (row.Table, row.Row.PartitionKey, row.Row.RowKey);

    private static bool IsCampaign(StoredRow row, ArchiveManifest manifest) =>
        row.Table == CampaignFeature.Campaigns && row.Row.PartitionKey == manifest.Season && row.Row.RowKey == manifest.District;

    /// <summary>Whether the row is the district's alone; keys lie among those of others.</summary>
    private static bool IsOwn(StoredRow row, ArchiveManifest manifest) => row.Table != AccessFeature.Table || row.Row.PartitionKey != "keys";

    private static ZipArchive Open(string file)
    {
        try
        {
            return ZipFile.OpenRead(file);
        }
        catch (InvalidDataException e)
        {
            throw new ArchiveException($"“{file}”不是完整的归档文件。", e);
        }
    }

    private static async Task WriteAsync(ZipArchive zip, string name, string text, CancellationToken ct)
    {
        await using var writer = new StreamWriter(await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(ct));
        await writer.WriteAsync(text.AsMemory(), ct);
    }

    private static async Task<string> TextAsync(ZipArchive zip, string name, CancellationToken ct) =>
        System.Text.Encoding.UTF8.GetString(await BytesAsync(zip, name, ct));

    private static async Task<byte[]> BytesAsync(ZipArchive zip, string name, CancellationToken ct)
    {
        await using var stream = await (zip.GetEntry(name) ?? throw new InvalidDataException(name)).OpenAsync(ct);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }

    private TableClient Table(TableName name) => tables.GetTableClient(options.Prefix + name);

    private BlobContainerClient Container(string name) => blobs.GetBlobContainerClient(options.Prefix.ToLowerInvariant() + name);

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();
}
