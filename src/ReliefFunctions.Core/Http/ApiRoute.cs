using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>One line of the route table.</summary>
/// <param name="Name">The OpenAPI operation id, and the name in the log.</param>
/// <param name="Method">HTTP method, upper case.</param>
/// <param name="Template">Parts between slashes, none leading; a part is literal or a whole <c>{name}</c>.</param>
/// <param name="Access">Who may call.</param>
/// <param name="Handler">What answers; throws <see cref="ProblemException"/> to refuse.</param>
public sealed record ApiRoute(string Name, string Method, string Template, AccessRule Access, Func<ApiContext, Task<IResult>> Handler)
{
    /// <summary>One line for the API's readers.</summary>
    public string? Summary { get; init; }

    /// <summary>The largest body accepted, in bytes.</summary>
    public long MaxBody { get; init; } = 1024 * 1024;

    /// <summary>The shape of the JSON body, for the API document.</summary>
    public Type? Request { get; init; }

    /// <summary>The shape of the JSON answer, for the API document.</summary>
    public Type? Response { get; init; }
}

/// <summary>Who may call a route. Where an actor may act is checked from the route's <c>district</c> and <c>unit</c>.</summary>
/// <param name="Roles">The roles; empty for everybody, without a key.</param>
public sealed record AccessRule(params IReadOnlyList<Role> Roles)
{
    /// <summary>Everybody, without a key.</summary>
    public static AccessRule Public { get; } = new();

    /// <summary>Every role that reads in a district.</summary>
    public static AccessRule Readers { get; } = new(Role.UnitReporter, Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The campaign office and above it the operator.</summary>
    public static AccessRule Office { get; } = new(Role.CampaignOffice, Role.Operator);

    /// <summary>The unit itself, and the office for it.</summary>
    public static AccessRule UnitOrOffice { get; } = new(Role.UnitReporter, Role.CampaignOffice);
}
