using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>What is looked for in the trail.</summary>
public sealed record AuditFilter
{
    /// <summary>Part of the actor's id or name; null for anybody.</summary>
    public string? Who { get; init; }

    /// <summary>What the command begins with, such as <c>report.</c>; null for anything.</summary>
    public string? What { get; init; }

    /// <summary>The unit's code; null for any.</summary>
    public string? Unit { get; init; }

    /// <summary>From this instant on.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Before this instant.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Whether an entry is one of those.</summary>
    public bool Fits(AuditEntry entry) =>
        (Who is null || entry.Actor.Contains(Who, StringComparison.OrdinalIgnoreCase) || entry.Name?.Contains(Who, StringComparison.OrdinalIgnoreCase) == true)
        && (What is null || entry.What.StartsWith(What, StringComparison.OrdinalIgnoreCase))
        && (Unit is null || entry.Unit == Unit || entry.Subject.Split('/', ' ').Contains(Unit));
}

/// <summary>
/// Searches the trail of a district, wherever its features keep it, newest first. The keys of all entries are in one order, so that a page goes on behind
/// the key with which the one before it ended.
/// </summary>
public sealed class AuditSearch(FeatureTables tables)
{
    /// <summary>Entries that are looked at for one page at the most; what is left is the next page's.</summary>
    public const int MostLookedAt = 5000;

    private const int AtOnce = 200;

    /// <summary>A page of a campaign's trail.</summary>
    /// <param name="campaign">Whose trail.</param>
    /// <param name="everything">Whether the reader sees shared entries that name no district.</param>
    /// <param name="filter">What is looked for.</param>
    /// <param name="after">The key with which the page before ended, or null.</param>
    /// <param name="most">Entries of a page.</param>
    /// <param name="ct">Stops between two reads.</param>
    public Task<(IReadOnlyList<AuditEntry> Entries, string? Next)> PageAsync(
        Campaign campaign, bool everything, AuditFilter filter, string? after, int most, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var places = tables.Names.SelectMany(name => name.Trails(campaign.District, campaign.Season)
            .Concat(name.OfCampaigns is null ? [] : [new TrailPlace(campaign.Partition)]).Select(place => (name, place)));
        return PageAsync(places, entry => entry.Scope == campaign.District || entry.Subject == campaign.Partition || (everything && entry.Scope is null or ""),
            filter, after, most, ct);
    }

    /// <summary>
    /// A page: at most <paramref name="most"/> entries behind the key <paramref name="after"/>, and the key to go on behind; null at the end.
    /// </summary>
    /// <param name="trails">Where it lies.</param>
    /// <param name="isOurs">Which entries of shared places belong to it.</param>
    /// <param name="filter">What is looked for.</param>
    /// <param name="after">The key with which the page before ended, or null.</param>
    /// <param name="most">Entries of a page.</param>
    /// <param name="ct">Stops between two reads.</param>
    public async Task<(IReadOnlyList<AuditEntry> Entries, string? Next)> PageAsync(IEnumerable<(TableName Table, TrailPlace Place)> trails,
        Func<AuditEntry, bool> isOurs, AuditFilter filter, string? after, int most, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(isOurs);
        ArgumentNullException.ThrowIfNull(filter);
        var places = trails.Select(trail => new Source(tables[trail.Table], trail.Place)).ToList();
        var first = after is null ? AuditEntry.KeyPrefix + Keys.Inverted(filter.To) : after + "!";
        var last = AuditEntry.KeyPrefix + Keys.Inverted(filter.From) + "~";
        await Parallel.ForEachAsync(places, ct, async (place, each) => await place.OpenAsync(first, last, each));
        List<AuditEntry> found = [];
        for (var looked = 0; ; looked++)
        {
            var next = places.Where(place => place.Next is not null).MinBy(place => place.Next!.RowKey, StringComparer.Ordinal);
            if (next is null) return (found, null);
            var row = next.Next!;
            if ((!next.IsShared || isOurs(row.Value)) && filter.Fits(row.Value)) found.Add(row.Value);
            await next.MoveAsync(last, ct);
            if (found.Count == most || looked == MostLookedAt)
            {
                return (found, places.TrueForAll(place => place.Next is null) ? null : row.RowKey);
            }
        }
    }

    /// <summary>One partition, read a piece at a time.</summary>
    private sealed class Source(FeatureTable table, TrailPlace place)
    {
        private readonly Queue<Row<AuditEntry>> _rows = [];
        private bool _isWhole;

        public bool IsShared => place.IsShared;

        public Row<AuditEntry>? Next => _rows.TryPeek(out var row) ? row : null;

        public async Task OpenAsync(string from, string last, CancellationToken ct)
        {
            var rows = await table.FirstAsync<AuditEntry>(place.Partition, from, last, AtOnce, ct);
            foreach (var row in rows) _rows.Enqueue(row);
            _isWhole = rows.Count < AtOnce;
        }

        public async Task MoveAsync(string last, CancellationToken ct)
        {
            var moved = _rows.Dequeue();
            if (_rows.Count == 0 && !_isWhole) await OpenAsync(moved.RowKey + "!", last, ct);
        }
    }
}
