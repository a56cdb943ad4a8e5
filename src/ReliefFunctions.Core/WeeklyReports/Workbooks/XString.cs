using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>
/// Text as it stands in a workbook's XML (ST_Xstring, ECMA-376 §22.9.2.19): <c>_x000D_</c> is the character of that number,
/// and <c>_x005F_</c> an underscore that begins no such escape.
/// </summary>
internal static class XString
{
    public static string Unescape(string text)
    {
        if (!MayHold(text)) return text;
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (At(text, at) is not { } character)
            {
                plain.Append(text[at]);
                continue;
            }

            plain.Append(character);
            at += 6;
        }

        return plain.ToString();
    }

    /// <summary>The text so that it comes back as it is.</summary>
    public static string Escape(string text)
    {
        if (!MayHold(text)) return text;
        var escaped = new StringBuilder(text.Length + 8);
        for (var at = 0; at < text.Length; at++) escaped.Append(At(text, at) is null ? text[at].ToString() : "_x005F_");
        return escaped.ToString();
    }

    private static bool MayHold(string text) => text.Contains('_', StringComparison.Ordinal) && text.Contains("_x", StringComparison.OrdinalIgnoreCase);

    private static char? At(string text, int at) =>
        text[at] == '_' && at + 6 < text.Length && text[at + 1] is 'x' or 'X' && text[at + 6] == '_'
        && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var character) ? (char)character : null;
}
