using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.LocalHost.Operations;

/// <summary>
/// What an operator does from a shell, through the public API: the same on one machine and in Azure. <c>--url</c> names the host (this machine's when
/// left out); the key comes from the variable <c>RELIEF_KEY</c>, never from the command line, which others may read; on this machine it is the data folder's.
/// </summary>
internal static class OperatorCommand
{
    /// <summary>The nouns that it knows.</summary>
    public static IReadOnlyList<string> Nouns { get; } = ["operations", "keys", "campaign", "dead-letters", "quarantine"];

    /// <summary>
    /// Runs <c>noun [verb] [id] --option value …</c> and prints the answer as JSON; throws <see cref="InvalidOperationException"/> with the refusal.
    /// </summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, LocalOptions options, IConfiguration configuration, TextWriter console,
        CancellationToken ct)
    {
        using var api = new ApiClient(new Uri(configuration["url"] ?? $"http://127.0.0.1:{options.Port}"), await KeyAsync(options, ct));
        var given = new Given(words, configuration);
        if (given is { Noun: "campaign", Verb: "import" })
        {
            await ImportAsync(api, given, console, ct);
            return 0;
        }

        var (method, path, body) = Request(given);
        ApiAnswer answer;
        try
        {
            answer = await api.SendAsync(method, path, body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options), ct: ct);
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"连不上 {configuration["url"] ?? "本机宿主"}（{e.HttpRequestError}）。本机请先启动 LocalHost，Azure 上请用 --url 写明网址。", e);
        }

        if (!answer.Ok) throw new InvalidOperationException(answer.Refusal);
        await console.WriteLineAsync(answer.Json?.ToJsonString(Readable) ?? "完成。");
        return 0;
    }

    private static JsonSerializerOptions Readable { get; } = new(StoredJson.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What was said, by noun and verb, as a call.</summary>
    private static (HttpMethod Method, string Path, JsonObject? Body) Request(Given given) => (given.Noun, given.Verb) switch
    {
        ("operations", "") => (HttpMethod.Get, "api/v1/operations", null),
        ("keys", "list" or "") => (HttpMethod.Get, "api/v1/access-keys", null),
        ("keys", "issue") => (HttpMethod.Post, "api/v1/access-keys",
            new JsonObject
            {
                ["name"] = given.Option("name"),
                ["role"] = given.Option("role"),
                ["scope"] = given.Option("scope"),
                ["unit"] = given.Optional("unit"),
            }),
        ("keys", "revoke") => (HttpMethod.Delete, $"api/v1/access-keys/{given.Id}", null),
        ("dead-letters", "list" or "") => (HttpMethod.Get, "api/v1/dead-letters", null),
        ("dead-letters", "resend") => (HttpMethod.Post, $"api/v1/dead-letters/{given.Id}/resend", null),
        ("dead-letters", "drop") => (HttpMethod.Post, $"api/v1/dead-letters/{given.Id}/drop", new JsonObject { ["reason"] = given.Option("reason") }),
        ("quarantine", "list" or "") => (HttpMethod.Get, $"{given.Campaign}/patrol-quarantine", null),
        ("quarantine", "show") => (HttpMethod.Get, $"{given.Campaign}/patrol-quarantine/{given.Id}", null),
        ("quarantine", "put-back" or "drop") => (HttpMethod.Post, $"{given.Campaign}/patrol-quarantine/{given.Id}/{given.Verb}",
            new JsonObject { ["decidedBy"] = given.Option("by"), ["reason"] = given.Optional("reason") }),
        _ => throw new InvalidOperationException($"没有“{given.Noun} {given.Verb}”这个命令。全部命令见 --help。"),
    };

    /// <summary>Sets a campaign up from a folder as <c>samples/</c> has one: form, policy, units and the campaign itself, each as often as wanted.</summary>
    private static async Task ImportAsync(ApiClient api, Given given, TextWriter console, CancellationToken ct)
    {
        var folder = given.Option("folder");
        if (!File.Exists(Path.Combine(folder, "campaign.json"))) throw new InvalidOperationException($"“{folder}”里没有 campaign.json。可照 samples/ 里的样例准备。");
        var campaign = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "campaign.json"), ct))!;
        var district = $"api/v1/districts/{campaign["district"]}";
        var parts = Directory.GetFiles(folder, "form-v*.json").Select(file => ($"{district}/forms/{Version(file)}", file))
            .Concat(Directory.GetFiles(folder, "policy-v*.json").Select(file => ($"{district}/policies/{Version(file)}", file)))
            .Append(($"{district}/units", Path.Combine(folder, "units.json")))
            .Append(($"api/v1/campaigns/{campaign["district"]}/{campaign["season"]}", Path.Combine(folder, "campaign.json")));
        foreach (var (path, file) in parts)
        {
            var answer = await api.SendAsync(HttpMethod.Put, path, await File.ReadAllBytesAsync(file, ct), "application/json", ct);
            if (!answer.Ok) throw new InvalidOperationException($"{Path.GetFileName(file)}：{answer.Refusal}");
            await console.WriteLineAsync($"已导入 {Path.GetFileName(file)}");
        }
    }

    /// <summary>The number behind the <c>v</c> of <c>form-v2.json</c>.</summary>
    private static string Version(string file) => Path.GetFileNameWithoutExtension(file).Split("-v")[^1];

    private static async Task<string> KeyAsync(LocalOptions options, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("RELIEF_KEY") is { Length: > 0 } key) return key;
        var kept = Path.Combine(options.Data ?? "data", "operator-key.json");
        return File.Exists(kept) ? JsonSerializer.Deserialize<string>(await File.ReadAllTextAsync(kept, ct))!
            : throw new InvalidOperationException("请把管理员密钥放在环境变量 RELIEF_KEY 中（不要写在命令行上）。");
    }

    /// <summary>What was said.</summary>
    private sealed class Given(IReadOnlyList<string> words, IConfiguration configuration)
    {
        public string Noun => words[0];

        public string Verb => words.Count > 1 ? words[1] : "";

        /// <summary>The third word.</summary>
        public string Id => words.Count > 2 ? Uri.EscapeDataString(words[2]) : throw new InvalidOperationException($"请写明编号，例如：{Noun} {Verb} 编号");

        /// <summary>The address of the campaign that <c>--season district/season</c> names.</summary>
        public string Campaign => Option("season").Split('/') is [{ Length: > 0 } district, { Length: > 0 } season]
            ? $"api/v1/campaigns/{Uri.EscapeDataString(district)}/{Uri.EscapeDataString(season)}"
            : throw new InvalidOperationException("请这样写明区划和年度：--season 520111/2026-2027");

        public string? Optional(string name) => configuration[name];

        public string Option(string name) => configuration[name] ?? throw new InvalidOperationException($"缺少 --{name}。");
    }
}
