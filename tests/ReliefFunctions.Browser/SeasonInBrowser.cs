using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.Browser;

/// <summary>The whole host with the sample season on the morning of its first cold-wave signal, and a Chromium to look at it with.</summary>
public sealed class SeasonInBrowser : IAsyncLifetime
{
    private IPlaywright _playwright = null!;

    /// <summary>A machine that is busy with other tests answers late, and not wrongly.</summary>
    static SeasonInBrowser() => Assertions.SetDefaultExpectTimeout(60_000);

    public LocalApp App { get; private set; } = null!;

    public SampleSeason Season { get; private set; } = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var options = new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 15, 2, 10, 0, TimeSpan.Zero) };
        App = await LocalApp.StartAsync(options, Console.Error.WriteLine);
        Season = await SampleSeason.LoadAsync(App, options, default);
        await App.RunJobsAsync(default);
        _playwright = await Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable(), Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        _playwright.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>A page as a phone shows it, with the key of a role in every request when one is named.</summary>
    public async Task<IPage> PhoneAsync(Role? role = null)
    {
        var headers = role is { } who ? new Dictionary<string, string> { ["Authorization"] = "Bearer " + Season.Keys.First(key => key.Role == who).Secret } : null;
        var context = await Chromium.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true, Locale = "zh-CN", ExtraHTTPHeaders = headers });
        return await context.NewPageAsync();
    }

    /// <summary>Delivers one of the season's alerts and answers the address of a unit's notice of that revision, on this host.</summary>
    public async Task<string> NoticeAsync(string alert, string unit, int revision)
    {
        using var feed = Season.Client(App, Role.Feed);
        var file = Path.Combine(Season.Folder, "alerts", alert);
        var answer = await feed.SendAsync(HttpMethod.Post, "api/v1/weather-alerts", await File.ReadAllBytesAsync(file), alert.EndsWith(".xml", StringComparison.Ordinal) ? "application/cap+xml" : "application/json");
        Assert.True(answer.Ok, answer.Refusal);
        await Patience.UntilAsync(async () => (await NoticeOfAsync(unit, revision)) is not null);
        var link = await App.Services.GetRequiredService<NoticeLinks>().ForAsync(new NoticeLink(Season.Campaign.District, Season.Campaign.Season, revision, unit), default);
        return new Uri(App.Address, new Uri(link).AbsolutePath).ToString();
    }

    /// <summary>A unit's line on the order's board, as the office sees it: looking there does not make a notice seen. Null before the notice lies in the inbox.</summary>
    public async Task<JsonNode?> NoticeOfAsync(string unit, int revision)
    {
        using var office = Season.Client(App, Role.CampaignOffice);
        var answer = await office.SendAsync(HttpMethod.Get, $"{Season.CampaignAddress}/patrol-orders/{revision}");
        return answer.Ok ? answer.Json!["notices"]!.AsArray().FirstOrDefault(line => line!["unit"]!.GetValue<string>() == unit && line["sent"]!.GetValue<bool>()) : null;
    }

    /// <summary>Debian's Chromium; another one by the variable.</summary>
    private static string Executable() => Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
}
