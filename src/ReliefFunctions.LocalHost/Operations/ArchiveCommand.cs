using ReliefFunctions.Core;
using ReliefFunctions.Core.Archive;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.LocalHost.Operations;

/// <summary>
/// <c>backup</c>, <c>restore</c> and <c>remove</c>: a season into one file, back, and off the storage. On the local data folder, or on an account
/// named by <c>Storage:ConnectionString</c> or by <c>Storage:TableEndpoint</c> and <c>Storage:BlobEndpoint</c> (with whoever is signed in to Azure).
/// </summary>
internal static class ArchiveCommand
{
    /// <summary>Runs one of the three; throws <see cref="InvalidOperationException"/> with what is missing or wrong.</summary>
    public static async Task<int> RunAsync(string command, LocalOptions options, IConfiguration configuration, Action<string> say, CancellationToken ct)
    {
        var file = configuration["file"] ?? throw new InvalidOperationException($"请用 --file 指明归档文件，例如：{command} --file 520111-2026-2027.zip");
        var azure = configuration["Storage:ConnectionString"] is { Length: > 0 } || configuration["Storage:TableEndpoint"] is { Length: > 0 };
        await using var azurite = azure ? null : await AzuriteProcess.StartAsync(Path.Combine(options.Data ?? "data", "storage"), say, ct: ct);
        var settings = new ConfigurationBuilder().AddConfiguration(configuration);
        if (azurite is not null) settings.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = azurite.ConnectionString });
        var effective = settings.Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(effective).AddReliefFunctions(effective)
            .AddSingleton<IMessageSender, NoBus>().BuildServiceProvider();
        await services.PrepareStorageAsync(ct);
        var archive = services.GetRequiredService<SeasonArchive>();
        try
        {
            switch (command)
            {
                case "backup":
                    var (district, season) = Season(configuration);
                    say(Told("已备份", await archive.BackupAsync(district, season, file, ct), file));
                    return 0;
                case "restore":
                    say(Told("已恢复", await archive.RestoreAsync(file, configuration["replace"] is not null, ct), file));
                    return 0;
                default:
                    var (of, year) = Season(configuration);
                    var campaign = await services.GetRequiredService<CampaignStore>().GetAsync(of, year, ct)
                        ?? throw new InvalidOperationException($"没有区划 {of} 在 {year} 年度的专项行动。");
                    say(Told("已删除（归档文件请妥善保存）", await archive.RemoveAsync(file, campaign.Value.LastDay, ct), file));
                    return 0;
            }
        }
        catch (ArchiveException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    private static (string District, string Season) Season(IConfiguration configuration) =>
        configuration["season"]?.Split('/') is [{ Length: > 0 } district, { Length: > 0 } season]
            ? (district, season)
            : throw new InvalidOperationException("请用 --season 指明区划和年度，例如：--season 520111/2026-2027");

    private static string Told(string what, ArchiveManifest manifest, string file) =>
        $"{what}：{manifest.District} {manifest.Season}，{manifest.Rows} 行记录、{manifest.Blobs.Count} 个文件（{Path.GetFullPath(file)}）。";

    /// <summary>An archive decides nothing, so nothing is ever sent.</summary>
    private sealed class NoBus : IMessageSender
    {
        public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) =>
            throw new NotSupportedException("The archive commands send no messages.");
    }
}
