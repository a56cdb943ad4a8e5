using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Access.People;

/// <summary>People over HTTP: the office invites and prints, a person comes in with a name, joins another unit, switches, leaves.</summary>
public static class PeopleEndpoints
{
    private const string InvitationsTemplate = "api/v1/districts/{district}/invitations", PeopleTemplate = "api/v1/districts/{district}/people";

    /// <summary>The page that an invitation leads to; its code stands behind <c>#</c>, which no server is sent and no log keeps.</summary>
    private const string PageTemplate = "i";

    private const int DaysUnlessSaid = 14, MostDays = 60, MostEach = 20;

    /// <summary>The code goes from the address into the form, and out of the address.</summary>
    private const string Script = "const code=location.hash.slice(1);"
        + "if(code){document.querySelector('[name=code]').value=code;history.replaceState(null,'',location.pathname)}";

    /// <summary>What a code may be refused with, whichever way it comes.</summary>
    private static readonly ProblemType[] Refusals =
        [ProblemType.Forbidden, ProblemType.NotFound, ProblemType.Conflict, ProblemType.TooManyFailures];

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("Invite", "POST", InvitationsTemplate, AccessRule.Office, Invite)
        {
            Summary = "为单位（或办公室、领导）制作邀请：链接和二维码只在这一次的答复里",
            MaxBody = 64 * 1024,
            Request = typeof(InvitationRequest),
            Response = typeof(IReadOnlyList<InvitationAnswer>),
            Gives = ["text/html"],
            Query = [new("format", "print：供打印的网页", "print") { Values = ["print"] }],
            Statuses = [StatusCodes.Status201Created],
        },
        new("ListInvitations", "GET", InvitationsTemplate, AccessRule.Office, ListInvitations)
        {
            Summary = "邀请清单：谁做的、用没用、何时到期",
            Response = typeof(IReadOnlyList<InvitationView>),
        },
        new("RevokeInvitation", "DELETE", InvitationsTemplate + "/{invitation}", AccessRule.Office, RevokeInvitation)
        {
            Summary = "收回邀请",
            Response = typeof(InvitationView),
        },
        new("RedeemInvitation", "POST", "api/v1/invitations/redemption", AccessRule.Public, Redeem)
        {
            Summary = "凭邀请登录，写明姓名；已凭邀请登录的人由此加入另一个单位。须带请求头 X-Relief-Client: portal",
            MaxBody = 4 * 1024,
            Request = typeof(RedemptionRequest),
            Response = typeof(SessionEndpoints.Me),
            Statuses = [StatusCodes.Status201Created],
            TakesIdempotencyKey = true,
            Problems = Refusals,
        },
        new("ShowInvitationPage", "GET", PageTemplate, AccessRule.Public, Show) { Summary = "邀请的网页", Gives = ["text/html"] },
        new("RedeemInvitationPage", "POST", PageTemplate, AccessRule.Public, RedeemPage)
        {
            Summary = "邀请的网页：凭邀请登录",
            MaxBody = 8 * 1024,
            Takes = ["application/x-www-form-urlencoded"],
            GivesRefused = ["text/html"],
            Statuses = [StatusCodes.Status302Found],
            Problems = Refusals,
        },
        new("ListPeople", "GET", PeopleTemplate, new AccessRule(Role.UnitReporter, Role.CampaignOffice, Role.Operator), ListPeople)
        {
            Summary = "人员清单：凭邀请登录的人、单位、最近使用；信息员只看到本单位的",
            Response = typeof(IReadOnlyList<PersonView>),
        },
        new("RemovePerson", "DELETE", PeopleTemplate + "/{person}", AccessRule.Everybody, Leave)
        {
            Summary = "离岗：写明 unit 的只离开这个单位；本人也可办理。登录随之失效",
            Query = [new("unit", "报送单位代码；不写为全部", "520111101")],
            Response = typeof(PersonView),
        },
        new("SwitchUnit", "PUT", "api/v1/me/unit", AccessRule.Everybody, Switch)
        {
            Summary = "换一个单位：一个人在几个单位的",
            MaxBody = 4 * 1024,
            Request = typeof(UnitChoice),
            Response = typeof(SessionEndpoints.Me),
        },
    ];

    /// <summary>Asks for invitations.</summary>
    /// <param name="Units">The units; none for every unit that is open. Left out for the office and leaders.</param>
    /// <param name="Role">What they let in for: unitReporter unless said, campaignOffice or leader.</param>
    /// <param name="Each">How many for each unit; 1 unless said.</param>
    /// <param name="Days">How long they are good for; 14 unless said.</param>
    /// <param name="Replaces">The person whose place at the one unit the invited one takes.</param>
    public sealed record InvitationRequest(IReadOnlyList<string>? Units = null, Role? Role = null, int? Each = null, int? Days = null, string? Replaces = null);

    /// <summary>An invitation just made; its code, link and picture are to be seen nowhere else.</summary>
    /// <param name="Id">Names it in the list.</param>
    /// <param name="Role">What it lets in for.</param>
    /// <param name="Unit">The unit.</param>
    /// <param name="UnitName">Its name.</param>
    /// <param name="ExpiresAt">UTC.</param>
    /// <param name="Code">To be typed.</param>
    /// <param name="Link">To be opened.</param>
    /// <param name="Picture">The link as a QR code, SVG.</param>
    /// <param name="LetsInUntil">Until when whoever comes in by it may act, UTC: no longer than its maker; null when no end is set.</param>
    public sealed record InvitationAnswer(string Id, Role Role, string? Unit, string? UnitName, DateTimeOffset ExpiresAt, string Code, string Link,
        string Picture, DateTimeOffset? LetsInUntil = null);

    /// <summary>An invitation in the list.</summary>
    public sealed record InvitationView(string Id, Role Role, string? Unit, InvitationState State, string CreatedBy, DateTimeOffset CreatedAt,
        DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, string? UsedBy, string? Replaces, DateTimeOffset? LetsInUntil = null);

    /// <summary>Comes in with a code.</summary>
    /// <param name="Code">As it stands on the slip, or behind <c>#</c> of the link.</param>
    /// <param name="Name">The person's name; may be left out by who is signed in by invitation already and joins another unit.</param>
    public sealed record RedemptionRequest(string Code, string? Name = null);

    /// <summary>Chooses one of my units.</summary>
    /// <param name="Unit">Its code; left out for the office or as a leader.</param>
    public sealed record UnitChoice(string? Unit = null);

    /// <summary>A person in the list.</summary>
    /// <param name="Id">Stands in the audit trail.</param>
    /// <param name="Name">Their name.</param>
    /// <param name="Memberships">What they were let in for, and when they left.</param>
    /// <param name="LastSeen">The last use, UTC, to five minutes.</param>
    public sealed record PersonView(string Id, string Name, IReadOnlyList<Membership> Memberships, DateTimeOffset? LastSeen);

    private static async Task<IResult> Invite(ApiContext c)
    {
        var request = await c.JsonAsync<InvitationRequest>();
        var (district, role) = (c.Route("district"), request.Role ?? Role.UnitReporter);
        if (district.Length != 6) throw new ProblemException(ProblemType.BadRequest, "邀请按区县制作，请写六位区划代码。");
        var units = await c.Service<CampaignStore>().UnitsAsync(district, c.Aborted);
        var zone = await ZoneAsync(c, district);
        var wanted = Wanted(request, role, units, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(c.Now, zone).DateTime));
        if (wanted.Any(unit => !Granting.Covers(c.Actor, role, district, unit)))
        {
            throw new ProblemException(ProblemType.Forbidden, "只能邀请不超过本人权限和范围的人。");
        }

        if (request.Replaces is { } replaced && await c.Service<PeopleStore>().PersonAsync(district, replaced, c.Aborted) is null)
        {
            throw Invalid("/replaces", "没有这个人。", "从人员清单里选择要接替的人。");
        }

        var until = Granting.Bounded(c.Actor, c.Now + TimeSpan.FromDays(request.Days ?? DaysUnlessSaid));
        var drafts = wanted.SelectMany(unit => Enumerable.Repeat(unit, request.Each ?? 1)).Select(unit => new Invitation
        {
            Id = "",
            Role = role,
            Unit = unit,
            Replaces = request.Replaces,
            CreatedAt = c.Now,
            CreatedBy = c.Actor.Name,
            ExpiresAt = until,
            LetsInUntil = c.Actor.Until,
        }).ToList();
        var audit = c.Audit("invitation.made", district, string.Create(CultureInfo.InvariantCulture, $"{role} × {drafts.Count}"));
        var made = await c.Service<PeopleStore>().InviteAsync(district, drafts, audit, c.Aborted);
        string? NameOf(string? code) => units.FirstOrDefault(unit => unit.Code == code)?.Name;
        var page = new Uri(new Uri(c.Service<LinkOptions>().BaseUrl), "/" + PageTemplate).AbsoluteUri;
        if (c.Query("format") != "print")
        {
            return c.Json<IReadOnlyList<InvitationAnswer>>([.. made.Select(each => new InvitationAnswer(each.Invitation.Id, role, each.Invitation.Unit,
                NameOf(each.Invitation.Unit), until, InvitationSheet.Grouped(each.Code), $"{page}#{each.Code}", InvitationSheet.Picture($"{page}#{each.Code}"), c.Actor.Until))],
                StatusCodes.Status201Created);
        }

        var words = TimeZoneInfo.ConvertTime(until, zone).ToString("M月d日HH:mm", CultureInfo.InvariantCulture);
        var slips = made.Select(each => new InvitationSheet.Slip(
            NameOf(each.Invitation.Unit) ?? (role == Role.Leader ? "领导" : "专项行动办公室"), $"{page}#{each.Code}", each.Code, words)).ToList();
        SafeHeaders.Page(c.Http);
        var sheet = InvitationSheet.Page("“寒冬送温暖”专项救助行动 登录邀请", page, slips);
        return Results.Content(sheet, "text/html; charset=utf-8", statusCode: StatusCodes.Status201Created);
    }

    /// <summary>The units that are asked for; one null for those who are of none. Throws everything that is wrong at once.</summary>
    private static IReadOnlyList<string?> Wanted(InvitationRequest request, Role role, IReadOnlyList<Unit> units, DateOnly today)
    {
        var errors = new List<ProblemError>();
        void Wrong(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        var asked = request.Units ?? [];
        IReadOnlyList<string?> wanted = role != Role.UnitReporter ? [null]
            : asked.Count > 0 ? [.. asked.Distinct()] : [.. units.Where(unit => unit.IsOpen(today, today)).Select(unit => unit.Code)];
        if (role is not (Role.UnitReporter or Role.CampaignOffice or Role.Leader)) Wrong("/role", "只能邀请信息员、办公室人员和领导。", "程序请用访问密钥。");
        if (role != Role.UnitReporter && asked.Count > 0) Wrong("/units", "办公室人员和领导不属于某个单位。", "删去 units。");
        foreach (var (code, i) in asked.Take(100).Select((code, i) => (code, i)).Where(each => units.All(unit => unit.Code != each.code)))
        {
            Wrong(string.Create(CultureInfo.InvariantCulture, $"/units/{i}"), $"没有代码为“{code.Cut(30)}”的单位。", "核对名册里的代码。");
        }

        if (request.Each is < 1 or > MostEach) Wrong("/each", $"每个单位 1 至 {MostEach} 份。", "改为 1。");
        if (request.Days is < 1 or > MostDays) Wrong("/days", $"有效期 1 至 {MostDays} 天。", "改为 14。");
        if (request.Replaces is not null && (wanted.Count != 1 || request.Each is > 1 || !Keys.IsPart(request.Replaces)))
        {
            Wrong("/replaces", "接替的人一次只能邀请一个。", "只写一个单位，each 为 1。");
        }

        if (wanted.Count == 0) Wrong("/units", "名册里还没有单位。", "先登记报送单位。");
        if (errors.Count == 0 && wanted.Count * (request.Each ?? 1) > PeopleStore.MostAtOnce)
        {
            Wrong("/units", $"一次最多制作 {PeopleStore.MostAtOnce} 份。", "分几次制作。");
        }

        return errors.Count == 0 ? wanted : throw new ProblemException(ProblemType.Invalid, $"邀请有 {errors.Count} 处需要修改。", errors);
    }

    private static async Task<IResult> ListInvitations(ApiContext c) =>
        c.Json((await c.Service<PeopleStore>().InvitationsAsync(c.Route("district"), c.Aborted))
            .Select(invitation => View(invitation, c.Now)));

    private static async Task<IResult> RevokeInvitation(ApiContext c) =>
        await c.Service<PeopleStore>().RevokeAsync(c.Route("district"), c.Route("invitation"), c.Audit("invitation.revoked", c.Route("invitation")), c.Aborted)
            is { } revoked ? c.Json(View(revoked, c.Now)) : throw new ProblemException(ProblemType.NotFound, "没有这份邀请。");

    private static async Task<IResult> Redeem(ApiContext c)
    {
        SameOrigin.Require(c.Http.Request, c.Service<LinkOptions>().BaseUrl);
        var request = await c.JsonAsync<RedemptionRequest>();
        var attempt = c.Http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= 128 } key ? key : null;
        var (redeemed, refusal) = await RedeemAsync(c, request.Code, request.Name, attempt);
        if (refusal is not null) throw Invalid("/name", refusal, "填写本人姓名。");
        return c.Json(await SessionEndpoints.MeAsync(c, redeemed!.Session!.AsActor(), redeemed.Session), StatusCodes.Status201Created);
    }

    private static Task<IResult> Show(ApiContext c) =>
        Task.FromResult<IResult>(Page(c, "", "", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), null));

    private static async Task<IResult> RedeemPage(ApiContext c)
    {
        SameOrigin.RequireForm(c.Http.Request, c.Service<LinkOptions>().BaseUrl);
        var form = WebForm.Read(await c.BodyAsync());
        var (code, name) = (form.GetValueOrDefault("code", ""), form.GetValueOrDefault("name", ""));
        var attempt = form.GetValueOrDefault("attempt") is { Length: > 0 and <= 64 } given ? given : null;
        var (_, refusal) = await RedeemAsync(c, code, name, attempt);
        return refusal is null ? Results.Redirect("/") : Page(c, code, name, attempt ?? "", refusal);
    }

    /// <summary>
    /// Lets somebody in and gives the browser its cookie; or says what is wrong with the name. A code that is none is counted as a wrong key is.
    /// </summary>
    private static async Task<(Redeemed? Redeemed, string? Refusal)> RedeemAsync(ApiContext c, string code, string? typed, string? attempt)
    {
        var known = await SignedInAsync(c);
        var name = PersonName.Clean(typed);
        if (name.Length == 0 && known is not null) name = known.Name;
        if (PersonName.Refusal(name) is not null) return (null, $"请填写您本人的姓名：最长 {PersonName.Longest} 字，只写姓名，不写号码。");
        var already = known is not null && known.Name == name && code.Trim().StartsWith(known.Scope + ".", StringComparison.Ordinal) ? known.Actor : null;
        var asked = new Redemption(code.Trim(), name, already, attempt, SessionEndpoints.DeviceOf(c.Http.Request),
            (actor, invitation) => SessionEndpoints.Entry(c, actor, "invitation.redeemed", invitation.Id));
        var redeemed = await c.Service<PeopleStore>().RedeemAsync(asked, c.Aborted);
        if (redeemed is null)
        {
            var refused = await c.Service<KeyAuthenticator>().RefusedAsync(c.Http, "invitation", "");
            throw refused.Type == ProblemType.TooManyFailures ? refused
                : new ProblemException(ProblemType.NotFound, "没有这份邀请。请核对邀请码（没有 0、1、I、O），或向专项行动办公室要一份新的。");
        }

        if (redeemed.Cookie is null)
        {
            var why = redeemed.Invitation.StateAt(c.Now) switch
            {
                InvitationState.Used => "这份邀请已经用过，只能用一次。如果不是您本人用的，请马上告诉专项行动办公室",
                InvitationState.Revoked => "这份邀请已被收回",
                _ => "这份邀请已经过期",
            };
            throw new ProblemException(ProblemType.Conflict, why + "；需要登录的，请向专项行动办公室要一份新的。");
        }

        if (SessionCookie.Of(c.Http) is { } former) await c.Service<SessionStore>().EndAsync(former, null, c.Aborted);
        SessionCookie.Set(c.Http, redeemed.Cookie, redeemed.Session!.Until - c.Now);
        return (redeemed, null);
    }

    /// <summary>The session of a person who came in by invitation, when the browser has one.</summary>
    private static async Task<Session?> SignedInAsync(ApiContext c) =>
        SessionCookie.Of(c.Http) is { } cookie
            && await c.Service<SessionStore>().FindAsync(cookie, c.Aborted) is { Session: { By: SessionEndpoints.ByInvitation } session } ? session : null;

    private static async Task<IResult> ListPeople(ApiContext c)
    {
        var people = await c.Service<PeopleStore>().PeopleAsync(c.Route("district"), c.Aborted);
        return c.Json(people.Select(each => View(c, each.Person, each.LastSeen)).Where(person => person.Memberships.Count > 0)
            .OrderBy(person => person.Memberships[0].Unit, StringComparer.Ordinal));
    }

    private static async Task<IResult> Leave(ApiContext c)
    {
        var (district, id, unit) = (c.Route("district"), c.Route("person"), c.Query("unit") is { Length: > 0 } named ? named : null);
        static ProblemException Nobody() => new(ProblemType.NotFound, "没有这个人，或不在您的权限范围内。");
        if (!AccessRule.Office.Roles.Contains(c.Actor.Role) && id != c.Actor.Id) throw Nobody();
        var person = await c.Service<PeopleStore>().LeaveAsync(district, id, unit, c.Audit("person.left", id, unit), c.Aborted) ?? throw Nobody();
        return c.Json(View(c, person, person.LastSeen));
    }

    private static async Task<IResult> Switch(ApiContext c)
    {
        var unit = (await c.JsonAsync<UnitChoice>()).Unit;
        if (c.Http.Features.Get<SignedIn>() is not { Session: { By: SessionEndpoints.ByInvitation } session }
            || await c.Service<PeopleStore>().PersonAsync(session.Scope, session.Actor, c.Aborted) is not { } person
            || person.CurrentAt(c.Now).FirstOrDefault(each => each.Unit == unit) is not { } chosen)
        {
            throw Invalid("/unit", "您没有加入这个单位。", "从“我是谁”的 places 里选择；要加入别的单位，请向专项行动办公室要邀请。");
        }

        var begun = await SessionEndpoints.BeginAsync(c, session.At(chosen.Role, chosen.Unit, chosen.Until) with { LastSeen = c.Now });
        return c.Json(await SessionEndpoints.MeAsync(c, begun.AsActor(), begun));
    }

    private static HtmlPage Page(ApiContext c, string code, string name, string attempt, string? refusal)
    {
        // The form's own page says where it was sent from, and nobody else is told.
        c.Http.Response.Headers["Referrer-Policy"] = "same-origin";
        var wrong = refusal is null ? "" : $"<p role=\"alert\" id=\"why\">{HtmlPage.Text(refusal)}</p>";
        return new HtmlPage("凭邀请登录", refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, $"""
            <h1>凭邀请登录</h1>{wrong}<p>填写您的姓名，点“登录”。以后用这部手机打开本系统就不用再登录。</p>
            <form method="post" action="/i">
            <label>姓名<input name="name" maxlength="{PersonName.Longest}" autocomplete="name" required value="{HtmlPage.Text(name)}"></label>
            <label>邀请码<input name="code" maxlength="64" autocomplete="off" spellcheck="false" required value="{HtmlPage.Text(code)}"></label>
            <input type="hidden" name="attempt" value="{HtmlPage.Text(attempt)}"><button type="submit">登录</button></form>
            <p class="meta">邀请只能用一次。姓名会写在签收和上报的记录里。</p>
            """, Script);
    }

    private static async Task<TimeZoneInfo> ZoneAsync(ApiContext c, string district) =>
        (await c.Service<CampaignStore>().WithinAsync(district, c.Now, TimeSpan.Zero, c.Aborted)) is [var campaign, ..] ? campaign.Zone()
            : TimeZoneInfo.FindSystemTimeZoneById(Campaign.DefaultTimeZone);

    private static PersonView View(ApiContext c, Person person, DateTimeOffset? seen) => new(person.Id, person.Name,
        [.. person.Memberships.Where(membership => c.Actor.Unit is null || membership.Unit == c.Actor.Unit || person.Id == c.Actor.Id)], seen);

    private static InvitationView View(Invitation invitation, DateTimeOffset now) => new(invitation.Id, invitation.Role, invitation.Unit,
        invitation.StateAt(now), invitation.CreatedBy, invitation.CreatedAt, invitation.ExpiresAt, invitation.UsedAt, invitation.UsedBy, invitation.Replaces,
        invitation.LetsInUntil);

    private static ProblemException Invalid(string pointer, string message, string fix) =>
        new(ProblemType.Invalid, message, [new ProblemError { Pointer = pointer, Message = message, Fix = fix }]);
}
