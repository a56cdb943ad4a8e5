using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core;

namespace ReliefFunctions.Tests.Http;

/// <summary>What holds for each line of the route table, whoever wrote it.</summary>
public class EveryRouteTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");

    private static readonly Dictionary<string, string> Parts = new()
    {
        ["district"] = "520111",
        ["season"] = "2026-2027",
        ["week"] = "2026W50",
        ["period"] = "2026W50",
        ["unit"] = "520111101",
        ["version"] = "1",
        ["stage"] = "progress",
    };

    [Fact]
    public async Task Bodies_of_any_shape_are_answered_with_a_result_or_a_problem_in_words_and_never_with_a_failure()
    {
        var world = await SeasonAsync();
        var wrong = new List<string>();
        await Parallel.ForEachAsync(AllFeatures.Routes.Where(route => route.Method is "POST" or "PUT"), async (route, _) =>
        {
            var (actor, address) = Call(route, Parts);
            foreach (var body in Bodies(route.Request))
            {
                var answer = await world.CallAsync(route.Method, address, actor, Encoding.UTF8.GetBytes(body));
                if (Fault(answer) is { } fault) lock (wrong) wrong.Add($"{route.Name} {fault} ({answer.Status}) for {body}: {answer.Text}");
            }
        });
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Addresses_and_queries_of_any_value_are_answered_with_a_result_or_a_problem_in_words()
    {
        var world = await SeasonAsync();
        string[] values = ["", "0", "-1", "99999999999999999999", "字", "a|b", "2026W54", "9999W01", "0001-01-01", "9999-12-31", "true", "null", new string('x', 129), "..", "A'B", "%7C"];
        var queries = AllFeatures.Routes.SelectMany(route => route.Query).Select(parameter => parameter.Name).Distinct().ToList();
        var wrong = new List<string>();
        await Parallel.ForEachAsync(AllFeatures.Routes.Where(route => route.Method is "GET" or "DELETE"), async (route, _) =>
        {
            foreach (var value in values)
            {
                var query = string.Join('&', queries.Select(name => $"{name}={Uri.EscapeDataString(value)}"));
                List<IReadOnlyDictionary<string, string>> addresses = [Parts];
                if (value.Length > 0) addresses.AddRange(route.Template.Split('/').Where(part => part[0] == '{').Select(part => new Dictionary<string, string>(Parts) { [part.Trim('{', '}')] = value }));
                foreach (var parts in addresses)
                {
                    var (actor, address) = Call(route, parts);
                    var answer = await world.CallAsync(route.Method, $"{address}?{query}", actor);
                    if (Fault(answer) is { } fault) lock (wrong) wrong.Add($"{route.Name} {fault} ({answer.Status}) for {address}?{query}: {answer.Text}");
                }
            }
        });
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>A campaign in its second week.</summary>
    private async Task<World> SeasonAsync()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 15, 2, 0, 0, TimeSpan.Zero));
        foreach (var (address, file) in Samples.SetUp)
        {
            var answer = await world.CallAsync("PUT", "/api/v1/" + address, Operator, Samples.Bytes(file));
            Assert.True(answer.Status is 200 or 201, answer.Text);
        }

        return world;
    }

    private static (Actor Actor, string Address) Call(ApiRoute route, IReadOnlyDictionary<string, string> parts)
    {
        var role = route.Access.Roles.Count == 0 || route.Access.Roles.Contains(Role.CampaignOffice) ? Role.CampaignOffice : route.Access.Roles[0];
        var address = "/" + string.Join('/', route.Template.Split('/').Select(part => part.StartsWith('{') ? parts.GetValueOrDefault(part.Trim('{', '}'), "1") : part));
        return (new Actor("x", "测试", role, role is Role.Operator or Role.Feed ? "" : "520111"), address);
    }

    /// <summary>What is wrong with an answer, or null: refusals are problems (pages for people who opened a link), in Chinese throughout.</summary>
    private static string? Fault(Answer answer)
    {
        if (answer.Status >= 500) return "fails";
        if (answer.Status < 400 || answer.Headers["Content-Type"].StartsWith("text/html", StringComparison.Ordinal)) return null;
        if (!answer.Headers["Content-Type"].StartsWith("application/problem+json", StringComparison.Ordinal)) return "is no problem+json";
        var problem = answer.Json<JsonElement>();
        if (!HasChinese(problem.GetProperty("detail").GetString()!)) return "has no detail in Chinese";
        return problem.TryGetProperty("errors", out var errors) && errors.EnumerateArray().Any(error => !HasChinese(error.GetProperty("message").GetString()!)) ? "has an error that is not in Chinese" : null;
    }

    /// <summary>Nothing, wrong shapes, and for each member of the body: alone missing from an otherwise filled body, null, and of another kind.</summary>
    private static IEnumerable<string> Bodies(Type? type)
    {
        foreach (var body in new[] { "", "null", "[]", "{}", "[null]", "\"x\"", "1", "{", """{"nothing":"of this name"}""", """{"nothing":[{"deep":{"er":1}}]}""" }) yield return body;
        if (type is null || StoredJson.Options.GetJsonSchemaAsNode(type) is not JsonObject schema || schema["properties"] is not JsonObject members) yield break;
        var filled = Filled(schema).AsObject();
        yield return filled.ToJsonString();
        foreach (var name in members.Select(member => member.Key))
        {
            var missing = filled.DeepClone().AsObject();
            missing.Remove(name);
            yield return missing.ToJsonString();
            foreach (var other in new JsonNode?[] { null, 7, "字", new JsonArray(), new JsonArray((JsonNode?)null), new JsonObject(), -1, new string('长', 3000) })
            {
                var changed = filled.DeepClone().AsObject();
                changed[name] = other?.DeepClone();
                yield return changed.ToJsonString();
            }
        }
    }

    /// <summary>A value that fits a schema in its outer form, and often no rule.</summary>
    private static JsonNode Filled(JsonNode? schema)
    {
        if (schema is not JsonObject shape) return "字";
        if (shape["enum"] is JsonArray { Count: > 0 } values && values.FirstOrDefault(value => value is not null) is { } first) return first.DeepClone();
        var kind = shape["type"] is JsonArray kinds ? kinds[0]!.GetValue<string>() : shape["type"]?.GetValue<string>();
        return kind switch
        {
            "object" when shape["properties"] is JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Filled(member.Value)))),
            "object" => new JsonObject(),
            "array" => new JsonArray(Filled(shape["items"])),
            "integer" or "number" => 1,
            "boolean" => true,
            _ => shape["format"]?.GetValue<string>() switch { "date" => "2026-12-20", "date-time" => "2026-12-20T10:00:00+08:00", "time" => "10:00:00", _ => "字" },
        };
    }

    private static bool HasChinese(string text) => text.Any(c => c is >= '\u4e00' and <= '\u9fff');
}
