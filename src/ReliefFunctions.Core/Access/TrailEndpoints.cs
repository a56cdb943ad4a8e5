using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Who came in, was refused or took a file, over HTTP, where it belongs to no campaign: of a city, a province or the deployment, and of those whom nobody
/// knows.
/// </summary>
public static class TrailEndpoints
{
    private const string Unknown = "unknown", Everywhere = "all";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("SearchTrail", "GET", "api/v1/audit", AccessRule.Office, Search)
        {
            Summary = "查登录、退出、下载和被拒绝的操作：本级的；全部范围的管理员还可查身份不明者（of=unknown）和各级的，新的在前",
            Cost = Costly.Export,
            Problems = [ProblemType.NotFound],
            Response = typeof(AuditPage),
            Query =
            [
                new("of", "谁的记录：unknown 为身份不明者（全部范围的管理员不写即为此），all 为全部范围的人，或区划代码（不写为本级）", "unknown"),
                .. AuditEndpoints.Filters, .. AuditEndpoints.Pages,
            ],
        },
    ];

    private static async Task<IResult> Search(ApiContext c)
    {
        var isEverybodys = c.Actor.Scope.Length == 0;
        var of = c.Query("of") is { Length: > 0 } asked ? asked : isEverybodys ? Unknown : c.Actor.Scope;
        var scope = of switch { Unknown => null, Everywhere => "", _ => of };
        if (c.Actor.Unit is not null || (scope is null or "" ? !isEverybodys : !c.Actor.Covers(scope) || !scope.All(char.IsAsciiDigit)))
        {
            throw new ProblemException(ProblemType.NotFound, "没有这样的记录，或不在您的权限范围内。of 可写 unknown、all 或您范围内的区划代码。") { IsOutOfScope = true };
        }

        List<Storage.TrailPlace> places = [new(AccessTrail.Partition(scope))];
        if (scope is not null) places.Add(new(SessionStore.Partition(scope)));
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Campaign.DefaultTimeZone);
        return c.Json(AuditEndpoints.Page(await c.Service<AuditSearch>().PageAsync(places.Select(place => (AccessFeature.Table, place)), _ => true,
            AuditEndpoints.FilterOf(c, zone), AuditEndpoints.After(c), AuditEndpoints.Top(c), c.Aborted)));
    }
}
