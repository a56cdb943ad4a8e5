using System.Collections.Concurrent;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Channels by district; they outlive a season.</summary>
public sealed class ChannelStore(FeatureTables tables)
{
    private const string KeyPrefix = "c|";

    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, IReadOnlyList<DeliveryChannel>> Channels,
        long ReadAt)> _cache = new(StringComparer.Ordinal);

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>A unit's channels, secrets included.</summary>
    public async Task<IReadOnlyList<DeliveryChannel>> OfUnitAsync(string district, string unit, CancellationToken ct) =>
        (await ReadAsync(district, unit, ct)).Channels;

    /// <summary>The same with the version that a later change of them may name.</summary>
    public async Task<(IReadOnlyList<DeliveryChannel> Channels, string ETag)> ReadAsync(string district, string unit, CancellationToken ct)
    {
        var row = await Table.GetAsync<List<DeliveryChannel>>(Partition(district), Key(unit), ct);
        return (row?.Value ?? [], NamedVersion.Of(row));
    }

    /// <summary>
    /// The channels of a district's units that have any, believed for <see cref="CampaignStore.CacheTime"/>: an order to hundreds of units asks for them
    /// hundreds
    /// of times, and a channel that another instance added just now is caught up by the clock.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<DeliveryChannel>>> OfDistrictAsync(string district, CancellationToken ct)
    {
        if (_cache.TryGetValue(district, out var cached) && Environment.TickCount64 - cached.ReadAt < CampaignStore.CacheTime.TotalMilliseconds)
        {
            return cached.Channels;
        }

        Dictionary<string, IReadOnlyList<DeliveryChannel>> channels = new(StringComparer.Ordinal);
        await foreach (var row in Table.PrefixAsync<List<DeliveryChannel>>(Partition(district), KeyPrefix, ct))
        {
            if (row.Value.Count > 0) channels[row.RowKey[KeyPrefix.Length..]] = row.Value;
        }

        _cache[district] = (channels, Environment.TickCount64);
        return channels;
    }

    /// <summary>
    /// Replaces a unit's channels, whatever stands or upon the version that <paramref name="ifMatch"/> names; see <see cref="DeliveryChannel.Over"/>.
    /// </summary>
    public Task<Outcome<IReadOnlyList<DeliveryChannel>>> PutAsync(string district, string unit, IReadOnlyList<DeliveryChannel> channels, AuditEntry audit,
        CancellationToken ct, string? ifMatch = null) =>
        ChangeAsync(district, unit, stored => [.. channels.Select(channel => channel.Over(stored.FirstOrDefault(known => known.Id == channel.Id)))], ifMatch,
            audit, ct);

    /// <summary>Makes of a unit's channels what <paramref name="change"/> says.</summary>
    internal async Task<Outcome<IReadOnlyList<DeliveryChannel>>> ChangeAsync(string district, string unit,
        Func<IReadOnlyList<DeliveryChannel>, IReadOnlyList<DeliveryChannel>> change, string? ifMatch, AuditEntry audit, CancellationToken ct)
    {
        var outcome = await Table.DecideAsync<Outcome<IReadOnlyList<DeliveryChannel>>>(async () =>
        {
            var row = await Table.GetAsync<IReadOnlyList<DeliveryChannel>>(Partition(district), Key(unit), ct);
            IReadOnlyList<DeliveryChannel> stands = row?.Value ?? [];
            var changed = change(stands);
            if (StoredJson.Write(changed) == StoredJson.Write(stands)) return (new Outcome<IReadOnlyList<DeliveryChannel>>.Repeated(stands), null);
            return NamedVersion.IsAnother(ifMatch, NamedVersion.Of(row))
                ? (new Outcome<IReadOnlyList<DeliveryChannel>>.Stale(stands), null)
                : (new Outcome<IReadOnlyList<DeliveryChannel>>.Changed(changed),
                    new Transaction(Partition(district)).Put(row, Key(unit), changed).Audit(audit));
        }, ct);
        _cache.TryRemove(district, out _);
        return outcome;
    }

    private static string Key(string unit) => KeyPrefix + Keys.Part(unit);

    private static string Partition(string district) => Keys.Join("channels", district);
}
