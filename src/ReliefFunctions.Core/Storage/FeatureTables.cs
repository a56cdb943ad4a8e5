using Azure.Data.Tables;

namespace ReliefFunctions.Core.Storage;

/// <summary>The table of a feature. Features name theirs once and register it; its rows and who writes them stand in <c>docs/architecture.md</c>.</summary>
/// <param name="Name">Without the deployment's prefix; messages name the table of their outbox row by it.</param>
public sealed record TableName(string Name)
{
    /// <summary>
    /// What the office calls what lies in it, such as 周报; given when partitions are campaigns, whose outbox rows are swept and whose trail can be read.
    /// </summary>
    public string? OfCampaigns { get; init; }

    /// <summary>Where the trail of a district lies in it, beside the campaign's own partition.</summary>
    public Func<string, string, IEnumerable<TrailPlace>> Trails { get; init; } = (_, _) => [];

    /// <summary>Partitions other than campaigns that may hold outbox rows at a given time.</summary>
    public Func<DateTimeOffset, IEnumerable<string>> OutboxPartitions { get; init; } = _ => [];

    /// <inheritdoc/>
    public bool Equals(TableName? other) => Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A partition that holds entries of the trail.</summary>
/// <param name="Partition">Its name.</param>
/// <param name="IsShared">Whether other districts' lie there too: then an entry is a district's when it says so (<see cref="AuditEntry.Scope"/>).</param>
public sealed record TrailPlace(string Partition, bool IsShared = false);

/// <summary>The tables of all features.</summary>
public sealed class FeatureTables
{
    private readonly Dictionary<string, FeatureTable> _tables;

    /// <summary>Opens the tables; <see cref="CreateAsync"/> makes them.</summary>
    public FeatureTables(TableServiceClient service, StorageOptions options, IEnumerable<TableName> names, IOutbox outbox)
    {
        Names = [.. names];
        _tables = Names.ToDictionary(name => name.Name, name => new FeatureTable(name, service.GetTableClient(options.Prefix + name.Name), outbox));
    }

    /// <summary>Every table.</summary>
    public IReadOnlyList<TableName> Names { get; }

    /// <summary>A feature's table.</summary>
    public FeatureTable this[TableName name] => _tables[name.Name];

    /// <summary>The table of that name, or null: messages name tables.</summary>
    public FeatureTable? Find(string name) => _tables.GetValueOrDefault(name);

    /// <summary>Creates what is missing.</summary>
    public Task CreateAsync(CancellationToken ct = default) => Task.WhenAll(_tables.Values.Select(table => table.CreateAsync(ct)));

    /// <summary>Ends when storage has answered from a table; throws when it does not.</summary>
    public Task ReachAsync(CancellationToken ct) => this[Names[0]].GetAsync<int>("reach", "reach", ct);
}
