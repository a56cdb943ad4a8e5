using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Operations;

/// <summary>How the deployment stands, for those who run it and for what watches it.</summary>
public static class OperationsEndpoints
{
    /// <summary>How long a dependency gets to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string Build = typeof(
        OperationsEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetReadiness", "GET", "api/v1/ready", AccessRule.Public, Ready) { Summary = "就绪检查：存储和消息总线", Response = typeof(ReadinessAnswer) },
        new("GetOperations", "GET", "api/v1/operations", AccessRule.Office, Operations)
        {
            Summary = "运行情况：定时任务、预警源、待发消息、各区县周报和签收、各处版本",
            Response = typeof(OperationsAnswer),
        },
        new("GetSizes", "GET", "api/v1/operations/sizes", new AccessRule(Role.Operator), GetSizes)
        {
            Summary = "存储和队列的规模：各表行数、各容器文件数和字节数、各队列待处理和死信数，数到上限为止（只限全部区县的管理员）",
            Response = typeof(SizesAnswer),
        },
    ];

    /// <summary>What the product depends on, and whether it answers.</summary>
    /// <param name="Ready">Whether everything does.</param>
    /// <param name="Storage">In milliseconds; null when it does not answer.</param>
    /// <param name="Bus">In milliseconds; null when it does not answer. Nothing is lost then: what is to be sent waits in storage.</param>
    public sealed record ReadinessAnswer(bool Ready, long? Storage, long? Bus);

    /// <summary>How things stand.</summary>
    /// <param name="Build">The version that answers.</param>
    /// <param name="At">When it was read, UTC.</param>
    /// <param name="Feeds">The weather feeds; for operators of everything alone.</param>
    /// <param name="Campaigns">The campaigns of the caller's scope.</param>
    /// <param name="Api">The version of the API.</param>
    /// <param name="Clocks">What runs by time; for operators of everything alone.</param>
    public sealed record OperationsAnswer(string Build, DateTimeOffset At, IReadOnlyList<FeedMeasures> Feeds, IReadOnlyList<CampaignMeasures> Campaigns,
        string Api, IReadOnlyList<JobMeasures> Clocks);

    private static async Task<IResult> Ready(ApiContext c)
    {
        var source = c.Service<MessageDispatcher>().Sources.First();
        var storage = TimeAsync(c.Service<FeatureTables>().ReachAsync, c.Aborted);
        var bus = TimeAsync(ct => c.Service<IDeadLetterBox>().PeekAsync(source, 1, ct), c.Aborted);
        var answer = new ReadinessAnswer(await storage is not null && await bus is not null, await storage, await bus);
        return c.Json(answer, answer.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Operations(ApiContext c)
    {
        var campaigns = (await c.Service<CampaignStore>().CurrentAsync(c.Now, CampaignWalk.Grace, c.Aborted))
            .Where(campaign => c.Actor.Unit is null && c.Actor.Covers(campaign.District));
        var measures = new List<CampaignMeasures>();
        foreach (var campaign in campaigns.OrderBy(campaign => campaign.District, StringComparer.Ordinal))
        {
            measures.Add(await MeasuredAsync(c, campaign));
        }

        var everything = c.Actor.Scope.Length == 0;
        return c.Json(new OperationsAnswer(Build, c.Now, everything ? await c.Service<Measurements>().FeedsAsync(c.Aborted) : [], measures, "v1",
            everything ? await c.Service<JobRuns>().OfAsync(c.Service<IEnumerable<IScheduledJob>>(), c.Now, c.Aborted) : []));
    }

    private static async Task<CampaignMeasures> MeasuredAsync(ApiContext c, Campaign campaign)
    {
        try
        {
            return await c.Service<Measurements>().OfAsync(campaign, c.Now, c.Aborted);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or NullReferenceException or ArgumentException or FormatException)
        {
            return CampaignMeasures.Unreadable(campaign, e);
        }
    }

    private static async Task<IResult> GetSizes(ApiContext c) => c.Actor.Scope.Length == 0
        ? c.Json(await c.Service<Sizes>().ReadAsync(c.Aborted))
        : throw new ProblemException(ProblemType.Forbidden, "存储和队列是各区县共用的，只有管理全部区县的管理员可以查看。");

    private static async Task<long?> TimeAsync(Func<CancellationToken, Task> ask, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(Patience);
        var begun = Environment.TickCount64;
        try
        {
            await ask(patience.Token).WaitAsync(patience.Token);
            return Environment.TickCount64 - begun;
        }
        catch (Exception) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }
}
