using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.Texts;

/// <summary>Marks a member that holds a number by which somebody is reached, or figures without end that look like one, and so is not screened.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class HoldsPersonalDataAttribute : Attribute;

/// <summary>
/// Finds identity numbers (GB 11643) and mobile numbers in what people write: they have no place in an aggregate form or in anything else that is passed on.
/// Digits of any script, Chinese numerals and separators of any kind are seen through; what only looks alike (dates, counts, receipts, landlines) is let be.
/// </summary>
internal static class PersonalData
{
    /// <summary>Characters between the digits of one number at most.</summary>
    private const int LongestGap = 3;

    private const string Numerals = "〇零○洞一幺么壹二贰两三叁四肆五伍六陆七柒拐八捌九玖勾", NumeralDigits = "000011112223344556677788999";

    /// <summary>First two digits of a division's code (GB/T 2260).</summary>
    private static readonly HashSet<int> Provinces =
        [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91];

    /// <summary>A number of a file that begins with division and date is no person's of these years, unless the check digit says so.</summary>
    private const int FirstYearOfFiles = 2021;

    /// <summary>What was found, with the middle of each number masked; empty when the text is clean.</summary>
    public static IReadOnlyList<(string What, string Masked)> Find(string text)
    {
        if (!MayHold(text)) return [];
        var plain = Plain(text);
        var found = new List<(string What, string Masked)>();
        foreach (var reading in new[] { plain, WithNumerals(plain) }.Distinct())
        {
            var groups = Groups(reading);
            for (var first = 0; first < groups.Count; first++)
            {
                if (Identity(groups, first) is { } identity) Add(("身份证号", $"{identity[..4]}**********{identity[^4..]}"));
                else if (Mobile(groups, first) is { } mobile) Add(("手机号", $"{mobile[..3]}****{mobile[^4..]}"));
            }
        }

        return found;

        void Add((string, string) one)
        {
            if (!found.Contains(one)) found.Add(one);
        }
    }

    /// <summary>The text, or what may be said of it when it holds such a number: for names of files, which are not worth a refusal.</summary>
    public static string Masked(string text) => Find(text) is { Count: > 0 } found ? string.Join("、", found.Select(one => $"（含{one.What}）")) : text;

