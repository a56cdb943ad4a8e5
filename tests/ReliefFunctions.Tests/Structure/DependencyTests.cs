using System.Text.RegularExpressions;

namespace ReliefFunctions.Tests.Structure;

/// <summary>The direction of dependencies, read from the sources: a feature folder names only what it may use.</summary>
public partial class DependencyTests
{
    private static readonly string Core = Path.Combine(Repository.Root, "src", "ReliefFunctions.Core");

    /// <summary>What each feature folder may name, besides itself.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Texts"] = [],
        ["Storage"] = ["Messaging"],
        ["Messaging"] = ["Storage", "Texts"],
        ["Access"] = ["Storage", "Http"],
        ["Http"] = ["Access", "Campaigns", "Storage", "Messaging"],
        ["Campaigns"] = ["Access", "Storage", "Http"],
        ["Archive"] = ["Storage"],
        ["Clocks"] = ["Campaigns", "Messaging", "Storage"],
        ["DeadLetters"] = ["Campaigns", "Access", "Messaging", "Storage", "Http", "Clocks", "Texts"],
        ["WeeklyReports"] = ["Campaigns", "Access", "Messaging", "Storage", "Http", "Clocks", "Texts"],
        ["Weather"] = ["Campaigns", "Access", "Messaging", "Storage", "Http", "Clocks", "Texts"],
        ["Patrols"] = ["Campaigns", "Access", "Messaging", "Storage", "Http", "Clocks", "Texts", "Weather"],
        ["Summaries"] = ["Campaigns", "Access", "Messaging", "Storage", "Http", "Clocks", "Texts", "WeeklyReports", "Patrols"],
    };

    [Fact]
    public void A_feature_folder_names_only_what_it_may_use()
    {
        var offences = Sources().SelectMany(file => Named().Matches(file.Text)
            .Select(match => match.Groups[1].Value)
            .Where(named => named != file.Folder && Allowed.ContainsKey(named) && !Allowed[file.Folder].Contains(named))
            .Select(named => $"{file.Path} names {named}")).Distinct().ToList();

        // The route table is the one place that knows every feature's endpoints.
        offences.RemoveAll(offence => offence.StartsWith(Path.Combine("Http", "ApiRoutes.cs"), StringComparison.Ordinal));
        Assert.Empty(offences);
    }

    [Fact]
    public void Only_endpoints_and_the_pipeline_know_ASP_NET() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("Microsoft.AspNetCore", StringComparison.Ordinal)
            && file.Folder != "Http" && !file.Path.EndsWith("Endpoints.cs", StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Only_the_adapter_knows_a_bus_client() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("using Azure.Messaging.ServiceBus", StringComparison.Ordinal)
            && !file.Path.StartsWith(Path.Combine("Messaging", "ServiceBus"), StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Rules_take_time_as_an_argument() =>
        Assert.Empty(Sources().Where(file => file.Text.Contains("DateTimeOffset.UtcNow", StringComparison.Ordinal) || file.Text.Contains("DateTime.Now", StringComparison.Ordinal) || file.Text.Contains("DateTime.UtcNow", StringComparison.Ordinal)).Select(file => file.Path));

    private static IEnumerable<(string Folder, string Path, string Text)> Sources() =>
        Directory.GetFiles(Core, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Core, file), Text: File.ReadAllText(file)))
            .Where(file => file.Path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) && !file.Path.StartsWith("obj", StringComparison.Ordinal) && !file.Path.StartsWith("bin", StringComparison.Ordinal))
            .Select(file => (file.Path.Split(Path.DirectorySeparatorChar)[0], file.Path, file.Text));

    [GeneratedRegex(@"(?:using(?: static)? |[^\w.])ReliefFunctions\.Core\.(\w+)")]
    private static partial Regex Named();
}
