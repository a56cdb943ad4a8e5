using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DeadLetters;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Security;

/// <summary>
/// Two districts of one city in the middle of a cold wave, the first with a report, an order, notices, a channel, a summary, keys and a dead letter, so that every id
/// that an address can carry is a real one of it.
/// </summary>
internal sealed class TwoDistricts(World world)
{
    public const string Own = "520111", Other = "520112", Unit = "520111101", Sibling = "520111102", Campaign = "/api/v1/campaigns/520111/2026-2027";

    private static readonly string Samples = Path.Combine(Repository.Root, "samples", "huaxi-2026-2027");

    private readonly ConcurrentDictionary<string, Task<string>> _keys = new();

    public World World { get; } = world;

    /// <summary>The first district's own ids by the part of an address that they fit.</summary>
    public Dictionary<string, string> Parts { get; } = [];

    /// <summary>What stands in answers about the first district, and in none about the second.</summary>
    public static IReadOnlyList<string> Marks { get; } = [Own, "花溪", "青岩", "石板镇"];

    public static async Task<TwoDistricts> StartAsync(AzuriteFixture azurite, Action<IServiceCollection>? change = null)
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 40, 0, TimeSpan.Zero), services =>
        {
            services.AddSingleton(new DeliveryOptions { AllowLoopback = true });
            change?.Invoke(services);
        });
        var places = new TwoDistricts(world);
        await places.SetUpAsync();
        return places;
    }

    /// <summary>The key of an actor, made once: who calls often is one caller.</summary>
    public Task<string> KeyAsync(Role role, string scope, string? unit = null) => _keys.GetOrAdd($"{role} {scope} {unit}",
        async _ => (await World.Get<AccessKeys>().CreateAsync($"测试{role}", role, scope, unit, "test")).Secret);

    public Task<Answer> CallAsync(string method, string path, string? key, byte[]? body = null, string contentType = "application/json", IDictionary<string, string>? headers = null)
    {
        var all = new Dictionary<string, string>(headers ?? new Dictionary<string, string>());
        if (key is not null) all["Authorization"] = "Bearer " + key;
        return World.SendAsync(method, path, body, contentType, all);
    }

    /// <summary>The address of a route with the first district's ids.</summary>
    public string Address(ApiRoute route) => "/" + string.Join('/', route.Template.Split('/').Select(part => part[0] != '{' ? part : Part(route, part.Trim('{', '}'))));

    private string Part(ApiRoute route, string name)
    {
        if (name == "token" && Parts.TryGetValue("token:" + route.Template[0], out var token)) return token;
        var before = route.Template[..route.Template.IndexOf('{' + name, StringComparison.Ordinal)];
        return Parts.TryGetValue(before + name, out var id) || Parts.TryGetValue(name, out id) ? id : ApiDescription.PartsOf(route).First(part => part.Name == name).Example;
    }

    private async Task SetUpAsync()
    {
        var op = await KeyAsync(Role.Operator, "");
        foreach (var district in new[] { Own, Other })
        {
            foreach (var (address, file) in new[] { ($"districts/{district}/forms/1", "form-v1.json"), ($"districts/{district}/policies/1", "policy-v1.json"), ($"districts/{district}/units", "units.json"), ($"campaigns/{district}/2026-2027", "campaign.json") })
            {
                var text = await File.ReadAllTextAsync(Path.Combine(Samples, file));
                if (district == Other) text = text.Replace(Own, Other, StringComparison.Ordinal).Replace("花溪", "乌当", StringComparison.Ordinal).Replace("青岩", "东风", StringComparison.Ordinal).Replace("石板镇", "水田镇", StringComparison.Ordinal);
                Done(await CallAsync("PUT", "/api/v1/" + address, op, Encoding.UTF8.GetBytes(text)));
            }
        }

        await World.Services.GetServices<IScheduledJob>().Single(job => job.Name == ReportClock.Job).RunAsync(default);
        var (office, reporter) = (await KeyAsync(Role.CampaignOffice, Own), await KeyAsync(Role.UnitReporter, Own, Unit));
        Done(await CallAsync("PUT", $"{Campaign}/weeks/2026W50/reports/{Unit}", reporter, Encoding.UTF8.GetBytes(StoredJson.Write(WeeklyReports.Huaxi.Good))));
        await CallAsync("PUT", $"{Campaign}/weeks/2026W50/reports/{Unit}/stamped-scan", reporter, "%PDF-1.7 青岩镇"u8.ToArray(), "application/pdf");
        var alert = Done(await CallAsync("POST", "/api/v1/weather-alerts?area=520111", office, "花溪区气象台2026年12月16日08时30分发布寒潮黄色预警信号：预计青岩镇等地最低气温降至0℃。"u8.ToArray(), "text/plain"));
        Parts["payload"] = (string)alert.Json<JsonObject>()["payload"]!;
        Assert.Empty(await World.DeliverAsync());
        Parts["id"] = Assert.Single((await CallAsync("GET", Campaign + "/patrol-state", office)).Json<PatrolStateAnswer>().Alerts).Id;
        Done(await CallAsync("PUT", $"/api/v1/districts/520111/units/{Unit}/channels", office, """[{"id":"wecom","kind":"webhook","name":"青岩镇值班群","url":"http://127.0.0.1:9/x"}]"""u8.ToArray()));
        var asked = Done(await CallAsync("POST", $"{Campaign}/summaries/2026W50", office));
        Parts["request"] = (string)asked.Json<JsonObject>()["request"]!["id"]!;
        Assert.Empty(await World.DeliverAsync());
        Parts["keyId"] = (string)Done(await CallAsync("POST", "/api/v1/access-keys", office, """{"name":"青岩镇信息员","role":"unitReporter","scope":"520111","unit":"520111101"}"""u8.ToArray())).Json<JsonObject>()["id"]!;
        var letter = new DeadLetter(Entities.PatrolOrders, 7, new BusMessage("520111/x", "patrol-order/1", "{\"district\":\"520111\"}", new Dictionary<string, string> { ["district"] = Own }), null, "unreadable", "没有花溪区的指令。", World.Clock.GetUtcNow(), 1);
        World.Bus.Letters.Add(letter);
        Parts["letter"] = DeadLetterDesk.IdOf(letter);
        var (links, notice) = (World.Get<NoticeLinks>(), new NoticeLink(Own, "2026-2027", 1, Unit));
        Parts["token:n"] = (await links.ForAsync(notice, default)).Split('/')[^1];
        Parts["token:v"] = (await links.ToForwardAsync(notice, default)).Split('/')[^1];
        foreach (var (name, value) in new[] { ("district", Own), ("season", "2026-2027"), ("week", "2026W50"), ("period", "2026W50"), ("unit", Unit), ("version", "1"), ("stage", "progress"), ("channel", "wecom"), ("format", "json"), ("revision", "1") }) Parts[name] = value;
        var link = Done(await CallAsync("POST", $"{Campaign}/summaries/2026W50/1/json/links", office, """{"for":"区政府办"}"""u8.ToArray()));
        Parts["token:f"] = new Uri((string)link.Json<JsonObject>()["url"]!).AbsolutePath.Split('/')[^1];
        await HarvestAsync(office);
    }

    /// <summary>
    /// Ids of features that came later: of a list with a part behind it the first entry's, after one was made from the example where there was none. A part is named
    /// by what stands before it, so that two features may call theirs alike.
    /// </summary>
    private async Task HarvestAsync(string office)
    {
        foreach (var (list, part) in AllFeatures.Routes.Where(route => route.Template.Contains("/{", StringComparison.Ordinal))
            .Select(route => (List: route.Template[..route.Template.LastIndexOf("/{", StringComparison.Ordinal)], Part: route.Template[(route.Template.LastIndexOf("/{", StringComparison.Ordinal) + 2)..].Split('}')[0])).Distinct())
        {
            if (Parts.ContainsKey(part) && part != "id") continue;
            var get = AllFeatures.Routes.FirstOrDefault(route => route.Method == "GET" && route.Template == list && route.Access.Roles.Contains(Role.CampaignOffice));
            var post = AllFeatures.Routes.FirstOrDefault(route => route.Method == "POST" && route.Template == list && route.Access.Roles.Contains(Role.CampaignOffice));
            var id = get is null ? null : Id(await CallAsync("GET", Address(get), office), part);
            if (id is null && post is not null) id = Id(await CallAsync("POST", Address(post), office, Body(post)), part);
            if (id is null && get is not null) id = Id(await CallAsync("GET", Address(get), office), part);
            if (id is not null) Parts[$"{list}/{part}"] = id;
        }
    }

    private static string? Id(Answer answer, string part)
    {
        if (answer.Status >= 300 || !answer.Headers.GetValueOrDefault("Content-Type", "").StartsWith("application/json", StringComparison.Ordinal)) return null;
        var node = JsonNode.Parse(answer.Text);
        var entry = node is JsonObject one && (one[part] ?? one["id"]) is not null ? one
            : ((node as JsonArray) ?? (node as JsonObject)?.Select(member => member.Value).OfType<JsonArray>().FirstOrDefault(array => array.Count > 0))?.FirstOrDefault() as JsonObject;
        return (entry?[part] ?? entry?["id"])?.ToString() is { } id && Keys.IsPart(id) ? id : null;
    }

    /// <summary>The body that the API document shows for a route.</summary>
    public static byte[] Body(ApiRoute route) => Examples.GetValueOrDefault(("/" + route.Template, route.Method)) is { } example ? Encoding.UTF8.GetBytes(example.ToJsonString()) : [];

    private static Dictionary<(string Path, string Method), JsonNode?> Examples { get; } = JsonNode.Parse(OpenApiDocument.Of(AllFeatures.Routes))!["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => (Key: (path.Key, operation.Key.ToUpperInvariant()), Example: operation.Value!["requestBody"]?["content"]?["application/json"]?["example"])))
        .ToDictionary(each => each.Key, each => each.Example);

    private static Answer Done(Answer answer)
    {
        Assert.True(answer.Status < 300, answer.Text);
        return answer;
    }
}
