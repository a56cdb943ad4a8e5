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

    private static bool IsClean(string text)
    {
        foreach (var c in text)
        {
            if (!IsText(c)) return false;
        }

        return true;
    }
}
