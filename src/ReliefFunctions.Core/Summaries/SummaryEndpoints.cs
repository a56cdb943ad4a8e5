using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.Summaries.Sheets;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Summaries over HTTP.</summary>
public static class SummaryEndpoints
{
    /// <summary>Template of a season's list.</summary>
    private const string ListTemplate = CampaignEndpoints.CampaignTemplate + "/summaries";

    /// <summary>
    /// Template of one period's summary: a week such as <c>2026W50</c>, or <c>progress</c>, <c>final</c>, <c>season</c>. The district may be an area's
    /// prefix.
    /// </summary>
    private const string SummaryTemplate = ListTemplate + "/{period}";

    /// <summary>
    /// Template of a file of a version, <c>latest</c> or a number: <c>download</c> (.xlsx), <c>print</c> (.xlsx of what is printed), <c>bulletin</c>
    /// (.docx), <c>json</c>, <c>csv</c> or <c>page</c> (the first page as HTML); of a district's <c>latest</c> also <c>detail</c> (every report of the
    /// season so far).
    /// </summary>
    public const string FileTemplate = SummaryTemplate + "/{version}/{format}";

    /// <summary>Template of a file opened by a signed link.</summary>
    private const string LinkedFileTemplate = "f/{token}";

    private const string Downloaded = "summary.downloaded";

