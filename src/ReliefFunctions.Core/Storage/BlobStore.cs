using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ReliefFunctions.Core.Storage;

/// <summary>The private containers. Nothing in them is ever overwritten: names hold the hash of what they name.</summary>
public sealed class BlobStore(BlobServiceClient service, StorageOptions options)
{
    /// <summary>Uploaded originals: <c>{district}/{season}/{week}/{unit}/{sha256}</c>.</summary>
    public const string Originals = "originals";

    /// <summary>Raw alerts: <c>{sha256}</c>.</summary>
    public const string Payloads = "payloads";

    /// <summary>Compiled summaries: <c>{scope}/{season}/{week}/{inputHash}.xlsx|.json</c>.</summary>
    public const string Summaries = "summaries";

    /// <summary>Photos of incidents, kept apart because few may see them and a rule deletes them: <c>{district}/{season}/{incident}/{sha256}</c>.</summary>
    public const string Photos = "photos";

    /// <summary>Stores bytes once; false when the name is taken, and then what is stored stays.</summary>
    public async Task<bool> PutOnceAsync(string container, string name, BinaryData content, string contentType, CancellationToken ct = default)
    {
        try
        {
            await Client(container, name).UploadAsync(content, new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            }, ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Opens a blob to read, or null when there is none.</summary>
    public async Task<Stream?> OpenAsync(string container, string name, CancellationToken ct = default)
    {
        try
        {
            return await Client(container, name).OpenReadAsync(cancellationToken: ct);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Deletes a blob; one that is gone already is fine.</summary>
    public Task DeleteAsync(string container, string name, CancellationToken ct = default) =>
        Client(container, name).DeleteIfExistsAsync(cancellationToken: ct);

    /// <summary>The containers.</summary>
    public static IReadOnlyList<string> Containers { get; } = [Originals, Payloads, Photos, Summaries];

    /// <summary>How many blobs a container holds and their bytes, counted up to about <paramref name="most"/>; and whether there are more.</summary>
    public async Task<(int Count, long Bytes, bool More)> MeasureAsync(string container, int most, CancellationToken ct = default)
    {
        var (count, bytes) = (0, 0L);
        await foreach (var page in Container(container).GetBlobsAsync(cancellationToken: ct).AsPages(pageSizeHint: most))
        {
            count += page.Values.Count;
            bytes += page.Values.Sum(blob => blob.Properties.ContentLength ?? 0);
            if (count >= most) return (count, bytes, !string.IsNullOrEmpty(page.ContinuationToken));
        }

        return (count, bytes, false);
    }

    /// <summary>Creates the containers that are missing. Asked for first: an identity with a role on each container alone may not create any.</summary>
    public Task CreateAsync(CancellationToken ct = default) => Task.WhenAll(Containers.Select(async name =>
    {
        if (!await Container(name).ExistsAsync(ct)) await Container(name).CreateIfNotExistsAsync(cancellationToken: ct);
    }));

    private BlobContainerClient Container(string name) => service.GetBlobContainerClient(options.Prefix.ToLowerInvariant() + name);

    private BlobClient Client(string container, string name) => Container(container).GetBlobClient(name);
}
