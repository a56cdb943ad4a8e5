using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// JSON schemas (2020-12, as OpenAPI 3.1 has them) of the shapes that routes take and give, each under one name. They are read from what the serializer
/// knows of a type, so that they cannot say what it does not do.
/// </summary>
internal sealed class SchemaBook
{
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _named = [];
    private readonly HashSet<Type> _taken = [];

    /// <summary>Every named schema, in order.</summary>
    public JsonObject All => new(_schemas.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value.DeepClone())));

    /// <summary>Notes the shape of a body. What is only answered promises more: there, every member that is never null is always there.</summary>
    public void Take(Type type)
    {
        var info = Info(Nullable.GetUnderlyingType(type) ?? type);
        if (info.ElementType is { } element) Take(element);
        if (info.Kind != JsonTypeInfoKind.Object || !_taken.Add(info.Type)) return;
        foreach (var property in info.Properties.Where(IsSaid)) Take(property.PropertyType);
        foreach (var form in info.PolymorphismOptions?.DerivedTypes ?? []) Take(form.DerivedType);
    }

    /// <summary>The schema of a type: a reference to a named one for what has members or names of its own.</summary>
    public JsonObject Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return OrNull(Of(underlying));
        var info = Info(type);
        if (type == typeof(byte[])) return Value(type);
        if (type.GetCustomAttributes(typeof(JsonShapeAttribute), false) is [JsonShapeAttribute shape])
        {
            return Named(type, () => JsonNode.Parse(shape.Schema)!.AsObject());
        }

        if (type.IsEnum)
        {
            return Named(type,
                () => new JsonObject { ["type"] = "string", ["enum"] = Strings(Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)) });
        }

        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = Of(info.ElementType!) },
            JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(info.ElementType!) },
            JsonTypeInfoKind.Object => Named(type, () => info.PolymorphismOptions is { } forms ? Forms(forms) : Members(info)),
            _ => Value(type),
        };
    }

    /// <summary>A reference to a named schema.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    /// <summary>Adds a schema that no type stands for.</summary>
    public void Add(string name, JsonObject schema) => _schemas[name] = schema;

    /// <summary>The same schema, where null may stand too.</summary>
    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is not JsonValue type) return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(type.DeepClone(), "null");
        return schema;
    }

    private JsonObject Named(Type type, Func<JsonObject> make)
    {
        if (_named.TryAdd(type.Name, type)) _schemas[type.Name] = make();
        else if (_named[type.Name] != type) throw new InvalidOperationException($"{type} and {_named[type.Name]} have one name in the API document.");
        return Reference(type.Name);
    }

    private JsonObject Forms(JsonPolymorphismOptions forms)
    {
        var (discriminator, mapping) = (forms.TypeDiscriminatorPropertyName, new JsonObject());
        var each = forms.DerivedTypes.Select(form => (JsonNode)Named(form.DerivedType, () =>
        {
            var schema = Members(Info(form.DerivedType));
            schema["properties"]!.AsObject().Insert(0, discriminator, new JsonObject { ["const"] = form.TypeDiscriminator!.ToString() });
            schema["required"] = Strings([discriminator, .. schema["required"]?.AsArray().Select(name => (string)name!) ?? []]);
            return schema;
        })).ToArray();
        foreach (var form in forms.DerivedTypes) mapping[form.TypeDiscriminator!.ToString()!] = "#/components/schemas/" + form.DerivedType.Name;
        return new JsonObject
        {
            ["oneOf"] = new JsonArray(each),
            ["discriminator"] = new JsonObject { ["propertyName"] = discriminator, ["mapping"] = mapping },
        };
    }

    private JsonObject Members(JsonTypeInfo info)
    {
        var (properties, required) = (new JsonObject(), new List<string>());
        foreach (var property in info.Properties.Where(IsSaid))
        {
            var schema = Of(property.PropertyType);
            var (computed, optional) = (property.Set is null && property.AssociatedParameter is null, property.IsGetNullable);
            if (optional && Nullable.GetUnderlyingType(property.PropertyType) is null) schema = OrNull(schema);
            if (computed)
            {
                schema = schema.ContainsKey("$ref")
                    ? new JsonObject { ["allOf"] = new JsonArray(schema), ["readOnly"] = true }
                    : With(schema, "readOnly", true);
            }

            properties[property.Name] = schema;
            if (_taken.Contains(info.Type) ? JsonBody.Needed(property) : !optional) required.Add(property.Name);
        }

        var members = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) members["required"] = Strings(required);
        return members;
    }

    /// <summary>Members that the serializer ignores have neither way.</summary>
    private static bool IsSaid(JsonPropertyInfo property) => property.Get is not null || property.Set is not null;

    private static JsonObject Value(Type type) => type switch
    {
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        _ when type == typeof(long) => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        _ when type == typeof(double) || type == typeof(decimal) => new JsonObject { ["type"] = "number" },
        _ when type == typeof(DateOnly) => new JsonObject { ["type"] = "string", ["format"] = "date" },
        _ when type == typeof(TimeOnly) => new JsonObject { ["type"] = "string", ["format"] = "time" },
        _ when type == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d+)?$" },
        _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ when type == typeof(Uri) => new JsonObject { ["type"] = "string", ["format"] = "uri" },
        _ when type == typeof(JsonElement) => new JsonObject
        {
            ["type"] = new JsonArray("object", "array", "string", "number", "boolean", "null"),
            ["description"] = "任意 JSON",
        },
        _ when type == typeof(byte[]) => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        _ => throw new InvalidOperationException($"{type} has a converter of its own: say its shape with {nameof(JsonShapeAttribute)}."),
    };

    private static JsonObject With(JsonObject schema, string name, JsonNode value)
    {
        schema[name] = value;
        return schema;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    private static JsonTypeInfo Info(Type type) => StoredJson.Options.GetTypeInfo(type);
}

/// <summary>The JSON schema of a type that has a converter of its own.</summary>
/// <param name="schema">JSON.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class JsonShapeAttribute(string schema) : Attribute
{
    /// <summary>JSON.</summary>
    public string Schema => schema;
}
