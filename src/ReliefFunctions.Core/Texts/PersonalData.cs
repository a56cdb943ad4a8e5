using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Texts;

/// <summary>Finds what names a person: it has no place in an aggregate form.</summary>
internal static partial class PersonalData
{
    /// <summary>What was found, with the middle of each number masked; empty when the text is clean.</summary>
    public static IReadOnlyList<(string What, string Masked)> Find(string text)
    {
        // Full-width digits become plain ones, so that １３８… is found as well.
        var plain = text.Normalize(NormalizationForm.FormKC);
        var found = new List<(string, string)>();
        foreach (Match match in Identity().Matches(plain))
        {
            var digits = Compact(match.ValueSpan);
            if (HasValidCheckDigit(digits)) found.Add(("身份证号", $"{digits[..4]}**********{digits[^4..]}"));
        }

        foreach (Match match in Mobile().Matches(plain))
        {
            var digits = Compact(match.Groups[1].ValueSpan);
            found.Add(("手机号", $"{digits[..3]}****{digits[^4..]}"));
        }

        return found;
    }

    private static string Compact(ReadOnlySpan<char> text)
    {
        var digits = new StringBuilder(18);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) || c is 'X' or 'x') digits.Append(char.ToUpperInvariant(c));
        }

        return digits.ToString();
    }

    /// <summary>GB 11643-1999: ISO 7064 MOD 11-2 over the first 17 digits.</summary>
    private static bool HasValidCheckDigit(string id)
    {
        var weight = 1;
        var sum = 0;
        for (var i = 16; i >= 0; i--)
        {
            weight = weight * 2 % 11;
            sum += (id[i] - '0') * weight;
        }

        return "10X98765432"[sum % 11] == id[17];
    }

    // People group the digits with blanks and hyphens; more digits on either side make it another number.
    [GeneratedRegex(@"(?<![0-9])[1-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Identity();

    [GeneratedRegex(@"(?<![0-9])(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]){8})(?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Mobile();
}
