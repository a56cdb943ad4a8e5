using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Weather;

/// <summary>
/// Receives payloads of any feed: keeps the bytes, brings them to the normal form, and sends each message to the districts it is for.
/// The rows of a message come last, so that a call that died half-way is simply made again.
/// </summary>
public sealed class AlertIntake(FeatureTables tables, BlobStore blobs, CampaignStore campaigns, TimeProvider clock)
{
    /// <summary>Messages issued longer ago are kept and not acted on.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromDays(ClockFeature.IntakeDays - 1);

    /// <summary>Clocks may differ by this; a message issued later than that is kept and not acted on.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    private const int DistrictsPerTransaction = 90;

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>
    /// Receives a payload. <paramref name="scope"/> is the GB/T 2260 prefix that the sender may alert; what lies outside of it is ignored and said so.
    /// Throws <see cref="AlertPayloadException"/> when nothing of it can be read.
    /// </summary>
    public async Task<IntakeReceipt> ReceiveAsync(byte[] payload, PayloadContext context, string scope, string from, CancellationToken ct)
    {
        var normal = AlertNormaliser.Normalise(payload, context);
        var hash = Keys.Hash(payload);
        if (normal.Alerts.Count + normal.Forecasts.Count + normal.Skipped.Count > 0) await blobs.PutOnceAsync(BlobStore.Payloads, hash, BinaryData.FromBytes(payload), "application/octet-stream", ct);

        var now = clock.GetUtcNow();
        var current = await CampaignsAsync(now, ct);
        var recent = normal.Alerts.Count == 0 ? [] : await RecentAsync(now, ct);
        List<IntakeItem> items = [];
        foreach (var alert in normal.Alerts)
        {
            var item = await ReceiveAsync(Scoped(alert, scope), alert, current, recent, hash, from, now, ct);
            if (item.Outcome != IntakeOutcome.Duplicate) recent.Add(alert);
            items.Add(item);
        }

        foreach (var forecast in normal.Forecasts) items.Add(await ReceiveAsync(forecast with { Areas = Scoped(forecast.Areas, scope) }, current, hash, from, now, ct));
        return new IntakeReceipt(normal.Format, hash, items, normal.Skipped, normal.Links);
    }

    /// <summary>Messages received on a UTC day, in the order of their keys.</summary>
    public async Task<IReadOnlyList<IntakeRow>> OnDayAsync(DateTimeOffset day, CancellationToken ct)
    {
        List<IntakeRow> rows = [];
        await foreach (var row in Table.PrefixAsync<IntakeRow>(ClockFeature.IntakePartition(day), "a|", ct)) rows.Add(row.Value);
        return rows;
    }

    private async Task<IntakeItem> ReceiveAsync(WeatherAlert alert, WeatherAlert original, IReadOnlyList<Campaign> current, List<WeatherAlert> recent, string payload, string from, DateTimeOffset now, CancellationToken ct)
    {
        var title = $"{alert.Issuer}{SignalText.Name(alert.MessageType)}{alert.TypeName}{SignalText.Name(alert.Level)}";
        var partition = ClockFeature.IntakePartition(alert.Sent > now || alert.Sent < now - Stale ? now : alert.Sent);
        var (targets, notes) = Targets(alert, original, current, now);
        notes.AddRange(alert.Cut);
        if (targets.Count > 0)
        {
            if (recent.Find(other => AlertEpisodes.IsSameSignal(other, alert)) is { } copy) notes.Add($"与 {copy.Source} 的 {copy.Identifier} 是同一信号，合并处理。");
            if (AlertEpisodes.Unknown(alert, recent) is { Count: > 0 } unknown) notes.Add($"引用的预警没有收到过：{string.Join("、", unknown.Select(reference => reference.Identifier))}。按发布单位和类型接续。");
        }

        var row = new IntakeRow(now, from, payload, alert, [], notes);
        var sent = await CommitAsync(partition, $"a|{alert.Hash}", row, targets, campaign => Message(campaign, $"alert-{alert.Hash}", new AlertApplication(campaign.District, campaign.Season, now, payload, alert)), now, ct);
        return sent is null
            ? new IntakeItem(alert.Identifier, title, IntakeOutcome.Duplicate, Districts([.. targets.Select(campaign => campaign.Partition)]), ["这条预警已经收过，未重复处理。"])
            : new IntakeItem(alert.Identifier, title, targets.Count > 0 ? IntakeOutcome.Accepted : IntakeOutcome.Ignored, Districts(sent), notes);
    }

    private async Task<IntakeItem> ReceiveAsync(ColdForecast forecast, IReadOnlyList<Campaign> current, string payload, string from, DateTimeOffset now, CancellationToken ct)
    {
        var id = Keys.Hash(string.Create(CultureInfo.InvariantCulture, $"{forecast.Source}|{string.Join(',', forecast.Areas)}|{forecast.Issued.UtcDateTime:yyyyMMddHH}"))[..32];
        var (partition, key) = (ClockFeature.IntakePartition(now), $"f|{id}");
        var title = $"{forecast.Source} {forecast.Nights[0].Date:yyyy-MM-dd} 起 {forecast.Nights.Count} 天";
        var targets = current.Where(campaign => forecast.Areas.Any(area => WeatherAlert.Touches(area, campaign.District))).ToList();
        List<string> notes = targets.Count > 0 ? [] : [forecast.Areas.Count == 0 ? "预报没有写明区域。请在地址后加 ?area=六位区划代码。" : "没有哪个区县的专项行动在这份预报的范围内。"];
        var row = new IntakeRow(now, from, payload, null, [], notes);
        var sent = await CommitAsync(partition, key, row, targets, campaign => Message(campaign, $"forecast-{id}", new AlertApplication(campaign.District, campaign.Season, now, payload, Forecast: forecast)), now, ct);
        return sent is null
            ? new IntakeItem(id, title, IntakeOutcome.Duplicate, [], ["本小时的预报已经收过。"])
            : new IntakeItem(id, title, targets.Count > 0 ? IntakeOutcome.Accepted : IntakeOutcome.Ignored, Districts(sent), notes);
    }

