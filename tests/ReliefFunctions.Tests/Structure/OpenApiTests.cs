using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Structure;

public class OpenApiTests
{
    [Fact]
    public void The_committed_API_document_is_that_of_the_route_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "openapi.json");
        var document = OpenApiDocument.Of(AllFeatures.Routes);
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") is "1") File.WriteAllText(file, document);
        Assert.True(File.ReadAllText(file) == document, "docs/openapi.json is not that of the routes: run the tests once with UPDATE_OPENAPI=1 and commit the file.");
    }

    [Fact]
    public void Every_route_has_a_name_and_an_address_of_its_own_and_says_what_it_is_for()
    {
        Assert.Equal(AllFeatures.Routes.Count, AllFeatures.Routes.Select(route => route.Name).Distinct().Count());
        Assert.Equal(AllFeatures.Routes.Count, AllFeatures.Routes.Select(route => $"{route.Method} {System.Text.RegularExpressions.Regex.Replace(route.Template, @"\{\w+", "{")}").Distinct().Count());
        Assert.All(AllFeatures.Routes, route => Assert.False(string.IsNullOrEmpty(route.Summary), route.Name));
    }

    /// <summary>What an address means must not hang on the order of the table.</summary>
    [Fact]
    public void No_address_fits_two_routes()
    {
        var routes = AllFeatures.Routes.Select(route => (Route: route, Parts: route.Template.Split('/'))).ToList();
        Assert.Empty(
            from one in routes
            from other in routes
            where string.CompareOrdinal(one.Route.Name, other.Route.Name) < 0 && one.Route.Method == other.Route.Method && one.Parts.Length == other.Parts.Length
                && one.Parts.Zip(other.Parts).All(pair => pair.First[0] == '{' || pair.Second[0] == '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase))
            select $"{one.Route.Method} {one.Route.Template} ~ {other.Route.Template}");
    }

    [Fact]
    public void A_validator_of_the_standard_finds_nothing_wrong_with_the_document()
    {
        var read = Microsoft.OpenApi.OpenApiDocument.Parse(Text, "json");
        Assert.NotNull(read.Document);
        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var root = JsonNode.Parse(Text)!;
        Assert.DoesNotContain(Nodes(root).Select(node => (node as JsonObject)?["$ref"]).OfType<JsonValue>().Select(reference => (string)reference!),
            reference => reference.Split('/').Skip(1).Aggregate((JsonNode?)root, (node, part) => node?[part]) is null);
    }

    [Fact]
    public void No_schema_says_nothing()
    {
        var schemas = Nodes(JsonNode.Parse(Text)!).OfType<JsonObject>().SelectMany(node => Schemas(node)).ToList();
        Assert.True(schemas.Count > 500);
        Assert.All(schemas, schema => Assert.True(schema is JsonObject { Count: > 0 } said && said.Any(member => member.Key is "$ref" or "type" or "anyOf" or "oneOf" or "allOf" or "const" or "enum"),
            $"{schema?.GetPath()}: {schema?.ToJsonString()}"));
    }

    [Fact]
    public void Every_operation_tells_its_parameters_bodies_answers_and_refusals_with_examples()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var named = $"{method} {path}";
            var responses = operation["responses"]!.AsObject();
            Assert.True(responses.ContainsKey("500") && responses.ContainsKey("503"), named);
            Assert.Contains(responses, response => response.Key[0] is '2' or '3');
            Assert.All(responses.Where(response => response.Key[0] == '2' && response.Key != "204"), response => Assert.True(response.Value!["content"]!.AsObject().Count > 0, named));
            Assert.All(Regex.Matches(path, @"\{(\w+)\}").Select(match => match.Groups[1].Value), part =>
                Assert.Contains(operation["parameters"]!.AsArray(), parameter => (string)parameter!["name"]! == part && (string)parameter["in"]! == "path"));
            Assert.All(operation["parameters"]?.AsArray() ?? [], parameter => Assert.True(parameter!["description"] is not null && parameter["example"] is not null, named));
            if (operation["requestBody"]?["content"]?["application/json"] is JsonObject body && body["schema"]!["contentMediaType"] is null && body["schema"]!["$ref"] is not null) Assert.NotNull(body["example"]);
        }
    }

    [Fact]
    public void Every_example_of_a_body_is_one_that_is_read()
    {
        var read = typeof(JsonBody).GetMethod(nameof(JsonBody.Read))!;
        foreach (var route in AllFeatures.Routes.Where(route => route.Request is not null))
        {
            var example = Operations().Single(operation => (string)operation.Operation["operationId"]! == route.Name).Operation["requestBody"]!["content"]!["application/json"]!["example"]!;
            var fault = Record.Exception(() => read.MakeGenericMethod(route.Request!).Invoke(null, [new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(example.ToJsonString())), null]));
            Assert.True(fault is null, $"{route.Name}: {(fault?.InnerException as ProblemException)?.Errors.Aggregate("", (all, error) => $"{all} {error.Pointer} {error.Message}")} {fault?.InnerException?.Message} {example.ToJsonString()}");
        }
    }

    private static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json"));

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations() =>
        from path in JsonNode.Parse(Text)!["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!.AsObject());

    private static IEnumerable<JsonNode?> Schemas(JsonObject node)
    {
        if (node.TryGetPropertyValue("schema", out var schema)) yield return schema;
        if (node["type"] is not JsonValue) yield break;
        if (node.TryGetPropertyValue("items", out var items)) yield return items;
        if (node.TryGetPropertyValue("additionalProperties", out var others)) yield return others;
        foreach (var member in (node["properties"] as JsonObject) ?? []) yield return member.Value;
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => (node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(Nodes).Prepend(node);
}
