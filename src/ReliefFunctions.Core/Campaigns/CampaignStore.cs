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

    private const string UnitPrefix = "U|";

    private readonly ConcurrentDictionary<string, (object? Value, long ReadAt)> _cache = new();

    private FeatureTable Campaigns => tables[CampaignFeature.Campaigns];

    private FeatureTable UnitTable => tables[CampaignFeature.Units];

    /// <summary>A campaign with its ETag, or null.</summary>
    public Task<Row<Campaign>?> GetAsync(string district, string season, CancellationToken ct = default) =>
        CachedAsync(CampaignKey(district, season), () => Campaigns.GetAsync<Campaign>(Keys.Part(season), Keys.Part(district), ct));

    /// <inheritdoc/>
    public async ValueTask<TimeZoneInfo> OfAsync(string? district, string? season, CancellationToken ct) =>
        district is not null && season is not null && (await GetAsync(district, season, ct))?.Value is { } campaign
            ? campaign.Zone()
            : TimeZoneInfo.FindSystemTimeZoneById(Campaign.DefaultTimeZone);

    /// <summary>
    /// Where a district's campaign, or a city's or province's part of the season, happens: what is told there has a season and a zone. An area has no campaign
    /// of its own; it is like those of its districts. Null when there is none.
    /// </summary>
    public async Task<Campaign?> PlaceAsync(string code, string season, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.Length == 6 || !code.All(char.IsAsciiDigit)) return (await GetAsync(code, season, ct))?.Value;
        return await Campaigns.FirstAsync<Campaign>(Keys.Part(season), code, code + ":", 1, ct) is [var row]
            ? row.Value.Areas().FirstOrDefault(area => area.District == code) : null;
    }

    /// <summary>Every campaign whose last day, with <paramref name="grace"/>, is not past; those that cannot be read are left out.</summary>
    public Task<IReadOnlyList<Campaign>> CurrentAsync(DateTimeOffset now, TimeSpan grace, CancellationToken ct = default) =>
        CurrentAsync(now, grace, (_, _) => { }, ct);

    /// <summary>
    /// Every campaign whose last day, with <paramref name="grace"/>, is not past: what the clocks walk. One that cannot be read stops no other:
    /// <paramref name="unreadable"/> is told its partition and why.
    /// </summary>
    public async Task<IReadOnlyList<Campaign>> CurrentAsync(DateTimeOffset now, TimeSpan grace, Action<string, Exception> unreadable,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(unreadable);
        var current = new List<Campaign>();
        foreach (var season in SeasonsAround(now))
        {
            var read = (await CachedAsync(SeasonKey(season), () => ReadSeasonAsync(season, ct)))!;
            foreach (var (district, e) in read.Unreadable) unreadable($"{district}|{season}", e);
            current.AddRange(read.Campaigns.Where(campaign => IsCurrent(campaign, now, grace)));
        }

        return current;
    }

    /// <summary>A season's campaigns, and those rows from which none can be read.</summary>
    private async Task<CampaignsOfSeason?> ReadSeasonAsync(string season, CancellationToken ct)
    {
        var read = new CampaignsOfSeason([], []);
        await foreach (var row in Campaigns.ReadableAsync<Campaign>(season, "0", ":", (district, e) => read.Unreadable.Add((district, e)), ct))
        {
            try
            {
                // Its end by its zone is what every reader asks first.
                _ = IsCurrent(row.Value, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
                read.Campaigns.Add(row.Value);
            }
            catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException or NullReferenceException)
            {
                read.Unreadable.Add((row.RowKey, e));
            }
        }

        return read;
    }

    /// <summary>The campaigns of a scope whose last day, with <paramref name="grace"/>, is not past.</summary>
    public async Task<IReadOnlyList<Campaign>> WithinAsync(string scope, DateTimeOffset now, TimeSpan grace, CancellationToken ct = default)
    {
        if (scope.Length != 6)
        {
            return [.. (await CurrentAsync(now, grace, ct)).Where(campaign => campaign.District.StartsWith(scope, StringComparison.Ordinal))];
        }

        var rows = await Task.WhenAll(SeasonsAround(now).Select(season => GetAsync(scope, season, ct)));
        return [.. rows.OfType<Row<Campaign>>().Select(row => row.Value).Where(campaign => IsCurrent(campaign, now, grace))];
    }

    /// <summary>The units of a district in the order of lists, closed ones included.</summary>
    public async Task<IReadOnlyList<Unit>> UnitsAsync(string district, CancellationToken ct = default) => (await UnitListAsync(district, ct)).Units;

    /// <summary>The same with the version that a later change of them may name.</summary>
    public async Task<UnitList> UnitListAsync(string district, CancellationToken ct = default) =>
        (await CachedAsync(UnitsKey(district), async () => ListOf(await UnitRowsAsync(district, ct))))!;

    /// <summary>
    /// Stores a campaign: new, unchanged (then nothing happens), or as a change of the version named by <paramref name="ifMatch"/>.
    /// A change of settings is no decision on the end: an extension that is left out stays, and another than the stored one is refused.
    /// </summary>
    public Task<Outcome<Row<Campaign>>> PutAsync(Campaign campaign, string? ifMatch, AuditEntry audit, CancellationToken ct = default) =>
        ChangeAsync(campaign.District, campaign.Season, ifMatch, audit, before =>
            campaign.Extension is not null && campaign.Extension != before?.Extension ? null : campaign with { Extension = before?.Extension }, ct);

    /// <summary>
    /// Records the decision to prolong a campaign, upon the version named by <paramref name="ifMatch"/>. The decision that stands already changes nothing,
    /// whatever version it names: it is a repetition.
    /// </summary>
    public Task<Outcome<Row<Campaign>>> ExtendAsync(string district, string season, CampaignExtension extension, string? ifMatch, AuditEntry audit,
        CancellationToken ct = default) =>
        ChangeAsync(district, season, ifMatch, audit, before => before!.Extension?.IsSameDecision(extension) == true
            ? before
            : before with { Extension = extension }, ct);

    /// <summary>
    /// Adds and changes units, at most 99 at once; none is ever removed, because reports may name it: close it instead. Upon whatever stands, or upon the
    /// list that <paramref name="ifMatch"/> names.
    /// </summary>
    public async Task<Outcome<UnitList>> PutUnitsAsync(string district, IReadOnlyList<Unit> units, AuditEntry audit, string? ifMatch = null,
        CancellationToken ct = default)
    {
        var outcome = await UnitTable.DecideAsync<Outcome<UnitList>>(async () =>
        {
            var rows = await UnitRowsAsync(district, ct);
            var (list, known) = (ListOf(rows), rows.ToDictionary(row => row.Value.Code, StringComparer.Ordinal));
            var changed = units.Where(unit => !known.TryGetValue(unit.Code, out var row) || StoredJson.Write(row.Value) != StoredJson.Write(unit)).ToList();
            if (changed.Count == 0) return (new Outcome<UnitList>.Repeated(list), null);
            if (NamedVersion.IsAnother(ifMatch, list.ETag)) return (new Outcome<UnitList>.Stale(list), null);
            var transaction = new Transaction(Keys.Part(district));
            foreach (var unit in changed) transaction.Put(known.GetValueOrDefault(unit.Code), UnitPrefix + Keys.Part(unit.Code), unit);
            return (new Outcome<UnitList>.Changed(list), transaction.Audit(audit));
        }, ct);
        _cache.TryRemove(UnitsKey(district), out _);
        return outcome;
    }

    /// <summary>A version of a district's configuration, such as form 1; null when there is none. A version never changes.</summary>
    public async Task<T?> ConfigurationAsync<T>(string district, string kind, int version, CancellationToken ct = default) where T : class =>
        (T?)await CachedAsync<object>($"v/{district}/{kind}/{version}",
            async () => (await Campaigns.GetAsync<T>(ConfigurationPartition(district, kind), VersionKey(version), ct))?.Value, forGood: true);

    /// <summary>
    /// Stores a version of configuration once. The same content again changes nothing; other content under a number that is taken is refused.
    /// </summary>
    public Task<Outcome<T>> PutConfigurationAsync<T>(string district, string kind, int version, T value, AuditEntry audit,
        CancellationToken ct = default) where T : class
    {
        if (!CampaignFeature.ConfigurationKinds.Contains(kind)) throw new ArgumentException($"{kind} is no kind of configuration yet.", nameof(kind));
        var partition = ConfigurationPartition(district, kind);
        return Campaigns.DecideAsync<Outcome<T>>(async () =>
        {
            if (await Campaigns.GetAsync<T>(partition, VersionKey(version), ct) is { } known)
            {
                var isSame = StoredJson.Write(known.Value) == StoredJson.Write(value);
                return (isSame ? new Outcome<T>.Repeated(known.Value) : new Outcome<T>.Refused(known.Value), null);
            }

            var before = await ConfigurationAsync<T>(district, kind, version - 1, ct);
            return (new Outcome<T>.Changed(value), new Transaction(partition).Insert(VersionKey(version), value, before).Audit(audit));
        }, ct);
    }

    private async Task<IReadOnlyList<Row<Unit>>> UnitRowsAsync(string district, CancellationToken ct) =>
        await UnitTable.PrefixAsync<Unit>(Keys.Part(district), UnitPrefix, ct).ToListAsync(ct);

    /// <summary>The version of a list is that of all its rows.</summary>
    private static UnitList ListOf(IReadOnlyList<Row<Unit>> rows) => new(
        [.. rows.Select(row => row.Value).OrderBy(unit => unit.Order).ThenBy(unit => unit.Code, StringComparer.Ordinal)],
        rows.Count == 0 ? NamedVersion.None : $"\"{Keys.Hash(string.Join('|', rows.Select(row => row.RowKey + row.ETag)))[..20]}\"");

    /// <summary><paramref name="change"/> answers null for what is refused.</summary>
    private async Task<Outcome<Row<Campaign>>> ChangeAsync(
        string district, string season, string? ifMatch, AuditEntry audit, Func<Campaign?, Campaign?> change, CancellationToken ct)
    {
        var outcome = await Campaigns.DecideAsync<Outcome<Row<Campaign>>?>(async () =>
        {
            var row = await Campaigns.GetAsync<Campaign>(Keys.Part(season), Keys.Part(district), ct);
            if (change(row?.Value) is not { } changed) return (new Outcome<Row<Campaign>>.Refused(row!), null);
            if (row is not null && StoredJson.Write(row.Value) == StoredJson.Write(changed)) return (new Outcome<Row<Campaign>>.Repeated(row), null);
            return row is not null && ifMatch != row.ETag.ToString()
                ? (new Outcome<Row<Campaign>>.Stale(row), null)
                : (null, new Transaction(season).Put(row, district, changed).Audit(audit));
        }, ct);
        _cache.TryRemove(CampaignKey(district, season), out _);
        _cache.TryRemove(SeasonKey(season), out _);
        return outcome ?? new Outcome<Row<Campaign>>.Changed((await GetAsync(district, season, ct))!);
    }

    private static string ConfigurationPartition(string district, string kind) => Keys.Join(kind, district);

    private static string VersionKey(int version) => version.ToString("D5", System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsCurrent(Campaign campaign, DateTimeOffset now, TimeSpan grace) =>
        LocalTime.ToUtc(campaign.LastDay.AddDays(1), TimeOnly.MinValue, campaign.Zone()) + grace >= now;

    /// <summary>
    /// A campaign runs over New Year, and its last compile may fall into summer: the season begun last year and the one that begins this year.
    /// </summary>
    private static IEnumerable<string> SeasonsAround(DateTimeOffset now) =>
        [$"{now.Year - 1}-{now.Year}", $"{now.Year}-{now.Year + 1}"];

    private static string CampaignKey(string district, string season) => $"c/{season}/{district}";

    private static string SeasonKey(string season) => $"s/{season}";

    private static string UnitsKey(string district) => $"u/{district}";

    private async Task<T?> CachedAsync<T>(string key, Func<Task<T?>> read, bool forGood = false) where T : class
    {
        if (_cache.TryGetValue(key, out var cached) && (forGood || Environment.TickCount64 - cached.ReadAt < CacheTime.TotalMilliseconds))
        {
            return (T?)cached.Value;
        }

        var value = await read();
        if (value is not null) _cache[key] = (value, Environment.TickCount64);
        return value;
    }

    private sealed record CampaignsOfSeason(List<Campaign> Campaigns, List<(string District, Exception Why)> Unreadable);
}

/// <summary>The units of a district, and which version of them this is.</summary>
/// <param name="Units">In the order of lists, closed ones included.</param>
/// <param name="ETag">Changes with every write of any of them.</param>
public sealed record UnitList(IReadOnlyList<Unit> Units, string ETag);
