using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Many reports at once: the office's batch upload, the season's export and its way back.</summary>
public static class SeasonEndpoints
{
    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PostReportBatch", "POST", CampaignEndpoints.CampaignTemplate + "/reports-batch", AccessRule.Office, Batch)
        {
            Summary = "批量上传：一个含多张调度表的工作簿，或装有各单位 .xlsx 的 zip；逐个接收或退回；?validateOnly=true 只校验",
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(BatchAnswer),
            Takes = [ReportEndpoints.WorkbookType, "application/zip", "multipart/form-data"],
            Query = [ApiParameter.ValidateOnly],
            Problems = [ProblemType.UnsupportedType],
        },
        new("GetSeasonBoard", "GET", CampaignEndpoints.CampaignTemplate + "/season-board", ReportEndpoints.Overview, Board)
        {
            Summary = "全季报送情况：各单位、各周，一次读完",
            Response = typeof(SeasonBoard),
            Polled = true,
        },
        new("GetReportExport", "GET", CampaignEndpoints.CampaignTemplate + "/reports-export", ReportEndpoints.Overview, Export)
        {
            Cost = Costly.Export,
            Summary = "导出全季周报：?format=csv（UTF-8 带 BOM）或 json",
            Response = typeof(IReadOnlyList<SeasonLine>),
            Query = [new("format", "文件格式，默认 json", "csv") { Values = ["csv", "json"] }],
            Gives = ["text/csv"],
        },
        new("PostReportImport", "POST", CampaignEndpoints.CampaignTemplate + "/reports-import", AccessRule.Office, Import)
        {
            Summary = "导入导出过的周报（csv 或 json），与逐份报送走同一条路，不改变审核状态；?validateOnly=true 只校验",
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(BatchAnswer),
            Takes = ["text/csv", "application/json"],
            Query = [ApiParameter.ValidateOnly],
            Problems = [ProblemType.UnsupportedType],
        },
    ];

    private static async Task<IResult> Batch(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var budget = new UnpackingBudget { PartsLeft = UnpackingBudget.BatchParts };
        var lines = new List<BatchLine>();
        var forms = new List<(BatchFile File, SheetForm Sheet)>();
        foreach (var file in (await c.FilesAsync()).SelectMany(upload => BatchArchive.Open(upload, budget)))
        {
            var workbook = file.Problem is { } problem ? new WorkbookContent([], [problem]) : WorkbookReader.Read(file.Bytes, budget);
            if (workbook.Problems.Count > 0)
            {
                lines.Add(BatchLine.Refused(file.Name, null, null, null, ReportAnswers.Errors(workbook.Problems, ProblemSeverity.Error)));
            }

            forms.AddRange(workbook.Forms.Select(form => (file, form)));
        }

        // Of two forms that say different things of one unit and week neither is taken, whichever came first.
        foreach (var same in forms.GroupBy(form => (form.Sheet.Token.District, form.Sheet.Token.Season, form.Sheet.Token.Week, form.Sheet.Token.Unit)).ToList())
        {
            if (ReportReading.Differing([.. same.Select(form => form.Sheet)]) is not { } differing) continue;
            var files = string.Join("、", same.Select(form => $"{form.File.Name}“{form.Sheet.Sheet}”"));
            lines.AddRange(same.Select(form => BatchLine.Refused(form.File.Name, form.Sheet.Sheet, form.Sheet.Token.Week, form.Sheet.Token.Unit,
                ReportAnswers.Errors([differing with { Message = $"{differing.Message}（{files}）" }], ProblemSeverity.Error))));
            forms.RemoveAll(same.Contains);
        }

        // Earlier weeks first: what is carried over from them must stand when the later ones are checked.
        foreach (var (file, sheet) in forms.OrderBy(form => form.Sheet.Token.Week))
        {
            var token = sheet.Token;
            var item = new BatchItem(file.Name, sheet.Sheet, token.Week, token.Unit, new UploadedFile(file.Name, "", file.Bytes), ReportEndpoints.WorkbookType,
                target =>
                token.FormVersion == target.Form.Version
                    ? ReportReading.FromSheet(sheet, target)
                    : ReadReport.Refused(ReportReading.Misdirected(sheet, target)));
            lines.Add(token.District == campaign.District && token.Season == campaign.Season
                ? await HandInAsync(c, campaign, item)
                : item.Refused("wrong-season", $"这是区划 {token.District}、{token.Season} 年度的调度表。", "只上传本区本年度的表。"));
        }

        return c.Json(BatchAnswer.Of(lines));
    }

    private static async Task<IResult> Board(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var units = await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted);
        var rows = await c.Service<ReportStore>().SeasonAsync(campaign, c.Aborted);
        return c.Json(SeasonBoard.Of(campaign, rows, [.. units.Select(unit => unit.Code)], c.Now));
    }

    private static async Task<IResult> Export(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var lines = (await c.Service<ReportStore>().SeasonAsync(campaign, c.Aborted)).Select(SeasonLine.Of).ToList();
        return (c.Query("format") ?? "json") switch
        {
            "json" => c.Json(lines),
            "csv" => Results.File(SeasonTable.Write(lines), "text/csv; charset=utf-8", $"{campaign.DistrictName}-{campaign.Season}-周报.csv"),
            var other => throw new ProblemException(ProblemType.BadRequest, $"不支持导出格式“{other}”。请使用 csv 或 json。"),
        };
    }

    private static async Task<IResult> Import(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var file = await c.FileAsync();
        var isJson = file.ContentType.Contains("json", StringComparison.OrdinalIgnoreCase) || file.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var lines = new List<BatchLine>();
        foreach (var (place, week, unit, read) in isJson ? FromJson(file.Bytes) : FromCsv(file.Bytes))
        {
            lines.Add(WeekKey.TryParse(week, out var key)
                ? await HandInAsync(c, campaign, new BatchItem(place, null, key, unit, file, "application/octet-stream", read))
                : BatchLine.Refused(place, null, null, unit,
                    [new ProblemError { Code = "week", Value = week.Cut(20), Message = "周次不对。", Fix = "周次写作 2026W50。" }]));
        }

        return c.Json(BatchAnswer.Of(lines));
    }

    /// <summary>Lines without a version are units that had not reported when the season was exported: nothing to import.</summary>
    private static IEnumerable<(string Place, string Week, string Unit, Func<ReportTarget, ReadReport> Read)> FromJson(byte[] body)
    {
        var lines = JsonBody.Read<List<SeasonLine>>(body);
        return lines.Select((line, i) => (Line: line, Place: $"/{i}")).Where(item => item.Line.Version > 0).OrderBy(item => item.Line.Week).Select(item =>
            (item.Place, item.Line.Week.ToString(), item.Line.Unit, (Func<ReportTarget, ReadReport>)(target =>
            {
                var line = item.Line;
                var content = JsonSerializer.SerializeToElement(new ReportBody(line.Values, line.Version, line.ZeroReport, line.FilledBy, line.ReviewedBy,
                    line.Note), Storage.StoredJson.Options);
                return ReportReading.FromJson(content, target);
            })));
    }

    private static IEnumerable<(string Place, string Week, string Unit, Func<ReportTarget, ReadReport> Read)> FromCsv(byte[] body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.AsSpan(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0));
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(ProblemType.UnsupportedType, "文件不是 UTF-8 编码的 CSV。请使用导出的文件；用 Excel 改过的，另存为“CSV UTF-8（逗号分隔）”。");
        }

        var records = SeasonTable.Read(text) ?? throw new ProblemException(ProblemType.BadRequest, $"文件不是完整的 CSV（引号没有成对，或超过 {SeasonTable.LongestTable} 行）。");
        var heads = records.Count > 0 ? records[0].ToList() : [];
        if (SeasonTable.Heads.Except(heads).ToList() is { Count: > 0 } missing)
        {
            throw new ProblemException(ProblemType.BadRequest, $"CSV 缺少列：{string.Join("、", missing)}。请使用导出的文件。");
        }

        if (heads.Distinct().Count() != heads.Count) throw new ProblemException(ProblemType.BadRequest, "CSV 有重复的列名。请使用导出的文件。");
        return records.Skip(1)
            .Select((record, i) => (Place: $"第{i + 2}行",
                Cell: (Func<string, string>)(head => heads.IndexOf(head) is var at && at < record.Count ? record[at] : "")))
            .Where(line => line.Cell("version") is not ("" or "0"))
            .OrderBy(line => line.Cell("week"), StringComparer.Ordinal)
            .Select(line => (line.Place, line.Cell("week"), line.Cell("unit"), (Func<ReportTarget, ReadReport>)(target =>
            {
                if (!int.TryParse(line.Cell("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                {
                    return ReadReport.Refused(ReportProblem.Error("version", "version 列不是数字。", "使用导出的文件。"));
                }

                RawEntry Entry(string head) =>
                    new(line.Cell(head).Length == 0 ? EntryKind.Empty : EntryKind.Text, line.Cell(head), new EntryPlace(line.Place, head, null));
                var entries = heads.Where(FormRules.IsCode)
                    .Where(code => line.Cell(code).Length > 0 || target.Form.FieldsFor(target.Unit.Kind).Any(field => field.Code == code))
                    .ToDictionary(code => code, Entry);
                var problems = entries.Keys.Where(code => !target.Form.FieldsFor(target.Unit.Kind).Any(field => field.Code == code))
                    .Select(code => ReportProblem.Error("not-on-form", $"“{code}”不在该单位的表上，却填了内容。", "清空该格。") with { Field = code }).ToList();
                entries[FormLayout.ZeroReport] = Entry("zeroReport");
                entries[FormLayout.FilledBy] = Entry("filledBy");
                entries[FormLayout.ReviewedBy] = Entry("reviewedBy");
                entries[FormLayout.Note] = Entry("note");
                return ReportReading.Understand(target, entries, version, problems);
            })));
    }

    private static async Task<BatchLine> HandInAsync(ApiContext c, Campaign campaign, BatchItem item)
    {
        if (CampaignWeeks.Find(campaign, item.Week) is not { } week) return item.Refused("week", $"{item.Week} 不在本次专项行动期内。", "核对周次。");
        var units = await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted);
        if (units.FirstOrDefault(unit => unit.Code == item.Unit) is not { } unit || !unit.IsOpen(week.First, week.Last))
        {
            return item.Refused("unit", $"第{week.Number}周的报送单位中没有代码 {item.Unit.Cut(40)}。", "核对单位代码。");
        }

        if (await c.Service<ReportStore>().FormAsync(campaign, week, c.Aborted) is not { } form) return item.Refused("form", "本周使用的表样还没有登记。", "先登记表样。");
        var target = new ReportTarget(campaign, week, unit, form);
        var delivery = new Delivery(target, item.Original, item.ContentType,
            () => item.Read(target))
        { ValidateOnly = c.ValidatesOnly };
        var (understood, decision) = await c.Service<ReportIntake>().HandInAsync(delivery, ReportEndpoints.SenderOf(c, target), c.Aborted);
        var line = item.Refused() with
        {
            UnitName = unit.Name,
            Errors = ReportAnswers.Errors(understood.Problems, ProblemSeverity.Error),
            Warnings = ReportAnswers.Errors(understood.Problems, ProblemSeverity.Warning),
        };
        return decision switch
        {
            Decision.Changed { Added: { } added } => line with { Accepted = true, Version = added.Number, Receipt = added.Receipt },
            Decision.Repeated { Mark: { } mark, Returned: { } returned } => line with
            {
                Repeated = true,
                Version = mark.Number,
                Receipt = mark.Receipt,
                Errors = [new ProblemError { Code = "still-returned", Message = ReportAnswers.StillReturned(mark.Number, returned), Fix = "改好后重新报送。" }],
            },
            Decision.Repeated { Mark: { } mark } => line with { Accepted = true, Repeated = true, Version = mark.Number, Receipt = mark.Receipt },
            Decision.Refused refused => line with { Errors = [new ProblemError { Code = "not-now", Message = refused.Reason }] },
            Decision.Stale => line with
            {
                Errors = [new ProblemError
            {
                Code = "stale",
                Message = $"{unit.Name}第{week.Number}周已有更新的报送，这一份不是在它的基础上更改的。",
                Fix = "下载最新的表，核对后再提交。",
            }]
            },
            _ => line,
        };
    }
}

