using System.Text.Json.Nodes;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// Examples of bodies, made from their schemas: what a member's name tells (a district, a person, a reason) is filled in as people would, the rest by its type.
/// </summary>
internal static class SchemaExample
{
    private static readonly Dictionary<string, string> ByName = new (string Name, string Value)[]
    {
        ("district", "520111"), ("districtName", "花溪区"), ("season", "2026-2027"), ("scope", "520111"),
        ("unit", "520111101"), ("unitName", "青岩镇"), ("name", "青岩镇信息员"), ("code", "520111101"),
        ("reason", "持续低温雨雪冰冻"), ("comment", "B02 与附件台账不符，请核对"), ("note", "带班领导：周亮"), ("decidedBy", "周亮"),
        ("approvedBy", "周亮"), ("filledBy", "李强"), ("reviewedBy", "赵敏"), ("office", "花溪区专项行动领导小组办公室"),
        ("dutyPhone", "0851-00000000"), ("timeZone", "Asia/Shanghai"), ("for", "王副区长"),
        ("payload", "花溪区气象台发布寒潮蓝色预警信号"), ("id", "wecom"), ("owner", "区民政局"),
        ("url", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"), ("work", "开展街面巡查，发放防寒物资。"),
        ("phone", "0851-00000000"),
    }.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>An example of a schema; <paramref name="name"/> is the member it stands for.</summary>
    public static JsonNode? Of(JsonObject schema, JsonObject schemas, string name = "", int depth = 0)
    {
        if (schema["$ref"] is { } reference) return Of(schemas[((string)reference!).Split('/')[^1]]!.AsObject(), schemas, name, depth);
        if (schema["examples"] is JsonArray { Count: > 0 } given) return given[0]!.DeepClone();
        if (schema["const"] is { } constant) return constant.DeepClone();
        if (schema["enum"] is JsonArray { Count: > 0 } values) return values[0]!.DeepClone();
        if ((schema["oneOf"] ?? schema["allOf"] ?? schema["anyOf"]) is JsonArray { Count: > 0 } forms) return Of(forms[0]!.AsObject(), schemas, name, depth);
        return (schema["type"] is JsonArray types ? (string)types[0]! : (string?)schema["type"]) switch
        {
            "object" => Members(schema, schemas, depth),
            "array" => depth > 4 ? new JsonArray() : new JsonArray(Of(schema["items"]!.AsObject(), schemas, name.TrimEnd('s'), depth + 1)),
            "integer" or "number" => 1,
            "boolean" => false,
            _ => (string?)schema["format"] switch
            {
                "date" => "2026-12-20",
                "time" => "17:00:00",
                "date-time" => "2026-12-20T10:00:00+08:00",
                _ => ByName.GetValueOrDefault(name, "示例"),
            },
        };
    }

    /// <summary>The members that a body must have, and in a shape without any, those it may.</summary>
    private static JsonObject Members(JsonObject schema, JsonObject schemas, int depth)
    {
        var required = schema["required"]?.AsArray().Select(each => (string)each!).ToHashSet() ?? [];
        var example = new JsonObject();
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            var wanted = required.Contains(name) || (required.Count == 0 && depth == 0);
            if (wanted && member is JsonObject { } shape && !shape.ContainsKey("readOnly")) example[name] = Of(shape, schemas, name, depth + 1);
        }

        return example;
    }
}
