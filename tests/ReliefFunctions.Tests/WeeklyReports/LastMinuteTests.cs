using System.Text;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>The last minute before a week is due.</summary>
public class LastMinuteTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Units = 22, Offices = 3;
    private const string Week = "/api/v1/campaigns/520111/2026-2027/weeks/2026W50";
    private static readonly DateTimeOffset Now = new(2026, 12, 14, 16, 59, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task Every_unit_reports_at_once_twice_while_offices_watch_and_all_are_there_in_time_and_none_twice()
    {
        var world = await azurite.WorldAsync(Now);
        var audit = new AuditEntry(Now, "test", "seed", "seed");
        var units = Enumerable.Range(1, Units).Select(i => new Unit { Code = $"520111{100 + i}", Name = $"第{i}镇", Kind = UnitKind.Township, Order = i }).ToList();
        var campaigns = world.Get<CampaignStore>();
        await campaigns.PutAsync(Huaxi.Campaign, null, audit);
        await campaigns.PutUnitsAsync("520111", units, audit);
        await campaigns.PutConfigurationAsync("520111", FormEndpoints.Kind, 1, Huaxi.Form, audit);
        await world.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Now);
        var content = Encoding.UTF8.GetBytes(StoredJson.Write(Huaxi.Good));

        var reporting = Task.WhenAll(units.Select(async unit =>
        {
            var reporter = new Actor("k" + unit.Code, unit.Name, Role.UnitReporter, "520111", unit.Code);
            // A double tap, or a phone that did not wait for the answer.
            var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => world.CallAsync("PUT", $"{Week}/reports/{unit.Code}", reporter, content)));
            return both.Select(answer => (answer.Status, Receipt: (string?)JsonNode.Parse(answer.Text)!["number"])).ToList();
        }));
        var looks = await Task.WhenAll(Enumerable.Range(1, Offices).Select(async i =>
        {
            var (office, seen) = (new Actor($"o{i}", "办公室", Role.CampaignOffice, "520111"), new List<int>());
            do
            {
                var board = await world.CallAsync("GET", Week + "/board", office);
                Assert.Equal(200, board.Status);
                Assert.Equal(200, (await world.CallAsync("GET", Week + "/call-list", office)).Status);
                seen.Add(JsonNode.Parse(board.Text)!["units"]!.AsArray().Count(line => line!["version"]!.GetValue<int>() > 0));
            }
            while (!reporting.IsCompleted);
            return seen;
        }));

        foreach (var both in await reporting)
        {
            Assert.All(both, answer => Assert.InRange(answer.Status, 200, 201));
            Assert.Single(both.Select(answer => answer.Receipt).Distinct());
        }

        // What was there once is there from then on.
        Assert.All(looks, seen => Assert.Equal(seen.Order(), seen));
        var after = JsonNode.Parse((await world.CallAsync("GET", Week + "/board", new Actor("o", "办公室", Role.CampaignOffice, "520111"))).Text)!["units"]!.AsArray();
        Assert.Equal(Enumerable.Repeat((1, 0), Units), after.Select(line => (line!["version"]!.GetValue<int>(), line["minutesLate"]!.GetValue<int>())));
    }
}
