using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>A world with the small district's campaign, policy and units, in which alerts arrive over HTTP.</summary>
internal sealed class PatrolWorld(World world)
{
    public const string Address = "/api/v1/campaigns/520111/2026-2027";

    public static readonly Actor Feed = new("feed", "预警接入", Role.Feed, "520111");
    public static readonly Actor Office = new("office", "办公室", Role.CampaignOffice, "520111");
    public static readonly Actor Qingyan = new("q", "青岩镇", Role.UnitReporter, "520111", "520111101");

    public World World { get; } = world;

    public PatrolStore Patrols => World.Get<PatrolStore>();

    public static async Task<PatrolWorld> StartAsync(AzuriteFixture azurite, string now, IReadOnlyList<Unit>? units = null, Action<IServiceCollection>? change = null, IReadOnlyList<Campaign>? campaigns = null, PatrolPolicy? policy = null)
    {
        var world = new PatrolWorld(await azurite.WorldAsync(Huaxi.At(now), change));
        foreach (var campaign in campaigns ?? [Huaxi.Campaign])
        {
            var audit = new AuditEntry(Huaxi.At(now), "test", "test", "test");
            var store = world.World.Get<CampaignStore>();
            await store.PutAsync(campaign, null, audit);
            foreach (var chunk in (units ?? Huaxi.Units).Chunk(90)) await store.PutUnitsAsync(campaign.District, chunk, audit);
            await store.PutConfigurationAsync(campaign.District, PatrolStore.PolicyKind, 1, policy ?? Huaxi.Policy, audit);
        }

        return world;
    }

    /// <summary>Lets time stand at a local time; it never goes back.</summary>
    public void At(string local) => World.Clock.SetUtcNow(Huaxi.At(local));

    public Task<Answer> PostAlertAsync(string payload, Actor? actor = null, Action? begin = null, bool preview = false) =>
        CallAsync("POST", "/api/v1/weather-alerts" + (preview ? "?preview=true" : ""), actor ?? Feed, payload, begin: begin);

    /// <summary>Posts a sample and delivers everything that follows from it.</summary>
    public async Task PlayAsync(string local, string sample)
    {
        At(local);
        var answer = await PostAlertAsync(FeedTests.Sample(sample));
        Assert.True(answer.Status is 200 or 202, answer.Text);
        Assert.Empty(await World.DeliverAsync());
    }

    public async Task TickAsync(string local)
    {
        At(local);
        await World.Services.GetServices<IScheduledJob>().Single(job => job.Name == PatrolClock.Job).RunAsync(default);
        Assert.Empty(await World.DeliverAsync());
    }

    public async Task<T> GetAsync<T>(string path, Actor? actor = null)
    {
        var answer = await CallAsync("GET", Address + path, actor ?? Office);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json<T>();
    }

    public Task<Answer> PostAsync(string path, string body, Actor? actor = null) => CallAsync("POST", Address + path, actor ?? Office, body);

    public Task<Answer> CallAsync(string method, string path, Actor? actor, string? body = null, IDictionary<string, string>? headers = null, Action? begin = null) =>
        World.CallAsync(method, path, actor, Encoding.UTF8.GetBytes(body ?? ""), contentType: null, headers, begin);

    /// <summary>The address of a unit's notice, as the unit gets it.</summary>
    public async Task<string> LinkAsync(string unit, int revision) =>
        new Uri(await World.Get<NoticeLinks>().ForAsync(new NoticeLink("520111", "2026-2027", revision, unit), default)).AbsolutePath;

    /// <summary>Every unit's inbox as <c>revision intensity</c>, the oldest first.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InboxesAsync(IReadOnlyList<Unit>? units = null)
    {
        Dictionary<string, string> inboxes = [];
        foreach (var unit in units ?? Huaxi.Units) inboxes[unit.Code] = string.Join(", ", (await Patrols.InboxAsync(Huaxi.Campaign, unit.Code, default)).Reverse().Select(notice => $"{notice.Revision} {notice.Intensity}"));
        return inboxes;
    }
}
