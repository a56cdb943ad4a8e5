using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Access.Sessions;

/// <summary>Sessions over HTTP: signing in by key, who I am, my devices, signing out here and everywhere.</summary>
public static class SessionEndpoints
{
    /// <summary>Template of the sessions.</summary>
    public const string SessionsTemplate = "api/v1/sessions";

    /// <summary>Ways in that are no provider's.</summary>
    internal const string ByKey = "key", ByInvitation = "invitation";

    /// <summary>The session of the request, where one is named.</summary>
    private const string Current = "current";

    /// <summary>How long after its last day a campaign is still shown.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromDays(150);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("SignInByKey", "POST", SessionsTemplate, AccessRule.Public, SignInByKey)
        {
            Summary = "用访问密钥登录（浏览器）；须带请求头 X-Relief-Client: portal",
            MaxBody = 4 * 1024,
            Request = typeof(KeySignIn),
            Response = typeof(Me),
            Statuses = [StatusCodes.Status201Created],
            Problems = [ProblemType.Unauthenticated, ProblemType.Forbidden, ProblemType.TooManyFailures],
        },
        new("ListSessions", "GET", SessionsTemplate, AccessRule.Everybody, List)
        {
            Summary = "我的登录：哪些设备、何时登录、最近使用",
            Response = typeof(IReadOnlyList<MySession>),
        },
        new("SignOutEverywhere", "DELETE", SessionsTemplate, AccessRule.Everybody, SignOutEverywhere)
        {
            Summary = "在所有设备上退出登录",
            Statuses = [StatusCodes.Status204NoContent],
        },
        new("SignOut", "DELETE", SessionsTemplate + "/{session}", AccessRule.Everybody, SignOut)
        {
            Summary = "退出登录：current 为本机，或清单中的编号",
            Statuses = [StatusCodes.Status204NoContent],
        },
        new("GetMe", "GET", "api/v1/me", AccessRule.Everybody, c => GetMe(c)) { Summary = "我是谁：身份、范围、单位、专项行动、登录方式与期限", Response = typeof(Me) },
    ];

    /// <summary>Signs in by key.</summary>
    /// <param name="Key">The whole key.</param>
    public sealed record KeySignIn(string Key);

    /// <summary>Who I am.</summary>
    /// <param name="Actor">Stands in the audit trail.</param>
    /// <param name="Name">For people.</param>
    /// <param name="Role">What I may do.</param>
    /// <param name="Scope">See <see cref="Http.Actor.Scope"/>.</param>
    /// <param name="District">The scope when it is one district.</param>
    /// <param name="Unit">The one unit that I act for; null for every unit of the scope.</param>
    /// <param name="UnitName">Its name.</param>
    /// <param name="Places">What I may switch between; empty for those who are of one place alone.</param>
    /// <param name="Campaigns">The campaigns within the scope, the latest first, at most 200.</param>
    /// <param name="SignedInBy">The way in: <c>key</c>, <c>invitation</c> or a provider's id; null for a call by key or token without a session.</param>
    /// <param name="EndsAt">When the session ends unless it is used, UTC.</param>
    /// <param name="Until">When it ends whatever happens, UTC.</param>
    public sealed record Me(string Actor, string Name, Role Role, string Scope, string? District, string? Unit, string? UnitName,
        IReadOnlyList<MyPlace> Places, IReadOnlyList<MyCampaign> Campaigns, string? SignedInBy, DateTimeOffset? EndsAt, DateTimeOffset? Until);

    /// <summary>A place that I was invited to.</summary>
    /// <param name="Role">What I may do there.</param>
    /// <param name="Unit">The unit; null for the office and leaders.</param>
    /// <param name="UnitName">Its name.</param>
    public sealed record MyPlace(Role Role, string? Unit, string? UnitName);

    /// <summary>A campaign that I may see.</summary>
    public sealed record MyCampaign(string District, string DistrictName, string Season, string Name);

    /// <summary>One of my sessions.</summary>
    /// <param name="Id">Names it when it is ended.</param>
    /// <param name="Current">Whether this request came by it.</param>
    /// <param name="By">The way in.</param>
    /// <param name="Device">What the browser calls itself.</param>
    /// <param name="Since">When I signed in, UTC.</param>
    /// <param name="LastSeen">The last use, UTC, to five minutes.</param>
    /// <param name="EndsAt">When it ends unless it is used, UTC.</param>
    public sealed record MySession(string Id, bool Current, string By, string? Device, DateTimeOffset Since, DateTimeOffset LastSeen, DateTimeOffset EndsAt);

    /// <summary>Begins a session, gives the browser its cookie and answers who came in.</summary>
    internal static async Task<Session> BeginAsync(ApiContext c, Session session)
    {
        session = session with { Device = DeviceOf(c.Http.Request) };
        var audit = Entry(c, session.AsActor(), "session.began", session.By);
        var cookie = await c.Service<SessionStore>().BeginAsync(session, SessionCookie.Of(c.Http), audit, c.Aborted);
        SessionCookie.Set(c.Http, cookie, session.Until - c.Now);
        return session;
    }

    /// <summary>The name that the browser gives itself, bounded.</summary>
    internal static string? DeviceOf(HttpRequest request) => request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent.Cut(160) : null;

    /// <summary>An entry of the trail for somebody who was not known when the request came.</summary>
    internal static AuditEntry Entry(ApiContext c, Actor actor, string what, string? detail = null) =>
        new(c.Now, actor.Id, what, actor.Id, detail, c.CorrelationId) { Name = actor.Name, Unit = actor.Unit, Scope = actor.Scope };

    private static async Task<IResult> SignInByKey(ApiContext c)
    {
        SameOrigin.Require(c.Http.Request, c.Service<LinkOptions>().BaseUrl);
        var secret = (await c.JsonAsync<KeySignIn>()).Key.Trim();
        var actor = await c.Service<KeyAuthenticator>().OfAsync(c.Http, secret);
        if (actor.Role == Role.Feed) throw new ProblemException(ProblemType.Forbidden, "预警接入的密钥供程序使用，不能用来登录。");
        var session = await BeginAsync(c, Session.Of(actor, ByKey, c.Service<SessionOptions>().Key, c.Now) with
        {
            Key = new SessionKey(actor.Id, Keys.Hash(secret)),
        });
        return c.Json(await MeAsync(c, actor, session), StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetMe(ApiContext c) => c.Json(await MeAsync(c, c.Actor, c.Http.Features.Get<SignedIn>()?.Session));

    private static async Task<IResult> List(ApiContext c)
    {
        var current = c.Http.Features.Get<SignedIn>()?.Id;
        return c.Json((await c.Service<SessionStore>().ListAsync(c.Actor.Scope, c.Actor.Id, c.Aborted)).Select(each =>
            new MySession(each.Id, each.Id == current, each.Session.By, each.Session.Device, each.Session.Since, each.Session.LastSeen, each.Session.EndsAt)));
    }

    private static async Task<IResult> SignOut(ApiContext c)
    {
        var store = c.Service<SessionStore>();
        var signedIn = c.Http.Features.Get<SignedIn>();
        if (c.Route("session") == Current || c.Route("session") == signedIn?.Id)
        {
            if (signedIn is null) throw new ProblemException(ProblemType.NotFound, "这个请求不是以登录的身份发出的，没有可以退出的登录。");
            await store.EndAsync(signedIn.Cookie, c.Audit("session.ended", c.Actor.Id), c.Aborted);
            SessionCookie.Clear(c.Http);
        }
        else if (await store.EndAsync(c.Actor.Scope, c.Actor.Id, c.Route("session"), c.Audit("session.ended", c.Actor.Id, c.Route("session")), c.Aborted) == 0)
        {
            throw new ProblemException(ProblemType.NotFound, "没有这个登录，或它已经退出。");
        }

        return Results.NoContent();
    }

    private static async Task<IResult> SignOutEverywhere(ApiContext c)
    {
        await c.Service<SessionStore>().EndAsync(c.Actor.Scope, c.Actor.Id, null, c.Audit("session.ended-everywhere", c.Actor.Id), c.Aborted);
        SessionCookie.Clear(c.Http);
        return Results.NoContent();
    }

    /// <summary>Who an actor is, with what a page needs to greet them.</summary>
    internal static async Task<Me> MeAsync(ApiContext c, Actor actor, Session? session)
    {
        var campaigns = c.Service<CampaignStore>();
        var district = actor.Scope.Length == 6 ? actor.Scope : null;
        var units = district is not null && (actor.Unit is not null || session?.By == ByInvitation) ? await campaigns.UnitsAsync(district, c.Aborted) : [];
        string? NameOf(string? code) => units.FirstOrDefault(unit => unit.Code == code)?.Name;
        var person = session?.By == ByInvitation ? await c.Service<PeopleStore>().PersonAsync(session.Scope, session.Actor, c.Aborted) : null;
        IReadOnlyList<MyPlace> places = [.. (person?.CurrentAt(c.Now) ?? []).Select(place => new MyPlace(place.Role, place.Unit, NameOf(place.Unit)))];
        var mine = await campaigns.WithinAsync(actor.Scope, c.Now, Shown, c.Aborted);
        return new Me(actor.Id, actor.Name, actor.Role, actor.Scope, district, actor.Unit, NameOf(actor.Unit), places,
            [.. mine.OrderByDescending(campaign => campaign.Season, StringComparer.Ordinal)
                .ThenBy(campaign => campaign.District, StringComparer.Ordinal).Take(200)
                .Select(campaign => new MyCampaign(campaign.District, campaign.DistrictName, campaign.Season, campaign.Name))],
            session?.By, session?.EndsAt, session?.Until);
    }
}
