using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Texts;

/// <summary>Telephone numbers as people write them.</summary>
public static partial class PhoneNumber
{
    /// <summary>A mobile number, a landline with or without area code and extension, or a short number.</summary>
    public static bool Is(string text) => Pattern().IsMatch(Digits(text));

    /// <summary>The number without what only sets its parts apart: blanks, hyphens, brackets, the country's code.</summary>
    public static string Digits(string text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in Characters.Clean(text).Normalize(NormalizationForm.FormKC))
        {
            var isBlank = char.IsWhiteSpace(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format;
            if (!isBlank && c is not ('-' or '(' or ')' or '转')) digits.Append(c);
        }

        return digits.Replace("+86", "").ToString();
    }

    [GeneratedRegex(@"^(?:1[3-9]\d{9}|0\d{9,11}(?:\d{1,5})?|[2-9]\d{6,7}|400\d{7}|1\d{2,4}|[1-9]\d{3,5})\z",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Pattern();
}
