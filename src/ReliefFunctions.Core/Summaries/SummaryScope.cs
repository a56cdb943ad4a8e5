using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Figures;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Whose summaries: those of a district's campaign, or of an area above districts.</summary>
/// <param name="Code">Six digits of a district; two or four of an area.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Name">Such as 花溪区.</param>
/// <param name="Office">The office that compiles.</param>
/// <param name="Periods">What there is to sum up, weeks first.</param>
/// <param name="Campaigns">The district's campaign, or those of the area's districts by code.</param>
public sealed record SummaryScope(string Code, string Season, string Name, string Office, IReadOnlyList<SummaryPeriod> Periods,
    IReadOnlyList<Campaign> Campaigns)
{
    /// <summary>The partition in the Summaries table.</summary>
    public string Partition => $"{Code}|{Season}";

    /// <summary>Whether it adds up districts.</summary>
    public bool IsArea => Code.Length < 6;

    /// <summary>The zone of every local time.</summary>
    public string TimeZone => Campaigns[0].TimeZone;

    /// <summary>A period by its key, or null.</summary>
    public SummaryPeriod? Find(string key) => Periods.FirstOrDefault(period => period.Key == key);

    /// <summary>A period as an address names it at an instant: by its key, or the week that is due or in course.</summary>
    public SummaryPeriod? Find(string named, DateTimeOffset at) =>
        Find(named is CampaignRequests.Due or CampaignRequests.Current ? CampaignRequests.Resolve(Campaigns[0], named, at)!.Key.ToString() : named);

    /// <summary>What stands over a summary.</summary>
    public SummaryHeading Heading(SummaryPeriod period) => new()
    {
        Scope = Code,
        Name = Name,
        Season = Season,
        CampaignName = IsArea ? $"{Name}“寒冬送温暖”专项救助行动" : Campaigns[0].Name,
        Office = Office,
        BulletinHead = IsArea ? null : Campaigns[0].BulletinHead,
        TimeZone = TimeZone,
        Kind = period.Kind,
    };

    /// <summary>The scope of a district.</summary>
    public static SummaryScope Of(Campaign campaign)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return new(campaign.District, campaign.Season, campaign.DistrictName, campaign.Office, SummaryPeriod.Of(campaign), [campaign]);
    }
}

/// <summary>A city or province whose districts are added up; row <c>{code}</c> in partition <c>areas|{season}</c>.</summary>
/// <param name="Code">GB/T 2260 prefix: four digits for a city, two for a province.</param>
/// <param name="Name">Such as 贵阳市.</param>
/// <param name="Office">填报单位.</param>
[Audited]
public sealed record SummaryArea(string Code, string Name, string Office);

/// <summary>Finds districts and areas. An area is registered once a season; which districts it has follows from their codes.</summary>
public sealed class SummaryScopes(FeatureTables tables, CampaignStore campaigns)
{
    /// <summary>An area is compiled this long after the last of its districts.</summary>
    private static readonly TimeSpan AfterDistricts = TimeSpan.FromMinutes(30);

    /// <summary>A district or area; null when it is not registered, or an area without districts.</summary>
    public async Task<SummaryScope?> FindAsync(string code, string season, CancellationToken ct = default)
    {
        if (code.Length == 6) return (await campaigns.GetAsync(code, season, ct))?.Value is { } campaign ? SummaryScope.Of(campaign) : null;
        return (await AreaAsync(code, season, ct))?.Value is { } area
            ? await OfAsync(area, season, ct)
            : null;
    }

    /// <summary>Registers an area, or renames it.</summary>
    public Task<Outcome<SummaryArea>> PutAsync(SummaryArea area, string season, AuditEntry audit, string? ifMatch = null, CancellationToken ct = default) =>
        tables[SummaryFeature.Table].PutAsync(Partition(season), Keys.Part(area.Code), area, audit, ifMatch, ct);

    /// <summary>What an area is registered as; null when it is not.</summary>
    public Task<Row<SummaryArea>?> AreaAsync(string code, string season, CancellationToken ct = default) =>
        tables[SummaryFeature.Table].GetAsync<SummaryArea>(Partition(season), Keys.Part(code), ct);

    /// <summary>The areas whose districts' campaigns run now, or have ended lately.</summary>
    internal async Task<IReadOnlyList<SummaryScope>> AreasAsync(DateTimeOffset now, CancellationToken ct)
    {
        var areas = new List<SummaryScope>();
        foreach (var season in new[] { now.Year - 1, now.Year }.Select(year => string.Create(CultureInfo.InvariantCulture, $"{year}-{year + 1}")))
        {
            await foreach (var row in tables[SummaryFeature.Table].RangeAsync<SummaryArea>(Partition(season), "0", ":", ct))
            {
                if (await OfAsync(row.Value, season, ct) is { } area && area.Periods[^1].Last.Lock + CampaignWalk.Grace > now) areas.Add(area);
            }
        }

        return areas;
    }

    private async Task<SummaryScope?> OfAsync(SummaryArea area, string season, CancellationToken ct)
    {
        var districts = new List<Campaign>();
        await foreach (var row in tables[CampaignFeature.Campaigns].PrefixAsync<Campaign>(Keys.Part(season), area.Code, ct)) districts.Add(row.Value);
        return districts.Count == 0 ? null : new SummaryScope(area.Code, season, area.Name, area.Office, PeriodsOf(districts), districts);
    }

    /// <summary>The districts' periods by key, each as that of the district where it ends last, due after the last of them.</summary>
    private static IReadOnlyList<SummaryPeriod> PeriodsOf(List<Campaign> districts) =>
    [
        .. districts.SelectMany(SummaryPeriod.Of).GroupBy(period => period.Key).Select(group =>
        {
            var longest = group.MaxBy(period => period.Last.Last)!;
            return longest with
            {
                Weeks =
                [
                    .. longest.Weeks.SkipLast(1),
                    longest.Last with
                    {
                        FirstCompile = group.Max(period => period.Last.FirstCompile) + AfterDistricts,
                        Lock = group.Max(period => period.Last.Lock) + AfterDistricts,
                    },
                ],
            };
        }).OrderBy(period => period.Kind).ThenBy(period => period.Last.Key),
    ];

    private static string Partition(string season) => Keys.Join("areas", season);
}
