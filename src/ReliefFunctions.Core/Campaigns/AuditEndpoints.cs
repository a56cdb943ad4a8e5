using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Who did what and when in a campaign, over HTTP: newest first, page by page, searched and exported; an office reads its own district's.</summary>
public static class AuditEndpoints
{
    private const int DefaultPage = 100, LargestPage = 1000;

    /// <summary>Lines of one export: what a spreadsheet still opens. What is older is exported by its time.</summary>
    private const int MostExported = 20_000;

    /// <summary>What a search may ask for, and how it is paged.</summary>
    internal static readonly IReadOnlyList<ApiParameter> Filters =
    [
        new("who", "谁：编号或姓名的一部分", "青岩镇"),
        new("what", "办了什么：以此开头，如 report. 为周报，access.refused 为被拒绝，file.taken 为下载，session. 为登录、退出", "report."),
        new("unit", "单位代码", "520111101"),
        new("from", "从何时起（含）", "2026-12-01"),
        new("to", "到何时止（含）", "2026-12-31"),
    ],
    Pages = [new("top", "每页条数，1 至 1000", "100") { Type = "integer" }, new("after", "上一页答复中的 next", "QXwyNTE4")];

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetAudit", "GET", CampaignEndpoints.CampaignTemplate + "/audit/{feature}", AccessRule.Office, Audit)
        {
            Summary = "操作记录（如 reports、patrols、summaries），新的在前；?top= 每页条数，?after= 上一页答复中的 next",
            Response = typeof(AuditPage),
            Query = Pages,
        },
        new("SearchAudit", "GET", CampaignEndpoints.CampaignTemplate + "/audit", AccessRule.Office, Search)
        {
            Summary = "查操作记录：谁、何时、对哪个单位做了什么、改前改后；含登录退出、下载和被拒绝的操作，新的在前",
            Cost = Costly.Export,
            Response = typeof(AuditPage),
            Query = [.. Filters, .. Pages],
        },
        new("ExportAudit", "GET", CampaignEndpoints.CampaignTemplate + "/audit-export", AccessRule.Office, Export)
        {
            Summary = $"导出操作记录（.csv），条件与查询相同，最多 {MostExported} 条",
            Cost = Costly.Export,
            Gives = ["text/csv"],
            Query = Filters,
        },
    ];

    private static async Task<IResult> Audit(ApiContext c)
    {
        var campaign = await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var tables = c.Service<FeatureTables>();
        var trails = tables.Names.Where(name => name.OfCampaigns is not null).ToList();
        var table = tables[trails.Find(name => name.Name.Equals(c.Route("feature"), StringComparison.OrdinalIgnoreCase))
            ?? throw new ProblemException(ProblemType.NotFound, $"没有“{c.Route("feature")}”的操作记录。可以查看 {Listed(trails)}。")];
        var top = Top(c);
        var from = After(c) is { } key ? key + "!" : AuditEntry.KeyPrefix;
        var rows = await table.FirstAsync<AuditEntry>(campaign.Partition, from, "B", top + 1, c.Aborted);
        return c.Json(new AuditPage([.. rows.Take(top).Select(row => row.Value)], rows.Count > top ? Token(rows[top - 1].RowKey) : null));
    }

    private static async Task<IResult> Search(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        return c.Json(Page(await c.Service<AuditSearch>()
            .PageAsync(campaign, c.Actor.Scope.Length == 0, FilterOf(c, campaign.Zone()), After(c), Top(c), c.Aborted)));
    }

    /// <summary>A page as it is answered.</summary>
    internal static AuditPage Page((IReadOnlyList<AuditEntry> Entries, string? Next) found) =>
        new(found.Entries, found.Next is null ? null : Token(found.Next));

    private static async Task<IResult> Export(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var (filter, zone) = (FilterOf(c, campaign.Zone()), campaign.Zone());
        List<IEnumerable<string?>> lines = [["时间", "谁", "编号", "办了什么", "对象", "单位", "说明", "改前", "改后", "请求编号"]];
        string? after = null;
        do
        {
            var (entries, next) = await c.Service<AuditSearch>().PageAsync(campaign, c.Actor.Scope.Length == 0, filter, after, LargestPage, c.Aborted);
            lines.AddRange(entries.Select(entry => (IEnumerable<string?>)
            [
                LocalTime.In(entry.At, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), entry.Name, entry.Actor, entry.What, entry.Subject,
                entry.Unit, entry.Detail, entry.Before, entry.After, entry.CorrelationId,
            ]));
            after = next;
        }
        while (after is not null && lines.Count <= MostExported);
        if (after is not null) lines.Add([$"只导出了最近的 {lines.Count - 1} 条；更早的请用 to 参数分段导出。"]);
        return Results.File(Csv.Write(lines), "text/csv", $"操作记录-{campaign.District}-{campaign.Season}.csv");
    }

    /// <summary>What is looked for. A bare day counts from its beginning, or to its end.</summary>
    internal static AuditFilter FilterOf(ApiContext c, TimeZoneInfo zone)
    {
        string? Said(string name) => c.Query(name) is { Length: > 0 } value ? value : null;
        DateTimeOffset? At(string name) => Said(name) is not { } text ? null
            : LocalTimes.Parse(text, zone) ?? throw new ProblemException(ProblemType.BadRequest, $"{name} 参数“{text}”不是时间。应形如 2026-12-15 或 2026-12-15T10:00。");
        var (from, to) = (At("from"), At("to"));
        if (from is not null && Said("from")!.Trim().Length == 10) from = from.Value.AddSeconds(1).AddDays(-1);
        return new AuditFilter
        {
            Who = Said("who"),
            What = Said("what"),
            Unit = Said("unit"),
            From = from ?? DateTimeOffset.MinValue,
            To = to?.AddSeconds(1) ?? DateTimeOffset.MaxValue,
        };
    }

    /// <summary>Entries of a page.</summary>
    internal static int Top(ApiContext c) => c.Query("top") is not { } asked ? DefaultPage
        : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= LargestPage ? number
        : throw new ProblemException(ProblemType.BadRequest, $"每页条数 top 应是 1 至 {LargestPage} 的整数。");

    private static string Token(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    private static string Listed(IReadOnlyList<TableName> trails)
    {
        var named = trails.Select(name => $"{name.Name.ToLowerInvariant()}（{name.OfCampaigns}）").ToList();
        return $"{string.Join("、", named.SkipLast(1))}和 {named[^1]}";
    }

    /// <summary>The key that the page before ended with; null for the first page.</summary>
    internal static string? After(ApiContext c)
    {
        if (c.Query("after") is not { Length: > 0 } token) return null;
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var key
            && key.StartsWith(AuditEntry.KeyPrefix, StringComparison.Ordinal) && key.Length < 100
            ? key
            : throw new ProblemException(ProblemType.BadRequest, "翻页标记 after 不对。请原样使用上一页答复中的 next。");
    }
}

/// <summary>One page of the trail.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Asks for the page behind this one; null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);
