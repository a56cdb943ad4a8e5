using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What only people can say about the weather, over HTTP: that a message was a mistake, and whether what fell silent is over.</summary>
public static class OfficeEndpoints
{
    /// <summary>What was done with an alert.</summary>
    public const string AlertTemplate = CampaignEndpoints.CampaignTemplate + "/patrol-alerts/{id}";

    /// <summary>Withdrawing an alert as a mistake.</summary>
    public const string WithdrawTemplate = AlertTemplate + "/withdraw";

    /// <summary>Answering what the office was asked.</summary>
    public const string AnswerTemplate = CampaignEndpoints.CampaignTemplate + "/patrol-questions/{id}/answer";

    /// <summary>Function names.</summary>
    public const string GetAlertName = "GetPatrolAlert", WithdrawName = "WithdrawPatrolAlert", AnswerName = "AnswerPatrolQuestion";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(GetAlertName, "GET", AlertTemplate, AccessRule.Office, GetAlert) { Summary = "一条预警读成了什么、引发了哪一号指令，或为什么没有", Response = typeof(AppliedAlert) },
        new(WithdrawName, "POST", WithdrawTemplate, AccessRule.Office, Withdraw)
        {
            Summary = "撤回误发的预警：仅由它引起的强度立即解除，夜间也不等，单位收到更正", MaxBody = 8 * 1024, Request = typeof(WithdrawRequest), Response = typeof(DecisionAnswer),
        },
        new(AnswerName, "POST", AnswerTemplate, AccessRule.Office, Answer)
        {
            Summary = "答复询问：已过默认时效的预警、中断的预报是否已经结束（询问见当前巡查强度）", MaxBody = 8 * 1024, Request = typeof(AnswerRequest), Response = typeof(DecisionAnswer),
        },
    ];

    private static async Task<IResult> GetAlert(ApiContext c) =>
        c.Json(await c.Service<PatrolStore>().AppliedAsync(await CampaignAsync(c), c.Route("id"), c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, "本区没有收到过这条预警。"));

    private static async Task<IResult> Withdraw(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await c.JsonAsync<WithdrawRequest>());
        var errors = PersonErrors(request.DecidedBy, request.Reason, "例如：气象台确认系统误发。");
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"有 {errors.Count} 处需要修改，未撤回。", errors);
        var (by, reason) = (request.DecidedBy.Trim(), request.Reason.Trim());
        return PatrolEndpoints.Decided(c, await c.Service<PatrolStore>().DecideAsync(
            campaign, new PatrolCommand.WithdrawAlert(c.Route("id"), reason, by),
            c.Audit("patrol.alert.withdrawn", c.Route("id"), $"{by}：{reason}"), c.Aborted));
    }

    private static async Task<IResult> Answer(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await c.JsonAsync<AnswerRequest>());
        var errors = PersonErrors(request.DecidedBy, request.Reason, "例如：已与区气象台电话核实。");
        if (request.Over && request.Until is not null) errors.Add(new ProblemError { Pointer = "/until", Message = "已经结束的，不写期限。", Fix = "删去 until。" });
        if (!request.Over && request.Until is null)
        {
            errors.Add(new ProblemError
            {
                Pointer = "/until",
                Message = "天气还在持续的，须写明执行到什么时候。",
                Fix = "例如 2026-12-20T12:00:00+08:00；到期前可再次答复。"
            });
        }

        if (request.Until is { } until && (until <= c.Now || until > c.Now + PatrolInputs.LongestOverride))
        {
            errors.Add(new ProblemError { Pointer = "/until", Message = $"期限应在现在之后、{PatrolInputs.LongestOverride.TotalDays:0} 天之内。", Fix = "到期前可再次答复。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"答复有 {errors.Count} 处需要修改，未记录。", errors);
        var (by, reason) = (request.DecidedBy.Trim(), request.Reason.Trim());
        return PatrolEndpoints.Decided(c, await c.Service<PatrolStore>().DecideAsync(campaign,
            new PatrolCommand.AnswerQuestion(c.Route("id"), request.Until?.ToUniversalTime(), reason, by),
            c.Audit("patrol.question.answered", c.Route("id"), $"{by}：{(request.Over ? "已结束" : $"持续至 {request.Until:O}")}，{reason}"), c.Aborted));
    }

    /// <summary>What is wrong with who decided and why.</summary>
    internal static List<ProblemError> PersonErrors(string? decidedBy, string? reason, string example)
    {
        List<ProblemError> errors = [];
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 60)
        {
            errors.Add(new ProblemError
            {
                Pointer = "/reason",
                Message = "须写明理由，最长 60 字。",
                Fix = example
            });
        }

        if (string.IsNullOrWhiteSpace(decidedBy) || decidedBy.Length > 30)
        {
            errors.Add(new ProblemError { Pointer = "/decidedBy", Message = "须写明决定人，最长 30 字。", Fix = "填写姓名或职务。" });
        }

        return errors;
    }

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
}
