using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core;

namespace ReliefFunctions.Tests.Http;

/// <summary>Which address and method mean what, decided in one place for both hosts.</summary>
public partial class RouterTests
{
    private static readonly Lazy<Task<World>> Shared = new(() => new AzuriteFixture().WorldAsync(DateTimeOffset.UnixEpoch));
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");

    [Theory]
    [InlineData("/nothing/of/this/name")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/health/more")]
    [InlineData("//api/v1/health")]
    [InlineData("/api//v1/health")]
    [InlineData("/api/v1/health//")]
    [InlineData("/api/v1/campaigns//2026-2027")]
    [InlineData("/favicon.ico")]
    [InlineData("/admin/host/status")]
    public async Task An_address_that_is_none_is_answered_404_in_words(string address)
    {
        foreach (var method in new[] { "GET", "HEAD", "POST", "DELETE", "OPTIONS", "PROPFIND" })
        {
            var answer = await CallAsync(method, address);
            Assert.Equal((404, "urn:relieffunctions:problem:not-found"), (answer.Status, Problem(answer)));
            Assert.False(answer.Headers.ContainsKey("Allow"));
        }
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/health", "GET, HEAD, OPTIONS")]
    [InlineData("TRACE", "/api/v1/health", "GET, HEAD, OPTIONS")]
    [InlineData("get", "/api/v1/health", "GET, HEAD, OPTIONS")]
    [InlineData("PATCH", "/api/v1/campaigns/520111/2026-2027", "GET, HEAD, PUT, OPTIONS")]
    [InlineData("HEAD", "/api/v1/campaigns/520111/2026-2027/extension", "POST, OPTIONS")]
    [InlineData("GET", "/api/v1/access-keys/abc", "DELETE, OPTIONS")]
    [InlineData("PUT", "/n/token", "GET, HEAD, POST, OPTIONS")]
    public async Task A_method_that_the_address_does_not_have_is_answered_405_with_those_that_it_has(string method, string address, string allow)
    {
        var answer = await CallAsync(method, address);
        Assert.Equal((405, "urn:relieffunctions:problem:method-not-allowed", allow), (answer.Status, Problem(answer), answer.Headers["Allow"]));
    }

    [Fact]
    public async Task OPTIONS_says_without_a_key_what_each_address_answers()
    {
        foreach (var route in AllFeatures.Routes)
        {
            var answer = await CallAsync("OPTIONS", "/" + Parameter().Replace(route.Template, "1"));
            Assert.Equal((204, 0), (answer.Status, answer.Body.Length));
            Assert.Contains(route.Method, answer.Headers["Allow"].Split(", "));
        }
    }

    [Theory]
    [InlineData("/api/v1/health")]
    [InlineData("/API/V1/Health")]
    [InlineData("/api/v1/health/")]
    public async Task Case_and_one_trailing_slash_are_no_difference(string address) => Assert.Equal(200, (await CallAsync("GET", address)).Status);

    [Fact]
    public async Task HEAD_is_answered_as_GET_and_needs_the_same_key()
    {
        var world = await Shared.Value;
        Assert.Equal(200, (await world.CallAsync("HEAD", "/api/v1/access-keys", Operator)).Status);
        Assert.Equal(404, (await world.CallAsync("HEAD", "/api/v1/campaigns/520111/2026-2027", Operator)).Status);
        Assert.Equal(401, (await CallAsync("HEAD", "/api/v1/access-keys")).Status);
    }

    [Theory]
    [InlineData("GET", "/api/v1/campaigns/520111/2026-2027", "GET api/v1/campaigns/{district}/{season}", "api/v1/campaigns/{district}/{season}")]
    [InlineData("HEAD", "/api/v1/health", "HEAD api/v1/health", "api/v1/health")]
    [InlineData("GET", "/nothing", "request", null)]
    [InlineData("DELETE", "/api/v1/health", "request", null)]
    public async Task The_activity_is_named_after_the_route_and_never_after_an_address(string method, string address, string name, string? route)
    {
        using var activity = new Activity("request").Start();
        await CallAsync(method, address);
        Assert.Equal((name, route), (activity.DisplayName, activity.GetTagItem("http.route")));
    }

    [Fact]
    public void A_template_has_literal_parts_and_whole_parameters_only() =>
        Assert.All(AllFeatures.Routes.SelectMany(route => route.Template.Split('/')), part => Assert.Matches(@"^(\{[a-zA-Z]+\}|[a-z0-9.-]+)$", part));

    private static async Task<Answer> CallAsync(string method, string address) => await (await Shared.Value).CallAsync(method, address, actor: null, contentType: null);

    private static string Problem(Answer answer) => answer.Json<JsonElement>().GetProperty("type").GetString()!;

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
