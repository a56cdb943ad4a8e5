using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// Incidents on the whole host, bus included: one at a time from the call to the office's channel (aim: 2 s), then a hundred units at once. The channel is a
/// webhook on this machine that answers at once.
/// </summary>
internal static class IncidentReports
{
    public const string Mode = "incidents";
    private const int Units = 100, Alone = 20;

    public static async Task RunAsync()
    {
        using var receiver = new HttpListener { Prefixes = { "http://127.0.0.1:47123/" } };
        receiver.Start();
        var heard = new ConcurrentDictionary<string, long>();
        _ = ListenAsync(receiver, heard);
        await using var app = await LocalApp.StartAsync(new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 16, 13, 0, 0, TimeSpan.Zero) }, Console.WriteLine,
            services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true, WebhookPerMinute = 100_000 }));
        var campaign = Samples.Read<Campaign>("campaign.json");
        var units = Enumerable.Range(1, Units).Select(i => new Unit { Code = $"520111{i:D3}", Name = $"第{i}镇", Kind = UnitKind.Township, Order = i }).ToList();
        var audit = new AuditEntry(app.Clock.GetUtcNow(), "benchmark", "seed", "seed");
        var campaigns = app.Services.GetRequiredService<CampaignStore>();
        await campaigns.PutAsync(campaign, null, audit);
        foreach (var chunk in units.Chunk(50)) await campaigns.PutUnitsAsync(campaign.District, chunk, audit);
        await app.Services.GetRequiredService<ChannelStore>().PutAsync(campaign.District, DeliveryService.Office,
            [new DeliveryChannel { Id = "office", Kind = ChannelKind.Webhook, Url = "http://127.0.0.1:47123/" }], audit, default);
        using var office = new ApiClient(app.Address, (await app.Services.GetRequiredService<AccessKeys>().CreateAsync("办公室", Role.CampaignOffice, campaign.District, null, "benchmark")).Secret);

        var (answers, channel) = (new List<double>(), new List<double>());
        for (var i = 0; i < Alone; i++) await ReportAsync($"A{i:D3}", units[i], answers, channel);
        Tell("one at a time", answers, channel);
        (answers, channel) = ([], []);
        await Task.WhenAll(units.Select((unit, i) => ReportAsync($"B{i:D3}", unit, answers, channel)));
        Tell($"{Units} units at once", answers, channel);
        var stored = await app.Services.GetRequiredService<IncidentStore>().AllAsync(campaign, default);
        var notices = await app.Services.GetRequiredService<IncidentStore>().NoticesAsync(campaign, null, default);
        Console.WriteLine($"stored {stored.Count} of {Alone + Units}; {notices.Count} notices, each inbox once: {notices.DistinctBy(each => (each.Incident, each.Version, each.Receiver)).Count() == notices.Count}");

        async Task ReportAsync(string mark, Unit unit, List<double> answered, List<double> told)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"what":"{{mark}} 一人冻伤","where":"桥下","howMany":1}""");
            var started = Stopwatch.GetTimestamp();
            var answer = await office.SendAsync(HttpMethod.Post, $"api/v1/campaigns/{campaign.District}/{campaign.Season}/units/{unit.Code}/incidents", body, "application/json");
            if (!answer.Ok) throw new InvalidOperationException(answer.Refusal);
            var done = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            long at;
            while (!heard.TryGetValue(mark, out at)) await Task.Delay(5);
            lock (answered)
            {
                answered.Add(done);
                told.Add(Stopwatch.GetElapsedTime(started, at).TotalMilliseconds);
            }
        }
    }

    private static void Tell(string what, List<double> answers, List<double> channel)
    {
        static double At(List<double> sample, int percentile) => sample.Order().ElementAt(Math.Min(sample.Count - 1, sample.Count * percentile / 100));
        Console.WriteLine($"{what}: answered p50 {At(answers, 50):0} ms, p99 {At(answers, 99):0} ms; at the office's channel p50 {At(channel, 50):0} ms, p99 {At(channel, 99):0} ms");
    }

    private static async Task ListenAsync(HttpListener receiver, ConcurrentDictionary<string, long> heard)
    {
        while (receiver.IsListening)
        {
            var context = await receiver.GetContextAsync();
            var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            var text = body.RootElement.GetProperty("text").GetString()!;
            var mark = text.IndexOf("初报：", StringComparison.Ordinal) + 3;
            heard.TryAdd(text.Substring(mark, 4), Stopwatch.GetTimestamp());
            context.Response.StatusCode = 200;
            context.Response.Close();
        }
    }
}
