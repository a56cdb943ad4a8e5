using System.Diagnostics;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// Submitting a workbook over HTTP to the whole host, bus included, against the floor: the same storage calls alone (the history read
/// that warnings need, the row, one blob, one table batch of the same size) on the same Azurite, taken in turns. Aim: 1.25×.
/// </summary>
internal static class Submissions
{
    public const string Mode = "submissions";
    private const int Units = 240, WeeksBefore = ReportRules.HistoryWeeks;

    public static async Task RunAsync()
    {
        await using var azurite = await AzuriteProcess.StartAsync(location: null, Console.WriteLine);
        await using var app = await LocalApp.StartAsync(new LocalOptions { Port = 0, Data = null, StorageConnectionString = azurite.ConnectionString, Clock = new DateTimeOffset(2026, 12, 7, 1, 0, 0, TimeSpan.Zero) }, Console.WriteLine, services => services.AddSingleton(RateLimitOptions.None));
        var campaign = Samples.Read<Campaign>("campaign.json");
        var form = Samples.Read<FormDefinition>("form-v1.json");
        var units = Enumerable.Range(1, Units).Select(i => new Unit { Code = $"520111{i:D3}", Name = $"第{i}镇", Kind = UnitKind.Township, Order = i }).ToList();
        var audit = new AuditEntry(app.Clock.GetUtcNow(), "benchmark", "seed", "seed");
        var campaigns = app.Services.GetRequiredService<CampaignStore>();
        await campaigns.PutAsync(campaign, null, audit);
        foreach (var chunk in units.Chunk(50)) await campaigns.PutUnitsAsync(campaign.District, chunk, audit);
        await campaigns.PutConfigurationAsync(campaign.District, FormEndpoints.Kind, 1, form, audit);
        using var office = new ApiClient(app.Address, (await app.Services.GetRequiredService<AccessKeys>().CreateAsync("办公室", Role.CampaignOffice, campaign.District, null, "benchmark")).Secret);

        var weeks = CampaignWeeks.Of(campaign).Take(WeeksBefore + 1).ToList();
        foreach (var week in weeks.Take(WeeksBefore))
        {
            app.Clock.MoveTo(week.Due.AddHours(-3));
            await Parallel.ForEachAsync(units, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (unit, ct) => await SubmitAsync(office, campaign, week, unit, Workbook(campaign, form, week, unit)));
        }

        var measured = weeks[^1];
        app.Clock.MoveTo(measured.Due.AddHours(-3));
        var files = units.Select(unit => Workbook(campaign, form, measured, unit)).ToList();
        var outbox = app.Services.GetRequiredService<OutboxSender>();
        var floor = await Floor.OpenAsync(azurite.ConnectionString, campaign, weeks);
        Console.WriteLine($"{Units / 2} submissions each, in turns, after {Units * WeeksBefore} to warm up; workbooks of {files[0].Length / 1024} KB.");
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i + 1 < Units; i += 2)
        {
            ours.Add(await TimedAsync(() => SubmitAsync(office, campaign, measured, units[i], files[i])));

            // What is told about a submission follows its answer, and shall not weigh on the floor.
            await outbox.SettledAsync();
            theirs.Add(await TimedAsync(() => floor.RunAsync(units[i + 1].Code, files[i + 1])));
        }

        foreach (var percentile in (int[])[50, 99])
        {
            var (our, their) = (At(ours, percentile), At(theirs, percentile));
            Console.WriteLine($"p{percentile}: {our:0.0} ms, floor {their:0.0} ms, {our / their:0.00}×");
        }

        var last = weeks[^1];
        var rates = new List<(string Name, double PerSecond)>();
        foreach (var (name, act) in new (string, Func<Unit, int, ValueTask>)[]
        {
            ("product", async (unit, i) => await SubmitAsync(office, campaign, last, unit, files[i])),
            ("floor", async (unit, i) => await floor.RunAsync(unit.Code + "x", files[i])),
        })
        {
            // Half of the units are untouched by the product so far; the floor writes rows of its own.
            var rest = units.Select((unit, i) => (unit, i)).Where(item => item.i % 2 == 1).ToList();
            var seconds = await TimedAsync(async () =>
            {
                await Parallel.ForEachAsync(rest, new ParallelOptions { MaxDegreeOfParallelism = 4 }, (item, _) => act(item.unit, item.i));
                await outbox.SettledAsync();
            }) / 1000;
            rates.Add((name, rest.Count / seconds));
        }

        Console.WriteLine($"four at a time: {rates[0].PerSecond:0} a second, floor {rates[1].PerSecond:0} a second, {rates[1].PerSecond / rates[0].PerSecond:0.00}×");
    }

    private static byte[] Workbook(Campaign campaign, FormDefinition form, ReportingWeek week, Unit unit)
    {
        var values = form.FieldsFor(unit.Kind).Where(field => !field.IsText).Select(field => KeyValuePair.Create(field.Code, FieldValue.Of(0)));
        var content = new ReportContent { Values = new ReportValues(values), ZeroReport = true, FilledBy = "王芳", ReviewedBy = "李强" };
        return Samples.Workbook(new ReportTarget(campaign, week, unit, form), new FormFilling(content));
    }

    private static async Task SubmitAsync(ApiClient office, Campaign campaign, ReportingWeek week, Unit unit, byte[] file)
    {
        var answer = await office.SendAsync(HttpMethod.Put, $"api/v1/campaigns/{campaign.District}/{campaign.Season}/weeks/{week.Key}/reports/{unit.Code}", file, ReportEndpoints.WorkbookType);
        if (!answer.Ok) throw new InvalidOperationException(answer.Refusal);
    }

    private static async Task<double> TimedAsync(Func<Task> act)
    {
        var started = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double At(List<double> sample, int percentile) => sample.Order().ElementAt(Math.Min(sample.Count - 1, sample.Count * percentile / 100));

    /// <summary>The storage calls of a first submission, and nothing else.</summary>
    private sealed class Floor(TableClient table, BlobContainerClient blobs, Campaign campaign, IReadOnlyList<ReportingWeek> weeks)
    {
        /// <summary>Characters of the rows that the product writes: the report, its version, the audit entry, the message.</summary>
        private static readonly Dictionary<string, int> RowSizes = new() { ["R"] = 1200, ["V"] = 900, ["A"] = 250, ["O"] = 800 };

        public static async Task<Floor> OpenAsync(string connection, Campaign campaign, IReadOnlyList<ReportingWeek> weeks)
        {
            var table = new TableClient(connection, ReportFeature.Table.ToString());
            var blobs = new BlobContainerClient(connection, "floor");
            await blobs.CreateIfNotExistsAsync();
            return new Floor(table, blobs, campaign, weeks);
        }

        public async Task RunAsync(string unit, byte[] file)
        {
            await Task.WhenAll(weeks.SkipLast(1).Select(week => table.GetEntityIfExistsAsync<TableEntity>(campaign.Partition, ReportRow.Key(week.Key, unit))));
            await table.GetEntityIfExistsAsync<TableEntity>(campaign.Partition, ReportRow.Key(weeks[^1].Key, unit));
            await blobs.GetBlobClient($"{unit}/{Guid.NewGuid():N}").UploadAsync(new BinaryData(file), new Azure.Storage.Blobs.Models.BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } });
            await table.SubmitTransactionAsync(RowSizes.Select(row => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity(campaign.Partition, $"floor|{row.Key}|{unit}") { ["Json0"] = new string('x', row.Value) })));
        }
    }
}
