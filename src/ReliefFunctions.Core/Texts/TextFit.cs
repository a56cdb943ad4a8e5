using System.Buffers;
using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.Texts;

/// <summary>
/// Makes texts fit. They are cut between graphemes, so that no emoji, rare character or accent falls apart, and split between whole lines, sentences and
/// names where that is possible. Time is linear in what is kept.
/// </summary>
internal static class TextFit
{
    /// <summary>Stands for what was cut off.</summary>
    public const string More = "…";

    /// <summary>Where a text is best parted, the best first: lines, sentences, names.</summary>
    private static readonly string[] Breaks = ["\n", "。！？；;", "、，, "];

    /// <summary>
    /// The text in at most <paramref name="most"/> UTF-16 characters, which is how .NET, the bus and SMS gateways count; <paramref name="more"/> ends one that
    /// was cut.
    /// </summary>
    public static string Cut(this string text, int most, string more = More) =>
        text.Length <= most ? text : Cut(text, most, more, rune => rune.Utf16SequenceLength);

    /// <summary>The first characters without a mark that something follows, for where an ellipsis counts as content.</summary>
    public static string First(this string text, int most) => text.Cut(most, "");

    /// <summary>The text in at most <paramref name="most"/> bytes of UTF-8; <paramref name="more"/> ends one that was cut.</summary>
    public static string CutBytes(string text, int most, string more = More) =>
        Encoding.UTF8.GetByteCount(text) <= most ? text : Cut(text, most, more, Utf8);

    /// <summary>
    /// The text in parts of at most <paramref name="most"/>, as <paramref name="size"/> counts its runes (bytes of UTF-8 unless told otherwise).
    /// </summary>
    public static IReadOnlyList<string> Split(string text, int most, Func<Rune, int>? size = null)
    {
        List<string> parts = [];
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            // Whatever the bound, every part takes something with it.
            var one = Rune.DecodeFromUtf16(rest, out _, out var first) == OperationStatus.Done ? first : 1;
            var fitting = Math.Max(Fitting(rest, most, size ?? Utf8), one);
            var length = fitting == rest.Length ? fitting : BreakBefore(rest[..fitting]);
            if (rest[..length].Trim() is { IsEmpty: false } part) parts.Add(part.ToString());
            rest = rest[length..];
        }

        return parts;
    }

    /// <summary>Names in a row: all of them, or as many whole ones as <paramref name="most"/> and how many there are, such as 青岩镇、石板镇等22家.</summary>
    public static string Names(IReadOnlyCollection<string> names, int most, string counted) => names.Count <= most
        ? string.Join("、", names)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join("、", names.Take(most))}等{names.Count}{counted}");

    /// <summary>Bytes of a rune in UTF-8.</summary>
    public static int Utf8(Rune rune) => rune.Utf8SequenceLength;

    private static string Cut(string text, int most, string more, Func<Rune, int> size)
    {
        var left = most - more.EnumerateRunes().Sum(size);
        return left <= 0 ? text[..Fitting(text, most, size)] : string.Concat(text.AsSpan(0, Fitting(text, left, size)), more);
    }

    /// <summary>How much of a text fits, in whole graphemes; of a first grapheme that does not fit (marks without end), in whole runes.</summary>
    private static int Fitting(ReadOnlySpan<char> text, int most, Func<Rune, int> size)
    {
        var (length, used) = (0, 0);
        while (length < text.Length)
        {
            var next = StringInfo.GetNextTextElementLength(text[length..]);
            var inside = 0;
            foreach (var rune in text.Slice(length, next).EnumerateRunes())
            {
                used += size(rune);
                if (used > most) return length > 0 ? length : inside;
                inside += rune.Utf16SequenceLength;
            }

            length += next;
        }

        return length;
    }

    /// <summary>Where to part what fits: after the last line, sentence or name that ends in its second half; else at its end.</summary>
    private static int BreakBefore(ReadOnlySpan<char> fitting)
    {
        foreach (var marks in Breaks)
        {
            var at = fitting.LastIndexOfAny(marks);
            if (at >= fitting.Length / 2) return at + 1;
        }

        return fitting.Length;
    }
}
