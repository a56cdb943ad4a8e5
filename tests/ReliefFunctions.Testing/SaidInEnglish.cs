using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Testing;

/// <summary>Whatever a test is refused with can be said in English: what is left of Chinese is what somebody wrote, a name or a label.</summary>
internal sealed partial class SaidInEnglish
{
    /// <summary>Units, forms and policies of the samples, and people and places that tests set up without a request.</summary>
    private static readonly string Samples = string.Join('\n', Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText))
        + "区公安分局 贵筑街道 观山湖区 贵阳市" + Testing.Samples.Campaign.Office;

    private readonly ConcurrentBag<string> _written = [Samples];

    /// <summary>Remembers what a request says: it may be quoted.</summary>
    public void Heard(string address, byte[]? body) => _written.Add(address + (body is { Length: > 0 and < 200_000 } ? System.Text.Encoding.UTF8.GetString(body) : ""));

    /// <summary>Checks a problem document.</summary>
    public void Check(string problem)
    {
        var document = JsonNode.Parse(problem)!;
        var written = string.Join('\n', _written);
        var left = Texts(document).Select(text => (Chinese: text, English: English.Of(text)))
            .Where(said => Runs().Matches(Quoted().Replace(said.English, "")).Any(run => !written.Contains(run.Value, StringComparison.Ordinal))).ToList();
        Assert.True(left.Count == 0, "These have no English yet; see CONTRIBUTING.md:\n" + string.Join('\n', left.Select(said => $"{said.Chinese} ⇒ {said.English}")));
    }

    private static IEnumerable<string> Texts(JsonNode document) =>
        ((JsonNode?[])[document["detail"], .. document["errors"]?.AsArray().SelectMany(error => (JsonNode?[])[error!["message"], error["fix"]]) ?? []]).OfType<JsonValue>().Select(value => (string)value!);

    [GeneratedRegex(@"[\u4E00-\u9FFF]+")]
    private static partial Regex Runs();

    [GeneratedRegex("“[^”]*”?|【[^】]*】|\\{[^}]*\\}|[(（\\[][^)）]*[)）\\]]")]
    private static partial Regex Quoted();
}
