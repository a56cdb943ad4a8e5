using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.Testing;

/// <summary>
/// One Azurite for all tests of the assembly; every world made from it has tables and containers of its own.
/// Use it as <c>public class XTests(AzuriteFixture azurite) : IClassFixture&lt;AzuriteFixture&gt;</c>.
/// </summary>
public sealed class AzuriteFixture
{
    private static readonly Lazy<Task<AzuriteProcess>> Shared = new(() => AzuriteProcess.StartAsync(location: null, Console.Error.WriteLine));

    /// <summary>The one Azurite; it ends with the test process.</summary>
    public static Task<AzuriteProcess> ProcessAsync() => Shared.Value;

    public static async Task<string> ConnectionStringAsync() => (await Shared.Value).ConnectionString;

    /// <summary>A world of its own: services on fresh tables, a clock that stands at <paramref name="now"/>, and a bus that keeps what is sent until asked to deliver.</summary>
    public async Task<World> WorldAsync(DateTimeOffset now, Action<IServiceCollection>? change = null)
    {
        var world = new World((await Shared.Value).ConnectionString, now, change);
        await world.Services.PrepareStorageAsync();
        return world;
    }
}

/// <summary>The product's services over real storage, without a host.</summary>
public sealed class World
{
    public World(string connectionString, DateTimeOffset now, Action<IServiceCollection>? change, string? prefix = null)
    {
        Clock = new FakeTimeProvider(now);
        Prefix = prefix ?? "t" + Guid.NewGuid().ToString("N")[..12];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = connectionString,
            ["Storage:Prefix"] = Prefix,
        }).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSingleton<TimeProvider>(Clock).AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddReliefFunctions(configuration).AddSingleton<IMessageSender>(Bus).AddSingleton<IDeadLetterBox>(Bus);
        change?.Invoke(services);
        Services = services.BuildServiceProvider();
    }

    private readonly SaidInEnglish _english = new();

    private readonly ConcurrentDictionary<Actor, string> _keys = new();

    public FakeTimeProvider Clock { get; }

    public string Prefix { get; }

    public TestBus Bus { get; } = new();

    public ServiceProvider Services { get; }

    /// <summary>Whatever a test calls, the answer is one that the API document tells of: its status, the type of its problem, its media type, its version.</summary>
    private void Documented(string method, string address, Answer answer)
    {
        if (Get<RouteTable>().At(address).FirstOrDefault(match => match.Route.Method == method)?.Route is not { } route) return;
        var type = answer.Headers.GetValueOrDefault("Content-Type", "").Split(';')[0];
        var told = type == "application/problem+json"
            ? ApiDescription.Problems(route).Any(problem => problem.Status == answer.Status && answer.Text.Contains($"\"{problem.Type}\"", StringComparison.Ordinal))
            : answer.Status == 422 ? route.GivesRefused.Contains(type)
            : answer.Status == 304 ? route.Polled
            : route.Statuses.Contains(answer.Status) && (type.Length == 0 || (type == "application/json" && route.Response is not null) || route.Gives.Contains(type) || route.Gives.Contains("*/*"));
        told &= route.ShowsVersion || route.Polled || !answer.Headers.ContainsKey("ETag");
        Assert.True(told, $"The API document does not tell of this answer of {route.Name}: {answer.Status} {type} {answer.Headers.GetValueOrDefault("ETag")} {answer.Text[..Math.Min(300, answer.Text.Length)]}");
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Delivers what waits on the bus to its consumers, and what they send, until nothing waits; answers every disposition that was not Complete.</summary>
    public async Task<IReadOnlyList<Disposition>> DeliverAsync()
    {
        var dispositions = new List<Disposition>();
        var dispatcher = Get<MessageDispatcher>();
        while (Bus.TryTake(out var sent))
        {
            foreach (var source in dispatcher.Sources.Where(source => source == sent.Entity || source.StartsWith(sent.Entity + "/", StringComparison.Ordinal)))
            {
                var disposition = await dispatcher.DispatchAsync(source, sent.Message, CancellationToken.None);
                if (disposition != Disposition.Complete) dispositions.Add(disposition);
            }
        }

        return dispositions;
    }

    /// <summary>
    /// Calls a route as an actor, or as nobody, through the whole pipeline; the answer is what a client would read. <paramref name="begin"/> is called when
    /// the actor has a key: one for all of its calls.
    /// </summary>
    public async Task<Answer> CallAsync(string method, string path, Actor? actor, byte[]? body = null, string? contentType = "application/json", IDictionary<string, string>? headers = null, Action? begin = null)
    {
        string? secret = null;
        if (actor is not null && !_keys.TryGetValue(actor, out secret)) _keys[actor] = secret = (await Get<AccessKeys>().CreateAsync(actor.Name, actor.Role, actor.Scope, actor.Unit, "test")).Secret;
        begin?.Invoke();
        var sent = new Dictionary<string, string>(headers ?? new Dictionary<string, string>());
        if (secret is not null) sent.TryAdd("Authorization", "Bearer " + secret);
        return await SendAsync(method, path, body, contentType, sent);
    }

    /// <summary>Sends what a client would, with these headers and no others.</summary>
    public async Task<Answer> SendAsync(string method, string path, byte[]? body = null, string? contentType = "application/json", IDictionary<string, string>? headers = null)
    {
        _english.Heard(path, body);
        var http = new DefaultHttpContext { RequestServices = Services };
        var (address, query) = path.Split('?', 2) is [var a, var q] ? (a, "?" + q) : (path, "");
        http.Request.Method = method;
        http.Request.Path = address;
        http.Request.QueryString = new QueryString(query);
        http.Request.ContentType = contentType;
        http.Request.Body = new MemoryStream(body ?? []);
        http.Request.ContentLength = body?.Length ?? 0;
        foreach (var (name, value) in headers ?? new Dictionary<string, string>()) http.Request.Headers[name] = value;
        http.Response.Body = new MemoryStream();
        var result = await Get<Api>().RunAsync(http);
        await result.ExecuteAsync(http);
        await Get<OutboxSender>().SettledAsync();
        var answer = new Answer(http.Response.StatusCode, ((MemoryStream)http.Response.Body).ToArray(), http.Response.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        Documented(method, address, answer);
        if (answer.Headers.GetValueOrDefault("Content-Type", "").StartsWith("application/problem+json", StringComparison.Ordinal)) _english.Check(answer.Text);
        return answer;
    }
}

/// <summary>What a client would read.</summary>
public sealed record Answer(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public T Json<T>() => Core.Storage.StoredJson.Read<T>(Text);
}

/// <summary>Keeps what is sent, in order, until a test delivers it, loses it, or delivers it twice.</summary>
public sealed class TestBus : IMessageSender, IDeadLetterBox
{
    private readonly ConcurrentQueue<(string Entity, BusMessage Message)> _waiting = new();

    /// <summary>Everything ever sent.</summary>
    public ConcurrentQueue<(string Entity, BusMessage Message)> Sent { get; } = new();

    /// <summary>What lies among the dead letters.</summary>
    public List<DeadLetter> Letters { get; } = [];

    /// <summary>While true, the broker cannot be reached.</summary>
    public bool Down { get; set; }

    public bool TryTake(out (string Entity, BusMessage Message) sent) => _waiting.TryDequeue(out sent);

    /// <summary>Forgets what waits, as a broker that was restarted.</summary>
    public void Lose() => _waiting.Clear();

    public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct)
    {
        if (Down) throw new HttpRequestException("The bus is down.");
        foreach (var message in messages)
        {
            _waiting.Enqueue((entity, message));
            Sent.Enqueue((entity, message));
        }

        return Task.CompletedTask;
    }

    /// <summary>Dead letters are tested on a real broker; here lies what a test puts.</summary>
    public Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. Letters.Where(letter => letter.Source == source)]);

    public Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct) => Task.FromResult(false);
}
