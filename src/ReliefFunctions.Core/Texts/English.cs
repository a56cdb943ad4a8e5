using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Texts;

/// <summary>Marks a member that says something to a person in the product's own words, and is said in English to whoever asks for it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ForPeopleAttribute : Attribute;

/// <summary>
/// The product's Chinese texts in English. Rules and answers are written in Chinese; a table of templates (the <c>English.txt</c> of each folder) says them
/// in English at the edge. What is filled into a template is looked up again, so that names and what people typed stay as they are.
/// </summary>
/// <remarks>
/// A line is <c>Chinese ⇒ English</c>. <c>{0}</c> stands for what is filled in; on the Chinese side <c>{0:n}</c> for what holds no Chinese character, such
/// as a number, <c>{0:u}</c> for a name, without any mark, <c>{0:d}</c> for a day or time, <c>{0:蓝色|黄色}</c> for one of these; on the English side
/// <c>{0|day|days}</c> for a word that goes with the number; <c>\n</c> is a line's end. <c>⇒ =</c> says that a text is the same in both.
/// </remarks>
public sealed partial class English
{
    private const string Arrow = " ⇒ ", Same = "=";

    /// <summary>A text deeper than this within another is nobody's template.</summary>
    private const int Deepest = 12;

    /// <summary>A template that says fewer characters than this itself is none of a text of several sentences.</summary>
    private const int Specific = 4;

    /// <summary>A text beyond this is no message; matching it would cost more than it tells.</summary>
    private const int LongestText = 8_000;

    /// <summary>Where a text that is no template as a whole falls into parts, the strongest first, with what stands there in English.</summary>
    private static readonly (string Marks, string English)[] Joints =
        [("\n", "\n"), ("　", "  "), ("。", ". "), ("；;", "; "), ("：", ": "), ("→", " → "), ("，", ", "), ("、", ", "), ("（", " ("), ("）", ")")];

    private static readonly Lazy<English> Table = new(() => new English(Lines()));

    private readonly FrozenDictionary<string, Entry> _whole;
    private readonly FrozenDictionary<string, Entry[]> _byAnchor;
    private readonly FrozenDictionary<string, Entry[]>.AlternateLookup<ReadOnlySpan<char>> _anchors;

