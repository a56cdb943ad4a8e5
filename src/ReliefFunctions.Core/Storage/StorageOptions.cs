namespace ReliefFunctions.Core.Storage;

/// <summary>Where the tables and blobs are: a connection string, or an account name reached by managed identity.</summary>
public sealed record StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>Connection string of the storage account; null to use <see cref="TableEndpoint"/> and <see cref="BlobEndpoint"/> by identity.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Table endpoint, used with the app's managed identity.</summary>
    public Uri? TableEndpoint { get; init; }

    /// <summary>Blob endpoint, used with the app's managed identity.</summary>
    public Uri? BlobEndpoint { get; init; }

    /// <summary>Put before every table and container name, so that deployments can share an account; letters and digits, a letter first, at most 20.</summary>
    public string Prefix { get; init; } = "";
}
