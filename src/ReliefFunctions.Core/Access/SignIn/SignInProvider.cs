namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>A way in through somebody who already knows the person: an OIDC issuer, WeCom, DingTalk. A host or a setting adds one.</summary>
public interface ISignInProvider
{
    /// <summary>Stands in addresses, such as <c>entra</c>: letters, digits and hyphens.</summary>
    string Id { get; }

    /// <summary><c>oidc</c>, <c>weCom</c>, <c>dingTalk</c> or <c>development</c>.</summary>
    string Kind { get; }

    /// <summary>On the button.</summary>
    string Name { get; }
}
