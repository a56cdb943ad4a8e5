using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Incidents;

/// <summary>The inboxes of office, leaders and the city above, and their acknowledgements, over HTTP.</summary>
public static class IncidentInboxEndpoints
{
    private const string NoticesTemplate = CampaignEndpoints.CampaignTemplate + "/incident-notices";

    /// <summary>Lines of a city's inbox that are looked up at once.</summary>
    private const int MostLines = 200;

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ListIncidentNotices", "GET", NoticesTemplate, IncidentEndpoints.Overview, Inbox)
        {
            Summary = "收到的突发情况报告，新的在前：办公室、领导各看各的；市级写四位区划代码。?waiting=true 只看待签收的",
            Response = typeof(IReadOnlyList<IncidentInboxLine>),
            Polled = true,
            Query = [ApiParameter.Flag("waiting", "只看待签收的")],
        },
        new("AcknowledgeIncidentNotice", "POST", NoticesTemplate + "/{notice}/acknowledgement", new AccessRule(Role.CampaignOffice, Role.Leader), Acknowledge)
        {
            Summary = "签收突发情况报告；办公室代签收须写明来电人和时间",
            MaxBody = 8 * 1024,
            Request = typeof(IncidentAcknowledgeRequest),
            BodyIsOptional = true,
            Response = typeof(IncidentNotice),
        },
    ];

    private static async Task<IResult> Inbox(ApiContext c)
    {
        var waiting = c.Query("waiting") == "true";
        var lines = IsCity(c) ? await CityAsync(c) : await DistrictAsync(c);
        return c.Json(lines.Where(line => !waiting || line.Notice is { Acknowledgement: null, AcknowledgeBy: not null }).ToList());
    }

    private static async Task<IReadOnlyList<IncidentInboxLine>> DistrictAsync(ApiContext c)
    {
        var (campaign, store) = (await c.CampaignAsync(), c.Service<IncidentStore>());
        var rows = (await store.AllAsync(campaign, c.Aborted)).ToDictionary(row => row.Id, StringComparer.Ordinal);
        var notices = await store.NoticesAsync(campaign, null, c.Aborted);
        return [.. notices.Where(notice => rows.ContainsKey(notice.Incident) && (c.Actor.Role != Role.Leader || IsLeaders(notice.Receiver)))
            .OrderByDescending(notice => notice.At).ThenBy(notice => notice.Receiver, StringComparer.Ordinal)
            .Select(notice => Line(campaign, notice, rows[notice.Incident], c.Now))];
    }

    private static async Task<IReadOnlyList<IncidentInboxLine>> CityAsync(ApiContext c)
    {
        var (store, campaigns) = (c.Service<IncidentStore>(), c.Service<CampaignStore>());
        List<IncidentInboxLine> lines = [];
        foreach (var pointer in (await store.CityAsync(c.Route("district"), c.Route("season"), c.Aborted)).Take(MostLines))
        {
            if ((await campaigns.GetAsync(pointer.District, pointer.Season, c.Aborted))?.Value is not { } campaign
                || await store.GetAsync(campaign, pointer.Incident, c.Aborted) is not { } row)
            {
                continue;
            }

            foreach (var receiver in (await store.PolicyAsync(campaign, c.Aborted)).Receivers.Where(receiver => receiver.Above))
            {
                if (await store.NoticeAsync(campaign.Partition, row.Id, pointer.Version, receiver.Code, c.Aborted) is { } notice)
                {
                    lines.Add(Line(campaign,
                        notice, row, c.Now));
                }
            }
        }

        return lines;
    }

    private static async Task<IResult> Acknowledge(ApiContext c)
    {
        if (c.Route("notice").Split('.') is not [var district, var incident, var number, var receiver]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                || !district.StartsWith(c.Route("district"), StringComparison.Ordinal))
        {
            throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("notice")}”不是报告的编号。请原样使用清单里的 id。");
        }

        var body = await c.BodyAsync();
        var campaign = await c.Service<CampaignStore>().RequireAsync(district, c.Route("season"), c.Aborted);
        var request = body.Length == 0 ? new IncidentAcknowledgeRequest() : JsonBody.Read<IncidentAcknowledgeRequest>(body, campaign.Zone());
        var store = c.Service<IncidentStore>();
        var notice = await store.NoticeAsync(campaign.Partition, incident, version, receiver, c.Aborted);
        var above = (await store.PolicyAsync(campaign, c.Aborted))
            .Receivers.FirstOrDefault(each => each.Code == receiver)?.Above ?? receiver == StandardIncidentPolicy.Above;
        if (notice is null || (c.Actor.Role == Role.Leader && !IsCity(c) && !IsLeaders(receiver)) || (IsCity(c) && !above))
        {
            throw new ProblemException(ProblemType.NotFound, "没有这份报告，或不在您的权限范围内。");
        }

        var own = above ? IsCity(c) : c.Actor.Role == Role.Leader ? IsLeaders(receiver) : receiver == StandardIncidentPolicy.Office;
        Check(request, notice, own, c.Now);
        var acknowledgement = new IncidentAcknowledgement(own ? c.Now : request.CalledAt!.Value.ToUniversalTime(), c.Actor.Id,
            request.Name?.Trim() ?? c.Actor.Name,
            own ? "api" : "phone");
        var outcome = await store.AcknowledgeAsync(campaign.Partition, incident, version, receiver, acknowledgement,
            c.Audit("incident.acknowledged", $"{incident}/{version}", own ? $"{notice.ReceiverName}：{acknowledgement.Name}" : $"{notice.ReceiverName}代签收：{request.Name}，{request.CalledAt:O}"),
            c.Aborted);
        return c.Json(outcome!.Stands);
    }

    private static void Check(IncidentAcknowledgeRequest request, IncidentNotice notice, bool own, DateTimeOffset now)
    {
        List<ProblemError> errors = [];
        if (request.Name?.Length > 50) errors.Add(new ProblemError { Pointer = "/name", Message = "姓名最长 50 字。", Fix = "只写签收人姓名。" });
        if (!own)
        {
            if (string.IsNullOrWhiteSpace(request.Name)) errors.Add(new ProblemError { Pointer = "/name", Message = "代签收须写明接电话的人。", Fix = "填写姓名。" });
            if (request.CalledAt is null) errors.Add(new ProblemError { Pointer = "/calledAt", Message = "代签收须写明通话时间。", Fix = "例如 2026-12-16T21:05:00+08:00。" });
            else if (request.CalledAt > now) errors.Add(new ProblemError { Pointer = "/calledAt", Message = "通话时间晚于现在。", Fix = "核对日期和时区。" });
            else if (request.CalledAt < notice.At.AddMinutes(-60)) errors.Add(new ProblemError { Pointer = "/calledAt", Message = "通话时间早于这份报告。", Fix = "核对日期和时区。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, "签收信息不完整。", errors);
    }

    private static bool IsCity(ApiContext c) => c.Route("district").Length == 4;

    private static bool IsLeaders(string receiver) => receiver is StandardIncidentPolicy.Duty or StandardIncidentPolicy.Leader;

    private static IncidentInboxLine Line(Campaign campaign, IncidentNotice notice, IncidentRow row, DateTimeOffset now) => new(
        string.Create(CultureInfo.InvariantCulture, $"{campaign.District}.{notice.Incident}.{notice.Version}.{notice.Receiver}"), campaign.District,
        campaign.DistrictName, notice, row.State, IncidentText.Name(row.State), row.Version, notice is { Acknowledgement: null, AcknowledgeBy: { } by }
            && now > by);
}
