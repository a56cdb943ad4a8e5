using Azure;
using Azure.Data.Tables;

namespace ReliefFunctions.Core.Storage;

/// <summary>A stored document with the version that a later change of it must name.</summary>
/// <param name="RowKey">Its key in the partition.</param>
/// <param name="Value">The document.</param>
/// <param name="ETag">Changes with every write.</param>
public sealed record Row<T>(string RowKey, T Value, ETag ETag);

/// <summary>Versions as commands name them (<c>If-Match</c>, RFC 9110 section 13.1.1).</summary>
public static class NamedVersion
{
    /// <summary>The version of what is not there yet.</summary>
    public const string None = "\"0\"";

    /// <summary>The version of a row, or that of none.</summary>
    public static string Of<T>(Row<T>? row) => row?.ETag.ToString() ?? None;

    /// <summary>Whether a command names another version than the one that stands; one that names none is meant for whatever stands.</summary>
    public static bool IsAnother(string? named, string stands) =>
        !string.IsNullOrWhiteSpace(named) && named.Trim() != "*" && !named.Split(',', StringSplitOptions.TrimEntries).Contains(stands, StringComparer.Ordinal);
}

/// <summary>
/// Between documents and table entities. A string property holds at most 64 KiB (32 Ki characters), so a document is laid over as many as it needs.
/// </summary>
internal static class RowEntity
{
    private const int ChunkLength = 32_000;

    /// <summary>An entity holds at most 1 MiB; what is larger belongs into a blob.</summary>
    private const int LongestDocument = 450_000;

    public static TableEntity From<T>(string partition, string rowKey, T value)
    {
        var json = StoredJson.Write(value);
        if (json.Length > LongestDocument)
        {
            throw new ArgumentException($"The document for row {rowKey} has {json.Length} characters; larger than {LongestDocument} belongs into a blob.",
                nameof(value));
        }

        var entity = new TableEntity(partition, rowKey);
        for (var at = 0; at < json.Length; at += ChunkLength)
        {
            entity[$"Json{at / ChunkLength}"] = json.Substring(at, Math.Min(ChunkLength, json.Length - at));
        }

        return entity;
    }

    public static Row<T> To<T>(TableEntity entity)
    {
        var json = entity.GetString("Json0") ?? throw new InvalidDataException($"Row {entity.PartitionKey}/{entity.RowKey} holds no document.");
        for (var i = 1; entity.GetString($"Json{i}") is { } chunk; i++) json += chunk;
        return new Row<T>(entity.RowKey, StoredJson.Read<T>(json), entity.ETag);
    }
}
