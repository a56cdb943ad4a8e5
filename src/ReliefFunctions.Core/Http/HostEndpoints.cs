using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>What a host says of itself.</summary>
public static class HostEndpoints
{
    /// <summary>Template of the health check.</summary>
    public const string HealthTemplate = "api/v1/health";

    /// <summary>Template of the API document.</summary>
    public const string OpenApiTemplate = "api/v1/openapi.json";

    /// <summary>Function names.</summary>
    public const string HealthName = "GetHealth", OpenApiName = "GetOpenApi";

    private static readonly Lazy<string> Document = new(() => OpenApiDocument.Of(ApiRoutes.All));

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(HealthName, "GET", HealthTemplate, AccessRule.Public, Health) { Summary = "存活与存储检查", Response = typeof(HealthAnswer) },
        new(OpenApiName, "GET", OpenApiTemplate, AccessRule.Public, _ => Task.FromResult(Results.Text(Document.Value, "application/json; charset=utf-8"))) { Summary = "接口文档" },
    ];

    /// <summary>The answer of the health check.</summary>
    public sealed record HealthAnswer(string Status, DateTimeOffset Now);

    /// <summary>Healthy means that storage answers: without it nothing is accepted.</summary>
    private static async Task<IResult> Health(ApiContext c)
    {
        await c.Service<Campaigns.CampaignStore>().CurrentAsync(c.Now, TimeSpan.Zero, c.Aborted);
        return c.Json(new HealthAnswer("ok", c.Now));
    }
}
