using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Channels by district; they outlive a season.</summary>
public sealed class ChannelStore(FeatureTables tables)
{
    private const string KeyPrefix = "c|";

    private FeatureTable Table => tables[FeatureTables.Name.Access];

    /// <summary>A unit's channels, secrets included.</summary>
    public async Task<IReadOnlyList<DeliveryChannel>> OfUnitAsync(string district, string unit, CancellationToken ct) =>
        (await Table.GetAsync<List<DeliveryChannel>>(Partition(district), Key(unit), ct))?.Value ?? [];

    /// <summary>Every unit of the district that has channels.</summary>
    public async Task<IReadOnlyList<string>> UnitsAsync(string district, CancellationToken ct)
    {
        List<string> units = [];
        await foreach (var row in Table.PrefixAsync<List<DeliveryChannel>>(Partition(district), KeyPrefix, ct))
        {
            if (row.Value.Count > 0) units.Add(row.RowKey[KeyPrefix.Length..]);
        }

        return units;
    }

    /// <summary>Replaces a unit's channels; an address or secret left out is kept from the channel of the same id. False when somebody else changed them meanwhile.</summary>
    public async Task<bool> PutAsync(string district, string unit, IReadOnlyList<DeliveryChannel> channels, AuditEntry audit, CancellationToken ct)
    {
        var row = await Table.GetAsync<List<DeliveryChannel>>(Partition(district), Key(unit), ct);
        var merged = channels.Select(channel => row?.Value.Find(known => known.Id == channel.Id) is { } known
            ? channel with { Url = channel.Url ?? known.Url, Secret = channel.Secret ?? known.Secret } : channel).ToList();
        return await Table.CommitAsync(new Transaction(Partition(district)).Put(row, Key(unit), merged).Audit(audit), ct);
    }

    private static string Key(string unit) => KeyPrefix + Keys.Part(unit);

    private static string Partition(string district) => Keys.Join("channels", district);
}
