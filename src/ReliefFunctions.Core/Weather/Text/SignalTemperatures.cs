using System.Globalization;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Weather.Text;

/// <summary>The lowest air temperature that a text names: 最低气温-3℃, 最低温度零下3度, 气温由8℃降至-2℃. A fall (下降8℃) is none, nor is a road's.</summary>
internal static partial class SignalTemperatures
{
    public static double? Minimum(string text)
    {
        double? lowest = null;
        foreach (Match match in Named().Matches(text))
        {
            // 下降8℃, 降幅达8℃ and 降温8℃ are falls; 降至3℃ is a temperature. Of a range either end may be the lower one.
            var words = match.Groups["words"].Value;
            if (words.Contains('降', StringComparison.Ordinal) && !words.EndsWith('至') && !words.EndsWith('到') && !words.EndsWith('为') && !words.EndsWith('降'))
            {
                continue;
            }

            if (words.EndsWith('降') && !match.Groups["value"].Value.StartsWith("零下", StringComparison.Ordinal)) continue;
            Take(match);
        }

        // 由8℃降至-2℃, 降到零下3度: where it goes, whatever it is called; but not a fall of so many degrees.
        foreach (Match match in Goes().Matches(text)) Take(match);
        return lowest;

        void Take(Match match)
        {
            if (Surfaces().IsMatch(text[Math.Max(0, match.Index - 12)..match.Index])) return;
            var below = match.Groups["value"].Captures.Count > 1 && match.Groups["value"].Captures[0].Value.StartsWith("零下", StringComparison.Ordinal);
            foreach (Capture capture in match.Groups["value"].Captures)
            {
                var figure = capture.Value.Replace("零下", "-", StringComparison.Ordinal).Replace('−', '-').Replace('－', '-');
                if (!double.TryParse(figure, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) continue;

                // 零下2~5度 is below nought at both ends; 零下2度到1度 says its degrees twice.
                if (below && value > 0 && !match.Value.Contains("度到", StringComparison.Ordinal) && !match.Value.Contains("度至", StringComparison.Ordinal)
                    && !match.Value.Contains('℃', StringComparison.Ordinal))
                {
                    value = -value;
                }

                if (value is >= WeatherBounds.Coldest and <= WeatherBounds.Warmest && !(value >= lowest)) lowest = value;
            }
        }
    }

    [GeneratedRegex(@"最低(?:气温|温度|温)(?<words>[^\d。;,;，；\n]{0,14}?)(?<value>(?:-|−|－|零下)?\d{1,2}(?:\.\d)?)(?:(?:°C|℃|度)?(?:~|～|至|到|—|–|-)(?<value>(?:-|−|－|零下)?\d{1,2}(?:\.\d)?))?(?:℃|°C|度|摄氏度)", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?:降|跌|低)(?:低|落)?(?:至|到|为)(?:了|约)?(?<value>(?:-|−|－|零下)?\d{1,2}(?:\.\d)?)(?:(?:°C|℃|度)?(?:~|～|至|到|—|–|-)(?<value>(?:-|−|－|零下)?\d{1,2}(?:\.\d)?))?(?:℃|°C|度|摄氏度)", RegexOptions.CultureInvariant)]
    private static partial Regex Goes();

    [GeneratedRegex("(?:路面|地面|地表|水面|最高)[^。;,，；]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Surfaces();
}
