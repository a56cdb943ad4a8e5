using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Signed links open what they say for whoever holds them: they go to the one whom they are for and are cut out of everything that others read.
/// </summary>
public static partial class SignedLinks
{
    /// <summary>What stands where a link was.</summary>
    public const string Instead = "（链接只发给本人）";

    /// <summary>The text without any signed link, whatever it is for and wherever it stood.</summary>
    public static string Cut(string text) => text.Contains("://", StringComparison.Ordinal) ? Link().Replace(text, Instead) : text;

    /// <summary>Addresses of one letter and a token: <c>/n/…</c> to sign, <c>/v/…</c> to read, <c>/f/…</c> to download, <c>/i/…</c> to be let in.</summary>
    [GeneratedRegex(@"https?://[^\s""'<>（）]*?/[a-z]/[A-Za-z0-9._~-]{8,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
