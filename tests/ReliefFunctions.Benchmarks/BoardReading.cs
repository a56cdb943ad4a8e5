using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.Benchmarks;

/// <summary>A week's board over HTTP by a person's session against the same by a key, in turns on the same host. Aim: one storage call more at the most.</summary>
internal static class BoardReading
{
    public const string Mode = "board";
    private const int Warm = 100, Measured = 400;

    public static async Task RunAsync()
    {
        var options = new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 8, 1, 0, 0, TimeSpan.Zero) };
        await using var app = await LocalApp.StartAsync(options, Console.WriteLine);
        var season = await SampleSeason.LoadAsync(app, options, default);
        await app.RunJobsAsync(default);
        var (secret, _) = await app.Services.GetRequiredService<AccessKeys>().CreateAsync("办公室", Role.CampaignOffice, season.Campaign.District, null, "benchmark");
        var address = $"{season.CampaignAddress}/weeks/2026W50/board";
        using var byKey = new HttpClient { BaseAddress = app.Address };
        byKey.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var bySession = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Address };
        using var signIn = new HttpRequestMessage(HttpMethod.Post, "api/v1/sessions") { Content = JsonContent.Create(new { key = secret }) };
        signIn.Headers.Add("X-Relief-Client", "portal");
        signIn.Headers.Add("Sec-Fetch-Site", "same-origin");
        var begun = (await bySession.SendAsync(signIn)).EnsureSuccessStatusCode();
        bySession.DefaultRequestHeaders.Add("Cookie", begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        var (keys, sessions) = (new List<double>(), new List<double>());
        for (var i = 0; i < Warm + Measured; i++)
        {
            var (key, session) = (await TimedAsync(byKey, address), await TimedAsync(bySession, address));
            if (i < Warm) continue;
            keys.Add(key);
            sessions.Add(session);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Measured} boards each, in turns, after {Warm} to warm up:"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"by key      median {At(keys, .5):0.00} ms, 95 % {At(keys, .95):0.00} ms"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"by session  median {At(sessions, .5):0.00} ms, 95 % {At(sessions, .95):0.00} ms: {At(sessions, .5) / At(keys, .5):0.00}×"));
    }

    private static async Task<double> TimedAsync(HttpClient http, string address)
    {
        var watch = Stopwatch.GetTimestamp();
        using var answer = (await http.GetAsync(address)).EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
    }

    private static double At(List<double> times, double part) => times.Order().ElementAt((int)(times.Count * part));
}
