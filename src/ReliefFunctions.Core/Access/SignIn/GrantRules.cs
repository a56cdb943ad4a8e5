using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>From what a provider says of somebody to what they may do here.</summary>
public static class GrantRules
{
    /// <summary>What the first rule that fits grants; null when none fits, or what it takes from the claims is no role, division or unit.</summary>
    public static Actor? Of(Identity identity, IEnumerable<GrantRule> rules)
    {
        var rule = rules.FirstOrDefault(rule => identity.Claims.TryGetValue(rule.Claim, out var values) && (rule.Value == "*" || values.Contains(rule.Value)));
        if (rule is null || !Enum.TryParse<Role>(Taken(rule.Role, identity), ignoreCase: true, out var role) || !Enum.IsDefined(role)) return null;
        var (scope, unit) = (Taken(rule.Scope, identity), rule.Unit is null ? null : Taken(rule.Unit, identity));
        if (scope is null || !IsScope(scope) || (GrantRule.IsTaken(rule.Scope) && scope.Length == 0)) return null;
        if (rule.Unit is not null && (!Keys.IsPart(unit) || scope.Length != 6)) return null;
        if (role == Role.UnitReporter && unit is null) return null;
        return new Actor(IdOf(identity.Issuer, identity.Subject), identity.Name, role, scope, unit);
    }

    /// <summary>Names a person of a provider in keys and in the trail.</summary>
    public static string IdOf(string issuer, string subject) => "p-" + Keys.Hash($"{issuer}\n{subject}")[..24];

    /// <summary>Whether a text is a division's prefix: a district's six digits, a city's four, a province's two, or empty for all.</summary>
    public static bool IsScope(string text) => text.Length is 0 or 2 or 4 or 6 && text.All(char.IsAsciiDigit);

    private static string? Taken(string value, Identity identity) =>
        GrantRule.IsTaken(value) ? identity.Claims.GetValueOrDefault(value[1..^1])?[0] : value;
}
