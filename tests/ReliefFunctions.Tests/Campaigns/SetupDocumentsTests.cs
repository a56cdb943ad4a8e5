using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Tests.WeeklyReports;

namespace ReliefFunctions.Tests.Campaigns;

/// <summary>Every document that the set-up writes over: what is read may be sent back, two clerks lose nothing, and what is wrong is told before it is stored.</summary>
public class SetupDocumentsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string District = "/api/v1/districts/520111", Season = "/api/v1/campaigns/520111/2026-2027";
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111"), City = new("k3", "市办公室", Role.CampaignOffice, "5201");

    /// <summary>A document, and three states of it.</summary>
    private sealed record Kind(string Address, Actor Actor, string First, string Mine, string Theirs, string Wrong);

    private static string Units(string name) => Text(new[] { Huaxi.Qingyan with { Name = name } });

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Core.Storage.StoredJson.Options);

    private static string Channel(string name, string? url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", string id = "w") =>
        $$"""[{"id":"{{id}}","kind":"weCom","name":"{{name}}"{{(url is null ? "" : $",\"url\":\"{url}\"")}}}]""";

    private static readonly Dictionary<string, Kind> Kinds = new()
    {
        ["campaign"] = new(Season, Office, Text(Huaxi.Campaign with { Office = "一" }), Text(Huaxi.Campaign with { Office = "二" }),
            Text(Huaxi.Campaign with { Office = "三" }), Text(Huaxi.Campaign with { End = Huaxi.Campaign.Start.AddDays(-1) })),
        ["units"] = new(District + "/units", Office, Units("青岩镇"), Units("青岩古镇"), Units("青岩"), Units("")),
        ["a unit's channels"] = new(District + "/units/520111101/channels", Office, Channel("一"), Channel("二"), Channel("三"), Channel("四", "http://10.0.0.1/")),
        ["the office's channels"] = new(District + "/units/office/channels", Office, Channel("一"), Channel("二"), Channel("三"), Channel("四", null, "new")),
        ["a city's channels"] = new("/api/v1/districts/5201/units/office/channels", City, Channel("一"), Channel("二"), Channel("三"), Channel("四", "https://example.com/")),
        ["a city"] = new("/api/v1/campaigns/5201/2026-2027/area", City, Area("一"), Area("二"), Area("三"), Area("")),
        ["last season's figures"] = new(Season + "/last-season", Office, Figures(1), Figures(2), Figures(3), Figures(-1)),
    };

    private static string Area(string name) => $$"""{"name":"{{name}}","office":"办公室"}""";

    private static string Figures(int aided) => $$$"""{"season":"2025-2026","source":"台账","weeks":[{"number":1,"headlines":{"救助人次":{{{aided}}}}}]}""";

    public static TheoryData<string> Names => [.. Kinds.Keys];

    private async Task<(World World, Kind Kind)> BeginAsync(string name)
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        var kind = Kinds[name];
        var tag = (await world.CallAsync("GET", kind.Address, kind.Actor)).Headers.GetValueOrDefault("ETag", "\"0\"");
        var put = await PutAsync(world, kind, kind.First, tag);
        Assert.True(put.Status == 200, put.Text);
        return (world, kind);
    }

    private static Task<Answer> PutAsync(World world, Kind kind, string body, string? ifMatch = null, string query = "") =>
        world.CallAsync("PUT", kind.Address + query, kind.Actor, Encoding.UTF8.GetBytes(body), headers: ifMatch is null ? null : new Dictionary<string, string> { ["If-Match"] = ifMatch });

    [Theory, MemberData(nameof(Names))]
    public async Task What_is_read_may_be_sent_back_as_it_is_and_changes_nothing(string name)
    {
        var (world, kind) = await BeginAsync(name);
        var read = await world.CallAsync("GET", kind.Address, kind.Actor);
        foreach (var tag in new[] { null, read.Headers["ETag"], "\"another\"" })
        {
            var put = await PutAsync(world, kind, read.Text, tag);
            Assert.True(put.Status == 200, put.Text);
            Assert.Equal(read.Headers["ETag"], put.Headers["ETag"]);
        }

        var again = await world.CallAsync("GET", kind.Address, kind.Actor);
        Assert.Equal((read.Text, read.Headers["ETag"]), (again.Text, again.Headers["ETag"]));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Of_two_who_change_the_same_version_the_second_is_told(string name)
    {
        var (world, kind) = await BeginAsync(name);
        var tag = (await world.CallAsync("GET", kind.Address, kind.Actor)).Headers["ETag"];
        var theirs = await PutAsync(world, kind, kind.Theirs, tag);
        Assert.True(theirs.Status == 200, theirs.Text);
        Assert.NotEqual(tag, theirs.Headers["ETag"]);
        var mine = await PutAsync(world, kind, kind.Mine, tag);
        Assert.Equal(412, mine.Status);
        var stands = await world.CallAsync("GET", kind.Address, kind.Actor);
        Assert.Equal((theirs.Text, theirs.Headers["ETag"]), (stands.Text, stands.Headers["ETag"]));
        Assert.Equal(200, (await PutAsync(world, kind, kind.Mine, stands.Headers["ETag"])).Status);

        // Whoever names no version writes over it, but for the campaign.
        Assert.Equal(name == "campaign" ? 412 : 200, (await PutAsync(world, kind, kind.Theirs)).Status);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task What_is_wrong_is_told_with_its_place_and_a_check_stores_nothing(string name)
    {
        var (world, kind) = await BeginAsync(name);
        var read = await world.CallAsync("GET", kind.Address, kind.Actor);
        foreach (var query in new[] { "", "?validateOnly=true" })
        {
            var wrong = await PutAsync(world, kind, kind.Wrong, read.Headers["ETag"], query);
            Assert.Equal(422, wrong.Status);
            Assert.All(wrong.Json<JsonObject>()["errors"]!.AsArray(), error => Assert.StartsWith("/", error!["pointer"]!.GetValue<string>(), StringComparison.Ordinal));
        }

        foreach (var query in name == "a city" ? [] : new[] { "?validateOnly=true", "?validateOnly=True", "?validateOnly=1", "?validateOnly", "?validateOnly=true&validateOnly=true" })
        {
            Assert.Equal(200, (await PutAsync(world, kind, kind.Mine, read.Headers["ETag"], query)).Status);
        }

        Assert.Equal(read.Text, (await world.CallAsync("GET", kind.Address, kind.Actor)).Text);
    }

    [Theory]
    [InlineData("forms", "form-v1.json")]
    [InlineData("policies", "policy-v1.json")]
    [InlineData("incident-policies", null)]
    [InlineData("daily-report-policies", null)]
    public async Task A_version_that_is_read_may_be_sent_back_and_is_checked_before_it_is_stored(string kind, string? sample)
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        var rules = kind == "incident-policies" ? "/incident-rules" : "/daily-report-rules";
        var document = sample is null ? (await world.CallAsync("GET", Season + rules, Office)).Json<JsonObject>()
            : JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "samples", "huaxi-2026-2027", sample)))!.AsObject();
        document["version"] = 7;
        var address = $"{District}/{kind}/7";
        Task<Answer> Put(string query = "") => world.CallAsync("PUT", address + query, Office, Encoding.UTF8.GetBytes(document.ToJsonString()));
        var check = await Put("?validateOnly=true");
        Assert.True(check.Status == 200, check.Text);
        Assert.Equal(404, (await world.CallAsync("GET", address, Office)).Status);
        Assert.Equal(200, (await Put()).Status);
        var read = await world.CallAsync("GET", address, Office);
        document = read.Json<JsonObject>();
        Assert.DoesNotContain("numberFields", read.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Put()).Status);
        Assert.Equal(read.Text, (await world.CallAsync("GET", address, Office)).Text);
        document["version"] = 9;
        Assert.Equal(422, (await Put("?validateOnly=true")).Status);
    }

    [Fact]
    public async Task A_roster_that_others_changed_since_it_was_downloaded_is_held_and_says_where()
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        var down = await world.CallAsync("GET", District + "/roster", Office);
        Task<Answer> Put(byte[] book, string query = "", string? tag = null) => world.CallAsync("PUT", District + "/roster" + query, Office, book,
            ReportEndpoints.WorkbookType, tag is null ? null : new Dictionary<string, string> { ["If-Match"] = tag });
        var mine = Files.Saved(down.Body, book => book.Worksheet("单位").Cell(2, 2).SetValue("New name"));
        Assert.Empty((await Put(mine, "?validateOnly=true")).Json<JsonObject>()["differences"]!.AsArray());
        await world.Get<CampaignStore>().PutUnitsAsync("520111", [Huaxi.Police with { KeyPoints = ["客运站"] }], new(AnyClientTests.Monday, "test", "units.put", "x"));

        var check = await Put(mine, "?validateOnly=true");
        Assert.Contains(check.Json<JsonObject>()["differences"]!.AsArray(), each => each!["message"]!.GetValue<string>().Contains("客运站", StringComparison.Ordinal));
        var held = await Put(mine);
        Assert.Equal(412, held.Status);
        Assert.Contains("客运站", held.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Put(mine, tag: check.Headers["ETag"])).Status);
        Assert.Equal(412, (await Put(mine, tag: check.Headers["ETag"])).Status);
        Assert.Equal(200, (await Put(mine)).Status);
        Assert.Contains((await world.Get<CampaignStore>().UnitsAsync("520111")), unit => unit.Name == "New name");
    }

    [Fact]
    public async Task A_contact_that_cannot_be_called_is_told_at_its_place()
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        var unit = Huaxi.Qingyan with { Contacts = [new("王芳", "信息员", "138-1234-5678"), new("", "备班", "1381234567"), new("李强", "", "")] };
        var put = await world.CallAsync("PUT", District + "/units", Office, Encoding.UTF8.GetBytes(Text(new[] { unit })));
        Assert.Equal(["/0/contacts/1/name", "/0/contacts/1/phone", "/0/contacts/2/role"], put.Json<JsonObject>()["errors"]!.AsArray().Select(error => error!["pointer"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("mild")]
    [InlineData("normal")]
    [InlineData("hard")]
    public async Task A_policy_is_tried_on_an_invented_winter_where_there_is_no_other(string winter)
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        var policy = File.ReadAllText(Path.Combine(Repository.Root, "samples", "huaxi-2026-2027", "policy-v1.json"));
        Assert.Equal(200, (await world.CallAsync("PUT", District + "/policies/1", Office, Encoding.UTF8.GetBytes(policy))).Status);
        var tried = await world.CallAsync("POST", Season + "/policy/compare", Office, Encoding.UTF8.GetBytes($$"""{"after":1,"invented":"{{winter}}"}"""));
        Assert.True(tried.Status == 200, tried.Text);
        var after = tried.Json<JsonObject>()["after"]!;
        Assert.InRange(after["orders"]!.GetValue<int>(), 10, 60);
        Assert.Equal(winter != "mild", (after["unitNights"]!["roundTheClock"]?.GetValue<int>() ?? 0) > 0);
    }
}
