using System.Text.RegularExpressions;
using ReliefFunctions.Core;

namespace ReliefFunctions.Tests.Structure;

/// <summary>The direction of dependencies, read from the sources: a feature folder names only what it may use.</summary>
public partial class DependencyTests
{
    private static readonly string Core = Path.Combine(Repository.Root, "src", "ReliefFunctions.Core");

    /// <summary>The foundation: each folder names only those before it.</summary>
    private static readonly string[] Foundation = ["Texts", "Telemetry", "Storage", "Messaging", "Http", "Features", "Campaigns", "Clocks", "Access"];

    [Fact]
    public void A_folder_names_only_what_lies_below_it_or_what_its_feature_says_it_uses()
    {
        var features = AllFeatures.List.Select(feature => feature.Name).Except(Foundation).ToList();
        var uses = AllFeatures.List.ToDictionary(feature => feature.Name, feature => feature.Uses);
        Assert.Equal(Sources().Select(file => file.Folder).Distinct().Order(StringComparer.Ordinal), Foundation.Concat(features).Order(StringComparer.Ordinal));
        bool MayName(string folder, string named) => Array.IndexOf(Foundation, folder) is >= 0 and var height
            ? Foundation.Take(height).Contains(named)
            : Foundation.Contains(named) || uses[folder].Contains(named);
        Assert.Empty(Sources().SelectMany(file => Names(file).Where(named => !MayName(file.Folder, named)).Select(named => $"{file.Path} names {named}")));
    }

    [Fact]
    public void No_folders_name_each_other_however_far_around()
    {
        var named = Sources().GroupBy(file => file.Folder).ToDictionary(folder => folder.Key, folder => folder.SelectMany(Names).ToHashSet());
        var left = named.Keys.ToHashSet();
        while (left.RemoveWhere(folder => !named[folder].Overlaps(left)) > 0)
        {
            // A folder that names none of those left is in no circle.
        }

        Assert.Empty(left);
    }

    [Fact]
    public void Only_the_hosts_know_the_list_of_all_features() =>
        Assert.Empty(Sources().Where(file => file.Text.Replace("<see cref=\"AllFeatures\"/>", "", StringComparison.Ordinal) is var text
            && (text.Contains(nameof(AllFeatures), StringComparison.Ordinal) || text.Contains(nameof(ReliefFunctionsServices), StringComparison.Ordinal))).Select(file => file.Path));

    [Fact]
    public void Stores_throw_no_HTTP_problems() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("new ProblemException", StringComparison.Ordinal) && file.Path.EndsWith("Store.cs", StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Only_endpoints_and_the_pipeline_know_ASP_NET() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("Microsoft.AspNetCore", StringComparison.Ordinal)
            && file.Folder != "Http" && !file.Path.EndsWith("Endpoints.cs", StringComparison.Ordinal) && !file.Path.EndsWith("Authenticator.cs", StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Only_the_adapter_knows_a_bus_client() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("using Azure.Messaging.ServiceBus", StringComparison.Ordinal)
            && !file.Path.StartsWith(Path.Combine("Messaging", "ServiceBus"), StringComparison.Ordinal)).Select(file => file.Path));

    private static IEnumerable<string> Names((string Folder, string Path, string Text) file) =>
        Named().Matches(file.Text).Select(match => match.Groups[1].Value).Where(named => named != file.Folder).Distinct();

    private static IEnumerable<(string Folder, string Path, string Text)> Sources() =>
        Directory.GetFiles(Core, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Core, file), Text: File.ReadAllText(file)))
            .Where(file => file.Path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) && !file.Path.StartsWith("obj", StringComparison.Ordinal) && !file.Path.StartsWith("bin", StringComparison.Ordinal))
            .Select(file => (file.Path.Split(Path.DirectorySeparatorChar)[0], file.Path, file.Text));

    [GeneratedRegex(@"(?:using(?: static)? |[^\w.])ReliefFunctions\.Core\.(\w+)")]
    private static partial Regex Named();
}
