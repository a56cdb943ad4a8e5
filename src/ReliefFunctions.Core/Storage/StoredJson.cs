using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace ReliefFunctions.Core.Storage;

/// <summary>The one JSON dialect: camelCase, enums by name, Chinese unescaped, unknown members of requests refused by their own options.</summary>
public static class StoredJson
{
    /// <summary>For what is stored and sent.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>For what people and other systems send: an unknown member is an error, so that a typing error is not silently dropped.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Make()) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Serializes a document.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads a document; throws <see cref="JsonException"/> when it is none.</summary>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("The document is null.");

    private static JsonSerializerOptions Make() => new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        ReadCommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 32,
    };
}
