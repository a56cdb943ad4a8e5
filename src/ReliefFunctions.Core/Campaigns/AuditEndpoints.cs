using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Who did what and when in a campaign, over HTTP: newest first, page by page.</summary>
public static class AuditEndpoints
{
    private const int DefaultPage = 100, LargestPage = 1000;

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetAudit", "GET", CampaignEndpoints.CampaignTemplate + "/audit/{feature}", AccessRule.Office, Audit)
        {
            Summary = "操作记录（如 reports、patrols、summaries），新的在前；?top= 每页条数，?after= 上一页答复中的 next",
            Response = typeof(AuditPage),
            Query = [new("top", "每页条数，1 至 1000", "100") { Type = "integer" }, new("after", "上一页答复中的 next", "QXwyNTE4")],
        },
    ];

    private static async Task<IResult> Audit(ApiContext c)
    {
        var campaign = await c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var tables = c.Service<FeatureTables>();
        var trails = tables.Names.Where(name => name.OfCampaigns is not null).ToList();
        var table = tables[trails.Find(name => name.Name.Equals(c.Route("feature"), StringComparison.OrdinalIgnoreCase))
            ?? throw new ProblemException(ProblemType.NotFound, $"没有“{c.Route("feature")}”的操作记录。可以查看 {Listed(trails)}。")];
        var top = c.Query("top") is not { } asked ? DefaultPage
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= LargestPage ? number
            : throw new ProblemException(ProblemType.BadRequest, $"每页条数 top 应是 1 至 {LargestPage} 的整数。");
        var from = c.Query("after") is { Length: > 0 } token ? After(token) : AuditEntry.KeyPrefix;
        var rows = await table.FirstAsync<AuditEntry>(campaign.Partition, from, "B", top + 1, c.Aborted);
        return c.Json(new AuditPage([.. rows.Take(top).Select(row => row.Value)], rows.Count > top
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes(rows[top - 1].RowKey))
            : null));
    }

    private static string Listed(IReadOnlyList<TableName> trails)
    {
        var named = trails.Select(name => $"{name.Name.ToLowerInvariant()}（{name.OfCampaigns}）").ToList();
        return $"{string.Join("、", named.SkipLast(1))}和 {named[^1]}";
    }

    /// <summary>The first key behind the one that a page ended with.</summary>
    private static string After(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var key
            && key.StartsWith(AuditEntry.KeyPrefix, StringComparison.Ordinal) && key.Length < 100
            ? key + "!"
            : throw new ProblemException(ProblemType.BadRequest, "翻页标记 after 不对。请原样使用上一页答复中的 next。");
    }
}

/// <summary>One page of the trail.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Asks for the page behind this one; null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);