    private static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ListSummaries", "GET", ListTemplate, Overview, List)
        {
            Summary = "各周、各阶段汇总的最新版；区划代码写两位或四位前缀即为省、市汇总（以下同）",
            Response = typeof(IReadOnlyList<SummaryVersion>),
            Polled = true,
        },
        new("RequestSummary", "POST", SummaryTemplate, Overview, Ask)
        {
            Cost = Costly.Compile,
            Summary = "编制一周（如 2026W50）或一个阶段（progress、final、season）的汇总：返回 202 和进度地址",
            Response = typeof(RequestAnswer),
            TakesIdempotencyKey = true,
            Statuses = [202],
            Problems = [ProblemType.Conflict],
        },
        new("GetSummaryRequest", "GET", CampaignEndpoints.CampaignTemplate + "/summary-requests/{period}/{request}", Overview, Status)
        {
            Summary = "编制进度",
            Response = typeof(RequestAnswer),
        },
        new("ListSummaryVersions", "GET", SummaryTemplate + "/versions", Overview, Versions)
        {
            Summary = "汇总的各版",
            Response = typeof(IReadOnlyList<SummaryVersion>),
        },
        new("GetSummaryFront", "GET", SummaryTemplate + "/front", Overview, Front)
        {
            Summary = "要情：结论、存在问题、提请决策、主要数据、下周重点、单位状态，连同逐周走势、事项和较上一版的改动，供网页显示",
            Response = typeof(FrontAnswer),
            Polled = true,
            Query = [new("version", "第几版；不写为最新版", "2") { Type = "integer" }],
        },
        new("ListTemperatures", "GET", CampaignEndpoints.CampaignTemplate + "/temperatures", Overview, Temperatures)
        {
            Summary = "全季逐日最低气温：预报的，没有预报的为预警信号所写的，连同今后几夜的预报",
            Response = typeof(IReadOnlyList<DailyMinimum>),
            Polled = true,
        },
        new("ListSummaryDownloads", "GET", SummaryTemplate + "/downloads", AccessRule.Office, Downloads)
        {
            Summary = "下载记录：谁或哪条链接、何时、哪一版，最近的在前",
            Response = typeof(IReadOnlyList<AuditEntry>),
        },
        new("DownloadSummary", "GET", FileTemplate, Overview, Download)
        {
            Problems = [ProblemType.TooManyRequests],
            Summary = "下载汇总：版次为 latest 或数字；download 为 .xlsx 全册，print 为供打印的 .xlsx，bulletin 为 .docx 通报，json、csv 为同样的数据，page 为手机阅读、可打印的要情",
            Response = typeof(SummaryDocument),
            Gives = [SummaryWorkbook.ContentType, Bulletin.ContentType, "text/csv", "text/html"],
            ShowsVersion = true,
        },
        new("CreateSummaryLink", "POST", FileTemplate + "/links", AccessRule.Office, CreateLink)
        {
            Summary = "生成限时下载链接，写明给谁",
            Request = typeof(LinkBody),
            Response = typeof(LinkAnswer),
            Statuses = [201],
        },
        new("DownloadLinkedSummary", "GET", LinkedFileTemplate, AccessRule.Public, DownloadLinked)
        {
            Summary = "凭限时链接下载",
            Response = typeof(SummaryDocument),
            Gives = [SummaryWorkbook.ContentType, Bulletin.ContentType, "text/csv", "text/html"],
            ShowsVersion = true,
        },
        new("ListMatters", "GET", CampaignEndpoints.CampaignTemplate + "/matters", Overview, Matters)
        {
            Summary = "提请研究事项清单；state=open 未办结，closed 已办结，不写为全部",
            Response = typeof(IReadOnlyList<MatterLine>),
            Query = [new("state", "未办结、已办结；不写为全部", "open") { Values = ["open", "closed", "all"] }],
        },
        new("PutMatter", "PUT", CampaignEndpoints.WeeksTemplate + "/{week}/matters/{unit}", new AccessRule(Role.CampaignOffice, Role.Operator, Role.Leader), PutMatter)
        {
            Summary = "提请研究事项：责任单位、时限、办结；领导可直接办结",
            Request = typeof(MatterBody),
            Response = typeof(MatterDecision),
            IfMatch = VersionNamed.IfKnown,
        },
        new("PutOutlook", "PUT", SummaryTemplate + "/outlook", AccessRule.Office, PutOutlook)
        {
            Summary = "下周天气与工作安排（印在要情“下周重点”）",
            Request = typeof(OutlookBody),
            Response = typeof(WeekOutlook),
        },
        new("PutLastSeason", "PUT", CampaignEndpoints.CampaignTemplate + "/last-season", AccessRule.Office, PutLastSeason)
        {
            Summary = "上一年度各周数据，供同期比较；不登记时取上一年度最后一次汇总",
            Request = typeof(SeasonFigures),
            Response = typeof(SeasonFigures),
            Query = [ApiParameter.ValidateOnly],
            IfMatch = VersionNamed.IfKnown,
            ShowsVersion = true,
        },
        new("GetLastSeason", "GET", CampaignEndpoints.CampaignTemplate + "/last-season", AccessRule.Office, GetLastSeason)
        {
            Summary = "已登记的上一年度各周数据",
            Response = typeof(SeasonFigures),
            ShowsVersion = true,
        },
        new("PutSummaryArea", "PUT", CampaignEndpoints.CampaignTemplate + "/area", AccessRule.Office, PutArea)
        {
            Summary = "登记市（州）或省的名称和填报单位，此后按日程汇总其各区县",
            Request = typeof(AreaBody),
            Response = typeof(SummaryArea),
            IfMatch = VersionNamed.IfKnown,
            ShowsVersion = true,
        },
        new("GetSummaryArea", "GET", CampaignEndpoints.CampaignTemplate + "/area", AccessRule.Office, GetArea)
        {
            Summary = "市（州）或省登记的名称和填报单位",
            Response = typeof(SummaryArea),
            ShowsVersion = true,
        },
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
    /// <param name="Note">办理情况; needed to close.</param>
    public sealed record MatterBody(string? Owner = null, DateOnly? Due = null, bool Closed = false, string? Note = null);

    /// <summary>The office's words on what comes next.</summary>
    /// <param name="Text">At most 200 characters.</param>
    public sealed record OutlookBody(string Text);

    /// <summary>Whom a link is for.</summary>
    /// <param name="For">A name, at most 12 characters.</param>
    /// <param name="Hours">How long it is good: 1 to 168; a day when not said.</param>
    public sealed record LinkBody(string For, int? Hours = null);

    /// <summary>A link.</summary>
    /// <param name="Url">Opens the file without a key.</param>
    /// <param name="Link">What it opens, for whom and until when.</param>
    public sealed record LinkAnswer(string Url, DownloadLink Link);

