using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>The OpenAPI 3.1 document, made from the route table so that it cannot say what the hosts do not do.</summary>
public static partial class OpenApiDocument
{
    private const string Json = "application/json", ProblemJson = "application/problem+json";

    /// <summary>The document of these routes; the same routes give the same text.</summary>
    public static string Of(IReadOnlyList<ApiRoute> routes)
    {
        var (paths, schemas, responses) = (new JsonObject(), Schemas(routes), new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal));
        foreach (var byPath in routes.GroupBy(route => "/" + Constraint().Replace(route.Template, "$1")).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var route in byPath.OrderBy(route => route.Method, StringComparer.Ordinal))
            {
                operations[route.Method.ToLowerInvariant()] = Operation(route, schemas, responses);
            }

            paths[byPath.Key] = operations;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "ReliefFunctions",
                ["version"] = "v1",
                ["description"] = "“寒冬送温暖”专项救助行动：周报、预警与巡查通知、汇总。错误一律为 application/problem+json；文字默认中文，Accept-Language 偏好英文时为英文（公文、工作簿除外）。"
                    + "GET 的地址都可用 HEAD 询问；地址支持哪些方法，用 OPTIONS 询问。",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["accessKey"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["bearerFormat"] = "rf_{keyId}_{secret}",
                    }
                },
                ["headers"] = Headers(),
                ["responses"] = new JsonObject(responses),
                ["schemas"] = schemas.All,
            },
        };
        return document.ToJsonString(new JsonSerializerOptions(StoredJson.Options) { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    private static SchemaBook Schemas(IReadOnlyList<ApiRoute> routes)
    {
        var schemas = new SchemaBook();
        foreach (var route in routes.Where(route => route.Request is not null)) schemas.Take(route.Request!);
        JsonObject Text() => new() { ["type"] = "string" };
        schemas.Add("Problem", new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type", "title", "status", "detail", "correlationId"),
            ["properties"] = new JsonObject
            {
                ["type"] = Text(),
                ["title"] = Text(),
                ["status"] = new JsonObject { ["type"] = "integer", ["format"] = "int32" },
                ["detail"] = Text(),
                ["correlationId"] = Text(),
                ["errors"] = schemas.Of(typeof(IReadOnlyList<ProblemError>)),
            },
        });
        return schemas;
    }

    private static JsonObject Headers() => new()
    {
        ["Retry-After"] = new JsonObject { ["description"] = "多少秒后再试", ["schema"] = new JsonObject { ["type"] = "integer", ["format"] = "int32" } },
        [Api.CorrelationHeader] = new JsonObject { ["description"] = "这次请求的编号；出现问题时告诉管理员", ["schema"] = new JsonObject { ["type"] = "string" } },
        ["Location"] = new JsonObject { ["description"] = "转到哪里", ["schema"] = new JsonObject { ["type"] = "string" } },
        ["ETag"] = new JsonObject { ["description"] = "答复所示内容的版本；修改时写入 If-Match，再看时写入 If-None-Match", ["schema"] = new JsonObject { ["type"] = "string" } },
    };

    private static JsonObject Operation(ApiRoute route, SchemaBook schemas, SortedDictionary<string, JsonNode?> shared)
    {
        var operation = new JsonObject { ["operationId"] = route.Name };
        if (route.Summary is { } summary) operation["summary"] = summary;
        if (route.Access.Roles.Count > 0)
        {
            operation["security"] = new JsonArray(new JsonObject { ["accessKey"] = new JsonArray() });
            operation["x-roles"] = new JsonArray([.. route.Access.Roles.Select(role => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(role.ToString()))]);
        }
        else
        {
            operation["security"] = new JsonArray();
        }

        if (Parameters(route) is { Count: > 0 } parameters) operation["parameters"] = parameters;
        if (ApiDescription.TakesBody(route)) operation["requestBody"] = Body(route, schemas);
        var responses = new JsonObject();
        foreach (var status in route.Statuses) responses[status.ToString(CultureInfo.InvariantCulture)] = Success(route, status, schemas);
        if (route.Polled)
        {
            responses["304"] = new JsonObject
            {
                ["description"] = "与 If-None-Match 所写的一样，没有变化",
                ["headers"] = new JsonObject { ["ETag"] = new JsonObject { ["$ref"] = "#/components/headers/ETag" } },
            };
        }

        foreach (var problems in ApiDescription.Problems(route).GroupBy(type => type.Status))
        {
            responses[problems.Key.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["$ref"] = "#/components/responses/" + Shared([.. problems],
                shared)
            };
        }

        if (route.GivesRefused.Count > 0)
        {
            var refused = shared[Shared([ProblemType.Invalid], shared)]!.DeepClone();
            foreach (var type in route.GivesRefused) refused["content"]![type] = new JsonObject { ["schema"] = Bytes(type) };
            responses["422"] = refused;
        }

        operation["responses"] = responses;
        return operation;
    }

    private static JsonArray Parameters(ApiRoute route)
    {
        static JsonObject Header(string name, bool required, string description, string example) => new()
        {
            ["name"] = name,
            ["in"] = "header",
            ["required"] = required,
            ["description"] = description,
            ["schema"] = new JsonObject { ["type"] = "string" },
            ["example"] = example,
        };
        List<JsonNode> parameters = [.. ApiDescription.PartsOf(route)
            .Select(part => Parameter(part, "path")), .. route.Query.Select(query => Parameter(query, "query"))];
        if (route.IfMatch != VersionNamed.Never)
        {
            var always = route.IfMatch == VersionNamed.Always;
            parameters.Add(Header("If-Match", always, route.IfMatch switch
            {
                VersionNamed.Always => "读取时答复的 ETag",
                VersionNamed.IfKnown => "读取时答复的 ETag：别人已经改过的，不保存，答复 412；不带则直接覆盖",
                _ => "更改已有的内容时必带：读取时答复的 ETag",
            }, "\"1\""));
        }

        if (route.Polled) parameters.Add(Header("If-None-Match", false, "上次答复的 ETag：没有变化的答复 304，不再传内容", "\"5f2b1c9e0a7d4c3b8e61\""));
        if (route.TakesIdempotencyKey) parameters.Add(Header("Idempotency-Key", false, "同一编号重复提交只办一次", "b7f1c2de-0001"));
        return new JsonArray([.. parameters]);
    }

    private static JsonObject Parameter(ApiParameter parameter, string place)
    {
        var schema = new JsonObject { ["type"] = parameter.Type };
        if (parameter.Values.Count > 0) schema["enum"] = new JsonArray([.. parameter.Values.Select(value => (JsonNode)value)]);
        return new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = place,
            ["required"] = place == "path",
            ["description"] = parameter.Description,
            ["schema"] = schema,
            ["example"] = parameter.Type switch
            {
                "integer" => int.Parse(parameter.Example,
                CultureInfo.InvariantCulture),
                "boolean" => bool.Parse(parameter.Example),
                _ => parameter.Example
            },
        };
    }

    private static JsonObject Body(ApiRoute route, SchemaBook schemas)
    {
        var content = new JsonObject();
        if (route.Request is { } shape)
        {
            var schema = schemas.Of(shape);
            content[Json] = new JsonObject { ["schema"] = schema, ["example"] = SchemaExample.Of(schema, schemas.All) };
        }

        foreach (var type in route.Takes) content[type] = new JsonObject { ["schema"] = Bytes(type) };
        return new JsonObject { ["required"] = !route.BodyIsOptional, ["description"] = $"不超过 {route.MaxBody / 1024} KB", ["content"] = content };
    }

    private static JsonObject Success(ApiRoute route, int status, SchemaBook schemas)
    {
        var headers = new JsonObject { [Api.CorrelationHeader] = new JsonObject { ["$ref"] = "#/components/headers/" + Api.CorrelationHeader } };
        if (route.ShowsVersion || route.Polled) headers["ETag"] = new JsonObject { ["$ref"] = "#/components/headers/ETag" };
        var response = new JsonObject
        {
            ["description"] = status switch
            {
                StatusCodes.Status201Created => "已登记",
                StatusCodes.Status202Accepted => "已受理，正在办理",
                StatusCodes.Status204NoContent => "成功，没有内容",
                StatusCodes.Status302Found => "转到 Location",
                _ => "成功",
            },
            ["headers"] = headers,
        };
        if (status == StatusCodes.Status302Found) headers["Location"] = new JsonObject { ["$ref"] = "#/components/headers/Location" };
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status302Found) return response;
        var content = new JsonObject();
        if (route.Response is { } shape) content[Json] = new JsonObject { ["schema"] = schemas.Of(shape) };
        foreach (var type in route.Gives) content[type] = new JsonObject { ["schema"] = Bytes(type) };
        response["content"] = content;
        return response;
    }

    /// <summary>Text is text; files are bytes, of which JSON schema says nothing but their media type; forms have parts.</summary>
    private static JsonObject Bytes(string type) => type switch
    {
        "multipart/form-data" => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["file"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string", ["contentMediaType"] = "application/octet-stream" },
                },
            },
            ["required"] = new JsonArray("file"),
        },
        Json => new JsonObject { ["type"] = new JsonArray("object", "array"), ["description"] = "所支持来源的原样 JSON" },
        "application/x-www-form-urlencoded" => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
        _ when type.StartsWith("text/", StringComparison.Ordinal) => new JsonObject { ["type"] = "string" },
        _ => new JsonObject { ["type"] = "string", ["contentMediaType"] = type },
    };

    /// <summary>Routes that refuse alike share one description.</summary>
    private static string Shared(IReadOnlyList<ProblemType> problems, SortedDictionary<string, JsonNode?> shared)
    {
        var name = string.Concat(problems.Select(problem => string.Concat(problem.Code.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))));
        if (shared.ContainsKey(name)) return name;
        var types = new JsonArray([.. problems.Select(problem => (JsonNode)problem.Type)]);
        var headers = new JsonObject { [Api.CorrelationHeader] = new JsonObject { ["$ref"] = "#/components/headers/" + Api.CorrelationHeader } };
        if (problems[0].Status is 429 or 503) headers["Retry-After"] = new JsonObject { ["$ref"] = "#/components/headers/Retry-After" };
        shared[name] = new JsonObject
        {
            ["description"] = string.Join("；", problems.Select(problem => problem.Title)),
            ["headers"] = headers,
            ["content"] = new JsonObject
            {
                [ProblemJson] = new JsonObject
                {
                    ["schema"] = new JsonObject
                    {
                        ["allOf"] = new JsonArray(
                            SchemaBook.Reference("Problem"),
                            new JsonObject
                            {
                                ["type"] = "object",
                                ["properties"] = new JsonObject { ["type"] = new JsonObject { ["type"] = "string", ["enum"] = types } },
                            }),
                    },
                    ["example"] = new JsonObject
                    {
                        ["type"] = problems[0].Type,
                        ["title"] = problems[0].Title,
                        ["status"] = problems[0].Status,
                        ["detail"] = problems[0].Title + "。",
                        ["correlationId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
                    },
                },
            },
        };
        return name;
    }

    [GeneratedRegex(@"(\{\w+)[^}]*(?=\})")]
    private static partial Regex Constraint();
}
