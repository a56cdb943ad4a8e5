using System.Globalization;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>The ways in that an office has; section <c>SignIn</c>.</summary>
public sealed record SignInOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SignIn";

    /// <summary>The providers in the order of the buttons.</summary>
    public IReadOnlyList<ProviderOptions> Providers { get; init; } = [];

    /// <summary>Whether a provider may be at a loopback address, over plain HTTP; LocalHost's and tests'.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>These options; throws with the name of each setting that cannot be, and without its value.</summary>
    public SignInOptions Checked()
    {
        var faults = Providers.SelectMany((provider, i) => provider.Faults(AllowLoopback).Select(fault => $"SignIn__Providers__{i}__{fault}")).ToList();
        if (Providers.GroupBy(provider => provider.Id).Any(group => group.Count() > 1)) faults.Add("SignIn__Providers: two have the same Id.");
        return faults.Count == 0 ? this : throw new InvalidOperationException("Settings of sign-in cannot be used: " + string.Join(" ", faults));
    }
}

/// <summary>What kind of provider; the development issuer is none of them, because no setting can name it.</summary>
public enum ProviderKind
{
    /// <summary>Any OpenID Connect issuer, by discovery.</summary>
    Oidc,

    /// <summary>WeCom (企业微信).</summary>
    WeCom,

    /// <summary>DingTalk (钉钉).</summary>
    DingTalk,
}

/// <summary>One provider.</summary>
public sealed record ProviderOptions
{
    private static readonly string[] Taken = ["key", "development", "invitation"];

    /// <summary>Stands in addresses: lower-case letters, digits and hyphens.</summary>
    public string Id { get; init; } = "";

    /// <summary>What kind.</summary>
    public ProviderKind Kind { get; init; }

    /// <summary>On the button.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// OIDC: the issuer, under which <c>/.well-known/openid-configuration</c> lies. WeCom and DingTalk: another address of their interface, for private clouds
    /// and tests; null for the public one.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>OIDC and DingTalk: the client's id. WeCom: the corporation's.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The client's secret; null for a public client of an OIDC issuer.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>WeCom: the id of the application.</summary>
    public string? AgentId { get; init; }

    /// <summary>DingTalk: only people of this organisation come in.</summary>
    public string? Organisation { get; init; }

    /// <summary>OIDC: scopes asked for beside <c>openid</c> and <c>profile</c>, with spaces between.</summary>
    public string? Scopes { get; init; }

    /// <summary>OIDC: whether claims are asked of the userinfo endpoint too, for issuers that leave them out of the token.</summary>
    public bool UserInfo { get; init; }

    /// <summary>OIDC: the audience that bearer tokens of programs must name; null when no program comes in by token.</summary>
    public string? Audience { get; init; }

    /// <summary>Who may do what; the first that fits counts. Nobody is let in without one.</summary>
    public IReadOnlyList<GrantRule> Rules { get; init; } = [];

    internal IEnumerable<string> Faults(bool allowLoopback)
    {
        if (Id is not { Length: > 0 and <= 32 } || !Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || Taken.Contains(Id))
        {
            yield return "Id: lower-case letters, digits and hyphens, at most 32, and none of " + string.Join(", ", Taken) + ".";
        }

        if (Name.Length == 0) yield return "Name: what stands on the button.";
        if (ClientId.Length == 0) yield return "ClientId: is missing.";
        if (Kind == ProviderKind.Oidc && Issuer is null) yield return "Issuer: is missing.";
        if (Kind != ProviderKind.Oidc && string.IsNullOrEmpty(ClientSecret)) yield return "ClientSecret: is missing.";
        if (Kind == ProviderKind.WeCom && string.IsNullOrEmpty(AgentId)) yield return "AgentId: is missing.";
        if (Issuer is not null && !IsAllowed(Issuer, allowLoopback)) yield return "Issuer: an https address without user or fragment.";
        for (var i = 0; i < Rules.Count; i++)
        {
            foreach (var fault in Rules[i].Faults()) yield return $"Rules__{i.ToString(CultureInfo.InvariantCulture)}__{fault}";
        }
    }

    /// <summary>Whether a provider, or an endpoint of one, may be at an address.</summary>
    internal static bool IsAllowed(string? address, bool allowLoopback) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || (allowLoopback && uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp));
}

/// <summary>
/// Who may do what. <see cref="Role"/>, <see cref="Scope"/> and <see cref="Unit"/> are written out, or taken from a claim: <c>{district}</c> is the
/// first value of the claim of that name.
/// </summary>
public sealed record GrantRule
{
    /// <summary>The claim that is looked at, such as <c>groups</c>, <c>roles</c> or <c>sub</c>.</summary>
    public string Claim { get; init; } = "";

    /// <summary>The value that one of its values must be; <c>*</c> for any.</summary>
    public string Value { get; init; } = "";

    /// <summary>A <see cref="Http.Role"/>.</summary>
    public string Role { get; init; } = "";

    /// <summary>See <see cref="Actor.Scope"/>; empty for all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>See <see cref="Actor.Unit"/>; null for every unit of the scope.</summary>
    public string? Unit { get; init; }

    internal IEnumerable<string> Faults()
    {
        if (Claim.Length == 0) yield return "Claim: is missing.";
        if (Value.Length == 0) yield return "Value: is missing; * for any.";
        if (!IsTaken(Role) && !Enum.TryParse<Role>(Role, ignoreCase: true, out _))
        {
            yield return "Role: one of " + string.Join(", ", Enum.GetNames<Role>()) + ".";
        }

        if (!IsTaken(Scope) && !GrantRules.IsScope(Scope)) yield return "Scope: six, four or two digits, or empty for all.";
        if (Role.Equals(nameof(Http.Role.UnitReporter), StringComparison.OrdinalIgnoreCase) && Unit is null)
        {
            yield return "Unit: is missing for a unit's reporter.";
        }
    }

    /// <summary>Whether a value names a claim.</summary>
    internal static bool IsTaken(string value) => value is ['{', _, .., '}'];
}
