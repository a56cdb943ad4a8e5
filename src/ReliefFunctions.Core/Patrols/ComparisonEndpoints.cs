using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Two versions of a policy over the winter that was, before one takes effect.</summary>
public static class ComparisonEndpoints
{
    /// <summary>The comparison.</summary>
    public const string CompareTemplate = CampaignEndpoints.CampaignTemplate + "/policy/compare";

    /// <summary>Function name.</summary>
    public const string CompareName = "ComparePolicies";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(CompareName, "POST", CompareTemplate, AccessRule.Office, Compare)
        {
            Cost = Costly.Simulate,
            Summary = "两版巡查方案在本年度已发生的天气里各会下达哪些指令：指令数、单位夜数、逐日差异（不保存、不通知）", Request = typeof(ComparisonRequest), Response = typeof(PolicyComparison),
        },
    ];

    private static async Task<IResult> Compare(ApiContext c)
    {
        var (campaigns, patrols) = (c.Service<CampaignStore>(), c.Service<PatrolStore>());
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var request = await c.JsonAsync<ComparisonRequest>();
        if (request.Policy is null == request.After is null)
        {
            throw new ProblemException(ProblemType.Invalid, "要比较的方案应写且只写一处：after 写已登记的版本号，或 policy 写方案全文。",
                [new ProblemError { Pointer = "/after", Message = "两处都写了，或都没有写。", Fix = "留下一处。" }]);
        }

        if (request.Policy is { } tried && PolicyRules.Check(tried) is { Count: > 0 } errors)
        {
            throw new ProblemException(ProblemType.Invalid, $"方案有 {errors.Count} 处需要修改。",
                [.. errors.Select(error => error with { Pointer = "/policy" + error.Pointer })]);
        }

        var before = await VersionAsync(request.Before ?? campaign.PolicyVersion, "/before");
        var after = request.Policy ?? await VersionAsync(request.After!.Value, "/after");
        var weather = await patrols.WeatherAsync(campaign, c.Aborted);
        return c.Json(PolicyComparison.Of(weather, c.Now, campaign, await campaigns.UnitsAsync(campaign.District, c.Aborted), before, after));

        async Task<PatrolPolicy> VersionAsync(int version, string pointer) =>
            await campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PatrolStore.PolicyKind, version, c.Aborted)
            ?? throw new ProblemException(ProblemType.Invalid, $"没有第 {version} 版巡查方案。",
                [new ProblemError { Pointer = pointer, Message = $"没有第 {version} 版。", Fix = "改为已登记的版本号。" }]);
    }
}

/// <summary>Which policies to compare.</summary>
public sealed record ComparisonRequest
{
    /// <summary>The one version; null for the campaign's.</summary>
    public int? Before { get; init; }

    /// <summary>The other version, when it is stored.</summary>
    public int? After { get; init; }

    /// <summary>The other policy, when it is not.</summary>
    public PatrolPolicy? Policy { get; init; }
}
