using System.Text.RegularExpressions;

namespace ReliefFunctions.Tests.Structure;

/// <summary>Lines of the sources are read side by side in a review.</summary>
public partial class LineLengthTests
{
    private const int Longest = 160;

    [Fact]
    public void No_line_of_the_sources_is_longer_than_160_characters_but_for_what_a_literal_says()
    {
        var offences = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !Build().IsMatch(file)))
        {
            var raw = false;
            foreach (var (line, number) in File.ReadLines(file).Select((line, index) => (line, index + 1)))
            {
                var fences = line.Split("\"\"\"").Length - 1;
                if (!raw && fences == 0 && Literal().Replace(line, "\"\"").Length > Longest) offences.Add($"{Path.GetRelativePath(Repository.Root, file)}:{number}");
                raw ^= fences % 2 == 1;
            }
        }

        Assert.Empty(offences);
    }

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex Literal();

    [GeneratedRegex(@"[\\/](bin|obj|node_modules)[\\/]")]
    private static partial Regex Build();
}
