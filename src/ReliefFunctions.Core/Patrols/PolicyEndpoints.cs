using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Versions of the patrol policy over HTTP.</summary>
public static class PolicyEndpoints
{
    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } = ConfigurationEndpoints.Of<PatrolPolicy>(PatrolStore.PolicyKind, "巡查方案",
        "api/v1/districts/{district}/policies/{version}", "PutPolicy", "GetPolicy", Check);

    private static IReadOnlyList<ProblemError> Check(PatrolPolicy policy, int version)
    {
        var errors = PolicyRules.Check(policy);
        return policy.Version == version
            ? [.. errors]
            : [new ProblemError { Pointer = "/version", Message = $"内容中的版本是 {policy.Version}，地址中是 {version}。", Fix = "两处改为一致。" }, .. errors];
    }
}
