using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>What a host says of itself.</summary>
public static class HostEndpoints
{
    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetHealth", "GET", "api/v1/health", AccessRule.Public, Health) { Summary = "存活与存储检查", Response = typeof(HealthAnswer) },
        new("GetOpenApi", "GET", "api/v1/openapi.json", AccessRule.Public,
            c => Task.FromResult(Results.Text(c.Service<RouteTable>().Document, "application/json; charset=utf-8")))
        {
            Summary = "接口文档",
            Gives = ["application/json"],
        },
    ];

    /// <summary>The answer of the health check.</summary>
    public sealed record HealthAnswer(string Status, DateTimeOffset Now);

    /// <summary>Healthy means that storage answers: without it nothing is accepted.</summary>
    private static async Task<IResult> Health(ApiContext c)
    {
        await c.Service<FeatureTables>().ReachAsync(c.Aborted);
        return c.Json(new HealthAnswer("ok", c.Now));
    }
}
