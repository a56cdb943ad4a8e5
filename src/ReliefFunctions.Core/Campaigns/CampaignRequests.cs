using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>What endpoints look up by the parts of an address; what is not there is told to the caller.</summary>
public static class CampaignRequests
{
    /// <summary>The week named in the address; 400 when it is none.</summary>
    public static WeekKey Week(this ApiContext c) => WeekKey.TryParse(c.Route("week"), out var week)
        ? week
        : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("week")}”不是周次。周次写作“年份W周号”，例如 2026W50。");

    /// <summary>A campaign; 404 when there is none.</summary>
    public static async Task<Campaign> RequireAsync(this CampaignStore store, string district, string season, CancellationToken ct = default) =>
        (await store.GetAsync(district, season, ct))?.Value
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到区划 {district} 在 {season} 年度的专项行动。请核对地址中的区划代码和年度（例如 520111、2026-2027）。");

    /// <summary>A unit; 404 when the district has none of that code.</summary>
    public static async Task<Unit> RequireUnitAsync(this CampaignStore store, string district, string code, CancellationToken ct = default) =>
        (await store.UnitsAsync(district, ct)).FirstOrDefault(unit => unit.Code == code)
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到代码为 {code} 的报送单位。请核对地址，或请专项行动办公室登记该单位。");
}
