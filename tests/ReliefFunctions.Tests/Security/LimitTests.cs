using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Security;

/// <summary>Costly routes have a measure for each caller; nobody uses up another's.</summary>
public class LimitTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_notice_nothing()
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch, services => services.AddSingleton(new RateLimitOptions { Export = new RateLimit(3, 2) }));
        var (one, other) = (await KeyAsync(world), await KeyAsync(world));
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await RosterAsync(world, one)).Status);
        var refused = await RosterAsync(world, one);
        Assert.Equal((429, "urn:relieffunctions:problem:too-many-requests"), (refused.Status, refused.Json<JsonElement>().GetProperty("type").GetString()));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 30);
        Assert.Equal(200, (await RosterAsync(world, other)).Status);

        // What is not costly goes on, and so does another kind of cost.
        Assert.Equal(200, (await CallAsync(world, "GET", "/api/v1/districts/520111/units", one)).Status);
        Assert.NotEqual(429, (await CallAsync(world, "PUT", "/api/v1/districts/520111/roster", one)).Status);
    }

    /// <summary>Three phones that signed in by one unit's key, and a program that has the key itself.</summary>
    [Fact]
    public void Phones_that_share_a_key_do_not_use_up_each_others_measure_and_many_sessions_gain_little()
    {
        using var limits = new RateLimits(new RateLimitOptions { Upload = new RateLimit(4, 1) });
        int Taken(string? session) => Enumerable.Range(0, 10).Count(_ => limits.Refuse(Costly.Upload, "key", session) is null);
        Assert.Equal([4, 4, 4, 4], new[] { "phone 1", "phone 2", "phone 3", null }.Select(Taken));
        Assert.Equal(4 * RateLimits.Shared, 16 + Enumerable.Range(4, 20).Sum(i => Taken($"phone {i}")));
        Assert.Null(limits.Refuse(Costly.Upload, "another key", "phone 1"));
        Assert.Null(limits.Refuse(Costly.Export, "key", "phone 1"));
    }

    [Fact]
    public async Task Who_waits_as_long_as_told_is_let_in()
    {
        using var limits = new RateLimits(new RateLimitOptions { Compile = new RateLimit(1, 600) });
        Assert.Null(limits.Refuse(Costly.Compile, "a"));
        var wait = limits.Refuse(Costly.Compile, "a");
        Assert.InRange(wait!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        for (var tries = 0; limits.Refuse(Costly.Compile, "a") is not null; tries++)
        {
            Assert.True(tries < 100, "Nothing was given back.");
            await Task.Delay(wait.Value);
        }
    }

    [Fact]
    public void A_limit_of_nothing_limits_nothing()
    {
        using var limits = new RateLimits(RateLimitOptions.None);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(limits.Refuse(Costly.Upload, "a")));
    }

    [Fact]
    public void Every_route_that_compiles_simulates_takes_files_or_exports_is_limited()
    {
        Costly Of(string name) => AllFeatures.Routes.Single(route => route.Name == name).Cost;
        Assert.Equal(Costly.Compile, Of("RequestSummary"));
        Assert.All(new[] { "SimulatePolicy", "ComparePolicies" }, name => Assert.Equal(Costly.Simulate, Of(name)));
        Assert.All(new[] { "PutReport", "PostReportBatch", "PostReportImport", "PutReportScan", "PutStageReport", "PutRosterWorkbook", "PutFormFields" }, name => Assert.Equal(Costly.Upload, Of(name)));
        Assert.All(new[] { "GetReportExport", "GetRosterWorkbook", "SearchAudit", "ExportAudit", "SearchTrail" }, name => Assert.Equal(Costly.Export, Of(name)));
        Assert.All(AllFeatures.Routes.Where(route => route.MaxBody > 1024 * 1024), route => Assert.NotEqual(Costly.No, route.Cost));
        Assert.All(AllFeatures.Routes.Where(route => route.Cost != Costly.No), route => Assert.Contains(ProblemType.TooManyRequests, ApiDescription.Problems(route)));
    }

    private static async Task<string> KeyAsync(World world) => (await world.Get<AccessKeys>().CreateAsync("办公室", Role.CampaignOffice, "520111", null, "test")).Secret;

    private static Task<Answer> RosterAsync(World world, string key) => CallAsync(world, "GET", "/api/v1/districts/520111/roster", key);

    private static Task<Answer> CallAsync(World world, string method, string path, string key) =>
        world.SendAsync(method, path, headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + key });
}