/// <summary>One report of a batch, not yet read.</summary>
/// <param name="File">The file's name in the zip, or the place in the import.</param>
/// <param name="Sheet">The worksheet.</param>
/// <param name="Week">The week it is for.</param>
/// <param name="Unit">The code of the unit it is for.</param>
/// <param name="Original">What it came as.</param>
/// <param name="ContentType">What that is.</param>
/// <param name="Read">Understands it for its target.</param>
internal sealed record BatchItem(
    string File, string? Sheet, WeekKey Week, string Unit, UploadedFile Original, string ContentType, Func<ReportTarget, ReadReport> Read)
{
    public BatchLine Refused(params IReadOnlyList<ProblemError> errors) => BatchLine.Refused(File, Sheet, Week, Unit, errors);

    public BatchLine Refused(string code, string message, string fix) => Refused(new ProblemError { Code = code, Message = message, Fix = fix });
}

/// <summary>What came of one form of a batch.</summary>
/// <param name="File">The file's name in the zip, or the place in the import.</param>
/// <param name="Sheet">The worksheet.</param>
/// <param name="Week">The week it is for.</param>
/// <param name="Unit">The unit it is for.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Accepted">Whether it was (or would be) received.</param>
/// <param name="Repeated">It was received before; nothing changed.</param>
/// <param name="Version">Which submission of the week it is.</param>
/// <param name="Receipt">The receipt's number.</param>
/// <param name="Errors">Why it was refused.</param>
/// <param name="Warnings">What wants a look.</param>
public sealed record BatchLine(
    string File, string? Sheet, WeekKey? Week, string? Unit, string? UnitName, bool Accepted, bool Repeated, int? Version, string? Receipt,
        IReadOnlyList<ProblemError> Errors, IReadOnlyList<ProblemError> Warnings)
{
    internal static BatchLine Refused(string file, string? sheet, WeekKey? week, string? unit, IReadOnlyList<ProblemError> errors) =>
        new(file, sheet, week, unit, null, false, false, null, null, errors, []);
}

/// <summary>What came of a batch; each form stands for itself.</summary>
public sealed record BatchAnswer(int Accepted, int Repeated, int Refused, IReadOnlyList<BatchLine> Lines)
{
    internal static BatchAnswer Of(IReadOnlyList<BatchLine> lines) =>
        new(lines.Count(line => line.Accepted && !line.Repeated), lines.Count(line => line.Accepted && line.Repeated), lines.Count(line => !line.Accepted),
            lines);
}
