using Azure.Data.Tables;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Core.Storage;

/// <summary>The tables of all features; see the design's table of keys.</summary>
public sealed class FeatureTables
{
    private readonly Dictionary<Name, FeatureTable> _tables;

    /// <summary>Opens the tables; <see cref="CreateAsync"/> makes them.</summary>
    public FeatureTables(TableServiceClient service, StorageOptions options, OutboxSender outbox)
    {
        _tables = Enum.GetValues<Name>().ToDictionary(name => name, name => new FeatureTable(name, service.GetTableClient(options.Prefix + name), outbox));
    }

    /// <summary>The features that keep a table.</summary>
    public enum Name
    {
        /// <summary>Campaigns by season, forms and policies by version.</summary>
        Campaigns,

        /// <summary>Units by district.</summary>
        Units,

        /// <summary>Weekly reports by campaign.</summary>
        Reports,

        /// <summary>Patrol state, orders and notices by campaign.</summary>
        Patrols,

        /// <summary>Raw alerts by day.</summary>
        Intake,

        /// <summary>Compiled summaries by scope and season.</summary>
        Summaries,

        /// <summary>Access keys and failure counters.</summary>
        Access,
    }

    /// <summary>The tables whose partitions hold outbox rows of a campaign.</summary>
    public static IReadOnlyList<Name> OfCampaigns { get; } = [Name.Reports, Name.Patrols, Name.Summaries];

    /// <summary>A feature's table.</summary>
    public FeatureTable this[Name name] => _tables[name];

    /// <summary>Creates what is missing.</summary>
    public Task CreateAsync(CancellationToken ct = default) => Task.WhenAll(_tables.Values.Select(table => table.CreateAsync(ct)));
}
