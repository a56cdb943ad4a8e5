using System.IO.Compression;
using System.Text;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Http;

/// <summary>What pages ask for again and again is not sent again while it is the same.</summary>
public class PolledTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Campaign = "/api/v1/campaigns/520111/2026-2027";

    private static readonly Actor Operator = new("op", "管理员", Role.Operator, ""), Office = new("office", "办公室", Role.CampaignOffice, "520111"),
        Stranger = new("other", "办公室", Role.CampaignOffice, "520112");

    private static readonly Dictionary<string, string> Parts = new()
    {
        ["district"] = "520111",
        ["season"] = "2026-2027",
        ["week"] = "2026W50",
        ["period"] = "2026W50",
        ["revision"] = "1",
        ["day"] = "2026-12-15",
    };

    [Fact]
    public async Task Every_polled_address_answers_304_to_whoever_has_it_and_the_whole_to_everybody_else()
    {
        var world = await SeasonAsync();
        var wrong = new List<string>();
        var routes = AllFeatures.Routes.Where(route => route.Polled).ToList();
        Assert.Contains(routes, route => route.Name == "GetPatrolState");
        foreach (var route in routes)
        {
            var address = "/" + string.Join('/', route.Template.Split('/').Select(part => part.StartsWith('{') ? Parts[part.Trim('{', '}')] : part));
            Task<Answer> AskAsync(string method, params (string Name, string Value)[] headers) =>
                world.CallAsync(method, address, Office, headers: headers.ToDictionary(header => header.Name, header => header.Value));
            void Expect(bool holds, string what)
            {
                if (!holds) wrong.Add($"{route.Name}: {what}");
            }

            var first = await AskAsync("GET");
            var tag = first.Headers.GetValueOrDefault("ETag", "");
            Expect(first.Status == 200 && first.Body.Length > 0 && tag.Length > 10, $"answers {first.Status} {first.Text}");
            Expect(first.Headers["Cache-Control"] == "no-store", "may be kept by caches");

            // Who has it, in every way of saying so (RFC 9110, 13.1.2).
            foreach (var known in new[] { tag, "W/" + tag, $"\"other\", {tag}", $"W/\"a\" , W/{tag},\"b\"", "*" })
            {
                var same = await AskAsync("GET", ("If-None-Match", known));
                Expect(same is { Status: 304, Body.Length: 0 } && same.Headers["ETag"] == tag && !same.Headers.ContainsKey("Content-Type"), $"{known} → {same.Status}");
                Expect(Varies(same), $"304 does not say on what it depends: {same.Headers.GetValueOrDefault("Vary")}");
            }

            // Who has something else, or says nothing that can be read.
            foreach (var other in new[] { "\"other\"", "W/\"\"", "no tag at all", "\"" + tag.Trim('"')[..^1] + "\"", "" })
            {
                var whole = await AskAsync("GET", ("If-None-Match", other));
                Expect(whole.Status == 200 && whole.Text == first.Text, $"{other} → {whole.Status}");
            }

            // Languages and codings are representations of their own.
            var english = await AskAsync("GET", ("Accept-Language", "en"), ("If-None-Match", tag));
            Expect(english.Status == 200 && english.Headers["ETag"] != tag && english.Headers["Content-Language"] == "en", "English is taken for Chinese");
            Expect((await AskAsync("GET", ("Accept-Language", "en"), ("If-None-Match", english.Headers["ETag"]))).Status == 304, "English is not known again");
            foreach (var (accepted, coding) in new[] { ("gzip", "gzip"), ("gzip, br", "br"), ("br;q=0, gzip;q=0.5", "gzip"), ("gzip;q=0", ""), ("identity", ""), ("deflate", "") })
            {
                var packed = await AskAsync("GET", ("Accept-Encoding", accepted));
                var expected = first.Body.Length < 1200 ? "" : coding;
                Expect(packed.Headers.GetValueOrDefault("Content-Encoding", "") == expected, $"{accepted} → {packed.Headers.GetValueOrDefault("Content-Encoding")}");
                Expect(Unpacked(packed) == first.Text && Varies(packed), $"{accepted} is not the same text");
                Expect((packed.Headers["ETag"] == tag) == (expected.Length == 0), $"{accepted} shares its tag");
                Expect((await AskAsync("GET", ("Accept-Encoding", accepted), ("If-None-Match", packed.Headers["ETag"]))).Status == 304, $"{accepted} is not known again");
                if (expected.Length > 0) Expect((await AskAsync("GET", ("Accept-Encoding", accepted), ("If-None-Match", tag))).Status == 200, $"{accepted}: plain is taken for packed");
            }

            // HEAD tells the same without the bytes.
            var head = await AskAsync("HEAD");
            Expect(head is { Status: 200, Body.Length: 0 } && head.Headers["ETag"] == tag && head.Headers["Content-Length"] == $"{first.Body.Length}", $"HEAD {head.Status} {head.Headers.GetValueOrDefault("ETag")}");
            Expect((await AskAsync("HEAD", ("If-None-Match", tag))).Status == 304, "HEAD is not known again");

            // A refusal is told, whatever the caller has.
            Expect((await world.CallAsync("GET", address, Stranger, headers: new Dictionary<string, string> { ["If-None-Match"] = "*" })).Status == 404, "tells strangers that it is there");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task What_has_changed_is_sent_with_another_tag_and_watching_takes_no_file()
    {
        var world = await SeasonAsync();
        async Task<Answer> AskAsync(string page, string? tag = null) =>
            await world.CallAsync("GET", Campaign + page, Office, headers: tag is null ? null : new Dictionary<string, string> { ["If-None-Match"] = tag });
        var before = await AskAsync("/patrol-state");
        await DecideAsync(world, "roundTheClock");
        var after = await AskAsync("/patrol-state", before.Headers["ETag"]);
        Assert.Equal((200, true), (after.Status, after.Headers["ETag"] != before.Headers["ETag"]));
        Assert.Equal(304, (await AskAsync("/patrol-state", after.Headers["ETag"])).Status);

        await AskAsync("/incidents");
        await AskAsync("/incidents?format=csv");
        var taken = await world.CallAsync("GET", Campaign + "/audit?what=file.taken", Office);
        Assert.Equal(1, taken.Text.Split("ListIncidents").Length - 1);
    }

    private static bool Varies(Answer answer) =>
        new[] { "Accept-Language", "Accept-Encoding" }.All(name => answer.Headers.GetValueOrDefault("Vary", "").Split(',').Select(part => part.Trim()).Contains(name));

    private static string Unpacked(Answer answer)
    {
        using var packed = new MemoryStream(answer.Body);
        using Stream plain = answer.Headers.GetValueOrDefault("Content-Encoding") switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var text = new StreamReader(plain, Encoding.UTF8);
        return text.ReadToEnd();
    }

    private static async Task DecideAsync(World world, string intensity)
    {
        var body = $$"""{"intensity":"{{intensity}}","units":[],"decidedBy":"王主任","reason":"山区凝冻","until":"2026-12-16T12:00:00+08:00"}""";
        var answer = await world.CallAsync("POST", Campaign + "/patrol-override", Office, Encoding.UTF8.GetBytes(body));
        Assert.True(answer.Status == 200, answer.Text);
    }

    /// <summary>A campaign in its second week, with an order and a summary.</summary>
    private async Task<World> SeasonAsync()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 15, 2, 0, 0, TimeSpan.Zero));
        foreach (var (address, file) in Samples.SetUp)
        {
            var answer = await world.CallAsync("PUT", "/api/v1/" + address, Operator, Samples.Bytes(file));
            Assert.True(answer.Status is 200 or 201, answer.Text);
        }

        await DecideAsync(world, "intensive");
        Assert.Equal(202, (await world.CallAsync("POST", Campaign + "/summaries/2026W50", Office)).Status);
        await world.DeliverAsync();
        return world;
    }
}
