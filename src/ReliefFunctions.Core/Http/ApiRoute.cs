using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>One line of the route table that both hosts answer by.</summary>
/// <param name="Name">The operation id of the API document.</param>
/// <param name="Method">HTTP method, upper case.</param>
/// <param name="Template">Route template without a leading slash.</param>
/// <param name="Access">Who may call.</param>
/// <param name="Handler">What answers; throws <see cref="ProblemException"/> to refuse.</param>
public sealed record ApiRoute(string Name, string Method, string Template, AccessRule Access, Func<ApiContext, Task<IResult>> Handler)
{
    /// <summary>What a body of JSON may need, in bytes; beyond that it is a file.</summary>
    private const long LargestPlainBody = 1024 * 1024;

    private readonly Costly? _cost;

    /// <summary>One line for the API's readers.</summary>
    public string? Summary { get; init; }

    /// <summary>The largest body accepted, in bytes.</summary>
    public long MaxBody { get; init; } = LargestPlainBody;

    /// <summary>
    /// What is limited for each caller (429 with <c>Retry-After</c>). A route that takes large bodies is an upload unless its line says otherwise.
    /// </summary>
    public Costly Cost { get => _cost ?? (MaxBody > LargestPlainBody ? Costly.Upload : Costly.No); init => _cost = value; }

    /// <summary>Whether the route answers before storage is ready.</summary>
    public bool WithoutStorage { get; init; }

    /// <summary>The shape of the JSON body; null when there is none.</summary>
    public Type? Request { get; init; }

    /// <summary>Media types of bodies other than JSON of that shape.</summary>
    public IReadOnlyList<string> Takes { get; init; } = [];

    /// <summary>Whether the body may be left out.</summary>
    public bool BodyIsOptional { get; init; }

    /// <summary>The shape of the JSON answer; null when there is none.</summary>
    public Type? Response { get; init; }

    /// <summary>Media types of answers other than JSON of that shape.</summary>
    public IReadOnlyList<string> Gives { get; init; } = [];

    /// <summary>Media types of answers with status 422 other than the problem's own.</summary>
    public IReadOnlyList<string> GivesRefused { get; init; } = [];

    /// <summary>Whether it hands out a file, as against a page or the API's own words: who takes one stands in the trail.</summary>
    public bool IsFile => Method == "GET" && Access.Roles.Count > 0 && Gives.Any(type => type != "text/html");

    /// <summary>Statuses of answers that are no problem.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [StatusCodes.Status200OK];

    /// <summary>What the parts of the address mean, where they are the feature's own.</summary>
    public IReadOnlyList<ApiParameter> Parts { get; init; } = [];

    /// <summary>Query parameters.</summary>
    public IReadOnlyList<ApiParameter> Query { get; init; } = [];

    /// <summary>Whether a command names the version it acts on in <c>If-Match</c>.</summary>
    public VersionNamed IfMatch { get; init; }

    /// <summary>Whether answers say in <c>ETag</c> which version they show.</summary>
    public bool ShowsVersion { get; init; }

    /// <summary>
    /// Whether pages ask for it again and again: the answer carries an <c>ETag</c> of its bytes, <c>If-None-Match</c> is answered with 304, and it goes packed.
    /// </summary>
    public bool Polled { get; init; }

    /// <summary>Whether a call repeated with the same <c>Idempotency-Key</c> is done once.</summary>
    public bool TakesIdempotencyKey { get; init; }

    /// <summary>Refusals beyond those that follow from the rest of the line; see <see cref="ApiDescription.Problems"/>.</summary>
    public IReadOnlyList<ProblemType> Problems { get; init; } = [];
}

/// <summary>Whether a command names the version it acts on.</summary>
public enum VersionNamed
{
    /// <summary>There is none to name.</summary>
    Never,

    /// <summary>
    /// By whoever wants to know that nobody else changed it meanwhile: then it is refused. A call that names none writes over what is there.
    /// </summary>
    IfKnown,

    /// <summary>For changes of what is there already, or in the body instead.</summary>
    ForChanges,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>A query parameter, or a part of an address.</summary>
/// <param name="Name">As it stands in the address.</param>
/// <param name="Description">In Chinese.</param>
/// <param name="Example">A value that is taken.</param>
public sealed record ApiParameter(string Name, string Description, string Example)
{
    /// <summary>JSON schema type: string, integer or boolean.</summary>
    public string Type { get; init; } = "string";

    /// <summary>The values it may have; empty for any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Has what is sent checked by the same rules, and nothing stored.</summary>
    public static ApiParameter ValidateOnly { get; } = Flag("validateOnly", "只校验，不保存");

    /// <summary>A parameter that is on or off.</summary>
    public static ApiParameter Flag(string name, string description) => new(name, description, "true") { Type = "boolean" };
}

/// <summary>Who may call a route. Where an actor may act is checked from the route's <c>district</c> and <c>unit</c>.</summary>
/// <param name="Roles">The roles; empty for everybody, without a key.</param>
public sealed record AccessRule(params IReadOnlyList<Role> Roles)
{
    /// <summary>Everybody, without a key.</summary>
    public static AccessRule Public { get; } = new();

    /// <summary>Whoever is known, whatever the role.</summary>
    public static AccessRule Everybody { get; } = new(Enum.GetValues<Role>());

    /// <summary>Every role that reads in a district.</summary>
    public static AccessRule Readers { get; } = new(Role.UnitReporter, Role.CampaignOffice, Role.Leader, Role.Operator);

    /// <summary>The campaign office and above it the operator.</summary>
    public static AccessRule Office { get; } = new(Role.CampaignOffice, Role.Operator);

    /// <summary>The unit itself, and the office for it.</summary>
    public static AccessRule UnitOrOffice { get; } = new(Role.UnitReporter, Role.CampaignOffice);
}
