using System.Collections.Concurrent;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>
/// Campaigns, units, and the versioned configuration (forms, policies) of a district.
/// What is read often and changed rarely is believed for <see cref="CacheTime"/>, and a version of configuration, which never changes, for good.
/// </summary>
public sealed class CampaignStore(FeatureTables tables) : ITimeZones
{
    /// <summary>How long another instance's change of a campaign or its units may take to be seen.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (object? Value, long ReadAt)> _cache = new();

    private FeatureTable Campaigns => tables[FeatureTables.Name.Campaigns];

    private FeatureTable UnitTable => tables[FeatureTables.Name.Units];

    /// <summary>A campaign with its ETag, or null.</summary>
    public Task<Row<Campaign>?> GetAsync(string district, string season, CancellationToken ct = default) =>
        CachedAsync(CampaignKey(district, season), () => Campaigns.GetAsync<Campaign>(Keys.Part(season), Keys.Part(district), ct));

    /// <summary>A campaign; 404 when there is none.</summary>
    public async Task<Campaign> RequireAsync(string district, string season, CancellationToken ct = default) =>
        (await GetAsync(district, season, ct))?.Value
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到区划 {district} 在 {season} 年度的专项行动。请核对地址中的区划代码和年度（例如 520111、2026-2027）。");

    /// <inheritdoc/>
    public async ValueTask<TimeZoneInfo> OfAsync(string? district, string? season, CancellationToken ct) =>
        district is not null && season is not null && (await GetAsync(district, season, ct))?.Value is { } campaign ? campaign.Zone() : TimeZoneInfo.FindSystemTimeZoneById(Campaign.DefaultTimeZone);

    /// <summary>Every campaign whose last day, with <paramref name="grace"/>, is not past: what the clocks walk.</summary>
    public async Task<IReadOnlyList<Campaign>> CurrentAsync(DateTimeOffset now, TimeSpan grace, CancellationToken ct = default)
    {
        var current = new List<Campaign>();
        foreach (var season in SeasonsAround(now))
        {
            await foreach (var row in Campaigns.RangeAsync<Campaign>(season, "0", ":", ct))
            {
                if (LocalTime.ToUtc(row.Value.LastDay.AddDays(1), TimeOnly.MinValue, row.Value.Zone()) + grace >= now) current.Add(row.Value);
            }
        }

        return current;
    }

    /// <summary>The units of a district in the order of lists, closed ones included.</summary>
    public async Task<IReadOnlyList<Unit>> UnitsAsync(string district, CancellationToken ct = default) =>
        (await CachedAsync(UnitsKey(district), async () =>
        {
            var units = new List<Unit>();
            await foreach (var row in UnitTable.PrefixAsync<Unit>(Keys.Part(district), "U|", ct)) units.Add(row.Value);
            return units.OrderBy(unit => unit.Order).ThenBy(unit => unit.Code, StringComparer.Ordinal).ToList();
        }))!;

    /// <summary>A unit; 404 when the district has none of that code.</summary>
    public async Task<Unit> RequireUnitAsync(string district, string code, CancellationToken ct = default) =>
        (await UnitsAsync(district, ct)).FirstOrDefault(unit => unit.Code == code)
        ?? throw new ProblemException(ProblemType.NotFound, $"没有找到代码为 {code} 的报送单位。请核对地址，或请专项行动办公室登记该单位。");

    /// <summary>
    /// Stores a campaign: new, unchanged (then nothing happens), or as a change of the version named by <paramref name="ifMatch"/>.
    /// A change of settings is no decision on the end: an extension that is left out stays, and another than the stored one is refused.
    /// </summary>
    public async Task<Row<Campaign>> PutAsync(Campaign campaign, string? ifMatch, AuditEntry audit, CancellationToken ct = default)
    {
        var row = await Campaigns.GetAsync<Campaign>(Keys.Part(campaign.Season), Keys.Part(campaign.District), ct);
        if (campaign.Extension is not null && campaign.Extension != row?.Value.Extension)
        {
            throw new ProblemException(ProblemType.Invalid, "顺延是一项单独的决定，不能随设置一起修改。", [new ProblemError { Pointer = "/extension", Message = "内容中的顺延与已登记的不同。", Fix = $"删去 extension，改用 POST /{CampaignEndpoints.ExtensionTemplate}。" }]);
        }

        return await StoreAsync(row, campaign with { Extension = row?.Value.Extension }, ifMatch, audit, ct);
    }

