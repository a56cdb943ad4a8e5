using System.Text.Json;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.LocalHost.Demo;

/// <summary>A key made for trying the product.</summary>
public sealed record SampleKey(string Name, Role Role, string? Unit, string Secret);

/// <summary>The sample season's settings, loaded through the public API like any campaign's.</summary>
public sealed class SampleSeason
{
    private SampleSeason(string folder, Campaign campaign, IReadOnlyList<Unit> units, IReadOnlyList<SampleKey> keys)
    {
        (Folder, Campaign, Units, Keys) = (folder, campaign, units, keys);
    }

    /// <summary>Where its files lie.</summary>
    public string Folder { get; }

    /// <summary>The campaign.</summary>
    public Campaign Campaign { get; }

    /// <summary>Its units.</summary>
    public IReadOnlyList<Unit> Units { get; }

    /// <summary>Random keys of this data folder: operator, office, leader, feed, and one per unit.</summary>
    public IReadOnlyList<SampleKey> Keys { get; }

    /// <summary>The address of the campaign.</summary>
    public string CampaignAddress => $"api/v1/campaigns/{Campaign.District}/{Campaign.Season}";

    /// <summary>A client that acts with one of the keys.</summary>
    public ApiClient Client(LocalApp app, Role role, string? unit = null) =>
        new(app.Address, Keys.First(key => key.Role == role && key.Unit == unit).Secret);

    /// <summary>Sets the sample campaign up, as often as wanted: what is there already stays as it is.</summary>
    public static async Task<SampleSeason> LoadAsync(LocalApp app, LocalOptions options, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(options.Samples, "campaign.json")))
        {
            throw new InvalidOperationException($"没有找到样例季（{Path.GetFullPath(options.Samples)}）。请在源代码目录中运行，或用 --Local:Samples 指明位置。");
        }

        byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(options.Samples, file));
        var campaign = JsonSerializer.Deserialize<Campaign>(Bytes("campaign.json"), StoredJson.Strict)!;
        var units = JsonSerializer.Deserialize<IReadOnlyList<Unit>>(Bytes("units.json"), StoredJson.Strict)!;

        using var admin = new ApiClient(app.Address, await app.OperatorKeyAsync(options.Data, ct));
        var configuration = $"api/v1/districts/{campaign.District}";
        foreach (var (path, file) in new[] { ($"{configuration}/forms/1", "form-v1.json"), ($"{configuration}/policies/1", "policy-v1.json"),
            ($"{configuration}/units", "units.json") })
        {
            await admin.PutAsync(path, Bytes(file), "application/json", ct);
        }

        var address = $"api/v1/campaigns/{campaign.District}/{campaign.Season}";
        if (await admin.TryGetAsync<Campaign>(address, ct) is null) await admin.PutAsync(address, Bytes("campaign.json"), "application/json", ct);
        return new SampleSeason(options.Samples, campaign, units, await KeysAsync(admin, campaign, units, options.Data, ct));
    }

    private static async Task<IReadOnlyList<SampleKey>> KeysAsync(ApiClient admin, Campaign campaign, IReadOnlyList<Unit> units, string? folder,
        CancellationToken ct)
    {
        var file = folder is null ? null : Path.Combine(folder, "sample-keys.json");
        if (file is not null && File.Exists(file)
            && JsonSerializer.Deserialize<List<SampleKey>>(await File.ReadAllTextAsync(file, ct), StoredJson.Options) is { Count: > 0 } kept
            && await admin.IsKeyAsync(kept[0].Secret, ct))
        {
            return kept;
        }

        var wanted = new List<(string Name, Role Role, string? Unit)>
        {
            ("专项行动办公室", Role.CampaignOffice, null),
            ("分管领导", Role.Leader, null),
            ("预警接入", Role.Feed, null),
        };
        wanted.AddRange(units.Select(unit => (unit.Name, Role.UnitReporter, (string?)unit.Code)));
        var keys = new List<SampleKey>();
        foreach (var (name, role, unit) in wanted)
        {
            var made = await admin.PostAsync<AccessEndpoints.KeyAnswer>("api/v1/access-keys",
                new AccessEndpoints.KeyRequest(name, role, campaign.District, unit), ct);
            keys.Add(new SampleKey(name, role, unit, made.Secret!));
        }

        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(keys, StoredJson.Options), ct);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return keys;
    }
}
