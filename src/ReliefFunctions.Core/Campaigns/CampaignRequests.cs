using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>What endpoints look up by the parts of an address; what is not there is told to the caller.</summary>
public static class CampaignRequests
{
    /// <summary>In an address the week that people report now: the last one that is over, until it locks, then the one in course.</summary>
    public const string Due = "due";

    /// <summary>In an address the week in course.</summary>
    public const string Current = "current";

    /// <summary>The campaign of the address; 404 when there is none.</summary>
    public static Task<Campaign> CampaignAsync(this ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    /// <summary>The campaign and the week of the address; 400 when it names none, 404 when it lies outside of the campaign.</summary>
    public static async Task<(Campaign Campaign, ReportingWeek Week)> WeekAsync(this ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var named = c.Route("week");
        if (Resolve(campaign, named, c.Now) is { } week)
        {
            // A retry that comes after the week has turned shall not mean another one: the answer says which one was meant.
            if (named != week.Key.ToString())
            {
                c.Http.Response.Headers.ContentLocation = c.Http.Request.Path.Value!.Replace($"/weeks/{named}", $"/weeks/{week.Key}", StringComparison.Ordinal);
            }

            return (campaign, week);
        }

        throw WeekKey.TryParse(named, out var key)
            ? new ProblemException(ProblemType.NotFound, $"{key} 不在本次专项行动期内（{campaign.Start:yyyy年M月d日}—{campaign.LastDay:yyyy年M月d日}）。")
            : new ProblemException(ProblemType.BadRequest, $"“{named}”不是周次。周次写作“年份W周号”，例如 2026W50；应报的一周写作 {Due}，本周写作 {Current}。");
    }

    /// <summary>The week of a name at an instant; null when it is none of the campaign's.</summary>
    public static ReportingWeek? Resolve(Campaign campaign, string name, DateTimeOffset at) => name switch
    {
        Due => CampaignWeeks.DueAt(campaign, at),
        Current => CampaignWeeks.InCourse(campaign, at),
        _ => WeekKey.TryParse(name, out var key) ? CampaignWeeks.Find(campaign, key) : null,
    };

    /// <summary>A campaign; 404 when there is none.</summary>
    public static async Task<Campaign> RequireAsync(this CampaignStore store, string district, string season, CancellationToken ct = default) =>
        (await store.GetAsync(district, season, ct))?.Value
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到区划 {district} 在 {season} 年度的专项行动。请核对地址中的区划代码和年度（例如 520111、2026-2027）。");

    /// <summary>A unit; 404 when the district has none of that code.</summary>
    public static async Task<Unit> RequireUnitAsync(this CampaignStore store, string district, string code, CancellationToken ct = default) =>
        (await store.UnitsAsync(district, ct)).FirstOrDefault(unit => unit.Code == code)
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到代码为 {code} 的报送单位。请核对地址，或请专项行动办公室登记该单位。");
}