    /// <summary>
    /// Records the decision to prolong a campaign, upon the version named by <paramref name="ifMatch"/>. The decision that stands already changes nothing,
    /// whatever version it names: it is a repetition.
    /// </summary>
    public async Task<Row<Campaign>> ExtendAsync(string district, string season, CampaignExtension extension, string? ifMatch, AuditEntry audit, CancellationToken ct = default)
    {
        var row = (await Campaigns.GetAsync<Campaign>(Keys.Part(season), Keys.Part(district), ct))!;
        if (row.Value.Extension?.IsSameDecision(extension) == true) return row;
        return await StoreAsync(row, row.Value with { Extension = extension }, ifMatch, audit, ct);
    }

    /// <summary>Adds and changes units; none is ever removed, because reports may name it: close it instead. At most 99 at once.</summary>
    public async Task PutUnitsAsync(string district, IReadOnlyList<Unit> units, AuditEntry audit, CancellationToken ct = default)
    {
        var transaction = new Transaction(Keys.Part(district));
        foreach (var unit in units) transaction.Upsert("U|" + Keys.Part(unit.Code), unit);
        await UnitTable.CommitAsync(transaction.Audit(audit), ct);
        _cache.TryRemove(UnitsKey(district), out _);
    }

    /// <summary>A version of a district's configuration, such as form 1; null when there is none. A version never changes.</summary>
    public async Task<T?> ConfigurationAsync<T>(string district, string kind, int version, CancellationToken ct = default) where T : class =>
        (T?)await CachedAsync<object>($"v/{district}/{kind}/{version}", async () => (await Campaigns.GetAsync<T>(ConfigurationPartition(district, kind), VersionKey(version), ct))?.Value, forGood: true);

    /// <summary>Stores a version of configuration once. The same content again changes nothing; other content under a number that is taken is refused.</summary>
    public async Task PutConfigurationAsync<T>(string district, string kind, int version, T value, AuditEntry audit, CancellationToken ct = default) where T : class
    {
        var partition = ConfigurationPartition(district, kind);
        if (await Campaigns.CommitAsync(new Transaction(partition).Insert(VersionKey(version), value).Audit(audit), ct)) return;
        var existing = await Campaigns.GetAsync<T>(partition, VersionKey(version), ct);
        if (existing is null || StoredJson.Write(existing.Value) != StoredJson.Write(value))
        {
            throw new ProblemException(ProblemType.Conflict, $"第 {version} 版已经存在且内容不同。已使用的版本不能修改，请改用下一个版本号。");
        }
    }

    private async Task<Row<Campaign>> StoreAsync(Row<Campaign>? row, Campaign campaign, string? ifMatch, AuditEntry audit, CancellationToken ct)
    {
        if (row is not null && StoredJson.Write(row.Value) == StoredJson.Write(campaign)) return row;
        if (row is not null && ifMatch != row.ETag.ToString())
        {
            throw new ProblemException(ProblemType.Stale, "专项行动的设置已存在且内容不同。请先读取当前设置，在其基础上修改，并在 If-Match 请求头中带上读取时的 ETag。");
        }

        if (!await Campaigns.CommitAsync(new Transaction(campaign.Season).Put(row, campaign.District, campaign).Audit(audit), ct))
        {
            throw new ProblemException(ProblemType.Stale, "设置刚刚被他人修改，请重新读取后再改。");
        }

        _cache.TryRemove(CampaignKey(campaign.District, campaign.Season), out _);
        return (await GetAsync(campaign.District, campaign.Season, ct))!;
    }

    private static string ConfigurationPartition(string district, string kind) => Keys.Join(kind, district);

    private static string VersionKey(int version) => version.ToString("D5", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A campaign runs over New Year, and its last compile may fall into summer: the season begun last year and the one that begins this year.</summary>
    private static IEnumerable<string> SeasonsAround(DateTimeOffset now) =>
        [$"{now.Year - 1}-{now.Year}", $"{now.Year}-{now.Year + 1}"];

    private static string CampaignKey(string district, string season) => $"c/{season}/{district}";

    private static string UnitsKey(string district) => $"u/{district}";

    private async Task<T?> CachedAsync<T>(string key, Func<Task<T?>> read, bool forGood = false) where T : class
    {
        if (_cache.TryGetValue(key, out var cached) && (forGood || Environment.TickCount64 - cached.ReadAt < CacheTime.TotalMilliseconds)) return (T?)cached.Value;
        var value = await read();
        if (value is not null) _cache[key] = (value, Environment.TickCount64);
        return value;
    }
}
