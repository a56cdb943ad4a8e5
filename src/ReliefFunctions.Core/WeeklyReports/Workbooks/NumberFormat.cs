using System.Globalization;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>
/// A number format, taken apart by the grammar of ECMA-376 §18.8.31 as far as it says whether a number is shown as a date or time.
/// A letter is no date by itself: it may be quoted, escaped, padding, a fill, a part of a colour, a condition or another language's word for General.
/// </summary>
internal sealed class NumberFormat
{
    private const int LongestCode = 1024;
    private static readonly string[] NoDates = ["AM/PM", "A/P", "上午/下午"], General = ["General", "G/通用格式"];

    private readonly List<Section> _sections = [];

    private NumberFormat(string code)
    {
        for (var at = 0; at <= code.Length; at++) _sections.Add(ReadSection(code, ref at));
    }

    /// <summary>Takes a code apart; what is longer than any office program writes is no date.</summary>
    public static NumberFormat Parse(string code) => new(code.Length <= LongestCode ? code : "");

    /// <summary>Whether a format without a code of its own is a date or time in some language (§18.8.30).</summary>
    public static bool IsBuiltInDate(int id) => id is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58);

    /// <summary>Whether the section that applies to a number shows it as a date or time.</summary>
    public bool ShowsDate(double number)
    {
        var conditional = _sections.Exists(section => section.Condition is not null);
        var applies = conditional
            ? _sections.Find(section => section.Condition?.Invoke(number) ?? true) ?? _sections[0]
            : _sections[number < 0 && _sections.Count > 1 ? 1 : number == 0 && _sections.Count > 2 ? 2 : 0];
        return applies.IsDate;
    }

    private static Section ReadSection(string code, ref int at)
    {
        var (date, digits, foreign) = (false, false, false);
        Func<double, bool>? condition = null;
        while (at < code.Length && code[at] != ';')
        {
            var c = code[at];
            switch (c)
            {
                case '"':
                    at = IndexAfter(code, '"', at + 1);
                    continue;
                case '\\' or '!' or '_' or '*':
                    at += at + 1 < code.Length && char.IsHighSurrogate(code[at + 1]) ? 3 : 2;
                    continue;
                case '[':
                    var end = IndexAfter(code, ']', at + 1);
                    var inside = code.AsSpan(at + 1, Math.Max(0, end - at - 2));
                    date |= IsElapsed(inside);
                    condition ??= ConditionOf(inside);
                    at = end;
                    continue;
                case '0' or '#' or '?':
                    digits |= !date;
                    at++;
                    continue;
            }

            if (Word(code, at, General) is { } general)
            {
                at += general.Length;
            }
            else if (Word(code, at, NoDates) is { } half)
            {
                date = true;
                at += half.Length;
            }
            else if (!char.IsAsciiLetter(c))
            {
                at++;
            }
            else if (c is 'E' or 'e' && digits && at + 1 < code.Length && code[at + 1] is '+' or '-')
            {
                at += 2;
            }
            else
            {
                var from = at;
                while (at < code.Length && char.ToUpperInvariant(code[at]) == char.ToUpperInvariant(c)) at++;
                var isDate = char.ToLowerInvariant(c) is 'y' or 'm' or 'd' or 'h' or 's' or 'e' or 'g' or 'b' || (c is 'a' or 'A' && at - from >= 3);
                date |= isDate;
                foreign |= !isDate;
            }
        }

        at = Math.Min(at, code.Length);
        return new Section(date && !digits && !foreign, condition);
    }

    private static int IndexAfter(string code, char sought, int from) =>
        code.IndexOf(sought, Math.Min(from, code.Length)) is >= 0 and var at ? at + 1 : code.Length;

    private static string? Word(string code, int at, string[] words) =>
        Array.Find(words, word => string.Compare(code, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0);

    /// <summary><c>[h]</c>, <c>[mm]</c>, <c>[ss]</c>: time that is not cut at a day.</summary>
    private static bool IsElapsed(ReadOnlySpan<char> inside) =>
        inside.Length > 0 && inside[0] is 'h' or 'H' or 'm' or 'M' or 's' or 'S'
            && inside.IndexOfAnyExcept(char.ToLowerInvariant(inside[0]), char.ToUpperInvariant(inside[0])) < 0;

    private static Func<double, bool>? ConditionOf(ReadOnlySpan<char> inside)
    {
        var length = inside.StartsWith("<=") || inside.StartsWith(">=") || inside.StartsWith("<>") ? 2 : inside.Length > 0 && inside[0] is '<' or '>' or '=' ? 1
            : 0;
        if (length == 0 || !double.TryParse(inside[length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var limit)) return null;
        return inside[..length].ToString() switch
        {
            "<" => number => number < limit,
            "<=" => number => number <= limit,
            ">" => number => number > limit,
            ">=" => number => number >= limit,
            "<>" => number => number != limit,
            _ => number => number == limit,
        };
    }

    private sealed record Section(bool IsDate, Func<double, bool>? Condition);
}
