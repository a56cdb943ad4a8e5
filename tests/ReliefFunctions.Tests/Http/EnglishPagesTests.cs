using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Http;

/// <summary>What people see in English, against files in the folder Golden; after an intended change run once with <c>UPDATE_GOLDEN=1</c> and read the difference.</summary>
public partial class EnglishPagesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly Dictionary<string, string> InEnglish = new() { ["Accept-Language"] = "en" };

    [Fact]
    public async Task A_notices_page_is_read_and_answered_in_English()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 09:00");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        var link = await world.LinkAsync("520111101", 1);
        var page = await world.CallAsync("GET", link, null, headers: InEnglish);
        Check("notice.en.html", page.Text);
        Assert.DoesNotContain("-en", page.Headers.GetValueOrDefault("ETag", ""), StringComparison.Ordinal);
        Assert.Contains("任务清单", (await world.CallAsync("GET", link, null)).Text, StringComparison.Ordinal);

        var nameless = await world.CallAsync("POST", link, null, "name=", InEnglish);
        Assert.Equal(422, nameless.Status);
        Assert.Contains("Give the name of who acknowledges", nameless.Text, StringComparison.Ordinal);
        Check("signed.en.html", (await world.CallAsync("POST", link, null, "name=%E6%9D%8E%E5%BC%BA", InEnglish)).Text);
    }

    [Fact]
    public async Task Answers_say_their_texts_in_English_and_leave_names_as_they_are()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 09:00");
        await world.PlayAsync("12-16 09:03", "04-yellow.cap.xml");
        foreach (var (name, path) in new[] { ("state", "/patrol-state"), ("inbox", "/units/520111101/inbox"), ("board", "/patrol-orders/1") })
        {
            var answer = await world.CallAsync("GET", PatrolWorld.Address + path, PatrolWorld.Office, headers: InEnglish);
            Assert.True(answer.Status == 200, answer.Text);
            Assert.Equal("en", answer.Headers["Content-Language"]);
            Check(name + ".en.json", System.Text.Json.Nodes.JsonNode.Parse(answer.Text)!.ToJsonString(new(Core.Storage.StoredJson.Options) { WriteIndented = true }));
        }
    }

    [Fact]
    public void A_summarys_page_is_read_in_English()
    {
        var summary = SummaryRules.Compute(SummarySample.Input() with { Previous = SummarySample.BeforeCorrection });
        Check("summary.en.html", Language.Page(SummaryExports.Html(summary, SummarySample.Stamp with { Version = 2 })));
    }

    [Fact]
    public async Task A_version_has_a_tag_of_its_own_in_each_language_and_either_names_it()
    {
        var world = await azurite.WorldAsync(Huaxi.At("12-15 09:00"));
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = world.Services };
        var c = new ApiContext(context, world.Get<RouteTable>().Routes[0], new Dictionary<string, string>(), PatrolWorld.Office, "");
        c.ShowVersion(2, "draft-");
        Assert.Equal("\"draft-2\"", context.Response.Headers.ETag);
        context.Request.Headers.AcceptLanguage = "en";
        c.ShowVersion(2, "draft-");
        Assert.Equal("\"draft-2-en\"", context.Response.Headers.ETag);
        foreach (var tag in new[] { "\"draft-2\"", "\"draft-2-en\"" })
        {
            context.Request.Headers.IfMatch = tag;
            Assert.Equal(2, c.VersionNamed(prefix: "draft-"));
        }
    }

    private static void Check(string name, string text)
    {
        text = Random().Replace(text, "…").ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "Http", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    /// <summary>Links and traces, which no two runs share.</summary>
    [GeneratedRegex("(?<=/[nf]/)[A-Za-z0-9_-]{20,}|(?<=/v/)[A-Za-z0-9_.-]{20,}|00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")]
    private static partial Regex Random();
}
