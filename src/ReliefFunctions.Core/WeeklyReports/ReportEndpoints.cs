using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
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

    /// <summary>Characters of what the office says of a report.</summary>
    private const int LongestComment = 500;

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PutReport", "PUT", ReportTemplate, AccessRule.UnitOrOffice, PutReport)
        {
            Summary = "报送、更正周报：JSON 或 .xlsx 调度表；?validateOnly=true 只校验，?marked=true 有错时返回标注后的表",
            MaxBody = UnpackingBudget.PackedBytes,
            Request = typeof(ReportBody),
            Response = typeof(ReportReceipt),
            Takes = [WorkbookType, "multipart/form-data"],
            Query = [ApiParameter.ValidateOnly, ApiParameter.Flag("marked", "有错时答复标注后的表（.xlsx）")],
            GivesRefused = [WorkbookType],
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Statuses = [200, 201],
            Problems = [ProblemType.Conflict, ProblemType.UnsupportedType],
        },
        new("GetReport", "GET", ReportTemplate, AccessRule.Readers, GetReport)
        {
            Summary = "读取周报",
            Response = typeof(ReportView),
            ShowsVersion = true,
        },
        new("GetReportBoard", "GET", WeekTemplate + "/board", Overview, GetBoard)
        {
            Summary = "本周报送情况：已报、迟报、未报",
            Response = typeof(ReportBoard),
            Polled = true,
        },
        new("GetReportCallList", "GET", WeekTemplate + "/call-list", AccessRule.Office, GetCallList)
        {
            Summary = "催报名单：未报和退回未改单位的联系人和电话",
            Response = typeof(IReadOnlyList<CallListLine>),
        },
        new("GetReportForm", "GET", ReportTemplate + "/form", AccessRule.Readers, GetForm)
        {
            Summary = "下载调度表（.xlsx）；已报过的带上次填报内容用于更正，?draft=true 带草稿内容，?blank=true 为空表",
            Query = [ApiParameter.Flag("draft", "带草稿的内容"), ApiParameter.Flag("blank", "空表")],
            Gives = [WorkbookType],
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("GetReportVersions", "GET", VersionsTemplate, AccessRule.Readers, GetVersions) { Summary = "历次报送", Response = typeof(IReadOnlyList<VersionMark>) },
        new("GetReportVersion", "GET", VersionTemplate, AccessRule.Readers, GetVersion) { Summary = "某次报送的内容和改动", Response = typeof(ReportVersion) },
        new("GetReportOriginal", "GET", VersionTemplate + "/original", AccessRule.Readers, GetOriginal)
        {
            Summary = "下载某次报送的原件",
            Gives = ["*/*"],
        },
        new("GetReportReceipt", "GET", VersionTemplate + "/receipt", AccessRule.Readers, GetReceipt)
        {
            Summary = "某次报送的回执；?page=true 为可打印的网页",
            Response = typeof(ReportReceipt),
            Query = [ApiParameter.Flag("page", "可打印的网页")],
            Gives = ["text/html"],
        },
        new("AcceptReport", "POST", ReportTemplate + "/accept", AccessRule.Office, Accept)
        {
            Summary = "审核通过",
            Request = typeof(ReviewBody),
            Response = typeof(ReportView),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("ReturnReport", "POST", ReportTemplate + "/return", AccessRule.Office, Return)
        {
            Summary = "退回并说明原因",
            Request = typeof(ReviewBody),
            Response = typeof(ReportView),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("ConfirmReportWarnings", "POST", ReportTemplate + "/confirm-warnings", AccessRule.UnitOrOffice, Confirm)
        {
            Summary = "确认数据异常提示：已核对，数据无误",
            Request = typeof(ConfirmBody),
            Response = typeof(ReportView),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("PutReportLockWaiver", "PUT", ReportTemplate + "/lock-waiver", AccessRule.Office, PutWaiver)
        {
            Summary = "锁定后对一个单位开通补报",
            Request = typeof(WaiverBody),
            Response = typeof(ReportView),
            ShowsVersion = true,
            Problems = [ProblemType.Stale],
        },
        new("RemindUnit", "POST", ReportTemplate + "/reminder", AccessRule.Office, Remind)
        {
            Summary = "催一下：马上催这个单位，一小时内不重复",
            BodyIsOptional = true,
            Response = typeof(UnitMessage),
            Problems = [ProblemType.Conflict],
        },
        new("GetUnitReminders", "GET", CampaignEndpoints.CampaignTemplate + "/units/{unit}/reminders", AccessRule.Readers, GetReminders)
        {
            Summary = "单位收到的催报，新的在前",
            Response = typeof(IReadOnlyList<UnitMessage>),
        },
        new("PutReportScan", "PUT", ScanTemplate, AccessRule.UnitOrOffice, PutScan)
        {
            Summary = "上传盖章扫描件（pdf 或 jpg）",
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(ReportView),
            Takes = ["application/pdf", "image/jpeg"],
            ShowsVersion = true,
            Problems = [ProblemType.UnsupportedType],
        },
        new("GetReportScan", "GET", ScanTemplate, AccessRule.Readers, GetScan)
        {
            Summary = "下载盖章扫描件",
            Gives = ["application/pdf", "image/jpeg"],
        },
    ];

    private static async Task<IResult> PutReport(ApiContext c)
    {
        var target = await TargetAsync(c);
        var file = await c.FileAsync();
        var validateOnly = c.ValidatesOnly;
        var (type, read) = ReadBody(file, target);
        var delivery = new Delivery(target, file, type, read) { BaseVersion = named => c.VersionNamed(named), ValidateOnly = validateOnly };
        var (understood, decision) = await c.Service<ReportIntake>().HandInAsync(delivery, SenderOf(c, target), c.Aborted);
        if (understood.HasErrors)
        {
            if (validateOnly) return c.Json(ReportAnswers.Validation(understood, null));
            if (c.Flag("marked") && understood.Content is not null) return await MarkedAsync(c, target, understood);
            throw ReportAnswers.Refusal(understood, target);
        }

        switch (decision)
        {
            case Decision.Changed { Added: { } added } when validateOnly:
                return c.Json(ReportAnswers.Validation(understood, added.Number));
            case Decision.Repeated { Mark: { } mark } when validateOnly:
                return c.Json(ReportAnswers.Validation(understood, mark.Number));
            case Decision.Changed { Added: { } added, Row: var row }:
                c.ShowVersion(row.Version);
                return c.Json(ReportAnswers.Receipt(target, row, VersionMark.Of(added), added), StatusCodes.Status201Created);
            case Decision.Repeated { Mark: { } mark }:
                var store = c.Service<ReportStore>();
                var version = await store.VersionAsync(target, mark.Number, c.Aborted);
                var now = (await store.GetAsync(target, c.Aborted))!;
                c.ShowVersion(now.Version);
                return c.Json(ReportAnswers.Receipt(target, now, mark, version));
            default:
                throw await NotDoneAsync(c, target, decision!);
        }
    }

    /// <summary>What a body is, and how it is understood.</summary>
    internal static (string Type, Func<ReadReport> Read) ReadBody(UploadedFile file, ReportTarget target)
    {
        if (file.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemType.UnsupportedType, $"请求正文应是调度表文件本身（{WorkbookType}）、选了文件的网页表单（multipart/form-data）或 JSON（application/json）。");
        }

        return file.ContentType.Contains("json", StringComparison.OrdinalIgnoreCase) || file.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? ("application/json", () => ReportReading.FromJson(JsonBody.Clean(file.Bytes), target))
            : (WorkbookType, () => ReportReading.FromWorkbook(file.Bytes, target));
    }

    /// <summary>Who hands in a report.</summary>
    internal static Sender SenderOf(ApiContext c, ReportPlace place) => new(c.Actor.Role == Role.UnitReporter, c.Audit("report.submitted", place.Subject));

    private static async Task<IResult> MarkedAsync(ApiContext c, ReportTarget target, ReadReport read)
    {
        var history = await c.Service<ReportStore>().HistoryAsync(target, c.Aborted);
        c.Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        var marks = read.Problems.Where(problem => problem.Severity != ProblemSeverity.Note).ToList();
        return Workbook(target, new FormFilling(read.Content, read.BaseVersion, history.Count > 0 ? history[0] : null, marks, read.Entered), "标注");
    }

    private static async Task<ProblemException> NotDoneAsync(ApiContext c, ReportPlace place, Decision decision)
    {
        if (decision is Decision.Refused refused) return new ProblemException(ProblemType.Conflict, refused.Reason);
        var row = await c.Service<ReportStore>().GetAsync(place, c.Aborted);
        c.ShowVersion(row?.Version ?? 0);
        return ReportAnswers.Stale(place, row, decision as Decision.Stale);
    }

    private static async Task<IResult> GetReport(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var row = await c.Service<ReportStore>().GetAsync(place, c.Aborted) ?? ReportRow.Expected(place.Unit, place.Week.Key);
        c.ShowVersion(row.Version);
        return c.Json(ReportView.Of(row, place.Campaign));
    }

    private static async Task<IResult> GetBoard(ApiContext c)
    {
        var (campaign, week) = await c.WeekAsync();
        return c.Json(ReportBoard.Of(week, await c.Service<ReportStore>().WeekAsync(campaign, week.Key, c.Aborted), c.Now));
    }

    private static async Task<IResult> GetCallList(ApiContext c)
    {
        var (campaign, week) = await c.WeekAsync();
        var units = (await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted)).ToDictionary(unit => unit.Code);
        var missing = (await c.Service<ReportStore>().WeekAsync(campaign, week.Key, c.Aborted)).Where(row => row.InRate && row.IsOwed);
        return c.Json(missing.Select(row => new CallListLine(
            row.Unit, row.UnitName, row.State, row.State == ReportState.Returned ? row.Review?.Comment : null, row.Draft?.At,
            units.GetValueOrDefault(row.Unit)?.Contacts ?? [])).ToList());
    }

    private static async Task<IResult> Remind(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var row = await c.Service<ReportStore>().GetAsync(place, c.Aborted) ?? ReportRow.Expected(place.Unit, place.Week.Key);
        if (!row.IsOwed) throw new ProblemException(ProblemType.Conflict, $"{place.Name}已经报送，不用催。");
        if (c.Now < place.Week.Opens) throw new ProblemException(ProblemType.Conflict, $"第{place.Week.Number}周还没有开始，不用催。");
        var (sent, last) = await c.Service<ReminderSender>().RemindNowAsync(place, row, c.Audit("report.reminded", place.Subject), c.Aborted);
        return sent is not null ? c.Json(sent)
            : throw new ProblemException(ProblemType.Conflict, $"{ReportAnswers.Local(last, place.Campaign)} 刚催过{place.Unit.Name}，一小时内不重复；急的请打电话。");
    }

    private static async Task<IResult> GetReminders(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var unit = await c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);
        return c.Json(await c.Service<ReminderSender>().InboxAsync(campaign, unit.Code, c.Aborted));
    }

    private static async Task<IResult> GetForm(ApiContext c)
    {
        var target = await TargetAsync(c);
        var store = c.Service<ReportStore>();
        var row = await store.GetAsync(target, c.Aborted);
        var before = await store.BeforeAsync(target, c.Aborted);
        var lastWeek = before.Count > 0 ? before[0]?.Counted?.Content.Values : null;
        var today = LocalTime.DateOf(c.Now, target.Campaign.Zone());
        if (c.Flag("draft"))
        {
            var draft = DraftEndpoints.Require(c, target, row);
            return Workbook(target, new FormFilling(draft.Content, draft.BaseVersion, lastWeek, Entered: draft.Entered, On: today), "草稿");
        }

        var content = c.Flag("blank") ? null : row?.Latest?.Content;
        var signed = before.FirstOrDefault(earlier => earlier?.Latest is not null)?.Latest!.Content;
        var names = (signed?.FilledBy ?? target.Unit.Contacts.FirstOrDefault(contact => contact.Role == Contact.Reporter)?.Name, signed?.ReviewedBy);
        return Workbook(target, new FormFilling(content, row?.Latest?.Number, lastWeek, Names: names, On: today)
        {
            Returned = row is { State: ReportState.Returned, Review.Comment: { } reason } ? $"第 {row.Version} 次报送被退回：{reason}" : null,
        }, content is null ? "空表" : "更正");
    }

    private static async Task<IResult> GetVersions(ApiContext c) =>
        c.Json((await c.Service<ReportStore>().GetAsync(await PlaceAsync(c), c.Aborted))?.Versions ?? []);

    private static async Task<IResult> GetVersion(ApiContext c) => c.Json(await VersionAsync(c, await PlaceAsync(c)));

    private static async Task<IResult> GetOriginal(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var version = await VersionAsync(c, place);
        return await FileAsync(c, place, version.Original, $"原件-第{version.Number}次");
    }

    private static async Task<IResult> GetReceipt(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var version = await VersionAsync(c, place);
        var row = (await c.Service<ReportStore>().GetAsync(place, c.Aborted))!;
        var receipt = ReportAnswers.Receipt(place, row, VersionMark.Of(version), version);
        return c.Flag("page") ? ReceiptPage.Of(place, receipt) : c.Json(receipt);
    }

    private static async Task<ReportVersion> VersionAsync(ApiContext c, ReportPlace place) =>
        int.TryParse(c.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await c.Service<ReportStore>().VersionAsync(place, number, c.Aborted) is { } version
            ? version
            : throw new ProblemException(ProblemType.NotFound, $"{place.Name}没有第 {c.Route("version")} 次报送。");

    private static async Task<IResult> Accept(ApiContext c)
    {
        var (version, said) = await c.ReviewAsync(returns: false, LongestComment);
        return await ReviewAsync(c, version, said, "accepted", row => ReportDecisions.Accept(row, version, said.Revision, said.Comment, c.Now, c.Actor.Id));
    }

    private static async Task<IResult> Return(ApiContext c)
    {
        var (version, said) = await c.ReviewAsync(returns: true, LongestComment);
        return await ReviewAsync(c, version, said, "returned", row => ReportDecisions.Return(row, version, said.Revision, said.Comment!, c.Now, c.Actor.Id));
    }

    private static async Task<IResult> Confirm(ApiContext c)
    {
        var body = await c.JsonAsync<ConfirmBody>();
        var place = await PlaceAsync(c);
        var version = c.VersionNamed(body.Version) ?? throw new ProblemException(ProblemType.BadRequest, "请写明确认的是第几次报送：正文的“version”或 If-Match 请求头。");
        return await ChangeAsync(c, place, "report.warnings-confirmed", $"v{version}", row => ReportDecisions.Confirm(row, version, c.Now, c.Actor.Id));
    }

    private static async Task<IResult> ReviewAsync(ApiContext c, int version, ReviewBody said, string what, Func<ReportRow, Decision> decide) =>
        await ChangeAsync(c, await PlaceAsync(c), $"report.{what}", $"v{version} {said.Comment}", decide, what);

    private static async Task<IResult> PutWaiver(ApiContext c)
    {
        var body = await c.JsonAsync<WaiverBody>();
        var place = await PlaceAsync(c);
        var errors = new List<ProblemError>();
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 200)
        {
            errors.Add(new ProblemError { Pointer = "/reason", Code = "required", Message = "必须写明补报原因，不超过 200 字。", Fix = "例如：道路结冰，电力中断。" });
        }

        if (body.Until <= place.Week.Lock || body.Until > place.Week.Lock.AddDays(366))
        {
            errors.Add(new ProblemError
            {
                Pointer = "/until",
                Code = "range",
                Fix = "写明时间，例如 2026-12-18T18:00；只写日期的，到当天结束。",
                Message = $"补报期限应晚于锁定时间（{ReportAnswers.Local(place.Week.Lock, place.Campaign)}），不超过一年。",
            });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, "补报设置未通过校验。", errors);
        var leave = new LockWaiver(body.Until.ToUniversalTime(), body.Reason, c.Actor.Id);
        return await ChangeAsync(c, place, "report.lock-waived", body.Reason, row => ReportDecisions.Unlock(row, leave, body.Revision));
    }

    /// <summary>A command on a report by the caller; <paramref name="what"/> names the event to tell, null for none.</summary>
    private static async Task<IResult> ChangeAsync(ApiContext c, ReportPlace place, string audit, string detail, Func<ReportRow, Decision> decide,
        string? what = null)
    {
        var store = c.Service<ReportStore>();
        var decision = await store.DecideAsync(place, new ReportCommand(decide) { Audit = c.Audit(audit, place.Subject, detail), Event = what }, c.Aborted);
        var row = decision is Decision.Changed changed ? changed.Row : await store.GetAsync(place, c.Aborted);
        if (decision is Decision.Stale or Decision.Refused || row is null) throw await NotDoneAsync(c, place, decision);
        c.ShowVersion(row.Version);
        return c.Json(ReportView.Of(row, place.Campaign));
    }

    private static async Task<IResult> PutScan(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var (name, _, body) = await c.FileAsync();
        var type = body.AsSpan().StartsWith("%PDF-"u8) ? "application/pdf"
            : body.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
            : throw new ProblemException(ProblemType.UnsupportedType, "盖章扫描件应是 PDF 或 JPG 文件（按内容识别，不看扩展名）。请重新扫描或另存后上传。");
        // A photographed form tells no more than what stands on it: not where it was taken.
        if (type == PhotoContent.Jpeg && PhotoContent.Of(body) is { } photo) body = photo.Bytes;
        var file = new OriginalFile(Keys.Hash(body), type, body.Length, name.Length > 0 ? name : null);
        var store = c.Service<ReportStore>();
        await store.AttachAsync(place, new StampedScan(file, c.Now, c.Actor.Id), BinaryData.FromBytes(body), c.Audit("report.scan", place.Subject, file.Sha256),
            c.Aborted);
        return c.Json(ReportView.Of((await store.GetAsync(place, c.Aborted))!, place.Campaign));
    }

    private static async Task<IResult> GetScan(ApiContext c)
    {
        var place = await PlaceAsync(c);
        var row = await c.Service<ReportStore>().GetAsync(place, c.Aborted);
        return await FileAsync(c, place, row?.Scan?.File ?? throw new ProblemException(ProblemType.NotFound, $"{place.Name}的盖章扫描件还没有收到。"), "盖章件");
    }

    /// <summary>The report that the address names; 404 when there is none.</summary>
    internal static async Task<ReportPlace> PlaceAsync(ApiContext c)
    {
        var (campaign, week) = await c.WeekAsync();
        var unit = await c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"), c.Aborted);
        return unit.IsOpen(week.First, week.Last)
            ? new ReportPlace(campaign, week, unit)
            : throw new ProblemException(ProblemType.NotFound, $"{unit.Name}在第{week.Number}周（{week.First:M月d日}—{week.Last:M月d日}）不在报送单位之列。");
    }

    /// <summary>The same with its form; 409 when the form was never stored.</summary>
    internal static async Task<ReportTarget> TargetAsync(ApiContext c)
    {
        var (campaign, week, unit) = await PlaceAsync(c);
        var form = await c.Service<ReportStore>().FormAsync(campaign, week, c.Aborted) ?? throw new ProblemException(ProblemType.Conflict,
            $"第{week.Number}周使用的第 {campaign.FormVersionOn(week.First)} 版表样还没有登记，请联系{campaign.Office}（{campaign.DutyPhone}）。");
        return new ReportTarget(campaign, week, unit, form);
    }

    private static IResult Workbook(ReportTarget target, FormFilling filling, string what)
    {
        var stream = new MemoryStream();
        WorkbookForm.Write(stream, target, filling);
        stream.Position = 0;
        return Results.File(stream, WorkbookType, $"{target.Unit.Name}-第{target.Week.Number}周调度表-{what}.xlsx");
    }

    private static async Task<IResult> FileAsync(ApiContext c, ReportPlace place, OriginalFile file, string what)
    {
        var stream = await c.Service<ReportStore>().OpenOriginalAsync(place, file, c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, "文件不在存储中，请联系系统管理员。");
        var extension = file.ContentType switch { "application/json" => "json", "application/pdf" => "pdf", "image/jpeg" => "jpg", _ => "xlsx" };
        return Results.File(stream, file.ContentType, $"{place.Unit.Name}-第{place.Week.Number}周-{what}.{extension}");
    }
}
