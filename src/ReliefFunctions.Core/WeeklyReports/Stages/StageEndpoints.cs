using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>Stage reports over HTTP: prefilled, submitted, returned and accepted like a weekly report.</summary>
public static class StageEndpoints
{
    /// <summary>Template of one unit's stage report; the stage is <c>progress</c> or <c>final</c>.</summary>
    private const string StageTemplate = CampaignEndpoints.CampaignTemplate + "/stage-reports/{stage}/{unit}";

    /// <summary>The media type of documents.</summary>
    public const string DocumentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PutStageReport", "PUT", StageTemplate, AccessRule.UnitOrOffice, Put)
        {
            Summary = "报送推进情况（progress）、工作总结（final）：JSON 或填好的 .docx；更正须带 If-Match，文档自带",
            Request = typeof(StageText),
            Takes = [DocumentType, "multipart/form-data"],
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(StageRow),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Statuses = [200, 201],
            Problems = [ProblemType.Conflict, ProblemType.UnsupportedType],
        },
        new("GetStageReport", "GET", StageTemplate, AccessRule.Readers, Get)
        {
            Summary = "读取阶段材料；未报送的带当前累计数据",
            Response = typeof(StageRow),
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("ListStageReports", "GET", CampaignEndpoints.CampaignTemplate + "/stage-reports/{stage}", ReportEndpoints.Overview, ListAll)
        {
            Summary = "各单位阶段材料报送情况",
            Response = typeof(IReadOnlyList<StageRow>),
        },
        new("GetStageReportVersions", "GET", StageTemplate + "/versions", AccessRule.Readers, Versions)
        {
            Summary = "阶段材料的历次报送",
            Response = typeof(IReadOnlyList<StageRow>),
        },
        new("GetStageReportDocument", "GET", StageTemplate + "/document", AccessRule.Readers, Document)
        {
            Summary = "下载阶段材料（.docx）；?version= 为某次报送",
            Query = [new("version", "某次报送；不写为最近一次", "1") { Type = "integer" }],
            Gives = [DocumentType],
            Problems = [ProblemType.Conflict],
        },
        new("AcceptStageReport", "POST", StageTemplate + "/accept", AccessRule.Office, c => ReviewAsync(c, ReportState.Accepted))
        {
            Summary = "阶段材料审核通过",
            Request = typeof(ReviewBody),
            Response = typeof(StageRow),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("ReturnStageReport", "POST", StageTemplate + "/return", AccessRule.Office, c => ReviewAsync(c, ReportState.Returned))
        {
            Summary = "退回阶段材料并说明原因",
            Request = typeof(ReviewBody),
            Response = typeof(StageRow),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
    ];

    private static async Task<IResult> Put(ApiContext c)
    {
        var (campaign, stage, unit) = await TargetAsync(c);
        var (text, baseVersion) = await TextAsync(c, campaign, stage, unit);
        var errors = text.Sections.Append(("filledBy", "填报人", text.FilledBy)).Append(("reviewedBy", "审核人", text.ReviewedBy))
            .SelectMany(section => Check(section.Item1, section.Item2, section.Item3)).ToList();
        if (string.IsNullOrWhiteSpace(text.Work)) errors.Add(new ProblemError { Pointer = "/work", Code = "required", Message = "工作开展情况没有填写。", Fix = "请填写。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"阶段材料有 {errors.Count} 处需要修改，本次没有保存。", errors);
        var figures = await c.Service<StageStore>().FiguresAsync(campaign, unit, c.Now, c.Aborted) ?? throw NoForm();
        var late = StageReports.MinutesLate(campaign, stage, c.Now);
        return await ChangeAsync(c, "submitted", null, row => row.Submit(text, c.VersionNamed(baseVersion), figures, late, c.Now, c.Actor.Id));
    }

    /// <summary>The text sent, as JSON or as the document that was offered; both are screened alike. A document names the version that it corrects.</summary>
    private static async Task<(StageText Text, int? BaseVersion)> TextAsync(ApiContext c, Campaign campaign, Stage stage, Unit unit)
    {
        var file = await c.FileAsync();
        if (!WorkbookPackage.IsZip(file.Bytes)) return (JsonBody.Read<StageText>(file.Bytes), null);
        var (text, token, errors) = StageDocumentReader.Read(file.Bytes);
        if (errors.Count > 0)
        {
            throw new ProblemException(errors[0].Code == "not-a-document"
                ? ProblemType.UnsupportedType
                : ProblemType.Invalid, $"文档有 {errors.Count} 处需要修改，本次没有保存。", errors);
        }

        if (token is not null && (token with { Version = 0 }) != new StageToken(campaign.District, campaign.Season, StageReports.KeyOf(stage), unit.Code, 0))
        {
            throw new ProblemException(ProblemType.Invalid, $"这份文档不是{unit.Name}的{StageReports.NameOf(stage)}。",
                [new ProblemError { Code = "wrong-document", Message = "文档是另一单位、另一阶段或另一年度的。", Fix = "下载本单位这一阶段的文档，填好再上传。" }]);
        }

        return (JsonBody.Read<StageText>(System.Text.Encoding.UTF8.GetBytes(StoredJson.Write(text))), token?.Version is > 0 and var version
            ? version
            : null);
    }

    private static async Task<IResult> Get(ApiContext c)
    {
        var row = await RowAsync(c);
        c.ShowVersion(row.Version);
        return c.Json(row);
    }

    private static async Task<IResult> ListAll(ApiContext c)
    {
        var campaign = await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        return c.Json(await c.Service<StageStore>().AllAsync(campaign, StageOf(c), c.Aborted));
    }

    private static async Task<IResult> Versions(ApiContext c)
    {
        var (campaign, stage, unit) = await TargetAsync(c);
        return c.Json(await c.Service<StageStore>().VersionsAsync(campaign, stage, unit.Code, c.Aborted));
    }

    private static async Task<IResult> Document(ApiContext c)
    {
        var (campaign, stage, unit) = await TargetAsync(c);
        var asked = c.Query("version");
        var row = asked is null ? await RowAsync(c)
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && await c.Service<StageStore>().VersionAsync(campaign, stage, unit.Code, number, c.Aborted) is { } version ? version
            : throw new ProblemException(ProblemType.NotFound, $"{unit.Name}的{StageReports.NameOf(stage)}没有第 {asked} 次报送。");
        return Results.File(StageDocument.Write(campaign, row), DocumentType,
            $"{unit.Name}-{StageReports.NameOf(stage)}{(asked is null ? "" : $"-第{asked}次")}.docx");
    }

    private static async Task<IResult> ReviewAsync(ApiContext c, ReportState state)
    {
        var (version, said) = await c.ReviewAsync(returns: state == ReportState.Returned, StageText.LongestSection);
        return await ChangeAsync(c, state == ReportState.Accepted ? "accepted" : "returned", said.Comment,
            row => row.Reviewed(state, new ReviewComment(version, said.Comment, c.Actor.Id, c.Now), said.Revision));
    }

    private static async Task<IResult> ChangeAsync(ApiContext c, string what, string? detail, Func<StageRow, Outcome<StageRow>> decide)
    {
        var (campaign, stage, unit) = await TargetAsync(c);
        var outcome = await c.Service<StageStore>()
            .ChangeAsync(campaign, stage, unit, what, c.Audit("stage." + what, $"{stage}/{unit.Code}", detail), decide, c.Aborted);
        if (outcome is Outcome<StageRow>.Stale(var stands))
        {
            c.ShowVersion(stands.Version);
            throw new ProblemException(ProblemType.Stale,
                $"{unit.Name}的这份材料现在是第 {stands.Version} 次报送{(stands.Review is null ? "" : "，办公室已有意见")}，您的操作不是在它的基础上做的。请读取最新内容，核对后再提交；要改变审核意见，请写明读取时的“revision”。")
            {
                Extensions = new Dictionary<string, object?> { ["latestVersion"] = stands.Version, ["revision"] = stands.Revision },
            };
        }

        var row = outcome.Stands;
        c.ShowVersion(row.Version);
        return c.Json(row, outcome is Outcome<StageRow>.Changed && row.State == ReportState.Submitted ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static IEnumerable<ProblemError> Check(string name, string heading, string? text)
    {
        if (text is null) yield break;
        if (text.Length > StageText.LongestSection)
        {
            yield return new ProblemError
            {
                Pointer = "/" + name,
                Code = "too-long",
                Message = $"{heading}共 {text.Length} 字，超过 {StageText.LongestSection} 字。",
                Fix = "压缩文字，详细材料另附。",
            };
        }
    }

    private static async Task<StageRow> RowAsync(ApiContext c)
    {
        var (campaign, stage, unit) = await TargetAsync(c);
        return await c.Service<StageStore>().GetAsync(campaign, stage, unit, c.Now, c.Aborted) ?? throw NoForm();
    }

    private static ProblemException NoForm() => new(ProblemType.Conflict, "表样还没有登记，请联系领导小组办公室。");

    private static async Task<(Campaign Campaign, Stage Stage, Unit Unit)> TargetAsync(ApiContext c)
    {
        var campaigns = c.Service<CampaignStore>();
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        return (campaign, StageOf(c), await campaigns.RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted));
    }

    private static Stage StageOf(ApiContext c) => c.Route("stage") switch
    {
        "progress" => Stage.Progress,
        "final" => Stage.Final,
        var other => throw new ProblemException(ProblemType.NotFound, $"没有阶段材料“{other}”。推进情况是 progress，工作总结是 final。"),
    };
}
