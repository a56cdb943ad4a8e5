using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.Browser.Portal;

/// <summary>The whole host with the sample campaign on the Monday on which its second week is due, and a Chromium in which nothing goes wrong unseen.</summary>
public sealed class PortalInBrowser : IAsyncLifetime
{
    /// <summary>The week that is due.</summary>
    public const string Week = "2026W50";

    private IPlaywright _playwright = null!;
    private X509Certificate2 _certificate = null!;

    public LocalApp App { get; private set; } = null!;

    public SampleSeason Season { get; private set; } = null!;

    public IBrowser Chromium { get; private set; } = null!;

    /// <summary>Which build the host serves.</summary>
    public Deployments Deployments { get; } = new();

    /// <summary>The same host over TLS, with a certificate that nobody knows.</summary>
    public Uri SecureAddress => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(each => each.StartsWith("https", StringComparison.Ordinal)));

    public IPlaywright Playwright => _playwright;

    public async Task InitializeAsync()
    {
        var options = new LocalOptions { Port = 0, Data = null, Clock = new DateTimeOffset(2026, 12, 14, 1, 0, 0, TimeSpan.Zero) };
        _certificate = Certificate();
        App = await LocalApp.StartAsync(options, Console.Error.WriteLine, services =>
        {
            services.Configure<KestrelServerOptions>(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                kestrel.Listen(IPAddress.Loopback, 0, secure => secure.UseHttps(_certificate));
            });
            services.Replace(ServiceDescriptor.Singleton<IPages>(Deployments));
        });
        Season = await SampleSeason.LoadAsync(App, options, default);
        await App.RunJobsAsync(default);
        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox"],
        });
    }

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        _playwright.Dispose();
        await App.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>A phone of 360 px; at its end nothing may have broken the security policy or been thrown.</summary>
    public async Task<Visitor> PhoneAsync(int width = 360, int height = 740, Action<BrowserNewContextOptions>? change = null, IBrowser? browser = null)
    {
        var options = new BrowserNewContextOptions
        {
            BaseURL = App.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            IsMobile = width < 800,
            HasTouch = width < 800,
            Locale = "zh-CN",
            AcceptDownloads = true,
        };
        change?.Invoke(options);
        var context = await (browser ?? Chromium).NewContextAsync(options);
        context.SetDefaultTimeout(60_000);
        var visitor = new Visitor(context, await context.NewPageAsync());
        return visitor;
    }

    /// <summary>A unit's reporter who has signed in by key and sees the home page.</summary>
    public async Task<Visitor> SignedInAsync(string unit, int width = 360)
    {
        var phone = await PhoneAsync(width);
        await SignInAsync(phone.Page, Role.UnitReporter, unit);
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "要办的事" })).ToBeVisibleAsync();
        return phone;
    }

    public async Task SignInAsync(IPage page, Role role, string? unit = null)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("访问密钥").FillAsync(Season.Keys.First(key => key.Role == role && key.Unit == unit).Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A call of the API as a role.</summary>
    public async Task<JsonNode> AsAsync(Role role, string? unit, HttpMethod method, string path, object? body = null)
    {
        using var client = Season.Client(App, role, unit);
        var answer = await client.SendAsync(method, $"{Season.CampaignAddress}/{path}", body is null ? null : System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body));
        if (!answer.Ok) Assert.Fail($"{method} {path}: {answer.Status} {answer.Refusal}");
        return answer.Json!;
    }
}

/// <summary>Tests that disturb each other's campaign in nothing share one host, one after the other.</summary>
[CollectionDefinition(nameof(OnePortal))]
public sealed class OnePortal : ICollectionFixture<PortalInBrowser>;
