using System.Text.Json;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.FunctionApp.StandIn;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.FunctionApp;

/// <summary>The sample season's campaign in a function app, and what its people do there.</summary>
internal sealed class SampleCampaign : IDisposable
{
    public const string Address = "api/v1/campaigns/520111/2026-2027";

    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private static readonly string[] Clocks = ["PatrolClock", "ReportClock", "SummaryClock", "SweeperClock"];

    private readonly StandInHost _host;
    private readonly Dictionary<string, string> _keys = [];
    private string _feed = "";

    private SampleCampaign(StandInHost host) => (_host, Operator) = (host, new Caller(host));

    public Caller Operator { get; }

    public IReadOnlyList<string> Units { get; private set; } = [];

    /// <summary>The season's timetable.</summary>
    public static IReadOnlyList<SeasonStep> Steps { get; } =
        JsonSerializer.Deserialize<IReadOnlyList<SeasonStep>>(Samples.Bytes("season.json"), StoredJson.Strict)!;

    /// <summary>Loads form, policy, units and campaign, and makes a key for the feed and for each unit.</summary>
    public static async Task<SampleCampaign> LoadAsync(StandInHost host)
    {
        var campaign = new SampleCampaign(host);
        foreach (var (path, file) in Samples.SetUp) await campaign.Operator.AskAsync("PUT", "api/v1/" + path, Samples.Bytes(file));

        campaign.Units = [.. (await campaign.Operator.AskAsync("GET", "api/v1/districts/520111/units")).EnumerateArray().Select(unit => unit.GetProperty("code").GetString()!)];
        campaign._feed = await campaign.KeyAsync("feed", "预警接入", null);
        await Parallel.ForEachAsync(campaign.Units, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (unit, _) =>
        {
            var key = await campaign.KeyAsync("unitReporter", unit, unit);
            lock (campaign._keys) campaign._keys[unit] = key;
        });
        return campaign;
    }

    public Caller Unit(string code) => new(_host, _keys[code]);

    public string KeyOf(string unit) => _keys[unit];

    /// <summary>Time comes to a step of the season, and the clocks run.</summary>
    public async Task ComeToAsync(DateTimeOffset instant)
    {
        _host.MoveClockTo(instant);
        foreach (var clock in Clocks) await _host.FireAsync(clock);
    }

    public async Task<JsonElement> UploadAsync(SeasonReport report)
    {
        using var unit = Unit(report.Unit);
        return await unit.AskAsync("PUT", $"{Address}/weeks/{report.Week}/reports/{report.Unit}", Samples.Bytes(report.File), Workbook);
    }

    public async Task AlertAsync(string file)
    {
        using var feed = new Caller(_host, _feed);
        await feed.AskAsync("POST", "api/v1/weather-alerts", Samples.Bytes(file), file.EndsWith(".xml", StringComparison.Ordinal) ? "application/cap+xml" : "application/json");
    }

    /// <summary>The revisions in a unit's inbox, each as often as it lies there.</summary>
    public async Task<IReadOnlyList<int>> InboxAsync(string unit) =>
        [.. (await Operator.AskAsync("GET", $"{Address}/units/{unit}/inbox")).GetProperty("notices").EnumerateArray().Select(line => line.GetProperty("notice").GetProperty("revision").GetInt32()).Order()];

    /// <summary>Waits until every inbox holds the revisions up to this one, each once.</summary>
    public async Task EveryInboxHoldsAsync(int revision)
    {
        foreach (var unit in Units)
        {
            await UntilAsync($"the notice {revision} of {unit}", async () => (await InboxAsync(unit)) is [.., var last] && last >= revision);
            Assert.Equal(Enumerable.Range(1, revision), await InboxAsync(unit));
        }
    }

    /// <summary>Looks until it is so.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> look) =>
        Patience.UntilAsync(look, () => $"Not seen: {what}. {string.Join(Environment.NewLine, _host.Words.TakeLast(40))}");

    public void Dispose() => Operator.Dispose();

    /// <summary>A key of a role in the district.</summary>
    public async Task<string> KeyAsync(string role, string name, string? unit) =>
        (await Operator.PostAsync("api/v1/access-keys", new AccessEndpoints.KeyRequest(name, Enum.Parse<Role>(role, ignoreCase: true), "520111", unit))).GetProperty("secret").GetString()!;
}
