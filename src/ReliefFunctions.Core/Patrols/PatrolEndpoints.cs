using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Orders, notices and acknowledgements over HTTP.</summary>
public static class PatrolEndpoints
{
    /// <summary>The season's orders.</summary>
    private const string OrdersTemplate = CampaignEndpoints.CampaignTemplate + "/patrol-orders";

    /// <summary>One order's board.</summary>
    public const string OrderTemplate = OrdersTemplate + "/{revision}";

    /// <summary>A unit's inbox.</summary>
    private const string InboxTemplate = CampaignEndpoints.CampaignTemplate + "/units/{unit}/inbox";

    /// <summary>A person's decision above the ladder.</summary>
    private const string OverrideTemplate = CampaignEndpoints.CampaignTemplate + "/patrol-override";

    /// <summary>Drills (通联测试) before the campaign.</summary>
    private const string DrillsTemplate = CampaignEndpoints.CampaignTemplate + "/drills";

    private static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetPatrolState", "GET", CampaignEndpoints.CampaignTemplate + "/patrol-state", AccessRule.Readers, State)
        {
            Summary = "当前巡查强度、生效中的预警和人工决定",
            Response = typeof(PatrolStateAnswer),
            Polled = true,
        },
        new("ListPatrolOrders", "GET", OrdersTemplate, Overview, Orders)
        {
            Summary = "本年度各号巡查指令",
            Response = typeof(IReadOnlyList<OrderLine>),
            Polled = true,
        },
        new("GetPatrolOrder", "GET", OrderTemplate, Overview, Board)
        {
            Summary = "一号指令的依据与各单位签收情况",
            Response = typeof(OrderBoard),
            Polled = true,
        },
        new("GetInbox", "GET", InboxTemplate, AccessRule.Readers, GetInbox) { Summary = "单位收到的巡查通知", Response = typeof(Inbox) },
        new("AcknowledgeNotice", "POST", InboxTemplate + "/{revision}/acknowledgement", AccessRule.UnitOrOffice, Acknowledge)
        {
            Summary = "签收；办公室代签收须写明来电人和时间",
            Request = typeof(AcknowledgeRequest),
            Response = typeof(AcknowledgeAnswer),
        },
        new("OverridePatrols", "POST", OverrideTemplate, AccessRule.Office, Override)
        {
            Summary = "人工决定巡查强度（写明决定人、理由、期限）",
            Request = typeof(OverrideRequest),
            Response = typeof(DecisionAnswer),
            Problems = [ProblemType.Stale, ProblemType.Conflict],
        },
        new("LiftPatrolOverride", "POST", OverrideTemplate + "/lift", AccessRule.Office, Lift)
        {
            Summary = "撤销人工决定",
            Request = typeof(LiftRequest),
            Response = typeof(DecisionAnswer),
            Problems = [ProblemType.Conflict],
        },
        new("ConfirmPatrolProposal", "POST", CampaignEndpoints.CampaignTemplate + "/patrol-proposals/{number}/confirm", AccessRule.Office, Confirm)
        {
            Summary = "确认待定指令，立即下达（待定指令见当前巡查强度）",
            MaxBody = 8 * 1024,
            Request = typeof(ProposalRequest),
            Response = typeof(DecisionAnswer),
            Problems = [ProblemType.Conflict, ProblemType.Stale],
        },
        new("RejectPatrolProposal", "POST", CampaignEndpoints.CampaignTemplate + "/patrol-proposals/{number}/reject", AccessRule.Office, Reject)
        {
            Summary = "驳回待定指令（须写明理由；全天候不受影响，次日中午重新判断）",
            MaxBody = 8 * 1024,
            Request = typeof(ProposalRequest),
            Response = typeof(DecisionAnswer),
            Problems = [ProblemType.Conflict, ProblemType.Stale],
        },
        new("SendDrill", "POST", DrillsTemplate, AccessRule.Office, SendDrill)
        {
            Summary = "专项行动开始前的【通联测试】：走巡查指令的全程，不计入任何统计",
            MaxBody = 16 * 1024,
            Request = typeof(DrillRequest),
            Response = typeof(DrillAnswer),
            Problems = [ProblemType.Conflict],
        },
        new("ListDrills", "GET", DrillsTemplate, Overview, Drills) { Summary = "历次通联测试；签收情况见其看板（指令号为负的次数）", Response = typeof(IReadOnlyList<PatrolOrder>) },
        new("SimulatePolicy", "POST", CampaignEndpoints.CampaignTemplate + "/policy/simulate", AccessRule.Office, Simulate)
        {
            Cost = Costly.Simulate,
            Summary = "用过去的预警和预报试算会下达哪些指令（不保存、不通知）",
            MaxBody = 4 * 1024 * 1024,
            Request = typeof(SimulationRequest),
            Response = typeof(SimulationAnswer),
        },
    ];

    private static async Task<IResult> State(ApiContext c)
    {
        var (campaign, patrols) = (await CampaignAsync(c), c.Service<PatrolStore>());
        var (state, policy) = (await patrols.StateAsync(campaign, c.Aborted), await PolicyAsync(c, campaign));
        var order = state.Revision == 0 ? null : await patrols.OrderAsync(campaign, state.Revision, c.Aborted);
        var highest = state.Units.Count == 0 ? PatrolIntensity.Routine : state.Units.Values.Max();
        return c.Json(new PatrolStateAnswer
        {
            Revision = state.Revision,
            Intensity = highest,
            IntensityName = policy.Duties[highest].Name,
            Units = c.Actor.Unit is { } own ? state.Units.Where(pair => pair.Key == own).ToDictionary() : state.Units,
            Alerts = [.. PatrolDecision.ActiveAlerts(state, policy, c.Now).Select(span => ActiveAlert.Of(span, policy))],
            Override = state.Override is { } decision && decision.Until > c.Now ? decision : null,
            Proposal = c.Actor.Unit is null ? state.Proposal : null,
            Coming = c.Actor.Unit is { } mine ? state.Coming.Where(pair => pair.Key == mine).ToDictionary() : state.Coming,
            Questions = c.Actor.Unit is null ? [.. state.Questions.Where(question => question.Answer is null)] : [],
            LastProposal = c.Actor.Unit is null ? state.LastProposal : null,
            Reason = order?.Reason,
            ReviewAt = order?.ReviewAt,
            PolicyVersion = policy.Version,
        });
    }

    private static async Task<IResult> Orders(ApiContext c)
    {
        var campaign = await CampaignAsync(c);
        var policy = await PolicyAsync(c, campaign);
        return c.Json((await c.Service<PatrolStore>().OrdersAsync(campaign, c.Aborted)).Select(order => OrderLine.Of(order, policy)).Reverse().ToList());
    }

    private static async Task<IResult> Board(ApiContext c)
    {
        var (campaign, patrols, revision) = (await CampaignAsync(c), c.Service<PatrolStore>(), Revision(c));
        var order = await patrols.OrderAsync(campaign, revision, c.Aborted) ?? throw NoOrder(revision);
        var notices = (await patrols.NoticesAsync(campaign, revision, c.Aborted)).ToDictionary(notice => notice.Unit, StringComparer.Ordinal);
        var steps = (await patrols.EscalationsAsync(campaign, revision, c.Aborted)).ToLookup(step => step.Unit, StringComparer.Ordinal);
        var names = (await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted))
            .ToDictionary(unit => unit.Code, unit => unit.Name, StringComparer.Ordinal);
        var state = await patrols.StateAsync(campaign, c.Aborted);
        return c.Json(PatrolBoards.Of(order, notices, steps, await c.Service<DeliveryService>()
            .OfOrderAsync(campaign, revision, c.Aborted), names, state, c.Now));
    }

    private static async Task<IResult> GetInbox(ApiContext c)
    {
        var (campaign, patrols, unit) = (await CampaignAsync(c), c.Service<PatrolStore>(), await UnitAsync(c));
        var notices = await patrols.InboxAsync(campaign, unit.Code, c.Aborted);
        if (c.Actor.Role == Role.UnitReporter)
        {
            // The unit itself has opened its inbox: what is new was seen.
            foreach (var notice in notices.TakeWhile(notice => notice.SeenAt is null)) await patrols.SeenAsync(campaign, unit.Code, notice.Revision, c.Aborted);
        }

        return c.Json(await InboxAsync(c, campaign, unit, notices));
    }

    /// <summary>A unit's inbox, or the newest of it, for whoever asks; being shown makes nothing seen.</summary>
    internal static async Task<Inbox> InboxAsync(ApiContext c, Campaign campaign, Unit unit, IReadOnlyList<PatrolNotice> notices, int most = int.MaxValue)
    {
        var state = await c.Service<PatrolStore>().StateAsync(campaign, c.Aborted);
        var current = notices.Count == 0 || notices[0].Drill ? (int?)null : notices[0].Revision;
        var shown = await Task.WhenAll(notices.Take(most).Select(notice => ShownAsync(c, notice)));
        return new Inbox(unit.Code, current,
            [.. shown.Select((notice, index) => new InboxLine(notice, notice.Drill ? null : index > 0 ? notices[index - 1].Revision
                : state.NoticeOf.TryGetValue(unit.Code, out var newer) && newer > notice.Revision ? newer : null))]);
    }

    /// <summary>The unit's own key reads the link by which it signs; whoever looks on reads none.</summary>
    private static async Task<PatrolNotice> ShownAsync(ApiContext c, PatrolNotice notice) =>
        c.Actor.Role == Role.UnitReporter && c.Actor.Unit == notice.Unit
            ? await c.Service<NoticeLinks>().ForUnitAsync(notice, c.Aborted)
            : notice with { Text = NoticeWords.ForOthers(notice.Text) };

    private static async Task<IResult> Acknowledge(ApiContext c)
    {
        var (campaign, unit, revision) = (await CampaignAsync(c), await UnitAsync(c), Revision(c));
        var body = await c.BodyAsync();
        var request = body.Length == 0 ? new AcknowledgeRequest() : JsonBody.Read<AcknowledgeRequest>(body, campaign.Zone());
        var notice = await c.Service<PatrolStore>().NoticeAsync(campaign, unit.Code, revision, c.Aborted) ?? throw NoNotice(revision);
        Check(request, notice, c);
        var byPhone = c.Actor.Role == Role.CampaignOffice;
        var acknowledgement = new Acknowledgement(byPhone ? request.CalledAt!.Value.ToUniversalTime() : c.Now, c.Actor.Id, request.Name ?? c.Actor.Name, byPhone
            ? "phone" : "api", request.Note);
        var outcome = await c.Service<PatrolStore>().AcknowledgeAsync(campaign, unit.Code, revision, acknowledgement,
            c.Audit("notice.acknowledged", $"{revision}/{unit.Code}", byPhone ? $"代签收：{request.Name}，{request.CalledAt:O}" : request.Name), c.Aborted);
        return c.Json(AcknowledgeAnswer.Of(outcome!));
    }

    private static void Check(AcknowledgeRequest request, PatrolNotice notice, ApiContext c)
    {
        List<ProblemError> errors = [];
        if (request.Name?.Length > 50) errors.Add(new ProblemError { Pointer = "/name", Message = "姓名最长 50 字。", Fix = "只写签收人姓名。" });
        if (request.Note?.Length > 200) errors.Add(new ProblemError { Pointer = "/note", Message = "备注最长 200 字。", Fix = "请精简。" });
        if (c.Actor.Role == Role.CampaignOffice)
        {
            if (string.IsNullOrWhiteSpace(request.Name)) errors.Add(new ProblemError { Pointer = "/name", Message = "代签收须写明来电人。", Fix = "填写来电人姓名。" });
            if (request.CalledAt is null)
            {
                errors.Add(new ProblemError { Pointer = "/calledAt", Message = "代签收须写明来电时间。", Fix = "例如 2026-12-16T21:05:00+08:00。" });
            }
            else if (request.CalledAt > c.Now)
            {
                errors.Add(new ProblemError { Pointer = "/calledAt", Message = "来电时间晚于现在。", Fix = "核对日期和时区。" });
            }
            else if (request.CalledAt <= notice.IssuedAt.AddMinutes(-1))
            {
                // A person says the minute: a call within the order's own minute is after it.
                errors.Add(new ProblemError { Pointer = "/calledAt", Message = $"来电时间早于{notice.Title}的下达时间。", Fix = "核对日期和时区；来电说的可能是上一号通知。" });
            }
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, "签收信息不完整。", errors);
    }

    private static async Task<IResult> Override(ApiContext c)
    {
        var (campaign, patrols, request) = (await CampaignAsync(c), c.Service<PatrolStore>(), await c.JsonAsync<OverrideRequest>());
        List<ProblemError> errors = [];
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 100)
        {
            errors.Add(new ProblemError { Pointer = "/reason", Message = "须写明理由，最长 100 字。", Fix = "例如：预计凌晨道路结冰。" });
        }

        if (string.IsNullOrWhiteSpace(request.DecidedBy) || request.DecidedBy.Length > 30)
        {
            errors.Add(new ProblemError { Pointer = "/decidedBy", Message = "须写明决定人，最长 30 字。", Fix = "填写姓名或职务。" });
        }

        if (request.Until <= c.Now || request.Until > c.Now + PatrolInputs.LongestOverride)
        {
            errors.Add(new ProblemError { Pointer = "/until", Message = $"期限应在现在之后、{PatrolInputs.LongestOverride.TotalDays:0} 天之内。", Fix = "到期前可再次决定。" });
        }

        var known = (await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted)).Select(unit => unit.Code).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(request.Units.Where(unit => !known.Contains(unit))
            .Select(unit => new ProblemError { Pointer = "/units", Value = unit, Message = "没有这个单位。", Fix = "核对单位代码。" }));
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"决定有 {errors.Count} 处需要修改，未下达。", errors);

        // Upon what it was decided is checked in the decision itself: of many upon one order, one wins.
        var decision = new PatrolOverride(request.Intensity, request.Units, request.Reason.Trim(), request.DecidedBy.Trim(), c.Now,
            request.Until.ToUniversalTime())
        { BaseRevision = request.BaseRevision };
        return Decided(c,
            await patrols.DecideAsync(campaign, new PatrolCommand.SetOverride(decision, request.BaseDecision),
                c.Audit("patrol.override", request.Intensity.ToString(), $"{decision.DecidedBy}：{decision.Reason}"), c.Aborted));
    }

    private static async Task<IResult> SendDrill(ApiContext c)
    {
        var (campaign, patrols, request) = (await CampaignAsync(c), c.Service<PatrolStore>(), await c.JsonAsync<DrillRequest>());
        List<ProblemError> errors = [];
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 50)
        {
            errors.Add(new ProblemError { Pointer = "/reason", Message = "须写明说明，最长 50 字。", Fix = "例如：第一次全区通联测试。" });
        }

        if (string.IsNullOrWhiteSpace(request.DecidedBy) || request.DecidedBy.Length > 30)
        {
            errors.Add(new ProblemError { Pointer = "/decidedBy", Message = "须写明决定人，最长 30 字。", Fix = "填写姓名或职务。" });
        }

        if (request.AcknowledgeMinutes is < 5 or > 1440)
        {
            errors.Add(new ProblemError { Pointer = "/acknowledgeMinutes", Message = "签收时限应在 5 至 1440 分钟之间。", Fix = "默认 60。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"通联测试有 {errors.Count} 处需要修改，未发出。", errors);
        var command = new PatrolCommand.SendDrill(request.Number, request.Reason.Trim(), request.DecidedBy.Trim(), request.AcknowledgeMinutes);
        var outcome = await patrols.DecideAsync(campaign, command,
            c.Audit("patrol.drill", request.Number.ToString(CultureInfo.InvariantCulture), $"{command.DecidedBy}：{command.Reason}"), c.Aborted);
        var drill = outcome.Order ?? (request.Number > 0 ? await patrols.OrderAsync(campaign, -request.Number, c.Aborted) : null);
        return drill is null ? throw new ProblemException(ProblemType.Conflict, outcome.Notes[0]) : c.Json(new DrillAnswer(drill, outcome.Notes));
    }

    private static async Task<IResult> Drills(ApiContext c) => c.Json(await c.Service<PatrolStore>().DrillsAsync(await CampaignAsync(c), c.Aborted));

    private static async Task<IResult> Lift(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await c.JsonAsync<LiftRequest>());
        var errors = OfficeEndpoints.PersonErrors(request.DecidedBy, request.Reason, "例如：道路已撒盐，天气好转。");
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"有 {errors.Count} 处需要修改，未撤销。", errors);
        return Decided(c, await c.Service<PatrolStore>()
            .DecideAsync(campaign, new PatrolCommand.LiftOverride(request.Reason, request.DecidedBy),
                c.Audit("patrol.override.lifted", "", $"{request.DecidedBy}：{request.Reason}"), c.Aborted));
    }

    private static Task<IResult> Confirm(ApiContext c) => DecideProposalAsync(c, confirmed: true);

    private static Task<IResult> Reject(ApiContext c) => DecideProposalAsync(c, confirmed: false);

    private static async Task<IResult> DecideProposalAsync(ApiContext c, bool confirmed)
    {
        var (campaign, patrols, request) = (await CampaignAsync(c), c.Service<PatrolStore>(), await c.JsonAsync<ProposalRequest>());
        if (!int.TryParse(c.Route("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("number")}”不是待定指令的编号，应为正整数。");
        }

        List<ProblemError> errors = [];
        if (string.IsNullOrWhiteSpace(request.DecidedBy) || request.DecidedBy.Length > 30)
        {
            errors.Add(new ProblemError { Pointer = "/decidedBy", Message = "须写明决定人，最长 30 字。", Fix = "填写姓名或职务。" });
        }

        if ((!confirmed && string.IsNullOrWhiteSpace(request.Reason)) || request.Reason?.Length > 100)
        {
            errors.Add(new ProblemError { Pointer = "/reason", Message = "驳回须写明理由，最长 100 字。", Fix = "例如：预警源重复发布。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"决定有 {errors.Count} 处需要修改。", errors);
        var (by, reason) = (request.DecidedBy.Trim(), request.Reason?.Trim());
        var outcome = await patrols.DecideAsync(campaign, confirmed
            ? new PatrolCommand.ConfirmProposal(number, by)
            : new PatrolCommand.RejectProposal(number, by, reason!),
            c.Audit(confirmed ? "patrol.proposal.confirmed" : "patrol.proposal.rejected", c.Route("number"), reason is null ? by : $"{by}：{reason}"),
                c.Aborted);
        if (outcome.State.LastProposal is { } last && last.Number == number)
        {
            return last.Confirmed == confirmed
                ? Decided(c, outcome)
                : throw new ProblemException(ProblemType.Conflict,
                    $"第 {number} 号待定指令已{(last.Confirmed ? (last.DecidedBy is null ? "逾期自动下达" : $"由{last.DecidedBy}确认") : $"由{last.DecidedBy}驳回")}。");
        }

        throw new ProblemException(ProblemType.Stale, outcome.State.Proposal is { } current
            ? $"第 {number} 号待定指令已被第 {current.Number} 号代替。请核对后再决定。"
            : $"第 {number} 号待定指令已不存在：天气条件已变化。")
        { Extensions = new Dictionary<string, object?> { ["currentProposal"] = outcome.State.Proposal?.Number } };
    }

    /// <summary>What a person's decision led to; throws when it was refused.</summary>
    internal static IResult Decided(ApiContext c, PatrolOutcome outcome) => outcome.Refusal switch
    {
        null => c.Json(new DecisionAnswer(outcome.State.Revision, outcome.Order, outcome.Notes)),
        PatrolRefusal.Stale => throw new ProblemException(ProblemType.Stale, outcome.Notes[^1])
        {
            Extensions = new Dictionary<string, object?> { ["currentRevision"] = outcome.State.Revision, ["currentDecision"] = outcome.State.Override?.Number },
        },
        _ => throw new ProblemException(ProblemType.NotFound, outcome.Notes[^1]),
    };

    private static async Task<IResult> Simulate(ApiContext c)
    {
        var (campaign, request) = (await CampaignAsync(c), await c.JsonAsync<SimulationRequest>());
        if (request.Events.Count is 0 or > 400) throw new ProblemException(ProblemType.Invalid, "一次试算 1 至 400 条预警或预报。");
        var until = request.Until ?? request.Events.Max(each => each.At).AddDays(3);
        if (until - request.Events.Min(each => each.At) > TimeSpan.FromDays(250)) throw new ProblemException(ProblemType.Invalid, "一次试算最长 250 天。");
        if (request.Policy is { } tried && PolicyRules.Check(tried) is { Count: > 0 } errors)
        {
            throw new ProblemException(ProblemType.Invalid, $"方案有 {errors.Count} 处需要修改。",
                [.. errors.Select(error => error with { Pointer = "/policy" + error.Pointer })]);
        }

        try
        {
            return c.Json(PatrolSimulation.Run(request.Events, until, campaign, await c.Service<CampaignStore>()
                .UnitsAsync(campaign.District, c.Aborted), request.Policy ?? await PolicyAsync(c, campaign)));
        }
        catch (AlertPayloadException refused)
        {
            throw new ProblemException(ProblemType.Invalid, refused.Message,
                [new ProblemError { Message = refused.Message, Code = refused.Code, Pointer = "/events" }]);
        }
    }

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    private static Task<Unit> UnitAsync(ApiContext c) => c.Service<CampaignStore>().RequireUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);

    private static async Task<PatrolPolicy> PolicyAsync(ApiContext c, Campaign campaign) =>
        await c.Service<PatrolStore>().StoredPolicyAsync(campaign, c.Aborted) is { } policy ? PolicyRules.Usable(policy).Policy
        : throw new ProblemException(ProblemType.Conflict,
            $"专项行动指定的第 {campaign.PolicyVersion} 版巡查分级方案尚未登记，收到的预警在登记之前都会等待。请先 PUT 到 /api/v1/districts/{campaign.District}/policies/{campaign.PolicyVersion}。");

    /// <summary>The order's number in the address; of a drill it is negative.</summary>
    internal static int Revision(ApiContext c) =>
        int.TryParse(c.Route("revision"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is not 0 and > -1_000_000 and < 1_000_000
        ? number
        : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("revision")}”不是指令号，应为正整数（通联测试为负整数）。");

    private static ProblemException NoOrder(int revision) => new(ProblemType.NotFound, $"没有第 {revision} 号巡查指令。");

    private static ProblemException NoNotice(int revision) => new(ProblemType.NotFound, $"该单位没有第 {revision} 号巡查通知。请核对通知编号。");
}