    /// <summary>A table of these lines; what is no entry is left out, and of two entries for one text the later one stands.</summary>
    internal English(IEnumerable<string> lines)
    {
        Entries = [.. lines.Select(Entry.Of).OfType<Entry>().GroupBy(entry => entry.Chinese).Select(same => same.Last())];
        _whole = Entries.Where(entry => entry.Holes.Count == 0).ToFrozenDictionary(entry => entry.Chinese);
        var filled = Entries.Where(entry => entry.Holes.Count > 0).ToList();
        var commonness = filled.SelectMany(entry => entry.Anchors.Distinct()).CountBy(anchor => anchor).ToDictionary();
        _byAnchor = filled.GroupBy(entry => entry.Anchors.MinBy(anchor => (anchor.Length == 1, commonness[anchor]))!)
            .ToFrozenDictionary(same => same.Key, same => same.ToArray());
        _anchors = _byAnchor.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What the table holds.</summary>
    internal IReadOnlyList<Entry> Entries { get; }

    /// <summary>A text in English, as far as the table says it.</summary>
    public static string Of(string text) => Table.Value.Say(text);

    /// <summary>The lines of the product's own table.</summary>
    internal static IEnumerable<string> Lines()
    {
        var assembly = typeof(English).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith("English.txt", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            while (reader.ReadLine() is { } line) yield return line;
        }
    }

    /// <summary>Whether a text holds a Chinese character.</summary>
    internal static bool HasHan(ReadOnlySpan<char> text) => text.ContainsAnyInRange('\u4E00', '\u9FFF') || text.ContainsAnyInRange('\u3400', '\u4DBF');

    /// <summary>A text in English by this table.</summary>
    internal string Say(string text)
    {
        if (text.Length > LongestText || !HasHan(text)) return text;
        var said = Say(text, 0);
        return said is null ? text : BeginsWithHan(text) ? Capital(said) : said;
    }

    /// <summary>The English of a text or of its parts; null where the table says nothing of it.</summary>
    private string? Say(string text, int depth)
    {
        if (!HasHan(text)) return Plain(text);
        return depth > Deepest ? null : Whole(text, depth) ?? Parts(text, depth);
    }

    /// <summary>The English of a text that is one template; of several parts of a longer one, what is filled in ends with its part.</summary>
    private string? Whole(string text, int depth, string joint = "")
    {
        var body = text.Trim();
        var stop = body.EndsWith('。') ? "." : "";
        if (stop.Length > 0) body = body[..^1];
        if (_whole.TryGetValue(body, out var exact)) return Stopped(exact.Fill([], static (hole, _) => hole), stop);
        if (Day(body) is { } day) return day + stop;
        foreach (var entry in Candidates(body))
        {
            if ((entry.Match(body) ?? (stop.Length > 0 ? entry.Match(body + "。") : null)) is not { } holes) continue;
            if (entry.Weight < Specific && holes.Any(hole => Ends(hole, "。；\n").Count > 0)) continue;
            if (joint == "。" && holes.Any(hole => Ends(hole, joint).Count > 0)) continue;
            var isSure = true;
            var said = entry.Fill(holes, (hole, quoted) =>
            {
                var filled = quoted ? hole : Say(hole, depth + 1);
                isSure &= entry.Weight > 1 || filled is not null;
                return filled ?? hole;
            });
            if (isSure) return stop.Length > 0 ? Stopped(said.TrimEnd(), stop) : said;
        }

        return null;
    }

    /// <summary>The templates whose anchor the text has, those that say most first.</summary>
    private List<Entry> Candidates(string text)
    {
        var found = new HashSet<Entry>();
        for (var i = 0; i < text.Length; i++)
        {
            if (_anchors.TryGetValue(text.AsSpan(i, 1), out var one)) found.UnionWith(one);
            if (i + 2 <= text.Length && _anchors.TryGetValue(text.AsSpan(i, 2), out var two)) found.UnionWith(two);
        }

        return [.. found.OrderByDescending(entry => entry.Weight)];
    }

    /// <summary>
    /// A text that somebody put together: its parts, as long ones as the table has, at the strongest joint. Whole sentences may stay Chinese beside others
    /// in English; a sentence is said as a whole or not at all.
    /// </summary>
    private string? Parts(string text, int depth)
    {
        foreach (var (marks, english) in Joints)
        {
            var ends = Ends(text, marks);
            if (ends.Count == 0) continue;
            if (ends[^1] != text.Length) ends.Add(text.Length);
            var (said, isKnown, isWhole, from) = (new StringBuilder(), false, true, 0);
            for (var i = 0; i < ends.Count; i++)
            {
                var part = Longest(text, from, ends, marks, depth, ref i);
                var original = Body(text[from..ends[i]], marks);
                isKnown |= part is not null && HasHan(original);
                isWhole &= part is not null;
                said.Append(part is null ? original : marks is "\n" or "。" && BeginsWithHan(original) ? Capital(part) : part);
                if (marks.Contains(text[ends[i] - 1], StringComparison.Ordinal)) said.Append(english[(english[0] == '.' && IsStopped(part ?? "") ? 1 : 0)..]);
                from = ends[i];
            }

            if (isKnown && (isWhole || marks is "\n" or "　" or "。" or "；;" or "：")) return Tidy(said.ToString());
        }

        return null;
    }

    /// <summary>The English of as many parts from the <paramref name="i"/>th as the table has in one; then <paramref name="i"/> is the last of them.</summary>
    private string? Longest(string text, int from, List<int> ends, string marks, int depth, ref int i)
    {
        for (var last = ends.Count - 1; last > i; last--)
        {
            if (Whole(Body(text[from..ends[last]], marks), depth + 1, marks) is not { } several) continue;
            i = last;
            return several;
        }

        return Say(Body(text[from..ends[i]], marks), depth + 1);
    }

    /// <summary>Where the parts of a text end, each behind its mark; what is quoted or in brackets is one, and so are the numbers of a row.</summary>
    private static List<int> Ends(string text, string marks)
    {
        var (ends, quotes, isBracket) = (new List<int>(), 0, marks is "（" or "）");
        for (var i = 0; i < text.Length; i++)
        {
            var isNumber = text[i] == '、' && i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]);
            if (text[i] is '“' or '《' or '「' || (text[i] == '（' && !isBracket)) quotes++;
            else if (text[i] is '”' or '》' or '」' || (text[i] == '）' && !isBracket)) quotes--;
            else if (quotes <= 0 && !isNumber && marks.Contains(text[i], StringComparison.Ordinal)) ends.Add(i + 1);
        }

