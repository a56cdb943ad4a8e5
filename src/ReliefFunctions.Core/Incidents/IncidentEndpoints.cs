using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Incidents over HTTP: reported in three fields, followed to the end.</summary>
public static class IncidentEndpoints
{
    /// <summary>A unit's incidents; <c>office</c> for those that the office itself reports.</summary>
    internal const string UnitTemplate = CampaignEndpoints.CampaignTemplate + "/units/{unit}/incidents";

    /// <summary>One incident.</summary>
    internal const string IncidentTemplate = UnitTemplate + "/{incident}";

    internal static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>Within this time of each other two reports of one place may be of one incident.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromHours(24);

    private static readonly string[] CsvHead =
    [
        "编号", "单位", "状态", "严重程度", "类别", "情况", "地点", "涉及人数", "死亡", "失联", "危重", "送医", "轻伤轻症", "平安", "发现时间", "报告时间", "初报晚（分钟）", "续报截止", "核报截止", "结束时间", "版次", "已采取",
        "需要", "核查结论", "并入",
    ];

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        .. ConfigurationEndpoints.Of<IncidentPolicy>(IncidentPolicyRules.Kind, "重大情况报送规则", "api/v1/districts/{district}/incident-policies/{version}",
            "PutIncidentPolicy", "GetIncidentPolicy", IncidentPolicyRules.Check),
        new("GetIncidentRules", "GET", CampaignEndpoints.CampaignTemplate + "/incident-rules", AccessRule.Readers, Rules)
        {
            Summary = "现行的重大情况报送规则：类别、场所、时限、报送对象",
            Response = typeof(IncidentPolicy),
        },
        new("ReportIncident", "POST", UnitTemplate, AccessRule.UnitOrOffice, Report)
        {
            Summary = "初报突发情况：发生了什么、在哪里、几个人，三项即可；原样重发不会重复",
            MaxBody = 64 * 1024,
            Request = typeof(IncidentReport),
            Response = typeof(IncidentReceipt),
            Statuses = [200, 201],
            ShowsVersion = true,
            TakesIdempotencyKey = true,
            Problems = [ProblemType.Conflict],
        },
        new("ListUnitIncidents", "GET", UnitTemplate, AccessRule.Readers, OfUnit)
        {
            Summary = "本单位报过的突发情况，新的在前",
            Response = typeof(IReadOnlyList<IncidentLine>),
        },
        new("GetIncident", "GET", IncidentTemplate, AccessRule.Readers, Get)
        {
            Summary = "一起情况：各次报告、报给了谁、谁已签收",
            Response = typeof(IncidentDetail),
            ShowsVersion = true,
        },
        new("AddIncidentReport", "POST", IncidentTemplate + "/reports", AccessRule.UnitOrOffice, Update)
        {
            Summary = "续报（followUp）、核报（final，须有结论）、更正（correction）或误报（falseAlarm，均须写明原因）；须写明依据的是第几次报告",
            MaxBody = 64 * 1024,
            Request = typeof(IncidentUpdate),
            Response = typeof(IncidentReceipt),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("JoinIncident", "POST", IncidentTemplate + "/join", AccessRule.Office, Join)
        {
            Summary = "把两家报的同一起情况合并（两份都保留，按一起计）；into 不填为拆开",
            MaxBody = 16 * 1024,
            Request = typeof(IncidentJoinRequest),
            Response = typeof(IncidentLine),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("ListIncidents", "GET", CampaignEndpoints.CampaignTemplate + "/incidents", Overview, List)
        {
            Summary = "全季突发情况，新的在前；?state=open 只看处置中的，?format=csv 导出",
            Response = typeof(IReadOnlyList<IncidentLine>),
            Polled = true,
            Query =
            [
                new("state", "open（处置中）、closed（已核报）或 falseAlarm（误报）", "open") { Values = ["open", "closed", "falseAlarm"] },
                new("format", "文件格式，默认 json", "csv") { Values = ["csv", "json"] },
            ],
            Gives = ["text/csv"],
        },
    ];

    private static async Task<IResult> Rules(ApiContext c) => c.Json(await c.Service<IncidentStore>().PolicyAsync(await c.CampaignAsync(), c.Aborted));

    private static async Task<IResult> Report(ApiContext c)
    {
        var (campaign, report) = (await c.CampaignAsync(), await c.JsonAsync<IncidentReport>());
        var (store, unit, units) = (c.Service<IncidentStore>(), await UnitAsync(c, campaign),
            await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted));
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        var content = (report.Details ?? new IncidentDetails()).On(new IncidentContent
        {
            What = report.What.Trim(),
            Where = report.Where.Trim(),
            HowMany = report.HowMany,
            Kind = string.IsNullOrWhiteSpace(report.Kind) ? null : report.Kind.Trim(),
            FoundAt = (report.FoundAt ?? c.Now).ToUniversalTime(),
            Township = unit.Kind == UnitKind.Township ? unit.Code : null,
        });
        var errors = IncidentRules.Check(content, policy, units, c.Now, "/details");
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"有 {errors.Count} 处需要修改，还没有报出。十万火急的请先打电话：{campaign.DutyPhone}。", errors);
        var there = await c.Service<IncidentSurroundings>().ReadAsync(campaign, content.Township ?? unit.Code, c.Now, c.Aborted);
        var key = c.Http.Request.Headers["Idempotency-Key"].ToString();
        var decision = await store.ReportAsync(campaign, unit, report, content, key.Length > 0 ? Keys.Hash(key) : null, policy, there, Actor(c),
            c.Audit("incident.reported", unit.Code), c.Aborted);
        return decision switch
        {
            IncidentDecision.Changed(var row, _) => Receipt(c, row, 1, false, policy, units, campaign, StatusCodes.Status201Created),
            IncidentDecision.Repeated(var row, var version) => Receipt(c, row, version, true, policy, units, campaign),
            _ => throw new ProblemException(ProblemType.Conflict, "这个 Idempotency-Key 已经用来报过另一起情况。新的情况请换一个，或不带它。"),
        };
    }

    private static async Task<IResult> Update(ApiContext c)
    {
        var (campaign, update) = (await c.CampaignAsync(), await c.JsonAsync<IncidentUpdate>());
        var (store, row, units) = (c.Service<IncidentStore>(), await IncidentAsync(c, campaign),
            await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted));
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        var version = c.VersionNamed(update.BaseVersion)
            ?? throw new ProblemException(ProblemType.BadRequest, "须写明依据的是第几次报告：If-Match 请求头或 baseVersion。",
                [new ProblemError { Pointer = "/baseVersion", Message = "没有写明依据的版次。", Fix = $"现在是第 {row.Version} 次，请先看过再报。" }]);

        // What acts on another version was received before, or is stale: it is not held against what has come since.
        if (version == row.Version && Faults(update, row, policy, units, c.Now) is { Count: > 0 } errors)
        {
            throw new ProblemException(ProblemType.Invalid, $"有 {errors.Count} 处需要修改，没有保存。", errors);
        }

        var decision = await store.UpdateAsync(campaign, row.Id, update, version, policy, Actor(c),
            c.Audit("incident." + Camel(update.Kind), row.Id, update.Reason), c.Aborted);
        return decision switch
        {
            IncidentDecision.Changed(var changed, _) => Receipt(c, changed, changed.Version, false, policy, units, campaign),
            IncidentDecision.Repeated(var stands, var number) => Receipt(c, stands, number, true, policy, units, campaign),
            IncidentDecision.Stale(var stands) => throw Stale(stands),
            IncidentDecision.Refused(var reason) => throw new ProblemException(ProblemType.Conflict, reason),
            _ => throw NoIncident(),
        };
    }

    /// <summary>Everything wrong with a further report upon the latest version.</summary>
    private static List<ProblemError> Faults(IncidentUpdate update, IncidentRow row, IncidentPolicy policy, IReadOnlyList<Unit> units, DateTimeOffset now)
    {
        var content = (update.Details ?? new IncidentDetails()).On(row.Content);
        var errors = IncidentRules.Check(content, policy, units, now).ConvertAll(error => error with { Pointer = "/details" + error.Pointer });
        var needsReason = update.Kind is IncidentReportKind.Correction or IncidentReportKind.FalseAlarm;
        if ((needsReason && string.IsNullOrWhiteSpace(update.Reason)) || update.Reason?.Length > IncidentRules.LongestReason)
        {
            errors.Add(new ProblemError
            {
                Pointer = "/reason",
                Message = $"{IncidentText.Name(update.Kind)}须写明原因，最长 {IncidentRules.LongestReason} 字。",
                Fix = "例如：经核实为宿醉，无伤病。",
            });
        }

        if (update.Kind == IncidentReportKind.Final && content.Finding is null)
        {
            errors.Add(new ProblemError { Pointer = "/details/finding", Message = "核报须写明核查结论。", Fix = "例如：送医后好转，已由家属接回；排除人为因素。" });
        }

        return errors;
    }

    private static async Task<IResult> Join(ApiContext c)
    {
        var (campaign, request) = (await c.CampaignAsync(), await c.JsonAsync<IncidentJoinRequest>());
        var (store, row) = (c.Service<IncidentStore>(), await IncidentAsync(c, campaign));
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > IncidentRules.LongestReason)
        {
            throw new ProblemException(ProblemType.Invalid, "合并情况须写明原因。",
                [new ProblemError { Pointer = "/reason", Message = $"须写明原因，最长 {IncidentRules.LongestReason} 字。", Fix = "例如：公安与青岩镇报的是同一人。" }]);
        }

        if (request.Into is { } into && !Keys.IsPart(into))
        {
            throw new ProblemException(ProblemType.Invalid, "没有要并入的那起情况。",
                [new ProblemError { Pointer = "/into", Message = "编号不对。", Fix = "填写清单里的编号；拆开的不填。" }]);
        }

        if (c.VersionNamed(request.BaseVersion) is { } version && version != row.Version && row.JoinedInto != request.Into) throw Stale(row);
        var joined = await store.JoinAsync(campaign, row.Id, request.Into, c.Audit(request.Into is null ? "incident.separated" : "incident.joined", row.Id,
            $"{request.Into}：{request.Reason.Trim()}"), c.Aborted) ?? throw new ProblemException(ProblemType.NotFound, "没有要并入的那起情况。请核对编号。");
        if (joined.Refusal is { } refusal) throw new ProblemException(ProblemType.Conflict, refusal);
        c.ShowVersion(joined.Row.Version);
        return c.Json(IncidentLine.Of(joined.Row, await store.PolicyAsync(campaign, c.Aborted),
            await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted), campaign, c.Now));
    }

    private static async Task<IResult> OfUnit(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var unit = await UnitAsync(c, campaign);
        return c.Json(await LinesAsync(c, campaign, row => row.Unit == unit.Code));
    }

    private static async Task<IResult> Get(ApiContext c)
    {
        var (campaign, store) = (await c.CampaignAsync(), c.Service<IncidentStore>());
        var row = await IncidentAsync(c, campaign);
        var (versions, notices) = (store.VersionsAsync(campaign, row.Id, c.Aborted), store.NoticesAsync(campaign, row.Id, c.Aborted));
        var (policy, units) = (await store.PolicyAsync(campaign, c.Aborted), await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted));
        var isUnit = c.Actor.Role == Role.UnitReporter;
        var similar = isUnit ? [] : (await store.AllAsync(campaign, c.Aborted)).Where(other => IsNear(row, other))
            .Select(other => IncidentLine.Of(other, policy, units, campaign, c.Now)).ToList();
        c.ShowVersion(row.Version);
        return c.Json(new IncidentDetail(IncidentLine.Of(row, policy, units, campaign, c.Now, await notices), row.Content, row.Circumstances, await versions,
            await notices, isUnit ? [] : row.Photos, similar));
    }

    private static async Task<IResult> List(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        IncidentState? state = c.Query("state") switch
        {
            null or "" => null,
            "open" => IncidentState.Open,
            "closed" => IncidentState.Closed,
            "falseAlarm" => IncidentState.FalseAlarm,
            var other => throw new ProblemException(ProblemType.BadRequest, $"没有“{other.Cut(20)}”这种状态，可用 open、closed、falseAlarm。"),
        };
        if (c.Query("format") is not (null or "" or "json" or "csv")) throw new ProblemException(ProblemType.BadRequest, "format 可用 json 或 csv。");
        if (c.Query("format") != "csv") return c.Json(await LinesAsync(c, campaign, row => state is null || row.State == state));
        var (policy, units) = (await c.Service<IncidentStore>().PolicyAsync(campaign, c.Aborted),
            await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted));
        var rows = (await c.Service<IncidentStore>().AllAsync(campaign, c.Aborted)).Where(row => state is null || row.State == state);
        return Results.File(Csv.Write(rows.Select(row => CsvLine(row, policy, units, campaign)).Prepend(CsvHead)), "text/csv; charset=utf-8",
            $"{campaign.DistrictName}突发情况{campaign.Season}.csv");
    }

    private static IEnumerable<string?> CsvLine(IncidentRow row, IncidentPolicy policy, IReadOnlyList<Unit> units, Campaign campaign)
    {
        var content = row.Content;
        static string Number(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "";
        string At(DateTimeOffset? at) => at is { } moment ? LocalTime.In(moment, campaign.Zone()).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";
        return
        [
            row.Id, row.UnitName, IncidentText.Name(row.State), IncidentText.Name(row.Severity), policy.Kind(row.Kind)?.Name ?? row.Kind, content.What,
            IncidentText.Place(content, policy, units.FirstOrDefault(unit => unit.Code == content.Township)?.Name), Number(content.HowMany),
                Number(content.Dead),
            Number(content.Missing), Number(content.Critical), Number(content.Hospitalised), Number(content.Slight), Number(content.Safe), At(content.FoundAt),
            At(row.ReportedAt), Number(row.MinutesLate), At(row.NextDueAt), At(row.FinalDueAt), At(row.EndedAt), Number(row.Version), content.Done,
                content.Needs,
            content.Finding, row.JoinedInto,
        ];
    }

    private static async Task<IReadOnlyList<IncidentLine>> LinesAsync(ApiContext c, Campaign campaign, Func<IncidentRow, bool> which)
    {
        var store = c.Service<IncidentStore>();
        var (policy, units) = (await store.PolicyAsync(campaign, c.Aborted), await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted));
        var rows = (await store.AllAsync(campaign, c.Aborted)).Where(which).Reverse().ToList();
        var notices = (await store.NoticesAsync(campaign, null, c.Aborted)).ToLookup(notice => notice.Incident, StringComparer.Ordinal);
        return [.. rows.Select(row => IncidentLine.Of(row, policy, units, campaign, c.Now, notices[row.Id]))];
    }

    /// <summary>Whether two reports may be of one incident: at about the same time, in the same township or of units of which one has none.</summary>
    private static bool IsNear(IncidentRow row, IncidentRow other) =>
        row.Id != other.Id && other.State != IncidentState.FalseAlarm && row.JoinedInto != other.Id && other.JoinedInto != row.Id
        && (row.Content.FoundAt - other.Content.FoundAt).Duration() <= Near
        && (row.Content.Township == other.Content.Township || row.Content.Township is null || other.Content.Township is null);

    private static IResult Receipt(ApiContext c, IncidentRow row, int version, bool repeated, IncidentPolicy policy, IReadOnlyList<Unit> units,
        Campaign campaign,
        int status = StatusCodes.Status200OK)
    {
        var newer = row.Version > version ? row.Version : (int?)null;
        var next = row.State == IncidentState.Open ? $"请在{IncidentText.Moment(row.NextDueAt!.Value, campaign.Zone())}前续报，有变化随时报。" : "";
        var message = repeated
            ? $"这份报告已经收到过（编号 {row.Id}，第{version}次），没有重复。{(newer is null ? "" : $"现在是第{newer}次。")}如果是另一起，请写明发现时间再报。"
            : $"已报出（编号 {row.Id}，第{version}次）。{next}";
        c.ShowVersion(row.Version);
        return c.Json(new IncidentReceipt(IncidentLine.Of(row, policy, units, campaign, c.Now), version, repeated, newer, message), status);
    }

    /// <summary>The incident of the address; what is another unit's is not there.</summary>
    internal static async Task<IncidentRow> IncidentAsync(ApiContext c, Campaign campaign) =>
        await c.Service<IncidentStore>().GetAsync(campaign, c.Route("incident"), c.Aborted) is { } row && row.Unit == c.Route("unit") ? row : throw NoIncident();

    private static async Task<Unit> UnitAsync(ApiContext c, Campaign campaign) => c.Route("unit") == StandardIncidentPolicy.Office
        ? IncidentUnits.Office(campaign)
        : await c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);

    private static IncidentActor Actor(ApiContext c) =>
        new(c.Now, c.Actor.Id, c.Actor.Name, c.Actor.Role is Role.CampaignOffice or Role.Operator, ReliefTelemetry.Here);

    private static string Camel(IncidentReportKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static ProblemException Stale(IncidentRow row) =>
        new(ProblemType.Stale, $"现在是第 {row.Version} 次报告，您依据的是另一次。请看过最新内容再报。") { Extensions = new Dictionary<string, object?> { ["currentVersion"] = row.Version } };

    private static ProblemException NoIncident() => new(ProblemType.NotFound, "没有找到这起情况。请核对单位和编号。");
}
