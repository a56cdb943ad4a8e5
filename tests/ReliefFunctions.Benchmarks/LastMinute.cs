using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.Benchmarks;

/// <summary>
/// The last minute before a week is due: a hundred units report by session as the portal does (open the form, save the draft, submit, read the receipt), spread
/// over the minute, while ten offices watch season, week and call list every few seconds (their pages ask twice a minute) and ask only for what changed. Then all hundred at once. Aim: no error.
/// </summary>
internal static class LastMinute
{
    public const string Mode = "last-minute";
    private const int Units = 100, Offices = 10;
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60), Look = TimeSpan.FromSeconds(3);

    public static async Task RunAsync()
    {
        var start = new DateTimeOffset(2026, 12, 14, 8, 58, 0, TimeSpan.Zero);
        await using var app = await LocalApp.StartAsync(new LocalOptions { Port = 0, Data = null, Clock = start }, Console.WriteLine);
        var (campaign, form) = (Samples.Read<Campaign>("campaign.json"), Samples.Read<FormDefinition>("form-v1.json"));
        var units = Enumerable.Range(1, Units).Select(i => new Unit { Code = $"520111{i:D3}", Name = $"第{i}镇", Kind = UnitKind.Township, Order = i }).ToList();
        var audit = new AuditEntry(start, "benchmark", "seed", "seed");
        var campaigns = app.Services.GetRequiredService<CampaignStore>();
        await campaigns.PutAsync(campaign, null, audit);
        foreach (var chunk in units.Chunk(50)) await campaigns.PutUnitsAsync(campaign.District, chunk, audit);
        await campaigns.PutConfigurationAsync(campaign.District, FormEndpoints.Kind, 1, form, audit);
        await campaigns.PutConfigurationAsync(campaign.District, PatrolStore.PolicyKind, 1, Samples.Read<PatrolPolicy>("policy-v1.json"), audit);
        var keys = app.Services.GetRequiredService<AccessKeys>();
        async Task<Person> ComeAsync(string name, Role role, string? unit) =>
            await Person.SignInAsync(app.Address, (await keys.CreateAsync(name, role, campaign.District, unit, "benchmark")).Secret);
        var offices = await Task.WhenAll(Enumerable.Range(1, Offices).Select(i => ComeAsync($"办公室{i}", Role.CampaignOffice, null)));
        var reporters = new ConcurrentBag<(Unit Unit, Person Person)>();
        await Parallel.ForEachAsync(units, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (unit, _) => reporters.Add((unit, await ComeAsync(unit.Name, Role.UnitReporter, unit.Code))));

        foreach (var (what, week, over) in new[] { ("over a minute", "2026W50", Minute), ("at once", "2026W51", TimeSpan.Zero) })
        {
            var at = $"api/v1/campaigns/{campaign.District}/{campaign.Season}/weeks/{week}";
            var (submissions, looks, unchanged, errors) = (new ConcurrentBag<double>(), new ConcurrentBag<double>(), 0, new ConcurrentBag<string>());
            using var end = new CancellationTokenSource();
            var watching = offices.Select(office => WatchAsync(office)).ToList();
            await Task.WhenAll(reporters.Select(async reporter =>
            {
                await Task.Delay(over * Random.Shared.NextDouble());
                var report = $"{at}/reports/{reporter.Unit.Code}";
                await CallAsync(reporter.Person, HttpMethod.Get, report + "/entry");
                await CallAsync(reporter.Person, HttpMethod.Put, report + "/draft", Content(0));
                var watch = Stopwatch.GetTimestamp();
                await CallAsync(reporter.Person, HttpMethod.Put, report, Content(1));
                submissions.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
                await CallAsync(reporter.Person, HttpMethod.Get, report + "/versions/1/receipt");
            }));
            await Task.Delay(Look);
            await end.CancelAsync();
            await Task.WhenAll(watching);
            using var board = await offices[0].SendAsync(HttpMethod.Get, $"{at}/board");
            var all = await board.Content.ReadAsStringAsync();
            var there = all.Split("\"version\":1,").Length - 1;
            Console.WriteLine($"{Units} units {what}, {Offices} offices watching: {errors.Count} errors, {there} reports there as first versions");
            Tell("a submission", submissions);
            Tell($"an office's look, {(looks.IsEmpty ? 0 : 100 * unchanged / looks.Count)} % unchanged", looks);
            foreach (var error in errors.Distinct().Take(5)) Console.WriteLine("  " + error);

            async Task CallAsync(Person person, HttpMethod method, string path, string? body = null)
            {
                using var answer = await person.SendAsync(method, path, body);
                if (!answer.IsSuccessStatusCode) errors.Add($"{method} {path[at.Length..]}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                else await answer.Content.ReadAsByteArrayAsync();
            }

            async Task WatchAsync(Person office)
            {
                var tags = new Dictionary<string, string>();
                while (!end.IsCancellationRequested)
                {
                    foreach (var path in new[] { $"{at[..at.IndexOf("/weeks", StringComparison.Ordinal)]}/season-board", $"{at}/board", $"{at}/call-list" })
                    {
                        var watch = Stopwatch.GetTimestamp();
                        using var answer = await office.SendAsync(HttpMethod.Get, path, tag: tags.GetValueOrDefault(path));
                        await answer.Content.ReadAsByteArrayAsync();
                        looks.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
                        if (answer.StatusCode == HttpStatusCode.NotModified) Interlocked.Increment(ref unchanged);
                        else if (!answer.IsSuccessStatusCode) errors.Add($"GET {path}: {(int)answer.StatusCode}");
                        if (answer.Headers.ETag is { } tag) tags[path] = tag.ToString();
                    }

                    await Task.Delay(Look * (0.5 + Random.Shared.NextDouble()), end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
        }

        string Content(int patrols) => StoredJson.Write(new
        {
            values = form.FieldsFor(UnitKind.Township).Where(field => !field.IsText).ToDictionary(field => field.Code, field => (object)(field.Code == "A01" ? patrols : 0)),
            zeroReport = false,
            filledBy = "王芳",
            reviewedBy = "李强",
        });
    }

    private static void Tell(string what, ConcurrentBag<double> sample)
    {
        var sorted = sample.Order().ToList();
        double At(int percentile) => sorted[Math.Min(sorted.Count - 1, sorted.Count * percentile / 100)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {sorted.Count}, p50 {At(50):0} ms, p95 {At(95):0} ms, p99 {At(99):0} ms, slowest {sorted[^1]:0} ms"));
    }

    /// <summary>Somebody with a browser: a connection and a session of their own.</summary>
    private sealed class Person
    {
        private readonly HttpClient _http;

        private Person(Uri address)
        {
            _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = address };
            _http.DefaultRequestHeaders.Add("X-Relief-Client", "portal");
            _http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        }

        public static async Task<Person> SignInAsync(Uri address, string key)
        {
            var person = new Person(address);
            using var begun = (await person._http.PostAsJsonAsync("api/v1/sessions", new { key })).EnsureSuccessStatusCode();
            person._http.DefaultRequestHeaders.Add("Cookie", begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
            return person;
        }

        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? tag = null)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            return await _http.SendAsync(request);
        }
    }
}
