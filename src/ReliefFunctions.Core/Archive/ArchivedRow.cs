using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Archive;

/// <summary>A row and whose table it is in.</summary>
internal sealed record StoredRow(TableName Table, TableEntity Row)
{
    /// <summary>Its properties that are text, keys among them.</summary>
    public IEnumerable<string> Texts => Row.Select(pair => pair.Value).OfType<string>();
}

/// <summary>A row as one line of JSON: table, keys and properties with their types; ETag and timestamp are the storage's own and are left out.</summary>
internal static class ArchivedRow
{
    public static string Write(StoredRow row)
    {
        var properties = new JsonObject();
        foreach (var (name, value) in row.Row.Where(pair => !IsSystem(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            properties[name] = Write(name, value);
        }

        return new JsonObject
        {
            ["table"] = row.Table.ToString(),
            ["partition"] = row.Row.PartitionKey,
            ["row"] = row.Row.RowKey,
            ["properties"] = properties,
        }.ToJsonString(StoredJson.Options);
    }

    public static StoredRow Read(string line, IEnumerable<TableName> tables)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        var row = new TableEntity((string)json["partition"]!, (string)json["row"]!);
        foreach (var (name, value) in json["properties"]!.AsObject()) row[name] = Read(value!);
        return new StoredRow(tables.First(table => table.Name == (string)json["table"]!), row);
    }

    private static JsonNode Write(string name, object value) => value switch
    {
        string text => text,
        bool flag => flag,
        int number => new JsonObject { ["int"] = number },
        long number => new JsonObject { ["long"] = number },
        double number => new JsonObject { ["double"] = number },
        DateTimeOffset at => new JsonObject { ["at"] = at.UtcDateTime.ToString("O") },
        _ => throw new ArchiveException($"属性 {name} 的类型 {value.GetType().Name} 无法归档，请联系开发。"),
    };

    private static object Read(JsonNode value) => value switch
    {
        JsonObject typed when typed["int"] is { } number => (int)number,
        JsonObject typed when typed["long"] is { } number => (long)number,
        JsonObject typed when typed["double"] is { } number => (double)number,
        JsonObject typed when typed["at"] is { } at => (DateTimeOffset)at,
        _ when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => (bool)value,
        _ => (string)value!,
    };

    private static bool IsSystem(string property) =>
        property is "odata.etag" or nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey) or nameof(TableEntity.Timestamp);
}
