using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.Texts;

/// <summary>Which characters text may hold wherever it came from.</summary>
internal static class Characters
{
    /// <summary>
    /// The text without what no person typed and no store, workbook or page can keep: control characters but line ends and tabs, halves of surrogate
    /// pairs, and the code points that Unicode reserves as noncharacters (§23.7).
    /// </summary>
    public static string Clean(string text)
    {
        if (IsClean(text)) return text;
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) continue;
            if (IsText(rune.Value)) kept.Append(rune);
            i += rune.Utf16SequenceLength - 1;
        }

        return kept.ToString();
    }

    /// <summary>Whether a code point may stand in text.</summary>
    public static bool IsText(int codePoint) => codePoint switch
    {
        '\t' or '\n' or '\r' => true,
        < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0xD800 and <= 0xDFFF) or (>= 0xFDD0 and <= 0xFDEF) => false,
        _ => (codePoint & 0xFFFE) != 0xFFFE,
    };

    /// <summary>Whether somebody sees a character: neither a blank nor a mark without a body, and none of the letters that are drawn as nothing.</summary>
    public static bool IsSeen(Rune rune) => rune.Value is not (0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0)
        && !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control);

    /// <summary>Whether a text that is not blank shows nothing, as a name of zero-width characters does.</summary>
    public static bool IsInvisible(string text) => !string.IsNullOrWhiteSpace(text) && !text.EnumerateRunes().Any(IsSeen);

    private static bool IsClean(string text)
    {
        foreach (var c in text)
        {
            if (!IsText(c)) return false;
        }

        return true;
    }
}
