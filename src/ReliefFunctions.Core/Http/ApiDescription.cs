using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Http;

/// <summary>What follows from a line of the route table for whoever calls it.</summary>
public static partial class ApiDescription
{
    /// <summary>What the parts of addresses mean; a feature's own parts are told by their last word.</summary>
    private static readonly Dictionary<string, ApiParameter> Parts = new ApiParameter[]
    {
        new("district", "区划代码（GB/T 2260）：区县六位；汇总可写市四位、省两位", "520111"),
        new("season", "年度，写作相邻两年", "2026-2027"),
        new("week", "周次：ISO 年份、W、周号", "2026W50"),
        new("period", "周次，或 progress（推进情况）、final（工作总结）、season（全季）", "2026W50"),
        new("stage", "progress（推进情况）或 final（工作总结）", "progress") { Values = ["progress", "final"] },
        new("unit", "报送单位代码", "520111101"),
        new("version", "版次，从 1 起；汇总还可写 latest", "1"),
        new("feature", "reports（周报）、patrols（巡查）或 summaries（汇总）", "reports") { Values = ["reports", "patrols", "summaries"] },
        new("revision", "指令号，从 1 起；通联测试为负数", "1"),
        new("number", "待定指令的序号，从 1 起", "1"),
        new("channel", "通知渠道的名称", "wecom"),
        new("keyId", "密钥编号：十二位十六进制", "0123456789ab"),
        new("session", "登录：current 为本机，或清单中的编号", "current"),
        new("letter", "死信编号，取自清单", "patrol-orders.12.0123456789ab"),
        new("payload", "预警原文的 SHA-256，取自回执", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        new("request", "编制请求的编号，取自答复", "0123456789abcdef"),
        new("format", "文件：download（.xlsx）、json、csv 或 page（手机网页）", "download"),
        new("token", "链接中的签名部分", "520111.2026.1.520111101.AbCdEf0123456789"),
    }.ToDictionary(part => part.Name);

    /// <summary>The parts of an address in the order of the template.</summary>
    public static IReadOnlyList<ApiParameter> PartsOf(ApiRoute route) =>
        [.. Parameter().Matches(route.Template).Select(match => match.Groups[1].Value)
            .Select(name => Parts.GetValueOrDefault(name) ?? new ApiParameter(name, name, "1"))];

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
