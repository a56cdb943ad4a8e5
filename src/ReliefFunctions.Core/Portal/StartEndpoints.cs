using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Core.Portal;

/// <summary>What the portal opens with, in one answer whose address needs to know nothing: on a slow line each further question costs half a second.</summary>
/// <param name="Me">Who is signed in.</param>
/// <param name="Now">The instant it speaks of, UTC; a phone's own clock may be wrong.</param>
/// <param name="Campaign">Their latest campaign; null without one.</param>
/// <param name="Overview">A unit's home in that campaign; null for everybody else.</param>
/// <param name="Inbox">A unit's newest notices, to be shown until its whole inbox is read, which alone makes them seen; null for everybody else.</param>
public sealed record PortalStart(SessionEndpoints.Me Me, DateTimeOffset Now, Campaign? Campaign, UnitOverview? Overview, Inbox? Inbox);

/// <summary>The portal's opening over HTTP.</summary>
public static class StartEndpoints
{
    /// <summary>How many notices a person sees before they scroll.</summary>
    private const int NewestNotices = 3;

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetStart", "GET", "api/v1/start", AccessRule.Everybody, Get)
        {
            Summary = "打开网页所需的一切，一次答复：我是谁、当前的专项行动；报送单位另有首页和最近的巡查通知",
            Response = typeof(PortalStart),
        },
    ];

    private static async Task<IResult> Get(ApiContext c)
    {
        var me = await SessionEndpoints.MeAsync(c, c.Actor, c.Http.Features.Get<SignedIn>()?.Session);
        var store = c.Service<CampaignStore>();
        var campaign = me.Campaigns is [var latest, ..] ? (await store.GetAsync(latest.District, latest.Season, c.Aborted))?.Value : null;
        var unit = campaign is not null && me is { Role: Role.UnitReporter, Unit: { } code }
            ? (await store.UnitsAsync(campaign.District, c.Aborted)).FirstOrDefault(each => each.Code == code) : null;
        if (unit is null) return c.Json(new PortalStart(me, c.Now, campaign, null, null));
        var notices = await c.Service<PatrolStore>().InboxAsync(campaign!, unit.Code, c.Aborted);
        var overview = UnitOverviewEndpoints.OfAsync(c, campaign!, unit, notices);
        return c.Json(new PortalStart(me, c.Now, campaign, await overview, await PatrolEndpoints.InboxAsync(c, campaign!, unit, notices, NewestNotices)));
    }
}
