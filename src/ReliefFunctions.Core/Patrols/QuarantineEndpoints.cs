using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What could not be decided on, over HTTP: to look at, to put back, to drop.</summary>
public static class QuarantineEndpoints
{
    /// <summary>Everything in quarantine.</summary>
    public const string ListTemplate = CampaignEndpoints.CampaignTemplate + "/patrol-quarantine";

    /// <summary>One input.</summary>
    public const string InputTemplate = ListTemplate + "/{id}";

    /// <summary>Deciding on it again.</summary>
    public const string PutBackTemplate = InputTemplate + "/put-back";

    /// <summary>Giving it up.</summary>
    public const string DropTemplate = InputTemplate + "/drop";

    /// <summary>Function names.</summary>
    public const string ListName = "ListPatrolQuarantine", GetName = "GetQuarantinedInput", PutBackName = "PutBackQuarantinedInput",
        DropName = "DropQuarantinedInput";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(ListName, "GET", ListTemplate, AccessRule.Office, List)
        {
            Summary = "隔离区：不能用于决定的预警、预报、人工决定和方案，及其原因",
            Response = typeof(IReadOnlyList<QuarantinedInput>),
        },
        new(GetName, "GET", InputTemplate, AccessRule.Office, Get) { Summary = "隔离区中的一项，含原文", Response = typeof(QuarantinedInput) },
        new(PutBackName, "POST", PutBackTemplate, AccessRule.Office, PutBack)
        {
            Summary = "放回：按现在的情况重新决定；仍不能用于决定的，留在隔离区", MaxBody = 8 * 1024, Request = typeof(QuarantineRequest), Response = typeof(DecisionAnswer),
                Problems = [ProblemType.Conflict],
        },
        new(DropName, "POST", DropTemplate, AccessRule.Office, Drop)
        {
            Summary = "移除（须写明理由）", MaxBody = 8 * 1024, Request = typeof(QuarantineRequest), Response = typeof(QuarantinedInput),
        },
    ];

    private static async Task<IResult> List(ApiContext c) => c.Json(await c.Service<PatrolStore>().QuarantineAsync(await CampaignAsync(c), c.Aborted));

    private static async Task<IResult> Get(ApiContext c) => c.Json(await InputAsync(c, await CampaignAsync(c)));

    private static async Task<IResult> PutBack(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await RequestAsync(c, reasonNeeded: false));
        var input = await InputAsync(c, campaign);
        var command = input.PutBack() ?? throw new ProblemException(ProblemType.Conflict, input.Kind == QuarantineKind.Policy
            ? "方案不能放回：请改正后登记为下一版，并在专项行动里启用。" : "这一项的内容读不出来，不能放回。请从发布单位取得原文，重新提交，再移除这一项。");
        var outcome = await c.Service<PatrolStore>().PutBackAsync(campaign, input, command,
            c.Audit("patrol.quarantine.put-back", input.Id, $"{request.DecidedBy.Trim()}：{request.Reason?.Trim()}"), c.Aborted);
        return outcome.Quarantined.Any(each => each.Id == input.Id || each.Kind == input.Kind)
            ? throw new ProblemException(ProblemType.Conflict, $"这一项仍不能用于决定：{outcome.Quarantined[0].Reason}。它留在隔离区。")
            : c.Json(new DecisionAnswer(outcome.State.Revision, outcome.Order, outcome.Notes));
    }

    private static async Task<IResult> Drop(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await RequestAsync(c, reasonNeeded: true));
        return c.Json(await c.Service<PatrolStore>().DropAsync(campaign, c.Route("id"),
            c.Audit("patrol.quarantine.dropped", c.Route("id"), $"{request.DecidedBy.Trim()}：{request.Reason!.Trim()}"), c.Aborted)
            ?? throw NoInput());
    }

    private static async Task<QuarantineRequest> RequestAsync(ApiContext c, bool reasonNeeded)
    {
        var request = await c.JsonAsync<QuarantineRequest>();
        List<ProblemError> errors = [];
        if (string.IsNullOrWhiteSpace(request.DecidedBy)
            || request.DecidedBy.Length > 30)
        {
            errors.Add(new ProblemError { Pointer = "/decidedBy", Message = "须写明决定人，最长 30 字。", Fix = "填写姓名或职务。" });
        }

        if ((reasonNeeded && string.IsNullOrWhiteSpace(request.Reason))
            || request.Reason?.Length > 100)
        {
            errors.Add(new ProblemError { Pointer = "/reason", Message = "须写明理由，最长 100 字。", Fix = "例如：发布单位确认是误发。" });
        }

        return errors.Count == 0 ? request : throw new ProblemException(ProblemType.Invalid, $"有 {errors.Count} 处需要修改。", errors);
    }

    private static async Task<QuarantinedInput> InputAsync(ApiContext c, Campaign campaign) =>
        await c.Service<PatrolStore>().QuarantinedAsync(campaign, c.Route("id"), c.Aborted) ?? throw NoInput();

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    private static ProblemException NoInput() => new(ProblemType.NotFound, "隔离区里没有这一项，可能已经放回或移除。请重新查看列表。");
}

/// <summary>A decision on something in quarantine.</summary>
public sealed record QuarantineRequest
{
    /// <summary>The person who decides.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>Why; required to drop.</summary>
    public string? Reason { get; init; }
}
