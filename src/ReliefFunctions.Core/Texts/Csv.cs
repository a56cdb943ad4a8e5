using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.Texts;

/// <summary>
/// CSV (RFC 4180, UTF-8 with BOM so that Excel reads the Chinese), written and read with the one rule by which text never becomes a formula:
/// what a spreadsheet might run gets an apostrophe, and so does text that begins with one, which makes the way back exact.
/// </summary>
internal static class Csv
{
    /// <summary>A file of these records.</summary>
    public static byte[] Write(IEnumerable<IEnumerable<string?>> records)
    {
        var text = new StringBuilder();
        foreach (var record in records) text.AppendJoin(',', record.Select(cell => Quote(Escape(cell ?? "")))).Append("\r\n");
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>The records of a file, unescaped; null when its quotes are not in pairs or it has more than <paramref name="most"/> records.</summary>
    public static IReadOnlyList<IReadOnlyList<string>>? Read(string text, int most)
    {
        var records = new List<IReadOnlyList<string>>();
        var record = new List<string>();
        var cell = new StringBuilder();
        var (quoted, wasQuoted) = (false, false);
        void EndCell()
        {
            record.Add(Unescape(cell.ToString()));
            cell.Clear();
            wasQuoted = false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted)
            {
                quoted = wasQuoted = true;
            }
            else if (c == ',')
            {
                EndCell();
            }
            else if (c == '\n')
            {
                EndCell();
                records.Add(record);
                if (records.Count > most) return null;
                record = [];
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (quoted) return null;
        if (cell.Length > 0 || record.Count > 0)
        {
            EndCell();
            records.Add(record);
        }

        return records;
    }

    /// <summary>
    /// Whether a spreadsheet may take a text for a formula when it is typed or read from CSV: by its first character, the full-width ones of Chinese input
    /// included (OWASP, CSV injection).
    /// </summary>
    public static bool LooksLikeFormula(string text) => text.Length > 0 && IsFormulaMark(text[0]);

    /// <summary>The text as it stands in a file; a number is no formula whatever its sign.</summary>
    public static string Escape(string text) =>
        text.StartsWith('\'') || (LooksLikeFormula(text) && !IsNumber(text)) ? "'" + text : text;

    /// <summary>What <see cref="Escape"/> was given.</summary>
    public static string Unescape(string text) =>
        text.Length > 1 && text[0] == '\'' && (text[1] == '\'' || IsFormulaMark(text[1])) ? text[1..] : text;

    private static bool IsFormulaMark(char c) => c is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") >= 0 || text.StartsWith(' ') || text.EndsWith(' ')
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
