using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Features;

/// <summary>
/// What the product must know of a feature, told in one place of its folder: routes, tables, queues and topics, and as services its clock
/// (<c>IScheduledJob</c>), consumers (<c>IMessageHandler</c>) and part of the summary (<c>ISummaryPart</c>). What it tells operators it sends as an
/// <c>OperatorEvent</c> of a kind of its own. <see cref="AllFeatures"/> lists them all.
/// </summary>
/// <param name="Name">Its folder.</param>
public sealed record Feature(string Name)
{
    /// <summary>The features whose types it uses, beside the foundation; a test holds its folder to it.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>The tables it keeps.</summary>
    public IReadOnlyList<TableName> Tables { get; init; } = [];

    /// <summary>
    /// The queues and topics that it brings, and the subscriptions that it receives from, as <c>topic/subscription</c>; they are deployed by
    /// <c>infra/entities.json</c>, as the tables are.
    /// </summary>
    public IReadOnlyList<string> BusEntities { get; init; } = [];

    /// <summary>Its lines of the route table.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; init; } = [];

    /// <summary>What the parts of its addresses mean, beside those that every feature's have (<see cref="ApiDescription"/>).</summary>
    public IReadOnlyList<ApiParameter> Parts { get; init; } = [];

    /// <summary>Adds its services; options are read from the configuration.</summary>
    public Action<IServiceCollection, IConfiguration> Services { get; init; } = (_, _) => { };
}