    /// <summary>Eleven digits or numerals make a number; most texts have fewer.</summary>
    private static bool MayHold(string text)
    {
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)
                || (c > 0x7F && (char.IsNumber(c) || char.IsDigit(c) || char.IsSurrogate(c) || Numerals.Contains(c, StringComparison.Ordinal))) || c is 'O'
                or 'o' or 'l' or 'I')
            {
                count++;
            }

            if (count >= 11) return true;
        }

        return false;
    }

    /// <summary>Compatibility forms folded, digits of every script made plain, what is not seen left out.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in Characters.Clean(text).Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) continue;
            if (category is UnicodeCategory.DecimalDigitNumber) plain.Append((int)Rune.GetNumericValue(rune));
            else if (rune.Value is '×' or 'Χ' or 'х' or 'Х') plain.Append('X');
            else plain.Append(rune);
        }

        return plain.ToString();
    }

    private static string WithNumerals(string plain) => string.Create(plain.Length, plain, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var at = Numerals.IndexOf(text[i], StringComparison.Ordinal);
            span[i] = at >= 0 ? NumeralDigits[at] : text[i] switch { 'O' or 'o' => '0', 'l' or 'I' => '1', var c => c };
        }
    });

    /// <summary>Runs of digits, an X that may be a check digit with them, and what stands before each; null where words or too much stand between.</summary>
    private static List<(string Digits, string? Before)> Groups(string text)
    {
        var groups = new List<(string, string?)>();
        var end = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var isCheck = text[i] is 'X' or 'x' && (i + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]));
            if (!char.IsAsciiDigit(text[i]) && !isCheck) continue;
            var from = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (i < text.Length && text[i] is 'X' or 'x' && (i + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]))) i++;
            var before = end >= 0 && from - end <= LongestGap ? text[end..from] : null;
            if (before is not null && before.Any(c => char.IsLetterOrDigit(c) || c is '。')) before = null;
            groups.Add((text[from..i].ToUpperInvariant(), before));
            end = i;
        }

        return groups;
    }

    /// <summary>The identity number that begins with a group and ends with one; null when there is none.</summary>
    private static string? Identity(List<(string Digits, string? Before)> groups, int first)
    {
        var digits = "";
        for (var i = first; i < groups.Count && (i == first || groups[i].Before is not null); i++)
        {
            digits += groups[i].Digits;
            if (digits.Length >= 18) return digits.Length == 18 && IsIdentity(digits) ? digits : null;
            if (digits.Length == 15 && i == first && IsOldIdentity(digits)) return digits;
        }

        return digits.Length == 15 && IsOldIdentity(digits) ? digits : null;
    }

    private static bool IsIdentity(string id)
    {
        if (id.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9') || !Provinces.Contains(Number(id, 0, 2))) return false;
        var year = Number(id, 6, 4);
        return year is >= 1900 and <= 2099 && IsDay(year, Number(id, 10, 2), Number(id, 12, 2)) && (year < FirstYearOfFiles || HasValidCheckDigit(id));
    }

    /// <summary>The numbers of 15 digits that were given out until 1999.</summary>
    private static bool IsOldIdentity(string id) =>
        !id.AsSpan().ContainsAnyExceptInRange('0', '9') && Provinces.Contains(Number(id, 0, 2)) && Number(id, 6, 2) >= 30
            && IsDay(1900 + Number(id, 6, 2), Number(id, 8, 2), Number(id, 10, 2));

    private static bool IsDay(int year, int month, int day) => month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    private static int Number(string digits, int from, int length) => int.Parse(digits.AsSpan(from, length), CultureInfo.InvariantCulture);

    /// <summary>GB 11643-1999: ISO 7064 MOD 11-2 over the first 17 digits.</summary>
    private static bool HasValidCheckDigit(string id)
    {
        var (weight, sum) = (1, 0);
        for (var i = 16; i >= 0; i--)
        {
            weight = weight * 2 % 11;
            sum += (id[i] - '0') * weight;
        }

        return "10X98765432"[sum % 11] == id[17];
    }

    /// <summary>The mobile number that begins with a group, its prefix apart, and ends with one; null when there is none.</summary>
    private static string? Mobile(List<(string Digits, string? Before)> groups, int first)
    {
        var head = groups[first].Digits;
        foreach (var prefix in new[] { "0086", "086", "86", "0", "" })
        {
            if (!head.StartsWith(prefix, StringComparison.Ordinal) || head.Length == prefix.Length) continue;
            var sizes = new List<int> { head.Length - prefix.Length };
            var (digits, gaps) = (head[prefix.Length..], new List<string>());
            for (var i = first + 1; digits.Length < 11 && i < groups.Count && groups[i].Before is { } before
                && !before.Contains('\n', StringComparison.Ordinal); i++)
            {
                digits += groups[i].Digits;
                sizes.Add(groups[i].Digits.Length);
                gaps.Add(before);
            }

            if (digits.Length == 11 && digits[0] == '1' && digits[1] is >= '3' and <= '9' && !digits.Contains('X', StringComparison.Ordinal)
                && IsOneNumber(sizes, gaps))
            {
                return digits;
            }
        }

        return null;
    }

    /// <summary>
    /// People write a number in two or three groups, or digit by digit; four groups are one number only in the ways that are dictated, and more of them,
    /// set apart as counts are, are counts. What is joined by dashes or the like all through is one thing, an address of a machine apart.
    /// </summary>
    private static bool IsOneNumber(List<int> sizes, List<string> gaps)
    {
        if (sizes.Count <= 3) return gaps.Count != 1 || !gaps[0].Contains('.', StringComparison.Ordinal) || sizes[0] != 1;
        if (sizes.TrueForAll(size => size == 1)) return true;
        if (gaps.Distinct().Count() > 1) return false;
        var isList = gaps[0].Any(c => char.IsWhiteSpace(c) || c is ',' or '、' or ';' or '|' or '/' or '.' or ':' or '+');
        if (!isList) return true;
        return string.IsNullOrWhiteSpace(gaps[0]) && string.Concat(sizes) is "3332" or "3323" or "3233" or "3422" or "2333";
    }
}
