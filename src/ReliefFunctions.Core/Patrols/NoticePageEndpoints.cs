using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// The pages behind a notice's links. GET shows and changes nothing that counts, because chat apps open links by themselves; POST acknowledges, and says who.
/// Whoever the unit forwarded the notice to has a link that shows it and nothing more.
/// </summary>
public static class NoticePageEndpoints
{
    /// <summary>The unit's page, and the one that it forwards.</summary>
    private const string PageTemplate = "n/{token}", ForwardedTemplate = "v/{token}";

    /// <summary>Keeps the signer's name on the phone, for the notices alone.</summary>
    private const string NameCookie = "relief-signer";

    private static readonly TimeSpan NameKept = TimeSpan.FromDays(180);

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
            Summary = "通知链接：签收，须写签收人姓名",
            MaxBody = 8 * 1024,
            Takes = ["application/x-www-form-urlencoded"],
            Gives = ["text/html"],
            GivesRefused = ["text/html"],
        },
        new("ShowForwardedNotice", "GET", ForwardedTemplate, AccessRule.Public, ShowForwarded)
        {
            Summary = "转发用的通知链接：只能查看，不能签收",
            Gives = ["text/html"],
        },
    ];

    private static async Task<IResult> Show(ApiContext c)
    {
        var (link, campaign, notice) = await OpenAsync(c, c.Service<NoticeLinks>().OpenAsync);

        // A person's browser says that it navigates; previews do not, and must not make a notice look seen.
        if (c.Http.Request.Headers["Sec-Fetch-Mode"] == "navigate") await c.Service<PatrolStore>().SeenAsync(campaign, link.Unit, link.Revision, c.Aborted);
        return await PageAsync(c, campaign, notice, await NewerAsync(c, campaign, notice), c.Http.Request.Cookies[NameCookie]);
    }

    private static async Task<IResult> Acknowledge(ApiContext c)
    {
        var (link, campaign, notice) = await OpenAsync(c, c.Service<NoticeLinks>().OpenAsync);
        var typed = WebForm.Read(await c.BodyAsync()).GetValueOrDefault("name");
        var name = PersonName.Clean(typed);

        // Who comes second reads who was first, whatever name is in the form.
        if (notice.Acknowledgement is null && PersonName.Refusal(name) is { } refusal)
        {
            return await PageAsync(c, campaign, notice, await NewerAsync(c, campaign, notice), name, refusal);
        }

        var outcome = await c.Service<PatrolStore>().AcknowledgeAsync(campaign, link.Unit, link.Revision, new Acknowledgement(c.Now, "link", name, "link", null),
            c.Audit("notice.acknowledged", $"{link.Revision}/{link.Unit}", name) with { Actor = "link" }, c.Aborted);
        if (PersonName.Refusal(name) is null) KeepName(c, name);
        return await PageAsync(c, campaign, outcome!.Notice.Stands, outcome.SupersededBy, name);
    }

    private static async Task<IResult> ShowForwarded(ApiContext c)
    {
        var (_, campaign, notice) = await OpenAsync(c, c.Service<NoticeLinks>().OpenForwardedAsync);
        var sentences = NoticeWords.ToForward(notice.Text, "");
        return new HtmlPage(notice.Title, StatusCodes.Status200OK, $"""
            {Heading(notice)}{Newer(await NewerAsync(c, campaign, notice), "请向转发人索取新的通知。")}
            <p>{HtmlPage.Text(sentences)}</p>{Tasks(notice)}<p class="meta">这是转发件，只供查看；签收由{HtmlPage.Text(notice.UnitName)}办理。</p>
            """);
    }

    private static async Task<(NoticeLink Link, Campaign Campaign, PatrolNotice Notice)> OpenAsync(
        ApiContext c, Func<string, CancellationToken, Task<NoticeLink?>> open)
    {
        static ProblemException Nothing() => new(ProblemType.NotFound, "链接无效或已过期。请登录查看通知，或致电专项行动办公室签收。");
        var link = await open(c.Route("token"), c.Aborted) ?? throw Nothing();
        var campaign = (await c.Service<CampaignStore>().GetAsync(link.District, link.Season, c.Aborted))?.Value ?? throw Nothing();
        var notice = await c.Service<PatrolStore>().NoticeAsync(campaign, link.Unit, link.Revision, c.Aborted) ?? throw Nothing();
        return notice.IssuedAt + NoticeLinks.Valid < c.Now ? throw Nothing() : (link, campaign, notice);
    }

    /// <summary>The unit's notice that has taken this one's place, or null.</summary>
    private static async Task<int?> NewerAsync(ApiContext c, Campaign campaign, PatrolNotice notice)
    {
        var state = await c.Service<PatrolStore>().StateAsync(campaign, c.Aborted);
        return !notice.Drill && state.NoticeOf.TryGetValue(notice.Unit, out var current) && current > notice.Revision ? current : null;
    }

    private static async Task<IResult> PageAsync(ApiContext c, Campaign campaign, PatrolNotice notice, int? supersededBy, string? name, string? refusal = null)
    {
        var zone = campaign.Zone();
        var signed = notice.Acknowledgement is { } done
            ? $"<p role=\"status\">已于{HtmlPage.Text(NoticeText.Moment(done.At, zone))}由{HtmlPage.Text(done.Name ?? "未留姓名的人")}签收。</p>"
            : "";
        var wrong = refusal is null ? "" : $"<p role=\"alert\" id=\"why\">{HtmlPage.Text(refusal)}还没有签收。</p>";
        var described = refusal is null ? "" : " aria-invalid=\"true\" aria-describedby=\"why\"";
        var form = notice.Acknowledgement is not null ? "" : $"""
            <form method="post"><label>签收人（值班员姓名）<input name="name" maxlength="{PersonName.Longest}" autocomplete="name" required
             value="{HtmlPage.Text(PersonName.Clean(name))}"{described}></label><button type="submit">签收</button></form>
            <p class="meta">请于{HtmlPage.Text(NoticeText.Moment(notice.AcknowledgeBy, zone))}前签收。仅打开本页不算签收。姓名记在这台手机上，下次不用再填。</p>
            """;
        var forward = await c.Service<NoticeLinks>().ForwardOfAsync(notice, c.Aborted) is not { } text ? "" : $"""
            <h2>转发给村（社区）、网格员</h2><p class="meta">请复制下面这段转发，不要转发签收链接：拿到签收链接的人可以代你们签收。</p>
            <p class="forward" lang="zh-CN">{HtmlPage.Text(text)}</p>
            """;
        var newer = Newer(supersededBy, $"请以第{supersededBy}号为准并另行签收。");
        var words = HtmlPage.Text(NoticeWords.OnPage(notice.Text));
        return new HtmlPage(notice.Title, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, $"""
            {signed}{wrong}{Heading(notice)}{newer}<p>{words}</p>{Tasks(notice)}{form}{forward}
            """);
    }

    private static string Heading(PatrolNotice notice) => $"""
        <h1{(notice.Intensity == PatrolIntensity.RoundTheClock ? " class=\"urgent\"" : "")}>{HtmlPage.Text(notice.Title)}</h1>
        <p class="to">{HtmlPage.Text(notice.UnitName)}</p>
        """;

    private static string Newer(int? by, string then) => by is null ? "" : $"<p role=\"alert\">本通知已被第{by}号代替，{then}</p>";

    private static string Tasks(PatrolNotice notice) => notice.Tasks.Count == 0 ? ""
        : $"<h2>任务清单</h2><ul>{string.Concat(notice.Tasks.Select(task => $"<li>{HtmlPage.Text(task)}</li>"))}</ul>";

    /// <summary>The next notice's form is filled in already: without a script, and read by no script.</summary>
    private static void KeepName(ApiContext c, string name) => c.Http.Response.Cookies.Append(NameCookie, name, new CookieOptions
    {
        Path = "/n/",
        HttpOnly = true,
        Secure = SafeHeaders.IsSecure(c.Http),
        SameSite = SameSiteMode.Lax,
        MaxAge = NameKept,
    });
}
