using System.Text.Json.Nodes;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>A policy is judged when it is put: all faults at once, each with its place.</summary>
public class PolicyRulesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData("/signals/3/levels", "{}", "/signals/3/levels")]
    [InlineData("/signals/0/levels/red", "\"routine\"", "/signals/0/levels/red")]
    [InlineData("/signals/1/levels/yellow", "\"roundTheClock\"", null)]
    [InlineData("/signals/1/levels/blue", "\"roundTheClock\"", "/signals/1/levels/yellow")]
    [InlineData("/signals/0/types", "[]", "/signals/0/types")]
    [InlineData("/signals/1/types/0", "\"寒潮\"", "/signals/1/types/0")]
    [InlineData("/signals/1/id", "\"S1\"", "/signals/1/id")]
    [InlineData("/signals/4/onlyWithMinimumAtMost", "500", "/signals/4/onlyWithMinimumAtMost")]
    [InlineData("/signals", "[]", "/signals")]
    [InlineData("/forecasts/0/id", "\" \"", "/forecasts/0/id")]
    [InlineData("/forecasts/1/nights", "0", "/forecasts/1/nights")]
    [InlineData("/forecastTimes", "[]", "/forecastTimes")]
    [InlineData("/forecastDays", "0", "/forecastDays")]
    [InlineData("/forecastValidHours", "100000", "/forecastValidHours")]
    [InlineData("/signalValidHours", "-1", "/signalValidHours")]
    [InlineData("/warmNightsIgnored", "-1", "/warmNightsIgnored")]
    [InlineData("/ordersPerHour", "0", "/ordersPerHour")]
    [InlineData("/proposalMinutes", "600", "/proposalMinutes")]
    [InlineData("/quietTo", "\"20:00:00\"", "/quietTo")]
    [InlineData("/title", "\"\"", "/title")]
    [InlineData("/duties/intensive/name", "\"\"", "/duties/intensive/name")]
    [InlineData("/duties/intensive/template", "\"没有地方签收\"", "/duties/intensive/template")]
    [InlineData("/duties/intensive/template", "\"{链接}{温度}\"", "/duties/intensive/template")]
    [InlineData("/duties/intensive/acknowledge", "{}", "/duties/intensive/acknowledge")]
    [InlineData("/duties/intensive/acknowledge", "{\"minutes\":60,\"sameDayBy\":\"18:00:00\"}", "/duties/intensive/acknowledge")]
    [InlineData("/duties/intensive/acknowledge/minutes", "0", "/duties/intensive/acknowledge/minutes")]
    [InlineData("/duties/intensive/escalation/1/afterMinutes", "-5", "/duties/intensive/escalation/1/afterMinutes")]
    [InlineData("/duties/intensive/escalation/0/role", "\"\"", "/duties/intensive/escalation/0/role")]
    [InlineData("/duties/intensive/nightPatrolsPerWeek", "20", "/duties/intensive/nightPatrolsPerWeek")]
    [InlineData("/drillTemplate", "\"{链接}\"", "/drillTemplate")]
    [InlineData("/duties", "{}", "/duties")]
    public void A_fault_is_named_with_its_place(string pointer, string value, string? fault)
    {
        var policy = Spoiled((pointer, value));
        var errors = PolicyRules.Check(StoredJson.Read<PatrolPolicy>(policy));
        if (fault is null) Assert.Empty(errors);
        else Assert.Contains(fault, errors.Select(error => error.Pointer));
        Assert.All(errors, error => Assert.False(string.IsNullOrEmpty(error.Message) || string.IsNullOrEmpty(error.Fix)));
    }

    [Fact]
    public async Task A_policy_with_faults_is_refused_with_all_of_them_and_not_stored()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:00");
        var body = Spoiled(("/version", "2"), ("/signals/3/levels", "{}"), ("/signals/0/levels/red", "\"routine\""), ("/forecastDays", "99"), ("/duties/heightened/name", "\"\""));
        var answer = await world.CallAsync("PUT", "/api/v1/districts/520111/policies/2", PatrolWorld.Office, body);
        Assert.Equal(422, answer.Status);
        Assert.All(new[] { "/signals/3/levels", "/signals/0/levels/red", "/forecastDays", "/duties/heightened/name" }, pointer => Assert.Contains($"\"{pointer}\"", answer.Text, StringComparison.Ordinal));
        Assert.Equal(404, (await world.CallAsync("GET", "/api/v1/districts/520111/policies/2", PatrolWorld.Office)).Status);
        Assert.Equal(200, (await world.CallAsync("PUT", "/api/v1/districts/520111/policies/2", PatrolWorld.Office, Spoiled(("/version", "2")))).Status);
    }

    private static string Spoiled(params (string Pointer, string Value)[] changes)
    {
        var policy = JsonNode.Parse(FeedTests.Sample("policy-v1.json"))!;
        foreach (var (pointer, value) in changes)
        {
            var (node, parts) = (policy, pointer.Split('/')[1..]);
            foreach (var part in parts[..^1]) node = node is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!;
            if (node is JsonArray array) array[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(value);
            else node[parts[^1]] = JsonNode.Parse(value);
        }

        return policy.ToJsonString();
    }
}