    /// <summary>
    /// Sends a message to those of its campaigns that it was not sent to before, each chunk in one transaction with the row that remembers them.
    /// So a call that died half-way goes on where it stopped, and a message that came first by a district's feed still reaches
    /// the rest of the province when the province's feed brings it. Null when there was nothing left to do.
    /// </summary>
    private async Task<IReadOnlyList<string>?> CommitAsync(string partition, string key, IntakeRow row, IReadOnlyList<Campaign> targets, Func<Campaign, OutboxMessage> message, DateTimeOffset now, CancellationToken ct)
    {
        List<string>? sent = null;
        while (await NextAsync() is { } chunk) (sent ??= []).AddRange(chunk.Select(campaign => campaign.Partition));
        return sent;

        Task<List<Campaign>?> NextAsync() => Table.DecideAsync<List<Campaign>?>(async () =>
        {
            var known = await Table.GetAsync<IntakeRow>(partition, key, ct);
            var missing = targets.Where(campaign => known?.Value.Campaigns.Contains(campaign.Partition) != true).Take(DistrictsPerTransaction).ToList();
            if (known is not null && missing.Count == 0) return (null, null);

            var received = known?.Value ?? row;
            var transaction = new Transaction(partition).Put(known, key, received with { Campaigns = [.. received.Campaigns, .. missing.Select(campaign => campaign.Partition)] });
            foreach (var campaign in missing) transaction.Send(OutboxRow.ForQueue(Entities.AlertApplications, $"{key}|{campaign.District}|{campaign.Season}", now, message(campaign)));
            return (missing, transaction);
        }, ct);
    }

    private static OutboxMessage Message(Campaign campaign, string what, AlertApplication application) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/{what}", application, new Dictionary<string, string> { ["district"] = campaign.District });

    private static (IReadOnlyList<Campaign> Targets, List<string> Notes) Targets(WeatherAlert alert, WeatherAlert original, IReadOnlyList<Campaign> current, DateTimeOffset now)
    {
        if (WhyIgnored(alert, original, now) is { } why) return ([], [why]);
        var targets = current.Where(campaign => alert.Areas.Any(area => WeatherAlert.Touches(area, campaign.District))).ToList();
        return (targets, targets.Count > 0 ? [] : [$"区域 {string.Join("、", alert.Areas)} 内没有进行中的专项行动，只登记。"]);
    }

    /// <summary>Why a message, of which <paramref name="alert"/> is the part within its sender's scope, goes to no district; null when it goes to those in its area.</summary>
    internal static string? WhyIgnored(WeatherAlert alert, WeatherAlert original, DateTimeOffset now) =>
        alert.Status != AlertStatus.Actual ? $"状态为 {alert.Status}（非实际预警），只登记，不通知任何人。"
        : alert.MessageType == AlertMessageType.Other ? "不是发布、更新或解除，只登记。"
        : original.Areas.Count == 0 ? "预警没有写明区域。请在地址后加 ?area=六位区划代码。"
        : alert.Areas.Count == 0 ? $"区域 {string.Join("、", original.Areas)} 不在本密钥的权限范围内。"
        : alert.Sent < now - Stale ? $"发布时间 {alert.Sent:yyyy-MM-dd HH:mm zzz} 已超过 {Stale.TotalDays:0} 天，只登记。"
        : alert.Sent > now + ClockTolerance ? $"发布时间 {alert.Sent:yyyy-MM-dd HH:mm zzz} 晚于现在，只登记。请核对对方时钟和时区。"
        : null;

    /// <summary>Of every district the one campaign that runs, or begins within two weeks.</summary>
    private async Task<IReadOnlyList<Campaign>> CampaignsAsync(DateTimeOffset now, CancellationToken ct)
    {
        var all = await campaigns.CurrentAsync(now, TimeSpan.Zero, ct);
        return [.. all.Where(campaign => LocalTime.DateOf(now, campaign.Zone()).AddDays(14) >= campaign.Start)
            .GroupBy(campaign => campaign.District).Select(group => group.OrderBy(campaign => campaign.Start).First())];
    }

    private async Task<List<WeatherAlert>> RecentAsync(DateTimeOffset now, CancellationToken ct)
    {
        List<WeatherAlert> recent = [];
        for (var day = 0; day < 3; day++) recent.AddRange((await OnDayAsync(now.AddDays(-day), ct)).Select(row => row.Alert).OfType<WeatherAlert>().Where(alert => alert.Status == AlertStatus.Actual));
        return recent;
    }

    internal static WeatherAlert Scoped(WeatherAlert alert, string scope) => alert with { Areas = Scoped(alert.Areas, scope) };

    /// <summary>The part of the areas that lies in a scope: a province's alert sent by a district's feed is an alert for the district.</summary>
    private static IReadOnlyList<string> Scoped(IReadOnlyList<string> areas, string scope) =>
        [.. areas.Select(area => WeatherAlert.Prefix(area) is var prefix && prefix.StartsWith(scope, StringComparison.Ordinal) ? area
            : scope.StartsWith(prefix, StringComparison.Ordinal) ? scope.PadRight(6, '0') : null).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static List<string> Districts(IReadOnlyList<string> partitions) => [.. partitions.Select(partition => partition.Split('|')[0])];
}
