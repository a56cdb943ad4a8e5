using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Weekly reports over HTTP.</summary>
public static class ReportEndpoints
{
    /// <summary>Template of one unit's report of one week.</summary>
    public const string ReportTemplate = WeekTemplate + "/reports/{unit}";

    /// <summary>Template of a report's versions.</summary>
    private const string VersionsTemplate = ReportTemplate + "/versions";

    /// <summary>Template of one version.</summary>
    public const string VersionTemplate = VersionsTemplate + "/{version}";

    /// <summary>Template of the stamped scan.</summary>
    private const string ScanTemplate = ReportTemplate + "/stamped-scan";

    /// <summary>The media type of workbooks.</summary>
    public const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const string WeekTemplate = CampaignEndpoints.WeeksTemplate + "/{week}";

    /// <summary>The office, leaders and operators see every unit.</summary>
    internal static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PutReport", "PUT", ReportTemplate, AccessRule.UnitOrOffice, PutReport)
        {
            Summary = "报送、更正周报：JSON 或 .xlsx 调度表；?validateOnly=true 只校验，?marked=true 有错时返回标注后的表",
            MaxBody = UnpackingBudget.PackedBytes, Request = typeof(ReportBody), Response = typeof(ReportReceipt),
        },
        new("GetReport", "GET", ReportTemplate, AccessRule.Readers, GetReport) { Summary = "读取周报", Response = typeof(ReportView) },
        new("GetReportBoard", "GET", WeekTemplate + "/board", Overview, GetBoard) { Summary = "本周报送情况：已报、迟报、未报", Response = typeof(ReportBoard) },
        new("GetReportCallList", "GET", WeekTemplate + "/call-list", AccessRule.Office, GetCallList) { Summary = "催报名单：未报和退回未改单位的联系人和电话", Response = typeof(IReadOnlyList<CallListLine>) },
        new("GetReportForm", "GET", ReportTemplate + "/form", AccessRule.Readers, GetForm) { Summary = "下载调度表（.xlsx）；已报过的带上次填报内容用于更正，?draft=true 带草稿内容，?blank=true 为空表" },
        new("GetReportVersions", "GET", VersionsTemplate, AccessRule.Readers, GetVersions) { Summary = "历次报送", Response = typeof(IReadOnlyList<VersionMark>) },
        new("GetReportVersion", "GET", VersionTemplate, AccessRule.Readers, GetVersion) { Summary = "某次报送的内容和改动", Response = typeof(ReportVersion) },
        new("GetReportOriginal", "GET", VersionTemplate + "/original", AccessRule.Readers, GetOriginal) { Summary = "下载某次报送的原件" },
        new("GetReportReceipt", "GET", VersionTemplate + "/receipt", AccessRule.Readers, GetReceipt) { Summary = "某次报送的回执；?page=true 为可打印的网页", Response = typeof(ReportReceipt) },
        new("AcceptReport", "POST", ReportTemplate + "/accept", AccessRule.Office, Accept) { Summary = "审核通过", Request = typeof(ReviewBody), Response = typeof(ReportView) },
        new("ReturnReport", "POST", ReportTemplate + "/return", AccessRule.Office, Return) { Summary = "退回并说明原因", Request = typeof(ReviewBody), Response = typeof(ReportView) },
        new("ConfirmReportWarnings", "POST", ReportTemplate + "/confirm-warnings", AccessRule.UnitOrOffice, Confirm) { Summary = "确认数据异常提示：已核对，数据无误", Request = typeof(ConfirmBody), Response = typeof(ReportView) },
        new("PutReportLockWaiver", "PUT", ReportTemplate + "/lock-waiver", AccessRule.Office, PutWaiver) { Summary = "锁定后对一个单位开通补报", Request = typeof(WaiverBody), Response = typeof(ReportView) },
        new("PutReportScan", "PUT", ScanTemplate, AccessRule.UnitOrOffice, PutScan) { Summary = "上传盖章扫描件（pdf 或 jpg）", MaxBody = UnpackingBudget.PackedBytes, Response = typeof(ReportView) },
        new("GetReportScan", "GET", ScanTemplate, AccessRule.Readers, GetScan) { Summary = "下载盖章扫描件" },
    ];

    private static async Task<IResult> PutReport(ApiContext c)
    {
        var target = await TargetAsync(c);
        var body = await c.BodyAsync();
        var store = c.Service<ReportStore>();
        var validateOnly = Flag(c, "validateOnly");
        var (read, decision) = await HandInAsync(c, target, () => ReadBody(c, body, target), body, named => c.VersionNamed(named), validateOnly);
        if (read.HasErrors)
        {
            if (validateOnly) return c.Json(new ValidationAnswer(false, null, Errors(read.Problems, ProblemSeverity.Error), Errors(read.Problems, ProblemSeverity.Warning), Errors(read.Problems, ProblemSeverity.Note)));
            if (Flag(c, "marked") && read.Content is not null) return await MarkedAsync(c, target, read);
            throw Refusal(read, target);
        }

        switch (decision)
        {
            case Decision.Changed { Added: { } added } when validateOnly:
                return c.Json(new ValidationAnswer(true, added.Number, [], Errors(read.Problems, ProblemSeverity.Warning), Errors(read.Problems, ProblemSeverity.Note)));
            case Decision.Repeated { Mark: { } mark } when validateOnly:
                return c.Json(new ValidationAnswer(true, mark.Number, [], Errors(read.Problems, ProblemSeverity.Warning), Errors(read.Problems, ProblemSeverity.Note)));
            case Decision.Changed { Added: { } added, Row: var row }:
                c.ShowVersion(row.Version);
                return c.Json(Receipt(target, row.State, new VersionMark(added.Number, added.Hash, added.At, added.MinutesLate, added.Receipt), added, null), StatusCodes.Status201Created);
            case Decision.Repeated { Mark: { } mark, SupersededBy: var supersededBy }:
                var version = await store.VersionAsync(target.Campaign, target.Week.Key, target.Unit.Code, mark.Number, c.Aborted);
                c.ShowVersion(supersededBy ?? mark.Number);
                var state = (await store.GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted))?.State ?? ReportState.Submitted;
                return c.Json(Receipt(target, state, mark, version, supersededBy));
            default:
                throw await NotDoneAsync(c, target, decision!);
        }
    }

    /// <summary>
    /// The one path of every submission: what it says, the rules with the unit's history, then the decision; no decision when there are errors.
    /// <paramref name="baseVersion"/> makes of the version that the content names the one that counts.
    /// </summary>
    internal static async Task<(ReadReport Read, Decision? Decision)> HandInAsync(
        ApiContext c, ReportTarget target, Func<(string Type, ReadReport Read)> readBody, byte[] original, Func<int?, int?> baseVersion, bool validateOnly)
    {
        // Storage answers while the workbook is read.
        var store = c.Service<ReportStore>();
        var row = store.RowAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted);
        var before = store.HistoryAsync(target.Campaign, target.Week, target.Unit.Code, c.Aborted);
        var (type, read) = readBody();
        var (history, stands) = (await before, (await row)?.Value ?? ReportRow.Expected(target.Unit, target.Week.Key));
        if (read.Content is null) return (read, null);
        Submission Submission() => new(read.Content!, target.Form.Version, baseVersion(read.BaseVersion), new OriginalFile(Keys.Hash(original), type, original.Length), read.Problems, c.Actor.Role == Role.UnitReporter);
        Decision Decide() => ReportDecisions.Submit(target.Campaign, target.Week, stands, Submission(), c.Now, c.Actor.Id);

        // What was received once has its receipt, whatever became of the weeks before since: a retry is not judged anew.
        if (stands.Version > 0 && !read.HasErrors && Decide() is Decision.Repeated repeated) return (read, repeated);
        read = read.Checked(target.Form, target.Unit.Kind, history);
        if (read.HasErrors) return (read, null);
        var submission = Submission();
        return (read, validateOnly
            ? Decide()
            : await store.SubmitAsync(target.Campaign, target.Week, target.Unit, submission, BinaryData.FromBytes(original), c.Audit("report.submitted", $"{target.Week.Key}/{target.Unit.Code}"), row, c.Aborted));
    }

    internal static (string Type, ReadReport Read) ReadBody(ApiContext c, byte[] body, ReportTarget target)
    {
        var claimed = c.Http.Request.ContentType ?? "";
        if (claimed.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || claimed.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemType.UnsupportedType, $"请求正文应是调度表文件本身（{WorkbookType}）或 JSON（application/json），不是网页表单。");
        }

        return claimed.Contains("json", StringComparison.OrdinalIgnoreCase)
            ? ("application/json", ReportReading.FromJson(body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), target))
            : (WorkbookType, ReportReading.FromWorkbook(body, target));
    }

    private static async Task<IResult> MarkedAsync(ApiContext c, ReportTarget target, ReadReport read)
    {
        var store = c.Service<ReportStore>();
        var history = await store.HistoryAsync(target.Campaign, target.Week, target.Unit.Code, c.Aborted);
        c.Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Workbook(target, new FormFilling(read.Content, read.BaseVersion, history.Count > 0 ? history[0] : null, [.. read.Problems.Where(problem => problem.Severity != ProblemSeverity.Note)], read.Entered), "标注");
    }

    internal static ProblemException Refusal(ReadReport read, ReportTarget target)
    {
        var errors = read.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (read.Content is null && errors.Count > 0)
        {
            var type = errors[0].Code switch
            {
                "too-large" => ProblemType.TooLarge,
                "malformed" or "empty-file" => ProblemType.BadRequest,
                "not-xlsx" or "not-a-workbook" or "encrypted" or "macros" or "damaged" or "dtd" or "external-links" or "embedded-objects" => ProblemType.UnsupportedType,
                _ => ProblemType.Invalid,
            };
            return new ProblemException(type, $"{errors[0].Message}{errors[0].Fix}", Errors(read.Problems, ProblemSeverity.Error));
        }

        return new ProblemException(ProblemType.Invalid, $"{target.Unit.Name}第{target.Week.Number}周调度表有 {errors.Count} 处需要修改，本次没有保存。", Errors(read.Problems, ProblemSeverity.Error))
        {
            Extensions = new Dictionary<string, object?> { ["warnings"] = Errors(read.Problems, ProblemSeverity.Warning) },
        };
    }

    private static async Task<ProblemException> NotDoneAsync(ApiContext c, ReportTarget target, Decision decision)
    {
        if (decision is Decision.Refused refused) return new ProblemException(ProblemType.Conflict, refused.Reason);
        var row = await c.Service<ReportStore>().GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted);
        c.ShowVersion(row?.Version ?? 0);
        var stale = decision as Decision.Stale;
        var detail = stale?.Reason is { } reason ? reason : row?.Latest is { } latest
            ? $"{target.Unit.Name}第{target.Week.Number}周已有第 {latest.Number} 次报送（{Local(latest.At, target.Campaign)}），您提交的不是在它的基础上更改的。请下载最新的表，核对不同之处后再提交。"
            : $"{target.Unit.Name}第{target.Week.Number}周还没有报送，不能按更正提交。请下载空表填报。";
        return new ProblemException(ProblemType.Stale, detail)
        {
            Extensions = new Dictionary<string, object?> { ["latestVersion"] = row?.Version ?? 0, ["revision"] = row?.Revision ?? 0, ["differences"] = stale?.Differences ?? [] },
        };
    }

    private static async Task<IResult> GetReport(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        var row = await c.Service<ReportStore>().GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted) ?? ReportRow.Expected(target.Unit, target.Week.Key);
        c.ShowVersion(row.Version);
        return c.Json(ReportView.Of(row));
    }

    private static async Task<IResult> GetBoard(ApiContext c)
    {
        var campaign = await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var week = RequireWeek(campaign, c.Week());
        return c.Json(ReportBoard.Of(week, await c.Service<ReportStore>().WeekAsync(campaign, week.Key, c.Aborted), c.Now));
    }

    private static async Task<IResult> GetCallList(ApiContext c)
    {
        var campaigns = c.Service<CampaignStore>();
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var week = RequireWeek(campaign, c.Week());
        var units = (await campaigns.UnitsAsync(campaign.District, c.Aborted)).ToDictionary(unit => unit.Code);
        var missing = (await c.Service<ReportStore>().WeekAsync(campaign, week.Key, c.Aborted)).Where(row => row.InRate && row.IsOwed);
        return c.Json(missing.Select(row => new CallListLine(row.Unit, row.UnitName, row.State, row.State == ReportState.Returned ? row.Review?.Comment : null, row.Draft?.At, units.GetValueOrDefault(row.Unit)?.Contacts ?? [])).ToList());
    }

    private static async Task<IResult> GetForm(ApiContext c)
    {
        var target = await TargetAsync(c);
        var store = c.Service<ReportStore>();
        var row = await store.GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted);
        var before = await store.BeforeAsync(target.Campaign, target.Week, target.Unit.Code, c.Aborted);
        var lastWeek = before.Count > 0 ? before[0]?.Counted?.Content.Values : null;
        var today = LocalTime.DateOf(c.Now, target.Campaign.Zone());
        if (Flag(c, "draft"))
        {
            var draft = DraftEndpoints.Require(c, target, row);
            return Workbook(target, new FormFilling(draft.Content, draft.BaseVersion, lastWeek, Entered: draft.Entered, On: today), "草稿");
        }

        var content = Flag(c, "blank") ? null : row?.Latest?.Content;
        var signed = before.FirstOrDefault(earlier => earlier?.Latest is not null)?.Latest!.Content;
        var names = (signed?.FilledBy ?? target.Unit.Contacts.FirstOrDefault(contact => contact.Role == "信息员")?.Name, signed?.ReviewedBy);
        return Workbook(target, new FormFilling(content, row?.Latest?.Number, lastWeek, Names: names, On: today), content is null ? "空表" : "更正");
    }

    private static async Task<IResult> GetVersions(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        return c.Json((await c.Service<ReportStore>().GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted))?.Versions ?? []);
    }

    private static async Task<IResult> GetVersion(ApiContext c) => c.Json(await VersionAsync(c, await TargetAsync(c, needsForm: false)));

    private static async Task<IResult> GetOriginal(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        var version = await VersionAsync(c, target);
        return await FileAsync(c, target, version.Original, $"原件-第{version.Number}次");
    }

    private static async Task<IResult> GetReceipt(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        var version = await VersionAsync(c, target);
        var row = (await c.Service<ReportStore>().GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted))!;
        var receipt = Receipt(target, row.State, new VersionMark(version.Number, version.Hash, version.At, version.MinutesLate, version.Receipt), version, row.Version == version.Number ? null : row.Version);
        return Flag(c, "page") ? ReceiptPage.Of(target, receipt) : c.Json(receipt);
    }

    private static async Task<ReportVersion> VersionAsync(ApiContext c, ReportTarget target) =>
        int.TryParse(c.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await c.Service<ReportStore>().VersionAsync(target.Campaign, target.Week.Key, target.Unit.Code, number, c.Aborted) is { } version
            ? version
            : throw new ProblemException(ProblemType.NotFound, $"{target.Unit.Name}第{target.Week.Number}周没有第 {c.Route("version")} 次报送。");

    private static async Task<IResult> Accept(ApiContext c)
    {
        var body = await c.JsonAsync<ReviewBody>();
        RefusePersonalData(body.Comment);
        return await ReviewAsync(c, body.Version, "accepted", (row, version) => ReportDecisions.Accept(row, version, body.Revision, body.Comment, c.Now, c.Actor.Id), body.Comment);
    }

    private static async Task<IResult> Return(ApiContext c)
    {
        var body = await c.JsonAsync<ReviewBody>();
        if (string.IsNullOrWhiteSpace(body.Comment) || body.Comment.Length > 500)
        {
            throw new ProblemException(ProblemType.Invalid, "退回必须写明原因，不超过 500 字。", [new ProblemError { Pointer = "/comment", Code = "required", Message = "缺少退回原因。", Fix = "写明哪一项、为什么、怎样改。" }]);
        }

        RefusePersonalData(body.Comment);
        return await ReviewAsync(c, body.Version, "returned", (row, version) => ReportDecisions.Return(row, version, body.Revision, body.Comment, c.Now, c.Actor.Id), body.Comment);
    }

    private static async Task<IResult> Confirm(ApiContext c)
    {
        var body = await c.JsonAsync<ConfirmBody>();
        var target = await TargetAsync(c, needsForm: false);
        var version = c.VersionNamed(body.Version) ?? throw new ProblemException(ProblemType.BadRequest, "请写明确认的是第几次报送：正文的“version”或 If-Match 请求头。");
        return await ChangeAsync(c, target, null, "report.warnings-confirmed", row => ReportDecisions.Confirm(row, version, c.Now, c.Actor.Id), $"v{version}");
    }

    private static async Task<IResult> ReviewAsync(ApiContext c, int? bodyVersion, string what, Func<ReportRow, int, Decision> decide, string? comment)
    {
        var target = await TargetAsync(c, needsForm: false);
        var version = c.VersionNamed(bodyVersion) ?? throw new ProblemException(ProblemType.BadRequest, "请写明审核的是第几次报送：正文的“version”或 If-Match 请求头。");
        return await ChangeAsync(c, target, what, $"report.{what}", row => decide(row, version), $"v{version} {comment}");
    }

    private static async Task<IResult> PutWaiver(ApiContext c)
    {
        var body = await c.JsonAsync<WaiverBody>();
        var target = await TargetAsync(c, needsForm: false);
        var errors = new List<ProblemError>();
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 200) errors.Add(new ProblemError { Pointer = "/reason", Code = "required", Message = "必须写明补报原因，不超过 200 字。", Fix = "例如：道路结冰，电力中断。" });
        if (body.Until <= target.Week.Lock || body.Until > target.Week.Lock.AddDays(366)) errors.Add(new ProblemError { Pointer = "/until", Code = "range", Message = $"补报期限应晚于锁定时间（{Local(target.Week.Lock, target.Campaign)}），不超过一年。", Fix = "写明带时区的时间，例如 2026-12-18T18:00:00+08:00。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, "补报设置未通过校验。", errors);
        RefusePersonalData(body.Reason);
        return await ChangeAsync(c, target, null, "report.lock-waived", row => ReportDecisions.Unlock(row, new LockWaiver(body.Until.ToUniversalTime(), body.Reason, c.Actor.Id), body.Revision), body.Reason);
    }

    private static async Task<IResult> ChangeAsync(ApiContext c, ReportTarget target, string? what, string audit, Func<ReportRow, Decision> decide, string? detail)
    {
        var store = c.Service<ReportStore>();
        var decision = await store.DecideAsync(target.Campaign, target.Week, target.Unit, what, c.Audit(audit, $"{target.Week.Key}/{target.Unit.Code}", detail), decide, ct: c.Aborted);
        var row = decision is Decision.Changed changed ? changed.Row : await store.GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted);
        if (decision is Decision.Stale or Decision.Refused || row is null) throw await NotDoneAsync(c, target, decision);
        c.ShowVersion(row.Version);
        return c.Json(ReportView.Of(row));
    }

    private static async Task<IResult> PutScan(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        var body = await c.BodyAsync();
        var type = body.AsSpan().StartsWith("%PDF-"u8) ? "application/pdf" : body.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg" : null;
        if (type is null) throw new ProblemException(ProblemType.UnsupportedType, "盖章扫描件应是 PDF 或 JPG 文件（按内容识别，不看扩展名）。请重新扫描或另存后上传。");
        var file = new OriginalFile(Keys.Hash(body), type, body.Length);
        var store = c.Service<ReportStore>();
        await store.AttachAsync(target.Campaign, target.Week, target.Unit, new StampedScan(file, c.Now, c.Actor.Id), BinaryData.FromBytes(body), c.Audit("report.scan", $"{target.Week.Key}/{target.Unit.Code}", file.Sha256), c.Aborted);
        return c.Json(ReportView.Of((await store.GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted))!));
    }

    private static async Task<IResult> GetScan(ApiContext c)
    {
        var target = await TargetAsync(c, needsForm: false);
        var row = await c.Service<ReportStore>().GetAsync(target.Campaign, target.Week.Key, target.Unit.Code, c.Aborted);
        return await FileAsync(c, target, row?.Scan?.File ?? throw new ProblemException(ProblemType.NotFound, $"{target.Unit.Name}第{target.Week.Number}周的盖章扫描件还没有收到。"), "盖章件");
    }

    internal static async Task<ReportTarget> TargetAsync(ApiContext c, bool needsForm = true)
    {
        var campaigns = c.Service<CampaignStore>();
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var week = RequireWeek(campaign, c.Week());
        var unit = await campaigns.RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);
        if (!unit.IsOpen(week.First, week.Last)) throw new ProblemException(ProblemType.NotFound, $"{unit.Name}在第{week.Number}周（{week.First:M月d日}—{week.Last:M月d日}）不在报送单位之列。");
        if (!needsForm) return new ReportTarget(campaign, week, unit, NoForm);
        var form = await c.Service<ReportStore>().FormAsync(campaign, week, c.Aborted)
            ?? throw new ProblemException(ProblemType.Conflict, $"第{week.Number}周使用的第 {campaign.FormVersionOn(week.First)} 版表样还没有登记，请联系{campaign.Office}（{campaign.DutyPhone}）。");
        return new ReportTarget(campaign, week, unit, form);
    }

    private static readonly FormDefinition NoForm = new() { Version = 0, Title = "", Fields = [] };

    private static ReportingWeek RequireWeek(Campaign campaign, WeekKey key) =>
        CampaignWeeks.Find(campaign, key) ?? throw new ProblemException(ProblemType.NotFound, $"{key} 不在本次专项行动期内（{campaign.Start:yyyy年M月d日}—{campaign.LastDay:yyyy年M月d日}）。");

    private static void RefusePersonalData(string? comment)
    {
        if (comment is null || PersonalData.Find(comment) is not { Count: > 0 } found) return;
        throw new ProblemException(ProblemType.Invalid, "文字中含有个人身份信息，本次没有保存。", [.. found.Select(item => new ProblemError { Code = "personal-data", Value = item.Masked, Message = $"含有{item.What}。", Fix = $"删除{item.What}。" })]);
    }

    internal static bool Flag(ApiContext c, string name) => c.Query(name) is "true" or "1" or "";

    private static string Local(DateTimeOffset at, Campaign campaign) => LocalTime.In(at, campaign.Zone()).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture);

    private static ReportReceipt Receipt(ReportTarget target, ReportState state, VersionMark mark, ReportVersion? version, int? supersededBy) => new(
        mark.Receipt, target.Campaign.District, target.Campaign.Season, target.Week.Key, target.Unit.Code, target.Unit.Name, mark.Number, state, LocalTime.In(mark.At, target.Campaign.Zone()), mark.MinutesLate,
        mark.Hash, version?.Original.Sha256, version?.Content.ZeroReport ?? false, supersededBy, version?.Changes ?? [],
        Errors(version?.Warnings ?? [], ProblemSeverity.Warning), Errors(version?.Warnings ?? [], ProblemSeverity.Note),
        version is { Content.Note: null } && version.Warnings.Any(warning => warning.Severity == ProblemSeverity.Warning));

    internal static IReadOnlyList<ProblemError> Errors(IReadOnlyList<ReportProblem> problems, ProblemSeverity severity) =>
        [.. problems.Where(problem => problem.Severity == severity).Select(problem => new ProblemError
        {
            Message = problem.Message, Fix = problem.Fix, Code = problem.Code, Sheet = problem.Sheet, Cell = problem.Cell, Field = problem.Field, Value = problem.Value, Pointer = problem.JsonPointer,
        })];

    private static IResult Workbook(ReportTarget target, FormFilling filling, string what)
    {
        var stream = new MemoryStream();
        WorkbookForm.Write(stream, target.Form, target.Campaign, target.Unit, target.Week, filling);
        stream.Position = 0;
        return Results.File(stream, WorkbookType, $"{target.Unit.Name}-第{target.Week.Number}周调度表-{what}.xlsx");
    }

    private static async Task<IResult> FileAsync(ApiContext c, ReportTarget target, OriginalFile file, string what)
    {
        var stream = await c.Service<ReportStore>().OpenOriginalAsync(target.Campaign, target.Week.Key, target.Unit.Code, file, c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, "文件不在存储中，请联系系统管理员。");
        var extension = file.ContentType switch { "application/json" => "json", "application/pdf" => "pdf", "image/jpeg" => "jpg", _ => "xlsx" };
        return Results.File(stream, file.ContentType, $"{target.Unit.Name}-第{target.Week.Number}周-{what}.{extension}");
    }
}
