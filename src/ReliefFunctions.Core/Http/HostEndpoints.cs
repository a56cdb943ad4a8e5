using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>What a host says of itself.</summary>
public static class HostEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetHealth", "GET", "api/v1/health", AccessRule.Public, Health)
        {
            Summary = "存活与存储检查",
            Response = typeof(HealthAnswer),
            WithoutStorage = true,
        },
        new("GetOpenApi", "GET", "api/v1/openapi.json", AccessRule.Public,
            c => Task.FromResult(Results.Text(Language.Document(c.Service<RouteTable>().Document, Language.Tell(c.Http)), "application/json; charset=utf-8")))
        {
            Summary = "接口文档",
            Gives = ["application/json"],
            WithoutStorage = true,
        },
    ];

    /// <summary>The answer of the health check.</summary>
    public sealed record HealthAnswer(string Status, DateTimeOffset Now);

    /// <summary>Healthy means that storage answers, and soon: without it nothing is accepted.</summary>
    private static async Task<IResult> Health(ApiContext c)
    {
        if (c.Service<StoragePreparation>().Obstacle is { } obstacle) throw NotReady(obstacle);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(c.Aborted);
        soon.CancelAfter(Patience);
        try
        {
            await c.Service<FeatureTables>().ReachAsync(soon.Token);
        }
        catch (OperationCanceledException) when (!c.Aborted.IsCancellationRequested)
        {
            throw NotReady($"{Patience.TotalSeconds:0} 秒内没有答复");
        }

        return c.Json(new HealthAnswer("ok", c.Now));
    }

    /// <summary>503 with what stands in the way.</summary>
    internal static ProblemException NotReady(string obstacle) =>
        new(ProblemType.Unavailable, $"存储服务尚未就绪（{obstacle}）。系统会自动重试，未接收任何数据；请稍后再试，持续出现请检查存储设置与网络。");
}
