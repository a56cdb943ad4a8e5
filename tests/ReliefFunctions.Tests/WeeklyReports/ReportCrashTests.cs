using System.Text;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>The process dies at every single call to storage, found by counting; the person sends again what was not answered, and everything is there once.</summary>
public class ReportCrashTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_crash_point_of_submitting_correcting_and_returning_loses_or_doubles_anything(bool replyLost)
    {
        var units = Enumerable.Range(1, 90).Select(i => Huaxi.Qingyan with { Code = $"5201112{i:D2}", Name = $"第{i}镇" }).ToList();
        var survivor = await azurite.WorldAsync(Monday);
        await Huaxi.SeedAsync(survivor, units);
        await survivor.Get<ReportStore>().OpenWeeksAsync(Huaxi.Campaign, Monday);

        var died = 0;
        foreach (var unit in units)
        {
            var countdown = new Countdown();
            var victim = new World(await AzuriteFixture.ConnectionStringAsync(), Monday, services => services.AddSingleton<HttpPipelinePolicy>(new AroundStorage(countdown.AroundAsync)), survivor.Prefix);
            var address = $"/api/v1/campaigns/520111/2026-2027/weeks/2026W50/reports/{unit.Code}";
            var first = Huaxi.Workbook(Huaxi.Good, unit);
            Func<World, Action?, Task<Answer>>[] commands =
            [
                (world, begin) => world.CallAsync("PUT", address, Office, first, ReportEndpoints.WorkbookType, begin: begin),
                (world, begin) => world.CallAsync("PUT", address, Office, Huaxi.Workbook(unit: unit, filling: new(Huaxi.Good.With("A03", 41), BaseVersion: 1)), ReportEndpoints.WorkbookType, begin: begin),
                (world, begin) => world.CallAsync("POST", address + "/return", Office, Encoding.UTF8.GetBytes("""{"version":2,"comment":"核对人次"}"""), begin: begin),
            ];
            var point = died + 1;
            var begin = (Action?)(() => countdown.Arm(point, replyLost));
            foreach (var command in commands)
            {
                var answered = await AnsweredAsync(victim, countdown, command, begin);
                begin = null;
                if (!answered) Assert.InRange((await command(survivor, null)).Status, 200, 201);
            }

            await survivor.Services.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job).RunAsync(default);
            survivor.Clock.Advance(TimeSpan.FromMinutes(2));
            await survivor.Services.GetServices<IScheduledJob>().Single(job => job.Name == SweeperClock.Job).RunAsync(default);

            var row = (await survivor.Get<ReportStore>().GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), unit.Code))!;
            Assert.Equal((ReportState.Returned, 2, 3, point), (row.State, row.Version, row.Revision, point));
            Assert.Equal(36, (await survivor.Get<ReportStore>().VersionAsync(Huaxi.Target(unit), 1))!.Content.Values.Number("A03"));
            Assert.Equal(first, (await survivor.CallAsync("GET", address + "/versions/1/original", Office)).Body);
            var trail = survivor.Get<FeatureTables>()[ReportFeature.Table].PrefixAsync<AuditEntry>(Huaxi.Campaign.Partition, AuditEntry.KeyPrefix).Select(entry => entry.Value).Where(entry => entry.Subject == $"2026W50/{unit.Code}");
            Assert.Equal(["report.returned", "report.submitted", "report.submitted"], await trail.Select(entry => entry.What).Order().ToListAsync());
            var told = victim.Bus.Sent.Concat(survivor.Bus.Sent).Select(sent => sent.Message).Where(message => message.Schema == ReportEvent.Schema && message.Properties["unit"] == unit.Code).ToList();
            Assert.Equal(["submitted 1", "submitted 2", "returned 2"], told.Select(message => message.Read<ReportEvent>()).OrderBy(happened => happened.At).Select(happened => $"{happened.What} {happened.Version}").Distinct());
            if (!countdown.Died)
            {
                Assert.InRange(died, 12, 80);
                return;
            }

            died++;
        }

        Assert.Fail("There are more crash points than units.");
    }

    /// <summary>A dead process answers nobody; then the next one is asked the same again.</summary>
    private static async Task<bool> AnsweredAsync(World victim, Countdown countdown, Func<World, Action?, Task<Answer>> command, Action? begin)
    {
        try
        {
            return !countdown.Died && await command(victim, begin) is { Status: 200 or 201 } && !countdown.Died;
        }
        catch (InvalidOperationException) when (countdown.Died)
        {
            return false;
        }
    }
}
