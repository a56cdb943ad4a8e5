using System.Text.RegularExpressions;

namespace ReliefFunctions.Tests.Structure;

/// <summary>What is decided is decided by codes; words are compared only where people's own words are read.</summary>
public partial class ProseTests
{
    /// <summary>Where words that people or other systems wrote become values.</summary>
    private static readonly string[] Readers =
    [
        "Weather/",
        "WeeklyReports/EntryReading.cs", "WeeklyReports/ReportReading.cs", "WeeklyReports/Stages/StageDocumentReader.cs", "WeeklyReports/Setup/", "Texts/",

        // Templates that the office writes, and policies from before a step said by a code that it is the office's.
        "Patrols/NoticeText.cs", "Patrols/NoticeWords.cs", "Patrols/PolicyRules.cs", "Patrols/PatrolPolicy.cs",
    ];

    [Fact]
    public void Nothing_is_decided_by_looking_for_Chinese_words_in_a_text()
    {
        var core = Path.Combine(Repository.Root, "src", "ReliefFunctions.Core");
        Assert.Empty(Directory.GetFiles(core, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(core, file).Replace('\\', '/'), Lines: File.ReadAllLines(file)))
            .Where(file => !file.Path.StartsWith("obj/", StringComparison.Ordinal) && !Array.Exists(Readers, reader => file.Path.StartsWith(reader, StringComparison.Ordinal)))
            .SelectMany(file => file.Lines.Where(line => Looks().IsMatch(line)).Select(line => $"{file.Path}: {line.Trim()}")));
    }

    [GeneratedRegex("""(Contains|StartsWith|EndsWith|IndexOf|Equals)\("[^"]*\p{IsCJKUnifiedIdeographs}|[=!]= "[^"]*\p{IsCJKUnifiedIdeographs}|\bis (not )?"[^"]*\p{IsCJKUnifiedIdeographs}""")]
    private static partial Regex Looks();
}
