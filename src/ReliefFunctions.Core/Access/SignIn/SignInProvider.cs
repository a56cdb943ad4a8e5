using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>A way in through somebody who already knows the person: an OIDC issuer, WeCom, DingTalk. A setting or a host adds one.</summary>
public interface ISignInProvider
{
    /// <summary>Stands in addresses, such as <c>entra</c>: lower-case letters, digits and hyphens.</summary>
    string Id { get; }

    /// <summary><c>oidc</c>, <c>weCom</c>, <c>dingTalk</c> or <c>development</c>.</summary>
    string Kind { get; }

    /// <summary>On the button.</summary>
    string Name { get; }

    /// <summary>Where the browser goes; throws <see cref="ProviderUnavailableException"/>.</summary>
    Task<Uri> BeginAsync(SignInAttempt attempt, string userAgent, CancellationToken ct);

    /// <summary>Who came back; throws <see cref="ProviderUnavailableException"/> or <see cref="SignInRefusedException"/>.</summary>
    Task<Identity> CompleteAsync(SignInAttempt attempt, SignInReturn came, CancellationToken ct);

    /// <summary>What a person may do here; null when no rule of the settings knows them.</summary>
    Actor? Grant(Identity identity);
}

/// <summary>One attempt to sign in, kept by the browser in a signed cookie until it comes back.</summary>
/// <param name="Provider">Which way.</param>
/// <param name="State">Joins the return to the attempt (RFC 6749, 10.12).</param>
/// <param name="Nonce">Joins the token to the attempt (OpenID Connect Core, 3.1.2.1).</param>
/// <param name="Verifier">Proves that whoever began it ends it (RFC 7636).</param>
/// <param name="Callback">The address to come back to, as the provider was told.</param>
/// <param name="ReturnTo">The page afterwards, a path of ours.</param>
/// <param name="Until">When it is too late, UTC.</param>
public sealed record SignInAttempt(string Provider, string State, string Nonce, string Verifier, string Callback, string ReturnTo, DateTimeOffset Until);

/// <summary>What the provider sends back with the browser.</summary>
/// <param name="Code">Stands for the person, once.</param>
/// <param name="Error">Why there is none, in the provider's words.</param>
public sealed record SignInReturn(string? Code, string? Error);

/// <summary>A person as a provider knows them.</summary>
/// <param name="Issuer">Who knows them.</param>
/// <param name="Subject">Their name there, which never goes to another.</param>
/// <param name="Name">For people.</param>
/// <param name="Claims">What the provider says of them, by name.</param>
public sealed record Identity(string Issuer, string Subject, string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Claims);

/// <summary>The provider does not answer, or not as it should.</summary>
public sealed class ProviderUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The provider, or what it sent, lets nobody in. The message says why in English, for the log: it holds nothing of a person or a token.</summary>
public sealed class SignInRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
