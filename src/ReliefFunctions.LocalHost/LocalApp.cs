using System.Text.Json;
using Azure;
using LocalServiceBus;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.LocalHost;

/// <summary>The whole product in one process: storage, bus, web, receivers and clocks.</summary>
public sealed class LocalApp : IAsyncDisposable
{
    private readonly AzuriteProcess? _azurite;
    private readonly Broker? _broker;
    private readonly WebApplication _web;

    private LocalApp(AzuriteProcess? azurite, Broker? broker, WebApplication web, AdjustableClock clock)
    {
        (_azurite, _broker, _web, Clock) = (azurite, broker, web, clock);
    }

    /// <summary>Where the web listens.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The clock of everything.</summary>
    public AdjustableClock Clock { get; }

    /// <summary>The services.</summary>
    public IServiceProvider Services => _web.Services;

    /// <summary>The bus inside of this process, when it has one.</summary>
    public Broker? Broker => _broker;

    /// <summary>What runs where, line by line.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"网页与接口   {Address}";
        yield return $"登录         {new Uri(Address, "api/v1/sign-in/" + DevelopmentIssuer.Id)}（点选身份即可，仅限本机）";
        yield return _azurite is null ? "存储         使用已配置的存储服务" : $"存储         Azurite：表 {_azurite.TableEndpoint}，文件 {_azurite.BlobEndpoint}";
        yield return _broker is null ? "消息总线     使用已配置的 Service Bus" : $"消息总线     LocalServiceBus：amqp://127.0.0.1:{_broker.Port}";
    }

    /// <summary>Starts everything that is not configured elsewhere, in the order of need; what was started is stopped again when a later part fails.</summary>
    public static async Task<LocalApp> StartAsync(LocalOptions options, Action<string> say, Action<IServiceCollection>? change = null,
        CancellationToken ct = default)
    {
        Task<AzuriteProcess>? starting = null;
        Broker? broker = null;
        WebApplication? web = null;
        try
        {
            var clock = options.Clock is { } start ? AdjustableClock.StartingAt(start) : new AdjustableClock();

            // Azurite takes longest to start; everything else is made ready meanwhile.
            var ports = options.StorageConnectionString is null ? AzuriteProcess.FreePorts() : default;
            if (options.StorageConnectionString is null)
            {
                var location = options.Data is null ? null : Directory.CreateDirectory(Path.Combine(options.Data, "storage")).FullName;
                starting = AzuriteProcess.StartAsync(location, say, ports, ct);
            }

            if (options.ServiceBusConnectionString is null)
            {
                broker = await Broker.StartAsync(Entities(), new BrokerOptions { Port = options.BusPort }, ct);
            }

            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration["Storage:ConnectionString"] = options.StorageConnectionString ?? AzuriteProcess.ConnectionStringOf(ports);
            builder.Configuration["Storage:Prefix"] = options.StoragePrefix;
            foreach (var section in (string[])["Feeds", "Delivery", "SignIn"]) builder.Configuration[section + ":AllowLoopback"] = "true";
            if (options.Port != 0) builder.Configuration["Links:BaseUrl"] ??= $"http://127.0.0.1:{options.Port}";
            builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
            builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}").ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.AddServerHeader = false;
            });
            builder.Services.AddSingleton<TimeProvider>(clock).AddReliefFunctions(builder.Configuration);
            builder.Services.AddServiceBus(options.ServiceBusConnectionString ?? broker!.ConnectionString);
            builder.Services.AddHostedService(provider => provider.GetRequiredService<ServiceBusReceiving>());
            builder.Services.AddSingleton<DevelopmentIssuer>().AddSingleton<ISignInProvider>(all => all.GetRequiredService<DevelopmentIssuer>().Provider);
            builder.Services.AddSingleton<JobTimer>();
            if (options.Timers) builder.Services.AddHostedService(provider => provider.GetRequiredService<JobTimer>());
            change?.Invoke(builder.Services);

            web = builder.Build();
            ServerRefusals.Begin(web.Services);
            var api = web.Services.GetRequiredService<Api>();
            web.Map(DevelopmentIssuer.Path, branch => branch.Run(http => http.RequestServices.GetRequiredService<DevelopmentIssuer>().AnswerAsync(http)));
            web.Run(async http => await (await api.RunAsync(http)).ExecuteAsync(http));
            var azurite = starting is null ? null : await starting;
            await PrepareStorageAsync(web.Services, say, ct);
            await web.StartAsync(ct);
            if (options.ServiceBusConnectionString is not null) await LookForBusAsync(web.Services, say, ct);
            return new LocalApp(azurite, broker, web, clock);
        }
        catch
        {
            if (web is not null) await web.DisposeAsync();
            if (broker is not null) await broker.DisposeAsync();
            if (starting is not null)
            {
                await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (starting.IsCompletedSuccessfully) await (await starting).DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>The queues and topics that Bicep deploys, for a broker on this machine.</summary>
    public static BrokerConfiguration Entities() => BrokerConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "entities.json"));

    /// <summary>Waits for storage, and says once what stands in the way.</summary>
    private static async Task PrepareStorageAsync(IServiceProvider services, Action<string> say, CancellationToken ct)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                await services.PrepareStorageAsync(ct);
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException && !ct.IsCancellationRequested)
            {
                var reason = e.GetBaseException().Message.Split('\n')[0].TrimEnd();
                if (!told) say($"存储服务用不了：{reason}。正在等它恢复；请启动它，或检查设置 Storage:ConnectionString。按 Ctrl+C 放弃。");
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }

    /// <summary>Says what stands in the way of a bus that is configured elsewhere. It is not waited for: what is to be sent waits in storage.</summary>
    private static async Task LookForBusAsync(IServiceProvider services, Action<string> say, CancellationToken ct)
    {
        try
        {
            foreach (var source in services.GetRequiredService<MessageDispatcher>().Sources)
            {
                await services.GetRequiredService<IDeadLetterBox>().PeekAsync(source, 1, ct);
            }
        }
        catch (BusUnavailableException e)
        {
            var reason = (e.InnerException ?? e).Message.Split('\n')[0].TrimEnd();
            say($"消息总线用不了：{reason}。请启动它，或检查设置 ServiceBus:ConnectionString；恢复后自动继续，待发的消息都在存储里。");
        }
    }

    /// <summary>Runs every scheduled job once, after the clock was moved.</summary>
    public Task RunJobsAsync(CancellationToken ct) => Services.GetRequiredService<JobTimer>().RunAllAsync(ct);

    /// <summary>Until somebody stops the host.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct) => _web.WaitForShutdownAsync(ct);

    /// <summary>
    /// The operator's key of this data folder: random, made at the first start, kept in a file that only its owner reads.
    /// A file of another storage's keys is not believed.
    /// </summary>
    public async Task<string> OperatorKeyAsync(string? folder, CancellationToken ct = default)
    {
        var keys = Services.GetRequiredService<AccessKeys>();
        var file = folder is null ? null : Path.Combine(Directory.CreateDirectory(folder).FullName, "operator-key.json");
        if (file is not null && File.Exists(file) && JsonSerializer.Deserialize<string>(await File.ReadAllTextAsync(file, ct)) is { } kept
            && await keys.AuthenticateAsync(kept, ct) is not null)
        {
            return kept;
        }

        var (secret, _) = await keys.CreateAsync("本机管理员", Role.Operator, "", null, "local-host", ct: ct);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(secret), ct);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return secret;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(TimeSpan.FromSeconds(5)).ContinueWith(_ => { }, TaskScheduler.Default);
        await _web.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
    }
}
