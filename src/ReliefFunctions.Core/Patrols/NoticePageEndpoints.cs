using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// The page behind a notice's link. GET shows and changes nothing that counts, because chat apps open links by themselves; POST acknowledges.
/// </summary>
public static class NoticePageEndpoints
{
    /// <summary>The page.</summary>
    private const string PageTemplate = "n/{token}";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ShowNoticePage", "GET", PageTemplate, AccessRule.Public, Show)
        {
            Summary = "通知链接：查看",
            Gives = ["text/html"],
        },
        new("AcknowledgeNoticePage", "POST", PageTemplate, AccessRule.Public, Acknowledge)
        {
            Summary = "通知链接：签收",
            MaxBody = 8 * 1024,
            Takes = ["application/x-www-form-urlencoded"],
            Gives = ["text/html"],
        },
    ];

    private static async Task<IResult> Show(ApiContext c)
    {
        var (link, campaign, notice) = await OpenAsync(c);

        // A person's browser says that it navigates; previews do not, and must not make a notice look seen.
        if (c.Http.Request.Headers["Sec-Fetch-Mode"] == "navigate") await c.Service<PatrolStore>().SeenAsync(campaign, link.Unit, link.Revision, c.Aborted);
        var state = await c.Service<PatrolStore>().StateAsync(campaign, c.Aborted);
        var newer = !notice.Drill && state.NoticeOf.TryGetValue(link.Unit, out var current) && current > link.Revision ? current : (int?)null;
        return Page(campaign, notice, newer);
    }

    private static async Task<IResult> Acknowledge(ApiContext c)
    {
        var (link, campaign, _) = await OpenAsync(c);
        var form = Form(Encoding.UTF8.GetString(await c.BodyAsync()));
        var name = form.GetValueOrDefault("name")?.Trim();
        var outcome = await c.Service<PatrolStore>().AcknowledgeAsync(campaign, link.Unit, link.Revision,
            new Acknowledgement(c.Now, "link", string.IsNullOrEmpty(name) ? null : name.First(50), "link", null),
            new AuditEntry(c.Now, "link", "notice.acknowledged", $"{link.Revision}/{link.Unit}", name, c.CorrelationId), c.Aborted);
        return Page(campaign, outcome!.Notice, outcome.SupersededBy);
    }

    private static async Task<(NoticeLink Link, Campaign Campaign, PatrolNotice Notice)> OpenAsync(ApiContext c)
    {
        static ProblemException Nothing() => new(ProblemType.NotFound, "链接无效或已过期。请登录查看通知，或致电专项行动办公室签收。");
        var link = await c.Service<NoticeLinks>().OpenAsync(c.Route("token"), c.Aborted) ?? throw Nothing();
        var campaign = (await c.Service<CampaignStore>().GetAsync(link.District, link.Season, c.Aborted))?.Value ?? throw Nothing();
        var notice = await c.Service<PatrolStore>().NoticeAsync(campaign, link.Unit, link.Revision, c.Aborted) ?? throw Nothing();
        return notice.IssuedAt + NoticeLinks.Valid < c.Now ? throw Nothing() : (link, campaign, notice);
    }

    private static HtmlPage Page(Campaign campaign, PatrolNotice notice, int? supersededBy)
    {
        var zone = campaign.Zone();
        var newer = supersededBy is { } by ? $"<p role=\"alert\">本通知已被第{by}号代替，请以第{by}号为准并另行签收。</p>" : "";
        var answer = notice.Acknowledgement is { } acknowledged
            ? $"<p role=\"status\">已于{HtmlPage.Text(NoticeText.Moment(acknowledged.At, zone))}签收{(acknowledged.Name is { } name ? "（" + HtmlPage.Text(name) + "）" : "")}。</p>"
            : $"""
                <form method="post"><label>签收人（值班员姓名）<input name="name" maxlength="50" autocomplete="name"></label><button type="submit">签收</button></form>
                <p class="meta">请于{HtmlPage.Text(NoticeText.Moment(notice.AcknowledgeBy, zone))}前签收。仅打开本页不算签收。</p>
                """;
        var tasks = notice.Tasks.Count == 0 ? "" : $"<h2>任务清单</h2><ul>{string.Concat(notice.Tasks.Select(task => $"<li>{HtmlPage.Text(task)}</li>"))}</ul>";
        return new HtmlPage(notice.Title, StatusCodes.Status200OK, $"""
            <h1{(notice.Intensity == PatrolIntensity.RoundTheClock ? " class=\"urgent\"" : "")}>{HtmlPage.Text(notice.Title)}</h1>
            <p class="to">{HtmlPage.Text(notice.UnitName)}</p>{newer}<p>{HtmlPage.Text(notice.Text)}</p>{tasks}{answer}
            """);
    }

    private static Dictionary<string, string> Form(string body) =>
        body.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);
}