        return ends;
    }

    private static string Body(string part, string marks) => part.Length > 0 && marks.Contains(part[^1], StringComparison.Ordinal) ? part[..^1] : part;

    private static string Stopped(string said, string stop) => IsStopped(said) ? said : said + stop;

    private static bool IsStopped(string said) => said is [.., '.' or '?' or '!'];

    private static bool BeginsWithHan(string text) => text.Length > 0 && HasHan(text.AsSpan(0, 1));

    /// <summary>What has no Chinese character keeps its words; only the marks between them are the other language's.</summary>
    private static string Plain(string text) => Tidy(Joints.Where(joint => joint.Marks != "；;")
        .Aggregate(text.Replace("；", "; ", StringComparison.Ordinal), (said, joint) => said.Replace(joint.Marks, joint.English, StringComparison.Ordinal)));

    private static string Tidy(string said) => Gap().Replace(said, "$1").TrimEnd(' ');

    private static string Capital(string said) => said.Length > 0 && char.IsAsciiLetterLower(said[0]) ? char.ToUpperInvariant(said[0]) + said[1..] : said;

    /// <summary>A day and a time as Chinese writes them.</summary>
    private static string? Day(string text)
    {
        if (DayAndTime().Match(text) is not { Success: true } match) return null;
        string Part(string name) => match.Groups[name].Value;
        if (!int.TryParse(Part("month"), NumberStyles.None, CultureInfo.InvariantCulture, out var month) || month is < 1 or > 12) return null;
        var said = $"{Part("day")} {CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)}{(Part("year") is { Length: > 0 } year ? " " + year : "")}";
        return Part("clock") is { Length: > 0 } clock ? $"{said}, {clock}"
            : Part("hour") is { Length: > 0 } hour ? $"{said}, {hour.PadLeft(2, '0')}:{Part("minute").PadLeft(2, '0')}"
            : said;
    }

    [GeneratedRegex("""
        ^(?:(?<year>\d{4})年)?(?<month>\d{1,2})月(?<day>\d{1,2})日
        (?:\ ?(?<clock>\d{1,2}:\d{2}(?::\d{2})?)|(?<hour>\d{1,2})时(?:(?<minute>\d{1,2})分)?)?$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex DayAndTime();

    [GeneratedRegex(@" +([ .,;:)]|$)")]
    private static partial Regex Gap();

    /// <summary>One line of the table.</summary>
    internal sealed partial class Entry
    {
        private readonly string[] _parts;
        private readonly Lazy<Regex?> _pattern;
        private readonly string _english;

        private Entry(string chinese, string english)
        {
            Chinese = chinese;
            _english = english;
            Holes = [.. Hole().Matches(chinese).Select(match => match.Groups["number"].Value)];
            var kinds = Hole().Matches(chinese).Select(match => match.Groups["kind"].Value).ToList();
            _parts = Hole().Replace(chinese, "\u0001").Split('\u0001');
            Anchors = [.. _parts.SelectMany(part => part.Length == 1
                ? [part]
                : Enumerable.Range(0, Math.Max(0, part.Length - 1)).Select(at => part.Substring(at, 2)))];
            Weight = _parts.Sum(part => part.Length) + kinds.Sum(kind => kind switch { "" => 0, "d" => 3, "n" or "u" => 1, _ => 2 });
            _pattern = new Lazy<Regex?>(() => kinds.TrueForAll(kind => kind.Length == 0) ? null
                : new Regex("^" + string.Concat(_parts.Select((part, i) => Regex.Escape(part) + (i < kinds.Count ? $"({Kind(kinds[i])})" : ""))) + "$",
                    RegexOptions.NonBacktracking | RegexOptions.Singleline));
        }

        /// <summary>The Chinese template, without the full stop at its end.</summary>
        public string Chinese { get; }

        /// <summary>The names of what is filled in, in the order of the Chinese.</summary>
        public IReadOnlyList<string> Holes { get; }

        /// <summary>The English template.</summary>
        public string English => _english;

        /// <summary>Pieces of the text by which it may be found.</summary>
        internal IReadOnlyList<string> Anchors { get; }

        /// <summary>How much of a text it says itself.</summary>
        internal int Weight { get; }

        /// <summary>The entry of a line; null for a comment and for what is none.</summary>
        public static Entry? Of(string line)
        {
            if (line.StartsWith('#') || line.IndexOf(Arrow, StringComparison.Ordinal) is not (> 0 and var at)) return null;
            var (chinese, english) = (Ended(line[..at]), line[(at + Arrow.Length)..].Replace("\\n", "\n", StringComparison.Ordinal));
            if (chinese.Length < line[..at].Trim().Length && english.EndsWith('.')) english = english[..^1];
            var entry = new Entry(chinese, english == Same ? chinese : english);
            return entry.Holes.Count == 0 || entry.Anchors.Count > 0 ? entry : null;
        }

        /// <summary>A template without what makes no difference: its full stop, spaces around it.</summary>
        public static string Ended(string chinese)
        {
            var text = chinese.Replace("\\n", "\n", StringComparison.Ordinal).Trim();
            return text.EndsWith('。') ? text[..^1] : text;
        }

        /// <summary>What fills the holes of a text that is of this template; null when it is not.</summary>
        public string[]? Match(string text)
        {
            if (!text.StartsWith(_parts[0], StringComparison.Ordinal) || !text.EndsWith(_parts[^1], StringComparison.Ordinal)) return null;
            if (_pattern.Value is { } pattern)
            {
                return pattern.Match(text) is { Success: true } match ? Whole([.. match.Groups.Values.Skip(1).Select(group => group.Value)]) : null;
            }

            var (holes, at) = (new string[Holes.Count], _parts[0].Length);
            for (var i = 0; i < holes.Length; i++)
            {
                var (part, isLast) = (_parts[i + 1], i == holes.Length - 1);
                var next = !isLast ? text.IndexOf(part, at, StringComparison.Ordinal)
                    : text.Length - part.Length >= at && text.EndsWith(part, StringComparison.Ordinal) ? text.Length - part.Length : -1;
                if (next < 0) return null;
                holes[i] = text[at..next];
                at = next + part.Length;
            }

            return Whole(holes);
        }

        /// <summary>What fills a hole closes every bracket that it opens: else it begins within one thing and ends within another.</summary>
        private static string[]? Whole(string[] holes) => Array.TrueForAll(holes, hole => IsClosed(hole, '（', '）') && IsClosed(hole, '“', '”')) ? holes : null;

        private static bool IsClosed(string text, char opens, char closes)
        {
            var depth = 0;
            foreach (var c in text)
            {
                depth += c == opens ? 1 : c == closes ? -1 : 0;
                if (depth < 0) return false;
            }

            return depth == 0;
        }

        /// <summary>The English with its holes filled; <paramref name="say"/> is told which of them stand in quotes.</summary>
        public string Fill(IReadOnlyList<string> holes, Func<string, bool, string> say) => Filled().Replace(_english, match =>
        {
            var at = Holes.ToList().IndexOf(match.Groups["number"].Value);
            if (at < 0 || at >= holes.Count) return match.Value;
            if (match.Groups["one"].Success) return holes[at].Trim() == "1" ? match.Groups["one"].Value : match.Groups["many"].Value;
            return say(holes[at], _parts[at].EndsWith('“') && _parts[at + 1].StartsWith('”'));
        });

        private static string Kind(string kind) => kind switch
        {
            "" => ".*?",
            "n" => @"[^\u3000\u3002-\u9FFF\uFF00-\uFFEF]+",
            "u" => "[^，。；：、（）]+?",
            "d" => @"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?: ?\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}时(?:\d{1,2}分)?)?",
            _ => string.Join('|', kind.Split('|').Select(Regex.Escape)),
        };

        [GeneratedRegex(@"\{(?<number>\d+)(?::(?<kind>[^}]+))?\}")]
        private static partial Regex Hole();

        [GeneratedRegex(@"\{(?<number>\d+)(?:\|(?<one>[^|}]*)\|(?<many>[^|}]*))?\}")]
        private static partial Regex Filled();
    }
}
