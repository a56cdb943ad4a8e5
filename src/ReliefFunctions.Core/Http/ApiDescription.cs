using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Http;

/// <summary>What follows from a line of the route table for whoever calls it.</summary>
public static partial class ApiDescription
{
    /// <summary>What the parts of addresses mean that features have in common.</summary>
    private static readonly Dictionary<string, ApiParameter> Parts = new ApiParameter[]
    {
        new("district", "区划代码（GB/T 2260）：区县六位；汇总可写市四位、省两位", "520111"),
        new("season", "年度，写作相邻两年", "2026-2027"),
        new("week", "周次：ISO 年份、W、周号", "2026W50"),
        new("unit", "报送单位代码", "520111101"),
        new("version", "版次，从 1 起；汇总还可写 latest", "1"),
    }.ToDictionary(part => part.Name);

    /// <summary>The parts of an address in the order of the template.</summary>
    public static IReadOnlyList<ApiParameter> PartsOf(ApiRoute route) =>
        [.. Parameter().Matches(route.Template).Select(match => match.Groups[1].Value).Select(name =>
            route.Parts.FirstOrDefault(part => part.Name == name) ?? Parts.GetValueOrDefault(name)
            ?? throw new InvalidOperationException($"{route.Name} has a part {{{name}}} in its address that its feature does not tell (Feature.Parts)."))];

    /// <summary>Every refusal that a route may answer with: the pipeline's, those of its parts, body and version, and its own.</summary>
    public static IReadOnlyList<ProblemType> Problems(ApiRoute route)
    {
        var (parts, body) = (PartsOf(route).Count > 0, TakesBody(route));
        IEnumerable<(bool Holds, ProblemType Type)> implied =
        [
            (parts || body || route.Query.Count > 0 || route.IfMatch != VersionNamed.Never, ProblemType.BadRequest),
            (route.Access.Roles.Count > 0, ProblemType.Unauthenticated),
            (route.Access.Roles.Count > 0, ProblemType.Forbidden),
            (parts, ProblemType.NotFound),
            (route.IfMatch != VersionNamed.Never, ProblemType.Stale),
            (body, ProblemType.TooLarge),
            (body, ProblemType.Invalid),
            (route.Access.Roles.Count > 0, ProblemType.TooManyFailures),
            (route.Cost != Costly.No, ProblemType.TooManyRequests),
            (true, ProblemType.Internal),
            (true, ProblemType.Unavailable),
        ];
        return [.. implied.Where(each => each.Holds).Select(each => each.Type).Concat(route.Problems).Distinct().OrderBy(type => type.Status)];
    }

    /// <summary>Whether a route reads a body.</summary>
    public static bool TakesBody(ApiRoute route) => route.Request is not null || route.Takes.Count > 0;

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
