using System.Collections.Concurrent;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Operations;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;
using Huaxi = ReliefFunctions.Tests.WeeklyReports.Huaxi;

namespace ReliefFunctions.Tests.Clocks;

/// <summary>What the clocks make of a campaign that is half set up, over, or damaged: what is no failure is none, and what is one is told once.</summary>
public class HalfSetUpTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string District = "520111", Season = "2026-2027";

    private static readonly DateTimeOffset Tuesday = new(2026, 12, 15, 4, 0, 0, TimeSpan.Zero), Summer = new(2027, 6, 1, 4, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("k0", "管理员", Role.Operator, "");
    private static readonly AuditEntry Audit = new(Tuesday, "test", "test", "test");

    /// <summary>What is there, when the clocks run, and what the office is told is missing.</summary>
    [Theory]
    [InlineData("", "2026-11-01", "")]
    [InlineData("", "2026-12-15", "form,policy")]
    [InlineData("units", "2026-12-15", "form,policy")]
    [InlineData("units,form", "2026-12-15", "policy")]
    [InlineData("units,policy", "2026-12-15", "form")]
    [InlineData("form,policy", "2026-12-15", "")]
    [InlineData("units,form,policy", "2026-12-15", "")]
    [InlineData("units,form,policy", "2027-04-02", "")]
    [InlineData("units", "2027-03-31", "form,policy")]
    [InlineData("units", "2027-05-10", "")]
    [InlineData("units", "2027-06-01", "")]
    public async Task Nothing_fails_and_the_office_is_told_once(string there, string on, string missing)
    {
        var log = new Lines();
        var world = await azurite.WorldAsync(DateTimeOffset.Parse(on + "T04:00:00Z", System.Globalization.CultureInfo.InvariantCulture), log.Listen);
        var parts = there.Split(',');
        var campaigns = world.Get<CampaignStore>();
        if (parts.Contains("units")) await campaigns.PutUnitsAsync(District, [Huaxi.Qingyan, Huaxi.Station], Audit);
        if (parts.Contains("form")) await campaigns.PutConfigurationAsync(District, FormEndpoints.Kind, 1, Huaxi.Form, Audit);
        if (parts.Contains("policy")) await campaigns.PutConfigurationAsync(District, PatrolStore.PolicyKind, 1, Samples.Read<PatrolPolicy>("policy-v1.json"), Audit);
        await campaigns.PutAsync(Huaxi.Campaign, null, Audit);
        for (var minute = 0; minute < 3; minute++)
        {
            await RunAsync(world);
            await world.DeliverAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(log.Said);
        Assert.All((await MeasuredAsync(world)).Clocks, clock => Assert.True(clock is { Failed: false, LastRun: not null }, $"{clock}"));
        var told = world.Bus.Sent.Where(sent => sent.Message.Properties.GetValueOrDefault("kind") == "operator.setup").Select(sent => sent.Message.MessageId);
        Assert.Equal(missing.Split(',', StringSplitOptions.RemoveEmptyEntries),
            told.Select(id => id.Contains("policy", StringComparison.Ordinal) ? "policy" : "form").Order(StringComparer.Ordinal));
    }

    /// <summary>What is damaged, and whether the clocks can do without it.</summary>
    [Theory]
    [InlineData("Campaigns", Season, "520112", """{"district":"520112","weeks":""", true)]
    [InlineData("Campaigns", Season, "520112", """{"district":7}""", true)]
    [InlineData("Campaigns", Season, "520112", "null", true)]
    [InlineData("Campaigns", Season, "520112", """{"district":"520112","timeZone":"Mars/Olympus"}""", true)]
    [InlineData("Campaigns", Season, "520112", "{}", true)]
    [InlineData("Units", "520112", "U|520112101", "[]", true)]
    [InlineData("Reports", "520112|2026-2027", "R|2026W50|520112101", "[]", true)]
    [InlineData("Reports", "520112|2026-2027", "C|weeks", "7", true)]
    [InlineData("Patrols", "520112|2026-2027", "Q|000001|520112101|x", "[]", false)]
    [InlineData("Patrols", "520112|2026-2027", "S", "[]", false)]
    [InlineData("Incidents", "520112|2026-2027", "R|1", "[]", true)]
    [InlineData("Reports", "520112|2026-2027", "O|1", "[]", true)]
    public async Task A_damaged_row_stops_no_other_district_and_is_logged_once_an_hour(string table, string partition, string row, string json, bool fails)
    {
        var log = new Lines();
        var world = await azurite.WorldAsync(Tuesday, log.Listen);
        foreach (var district in new[] { "520112", District })
        {
            await world.Get<CampaignStore>().PutUnitsAsync(district, [Huaxi.Qingyan with { Code = district + "101" }], Audit);
            await world.Get<CampaignStore>().PutConfigurationAsync(district, FormEndpoints.Kind, 1, Huaxi.Form, Audit);
            await world.Get<CampaignStore>().PutConfigurationAsync(district, PatrolStore.PolicyKind, 1, Samples.Read<PatrolPolicy>("policy-v1.json"), Audit);
            await world.Get<CampaignStore>().PutAsync(Huaxi.Campaign with { District = district }, null, Audit);
        }

        var client = world.Get<TableServiceClient>().GetTableClient(world.Prefix + table);
        await client.UpsertEntityAsync(new TableEntity(partition, row) { ["Json0"] = json, ["NextAttemptAt"] = Tuesday.AddHours(-1) }, TableUpdateMode.Replace);
        for (var minute = 0; minute < 4; minute++)
        {
            await RunAsync(world);
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var opened = await world.Get<TableServiceClient>().GetTableClient(world.Prefix + "Reports")
            .GetEntityIfExistsAsync<TableEntity>($"{District}|{Season}", $"R|2026W50|{District}101");
        Assert.True(opened.HasValue);
        var measured = await MeasuredAsync(world);
        Assert.Contains(measured.Campaigns, campaign => campaign.District == District);
        Assert.Equal(fails, measured.Clocks.Any(clock => clock.Failed));
        Assert.All(measured.Clocks.Where(clock => clock.Failed), clock => Assert.Contains("520112", clock.Failure, StringComparison.Ordinal));
        Assert.All(log.Said.CountBy(line => line), said => Assert.True(said.Value == 1, $"{said.Value} times: {said.Key}"));
    }

    private static async Task RunAsync(World world)
    {
        foreach (var job in world.Services.GetServices<IScheduledJob>()) await world.Get<JobRuns>().RunAsync(job, CancellationToken.None);
    }

    private static async Task<OperationsEndpoints.OperationsAnswer> MeasuredAsync(World world)
    {
        var answer = await world.CallAsync("GET", "/api/v1/operations", Operator);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json<OperationsEndpoints.OperationsAnswer>();
    }

    /// <summary>What the product logs as a warning or worse.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public void Listen(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(this);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Said.Enqueue($"{formatter(state, exception)} {exception?.Message}");
        }

        public void Dispose()
        {
        }
    }
}
