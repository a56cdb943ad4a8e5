using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Summaries over HTTP.</summary>
public static class SummaryEndpoints
{
    /// <summary>Template of a season's list.</summary>
    public const string ListTemplate = CampaignEndpoints.CampaignTemplate + "/summaries";

    /// <summary>Template of one week's summary.</summary>
    public const string SummaryTemplate = CampaignEndpoints.WeeksTemplate + "/{week}/summary";

    /// <summary>Template of a week's versions.</summary>
    public const string VersionsTemplate = SummaryTemplate + "/versions";

    /// <summary>Template of a file of a version, <c>latest</c> or a number: <c>download</c> (.xlsx), <c>json</c>, <c>csv</c> or <c>page</c> (the first page as HTML); of <c>latest</c> also <c>detail</c> (every report of the season so far).</summary>
    public const string FileTemplate = SummaryTemplate + "/{version}/{format}";

    /// <summary>Template of a request's status.</summary>
    public const string RequestTemplate = SummaryTemplate + "/requests/{request}";

    /// <summary>Template of the office's decision on a matter that a unit raised in a week.</summary>
    public const string MatterTemplate = CampaignEndpoints.WeeksTemplate + "/{week}/matters/{unit}";

    /// <summary>Template of the office's words on the week after.</summary>
    public const string OutlookTemplate = CampaignEndpoints.WeeksTemplate + "/{week}/outlook";

    /// <summary>Function names.</summary>
    public const string ListName = "ListSummaries", RequestName = "RequestSummary", StatusName = "GetSummaryRequest", VersionsName = "ListSummaryVersions",
        FileName = "DownloadSummary", MatterName = "PutMatter", OutlookName = "PutOutlook";

