using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Campaigns and units over HTTP.</summary>
public static class CampaignEndpoints
{
    /// <summary>Template of one campaign.</summary>
    public const string CampaignTemplate = "api/v1/campaigns/{district}/{season}";

    /// <summary>Template of a campaign's weeks.</summary>
    public const string WeeksTemplate = CampaignTemplate + "/weeks";

    /// <summary>Template of the decision to prolong a campaign.</summary>
    public const string ExtensionTemplate = CampaignTemplate + "/extension";

    /// <summary>Template of a district's units.</summary>
    private const string UnitsTemplate = "api/v1/districts/{district}/units";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PutCampaign", "PUT", CampaignTemplate, AccessRule.Office, PutCampaign)
        {
            Summary = "设置一个区县一个冬天的专项行动",
            Request = typeof(Campaign),
            Response = typeof(Campaign),
            Query = [ApiParameter.ValidateOnly],
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
        },
        new("GetCampaign", "GET", CampaignTemplate, AccessRule.Readers, GetCampaign)
        {
            Summary = "读取专项行动",
            Response = typeof(Campaign),
            ShowsVersion = true,
        },
        new("GetWeeks", "GET", WeeksTemplate, AccessRule.Readers, GetWeeks) { Summary = "各周起止、截止、锁定时间", Response = typeof(IReadOnlyList<ReportingWeek>) },
        new("ExtendCampaign", "POST", ExtensionTemplate, AccessRule.Office, Extend)
        {
            Summary = "视情顺延：写明新的结束日期、理由、批准人（须带 If-Match）",
            MaxBody = 16 * 1024,
            Request = typeof(ExtensionRequest),
            Response = typeof(Campaign),
            IfMatch = VersionNamed.Always,
            ShowsVersion = true,
        },
        new("PutUnits", "PUT", UnitsTemplate, AccessRule.Office, PutUnits)
        {
            Summary = "登记、修改报送单位（不删除）",
            Request = typeof(IReadOnlyList<Unit>),
            Response = typeof(IReadOnlyList<Unit>),
            Query = [ApiParameter.ValidateOnly],
            IfMatch = VersionNamed.IfKnown,
            ShowsVersion = true,
        },
        new("GetUnits", "GET", UnitsTemplate, AccessRule.Readers, GetUnits)
        {
            Summary = "报送单位名册",
            Response = typeof(IReadOnlyList<Unit>),
            ShowsVersion = true,
        },
    ];

    private static async Task<IResult> PutCampaign(ApiContext c)
    {
        var campaign = await c.JsonAsync<Campaign>();
        var store = c.Service<CampaignStore>();
        var errors = CampaignRules.Check(campaign, c.Route("district"), c.Route("season"));
        if (errors.Count == 0 && await store.GetAsync(campaign.District, campaign.Season, c.Aborted) is { } before)
        {
            errors = CampaignRules.Check(before.Value, campaign, c.Now);
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"专项行动的设置有 {errors.Count} 处需要修改。", errors);
        if (c.ValidatesOnly) return c.Json(campaign);
        var stored = await store.PutAsync(campaign, c.Http.Request.Headers.IfMatch, c.Audit("campaign.put", campaign.Partition), c.Aborted);
        return Stored(c, stored);
    }

    private static async Task<IResult> GetCampaign(ApiContext c)
    {
        await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var row = (await c.Service<CampaignStore>().GetAsync(c.Route("district"), c.Route("season"), c.Aborted))!;
        c.Http.Response.Headers.ETag = row.ETag.ToString();
        return c.Json(row.Value);
    }

    private static async Task<IResult> GetWeeks(ApiContext c) =>
        c.Json(CampaignWeeks.Of(await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted)));

    private static async Task<IResult> Extend(ApiContext c)
    {
        var (store, request) = (c.Service<CampaignStore>(), await c.JsonAsync<ExtensionRequest>());
        var campaign = await store.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        if (CampaignRules.Check(campaign, request, c.Now) is { Count: > 0 } errors)
        {
            throw new ProblemException(ProblemType.Invalid, $"顺延决定有 {errors.Count} 处需要修改，未登记。", errors);
        }

        var extension = new CampaignExtension(request.NewEnd, request.Reason.Trim(), request.ApprovedBy.Trim(), c.Now);
        var stored = await store.ExtendAsync(campaign.District, campaign.Season, extension, c.Http.Request.Headers.IfMatch,
            c.Audit("campaign.extended", campaign.Partition,
                $"{campaign.LastDay:yyyy-MM-dd} → {extension.NewEnd:yyyy-MM-dd}，{extension.ApprovedBy}：{extension.Reason}"),
            c.Aborted);
        return Stored(c, stored);
    }

    private static IResult Stored(ApiContext c, Outcome<Row<Campaign>> outcome)
    {
        var row = outcome switch
        {
            Outcome<Row<Campaign>>.Changed changed => changed.Value,
            Outcome<Row<Campaign>>.Repeated repeated => repeated.Value,
            Outcome<Row<Campaign>>.Refused => throw new ProblemException(ProblemType.Invalid, "顺延是一项单独的决定，不能随设置一起修改。",
                [new ProblemError { Pointer = "/extension", Message = "内容中的顺延与已登记的不同。", Fix = $"删去 extension，改用 POST /{ExtensionTemplate}。" }]),
            _ => throw new ProblemException(ProblemType.Stale, "专项行动的设置已存在且内容不同。请先读取当前设置，在其基础上修改，并在 If-Match 请求头中带上读取时的 ETag。"),
        };
        c.Http.Response.Headers.ETag = row.ETag.ToString();
        return c.Json(row.Value);
    }

    private static async Task<IResult> PutUnits(ApiContext c)
    {
        var units = await c.JsonAsync<IReadOnlyList<Unit>>();
        if (CampaignRules.Check(units) is { Count: > 0 } errors) throw new ProblemException(ProblemType.Invalid, $"单位名册有 {errors.Count} 处需要修改，本次未保存。", errors);
        if (c.ValidatesOnly) return c.Json(units);
        var (store, district) = (c.Service<CampaignStore>(), c.Route("district"));
        if (await store.PutUnitsAsync(district, units, c.Audit("units.put", district, $"{units.Count}"), c.Http.Request.Headers.IfMatch, c.Aborted)
            is Outcome<UnitList>.Stale)
        {
            throw new ProblemException(ProblemType.Stale, "名册在您读取之后有人改过，本次没有保存。请看过最新的内容，在其基础上修改，并在 If-Match 中带上新的 ETag。");
        }

        return ShowUnits(c, await store.UnitListAsync(district, c.Aborted));
    }

    private static async Task<IResult> GetUnits(ApiContext c) =>
        ShowUnits(c, await c.Service<CampaignStore>().UnitListAsync(c.Route("district"), c.Aborted));

    private static IResult ShowUnits(ApiContext c, UnitList list)
    {
        c.ShowVersion(list.ETag);

        // Phone numbers are for the office's call list.
        return c.Json(c.Actor.Role is Role.CampaignOffice or Role.Operator ? list.Units : [.. list.Units.Select(unit => unit with { Contacts = [] })]);
    }
}
