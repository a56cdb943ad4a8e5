using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>The OpenAPI 3.1 document, made from the route table so that it cannot say what the hosts do not do.</summary>
public static partial class OpenApiDocument
{
    /// <summary>The document of these routes; the same routes give the same text.</summary>
    public static string Of(IReadOnlyList<ApiRoute> routes)
    {
        var (paths, schemas) = (new JsonObject(), new JsonObject());
        foreach (var byPath in routes.GroupBy(route => "/" + Constraint().Replace(route.Template, "$1")).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var route in byPath.OrderBy(route => route.Method, StringComparer.Ordinal)) operations[route.Method.ToLowerInvariant()] = Operation(route, schemas);
            paths[byPath.Key] = operations;
        }

        schemas["Problem"] = JsonNode.Parse("""{"type":"object","required":["type","title","status","detail","correlationId"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"correlationId":{"type":"string"},"errors":{"type":"array","items":{"type":"object"}}}}""");
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "ReliefFunctions", ["version"] = "v1", ["description"] = "“寒冬送温暖”专项救助行动：周报、预警与巡查通知、汇总。错误一律为 application/problem+json。" },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["accessKey"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "rf_{keyId}_{secret}" } },
                ["schemas"] = new JsonObject(schemas.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
            },
        };
        return document.ToJsonString(new JsonSerializerOptions(StoredJson.Options) { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    private static JsonObject Operation(ApiRoute route, JsonObject schemas)
    {
        var operation = new JsonObject { ["operationId"] = route.Name };
        if (route.Summary is { } summary) operation["summary"] = summary;
        if (route.Access.Roles.Count > 0)
        {
            operation["security"] = new JsonArray(new JsonObject { ["accessKey"] = new JsonArray() });
            operation["x-roles"] = new JsonArray([.. route.Access.Roles.Select(role => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(role.ToString()))]);
        }

        var parameters = Parameter().Matches(route.Template).Select(match => (JsonNode)new JsonObject { ["name"] = match.Groups[1].Value, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } }).ToArray();
        if (parameters.Length > 0) operation["parameters"] = new JsonArray(parameters);
        if (route.Request is not null) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(route.Request, schemas) };
        var success = new JsonObject { ["description"] = "成功" };
        if (route.Response is not null) success["content"] = Content(route.Response, schemas);
        operation["responses"] = new JsonObject
        {
            ["2XX"] = success,
            ["default"] = new JsonObject { ["description"] = "错误", ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Reference("Problem") } } },
        };
        return operation;
    }

    private static JsonObject Content(Type type, JsonObject schemas)
    {
        var name = NameOf(type);
        if (!schemas.ContainsKey(name)) schemas[name] = StoredJson.Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        return new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(name) } };
    }

    private static string NameOf(Type type) => type.IsGenericType
        ? string.Create(CultureInfo.InvariantCulture, $"{string.Concat(type.GetGenericArguments().Select(NameOf))}List")
        : type.Name;

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(\{\w+)[^}]*(?=\})")]
    private static partial Regex Constraint();
}
