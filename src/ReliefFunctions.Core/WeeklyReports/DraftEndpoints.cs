using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Drafts over HTTP: a form half filled on one device is finished on another, and never counts.</summary>
public static class DraftEndpoints
{
    /// <summary>Template of one unit's draft of one week.</summary>
    private const string DraftTemplate = ReportEndpoints.ReportTemplate + "/draft";

    private const string TagPrefix = "draft-";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("PutReportDraft", "PUT", DraftTemplate, AccessRule.UnitOrOffice, Put)
        {
            Summary = "保存草稿（JSON 或 .xlsx，可以不完整）；更改已有草稿须带 If-Match；答复列出报送前要改的地方",
            MaxBody = Workbooks.UnpackingBudget.PackedBytes,
            Request = typeof(ReportBody),
            Response = typeof(DraftView),
            Takes = [ReportEndpoints.WorkbookType],
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
            Problems = [ProblemType.Conflict, ProblemType.UnsupportedType],
        },
        new("GetReportDraft", "GET", DraftTemplate, AccessRule.UnitOrOffice, Get)
        {
            Summary = "读取草稿",
            Response = typeof(DraftView),
            ShowsVersion = true,
            Problems = [ProblemType.Conflict],
        },
        new("DeleteReportDraft", "DELETE", DraftTemplate, AccessRule.UnitOrOffice, Delete)
        {
            Summary = "丢弃草稿；须带 If-Match",
            IfMatch = VersionNamed.Always,
            ShowsVersion = true,
            Statuses = [204],
        },
    ];

    /// <summary>The draft of a report; 404 when there is none.</summary>
    internal static ReportDraft Require(ApiContext c, ReportPlace place, ReportRow? row)
    {
        var draft = row?.Draft ?? throw new ProblemException(ProblemType.NotFound, $"{place.Name}没有草稿。");
        c.ShowVersion(draft.Revision, TagPrefix);
        return draft;
    }

    private static async Task<IResult> Put(ApiContext c)
    {
        var target = await ReportEndpoints.TargetAsync(c);
        var read = ReportEndpoints.ReadBody(await c.FileAsync(), target).Read();
        // What a form may not hold is not kept for later either; every other mistake is what drafts are for.
        if (read.Content is not { } content || read.Problems.Any(problem => problem.Code == "personal-data")) throw ReportAnswers.Refusal(read, target);
        var draft = new ReportDraft(0, read.BaseVersion, target.Form.Version, content, read.Entered, c.Now, c.Actor.Id);
        await ChangeAsync(c, target, c.VersionNamed(prefix: TagPrefix) ?? 0, (row, revision) => ReportDecisions.SaveDraft(row, revision, draft));
        return await Get(c);
    }

    private static async Task<IResult> Get(ApiContext c)
    {
        var target = await ReportEndpoints.TargetAsync(c);
        var store = c.Service<ReportStore>();
        var row = await store.GetAsync(target, c.Aborted);
        var draft = Require(c, target, row);
        return c.Json(View(target, row!, draft, await store.HistoryAsync(target, c.Aborted)));
    }

    /// <summary>A draft as it stands on the form of its week, with what submitting it would run into.</summary>
    internal static DraftView View(ReportTarget target, ReportRow row, ReportDraft draft, IReadOnlyList<ReportValues?> history)
    {
        var content = draft.Content.On(target.Form, target.Unit.Kind);
        var read = new ReadReport(content, draft.BaseVersion, ReportReading.Misunderstood(target, draft.Entered)).Checked(target, history);
        return new DraftView(draft.Revision, draft.BaseVersion, row.Version, content, draft.Entered, draft.At, draft.By,
            ReportAnswers.Errors(read.Problems, ProblemSeverity.Error), ReportAnswers.Errors(read.Problems, ProblemSeverity.Warning));
    }

    private static async Task<IResult> Delete(ApiContext c)
    {
        await ChangeAsync(c, await ReportEndpoints.PlaceAsync(c), c.VersionNamed(prefix: TagPrefix) ?? 0, ReportDecisions.DropDraft);
        return Results.NoContent();
    }

    private static async Task ChangeAsync(ApiContext c, ReportPlace place, int revision, Func<ReportRow, int, Decision> decide)
    {
        var store = c.Service<ReportStore>();
        if (await store.DecideAsync(place, new ReportCommand(row => decide(row, revision)), c.Aborted) is not Decision.Stale stale) return;
        var latest = (await store.GetAsync(place, c.Aborted))?.Draft;
        if (latest is not null) c.ShowVersion(latest.Revision, TagPrefix);
        throw new ProblemException(ProblemType.Stale, latest is null
            ? "草稿已经不在了（已报送或已丢弃）。请重新读取周报。"
            : "草稿已在别处改动，本次没有保存。请读取最新的草稿，核对不同之处后再保存。")
        {
            Extensions = new Dictionary<string, object?> { ["latestRevision"] = latest?.Revision ?? 0, ["differences"] = stale.Differences },
        };
    }
}