    /// <summary>The first page for a page of the portal.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Front">What a leader reads in a minute.</param>
    /// <param name="Trend">Week by week.</param>
    /// <param name="Ahead">The minimum temperatures foreseen.</param>
    /// <param name="Matters">Matters for decision, closed ones included.</param>
    /// <param name="Outlook">The office's words on what comes next, as printed.</param>
    /// <param name="Changes">Against the version before.</param>
    public sealed record FrontAnswer(SummaryVersion Version, FrontPage Front, IReadOnlyList<WeekLine> Trend, IReadOnlyList<DailyMinimum> Ahead,
        IReadOnlyList<MatterLine> Matters, string? Outlook, IReadOnlyList<ChangeLine> Changes);

    /// <summary>An area's name and office.</summary>
    /// <param name="Name">Such as 贵阳市.</param>
    /// <param name="Office">填报单位.</param>
    /// <param name="Code">As in the address, where it is said.</param>
    public sealed record AreaBody(string Name, string Office, string? Code = null);

    private static async Task<IResult> List(ApiContext c) => c.Json(await c.Service<SummaryStore>().LatestAsync(await ScopeAsync(c), c.Aborted));

    private static async Task<IResult> Ask(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        if (c.Now < period.Opens) throw new ProblemException(ProblemType.Conflict, $"{Named(period)}还没有开始，没有可以汇总的数据。");
        var key = c.Http.Request.Headers["Idempotency-Key"].ToString();
        var id = $"{period.Key}-{(key.Length > 0 ? Keys.Hash($"{c.Actor.Id}\n{key}")[..32] : Guid.NewGuid().ToString("N"))}".ToLowerInvariant();
        var request = await c.Service<SummaryStore>().AskAsync(scope, period, id, c.Audit("summary.requested", period.Key), c.Aborted);
        var answer = Answer(scope, request);
        c.Http.Response.Headers.Location = answer.StatusUrl;
        return c.Json(answer, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Status(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        var request = await c.Service<SummaryStore>().RequestAsync(scope, c.Route("request"), c.Aborted);
        return request is { } found && found.Period == period.Key ? c.Json(Answer(scope, found))
            : throw new ProblemException(ProblemType.NotFound, "没有这个编制请求。请用提交请求时返回的地址查询。");
    }

    private static async Task<IResult> Versions(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        return c.Json(await c.Service<SummaryStore>().VersionsAsync(scope, period, c.Aborted));
    }

    private static async Task<IResult> Front(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        var version = await VersionAsync(c, scope, period, c.Query("version") ?? "latest");
        var (summary, stamp) = await c.Service<SummaryStore>().DocumentAsync(scope, version, c.Aborted) is { } document
            ? (document.Summary, document.Stamp)
            : throw Gone();
        return c.Json(new FrontAnswer(version, FrontPage.Of(summary, stamp), summary.Trend, summary.Ahead, summary.Matters, summary.Outlook, summary.Changes));
    }

    private static async Task<IResult> Temperatures(ApiContext c) =>
        c.Json(await c.Service<SummaryReader>().MinimumsAsync(
            await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted), c.Aborted));

    private static async Task<IResult> Downloads(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        return c.Json(await c.Service<SummaryStore>()
            .RecordedAsync(scope, entry => entry.What == Downloaded && entry.Subject.Split('/')[0] == period.Key, c.Aborted));
    }

    private static async Task<IResult> Download(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        var (store, format) = (c.Service<SummaryStore>(), c.Route("format"));
        if (format == "detail" && !scope.IsArea && c.Route("version") == "latest")
        {
            // Gathered now; all other files lie there, and a leader may leaf through a whole season of them.
            c.Restrain(Costly.Export);
            var campaign = scope.Campaigns[0];
            var forms = await c.Service<SummaryReader>().FormsAsync(campaign, period.Last, c.Aborted)
                ?? throw new ProblemException(ProblemType.NotFound, $"{Named(period)}的表样还没有登记。");
            await RecordAsync(c, scope, c.Audit(Downloaded, period.Key, format));
            c.Http.Response.Headers.ContentDisposition = Disposition(scope, period, null, format);
            return Results.Stream(await store.OpenDetailAsync(campaign, period.Last, forms, c.Aborted), SummaryWorkbook.ContentType);
        }

        return await FileAsync(c, scope, period, await VersionAsync(c, scope, period), format, c.Audit(Downloaded, ""));
    }

    /// <summary>Records who takes a file; whoever asks for its headers alone takes none.</summary>
    private static Task RecordAsync(ApiContext c, SummaryScope scope, AuditEntry audit) =>
        c.HeadersOnly ? Task.CompletedTask : c.Service<SummaryStore>().RecordAsync(scope, audit, c.Aborted);

    /// <summary>Streams a file of a version and records who took it.</summary>
    private static async Task<IResult> FileAsync(ApiContext c, SummaryScope scope, SummaryPeriod period, SummaryVersion version, string format,
        AuditEntry audit)
    {
        var store = c.Service<SummaryStore>();
        await RecordAsync(c, scope,
            audit with { Subject = $"{period.Key}/v{version.Number}", Detail = audit.Detail is null ? format : $"{format} {audit.Detail}" });
        var headers = c.Http.Response.Headers;
        headers.ETag = $"\"{version.InputHash}-{format}\"";
        headers.ContentDisposition = Disposition(scope, period, version.Number, format);
        if (SummaryFile.Of(format) is { } file) return Results.Stream(await store.OpenAsync(scope, version, file, c.Aborted) ?? throw Gone(), file.ContentType);

        var document = await store.DocumentAsync(scope, version, c.Aborted) ?? throw Gone();
        if (format == "json") return c.Json(document);
        if (format == "csv") return Results.Bytes(SummaryExports.Csv(document.Summary), "text/csv; charset=utf-8");
        headers.ContentSecurityPolicy = SafeHeaders.OwnPage;
        var page = SummaryExports.Html(document.Summary, document.Stamp);
        if (!Language.Tell(c.Http)) return Results.Text(page, "text/html; charset=utf-8");
        headers.ETag = $"\"{version.InputHash}-{format}{Language.EnglishTag}\"";
        return Results.Text(Language.Page(page), "text/html; charset=utf-8");
    }

    private static async Task<IResult> CreateLink(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        var body = await c.JsonAsync<LinkBody>();
        var errors = new List<ProblemError>();
        if (string.IsNullOrWhiteSpace(body.For) || body.For.Length > DownloadLinks.LongestName)
        {
            errors.Add(new ProblemError { Pointer = "/for", Value = body.For, Message = $"请写明链接给谁，不超过{DownloadLinks.LongestName}字。", Fix = "例如“区政府办”。" });
        }

        if (body.Hours is < 1 || body.Hours > DownloadLinks.Longest.TotalHours)
        {
            errors.Add(new ProblemError { Pointer = "/hours", Message = $"有效时间应为 1 至 {DownloadLinks.Longest.TotalHours} 小时。", Fix = "不写即为 24 小时。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"链接申请有 {errors.Count} 处需要修改。", errors);
        var version = await VersionAsync(c, scope, period);
        var until = Granting.Bounded(c.Actor, c.Now + (body.Hours is { } hours ? TimeSpan.FromHours(hours) : DownloadLinks.Usual));
        var link = new DownloadLink(scope.Code, scope.Season, period.Key, version.Number, c.Route("format"), body.For.Trim(),
            DateTimeOffset.FromUnixTimeSeconds(until.ToUnixTimeSeconds()));
        await c.Service<SummaryStore>()
            .RecordAsync(scope, c.Audit("summary.linked", $"{period.Key}/v{version.Number}", $"{link.Format} {link.For} {link.Until:O}"), c.Aborted);
        return c.Json(new LinkAnswer(await c.Service<DownloadLinks>().UrlAsync(link, c.Aborted), link), StatusCodes.Status201Created);
    }

    private static async Task<IResult> DownloadLinked(ApiContext c)
    {
        static ProblemException Nothing() => new(ProblemType.NotFound, "链接无效或已过期。请向专项行动办公室索取新链接。");
        var link = await c.Service<DownloadLinks>().OpenAsync(c.Route("token"), c.Now, c.Aborted) ?? throw Nothing();
        var scope = await c.Service<SummaryScopes>().FindAsync(link.Scope, link.Season, c.Aborted) ?? throw Nothing();
        var period = scope.Find(link.Period) ?? throw Nothing();
        var version = await c.Service<SummaryStore>().VersionAsync(scope, period, link.Version, c.Aborted) ?? throw Nothing();
        return await FileAsync(c, scope, period, version, link.Format, c.Audit(Downloaded, "") with { Actor = "link", Detail = link.For });
    }

    private static async Task<IResult> Matters(ApiContext c)
    {
        var scope = await ScopeAsync(c);
        if (scope.IsArea) throw new ProblemException(ProblemType.NotFound, "提请研究事项按区县列出，请用六位区划代码。");
        var closed = c.Query("state") switch
        {
            null or "" or "all" => (bool?)null,
            "open" => false,
            "closed" => true,
            var other => throw new ProblemException(ProblemType.BadRequest, $"没有“{other}”这种状态。可用的是 open（未办结）、closed（已办结）、all（全部）。"),
        };
        var matters = await c.Service<SummaryReader>().MattersAsync(scope, c.Aborted);
        return c.Json(matters.Where(matter => closed is null || matter.Closed == closed).ToList());
    }

    private static async Task<IResult> PutMatter(ApiContext c)
    {
        var scope = await ScopeAsync(c);
        var period = scope.Find(c.Route("week"), c.Now);
        if (scope.IsArea || period is not { Kind: PeriodKind.Week })
        {
            throw new ProblemException(ProblemType.NotFound, $"{c.Route("week")} 不是本次专项行动的报送周。周次写作 2026W50。");
        }

        var (campaign, week) = (scope.Campaigns[0], period.Last);
        var body = await c.JsonAsync<MatterBody>();
        if (await c.Service<SummaryReader>().MatterAsync(campaign, week, c.Route("unit"), c.Aborted) is null)
        {
            throw new ProblemException(ProblemType.NotFound, $"{c.Route("unit")} 在第{week.Number}周（{week.Key}）没有提出需协调的事项。");
        }

        var errors = new List<ProblemError>();
        if (body.Owner?.Length > 60) errors.Add(new ProblemError { Pointer = "/owner", Message = "责任单位不超过60字。", Fix = "请用简称。" });
        if (body.Note?.Length > 200) errors.Add(new ProblemError { Pointer = "/note", Message = "办理情况不超过200字。", Fix = "请精简。" });
        if (body.Closed && string.IsNullOrWhiteSpace(body.Note)) errors.Add(new ProblemError { Pointer = "/note", Message = "办结须写明办理情况。", Fix = "例如“已加装护栏”。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"办理意见有 {errors.Count} 处需要修改。", errors);
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
        var audit = c.Audit("matter.decided", $"{week.Key}/{decision.Unit}", body.Closed ? "closed" : null);
        var stored = await c.Service<SummaryStore>().DecideAsync(scope, decision, audit, c.Http.Request.Headers.IfMatch, c.Aborted);
        return stored is Outcome<MatterDecision>.Stale ? throw Stale("事项的办理意见") : c.Json(decision);
    }

    private static async Task<IResult> PutOutlook(ApiContext c)
    {
        var (scope, period) = await PeriodAsync(c);
        var body = await c.JsonAsync<OutlookBody>();
        if (string.IsNullOrWhiteSpace(body.Text) || body.Text.Length > 200)
        {
            throw new ProblemException(ProblemType.Invalid, "“下周天气与工作安排”不能为空，且不超过200字。", [new ProblemError { Message = "不能为空，且不超过200字。", Pointer = "/text" }]);
        }

        var outlook = new WeekOutlook(body.Text.Trim(), c.Actor.Id, c.Now);
        await c.Service<SummaryStore>().SetOutlookAsync(scope, period, outlook, c.Audit("summary.outlook", period.Key), c.Aborted);
        return c.Json(outlook);
    }

    private static async Task<IResult> PutLastSeason(ApiContext c)
    {
        var scope = await ScopeAsync(c);
        if (scope.IsArea) throw new ProblemException(ProblemType.NotFound, "上一年度数据按区县登记，请用六位区划代码；市（州）、省由区县相加。");
        var body = await c.JsonAsync<SeasonFigures>();
        var errors = new List<ProblemError>();
        void Wrong(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        if (body.Season is not { Length: 9 } || string.CompareOrdinal(body.Season, scope.Season) >= 0)
        {
            Wrong("/season", "年度应早于本年度，写作“2025-2026”。", "例如“2025-2026”。");
        }

        if (string.IsNullOrWhiteSpace(body.Source) || body.Source.Length > 30) Wrong("/source", "请写明数据来源，不超过30字。", "例如“2025年度台账”。");
        if (body.Weeks is not { Count: > 0 and <= 60 }) Wrong("/weeks", "应有1至60周。", "每周一项。");
        foreach (var (index, week) in (body.Weeks ?? []).Take(60).Index())
        {
            if (week.Number is < 1 or > 60) Wrong($"/weeks/{index}/number", "周次应为1至60。", "按专项行动第几周填写。");
            if (week.Headlines is not { Count: <= 20 } || week.Headlines.Keys.Any(label => label.Length is 0 or > 30))
            {
                Wrong($"/weeks/{index}/headlines", "每项为名称和不小于0的整数，不超过20项。", "例如 {\"救助人次\": 37}。");
                continue;
            }

            foreach (var (label, _) in week.Headlines.Where(pair => pair.Value is < 0 or > 100_000_000))
            {
                Wrong($"/weeks/{index}/headlines/{label.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}",
                    $"第{week.Number}周的{label}应为不小于0的整数。", "核对这一周的数。");
            }
        }

        if (body.Weeks?.DistinctBy(week => week.Number).Count() < body.Weeks?.Count) Wrong("/weeks", "周次重复。", "每周只写一次。");
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"上一年度数据有 {errors.Count} 处需要修改。", errors);
        if (c.ValidatesOnly) return c.Json(body);
        var stored = await c.Service<SummaryStore>().SetLastSeasonAsync(scope, body, c.Audit("summary.last-season", body.Season),
            c.Http.Request.Headers.IfMatch, c.Aborted);
        return stored is Outcome<SeasonFigures>.Stale ? throw Stale("上一年度数据") : await GetLastSeason(c);
    }

    private static async Task<IResult> GetLastSeason(ApiContext c) =>
        Show(c, await c.Service<SummaryStore>().LastSeasonAsync(await ScopeAsync(c), c.Aborted), "没有登记上一年度数据。");

    private static async Task<IResult> GetArea(ApiContext c) =>
        Show(c, await c.Service<SummaryScopes>().AreaAsync(c.Route("district"), c.Route("season"), c.Aborted), "没有登记这个市（州）或省。");

    private static IResult Show<T>(ApiContext c, Row<T>? row, string none)
    {
        if (row is null) throw new ProblemException(ProblemType.NotFound, none);
        c.ShowVersion(NamedVersion.Of(row));
        return c.Json(row.Value);
    }

    private static ProblemException Stale(string what) =>
        new(ProblemType.Stale, $"{what}在您读取之后有人改过，本次没有保存。请看过最新的内容，在其基础上修改，并在 If-Match 中带上新的 ETag。");

    private static async Task<IResult> PutArea(ApiContext c)
    {
        var (code, body) = (c.Route("district"), await c.JsonAsync<AreaBody>());
        var errors = new List<ProblemError>();
        if (code.Length is not (2 or 4) || !code.All(char.IsAsciiDigit))
        {
            throw new ProblemException(ProblemType.BadRequest, $"“{code}”不是市（州）或省的区划前缀。市（州）写四位，省写两位，例如 5201、52。");
        }

        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > 20)
        {
            errors.Add(new ProblemError { Pointer = "/name", Value = body.Name, Message = "名称不能为空，不超过20字。", Fix = "例如“贵阳市”。" });
        }

        if (string.IsNullOrWhiteSpace(body.Office) || body.Office.Length > 60)
        {
            errors.Add(new ProblemError { Pointer = "/office", Value = body.Office, Message = "填报单位不能为空，不超过60字。", Fix = "写领导小组办公室全称。" });
        }

        if (body.Code is { } said && said != code)
        {
            errors.Add(new ProblemError { Pointer = "/code", Value = said, Message = $"内容中的区划代码是“{said}”，地址中是“{code}”。", Fix = "两处改为一致。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"登记内容有 {errors.Count} 处需要修改。", errors);
        var area = new SummaryArea(code, body.Name.Trim(), body.Office.Trim());
        var stored = await c.Service<SummaryScopes>().PutAsync(area, c.Route("season"), c.Audit("area.put", code, area.Name),
            c.Http.Request.Headers.IfMatch, c.Aborted);
        return stored is Outcome<SummaryArea>.Stale ? throw Stale("登记内容") : await GetArea(c);
    }

    /// <summary>
    /// RFC 6266: the Chinese name for who reads filename*, an ASCII one for who does not; two versions in one folder have two names. The phone page opens
    /// in place.
    /// </summary>
    private static string Disposition(SummaryScope scope, SummaryPeriod period, int? version, string format)
    {
        var extension = format switch { "download" or "print" or "detail" => "xlsx", "bulletin" => "docx", "page" => "html", _ => format };
        var kind = format switch { "detail" => "明细", "print" => "打印册", "bulletin" => "通报", _ => "汇总" };
        var chinese = $"{scope.Name}寒冬送温暖工作调度{kind}（{scope.Season}年度{Named(period)}{(version is null ? "" : $"第{version}版")}）.{extension}";
        var ascii = $"{scope.Code}-{scope.Season}-{period.Key}-{(version is null ? "detail" : $"v{version}")}{(format == "print" ? "-print" : "")}.{extension}";
        return $"{(format == "page" ? "inline" : "attachment")}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(chinese)}";
    }

    private static string Named(SummaryPeriod period) => period.Kind switch
    {
        PeriodKind.Week => $"第{period.Last.Number}周",
        PeriodKind.Progress => "推进情况",
        PeriodKind.Final => "工作总结",
        _ => "全季",
    };

    private static RequestAnswer Answer(SummaryScope scope, SummaryRequest request)
    {
        var campaign = $"/api/v1/campaigns/{scope.Code}/{scope.Season}";
        return new RequestAnswer(request, request.State, request.Version, $"{campaign}/summary-requests/{request.Period}/{request.Id}",
            request.Version is { } version ? $"{campaign}/summaries/{request.Period}/{version}/download" : null);
    }

    private static async Task<SummaryScope> ScopeAsync(ApiContext c) =>
        await c.Service<SummaryScopes>().FindAsync(c.Route("district"), c.Route("season"), c.Aborted)
        ?? throw new ProblemException(ProblemType.NotFound,
            $"没有找到区划 {c.Route("district")} 在 {c.Route("season")} 年度的专项行动。区县写六位代码；市（州）写四位、省写两位，须先登记名称（PUT …/area）并至少有一个区县。");

    private static async Task<(SummaryScope Scope, SummaryPeriod Period)> PeriodAsync(ApiContext c)
    {
        var (scope, key) = (await ScopeAsync(c), c.Route("period"));
        return scope.Find(key, c.Now) is { } period ? (scope, period)
            : throw new ProblemException(ProblemType.NotFound,
                $"没有“{key}”这一期。周次写作 2026W50，须在 {scope.Periods[0].Last.First:yyyy-MM-dd} 至 {scope.Periods[^1].Last.Last:yyyy-MM-dd} 之内；阶段为 progress（推进情况）、final（工作总结）、season（全季）。");
    }

    /// <summary>The version and format named in the address.</summary>
    private static Task<SummaryVersion> VersionAsync(ApiContext c, SummaryScope scope, SummaryPeriod period)
    {
        var format = c.Route("format");
        if (format is not ("download" or "print" or "bulletin" or "json" or "csv" or "page"))
        {
            throw new ProblemException(ProblemType.NotFound,
                $"没有“{format}”。可用的是 download（.xlsx 全册）、print（.xlsx 打印册）、bulletin（.docx 通报）、json、csv、page（要情网页，可打印）；区县的 latest 另有 detail（逐周逐单位明细）。");
        }

        return VersionAsync(c, scope, period, c.Route("version"));
    }

    private static async Task<SummaryVersion> VersionAsync(ApiContext c, SummaryScope scope, SummaryPeriod period, string asked)
    {
        int? number = asked == "latest" ? null : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
            : throw new ProblemException(ProblemType.BadRequest, $"“{asked}”不是版次。版次写作 latest（最新版）或数字，例如 2。");
        return await c.Service<SummaryStore>().VersionAsync(scope, period, number, c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, number is null ? $"{Named(period)}的汇总还没有编制。" : $"{Named(period)}没有第{number}版汇总。");
    }

    private static ProblemException Gone() => new(ProblemType.NotFound, "汇总文件已不在存储中，请重新编制。");
}
