using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

public sealed class TwoHostsTests
{
    private static readonly DateTimeOffset Start = new(2026, 12, 15, 10, 2, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task Two_hosts_on_one_storage_do_no_work_twice()
    {
        // Each with a bus of its own: harder than one bus, because neither sees what the other sends.
        var options = (await Storage.OptionsAsync()) with { Clock = Start, Timers = false };
        var data = Directory.CreateTempSubdirectory("two-").FullName;
        await using var one = await LocalApp.StartAsync(options, _ => { });
        await using var two = await LocalApp.StartAsync(options, _ => { });
        var season = await LocalHost.Demo.SampleSeason.LoadAsync(one, options with { Data = data }, default);

        var alert = await File.ReadAllBytesAsync(Path.Combine(season.Folder, "alerts", "01-blue.qweather.json"));
        await Task.WhenAll(new[] { one, two, one, two }.Select(async app =>
        {
            using var feed = season.Client(app, Role.Feed);
            var answer = await feed.SendAsync(HttpMethod.Post, "api/v1/weather-alerts", alert, "application/json");
            Assert.True(answer.Ok, answer.Refusal);
        }));

        // Half an hour passes for both, so that each sweeper may find the other's rows.
        for (var minutes = 0; minutes <= 30; minutes += 5)
        {
            foreach (var app in new[] { one, two }) app.Clock.MoveTo(Start.AddMinutes(minutes));
            await Task.WhenAll(one.RunJobsAsync(default), two.RunJobsAsync(default));
        }

        var inboxes = await Task.WhenAll(season.Units.Select(async unit =>
        {
            using var client = season.Client(two, Role.UnitReporter, unit.Code);
            return await Eventually(async () => (await client.GetAsync($"{season.CampaignAddress}/units/{unit.Code}/inbox", default))["notices"]!.AsArray(), inbox => inbox.Count > 0);
        }));
        Assert.All(inboxes, inbox => Assert.Single(inbox));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_same_unit_in_a_second_season_starts_clean()
    {
        var options = (await Storage.OptionsAsync()) with { Clock = new DateTimeOffset(2026, 12, 7, 12, 0, 0, TimeSpan.FromHours(8)) };
        await using var app = await LocalApp.StartAsync(options, _ => { });
        var season = await LocalHost.Demo.SampleSeason.LoadAsync(app, options, default);
        using var unit = season.Client(app, Role.UnitReporter, "520111101");
        var form = await File.ReadAllBytesAsync(Path.Combine(season.Folder, "reports", "2026W49", "520111101.xlsx"));
        var filed = await unit.SendAsync(HttpMethod.Put, $"{season.CampaignAddress}/weeks/2026W49/reports/520111101", form, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Assert.True(filed.Ok, filed.Refusal);

        using var office = season.Client(app, Role.CampaignOffice);
        var next = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(season.Folder, "campaign.json")))!;
        (next["season"], next["start"], next["end"]) = ("2027-2028", "2027-12-01", "2028-04-30");
        await office.PutAsync("api/v1/campaigns/520111/2027-2028", System.Text.Encoding.UTF8.GetBytes(next.ToJsonString()), "application/json", default);
        var week = CampaignWeeks.Of(season.Campaign with { Season = "2027-2028", Start = new DateOnly(2027, 12, 1), End = new DateOnly(2028, 4, 30) })[0];
        app.Clock.MoveTo(week.Due.AddHours(-2));
        await app.RunJobsAsync(default);

        var report = await unit.GetAsync($"api/v1/campaigns/520111/2027-2028/weeks/{week.Key}/reports/520111101", default);
        Assert.Equal("notReported", report["state"]!.GetValue<string>());

        // Its inbox holds the new season's own first order and nothing of the old one.
        var inbox = await Eventually(async () => (await unit.GetAsync("api/v1/campaigns/520111/2027-2028/units/520111101/inbox", default))["notices"]!.AsArray(), notices => notices.Count > 0);
        Assert.Equal(1, Assert.Single(inbox)!["notice"]!["revision"]!.GetValue<int>());
    }

    private static async Task<T> Eventually<T>(Func<Task<T>> look, Func<T, bool> enough)
    {
        for (var i = 0; ; i++)
        {
            var found = await look();
            if (enough(found) || i == 200) return found;
            await Task.Delay(50);
        }
    }
}
