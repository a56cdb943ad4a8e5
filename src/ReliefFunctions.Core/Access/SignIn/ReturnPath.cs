using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>The page after signing in: one of ours, whatever somebody wrote into a link.</summary>
public static partial class ReturnPath
{
    /// <summary>
    /// The path when it is one of this host, else <c>/</c>. Browsers take <c>//</c> and <c>/\</c> for another host, drop tabs and line ends, and decode nothing
    /// before they look: so a path begins with one slash, and holds only what RFC 3986 allows in path, query and fragment.
    /// </summary>
    public static string Of(string? asked) =>
        asked is not null && Local().IsMatch(asked) && !asked.StartsWith("/api/v1/sign-in", StringComparison.OrdinalIgnoreCase) ? asked : "/";

    [GeneratedRegex(@"^/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?#]{0,500}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Local();
}
