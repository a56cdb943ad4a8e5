using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>What an actor may do; where, says <see cref="Actor.Scope"/>.</summary>
public enum Role
{
    /// <summary>Files a unit's reports and acknowledges its notices (信息员).</summary>
    UnitReporter,

    /// <summary>Runs a district's campaign (领导小组办公室).</summary>
    CampaignOffice,

    /// <summary>Reads boards and summaries (领导).</summary>
    Leader,

    /// <summary>Delivers weather alerts.</summary>
    Feed,

    /// <summary>Runs the deployment.</summary>
    Operator,
}

/// <summary>Who acts.</summary>
/// <param name="Id">Stands in the audit trail: a key id or a directory object id.</param>
/// <param name="Name">For people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Scope">GB/T 2260 prefix of the divisions it may act in: a district's six digits, a city's four, a province's two, or empty for all.</param>
/// <param name="Unit">The one unit it may act for; null for every unit of the scope.</param>
public sealed record Actor(string Id, string Name, Role Role, string Scope, string? Unit = null)
{
    /// <summary>When what it acts by comes to an end, UTC; null when no end is set. What it makes ends then too.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The session by which it acts, where it does: several phones may share one key.</summary>
    public string? Session { get; init; }

    /// <summary>
    /// Whether the actor may see a district, city or province, and there the unit when one is named. A code of no such level (GB/T 2260) is
    /// nobody's: <c>5201119</c> does not lie under <c>520111</c>. A reporter without a unit has none.
    /// </summary>
    public bool Covers(string district, string? unit = null) =>
        district.Length is 2 or 4 or 6 && district.StartsWith(Scope, StringComparison.Ordinal)
        && (Unit is null ? unit is null || Role != Role.UnitReporter : unit is null || unit == Unit);
}

/// <summary>Who can tell who acts; the pipeline asks for each route that is not for everybody.</summary>
public interface IAuthenticator
{
    /// <summary>The actor behind a request; throws <see cref="ProblemException"/> (401, 429) when there is none.</summary>
    Task<Actor> AuthenticateAsync(HttpContext http);
}
