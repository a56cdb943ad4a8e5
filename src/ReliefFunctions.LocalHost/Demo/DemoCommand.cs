using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.LocalHost.Demo;

/// <summary>
/// The main job: plays the sample season through the public API and the real bus, says what happened, and compares every step
/// with what the season says must come of it. What was done before (by a run that was interrupted) is found done and not done again.
/// </summary>
public sealed class DemoCommand
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromSeconds(60);

    private readonly LocalApp _app;
    private readonly SampleSeason _season;
    private readonly string _outFolder;
    private readonly TextWriter _console;
    private readonly ApiClient _office;
    private readonly Dictionary<string, Unit> _units;
    private readonly List<string> _shortfalls = [], _orders = [];
    private DateTimeOffset _jobsRanAt;
    private int _accepted, _late, _refused, _acknowledged;

    private DemoCommand(LocalApp app, SampleSeason season, string outFolder, TextWriter console)
    {
        (_app, _season, _outFolder, _console) = (app, season, outFolder, console);
        _office = season.Client(app, Role.CampaignOffice);
        _units = season.Units.ToDictionary(unit => unit.Code);
    }

    /// <summary>Plays the season and writes the workbooks to <paramref name="outFolder"/>; 0 when every step came out as it must, else 1.</summary>
    /// <param name="options">Without a data folder everything is kept in memory only.</param>
    /// <param name="outFolder">Made when it is not there.</param>
    /// <param name="console">Gets progress and results.</param>
    /// <param name="change">Changes services, for tests that break things on purpose.</param>
    /// <param name="ct">Stops the run.</param>
    /// <param name="serve">Whether the host goes on with the played season, on its own port and with running clocks, until it is stopped.</param>
    public static async Task<int> RunAsync(LocalOptions options, string outFolder, TextWriter console, CancellationToken ct,
        Action<IServiceCollection>? change = null, bool serve = false)
    {
        var watch = Stopwatch.StartNew();
        var start = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(8));
        var here = options with { Port = serve ? options.Port : 0, Clock = start, Timers = false };
        await using var app = await LocalApp.StartAsync(here, console.WriteLine, change, ct);
        foreach (var line in app.Describe()) await console.WriteLineAsync("  " + line);
        var season = await SampleSeason.LoadAsync(app, options, ct);
        await console.WriteLineAsync($"样例季：{season.Campaign.Name}，{season.Units.Count} 个单位（数字均为虚构）");

        Directory.CreateDirectory(outFolder);
        var demo = new DemoCommand(app, season, outFolder, console);

        // Time does not go back behind what an interrupted run decided; until then no clock may run.
        var orders = (await demo._office.GetAsync($"{season.CampaignAddress}/patrol-orders", ct)).AsArray();
        foreach (var issued in orders.Select(order => order!["issuedAt"]!.GetValue<DateTimeOffset>())) app.Clock.MoveTo(issued);
        var steps = JsonSerializer.Deserialize<IReadOnlyList<SeasonStep>>(await File.ReadAllBytesAsync(Path.Combine(season.Folder, "season.json"), ct),
            StoredJson.Strict)!;
        await app.RunJobsAsync(ct);
        foreach (var (step, i) in steps.Select((step, i) => (step, i)))
        {
            demo.Progress(i, steps.Count, step.At);
            await demo.PlayAsync(step, ct);
        }

        var code = await demo.CloseAsync(watch.Elapsed, ct);
        if (serve) await ServeAsync(app, season, console, ct);
        return code;
    }

    private static async Task ServeAsync(LocalApp app, SampleSeason season, TextWriter console, CancellationToken ct)
    {
        var now = TimeZoneInfo.ConvertTime(app.Clock.GetUtcNow(), season.Campaign.Zone());
        await console.WriteLineAsync($"样例季留在这里：{app.Address}（此刻是 {now:yyyy-MM-dd HH:mm}）。按 Ctrl+C 停止。");
        foreach (var key in season.Keys) await console.WriteLineAsync($"    {key.Name,-16}{key.Secret}");
        await app.Services.GetRequiredService<JobTimer>().StartAsync(ct);
        await app.WaitForShutdownAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PlayAsync(SeasonStep step, CancellationToken ct)
    {
        _app.Clock.MoveTo(step.At);
        if (step.At - _jobsRanAt >= TimeSpan.FromHours(1) || step.Report is null)
        {
            await _app.RunJobsAsync(ct);
            _jobsRanAt = step.At;
        }

        if (step.Report is { } report) await ReportAsync(step, report, ct);
        if (step.Alert is { } alert) await AlertAsync(step, alert, ct);
        if (step.Order is { } order) await OrderAsync(step, order, ct);
        if (step.Incident is { } incident) await IncidentAsync(step, incident, ct);
        if (step.Daily is { } daily) await DailyAsync(step, daily, ct);
        if (step.Summary is { } week) await SummaryAsync(step, week, ct);
    }

    private async Task ReportAsync(SeasonStep step, SeasonReport report, CancellationToken ct)
    {
        using var unit = _season.Client(_app, Role.UnitReporter, report.Unit);
        var file = await File.ReadAllBytesAsync(Path.Combine(_season.Folder, report.File), ct);
        var answer = await unit.SendAsync(HttpMethod.Put, $"{_season.CampaignAddress}/weeks/{report.Week}/reports/{report.Unit}", file,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ct);
        var name = $"{report.Week} {_units[report.Unit].Name}";
        if (!answer.Ok)
        {
            _refused++;
            Say(step, $"退回修改  {name}：{answer.Refusal}");
            if (report.Expect != "refused") FallShort($"{name} 的表应当被接受，却被退回：{answer.Refusal}");
            return;
        }

        var minutesLate = answer.Json?["minutesLate"]?.GetValue<int>() ?? 0;
        _accepted++;
        if (minutesLate > 0)
        {
            _late++;
            Say(step, $"迟报      {name}：晚 {minutesLate} 分钟，已接受");
        }
        else if (step.Note is not null)
        {
            Say(step, $"接受      {name}（{step.Note}），第 {answer.Json?["version"]} 版");
        }

        if (report.Expect == "refused") FallShort($"{name} 的表有错，却被接受了。");
        if (report.Expect == "late" != minutesLate > 0) FallShort($"{name} 的表迟报判断有误：晚 {minutesLate} 分钟。");
    }

    private async Task AlertAsync(SeasonStep step, string alert, CancellationToken ct)
    {
        using var feed = _season.Client(_app, Role.Feed);
        var file = await File.ReadAllBytesAsync(Path.Combine(_season.Folder, alert), ct);
        var answer = await feed.SendAsync(HttpMethod.Post, "api/v1/weather-alerts", file, alert.EndsWith(".xml", StringComparison.Ordinal)
            ? "application/cap+xml"
            : "application/json", ct);
        Say(step,
            $"{(alert.Contains("forecast", StringComparison.Ordinal) ? "预报" : "预警")}      {Path.GetFileName(alert)}（{step.Note}）{(answer.Ok ? "" : "：" + answer.Refusal)}");
        if (!answer.Ok) FallShort($"预警 {alert} 未被接收：{answer.Refusal}");
    }

    /// <summary>A unit reports; whoever is asked for it acknowledges, and the office looks at what stands.</summary>
    private async Task IncidentAsync(SeasonStep step, SeasonIncident incident, CancellationToken ct)
    {
        using var unit = _season.Client(_app, Role.UnitReporter, incident.Unit);
        var address = $"{_season.CampaignAddress}/units/{incident.Unit}/incidents";
        if (incident.Update is not null) address += $"/{(await unit.GetAsync(address, ct)).AsArray()[0]!["id"]}/reports";
        var body = Encoding.UTF8.GetBytes((incident.Report ?? incident.Update)!.Value.GetRawText());
        var answer = await unit.SendAsync(HttpMethod.Post, address, body, "application/json", ct);
        if (!answer.Ok)
        {
            FallShort($"{_units[incident.Unit].Name} 的突发情况没有报上：{answer.Refusal}");
            return;
        }

        var (id, version) = (answer.Json!["incident"]!["id"]!.GetValue<string>(), answer.Json["version"]!.GetValue<int>());
        var told = await UntilAsync($"{id} 第 {version} 次报告到达办公室", async () =>
            (await NoticesAsync(_office, ct)).FirstOrDefault(line => IsOf(line, id, version)), ct);
        if (told["notice"]!["acknowledgeBy"] is not null)
        {
            using var leader = _season.Client(_app, Role.Leader);
            foreach (var (client, role) in new[] { (_office, "office"), (leader, "duty") })
            {
                var mine = await UntilAsync($"{id} 到达 {role}", async () => (await NoticesAsync(client, ct))
                    .FirstOrDefault(line => IsOf(line, id, version) && line["notice"]!["receiver"]!.GetValue<string>() == role), ct);
                await client.PostAsync<JsonNode>($"{_season.CampaignAddress}/incident-notices/{mine["id"]}/acknowledgement", new { }, ct);
            }
        }

        var line = answer.Json["incident"]!;
        Say(step, $"突发情况  {_units[incident.Unit].Name} {line["kindName"]}（{line["severityName"]}）第 {version} 次，{line["stateName"]}（{step.Note}）");

        static bool IsOf(JsonNode line, string id, int version) =>
            line["notice"]!["incident"]!.GetValue<string>() == id && line["notice"]!["version"]!.GetValue<int>() == version;
    }

    private async Task<IReadOnlyList<JsonNode>> NoticesAsync(ApiClient client, CancellationToken ct) =>
        [.. (await client.GetAsync($"{_season.CampaignAddress}/incident-notices", ct)).AsArray().OfType<JsonNode>()];

    /// <summary>Every unit of the file sends its report of the day.</summary>
    private async Task DailyAsync(SeasonStep step, string file, CancellationToken ct)
    {
        var bodies = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(_season.Folder, file), ct))!.AsObject();
        foreach (var (code, body) in bodies)
        {
            using var unit = _season.Client(_app, Role.UnitReporter, code);
            var answer = await unit.SendAsync(HttpMethod.Put, $"{_season.CampaignAddress}/units/{code}/daily-reports/{Path.GetFileNameWithoutExtension(file)}",
                Encoding.UTF8.GetBytes(body!.ToJsonString()), "application/json", ct);
            if (!answer.Ok) FallShort($"{_units[code].Name} 的每日一报没有报上：{answer.Refusal}");
        }

        var table = await _office.GetAsync($"{_season.CampaignAddress}/daily-reports/{Path.GetFileNameWithoutExtension(file)}", ct);
        Say(step, $"每日一报  收到 {bodies.Count} 份，应报 {table["owed"]} 家、已报 {table["reported"]} 家（{step.Note}）");
    }

    /// <summary>Waits until the expected order was given and lies in every inbox, then lets the units acknowledge.</summary>
    private async Task OrderAsync(SeasonStep step, string intensity, CancellationToken ct)
    {
        if (_orders.LastOrDefault() != intensity) _orders.Add(intensity);
        var revision = _orders.Count;
        var order = await UntilAsync($"{step.At:M月d日 HH:mm} 的第 {revision} 号巡查指令", async () =>
        {
            await _app.RunJobsAsync(ct);
            return (await _office.GetAsync($"{_season.CampaignAddress}/patrol-orders", ct)).AsArray()
                .FirstOrDefault(line => line!["revision"]!.GetValue<int>() == revision);
        }, ct);
        if (order["intensity"]!.GetValue<string>() is var given && given != intensity) FallShort($"第 {revision} 号巡查指令应为{Label(intensity)}，实为{Label(given)}。");
        var fresh = 0;
        foreach (var unit in _season.Units)
        {
            using var client = _season.Client(_app, Role.UnitReporter, unit.Code);
            var notice = await UntilAsync($"{unit.Name} 收到第 {revision} 号巡查通知", async () =>
                (await InboxAsync(client, unit.Code, ct)).FirstOrDefault(notice => notice["revision"]!.GetValue<int>() == revision), ct);
            if (notice["acknowledgement"] is not null) continue;
            if (step.Unanswered.Contains(unit.Code)) continue;
            fresh++;
            await client.PostAsync<JsonNode>($"{_season.CampaignAddress}/units/{unit.Code}/inbox/{revision}/acknowledgement", new { name = $"{unit.Name}值班员" },
                ct);
        }

        _acknowledged += fresh;
        if (fresh == 0) return;
        var named = step.Unanswered.Where(_units.ContainsKey).Select(code => _units[code].Name).ToList();
        Say(step,
            $"巡查指令  第 {revision} 号：{Label(intensity)}。{_season.Units.Count} 个单位全部收到，{_season.Units.Count - named.Count} 个签收{(named.Count > 0 ? "，未签收：" + string.Join('、', named) : "")}");
    }

    private async Task SummaryAsync(SeasonStep step, WeekKey week, CancellationToken ct)
    {
        var request = await _office.SendAsync(HttpMethod.Post, $"{_season.CampaignAddress}/summaries/{week}", ct: ct);
        if (!request.Ok)
        {
            FallShort($"{week} 的汇总未能开始：{request.Refusal}");
            return;
        }

        var status = request.Json!["statusUrl"]!.GetValue<string>().TrimStart('/');
        var ready = await UntilAsync($"{week} 的汇总表编好", async () =>
        {
            var current = await _office.GetAsync(status, ct);
            return current["state"]?.GetValue<string>() is "ready" ? current : null;
        }, ct);
        using var leader = _season.Client(_app, Role.Leader);
        var workbook = await leader.SendAsync(HttpMethod.Get, $"{_season.CampaignAddress}/summaries/{week}/latest/download", ct: ct);
        if (!workbook.Ok)
        {
            FallShort($"{week} 的汇总表下载失败：{workbook.Refusal}");
            return;
        }

        var name = workbook.FileName ?? $"{week}.xlsx";
        await File.WriteAllBytesAsync(Path.Combine(_outFolder, Path.GetFileName(name)), workbook.Body, ct);
        foreach (var format in new[] { "print", "bulletin" })
        {
            var file = await leader.SendAsync(HttpMethod.Get, $"{_season.CampaignAddress}/summaries/{week}/latest/{format}", ct: ct);
            if (!file.Ok) FallShort($"{week} 的 {format} 下载失败：{file.Refusal}");
            else await File.WriteAllBytesAsync(Path.Combine(_outFolder, Path.GetFileName(file.FileName ?? $"{week}-{format}")), file.Body, ct);
        }

        Say(step, $"汇总      {week} 第 {ready["version"]} 版 → {name}");
    }

    /// <summary>What must hold at the end, whatever happened on the way.</summary>
    private async Task<int> CloseAsync(TimeSpan elapsed, CancellationToken ct)
    {
        var last = 0;
        foreach (var unit in _season.Units)
        {
            using var client = _season.Client(_app, Role.UnitReporter, unit.Code);
            var revisions = (await InboxAsync(client, unit.Code, ct)).Select(notice => notice["revision"]!.GetValue<int>()).Order().ToList();
            if (revisions.Distinct().Count() != revisions.Count) FallShort($"{unit.Name} 的收件箱有重复的通知：{string.Join('、', revisions)}");
            last = Math.Max(last, revisions.LastOrDefault());
            if (!revisions.SequenceEqual(Enumerable.Range(1, last))) FallShort($"{unit.Name} 的收件箱缺少通知：只有 {string.Join('、', revisions)}");
        }

        if (last != _orders.Count) FallShort($"应有 {_orders.Count} 号巡查指令（{string.Join(" → ", _orders.Select(Label))}），实有 {last} 号；演练电报或重复的预警可能引发了多余的指令。");

        await _console.WriteLineAsync();
        await _console.WriteLineAsync($"周报：接受 {_accepted} 份（其中迟报 {_late} 份），退回修改 {_refused} 份");
        await _console.WriteLineAsync(
            $"巡查：{last} 号指令（{string.Join(" → ", _orders.Select(Label))}），每号送达 {_season.Units.Count} 个单位，本次签收 {_acknowledged} 份；演练电报未触发任何通知");
        await _console.WriteLineAsync($"汇总：写入 {Path.GetFullPath(_outFolder)}");
        await _console.WriteLineAsync($"用时 {elapsed.TotalSeconds:0.0} 秒");
        foreach (var shortfall in _shortfalls) await _console.WriteLineAsync("未达到：" + shortfall);
        await _console.WriteLineAsync(_shortfalls.Count == 0 ? "样例季全部步骤符合预期。" : $"有 {_shortfalls.Count} 处未达到预期。");
        return _shortfalls.Count == 0 ? 0 : 1;
    }

    private async Task<IReadOnlyList<JsonNode>> InboxAsync(ApiClient client, string unit, CancellationToken ct) =>
        [.. (await client.GetAsync($"{_season.CampaignAddress}/units/{unit}/inbox", ct))["notices"]!.AsArray().Select(line => line!["notice"]!)];

    /// <summary>
    /// Looks until it is there. What does not come at once was left by a run that was interrupted: then the season's time goes on,
    /// so that what waits for a next attempt falls due.
    /// </summary>
    private async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, CancellationToken ct) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found) return found;
            if (watch.Elapsed > Patience) throw new DemoFailedException($"等了 {Patience.TotalSeconds:0} 秒，仍未见到：{what}。");
            await Task.Delay(50, ct);
            if (watch.Elapsed < Prompt) continue;
            _app.Clock.MoveTo(_app.Clock.GetUtcNow().AddSeconds(5));
            await _app.RunJobsAsync(ct);
        }
    }

    private void Say(SeasonStep step, string line) =>
        _console.WriteLine($"\r{step.At.ToOffset(_season.Campaign.Zone().GetUtcOffset(step.At)):MM-dd HH:mm}  {line}");

    private void Progress(int done, int all, DateTimeOffset at)
    {
        // A bar is for a terminal; in a file it would be noise.
        if (_console != Console.Out || Console.IsOutputRedirected) return;
        var filled = 30 * done / all;
        _console.Write($"\r[{new string('#', filled)}{new string('.', 30 - filled)}] {at:MM-dd HH:mm} {done}/{all}  ");
    }

    private void FallShort(string what)
    {
        _shortfalls.Add(what);
        _console.WriteLine("\r未达到：" + what);
    }

    private static string Label(string intensity) => intensity switch
    {
        "routine" => "常态",
        "heightened" => "加强",
        "intensive" => "强化",
        "roundTheClock" => "全天候",
        _ => intensity,
    };
}
