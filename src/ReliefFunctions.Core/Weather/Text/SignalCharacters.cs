using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Text;

/// <summary>
/// A pasted text as the grammar reads it: one width, simplified characters, without blanks, tags, emoji and what else people and pages put around it.
/// Every character knows where it stood, so that what is kept and told is the text as it was written.
/// </summary>
internal sealed partial class SignalCharacters
{
    private const string Traditional =
        "發佈佈氣臺颱藍黃紅預訊號變級將為區縣時點風繼續撤銷響應啟動終災電線積嚴測試練說標準計溫鎮鄉貴陽陸陣龍雲質東廣慶寧凍結強對國務員會報單位這條誤傳謠實員濟華許蘇遼邊漢島雙勢達圍類當與據關閉衛災區隊關處農樓麥鈴湖銅遵義畢節黔順黨築壩橋銀連門來個們總擴見規範讓請體現從開過後萬";
    private const string Simplified =
        "发布布气台台蓝黄红预讯号变级将为区县时点风继续撤销响应启动终灾电线积严测试练说标准计温镇乡贵阳陆阵龙云质东广庆宁冻结强对国务员会报单位这条误传谣实员济华许苏辽边汉岛双势达围类当与据关闭卫灾区队关处农楼麦铃湖铜遵义毕节黔顺党筑坝桥银连门来个们总扩见规范让请体现从开过后万";

    private static readonly Dictionary<char, char> Simple = Traditional.Zip(Simplified).GroupBy(pair => pair.First)
        .ToDictionary(group => group.Key, group => group.First().Second);

    private readonly int[] _origin;
    private readonly bool[] _lineStart;

    private SignalCharacters(string original, string text, int[] origin, bool[] lineStart) =>
        (Original, Text, _origin, _lineStart) = (original, text, origin, lineStart);

    /// <summary>As it was written.</summary>
    public string Original { get; }

    /// <summary>As it is read.</summary>
    public string Text { get; }

    /// <summary>Whether a line (or a point of a list) of the original begins here.</summary>
    public bool IsLineStart(int at) => at < _lineStart.Length && _lineStart[at];

    /// <summary>What stands in the original from one character read to before another.</summary>
    public string Written(int from, int to)
    {
        if (from >= _origin.Length) return "";
        var end = to >= _origin.Length ? Original.Length : _origin[to];
        return Original[_origin[from]..Math.Max(_origin[from], end)].Trim();
    }

    /// <summary>Reads at most <paramref name="most"/> characters.</summary>
    public static SignalCharacters Of(string original, int most)
    {
        original = WeatherBounds.Cut(original, most);
        var text = new StringBuilder(original.Length);
        List<int> origin = new(original.Length);
        List<bool> starts = new(original.Length);
        var (line, blank) = (true, false);
        for (var at = 0; at < original.Length; at++)
        {
            var c = original[at];
            if (c == '<' && Tag().Match(original, at, Math.Min(200, original.Length - at)) is { Success: true } tag)
            {
                // A page's line ends with its paragraph; bold print ends nothing.
                line |= Breaks().IsMatch(tag.Value);
                at += tag.Length - 1;
                continue;
            }

            if (c == '&' && Entity().Match(original, at, Math.Min(12, original.Length - at)) is { Success: true } entity)
            {
                (blank, at) = (true, at + entity.Length - 1);
                continue;
            }

            if (c is '\n' or '\r' or '\u2028' or '\u2029' or '\u0085') line = true;
            if (c is >= '①' and <= '⑳' or >= '⑴' and <= '⒇' or >= '⒈' and <= '⒛' or '❶' or '•' or '●' or '■' or '◆' or '▲' or '★' or '·' or '※')
            {
                line = true;
            }
            else if (Read(original, at) is { Length: > 0 } read)
            {
                // A blank counts between figures alone: 2026-12-15 10:00 is not 2026-12-1510:00.
                if ((blank || line) && text.Length > 0 && char.IsAsciiDigit(text[^1]) && char.IsAsciiDigit(read[0])) Add(' ', at, line);
                foreach (var each in read)
                {
                    Add(each, at, line);
                    line = false;
                }

                blank = false;
                continue;
            }

            blank = true;
        }

        return new SignalCharacters(original, text.ToString(), [.. origin], [.. starts]);

        void Add(char c, int at, bool start)
        {
            // °C, in which the sign of form KC ends, is one sign again.
            if (c == 'C' && text.Length > 0 && text[^1] == '°')
            {
                text[^1] = '℃';
                return;
            }

            text.Append(c);
            origin.Add(at);
            starts.Add(start);
        }
    }

    /// <summary>A character as it is read; empty for what says nothing.</summary>
    private static string Read(string text, int at)
    {
        var c = text[at];
        if (char.IsWhiteSpace(c) || char.IsSurrogate(c) || char.IsControl(c)) return "";
        if (Simple.TryGetValue(c, out var simple)) return simple.ToString();
        if (c is >= '\u4E00' and <= '\u9FFF') return c.ToString();
        if (c is '−' or '－' or '﹣') return "-";
        if (c is '℃' or '°') return c.ToString();
        if (c is '〜' or '∼' or '～') return "~";
        return CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.OtherSymbol or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned => "",
            _ => c < 0x80 ? c.ToString() : c.ToString().Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal),
        };
    }

    [GeneratedRegex(@"\G</?[a-zA-Z][^<>\n]{0,190}>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex("^</?(?:p|br|div|li|tr|td|h[1-6])[ />]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Breaks();

    [GeneratedRegex(@"\G&(?:nbsp|ensp|emsp|#160|#xa0);", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Entity();
}
