using System.Globalization;

namespace ReliefFunctions.Core.Summaries.Figures;

/// <summary>Runs of numbers as people write them.</summary>
internal static class Ranges
{
    /// <summary>7—19、21: three and more in a row are a run.</summary>
    public static string Of(IEnumerable<int> numbers)
    {
        var runs = new List<(int From, int To)>();
        foreach (var number in numbers.Distinct().Order())
        {
            if (runs.Count > 0 && runs[^1].To == number - 1) runs[^1] = (runs[^1].From, number);
            else runs.Add((number, number));
        }

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        return string.Join("、", runs.Select(run => (run.To - run.From) switch
        {
            0 => Text(run.From),
            1 => $"{Text(run.From)}、{Text(run.To)}",
            _ => $"{Text(run.From)}—{Text(run.To)}",
        }));
    }
}
