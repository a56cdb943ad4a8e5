using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.WeeklyReports;
using Huaxi = ReliefFunctions.Tests.WeeklyReports.Huaxi;

namespace ReliefFunctions.Tests.Operations;

public class MeasureClockTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    /// <summary>A district of these tests alone: metrics are the whole process's.</summary>
    private const string District = "520198";

    private static readonly DateTimeOffset Tuesday = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("k0", "管理员", Role.Operator, ""), Office = new("k1", "办公室", Role.CampaignOffice, District), Other = new("k2", "办公室", Role.CampaignOffice, "520112");

    [Fact]
    public async Task Reports_by_state_and_the_oldest_waiting_message_are_recorded_zeros_included()
    {
        var world = await WorldAsync();
        var recorded = new ConcurrentQueue<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ReliefTelemetry.Name) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => recorded.Enqueue((instrument.Name, value, Words(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => recorded.Enqueue((instrument.Name, value, Words(tags))));
        listener.Start();
        await world.Services.GetServices<IScheduledJob>().OfType<MeasureClock>().Single().RunAsync(CancellationToken.None);

        Assert.Contains(("relief.reports", 2, $"relief.district={District} relief.state=NotReported"), recorded);
        Assert.Contains(("relief.reports", 0, $"relief.district={District} relief.state=Accepted"), recorded);
        Assert.Contains(("relief.notices.unacknowledged", 0, $"relief.district={District} relief.intensity=RoundTheClock"), recorded);
        Assert.Contains(recorded, measure => measure is { Name: "relief.outbox.age", Value: 900 });
    }

    [Fact]
    public async Task The_operator_reads_the_same_and_an_office_its_own_district_alone()
    {
        var world = await WorldAsync();
        var answer = (await world.CallAsync("GET", "/api/v1/operations", Operator)).Json<OperationsEndpoints.OperationsAnswer>();
        var campaign = Assert.Single(answer.Campaigns);
        Assert.Equal((District, "2026W50", 1, Tuesday.AddMinutes(-15)), (campaign.District, campaign.Week, campaign.Waiting, campaign.OldestWaiting));
        Assert.Single((await world.CallAsync("GET", "/api/v1/operations", Office)).Json<OperationsEndpoints.OperationsAnswer>().Campaigns);
        Assert.Empty((await world.CallAsync("GET", "/api/v1/operations", Other)).Json<OperationsEndpoints.OperationsAnswer>().Campaigns);
    }

    /// <summary>Two units that owe week 50, and a message that waits for a quarter of an hour.</summary>
    private async Task<World> WorldAsync()
    {
        var world = await azurite.WorldAsync(Tuesday);
        var audit = new AuditEntry(Tuesday, "test", "test", "test");
        await world.Get<CampaignStore>().PutUnitsAsync(District, [Huaxi.Qingyan with { Code = District + "101" }, Huaxi.Qingyan with { Code = District + "102" }], audit);
        await world.Get<CampaignStore>().PutConfigurationAsync(District, "form", 1, Huaxi.Form, audit);
        await world.Get<CampaignStore>().PutAsync(Huaxi.Campaign with { District = District }, null, audit);
        await world.Services.GetServices<IScheduledJob>().Single(job => job.Name == ReportClock.Job).RunAsync(CancellationToken.None);
        world.Bus.Down = true;
        await world.Get<FeatureTables>()[ReportFeature.Table].CommitAsync(new Transaction($"{District}|2026-2027")
            .Send(OutboxRow.ForTopic(Entities.CampaignEvents, "event|1", Tuesday.AddMinutes(-15), OutboxMessage.Of("event-1", "test/1", "x"))), CancellationToken.None);
        return world;
    }

    private static string Words(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
