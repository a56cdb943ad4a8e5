using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Features;

/// <summary>
/// What the product must know of a feature, told in one place of its folder: routes, tables, and as services its clock (<c>IScheduledJob</c>),
/// consumers (<c>IMessageHandler</c>) and part of the summary. <see cref="AllFeatures"/> lists them all.
/// </summary>
/// <param name="Name">Its folder.</param>
public sealed record Feature(string Name)
{
    /// <summary>The features whose types it uses, beside the foundation; a test holds its folder to it.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>The tables it keeps.</summary>
    public IReadOnlyList<TableName> Tables { get; init; } = [];

    /// <summary>Its lines of the route table.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; init; } = [];

    /// <summary>Adds its services; options are read from the configuration.</summary>
    public Action<IServiceCollection, IConfiguration> Services { get; init; } = (_, _) => { };
}
