using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Versions of the patrol policy over HTTP.</summary>
public static class PolicyEndpoints
{
    /// <summary>Template of one version.</summary>
    public const string PolicyTemplate = "api/v1/districts/{district}/policies/{version}";

    /// <summary>Function names.</summary>
    public const string PutPolicyName = "PutPolicy", GetPolicyName = "GetPolicy";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } = ConfigurationEndpoints.Of<PatrolPolicy>(PatrolStore.PolicyKind, "巡查方案", PolicyTemplate, PutPolicyName, GetPolicyName, Check);

    private static IReadOnlyList<ProblemError> Check(PatrolPolicy policy, int version)
    {
        var errors = PolicyRules.Check(policy);
        return policy.Version == version ? [.. errors] : [new ProblemError { Pointer = "/version", Message = $"内容中的版本是 {policy.Version}，地址中是 {version}。", Fix = "两处改为一致。" }, .. errors];
    }
}