    private static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(ListName, "GET", ListTemplate, Overview, List) { Summary = "各周汇总的最新版", Response = typeof(IReadOnlyList<SummaryVersion>) },
        new(RequestName, "POST", SummaryTemplate, Overview, Ask) { Summary = "编制本周汇总：返回 202 和进度地址", Response = typeof(RequestAnswer) },
        new(StatusName, "GET", RequestTemplate, Overview, Status) { Summary = "编制进度", Response = typeof(RequestAnswer) },
        new(VersionsName, "GET", VersionsTemplate, Overview, Versions) { Summary = "本周汇总的各版", Response = typeof(IReadOnlyList<SummaryVersion>) },
        new(FileName, "GET", FileTemplate, Overview, Download) { Summary = "下载汇总：版次为 latest 或数字；download 为 .xlsx，json、csv 为同样的数据，page 为手机阅读的要情" },
        new(MatterName, "PUT", MatterTemplate, AccessRule.Office, PutMatter) { Summary = "提请研究事项：责任单位、时限、办结", Request = typeof(MatterBody), Response = typeof(MatterDecision) },
        new(OutlookName, "PUT", OutlookTemplate, AccessRule.Office, PutOutlook) { Summary = "下周天气与工作安排（印在要情第八项）", Request = typeof(OutlookBody), Response = typeof(WeekOutlook) },
    ];

    /// <summary>A request and where to look for what becomes of it.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="State">How far it has come.</param>
    /// <param name="Version">The version that stands after it.</param>
    /// <param name="StatusUrl">Ask here again.</param>
    /// <param name="DownloadUrl">The workbook, once it stands.</param>
    public sealed record RequestAnswer(SummaryRequest Request, RequestState State, int? Version, string StatusUrl, string? DownloadUrl);

    /// <summary>What the office decides on a matter.</summary>
    /// <param name="Owner">责任单位.</param>
    /// <param name="Due">时限.</param>
    /// <param name="Closed">办结.</param>
    /// <param name="Note">办理情况.</param>
    public sealed record MatterBody(string? Owner = null, DateOnly? Due = null, bool Closed = false, string? Note = null);

    /// <summary>The office's words on the week after.</summary>
    /// <param name="Text">At most 200 characters.</param>
    public sealed record OutlookBody(string Text);

    private static async Task<IResult> List(ApiContext c)
    {
        var campaign = await CampaignAsync(c);
        return c.Json(await c.Service<SummaryStore>().LatestAsync(campaign, c.Aborted));
    }

    private static async Task<IResult> Ask(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        if (c.Now < week.Opens) throw new ProblemException(ProblemType.Conflict, $"第{week.Number}周（{week.Key}）还没有开始，没有可以汇总的数据。");
        var key = c.Http.Request.Headers["Idempotency-Key"].ToString();
        var id = $"{week.Key}-{(key.Length > 0 ? Keys.Hash($"{c.Actor.Id}\n{key}")[..32] : Guid.NewGuid().ToString("N"))}".ToLowerInvariant();
        var request = await c.Service<SummaryStore>().AskAsync(campaign, week.Key, id, c.Audit("summary.requested", week.Key.ToString()), c.Aborted);
        var answer = Answer(campaign, request);
        c.Http.Response.Headers.Location = answer.StatusUrl;
        return c.Json(answer, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Status(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        var request = await c.Service<SummaryStore>().RequestAsync(campaign, c.Route("request"), c.Aborted);
        return request is { } found && found.Week == week.Key ? c.Json(Answer(campaign, found)) : throw new ProblemException(ProblemType.NotFound, "没有这个编制请求。请用提交请求时返回的地址查询。");
    }

    private static async Task<IResult> Versions(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        return c.Json(await c.Service<SummaryStore>().VersionsAsync(campaign, week.Key, c.Aborted));
    }

    private static async Task<IResult> Download(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        var store = c.Service<SummaryStore>();
        var (asked, format) = (c.Route("version"), c.Route("format"));
        int? number = asked == "latest" ? null : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
            : throw new ProblemException(ProblemType.BadRequest, $"“{asked}”不是版次。版次写作 latest（最新版）或数字，例如 2。");
        if (format == "detail" && number is null)
        {
            var form = await c.Service<ReportStore>().FormAsync(campaign, week, c.Aborted) ?? throw new ProblemException(ProblemType.NotFound, $"第{week.Number}周（{week.Key}）的表样还没有登记。");
            await store.RecordAsync(campaign, c.Audit("summary.downloaded", week.Key.ToString(), format), c.Aborted);
            c.Http.Response.Headers.ContentDisposition = Disposition(campaign, week, format);
            return Results.Stream(await store.OpenDetailAsync(campaign, week, form, c.Aborted), SummaryWorkbook.ContentType);
        }

        if (format is not ("download" or "json" or "csv" or "page")) throw new ProblemException(ProblemType.NotFound, $"没有“{format}”。可用的是 download（.xlsx）、json、csv、page（要情网页）；latest 另有 detail（逐周逐单位明细）。");
        var version = await store.VersionAsync(campaign, week.Key, number, c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, number is null ? $"第{week.Number}周（{week.Key}）的汇总还没有编制。" : $"第{week.Number}周（{week.Key}）没有第{number}版汇总。");
        await store.RecordAsync(campaign, c.Audit("summary.downloaded", $"{week.Key}/v{version.Number}", format), c.Aborted);

        var headers = c.Http.Response.Headers;
        headers.ETag = $"\"{version.InputHash}-{format}\"";
        headers.ContentDisposition = Disposition(campaign, week, format);
        if (format == "download")
        {
            return Results.Stream(await store.OpenWorkbookAsync(campaign, version, c.Aborted) ?? throw Gone(), SummaryWorkbook.ContentType);
        }

        var document = await store.DocumentAsync(campaign, version, c.Aborted) ?? throw Gone();
        if (format == "json") return c.Json(document);
        if (format == "csv") return Results.Bytes(SummaryExports.Csv(document.Summary), "text/csv; charset=utf-8");
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return Results.Text(SummaryExports.Html(document.Summary, document.Stamp), "text/html; charset=utf-8");
    }

    private static async Task<IResult> PutMatter(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        var body = await c.JsonAsync<MatterBody>();
        var report = await c.Service<ReportStore>().GetAsync(campaign, week.Key, c.Route("unit"), c.Aborted);
        if (report?.Counted?.Content.Values.Text(KnownFields.Matter) is null) throw new ProblemException(ProblemType.NotFound, $"{c.Route("unit")} 在第{week.Number}周（{week.Key}）没有提出需协调的事项。");
        if (body.Owner?.Length > 60 || body.Note?.Length > 200) throw new ProblemException(ProblemType.Invalid, "责任单位不超过60字，办理情况不超过200字，请精简后再提交。");
        var decision = new MatterDecision
        {
            Week = week.Key,
            Unit = c.Route("unit"),
            Owner = body.Owner,
            Due = body.Due,
            Closed = body.Closed,
            ClosedInWeek = body.Closed ? CampaignWeeks.At(campaign, c.Now)?.Key ?? CampaignWeeks.Of(campaign)[^1].Key : null,
            Note = body.Note,
        };
        await c.Service<SummaryStore>().DecideAsync(campaign, decision, c.Audit("matter.decided", $"{week.Key}/{decision.Unit}", body.Closed ? "closed" : null), c.Aborted);
        return c.Json(decision);
    }

    private static async Task<IResult> PutOutlook(ApiContext c)
    {
        var (campaign, week) = await WeekAsync(c);
        var body = await c.JsonAsync<OutlookBody>();
        if (string.IsNullOrWhiteSpace(body.Text) || body.Text.Length > 200) throw new ProblemException(ProblemType.Invalid, "“下周天气与工作安排”不能为空，且不超过200字。", [new ProblemError { Message = "不能为空，且不超过200字。", Pointer = "/text" }]);
        var outlook = new WeekOutlook(body.Text.Trim(), c.Actor.Id, c.Now);
        await c.Service<SummaryStore>().SetOutlookAsync(campaign, week.Key, outlook, c.Audit("summary.outlook", week.Key.ToString()), c.Aborted);
        return c.Json(outlook);
    }

    /// <summary>RFC 6266: the Chinese name for who reads filename*, an ASCII one for who does not. The phone page opens in place.</summary>
    private static string Disposition(Campaign campaign, ReportingWeek week, string format)
    {
        var extension = format switch { "download" or "detail" => "xlsx", "page" => "html", _ => format };
        var chinese = $"{campaign.DistrictName}寒冬送温暖工作调度{(format == "detail" ? "明细" : "汇总")}（第{week.Number}周）.{extension}";
        var ascii = $"{campaign.District}-{week.Key}{(format == "detail" ? "-detail" : "")}.{extension}";
        return $"{(format == "page" ? "inline" : "attachment")}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(chinese)}";
    }

    private static RequestAnswer Answer(Campaign campaign, SummaryRequest request)
    {
        var summary = $"/api/v1/campaigns/{campaign.District}/{campaign.Season}/weeks/{request.Week}/summary";
        return new RequestAnswer(request, request.State, request.Version, $"{summary}/requests/{request.Id}", request.Version is { } version ? $"{summary}/{version}/download" : null);
    }

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    private static async Task<(Campaign Campaign, ReportingWeek Week)> WeekAsync(ApiContext c)
    {
        var campaign = await CampaignAsync(c);
        var week = CampaignWeeks.Find(campaign, c.Week());
        return week is null ? throw new ProblemException(ProblemType.NotFound, $"{c.Week()} 不在本次专项行动的报送周之内（{campaign.Start:yyyy-MM-dd} 至 {campaign.LastDay:yyyy-MM-dd}）。") : (campaign, week);
    }

    private static ProblemException Gone() => new(ProblemType.NotFound, "汇总文件已不在存储中，请重新编制。");
}
