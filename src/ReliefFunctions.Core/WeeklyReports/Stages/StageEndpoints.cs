using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>Stage reports over HTTP: prefilled, submitted, returned and accepted like a weekly report.</summary>
public static class StageEndpoints
{
    /// <summary>Template of one unit's stage report; the stage is <c>progress</c> or <c>final</c>.</summary>
    public const string StageTemplate = CampaignEndpoints.CampaignTemplate + "/stage-reports/{stage}/{unit}";

    /// <summary>Template of all units' stage reports.</summary>
    public const string StagesTemplate = CampaignEndpoints.CampaignTemplate + "/stage-reports/{stage}";

    /// <summary>Template of the document.</summary>
    public const string DocumentTemplate = StageTemplate + "/document";

    /// <summary>Template of the office's acceptance.</summary>
    public const string AcceptTemplate = StageTemplate + "/accept";

    /// <summary>Template of the office's return.</summary>
    public const string ReturnTemplate = StageTemplate + "/return";

    /// <summary>Function names.</summary>
    public const string PutName = "PutStageReport", GetName = "GetStageReport", ListName = "ListStageReports", DocumentName = "GetStageReportDocument", AcceptName = "AcceptStageReport", ReturnName = "ReturnStageReport";

    /// <summary>The media type of documents.</summary>
    public const string DocumentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(PutName, "PUT", StageTemplate, AccessRule.UnitOrOffice, Put) { Summary = "报送推进情况（progress）、工作总结（final）；更正须带 If-Match", Request = typeof(StageText), Response = typeof(StageRow) },
        new(GetName, "GET", StageTemplate, AccessRule.Readers, Get) { Summary = "读取阶段材料；未报送的带当前累计数据", Response = typeof(StageRow) },
        new(ListName, "GET", StagesTemplate, ReportEndpoints.Overview, ListAll) { Summary = "各单位阶段材料报送情况", Response = typeof(IReadOnlyList<StageRow>) },
        new(DocumentName, "GET", DocumentTemplate, AccessRule.Readers, Document) { Summary = "下载阶段材料（.docx）" },
        new(AcceptName, "POST", AcceptTemplate, AccessRule.Office, c => ReviewAsync(c, ReportState.Accepted)) { Summary = "阶段材料审核通过", Request = typeof(ReviewBody), Response = typeof(StageRow) },
        new(ReturnName, "POST", ReturnTemplate, AccessRule.Office, c => ReviewAsync(c, ReportState.Returned)) { Summary = "退回阶段材料并说明原因", Request = typeof(ReviewBody), Response = typeof(StageRow) },
    ];

    private static FeatureTable Table(ApiContext c) => c.Service<FeatureTables>()[FeatureTables.Name.Reports];

    private static async Task<IResult> Put(ApiContext c)
    {
        var target = await TargetAsync(c);
        var text = await c.JsonAsync<StageText>();
        var errors = text.Sections.Append(("filledBy", "填报人", text.FilledBy)).Append(("reviewedBy", "审核人", text.ReviewedBy)).SelectMany(section => Check(section.Item1, section.Item2, section.Item3)).ToList();
        if (string.IsNullOrWhiteSpace(text.Work)) errors.Add(new ProblemError { Pointer = "/work", Code = "required", Message = "工作开展情况没有填写。", Fix = "请填写。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"阶段材料有 {errors.Count} 处需要修改，本次没有保存。", errors);
        var figures = await FiguresAsync(c, target);
        var calendar = target.Campaign.Calendar;
        var due = (target.Stage == Stage.Progress ? calendar.ProgressReportDue : calendar.FinalReportDue) is { } day ? LocalTime.ToUtc(day.AddDays(1), TimeOnly.MinValue, target.Campaign.Zone()) : DateTimeOffset.MaxValue;
        var late = c.Now < due ? 0 : (int)Math.Floor((c.Now - due).TotalMinutes) + 1;
        return await ChangeAsync(c, target, "submitted", row => row.Submit(text, Version(c, null), figures, late, c.Now, c.Actor.Id));
    }

    private static async Task<IResult> Get(ApiContext c)
    {
        var target = await TargetAsync(c);
        var row = await RowAsync(c, target);
        c.Http.Response.Headers.ETag = ETag(row);
        return c.Json(row);
    }

    private static async Task<IResult> ListAll(ApiContext c)
    {
        var campaign = await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var stage = StageOf(c);
        var rows = new Dictionary<string, StageRow>();
        await foreach (var row in Table(c).PrefixAsync<StageRow>(campaign.Partition, $"G|{stage}|", c.Aborted)) rows[row.Value.Unit] = row.Value;
        var units = (await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted)).Where(unit => unit.IsOpen(campaign.Start, campaign.LastDay));
        return c.Json(units.Select(unit => rows.GetValueOrDefault(unit.Code) ?? new StageRow { Stage = stage, Unit = unit.Code, UnitName = unit.Name }).ToList());
    }

    private static async Task<IResult> Document(ApiContext c)
    {
        var target = await TargetAsync(c);
        var row = await RowAsync(c, target);
        return Results.File(StageDocument.Write(target.Campaign, row), DocumentType, $"{target.Unit.Name}-{(target.Stage == Stage.Progress ? "推进情况" : "工作总结")}.docx");
    }

    private static async Task<IResult> ReviewAsync(ApiContext c, ReportState state)
    {
        var target = await TargetAsync(c);
        var body = await c.JsonAsync<ReviewBody>();
        if (state == ReportState.Returned && string.IsNullOrWhiteSpace(body.Comment)) throw new ProblemException(ProblemType.Invalid, "退回必须写明原因。", [new ProblemError { Pointer = "/comment", Code = "required", Message = "缺少退回原因。", Fix = "写明哪一部分、为什么、怎样改。" }]);
        if (Check("comment", "意见", body.Comment).ToList() is { Count: > 0 } errors) throw new ProblemException(ProblemType.Invalid, "审核意见需要修改。", errors);
        var version = Version(c, body.Version) ?? throw new ProblemException(ProblemType.BadRequest, "请写明审核的是第几次报送：正文的“version”或 If-Match 请求头。");
        return await ChangeAsync(c, target, state == ReportState.Accepted ? "accepted" : "returned", row => row.Reviewed(state, new ReviewComment(version, body.Comment, c.Actor.Id, c.Now)));
    }

    /// <summary>Reads, decides and commits row, version and audit together, again when another was first.</summary>
    private static async Task<IResult> ChangeAsync(ApiContext c, Target target, string what, Func<StageRow, StageRow?> decide)
    {
        var key = StageRow.Key(target.Stage, target.Unit.Code);
        while (true)
        {
            var read = await Table(c).GetAsync<StageRow>(target.Campaign.Partition, key, c.Aborted);
            var before = read?.Value ?? target.Empty;
            var after = decide(before) ?? throw new ProblemException(ProblemType.Stale, $"{target.Unit.Name}的这份材料现在是第 {before.Version} 次报送，您的操作不是在它的基础上做的。请读取最新内容，核对后再提交。")
            {
                Extensions = new Dictionary<string, object?> { ["latestVersion"] = before.Version },
            };
            if (!ReferenceEquals(before, after))
            {
                var transaction = new Transaction(target.Campaign.Partition).Put(read, key, after).Audit(c.Audit("stage." + what, $"{target.Stage}/{target.Unit.Code}", after.Review?.Comment));
                if (after.Version > before.Version) transaction.Insert(StageRow.VersionKey(target.Stage, target.Unit.Code, after.Version), after);
                if (!await Table(c).CommitAsync(transaction, c.Aborted)) continue;
            }

            c.Http.Response.Headers.ETag = ETag(after);
            return c.Json(after, after.Version > before.Version ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }
    }

    private static IEnumerable<ProblemError> Check(string name, string heading, string? text)
    {
        if (text is null) yield break;
        if (text.Length > StageText.LongestSection) yield return new ProblemError { Pointer = "/" + name, Code = "too-long", Message = $"{heading}共 {text.Length} 字，超过 {StageText.LongestSection} 字。", Fix = "压缩文字，详细材料另附。" };
        foreach (var (what, masked) in PersonalData.Find(text)) yield return new ProblemError { Pointer = "/" + name, Code = "personal-data", Value = masked, Message = $"{heading}含有{what}。", Fix = $"删除{what}。" };
    }

    private static async Task<StageRow> RowAsync(ApiContext c, Target target) =>
        (await Table(c).GetAsync<StageRow>(target.Campaign.Partition, StageRow.Key(target.Stage, target.Unit.Code), c.Aborted))?.Value ?? target.Empty with { Figures = await FiguresAsync(c, target) };

    private static async Task<StageFigures> FiguresAsync(ApiContext c, Target target)
    {
        var over = CampaignWeeks.Of(target.Campaign).Where(week => LocalTime.ToUtc(week.Last.AddDays(1), TimeOnly.MinValue, target.Campaign.Zone()) <= c.Now && target.Unit.IsOpen(week.First, week.Last)).ToList();
        var store = c.Service<ReportStore>();
        var rows = await Task.WhenAll(over.Select(week => store.GetAsync(target.Campaign, week.Key, target.Unit.Code, c.Aborted)));
        var current = over.Count > 0 ? over[^1] : CampaignWeeks.Of(target.Campaign)[0];
        var form = await store.FormAsync(target.Campaign, current, c.Aborted) ?? throw new ProblemException(ProblemType.Conflict, "表样还没有登记，请联系领导小组办公室。");
        return StageFigures.Of(form, target.Unit.Kind, over, [.. rows.OfType<ReportRow>()]);
    }

    private static async Task<Target> TargetAsync(ApiContext c)
    {
        var campaigns = c.Service<CampaignStore>();
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        return new Target(campaign, StageOf(c), await campaigns.RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted));
    }

    private static Stage StageOf(ApiContext c) => c.Route("stage") switch
    {
        "progress" => Stage.Progress,
        "final" => Stage.Final,
        var other => throw new ProblemException(ProblemType.NotFound, $"没有阶段材料“{other}”。推进情况是 progress，工作总结是 final。"),
    };

    private static int? Version(ApiContext c, int? fromBody)
    {
        var header = c.Http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0) return fromBody;
        return int.TryParse(header.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw new ProblemException(ProblemType.BadRequest, $"If-Match 请求头“{header}”不是报送版本，请使用读取时返回的 ETag。");
    }

    private static string ETag(StageRow row) => string.Create(CultureInfo.InvariantCulture, $"\"{row.Version}\"");

    private sealed record Target(Campaign Campaign, Stage Stage, Unit Unit)
    {
        public StageRow Empty => new() { Stage = Stage, Unit = Unit.Code, UnitName = Unit.Name };
    }
}
